"""One of several things of the kind that was spoken of last: `stop the other one`, `cancel the later one`."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from assistant.dialogue.context.meanings import FollowUp, Meaning, is_believed
from assistant.dialogue.exchange import Exchange, built_in, kind_of
from assistant.language.mood import sense
from assistant.language.tables import table_of
from assistant.language.times import minutes_of_hour
from assistant.values import BuiltInAction, IntentMatch, Understanding, Utterance

if TYPE_CHECKING:
    from assistant.nlu.matcher import Matcher

TIMING = frozenset({"alarm", "reminder", "timer"})
"""Things of which there may be several, and which commands tell apart by themselves."""


def another(
    last: Exchange, utterance: Utterance, matcher: Matcher, understand: Callable[[Utterance], Sequence[Meaning]]
) -> FollowUp | None:
    """Return an utterance as one about `the other one`, or `the later one`, of the kind of thing spoken of last.

    A question that compares with the other is answered with all there are.

    Args:
        last: the last exchange.
        utterance: what is said after it.
        matcher: whose intents may be meant.
        understand: an utterance to its commands, each with its meaning.
    """
    table, kind, things = table_of(matcher.intents.language), _kind(last.understanding), last.outcome.focus
    if not kind or not things or not table.follow_ups.others:
        return None
    nouns = "|".join((*sorted(table.stand_ins), rf"{kind}s?"))
    compared = "|".join(sorted(table.comparisons))
    pattern = (
        rf"\b(?:{table.follow_ups.determiners}) (?:(?P<other>{table.follow_ups.others})(?: (?:{nouns})\b|(?=\W*$))"
        rf"|(?P<which>{compared}) (?:{nouns})\b)"
    )
    match = re.search(pattern, utterance.text, re.IGNORECASE)
    if match is None or (match["other"] and len(things) > 1) or match.group().casefold() == utterance.text.casefold():
        return None
    text = f"{utterance.text[: match.start()]}the {kind}{utterance.text[match.end() :]}"
    meanings = understand(replace(utterance, text=text, alternatives=()))
    if all(is_believed(meaning) and _kind(meaning) == kind for _, meaning in meanings):
        return FollowUp(meanings, other_than=things if match["other"] else (), which=match["which"] or "")
    listed = _listing(kind, matcher) if sense(utterance.text, matcher.intents.language).mood == "question" else None
    return FollowUp([(utterance, listed)]) if listed else None


def one_more(
    last: Exchange, utterance: Utterance, matcher: Matcher, understand: Callable[[Utterance], Sequence[Meaning]]
) -> FollowUp | None:
    """Return `and one for the toast, two minutes` after a timer as an order of its own, for a timer."""
    pattern, kind = table_of(matcher.intents.language).follow_ups.one_for, _kind(last.understanding)
    begins = pattern.match(utterance.text) if pattern and kind in ("alarm", "timer") else None
    if begins is None or minutes_of_hour(utterance.text[begins.end() :], matcher.intents.language) is not None:
        return None  # `and one for half past` is of the hour before it
    order = table_of(matcher.intents.language).follow_ups.setting.format(kind)
    text = f"{order} {utterance.text[begins.end() :]}"
    meanings = understand(replace(utterance, text=text, alternatives=()))
    is_set = all(built_in(meaning) in ("alarm.set", "timer.start") and is_believed(meaning) for _, meaning in meanings)
    return FollowUp(meanings) if is_set else None


def _kind(meaning: Understanding) -> str:
    """Return the kind of thing that a command is about: `alarm`; nothing of others."""
    kind = kind_of(meaning)
    return kind if kind in TIMING else ""


def _listing(kind: str, matcher: Matcher) -> IntentMatch | None:
    """Return the command that tells all things of a kind."""
    wanted = BuiltInAction("timer.list", {"kind": kind})
    intents = (intent for intent in matcher.intents.intents.values() if intent.action == wanted)
    return next((IntentMatch(intent.name, {}, 1.0, (), intent.action, intent.response) for intent in intents), None)
