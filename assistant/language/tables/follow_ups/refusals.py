"""What is answered where a sentence cannot take up the one before it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Refusals:
    """The answers of one language; English where it has none of its own.

    `{0}` is what was said now, `{1}` the command that stands.
    """

    all_of_what: str = (
        "I have cancelled nothing, for I don't know what all is meant. You can say “cancel all timers”, “cancel all "
        "alarms”, “cancel all reminders” or “what is planned”."
    )
    """For `cancel everything` with nothing open."""
    day_stays: str = "I can't leave out “{0}”: “{1}” stands as it is."
    """For days that cannot be left out."""
    no_such_day: str = "“{1}” has nothing on “{0}” anyway."
    """For days on which it is not wanted anyway."""
    in_full: str = "“{0}” stands as it is. If it should say something else, please say all of it."
    """For words that may be any part of a text."""
    nowhere: str = "I don't see “{0}” there, so nothing is changed. “{1}” stands."
    """For an old value that was not said."""
    joined: str = "I have left that as it is. If you mean {0} in its place, say “no, {0}”."
    """For a no that may belong to the value behind it."""
    lost: str = (
        "I have done nothing with what you said before, so I don't know what “{0}” is for: please say all of it."
    )
    """For a value after words that were not understood."""
    no_level: str = "I don't know what should be at “{0}”: please say all of it."
    """For a level of a thing that has none."""
    not_said: str = "I did not understand what you said before. Do you mean “{0}”?"
    """The question before a change, after words that were not understood; `{0}` is the title of the command."""
    in_stock: str = "Shall I tick off {0}?"
    """The question whether what is there already is wanted no more."""
