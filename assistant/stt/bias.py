"""The sentences that the recogniser is told to expect, as a prompt.

Whisper continues its prompt: commands that hold the names and terms make it spell those, hear them where the sound is
ambiguous, and write sentences; a bare list makes it write lists. It reads 223 tokens at most.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Sequence

PROMPT_TOKENS = 200
"""More teaches little more, and takes time."""


def sentence_prompt(sentences: Sequence[str], count_tokens: Callable[[str], int], wanted: Collection[str] = ()) -> str:
    """Return the sentences as one prompt, as many as there is room for.

    First those that hold a wanted word, and wanted words that none holds by themselves; then the first. They stand in
    their own order, whichever are wanted: the same sentences are the same prompt.

    >>> sentence_prompt(["set a timer", "lights on"], len, ["radio"])
    'Radio. Set a timer. Lights on.'
    """
    missing, first = dict.fromkeys(map(_bare, wanted)), []
    for sentence in sentences:
        if held := [word for word in missing if word in _bare(sentence)]:
            first.append(sentence)
            for word in held:
                del missing[word]
    alone = [" ".join(word.split()) for word in wanted if _bare(word) in missing]
    chosen, room = set[str](), PROMPT_TOKENS
    for sentence in (*first, *alone, *sentences):
        cost = count_tokens(f" {sentence}.")
        if sentence.strip() and sentence not in chosen and cost <= room:
            chosen.add(sentence)
            room -= cost
    return " ".join(_written(each) for each in dict.fromkeys((*alone, *sentences)) if each in chosen)


def _bare(text: str) -> str:
    """Return the words with a blank before and after each, so that one is found in the other only as a whole."""
    return " ".join(["", *re.findall(r"[^\W_]+", text.casefold()), ""])


def _written(sentence: str) -> str:
    text = " ".join(sentence.split())
    return text[0].upper() + text[1:] + ("" if text[-1] in ".?!" else ".")
