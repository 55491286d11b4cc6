"""Mood and polarity: what is negated, reported, asked or the opposite must not be done, against the nearest neighbour.

The shipped files, asked the sentences of `data/polarity*.jsonl`. The rival is the nearest phrase alone, at the
threshold of cosine that gets most sentences of all kinds right.
"""

from __future__ import annotations

import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from assistant.app import build
from assistant.authoring.definitions import Intent
from assistant.config import Config, PathsConfig
from assistant.nlu.matcher import Matcher
from assistant.nlu.query import plain_text
from assistant.values import BuiltInAction, IntentMatch
from benchmarks import Options, Row, json_lines, quiet

DATA = Path(__file__).parent / "data"
FILES = {"written before": "polarity.jsonl", "written after": "polarity_later.jsonl"}
"""Name of a set -> its file, in `DATA` or in the folder of --test-data."""

RIVAL = "nearest neighbour"

_TELLING = frozenset("calculate chance clock system".split())
_TELLING_ACTIONS = frozenset(
    "timer.list timer.left note.read note.search list.read list.has volume.tell media.now dialogue.repeat "
    "dialogue.help dialogue.greet dialogue.stop dialogue.cancel dialogue.why dialogue.more dialogue.did dialogue.said "
    "dialogue.asked dialogue.suggest".split()
)
_TELLING_AT_HOME = frozenset({"HassGetState", "HassClimateGetTemperature", "HassGetWeather"})

Act = Callable[[str], Sequence[str]]
"""A sentence to the intents that are carried out for it."""


@dataclass(slots=True)
class Tally:
    """What came of the sentences of one set."""

    forbidden: int = 0
    """Sentences that must not do anything, or only what their row allows."""
    wanted: int = 0
    """Sentences that are orders, wishes or questions and must be understood."""
    wrong: int = 0
    """Forbidden ones that did another deed than their row allows."""
    right: int = 0
    """Wanted ones that did one of the deeds that they may mean, and no other."""

    @property
    def wrong_share(self) -> float:
        return 100 * self.wrong / max(1, self.forbidden)

    @property
    def right_share(self) -> float:
        return 100 * self.right / max(1, self.wanted)


def run(options: Options) -> list[Row]:
    """Score both sets; `--verbose` tells each sentence that comes out wrong."""
    rows = {name: options.drawn(_sentences(file, options)) for name, file in FILES.items()}
    with tempfile.TemporaryDirectory() as data:
        config = Config(paths=PathsConfig(data=data))
        matcher = build.open_matcher(config, build.read_definitions(config), quiet)
        neighbour = _best_neighbour(matcher, [row for some in rows.values() for row in some])
        table, wrong = list[Row](), Counter[str]()
        for name, some in rows.items():
            ours = _tally(matcher, lambda text: _carried_out(matcher, text), some, wrong, options.verbose)
            table += _rows(name, ours, _tally(matcher, neighbour, some))
    kinds = Counter(row["kind"] for some in rows.values() for row in some if "may" in row)
    shares = [Row(f"wrong deed, {kind}, of {count}", 100 * wrong[kind] / count, "%") for kind, count in kinds.items()]
    return [*table, *shares]


def _sentences(file: str, options: Options) -> list[dict[str, Any]]:
    folder = options.test_data or DATA
    return json_lines(folder / file) if (folder / file).is_file() else []


def _rows(name: str, ours: Tally, theirs: Tally) -> list[Row]:
    return [
        Row(f"{name}: wrong deed, of {ours.forbidden}", ours.wrong_share, "%", RIVAL, theirs.wrong_share),
        Row(f"{name}: done, of {ours.wanted} orders in odd moods", ours.right_share, "%", RIVAL, theirs.right_share),
    ]


def _tally(
    matcher: Matcher, act: Act, rows: Sequence[Mapping[str, Any]], wrong: Counter[str] | None = None, tell: bool = False
) -> Tally:
    tally, acting = Tally(), {name for name, intent in matcher.intents.intents.items() if acts(intent)}
    for row in rows:
        done = act(row["text"])
        if "must" in row:
            is_right = bool(done) and set(done) <= set(row["must"])
            tally.wanted, tally.right = tally.wanted + 1, tally.right + is_right
        else:
            is_right = not (set(done) & acting) - set(row["may"])
            tally.forbidden, tally.wrong = tally.forbidden + 1, tally.wrong + (not is_right)
            if wrong is not None:
                wrong[row["kind"]] += not is_right
        if tell and not is_right:
            print(f"{row['kind']}: “{row['text']}” did {', '.join(done) or 'nothing'}", file=sys.stderr)
    return tally


def acts(intent: Intent) -> bool:
    """True of an intent that changes something, false of one that only tells."""
    match intent.action:
        case None:
            return False
        case BuiltInAction(name="home.intent", arguments=arguments):
            return arguments.get("intent") not in _TELLING_AT_HOME
        case BuiltInAction(name=name):
            return name not in _TELLING_ACTIONS and name.partition(".")[0] not in _TELLING
    return True


def _carried_out(matcher: Matcher, text: str) -> list[str]:
    """Return the intents of a sentence that are carried out now, or would be after a yes."""
    meanings = [meaning for _, meaning in matcher.match_all(text)]
    return [meaning.intent for meaning in meanings if isinstance(meaning, IntentMatch) and meaning.when is None]


def _best_neighbour(matcher: Matcher, rows: Sequence[Mapping[str, Any]]) -> Act:
    """Return what acts as the nearest phrase says, at the threshold that gets most sentences right."""
    texts = [row["text"] for row in rows]
    vectors = matcher.parts.embedder.embed([plain_text(text) for text in texts])
    hits = {text: next(iter(_nearest(matcher, vector)), None) for text, vector in zip(texts, vectors, strict=True)}

    def act(text: str, threshold: float) -> list[str]:
        hit = hits[text]
        return [hit[0]] if hit and hit[1] >= threshold else []

    def right(threshold: float) -> float:
        tally = _tally(matcher, lambda text: act(text, threshold), rows)
        return tally.right_share - tally.wrong_share

    best = max((step / 100 for step in range(30, 100, 2)), key=right)
    return lambda text: act(text, best)


def _nearest(matcher: Matcher, vector: Any) -> Iterator[tuple[str, float]]:
    for hit in matcher.parts.retriever.nearest(vector, 8):
        if hit.row.kind == "intent":
            yield hit.row.owner, hit.score
