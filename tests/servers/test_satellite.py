"""A satellite: a real `assistant satellite` with a virtual microphone at a real `assistant serve`, which is killed."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
import time

import pytest

from assistant.app import build
from assistant.app.clients.areas import placed
from assistant.cli.main import main
from assistant.config import Config, HomeAssistantConfig, PathsConfig
from fakes.served import TOKEN, free_port, served
from paths import RECORDINGS, ROOT


@pytest.fixture
def satellite(room, tmp_path):
    """Start a satellite for an address; gives the lines that it writes."""
    started = []

    def start(address):
        config = tmp_path / "satellite.toml"
        config.write_text(f'[satellite]\nurl = "{address}"\ntoken = "{TOKEN}"\narea = "kitchen"\n')
        command = [sys.executable, "-m", "assistant", "--config", config, "--data-dir", tmp_path / "here", "satellite"]
        environment = os.environ | room.environment | {"PULSE_SINK": "cd"}  # what it says does not come back
        process = subprocess.Popen(
            command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
        )
        lines = []
        reader = threading.Thread(target=lambda: lines.extend(process.stdout), daemon=True)
        reader.start()
        started.append((process, reader))
        return lines

    yield start
    for process, reader in started:
        process.send_signal(signal.SIGINT)
        process.wait(60)
        reader.join(10)
        process.stdout.close()


def until(lines, condition, seconds=120):
    """The first new line that fulfils it, and all before it are forgotten."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        for place, line in enumerate(lines):
            if condition(line):
                del lines[: place + 1]
                return line
        time.sleep(0.05)
    raise AssertionError(lines)


def event(name):
    return lambda line: line.startswith("{") and json.loads(line)["event"] == name


@pytest.mark.model
@pytest.mark.audio
def test_what_is_said_there_is_answered_there_also_after_the_server_was_killed(room, satellite, data, tmp_path):
    port = free_port()
    with served(tmp_path, data, port=port) as server:
        server.until_ready()
        lines = satellite(server.address)
        until(lines, event("microphone_opened"))
        room.play(RECORDINGS / "what-time-is-it.wav")
        assert json.loads(until(lines, event("final_transcript")))["utterance"]["text"] == "What time is it?"
        assert json.loads(until(lines, event("reply_ended")))["ok"]
        until(lines, event("speaking_ended"))
        server.http.post("/v1/ask", json={"text": "set a timer for one second"})
        assert "timer" in json.loads(until(lines, event("announced")))["text"].lower()
        until(lines, event("speaking_ended"))
        server.process.kill()
        server.process.wait()
    room.play(RECORDINGS / "what-time-is-it.wav")
    assert "until it is back" in until(lines, lambda line: f"127.0.0.1:{port}" in line)
    with served(tmp_path, data, port=port) as server:
        server.until_ready()
        room.play(RECORDINGS / "what-time-is-it.wav")
        until(lines, lambda line: "is back" in line)
        until(lines, event("reply_ended"))


@pytest.mark.model
def test_a_command_without_a_place_is_meant_where_the_satellite_stands(data):
    config = Config(paths=PathsConfig(data=str(data)), home_assistant=HomeAssistantConfig(url="http://127.0.0.1:1"))
    session = build.one_shot(config, lambda _: None)

    def meant(text, area="kitchen"):
        return placed(session, text, area)

    assert meant("turn on the light") == "turn on the light in the kitchen"
    assert meant("open the blinds.") == "open the blinds in the kitchen"
    for text in ("turn on the light in the bedroom", "turn off the coffee machine", "what time is it", "set a timer"):
        assert meant(text) == text
    assert meant("turn on the light", "") == "turn on the light"


@pytest.mark.parametrize(
    ("options", "line"),
    [
        ([], "satellite: no server: --server http://host:8765, or [satellite] url"),
        (["--server", "box:8765"], "--server: box:8765 is no web address"),
    ],
)
def test_a_satellite_without_a_server_is_told_so(tmp_path, capsys, options, line):
    assert main(["--data-dir", str(tmp_path), "satellite", *options]) == 2
    assert line in capsys.readouterr().err
