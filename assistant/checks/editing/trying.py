"""A draft tried: a phrase understood by it, what it also takes over, and its own tests."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from assistant.checks.dialogue_tests import dialogue_runs
from assistant.checks.intent_tests import test_runs
from assistant.checks.review.junit import CaseRun
from assistant.checks.review.rules import RuleFinder, where
from assistant.checks.teaching.effects import Change, name_of
from assistant.config import Config
from assistant.errors import shown
from assistant.values import IntentMatch, SlotMissing, SlotValue

if TYPE_CHECKING:
    from assistant.nlu.matcher import Matcher


@dataclass(frozen=True, slots=True)
class PhraseTrial:
    """A phrase understood by a draft."""

    phrase: str
    before: str
    """Name of what it means now: an intent, a question, nothing."""
    after: str
    """Name of what it would mean."""
    confidence: float
    threshold: float
    slots: tuple[tuple[str, SlotValue], ...]
    place: str
    """Line that it rests on: `intents/my.yaml:12`; empty where it means nothing."""
    nearest: str = ""
    """Name of the likeliest meaning, where it means nothing."""
    changes: Sequence[Change] = ()
    """Other sentences nearby that would be understood otherwise."""
    probes: int = 0
    """Number of sentences nearby that were tried; 0: not yet."""
    is_trained: bool = False
    """False while the draft is less sure of the edited phrases than of the rest."""

    @property
    def is_understood(self) -> bool:
        """True where it would mean something."""
        return self.confidence >= self.threshold


def tried(phrase: str, before: Matcher, after: Matcher) -> PhraseTrial:
    """Understand a phrase by a matcher and the one that would take its place."""
    meaning, ranked = after.match(phrase), after.rank(phrase)
    name = name_of(meaning)
    rule = next((RuleFinder(after).rule(item) for item in ranked if item.owner == name), None)
    slots = tuple(meaning.slots.items()) if isinstance(meaning, IntentMatch | SlotMissing) else ()
    place = where(rule) if rule else ""
    old = name_of(before.match(phrase))
    nearest = ranked[0].owner if ranked and not rule else ""
    return PhraseTrial(phrase, old, name, meaning.confidence, after.config.threshold, slots, place, nearest)


def own_runs(file: Path, config: Config, matcher: Matcher) -> Iterator[CaseRun]:
    """Run the tests and dialogues of a file, and ask each of its questions."""
    yield from test_runs(matcher, file)
    yield from _question_runs(file, matcher)
    yield from dialogue_runs(config, matcher, file)


def _question_runs(file: Path, matcher: Matcher, most: int = 500) -> Iterator[CaseRun]:
    own = (entry for entry in matcher.knowledge.entries if entry.file == file)
    asked = [(pair, text) for pair in own for text in (pair.question, *pair.also)]
    for entry, text in asked[:most]:
        began, meant = time.perf_counter(), name_of(matcher.match(text))
        fault = "" if meant == entry.question else f"is {meant}, not this question"
        yield CaseRun(shown(file), entry.line, entry.question, text, fault, time.perf_counter() - began, meant)
