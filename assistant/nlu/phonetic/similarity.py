"""How two sentences sound side by side, word by word."""

from __future__ import annotations

from collections.abc import Sequence

from assistant.language.phonemes import transcribe
from assistant.nlu.phonetic.costs import encode, indels, substitutions

TELLING_PHONEMES = 4
"""A word of fewer tells nothing: `with` and `which`."""


def worst_word(heard: Sequence[str], meant: Sequence[str], language: str) -> float:
    """Return the cost per phoneme of the word, heard or meant, that fares worst when the two are laid side by side."""
    sides = transcribe(heard, language), transcribe(meant, language)
    first, second = (encode(side.symbols) for side in sides)
    borne = _borne(indels(first).tolist(), indels(second).tolist(), substitutions(first, second).tolist())
    worst = 0.0
    for side, costs in zip(sides, borne, strict=True):
        for start, end in zip(side.bounds, side.bounds[1:], strict=False):
            if end - start >= TELLING_PHONEMES:
                worst = max(worst, sum(costs[start:end]) / (end - start))
    return worst


def _borne(lost: list[float], added: list[float], exchanged: list[list[float]]) -> tuple[list[float], list[float]]:
    """Return the cost that each phoneme of two strings bears in their cheapest alignment (Wagner and Fischer).

    Args:
        lost: cost of each phoneme of the first string without a counterpart, n of them.
        added: of each phoneme of the second, m of them.
        exchanged: of each one for each other, n rows of m.
    """
    costs = [[0.0]]
    for price in added:
        costs[0].append(costs[0][-1] + price)
    for i, price in enumerate(lost):
        above, row = costs[i], [costs[i][0] + price]
        left = row[0]
        for j, swap in enumerate(exchanged[i]):
            cost, deleted, inserted = above[j] + swap, above[j + 1] + price, left + added[j]
            if deleted < cost:
                cost = deleted
            if inserted < cost:
                cost = inserted
            row.append(cost)
            left = cost
        costs.append(row)
    first, second = [0.0] * len(lost), [0.0] * len(added)
    i, j = len(lost), len(added)
    while i or j:
        cost = costs[i][j]
        if i and j and cost == costs[i - 1][j - 1] + exchanged[i - 1][j - 1]:
            i, j = i - 1, j - 1
            first[i] = second[j] = cost - costs[i][j]
        elif i and cost == costs[i - 1][j] + lost[i - 1]:
            i -= 1
            first[i] = cost - costs[i][j]
        else:
            j -= 1
            second[j] = cost - costs[i][j]
    return first, second
