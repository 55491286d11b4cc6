"""The effects of a lesson: the matcher as it would be, and all that it would understand otherwise nearby."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from assistant.app import build
from assistant.checks.teaching.lesson import Edit
from assistant.config import Config
from assistant.events import Emit
from assistant.values import Ambiguous, AnswerMatch, IntentMatch, SlotMissing, Understanding

if TYPE_CHECKING:
    from assistant.authoring.definitions import IntentTest
    from assistant.nlu.matcher import Matcher


@dataclass(frozen=True, slots=True)
class Change:
    """A sentence that is understood otherwise."""

    text: str
    before: str
    """Name of what it meant: an intent, a question, nothing."""
    after: str
    test: IntentTest | None = None
    """The test that it is the sentence of, which passed before and fails now."""


def name_of(meaning: Understanding) -> str:
    """Return a meaning in a word: the intent, the question, or that it is none."""
    match meaning:
        case IntentMatch() | SlotMissing():
            return meaning.intent
        case AnswerMatch():
            return meaning.question
        case Ambiguous():
            return f"asks: {' or '.join(meaning.labels)}"
    return "not understood"


def trial(edits: Sequence[Edit], before: Matcher, config: Config, emit: Emit, only_tried: bool = False) -> Matcher:
    """Build the matcher that there will be once the edits are written; nothing of the person's own is touched.

    What is learnt for it is kept, unless it is `only_tried`.

    Raises:
        IndexStoreError: the index cannot be written.
    """
    return build.retrain(untrained(edits, before, config, emit, only_tried))


def untrained(edits: Sequence[Edit], before: Matcher, config: Config, emit: Emit, only_tried: bool = False) -> Matcher:
    """Build that matcher at once, less sure of the edited phrases than of the rest.

    Raises:
        IndexStoreError: the index cannot be written.
    """
    drafts = {edit.file: edit.after.encode(errors="replace") for edit in edits}
    return build.renew_matcher(before, build.read_definitions(config, drafts), emit, only_tried)


def changes(
    sentence: str,
    before: Matcher,
    after: Matcher,
    said: Iterable[str],
    is_over: Callable[[], bool] = lambda: False,
    most: int = 150,
) -> tuple[list[Change], int]:
    """Return the sentences near one that was taught that are understood otherwise, and the number of all near it.

    They are tests, examples, samples of templates, questions, everyday talk, and what was said: at most twice `most`.
    Once `is_over`, the rest is not tried.
    """
    probes = _near(sentence, before, said, most)
    differing = []
    for text, test in probes.items():
        if is_over():
            break
        old, new = name_of(before.match(text)), name_of(after.match(text))
        if old != new:
            is_broken = test is not None and old == _owner(test, before)
            differing.append(Change(text, old, new, test if is_broken else None))
    return differing, len(probes)


def _owner(test: IntentTest, matcher: Matcher) -> str:
    """Name of the intent that a test is of."""
    return next((intent.name for intent in matcher.intents.intents.values() if test in intent.tests), "")


def _near(sentence: str, matcher: Matcher, said: Iterable[str], most: int) -> dict[str, IntentTest | None]:
    """Return the sentences nearest to one, each with the test that it is of."""
    own = matcher.query(sentence)
    hits = matcher.parts.retriever.nearest(own.vector, most)
    rows: list[tuple[str, IntentTest | None, float]] = [(hit.row.text, None, hit.score) for hit in hits]
    owners = {hit.row.owner for hit in hits}
    tests = dict(_tests(matcher, owners))
    texts = [*tests, *dict.fromkeys(text for text in said if text not in tests)][: 4 * most]
    if texts:
        cosines = matcher.parts.embedder.embed([matcher.query(text).plain for text in texts]) @ own.vector
        rows += [(text, tests.get(text), float(score)) for text, score in zip(texts, cosines, strict=True)]
    nearest = sorted(rows, key=lambda row: -row[2])[: 2 * most]
    return {text: test for text, test, _ in reversed(nearest) if matcher.query(text).plain != own.plain}


def _tests(matcher: Matcher, owners: set[str]) -> Iterator[tuple[str, IntentTest]]:
    for intent in matcher.intents.intents.values():
        if intent.name in owners:
            yield from ((test.say, test) for test in intent.tests)
