"""What people say for a value, and what it is worth: numbers, shares, durations, times, days and moments.

`None` is a refusal: no value at all, never a part of one. `SECOND` was written together with `FIRST`, and left unread
until everything in `FIRST` was right.
"""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from types import NoneType

import pytest

from assistant.language.entities import parse

NOW = datetime(2026, 11, 23, 14, 10)  # a Monday

FIRST = {
    "number": {
        "2,5": 2.5,
        "1,500": 1500,
        "1,234,567": 1234567,
        "1,000.5": 1000.5,
        "one and three quarters": 1.75,
        "two and a half": 2.5,
        "two and a third": 7 / 3,
        "1/2": 0.5,
        "3/4": 0.75,
        "1 1/2": 1.5,
        "½": 0.5,
        "1½": 1.5,
        "2 ¼": 2.25,
        "three quarters": 0.75,
        "two thirds": 2 / 3,
        "minus 5": -5,
        "negative seven": -7,
        "-3.5": -3.5,
        "minus 18 degrees": -18,
        "a hundred": 100,
        "a thousand": 1000,
        "99999999999999999999": 99999999999999999999,
        "five no ten": 10,
        "10^25": None,
        "2d20": None,
        "a hundred and five": 105,
        "two dozen": 24,
    },
    "percent": {
        "two thirds": 67,
        "a third": 33,
        "three quarters": 75,
        "a quarter": 25,
        "1/2": 50,
        "half a percent": 0.5,
        "12,5 %": 12.5,
        "minus 5 percent": -5,
        "150": 150,
        "150%": 150,
    },
    "duration": {
        "2,5 minutes": 150,
        "one and three quarter hours": 6300,
        "1 hour 30": 5400,
        "an hour thirty": 5400,
        "two hours fifteen": 8100,
        "one hour and thirty": 5400,
        "an hour and twenty": 4800,
        "5 minutes 30": 330,
        "a hundred minutes": 6000,
        "½ hour": 1800,
        "1½ hours": 5400,
        "1 and a 1/2 hours": 5400,
        "1/2 hour": 1800,
        "three quarters of an hour": 2700,
        "an hour and three quarters": 6300,
        "two thirds of an hour": 2400,
        "1 h 5 m": 3900,
        "1h30": 5400,
        "5m": 300,
        "minus five minutes": -300,
        "-5 minutes": -300,
        "0 seconds": 0,
        "five no ten minutes": 600,
        "five minutes no ten minutes": 600,
        "ten to fifteen minutes": None,
        "5 or 10 minutes": None,
        "99999999999999 hours": None,
        "half a minute": 30,
        "two and a half minutes": 150,
    },
    "time": {
        "836pm": "20:36",
        "1015pm": "22:15",
        "1600": "16:00",
        "0905": "09:05",
        "sixteen hundred hours": "16:00",
        "half six": "06:30",
        "12 midnight": "00:00",
        "12 noon": "12:00",
        "quarter to one": "12:45",
        "ten to one": "12:50",
        "five past twelve": "12:05",
        "a quarter of five pm": "16:45",
        "8.30 pm": "20:30",
        "18h": "18:00",
        "18h30": "18:30",
        "8 thirty pm": "20:30",
        "12 at night": "00:00",
        "quarter to midnight": "23:45",
        "25 o'clock": None,
        "8:75": None,
        "13 am": None,
        "24:30": None,
    },
    "date": {
        "february 30": None,
        "april 31st": None,
        "the 32nd": None,
        "since 1 january": "2026-01-01",
        "since monday": "2026-11-16",
        "24.12.2026": "2026-12-24",
        "24/12/2026": "2026-12-24",
        "12/24/2026": "2026-12-24",
        "on 3/4/2027": None,
        "friday the 27th": "2026-11-27",
        "friday the 13th": "2027-08-13",
        "monday the 27th of november": None,
        "until friday": "2026-11-27",
        "a week ago": "2026-11-16",
    },
    "datetime": {
        "tonight at 12": "2026-11-24T00:00",
        "twelve tonight": "2026-11-24T00:00",
        "midnight tonight": "2026-11-24T00:00",
        "tonight at one": "2026-11-24T01:00",
        "12 midnight": "2026-11-24T00:00",
        "quarter to one": "2026-11-24T12:45",
        "february 30 at 8 am": None,
        "tomorrow at 25 o'clock": None,
        "in minus five minutes": None,
        "in one and three quarter hours": "2026-11-23T15:55",
        "in 1 hour 30": "2026-11-23T15:40",
        "7 no 8 am": "2026-11-24T08:00",
        "tomorrow at half six": "2026-11-24T06:30",
        "at 1600": "2026-11-23T16:00",
    },
}

SECOND = {
    "number": {
        "0,75": 0.75,
        "12,345": 12345,
        "10,5": 10.5,
        "seven and a quarter": 7.25,
        "four and two thirds": 14 / 3,
        "2/3": 2 / 3,
        "3 3/4": 3.75,
        "¾": 0.75,
        "3¾": 3.75,
        "a third": 1 / 3,
        "one third": 1 / 3,
        "three fifths": 0.6,
        "minus two and a half": -2.5,
        "-0.5": -0.5,
        "negative 40": -40,
        "a million": 1000000,
        "three dozen": 36,
        "half a dozen": 6,
        "six sorry seven": 7,
        "100000000000000000000000": 100000000000000000000000,
        "1e5": None,
        "5x": None,
        "v2": None,
        "minus a hundred": -100,
        "zero": 0,
        "1.234.567": None,
    },
    "percent": {
        "one third": 33,
        "a quarter percent": 0.25,
        "¾": 75,
        "three fifths": 60,
        "12.5 percent": 12.5,
        "33,3%": 33.3,
        "200 percent": 200,
        "-20%": -20,
        "a hundred percent": 100,
        "one hundred": 100,
    },
    "duration": {
        "0,5 hours": 1800,
        "7,25 minutes": 435,
        "two and a quarter hours": 8100,
        "two and three quarter hours": 9900,
        "3/4 hour": 2700,
        "3/4 of an hour": 2700,
        "2 1/2 minutes": 150,
        "¼ hour": 900,
        "an hour fifteen": 4500,
        "one hour and five": 3900,
        "three hours and forty five": 13500,
        "a minute thirty": 90,
        "10 minutes 15": 615,
        "2h 10m": 7800,
        "2h10m": 7800,
        "90s": 90,
        "1h 1m 1s": 3661,
        "a thousand seconds": 1000,
        "a hundred and twenty minutes": 7200,
        "negative ten seconds": -10,
        "minus an hour": -3600,
        "zero minutes": 0,
        "three or four hours": None,
        "five to ten minutes": None,
        "two hours sorry three hours": 10800,
        "two wait three hours": 10800,
        "a third of an hour": 1200,
        "an hour and a third": 4800,
        "two days and a half": 216000,
        "1:99 minutes": None,
    },
    "time": {
        "745am": "07:45",
        "1230pm": "12:30",
        "1230 am": "00:30",
        "0630": "06:30",
        "2359": "23:59",
        "at 1845": "18:45",
        "oh six hundred hours": "06:00",
        "nineteen hundred hours": "19:00",
        "half seven in the evening": "19:30",
        "half twelve": "12:30",
        "quarter past midnight": "00:15",
        "twelve midnight": "00:00",
        "twelve o'clock noon": "12:00",
        "five to one": "12:55",
        "twenty to one": "12:40",
        "quarter to one pm": "12:45",
        "ten of six pm": "17:50",
        "7h15": "07:15",
        "six thirty in the morning": "06:30",
        "9.05 am": "09:05",
        "26:00": None,
        "12:60": None,
        "15 am": None,
        "99 o'clock": None,
    },
    "date": {
        "june 31": None,
        "the 30th of february": None,
        "february 29 2027": None,
        "february 29 2028": "2028-02-29",
        "the 45th": None,
        "since christmas": "2025-12-25",
        "since the 1st of november": "2026-11-01",
        "since friday": "2026-11-20",
        "till sunday": "2026-11-29",
        "31.12.2026": "2026-12-31",
        "2/28/2027": "2027-02-28",
        "5/5/2027": "2027-05-05",
        "by 5/6": None,
        "wednesday the 25th": "2026-11-25",
        "tuesday december 1st": "2026-12-01",
        "sunday the 1st of december": None,
        "two days ago": "2026-11-21",
    },
    "datetime": {
        "midnight": "2026-11-24T00:00",
        "tonight at midnight": "2026-11-24T00:00",
        "tonight at two": "2026-11-24T02:00",
        "tonight at half ten": "2026-11-23T22:30",
        "ten to one": "2026-11-24T12:50",
        "tomorrow at 836pm": "2026-11-24T20:36",
        "june 31 at noon": None,
        "friday at 8:75": None,
        "in two and a quarter hours": "2026-11-23T16:25",
        "in an hour and twenty": "2026-11-23T15:30",
        "in 2,5 hours": "2026-11-23T16:40",
        "friday the 27th at 9 am": "2026-11-27T09:00",
        "monday no tuesday at 9 am": "2026-11-24T09:00",
        "by 1700": "2026-11-23T17:00",
        "tomorrow at quarter to one": "2026-11-24T12:45",
        "when it is five": "2026-11-23T17:00",
        "once it's half past six": "2026-11-23T18:30",
        "tomorrow's": "2026-11-24T09:00",
        "friday’s": "2026-11-27T09:00",
    },
}


def worth(kind: str, value: object) -> object:
    """Return a value as the parser gives it."""
    match kind, value:
        case _, None:
            return None
        case "duration", int():
            return timedelta(seconds=value)
        case "time", str():
            return time.fromisoformat(value)
        case "date", str():
            return date.fromisoformat(value)
        case "datetime", str():
            return datetime.fromisoformat(value)
    return value


def rows(table):
    return [pytest.param(kind, text, worth(kind, value), id=f"{kind}: {text}") for kind, phrases in table.items()
            for text, value in phrases.items()]  # fmt: skip


@pytest.mark.parametrize(("kind", "text", "value"), rows(FIRST))
def test_a_value_is_read_whole_or_refused(kind, text, value):
    found = parse(kind, text, NOW)
    assert isinstance(found, NoneType) if value is None else found == pytest.approx(value) if kind in (
        "number", "percent") else found == value  # fmt: skip


@pytest.mark.parametrize(("kind", "text", "value"), rows(SECOND))
def test_so_is_its_like(kind, text, value):
    test_a_value_is_read_whole_or_refused(kind, text, value)


ELSEWHERE = {
    "de": {
        "2,5 Minuten": 150, "zwei Stunden und dreißig Minuten": 9000, "eine halbe Stunde": 1800,
        "minus fünf Minuten": -300, "fünf nein zehn Minuten": 600, "1 Stunde 30": 5400,
    },
    "fr": {"deux heures et demie": 9000, "une heure et quart": 4500, "moins dix secondes": -10, "1,5 heures": 5400},
    "es": {"dos horas y media": 9000, "media hora": 1800, "tres días": 259200},
    "it": {"due ore e mezza": 9000, "mezza ora": 1800, "2,5 ore": 9000},
    "nl": {"een half uur": 1800, "twee en een half uur": 9000, "een kwart uur": 900},
    "pt": {"duas horas e meia": 9000, "meia hora": 1800, "dez minutos": 600},
}  # fmt: skip


@pytest.mark.parametrize(
    ("language", "text", "seconds"),
    [(language, text, seconds) for language, phrases in ELSEWHERE.items() for text, seconds in phrases.items()],
)
def test_durations_of_other_languages_have_the_same_grammar(language, text, seconds):
    assert parse("duration", text, NOW, language) == timedelta(seconds=seconds)
