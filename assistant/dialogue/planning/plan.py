"""A plan: one command with the moments at which it is wanted, and what is asked and said of it."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from assistant.actions.builtins import tells
from assistant.actions.database import StoredCommand
from assistant.actions.schedule import recurrence, said_by_me
from assistant.errors import ActionError
from assistant.language import spoken
from assistant.language.tables import table_of
from assistant.language.text import tokens
from assistant.values import BuiltInAction, HttpAction, IntentMatch, When

_SETTING = frozenset({"alarm.set", "reminder.set"})
"""Actions that take a recurrence themselves: what they set comes again by itself."""

_LEVEL = ("volume.tell", "set the volume to {level} percent")
_STATES = {"volume.set": _LEVEL, "volume.change": _LEVEL}
"""Action that changes a state -> the action that tells it, and the sentence that brings it about again."""

_DELAY = re.compile(r"\bin (?!the\b)|\b(?:from now|later)\b", re.IGNORECASE)
_LASTING = re.compile(r"\b(?:for|lang)\b", re.IGNORECASE)
"""Words of a length of time after which something begins, and for which it lasts."""

_LONGEST = timedelta(days=366)
_SOON = timedelta(hours=2)
"""Time up to which a moment is told by its distance, too."""


@dataclass(frozen=True, slots=True)
class Plan:
    """A command that can be planned."""

    match: IntentMatch
    """Its meaning without the words for the moment, with the question that comes first, if any."""
    when: When
    row: StoredCommand
    """What is kept of it; where it is wanted now, it is due now."""
    language: str
    """Language of its words."""
    back: IntentMatch | None = None
    """The command that takes it back."""

    @property
    def is_for_now(self) -> bool:
        """True where it begins at once, and is taken back later."""
        return self.when.start is None and not self.when.rule

    def starts_counted(self, now: datetime) -> bool:
        """True where it begins after a length of time that was said, not at a time of day."""
        return self._names_length(_DELAY, self.row.due - now.timestamp())

    @property
    def ends_counted(self) -> bool:
        """True where it ends after a length of time that was said."""
        return self._names_length(_LASTING, self.row.seconds)

    def _names_length(self, lead: re.Pattern[str], seconds: float) -> bool:
        units = {unit.casefold() for unit in table_of(self.language).units}
        is_length = bool(lead.search(self.when.text)) and not units.isdisjoint(tokens(self.when.text, self.language))
        return is_length and not self.when.rule and seconds < timedelta(days=1).total_seconds()

    def question(self, now: datetime) -> str | None:
        """Return the question to be answered now, with the moment in it; None where none is needed."""
        questions = []
        if self.match.confirm:
            begin = self.when.text if self.is_for_now else self._begin(now)
            questions.append(f"{self.match.confirm.rstrip('? ')} {begin}?")
        if self.back and self.back.confirm:
            questions.append(f"{self.back.confirm.rstrip('? ')} {self.end(now)}?")
        return " ".join(questions) or None

    def promise(self, now: datetime, verbs: frozenset[str]) -> str:
        """Say what will be done, and when; `verbs` are words with which an order begins."""
        due = datetime.fromtimestamp(self.row.due)
        moment = recurrence.in_words_from(self.row.rule, due, now) if self.row.rule else f"at {spoken.moment(due, now)}"
        if (begin := self._begin(now)) and not moment.startswith(begin.split()[0]):
            moment = f"{begin}, {moment}"
        later = f"{spoken.duration(_as_said(self.row.seconds))} later"
        back = f", and {said_by_me(self.row.back)} {later}" if self.row.back else ""
        command = said_by_me(self.row.text)
        is_order = command.split()[:1] and command.split()[0] in verbs
        return f"I'll {command} {moment}{back}." if is_order else f"Planned {moment}: “{command}”{back}."

    def promise_back(self, now: datetime, verbs: frozenset[str]) -> str:
        """Say what will take back what was done now, and when."""
        back = said_by_me(self.row.back)
        is_order = back.split()[:1] and back.split()[0] in verbs
        return f"I'll {back} {self.end(now)}." if is_order else f"Planned {self.end(now)}: “{back}”."

    def end(self, now: datetime) -> str:
        """Put into words the moment at which it is taken back, from now: `in 10 minutes, at 9:00 PM`."""
        clock = f"at {spoken.moment(now + timedelta(seconds=self.row.seconds), now)}"
        is_soon = self.ends_counted and self.row.seconds <= _SOON.total_seconds()
        return f"in {spoken.duration(_as_said(self.row.seconds))}, {clock}" if is_soon else clock

    def _begin(self, now: datetime) -> str:
        """Put into words the moment at which it begins: `in 5 minutes`, `at 9:00 PM`, `every day at 7:00 AM`."""
        due = datetime.fromtimestamp(self.row.due)
        if self.row.rule:
            return recurrence.in_words(self.row.rule, due)
        left = self.row.due - now.timestamp()
        is_soon = self.starts_counted(now) and left <= _SOON.total_seconds()
        return f"in {spoken.duration(_as_said(left))}" if is_soon else f"at {spoken.moment(due, now)}"


def _as_said(seconds: float) -> int:
    """Return the seconds up to the next five where that is near, since a moment has gone by since they were said."""
    fives = math.ceil(seconds / 5) * 5
    return fives if seconds > 60 or fives - seconds <= 2 else math.ceil(seconds)


# -- commands ---------------------------------------------------------------------------------


def repeats_itself(match: IntentMatch, when: When) -> bool:
    """True of an alarm or a reminder that comes again: its action takes the rule."""
    is_setting = isinstance(match.action, BuiltInAction) and match.action.name in _SETTING
    return is_setting and bool(when.rule) and when.end is None


_CHOOSING = (["after"], ["before"], ["between"])
"""Words before a time by which one of several is chosen, where all are kept with theirs."""


def reason_against(match: IntentMatch, when: When) -> str:
    """Return the reason why a command is none for another moment; empty where it is one."""
    match match.action:
        case BuiltInAction(name) if name.startswith(("dialogue.", "generate.")):
            return f"That can be done only now, not {when.text}."
        case None:
            return f"I can answer that only now, not {when.text}."
        case BuiltInAction(name) if name.startswith("timer.cancel") and when.text.split()[:1] in _CHOOSING:
            return f"I can't choose by “{when.text}”: please say which one is meant. Nothing is cancelled."
        case BuiltInAction() if tells(match):
            return f"I can answer that only now, not {when.text}."
        case HttpAction(method=method) if method.upper() in ("GET", "HEAD"):
            return f"I can answer that only now, not {when.text}."
    return ""


def as_scene(match: IntentMatch) -> IntentMatch:
    """Put a time that is no set one into the words of a picture that is to be drawn: `at dawn`, `when it rains`."""
    when, name = match.when, match.action.name if isinstance(match.action, BuiltInAction) else ""
    if when is None or not name.startswith("image.") or when.start or when.rule or when.end:
        return match
    slot = "prompt" if name == "image.create" else "change"
    words = {slot: f"{match.slots.get(slot, '')} {when.text}".strip()}
    return replace(match, slots={**match.slots, **words}, slot_texts={**match.slot_texts, **words}, when=None)


def is_same(meaning: IntentMatch, match: IntentMatch) -> bool:
    """True of the same command to the same thing; moments are left out, which depend on when it was said."""
    return (meaning.intent, _values(meaning)) == (match.intent, _values(match)) and meaning.when is None


def undoes(meaning: IntentMatch, match: IntentMatch) -> bool:
    """True of a command that does something else to the same thing."""
    return meaning.when is None and _values(meaning) == _values(match) and meaning.action != match.action


def state_changed(match: IntentMatch) -> tuple[IntentMatch, str] | None:
    """Return the question for the state that a command changes, and the template of a sentence that restores it."""
    name = match.action.name if isinstance(match.action, BuiltInAction) else ""
    if name not in _STATES:
        return None
    question, template = _STATES[name]
    return replace(match, slots={}, action=BuiltInAction(question), response=None, confirm=None, when=None), template


def restores(meaning: IntentMatch) -> bool:
    """True of the meaning of a sentence that sets a state."""
    return isinstance(meaning.action, BuiltInAction) and meaning.action.name in _STATES and meaning.when is None


def _values(match: IntentMatch) -> dict[str, object]:
    return {name: value for name, value in match.slots.items() if not isinstance(value, datetime)}


# -- sentences --------------------------------------------------------------------------------


def opposites(text: str, language: str, most: int = 4) -> Iterator[str]:
    """Yield a sentence with one verb turned into each of `most` counterparts, the likeliest first.

    >>> next(opposites("turn on the fan", "en"))
    'turn off the fan'
    """
    counterparts = table_of(language).counterparts
    sentence, *answers = text.split("\n")
    words = tokens(sentence, language)
    turned = [(place, verbs) for place, word in enumerate(words) if (verbs := counterparts.get(word, ()))]
    for rank in range(most):
        for place, verbs in turned:
            if rank < len(verbs):
                yield "\n".join((" ".join((*words[:place], verbs[rank], *words[place + 1 :])), *answers))


# -- moments ----------------------------------------------------------------------------------


def first_moment(when: When, now: datetime) -> datetime:
    """Return the first moment at which a command is wanted.

    Raises:
        ActionError: it has passed, or there is none to come, or it is too far away, or no clock tells it.
    """
    if when.condition:
        raise ActionError(f"I can't wait for “{when.condition}”: I can act only at a set time. Nothing is done.")
    first = (when.start or now).replace(tzinfo=None)
    if when.rule:
        first = first.replace(microsecond=0)
        coming = recurrence.following(recurrence.at_clock(when.rule, first), first, now)
        if coming is None:
            raise ActionError(f"There is no such day to come: {when.text}.")
        first = coming
    for moment in (first, *([when.end] if when.end else [])):
        in_seconds = seconds_of(moment, now) - now.timestamp()
        if in_seconds < 0:
            raise ActionError(f"{spoken.sentence(spoken.moment(moment, now))} has passed already.")
        if in_seconds > _LONGEST.total_seconds():
            raise ActionError(f"{spoken.sentence(spoken.moment(moment, now))} is more than a year away.")
    return first


def seconds_of(moment: datetime, now: datetime) -> float:
    """Return a local moment in seconds since 1970; of a time that comes twice in a night, the next."""
    seconds = moment.timestamp()
    return seconds if seconds >= now.timestamp() else moment.replace(fold=1).timestamp()
