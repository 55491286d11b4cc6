"""One table of words a language, found by its code."""

from __future__ import annotations

from collections.abc import Mapping

from assistant.language.tables import de, en, es, fr, it, nl, pt
from assistant.language.tables.table import WordTable

TABLES: Mapping[str, WordTable] = {
    "en": en.TABLE,
    "de": de.TABLE,
    "fr": fr.TABLE,
    "es": es.TABLE,
    "it": it.TABLE,
    "nl": nl.TABLE,
    "pt": pt.TABLE,
}
"""Two-letter code -> table. A language without one is compared as it is written."""

_NO_WORDS = WordTable()


def table_of(language: str) -> WordTable:
    """Return the table of a language, given as `en` or `en-GB`; an empty one where there is none."""
    return TABLES.get(language[:2], _NO_WORDS)
