"""The outcome of a turn, compared with what a dialogue expects of it."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeAlias

from assistant.checks.scripted.kept_state import STATE_CHECKS, KeptState, StateCheck, in_words, unless
from assistant.event_json import as_json
from assistant.events import Understood
from assistant.values import (
    Ambiguous,
    AnswerMatch,
    IntentMatch,
    OutOfScope,
    SlotMissing,
    Understanding,
    Utterance,
)


@dataclass(frozen=True, slots=True)
class TurnResult:
    """Outcome of one turn."""

    understood: tuple[Understanding, ...]
    """The meaning of each command in it."""
    reply: str
    pending: bool
    """True where a question is open afterwards."""
    before: KeptState
    after: KeptState
    now: datetime
    """Local wall clock after the turn."""
    texts: tuple[str, ...] = ()
    """Utterances of the turn."""

    @property
    def kinds(self) -> list[str]:
        """The kind of each command, by the schema."""
        return [_kind(understanding) for understanding in self.understood]

    @property
    def intents(self) -> list[str]:
        """The names of the intents, in order."""
        return [item.intent for item in self.understood if isinstance(item, IntentMatch | SlotMissing)]

    def summary(self) -> str:
        """One line for a person who mends what failed."""
        meanings = " + ".join(map(_described, self.understood)) or "nothing understood"
        return f"{meanings}; said: {self.reply}"


Check: TypeAlias = Callable[[Any, TurnResult], str]
"""(what is wanted, what came) -> the fault, or nothing."""


def faults(expect: Mapping[str, Any], result: TurnResult, checks: Mapping[str, Check]) -> list[str]:
    """Word each key that does not hold; nothing where all do."""
    lines = []
    for key, wanted in expect.items():
        if key == "any":
            options = [faults(option, result, checks) for option in wanted]
            if all(options):
                lines.append(f"any of: {' | '.join('; '.join(option) for option in options)}")
        elif fault := checks[key](wanted, result):
            lines.append(f"{key}: {fault}")
    return lines


def _kind(understanding: Understanding) -> str:
    match understanding:
        case IntentMatch():
            return "confirm" if understanding.confirm else "command"
        case SlotMissing():
            return "asks"
        case AnswerMatch():
            return "answer"
        case Ambiguous():
            return "which"
        case OutOfScope():
            return "unknown"
    return type(understanding).__name__


def _described(understanding: Understanding) -> str:
    match understanding:
        case IntentMatch() | SlotMissing():
            return f"{_kind(understanding)} {understanding.intent} {in_words(understanding.slots)}".removesuffix(
                " nothing"
            )
        case AnswerMatch():
            return f"answer “{understanding.question}”"
        case Ambiguous():
            return f"which of {in_words(understanding.labels)}"
    return _kind(understanding)


def listed(wanted: Any) -> list[str]:
    """Texts of a list, or of one text alone."""
    return [str(item) for item in wanted] if isinstance(wanted, list | tuple) else [str(wanted)]


def same(wanted: Any, got: Any) -> bool:
    """Compare a value with one that may be written otherwise: `30` and `30.0`, `On` and `on`."""
    if isinstance(wanted, int | float) and not isinstance(wanted, bool):
        try:
            return abs(float(got) - wanted) < 1e-6
        except (TypeError, ValueError):
            return False
    return str(wanted).casefold() == str(got).casefold()


def says(wanted: Any, text: str) -> bool:
    """Find a regular expression in a text, in any case."""
    return bool(re.search(str(wanted), text, re.IGNORECASE | re.DOTALL))


def _has_words(wanted: str, result: TurnResult) -> str:
    words, reply = (" ".join(text.casefold().split()) for text in (wanted, result.reply))
    return unless(words in reply, f"“{wanted}”", f"“{result.reply}”")


def _kind_is(wanted: Any, result: TurnResult) -> str:
    names = listed(wanted)
    legal = {*names, "confirm"} if "command" in names else {*names}
    return unless(not legal.isdisjoint(result.kinds), wanted, result.kinds)


def _question_is(wanted: Any, result: TurnResult) -> str:
    questions = [item.question for item in result.understood if isinstance(item, AnswerMatch)]
    return unless(wanted in questions, wanted, questions or result.kinds)


def _slots_are(wanted: Mapping[str, Any], result: TurnResult) -> str:
    lines = [as_json(Understood(Utterance(""), item), 0).get("slots") or {} for item in result.understood]
    holds = any(all(same(value, slots.get(name)) for name, value in wanted.items()) for slots in lines)
    return unless(holds, wanted, lines)


def _asks_for(wanted: Any, result: TurnResult) -> str:
    missing = [item.missing for item in result.understood if isinstance(item, SlotMissing)]
    return unless(wanted in missing and result.pending, wanted, missing or result.kinds)


def nothing_changed(wanted: Any, result: TurnResult) -> str:
    """Name all that is otherwise than before the turn."""
    if wanted is not True or result.before.lasting() == result.after.lasting():
        return ""
    pairs = zip(result.before.lasting(), result.after.lasting(), strict=True)
    return f"changed: {in_words([after for before, after in pairs if before != after])}"


def state_is(parts: Mapping[str, StateCheck]) -> Check:
    """Make the check of `state:` from the checks of its parts."""

    def check(wanted: Mapping[str, Any], result: TurnResult) -> str:
        return "; ".join(filter(None, (parts[part](value, result.after, result.now) for part, value in wanted.items())))

    return check


CHECKS: Mapping[str, Check] = {
    "kind": _kind_is,
    "not_kind": lambda wanted, result: unless({*listed(wanted)}.isdisjoint(result.kinds), wanted, result.kinds),
    "intent": lambda wanted, result: unless(
        not {*listed(wanted)}.isdisjoint(result.intents), wanted, result.intents or result.kinds
    ),
    "not_intent": lambda wanted, result: unless(
        {*listed(wanted)}.isdisjoint(result.intents), f"not {in_words(wanted)}", result.intents
    ),
    "intents": lambda wanted, result: unless(listed(wanted) == result.intents, wanted, result.intents),
    "slots": _slots_are,
    "asks": _asks_for,
    "pending": lambda wanted, result: unless(result.pending is bool(wanted), wanted, result.pending),
    "question": _question_is,
    "reply": lambda wanted, result: unless(says(wanted, result.reply), wanted, result.reply),
    "not_reply": lambda wanted, result: unless(not says(wanted, result.reply), f"not {wanted}", result.reply),
    "words": _has_words,
    "nothing": nothing_changed,
    "state": state_is(STATE_CHECKS),
}
"""Key under `expect:` -> its check."""
