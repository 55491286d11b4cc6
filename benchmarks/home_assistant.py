"""The smart home: Home Assistant's sentences asked its own tests and people's phrasings, against hassil alone.

Each file of tests is asked with the devices and places that it names. The phrasings of `data/home_phrasings.jsonl` and
`home_phrasings_2.jsonl`, which no template was written for, are asked with the devices and places that all tests share.
"""

from __future__ import annotations

import tempfile
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from hassil import Intents, recognize_best

from assistant import weights
from assistant.app import build
from assistant.authoring.definitions import IntentSet
from assistant.authoring.intents import load_intents
from assistant.authoring.knowledge import load_knowledge
from assistant.config import Config
from assistant.dialogue.context.self_repair import mended
from assistant.nlu.matcher import Matcher
from assistant.nlu.parts import make_parts
from assistant.nlu.retrieval.index import Embedder, Index
from assistant.nlu.templates.matcher import Templates
from assistant.values import IntentMatch, Utterance
from benchmarks import Options, Row, json_lines, quiet

PHRASINGS = Path(__file__).parent / "data" / "home_phrasings.jsonl"
UNREAD = PHRASINGS.with_name("home_phrasings_2.jsonl")
HASSIL = "hassil alone"

_PERCENT = {"range": {"from": 0, "to": 100, "type": "percentage"}}
_COUNT = {"range": {"from": 1, "to": 100}}
SUPPLIED: dict[str, dict[str, Any]] = {
    "brightness": _PERCENT,
    "position": _PERCENT,
    "volume": _PERCENT,
    "volume_level": _PERCENT,
    "percentage": _PERCENT,
    "fan_speed": _PERCENT,
    "volume_step_up": _PERCENT,
    "volume_step_down": {"range": {**_PERCENT["range"], "multiplier": -1}},
    "temperature": {"range": {"from": -100, "to": 200, "type": "temperature", "fractions": "halves"}},
    "color_temperature": {"range": {"from": 1000, "to": 10000}},
    "timer_hours": _COUNT,
    "timer_minutes": _COUNT,
    "timer_seconds": _COUNT,
    **{
        name: {"wildcard": True}
        for name in "timer_name timer_command search_query message item todo_list_item shopping_list_item".split()
    },
}
"""Lists that Home Assistant's own code holds: the ranges of numbers, and what may be any words."""


@dataclass(slots=True)
class Score:
    """How many sentences were understood."""

    rows: int = 0
    intents: int = 0
    whole: int = 0
    commands: int = 0
    """Sentences that would be carried out."""

    def count(self, intent: str, slots: Mapping[str, Any], row: Mapping[str, Any]) -> None:
        """Add a sentence; a domain that only goes without saying need not be in the label."""
        got, want = _folded(slots), _folded(row["slots"])
        self.rows += 1
        self.commands += bool(intent)
        self.intents += intent == row["intent"]
        self.whole += intent == row["intent"] and want in (got, {k: v for k, v in got.items() if k != "domain"})

    def share(self, count: int) -> float:
        """Return a count in percent of the sentences."""
        return 100 * count / max(1, self.rows)


def run(options: Options) -> list[Row]:
    """Ask Home Assistant's tests, then the phrasings."""
    config = Config()
    embedder = build.open_embedder(weights.resolve(config.match.embedder, "embedder", config, quiet), config, quiet)
    ours, theirs = _tests(options, embedder)
    exactly = Row(
        "Home Assistant's tests, intent and slots exactly right",
        *(ours.share(ours.whole), "%", HASSIL, theirs.share(theirs.whole)),
    )
    return [exactly, *_phrasings(options, embedder)]


def _tests(options: Options, embedder: Embedder) -> tuple[Score, Score]:
    """Score each file's tests with the devices and places that it names, those of one house together."""
    corpus, scored = options.folder("home-assistant-intents"), options.scored("home-assistant-intents")
    fixtures = scored / "tests" / "en" / "_fixtures.yaml"
    houses: dict[str, tuple[Path, list[dict[str, Any]]]] = {}
    for row in options.drawn(json_lines(scored / "tests_flat.jsonl")):
        names, places = _names([fixtures, file := scored / row["file"]])
        house = repr((sorted((domain, sorted(each)) for domain, each in names.items()), places))
        houses.setdefault(house, (file, []))[1].append(row)
    first, scores = None, (Score(), Score())
    for file, rows in houses.values():
        intents, grammar = _home(corpus, [fixtures, file])
        if first is None:
            first = make_parts(intents, load_knowledge([]), Index(None, embedder), embedder, quiet)
        # the sentences are the same, only the names differ
        parts = replace(first, intents=intents, templates=Templates(intents))
        _ask(rows, Matcher(parts, Config().match), grammar, scores)
    return scores


def _phrasings(options: Options, embedder: Embedder) -> Iterator[Row]:
    """Score the phrasings of each set."""
    corpus = options.folder("home-assistant-intents")
    intents, grammar = _home(corpus, [corpus / "tests" / "en" / "_fixtures.yaml"])
    parts = make_parts(intents, load_knowledge([]), Index(None, embedder), embedder, quiet)
    for name, file in {"as people say it": PHRASINGS, "the same, not read": UNREAD}.items():
        ours, theirs = scores = Score(), Score()
        _ask(options.drawn(json_lines(file)), Matcher(parts, Config().match), grammar, scores)
        for what, count, rival in (
            ("intent right", ours.intents, theirs.intents),
            ("intent and slots right", ours.whole, theirs.whole),
            ("carried out, but wrong", ours.commands - ours.whole, theirs.commands - theirs.whole),
        ):
            yield Row(f"{name}, {what}", ours.share(count), "%", HASSIL, theirs.share(rival))


def _home(corpus: Path, tests: Sequence[Path]) -> tuple[IntentSet, Intents]:
    """Return Home Assistant's sentences as our intents and as hassil's."""
    with tempfile.TemporaryDirectory() as work:
        write(corpus, tests, Path(work))
        intents = load_intents([Path(work)], ())
        grammar = Intents.from_dict(yaml.load((Path(work) / "home.yaml").read_text(encoding="utf-8"), yaml.CSafeLoader))
    return intents, grammar


def _ask(rows: Sequence[Mapping[str, Any]], matcher: Matcher, grammar: Intents, scores: tuple[Score, Score]) -> None:
    for row in rows:
        found = matcher.match(mended(Utterance(row["text"]), matcher))  # as a conversation reads what is said first
        known = found if isinstance(found, IntentMatch) else None
        scores[0].count(known.intent if known else "", known.slots if known else {}, row)
        theirs = recognize_best(row["text"], grammar)
        slots = {each.name: each.value for each in theirs.entities_list} if theirs else {}
        scores[1].count(theirs.intent.name if theirs else "", slots, row)


def _folded(slots: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value.strip().casefold() if isinstance(value, str) else value for name, value in slots.items()}


# -- the files ---------------------------------------------------------------------------------


def write(corpus: Path, tests: Sequence[Path], target: Path) -> None:
    """Write the corpus as intent files into a folder.

    The names of devices and places are those of the last file of tests that has any of the kind.
    """
    names, places = _names(tests)
    combinations = _read(corpus / "intents.yaml")
    lists = {**SUPPLIED, **_joined(corpus / "lists", "lists"), **places}
    lists["name"] = {"values": sorted({name for each in names.values() for name in each})}
    intents: dict[str, Any] = defaultdict(lambda: {"data": []})
    for path in sorted((corpus / "sentences" / "en").glob("*/*.yaml")):
        combination = (combinations.get(path.parent.name) or {}).get("slot_combinations", {}).get(path.stem) or {}
        intents[path.parent.name]["data"] += [_block(each, combination, names) for each in _read(path)["data"]]
    common = _read(corpus / "sentences" / "en" / "_common.yaml")
    whole = {
        "language": "en",
        "skip_words": common["skip_words"],
        "lists": lists,
        "expansion_rules": _joined(corpus / "rules", "expansion_rules"),
        "intents": dict(intents),
    }
    text = yaml.dump(whole, Dumper=yaml.CSafeDumper, sort_keys=False, allow_unicode=True)
    (target / "home.yaml").write_text(text, encoding="utf-8")


def _block(block: Mapping[str, Any], combination: Mapping[str, Any], names: Mapping[str, set[str]]) -> dict[str, Any]:
    """Return a block with the domain it implies as a slot, and with the names of the domains it is about."""
    kept = {key: block[key] for key in ("sentences", "lists", "expansion_rules") if key in block}
    kept["slots"] = dict(block.get("slots") or {})
    if "domain" in combination.get("slots", ()) and isinstance(block.get("inferred_domain"), str):
        kept["slots"]["domain"] = block["inferred_domain"]
    if domains := list(_domains(block, combination)):
        values = sorted({name for domain in domains for name in names.get(domain, ())})
        kept["lists"] = {**kept.get("lists", {}), "name": {"values": values or ["nothing of the kind"]}}
    return kept


def _domains(block: Mapping[str, Any], combination: Mapping[str, Any]) -> Iterator[str]:
    """Yield the domains that the block's `{name}` may be of; none where it may be of any."""
    given = block.get("name_domains")
    if isinstance(given, str):
        yield from combination.get("name_domain_groups", {}).get(given, ())
    elif given:
        yield from given
    else:
        for each in (combination.get("name_domains") or {}).values():
            yield from each


def _names(tests: Sequence[Path]) -> tuple[dict[str, set[str]], dict[str, Any]]:
    """Return the names of devices by domain, and the lists of areas and floors."""
    names: dict[str, set[str]] = {}
    places: dict[str, list[str]] = {"area": [], "floor": []}
    for content in map(_read, tests):
        if content.get("entities"):
            names = defaultdict(set)
        for each in content.get("entities") or ():
            names[each.get("domain") or str(each.get("id", "")).partition(".")[0]].add(each["name"])
        for kind in places:
            places[kind] = [each["name"] for each in content.get(f"{kind}s") or ()] or places[kind]
    return names, {kind: {"values": found} for kind, found in places.items()}


def _joined(folder: Path, key: str) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for path in sorted(folder.rglob("*.yaml")):
        found |= _read(path).get(key) or {}
    return found


@cache
def _read(path: Path) -> dict[str, Any]:
    content = yaml.load(path.read_text(encoding="utf-8"), yaml.CSafeLoader)
    return content if isinstance(content, dict) else {}
