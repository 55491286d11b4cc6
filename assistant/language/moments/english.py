"""Words of a moment in the English ones: the grammar of days and times is written once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from assistant.language.numbers import DigitWord
from assistant.language.tables import table_of


def in_english(words: Sequence[DigitWord], language: str) -> Sequence[DigitWord]:
    """Return words whose numbers are digits with those of moments in English; a phrase becomes one word with spaces.

    Words that the table of the language lacks, and all of a language without one, stay as they are.
    """
    phrases = table_of(language).moments
    if not phrases:
        return words
    longest = _longest(phrases)
    written: list[DigitWord] = []
    position = 0
    while position < len(words):
        for count in range(min(longest, len(words) - position), 0, -1):
            stretch = words[position : position + count]
            if english := phrases.get(" ".join(word.text.casefold() for word in stretch)):
                written.append(DigitWord(english, stretch[0].start, stretch[-1].end))
                position += count
                break
        else:
            word = words[position]
            is_ordinal = word.text.endswith(".") and word.text[:-1].isdigit()  # as it is written on the continent
            written.append(word._replace(text=f"the {word.text[:-1]}th") if is_ordinal else word)
            position += 1
    return written


def _longest(phrases: Mapping[str, str]) -> int:
    return max((phrase.count(" ") + 1 for phrase in phrases), default=0)
