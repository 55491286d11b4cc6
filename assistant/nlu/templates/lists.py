"""Parts of a hassil grammar: sentences that are parsed already, and lists of what stands in the sentence at hand."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property

from hassil import (
    IntentData,
    Sentence,
    TextChunk,
    TextSlotList,
    TextSlotValue,
)

from assistant.language import entities


@dataclass(frozen=True)
class Sentences(IntentData):
    """Sentences that are parsed already."""

    parsed: list[Sentence] = field(default_factory=list)

    @property
    def sentences(self) -> list[Sentence]:
        """Return them."""
        return self.parsed


class Typed(TextSlotList):
    """A list whose values are those of a kind in the sentence at hand; nobody looks for them before they are needed."""

    def __init__(self, kind: str) -> None:
        self.name = self.kind = kind

    def hear(self, words: tuple[str, ...], now: datetime, language: str) -> None:
        """Take another sentence."""
        self._said = words, now, language
        self.__dict__.pop("values", None)

    @cached_property
    def values(self) -> list[TextSlotValue]:  # type: ignore[override]
        """Return what stands in the sentence."""
        found = {span.text: span.value for span in reversed(entities.find(self.kind, *self._said))}
        return [TextSlotValue(TextChunk(text), value) for text, value in found.items()]

    def get_candidates(self, text: str) -> list[TextSlotValue]:
        """Return those with which a text begins."""
        values = ((each.text_in, each) for each in self.values)
        return [each for way, each in values if isinstance(way, TextChunk) and text.startswith(way.text)]
