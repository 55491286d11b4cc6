"""A sentence cut into clauses, and what each stretch of it means."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from functools import cache

from assistant.language import entities
from assistant.language.numbers import in_digits
from assistant.language.text import JOINTS, tidy
from assistant.nlu.query import Query
from assistant.nlu.sets.exceptions import with_exception
from assistant.nlu.templates.matcher import TemplateMatch
from assistant.values import Ambiguous, Impossible, OutOfScope, SlotValue, Understanding

ARTICLE = re.compile(
    r"^(?:the|a|an|my|another(?: one)?|der|die|das|den|ein|eine|einen|le|la|les|el|los|las|il|lo|i|gli|de|het|o|os"
    r"|as) ",
    re.IGNORECASE,
)
_SIGNS = " ,;.!?"

VALUE_KINDS = ("datetime", "time", "date", "duration", "percent", "number")
"""Types of values of which one may stand in the place of another."""


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
        query: Query,
    ) -> None:
        self.match = cache(match)
        """The surest template that covers a sentence."""
        by_itself = cache(meaning)
        self.meaning = cache(lambda text: with_exception(text, query.language, by_itself, self.match))
        """The meaning of a sentence, with what it leaves out."""
        self.is_value: Callable[[str], bool] = lambda text: is_value(text) or is_value(in_digits(text, query.language))
        """True if the words are a listed value."""
        self.language = query.language
        self.typed = cache(self._typed)
        """The value of a type that words are from end to end, None where they are none."""
        self._now = query.now

    def understood(self, text: str) -> bool:
        """True if a sentence is taken for a command or a question at all."""
        return not isinstance(self.meaning(text), OutOfScope)

    def sure(self, text: str, needed: float) -> bool:
        """True if a sentence is surely one command or question."""
        meaning = self.meaning(text)
        return not isinstance(meaning, OutOfScope | Ambiguous) and meaning.confidence >= needed

    def exact(self, text: str) -> TemplateMatch | None:
        """Return the surest template that covers a sentence, unless it takes words as free text."""
        match = self.match(text)
        return None if match is None or match.free else match

    def is_bare(self, text: str) -> bool:
        """True of nothing but a value, which is no command beside others: `and 50 percent`."""
        return any(self.typed(kind, text.casefold()) is not None for kind in ("number", "percent"))

    def has_value(self, text: str) -> bool:
        """True of words with a moment, a length of time or a number among them."""
        words = tuple(text.casefold().split())
        return any(entities.find(kind, words, self._now, self.language) for kind in VALUE_KINDS)

    def _typed(self, kind: str, text: str) -> SlotValue | None:
        words = tuple(text.split())
        spans = entities.find(kind, words, self._now, self.language)
        whole = next((span.value for span in spans if (span.start, span.end) == (0, len(words))), None)
        return None if isinstance(whole, Impossible) else whole
