"""assistant web: who gets in, what a page is shown, and a real browser on the real assistant."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import time

import numpy as np
import pytest
from manual import section
from starlette.testclient import TestClient, WebSocketDenialResponse
from starlette.websockets import WebSocketDisconnect

from assistant.audio.capture import Microphone
from assistant.cli.arguments import parser
from assistant.cli.main import main
from assistant.cli.output import ExitCode
from assistant.config import AudioConfig, ServerConfig
from assistant.errors import AudioError
from assistant.servers.web.serving import PAGES, web_application
from assistant.servers.web.terminal import BrowserTerminal
from fakes import browser
from paths import RECORDINGS, ROOT

FAR = ServerConfig(host="0.0.0.0", act_token="may-act", ask_token="may-ask")

DRAWS = """
import os, struct, sys
def draw(kind, text):
    data = text.encode()
    sys.stdout.buffer.write(kind + struct.pack(">I", len(data)) + data)
    sys.stdout.buffer.flush()
print("__GANGLION__", flush=True)
draw(b"D", " ".join([*sys.argv[1:2], os.environ["COLUMNS"], os.environ["ROWS"], os.environ["TEXTUAL_DRIVER"]]))
while head := sys.stdin.buffer.read(5):
    text = sys.stdin.buffer.read(struct.unpack(">I", head[1:])[0]).decode()
    draw(b"D", f"{head[:1].decode()} {text}")
    if text == "q" or '"quit"' in text:
        break
"""
"""A program that draws for a browser: its size, then whatever it is told."""


@pytest.fixture
def terminal(tmp_path):
    program = tmp_path / "draws.py"
    program.write_text(DRAWS)
    with BrowserTerminal([sys.executable, str(program)]) as terminal:
        yield terminal


def client(terminal, config=None, address="http://127.0.0.1:8766"):
    return TestClient(web_application(terminal, config or ServerConfig()), base_url=address, follow_redirects=False)


def joined(web, path, **options):
    return web.websocket_connect(f"{web.base_url}".replace("http", "ws") + path, **options)


def shown(socket):
    return socket.receive_bytes().decode()


def end(socket):
    """Have the program end, and the connection with it."""
    socket.send_text('["stdin", "q"]')
    assert shown(socket) == "D q"
    with pytest.raises(WebSocketDisconnect):
        socket.receive_bytes()


def test_keys_and_size_reach_the_program_and_what_it_draws_the_page(terminal):
    with joined(client(terminal), "/terminal?width=90&height=30") as socket:
        assert shown(socket) == "--input 90 30 textual.drivers.web_driver:WebDriver"
        for sent, told in (
            (["stdin", "héllo\r"], "D héllo\r"),
            (["resize", {"width": 61, "height": 22}], 'M {"type": "resize", "width": 61, "height": 22}'),
            (["focus"], 'M {"type": "focus"}'),
        ):
            socket.send_text(json.dumps(sent))
            assert shown(socket) == told
        for odd in ("no JSON", "[" * 50_000, "{}", '["resize", {"width": -1, "height": 9}]', '["stdin", 3]'):
            socket.send_text(odd)
        socket.send_text('["ping", "7"]')
        assert json.loads(socket.receive_text()) == ["pong", "7"]
        end(socket)


def test_a_page_that_opens_the_terminal_anew_ends_the_one_before(terminal):
    web = client(terminal)
    with web, joined(web, "/terminal") as first:
        assert shown(first).startswith("--input 80 24")
        with joined(web, "/terminal") as second:
            assert shown(second).startswith("--input 80 24")
            assert shown(first) == 'M {"type": "quit"}'
            with pytest.raises(WebSocketDisconnect):
                first.receive_bytes()
            second.send_text('["focus"]')
            assert shown(second) == 'M {"type": "focus"}'
            end(second)


@pytest.mark.parametrize("size", ["9" * 5000, "x", "-1", "", "1001"])
def test_a_size_that_is_none_is_the_usual_one(terminal, size):
    with joined(client(terminal), f"/terminal?width={size}&height={size}") as socket:
        assert shown(socket).startswith("--input 80 24")
        end(socket)


def test_the_sound_of_the_page_is_a_microphone(terminal):
    sound = (9000 * np.sin(np.arange(8192) / 9)).astype("<i2")
    web = client(terminal)
    with web, joined(web, "/microphone") as socket:
        pipe = f"pipe:{terminal._pipe}"
        latest = time.monotonic() + 20
        while True:
            try:
                microphone = Microphone(AudioConfig(input=pipe))
                break
            except AudioError:
                assert time.monotonic() < latest
                time.sleep(0.05)
        with microphone:
            socket.send_bytes(sound.tobytes())
            frames = microphone.frames()
            heard = np.concatenate([next(frames) for _ in range(8192 // 512)])
        assert np.allclose(heard, sound / 32768)


# -- who gets in ------------------------------------------------------------------------------


def test_on_this_machine_the_page_opens_at_once_and_asks_no_other_site_for_anything(terminal):
    web = client(terminal)
    page = web.get("/")
    assert page.status_code == 200
    assert "default-src 'self'" in page.headers["content-security-policy"]
    assert web.get("/health").json() == {"status": "ok"}
    for path in re.findall(r'(?:src|href)="(/[^"]+)"', page.text):
        assert web.get(path).status_code == 200, path
    for file in PAGES.iterdir():
        assert not re.search(r"https?://", file.read_text("utf-8")), file.name


@pytest.mark.parametrize(
    ("headers", "status"), [({"Host": "evil.example"}, 421), ({"Origin": "http://evil.example"}, 403)]
)
def test_a_page_of_another_site_opens_no_terminal(terminal, headers, status):
    web = client(terminal)
    assert web.get("/", headers=headers).status_code == status
    with pytest.raises(WebSocketDenialResponse), joined(web, "/terminal", headers=headers):
        pass


def test_elsewhere_the_token_is_asked_for_once(terminal):
    web = client(terminal, FAR, "http://192.168.1.5:8766")
    asked = web.get("/")
    assert asked.status_code == 401
    assert 'name="token"' in asked.text
    for path in ("/terminal", "/microphone"):
        with pytest.raises(WebSocketDenialResponse), joined(web, path):
            pass
    for token, words in (("wrong", "not the token"), ("may-ask", "only asks questions"), ("", "not the token")):
        refused = web.post("/", data={"token": token})
        assert (refused.status_code, words in refused.text) == (401, True)
        assert "set-cookie" not in refused.headers
    entered = web.post("/", data={"token": "may-act"})
    assert (entered.status_code, entered.headers["location"]) == (303, "/")
    cookie = entered.headers["set-cookie"]
    assert "may-act" not in cookie
    assert {"HttpOnly", "SameSite=strict"} <= set(cookie.split("; "))
    assert "Microphone" in web.get("/").text
    with joined(web, "/terminal") as socket:
        assert shown(socket).startswith("--input")
        end(socket)


def test_who_may_only_ask_is_given_no_terminal(terminal):
    web = client(terminal, FAR, "http://192.168.1.5:8766")
    with (
        pytest.raises(WebSocketDisconnect),
        joined(web, "/terminal", headers={"Authorization": "Bearer may-ask"}),
    ):
        pass


@pytest.mark.parametrize(
    ("options", "line"),
    [
        (["--host", "0.0.0.0"], "--host 0.0.0.0: other machines can reach it: set act_token under [server]"),
        (["--port", "70000"], "--port: 0 to 65535, not 70000"),
    ],
)
def test_what_cannot_be_served_is_one_line(options, line, capsys, tmp_path):
    assert main(["--data-dir", str(tmp_path), "web", *options]) == ExitCode.FAULT
    assert capsys.readouterr().err == f"assistant: {line}\n"


def test_the_address_of_the_manual_is_the_default():
    options = parser().parse_args(["web"])
    (address,) = re.findall(r"at `(http://127[^`]+)`", section("server.md", "The terminal in a browser"))
    assert address == f"http://{options.host}:{options.port}"


# -- a real browser ---------------------------------------------------------------------------


@pytest.mark.model
@pytest.mark.skipif(browser.PROGRAM is None, reason="needs Chromium")
def test_a_browser_types_and_speaks(data, tmp_path):
    config = tmp_path / "config.toml"
    config.write_text('[voice]\nreplies = "never"\n[stt]\nthreads = 1\n')
    options = ["--config", str(config), "--data-dir", str(data)]
    process = subprocess.Popen(
        [sys.executable, "-m", "assistant", *options, "web", "--port", "0"],
        cwd=tmp_path, env=os.environ | {"PYTHONPATH": str(ROOT)}, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    try:
        address = json.loads(process.stdout.readline())["http"]
        with browser.opened(address, RECORDINGS / "set-a-timer-for-ten-minutes.wav") as tab:
            tab.until("document.body.classList.contains('-first-byte')")
            tab.until("document.activeElement.tagName == 'TEXTAREA'")
            tab.type("what time is it")
            until_kept(options, "what time is it", "It's")
            tab.evaluate("document.getElementById('microphone').click()")
            tab.until("document.getElementById('microphone').textContent == 'Microphone on'")
            until_kept(options, "Set a timer for 10 minutes.", "Timer set for 10 minutes.")
            tab.evaluate("document.getElementById('microphone').click()")
            tab.until("document.getElementById('microphone').textContent == 'Microphone off'")
    finally:
        process.send_signal(signal.SIGINT)
        process.wait(60)
        process.stdout.close()
    assert process.returncode == 0


def until_kept(options, said, reply, seconds=150):
    """Wait until the conversation that is kept holds a turn."""
    end = time.monotonic() + seconds
    while True:
        ended = subprocess.run(
            [sys.executable, "-m", "assistant", *options, "history"],
            env=os.environ | {"PYTHONPATH": str(ROOT)}, capture_output=True, text=True,
        )  # fmt: skip
        turns = [json.loads(line) for line in ended.stdout.splitlines()]
        if any(turn["text"] == said and turn["reply"].startswith(reply) for turn in turns):
            return
        assert time.monotonic() < end, turns
        time.sleep(1)
