"""The rival of a conversation: a plain slot-filling loop. It understands each turn by itself, and fills open slots."""

from __future__ import annotations

import dataclasses
import re
import threading
from collections.abc import Callable, Iterator

from assistant.actions.database import Database
from assistant.actions.run import Actions
from assistant.actions.timer_service import TimerService
from assistant.app.definitions import catalogue
from assistant.config import Config
from assistant.dialogue.consent.policy import Policy
from assistant.dialogue.respond import Responder
from assistant.errors import ActionError
from assistant.events import Event, ReplyEnded, Understood
from assistant.nlu.matcher import Matcher
from assistant.values import IntentMatch, SlotMissing, Understanding, Utterance
from benchmarks.cases.clock import now

_YES = re.compile(r"(?:yes|yeah|yep|sure|ok|okay|do it)(?: please)?", re.IGNORECASE)
_NO = re.compile(r"(?:no|nope|cancel|stop|never mind|forget it)", re.IGNORECASE)


class SlotFillingLoop:
    """One conversation: an open slot is filled, an open question is answered with yes or no; nothing else is kept."""

    def __init__(self, config: Config, matcher: Matcher, store: Database, timers: TimerService) -> None:
        self._matcher, self._policy = matcher, Policy(config.confirm)
        actions = Actions(config, store, timers, lambda: catalogue(matcher.intents), now)
        self._responder = Responder(actions)
        self._open: SlotMissing | IntentMatch | None = None
        self._undo: Callable[[], str] | None = None

    @property
    def expects_answer(self) -> bool:
        """True while a slot or a yes is asked for."""
        return self._open is not None

    def turn(self, utterance: Utterance, cancelled: threading.Event) -> Iterator[Event]:
        """Understand one turn and reply to it."""
        asked, self._open = self._open, None
        word = utterance.text.strip(" .!?")
        if asked and _NO.fullmatch(word):
            yield ReplyEnded("Cancelled.")
            return
        for understanding in self.meanings(asked, utterance, word):
            yield Understood(utterance, understanding)
            if isinstance(understanding, SlotMissing) or (
                isinstance(understanding, IntentMatch) and understanding.confirm
            ):
                self._open = understanding
            yield from self._replied(understanding, utterance, cancelled)

    def meanings(
        self, asked: SlotMissing | IntentMatch | None, utterance: Utterance, word: str
    ) -> Iterator[Understanding]:
        """Yield the commands of a turn: the open one with its value, or those that it says by itself."""
        if isinstance(asked, IntentMatch) and _YES.fullmatch(word):
            yield dataclasses.replace(asked, confirm=None)
        elif isinstance(asked, SlotMissing) and (filled := self._matcher.fill(asked, utterance)):
            yield self._policy.checked(filled, self._matcher)
        else:
            for _, understanding in self._matcher.match_all(utterance):
                yield self._policy.checked(understanding, self._matcher)

    def _replied(
        self, understanding: Understanding, utterance: Utterance, cancelled: threading.Event
    ) -> Iterator[Event]:
        if isinstance(understanding, IntentMatch) and understanding.when and not understanding.confirm:
            yield ReplyEnded("I can't do that at another time.", ok=False)
            return
        try:
            reply, outcome = yield from self._responder.respond(understanding, utterance, (), cancelled)
            if outcome.control == "undo":
                undo, self._undo = self._undo, None
                yield ReplyEnded(undo() if undo else "There is nothing to undo.", ok=undo is not None)
                return
        except ActionError as error:
            yield ReplyEnded(str(error), ok=False)
            return
        self._undo = outcome.undo or self._undo
        yield reply if not outcome.control else ReplyEnded(outcome.text or "OK.")
