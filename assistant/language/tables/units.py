"""Units of time: the words of a language, put with the seconds that they last."""

from __future__ import annotations

from collections.abc import Mapping

SECONDS = {"second": 1, "minute": 60, "hour": 3600, "day": 86400, "week": 604800, "fortnight": 1209600}
SECONDS |= {"month": 2592000, "year": 31536000}
"""Unit -> seconds; a month counts as 30 days."""


def units(**words: str) -> Mapping[str, int]:
    """Map every word of a unit to its seconds: `units(hour="Stunde Stunden")`."""
    return {word.casefold(): SECONDS[unit] for unit, text in words.items() for word in text.split()}
