"""The prompt of the speech model: words that it is to expect, and sentences in which they stand.

Whisper continues its prompt. A list of names and terms makes it spell those, and recognise them where the sound is
ambiguous; whole sentences after the list keep it from writing lists itself.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence


def compose_prompt(
    words: Sequence[str],
    sentences: Sequence[str],
    budget: int,
    count_tokens: Callable[[str], int],
    wanted: Collection[str] = (),
) -> str:
    """Return words and sentences as one prompt, the first ones that fit into the budget of tokens; "" for none.

    The words get half of the budget, the sentences what they leave. Where not all words fit, the wanted ones come in
    before the first, but for what is a token a word: that a model writes without being told. They stand in their own
    order, whichever are wanted: the same words are the same prompt.

    >>> compose_prompt(["timer", "kitchen lights", "timer"], ["set a timer"], 200, len)
    'timer, kitchen lights. Set a timer.'
    """
    spelling: dict[str, str] = {}
    for word in filter(None, map(_single_spaced, (*words, *wanted))):
        spelling.setdefault(word.casefold(), word)
    first = {_single_spaced(word).casefold() for word in wanted if count_tokens(f" {word}") > len(word.split())}
    chosen = _fitting(sorted(spelling, key=lambda folded: folded not in first), budget // 2, count_tokens)
    listing = ", ".join(spelling[folded] for folded in spelling if folded in chosen)
    rest = budget - count_tokens(f" {listing}.")
    written = [_written(sentence) for sentence in dict.fromkeys(sentences) if sentence.strip()]
    return " ".join([f"{listing}." if listing else "", *_fitting(written, rest, count_tokens)]).strip()


def _fitting(texts: Iterable[str], budget: int, count_tokens: Callable[[str], int]) -> dict[str, None]:
    """Return the texts that fit into the budget, in their order; one that is too long is left out."""
    chosen: dict[str, None] = {}
    for text in texts:
        cost = count_tokens(f" {text},")
        if cost <= budget:
            chosen[text] = None
            budget -= cost
    return chosen


def _written(sentence: str) -> str:
    """Return the sentence with a capital and a full stop."""
    text = _single_spaced(sentence)
    return text[0].upper() + text[1:] + ("" if text[-1] in ".?!" else ".")


def _single_spaced(text: str) -> str:
    return " ".join(text.split())
