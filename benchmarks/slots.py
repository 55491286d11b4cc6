"""Values in commands: public sets with marked slots, and orders of coffee as text, against hassil and a look-up.

Marked sentences become intent files as an author would import them: examples with `[value](slot)`, a list where nearly
all of a slot's values recur, free text elsewhere. Rows scored are those of `test.jsonl` where there is one, else rows
kept out of the training. A slot is right where its name and its words agree (CoNLL, by span).
"""

from __future__ import annotations

import random
import re
import statistics
import sys
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
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
from assistant.language.entities import Vocabulary
from assistant.language.text import normalise
from assistant.nlu.matcher import Matcher
from assistant.nlu.parts import make_parts
from assistant.nlu.query import Query
from assistant.nlu.retrieval.index import Embedder, Index
from assistant.nlu.slots.filler import SlotFiller
from assistant.nlu.templates.sampler import Sampler
from assistant.values import IntentMatch, SlotMissing, Utterance
from benchmarks import Options, Row, json_lines, quiet
from benchmarks.speech_to_intent import accepted, intent_file

CLOSED = 0.9
"""A slot is a list where this share of what is said for it is said more than once."""

AGAIN = "_again"
"""Follows the name of a slot that stands in a sentence a second time."""

HASSIL, LOOKUP = "hassil alone", "looking the known values up"
_KEPT_OUT = {"snips2017": 700, "hwu64-slots": 1000}
_HASSIL_EVERY = 7
"""hassil takes a tenth of a second and more to try two thousand templates with wildcards: one row in so many."""


@dataclass(slots=True)
class Score:
    """What was found beside what should have been."""

    rows: int = 0
    intents: int = 0
    whole: int = 0
    found: Counter[str] = field(default_factory=Counter)

    def count(self, intent: bool, got: set[tuple[str, str]], want: set[tuple[str, str]]) -> None:
        """Add a row."""
        self.rows += 1
        self.intents += intent
        self.whole += intent and got == want
        self.found.update(right=len(got & want), got=len(got), want=len(want))

    @property
    def f1(self) -> float:
        """Return the slots' F1 in percent."""
        total = self.found["got"] + self.found["want"]
        return 200 * self.found["right"] / total if total else 100.0

    def share(self, count: int) -> float:
        """Return a count in percent of the rows."""
        return 100 * count / max(1, self.rows)


def run(options: Options) -> list[Row]:
    """Score every set."""
    config = Config()
    embedder = build.open_embedder(weights.resolve(config.match.embedder, "embedder", config, quiet), config, quiet)
    rows: list[Row] = []
    for name in _KEPT_OUT:
        rows += _marked(name, options, embedder)
        print(f"{name} done", file=sys.stderr, flush=True)
    return [*rows, *_coffee(options, embedder)]


# -- sentences with marked slots ---------------------------------------------------------------


def _marked(name: str, options: Options, embedder: Embedder) -> list[Row]:
    stored, asked = split(name, options)
    intents = imported(stored)
    parts = make_parts(intents, load_knowledge([]), Index(None, embedder), embedder, quiet)
    matcher = Matcher(parts, Config().match)
    fillers, seconds = _learnt(intents)
    ours, given, lookup, plain, waits = Score(), Score(), Score(), Score(), list[float]()
    tables, grammar, now = _tables(stored), _grammar(intents), datetime.now()
    for at, row in enumerate(asked):
        want = {(slot["name"], normalise(slot["value"])) for slot in row["slots"]}
        found = matcher.match(Utterance(row["text"]))
        intent = found.intent if isinstance(found, IntentMatch | SlotMissing) else ""
        texts = said(found, intents) if isinstance(found, IntentMatch) else {}
        ours.count(intent == row["intent"], spans(texts), want)
        started = time.perf_counter()
        filled = fillers[row["intent"]].fill(Query(row["text"], intents.language, now), {})
        waits.append(time.perf_counter() - started)
        given.count(True, spans(filled.texts), want)
        lookup.count(intent == row["intent"], _looked_up(row["text"], tables[row["intent"]]), want)
        if at % _HASSIL_EVERY == 0:
            theirs = recognize_best(" ".join(normalise(row["text"]).split()), grammar)
            values = {each.name: str(each.value).strip() for each in theirs.entities_list} if theirs else {}
            plain.count(theirs is not None and theirs.intent.name == row["intent"], spans(values), want)
    return [
        Row(f"{name}, intent right", ours.share(ours.intents), "%", HASSIL, plain.share(plain.intents)),
        Row(f"{name}, slots, F1", ours.f1, "%", LOOKUP, lookup.f1),
        Row(f"{name}, slots where the intent is given, F1", given.f1, "%", HASSIL, plain.f1),
        Row(f"{name}, all of a sentence right", ours.share(ours.whole), "%", LOOKUP, lookup.share(lookup.whole)),
        Row(f"{name}, to find a sentence's slots", 1000 * statistics.median(waits), "ms"),
        Row(f"{name}, to learn the slots of {len(fillers)} intents", seconds, "s"),
    ]


def split(name: str, options: Options) -> tuple[list[dict[str, Any]], Sequence[dict[str, Any]]]:
    """Return the rows that intents are made from, and those that are asked."""
    folder, test = options.folder(f"text/{name}"), options.scored(f"text/{name}") / "test.jsonl"
    small = folder / "train_small.jsonl"
    stored = json_lines(small if small.exists() else folder / "train.jsonl")
    rng = random.Random(options.seed)
    if test.exists():
        asked = json_lines(test)
    elif small.exists():
        known = {row["text"] for row in stored}
        asked = [row for row in json_lines(folder / "train_full.jsonl") if row["text"] not in known]
        asked = rng.sample(asked, _KEPT_OUT[name])
    else:
        rng.shuffle(stored)
        stored, asked = stored[_KEPT_OUT[name] :], stored[: _KEPT_OUT[name]]
    named = {row["intent"] for row in stored}
    return stored, options.drawn([row for row in asked if row["intent"] in named])


def imported(rows: Sequence[Mapping[str, Any]]) -> IntentSet:
    """Return marked sentences as intents, read from a file as an author would write it."""
    said: dict[str, dict[str, Counter[str]]] = defaultdict(lambda: defaultdict(Counter))
    examples: dict[str, list[str]] = defaultdict(list)
    for row in map(told_apart, rows):
        for slot in row["slots"]:
            said[row["intent"]][slot["name"]][slot["value"]] += 1
        examples[row["intent"]].append(example(row))
    intents = {
        name: {
            "examples": each,
            "slots": {slot: _declared(values) for slot, values in said[name].items()},
            "response": name,
        }
        for name, each in examples.items()
    }
    return loaded({"language": "en", "intents": intents})


def loaded(content: Mapping[str, Any]) -> IntentSet:
    """Return what a file with this content defines."""
    with tempfile.TemporaryDirectory() as work:
        (Path(work) / "intents.yaml").write_text(yaml.safe_dump(dict(content), allow_unicode=True), encoding="utf-8")
        return load_intents([Path(work)], ())


def told_apart(row: Mapping[str, Any]) -> dict[str, Any]:
    """Return a marked sentence in which a slot that stands there twice has two names."""
    seen, slots = Counter[str](), []
    for slot in sorted(row["slots"], key=lambda slot: slot["start"]):
        slots.append({**slot, "name": slot["name"] + AGAIN * seen[slot["name"]]})
        seen[slot["name"]] += 1
    return {**row, "slots": slots}


def example(row: Mapping[str, Any]) -> str:
    """Return a sentence with its values marked as an author would mark them."""
    text: str = row["text"]
    for slot in sorted(row["slots"], key=lambda slot: -slot["start"]):
        text = f"{text[: slot['start']]}[{_plain(slot['value'])}]({slot['name']}){text[slot['end'] :]}"
    return text


def _declared(values: Counter[str]) -> dict[str, Any]:
    words = Counter[str]()
    for value, count in values.items():
        words[value.lower()] += count
    again = sum(count for count in words.values() if count > 1)
    if again >= CLOSED * words.total():
        return {"values": [_plain(value) for value in words]}
    return {"type": "text"}


def _plain(value: str) -> str:
    """Return a value without what a template would read as more than words."""
    return "".join(" " if char in "()[]{}<>|;\\" else char for char in value)


def said(command: IntentMatch, intents: IntentSet) -> dict[str, Any]:
    """Return the words of each slot: free text as its action gets it, in the spelling in which it was typed."""
    slots = intents.intents[command.intent].slots
    free = [name for name in command.slot_texts if name in slots and slots[name].type == "text"]
    return {**command.slot_texts, **{name: command.slots[name] for name in free}}


def spans(found: Mapping[str, Any]) -> set[tuple[str, str]]:
    """Return slots with their words, as they are compared."""
    return {(name.split(AGAIN)[0], normalise(str(text))) for name, text in found.items()}


def _learnt(intents: IntentSet) -> tuple[dict[str, SlotFiller], float]:
    """Return what fills each intent's slots, and how many seconds it took to learn that."""
    sampler, started = Sampler(intents), time.perf_counter()
    fillers = {name: SlotFiller(intent, intents, sampler) for name, intent in intents.intents.items()}
    for each in fillers.values():
        assert each.cached_name != ""
    return fillers, time.perf_counter() - started


# -- rivals ------------------------------------------------------------------------------------


def _tables(rows: Sequence[Mapping[str, Any]]) -> dict[str, dict[str, Vocabulary]]:
    """Return every value of each slot of each intent."""
    said: dict[str, dict[str, dict[str, None]]] = defaultdict(lambda: defaultdict(dict))
    for row in rows:
        said[row["intent"]] = said[row["intent"]]
        for slot in row["slots"]:
            said[row["intent"]][slot["name"]][slot["value"]] = None
    return {
        intent: {slot: Vocabulary([(each, each) for each in values]) for slot, values in slots.items()}
        for intent, slots in said.items()
    }


def _looked_up(text: str, table: Mapping[str, Vocabulary]) -> set[tuple[str, str]]:
    """Return the longest known values in a sentence, no two of them over each other."""
    words = normalise(text).split()
    found = [(span, name) for name, values in table.items() for span in values.find(words)]
    taken, out = set[int](), set[tuple[str, str]]()
    for span, name in sorted(found, key=lambda each: (each[0].start - each[0].end, each[0].start)):
        if taken.isdisjoint(range(span.start, span.end)):
            taken |= set(range(span.start, span.end))
            out.add((name, normalise(span.text)))
    return out


def _grammar(intents: IntentSet) -> Intents:
    """Return the same files as hassil alone would read them: every example a template, free text a wildcard."""
    lists: dict[str, Any] = {}
    blocks: dict[str, Any] = {}
    for intent in intents.intents.values():
        for slot in intent.slots.values():
            values = intents.lists[slot.type].values if slot.type in intents.lists else ()
            key = f"{intent.name}_{slot.name}"
            lists[key] = {"values": [each.text for each in values]} if values else {"wildcard": True}
        sentences = [_template(each, intent.name) for each in intent.examples]
        blocks[intent.name] = {"data": [{"sentences": sentences}]}
    return Intents.from_dict({"language": "en", "intents": blocks, "lists": lists})


def _template(sentence: str, intent: str) -> str:
    pieces = re.split(r"\{(\w+)\}", sentence)
    texts = [
        _plain(normalise(piece)) if at % 2 == 0 else f"{{{intent}_{piece}:{piece}}}" for at, piece in enumerate(pieces)
    ]
    return " ".join(" ".join(texts).split())


# -- a grammar, whose sentences must come out exactly --------------------------------------------


def _coffee(options: Options, embedder: Embedder) -> list[Row]:
    """Score orders of coffee by the published grammar."""
    folder = options.folder("speech-to-intent")
    asked = options.drawn(json_lines(folder / "example_utterances.jsonl"))
    content = intent_file(folder / "coffee_maker.yaml")
    intents, grammar = loaded(yaml.safe_load(content)), Intents.from_dict(yaml.safe_load(content))
    parts = make_parts(intents, load_knowledge([]), Index(None, embedder), embedder, quiet)
    matcher = Matcher(parts, Config().match)
    ours = theirs = 0
    for row in asked:
        found = matcher.match(Utterance(row["text"]))
        ours += isinstance(found, IntentMatch) and accepted(found.slots, row["slots"])
        plain = recognize_best(row["text"], grammar)
        theirs += accepted({each.name: each.value for each in plain.entities_list} if plain else None, row["slots"])
    total = len(asked)
    return [Row("orders of coffee as text, accepted", 100 * ours / total, "%", HASSIL, 100 * theirs / total)]
