"""What others say next: a table of what follows what in dialogues that were written for it, in `dialogues.toml`."""

from __future__ import annotations

import tomllib
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from copy import copy
from datetime import datetime
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any

FILE = Path(__file__).with_name("dialogues.toml")


def part_of_day(time: datetime) -> str:
    """Name the part of the day.

    >>> [part_of_day(datetime(2026, 1, 1, hour)) for hour in (3, 8, 14, 20)]
    ['night', 'morning', 'afternoon', 'evening']
    """
    hour = time.hour
    return "night" if hour < 5 or hour >= 23 else "morning" if hour < 12 else "afternoon" if hour < 18 else "evening"


class ShippedDialogues:
    """Which intents begin dialogues at a part of the day, and which follow which."""

    def __init__(self, content: Mapping[str, Any]) -> None:
        """Take the content of the file: dialogues, each with its sayings, and the intents nobody is reminded of."""
        self.unsuggested = frozenset(content.get("unsuggested", ()))
        """Intents that nobody needs to be reminded of."""
        openers, followers = defaultdict[str, Counter[str]](Counter), defaultdict[str, Counter[str]](Counter)
        for dialogue in content.get("dialogue", ()):
            first, *rest = says = dialogue["says"]
            for part in dialogue.get("at", ("morning", "afternoon", "evening", "night")):
                openers[part][first] += 1
            for before, after in zip(says, rest, strict=False):
                followers[before][after] += 1
        self._openers: Mapping[str, Mapping[str, int]] = dict(openers)
        self._followers: Mapping[str, Mapping[str, int]] = dict(followers)
        began = {name for counts in openers.values() for name in counts}
        self._follow_ups = {name for counts in followers.values() for name in counts} - began
        self.names = frozenset(began | self._follow_ups | followers.keys())
        """All intents that the dialogues name."""

    def beside(self, written: Iterable[Sequence[str]]) -> ShippedDialogues:
        """Return the table with what follows what in other dialogues, each the names of its intents in order."""
        followers = {before: Counter(counts) for before, counts in self._followers.items()}
        for names in written:
            for before, after in pairwise(names):
                if before != after and not {before, after} & self.unsuggested:
                    followers.setdefault(before, Counter())[after] += 1
        table = copy(self)
        table._followers = followers
        return table

    def is_follow_up(self, owner: tuple[str, str]) -> bool:
        """True of an intent that makes sense only after certain others."""
        return owner[0] == "intent" and owner[1] in self._follow_ups

    def next(self, said: Sequence[tuple[str, str]], now: datetime) -> dict[Any, float]:
        """Map intents, as kind and name, to their shares among what is said after the last saying, or at first."""
        counts = self._followers.get(said[-1][1], {}) if said else self._openers.get(part_of_day(now), {})
        total = sum(counts.values())
        return {("intent", name): count / total for name, count in counts.items()}


@cache
def shipped_dialogues() -> ShippedDialogues:
    """Read the table that is shipped."""
    return ShippedDialogues(tomllib.loads(FILE.read_text("utf-8")))
