"""The spoken form of values, and replies filled with it. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from assistant.language.placeholders import REPLY_SLOT
from assistant.values import Impossible, Share, SlotValue

_UNITS = (("week", 604_800), ("day", 86_400), ("hour", 3600), ("minute", 60), ("second", 1))


def fill(template: str, slots: Mapping[str, SlotValue], values: Mapping[str, str]) -> str:
    """Fill each `{name}` of a reply with the value that the action returned, else with the slot in spoken form.

    A name that neither has vanishes, with the space beside it. Home Assistant's `{{ slots.name }}` is read
    too; a template with Jinja logic in it gives the action's `output`, or nothing.

    >>> fill("Timer set for {duration}.", {"duration": timedelta(minutes=10)}, {})
    'Timer set for 10 minutes.'
    >>> fill("{label} timer set.", {}, {})
    'timer set.'
    """
    if "{%" in template:
        return values.get("output", "")

    def replacement(match: re.Match[str]) -> str:
        name = match[1] or match[2]
        if name in values:
            return values[name]
        return spoken(slots[name]) if name in slots else ""

    filled = re.sub(r"\s+", " ", REPLY_SLOT.sub(replacement, template)).strip()
    return re.sub(r" (?=[.,!?;:](\s|$))", "", filled)


def spoken(value: SlotValue) -> str:
    """Return the spoken form of a value.

    >>> spoken(timedelta(minutes=90)), spoken(time(7, 30)), spoken(20.0), spoken(date(2031, 5, 2))
    ('1 hour and 30 minutes', '7:30 AM', '20', 'Friday, May 2nd, 2031')
    """
    match value:
        case bool():
            return "yes" if value else "no"
        case timedelta():
            return duration(value.total_seconds())
        case datetime():
            return moment(value, datetime.now())
        case date():
            return day(value, date.today())
        case time():
            return clock(value)
        case int() | float():
            return number(value)
    return str(value)


def plain(value: SlotValue) -> str:
    """Return the form of a value that programs read: seconds, ISO 8601, a number without a trailing `.0`."""
    match value:
        case bool():
            return str(value).lower()
        case timedelta():
            return number(value.total_seconds())
        case datetime() | date() | time():
            return value.isoformat()
        case int() | float():
            return number(value)
    return str(value)


def number(value: float) -> str:
    """Return digits without a trailing `.0` and without the noise of binary fractions.

    >>> number(20.0), number(0.1 + 0.2), number(-3)
    ('20', '0.3', '-3')
    """
    if isinstance(value, int) or float(value).is_integer():
        return str(int(value)) if abs(value) < 1e15 else f"{value:.10g}"
    return f"{value:.10g}"


def duration(seconds: float, parts: int = 3) -> str:
    """Return a length of time in its `parts` largest units.

    >>> duration(600), duration(5405), duration(5405, parts=2), duration(1.5)
    ('10 minutes', '1 hour, 30 minutes and 5 seconds', '1 hour and 30 minutes', '1.5 seconds')
    """
    if seconds < 0:
        return f"minus {duration(-seconds, parts)}"
    if seconds < 10 and seconds != int(seconds):
        return f"{number(round(seconds, 1))} seconds"
    left = round(seconds)
    amounts = []
    for unit, size in _UNITS:
        if unit == "week" and left % size:
            continue  # ten days, not a week and three days
        amount, left = divmod(left, size)
        if amount:
            amounts.append(count(amount, unit))
    return joined(amounts[:parts]) if amounts else "0 seconds"


def clock(value: time | datetime) -> str:
    """Return a time of day on the twelve-hour clock: `7:30 AM`."""
    half = "AM" if value.hour < 12 else "PM"
    return f"{value.hour % 12 or 12}:{value.minute:02} {half}"


def day(value: date, today: date) -> str:
    """Return a date with its weekday, and the year where it is another than this: `Friday, November 27th`."""
    year = "" if value.year == today.year else f", {value.year}"
    return f"{value:%A}, {value:%B} {ordinal(value.day)}{year}"


def moment(value: datetime, now: datetime) -> str:
    """Return a clock time, with the day where it is not today: `7:30 AM`, `7:30 AM tomorrow`, `7:30 AM on Friday`."""
    days = (value.date() - now.date()).days
    if days == 0:
        return clock(value)
    if days in (1, -1):
        return f"{clock(value)} {'tomorrow' if days == 1 else 'yesterday'}"
    return f"{clock(value)} on {f'{value:%A}' if 0 < days < 7 else day(value.date(), now.date())}"


def ordinal(place: int) -> str:
    """Return `1st`, `2nd`, `3rd`, `4th`, `11th`, `21st`."""
    ending = "th" if place % 100 in (11, 12, 13) else {1: "st", 2: "nd", 3: "rd"}.get(place % 10, "th")
    return f"{place}{ending}"


def joined(parts: Sequence[str], last: str = "and") -> str:
    """Return `a, b and c`."""
    return f" {last} ".join([", ".join(parts[:-1]), parts[-1]] if len(parts) > 1 else parts)


def count(amount: float, singular: str, plural: str = "") -> str:
    """Return the amount with its noun: `1 timer`, `2 timers`, `no timers`."""
    noun = singular if amount == 1 else plural or f"{singular}s"
    return f"{number(amount) if amount else 'no'} {noun}"


def sentence(text: str) -> str:
    """Return the text with a capital first letter."""
    return text[:1].upper() + text[1:]


# -- limits ------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Limits:
    """The numbers, or seconds of a duration, that a slot takes."""

    low: float | None = None
    high: float | None = None
    step: float | None = None
    """Distance of one legal number to the next; None: any number between is legal."""
    factor: float = 1.0
    """A slot has its number times this."""

    @property
    def is_scale(self) -> bool:
        """True of limits of which one can say the half: those from 0 or 1 to more than 1."""
        return self.low in (0, 1) and self.high is not None and self.high > 1

    def share(self, share: Share) -> int | float:
        """Return the number that a part of the range is, on a step; the share's own number where it has no ends.

        >>> Limits(0, 10).share(Share(0.5, 0.5)), Limits(1, 5, 1).share(Share(0, 0.0))
        (5, 1)
        """
        is_per_cent = 0 < share.part < 1 < share
        if self.low is None or self.high is None or is_per_cent:
            return _whole(float(share) * self.factor)
        amount = self.low + share.part * (self.high - self.low)
        step = self.step or (1 if self.high - self.low > 1 else 0)
        amount = self.low + round((amount - self.low) / step) * step if step else amount
        return _whole((amount if share.part else max(amount, float(share))) * self.factor)

    def allow(self, amount: float) -> bool:
        """True of a number, or seconds, within the limits."""
        amount = amount / self.factor
        steps = (amount - (self.low or 0) % self.step) / self.step if self.step else 0.0
        on_step = abs(steps) > 1e15 or abs(steps - round(steps)) < 1e-6
        return on_step and (self.low is None or amount >= self.low) and (self.high is None or amount <= self.high)

    def sentence(self, is_duration: bool) -> str:
        """Return the limits in words: `goes from 0 to 100 in steps of 5`."""
        low, high = (_shown(bound, is_duration) for bound in (self.low, self.high))
        grain = f" in steps of {_shown(self.step, is_duration)}" if self.step and self.step != 1 else ""
        whole = " in whole numbers" if self.step == 1 and not is_duration else ""
        span = f"goes from {low} to {high}" if low and high else f"is at least {low}" if low else f"is at most {high}"
        return f"{span if low or high else 'goes'}{grain}{whole}"


def fault(name: str, value: SlotValue, limits: tuple[Limits, ...]) -> str:
    """Return the reason why a slot cannot have a value, in a sentence; nothing where it can."""
    if isinstance(value, Impossible):
        return str(value)
    is_duration = isinstance(value, timedelta)
    amount = value.total_seconds() if isinstance(value, timedelta) else value
    if not limits or isinstance(amount, bool) or not isinstance(amount, int | float):
        return ""
    if any(bounds.allow(amount) for bounds in limits):
        return ""
    shown = _shown(amount / limits[0].factor, is_duration) if abs(amount) < 1e15 else "that number"
    return f"{sentence(shown)} does not fit: the {name.replace('_', ' ')} {limits[0].sentence(is_duration)}."


def _whole(amount: float) -> int | float:
    return int(amount) if amount == int(amount) else amount


def _shown(amount: float | None, is_duration: bool) -> str:
    if amount is None:
        return ""
    return duration(amount) if is_duration else number(amount)
