"""A command that may be about one of several things, and which of them an answer picks."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from assistant.actions.choices import Option, names_several, picked
from assistant.language.text import strip_filler, tidy
from assistant.values import IntentMatch

if TYPE_CHECKING:
    from assistant.nlu.matcher import Matcher


@dataclass(frozen=True, slots=True)
class WhichOne:
    """A command that may be about one of several things."""

    command: IntentMatch
    options: tuple[Option, ...]
    """In the order in which they were told."""
    said: str
    """The sentence that the command was understood from."""


def picked_commands(question: WhichOne, text: str, matcher: Matcher) -> tuple[IntentMatch, ...]:
    """Return the command for each thing that the words pick; where they leave several open it asks again."""
    command, language = question.command, matcher.intents.language
    text = strip_filler(tidy(text), language)
    options = picked(question.options, text, matcher.query(text).now, language, question.said)
    if len(options) > 1 and not names_several(text, language):
        return (command,)
    slots = ({**command.slots, **option.slots} for option in options)
    return tuple(dataclasses.replace(command, slots=values, confidence=1.0) for values in slots)


def left_commands(question: WhichOne, ruled_out: Sequence[IntentMatch]) -> tuple[IntentMatch, ...]:
    """Return the command on the one thing that is not ruled out; where several are left it asks again."""
    command = question.command
    commands = [dataclasses.replace(command, slots={**command.slots, **option.slots}) for option in question.options]
    left = [other for other in commands if all(other.slots != pick.slots for pick in ruled_out)]
    return (dataclasses.replace(left[0], confidence=1.0),) if len(left) == 1 else (command,)
