"""Pieces of text as a model makes them, passed on without ending inside a sentence."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import pairwise

_SENTENCE_END = re.compile(r"[.!?…][\"'”’)\]]*(?=\s|$)|[^\s.!?…](?=\n)")


def whole_sentences(pieces: Iterable[str], limit: int) -> Iterator[str]:
    """Pass pieces on as they come, at most `limit` of them, without ending inside a sentence.

    A sentence that begins in the second half of the limit is held back until it is complete; one that is said
    for the second time is the last.

    >>> "".join(whole_sentences(["It", " rains.", " It", " pours", " today"], 4))
    'It rains.'
    """
    text, shown = "", 0
    for count, piece in enumerate(pieces, start=1):
        text += piece if text else piece.lstrip()
        ends = [0, *(match.end() for match in _SENTENCE_END.finditer(text))]
        begun = ends[-1]
        sentences = [text[start:end].strip() for start, end in pairwise(ends)]
        if len(set(sentences)) < len(sentences):  # small models run in circles
            yield text[shown:begun]
            return
        if count >= limit:
            cut = shown > begun and begun < len(text.rstrip())
            yield text[shown:].rstrip(" ,;:\n") + "…" if cut else text[shown:begun]
            return
        if shown > begun or count <= limit // 2:
            begun = len(text)
        if begun > shown:
            yield text[shown:begun]
            shown = begun
    yield text[shown:]
