"""Who gets past the gate of the HTTP server."""

from __future__ import annotations

import pytest
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.testclient import TestClient

from assistant.config import ServerConfig
from assistant.servers.http.access import Access

TOKENS = ServerConfig(host="0.0.0.0", act_token="may-act", ask_token="may-ask")


async def tell_right(scope, receive, send):
    request = Request(scope, receive)
    await request.body()
    await PlainTextResponse(str(request.state.right))(scope, receive, send)


def client(config, **options):
    return TestClient(Access(tell_right, config, **options), base_url="http://127.0.0.1:8765")


def test_on_this_machine_alone_nobody_needs_a_token():
    assert client(ServerConfig()).get("/v1/models").text == "act"


@pytest.mark.parametrize(
    ("headers", "status", "text"),
    [
        ({"Authorization": "Bearer may-act"}, 200, "act"),
        ({"Authorization": "Bearer may-ask"}, 200, "ask"),
        ({"Authorization": "Bearer may-actually"}, 401, "token"),
        ({"Authorization": "Bearer "}, 401, "token"),
        ({}, 401, "token"),
    ],
)
def test_a_token_tells_what_may_be_done(headers, status, text):
    response = client(TOKENS).get("/v1/models", headers=headers)
    assert response.status_code == status
    assert text in response.text
    assert "may-" not in response.text


def test_health_needs_no_token():
    assert client(TOKENS).get("/health").status_code == 200


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Origin": "http://evil.example"}, 403),
        ({"Origin": "null"}, 403),
        ({"Origin": "http://127.0.0.1:8765"}, 200),
        ({"Host": "evil.example"}, 421),
        ({"Host": "localhost:8765"}, 200),
    ],
)
def test_a_page_of_another_site_cannot_call_it(headers, status):
    assert client(ServerConfig()).post("/v1/ask", headers=headers).status_code == status


def test_what_is_too_long_is_not_read():
    small = client(ServerConfig(), most_bytes=1000)
    assert small.post("/v1/ask", content=b"x" * 1001).status_code == 413
    assert small.post("/v1/ask", content=b"x" * 1000).status_code == 200


def test_a_key_that_names_a_variable_is_read_from_it(monkeypatch):
    monkeypatch.setenv("HOUSE_TOKEN", "secret")
    assert ServerConfig(act_token="$HOUSE_TOKEN").tokens() == {"secret": "act"}
    monkeypatch.delenv("HOUSE_TOKEN")
    assert ServerConfig(act_token="$HOUSE_TOKEN").tokens() == {}
