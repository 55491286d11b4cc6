"""Several commands in one sentence: the places where it falls into sentences that each mean something."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date, timedelta
from functools import cache

from assistant.language import mood
from assistant.language.tables import table_of
from assistant.language.text import tidy
from assistant.nlu.budget import TooLong
from assistant.nlu.operators.several import at_own_time, time_last
from assistant.nlu.sets.clauses import ARTICLE, Clauses, Reader
from assistant.nlu.sets.completing import completions, is_task, is_verbal, pointed, shares_verb, turned_back
from assistant.nlu.sets.exceptions import APART, without_apart
from assistant.nlu.sets.frames import unframed
from assistant.nlu.sets.values import in_a_row, numbered, singular
from assistant.nlu.templates.matcher import TemplateMatch
from assistant.values import IntentMatch, OutOfScope

_LESS_SURE = 0.05
"""Confidence by which a part of a sentence may be less sure than the whole."""

_Part = tuple[tuple[str, ...], int]
"""Commands, and the number of the clause after them."""


def split(text: str, reader: Reader) -> tuple[str, ...]:
    """Return the commands of a sentence, in order; nothing where it is one, or not all of its parts are commands.

    Templates come before meaning. The beginning of a command is carried over to the next: `turn on the lamp and the
    fan` is two commands. One that is told with its reason stands alone: `it's cold, turn on the heater`. Nothing where
    all clauses are forbidden, asked or told: `did you lock the door and turn off the lights`.

    Raises:
        TooLong: the sentence has more parts than there is budget for, and its value does not hold them all.
    """
    if reader.exact(text):
        return ()
    if rest := _undismissed(text, reader):
        return split(rest, reader) or (rest,)
    text = _joined(numbered(text, reader), reader.language)
    row = without_apart(text, reader.language, lambda rest: split(rest, reader), reader.meaning, reader.match)
    return tuple(row) or unframed(text, reader, lambda rest: split(rest, reader)) or _split(text, reader)


def _split(text: str, reader: Reader) -> tuple[str, ...]:
    """Return the commands of a sentence in which nothing is left out, set aside or put against another."""
    clauses = Clauses(text, reader.language)
    alone = mood.command_alone(text, reader.language)
    if alone and reader.exact(alone) and isinstance(reader.meaning(alone), IntentMatch):
        return (alone,)
    if len(clauses) < 2:
        return ()
    if row := _to_the_end(_Walk(clauses, reader, reader.understood).with_shared_end(0), clauses):
        return row
    if mood.hangs_together(text, reader.language):
        return ()
    whole = reader.meaning(text)
    needed = APART if isinstance(whole, OutOfScope) else max(APART, whole.confidence - _LESS_SURE)

    def is_command(part: str) -> bool:
        return reader.sure(part, needed) and not reader.is_bare(part)

    def covered(part: str) -> bool:
        return reader.match(part) is not None and is_command(part)

    match = reader.match(text)
    try:
        if row := _to_the_end(in_a_row(clauses, 0, reader), clauses):
            return row
        parts = _Walk(clauses, reader, covered, len(clauses)).commands()
        if parts or (match and _holds_all(match.slots, clauses, reader)):
            return parts
        parts = _Walk(clauses, reader, is_command).commands()
        single = pair.sub(" ", text) if (pair := table_of(reader.language).pair) else text
        return parts if parts or single == text else split(single, reader)
    except TooLong:
        if isinstance(whole, IntentMatch) and _holds_all(whole.slots, clauses, reader):
            return ()
        raise


def _undismissed(text: str, reader: Reader) -> str:
    """Return the sentence behind words that only leave something else aside: `never mind the timer, | play music`.

    `Forget the timer` is an order of its own, unless a question follows.
    """
    pattern = table_of(reader.language).dismissal
    match = pattern.match(text) if pattern else None
    if match is None or not (rest := text[match.end() :].strip()) or not reader.understood(rest):
        return ""
    return "" if match["forget"] and mood.sense(rest, reader.language).mood != "question" else rest


def _joined(text: str, language: str) -> str:
    """Return a sentence in which `but` before another command is `and`."""
    table = table_of(language)
    for match in table.adversative.finditer(text) if table.adversative else ():
        exception = table.exception.search(text, max(match.start() - 1, 0)) if table.exception else None
        is_exception = exception is not None and exception.start() <= match.start() and exception.end() > match.end()
        if not is_exception and mood.commands(text[match.end() :], language):
            return f"{text[: match.start()]} {table.conjunction} {text[match.end() :]}"
    return text


def _to_the_end(rows: Iterable[_Part], clauses: Clauses) -> tuple[str, ...]:
    """Return the first commands that are all of the sentence."""
    return next((commands for commands, end in rows if end == len(clauses)), ())


def _holds_all(slots: Mapping[str, object], clauses: Clauses, reader: Reader) -> bool:
    """True if every joint of a sentence stands inside one of its values: `milk and eggs`."""
    return any(len(Clauses(str(value), reader.language)) == len(clauses) for value in slots.values())


class _Walk:
    """Looks for commands from left to right; what follows a clause and a command is looked for once.

    A command may hold joints, so that it takes up to `longest` clauses, or all of the rest.
    """

    def __init__(self, clauses: Clauses, reader: Reader, is_command: Callable[[str], bool], longest: int = 3) -> None:
        self._clauses, self._reader, self._is_command, self._longest = clauses, reader, is_command, longest
        self._from = cache(self._commands)
        self._named = set[str]()
        """Commands in the wording of the one before them, with the name of another thing or another value."""

    def commands(self) -> tuple[str, ...]:
        """Return the commands of the sentence; nothing where not all of it is commands."""
        return self._from(0, "")

    def _commands(self, start: int, before: str) -> tuple[str, ...]:
        """Return the commands from a clause on, which the command `before` precedes."""
        for commands, end in self._parts(start, before):
            if not all(command in self._named or self._is_command(command) for command in commands):
                continue
            if end == len(self._clauses):
                return commands
            if not self._goes_on(commands[-1], end) and (rest := self._from(end, commands[-1])):
                return (*commands, *rest)
        return ()

    def _parts(self, start: int, before: str) -> Iterator[_Part]:
        """Yield the commands that may come next: all the rest, several with a common end, one."""
        last = len(self._clauses)
        if start and last - start <= 3 and self._reader.exact(rest := self._clauses.between(start, last)):
            yield (rest,), last
        yield from self.with_shared_end(start)
        yield from in_a_row(self._clauses, start, self._reader)
        ends = dict.fromkeys((*range(start + 1, min(start + self._longest, last) + 1), last))
        for end in ends:
            if (start, end) != (0, last):
                yield from (((form,), end) for form in self._forms(start, end, before))

    def _goes_on(self, command: str, end: int) -> bool:
        """True if the joint after a command stands inside it: in a note, a reminder, a title."""
        match = self._reader.match(command)
        if match and (self._begins_anew(self._clauses[end], match) or self._is_ordered(self._clauses[end], match)):
            return False
        longer = f"{command}{self._clauses.after(end)}"
        return bool(match and match.open_ended and self._reader.match(longer) and self._reader.understood(longer))

    def _is_ordered(self, own: str, match: TemplateMatch) -> bool:
        """True of an order behind a command whose free text holds none: `draw a castle and turn off the lights`."""
        if match.takes_orders or not mood.commands(own, self._reader.language):
            return False
        return bool((other := self._reader.match(own)) and (not other.free or other.takes_orders))

    def _begins_anew(self, own: str, match: TemplateMatch, longest: int = 4) -> bool:
        """True of a clause that begins with a time, behind a command that has one: `and ten minutes for`."""
        words = ARTICLE.sub("", own).split()
        begins = [" ".join(words[:count]).casefold() for count in range(1, min(longest, len(words)) + 1)]
        kinds = {"duration": timedelta, "datetime": date}
        return any(
            any(isinstance(value, of_kind) for value in match.slots.values())
            and any(self._reader.typed(kind, part) is not None for part in begins)
            for kind, of_kind in kinds.items()
        )

    def _forms(self, start: int, end: int, before: str) -> Iterator[str]:
        """Yield the sentences that clauses may stand for: their own, and with words of the command before them."""
        own = self._clauses.between(start, end)
        yield own
        if not before:
            return
        for words in dict.fromkeys((time_last(own, self._reader.typed), own)):
            yield from () if words == own else (words,)
            yield from self._completed(before, words)

    def _completed(self, before: str, own: str) -> Iterator[str]:
        """Yield the sentences that a clause may stand for with words of the command before it."""
        reader, particles = self._reader, table_of(self._reader.language).particles
        if ARTICLE.match(own) and (
            form := at_own_time(before, own, reader.meaning, reader.exact, reader.typed, particles)
        ):
            self._named.add(form)
            yield form
        if form := self._turned_back(before, own):
            self._named.add(form)
            yield form
        if match := self._reader.match(before):
            yield from self._carried(tidy(before), tidy(own), match)
            for form, name, text in completions(own, before, match.texts, self._reader.language):
                if (other := self._reader.match(form)) and other.texts.get(name) == text:
                    yield form
        else:
            own = tidy(own)
            yield from self._carried_by_meaning(tidy(before), own if self._is_known(own) else ARTICLE.sub("", own))

    def _turned_back(self, before: str, own: str) -> str:
        """Return `turn off the fan in ten minutes` for `turn on the fan` and `off in ten minutes`, or `turn it off`."""
        first = self._reader.meaning(before)
        if not isinstance(first, IntentMatch):
            return ""
        plain = first.when.command if first.when else before
        form = turned_back(own, plain, self._reader.language)
        meaning = self._reader.meaning(form) if form else None
        if isinstance(meaning, IntentMatch) and meaning.when:
            return form
        form = pointed(own, plain, self._reader.language)
        return form if form and self._reader.sure(form, APART) else ""

    def _carried_by_meaning(self, before: str, own: str, longest: int = 3) -> Iterator[str]:
        """Yield `bake six baguettes` of `bake twelve rolls and six baguettes`, which no template covers.

        A value takes the place of the last one of the command before it, several take that of all; either way the same
        slots have values of lists and types, and those that differ are its own.
        """
        is_name = len(own.split()) <= longest and not any(map(str.isdigit, own))
        if not is_name and not self._is_known(own) and not any(map(self._is_known, own.split())):
            return
        meaning = self._reader.meaning(before)
        if not isinstance(meaning, IntentMatch) or not (texts := meaning.slot_texts):
            return
        words = own.split()
        ends = (" ".join(words[place:]) for place in range(1, len(words)))
        if meaning.when and any(self._reader.typed("datetime", end) is not None for end in ends):
            return  # it has a time of its own
        folded = before.casefold()
        starts = sorted({folded.rfind(text.casefold()) for text in texts.values()})
        last = max(texts.values(), key=lambda text: folded.rfind(text.casefold()))
        if starts[0] < 0:
            return
        form = f"{before[: starts[0]]}{own}"
        if is_name or self._is_known(own):
            form = f"{before[: starts[-1]]}{own}{before[starts[-1] + len(last) :]}"
        other = self._reader.meaning(form)
        if isinstance(other, IntentMatch) and self._differs_by(own, meaning, other) and self._reader.sure(form, APART):
            self._named.add(form)
            yield form

    def _differs_by(self, own: str, first: IntentMatch, other: IntentMatch) -> bool:
        """True if two commands of one intent have the same slots, and words of `own` are all values that differ."""
        if first.intent != other.intent or first.slots.keys() != other.slots.keys():
            return False
        changed = [name for name in other.slots if other.slots[name] != first.slots[name]]
        texts = {name: other.slot_texts.get(name, "") for name in changed}
        return (
            bool(texts)
            and all(texts.values())
            and all(
                text.casefold() in own.casefold() and (self._is_known(text) or self._is_known(str(other.slots[name])))
                for name, text in texts.items()
            )
        )

    def _is_known(self, text: str) -> bool:
        """True if words are a value of a list or a number, and not free text."""
        return self._reader.is_value(text.casefold()) or self._reader.typed("number", text) is not None

    def _carried(self, before: str, own: str, match: TemplateMatch) -> Iterator[str]:
        """Yield `turn on the fan` of `turn on the lamp and the fan`: another value, or another command's."""
        values = () if match.free else match.texts.values()
        for value in sorted(values, key=before.casefold().rfind, reverse=True):
            for other in dict.fromkeys((ARTICLE.sub("", own), own)):
                form = other.join(before.rsplit(value, 1)) if value in before else ""
                if form and self._alike((before, form)):
                    yield form
        words, bare = before.split(), ARTICLE.sub("", own)
        for n in range(len(words) - 1, 0, -1):
            form = f"{' '.join(words[:n])} {bare if ARTICLE.match(f'{words[n - 1]} ') else own}"
            if not match.free and bare != own and self._names(form, bare):
                self._named.add(form)
            if (
                form in self._named
                or (self._reader.exact(form) and not match.free)
                or self._is_worded_as(match, form, own)
            ):
                yield form

    def _is_worded_as(self, match: TemplateMatch, command: str, own: str) -> bool:
        """True if a template with free text covers a command as it does the one before: `[set] an egg timer`."""
        is_open = match.open_ended and not self._begins_anew(own, match)
        if not match.free or is_open or not (other := self._reader.match(command)):
            return False
        own_values = (
            shares_verb(text, first, own, self._reader.language)
            if self._is_task(first := match.texts.get(name, ""), name, match.template)
            else text.casefold() in own.casefold()
            for name, text in other.texts.items()
        )
        return other.template == match.template and all(own_values)

    def _is_task(self, text: str, name: str, template: str) -> bool:
        """True of a value with a verb."""
        language = self._reader.language
        return is_task(text, language) or (" " in text and is_verbal(template, name, language))

    def _names(self, command: str, thing: str) -> bool:
        """True if the only free text of a command is the name of a thing, which had an article: `the fish tank`."""
        match = self._reader.match(command)
        is_name = match is not None and thing in match.texts.values() and match.free == len(thing.split())
        return is_name and self._reader.understood(command)

    def with_shared_end(self, start: int, longest: int = 3) -> Iterator[_Part]:
        """Yield commands with values before one end: `turn off the [living room], [kitchen] and [bedroom] lights`."""
        first, values = tidy(self._clauses[start]).split(), list[str]()
        for place in range(start + 1, len(self._clauses)):
            own = ARTICLE.sub("", tidy(self._clauses[place]))
            last = own.split()
            for n in range(min(longest, len(first) - bool(start)), 0, -1):
                for m in range(min(longest, len(last) - 1), 0, -1):
                    of_first, of_last = " ".join(first[-n:]), " ".join(last[:m])
                    if not (self._begins(of_first, last[m:]) and self._begins(of_last, last[m:])):
                        continue
                    for rest in dict.fromkeys((" ".join(last[m:]), singular(last[m:]))):
                        ends = (f"{value} {rest}" for value in (of_first, *values, of_last))
                        commands = tuple(" ".join([*first[:-n], end]) for end in ends)
                        if self._alike(commands):
                            yield commands, place + 1
            if not self._begins(own, tidy(self._clauses[-1]).split()[-1:]):
                return
            values.append(own)

    def _begins(self, words: str, end: Sequence[str]) -> bool:
        """True if words are a listed value, by themselves or with the first word of a common end: `front` `door`."""
        ends = dict.fromkeys((*end[:1], singular(end[:1])))
        return self._reader.is_value(words) or any(self._reader.is_value(f"{words} {word}") for word in ends)

    def _alike(self, commands: Sequence[str]) -> bool:
        """True if all are whole commands of one intent, without free text."""
        matches = [self._reader.exact(command) for command in commands]
        return all(matches) and len({match.intent for match in matches if match}) == 1
