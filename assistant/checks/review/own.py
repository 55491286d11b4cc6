"""Files of a person's own, and those that are shipped."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from assistant.authoring.source.folders import source_files
from assistant.config import SHIPPED, Config


def is_own(file: Path) -> bool:
    """True of a file that is not shipped."""
    return not any(file.is_relative_to(SHIPPED / kind) for kind in ("intents", "knowledge"))


def own_files(config: Config, endings: tuple[str, ...]) -> Iterator[Path]:
    """Yield the intent files of a person's own."""
    for folder in config.intent_folders():
        if is_own(folder):
            yield from source_files(folder, endings, [])
