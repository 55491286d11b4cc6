"""The words by which a language says when something is wanted."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class OperatorWords:
    """The words by which a language says when a command is wanted: patterns, of text with numbers in digits."""

    hints: frozenset[str] = frozenset()
    """Words, one of which, a number or a unit of time stands in every such sentence."""
    questions: frozenset[str] = frozenset()
    """Words with which a question begins: a time in it is what is asked about."""
    delay: str = ""
    """Words before a length of time from now: `in ten minutes`."""
    from_now: str = ""
    """The same behind it: `ten minutes later`."""
    lasting: str = ""
    """Words before the length for which something lasts."""
    until: str = ""
    """Words before the moment up to which it does."""
    moment: str = ""
    """Words before a moment at which it begins."""
    other_moment: str = ""
    """Words before a moment that is something else."""
    spans: frozenset[tuple[str, str]] = frozenset()
    """Words before the first and before the last moment of a span of time."""
    within: str = ""
    """Words for this day, or with the groups `week` and `month` for this week or month, in which a recurrence ends.

    It runs in the whole of what the groups `next_week` and `next_month` name.
    """
    bare_moment: str = ""
    """Moments that need no word before them, as far as one can tell by their words."""
    condition: str = ""
    """Words before a clause that a clock cannot tell."""
    loose_condition: str = ""
    """Those that also stand before other things than a clause; then comes a `subject`."""
    subject: str = ""
    """Words with which a clause begins, behind a `loose_condition`."""
    event: str = ""
    """Moments without a clause that a clock cannot tell: `at sunset`."""
    courtesy: str = ""
    """Conditions that mean nothing: `if you can`."""
    every: str = ""
    """Words before what comes back."""
    on: str = ""
    """Words before a recurrence that belong to it."""
    other: str = ""
    """Word for each second one."""
    connective: str = ""
    """Words between two days of the week."""
    through: str = ""
    """Words between the first and the last day of several."""
    days: tuple[str, ...] = ()
    """The days of the week, Monday first."""
    plural: str = ""
    """The ending of a day of the week, or of a part of the day, that comes back."""
    day_groups: Mapping[str, str] = field(default_factory=dict)
    """Several days of the week in one word -> BYDAY of RFC 5545."""
    plural_groups: str = ""
    """Those of them that come back without more words: `weekdays`."""
    periods: Mapping[str, str] = field(default_factory=dict)
    """What comes back -> FREQ of RFC 5545."""
    parts_of_day: Mapping[str, str] = field(default_factory=dict)
    """Part of the day -> `morning`, `afternoon`, `evening` or `night`."""
    adverbs: Mapping[str, str] = field(default_factory=dict)
    """A recurrence in one expression -> FREQ."""
    of_month: str = ""
    """Words behind a day of each month."""
    last: str = ""
    """Word for the last of them."""
