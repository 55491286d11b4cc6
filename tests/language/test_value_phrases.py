"""Value phrases as people say them and as a recogniser writes them, with what they are worth, English and German.

`None` is a refusal: no value at all, never a part of one. `SECOND` was written after everything in `FIRST` was right.
"""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

import pytest

from assistant.language.entities import parse

NOW = datetime(2026, 11, 27, 11, 35)  # a Friday

FIRST = {
    "en": {
        "number": {
            "twenty-one": 21, "2/3": 2 / 3, "minus two": -2, "three and a half": 3.5, "$5": 5, "€20": 20, "−4": -4,
        },
        "percent": {
            "two thirds": 67, "a quarter": 25, "half way": 50, "halfway": 50, "max": 100, "the maximum": 100,
            "full": 100, "minimum": 1, "5%": 5, "a fifth": 20, "three quarters of the way": 75,
        },
        "duration": {
            "an hour twenty": 4800, "one and three quarter hours": 6300, "ninety seconds": 90,
            "a minute and a half": 90, "half a day": 43200, "hour and a half": 5400, "a fortnight": 1209600,
            "a couple of hours": 7200, "a few minutes": None, "twenty-five minutes": 1500, "an hour or so": 3600,
            "five more minutes": 300, "three-quarters of an hour": 2700, "30-40 minutes": None,
        },
        "time": {
            "half seven": "07:30", "half-past seven": "07:30", "quarter to eight": "07:45", "twenty to eight": "07:40",
            "seven thirty": "07:30", "oh six hundred": "06:00", "six fifteen in the morning": "06:15", "7.30": "07:30",
            "7 30": "07:30", "six-thirty": "06:30", "seven in the evening": "19:00", "lunchtime": "12:00",
            "eight o'clock sharp": "08:00",
        },
        "date": {
            "the friday after this one": "2026-12-04", "the friday after next": "2026-12-11",
            "a week on tuesday": "2026-12-08", "a week tomorrow": "2026-12-05", "next weekend": "2026-12-05",
            "at the weekend": "2026-11-28", "the 3rd": "2026-12-03", "the end of the month": "2026-11-30",
            "in a fortnight": "2026-12-11", "a fortnight ago": "2026-11-13", "the 15th of next month": "2026-12-15",
            "the first of next month": "2026-12-01", "since tuesday": "2026-11-24", "in three days' time": "2026-11-30",
            "the last day of the year": "2026-12-31", "monday next week": "2026-11-30",
        },
        "datetime": {
            "first thing tomorrow": "2026-11-28T08:00", "first thing in the morning": "2026-11-28T08:00",
            "at lunchtime": "2026-11-27T12:00", "ten past": "2026-11-27T12:10", "at half past": "2026-11-27T12:30",
            "tomorrow at six": "2026-11-28T06:00", "today at 8": "2026-11-27T20:00", "at 2": "2026-11-27T14:00",
            "at 11:30": "2026-11-27T23:30", "this time tomorrow": "2026-11-28T11:35",
            "in an hour twenty": "2026-11-27T12:55", "in an hour's time": "2026-11-27T12:35",
            "ten minutes ago": "2026-11-27T11:25", "a week on tuesday at 3 pm": "2026-12-08T15:00",
        },
        "morning": {
            "six": "2026-11-28T06:00", "half past six": "2026-11-28T06:30", "tomorrow at six": "2026-11-28T06:00",
            "quarter to seven tomorrow": "2026-11-28T06:45", "quarter to one": "2026-11-27T12:45",
            "8 tonight": "2026-11-27T20:00", "6 pm": "2026-11-27T18:00", "monday at five": "2026-11-30T05:00",
        },
    },
    "de": {
        "number": {"zwei Komma fünf": 2.5, "minus drei": -3, "2,5": 2.5},
        "percent": {"zwei Drittel": 67, "drei Viertel": 75, "die Hälfte": 50, "maximal": 100},
        "duration": {
            "anderthalb Stunden": 5400, "zweieinhalb Minuten": 150, "eine Viertelstunde": 900,
            "eine Stunde zwanzig": 4800,
        },
        "time": {
            "halb sieben": "06:30", "Viertel nach acht": "08:15", "zwanzig vor acht": "07:40",
            "fünf nach halb sieben": "06:35", "sieben Uhr dreißig": "07:30", "acht Uhr abends": "20:00",
        },
        "date": {"übermorgen": "2026-11-29", "am 3. Dezember": "2026-12-03", "heute in einer Woche": "2026-12-04"},
        "datetime": {"morgen früh um sechs": "2026-11-28T06:00", "in anderthalb Stunden": "2026-11-27T13:05"},
    },
}  # fmt: skip

SECOND = {
    "en": {
        "number": {
            "forty-two": 42,
            "3/8": 3 / 8,
            "negative eleven": -11,
            "five and a quarter": 5.25,
            "£12.50": 12.5,
            "2,750": 2750,
            "nineteen point five": 19.5,
        },
        "percent": {
            "one quarter": 25,
            "four fifths": 80,
            "the max": 100,
            "highest": 100,
            "the lowest": 1,
            "full blast": 100,
            "a tenth": 10,
            "half of the way": 50,
            "two-thirds": 67,
            "thirty-five percent": 35,
            "7.5%": 7.5,
        },
        "duration": {
            "an hour forty": 6000,
            "two hours ten": 7800,
            "three and a half minutes": 210,
            "a day and a half": 129600,
            "half a minute": 30,
            "an hour and a quarter": 4500,
            "a quarter hour": 900,
            "two fortnights": 2419200,
            "ten extra minutes": 600,
            "an additional hour": 3600,
            "several minutes": None,
            "two to three hours": None,
            "forty-five seconds": 45,
            "about half an hour": 1800,
            "one and a quarter hours": 4500,
            "a week and a day": 691200,
        },
        "time": {
            "half nine": "09:30",
            "half-past four": "04:30",
            "quarter of six": "05:45",
            "ten to three": "02:50",
            "twenty-five past nine": "09:25",
            "nine forty-five pm": "21:45",
            "oh seven hundred": "07:00",
            "19.45": "19:45",
            "9 15": "09:15",
            "six on the dot": "06:00",
            "midday": "12:00",
            "five thirty in the afternoon": "17:30",
            "quarter past midnight": "00:15",
        },
        "date": {
            "the tuesday after next": "2026-12-08",
            "tuesday after this": "2026-12-08",
            "two weeks on monday": "2026-12-14",
            "a fortnight from sunday": "2026-12-13",
            "a week today": "2026-12-04",
            "tomorrow week": "2026-12-05",
            "this weekend": "2026-11-28",
            "over the weekend": "2026-11-28",
            "the weekend after next": "2026-12-12",
            "last weekend": "2026-11-21",
            "the beginning of next month": "2026-12-01",
            "the end of the year": "2026-12-31",
            "the 20th of this month": "2026-11-20",
            "the 1st of the month": "2026-12-01",
            "wednesday of next week": "2026-12-02",
            "next week on thursday": "2026-12-03",
            "five weeks ago": "2026-10-23",
            "in six days time": "2026-12-03",
            "until the 9th": "2026-12-09",
            "since last month": "2026-10-01",
        },
        "datetime": {
            "first thing on monday": "2026-11-30T08:00",
            "first thing tomorrow morning": "2026-11-28T08:00",
            "tomorrow lunchtime": "2026-11-28T12:00",
            "quarter past": "2026-11-27T12:15",
            "at ten to": "2026-11-27T11:50",
            "this evening at 8": "2026-11-27T20:00",
            "at one": "2026-11-27T13:00",
            "at 5": "2026-11-27T17:00",
            "at eleven": "2026-11-27T23:00",
            "same time tomorrow": "2026-11-28T11:35",
            "in two hours' time": "2026-11-27T13:35",
            "an hour and a half ago": "2026-11-27T10:05",
            "a week tomorrow at noon": "2026-12-05T12:00",
            "the end of the month at 9 am": "2026-11-30T09:00",
            "friday night at nine": "2026-12-04T21:00",
            "around half past four": "2026-11-27T16:30",
            "tomorrow at seven sharp": "2026-11-28T07:00",
        },
        "morning": {
            "seven": "2026-11-28T07:00",
            "9": "2026-11-28T09:00",
            "twenty to six": "2026-11-28T05:40",
            "half five tomorrow": "2026-11-28T05:30",
            "noon": "2026-11-27T12:00",
            "tomorrow at one": "2026-11-28T13:00",
            "tuesday at six in the evening": "2026-12-01T18:00",
            "ten tonight": "2026-11-27T22:00",
            "6:45 on sunday": "2026-11-29T06:45",
        },
    },
    "de": {
        "number": {"fünf Komma fünf": 5.5, "minus zwölf": -12},
        "percent": {"ein Drittel": 33, "ein Viertel": 25, "die halbe": 50, "voll": 100, "30 Prozent": 30},
        "duration": {
            "eineinhalb Stunden": 5400,
            "eine Dreiviertelstunde": 2700,
            "noch fünf Minuten": None,
            "zwei Stunden dreißig": 9000,
            "fünf weitere Minuten": 300,
        },
        "time": {
            "Viertel vor neun": "08:45",
            "fünf vor halb acht": "07:25",
            "dreiviertel acht": "07:45",
            "19 Uhr 15": "19:15",
            "Mitternacht": "00:00",
            "6 Uhr morgens": "06:00",
            "halb acht abends": "19:30",
        },
        "date": {
            "nächsten Montag": "2026-11-30",
            "Dienstag in einer Woche": "2026-12-08",
            "in zwei Wochen": "2026-12-11",
            "am ersten Mai": "2027-05-01",
            "am Wochenende": "2026-11-28",
        },
        "datetime": {
            "morgen um halb sieben": "2026-11-28T06:30",
            "heute Abend um acht": "2026-11-27T20:00",
            "in einer Viertelstunde": "2026-11-27T11:50",
            "morgen Mittag": "2026-11-28T12:00",
            "am Montag um 9 Uhr": "2026-11-30T09:00",
        },
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
        case "datetime" | "morning", str():
            return datetime.fromisoformat(value)
    return pytest.approx(value)


def rows(table):
    return [
        pytest.param(language, kind, text, worth(kind, value), id=f"{language} {kind}: {text}")
        for language, kinds in table.items()
        for kind, phrases in kinds.items()
        for text, value in phrases.items()
    ]


@pytest.mark.parametrize(("language", "kind", "text", "value"), rows(FIRST))
def test_a_value_is_read_whole_or_not_at_all(language, kind, text, value):
    assert parse(kind, text, NOW, language) == value


@pytest.mark.parametrize(("language", "kind", "text", "value"), rows(SECOND))
def test_so_is_its_like_of_another_kind(language, kind, text, value):
    assert parse(kind, text, NOW, language) == value
