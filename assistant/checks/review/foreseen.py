"""Mistakes that can be foreseen: each example understood as if it had not been written, and the phrases to blame.

So it is with sentences for which no command is: whatever would take them is named, with the phrase that draws them.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from assistant.authoring.definitions import SourceLine
from assistant.checks.finding import Finding
from assistant.checks.review.own import is_own
from assistant.checks.review.rules import RuleFinder, where
from assistant.errors import Problem
from assistant.nlu.ranking.confidence import log_odds, sigmoid
from assistant.nlu.ranking.train import KINDS, prepared_phrases, regression_of

if TYPE_CHECKING:
    from assistant.nlu.matcher import Matcher
    from assistant.nlu.ranking.n_grams import Array
    from assistant.nlu.retrieval.snapshot import Row


@dataclass(frozen=True, slots=True)
class Mistake:
    """A sentence that would be misunderstood if nobody had written it down."""

    text: str
    intent: str
    """The one that it is an example of; empty where no command is meant."""
    taken_for: str
    """Empty where nothing would take it."""
    confidence: float
    place: SourceLine
    blamed: str = ""
    """The phrase of the other intent that is nearest to it."""
    blamed_place: SourceLine | None = None


def mistakes(matcher: Matcher, intents: Collection[str]) -> Iterator[Mistake]:
    """Yield the mistakes with the examples of some intents, and with what they would take from nobody."""
    rows, vectors = matcher.parts.retriever.vectors(KINDS)
    finder = RuleFinder(matcher)
    classifier, accepted = matcher.parts.classifier, log_odds(matcher.config.threshold)
    parts, negatives, examples = prepared_phrases(rows, vectors, finder.examples)
    told = set[tuple[str, str]]()
    for part in parts:
        regression, names, used, _ = regression_of(rows, vectors, part, negatives, examples)
        labels = np.flatnonzero(np.isin(names, sorted(intents)))
        for place, label, score in regression.left_out(labels) if len(labels) else ():
            row, taker = rows[used[place]], str(names[label])
            odds = classifier.slope * (score - classifier.threshold)
            intent, is_taken = (row.owner if row.kind == "intent" else ""), odds >= accepted
            is_right = taker == intent if intent else not is_taken or taker not in intents
            if (is_right and (is_taken or not intent)) or (taker != intent and not is_taken and not intent):
                continue
            key = intent, examples.get(used[place], row.text)
            if key in told:
                continue
            told.add(key)
            taken_for = taker if is_taken and taker != intent else ""
            blamed = _nearest(vectors[used[place]], taken_for, rows, vectors) if taken_for else ""
            yield Mistake(
                key[1],
                intent,
                taken_for,
                sigmoid(odds),
                finder.place(intent, row.text) if intent else finder.place(taker, blamed),
                blamed,
                finder.place(taken_for, blamed) if taken_for else None,
            )


def _nearest(vector: Array, owner: str, rows: Sequence[Row], vectors: Array) -> str:
    """Return the phrase of an intent that is nearest to a vector."""
    own = [place for place, row in enumerate(rows) if row.kind == "intent" and row.owner == owner]
    cosines = vectors[own].astype(np.float32) @ vector.astype(np.float32)
    return rows[own[int(cosines.argmax())]].text


def foreseen(matcher: Matcher, everything: bool = False, most: int = 3) -> Iterator[Finding]:
    """Yield for each intent of a person's own what would go wrong, at most so many sentences, and what to add."""
    own = {name for name, intent in matcher.intents.intents.items() if everything or is_own(intent.file)}
    by_intent = defaultdict[str, list[Mistake]](list)
    for mistake in mistakes(matcher, own) if own else ():
        by_intent[mistake.intent or mistake.taken_for].append(mistake)
    for rows in by_intent.values():
        rows.sort(key=lambda row: (not row.intent, -row.confidence))
        for row in rows[:most]:
            yield _finding(row)
        if len(rows) > most:
            more = f"{len(rows) - most} more sentences of {rows[0].intent or rows[0].taken_for}, or taken by it"
            yield Finding("foreseen", True, more, severity="note", rule="foreseen")


def _finding(mistake: Mistake) -> Finding:
    text, blamed = json.dumps(mistake.text, ensure_ascii=False), ""
    if mistake.blamed and mistake.blamed_place:
        blamed = f", because of “{mistake.blamed}” ({where(mistake.blamed_place)})"
    if not mistake.intent:
        message = f"“{mistake.text}” means nothing here, and {mistake.taken_for} would take it"
        cure = f"additions: {{{mistake.taken_for}: {{not: [{text}]}}}}"
    elif mistake.taken_for:
        message = f"worded like “{mistake.text}”, {mistake.intent} would be taken for {mistake.taken_for}"
        miss = f"additions: {{{mistake.taken_for}: {{not: [{text}]}}}}"
        cure = f"two more examples of {mistake.intent} worded like it; {miss}"
    else:
        message = f"worded like “{mistake.text}”, {mistake.intent} would not be understood"
        cure = f"two more examples of {mistake.intent} worded like it"
    problem = Problem(*mistake.place, f"{message} ({mistake.confidence:.2f}){blamed}", "warning")
    return Finding.of("foreseen", problem, cure, "foreseen")
