"""A wall clock that begins where a case says, in the zone that it says, runs on from there, and can be put forward."""

from __future__ import annotations

import contextlib
import os
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, tzinfo
from typing import Any
from unittest import mock


def now() -> datetime:
    """Return the local wall clock of the case."""
    return datetime.fromtimestamp(time.time())


class _RealDates(type):
    """Makes every real moment an instance of its stand-in."""

    def __instancecheck__(cls, value: object) -> bool:
        return isinstance(value, cls.__mro__[1])


class _Moment(datetime, metaclass=_RealDates):
    @classmethod
    def now(cls, tz: tzinfo | None = None) -> Any:
        return datetime.fromtimestamp(time.time(), tz)


class _Day(date, metaclass=_RealDates):
    @classmethod
    def today(cls) -> Any:
        return now().date()


@dataclass(slots=True)
class Passed:
    """The time by which the clocks of a case were put forward."""

    seconds: float = 0.0

    def monotonic(self) -> float:
        """Seconds on the clock of the conversation."""
        return time.monotonic() + self.seconds


@contextlib.contextmanager
def wall_clock(begins: str | None, zone: str | None, is_moved: bool = False) -> Iterator[Passed]:
    """Let the program's wall clock begin at a local time, written in ISO 8601, in an IANA zone; None: as it is.

    Where it `is_moved`, the program's clocks go forward as the seconds that have passed are raised.
    """
    passed = Passed()
    with contextlib.ExitStack() as changed:
        if zone:
            changed.callback(time.tzset)  # after the variable is as it was
            changed.enter_context(mock.patch.dict(os.environ, {"TZ": zone}))
            time.tzset()
        if begins or is_moved:
            real = time.time
            shift = datetime.fromisoformat(begins).timestamp() - real() if begins else 0.0

            def moved_time() -> float:
                return real() + shift + passed.seconds

            changed.enter_context(mock.patch("time.time", moved_time))
            for module in [module for name, module in sys.modules.items() if name.startswith("assistant.")]:
                for name, kind, moved in (("datetime", datetime, _Moment), ("date", date, _Day)):
                    if getattr(module, name, None) is kind:
                        changed.enter_context(mock.patch.object(module, name, moved))
        yield passed
