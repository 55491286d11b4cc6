"""Recurrence: the next moment by a rule of RFC 5545, and the rule in words.

Moments are local, without a time zone, as the clock on the wall shows them: seven stays seven when the clocks change.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime

from assistant.errors import ActionError
from assistant.language import spoken

_UNITS = {
    "MINUTELY": "minute",
    "HOURLY": "hour",
    "DAILY": "day",
    "WEEKLY": "week",
    "MONTHLY": "month",
    "YEARLY": "year",
}
_DAYS = {"MO": "Monday", "TU": "Tuesday", "WE": "Wednesday", "TH": "Thursday", "FR": "Friday", "SA": "Saturday"}
_DAYS |= {"SU": "Sunday"}
_PLACES = {"1": "first", "2": "second", "3": "third", "4": "fourth", "-1": "last"}
_WEEKDAYS = {"MO", "TU", "WE", "TH", "FR"}


def at_clock(rule: str, begin: datetime, *, anew: bool = False) -> str:
    """Return a rule that names the time of day too, so that no change of the clocks moves it for good.

    A rule that names one keeps it, unless it is to be `anew` that of `begin`.

    >>> at_clock("FREQ=DAILY", datetime(2026, 11, 27, 7, 30))
    'FREQ=DAILY;BYHOUR=7;BYMINUTE=30;BYSECOND=0'
    >>> at_clock("FREQ=DAILY;BYHOUR=7;BYMINUTE=30;BYSECOND=0", datetime(2026, 11, 27, 8), anew=True)
    'FREQ=DAILY;BYHOUR=8;BYMINUTE=0;BYSECOND=0'
    """
    parts = _parts(rule)
    if parts.get("FREQ") in ("HOURLY", "MINUTELY") or ("BYHOUR" in parts and not anew):
        return rule
    bare = re.sub(r";BY(?:HOUR|MINUTE|SECOND)=[^;]*", "", rule)
    return f"{bare};BYHOUR={begin.hour};BYMINUTE={begin.minute};BYSECOND={begin.second}"


def following(rule: str, begin: datetime, now: datetime) -> datetime | None:
    """Return the first moment after now of a rule that is counted from `begin`; None where there is none.

    Raises:
        ActionError: it is no rule.
    """
    from dateutil.rrule import rrulestr  # late: not every start needs it

    try:
        moment: datetime | None = rrulestr(rule, dtstart=begin.replace(microsecond=0, fold=0)).after(now)
    except (ValueError, TypeError) as error:
        raise ActionError(f"I can't repeat anything by “{rule}”: {error}.") from None
    return moment


def following_seconds(rule: str, due: float, now: float) -> float | None:
    """Return the same in seconds since 1970; a recurrence that cannot be followed ends."""
    try:
        moment = following(rule, datetime.fromtimestamp(due), datetime.fromtimestamp(now))
    except ActionError:
        return None
    return moment.timestamp() if moment else None


def in_words(rule: str, due: datetime) -> str:
    """Return a rule as people say it, with the time of day.

    >>> in_words("FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR", datetime(2026, 11, 30, 7))
    'every weekday at 7:00 AM'
    >>> in_words("FREQ=DAILY;INTERVAL=2", datetime(2026, 11, 30, 12))
    'every other day at 12:00 PM'
    >>> in_words("FREQ=MONTHLY;BYMONTHDAY=1", datetime(2026, 12, 1, 9))
    'every month on the 1st at 9:00 AM'
    """
    parts = _parts(rule)
    unit, interval = _UNITS.get(parts.get("FREQ", ""), "time"), int(parts.get("INTERVAL", "1"))
    if unit in ("hour", "minute"):
        return _every(unit, interval)
    days = parts.get("BYDAY", "").split(",") if parts.get("BYDAY") else []
    if unit in ("day", "week") and (days or unit == "week"):
        named = _every(_day_names(days) or f"{due:%A}", interval)
    elif unit == "month":
        named = f"{_every(unit, interval)} on the {_day_of_month(parts, days, due)}"
    elif unit == "year":
        named = f"{_every(unit, interval)} on {due:%B} {spoken.ordinal(due.day)}"
    else:
        named = _every(unit, interval)
    return f"{named} at {spoken.clock(due)}"


def in_words_from(rule: str, first: datetime, now: datetime) -> str:
    """Return the same with the day on which it begins.

    >>> in_words_from("FREQ=WEEKLY;BYDAY=MO", datetime(2026, 11, 30, 7), datetime(2026, 11, 27, 9))
    'every Monday at 7:00 AM, first on Monday'
    >>> rule = "FREQ=MINUTELY;INTERVAL=5;UNTIL=20261127T091000"
    >>> in_words_from(rule, datetime(2026, 11, 27, 9, 5), datetime(2026, 11, 27, 9))
    'every 5 minutes until 9:10 AM, first at 9:05 AM'
    """
    words, days = in_words(rule, first), (first.date() - now.date()).days
    if until := _parts(rule).get("UNTIL"):
        words = f"{words} until {spoken.moment(datetime.strptime(until[:15], '%Y%m%dT%H%M%S'), now)}"
    if " at " not in in_words(rule, first):
        return f"{words}, first at {spoken.moment(first, now)}"
    if days < 2:
        return f"{words}, first {'tomorrow' if days else 'today'}"
    return f"{words}, first on {f'{first:%A}' if days < 7 else spoken.day(first.date(), now.date())}"


def _parts(rule: str) -> Mapping[str, str]:
    items = (item.partition("=") for item in rule.removeprefix("RRULE:").upper().split(";"))
    return {name: value for name, _, value in items}


def _every(unit: str, interval: int) -> str:
    if interval > 2:
        return f"every {interval} {unit}s" if unit in _UNITS.values() else f"every {interval} weeks on {unit}"
    return f"every {'other ' * (interval == 2)}{unit}"


def _day_names(days: list[str]) -> str:
    if {*days} == _DAYS.keys():
        return "day"
    return "weekday" if {*days} == _WEEKDAYS else spoken.joined([_DAYS[day] for day in days if day in _DAYS])


def _day_of_month(parts: Mapping[str, str], days: list[str], due: datetime) -> str:
    if days and days[0][:-2] in _PLACES:
        return f"{_PLACES[days[0][:-2]]} {_DAYS.get(days[0][-2:], '')}"
    if parts.get("BYMONTHDAY") == "-1":
        return "last day"
    numbers = parts.get("BYMONTHDAY", str(due.day)).split(",")
    return spoken.joined([spoken.ordinal(int(number)) for number in numbers])
