"""The corpus: everything that the files say, written out as plain sentences, one a row of the index."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType
from zlib import crc32

from assistant.authoring.definitions import Intent, IntentSet
from assistant.authoring.knowledge import KnowledgeSet
from assistant.authoring.template_syntax import INLINE_RANGE, MARK, PLACEHOLDER
from assistant.nlu.query import plain_text
from assistant.nlu.retrieval.snapshot import Row
from assistant.nlu.templates.matcher import Templates
from assistant.nlu.templates.sampler import Sampler

VERSION = "11"
"""Raised when the same files would give other rows."""

ANYTHING = "something"
"""Stands for free text, of which the words do not matter."""

_ANSWER_WORDS = 60
"""Words of an answer that tell what it is about; the embedder reads about a hundred."""

OUT_OF_SCOPE = Path(__file__).with_name("out_of_scope.txt")
"""Everyday talk: a sentence a line, none of them a command."""

ELSEWHERE = "elsewhere"
"""Owner of the rows of `elsewhere.txt`: requests and questions for which other files may have a command."""

_EN_SAMPLES = {
    "duration": ("ten minutes", "an hour and a half", "30 seconds"),
    "time": ("seven am", "half past six", "18:30"),
    "date": ("tomorrow", "next friday", "the third of may"),
    "datetime": ("tomorrow at seven", "at six pm", "in two hours"),
    "number": ("five", "twelve", "20"),
    "percent": ("fifty percent", "30 percent"),
    "place": ("london", "new york"),
    "area": ("kitchen", "living room", "bedroom"),
    "name": ("lamp", "fan", "door"),
    "floor": ("first floor", "basement"),
}


def rows(
    intents: IntentSet,
    knowledge: KnowledgeSet,
    templates: Templates,
    kept: Mapping[str, Sequence[Row]] = MappingProxyType({}),
) -> Iterator[Row]:
    """Yield every row of the index; `kept` has those of intents that are as they were."""
    for intent in intents.intents.values():
        yield from kept.get(intent.name) or _intent_rows(intent, intents, templates)
    if intents.intents and intents.language.startswith("en"):
        yield from _talk_rows(intents.language)
    for text in intents.noise:
        yield Row("talk", "", plain_text(text), intents.language)
    yield from _question_rows(knowledge, intents.language)


@lru_cache(maxsize=1)
def _talk_rows(language: str) -> tuple[Row, ...]:
    """Return the rows of everyday talk, and of what other files may have a command for."""
    files = ("", OUT_OF_SCOPE), (ELSEWHERE, OUT_OF_SCOPE.with_stem(ELSEWHERE))
    return tuple(
        Row("talk", owner, plain_text(line), language)
        for owner, file in files
        for line in file.read_text("utf-8").splitlines()
    )


def _intent_rows(intent: Intent, intents: IntentSet, templates: Templates, most: int = 160) -> Iterator[Row]:
    """Yield the rows of an intent: name, examples, at most so many samples of templates, near misses."""
    values, language, file = SampleValues(intent, intents, templates.sampler), intents.language, intent.file.name
    texts = [name for name in (name_in_words(intent.name), plain_text(intent.description)) if name]
    for example in intent.examples:
        texts += [*map(plain_text, values.filled(example)), *_generalised(example, values)]
    patterns = templates.sampler.patterns(intent)
    step = max(1, -(-len(patterns) // most))
    texts += [plain_text(values.write(pattern, crc32(pattern.encode()))) for pattern in patterns[::step]]
    for text in dict.fromkeys(texts):
        yield Row("intent", intent.name, text, language, file)
    for near_miss in intent.negatives:
        yield Row("not", intent.name, plain_text(values.write(near_miss, 0)), language, file)


@lru_cache(maxsize=1)  # the knowledge in use: an edit of an intent writes out none of it
def _question_rows(knowledge: KnowledgeSet, language: str) -> tuple[Row, ...]:
    """Return the rows of every entry: its wordings, and the question together with the beginning of its answer."""
    rows: list[Row] = []
    for entry in knowledge.entries:
        wordings = (plain_text(text) for text in (entry.question, *entry.also))
        rows += [Row("question", entry.question, wording, language, entry.file.name) for wording in wordings]
        text = f"{entry.question} {' '.join(entry.answer.split()[:_ANSWER_WORDS])}"
        rows.append(Row("answer", entry.question, plain_text(text), language, entry.file.name))
    return tuple(rows)


def name_in_words(name: str) -> str:
    """Return a name in words: `SetTimer` and `set_timer` are both `set timer`."""
    return " ".join(re.findall(r"[^\W\d_]+?(?=[A-Z]|\b|_|\d)|\d+", name)).casefold()


def examples_by_row(intents: IntentSet, templates: Templates) -> dict[tuple[str, str], str]:
    """Return owner and text of the rows that are made from examples, each with its example."""
    examples: dict[tuple[str, str], str] = {}
    for intent in intents.intents.values():
        values = SampleValues(intent, intents, templates.sampler)
        for example in intent.examples:
            examples |= {(intent.name, plain_text(text)): example for text in values.filled(example)}
    return examples


def _generalised(example: str, values: SampleValues) -> Iterator[str]:
    if (pattern := values.generalise(example)) != example:
        yield plain_text(values.write(pattern, 0))


class SampleValues:
    """Sample values for the placeholders of one intent: those of lists and of `examples` first, then typical ones."""

    def __init__(self, intent: Intent, intents: IntentSet, sampler: Sampler) -> None:
        self._intent, self._intents, self._sampler = intent, intents, sampler
        self._samples: dict[str, tuple[str, ...]] = {}
        self.marked: dict[str, list[str]] = {}
        """Example -> the same as it was written with values, if it was."""
        for text in intent.marked:
            self.marked.setdefault(MARK.sub(r"{\2}", text), []).append(text)

    def write(self, pattern: str, turn: int) -> str:
        """Return the pattern with a value in each placeholder, another one each turn; samples differ by pattern too."""
        start = crc32(pattern.encode())
        return PLACEHOLDER.sub(lambda place: self._value(place[1], place[2] or place[1], turn, start), pattern)

    def filled(self, example: str, turns: int = 3) -> Iterator[str]:
        """Yield an example with the values that it was written with, or else with some samples."""
        if marked := self.marked.get(example):
            yield from (MARK.sub(r"\1", text) for text in marked)
            return
        for turn in range(turns if "{" in example else 1):
            yield self.write(example, turn)

    def has_samples(self, place: tuple[str, str]) -> bool:
        """True if values are known for a placeholder, its list and its slot: else its name stands for one."""
        list_name, slot = place
        self._value(list_name, slot, 0, 0)
        return self._samples[slot] != (slot.replace("_", " "),)

    def generalise(self, pattern: str) -> str:
        """Return an English pattern with `something` in place of the slots that have examples."""
        open_slots = {name for name, slot in self._intent.slots.items() if slot.examples}
        if not self._intents.language.startswith("en"):
            return pattern
        return PLACEHOLDER.sub(lambda place: ANYTHING if (place[2] or place[1]) in open_slots else place[0], pattern)

    def _value(self, list_name: str, slot: str, turn: int, start: int) -> str:
        if slot not in self._samples:
            self._samples[slot] = self._make_samples(list_name, slot)
        samples, declared = self._samples[slot], self._intent.slots.get(slot)
        return samples[(turn + start if declared and declared.examples else turn) % len(samples)]

    def _make_samples(self, list_name: str, slot: str) -> tuple[str, ...]:
        declared = self._intent.slots.get(slot) or self._intent.slots.get(list_name)
        kind = declared.type if declared else list_name
        if phrases := self._sampler.slot_phrases(self._intent, kind):
            return tuple(text for text, _ in phrases)
        if declared and declared.examples:
            return declared.examples
        if bounds := INLINE_RANGE.fullmatch(kind):
            return tuple(dict.fromkeys(str((int(bounds["low"]) + int(bounds["high"])) // part) for part in (2, 4)))
        samples = _EN_SAMPLES.get(kind, ()) if self._intents.language.startswith("en") else ()
        return samples or (slot.replace("_", " "),)
