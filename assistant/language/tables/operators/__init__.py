"""The words of time of each language, found by its code."""

from __future__ import annotations

from collections.abc import Mapping

from assistant.language.tables.operators import de, en
from assistant.language.tables.operators.words import OperatorWords

OPERATORS: Mapping[str, OperatorWords] = {"en": en.WORDS, "de": de.WORDS}
"""Two-letter code -> words. A language without them has no operators."""

_NO_WORDS = OperatorWords()


def operators_of(language: str) -> OperatorWords:
    """Return the words of a language, given as `en` or `en-GB`; none where there are none."""
    return OPERATORS.get(language[:2], _NO_WORDS)
