"""Actions of installed packages: functions named under the entry-point group `assistant.actions`.

    [project.entry-points."assistant.actions"]
    "tide.next" = "tides:next_tide"

The installed distributions are scanned once, and only for a name that is not shipped (6 ms for 150 distributions);
a function is imported when an intent in use names it.
"""

from __future__ import annotations

import contextlib
import traceback
from collections.abc import Callable, Iterable, Iterator, Mapping, Set
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from assistant.actions.builtins import BUILT_INS
from assistant.actions.outcome import ActionFunction, Context, Outcome, Slots
from assistant.errors import ActionError, Problem

if TYPE_CHECKING:
    from importlib.metadata import EntryPoint

GROUP = "assistant.actions"

Result = TypeVar("Result")


class ActionNames(Set[str]):
    """Names that `action:` may have in an intent file: those of `BUILT_INS`, then those of installed packages."""

    def __contains__(self, name: object) -> bool:
        return name in BUILT_INS or name in offered()

    def __iter__(self) -> Iterator[str]:
        yield from BUILT_INS
        yield from offered()

    def __len__(self) -> int:
        return len(BUILT_INS) + len(offered())


@cache
def _entry_points() -> tuple[EntryPoint, ...]:
    from importlib.metadata import distributions  # late: 30 ms that a start without such actions does not need

    offers: dict[str, list[EntryPoint]] = {}
    for distribution in distributions():
        with contextlib.suppress(Exception):  # metadata that cannot be read costs that package's actions alone
            if entries := list(distribution.entry_points.select(group=GROUP)):
                offers.setdefault(distribution.name, entries)
    return tuple(sorted((entry for entries in offers.values() for entry in entries), key=_distribution))


@cache
def offered() -> Mapping[str, EntryPoint]:
    """Map the actions of installed packages by name: a shipped one of that name counts more, then the first package."""
    return {entry.name: entry for entry in reversed(_entry_points()) if entry.name not in BUILT_INS}


@cache
def load(name: str) -> ActionFunction:
    """Import the function of an offered action.

    Its faults, and those of its undo, become an ActionError that names the distribution and the line of its code.

    Raises:
        ActionError: it cannot be imported, or is no function.
    """
    entry = offered()[name]
    origin = f"{_distribution(entry)}: action '{name}'"
    try:
        function = entry.load()
    except (Exception, SystemExit) as error:  # a foreign module may do anything while it is imported
        raise ActionError(f"{origin} cannot be imported: {_one_line(error)}") from error
    if not callable(function):
        raise ActionError(f"{origin} is no function: {entry.value}")

    def guarded(slots: Slots, arguments: Mapping[str, str], context: Context) -> Outcome:
        outcome = _guarded(origin, lambda: function(slots, arguments, context))
        if not isinstance(outcome, Outcome):
            raise ActionError(f"{origin} returned {type(outcome).__name__}; it must return an Outcome")
        _check_text(f"{origin} returned an Outcome whose text", outcome.text)
        for name, value in outcome.values.items():
            _check_text(f"{origin} returned an Outcome whose value '{name}'", value)
        undo = outcome.undo
        return replace(outcome, undo=lambda: undone(undo)) if undo else outcome

    def undone(undo: Callable[[], str]) -> str:
        reply = _guarded(origin, undo)
        _check_text(f"{origin} returned an undo whose reply", reply)
        return reply

    return guarded


def problems(names: Iterable[str] | None = None) -> tuple[Problem, ...]:
    """Collect the faults of packages: names that are taken already, and functions that cannot be imported.

    Args:
        names: the actions in use, shipped ones among them; None: all that are offered.
    """
    if names is None:
        names = offered()
    elif not (names := [name for name in names if name not in BUILT_INS and name in offered()]):
        return ()
    faults = []
    for entry in _entry_points():
        first = offered().get(entry.name)
        if first is None:
            faults.append(_problem(entry, f"action '{entry.name}' is ignored: the assistant has one of that name"))
        elif first != entry:
            owner = _distribution(first)
            faults.append(_problem(entry, f"action '{entry.name}' is ignored: {owner} has one of that name"))
    for name in dict.fromkeys(names):
        try:
            load(name)
        except ActionError as error:
            faults.append(Problem(_folder(offered()[name]), 0, str(error)))
    return tuple(faults)


def _problem(entry: EntryPoint, message: str) -> Problem:
    return Problem(_folder(entry), 0, f"{_distribution(entry)}: {message}", "warning")


def _distribution(entry: EntryPoint) -> str:
    return f"{entry.dist.name} {entry.dist.version}" if entry.dist is not None else entry.value


def _folder(entry: EntryPoint) -> Path:
    return Path(str(entry.dist.locate_file(""))) if entry.dist is not None else Path()


def _guarded(origin: str, call: Callable[[], Result]) -> Result:
    try:
        return call()
    except ActionError:
        raise
    except (Exception, SystemExit) as error:  # sys.exit() in an action would end the thread that answers
        frames = traceback.extract_tb(error.__traceback__)
        foreign = next((frame for frame in frames if frame.filename != __file__), None)
        place = f" at {Path(foreign.filename).name}:{foreign.lineno}" if foreign else ""
        raise ActionError(f"{origin} failed{place}: {_one_line(error)}") from error


def _check_text(what: str, text: object) -> None:
    if not isinstance(text, str):
        raise ActionError(f"{what} is {type(text).__name__}; it must be a string")


def _one_line(error: BaseException) -> str:
    return f"{type(error).__name__}: {' '.join(str(error).split()) or 'no message'}"
