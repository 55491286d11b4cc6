"""The sentences of a reply. Commands in a sentence are the business of `nlu.sets.split`."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

_END = re.compile(r'(?<=[.!?…])["”’)\]]*\s+(?=\S)')
_TITLES = frozenset(
    "Adm Capt Cmdr Col Cpl Dr Fr Ft Gen Gov Hon Lt Maj Mr Mrs Ms Msgr Mt Pres Prof Rep Rev Sen Sgt St Supt".split()
)
"""Abbreviations that a name follows: their full stop ends no sentence."""


def split_sentences(text: str) -> Iterator[str]:
    """Yield the sentences of a whole text; the end of a line ends one too."""
    for line in text.splitlines():
        *whole, rest = _cut(line.strip())
        yield from whole
        if rest:
            yield rest


def stream_sentences(pieces: Iterable[str]) -> Iterator[str]:
    """Yield the sentences of a text that comes in pieces, each as soon as the next one begins.

    >>> list(stream_sentences(["It is ", "late. Dr. Sm", "ith left"]))
    ['It is late.', 'Dr. Smith left']
    """
    rest = ""
    for piece in pieces:
        *whole, rest = _cut(rest + piece)
        yield from whole
    if rest.strip():
        yield rest


def _cut(text: str) -> list[str]:
    """Return the whole sentences of a text, and what follows the last of them."""
    parts, start = [], 0
    for match in _END.finditer(text):
        if _ends_sentence(text[max(start, match.start() - 40) : match.start()], text[match.end()]):
            parts.append(text[start : match.start()])
            start = match.end()
    return [*parts, text[start:]]


def _ends_sentence(before: str, following: str) -> bool:
    """Return False at the full stop of `Dr.` or `J. K.`, and before a small letter."""
    if following.islower():
        return False
    word = before[before.rfind(" ") + 1 : -1].lstrip("(\"“'‘")
    return not before.endswith(".") or not (word in _TITLES or (len(word) == 1 and word.isupper()))
