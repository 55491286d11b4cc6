"""The words that the recogniser is told to expect, as a prompt.

Whisper continues its prompt: a list of names and terms makes it spell those, and hear them where the sound
is ambiguous. It reads 223 tokens at most.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence

PROMPT_TOKENS = 200
"""Whisper's budget, less what its punctuation may cost."""


def vocabulary_prompt(words: Sequence[str], count_tokens: Callable[[str], int], relevant: Collection[str] = ()) -> str:
    """Return the words as one prompt; where there is no room for all, the relevant ones and then the first.

    They stand in their own order, whichever are relevant: the same words are the same prompt.

    >>> vocabulary_prompt(["timer", "kitchen lights", "timer", "lamp"], len)
    'timer, kitchen lights, lamp.'
    """
    once: dict[str, str] = {}
    for word in filter(None, (" ".join(each.split()) for each in words)):
        once.setdefault(word.casefold(), word)
    wanted = {" ".join(each.split()).casefold() for each in relevant}
    chosen: set[str] = set()
    room = PROMPT_TOKENS
    for key in sorted(once, key=lambda key: key not in wanted):
        cost = count_tokens(f" {once[key]},")
        if cost <= room:
            chosen.add(key)
            room -= cost
    return ", ".join(once[key] for key in once if key in chosen) + "." if chosen else ""
