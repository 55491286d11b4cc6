"""Numbers: number words as digits, and numbers, percentages and sums in text whose numbers are digits.

Each `find_*` yields (first character, character after the last, value). text2num lives only here.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from typing import NamedTuple

from assistant.language.tables import table_of


class DigitWord(NamedTuple):
    """A word in which a spoken number has become digits."""

    text: str
    start: int
    """Index of the first source word it was read from."""
    end: int
    """Index after the last."""


class _NumberToken:
    """A word in the shape that text2num reads."""

    __slots__ = ("is_unit", "word")

    def __init__(self, word: str, is_unit: bool) -> None:
        self.word = word
        self.is_unit = is_unit

    def text(self) -> str:
        return self.word

    def nt_separated(self, _previous: object) -> bool:
        return False

    def not_a_number_part(self) -> bool:
        return self.is_unit


@lru_cache(maxsize=512)
def digits(words: tuple[str, ...], language: str = "en") -> tuple[DigitWord, ...]:
    """Return the words with spoken numbers as digits; a hyphen between words is a space: `twenty-one` is 21.

    In a language that text2num does not know, the words stay as they are.

    >>> [word.text for word in digits(("twenty", "one", "point", "five", "degrees"))]
    ['21.5', 'degrees']
    """
    import text_to_num

    parts = [(part, index) for index, word in enumerate(words) for part in _parts(word)]
    try:
        spoken = text_to_num.find_numbers(
            _number_tokens([part.casefold() for part, _ in parts], language), language[:2], 0.0
        )
    except ValueError:  # a language that the library does not know
        spoken = []
    written: list[DigitWord] = []
    position = 0
    for number in spoken:
        written += [DigitWord(part, index, index + 1) for part, index in parts[position : number.start]]
        written.append(DigitWord(number.text, parts[number.start][1], parts[number.end - 1][1] + 1))
        position = number.end
    written += [DigitWord(part, index, index + 1) for part, index in parts[position:]]
    return tuple(written)


def _number_tokens(words: Sequence[str], language: str) -> list[_NumberToken]:
    """Return the words as tokens; `second` after a count is the unit of time, not an ordinal: `a 90 second timer`."""
    counts = table_of(language).counts
    tokens = []
    for index, word in enumerate(words):
        counted = index > 0 and (words[index - 1].isdigit() or words[index - 1] in counts)
        of_month = words[index + 1 : index + 2] == ["of"]
        tokens.append(_NumberToken(word, word == "second" and counted and not of_month))
    return tokens


def _parts(word: str, longest: int = 60) -> list[str]:
    """Return the parts of `twenty-one`; a date such as 2026-12-24, a negative number and endless words stay whole."""
    parts = word.split("-")
    whole = (
        len(parts) == 1 or len(word) > longest or not all(map(str.isalnum, parts)) or word.replace("-", "").isdigit()
    )
    return [word] if whole else parts


def in_digits(text: str, language: str = "en") -> str:
    """Return tidied text with spoken numbers as digits.

    >>> in_digits("ten minutes and twenty-one seconds")
    '10 minutes and 21 seconds'
    """
    return " ".join(word.text for word in digits(tuple(text.split()), language))


# -- values ------------------------------------------------------------------------------------

_NUMBER = re.compile(
    r"(?<![\w.])(?P<minus>minus |negative |-)?"
    r"(?:(?P<part>(?:a |1 )quarter|3 quarters|a half|half|[½¼¾])|(?P<couple>a couple(?: of)?)|(?P<one>(?:a )?dozen)"
    r"|(?P<digits>\d{1,15}(?:\.\d{1,9})?|\.\d{1,9})(?P<dozen> dozen)?(?: and (?:a |1 )?(?P<plus>half|quarter))?)"
    r"(?![\w:/%]|\.\d)"
)
_PARTS = {"½": 0.5, "¼": 0.25, "¾": 0.75, "3 quarters": 0.75, "half": 0.5, "a half": 0.5}
"""A quarter where it is none of these."""

_PERCENT = re.compile(
    r"(?<![\w.])(?:(?P<digits>\d{1,15}(?:\.\d{1,9})?) ?(?:%|percent|per cent|pct)"
    r"|(?P<half>half(?: way)?|halfway))(?!\S)"
)
_OPERAND = (
    r"(?:the )?(?:(?:(?:square |cube )?root|factorial|half|a third|a quarter|sum|product) of )*"
    r"\(?(?:minus |negative |-)?(?:\d+(?:\.\d+)?|pi)(?: ?(?:%|percent|per cent|squared|cubed|factorial|!))*\)?"
)
_OPERATOR = (
    r"(?: ?[-+*/^×÷−x] ?| (?:plus|minus|times|multiplied by|divided by|over|less|take away|added to|and|mod|modulo"
    r"|of|off|to the power of|raised to(?: the power of)?|to the) )"
)
_SUM = re.compile(rf"(?<!\S)({_OPERAND}(?:{_OPERATOR}{_OPERAND})*)(?!\S)")
_WORKED = re.compile(r"[+*/^×÷−!%]|\d ?[-x] ?\d|[a-wyz]")
"""A number alone is no sum."""


def find_numbers(text: str) -> Iterator[tuple[int, int, int | float]]:
    """Yield `21`, `minus 3.5`, `2 and a half`, `a dozen`, `half`."""
    return _numbers(_NUMBER, text)


def find_percentages(text: str) -> Iterator[tuple[int, int, int | float]]:
    """Yield `40 percent`, `half`, and after them plain numbers that can be per cent."""
    yield from _numbers(_PERCENT, text)
    for start, end, number in _numbers(_NUMBER, text):
        if 1 <= number <= 100 or number == 0:
            yield start, end, number


def find_sums(text: str) -> Iterator[tuple[int, int, str]]:
    """Yield `2 plus 3`, `15% of 80`, as written."""
    for match in _SUM.finditer(text):
        if _WORKED.search(match[1]):
            yield match.start(), match.end(), match[1]


def _numbers(pattern: re.Pattern[str], text: str) -> Iterator[tuple[int, int, int | float]]:
    for match in pattern.finditer(text):
        groups = match.groupdict()
        value = _amount(groups) * (-1 if groups.get("minus") else 1)
        value = int(value) if value == int(value) else value
        yield match.start(), match.end(), value
        if (sign := groups.get("minus")) and sign != "-":  # `20 minus 8` holds an 8
            yield match.end("minus"), match.end(), -value


def _amount(groups: Mapping[str, str | None]) -> float:
    if part := groups.get("part"):
        return _PARTS.get(part, 0.25)
    if groups.get("half"):
        return 50  # per cent
    if groups.get("couple"):
        return 2
    value = float(groups["digits"] or 1) * (12 if groups.get("dozen") or groups.get("one") else 1)
    return value + {"half": 0.5, "quarter": 0.25}.get(groups.get("plus") or "", 0)
