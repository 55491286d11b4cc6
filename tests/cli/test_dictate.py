"""`assistant dictate`: one utterance at a virtual microphone becomes text in another program."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time

import pytest

from assistant.app.edge import dictation
from assistant.cli.main import main
from assistant.errors import AssistantError
from paths import RECORDINGS, ROOT


def program(folder, name, script):
    file = folder / name
    file.write_text(f"#!/bin/sh\n{script}\n")
    file.chmod(0o700)


@pytest.mark.model
@pytest.mark.audio
def test_what_is_said_is_typed_where_the_cursor_is(room, data, tmp_path):
    program(tmp_path, "xdotool", f'printf "%s|" "$@" > "{tmp_path}/typed"')
    config = tmp_path / "config.toml"
    config.write_text("[server]\nport = 0\n[stt]\nthreads = 1\n")
    environment = os.environ | room.environment | {"PATH": f"{tmp_path}:{os.environ['PATH']}", "WAYLAND_DISPLAY": ""}
    command = [sys.executable, "-m", "assistant", "--config", config, "--data-dir", data, "dictate", "--type"]
    process = subprocess.Popen(command, cwd=ROOT, env=environment, stderr=subprocess.PIPE, text=True)
    lines = []
    reader = threading.Thread(target=lambda: lines.extend(process.stderr), daemon=True)
    reader.start()
    end = time.monotonic() + 120
    while not any("speak: " in line for line in lines):
        assert time.monotonic() < end, lines
        time.sleep(0.05)
    room.play(RECORDINGS / "what-time-is-it.wav")
    assert process.wait(120) == 0, lines
    reader.join(10)
    process.stderr.close()
    assert (tmp_path / "typed").read_text() == "type|--clearmodifiers|--|What time is it?|"


def test_words_are_one_argument_and_the_clipboard_reads_them(tmp_path, monkeypatch):
    program(tmp_path, "wtype", f'printf "%s|" "$@" > "{tmp_path}/typed"')
    program(tmp_path, "wl-copy", f'cat > "{tmp_path}/copied"')
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    monkeypatch.setenv("WAYLAND_DISPLAY", "wayland-0")
    dictation.typing()("-x; rm $HOME `ls`")
    dictation.copying()("grüße")
    assert (tmp_path / "typed").read_text() == "--|-x; rm $HOME `ls`|"
    assert (tmp_path / "copied").read_text() == "grüße"


def test_a_program_that_fails_or_is_not_there_is_one_line(tmp_path, monkeypatch, capsys):
    program(tmp_path, "xclip", "exit 3")
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.delenv("WAYLAND_DISPLAY", raising=False)
    with pytest.raises(AssistantError, match=r"^xclip: failed with exit code 3$"):
        dictation.copying()("x")
    assert main(["--data-dir", str(tmp_path), "dictate", "--type"]) == 2
    assert capsys.readouterr().err.endswith("dictate --type: install one of xdotool, ydotool\n")
