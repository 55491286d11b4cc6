"""`assistant dictate`: one utterance at a virtual microphone becomes text in another program."""

from __future__ import annotations

import pytest

from assistant.app.edge import dictation
from assistant.cli.main import main
from assistant.errors import AssistantError


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
