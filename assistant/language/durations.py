"""Durations in the words of a language, found in a sentence whose numbers are digits."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import timedelta
from functools import cache
from typing import NamedTuple

from assistant.language.numbers import Amounts, amounts, any_of
from assistant.language.tables import TABLES, table_of
from assistant.language.tables.units import SECONDS
from assistant.values import Impossible


class DurationSpan(NamedTuple):
    """A length of time and its place in a text."""

    start: int
    """Index of the first character."""
    end: int
    """Index after the last."""
    value: timedelta | Impossible


_LONGEST = 1000 * SECONDS["year"]
"""Seconds beyond which no duration is meant, and which a timedelta still holds."""

_DENSE = re.compile(r"(?<!\S)(?P<h>\d{1,4}) ?h ?(?P<m>\d{1,2})(?: ?m(?:in)?)?(?: ?(?P<s>\d{1,2}) ?s)?(?!\S)")
_MINUTES = re.compile(r"(?<!\S)(?P<m>\d{1,4}) ?m(?: ?(?P<s>\d{1,2}) ?s)?(?= timer(?!\S)|$)")
"""`5m`: metres elsewhere."""

_SMALLER = {SECONDS["hour"]: SECONDS["minute"], SECONDS["minute"]: SECONDS["second"]}
"""Unit of the bare number after another: `1 hour 30`."""

_GOES_ON = (
    r"(?!\S)(?=$| (?:to|that|about|on|onto|off|from|for|at|by|and|then|please|timers?|alarms?|more|longer|extra|left"
    r"|later|ago|called|named|no|sorry|wait)(?!\S))"
)
"""Words behind a whole duration; before others a bare number counts something else: `an hour and 20 people`."""

_BEFORE_RANGE = re.compile(
    r"(?:^|(?<!\S)(?:for|in|of|about|around|roughly|approximately|by|another|add|maybe|takes?|say|after) )"
    r"(?P<low>\d+(?:\.\d+)? (?:(?:to|or) |[a-z]+ or ))$"
)


class _Grammar(NamedTuple):
    """The grammar of durations in a language."""

    amounts: Amounts
    units: Mapping[str, int]
    amount: re.Pattern[str]
    joint: re.Pattern[str]
    bare: re.Pattern[str]
    """A number without a unit behind a duration."""


@cache
def _grammar(language: str) -> _Grammar:
    table, amount = table_of(language), amounts(language)
    units = {**TABLES["en"].units, **table.units}
    unit = rf"(?P<unit>{any_of(units)})(?!\w)"
    one = table.articles or "1"
    conjunction = table.conjunction or "(?!)"
    more = rf"(?: (?:{table.additional}))?" if table.additional else ""
    pattern = (
        rf"(?<!\S)(?P<minus>{amount.sign})?(?:(?P<amount>{amount.pattern})(?: of)?(?: an?)?{more}"
        rf"|(?P<couple>a couple(?: of)?{more})|(?P<one>(?:{one})(?: whole| full)?{more}))? ?{unit}(?:'s(?= time))?"
        rf"(?: {conjunction} (?P<tail>{amount.part})(?! (?:of )?(?:{any_of(units)}|an?)(?!\w)))?(?!\S)"
    )
    bare = re.compile(rf"(?: {conjunction})? (?P<bare>\d{{1,2}}){_GOES_ON}")
    return _Grammar(amount, units, re.compile(pattern), re.compile(rf"(?: {conjunction})? "), bare)


def find_durations(text: str, language: str = "en") -> Iterator[DurationSpan]:
    """Yield `an hour and a half`, `90 seconds`, `1 hour 30`, `minus 5 minutes`, the longest at each place.

    What is said as a length and is none, `5 or 10 minutes`, is an `Impossible`.
    """
    grammar = _grammar(language)
    for dense in (*_DENSE.finditer(text), *_MINUTES.finditer(text)):
        parts = dense.groupdict()
        length = timedelta(hours=int(parts.get("h") or 0), minutes=int(parts["m"]), seconds=int(parts["s"] or 0))
        yield DurationSpan(*dense.span(), length)
    position = 0
    while first := grammar.amount.search(text, position):
        if first.group().strip() == first["unit"]:
            position = first.end()
            continue
        seconds, position = _run(first, text, grammar)
        if spread := _BEFORE_RANGE.search(text[: first.start()]):
            reason = Impossible(f"“{text[spread.start('low') : position]}” is not one length of time.")
            yield DurationSpan(spread.start("low"), position, reason)
        elif isinstance(seconds, Impossible):
            yield DurationSpan(first.start(), position, seconds)
        elif abs(seconds) > _LONGEST:
            yield DurationSpan(first.start(), position, Impossible("That is too long a time for me."))
        else:
            yield DurationSpan(first.start(), position, timedelta(seconds=seconds))


def _run(first: re.Match[str], text: str, grammar: _Grammar) -> tuple[float | Impossible, int]:
    """Return the seconds of an amount and those that follow it, and where the last of them ends."""
    total, end, last = _seconds(first, grammar), first.end(), first
    while joint := grammar.joint.match(text, end):
        more = grammar.amount.match(text, joint.end())
        if not more or more["minus"] or not (more["amount"] or more["one"]):
            break
        if grammar.units[more["unit"]] == grammar.units[last["unit"]]:
            break  # 5 minutes and 10 minutes are two lengths
        total, end, last = _sum(total, _seconds(more, grammar)), more.end(), more
    unit = grammar.units[last["unit"]]
    bare = grammar.bare.match(text, end) if unit in _SMALLER and not last["tail"] else None
    if bare and int(bare["bare"]) < 60:
        total, end = _sum(total, int(bare["bare"]) * _SMALLER[unit]), bare.end()
    if first["minus"] and not isinstance(total, Impossible):
        total = -total
    return total, end


def _sum(left: float | Impossible, right: float | Impossible) -> float | Impossible:
    if isinstance(left, Impossible):
        return left
    return right if isinstance(right, Impossible) else left + right


def _seconds(match: re.Match[str], grammar: _Grammar) -> float | Impossible:
    """Return the seconds of one amount of one unit, its sign left out."""
    count = 2 if match["couple"] else grammar.amounts.value(match["amount"]) if match["amount"] else 1
    total = _sum(count, grammar.amounts.value(match["tail"])) if match["tail"] else count
    if isinstance(total, Impossible):
        return total
    return min(total, _LONGEST + 1.0) * grammar.units[match["unit"]]
