"""The mood of a sentence: it orders, forbids, asks or tells; by a small grammar of each language."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from assistant.language.tables import table_of
from assistant.language.tables.moods.grammar import Mood, MoodGrammar
from assistant.language.text import expand_contractions, strip_filler, tidy

_SENTENCE_END = re.compile(r"[.!?;…](?=\s|$)")
_CLAUSE_END = re.compile(
    r"[.,!?;:…](?=\s|$)"
    r"|(?<!'s)(?<!'re)(?<!\b(?:is|am))(?<!\bare)(?<!\bnot)(?<!\bever)\s(?:so|also)(?=\s)"
)
_QUOTED = re.compile(r"[\"“«„][^\"”»“]+[\"”»“] (?=\w)")

_HANGING = frozenset({"question", "quote", "habit"})
"""Moods that go on behind a comma: `did you close the window, lock the door`."""

_TELLING = frozenset({"report", "state"})
"""Moods of a reason for a command in the next clause."""


@dataclass(frozen=True, slots=True)
class Sense:
    """What kind of sentence it is."""

    mood: Mood
    rest: str = ""
    """The words behind those that show it, in lower case: what is forbidden, asked, told."""
    ours: bool = False
    """True where it tells what the speaker did: `I bought milk`, not `she bought milk`."""
    goes_on: bool = False
    """True where it tells something and another clause says what of it: `I've done it, no reminder needed`."""
    denied: bool = False
    """True where it tells how something is not: `the door isn't locked`."""


_ORDER = Sense("order")


def sense(text: str, language: str) -> Sense:
    """Return the mood of a sentence as it was said; one of several clauses is an order where one of them commands.

    >>> [sense(text, "en").mood for text in ("Don't open it.", "Can you open it?", "Did you open it?")]
    ['forbidden', 'order', 'question']
    """
    grammar = table_of(language).moods
    if not grammar.beginnings:
        return _ORDER
    first = _sense_of(text, grammar, language)
    if first.mood not in _TELLING and first.mood not in _HANGING:
        return first
    _, *others = _clauses(text, grammar, language, _SENTENCE_END if first.mood in _HANGING else _CLAUSE_END)
    if any(_commands(other, grammar, language) for other in others):
        return _ORDER
    return replace(first, goes_on=True) if others and first.mood == "report" else first


def command_alone(text: str, language: str) -> str:
    """Return the command of a sentence that also says why, where it holds no word for what is said there; else nothing.

    >>> command_alone("It's cold, turn on the heater", "en"), command_alone("It's too loud, turn it down", "en")
    ('turn on the heater', '')
    """
    command, reasons = command_and_reasons(text, language)
    grammar = table_of(language).moods
    is_wish = any(is_wish_for(reason, language) for reason in reasons)
    refers = command and re.search(rf"\b(?:{grammar.references})\b", command, re.IGNORECASE)
    return "" if refers or is_wish else command


def command_and_reasons(text: str, language: str) -> tuple[str, Sequence[str]]:
    """Return the one command of a sentence and the clauses that say why; nothing where another clause does more."""
    grammar = table_of(language).moods
    clauses = list(_clauses(text, grammar, language, _CLAUSE_END)) if grammar.command else []
    commands = [clause for clause in clauses if _commands(clause, grammar, language)]
    wishes = [clause for clause in commands[:-1] if clause.casefold().split()[0] in grammar.speakers]
    commands = [clause for clause in commands if clause not in wishes]
    reasons = [clause for clause in clauses if clause not in commands]
    if len(commands) != 1 or not reasons:
        return "", ()
    tells = all(
        is_wish_for(clause, language) or _sense_of(clause, grammar, language).mood in _TELLING for clause in reasons
    )
    return (commands[0], reasons) if tells else ("", ())


def is_wish_for(text: str, language: str) -> bool:
    """True of a wish that may be the reason for what is said behind it: `I need apples`."""
    grammar = table_of(language).moods
    if text.casefold().split()[0] not in grammar.speakers:
        return False
    return _commands(text, grammar, language) or _sense_of(text, grammar, language).mood == "order"


def brings(text: str, language: str) -> bool:
    """True of an order that something be brought into a state.

    >>> brings("Could you get the door locked?", "en"), brings("Is the door locked?", "en")
    (True, False)
    """
    pattern = table_of(language).moods.brings
    plain = expand_contractions(tidy(text), language).casefold()
    return bool(pattern and sense(text, language) == _ORDER and pattern.match(plain))


def as_order(text: str, language: str) -> str:
    """Write an order that something be brought into a state by the verb that does so; nothing for any other.

    Args:
        text: tidied, with contractions written out and without filler.
        language: of the text.

    >>> as_order("get the lights on in the office", "en"), as_order("make sure the front door is locked", "en")
    ('turn on the lights in the office', 'lock the front door')
    """
    grammar = table_of(language).moods
    match = grammar.brought.fullmatch(text.casefold()) if grammar.brought else None
    if match is None:
        return ""
    start, end = match.span("thing")
    return f"{grammar.orders[match['state']]} {text[start:end].strip()}{match['place'] or ''}"


def is_deed(text: str, language: str) -> bool:
    """Recognise an order to do something with a particular thing.

    >>> is_deed("Could you eject the USB stick?", "en"), is_deed("Mount a USB stick.", "en")
    (True, False)
    """
    table = table_of(language)
    if not table.moods.particular or sense(text, language) != _ORDER:
        return False
    deed = re.match(table.moods.particular, expand_contractions(tidy(text), language).casefold())
    return deed is not None and deed["verb"] not in table.stop_words


def commands(text: str, language: str) -> bool:
    """True of a sentence that begins with the verb of an order.

    >>> commands("turn on", "en"), commands("the lights", "en")
    (True, False)
    """
    return _commands(text, table_of(language).moods, language)


def has_clauses(text: str) -> bool:
    """True of a text with the end of a clause in it: a sign, or `so`."""
    return bool(_CLAUSE_END.search(text.strip(" .!?")))


def hangs_together(text: str, language: str) -> bool:
    """True where the clauses of a sentence share a mood that is no order: `don't open it and close the window`."""
    if sense(text, language).mood == "order":
        return False
    contrast = table_of(language).moods.contrast
    return not (contrast and re.search(rf"[,;.!?]\s+(?:{contrast})\s", text, re.IGNORECASE))


def _clauses(text: str, grammar: MoodGrammar, language: str, ends: re.Pattern[str]) -> Iterator[str]:
    """Yield the clauses of a sentence; a command inside one that tells how something is begins another."""
    for clause in ends.split(text):
        if not (plain := clause.strip()):
            continue
        late = grammar.commands and grammar.commands[1].search(plain.casefold())
        if late and _sense_of(plain, grammar, language).mood == "state":
            yield plain[: late.start()]
            yield plain[late.start() :].strip()
        else:
            yield plain


def _commands(clause: str, grammar: MoodGrammar, language: str) -> bool:
    return bool(grammar.commands and grammar.commands[0].match(_spelt(clause, language)))


def _sense_of(text: str, grammar: MoodGrammar, language: str) -> Sense:
    if _QUOTED.match(text.lstrip()):
        return Sense("quote")
    plain = _spelt(text, language)
    for mood, pattern in grammar.patterns:
        if match := pattern.match(plain):
            if mood != "order":
                is_ours = bool(match.groupdict().get("us"))
                denied = bool(mood in _TELLING and grammar.denies and grammar.denies.match(plain))
                return Sense(mood, plain[match.end() :].strip(), is_ours, denied=denied)
            break
    if grammar.denied and ": " not in text and grammar.denied.search(text.casefold().replace("\u2019", "'")):
        return Sense("withdrawn")
    for mood, pattern in grammar.closings:
        if match := pattern.search(plain):
            return Sense(mood, plain[match.end() :].strip())
    return _ORDER


def _spelt(text: str, language: str) -> str:
    """Return a sentence as the grammar reads it: tidied, contractions written out, without filler, in lower case."""
    return strip_filler(expand_contractions(tidy(text), language), language).casefold()
