"""Italian words."""

from __future__ import annotations

from assistant.language.tables.table import WordTable

TABLE = WordTable(joints="e poi|e dopo|e anche|e|ed|poi")
