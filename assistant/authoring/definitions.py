"""Definitions that files in intents/ hold: frozen values."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal, NamedTuple, TypeAlias

from assistant.errors import Problem
from assistant.values import Action, BuiltInAction, SlotValue

Consent: TypeAlias = Literal["always", "never"]
"""The word of an author: a thing is asked about first whatever is done to it, or it never is."""


Preference: TypeAlias = Literal["morning", "soon"]
"""The half of the day that a moment is in where none was said: the morning, or whichever comes next by day."""


class SourceLine(NamedTuple):
    """A line of a file."""

    file: Path
    line: int


def is_same(one: object, other: object) -> bool:
    """Return True of definitions that are equal and write their values alike: to Python, 1 is True."""
    return one == other and repr(one) == repr(other)


@dataclass(frozen=True, slots=True)
class ListValue:
    """One entry of a list."""

    text: str
    """The words, as a template: `(living room|lounge)`."""
    value: SlotValue | None
    """Value of the slot; None: the words as said."""
    context: Mapping[str, Any] = field(default_factory=dict)
    """Compared with `requires_context` and `excludes_context` of a block."""
    metadata: Mapping[str, Any] = field(default_factory=dict)
    confirm: Consent | None = None
    """None: the settings decide."""


@dataclass(frozen=True, slots=True)
class NumberRange:
    """Numbers that a list stands for."""

    low: int
    high: int
    step: int = 1
    kind: str = "number"
    """`number`, `percentage` or `temperature`."""
    fractions: str = ""
    """`halves`, `tenths` or nothing."""
    multiplier: float | None = None


@dataclass(frozen=True, slots=True)
class WordList:
    """A list under `lists:`: values, a range of numbers, or any words (neither)."""

    name: str
    values: tuple[ListValue, ...] = ()
    range: NumberRange | None = None
    place: SourceLine | None = field(default=None, compare=False, repr=False)

    @property
    def is_wildcard(self) -> bool:
        """True where any words are a value of it."""
        return not self.values and self.range is None


def default_question(slot: str) -> str:
    """Return the question for the value of a slot that has none of its own.

    >>> default_question("bed_number")
    'Which bed number?'
    """
    return f"Which {slot.replace('_', ' ')}?"


@dataclass(frozen=True, slots=True)
class Slot:
    """A value that an intent takes."""

    name: str
    type: str = ""
    """A built-in type or the name of a list."""
    required: bool = False
    ask: str = ""
    """The question asked when a required value is missing."""
    default: SlotValue | None = None
    low: float | None = None
    high: float | None = None
    step: float | None = None
    """Distance of one legal number to the next, counted from `low`."""
    examples: tuple[str, ...] = ()
    """Values that people say, where any words may be one."""
    synonyms: Mapping[str, str] = field(default_factory=dict)
    """Words in lower case -> the value that they stand for, where any words may be one."""
    prefer: Preference | None = None
    """Of a moment; None: what the action is for decides."""
    place: SourceLine | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class Block:
    """An entry under `data:`: templates that share slots and response."""

    sentences: tuple[str, ...]
    slots: Mapping[str, SlotValue] = field(default_factory=dict)
    """Values that hold when one of these sentences is said."""
    response: str = ""
    """Key of the response."""
    requires_context: Mapping[str, Any] = field(default_factory=dict)
    excludes_context: Mapping[str, Any] = field(default_factory=dict)
    metadata: Mapping[str, Any] = field(default_factory=dict)
    rules: Mapping[str, str] = field(default_factory=dict)
    lists: Mapping[str, WordList] = field(default_factory=dict)
    keywords: frozenset[str] = frozenset()
    """One of these words must be said."""
    file: Path = Path()
    lines: tuple[int, ...] = ()
    """Line of each sentence."""

    def rows(self) -> Iterator[tuple[str, int]]:
        """Yield each sentence with its line."""
        yield from zip(self.sentences, self.lines, strict=False)


@dataclass(frozen=True, slots=True)
class IntentTest:
    """A sentence that must be understood as its intent."""

    say: str
    slots: Mapping[str, Any]
    """Slot name -> the value as JSON; empty: the slots are not looked at."""
    file: Path
    line: int
    hear: Path | None = None
    """A recording of the sentence, which must be understood as the intent too."""


@dataclass(frozen=True, slots=True)
class DialogueTurn:
    """One thing that is said, and what should come of it."""

    say: str
    """Empty: silence."""
    expect: Mapping[str, Any]
    """Key -> what is wanted; empty: anything."""
    line: int


@dataclass(frozen=True, slots=True)
class DialogueTest:
    """A conversation that must go as it is written."""

    turns: tuple[DialogueTurn, ...]
    setup: Mapping[str, Any]
    """What is kept when it begins: lists, notes, timers; empty: nothing."""
    file: Path
    line: int


@dataclass(frozen=True, slots=True)
class Intent:
    """A command."""

    name: str
    description: str = ""
    blocks: tuple[Block, ...] = ()
    examples: tuple[str, ...] = ()
    """Plain sentences matched by meaning; `{slot}` stands for a value."""
    marked: tuple[str, ...] = ()
    """Examples that were written with their values, `play [Yesterday](song)`; among `examples` as `play {song}`."""
    negatives: tuple[str, ...] = ()
    """Near misses, under `not:`."""
    slots: Mapping[str, Slot] = field(default_factory=dict)
    action: Action | None = None
    response: str | tuple[str, ...] | None = None
    """Several are told in turn."""
    responses: Mapping[str, str] = field(default_factory=dict)
    """Key -> response, for blocks that name one."""
    confirm: str | None = None
    """A question that only yes answers before the action runs, or a `Consent`; None: the settings decide."""
    varies: tuple[str, ...] = ()
    """Intents whose command this one does again, otherwise: said right after one, it needs no verb of its own."""
    tests: tuple[IntentTest, ...] = ()
    file: Path = Path()
    line: int = 0
    language: str = ""
    """That of its file; empty: that of the set."""
    folder: int = 0
    """Place of its folder in the order of reading; one of a later folder wins a tie."""
    places: Mapping[str, SourceLine] = field(default_factory=dict, compare=False)
    """Example or near miss -> where it stands; what another file adds stands there."""
    lines: Mapping[str, int] = field(default_factory=dict, compare=False)
    """Key -> the line where it stands in its file."""

    def place_of(self, text: str) -> SourceLine:
        """Return where a template, an example or a near miss stands, else the intent itself."""
        if text in self.places:
            return self.places[text]
        rows = ((block, line) for block in self.blocks for own, line in block.rows() if own == text)
        return next((SourceLine(block.file, line) for block, line in rows), SourceLine(self.file, self.line))

    @property
    def title(self) -> str:
        """Its name in a question to the user: the description, else the name in words."""
        return self.description or "".join(f" {c.lower()}" if c.isupper() else c for c in self.name).strip()

    @property
    def is_topic(self) -> bool:
        """True of an intent that is known by examples alone, takes no values and does nothing but reply."""
        return self.action is None and not self.blocks and not self.slots

    def preference(self, slot: str) -> Preference:
        """Return the half of the day of a slot's moments: the declared one, else the morning for an alarm."""
        declared = self.slots[slot].prefer if slot in self.slots else None
        wakes = isinstance(self.action, BuiltInAction) and self.action.name == "alarm.set"
        return declared or ("morning" if wakes else "soon")

    def missing(self, slots: Mapping[str, SlotValue]) -> Slot | None:
        """Return the first required slot that has neither a value nor a default."""
        required = (slot for slot in self.slots.values() if slot.required and slot.default is None)
        return next((slot for slot in required if slot.name not in slots), None)


@dataclass(frozen=True, slots=True)
class IntentSet:
    """All intents in use, and the lists and rules that their templates refer to."""

    intents: Mapping[str, Intent] = field(default_factory=dict)
    lists: Mapping[str, WordList] = field(default_factory=dict)
    rules: Mapping[str, str] = field(default_factory=dict)
    """Expansion rules: name -> template."""
    skip_words: tuple[str, ...] = ()
    language: str = "en"
    problems: tuple[Problem, ...] = ()
    dialogues: tuple[DialogueTest, ...] = ()
    """Tests alone: nothing is understood by them."""
    noise: tuple[str, ...] = ()
    """Sentences that mean nothing here."""
    digest: str = ""
    """Changes whenever a file does."""
    rule_places: Mapping[str, SourceLine] = field(default_factory=dict, compare=False)

    def of_the_home(self) -> frozenset[str]:
        """Name the intents that are about devices: those of Home Assistant, and those that call it."""
        calling = (
            name
            for name, intent in self.intents.items()
            if name.startswith("Hass")
            or (isinstance(intent.action, BuiltInAction) and intent.action.name.startswith("home."))
        )
        return frozenset(calling)
