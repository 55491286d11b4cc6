"""Parts of a hassil grammar: templates that are parsed already, and lists of the typed values of a sentence."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import NamedTuple

from hassil import (
    IntentData,
    RangeSlotList,
    RangeType,
    Sentence,
    SlotList,
    TextChunk,
    TextSlotList,
    TextSlotValue,
    WildcardSlotList,
)
from hassil import RangeFractionType as Fractions

from assistant.authoring.definitions import WordList
from assistant.authoring.template_syntax import is_template, parsed
from assistant.language.text import tidy
from assistant.nlu.query import Query


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


def slot_list(words: WordList) -> SlotList:
    """Return a list of an intent file as hassil's."""
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
        return TextSlotList(words.name, values)
    if span := words.range:
        return RangeSlotList(
            *(words.name, span.low, span.high, span.step, RangeType(span.kind)),
            Fractions(span.fractions) if span.fractions else None,
            span.multiplier,
        )
    return WildcardSlotList(words.name)
