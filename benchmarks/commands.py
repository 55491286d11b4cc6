"""The shipped commands: natural orders and what is none of them, against a nearest neighbour at its best threshold.

Each set has two halves: what was written before this code was mended, and what was written after, which nobody read.
The rival knows no slots, so that its right intents count as whole; its threshold is the best there is on these rows.
"""

from __future__ import annotations

import re
import sys
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from assistant.app import build
from assistant.app.definitions import read_folders
from assistant.checks.intent_tests import agrees
from assistant.config import Config
from assistant.dialogue.context.self_repair import mended
from assistant.event_json import as_json
from assistant.events import Understood
from assistant.nlu.matcher import Matcher
from assistant.nlu.parts import Parts, make_parts
from assistant.nlu.query import plain_text
from assistant.nlu.retrieval.index import Index
from assistant.values import AnswerMatch, IntentMatch, Utterance
from benchmarks import Options, Row, json_lines, quiet
from benchmarks.dialogue import INDEXES

DATA = Path(__file__).parent / "data"
ROOT = Path(__file__).parents[1]
RIVAL = "nearest neighbour, its best threshold"
HALVES = ("before", "after")

_ARTICLE = re.compile(r"^(?:the|a|an|my|our|some) ")


@dataclass(frozen=True, slots=True)
class Guess:
    """The nearest intent of a sentence, and its cosine."""

    intent: str
    sure: float


def run(options: Options) -> list[Row]:
    """Ask the commands and the sentences out of scope, half by half."""
    config = Config()
    embedder = build.load_embedder(config, quiet)
    files = read_folders([ROOT / "intents"], [ROOT / "knowledge"])
    parts = make_parts(files.intents, files.knowledge, Index(INDEXES / "shipped", embedder), embedder, quiet)
    matcher = Matcher(parts, config.match)
    rows: list[Row] = []
    for half in HALVES:
        commands, strays = (
            [row for row in options.drawn(json_lines(DATA / name)) if row["half"] == half]
            for name in ("commands.jsonl", "out_of_scope.jsonl")
        )
        if commands and strays:
            rows += _half(half, commands, strays, matcher, parts, options)
    return rows


def _half(
    half: str,
    commands: Sequence[Mapping[str, Any]],
    strays: Sequence[Mapping[str, Any]],
    matcher: Matcher,
    parts: Parts,
    options: Options,
) -> list[Row]:
    """Score one half."""
    ours = Counter(_outcome(row, matcher, options) for row in commands)
    taken = Counter(_outcome(row, matcher, options) for row in strays)
    guesses = _guesses([row["text"] for row in (*commands, *strays)], parts)
    best = max(
        (_rival(guesses, commands, threshold) for threshold in np.arange(0.3, 0.95, 0.01)),
        key=lambda counts: counts["right"] / len(commands) + counts["refused"] / len(strays),
    )
    return [
        _share(f"commands, {half}: whole right", ours["right"], len(commands), best["right"]),
        _share(f"commands, {half}: wrong deed", ours["wrong"], len(commands), best["wrong"]),
        _share(f"commands, {half}: refused or asked", ours["refused"], len(commands), best["unheard"]),
        _share(f"out of scope, {half}: refused or asked", taken["refused"], len(strays), best["refused"]),
        _share(f"out of scope, {half}: a deed", taken["wrong"], len(strays), best["taken"]),
    ]


def _share(what: str, count: int, total: int, rival: int) -> Row:
    return Row(f"{what}, of {total}", 100 * count / total, "%", RIVAL, 100 * rival / total)


def _outcome(row: Mapping[str, Any], matcher: Matcher, options: Options) -> str:
    """Judge what a sentence would do: `right`, `wrong`, `answered` or `refused`, which a question is too."""
    utterance = Utterance(row["text"])
    meaning = matcher.match(mended(utterance, matcher))  # as a conversation reads what is said first
    if isinstance(meaning, AnswerMatch):
        outcome = "answered"
    elif not isinstance(meaning, IntentMatch):
        outcome = "refused"
    else:
        line = as_json(Understood(utterance, meaning), 0)
        outcome = "right" if _is_whole(row, line, meaning, matcher) else "wrong"
    if options.verbose and outcome != ("right" if "intent" in row else "refused"):
        what = getattr(meaning, "intent", "") or getattr(meaning, "question", "") or type(meaning).__name__
        values = getattr(meaning, "slots", "")
        print(f"{outcome} “{row['text']}”: {what} {values} {meaning.confidence:.2f}", file=sys.stderr)
    return outcome


def _is_whole(row: Mapping[str, Any], line: Mapping[str, Any], meaning: IntentMatch, matcher: Matcher) -> bool:
    """True of the right intent with all values, and with none beside them that was read from the sentence."""
    wanted, intent = row.get("slots", {}), matcher.intents.intents[meaning.intent]
    if meaning.intent != row.get("intent") or meaning.slot_texts.keys() - wanted.keys() or meaning.when:
        return False
    return all(
        agrees(intent, name, value, line["slots"].get(name)) or _bare(value) == _bare(line["slots"].get(name))
        for name, value in wanted.items()
    )


def _bare(value: object) -> str:
    return _ARTICLE.sub("", str(value).casefold())


# -- the rival ---------------------------------------------------------------------------------


def _guesses(texts: Sequence[str], parts: Parts) -> list[Guess]:
    """Return the intent of the phrase nearest to each sentence."""
    rows, vectors = parts.retriever.vectors(["intent"])
    cosines = parts.embedder.embed([plain_text(text) for text in texts]) @ np.asarray(vectors, np.float32).T
    nearest = cosines.argmax(1)
    return [Guess(rows[place].owner, float(cosine[place])) for place, cosine in zip(nearest, cosines, strict=True)]


def _rival(guesses: Sequence[Guess], commands: Sequence[Mapping[str, Any]], threshold: float) -> Counter[str]:
    """Count what the rival does at a threshold; its guesses are those of the commands, then those out of scope."""
    counts: Counter[str] = Counter()
    for guess, row in zip(guesses, commands, strict=False):
        right = guess.intent == row["intent"]
        counts["unheard" if guess.sure < threshold else "right" if right else "wrong"] += 1
    for guess in guesses[len(commands) :]:
        counts["refused" if guess.sure < threshold else "taken"] += 1
    return counts
