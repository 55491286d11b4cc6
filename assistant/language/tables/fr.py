"""French words."""

from __future__ import annotations

from assistant.language.tables.table import WordTable

TABLE = WordTable(joints="et puis|et ensuite|et aussi|et|puis|ensuite")
