"""assistant ask --image: what is no picture is one line and exit code 2, before anything is done."""

from __future__ import annotations

import os

import pytest

from assistant.cli.main import main
from assistant.cli.output import ExitCode
from fakes.pictures import bomb


@pytest.mark.parametrize(
    ("name", "fault"),
    [
        ("gone.png", "--image: no such file"),
        ("pipe.png", "--image: is no file"),
        ("album", "--image: is no file"),
        ("bomb.png", "more than 200 million: left out"),
        ("text.png", "is no picture"),
    ],
)
def test_what_is_no_picture_is_one_line(tmp_path, capsys, name, fault):
    (tmp_path / "album").mkdir()
    os.mkfifo(tmp_path / "pipe.png")
    (tmp_path / "bomb.png").write_bytes(bomb())
    (tmp_path / "text.png").write_text("turn off the lights")
    (tmp_path / "config.toml").write_text(f"[paths]\ndata = {str(tmp_path / 'data')!r}\n")
    code = main(["--config", str(tmp_path / "config.toml"), "ask", "--image", str(tmp_path / name), "what is this"])
    out, err = capsys.readouterr()
    assert (code, out) == (ExitCode.FAULT, "")
    assert fault in err
    assert len(err.splitlines()) == 1
    assert not (tmp_path / "data").exists()
