"""Words of a sentence that only point to others in it, written out: `two timers, one for 5 minutes and one for 12`."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from functools import cache

from assistant.language import entities
from assistant.language.numbers import any_of
from assistant.language.tables import table_of
from assistant.language.text import JOINTS
from assistant.nlu.query import Query

_SEVERAL = re.compile(
    r"\b(?:two|three|four|five|[2-5]|a couple of) (?P<thing>\w{2,}?)s\b[,:;]? (?=(?:one|the first)(?: one)? )",
    re.IGNORECASE,
)
_EACH = re.compile(
    r"\b(?:one|another(?: one)?|the (?:first|second|third|fourth|other|last)(?: one)?)"
    r"(?= (?:for|at|called|named|of|in)\b)",
    re.IGNORECASE,
)
_FIRST = re.compile(r"\b(?:timer|alarm|reminder|countdown)\b", re.IGNORECASE)
_ANOTHER = re.compile(
    r"\b(?:another|a (?:second|third)|one more|(?<=and )one)(?: one)?(?= (?:for|at|in|of|to)\b)", re.IGNORECASE
)
_THING = re.compile(
    r"\b(?:the|my|our|a|an) (?:\w+ ){0,2}?(?P<noun>(?:light|lamp|blind|curtain|shutter|shade|fan|heater|radiator|door"
    r"|window|speaker|plug|timer|alarm)s?)\b",
    re.IGNORECASE,
)
_ONE = re.compile(r"\b(?P<lead>(?:the|my|our) \w+(?: room)?) one(?P<many>s)?\b", re.IGNORECASE)
_LATER_HOUR = re.compile(
    r"\band (?:then )?(?=at (?:(?:half|quarter) (?:past |to )?)?[\w:.]+(?: [ap]m)? (?:to|about|that) "
    r"|(?:to|about|that) (?:\w+ ){1,6}?at [\w:.]+(?: [ap]m)?[.!]?$)",
    re.IGNORECASE,
)
_VOWEL = re.compile(r"[aeiou]", re.IGNORECASE)


def written_out(query: Query) -> Query:
    """Return a sentence with the words that it only points to: things that are counted, units, the day after.

    `Set two timers, one for 5 minutes and one for 12` is `set a timer for 5 minutes and a timer for 12 minutes`.
    """
    language, joints = query.language, JOINTS.get(query.language[:2], "")
    if language[:2] != "en" or not re.search(rf",|\b(?:{joints})\b", query.text):
        return query
    text = _with_ones(_with_another(_with_nouns(_with_things(query.text), language)))
    text = _with_units(text, language)
    text = _with_shared_day(_with_days(text, query.now, language), query.now, language)
    return query if text == query.text else query.with_text(text)


def _with_things(text: str) -> str:
    """Write `a timer` for each `one` behind `two timers`."""
    if (several := _SEVERAL.search(text)) is None:
        return text
    article = "an" if _VOWEL.match(several["thing"]) else "a"
    return text[: several.start()] + _EACH.sub(f"{article} {several['thing']}", text[several.end() :])


def _with_nouns(text: str, language: str) -> str:
    """Write `a ten minute timer` for `a ten minute one` behind `a five minute timer`."""
    first = _unit_nouns(language).search(text)
    if first is None or f"{first['unit']} one" not in text:
        return text
    return text[: first.end()] + text[first.end() :].replace(f"{first['unit']} one", first.group())


def _with_another(text: str) -> str:
    """Write `a timer` for `another` behind `a ten minute timer`."""
    if (first := _FIRST.search(text)) is None:
        return text
    article = "an" if _VOWEL.match(first.group()) else "a"
    return text[: first.end()] + _ANOTHER.sub(f"{article} {first.group()}", text[first.end() :])


def _with_ones(text: str) -> str:
    """Write `the kitchen lamp` for `the kitchen one` behind `the bedroom lamp`, and the plural for `ones`."""
    one = _ONE.search(text)
    nouns = [match["noun"] for match in _THING.finditer(text, 0, one.start())] if one else []
    if one is None or not nouns:
        return text
    noun = nouns[-1].removesuffix("s")
    behind = _ONE.sub(lambda match: f"{match['lead']} {noun}{'s' if match['many'] else ''}", text[one.start() :])
    return text[: one.start()] + behind


@cache
def _unit_nouns(language: str) -> re.Pattern[str]:
    return re.compile(rf"\b(?P<unit>{any_of(table_of(language).units)}) (?!one\b)(?P<noun>[a-z]+)\b", re.IGNORECASE)


@cache
def _lengths(language: str) -> tuple[re.Pattern[str], re.Pattern[str]]:
    """Return the patterns of a length behind a small word, and of a number behind one that may lack its unit."""
    table = table_of(language)
    number = rf"(?:\d+|(?:{any_of(table.counts)})(?:[ -](?:{any_of(table.counts)}))?)"
    units = any_of(table.units)
    behind = r"(?=$|[,;.!?]| (?:and|then|the|my|to|for|on)\b)"
    whole = re.compile(
        rf"(?:\b(?P<lead>for|in|of|add|timer|give|set|start|an?) (?:an? )?|^){number}[ -](?P<unit>{units})\b",
        re.IGNORECASE,
    )
    bare = re.compile(rf"\b(?P<lead>for|in|of|and) {number}(?! (?:{units})\b){behind}", re.IGNORECASE)
    return whole, bare


def _with_units(text: str, language: str) -> str:
    """Write the unit of the first length behind a number of a later clause that has none: `in ten minutes`, `in 20`."""
    whole, bare = _lengths(language)
    if (first := whole.search(text)) is None:
        return text
    unit = first["unit"] if first["unit"].endswith("s") else f"{first['unit']}s"
    joint = re.search(rf",|\b(?:{JOINTS.get(language[:2], '')})\b", text[first.end() :])
    if joint is None:
        return text
    start = first.end() + joint.start()

    def with_unit(match: re.Match[str]) -> str:
        is_item = match["lead"].casefold() == "and" and not re.match(r" (?:to|for|on)\b", match.string[match.end() :])
        return match.group() if is_item else f"{match.group()} {unit}"

    return text[:start] + bare.sub(with_unit, text[start:])


def _with_days(text: str, now: datetime, language: str) -> str:
    """Write the day that is meant by `the day after` behind another day."""
    ways = table_of(language).follow_ups.next_days
    later = re.search(rf"\b(?:on )?(?:{ways})\b(?! tomorrow)", text, re.IGNORECASE) if ways else None
    if later is None:
        return text
    words = tuple(text[: later.start()].replace(",", "").split())
    days = [span.value for span in entities.find("date", words, now, language) if isinstance(span.value, date)]
    if not days:
        return text
    is_next = days[0] == now.date() + timedelta(days=1)
    day = "the day after tomorrow" if is_next else f"on {days[0] + timedelta(days=1):%Y-%m-%d}"
    return f"{text[: later.start()]}{day}{text[later.end() :]}"


def _with_shared_day(text: str, now: datetime, language: str) -> str:
    """Write the only day of a sentence beside a later hour without one: `tomorrow at nine to ... and at ten to ...`."""
    if (later := _LATER_HOUR.search(text)) is None:
        return text
    words = [tuple(part.replace(",", "").split()) for part in (text[: later.end()], text[later.end() :])]
    days, others = (_longest(entities.find("date", part, now, language)) for part in words)
    if len(days) != 1 or others or not all(entities.find("time", part, now, language) for part in words):
        return text
    day = " ".join(words[0][days[0].start : days[0].end])
    begins_with_hour = text.startswith("at ", later.end())
    return f"{text[: later.end()]}{day} {text[later.end() :]}" if begins_with_hour else f"{text.rstrip(' .!')} {day}"


def _longest(spans: Sequence[entities.Span]) -> Sequence[entities.Span]:
    """Return the spans that stand in no other."""
    return [
        span for span in spans if not any(o is not span and o.start <= span.start and span.end <= o.end for o in spans)
    ]
