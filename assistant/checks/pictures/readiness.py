"""What pictures are found with on this machine, what is missing, and what it would add."""

from __future__ import annotations

import importlib.util
from collections.abc import Iterator

from assistant import weights
from assistant.checks.finding import Finding
from assistant.config import Config


def readiness(config: Config) -> Iterator[Finding]:
    """Tell of the package, the program and the model that pictures are read with; nothing where no folder is named."""
    if not config.picture_folders():
        yield Finding("pictures", True, "no folder is looked at", "assistant pictures add FOLDER")
        return
    if importlib.util.find_spec("PIL") is None:
        yield Finding("pictures", False, "cannot be read: the package pillow is not installed", "pip install pillow")
    yield from words_in_pictures()
    yield from sight(config)


def words_in_pictures() -> Iterator[Finding]:
    """Tell where nothing reads the words in pictures."""
    from assistant.authoring.pictures.written import reader

    if reader() is None:
        detail = (
            "not read: tesseract is not installed; with it letters, receipts and screenshots are found by their words"
        )
        yield Finding("words in pictures", True, detail, "sudo apt install tesseract-ocr")


def sight(config: Config) -> Iterator[Finding]:
    """Tell if pictures are seen, or found by their words alone, and why."""
    if not config.pictures.model:
        detail = "found by their words alone; a model that sees finds also those that nobody wrote a word about"
        yield Finding("pictures", True, detail, '[pictures] model = "clip-ViT-B-32", then: assistant models fetch')
        return
    names = {config.pictures.model, config.pictures.words_model}
    faults = [row for row in weights.inventory(config) if row.name in names and row.state != "present"]
    lacking = [name for name in ("torch", "sentence_transformers") if importlib.util.find_spec(name) is None]
    for row in faults:
        yield Finding(
            "pictures", False, f"found by their words alone: {row.name}: {row.fault}", "assistant models fetch"
        )
    if lacking:
        detail = f"found by their words alone: {' and '.join(lacking)} are not installed"
        yield Finding("pictures", False, detail, "pip install 'assistant[export]'")
    if not faults and not lacking:
        yield Finding("pictures", True, f"seen by {config.pictures.model}, and found by their words")
