"""The words that stand for others of the same sentence."""

from __future__ import annotations

import re
from dataclasses import dataclass


@dataclass(frozen=True)
class PointingWords:
    """The patterns of one language."""

    several: re.Pattern[str]
    """Several things of which each is told apart: `two timers, one for 5 minutes`, the thing as the group `thing`."""
    each: re.Pattern[str]
    """Words for each of those: `one`, `the second one`."""
    first: re.Pattern[str]
    """Things of which another may be wanted: `timer`."""
    another: re.Pattern[str]
    """Words for another of those: `another one`, `a second`."""
    thing: re.Pattern[str]
    """The name of a thing, its last word as the group `noun`."""
    one: re.Pattern[str]
    """The same with a word in the place of that, which is plural where it has the group `many`: `the kitchen one`."""
    later_hour: re.Pattern[str]
    """The joint before another hour with its task."""
    vowel: re.Pattern[str]
    """The beginning of a word that changes the article before it."""
    articles: tuple[str, str]
    """The article of any thing of its kind, and the same before a vowel."""
    at: str
    """The preposition of an hour."""
    before_length: str
    """Words before a length of time, with `|` between them, as in the three below."""
    before_number: str
    """Words before a number that may lack its unit."""
    behind_number: str
    """Words behind one that lacks it."""
    behind_item: str
    """Those of them by which it is no item of a row."""
