"""German words."""

from __future__ import annotations

from assistant.language.tables.table import WordTable

TABLE = WordTable(joints="und dann|und danach|und|dann|danach|sowie")
