"""What the tests of the actions share: a database, a world to act in, and programs on a PATH of their own."""

from __future__ import annotations

import threading
from datetime import datetime

import pytest

from assistant.actions.builtins import BUILT_INS
from assistant.actions.database import Database
from assistant.actions.outcome import Context
from assistant.actions.run import Actions
from assistant.actions.timer_service import TimerService
from assistant.authoring.intents import load_intents
from assistant.config import Config
from benchmarks.cases.programs import Programs


class World:
    """All that an action needs, real, in one folder."""

    catalogue = (
        ("StartTimer", "Start a timer", "set a timer for ten minutes"),
        ("CancelTimer", "Cancel a timer", "cancel the timer"),
        ("AddToList", "Put something on a list", "add milk to my shopping list"),
        ("TellTime", "Tell the time", "what time is it"),
    )

    def __init__(self, database: Database) -> None:
        self.database = database
        self.timers = TimerService(database, lambda timer: None)
        self.config = Config()
        self.now = datetime(2026, 11, 23, 9, 0)
        """A Monday."""
        self.cancelled = threading.Event()

    def do(self, action, arguments=None, texts=None, **slots):
        context = Context(
            self.config,
            self.database,
            self.timers,
            lambda: self.catalogue,
            self.cancelled,
            texts=texts or {},
            now=lambda: self.now,
        )
        return BUILT_INS[action](slots, arguments or {}, context)


@pytest.fixture
def database(tmp_path):
    return Database(tmp_path / "data")


@pytest.fixture
def world(database):
    return World(database)


@pytest.fixture
def programs(tmp_path, monkeypatch):
    """A PATH with only the programs that a test writes; they are real ones, and note how they were called."""
    stand_ins = Programs(tmp_path)
    monkeypatch.setenv("PATH", str(stand_ins.folder))

    def write(name, script):
        stand_ins.write(name, script)

    write.folder, write.calls = stand_ins.folder, stand_ins.calls
    return write


@pytest.fixture
def intent_of(tmp_path):
    """Read the one intent of an example, from an intent file as a user's is."""

    def read(block):
        whole = block if "intents:" in block else "intents:\n" + "".join(f"  {line}\n" for line in block.splitlines())
        (tmp_path / "example.yaml").write_text(whole, encoding="utf-8")
        loaded = load_intents([tmp_path], Actions.names())
        assert [str(problem) for problem in loaded.problems] == []
        (intent,) = loaded.intents.values()
        return intent

    return read
