"""What every action is given and what it gives back."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal, TypeAlias

from assistant.actions.database import Database
from assistant.actions.timer_service import TimerService
from assistant.config import Config
from assistant.values import SlotValue

Control: TypeAlias = Literal["", "stop", "cancel", "repeat", "undo", "help", "quit"]
Catalogue: TypeAlias = Sequence[tuple[str, str, str]]
"""Intent, what it does, an example of how to say it."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of an action."""

    text: str
    """What to say, unless the intent has a response of its own."""
    values: Mapping[str, str] = field(default_factory=dict)
    """What a response may use as `{name}`."""
    ok: bool = True
    """False: it was understood and could not be done as asked; `text` says why."""
    undo: Callable[[], str] | None = None
    """Takes it back and returns what to say."""
    control: Control = ""
    """What only the conversation itself can carry out."""


@dataclass(frozen=True, slots=True)
class Context:
    """What an action may use beside its slots."""

    config: Config
    store: Database
    timers: TimerService
    catalogue: Callable[[], Catalogue]
    cancelled: threading.Event = field(default_factory=threading.Event)
    """Set when the user does not want the reply any more."""
    intent: str = ""
    texts: Mapping[str, str] = field(default_factory=dict)
    """Slot name -> the words it was read from."""
    now: Callable[[], datetime] = datetime.now
    """Local wall clock, without a time zone."""


Slots: TypeAlias = Mapping[str, SlotValue]
BuiltIn: TypeAlias = Callable[[Slots, Mapping[str, str], Context], Outcome]
"""(slots, fixed arguments from the YAML, context) -> outcome; raises ActionError with one line."""


def text_of(slots: Slots, name: str, default: str = "") -> str:
    """Return a slot as tidy text, `default` where it is empty or absent."""
    value = slots.get(name)
    return (" ".join(str(value).split()).rstrip(" .,!?") or default) if value is not None else default
