"""Spanish words."""

from __future__ import annotations

from assistant.language.tables.table import WordTable

TABLE = WordTable(joints="y luego|y después|y también|y|e|luego|después")
