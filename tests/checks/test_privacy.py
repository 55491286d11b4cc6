"""docs/privacy.md: what is kept and what leaves is told, erased and exported as the page says."""

from __future__ import annotations

import json
import os
import pty
import re
import shutil
import subprocess
import sys
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest
from manual import quoted, rows, section

from assistant.actions.database import Database
from assistant.actions.database.turns import StoredTurn
from assistant.checks import privacy
from assistant.checks.stored import kept, tidy
from assistant.cli.main import main
from assistant.config import (
    Config,
    GeneratorConfig,
    HistoryConfig,
    HomeAssistantConfig,
    MatchConfig,
    ModelsConfig,
    PathsConfig,
    SttConfig,
    VoiceConfig,
)
from assistant.errors import AssistantError
from paths import ROOT

PAGE = (ROOT / "docs" / "privacy.md").read_text(encoding="utf-8")
SECRET = "the spare key is under the third stone"

INTENTS = """
intents:
  Weather:
    examples: [how is the weather]
    action: {http: {url: "https://me:word@weather.example:8443/now"}}
  Log:
    examples: [write a line into the log]
    action: {argv: [logger, hello]}
"""


@pytest.fixture(autouse=True)
def home(tmp_path, monkeypatch):
    """The home of somebody who has used everything."""
    monkeypatch.setenv("HOME", str(tmp_path))
    for kind, name in (("CACHE", ".cache"), ("CONFIG", ".config"), ("DATA", ".local/share")):
        monkeypatch.setenv(f"XDG_{kind}_HOME", str(tmp_path / name))
    own, data = tmp_path / ".config/assistant", tmp_path / ".local/share/assistant"
    files = {
        own / "config.toml": '[home_assistant]\ntoken = "s3cret"\n',
        own / "intents/mine.yaml": INTENTS,
        own / "knowledge/mine.md": "# Where is the key?\nUnder the stone.\n",
        data / "index/lock": "",
        data / "faults.log": "Traceback",
        data / "assistant.db.damaged-20260101-000000": SECRET,
        tmp_path / ".cache/assistant/models/base/model.bin": "public",
    }
    for file, text in files.items():
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
    database = Database(data)
    database.add_note(SECRET, 1_800_000_000.0)
    database.add_items("shopping", ["milk", "eggs"])
    database.add_timer("alarm", "tea", 1_800_000_000.0, 60.0)
    said = StoredTurn(0, 1_800_000_000.0, "typed", "what is under the stone", "out_of_scope", "", "I don't know that.")
    database.turns.add(said)
    return tmp_path


def told(config=None):
    return {(finding.subject, finding.detail) for finding in privacy.tell(config or Config())}


def kinds_of(config):
    return {subject: detail for subject, detail in told(config) if subject != "leaves"}


def leaving(config=None):
    return sorted(detail for subject, detail in told(config) if subject == "leaves")


def data_of(home):
    return home / ".local/share/assistant"


# -- telling ----------------------------------------------------------------------------------


def test_every_kind_is_on_the_page_and_told_with_its_place_and_size(home):
    named = [row[0].strip("`") for row in rows(section("privacy.md", "What is kept"))]
    assert named == [entry.kind for entry in kept(Config())]
    details = kinds_of(Config())
    assert details.keys() == {*named}
    assert details["notes"].startswith(f"1 in {data_of(home)}/assistant.db; ")
    assert details["lists"].startswith("2 in ")
    assert details["settings"].startswith(f"1 file, 0.0 kB, in {home}/.config/assistant/config.toml; ")
    assert details["reports"].startswith("nothing; ")


def test_nothing_is_made_by_looking(home):
    shutil.rmtree(data_of(home))
    assert kinds_of(Config())["notes"].startswith("nothing")
    assert not data_of(home).exists()


def test_all_that_leaves_is_told_without_passwords():
    lines = leaving()
    assert "weather.example:8443: web calls of Weather" in lines
    assert any(line.endswith("that your intents start: logger") for line in lines)
    assert not any("word" in line for line in lines)
    config = Config(
        home_assistant=HomeAssistantConfig(url="http://me:word@ha.local:8123"), match=MatchConfig(server="http://box:8000"),
        models=ModelsConfig(offline=True),
    )  # fmt: skip
    told = replace(
        config, match=replace(config.match, team="x"), paths=replace(config.paths, shared=("~/manuals",)),
        generator=GeneratorConfig(generate="grounded", url="http://me:word@model:9/v1"),
        stt=SttConfig(url="http://me:word@ears:9"), voice=VoiceConfig(url="http://me:word@mouth:9"),
    )  # fmt: skip
    assert {"model:9", "box:8000,", "ears:9", "mouth:9"} <= {line.split()[0] for line in leaving(told)}
    more = set(leaving(config)) - set(lines)
    assert {line.split()[0] for line in more} == {"ha.local:8123", "box:8000", "weights:"}
    assert not any("word" in line for line in more)


def test_the_shipped_files_call_nobody(home):
    shutil.rmtree(home / ".config")
    assert [line.partition(":")[0] for line in leaving()] == ["browser", "weights"]


# -- erasing ----------------------------------------------------------------------------------


def remains(folder):
    """Everything that can be read below a folder."""
    return b"".join(path.read_bytes() for path in folder.rglob("*") if path.is_file())


def test_erased_notes_leave_no_trace_and_the_rest_stays(home):
    assert main(["privacy", "erase", "notes", "--yes"]) == 0
    assert SECRET.encode() not in remains(data_of(home))
    database = Database(data_of(home))
    assert (database.notes(), len(database.items("shopping")), len(database.timers())) == ((), 2, 1)
    assert b"s3cret" in remains(home / ".config")


def test_the_conversation_is_erased_without_a_trace_and_the_rest_stays(home):
    assert main(["privacy", "erase", "conversation", "--yes"]) == 0
    assert b"under the stone" not in remains(data_of(home))
    database = Database(data_of(home))
    assert (database.turns.newest(), len(database.notes())) == ((), 1)


def test_the_bound_of_the_conversation_is_told():
    assert "for 90 days, 10000 turns at most" in kinds_of(Config())["conversation"]
    off = kinds_of(Config(history=HistoryConfig(keep=False)))["conversation"]
    assert off.startswith("1 in ")
    assert "nothing more is kept" in off


def test_a_note_that_was_deleted_by_voice_leaves_no_trace_either(home):
    database = Database(data_of(home))
    database.remove_note(database.notes()[0])
    (data_of(home) / "assistant.db.damaged-20260101-000000").unlink()
    assert SECRET.encode() not in remains(data_of(home))


def test_everything_can_be_erased_and_the_assistant_begins_anew(home):
    assert main(["privacy", "erase", "all", "--yes"]) == 0
    assert not data_of(home).exists()
    assert [path for path in (home / ".config/assistant").rglob("*") if path.is_file()] == []
    assert (home / ".cache/assistant/models").exists()  # they are the same for everybody
    assert main(["privacy", "erase", "weights", "--yes"]) == 0
    assert not (home / ".cache/assistant/models").exists()
    assert all(detail.startswith("nothing") for detail in kinds_of(Config()).values())
    Database(data_of(home)).add_note("new", 1.0)


def test_what_a_person_named_is_not_erased(home, capsys):
    elsewhere = home / "work/intents"
    elsewhere.mkdir(parents=True)
    config = Config(paths=PathsConfig(intents=(str(elsewhere),)), models=ModelsConfig(folder=str(home / "weights")))
    assert "intents" not in privacy.erasable(config, ["all"])
    with pytest.raises(AssistantError, match=f"intents are in {elsewhere}, which your configuration names"):
        privacy.erasable(config, ["intents"])
    assert main(["privacy", "erase", "note", "--yes"]) == 2
    assert "did you mean 'notes'?" in capsys.readouterr().err
    assert main(["privacy", "erase", "--yes"]) == 2
    assert "name what is to go: all, settings, " in capsys.readouterr().err


def test_without_a_terminal_nothing_is_erased_unasked(home, capsys, monkeypatch):
    with Path(os.devnull).open() as nobody:
        monkeypatch.setattr(sys, "stdin", nobody)
        assert main(["privacy", "erase", "notes"]) == 2
    assert "--yes" in capsys.readouterr().err
    assert len(Database(data_of(home)).notes()) == 1


@pytest.mark.parametrize(("answer", "left"), [("n", 1), ("", 1), ("y", 0)])
def test_it_asks_on_a_terminal(home, answer, left):
    ours, theirs = pty.openpty()
    process = subprocess.Popen(
        [sys.executable, "-m", "assistant", "privacy", "erase", "notes"],
        stdin=theirs, stdout=subprocess.DEVNULL, stderr=theirs, cwd=ROOT,
    )  # fmt: skip
    os.close(theirs)
    asked = b""
    while b"[y/N]" not in asked:
        asked += os.read(ours, 1000)
    os.write(ours, f"{answer}\n".encode())
    assert process.wait(30) == (0 if answer == "y" else 2)
    os.close(ours)
    assert b"Erase notes for ever?" in asked
    assert len(Database(data_of(home)).notes()) == left


# -- exporting --------------------------------------------------------------------------------


def test_an_export_holds_all_that_is_ones_own(home, capsys):
    archive = home / "mine.zip"
    assert main(["privacy", "export", str(archive)]) == 0
    assert archive.stat().st_mode & 0o777 == 0o600
    with zipfile.ZipFile(archive) as pack:
        names = set(pack.namelist())
        notes, items, timers, turns = (
            [json.loads(line) for line in pack.read(f"{kind}.jsonl").splitlines()]
            for kind in ("notes", "lists", "timers", "conversation")
        )
        assert b"s3cret" in pack.read("settings/config.toml")
    assert {"intents/mine.yaml", "knowledge/mine.md", "logs/faults.log"} <= names
    assert not any(name.startswith(("index", "weights", "reports")) for name in names)
    assert notes[0]["text"] == SECRET
    assert re.fullmatch(r"2027-01-1[45]T\d\d:\d\d:\d\d[+-]\d\d:\d\d", notes[0]["at"])
    assert {item["text"] for item in items} == {"milk", "eggs"}
    assert timers[0]["label"] == "tea"
    assert (turns[0]["text"], turns[0]["reply"]) == ("what is under the stone", "I don't know that.")


def test_an_export_replaces_nothing_and_leaves_nothing_half(home, capsys):
    archive = home / "mine.zip"
    archive.write_text("holiday photos")
    assert main(["privacy", "export", str(archive)]) == 2
    assert archive.read_text() == "holiday photos"
    assert main(["privacy", "export", str(home / "nowhere/mine.zip")]) == 2
    assert main(["privacy", "export"]) == 2
    errors = capsys.readouterr().err.splitlines()
    assert len(errors) == 3
    assert "is there already" in errors[0]


# -- the page ---------------------------------------------------------------------------------


def test_the_variables_of_the_page_are_set():
    for name in re.findall(r"`([A-Z_]{8,})`", PAGE):
        assert os.environ[name]


def test_the_places_of_the_page_are_those_of_the_program(home):
    tidy(Config())
    for kind, _, where in rows(section("privacy.md", "What is kept")):
        entry = next(entry for entry in kept(Config()) if entry.kind == kind.strip("`"))
        names = {word.rstrip("/") for word in quoted(where) if "[" not in word}
        if names and entry.paths:
            assert {path.name for path in entry.paths} & names, kind


def test_the_commands_of_the_page_are_commands(home, monkeypatch):
    monkeypatch.chdir(home)
    for words in re.findall(r"^    assistant (privacy[^#\n]*)", PAGE, re.MULTILINE):
        arguments = words.split()
        assert main([*arguments, *(["--yes"] if "erase" in arguments else [])]) == 0
    assert (home / "mine.zip").is_file()
