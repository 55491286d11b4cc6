"""What one turn of a conversation has come to so far."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from assistant.actions.builtins import tells
from assistant.actions.outcome import Outcome, Thing
from assistant.dialogue.consent.which_one import WhichOne, picked_commands
from assistant.dialogue.consent.yes_no import plain_words
from assistant.dialogue.exchange import Exchange
from assistant.dialogue.open_questions import Asked, OpenQuestion
from assistant.events import ReplyEnded, Understood
from assistant.language.spoken import joined
from assistant.values import IntentMatch, OutOfScope, SlotValue, Understanding, Utterance

if TYPE_CHECKING:
    from assistant.nlu.matcher import Matcher

_QUIT = frozenset({"quit", "exit", "close"})
"""Words of a spoken command that close the assistant; a mere `goodbye` may have been said to somebody else."""


@dataclass(slots=True)
class TurnState:
    """What a turn has come to so far."""

    other_than: Sequence[Thing] = ()
    """Things that are not meant, where one of several is."""
    which: str = ""
    """Word that tells which of several is meant."""
    replies: list[ReplyEnded] = field(default_factory=list)
    meanings: list[Understanding] = field(default_factory=list)
    exchanges: list[Exchange] = field(default_factory=list)
    asked: Asked | None = None
    """The question that it ends with."""
    is_again: bool = False
    """True if it does again what was taken back."""
    takes_back: bool = False
    """True if it takes something back."""
    declined: Asked | None = None
    """The question that it ended without an answer."""
    quits: bool = False

    def other(
        self, question: OpenQuestion | None, understanding: Understanding, outcome: Outcome, matcher: Matcher
    ) -> IntentMatch | None:
        """Return the command on the one of several things that is meant, or not ruled out; None of several."""
        if self.which and isinstance(question, WhichOne):
            picks = picked_commands(question, self.which, matcher)
            return picks[0] if len(picks) == 1 and picks[0] != question.command else None
        if not self.other_than:
            return None
        if isinstance(understanding, IntentMatch) and tells(understanding) and len(outcome.focus) > 1:
            things = [thing for thing in outcome.focus if not self._is_ruled_out(thing.name, thing.slots)]
            slots = {**understanding.slots, **things[0].slots} if len(things) == 1 else {}
            return replace(understanding, slots=slots) if slots else None
        if not isinstance(question, WhichOne):
            return None
        left = [option for option in question.options if not self._is_ruled_out(option.label, option.slots)]
        return replace(question.command, slots={**question.command.slots, **left[0].slots}) if len(left) == 1 else None

    def is_same(self, outcome: Outcome) -> bool:
        """Tell if a command was about a thing that is ruled out."""
        return bool(self.other_than) and any(self._is_ruled_out(thing.name, thing.slots) for thing in outcome.focus)

    @property
    def is_lost(self) -> bool:
        """True if nothing was understood, and there is no reason against it either."""
        lost = [isinstance(meaning, OutOfScope) and not (meaning.reason or meaning.begun) for meaning in self.meanings]
        return self.asked is None and bool(lost) and all(lost)

    def wait(self, parts: Sequence[Utterance], *, is_new: bool) -> None:
        """Let commands wait for the answer to the question of the turn; where that `is_new` it is told."""
        assert self.asked
        self.asked = replace(self.asked, rest=tuple(parts))
        if is_new:
            question = self.replies[-1]
            self.replies[-1] = replace(question, text=f"Before I go on with {quoted(parts)}: {question.text}")

    def tell_standing(self, before: Exchange) -> None:
        """Say of the command before that it stands, where it could not be taken back and another thing was meant."""
        names = {thing.name for exchange in self.exchanges for thing in exchange.outcome.focus}
        is_other = names and names.isdisjoint(thing.name for thing in before.outcome.focus)
        if not self.takes_back and is_other and before.outcome.focus:
            self.replies.append(ReplyEnded(f"I can't take back “{before.text}”.", ok=False))

    def _is_ruled_out(self, name: str, slots: Mapping[str, SlotValue]) -> bool:
        """True of one of the things that are not meant, by its number where it has one."""
        numbers = [thing.slots["id"] for thing in self.other_than if "id" in thing.slots]
        if numbers and "id" in slots:
            return slots["id"] in numbers
        return any(thing.name.endswith(name) for thing in self.other_than)


def quoted(parts: Sequence[Utterance]) -> str:
    """Return commands in quotation marks."""
    return joined([f"“{part.text}”" for part in parts])


def understood_part(utterance: Utterance, part: Utterance, understanding: Understanding) -> Understood:
    """Return the event that tells the meaning of an utterance, or of a part of it."""
    return Understood(utterance, understanding, part=part.text if part.text != utterance.text else "")


def closes(utterance: Utterance) -> bool:
    """Return True where a farewell is a command to close: typed, or spoken with the word for it."""
    return utterance.source == "typed" or not _QUIT.isdisjoint(plain_words(utterance.text).split())
