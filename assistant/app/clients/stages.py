"""The work done for clients, as it is counted and traced: a turn and its stages, hearing, speaking."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from assistant.app.clients.admission import BusyError
from assistant.errors import AssistantError
from assistant.event_json import as_json
from assistant.events import Event, TurnEnded, Understood


@dataclass(frozen=True, slots=True)
class Stage:
    """A piece of work that has ended."""

    name: str
    """`turn` with `understand` and `respond` in it; `transcribe`, `speak`."""
    began: float
    """Seconds since 1970."""
    seconds: float
    outcome: str = "ok"
    """`busy`, `failed`, `left` (by the client) or `ok`; of a turn the kind of its last meaning instead of `ok`."""
    parts: tuple[Stage, ...] = ()
    """The stages in it, one after the other."""


@dataclass(slots=True)
class Work:
    """A piece of work under way."""

    outcome: str = "ok"
    times: dict[str, float] = field(default_factory=dict)
    """Stage of it -> seconds."""

    def note(self, event: Event) -> None:
        """Read from an event of a turn how far it is."""
        match event:
            case Understood():
                self.outcome = str(as_json(event, 0.0)["kind"])
            case TurnEnded(times=times):
                self.times |= times


class Stages:
    """Tells each of `observers` of each piece of work at its end, from any thread."""

    def __init__(self) -> None:
        self.observers: list[Callable[[Stage], None]] = []

    @contextlib.contextmanager
    def watched(self, name: str) -> Iterator[Work]:
        """Time the block."""
        work, began, start = Work(), time.time(), time.perf_counter()
        try:
            yield work
        except BusyError:
            work.outcome = "busy"
            raise
        except AssistantError:
            work.outcome = "failed"
            raise
        except GeneratorExit:
            work.outcome = "left"
            raise
        finally:
            if self.observers:
                parts, moment = [], began
                for part, seconds in work.times.items():
                    parts.append(Stage(part, moment, seconds))
                    moment += seconds
                stage = Stage(name, began, time.perf_counter() - start, work.outcome, tuple(parts))
                for observe in self.observers:
                    observe(stage)
