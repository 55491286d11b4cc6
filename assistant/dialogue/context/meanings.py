"""What an utterance comes to in a conversation, and how far that is believed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

from assistant.actions.outcome import Thing
from assistant.dialogue.exchange import Exchange, built_in
from assistant.values import Ambiguous, OutOfScope, Understanding, Utterance

if TYPE_CHECKING:
    from assistant.dialogue.open_questions import Asked

Meaning: TypeAlias = tuple[Utterance, Understanding]
"""Words of an utterance with their meaning."""


@dataclass(frozen=True, slots=True)
class Before:
    """The outcome of the turn before, where it left no command or answer behind."""

    is_undone: bool = False
    """True if it took something back."""
    declined: Asked | None = None
    """The question that it ended, whose thing `is it locked` may be about."""
    is_lost: bool = False
    """True if nothing in it was understood: a bare value that follows may be about that."""


NOTHING_BEFORE = Before()


@dataclass(frozen=True, slots=True)
class FollowUp:
    """An utterance that takes up the command before it."""

    meanings: Sequence[Meaning]
    takes_back: bool = False
    """True if the command before it was not meant, and is taken back first."""
    other_than: Sequence[Thing] = ()
    """Things that are not meant, where one of several is."""
    which: str = ""
    """Word that tells which of several is meant: `later`."""
    after: Exchange | None = None
    """The command that it takes up, where that is not the last: one that was only told of since."""


def is_believed(meaning: Understanding, least: float = 0.8) -> bool:
    """Tell if a sentence that was made of two is believed, or one without a mark stands by itself."""
    return not isinstance(meaning, OutOfScope | Ambiguous) and meaning.confidence >= least


def is_about_talk(meaning: Understanding) -> bool:
    """Tell if a meaning is about the conversation itself, but for an end of something, which may be that of a thing."""
    name = built_in(meaning)
    return name.startswith("dialogue.") and name not in ("dialogue.cancel", "dialogue.stop")
