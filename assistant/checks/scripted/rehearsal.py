"""A conversation that reaches nothing outside: its data are its own, house and programs stay as they are."""

from __future__ import annotations

import contextlib
import tempfile
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Protocol

from assistant.actions.builtins import BUILT_INS
from assistant.actions.database import Database
from assistant.actions.drawing.wish import Tell
from assistant.actions.outcome import Outcome
from assistant.actions.run import Actions
from assistant.actions.timer_service import TimerService
from assistant.app import build
from assistant.app.definitions import catalogue
from assistant.checks.scripted.judge import TurnResult
from assistant.checks.scripted.kept_state import KeptState, kept, set_up
from assistant.config import Config
from assistant.events import Event, ReplyEnded, Understood
from assistant.language.spoken import plain
from assistant.nlu.matcher import Matcher
from assistant.values import Action, ArgvAction, BuiltInAction, HttpAction, IntentMatch, McpAction, Utterance

_OUTWARD = ("home.", "image.", "volume.", "media.", "desktop.", "screen.")
"""Beginnings of the names of built-in actions that reach the house, a program or a model that draws."""


class Talks(Protocol):
    """The side of a conversation that takes turns."""

    @property
    def expects_answer(self) -> bool:
        """True while a question is open."""

    def turn(self, utterance: Utterance, cancelled: threading.Event) -> Iterator[Event]:
        """Reply to an utterance."""


class RehearsedActions(Actions):
    """The real actions, but for those that reach out of the conversation: they are noted, and not carried out."""

    deeds: tuple[str, ...] = ()
    """What would have been done, in order."""

    def lack(self, action: Action | None) -> str:  # noqa: ARG002 (none is carried out)
        """Lack nothing."""
        return ""

    def run(self, match: IntentMatch, cancelled: threading.Event, progress: Tell = lambda *_: None) -> Outcome:
        """Carry out the command, or note it."""
        if not _reaches_out(match.action):
            return super().run(match, cancelled, progress)
        intent = self._context.catalogue()
        title = next((title for name, title, _ in intent if name == match.intent), match.intent)
        values = ", ".join(f"{name}: {plain(value)}" for name, value in match.slots.items())
        deed = f"{title} ({values})" if values else title
        before, self.deeds = self.deeds, (*self.deeds, deed)

        def undo() -> str:
            self.deeds = before
            return f"Not run, and taken back: {deed}."

        return Outcome(f"Not run: {deed}.", undo=undo)


def _reaches_out(action: Action | None) -> bool:
    match action:
        case ArgvAction() | HttpAction() | McpAction():
            return True
        case BuiltInAction(name=name):
            return name.startswith(_OUTWARD) or name not in BUILT_INS
    return False


@dataclass(frozen=True, slots=True)
class Rehearsal:
    """One dialogue under way."""

    session: Talks
    store: Database
    actions: RehearsedActions
    now: Callable[[], datetime] = field(default=datetime.now)

    def turn(self, text: str) -> TurnResult:
        """Say one thing; an empty text is silence, which reaches nobody."""
        return turn_of(self.session, (Utterance(text),) if text else (), self._state, self.now)

    def _state(self) -> KeptState:
        return replace(kept(self.store), deeds=self.actions.deeds)


def turn_of(
    session: Talks, utterances: Iterable[Utterance], state: Callable[[], KeptState], now: Callable[[], datetime]
) -> TurnResult:
    """Take one turn of a conversation and collect what came of it; without an utterance it is silence."""
    before = state()
    events, texts = list[Event](), list[str]()
    for utterance in utterances:
        texts.append(utterance.text)
        events += session.turn(utterance, threading.Event())
    understood = tuple(event.understanding for event in events if isinstance(event, Understood))
    reply = " ".join(event.text for event in events if isinstance(event, ReplyEnded))
    return TurnResult(understood, reply, session.expects_answer, before, state(), now(), tuple(texts))


@contextlib.contextmanager
def rehearsal(config: Config, matcher: Matcher, setup: Mapping[str, Any]) -> Iterator[Rehearsal]:
    """Open a conversation over a matcher, on data that are removed afterwards and begin as `setup` says."""
    with tempfile.TemporaryDirectory() as folder:
        config = replace(config, paths=replace(config.paths, data=folder))
        store = Database(config.data_folder())
        timers = TimerService(store, lambda _: None)
        set_up(store, setup, datetime.now())
        actions = RehearsedActions(config, store, timers, lambda: catalogue(matcher.intents))
        try:
            yield Rehearsal(build.session_over(actions, config, lambda: matcher, store, timers), store, actions)
        finally:
            timers.close()
