"""assistant history: what was said is shown, searched, exported and erased."""

from __future__ import annotations

import io
import json
import re

import pytest

from assistant.actions.database import Database
from assistant.actions.database.turns import StoredTurn
from assistant.cli.main import main
from assistant.cli.output import ExitCode


@pytest.fixture
def data(tmp_path):
    database = Database(tmp_path / "data")
    for number, text in enumerate(["lights on", "what time is it", "note that the car is on level three"]):
        database.turns.add(
            StoredTurn(
                0, 1_800_000_000.0 + 60 * number, "typed", text, "intent_match", "Some", f"Reply {number}\n\x1b[2J"
            )
        )
    return tmp_path / "data"


@pytest.fixture
def history(data, capsys):
    """Run `assistant history`; the exit code, and the turns that it writes."""

    def run(*arguments):
        code = main(["--data-dir", str(data), "history", *map(str, arguments)])
        return code, [json.loads(line) for line in capsys.readouterr().out.splitlines()]

    return run


def test_the_last_turns_are_shown_the_oldest_first(history):
    code, turns = history("--last", 2)
    assert code == ExitCode.DONE
    assert [turn["text"] for turn in turns] == ["what time is it", "note that the car is on level three"]
    assert turns[0]["meant"] == [{"kind": "intent_match", "name": "Some"}]
    assert re.fullmatch(r"2027-01-1\dT\d\d:\d\d:00[+-]\d\d:\d\d", turns[0]["time"])


def test_a_search_shows_all_turns_with_the_words(history):
    assert [turn["text"] for turn in history("the", "car")[1]] == ["note that the car is on level three"]
    assert history("boat") == (ExitCode.NOT_UNDERSTOOD, [])


def test_what_remains_is_shown_where_nothing_more_is_kept(history, tmp_path):
    (tmp_path / "off.toml").write_text("[history]\nkeep = false\n")
    assert len(history("--config", tmp_path / "off.toml")[1]) == 3


@pytest.mark.parametrize("arguments", [["--meaning"], ["--last", "0"], ["--erase", "car"], ["--erase"]])
def test_what_cannot_be_meant_is_one_line(history, arguments, monkeypatch):
    monkeypatch.setattr("sys.stdin", io.StringIO())
    assert history(*arguments) == (ExitCode.FAULT, [])


def test_it_is_exported_as_markdown_and_as_json(history, tmp_path):
    assert history("--export", tmp_path / "all.md")[0] == ExitCode.DONE
    assert history("car", "--export", tmp_path / "car.json")[0] == ExitCode.DONE
    text = (tmp_path / "all.md").read_text()
    assert re.match(r"# Conversation\n\n## 2027-01-1\d\n\n\*\*\d\d:\d\d\*\* lights on\n\n> Reply 0\n", text)
    assert [turn["text"] for turn in json.loads((tmp_path / "car.json").read_text())] == [
        "note that the car is on level three"
    ]
    assert (tmp_path / "all.md").stat().st_mode & 0o777 == 0o600
    assert history("--export", tmp_path / "all.md")[0] == ExitCode.FAULT
    assert history("--export", tmp_path / "all.txt")[0] == ExitCode.FAULT


def test_it_is_erased_with_its_copies_and_vectors(history, data):
    (data / "conversation").mkdir()
    (data / "conversation" / "snapshot").write_text("the car is on level three")
    (data / "assistant.db.backup-1").write_text("the car is on level three")
    assert history("--erase", "--yes")[0] == ExitCode.DONE
    assert history() == (ExitCode.NOT_UNDERSTOOD, [])
    assert b"level three" not in b"".join(path.read_bytes() for path in data.rglob("*") if path.is_file())


def test_a_folder_that_is_not_there_has_no_turns_and_is_not_made(history, data, tmp_path):
    assert history("--data-dir", tmp_path / "none") == (ExitCode.NOT_UNDERSTOOD, [])
    assert not (tmp_path / "none").exists()
