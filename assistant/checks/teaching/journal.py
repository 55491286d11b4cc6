"""What was taught, so that it can be taken back: the pieces of text that went into files, the last lessons only."""

from __future__ import annotations

import json
import stat
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from assistant.checks.stored import LESSONS, remove
from assistant.checks.teaching.lesson import HEADER, Edit, text_of
from assistant.config import Config
from assistant.errors import AssistantError
from assistant.private_file import private_folder, write


def save(config: Config, sentence: str, edits: Sequence[Edit]) -> None:
    """Write the edits of a lesson, and keep them so that it can be taken back.

    Raises:
        AssistantError: one cannot be written, those before it are; or all are, and cannot be kept.
    """
    written = []
    try:
        for edit in edits:
            edit.save()
            written.append(edit)
    finally:
        if written:
            record(config, sentence, written)


def record(config: Config, sentence: str, edits: Sequence[Edit], most: int = 100) -> None:
    """Keep the pieces that a lesson has put into files.

    Raises:
        AssistantError: it cannot be kept.
    """
    pieces = [
        {
            "file": str(edit.file.absolute()),
            "at": edit.insertion.at,
            "text": edit.insertion.text,
            "replaced": edit.insertion.replaced,
            "made": edit.before is None,
            "header": edit.header,
        }
        for edit in edits
    ]
    try:
        _keep(config, [*_lessons(config), {"sentence": sentence, "at": time.time(), "pieces": pieces}][-most:])
    except AssistantError as error:
        names = ", ".join(dict.fromkeys(edit.file.name for edit in edits))
        raise AssistantError(f"{names}: written, but it cannot be taken back: {error}") from None


def undo(config: Config) -> tuple[str, Sequence[Path]]:
    """Take the last lesson back; return its sentence and the files that are as they were.

    Raises:
        AssistantError: there is none, or what it put into a file has been changed since: nothing is taken back then.
    """
    lessons = _lessons(config)
    if not lessons:
        raise AssistantError("nothing taught or saved is left to take back")
    last, texts, headers = lessons[-1], dict[Path, str](), dict[Path, str]()
    for piece in reversed(last["pieces"]):
        file = Path(piece["file"])
        texts[file] = _without(piece, texts[file] if file in texts else text_of(file), file)
        if piece["made"]:
            headers[file] = str(piece.get("header", HEADER))
    _keep(config, lessons[:-1])
    try:
        for file, text in texts.items():
            if text == headers.get(file):  # comments written into it since would be lost
                remove(file)
            else:
                _rewrite(file, text)
    except AssistantError:
        _keep(config, lessons)
        raise
    return str(last["sentence"]), tuple(texts)


def _without(piece: Mapping[str, Any], text: str, file: Path) -> str:
    """Return a text as it was before a piece was put into it, of several alike the one nearest to that place."""
    wanted, places, start = str(piece["text"]), list[int](), -1
    while (start := text.find(wanted, start + 1)) >= 0:
        places.append(start)
    if not places:
        raise AssistantError(f"{file}: what was taught has been changed in it since; take it out there")
    place = min(places, key=lambda place: abs(place - piece["at"]))
    return text[:place] + str(piece.get("replaced", "")) + text[place + len(wanted) :]


def _rewrite(file: Path, text: str) -> None:
    file = file.resolve()
    try:
        write(file, text, stat.S_IMODE(file.stat().st_mode))
    except OSError as error:
        raise AssistantError(f"{file}: cannot be written: {error.strerror}") from None


def _file(config: Config) -> Path:
    return config.data_folder() / LESSONS


def _lessons(config: Config) -> list[dict[str, Any]]:
    try:
        kept = json.loads(_file(config).read_text(encoding="utf-8"))
        return [lesson for lesson in kept if lesson["pieces"]]
    except (OSError, ValueError, TypeError, KeyError):  # none is kept, or none that can be read
        return []


def _keep(config: Config, lessons: Sequence[Mapping[str, Any]]) -> None:
    try:
        private_folder(config.data_folder())
        write(_file(config), json.dumps(lessons, ensure_ascii=False, indent=1))
    except OSError as error:
        raise AssistantError(f"{_file(config)}: cannot be written: {error.strerror}") from None
