"""A command that leaves out where, which the one before it said: `take milk off the shopping list and add cream`."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from assistant.language.mood import commands
from assistant.language.tables import table_of
from assistant.language.tables.phrases import phrases_of
from assistant.language.text import strip_filler, tidy


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


def turned_back(own: str, before: str, language: str) -> str:
    """Return the command before with its particle as another says, and the words for when: `off in ten minutes`.

    Nothing where `own` has no particle at either end, or nothing but that.

    >>> turned_back("in ten minutes off again", "turn on the fan", "en")
    'turn off the fan in ten minutes'
    """
    table = table_of(language)
    again = {*table.follow_ups.returning.split("|"), "then"}
    words = [word for word in tidy(own).split() if word.casefold() not in again]
    place = next((at for at in (0, -1) if words and words[at].casefold() in table.particles), None)
    if place is None or len(words) < 2:
        return ""
    particle, plain = words.pop(place), strip_filler(tidy(before), language).split()
    others = [at for at, word in enumerate(plain) if word.casefold() in table.particles - {particle.casefold()}]
    return " ".join([*plain[: others[0]], particle, *plain[others[0] + 1 :], *words]) if len(others) == 1 else ""


def pointed(own: str, before: str, language: str) -> str:
    """Return a command with the thing of the one before it in the place of its pronoun; nothing where it has none.

    >>> pointed("turn it off in ten minutes", "turn on the desk fan", "en")
    'turn the desk fan off in ten minutes'
    """
    table, words = table_of(language), tidy(before).split()
    pattern, determiners = table.follow_ups.pronoun, {*table.follow_ups.determiners.split("|")}
    again = table.follow_ups.returning.split("|")
    order = " ".join(word for word in tidy(own).split() if word.casefold() not in again)
    pronoun = pattern.search(order) if pattern and commands(own, language) else None
    start = next((at for at, word in enumerate(words) if word.casefold() in determiners), 0)
    if pronoun is None or not start:
        return ""
    thing = words[start:-1] if words[-1].casefold() in table.particles else words[start:]
    return f"{order[: pronoun.start()]}{' '.join(thing)}{order[pronoun.end() :]}"


def is_task(text: str, language: str) -> bool:
    """True of free text with a verb, as far as one can tell: `call mum`, `feed the cat`, not `bread in the oven`."""
    table, phrases, words = table_of(language), phrases_of(language), text.casefold().split()
    articles = {*table.articles.split("|"), *table.follow_ups.determiners.split("|")}
    place = next((place for place, word in enumerate(words) if word in articles), 0)
    is_object = place > 0 and phrases is not None and words[place - 1] not in phrases.locatives | table.stop_words
    return is_object or commands(text, language)


def is_verbal(template: str, name: str, language: str) -> bool:
    """True of a slot that stands behind `to` as a verb does: `remind me to {task}`, not `rename it to {text:name}`."""
    leads = "|".join(map(re.escape, table_of(language).goals))
    return re.search(rf"(?<!\w)(?:{leads}) \{{{re.escape(name)}\}}", template) is not None


def shares_verb(text: str, first: str, own: str, language: str) -> bool:
    """True of a task that is a clause's own, or its own words behind the verb of the task before it.

    Args:
        text: the task: `call dad`.
        first: the one before: `call mum`.
        own: the clause: `dad tomorrow`, `to call dad tomorrow`.
        language: of them.
    """
    words, clause = text.casefold().split(), own.casefold()
    if " ".join(words) in clause:
        leads = "|".join(map(re.escape, table_of(language).goals))
        return (
            is_task(text, language)
            or re.search(rf"(?<!\w)(?:{leads}) {re.escape(text)}", own, re.IGNORECASE) is not None
        )
    count = next(count for count in range(len(words) + 1) if clause.startswith(" ".join(words[count:])))
    lead, rest = " ".join(words[:count]), " ".join(words[count:])
    table = table_of(language)
    has_own = rest.partition(" ")[0] in table.goals or bool(table.half_day and table.half_day.fullmatch(rest))
    return bool(rest) and not has_own and first.casefold().startswith(f"{lead} ") and not is_task(rest, language)
