"""What a question names, and a passage contradicts or lacks: a number, a model, a day, or the one word that tells
sections apart which are alike.

Passages about another model or another year are near in meaning, and wrong. A name has no mark in a spoken question;
but where a document has a section for Norway and one for Sweden, the place of that word is known.
"""

from __future__ import annotations

import calendar
import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from functools import lru_cache

from assistant.authoring.documents.passage import Passage
from assistant.language.numbers import in_digits
from assistant.language.tables import table_of
from assistant.language.text import tidy

_CODE = re.compile(r"\b[a-z]+[-_]?\d[\w-]*|\b\d+x\d+\b")
_NUMBER = re.compile(
    r"(?:(?:(?P<far>[^\W\d_]+)[\s-]+)?(?P<before>[^\W\d_]+)[\s-]+)?(?P<number>\d(?:\d|[.,:](?=\d))*)(?=(?:[\s-]+(?P<after>[^\W\d_]+))?)"
)
"""A number, and the words beside it: `status` in `the status is 1`."""

_PLACED_NAME = re.compile(r"\b(?P<before>[a-z]+) (?P<name>[A-Z]\w+)")
"""A name behind a small word: `in Oslo`."""

_RANGE = re.compile(r"(\d+)\s*(?:to|-|–|and|until|through)\s*(\d+)")
_WORD = re.compile(r"[^\W_]+")
_DAYS = frozenset(name.casefold() for name in calendar.day_name)
_MONTHS = frozenset(name.casefold() for name in calendar.month_name if name not in ("", "May", "March"))
_CALENDAR = _DAYS | _MONTHS


@lru_cache(maxsize=4096)
def particulars(text: str, language: str) -> Mapping[str, frozenset[str]]:
    """Map numbers, words with a digit, days and months of a text to the words beside them; spoken numbers as digits.

    >>> sorted(particulars("Which ink for the HJ-410, on Fridays at twenty degrees?", "en"))
    ['20', 'friday', 'hj410']
    """
    plain = tidy(text).casefold()
    placed = dict[str, frozenset[str]]()
    for code in _CODE.findall(plain):
        placed[re.sub(r"[-_]", "", code)] = frozenset()
    for match in _NUMBER.finditer(in_digits(_CODE.sub(" ", plain), language)):
        far, before, after = match.group("far", "before", "after")
        before = far if before in table_of(language).stop_words else before
        beside = {_stem(word) for word in (before, after) if word} - table_of(language).stop_words
        number = match["number"].replace(",", "")
        placed[number] = placed.get(number, frozenset()) | beside
    placed |= {day: frozenset() for day in {word.removesuffix("s") for word in _WORD.findall(plain)} & _CALENDAR}
    return placed


def lacking_particulars(text: str, passage: Passage, language: str) -> tuple[int, int]:
    """Count the numbers, models and days that a question names, and neither the passage nor its place holds.

    First those for which the passage has another of their kind, X20 for X30 or five people for nine; then the others,
    which may be the asker's own.
    """
    asked, renamed = particulars(text, language), _is_other_name(text, passage)
    if not asked:
        return int(renamed), 0
    place = " ".join((re.sub(r"\.\w+$", "", passage.name), *passage.headings))
    whole = f"{place}\n{passage.text}"
    held = dict[str, frozenset[str]]()
    for line in whole.splitlines():
        for part, beside in particulars(line, language).items():
            held[part] = held.get(part, frozenset()) | beside
    ranges = [(int(low), int(high)) for low, high in _RANGE.findall(whole)]
    lacking = [part for part in asked if not _is_held(part, held, ranges)]
    replaced = sum(any(_is_alternative(part, asked[part], other, held[other]) for other in held) for part in lacking)
    return replaced + renamed, len(lacking) - replaced


def _is_other_name(text: str, passage: Passage) -> bool:
    """True where a heading has another name in the place of one of a question that the passage lacks: `in Bergen`."""
    held, said = " ".join((passage.name, *passage.headings, passage.text)).casefold(), text.casefold()
    titled = _PLACED_NAME.findall(" ".join(passage.headings[-1:]))
    places = {before for before, name in titled if name.casefold() not in said}
    return any(before in places and name.casefold() not in held for before, name in _PLACED_NAME.findall(text))


def _is_alternative(one: str, by_one: frozenset[str], other: str, by_other: frozenset[str]) -> bool:
    """True of two days or months, models of one name, versions, years, and numbers beside the same word."""
    if {one, other} <= _DAYS or {one, other} <= _MONTHS:
        return True
    letters, other_letters = (re.sub(r"\d+", "", part) for part in (one, other))
    if letters != other_letters or not one[-1:].isalnum() or one in _CALENDAR:
        return False
    return bool(letters) or len(one) == len(other) > 3 or bool(by_one & by_other)


def _is_held(part: str, held: Collection[str], ranges: Sequence[tuple[int, int]]) -> bool:
    """True of a particular that is held as it is, as part of a longer version number, or within a range."""
    if part in held or any(other.startswith(f"{part}.") for other in held):
        return True
    return part.isdigit() and any(low <= int(part) <= high for low, high in ranges)


def is_option(passage: Passage) -> bool:
    """True of a passage about one option or setting, as lists of them have it for a heading: `--mirror`, `gc=1`."""
    title = passage.headings[-1] if passage.headings else ""
    return title.startswith("-") or bool(re.fullmatch(r"[a-z][\w.-]*(?:\s*=.*|\s*\[.*)?", title))


def is_sibling_asked(asked: Collection[str], passage: Passage, others: Iterable[Passage], language: str) -> bool:
    """Tell if sections differ in one place, and a question with the words `asked` names none of them there.

    There is `Shipping to Norway` and `Shipping to Sweden`: what shipping to Finland costs is told in neither. A passage
    that has every word of the question is meant.
    """
    own, stems = _title(passage), {_stem(word) for word in asked}
    held = {_stem(word) for word in _WORD.findall(" ".join((passage.name, *passage.headings, passage.text)).casefold())}
    if is_option(passage) or stems - table_of(language).stop_words <= held:
        return False
    for other in others:
        if other.file != passage.file or other.headings == passage.headings or is_option(other):
            continue
        shared, slot, other_slot = _compared(own, _title(other))
        told = shared - table_of(language).stop_words
        if told & stems and 0 < len(slot) <= 2 and 0 < len(other_slot) <= 2 and stems.isdisjoint({*slot, *other_slot}):
            return True
    return False


def _compared(one: Sequence[str], other: Sequence[str]) -> tuple[set[str], Sequence[str], Sequence[str]]:
    """Return the words with which two titles begin and end alike, and what stands between in each."""
    both = min(len(one), len(other))
    start = next((at for at in range(both) if one[at] != other[at]), both)
    end = next((at for at in range(both - start) if one[-1 - at] != other[-1 - at]), both - start)
    shared = {*one[:start], *one[len(one) - end :]}
    return shared, one[start : len(one) - end], other[start : len(other) - end]


def _title(passage: Passage) -> Sequence[str]:
    return [_stem(word) for word in _WORD.findall(" ".join(passage.headings[-1:]).casefold())]


def _stem(word: str) -> str:
    return word.removesuffix("s") if len(word) > 3 else word
