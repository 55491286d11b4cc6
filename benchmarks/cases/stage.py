"""The stage on which cases are carried out: real files, matcher, session and actions; a stand-in home and desktop.

A matcher is made once for each world. Each case begins with empty data, and with what its setup says.
"""

from __future__ import annotations

import contextlib
import shutil
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any
from unittest import mock
from zlib import crc32

from assistant.actions.database import Database
from assistant.actions.timer_service import TimerService
from assistant.app import build
from assistant.app.definitions import Definitions, read_folders
from assistant.checks.scripted.judge import TurnResult
from assistant.checks.scripted.kept_state import kept, set_up
from assistant.checks.scripted.rehearsal import Talks, turn_of
from assistant.config import Config, HomeAssistantConfig, PathsConfig
from assistant.dialogue.session import Session
from assistant.nlu.matcher import Matcher
from assistant.nlu.parts import make_parts
from assistant.nlu.retrieval.index import Embedder, Index
from benchmarks import quiet
from benchmarks.cases.case_file import Case
from benchmarks.cases.clock import Passed, now, wall_clock
from benchmarks.cases.home import Home, serving_home
from benchmarks.cases.judge import State, faults
from benchmarks.cases.manners import Ears, Manner
from benchmarks.cases.programs import Desktop

ROOT = Path(__file__).parents[2]
_VOLUME = 40

OURS = Manner()
"""The assistant itself, told what is written."""

SHIPPED = {"shipped": True}
"""The world of the shipped files alone, named `shipped`."""


@dataclass(frozen=True, slots=True)
class Failure:
    """A turn that did not come out as expected."""

    turn: int
    """Counted from 1."""
    said: str
    faults: tuple[str, ...]
    got: str

    def __str__(self) -> str:
        return f"turn {self.turn} “{self.said}”: {'; '.join(self.faults)}\n    {self.got}"


class Stage:
    """Everything that cases share.

    Args:
        folder: an empty folder.
        address: of the stand-in home.
        home: its states.
        indexes: a folder in which indexes are kept from run to run; None: each is made in memory.
        embedder: of all matchers; None: that of the default configuration.
    """

    def __init__(
        self, folder: Path, address: str, home: Home, indexes: Path | None = None, embedder: Embedder | None = None
    ) -> None:
        self._folder, self._indexes, self._home = folder, indexes, home
        self._home_assistant = HomeAssistantConfig(url=address, token="token")
        self.desktop = Desktop(folder)
        self._matchers: dict[str, Matcher] = {}
        self.embedder = embedder or build.load_embedder(Config(), quiet)
        self._count = 0

    # -- what is loaded

    def world(self, name: str, content: Mapping[str, Any]) -> Matcher:
        """Return the matcher of a world, made when it is first needed."""
        key = name if content == SHIPPED else f"{name} {crc32(repr(content).encode()):08x}"
        if key not in self._matchers:
            self._matchers[key] = self._matcher(key, self.files(key, content), bool(content.get("shipped")))
        return self._matchers[key]

    def files(self, name: str, content: Mapping[str, Any]) -> Definitions:
        """Write the files of a world into a folder, beside those that it names, and read them."""
        own = self._folder / "worlds" / name
        for kind in ("intents", "knowledge"):
            (own / kind).mkdir(parents=True)
            for file, text in (content.get(kind) or {}).items():
                (own / kind / file).write_bytes(text if isinstance(text, bytes) else text.encode())
        if content.get("dialogue"):
            shutil.copy(ROOT / "intents" / "dialogue.yaml", own / "intents")
        shipped = [ROOT] if content.get("shipped") else []
        folders = [[root / kind for root in (*shipped, own)] for kind in ("intents", "knowledge")]
        return read_folders(folders[0], folders[1])

    def _matcher(self, name: str, files: Definitions, large: bool) -> Matcher:
        index = self._indexes / name if self._indexes and large else None
        if index and not index.exists() and (before := index.with_name("shipped")).exists():
            shutil.copytree(before, index)
        parts = make_parts(files.intents, files.knowledge, Index(index, self.embedder), self.embedder, quiet)
        return Matcher(parts, Config().match, clock=now)

    # -- conversations

    def failure(self, case: Case, matcher: Matcher, manner: Manner = OURS) -> Failure | None:
        """Carry a case out; None where every turn comes out as expected."""
        with self.conversation(case, matcher, manner) as conversation:
            for number, turn in enumerate(case.turns, 1):
                result = conversation.turn(turn)
                if lines := faults(turn.get("expect") or {}, result):
                    heard = "" if result.texts == (turn.get("say"),) else f"heard {list(result.texts)}; "
                    return Failure(number, str(turn.get("say", "")), tuple(lines), heard + result.summary())
        return None

    @contextlib.contextmanager
    def conversation(self, case: Case, matcher: Matcher, manner: Manner) -> Iterator[Conversation]:
        setup = case.setup
        self._count += 1
        data = self._folder / "data" / str(self._count)
        config = replace(Config(), home_assistant=self._home_assistant, paths=PathsConfig(data=str(data)))
        clock = wall_clock(setup.get("now"), setup.get("zone"), case.waits)
        with clock as passed, self.desktop.in_use(), _patient_deeds():
            store = Database(data)
            timers = TimerService(store, lambda _: None)
            self._home.reset(setup.get("home") or {})
            self.desktop.reset(int(setup.get("volume", _VOLUME)))
            set_up(store, setup, now())
            session = manner.opener(config, matcher, store, timers)
            lapses = case.waits and isinstance(session, Session)
            try:
                with mock.patch.object(session, "_clock", passed.monotonic) if lapses else contextlib.nullcontext():
                    yield Conversation(session, manner.ears, store, self._home, self.desktop, passed)
            finally:
                timers.close()
                shutil.rmtree(data, ignore_errors=True)


def _patient_deeds() -> contextlib.AbstractContextManager[object]:
    """Let a deed wait for the states before it, however late they come: a loaded machine is no slow house."""
    return mock.patch("assistant.actions.builtins.house.client.House.all_states", lambda house: house.states())


@dataclass(frozen=True, slots=True)
class Conversation:
    """One case under way."""

    session: Talks
    ears: Ears
    store: Database
    home: Home
    desktop: Desktop
    passed: Passed

    def turn(self, turn: Mapping[str, Any]) -> TurnResult:
        """Say one thing and return what comes of it; silence reaches nobody."""
        self.passed.seconds += float(turn.get("after", 0))
        return turn_of(self.session, self.ears(self.session, turn), self._state, now)

    def _state(self) -> State:
        data = kept(self.store)
        return State(
            data.timers,
            data.lists,
            data.notes,
            data.commands,
            tuple(self.desktop.calls()),
            dict(self.home.states),
            frozenset(self.home.touched),
            self.home.orders,
            self.desktop.volume,
        )


@contextlib.contextmanager
def open_stage(indexes: Path | None = None, embedder: Embedder | None = None) -> Iterator[Stage]:
    """Open a stage with its stand-ins, in a folder that is removed afterwards."""
    home = Home()
    with tempfile.TemporaryDirectory() as folder, serving_home(home) as address:
        yield Stage(Path(folder), address, home, indexes, embedder)


def carried_out(
    stage: Stage, cases: Sequence[Case], worlds: Mapping[str, Any], manner: Manner = OURS
) -> Iterator[tuple[Case, str]]:
    """Yield each case with what failed in it; empty where nothing did."""
    for case in cases:
        try:
            failure = stage.failure(case, stage.world(case.world, worlds[case.world]), manner)
        except Exception as error:  # whatever a case ends with is its result
            yield case, f"{type(error).__name__}: {error}"
        else:
            yield case, str(failure or "")
