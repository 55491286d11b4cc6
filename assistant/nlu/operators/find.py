"""The operators that may stand in a sentence: moments, lengths of time, ends, recurrences and conditions."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta
from functools import cache
from itertools import pairwise
from typing import Literal, NamedTuple, TypeAlias

from assistant.language.durations import find_durations
from assistant.language.tables import table_of
from assistant.language.tables.operators import operators_of
from assistant.language.times import find_clocks
from assistant.nlu.operators.recurrence import Recurrence, find_recurrences, interval
from assistant.nlu.operators.sentence_words import SentenceWords, Stretch
from assistant.nlu.query import Query
from assistant.values import Impossible

OperatorKind: TypeAlias = Literal["moment", "length", "end", "recurrence", "condition", "other"]


_NUMBER = re.compile(r" \d{1,4}$")
"""What may be a clock time without its sign, and may count something: `for 230`."""
_AMOUNT = re.compile(r"(?:by|from) \d{1,2}")
"""What is one step behind a way, `down by 2`, and a clock time elsewhere."""


class Days(NamedTuple):
    """The days in which a recurrence runs."""

    first: date
    last: date


class Operator(NamedTuple):
    """Some words of a sentence, as far as they say when something is wanted."""

    kind: OperatorKind
    stretch: Stretch
    value: datetime | date | timedelta | Days | Recurrence | Impossible | None = None
    is_delay: bool = False
    """True of a moment that is so long from now."""
    follows: bool = False
    """True of a condition that begins the sentence and whose end is a guess."""

    def overlaps(self, other: Stretch) -> bool:
        """True if a word is in both."""
        return self.stretch[0] < other[1] and other[0] < self.stretch[1]


@cache
def _before(words: str) -> re.Pattern[str]:
    """Match the end of a text that one of the words ends, with a word of measure behind it."""
    return re.compile(rf"(?<!\S)(?:{words or '(?!)'})(?: (?:about|around|exactly|just|only|roughly|maybe))* $")


def conditions(wording: SentenceWords, query: Query) -> Iterator[Operator]:
    """Yield the conditions that may begin or end a sentence, the likeliest first."""
    words, text = operators_of(query.language), " ".join(wording.words).casefold()
    clause = rf"(?:{words.condition})(?= \S)|(?P<loose>{words.loose_condition or '(?!)'})(?= (?:{words.subject})(?!\S))"
    if not words.condition:
        return
    for match in re.finditer(rf"(?<!\S)(?:(?P<event>{words.event or '(?!)'})(?!\S)|(?:{clause}))", text):
        start, rest = text[: match.start()].count(" "), text[match.start() :]
        moments = times(wording, query)
        if any(item.stretch[0] < start < item.stretch[1] for item in moments):
            continue  # tomorrow after lunch at two
        if not match["event"] and any(item.stretch[0] == start for item in moments):
            continue  # after an hour, when it is five
        if words.courtesy and re.fullmatch(words.courtesy, rest):
            return
        if match["event"]:
            yield Operator("condition", (start, start + match["event"].count(" ") + 1))
            continue
        begins = wording.begins(start)
        if not begins and (early := _clause_end(wording, start)):
            yield Operator("condition", (start, early))
        if not begins:
            yield Operator("condition", (start, len(wording.words)))
        else:
            yield from _leading(wording, start, words.questions)


def _leading(wording: SentenceWords, start: int, questions: frozenset[str]) -> Iterator[Operator]:
    """Yield the clauses that may begin a sentence: up to a comma, else up to each word in turn."""
    last = len(wording.words)
    if wording.words[start + 1].casefold() in questions:  # when is my alarm
        return
    if end := _clause_end(wording, start):
        yield Operator("condition", (start, end))
    else:
        yield from (Operator("condition", (start, end), follows=True) for end in range(start + 2, last))


def _clause_end(wording: SentenceWords, start: int) -> int:
    """Return the word behind a clause that a comma ends before the sentence does, or 0."""
    places = range(start + 1, len(wording.words) - 1)
    return next((place + 1 for place in places if wording.ends_clause(place)), 0)


def recurrences(wording: SentenceWords, query: Query) -> Iterator[Operator]:
    """Yield the recurrences in a sentence."""
    for item in find_recurrences(wording.text, query.language, query.now.date()):
        if stretch := wording.stretch(item.start, item.end):
            yield Operator("recurrence", stretch, item)


def bounds(operator: Operator, wording: SentenceWords, query: Query) -> Iterator[Operator]:
    """Yield the ends of a recurrence: `until friday`, `this week` beside it; that of less than a day `until six` too.

    The clock time at which a daily one ends is that of its effect.
    """
    words, recurrence = operators_of(query.language), operator.value
    is_short = isinstance(recurrence, Recurrence) and interval(recurrence.rule) is not None
    beside = [operator, *(item for item in times(wording, query) if not item.overlaps(operator.stretch))]
    for item in beside[1:]:
        has_clock = any(find_clocks(wording.text_of(item.stretch)))
        if item.kind == "end" and isinstance(item.value, datetime) and (is_short or not has_clock):
            yield item if has_clock else item._replace(value=item.value.date())
        is_beside = not {*item.stretch}.isdisjoint(operator.stretch)
        if is_beside and isinstance(item.value, timedelta) and item.value >= timedelta(days=1):
            yield item._replace(kind="end", value=(query.now + item.value).date())
    edges = {edge for item in beside for edge in item.stretch}
    for match in re.finditer(rf"(?<!\S)(?:{words.within or '(?!)'})(?!\S)", wording.text):
        if (stretch := wording.stretch(*match.span())) and not edges.isdisjoint(stretch):
            yield Operator("end", stretch, _days_of(match.lastgroup or "", query.now.date()))


def _days_of(period: str, today: date) -> date | Days:
    """Return the last day of this `week` or `month`, else today; both ends of a `next_` one."""
    next_month = (today.replace(day=1) + timedelta(days=32)).replace(day=1)
    match period:
        case "week":
            return today + timedelta(days=6 - today.weekday())
        case "month":
            return next_month - timedelta(days=1)
        case "next_week":
            monday = today + timedelta(days=7 - today.weekday())
            return Days(monday, monday + timedelta(days=6))
        case "next_month":
            return Days(next_month, (next_month + timedelta(days=32)).replace(day=1) - timedelta(days=1))
    return today


def times(wording: SentenceWords, query: Query) -> tuple[Operator, ...]:
    """Return the moments, lengths of time and ends in a sentence, in their order, none within another."""
    operators = list[Operator]()
    for item in (*_lengths(wording, query), *_moments(wording, query)):
        if not any(map(item.overlaps, (operator.stretch for operator in operators))):
            operators.append(item)
    operators.sort(key=lambda operator: operator.stretch)
    words = operators_of(query.language)
    for place, (first, second) in enumerate(pairwise(operators), 1):
        if first.stretch[1] == second.stretch[0] and second.kind == "other":
            leads = wording.text_of(first.stretch).split()[0], wording.text_of(second.stretch).split()[0]
            operators[place] = second._replace(kind="end") if leads in words.spans else second
    return tuple(operator for operator in operators if operator.kind != "other")


def _lengths(wording: SentenceWords, query: Query) -> Iterator[Operator]:
    """Yield `in ten minutes` as a moment and `for ten minutes` as a length of time."""
    words, text = operators_of(query.language), wording.text
    for span in find_durations(text, query.language):
        behind = re.compile(rf" (?:{words.from_now or '(?!)'})(?!\S)").match(text, span.end)
        delay, lasting = (_before(lead).search(text, 0, span.start) for lead in (words.delay, words.lasting))
        lead = delay or lasting
        end = behind.end() if behind else span.end
        if not (lead or behind) or not (stretch := wording.stretch(lead.start() if lead else span.start, end)):
            continue
        if lasting and not behind and not delay:
            yield Operator("length", stretch, span.value)
        else:
            moment = span.value if isinstance(span.value, Impossible) else later(query.now, span.value)
            yield Operator("moment", stretch, moment, is_delay=True)


def later(now: datetime, length: timedelta) -> datetime:
    """Return the wall clock after a time: real hours, but the same hour where it is whole days."""
    if not length % timedelta(days=1):
        return now + length
    return datetime.fromtimestamp(now.timestamp() + length.total_seconds()).replace(microsecond=0)


def _moments(wording: SentenceWords, query: Query) -> Iterator[Operator]:
    """Yield clock times and days with the words before them, those that are no operator as `other`."""
    words = operators_of(query.language)
    if not words.moment:
        return
    until, moment, other = (
        re.compile(rf"(?:{lead}) ") for lead in (words.until, words.moment, f"{words.other_moment}|{words.lasting}")
    )
    bare = re.compile(rf"(?:{words.bare_moment})(?:\b.*)?")
    table = table_of(query.language)
    particles, ways = table.particles, table.follow_ups.ways
    for span in query.spans("datetime", wording.words):
        value = span.value
        if not isinstance(value, datetime | date | Impossible):
            continue
        stretch = _with_lead(wording, (span.start, span.end), f"{words.until}|{words.moment}|{words.other_moment}")
        first, _, behind = wording.text_of(stretch).partition(" ")
        if first in particles and until.match(behind):  # turn the fan on | until eleven
            stretch = stretch[0] + 1, stretch[1]
        text = wording.text_of(stretch)
        has_clock, is_other = any(find_clocks(text)), bool(other.match(text))
        is_amount = _AMOUNT.fullmatch(text) and any(ways.get(word.casefold()) for word in wording.words[: stretch[0]])
        if is_amount:
            yield Operator("other", stretch, value)
        elif until.match(text):
            yield Operator("end", stretch, value)
        elif (text.endswith("today") or is_other) if not has_clock else (is_other and not text.startswith("for ")):
            yield Operator("other", stretch, value)
        elif moment.match(text) or bare.fullmatch(text) or (text.startswith("for ") and not _NUMBER.search(text)):
            yield Operator("moment", stretch, value)


def _with_lead(wording: SentenceWords, stretch: Stretch, leads: str, longest: int = 3) -> Stretch:
    """Return some words with those before them that lead to them: `starting at | 8`."""
    start, end = stretch
    for size in range(longest, 0, -1):
        before = " ".join(wording.words[max(0, start - size) : start]).casefold()
        if before.count(" ") == size - 1 and before and re.fullmatch(leads, before):
            return start - size, end
    return stretch


def touches(operators: Sequence[Operator], wording: SentenceWords) -> bool:
    """True if each operator stands at the beginning or the end of a sentence, or beside one that does."""
    stretches = [operator.stretch for operator in operators]
    return all(wording.begins(start, stretches) or wording.ends(end, stretches) for start, end in stretches)


def awaits_command(query: Query) -> bool:
    """True of words for a time, or a condition, behind which the command must still come: `every day at seven`."""
    wording = SentenceWords(query)
    stretches = [item.stretch for item in (*recurrences(wording, query), *times(wording, query))]
    if stretches and wording.begins(len(wording.words), stretches):
        return True
    return any(item.stretch[0] == 0 for item in conditions(wording, query))
