"""What the files say, written out as plain sentences: the rows of the index."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from zlib import crc32

from assistant.authoring.definitions import Intent, IntentSet
from assistant.authoring.knowledge import KnowledgeSet, QuestionAnswer
from assistant.authoring.template_syntax import MARK, PLACEHOLDER
from assistant.language import entities
from assistant.language.text import tidy
from assistant.nlu.retrieval.snapshot import Row
from assistant.nlu.templates.matcher import Templates

VERSION = "9"
"""Raised when the same files would give other rows."""

_ROWS_OF_INTENT = 160
"""An intent has at most this many sampled rows; written examples come on top."""

ANYTHING = "something"
"""Stands for free text, of which the words do not matter."""

_TALK = Path(__file__).with_name("out_of_scope.txt")
"""What people say to one another: a sentence a line, none of them a command."""

_WORDS_OF_ANSWER = 60
"""So much of the beginning of an answer says what it is about."""

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


def prepared(text: str) -> str:
    """Return a sentence as it is embedded and compared: tidied, in lower case, otherwise as it was said.

    Taking away filler or writing contractions out costs 0.3 to 0.7 % of public test sentences.
    """
    return tidy(text).casefold()


def rows(intents: IntentSet, knowledge: KnowledgeSet, templates: Templates) -> Iterator[Row]:
    """Yield every phrase that the index holds."""
    language = intents.language
    for intent in intents.intents.values():
        values, file = Values(intent, intents, templates), intent.file.name
        sampled = templates.sampler.patterns(intent)
        step = max(1, -(-len(sampled) // _ROWS_OF_INTENT))
        for name in dict.fromkeys((named(intent.name), intent.description)):
            if name:
                yield Row("intent", intent.name, prepared(name), language, file)
        for example in intent.examples:
            for text in (*_said(example, values), *_plainly(example, values)):
                yield Row("intent", intent.name, text, language, file)
        for pattern in sampled[::step]:
            text = prepared(values.write(pattern, crc32(pattern.encode())))
            yield Row("intent", intent.name, text, language, file)
        for near_miss in intent.negatives:
            yield Row("not", intent.name, prepared(values.write(near_miss, 0)), language, file)
    if intents.intents and language.startswith("en"):
        for line in _TALK.read_text("utf-8").splitlines():
            yield Row("talk", "", prepared(line), language)
    for entry in knowledge.entries:
        for text in (entry.question, *entry.also):
            yield Row("question", entry.question, prepared(text), language, entry.file.name)
        yield question_with_answer(entry, language)


def question_with_answer(entry: QuestionAnswer, language: str) -> Row:
    """Return the row of a question together with the beginning of its answer."""
    text = f"{entry.question} {' '.join(entry.answer.split()[:_WORDS_OF_ANSWER])}"
    return Row("answer", entry.question, prepared(text), language, entry.file.name)


def named(name: str) -> str:
    """Return a name in words: `SetTimer` and `set_timer` are both `set timer`."""
    return " ".join(re.findall(r"[^\W\d_]+?(?=[A-Z]|\b|_|\d)|\d+", name)).casefold()


def written(intents: IntentSet, templates: Templates) -> dict[tuple[str, str], str]:
    """Return owner and text of the rows that are made from examples, each with its example."""
    found: dict[tuple[str, str], str] = {}
    for intent in intents.intents.values():
        values = Values(intent, intents, templates)
        for example in intent.examples:
            found |= {(intent.name, text): example for text in _said(example, values)}
    return found


def _said(example: str, values: Values) -> Iterator[str]:
    """Yield an example with its own values, or else with some that may be said."""
    if own := values.marked.get(example):
        yield from (prepared(MARK.sub(r"\1", text)) for text in own)
        return
    for turn in range(3 if "{" in example else 1):
        yield prepared(values.write(example, turn))


def _plainly(example: str, values: Values) -> Iterator[str]:
    if (plain := values.plainly(example)) != example:
        yield prepared(values.write(plain, 0))


class Values:
    """Sample values for the placeholders of one intent: its tests' and lists' first, then typical ones."""

    def __init__(self, intent: Intent, intents: IntentSet, templates: Templates) -> None:
        self._intent, self._intents, self._templates = intent, intents, templates
        self._found: dict[str, tuple[str, ...]] = {}
        self.marked: dict[str, list[str]] = {}
        """Example -> the same as it was written with values, if it was."""
        for text in intent.marked:
            self.marked.setdefault(MARK.sub(r"{\2}", text), []).append(text)

    def write(self, pattern: str, turn: int) -> str:
        """Return the pattern with a value in each placeholder, another one each turn; samples differ by pattern too."""
        start = crc32(pattern.encode())
        return PLACEHOLDER.sub(lambda found: self._value(found[1], found[2] or found[1], turn, start), pattern)

    def plainly(self, pattern: str) -> str:
        """Return an English pattern with `something` in place of the slots that have examples."""
        open_slots = {name for name, slot in self._intent.slots.items() if slot.examples}
        if not self._intents.language.startswith("en"):
            return pattern
        return PLACEHOLDER.sub(lambda found: ANYTHING if (found[2] or found[1]) in open_slots else found[0], pattern)

    def _value(self, listed: str, slot: str, turn: int, start: int) -> str:
        if slot not in self._found:
            self._found[slot] = self._values(listed, slot)
        values, declared = self._found[slot], self._intent.slots.get(slot)
        return values[(turn + start if declared and declared.examples else turn) % len(values)]

    def _values(self, listed: str, slot: str) -> tuple[str, ...]:
        declared = self._intent.slots.get(slot) or self._intent.slots.get(listed)
        kind = declared.type if declared else listed
        if phrases := self._templates.sampler.slot_phrases(self._intent, kind):
            return tuple(text for text, _ in phrases)
        if declared and declared.examples:
            return declared.examples
        if bounds := re.fullmatch(r"(\d+)\.\.(\d+)(?:,\d+)?", kind):
            return tuple(dict.fromkeys(str((int(bounds[1]) + int(bounds[2])) // part) for part in (2, 4)))
        tested = tuple(str(test.slots[slot]) for test in self._intent.tests if isinstance(test.slots.get(slot), str))
        if tested and (kind in entities.FREE or kind not in entities.TYPES):
            return tested
        samples = _EN_SAMPLES.get(kind, ()) if self._intents.language.startswith("en") else ()
        return samples or (slot.replace("_", " "),)
