"""Recurrences: words become a rule of RFC 5545, and a rule has a first moment."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

import pytest

from assistant.language.numbers import in_digits
from assistant.nlu.operators.recurrence import find_recurrences, first_moment, interval

NOW = datetime(2026, 11, 27, 11, 35)  # a Friday
WORKDAYS = "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR"


def found(text: str, language: str = "en") -> list[tuple[str, str]]:
    digits = in_digits(text.casefold(), language)
    return [(digits[item.start : item.end], item.rule) for item in find_recurrences(digits, language, NOW.date())]


@pytest.mark.parametrize(
    ("words", "rule"),
    [
        ("every day", "FREQ=DAILY"),
        ("each evening", "FREQ=DAILY"),
        ("every single night", "FREQ=DAILY"),
        ("every other day", "FREQ=DAILY;INTERVAL=2"),
        ("every third day", "FREQ=DAILY;INTERVAL=3"),
        ("every 2 weeks", "FREQ=WEEKLY;INTERVAL=2"),
        ("every week on tuesday", "FREQ=WEEKLY;BYDAY=TU"),
        ("every weekday", WORKDAYS),
        ("on weekdays", WORKDAYS),
        ("for weekdays", WORKDAYS),
        ("monday to friday", WORKDAYS),
        ("from monday through friday", WORKDAYS),
        ("friday to monday", "FREQ=WEEKLY;BYDAY=FR,SA,SU,MO"),
        ("on the weekends", "FREQ=WEEKLY;BYDAY=SA,SU"),
        ("every weekend", "FREQ=WEEKLY;BYDAY=SA,SU"),
        ("on mondays", "FREQ=WEEKLY;BYDAY=MO"),
        ("on mondays and thursdays", "FREQ=WEEKLY;BYDAY=MO,TH"),
        ("every monday wednesday and friday", "FREQ=WEEKLY;BYDAY=MO,WE,FR"),
        ("every other friday", "FREQ=WEEKLY;INTERVAL=2;BYDAY=FR"),
        ("every weekday morning", WORKDAYS),
        ("on sunday evenings", "FREQ=WEEKLY;BYDAY=SU"),
        ("in the mornings", "FREQ=DAILY"),
        ("every hour", "FREQ=HOURLY"),
        ("every 2 hours", "FREQ=HOURLY;INTERVAL=2"),
        ("every half hour", "FREQ=MINUTELY;INTERVAL=30"),
        ("every 20 minutes", "FREQ=MINUTELY;INTERVAL=20"),
        ("every hour and a half", "FREQ=MINUTELY;INTERVAL=90"),
        ("every month", "FREQ=MONTHLY"),
        ("on the first of every month", "FREQ=MONTHLY;BYMONTHDAY=1"),
        ("on the 15th day of each month", "FREQ=MONTHLY;BYMONTHDAY=15"),
        ("every month on the 3rd", "FREQ=MONTHLY;BYMONTHDAY=3"),
        ("on the last day of the month", "FREQ=MONTHLY;BYMONTHDAY=-1"),
        ("on the first monday of every month", "FREQ=MONTHLY;BYDAY=1MO"),
        ("on the last friday of each month", "FREQ=MONTHLY;BYDAY=-1FR"),
        ("every 3rd of may", "FREQ=YEARLY;BYMONTH=5;BYMONTHDAY=3"),
        ("every christmas", "FREQ=YEARLY;BYMONTH=12;BYMONTHDAY=25"),
        ("daily", "FREQ=DAILY"),
        ("once a week", "FREQ=WEEKLY"),
    ],
)
def test_words_become_a_rule(words, rule):
    assert found(f"do it {words} please") == [(in_digits(words), rule)]


@pytest.mark.parametrize(
    "text", ["turn off every light", "every breath you take", "in every room", "on monday", "the sun lamp", "this week"]
)
def test_other_words_are_no_recurrence(text):
    assert found(text) == []


@pytest.mark.parametrize(
    ("words", "rule"),
    [
        ("jeden Abend", "FREQ=DAILY"),
        ("jeden Montag und Freitag", "FREQ=WEEKLY;BYDAY=MO,FR"),
        ("montags", "FREQ=WEEKLY;BYDAY=MO"),
        ("werktags", WORKDAYS),
        ("täglich", "FREQ=DAILY"),
    ],
)
def test_german_words_do(words, rule):
    assert found(words, "de") == [(words.casefold(), rule)]


def test_a_language_without_words_has_none():
    assert found("every day", "xx") == []


@pytest.mark.parametrize(
    ("rule", "clock", "first"),
    [
        ("FREQ=DAILY", time(12), "2026-11-27 12:00"),
        ("FREQ=DAILY", time(11), "2026-11-28 11:00"),
        (WORKDAYS, time(7), "2026-11-30 07:00"),
        ("FREQ=WEEKLY;BYDAY=FR", time(6), "2026-12-04 06:00"),
        ("FREQ=WEEKLY;BYDAY=SA,SU", time(6, 30), "2026-11-28 06:30"),
        ("FREQ=MONTHLY;BYMONTHDAY=1", time(9), "2026-12-01 09:00"),
        ("FREQ=MONTHLY;BYMONTHDAY=-1", time(9), "2026-11-30 09:00"),
        ("FREQ=MONTHLY;BYMONTHDAY=31", time(9), "2026-12-31 09:00"),
        ("FREQ=MONTHLY;BYDAY=1MO", time(9), "2026-12-07 09:00"),
        ("FREQ=MONTHLY;BYDAY=-1FR", time(9), "2026-12-25 09:00"),
        ("FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=29", time(9), "2028-02-29 09:00"),
        ("FREQ=HOURLY;INTERVAL=2", time(9), "2026-11-27 13:35"),
    ],
)
def test_the_first_moment_of_a_rule_lies_ahead(rule, clock, first):
    assert first_moment(rule, clock, NOW) == datetime.fromisoformat(first)


def test_a_rule_may_begin_on_a_later_day():
    assert first_moment("FREQ=DAILY", time(7), NOW, date(2026, 12, 24)) == datetime(2026, 12, 24, 7)


def test_a_day_that_never_comes_has_no_first_moment():
    assert first_moment("FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30", time(9), NOW) is None


def test_only_short_rules_have_a_fixed_interval():
    assert interval("FREQ=MINUTELY;INTERVAL=20") == timedelta(minutes=20)
    assert interval("FREQ=DAILY") is None
