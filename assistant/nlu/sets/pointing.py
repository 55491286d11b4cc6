"""Words of a sentence that only point to others in it, written out: `two timers, one for 5 minutes and one for 12`."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from functools import cache

from assistant.language import entities
from assistant.language.numbers import any_of
from assistant.language.tables import table_of
from assistant.language.tables.follow_ups.pointing_words import PointingWords
from assistant.language.text import JOINTS
from assistant.nlu.query import Query


def written_out(query: Query) -> Query:
    """Return a sentence with the words that it only points to: things that are counted, units, the day after.

    `Set two timers, one for 5 minutes and one for 12` is `set a timer for 5 minutes and a timer for 12 minutes`.
    """
    language, joints = query.language, JOINTS.get(query.language[:2], "")
    words = table_of(language).pointing
    if words is None or not re.search(rf",|\b(?:{joints})\b", query.text):
        return query
    text = _with_nouns(_with_things(query.text, words), language)
    text = _with_units(_with_ones(_with_another(text, words), words), language, words)
    text = _with_shared_day(_with_days(text, query.now, language), query.now, language, words)
    return query if text == query.text else query.with_text(text)


def _with_things(text: str, words: PointingWords) -> str:
    """Write `a timer` for each `one` behind `two timers`."""
    if (several := words.several.search(text)) is None:
        return text
    article = words.articles[bool(words.vowel.match(several["thing"]))]
    return text[: several.start()] + words.each.sub(f"{article} {several['thing']}", text[several.end() :])


def _with_nouns(text: str, language: str) -> str:
    """Write `a ten minute timer` for `a ten minute one` behind `a five minute timer`."""
    first = _unit_nouns(language).search(text)
    if first is None or f"{first['unit']} one" not in text:
        return text
    return text[: first.end()] + text[first.end() :].replace(f"{first['unit']} one", first.group())


def _with_another(text: str, words: PointingWords) -> str:
    """Write `a timer` for `another` behind `a ten minute timer`."""
    if (first := words.first.search(text)) is None:
        return text
    article = words.articles[bool(words.vowel.match(first.group()))]
    return text[: first.end()] + words.another.sub(f"{article} {first.group()}", text[first.end() :])


def _with_ones(text: str, words: PointingWords) -> str:
    """Write `the kitchen lamp` for `the kitchen one` behind `the bedroom lamp`, and the plural for `ones`."""
    one = words.one.search(text)
    nouns = [match["noun"] for match in words.thing.finditer(text, 0, one.start())] if one else []
    if one is None or not nouns:
        return text
    noun = nouns[-1].removesuffix("s")
    behind = words.one.sub(lambda match: f"{match['lead']} {noun}{'s' if match['many'] else ''}", text[one.start() :])
    return text[: one.start()] + behind


@cache
def _unit_nouns(language: str) -> re.Pattern[str]:
    return re.compile(rf"\b(?P<unit>{any_of(table_of(language).units)}) (?!one\b)(?P<noun>[a-z]+)\b", re.IGNORECASE)


@cache
def _lengths(language: str, words: PointingWords) -> tuple[re.Pattern[str], re.Pattern[str]]:
    """Return the patterns of a length behind a small word, and of a number behind one that may lack its unit."""
    table = table_of(language)
    number = rf"(?:\d+|(?:{any_of(table.counts)})(?:[ -](?:{any_of(table.counts)}))?)"
    units = any_of(table.units)
    behind = rf"(?=$|[,;.!?]| (?:{words.behind_number})\b)"
    whole = re.compile(
        rf"(?:\b(?P<lead>{words.before_length}) (?:an? )?|^){number}[ -](?P<unit>{units})\b",
        re.IGNORECASE,
    )
    bare = re.compile(rf"\b(?P<lead>{words.before_number}) {number}(?! (?:{units})\b){behind}", re.IGNORECASE)
    return whole, bare


def _with_units(text: str, language: str, words: PointingWords) -> str:
    """Write the unit of the first length behind a number of a later clause that has none: `in ten minutes`, `in 20`."""
    whole, bare = _lengths(language, words)
    if (first := whole.search(text)) is None:
        return text
    unit = first["unit"] if first["unit"].endswith("s") else f"{first['unit']}s"
    joint = re.search(rf",|\b(?:{JOINTS.get(language[:2], '')})\b", text[first.end() :])
    if joint is None:
        return text
    start = first.end() + joint.start()

    def with_unit(match: re.Match[str]) -> str:
        is_item = match["lead"].casefold() == table_of(language).conjunction and not re.match(
            rf" (?:{words.behind_item})\b", match.string[match.end() :]
        )
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


def _with_shared_day(text: str, now: datetime, language: str, words: PointingWords) -> str:
    """Write the only day of a sentence beside its other hour: `tomorrow at nine to ... and at ten to ...`."""
    if (later := words.later_hour.search(text)) is None:
        return text
    first, second = text[: later.end()], text[later.end() :].rstrip(" .!")
    parts = [tuple(part.replace(",", "").split()) for part in (first, second)]
    days, others = (_longest(entities.find("date", part, now, language)) for part in parts)
    if not all(entities.find("time", part, now, language) for part in parts):
        return text
    begins_with_hour, lead = second.startswith(f"{words.at} "), f" {words.at} "
    if len(days) == 1 and not others:
        day = " ".join(parts[0][days[0].start : days[0].end])
    elif len(others) == 1 and not days and others[0].end == len(parts[1]) and lead in first:
        day, second = " ".join(parts[1][others[0].start :]), " ".join(parts[1][: others[0].start])
        first = first.replace(lead, f" {day}{lead}", 1)
    else:
        return text
    return f"{first}{day} {second}" if begins_with_hour else f"{first}{second} {day}"


def _longest(spans: Sequence[entities.Span]) -> Sequence[entities.Span]:
    """Return the spans that stand in no other."""
    return [
        span for span in spans if not any(o is not span and o.start <= span.start and span.end <= o.end for o in spans)
    ]
