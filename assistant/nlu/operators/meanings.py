"""What a meaning is to the words for a time: a command, the holder of them, an author's own sentence."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache

from assistant.authoring.definitions import Intent, Slot
from assistant.language.tables import table_of
from assistant.language.tables.operators import operators_of
from assistant.nlu.operators.find import Operator
from assistant.nlu.operators.sentence_words import SentenceWords, Stretch
from assistant.nlu.query import Query
from assistant.values import Ambiguous, IntentMatch, SlotMissing, Understanding


@dataclass(frozen=True)
class ReaderWords:
    """The words of one language by which a sentence is known to have an operator, or none."""

    questions: frozenset[str]
    particles: frozenset[str]
    conjunction: str
    lasting: str
    conditions: str
    hints: frozenset[str]


@cache
def reader_words(language: str) -> ReaderWords:
    """Return the words of a language."""
    table, words = table_of(language), operators_of(language)
    hints = words.hints
    hints = frozenset(word.casefold() for word in (*hints, *table.units, *table.counts)) if hints else hints
    return ReaderWords(words.questions, table.particles, table.conjunction, words.lasting, words.condition, hints)


def holders(
    intent: Intent, texts: Mapping[str, str], operator: Operator, wording: SentenceWords
) -> Iterator[tuple[Slot, Stretch]]:
    """Yield the slots whose words are an operator's too, and where these stand."""
    for name, text in texts.items():
        for stretch in wording.places(text):
            if operator.stretch[0] < stretch[1] and stretch[0] < operator.stretch[1]:
                yield intent.slots.get(name) or Slot(name), stretch


def is_name(slot: Slot, longest: int = 3) -> bool:
    """True of free text whose examples are all names or titles: what is noted down has more words."""
    return bool(slot.examples) and max(len(text.split()) for text in slot.examples) <= longest


def is_command(meaning: Understanding) -> bool:
    """True of what is to be done, or asked about first."""
    return isinstance(meaning, IntentMatch | SlotMissing | Ambiguous)


def intent_of(meaning: Understanding) -> str:
    """Return the intent of a command; nothing of another meaning."""
    return meaning.intent if isinstance(meaning, IntentMatch | SlotMissing) else ""


def is_example(query: Query) -> bool:
    """True of a sentence that an author wrote."""
    return any(hit.row.kind == "intent" and hit.row.text.casefold() == query.plain for hit in query.neighbours[:3])
