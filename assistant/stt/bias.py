"""The words that the recogniser is told to expect, as a prompt.

Whisper continues its prompt: a list of names and terms makes it spell those, and hear them where the sound
is ambiguous. It reads 223 tokens at most.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

PROMPT_TOKENS = 200
"""Whisper's budget, less what its punctuation may cost."""


def vocabulary_prompt(words: Sequence[str], count_tokens: Callable[[str], int]) -> str:
    """Return the words as one prompt, as many of the first as there is room for; "" for none.

    >>> vocabulary_prompt(["timer", "kitchen lights", "timer", "lamp"], len)
    'timer, kitchen lights, lamp.'
    """
    chosen: dict[str, str] = {}
    room = PROMPT_TOKENS
    for word in words:
        word = " ".join(word.split())
        if not word or word.casefold() in chosen:
            continue
        cost = count_tokens(f" {word},")
        if cost <= room:
            chosen[word.casefold()] = word
            room -= cost
    return ", ".join(chosen.values()) + "." if chosen else ""
