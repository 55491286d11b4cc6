"""The form of a language's grammar of moods."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Literal, TypeAlias, cast, get_args

Mood: TypeAlias = Literal[
    "order",
    "forbidden",
    "unwanted",
    "withdrawn",
    "unfinished",
    "question",
    "condition",
    "quote",
    "report",
    "habit",
    "state",
]
"""Kind of a sentence.

order       something is to be done: commands, wishes, polite questions; whatever shows no other mood
forbidden   a deed is not to be done: `don't open it`
unwanted    a state is not to be: `don't leave it open`; what ends it may be done
withdrawn   an order that its own end takes back, or one to do nothing: `turn on no lights`
unfinished  an order that breaks off
question    also inside another sentence: `tell me if`
condition   what holds only if something does
quote       the words of somebody else, or mere words
report      a deed that was done, is done or will be; a thing that is on, open, set
habit       a deed that somebody does again and again
state       how somebody feels, how something is
"""

_PIECE = re.compile(r"(?<!\?P)<(\w+)>")
_GROUP = re.compile(r"(?<!\\)\((?!\?)")


@dataclass(frozen=True)
class MoodGrammar:
    """Rules of one language, over a sentence in lower case with contractions written out and no filler around it.

    A rule is `mood: pattern`, a line that is indented goes on; `<name>` stands for a piece. The group `us` is the
    subject where that is who speaks.
    """

    pieces: Mapping[str, str] = field(default_factory=dict)
    """Name -> pattern."""
    beginnings: str = ""
    """Rules for the beginning of a sentence; the first that fits holds."""
    ends: str = ""
    """Rules for the end of an order."""
    denials: str = ""
    """The end of an order as it was said, in lower case, that takes it back behind a sign: `cancel it? no`."""
    command: str = ""
    """The beginning of a clause that is an order whatever stands before it: `I'm cold, turn on the heater`."""
    late_command: str = ""
    """The same inside a clause: `it is cold turn on the heater`."""
    references: str = ""
    """Words that stand for something in another clause, with `|` between them."""
    speakers: frozenset[str] = frozenset()
    """Words with which that begins which may be the reason for what is said behind it: `I need apples, add them`."""
    pointing: str = ""
    """Those of them that stand for a thing or a place named there."""
    placing: str = ""
    """An order, `{0}`, with the name of the place, `{1}`, that it is for."""
    named: str = ""
    """The name of a thing or a place in a clause, as its first group."""
    change: str = ""
    """An order that something be brought into a state: `get the door locked`, which asks for none."""
    bringing: str = ""
    """The same, with the thing as the group `thing`, the state as `state`, and the place behind it as `place`."""
    orders: Mapping[str, str] = field(default_factory=dict)
    """State -> the words of an order that brings it about: `locked`, `lock`."""
    particular: str = ""
    """An order to do something with a particular thing, its verb as the group `verb`: `eject the stick`."""
    denial: str = ""
    """The beginning of a sentence that tells that something is not so: `is not`, but not `is not ... enough`."""
    contrast: str = ""
    """Words after which a clause has a mood of its own: `just` in `don't start a timer, just tell me the time`."""

    @cached_property
    def denied(self) -> re.Pattern[str] | None:
        """The end of an order that takes it back behind a sign."""
        return re.compile(self.denials, re.DOTALL) if self.denials else None

    @cached_property
    def patterns(self) -> tuple[tuple[Mood, re.Pattern[str]], ...]:
        """Mood and beginning, in order."""
        return tuple(self._rules(self.beginnings))

    @cached_property
    def closings(self) -> tuple[tuple[Mood, re.Pattern[str]], ...]:
        """Mood and end, in order."""
        return tuple(self._rules(self.ends))

    @cached_property
    def commands(self) -> tuple[re.Pattern[str], re.Pattern[str]] | None:
        """A command at the beginning of a clause, and one inside."""
        return (self._compiled(self.command), self._compiled(self.late_command)) if self.command else None

    @cached_property
    def brings(self) -> re.Pattern[str] | None:
        """An order that something be brought into a state."""
        return self._compiled(self.change) if self.change else None

    @cached_property
    def brought(self) -> re.Pattern[str] | None:
        """An order that something be brought into a state, with its parts as groups."""
        states = "|".join(sorted(self.orders, key=len, reverse=True))
        return re.compile(self.bringing.replace("<state>", f"(?P<state>{states})")) if self.bringing else None

    @cached_property
    def denies(self) -> re.Pattern[str] | None:
        """A sentence that tells how something is not."""
        return self._compiled(self.denial) if self.denial else None

    def _rules(self, text: str) -> Iterator[tuple[Mood, re.Pattern[str]]]:
        for line in re.sub(r"\n\s+", "", text.strip()).splitlines():
            mood, _, pattern = line.partition(": ")
            assert mood in get_args(Mood), line
            yield cast(Mood, mood), self._compiled(pattern)

    def _compiled(self, pattern: str) -> re.Pattern[str]:
        while _PIECE.search(pattern):
            pattern = _PIECE.sub(lambda match: f"(?:{self.pieces[match[1]]})", pattern)
        return re.compile(_GROUP.sub("(?:", pattern))
