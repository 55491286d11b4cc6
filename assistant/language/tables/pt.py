"""Portuguese words."""

from __future__ import annotations

from assistant.language.tables.table import WordTable

TABLE = WordTable(joints="e depois|e também|e|depois")
