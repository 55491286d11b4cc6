"""Numbers: number words as digits, and numbers, percentages and sums in text whose numbers are digits.

Each `find_*` yields (first character, character after the last, value). text2num lives only here.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from functools import cache, lru_cache
from itertools import product
from typing import NamedTuple

from assistant.language.tables import table_of
from assistant.values import Impossible, Share, SlotValue


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

    table = table_of(language)
    articles = table.articles.split("|")
    plain = [table.compounds.get(word.casefold(), word).split() or [word] for word in words]
    parts = [(part, index) for index, pieces in enumerate(plain) for piece in pieces for part in _parts(piece)]
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
        first, start = parts[number.start]
        if written and first.casefold() in table.round_numbers and written[-1].text.casefold() in articles:
            start = written.pop().start  # a hundred
        written.append(DigitWord(number.text.replace(",", "."), start, parts[number.end - 1][1] + 1))
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


# -- amounts -----------------------------------------------------------------------------------

_GLYPHS = "½⅓⅔¼¾⅕⅖⅗⅘⅙⅚⅛⅜⅝⅞"
_DIGITS = r"(?:\d+(?:\.\d+)?|\.\d+)"

_LONGEST = 300
"""Digits of the longest number that is read: a float ends at 1.8e308."""


class Amounts:
    """The grammar of amounts in a language: `2.5`, `1 and 3 quarters`, `1½`, `2 3rds`, in text with digits."""

    def __init__(self, language: str) -> None:
        table = table_of(language)
        article, count = table.articles or "(?!)", r"\d{1,2}"
        one = f"(?:{article}|1)"
        self._sizes = {**table.parts, **table.counted_parts}
        parts = [rf"(?:(?:{article}) )?{count}/{count}(?![\d/])", f"[{_GLYPHS}]"]
        if table.parts:
            parts.append(rf"(?:(?:{one}|{count}) )?(?:{any_of(table.parts)})(?!\w)")
        if table.counted_parts:
            several = [word for word in table.counted_parts if word.endswith("s")]
            parts.append(rf"{count} (?:{any_of(several)})(?!\w)")
            parts.append(rf"{one} (?:{any_of(table.counted_parts)})(?= of| percent|$)")
        self.part = f"(?:{'|'.join(parts)})"
        """Pattern of a part of a whole, without groups of its own, as all of these."""
        joint = f" {table.conjunction} " if table.conjunction else " "
        mixed = rf"(?:{joint}{self.part}| ?[{_GLYPHS}]| {count}/{count}(?![\d/]))"
        self.pattern = rf"(?:{self.part}|{_DIGITS}{mixed}?)"
        """Pattern of an amount."""
        self.sign = rf"(?:(?:{table.minus}) |-)" if table.minus else "-"
        """Pattern of what makes an amount negative."""
        self._mixed = re.compile(rf"(?P<whole>{_DIGITS})(?: {table.conjunction})? ?(?P<part>{self.part})")
        self._words = re.compile(rf"(?:(?P<count>\d+|{one}) )?(?P<part>\S+)")

    def value(self, text: str) -> int | float | Impossible:
        """Return the worth of a text that `pattern` matches."""
        if re.fullmatch(self.part, text):
            return self._share(text)
        if mixed := self._mixed.fullmatch(text):
            whole, share = _plain_number(mixed["whole"]), self._share(mixed["part"])
            if isinstance(whole, Impossible):
                return whole
            return share if isinstance(share, Impossible) else whole + share
        return _plain_number(text)

    def is_part(self, text: str) -> bool:
        """True of a part of a whole: `a third`, not `1 and a third`."""
        return bool(re.fullmatch(self.part, text))

    def _share(self, part: str) -> float | Impossible:
        if part in _GLYPHS:
            return unicodedata.numeric(part)
        if written := re.search(r"(\d+)/(\d+)", part):
            above, below = int(written[1]), int(written[2])
            return above / below if below else Impossible("Nothing can be divided by zero.")
        match = self._words.fullmatch(part)
        assert match
        count = match["count"] or "1"
        return (int(count) if count.isdigit() else 1) * self._sizes[match["part"]]


@cache
def amounts(language: str) -> Amounts:
    """Return the grammar of amounts of a language, given as `en` or `en-GB`."""
    return Amounts(language)


def any_of(words: Iterable[str]) -> str:
    """Return a pattern of any of the words, the longest first."""
    return "|".join(map(re.escape, sorted(words, key=len, reverse=True)))


def _plain_number(digits: str) -> int | float | Impossible:
    if len(digits) > _LONGEST:
        return Impossible("That number is too long for me.")
    return int(digits) if digits.isdigit() else float(digits)


# -- values ------------------------------------------------------------------------------------

_OPERAND = (
    r"(?:the )?(?:(?:(?:square |cube )?root|factorial|half|a third|a quarter|\d+ (?:quarters|3rds|thirds)|sum|product)"
    r" of )*\(?(?:minus |negative |-)?(?:\d+(?:\.\d+)?|pi)(?: ?(?:%|percent|per cent|squared|cubed|factorial|!))*\)?"
)
_OPERATOR = (
    r"(?: ?[-+*/^×÷−x] ?| (?:plus|minus|times|multiplied by|divided by|over|less|take away|added to|and|mod|modulo"
    r"|of|off|to the power of|raised to(?: the power of)?|to the) )"
)
_SUM = re.compile(rf"(?<!\S)(?!\S*\b0x)({_OPERAND}(?:{_OPERATOR}{_OPERAND})*)(?!\S)")
_WORKED = re.compile(r"[+*/^×÷−!%]|\d ?[-x] ?\d|[a-wyz]")
"""A number alone is no sum."""


_BOUNDLESS = re.compile(r"(?<!\S)(?:(?:plus|minus|negative) )?(?:infinity|∞)(?!\S)")


@cache
def _number_pattern(language: str) -> re.Pattern[str]:
    grammar = amounts(language)
    return re.compile(
        rf"(?<![\w.,/-])(?P<minus>{grammar.sign})?(?:(?P<couple>a couple(?: of)?)"
        rf"|(?P<dozens>half a|a|\d+)? ?(?P<dozen>dozen)|(?P<amount>{grammar.pattern}))(?![\w:/%^]|[.,]\d)"
    )


@cache
def _percent_pattern(language: str) -> re.Pattern[str]:
    grammar = amounts(language)
    return re.compile(
        rf"(?<![\w.,/-])(?P<minus>{grammar.sign})?(?P<amount>{grammar.pattern})(?: (?:of )?an?)? ?"
        rf"(?:%|{table_of(language).percent or 'percent'})(?!\S)"
    )


def find_numbers(text: str, language: str = "en") -> Iterator[tuple[int, int, int | float | Impossible]]:
    """Yield `21`, `minus 3.5`, `2 and a half`, `3 quarters`, `a dozen`, `half`."""
    for match in _number_pattern(language).finditer(text):
        yield from _signed(match, _amount(match, language), text)
    for match in _BOUNDLESS.finditer(text):
        yield match.start(), match.end(), Impossible("Nothing here can be infinite.")


def find_percentages(text: str, language: str = "en") -> Iterator[tuple[int, int, int | float | Impossible]]:
    """Yield `40 percent`, `half`, `2 3rds`, and after them plain numbers; beyond 0 to 100 if nothing else is there."""
    grammar, marked, beyond = amounts(language), False, []
    for match in _percent_pattern(language).finditer(text):
        marked = True
        yield from _signed(match, grammar.value(match["amount"]), text)
    for start, end, part in _find_parts(text, language):
        yield start, end, Share(round(100 * part) or 1, part)
    for match in _number_pattern(language).finditer(text):
        value = _amount(match, language)
        if (amount := match["amount"]) and grammar.is_part(amount) and not isinstance(value, Impossible):
            yield match.start(), match.end(), Share(round(100 * value), value)
        elif isinstance(value, Impossible) or match["minus"] or value > 100:
            beyond += list(_signed(match, value, text))
        elif value >= 1 or value == 0:
            marked = True
            yield match.start(), match.end(), _whole(value)
    if not marked:
        yield from beyond


def find_on_scale(text: str, language: str = "en") -> Iterator[tuple[int, int, int | float | Impossible]]:
    """Yield numbers as `find_numbers`, and `max`, `half way`, `2 3rds` as parts of a range."""
    for start, end, part in _find_parts(text, language):
        if not re.match(r" (?:an?|of)(?!\S)", text[end:]):
            yield start, end, Share(part, part)
    yield from find_numbers(text, language)


@cache
def _part_pattern(language: str) -> re.Pattern[str]:
    table, grammar = table_of(language), amounts(language)
    return re.compile(
        rf"(?<!\S)(?:(?:the )?(?:(?P<most>{table.most or '(?!)'})|(?P<least>{table.least or '(?!)'}))"
        rf"|(?P<half>half ?way)|(?P<part>{grammar.part})(?: (?:{table.way or '(?!)'}))?)(?!\S)"
    )


def _find_parts(text: str, language: str) -> Iterator[tuple[int, int, float]]:
    """Yield the parts of a whole, 0 to 1."""
    for match in _part_pattern(language).finditer(text):
        value = amounts(language).value(match["part"]) if match["part"] else 0.5
        part = 1.0 if match["most"] else 0.0 if match["least"] else value
        if not isinstance(part, Impossible) and 0 <= part <= 1:
            yield match.start(), match.end(), part


def either(
    values: Sequence[tuple[int, int, SlotValue]], text: str, language: str
) -> Iterator[tuple[int, int, SlotValue]]:
    """Yield two values of which it was not said which: `at 7 or 8`."""
    disjunction = table_of(language).disjunction
    if not disjunction or not re.search(rf"(?<!\S)(?:{disjunction})(?!\S)", text):
        return
    between = re.compile(rf" (?:{disjunction})(?: at)? ")
    second = [*values, *find_numbers(text, language)]
    for (start, end, _), (left, right, _) in product(values, second):
        if end < left and between.fullmatch(text[end:left]):
            yield start, right, Impossible(f"“{text[start:right]}” is not one value.")


def find_sums(text: str) -> Iterator[tuple[int, int, str]]:
    """Yield `2 plus 3`, `15% of 80`, as written."""
    for match in _SUM.finditer(text):
        if _WORKED.search(match[1]):
            yield match.start(), match.end(), match[1]


def _amount(match: re.Match[str], language: str) -> int | float | Impossible:
    if match["couple"]:
        return 2
    if match["dozen"]:
        dozens = match["dozens"] or "1"
        return 12 * int(dozens) if dozens.isdigit() else 6 if dozens == "half a" else 12
    return amounts(language).value(match["amount"])


def _signed(
    match: re.Match[str], value: int | float | Impossible, text: str
) -> Iterator[tuple[int, int, int | float | Impossible]]:
    """Yield the number with its sign; behind another number the sign is an operator: `20 minus 8` holds an 8."""
    if isinstance(value, Impossible):
        yield match.start(), match.end(), value
    elif not (sign := match["minus"]):
        yield match.start(), match.end(), _whole(value)
    elif sign != "-" and re.search(r"\d $", text[: match.start()]):
        yield match.end("minus"), match.end(), _whole(value)
    else:
        yield match.start(), match.end(), _whole(-value)


def _whole(value: float) -> int | float:
    """Return 50.0 as 50."""
    return int(value) if value == int(value) else value
