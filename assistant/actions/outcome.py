"""The contract of an action: a function `(slots, arguments, context) -> Outcome`.

A package that adds actions imports from here and from nowhere else in the program.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Literal, Protocol, TypeAlias

from assistant.actions.choices import Option
from assistant.actions.database import Database
from assistant.actions.database.turns import StoredTurn
from assistant.actions.drawing.wish import Drawing, Tell
from assistant.actions.timer_service import TimerService
from assistant.config import Config
from assistant.errors import ActionError
from assistant.events import ShownPicture
from assistant.language.spoken import Limits, fault
from assistant.nlu.recommending.taste import Piece, PieceKind, Taste
from assistant.values import SlotValue, When

if TYPE_CHECKING:
    from assistant.nlu.pictures.finding import FoundPicture, PictureFindings
    from assistant.nlu.query import Query
    from assistant.values import AnswerMatch

__all__ = [
    "ActionError",
    "ActionFunction",
    "Catalogue",
    "Context",
    "Control",
    "Limits",
    "Option",
    "Outcome",
    "Slots",
    "Thing",
    "fitting",
    "text_of",
]

Control: TypeAlias = Literal[
    "",
    "stop",
    "cancel",
    "repeat",
    "undo",
    "redo",
    "help",
    "quit",
    "slower",
    "said",
    "did",
    "why",
    "more",
    "asked",
    "write",
    "look",
    "save",
]
Catalogue: TypeAlias = Sequence[tuple[str, str, str]]
"""Name, title and one example sentence of every intent in use, in the order of the files."""


@dataclass(frozen=True, slots=True)
class Thing:
    """Something that a command was about."""

    name: str
    """Words that name it in a sentence: `the pasta timer`, `milk`."""
    slots: Mapping[str, SlotValue] = field(default_factory=dict)
    """Values that a later command about it takes over where it says none of its own: the list of an item."""
    full: str = ""
    """Words that name it with its whole, where the name alone may be misunderstood: `milk from my shopping list`."""
    whole: Thing | None = None
    """What it is a part of, which `it` may mean too: the list of an item."""
    is_gone: bool = False
    """True where it is off its list: then `the last two` are those that are left. Of a timer, where it is cancelled."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """The reply to a command, and the way back."""

    text: str
    """The reply, unless the intent has a response of its own."""
    values: Mapping[str, str] = field(default_factory=dict)
    """Texts that a response may use as `{name}`."""
    ok: bool = True
    """False: it was understood and could not be done as asked; `text` says why."""
    holds: bool = False
    """True where nothing was done because what is wanted is so already."""
    undo: Callable[[], str] | None = None
    """Takes the command back and returns the reply to that."""
    control: Control = ""
    """A request to the conversation itself, which alone can carry it out."""
    options: tuple[Option, ...] = ()
    """Things of which the command may be about one; `text` asks which, and nothing was done."""
    focus: tuple[Thing, ...] = ()
    """What it was about, in the order of the reply: `it` and `the second one` in what is said next."""
    more: tuple[str, ...] = ()
    """What is told piece by piece where somebody asks for more."""
    missing: str = ""
    """Slot without which nothing was done; `text` asks for it."""
    pictures: tuple[ShownPicture, ...] = ()
    """Pictures that it is about."""


class Holdings(Protocol):
    """What somebody has on this machine: pictures, passages of documents, answers."""

    @property
    def has_pictures(self) -> bool:
        """True where a folder of pictures is looked at."""

    def find(self, text: str, /) -> PictureFindings:
        """Find pictures for some words."""

    def answer(self, query: Query, /) -> AnswerMatch | None:
        """Answer a question by what is written in a picture."""

    def like_file(self, file: Path, /) -> Sequence[FoundPicture]:
        """Find the pictures most like one in a file."""

    def like(self, wanted: Taste, kinds: Collection[PieceKind], /) -> Sequence[Piece]:
        """Find the pieces of some kinds nearest to a taste, none that was shown already."""


class NoHoldings:
    """Nobody has opened anything: it is refused."""

    has_pictures = False

    def find(self, _: str) -> PictureFindings:
        """Raise ActionError."""
        raise ActionError("pictures cannot be looked at here")

    def answer(self, _: Query) -> AnswerMatch | None:
        """Raise ActionError."""
        raise ActionError("pictures cannot be looked at here")

    def like_file(self, _: Path) -> Sequence[FoundPicture]:
        """Raise ActionError."""
        raise ActionError("pictures cannot be looked at here")

    def like(self, _: Taste, __: Collection[PieceKind]) -> Sequence[Piece]:
        """Raise ActionError."""
        raise ActionError("nothing can be compared here")


Recall: TypeAlias = Callable[[str], Sequence[StoredTurn]]
"""Finds what was said about some words, by its words or else by its meaning; all of it for no words; oldest first."""


@dataclass(frozen=True, slots=True)
class Context:
    """The surroundings of an action: settings, kept data, clock, cancellation."""

    config: Config
    database: Database
    timers: TimerService
    catalogue: Callable[[], Catalogue]
    cancelled: threading.Event = field(default_factory=threading.Event)
    """Set when the user does not want the reply any more."""
    intent: str = ""
    """Name of the intent that is carried out."""
    texts: Mapping[str, str] = field(default_factory=dict)
    """Slot name -> the words it was read from."""
    excluding: tuple[str, ...] = ()
    """Words for what the command leaves out, as they were said."""
    when: When | None = None
    """Moments for which it is wanted, where the action sets something that comes again by itself."""
    now: Callable[[], datetime] = datetime.now
    """Local wall clock, without a time zone."""
    recall: Recall = lambda _: ()
    """The conversation of before."""
    holdings: Holdings = field(default_factory=NoHoldings)
    """Pictures, documents and answers, to find and to compare."""
    taste: Taste = field(default_factory=Taste)
    """What was shown in this conversation, liked and disliked."""
    progress: Tell = lambda *_: None
    """Takes the progress of what takes long."""
    drawn: list[Drawing] = field(default_factory=list)
    """Pictures that were drawn in this conversation, newest last."""
    suggestions: Callable[[], Sequence[tuple[str, str]]] = tuple
    """Sentences that somebody may want to say now, each with the reason."""


Slots: TypeAlias = Mapping[str, SlotValue]
ActionFunction: TypeAlias = Callable[[Slots, Mapping[str, str], Context], Outcome]
"""(slots, fixed arguments from the intent file, context) -> outcome; raises ActionError with one line."""


def fitting(name: str, value: SlotValue, limits: Limits) -> SlotValue:
    """Return a value that keeps its limits; `name` is what it is the value of.

    Raises:
        ActionError: it does not; the message names the value and the limits.
    """
    if reason := fault(name, value, (limits,)):
        raise ActionError(reason)
    return value


def text_of(slots: Slots, name: str, default: str = "") -> str:
    """Return a slot as tidy text, `default` where it is empty or absent."""
    value = slots.get(name)
    return (" ".join(str(value).split()).rstrip(" .,!?") or default) if value is not None else default
