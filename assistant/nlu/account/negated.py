"""Values that a question denies: `which lights are not on` asks for those that are off."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from assistant.language.entities import Vocabulary
from assistant.language.tables import table_of
from assistant.language.tables.phrases import phrases_of
from assistant.language.tables.table import WordTable
from assistant.language.text import expand_contractions
from assistant.nlu.query import Query
from assistant.nlu.ranking.polarity.deeds import deeds_of, opposites
from assistant.nlu.slots.domains import SlotDomain
from assistant.values import SlotValue


def turned(
    query: Query, values: Mapping[str, SlotValue], texts: Mapping[str, str], domains: Mapping[str, SlotDomain]
) -> dict[str, SlotValue | None]:
    """Listed values with `not` before them, each as its opposite in the list; None where the list has none.

    Only of questions: what an order denies is told by its mood. `Is it not wet` asks the same as `is it wet`.

    Args:
        query: the sentence.
        values: slot name -> the value that was read.
        texts: slot name -> the words that its value was read from.
        domains: of the intent's slots.
    """
    table = table_of(query.language)
    if query.sense.mood != "question" or not table.negations:
        return {}
    phrases, plain = phrases_of(query.language), f" {' '.join(query.words).casefold()} "
    asks_yes_or_no = phrases is not None and not phrases.auxiliaries.isdisjoint(plain.split()[:1])
    contraries: dict[str, SlotValue | None] = {}
    for name, text in texts.items():
        said = expand_contractions(text, query.language).casefold()
        domain = domains.get(name)
        if domain and domain.listed and any(f" {word} {said} " in plain for word in table.negations):
            contrary = next(_contrary([*said.split(), str(values.get(name, ""))], domain.listed, table), None)
            if contrary is not None or not asks_yes_or_no:
                contraries[name] = contrary
    return contraries


def _contrary(words: Sequence[str], listed: Vocabulary, table: WordTable) -> Iterator[SlotValue]:
    wanted = opposites(deeds_of(words, table))
    for phrase in listed.phrases:
        if not wanted.isdisjoint(deeds_of(phrase.split(), table)):
            yield from (span.value for span in listed.find(phrase.split()))
