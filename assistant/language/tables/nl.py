"""Dutch words."""

from __future__ import annotations

from assistant.language.tables.table import WordTable

TABLE = WordTable(joints="en dan|en daarna|en ook|en|daarna")
