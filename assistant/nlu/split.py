"""Several commands in one sentence: the places where it falls into sentences that each mean something."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cache

from assistant.language.text import JOINTS, tidy
from assistant.nlu.budget import TooLong
from assistant.nlu.templates.matcher import TemplateMatch
from assistant.values import Ambiguous, IntentMatch, OutOfScope, Understanding

_APART, _LESS_SURE = 0.8, 0.05
"""Confidence that each part of a sentence needs, and how much less sure than the whole it may be."""

_ARTICLE = re.compile(
    r"^(?:the|a|an|my|der|die|das|den|le|la|les|el|los|las|il|lo|i|gli|de|het|o|os|as) ", re.IGNORECASE
)
_SIGNS = " ,;.!?"

_Part = tuple[tuple[str, ...], int]
"""Commands, and the number of the clause after them."""


class Clauses(Sequence[str]):
    """A sentence cut at its joints: at words like `and`, and at the ends of clauses.

    >>> list(Clauses("Lights off, then play music.", "en"))
    ['Lights off', 'play music']
    """

    def __init__(self, text: str, language: str) -> None:
        self._text = " ".join(text.split())
        words = JOINTS.get(language[:2], "")
        joint = rf"(?: ?[,;]|[.!?]) (?:(?:{words}) )?| (?:{words}) " if words else r"(?: ?[,;]|[.!?]) "
        joints = [match.span() for match in re.finditer(joint, self._text, re.IGNORECASE)]
        starts, ends = [0, *(end for _, end in joints)], [*(start for start, _ in joints), len(self._text)]
        pairs = zip(starts, ends, strict=True)
        self._spans = [(start, end) for start, end in pairs if tidy(self._text[start:end])]

    def __len__(self) -> int:
        return len(self._spans)

    def __getitem__(self, place: int) -> str:  # type: ignore[override]
        return self.between(place, place + 1)

    def between(self, start: int, end: int) -> str:
        """Return the clauses from `start` to before `end`, with the joints between them."""
        return self._text[self._spans[start][0] : self._spans[end - 1][1]].rstrip(_SIGNS)

    def after(self, end: int) -> str:
        """Return the text after the clause before `end`, joint included."""
        return self._text[self._spans[end - 1][1] :].rstrip(_SIGNS)


class Reader:
    """What a part of a sentence means; each part is understood once."""

    def __init__(
        self,
        meaning: Callable[[str], Understanding],
        match: Callable[[str], TemplateMatch | None],
        is_value: Callable[[str], bool],
        language: str,
    ) -> None:
        self.meaning = cache(meaning)
        self.match = cache(match)
        """The surest template that covers a sentence."""
        self.is_value = is_value
        """True where the words are a listed value."""
        self.language = language

    def understood(self, text: str) -> bool:
        """True where a sentence is taken for a command or a question at all."""
        return not isinstance(self.meaning(text), OutOfScope)

    def sure(self, text: str, needed: float) -> bool:
        """True where a sentence is surely one command or question."""
        meaning = self.meaning(text)
        return not isinstance(meaning, OutOfScope | Ambiguous) and meaning.confidence >= needed

    def exact(self, text: str) -> TemplateMatch | None:
        """Return the surest template that covers a sentence, unless it takes words as free text."""
        match = self.match(text)
        return None if match is None or match.free else match


def split(text: str, whole: Understanding, reader: Reader) -> tuple[str, ...]:
    """Return the commands of a sentence, in order; nothing where it is one, or not all of its parts are commands.

    Templates come before meaning. The beginning of a command is carried over to the next: `turn on the lamp and the
    fan` is two commands.

    Raises:
        TooLong: the sentence has more parts than there is budget for, and its value does not hold them all.
    """
    clauses = Clauses(text, reader.language)
    if len(clauses) < 2 or reader.exact(text):
        return ()
    needed = _APART if isinstance(whole, OutOfScope) else max(_APART, whole.confidence - _LESS_SURE)

    def covered(part: str) -> bool:
        return reader.match(part) is not None and reader.sure(part, needed)

    match = reader.match(text)
    try:
        parts = _Walk(clauses, reader, covered, len(clauses)).commands()
        if parts or (match and _holds_all(match.slots, clauses, reader)):
            return parts
        return _Walk(clauses, reader, lambda part: reader.sure(part, needed)).commands()
    except TooLong:
        if isinstance(whole, IntentMatch) and _holds_all(whole.slots, clauses, reader):
            return ()
        raise


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

    def commands(self) -> tuple[str, ...]:
        """Return the commands of the sentence; nothing where not all of it is commands."""
        return self._from(0, "")

    def _commands(self, start: int, before: str) -> tuple[str, ...]:
        """Return the commands from a clause on, which the command `before` precedes."""
        for commands, end in self._parts(start, before):
            if not all(map(self._is_command, commands)):
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
        yield from self._with_shared_end(start)
        ends = dict.fromkeys((*range(start + 1, min(start + self._longest, last) + 1), last))
        for end in ends:
            if (start, end) != (0, last):
                yield from (((form,), end) for form in self._forms(start, end, before))

    def _goes_on(self, command: str, end: int) -> bool:
        """True if the joint after a command stands inside it: in a note, a reminder, a title."""
        match = self._reader.match(command)
        longer = f"{command}{self._clauses.after(end)}"
        return bool(match and match.open_ended and self._reader.match(longer) and self._reader.understood(longer))

    def _forms(self, start: int, end: int, before: str) -> Iterator[str]:
        """Yield the sentences that clauses may stand for: their own, and with words of the command before them."""
        own = self._clauses.between(start, end)
        yield own
        if match := self._reader.exact(before) if before else None:
            yield from self._carried(tidy(before), tidy(own), match)

    def _carried(self, before: str, own: str, match: TemplateMatch) -> Iterator[str]:
        """Yield `turn on the fan` of `turn on the lamp and the fan`: another value, or another command's."""
        for value in sorted(match.texts.values(), key=before.casefold().rfind, reverse=True):
            for other in dict.fromkeys((_ARTICLE.sub("", own), own)):
                form = other.join(before.rsplit(value, 1)) if value in before else ""
                if form and self._alike((before, form)):
                    yield form
        words = before.split()
        for n in range(len(words) - 1, 0, -1):
            form = f"{' '.join(words[:n])} {_ARTICLE.sub('', own) if _ARTICLE.match(f'{words[n - 1]} ') else own}"
            if self._reader.exact(form):
                yield form

    def _with_shared_end(self, start: int, longest: int = 3) -> Iterator[_Part]:
        """Yield commands with values before one end: `turn off the [living room], [kitchen] and [bedroom] lights`."""
        first, values = tidy(self._clauses[start]).split(), list[str]()
        for place in range(start + 1, len(self._clauses)):
            own = _ARTICLE.sub("", tidy(self._clauses[place]))
            last = own.split()
            for n in range(min(longest, len(first) - 1), 0, -1):
                for m in range(min(longest, len(last) - 1), 0, -1):
                    of_first, of_last = " ".join(first[-n:]), " ".join(last[:m])
                    if not (self._reader.is_value(of_first) and self._reader.is_value(of_last)):
                        continue
                    ends = [" ".join([value, *last[m:]]) for value in (of_first, *values, of_last)]
                    commands = tuple(" ".join([*first[:-n], end]) for end in ends)
                    if self._alike(commands):
                        yield commands, place + 1
            if not self._reader.is_value(own):
                return
            values.append(own)

    def _alike(self, commands: Sequence[str]) -> bool:
        """True if all are whole commands of one intent, without free text."""
        matches = [self._reader.exact(command) for command in commands]
        return all(matches) and len({match.intent for match in matches if match}) == 1
