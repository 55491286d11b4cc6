"""A command that is told with its reason: `it is dark in the hallway, put a light on in there`."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from assistant.language.mood import command_and_reasons, is_wish_for
from assistant.language.tables import table_of
from assistant.language.text import expand_contractions, tidy


class Reasoned(NamedTuple):
    """The command of a sentence, and why it is given."""

    beginning: str = ""
    """Its words up to the one that refers to the reason, in lower case; nothing where none does."""
    sentences: Sequence[str] = ()
    """The command; where it refers to the reason, with each thing that is named there, the last first."""
    reasons: Sequence[str] = ()
    """The clauses that say why, in lower case with contractions written out."""


def reasoned(text: str, language: str, most: int = 3) -> Reasoned:
    """Part a command from its reason; no sentence where there is none.

    >>> reasoned("I can hardly hear the radio, make it louder", "en")
    Reasoned(beginning='make it', sentences=['make the radio louder'], reasons=('i can hardly hear the radio',))
    """
    grammar = table_of(language).moods
    command, reasons = command_and_reasons(text, language)
    if not command or not grammar.named or not grammar.pointing:
        return Reasoned()
    pronoun = re.search(rf"\b(?:{grammar.pointing})\b", command, re.IGNORECASE)
    plain = tuple(expand_contractions(tidy(reason), language).casefold() for reason in reasons)
    if pronoun is None:
        is_wish = any(is_wish_for(reason, language) for reason in reasons)
        return Reasoned() if is_wish else Reasoned("", [command], plain)
    named = re.compile(grammar.named)
    things = dict.fromkeys(match[1] for reason in plain for match in named.finditer(reason))
    before, behind = command[: pronoun.start()], command[pronoun.end() :]
    lead = f"{words[0]} " if len(words := pronoun.group().split()) > 1 else ""  # `in there`
    led = [thing if thing.startswith(lead) else f"{lead}{thing}" for thing in [*reversed(things)][:most]]
    sentences = [f"{before}{thing}{behind}" for thing in led]
    return Reasoned(tidy(command[: pronoun.end()]).casefold(), sentences, plain)
