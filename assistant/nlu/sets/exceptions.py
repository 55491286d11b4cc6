"""All but some: a command, and the words for what it is to leave out.

`cancel all timers except pasta`, `turn everything but the radio off`, `except for the tea, cancel every timer`. The
command is understood without the exception, which is kept with it in the words that were said: the action knows what it
may mean.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from assistant.language.mood import commands
from assistant.language.tables import table_of
from assistant.language.text import tidy
from assistant.nlu.operators.meanings import intent_of
from assistant.nlu.templates.matcher import TemplateMatch
from assistant.values import AnswerMatch, IntentMatch, OutOfScope, SlotMissing, SlotValue, Understanding

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
    pattern, rejected = table_of(language).exception, table_of(language).rejected
    plain = " ".join(text.split())
    if rejected and (lead := rejected.search(plain)) and (chosen := _chosen(plain, lead.span(), meaning, match)):
        return chosen
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
            apart = is_apart(of_command, command, excluded, language, match)
            return of_command if apart else replace(of_command, excluding=(excluded,))
    if isinstance(whole, IntentMatch | SlotMissing):
        words = plain[exception.start() :].strip(" ,")
        return OutOfScope(whole.confidence, whole.n_best, f"I can't do that “{words}”, so I have done nothing.")
    return whole


def _chosen(
    text: str,
    span: tuple[int, int],
    meaning: Callable[[str], Understanding],
    match: Callable[[str], TemplateMatch | None],
    longest: int = 5,
) -> Understanding | None:
    """Return the meaning of a sentence without the thing that it rejects: `turn on the fan instead of the heater`.

    None where a template has the words for that itself, or no command is left. What follows the rejected thing, `to my
    list`, belongs to the command.
    """
    covering = match(text)
    said = text[slice(*span)].strip(" ,").casefold()
    if covering and not any(said in value.casefold() for value in covering.texts.values()):
        return None
    before, words = text[: span[0]].rstrip(" ,"), text[span[1] :].rstrip(" .!?").split()
    ends = range(1, min(longest, len(words)) + 1)
    if before:
        forms = [(" ".join([before, *words[end:]]), end == len(words)) for end in ends]
    else:
        sign = next((end for end in ends if words[end - 1].endswith(",")), 0)
        forms = [(" ".join(words[end:]), True) for end in ([sign] if sign else ends)]
    exact = [form for form, _ in forms if (found := match(form)) and not found.free]
    led = [form for form, is_all in forms if is_all or match(form)]
    for form in dict.fromkeys((*exact, *led)):
        of_form = meaning(form) if form else None
        if isinstance(of_form, IntentMatch | SlotMissing) and of_form.confidence >= APART:
            return of_form
    return None


def is_apart(
    command: IntentMatch,
    said: str,
    excluded: str,
    language: str,
    match: Callable[[str], TemplateMatch | None],
    longest: int = 3,
) -> bool:
    """True of an exception that a command does not reach: `open the garage but not the front door`.

    What is left out then has another value in the same place, or another deed; `all` reaches everything.
    """
    table, words = table_of(language), said.casefold().split()
    if not table.universal.isdisjoint(words):
        return False
    if commands(excluded, language):
        other = match(excluded)
        is_other = other is not None and (other.intent != command.intent or _differ(other.slots, command.slots))
        return is_other and not _is_plural(words)
    plain = excluded.split()
    verb = next((place for place, word in enumerate(words) if word in table.follow_ups.determiners.split("|")), 0)
    if verb and not _is_plural(words) and plain[0].casefold() in table.follow_ups.determiners.split("|"):
        other = match(f"{' '.join(words[:verb])} {excluded}")
        if other and not other.free and (other.intent != command.intent or _differ(other.slots, command.slots)):
            return True
    runs = [
        " ".join(plain[start:end])
        for start in range(len(plain))
        for end in range(start + 1, min(len(plain), start + longest) + 1)
    ]
    for text in command.slot_texts.values():
        for run in (run for run in runs if not run.isdigit()):  # 1 to 10 but not 7
            other = match(said.replace(text, run, 1)) if text else None
            is_named = other is not None and (not other.free or _is_same_thing(excluded, said, text, language))
            if other and is_named and other.intent == command.intent and run.casefold() != text.casefold():
                return True
    return False


def _is_same_thing(excluded: str, said: str, text: str, language: str) -> bool:
    """True of words for another of the things that a command names behind a value: `the tea one` beside egg timers."""
    last = tidy(excluded).casefold().split()[-1:]
    behind = said.casefold().partition(text.casefold())[2].split()[:1]
    pointers = table_of(language).stand_ins
    return not pointers.isdisjoint(last) or (
        bool(last) and [last[0].removesuffix("s")] == [w.removesuffix("s") for w in behind]
    )


def without_apart(
    text: str,
    language: str,
    split: Callable[[str], Sequence[str]],
    meaning: Callable[[str], Understanding],
    match: Callable[[str], TemplateMatch | None],
) -> Sequence[str]:
    """Return the commands of a sentence without an exception that none of them reaches; nothing of any other."""
    pattern = table_of(language).exception
    exception = pattern.search(text) if pattern else None
    if exception is None or not exception.start():
        return ()
    command, excluded = next(_readings(" ".join(text.split()), exception.span(), language), ("", ""))
    parts = split(command) if command and excluded else ()
    meanings = [meaning(part) for part in parts]
    are_apart = (
        isinstance(of_part, IntentMatch) and is_apart(of_part, part, excluded, language, match)
        for part, of_part in zip(parts, meanings, strict=True)
    )
    return parts if len(parts) > 1 and all(are_apart) else ()


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


def _differ(one: Mapping[str, SlotValue], other: Mapping[str, SlotValue]) -> bool:
    """True if two commands have other values for one slot."""
    return any(name in other and other[name] != value for name, value in one.items())


def _is_plural(words: Iterable[str]) -> bool:
    """True of words for several things, as far as one can tell by their endings."""
    return any(word.endswith("s") and not word.endswith("ss") for word in words)
