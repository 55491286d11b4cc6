"""Answers of a user's web calls: what they do not say is not claimed, and no secret is told."""

from __future__ import annotations

import contextlib
import gzip
import socket
import threading
import time
from pathlib import Path

import pytest

from assistant.actions import http
from assistant.actions.run import Actions
from assistant.errors import ActionError
from assistant.values import HttpAction, IntentMatch
from fakes.web_server import JsonHandler, serving

UNSURE = "I don't know whether that worked"


@pytest.fixture
def run(world):
    actions = Actions(world.config, world.database, world.timers, list)

    def run(action, cancelled=None, **slots):
        return actions.run(IntentMatch("Test", slots, 1.0, (), action), cancelled or threading.Event())

    return run


class Canned(JsonHandler):
    """Gives one answer to everything, and keeps what it was sent."""

    content = b""
    status = 200
    fields: dict[str, str] = {}  # noqa: RUF012
    requests: list[dict[str, str]] = []  # noqa: RUF012

    def respond(self, body):
        self.requests.append({**self.headers})
        if self.path == "/end":
            self.answer(200, b"arrived")
            return
        self.send_response(self.status)
        for name, value in self.fields.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(self.content)))
        self.end_headers()
        with contextlib.suppress(OSError):
            self.wfile.write(self.content)


@pytest.fixture(scope="module")
def address():
    with serving(Canned) as address:
        yield address


def answering(content, status=200, **fields):
    Canned.content, Canned.status = content, status
    Canned.fields = {name.replace("_", "-"): value for name, value in fields.items()}


# -- what is claimed --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("content", "fields", "reply"),
    [
        (b"", {}, "Sent."),
        (b"{}", {}, "Sent."),
        (b"null", {}, "Sent."),
        (b'{"state": "on"}', {}, "Sent."),
        (b'"on now"', {}, "on now"),
        (b"on now", {"Content_Type": "text/plain"}, "on now"),
        ("schön".encode("latin-1"), {"Content_Type": "text/plain; charset=latin-1"}, "schön"),
        ("schön".encode(), {"Content_Type": "text/plain; charset=latin-1"}, "schön"),
        ("schön".encode(), {"Content_Type": "text/plain; charset=no-such"}, "schön"),
        ("schön".encode(), {"Content_Type": "text/plain; charset=hex"}, "schön"),
        ("schön".encode("utf-16"), {"Content_Type": "text/plain; charset=utf-16"}, "schön"),
        (b'\xef\xbb\xbf"on"', {"Content_Type": "application/json"}, "on"),
        (b"\xff\xfe\x00\x80", {"Content_Type": "text/plain; charset=idna"}, None),
        (b'{"error": null, "errors": [], "ok": true}', {}, "Sent."),
        (b'{"big": ' + b"9" * 400 + b"}", {}, "Sent."),
    ],
)
def test_an_answer_says_no_more_than_there_is_in_it(run, address, content, fields, reply):
    answering(content, **fields)
    outcome = run(HttpAction(address))
    assert outcome.ok
    assert outcome.text == reply or reply is None


@pytest.mark.parametrize(
    ("content", "fields", "line"),
    [
        (b"<!DOCTYPE html><form>Log in</form>", {}, f"answered with a web page, so {UNSURE}"),
        (b"Log in", {"Content_Type": "text/html; charset=utf-8"}, f"answered with a web page, so {UNSURE}"),
        (b'{"state": "o', {}, f"the answer is broken JSON, so {UNSURE}"),
        (b"oops", {"Content_Type": "application/json"}, f"the answer is broken JSON, so {UNSURE}"),
        (b"[" * 100_000, {}, f"the answer is broken JSON, so {UNSURE}"),
        (b"x" * 10_000_000, {}, f"the answer is longer than a megabyte, so {UNSURE}"),
        (b'{"error": "bulb\\nunreachable"}', {}, "bulb unreachable"),
        (b'{"error": {"code": 3, "message": "no bulb"}}', {}, "no bulb"),
        (b'{"errors": [{"message": "no bulb"}]}', {}, "no bulb"),
        (b'[{"error": {"type": 201, "description": "no bulb"}}]', {}, "no bulb"),
        (b'{"ok": false, "error": "no bulb"}', {}, "no bulb"),
        (b'{"success": false}', {}, "it failed"),
        (b'{"status": "error", "message": "no bulb"}', {}, "no bulb"),
        (b'{"error": true}', {}, "it failed"),
    ],
)
def test_a_failure_with_a_good_status_is_one(run, address, content, fields, line):
    answering(content, **fields)
    with pytest.raises(ActionError) as caught:
        run(HttpAction(address))
    assert str(caught.value) == f"{address.removeprefix('http://')}: {line}"


def test_an_empty_list_means_that_nothing_was_changed(run, address):
    answering(b"[]")
    outcome = run(HttpAction(f"{address}/api/services/light/turn_on"))
    assert (outcome.ok, outcome.text.endswith(" changed nothing.")) == (False, True)


def test_what_a_question_is_answered_with_is_no_failure_of_the_call(run, address):
    answering(b'{"status": "failed", "at": 5}')
    assert run(HttpAction(address, method="GET")).values["status"] == "failed"
    answering(b"<html>Log in</html>")
    with pytest.raises(ActionError, match=r"answered with a web page$"):
        run(HttpAction(address, method="GET"))


# -- the whole call ---------------------------------------------------------------------------


@contextlib.contextmanager
def dripping(first, rest):
    """A server that sends its first bytes at once and then one byte of the rest every fifth of a second, for ever."""
    ended = threading.Event()
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def serve():
            with contextlib.suppress(OSError):
                connection, _ = listener.accept()
                with connection:
                    connection.recv(65536)
                    connection.sendall(first)
                    while not ended.wait(0.2):
                        connection.sendall(rest)

        thread = threading.Thread(target=serve)
        thread.start()
        try:
            yield f"http://127.0.0.1:{listener.getsockname()[1]}/"
        finally:
            ended.set()
            listener.shutdown(socket.SHUT_RDWR)
            thread.join()


HEAD = b"HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n"


@pytest.mark.parametrize(("first", "rest"), [(HEAD, b"x"), (b"HTTP/1.1 200 OK\r\nX-Slow: ", b"x"), (b"", b"H")])
def test_a_byte_at_a_time_does_not_stretch_the_time(run, first, rest):
    with dripping(first, rest) as url:
        began = time.monotonic()
        with pytest.raises(ActionError, match=f"no answer within 0.6 seconds, so {UNSURE}"):
            run(HttpAction(url, timeout=0.6))
        assert time.monotonic() - began < 5


@pytest.mark.parametrize(("first", "rest"), [(HEAD, b"x"), (b"", b"H")])
def test_a_call_is_cancelled_at_once(run, first, rest):
    cancelled = threading.Event()
    threading.Timer(0.3, cancelled.set).start()
    with dripping(first, rest) as url:
        began = time.monotonic()
        with pytest.raises(ActionError, match=f"cancelled, so {UNSURE}"):
            run(HttpAction(url, timeout=60), cancelled)
        assert time.monotonic() - began < 5


def test_a_name_that_is_looked_up_for_ever_is_not_waited_for(run, monkeypatch):
    going_on = threading.Event()
    monkeypatch.setattr("socket.getaddrinfo", lambda *_, **__: going_on.wait(60) or [])
    try:
        with pytest.raises(ActionError, match=r"no answer within 0\.3 seconds"):
            run(HttpAction("http://lamp.local/", timeout=0.3))
    finally:
        going_on.set()


def descriptors():
    return len(list(Path("/proc/self/fd").iterdir()))


def test_no_descriptor_and_no_thread_is_left_behind(run, address):
    answering(b"on")
    run(HttpAction(address))
    before = descriptors(), threading.active_count()
    for number in range(200):
        if number % 20 == 0:
            with pytest.raises(ActionError):
                run(HttpAction(address, timeout=1e-9))
        else:
            run(HttpAction(address))
    time.sleep(0.2)  # the server's own threads end
    assert descriptors() <= before[0] + 1
    assert threading.active_count() <= before[1] + 1


# -- hosts and secrets ------------------------------------------------------------------------


@pytest.fixture
def secret(monkeypatch):
    monkeypatch.setenv("LAMP_TOKEN", "s3cret-t0ken")
    return "s3cret-t0ken"


def guarded(address, path="", **options):
    url = f"{address.replace('http://', 'http://admin:hunter2@')}/hidden/{path}?api_key=k3y-of-mine"
    return HttpAction(url, headers={"X-Api-Key": "$LAMP_TOKEN", "Authorization": "Bearer plain-t0ken"}, **options)


@pytest.mark.parametrize(
    ("status", "content"),
    [(500, b'{"message": "bad s3cret-t0ken of admin:hunter2"}'), (404, b""), (302, b""), (200, b"<html>")],
)
def test_a_fault_tells_no_secret_and_no_path(run, address, secret, status, content):
    answering(content, status)
    with pytest.raises(ActionError) as caught:
        run(guarded(address))
    for word in (secret, "admin", "hunter2", "hidden", "k3y-of-mine"):
        assert word not in str(caught.value).replace("***", "").replace("of admin", "")


def test_an_answer_that_repeats_the_secrets_does_not_get_them_into_the_reply(run, address, secret):
    answering(f'{{"a": "{secret}", "b": "Bearer plain-t0ken", "c": "hunter2 k3y-of-mine", "d": "on"}}'.encode())
    values = run(guarded(address)).values
    assert values == {"a": "***", "b": "***", "c": "*** ***", "d": "on", "output": ""}
    answering(f"it is {secret}".encode())
    assert run(guarded(address)).text == "it is ***"
    assert Canned.requests[-1]["X-Api-Key"] == secret


def test_a_redirect_on_the_same_host_is_followed(run, address, secret):
    answering(b"", 307, Location="/end")
    assert run(HttpAction(address, headers={"X-Api-Key": "$LAMP_TOKEN"})).text == "arrived"
    assert Canned.requests[-1]["X-Api-Key"] == secret


def test_a_redirect_elsewhere_is_not_followed(run, address, secret):
    class Elsewhere(Canned):
        requests: list[dict[str, str]] = []  # noqa: RUF012

    with serving(Elsewhere) as other:
        for target in (f"{other}/end", address.replace("http:", "https:"), address.replace("127.0.0.1", "localhost")):
            answering(b"", 302, Location=target)
            with pytest.raises(ActionError, match=r"sends on to .*, and is not followed there"):
                run(HttpAction(address, headers={"X-Api-Key": "$LAMP_TOKEN"}))
        assert Elsewhere.requests == []


def test_a_host_that_sends_on_for_ever_is_one_line(run, address):
    answering(b"", 307, Location="/again")
    with pytest.raises(ActionError, match="sends on and on"):
        run(HttpAction(address))


@pytest.mark.parametrize("url", ["http://a{x}/", "http://{x}.lamp.local/", "http://lamp.local:{x}/", "http{x}://a/"])
@pytest.mark.parametrize("value", ["x", "y", ".evil.example", "@evil.example", "80"])
def test_no_slot_chooses_the_host(run, url, value):
    with pytest.raises(ActionError, match=r"fixed text|must begin with http"):
        run(HttpAction(url), x=value)


@pytest.mark.parametrize("value", ["@evil/", "/../x", "\\@evil", "?a#b", "://evil", "\n", "ü.evil"])
def test_a_slot_in_the_path_leaves_the_host_as_it_is(run, address, value):
    answering(b"on")
    assert run(HttpAction(f"{address}/{{x}}?q={{x}}#{{x}}"), x=value).text == "on"


def test_the_host_for_a_person_is_no_secret():
    assert http.host_of("http://me:pw@host:8080/path?q") == "host:8080"
    assert http.host_of("http://[half/path") == "[half/path"
    with pytest.raises(ActionError, match="half"):
        http.call("http://[half/path")


@pytest.mark.parametrize(("times", "reply"), [(1, "done"), (2, "packed in a way that was not asked for")])
def test_an_answer_is_unpacked_once_at_most(address, run, times, reply):
    content = b"done"
    for _ in range(times):
        content = gzip.compress(content)
    answering(content, Content_Encoding=", ".join(["gzip"] * times))
    with contextlib.nullcontext() if times == 1 else pytest.raises(ActionError, match=reply):
        assert run(HttpAction(f"{address}/x")).text == reply


def test_a_proxy_reads_no_call_without_tls(address, run, monkeypatch):
    with serving(Canned) as proxy:
        for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
            monkeypatch.setenv(name, proxy)
        monkeypatch.delenv("no_proxy", raising=False)
        monkeypatch.delenv("NO_PROXY", raising=False)
        Canned.requests.clear()
        answering(b"done")
        run(HttpAction(f"{address}/x", headers={"Authorization": "Bearer hunter2-hunter2"}))
    (request,) = Canned.requests
    assert request["Host"] == address.removeprefix("http://")
    assert "Proxy-Connection" not in request
