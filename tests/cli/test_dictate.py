"""`assistant dictate`: one utterance at a virtual microphone becomes text in another program."""

from __future__ import annotations

import os
import subprocess
import sys
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


@pytest.mark.model
@pytest.mark.audio
def test_what_is_said_at_the_microphone_is_all_that_stands_on_stdout(room, tmp_path):
    """No server runs here: the port is none, so that the model is loaded."""
    config = tmp_path / "config.toml"
    config.write_text("[server]\nport = 0\n[stt]\nthreads = 1\n")
    command = [sys.executable, "-m", "assistant", "--config", config, "--data-dir", tmp_path, "dictate", "--stdout"]
    process = subprocess.Popen(
        command, cwd=ROOT, env=os.environ | room.environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    end = time.monotonic() + 120
    while not room.pactl("list", "short", "source-outputs"):
        assert process.poll() is None, process.communicate()
        assert time.monotonic() < end
        time.sleep(0.1)
    room.play(RECORDINGS / "set-a-timer-for-ten-minutes.wav")
    written, complaints = process.communicate(timeout=120)
    assert (written, process.returncode) == ("Set a timer for 10 minutes.\n", 0), complaints
