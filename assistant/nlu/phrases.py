"""What the files say, written out as plain sentences: the rows of the index."""

from __future__ import annotations

import re
from collections.abc import Iterator
from zlib import crc32

from assistant.nlu import entities
from assistant.nlu.definitions import Intent, IntentSet
from assistant.nlu.index import Row
from assistant.nlu.knowledge import KnowledgeSet
from assistant.nlu.template import Templates
from assistant.text import normalise, strip_filler

VERSION = "3"
"""Raised when the same files would give other rows."""

_ROWS_OF_INTENT = 160
"""An intent has at most this many sampled rows; written examples come on top."""

_WORDS_OF_ANSWER = 60
"""So much of the beginning of an answer says what it is about."""

PLACEHOLDER = re.compile(r"\{([^{}:]+)(?::([^{}]+))?\}")
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


def prepared(text: str, language: str) -> str:
    """Return a sentence as it is embedded: normalised and without filler."""
    return strip_filler(normalise(text, language), language)


def rows(intents: IntentSet, knowledge: KnowledgeSet, templates: Templates) -> Iterator[Row]:
    """Yield every phrase that the index holds."""
    language = intents.language
    for intent in intents.intents.values():
        values = Values(intent, intents, templates)
        sampled = templates.patterns(intent)
        step = max(1, -(-len(sampled) // _ROWS_OF_INTENT))
        for example in intent.examples:
            for turn in (0, 1) if "{" in example else (0,):
                yield Row("intent", intent.name, prepared(values.write(example, turn), language))
        for pattern in sampled[::step]:
            yield Row("intent", intent.name, prepared(values.write(pattern, crc32(pattern.encode())), language))
        for near_miss in intent.negatives:
            yield Row("not", intent.name, prepared(values.write(near_miss, 0), language))
    for entry in knowledge.entries:
        for text in (entry.question, *entry.also):
            yield Row("question", entry.question, prepared(text, language))
        told = f"{entry.question} {' '.join(entry.answer.split()[:_WORDS_OF_ANSWER])}"
        yield Row("answer", entry.question, normalise(told, language))


class Values:
    """Sample values for the placeholders of one intent: its tests' and lists' first, then typical ones."""

    def __init__(self, intent: Intent, intents: IntentSet, templates: Templates) -> None:
        self._intent, self._intents, self._templates = intent, intents, templates
        self._found: dict[str, tuple[str, ...]] = {}

    def write(self, pattern: str, turn: int) -> str:
        """Return the pattern with a value in each placeholder, another one each turn."""
        return PLACEHOLDER.sub(lambda found: self._value(found[1], found[2] or found[1], turn), pattern)

    def _value(self, listed: str, slot: str, turn: int) -> str:
        if slot not in self._found:
            self._found[slot] = self._values(listed, slot)
        values = self._found[slot]
        return values[turn % len(values)]

    def _values(self, listed: str, slot: str) -> tuple[str, ...]:
        declared = self._intent.slots.get(slot) or self._intent.slots.get(listed)
        kind = declared.type if declared else listed
        if phrases := self._templates.phrases(kind):
            return tuple(text for text, _ in phrases)
        if bounds := re.fullmatch(r"(\d+)\.\.(\d+)(?:,\d+)?", kind):
            return tuple(dict.fromkeys(str((int(bounds[1]) + int(bounds[2])) // part) for part in (2, 4)))
        tested = tuple(str(test.slots[slot]) for test in self._intent.tests if isinstance(test.slots.get(slot), str))
        if tested and (kind in entities.FREE or kind not in entities.TYPES):
            return tested
        samples = _EN_SAMPLES.get(kind, ()) if self._intents.language.startswith("en") else ()
        return samples or (slot.replace("_", " "),)
