"""What a meaning is to the words for a time: a command, the holder of them, an author's own sentence."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache

from assistant.authoring.definitions import Intent, IntentSet, Slot
from assistant.language.mood import commands
from assistant.language.tables import table_of
from assistant.language.tables.operators import operators_of
from assistant.language.tables.phrases import phrases_of
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


def is_beside(operator: Operator, slot: Slot, words: Stretch, wording: SentenceWords, intents: IntentSet) -> bool:
    """True of a delay or a recurrence that is no part of the thing before it: `a fox in ten minutes`.

    A slot takes things where all of its examples name some; what is noted, searched or announced has verbs and
    questions among them. `A clock that rings in ten minutes` is one thing.
    """
    language = intents.language
    phrases, own, table = phrases_of(language), operators_of(language), table_of(language)
    if phrases is None or not slot.examples or not (operator.is_delay or operator.kind == "recurrence"):
        return False
    telling = phrases.auxiliaries | own.questions | {"to"}
    before = {word.casefold() for word in wording.words[words[0] : operator.stretch[0]]}
    if not before.isdisjoint(telling | table.clause_words):
        return False
    return all(telling.isdisjoint(text.casefold().split()) and not commands(text, language) for text in slot.examples)


def is_part_of_day(text: str, language: str = "en") -> bool:
    """True of `at night`, which says when of day and not which day."""
    words = [word for word in text.casefold().split() if word not in table_of(language).stop_words]
    return len(words) == 1 and words[0] in table_of(language).parts_of_day


def is_command(meaning: Understanding) -> bool:
    """True of what is to be done, or asked about first."""
    return isinstance(meaning, IntentMatch | SlotMissing | Ambiguous)


def intent_of(meaning: Understanding) -> str:
    """Return the intent of a command; nothing of another meaning."""
    return meaning.intent if isinstance(meaning, IntentMatch | SlotMissing) else ""


def is_example(query: Query) -> bool:
    """True of a sentence that an author wrote."""
    return any(hit.row.kind == "intent" and hit.row.text.casefold() == query.plain for hit in query.neighbours[:3])


def is_written(slot: Slot, operator: Operator, wording: SentenceWords) -> bool:
    """True of words that an author wrote as a value of a slot, or of others for a part of the day where one is."""
    text = wording.text_of(operator.stretch)
    return text in slot.examples or (is_part_of_day(text) and any(map(is_part_of_day, slot.examples)))


def without_particle(operator: Operator, wording: SentenceWords, language: str) -> Operator:
    """Return an operator less a particle that it begins with, which may be of the verb: `turn the fan | on at 8`."""
    start, end = operator.stretch
    is_particle = wording.words[start].casefold() in reader_words(language).particles
    return operator._replace(stretch=(start + is_particle, end))
