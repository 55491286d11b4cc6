"""When a picture was taken: what cameras, programs and people write of it."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Iterator, Mapping
from datetime import date, datetime, timedelta
from pathlib import PurePosixPath

_DAY = re.compile(
    r"(?<!\d)(?P<year>(?:19|20)\d\d)[-_. ]?(?P<month>0[1-9]|1[0-2])[-_. ]?(?P<day>0[1-9]|[12]\d|3[01])(?!\d)"
    r"(?:(?:[-_. T]|\s+at\s+|\s+um\s+)+"
    r"(?P<hour>[01]\d|2[0-3])[-_.:h]?(?P<minute>[0-5]\d)(?:[-_.:m]?(?P<second>[0-5]\d))?)?"
)
_PRINTED = re.compile(
    r"(?<![\d.])(?:(?P<iso>20\d\d-\d\d-\d\d)"
    r"|(?P<first>\d\d?)(?P<mark>[./]) ?(?P<second>\d\d?)(?P=mark) ?(?P<year>(?:20)?\d\d))(?![\d.]?\d)"
)
_MONTHS = "jan feb mar apr may jun jul aug sep oct nov dec".split()
_MONTH = (
    r"jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?"
    r"|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?"
)
_IN_WORDS = re.compile(
    rf"(?<![\w.])(?:(?P<day>\d\d?)(?:st|nd|rd|th)?(?: of)? (?P<name>{_MONTH})"
    rf"|(?P<before>{_MONTH})\.? (?P<behind>\d\d?)(?:st|nd|rd|th)?)[.,]{{0,2}} (?P<year>20\d\d)(?!\d)",
    re.IGNORECASE,
)
_STAMP = re.compile(r"(?P<date>\d{4}[:-]\d\d[:-]\d\d)[ T](?P<time>\d\d:\d\d(?::\d\d)?)")


def written_moment(text: object) -> str:
    """Read the time that a camera or a program wrote, `2024:05:03 12:34:56`; nothing of what is no time.

    >>> written_moment("2024:05:03 12:34:56"), written_moment("0000:00:00 00:00:00"), written_moment("2024-05-03")
    ('2024-05-03T12:34:56', '', '2024-05-03T12:00:00')
    """
    line = str(text).strip()
    with contextlib.suppress(ValueError):
        if match := _STAMP.match(line):
            return plausible(datetime.fromisoformat(f"{match['date'].replace(':', '-')}T{match['time']}"))
        return plausible(datetime.fromisoformat(f"{line[:10].replace(':', '-')}T12:00:00"))
    return ""


def named_moment(name: str) -> str:
    """Read the time that the name of a file or of a folder around it tells.

    >>> named_moment("phone/IMG_20240503_123456.jpg"), named_moment("2023-08-14 Rome/a.jpg"), named_moment("a.jpg")
    ('2024-05-03T12:34:56', '2023-08-14T12:00:00', '')
    """
    return next(_named(name), "")


def _named(name: str) -> Iterator[str]:
    for part in reversed(PurePosixPath(name).parts):
        for match in _DAY.finditer(part):
            numbers = [int(match[group] or 0) for group in ("year", "month", "day", "hour", "minute", "second")]
            if match["hour"] is None:
                numbers[3] = 12
            with contextlib.suppress(ValueError):
                if moment := plausible(datetime(*numbers)):  # type: ignore[arg-type]
                    yield moment


def printed_moment(text: str) -> str:
    """Read the first day that is printed on a paper; nothing where its day and its month may be confused.

    >>> printed_moment("Total 4.50 12. 11.2023 14:22"), printed_moment("due 2025-02-14"), printed_moment("03/04/2024")
    ('2023-11-12T12:00:00', '2025-02-14T12:00:00', '')
    >>> printed_moment("12 October 2026"), printed_moment("Oct. 2nd, 2026"), printed_moment("by 3 September")
    ('2026-10-12T12:00:00', '2026-10-02T12:00:00', '')
    """
    days = [*_PRINTED.finditer(text), *_IN_WORDS.finditer(text)]
    for match in sorted(days, key=lambda match: match.start()):
        with contextlib.suppress(ValueError):
            if (day := _printed_day(match.groupdict())) and (moment := plausible(day)):
                return moment
    return ""


def unclear_day(text: str) -> tuple[str, tuple[date, ...]]:
    """Return a day as it is printed, with the days that it may be; nothing where another one is clear.

    >>> unclear_day("02/10/2026 TOTAL 4.50")
    ('02/10/2026', (datetime.date(2026, 10, 2), datetime.date(2026, 2, 10)))
    """
    if (match := _PRINTED.search(text)) is None or match["mark"] != "/" or printed_moment(text):
        return "", ()
    year, days = int(match["year"][-2:]) + 2000, list[date]()
    for day, month in ((match["first"], match["second"]), (match["second"], match["first"])):
        with contextlib.suppress(ValueError):
            days.append(date(year, int(month), int(day)))
    return match[0], tuple(days)


def _printed_day(parts: Mapping[str, str | None]) -> datetime | None:
    """Put the parts of a printed day together, at noon; None where its day and its month may be confused.

    Raises:
        ValueError: there is no such day.
    """
    if parts.get("iso"):
        return datetime.fromisoformat(f"{parts['iso']}T12:00:00")
    year = int((parts["year"] or "")[-2:]) + 2000
    if name := parts.get("name") or parts.get("before"):
        return datetime(year, _MONTHS.index(name[:3].casefold()) + 1, int(parts["day"] or parts["behind"] or 0), 12)
    first, second = int(parts["first"] or 0), int(parts["second"] or 0)
    is_clear = parts["mark"] == "." or max(first, second) > 12 or first == second
    day, month = (second, first) if second > 12 and parts["mark"] == "/" else (first, second)
    return datetime(year, month, day, 12) if is_clear else None


def plausible(moment: datetime) -> str:
    """Return a time as it is kept; nothing for one before photography or after tomorrow."""
    moment = moment.replace(tzinfo=None, microsecond=0)
    is_sound = moment.year >= 1830 and moment < datetime.now() + timedelta(days=2)
    return moment.isoformat() if is_sound else ""
