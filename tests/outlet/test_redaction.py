"""Secrets are blanked wherever they stand, and nothing else is."""

from __future__ import annotations

import doctest
from pathlib import Path

import pytest

from assistant.errors import ActionError, Problem
from assistant.outlet import secrets
from assistant.outlet.secrets import blanked, redacted, secrets_of_address, secrets_of_header


@pytest.mark.parametrize(
    "text",
    [
        "http://me:hunter2@lamp.local/a", "rtsp://hunter2@cam", "GET /a?token=hunter2 failed", "?x=1&api_key=hunter2",
        "?apikey=hunter2&x=1", "?X-Access-Token=hunter2", "&client_secret=hunter2", "?password=hunter2", "?sig=hunter2",
        "Authorization: Bearer hunter2", "authorization=hunter2", '"Authorization": "Basic hunter2"',
        "X-Api-Key: hunter2",
        "Cookie: hunter2", "Illegal header value b'Bearer hunter2-is-long'", "Set-Cookie: hunter2; Path=/",
    ],
)  # fmt: skip
def test_what_stands_in_the_place_of_a_secret_is_blanked(text):
    assert "hunter2" not in redacted(text)


@pytest.mark.parametrize(
    "text",
    [
        "The token is missing: set url under [home_assistant]", "http://lamp.local:8080/set?to=20&monitor=on",
        "a key: press it",
        "Basic functions", "Bearer of news", "write to anna@example.com", "https://example.com/a@b",
        "the password: see the label",
    ],
)  # fmt: skip
def test_the_rest_stays(text):
    assert redacted(text) == text


def test_a_known_secret_is_blanked_anywhere_unless_it_is_short():
    assert redacted("you sent hunter2, hunter22", ["hunter2", "hunter22"]) == "you sent ***, ***"
    assert redacted("the lamp is on", ["on", ""]) == "the lamp is on"
    assert blanked("hunter2 of http://me:pw@host", ["hunter2"]) == "*** of http://me:pw@host"


def test_the_secrets_of_an_address_and_of_a_header():
    assert secrets_of_address("http://me:a%20b@host/p?token=c%2Fd&x=1") == {"a%20b", "a b", "c%2Fd", "c/d"}
    assert secrets_of_address("https://abcdef@host/") == {"abcdef"}
    assert secrets_of_address("http://[") == secrets_of_address("http://host/?x=1") == set()
    assert secrets_of_header("Authorization", "Bearer hunter2") == {"Bearer hunter2", "hunter2"}
    assert secrets_of_header("X-Api-Key", "hunter2") == {"hunter2"}
    assert secrets_of_header("Content-Type", "text/plain") == set()


def test_every_error_and_every_problem_goes_through():
    assert str(ActionError("http://me:pw@host/: no")) == "http://host/: no"
    assert str(Problem(Path("a.yaml"), 3, "http://me:pw@host/ is none")) == "a.yaml:3: http://host/ is none"


def test_an_example_of_the_docstring():
    assert doctest.testmod(secrets).failed == 0
