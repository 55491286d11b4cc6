"""All but some: a command, and the words for what it is to leave out.

`cancel all timers except pasta`, `turn everything but the radio off`, `except for the tea, cancel every timer`. The
command is understood without the exception, which is kept with it in the words that were said: the action knows what it
may mean.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace

from assistant.language.tables import table_of
from assistant.language.text import tidy
from assistant.nlu.operators.meanings import intent_of
from assistant.nlu.templates.matcher import TemplateMatch
from assistant.values import AnswerMatch, IntentMatch, OutOfScope, SlotMissing, Understanding

APART = 0.8
"""Confidence that each part of a sentence needs, and a command without its exception."""


def with_exception(
    text: str,
    language: str,
    meaning: Callable[[str], Understanding],
    match: Callable[[str], TemplateMatch | None],
) -> Understanding:
    """Return the meaning of a sentence; where it leaves something out, that of the command with the words for it.

    Args:
        text: the sentence.
        language: of the sentence.
        meaning: that of a sentence without regard to exceptions.
        match: the surest template that covers a sentence.
    """
    pattern = table_of(language).exception
    plain = " ".join(text.split())
    if pattern is None or not (exception := pattern.search(plain)):
        return meaning(text)
    covering, whole = match(text), meaning(text)
    if covering and not covering.free:
        return whole
    if _is_worded(exception, whole, language):
        return whole
    for command, excluded in _readings(plain, exception.span(), language):
        of_command = meaning(command)
        is_exact = (exact := match(command)) is not None and not exact.free
        alike = of_command.confidence >= APART or intent_of(of_command) == intent_of(whole)
        is_sure = is_exact or (alike and plain.startswith(command) and not isinstance(whole, AnswerMatch))
        if isinstance(of_command, IntentMatch) and is_sure and _is_whole(of_command, language):
            return replace(of_command, excluding=(excluded,))
    if isinstance(whole, IntentMatch | SlotMissing):
        words = plain[exception.start() :].strip(" ,")
        return OutOfScope(whole.confidence, whole.n_best, f"I can't do that “{words}”, so I have done nothing.")
    return whole


def _readings(text: str, span: tuple[int, int], language: str) -> Iterator[tuple[str, str]]:
    """Yield a command without its exception, and the words of that: to the end, to the last word or two, to a comma."""
    table = table_of(language)
    before, rest = text[: span[0]].rstrip(" ,"), text[span[1] :].rstrip(" .!?")
    if not before:
        excluded, _, command = rest.partition(", ")
        if command:
            yield command, excluded
        return
    excluded = table.after_exception.sub("", rest) if table.after_exception else rest
    words = rest.split()
    if before.split()[-1].casefold() in table.universal:  # all but the pasta timer
        thing = tidy(words[-1]).removesuffix("s")
        yield from ((f"{before} {thing}s", rest), (f"{before} {thing}", rest))
    yield before, excluded or rest
    for count in (1, 2):
        if len(words) > count:
            yield f"{before} {' '.join(words[-count:])}", " ".join(words[:-count])


def _is_worded(exception: re.Match[str], whole: Understanding, language: str) -> bool:
    """True if the exception is a part of a text that somebody dictates, a note or a task, or of an author's phrase."""
    texts: Iterable[str] = ()
    if whole.n_best and exception.re.search(whole.n_best[0].phrase):
        return True
    if isinstance(whole, IntentMatch):
        texts = whole.slot_texts.values()
    elif isinstance(whole, SlotMissing):
        texts = map(str, whole.slots.values())
    first = exception.string[exception.end() :].split()[:1]
    words = tidy(" ".join([exception.group(), *first])).casefold()
    return any(text.casefold().find(words) > 0 and not _begins_with_all(text, language) for text in texts)


def _is_whole(command: IntentMatch, language: str) -> bool:
    """True if no text of a command says more of everything than that it is everything."""
    texts = (text for name, text in command.slot_texts.items() if isinstance(command.slots.get(name), str))
    return all(len(text.split()) == 1 or not _begins_with_all(text, language) for text in texts)


def _begins_with_all(text: str, language: str) -> bool:
    return text.casefold().split()[:1] != [] and text.casefold().split()[0] in table_of(language).universal
