"""What the recogniser is told to expect, as a prompt: words, and commands in which they stand.

Whisper continues its prompt. A list of names and terms makes it spell those, and hear them where the sound is
ambiguous; whole sentences after it keep it from writing lists itself. It reads 223 tokens at most.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence

PROMPT_TOKENS = 200
"""Whisper's budget, less what its punctuation may cost: half for the words, the rest for the sentences."""


def expectation(
    words: Sequence[str], sentences: Sequence[str], count_tokens: Callable[[str], int], wanted: Collection[str] = ()
) -> str:
    """Return words and sentences as one prompt, as many of the first as there is room for; "" for none.

    Where there is no room for all words, the wanted ones come in before the first. They stand in their own order,
    whichever are wanted: the same words are the same prompt.

    >>> expectation(["timer", "kitchen lights", "timer"], ["set a timer"], len)
    'timer, kitchen lights. Set a timer.'
    """
    once: dict[str, str] = {}
    for word in filter(None, (" ".join(each.split()) for each in (*words, *wanted))):
        once.setdefault(word.casefold(), word)
    first = {" ".join(each.split()).casefold() for each in wanted}
    chosen = _fitting(sorted(once, key=lambda key: key not in first), PROMPT_TOKENS // 2, count_tokens)
    listed = ", ".join(once[key] for key in once if key in chosen)
    room = PROMPT_TOKENS - count_tokens(f" {listed}.")
    told = [_written(each) for each in dict.fromkeys(sentences) if each.strip()]
    return " ".join([f"{listed}." if listed else "", *_fitting(told, room, count_tokens)]).strip()


def _fitting(texts: Iterable[str], room: int, count_tokens: Callable[[str], int]) -> dict[str, None]:
    """Return the texts that there is room for, in their order."""
    chosen: dict[str, None] = {}
    for text in texts:
        cost = count_tokens(f" {text},")
        if cost <= room:
            chosen[text] = None
            room -= cost
    return chosen


def _written(sentence: str) -> str:
    text = " ".join(sentence.split())
    return text[0].upper() + text[1:] + ("" if text[-1] in ".?!" else ".")
