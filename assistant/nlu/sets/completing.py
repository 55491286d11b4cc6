"""A command that leaves out where, which the one before it said: `take milk off the shopping list and add cream`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from assistant.language.mood import commands
from assistant.language.tables import table_of
from assistant.language.text import tidy


def completions(own: str, before: str, texts: Mapping[str, str], language: str) -> Iterator[tuple[str, str, str]]:
    """Yield a command with the words for each thing of the one before it, the name of its slot, and its words.

    Nothing where it does not begin with the verb of a deed and has no more than that.

    Args:
        own: the command.
        before: the sentence of the one before it.
        texts: slot name -> the words that its value was read from, of that one.
        language: of both.
    """
    table, words = table_of(language), tidy(before).split()
    first, *others = tidy(own).casefold().split() or [""]
    if not others or first not in table.deeds_of_verb or not commands(own, language):
        return
    determiners = {*table.follow_ups.determiners.split("|")}
    plain = [word.casefold() for word in words]
    for name, text in texts.items():
        value = text.casefold().split()
        places = (at for at in range(1, len(plain)) if plain[at : at + len(value)] == value)
        start = next((at for at in places if plain[at - 1] in determiners), None)
        if start is None or not value:
            continue
        end = start + len(value)
        has_noun = end < len(words) and plain[end] not in table.stop_words | table.particles
        thing = " ".join(words[start - 1 : end + has_noun])
        yield from (
            (f"{tidy(own)} {lead} {thing}", name, text)
            for lead in (*sorted(table.states), *sorted(table.sources), "in", "on")
        )
