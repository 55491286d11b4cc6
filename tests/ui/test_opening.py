"""A quoted document opened in an editor, at its line."""

from __future__ import annotations

from pathlib import Path

import pytest

from assistant.ui.opening import opener


@pytest.fixture
def programs(tmp_path: Path) -> Path:
    """A folder with programs of those names, which do nothing."""
    for name in ("vim", "code", "hx", "xdg-open"):
        file = tmp_path / name
        file.write_text("#!/bin/sh\n")
        file.chmod(0o755)
    return tmp_path


@pytest.mark.parametrize(
    ("editor", "file", "argv", "in_terminal"),
    [
        ("vim -R", "/m/backup.md", ("vim", "-R", "+12", "/m/backup.md"), True),
        ("code --wait", "/m/backup.md", ("code", "--wait", "--goto", "/m/backup.md:12"), False),
        ("hx", "/m/backup.rst", ("hx", "/m/backup.rst:12"), True),
        ("vim", "/m/backup.pdf", ("xdg-open", "/m/backup.pdf"), False),
        ("", "/m/backup.md", ("xdg-open", "/m/backup.md"), False),
        ("gone", "/m/backup.md", ("xdg-open", "/m/backup.md"), False),
    ],
)
def test_a_text_opens_in_the_editor_at_its_line(programs, monkeypatch, editor, file, argv, in_terminal):
    """What is no text, and what no editor is set for, goes to the desktop's program."""
    monkeypatch.setattr("sys.platform", "linux")
    program = opener(Path(file), 12, {"EDITOR": editor, "PATH": str(programs)})
    assert program is not None
    assert (program.argv, program.in_terminal) == (argv, in_terminal)


def test_where_no_program_opens_it_there_is_none(tmp_path):
    """No editor, no desktop."""
    assert opener(Path("/m/backup.md"), 1, {"PATH": str(tmp_path)}) is None
