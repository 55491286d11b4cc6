"""A wall clock that begins where a case says, in the zone that it says, and runs on from there."""

from __future__ import annotations

import contextlib
import os
import sys
import time
from collections.abc import Iterator
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


@contextlib.contextmanager
def wall_clock(begins: str | None, zone: str | None) -> Iterator[None]:
    """Let the program's wall clock begin at a local time, written in ISO 8601, in an IANA zone; None: as it is."""
    with contextlib.ExitStack() as changed:
        if zone:
            changed.callback(time.tzset)  # after the variable is as it was
            changed.enter_context(mock.patch.dict(os.environ, {"TZ": zone}))
            time.tzset()
        if begins:
            real = time.time
            shift = datetime.fromisoformat(begins).timestamp() - real()

            def moved_time() -> float:
                return real() + shift

            changed.enter_context(mock.patch("time.time", moved_time))
            for module in [module for name, module in sys.modules.items() if name.startswith("assistant.")]:
                for name, kind, moved in (("datetime", datetime, _Moment), ("date", date, _Day)):
                    if getattr(module, name, None) is kind:
                        changed.enter_context(mock.patch.object(module, name, moved))
        yield
