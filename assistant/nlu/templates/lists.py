"""Parts of a hassil grammar: templates that are parsed already, and lists of the typed values of a sentence."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field, replace
from functools import cache
from typing import NamedTuple

from hassil import (
    IntentData,
    Sentence,
    SlotList,
    TextChunk,
    TextSlotList,
    TextSlotValue,
    WildcardSlotList,
)

from assistant.authoring.definitions import WordList
from assistant.authoring.template_syntax import is_template, parsed
from assistant.language.entities import Span, Vocabulary
from assistant.language.tables import table_of
from assistant.language.text import normalise, tidy
from assistant.nlu.query import Query
from assistant.values import Share, SlotValue

_GLUED = re.compile(r"-?\d+(?:\.\d+)?(?=[^\d\s.])")
_BEGUN = re.compile(r"-?\d+(?= )")
_SIGNED = re.compile(r"[\d#&/'.\-_]|[^\W\d_a-zA-Z]")
"""In a word that can be spelt otherwise: a digit, a sign, an accent."""

_WORD = re.compile(r"\w+")


@dataclass(frozen=True)
class Sentences(IntentData):
    """Templates that are parsed already."""

    parsed: list[Sentence] = field(default_factory=list)

    @property
    def sentences(self) -> list[Sentence]:
        """The templates."""
        return self.parsed


class _Form(NamedTuple):
    """A form of a sentence, in which typed values are looked for."""

    query: Query
    words: tuple[str, ...]


_FORM: ContextVar[_Form] = ContextVar("form of the sentence that is matched")


@contextmanager
def reading(query: Query, text: str) -> Iterator[None]:
    """Let the typed lists hold the values of a form of a sentence, for this thread."""
    token = _FORM.set(_Form(query, tuple(text.split())))
    try:
        yield
    finally:
        _FORM.reset(token)


class TypedList(TextSlotList):
    """A list whose values are those of a type in the sentence that is matched, looked for when they are needed."""

    def __init__(self, kind: str) -> None:
        self.name = self.kind = kind

    @property
    def values(self) -> list[TextSlotValue]:  # type: ignore[override]
        """The values in the sentence, the longest last.

        Raises:
            LookupError: no sentence is matched.
        """
        query, words = _FORM.get()
        return query.once((TypedList, self.kind, words), lambda: _values(query, self.kind, words))

    def get_candidates(self, text: str) -> list[TextSlotValue]:
        """Return the values with which a text begins."""
        return [
            value
            for value in self.values
            if isinstance(value.text_in, TextChunk) and text.startswith(value.text_in.text)
        ]


def _values(query: Query, kind: str, words: tuple[str, ...]) -> list[TextSlotValue]:
    values = {span.text: span.value for span in reversed(query.spans(kind, words))}
    return [TextSlotValue(TextChunk(text), value) for text, value in values.items()]


class RangeList(TypedList):
    """A list of numbers whose values are all those of the sentence: whether one is within the range is asked later."""

    def __init__(self, name: str, kind: str = "number", factor: float = 1.0) -> None:
        super().__init__(kind)
        self.name, self.factor = name, factor

    @property
    def values(self) -> list[TextSlotValue]:  # type: ignore[override]
        """The numbers in the sentence, the longest last, those with a unit glued to them too.

        The digits of `5 and a half` are one, for a template that holds the rest: `{minutes} and a half minutes`.
        """
        query, words = _FORM.get()
        return query.once((RangeList, self.kind, self.factor, words), lambda: self._numbers(query, words))

    def _numbers(self, query: Query, words: tuple[str, ...]) -> list[TextSlotValue]:
        glued = [match for word in words if (match := _GLUED.match(word))]
        values = _values(query, self.kind, words)
        texts = [value.text_in.text for value in values if isinstance(value.text_in, TextChunk)]
        begun = [match for text in texts if (match := _BEGUN.match(text)) and match.group() not in texts]
        digits = dict.fromkeys(match.group() for match in (*glued, *begun))
        parts = [TextSlotValue(TextChunk(text), float(text)) for text in digits]
        scaled = self.factor != 1
        return [
            TextSlotValue(value.text_in, value.value_out * self.factor)
            if scaled and isinstance(value.value_out, int | float) and not isinstance(value.value_out, Share)
            else value
            for value in (*parts, *values)
        ]


class SpeltList(TextSlotList):
    """A list whose values are found in other spellings too: `channel one` for `channel 1`, `cafe` for `café`."""

    def __init__(self, written: TextSlotList, phrases: Callable[[], Mapping[str, SlotValue]], language: str) -> None:
        """Take the list as it is written, and the phrases of its values that can be spelt otherwise."""
        self.name, self.written = written.name, written
        self._values = cache(phrases)
        self._vocabulary = cache(lambda: Vocabulary([(text, text) for text in phrases()], language))

    @property
    def values(self) -> list[TextSlotValue]:  # type: ignore[override]
        """The values as they are written, and those that the sentence spells otherwise."""
        return [*self.written.values, *self._spelt()]

    def get_candidates(self, text: str) -> list[TextSlotValue]:
        """Return the values with which a text begins."""
        spelt = [value for value in self._spelt() if text.startswith(value.text_in.text)]  # type: ignore[attr-defined]
        return [*self.written.get_candidates(text), *spelt]

    def respelt(self, text: str) -> str:
        """Return the sentence that is matched with its values spelt as they are written."""
        for span in self._spans():
            text = text.replace(span.text, str(span.value))
        return text

    def _spelt(self) -> list[TextSlotValue]:
        return [TextSlotValue(TextChunk(span.text), self._values()[str(span.value)]) for span in self._spans()]

    def _spans(self) -> list[Span]:
        """Return the values that are spelt otherwise, the longest last."""
        query, words = _FORM.get()
        return query.once((SpeltList, id(self), words), lambda: self._found(words))

    def _found(self, words: tuple[str, ...]) -> list[Span]:
        vocabulary = self._vocabulary()
        spans = vocabulary.find(words) if vocabulary.may_be_in(words) else ()
        return [span for span in reversed(spans) if not vocabulary.has(span.text)]


def slot_list(
    words: WordList, phrases: Callable[[WordList], Sequence[tuple[str, SlotValue]]], language: str
) -> SlotList:
    """Return a list of an intent file as hassil's; `phrases` writes its values out."""
    if words.values:
        values = [
            TextSlotValue(
                parsed(listed.text) if is_template(listed.text) else TextChunk(tidy(listed.text)),
                listed.value,
                dict(listed.context) or None,
                dict(listed.metadata) or None,
            )
            for listed in words.values
        ]
        written = TextSlotList(words.name, values)
        varied = replace(words, values=tuple(listed for listed in words.values if _varies(listed.text, language)))
        if not varied.values or any(listed.context for listed in words.values):
            return written
        return SpeltList(
            written, lambda: {normalise(text, language): value for text, value in phrases(varied)}, language
        )
    if span := words.range:
        is_scale = span.kind == "number" and span.low in (0, 1) and span.high > 1
        kind = "percent" if span.kind == "percentage" else "scale" if is_scale else "number"
        return RangeList(words.name, kind, span.multiplier or 1.0)
    return WildcardSlotList(words.name)


def _varies(text: str, language: str) -> bool:
    """True of a value that can be spelt otherwise."""
    table, words = table_of(language), set(_WORD.findall(text.casefold()))
    return bool(_SIGNED.search(text)) or not words.isdisjoint((*table.counts, *table.number_sign.split("|")))
