"""One command or answer of a conversation, with what came of it."""

from __future__ import annotations

from dataclasses import dataclass

from assistant.actions.builtins import tells
from assistant.actions.outcome import Outcome
from assistant.values import AnswerMatch, BuiltInAction, IntentMatch, Understanding


def built_in(meaning: Understanding) -> str:
    """Return the name of the built-in action of a command; nothing for whatever else."""
    action = meaning.action if isinstance(meaning, IntentMatch) else None
    return action.name if isinstance(action, BuiltInAction) else ""


NUMBERED = frozenset({"alarm", "reminder", "timer", "note", "schedule"})
"""Areas of actions on things that are known by a number, of which several may bear one name."""


SETTING = frozenset({"alarm.set", "reminder.set", "timer.start"})
"""Actions that set one thing beside those that are set."""


def kind_of(meaning: Understanding) -> str:
    """Return the kind of numbered thing that a command is about: `alarm`; nothing of others."""
    area, _, name = built_in(meaning).partition(".")
    if area not in NUMBERED or not name or not isinstance(meaning, IntentMatch):
        return ""
    return meaning.action.arguments.get("kind", area) if isinstance(meaning.action, BuiltInAction) else area


@dataclass(frozen=True, slots=True)
class Exchange:
    """A command that was carried out, or a question that was answered."""

    text: str
    """Words that it was understood from; those that the answer to a question completed are in the slots alone."""
    understanding: IntentMatch | AnswerMatch
    outcome: Outcome
    reply: str
    """Words that were replied."""

    @property
    def is_change(self) -> bool:
        """Something may be otherwise than before: not after an answer, and not where nothing was done."""
        match = self.understanding
        if not isinstance(match, IntentMatch) or match.action is None or not self.outcome.ok:
            return False
        return self.outcome.undo is not None or not (self.outcome.control or tells(match))
