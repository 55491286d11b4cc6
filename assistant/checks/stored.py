"""What the assistant keeps on this machine, by kind: where it lies, and for whom.

What others could read of it is closed to them at each start. Reports that onnxruntime had queued for its maker before
it was told not to are removed, once.
"""

from __future__ import annotations

import contextlib
import os
import re
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import platformdirs

from assistant.config import SHIPPED, Config, user_cache_folder, user_config_folder
from assistant.errors import AssistantError
from assistant.private_file import close_to_others, forget_abandoned, mend, private_folder, write

DATABASE = ("assistant.db", "assistant.db-wal", "assistant.db-shm", "assistant.lock", "ringing.lock")
"""Files of the notes, the lists, the timers, the planned commands and the conversation."""

LESSONS = "lessons.json"
"""File of what was taught."""

DRAFTS = "drafts.json"
"""File of what was typed in the editor and not saved."""

_LOGS = ("faults.log", "terminal.log")
_INDEXES = ("index", "index-on-server", "documents", "pictures")
_TURNS = "conversation"
"""Folder of the vectors that the conversation is searched by."""

_DRAFT_OF_BEFORE = re.compile(r"(snapshot|draft)-[0-9a-f]{12}\.\d+|classifier\.\d+|chroma\.new")
"""Name that an older version gave to a part of the index while it was written."""

_REPORTS = ("deviceid", "deviceid.lock", *(f"onnxruntime.db{end}" for end in ("", "-wal", "-shm", "-journal", ".ses")))
"""Files of onnxruntime's telemetry."""


@dataclass(frozen=True, slots=True)
class Kept:
    """One kind of thing that is kept."""

    kind: str
    purpose: str
    """The use that is made of it."""
    paths: tuple[Path, ...]
    """Files and folders of it that are there."""
    is_own: bool = True
    """False where a person has named the folder in the configuration: it may hold other things, or serve others."""


def kept(config: Config) -> tuple[Kept, ...]:
    """List all kinds; one of which nothing is there has no paths."""
    own, data = user_config_folder(), config.data_folder()
    named = config.paths

    def below(folder: Path, *names: str) -> tuple[Path, ...]:
        return tuple(folder / name for name in _names(folder) if name in names)

    def written(folders: tuple[Path, ...]) -> tuple[Path, ...]:
        return tuple(folder for folder in folders if folder.parent != SHIPPED)

    database = below(data, *DATABASE)
    copies = tuple(data / name for name in _names(data) if name.startswith("assistant.db."))
    index = tuple(folder for folder in below(data, *_INDEXES) if {"lock", "documents.json"} & {*_names(folder)})
    drawings = (config.drawings_folder(),) if _names(config.drawings_folder()) else ()
    weights = (config.models_folder(),) if _names(config.models_folder()) else ()
    return (
        Kept("settings", "read at the start; may hold your access token", below(own, "config.toml")),
        Kept("intents", "your commands", written(config.intent_folders()), not named.intents),
        Kept("knowledge", "your questions and answers", written(config.knowledge_folders()), not named.knowledge),
        Kept("notes", "read when you ask for your notes", database),
        Kept("lists", "read when you ask for a list", database),
        Kept("timers", "read by the running assistant, which rings them", database),
        Kept("schedule", "commands for later, which the running assistant carries out", database),
        Kept("conversation", _conversation(config), (*database, *below(data, _TURNS))),
        Kept("copies", "the rows of notes to conversation of before, kept in case of damage", copies),
        Kept("drawings", "pictures that were drawn for you", drawings, not config.create.folder),
        Kept("index", "made from intents, knowledge, documents and pictures, to find the meaning of a sentence", index),
        Kept("lessons", "what you taught it, for `assistant teach --undo`", below(data, LESSONS)),
        Kept("drafts", "what you typed in the editor and did not save", below(data, DRAFTS)),
        Kept("logs", "faults of the program and of sound drivers, for you to read", below(data, *_LOGS)),
        Kept("weights", "public models, the same for everybody", weights, not config.models.folder),
        Kept("reports", "queued by onnxruntime for its maker, of before or of another program", tuple(_reports())),
    )


def _conversation(config: Config) -> str:
    if not config.history.keep:
        return "what was said and answered; nothing more is kept, since [history] keep = false"
    days, turns = config.history.days, config.history.turns
    return f"what was said and answered, for {days} days, {turns} turns at most; [history] keep = false ends it"


def tidy(config: Config) -> None:
    """Close to others what is kept, also what an older version left open, and forget the reports of before."""
    folder = config.data_folder()
    private = [entry for entry in kept(config) if entry.is_own and entry.kind not in ("weights", "reports")]
    for path in dict.fromkeys(path for entry in private for path in entry.paths):
        mend(path)
        for file in path.glob("*") if path.name in (*_INDEXES, _TURNS) else ():
            if _DRAFT_OF_BEFORE.fullmatch(file.name):
                forget_abandoned(file)
    close_to_others(user_config_folder())
    close_to_others(user_cache_folder())
    strangers = {*_names(folder)} - {path.name for entry in private for path in entry.paths}
    if not strangers or not config.paths.data:  # a folder with other things in it may be for others too
        close_to_others(folder)
    with contextlib.suppress(OSError, AssistantError):
        _forget_reports_once()


def remove(path: Path) -> None:
    """Delete a file, a link, or a folder with all below it.

    Raises:
        AssistantError: it cannot be deleted.
    """
    try:
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path)
        else:
            path.unlink(missing_ok=True)
    except OSError as error:
        raise AssistantError(f"{error.filename or path}: cannot be deleted: {error.strerror}") from None


def _names(folder: Path) -> list[str]:
    """Names in a folder; none where it is not there, or cannot be read."""
    with contextlib.suppress(OSError), os.scandir(folder) as entries:
        return sorted(entry.name for entry in entries)
    return []


def _reports() -> Iterator[Path]:
    """Yield the files of onnxruntime's telemetry that are there, in the places that it has on Linux and on macOS."""
    for folder in _report_folders():
        if not folder.is_symlink():
            yield from (folder / name for name in _names(folder) if name in _REPORTS)


def _report_folders() -> tuple[Path, ...]:
    bases = (platformdirs.user_cache_path(), platformdirs.user_data_path())
    return tuple(base / "Microsoft" / "DeveloperTools" / ".onnxruntime" for base in bases)


def _forget_reports_once() -> None:
    """Delete the reports, unless that was done before: other programs may want theirs."""
    done = user_cache_folder() / "reports-forgotten"
    if done.exists():
        return
    forget_reports()
    private_folder(done.parent)
    write(done, "")


def forget_reports() -> None:
    """Delete the reports, and their folders where nothing else is in them.

    Raises:
        AssistantError: one cannot be deleted.
    """
    for file in _reports():
        remove(file)
    for folder in _report_folders():
        for emptied in (folder, *folder.parents[:2]):
            with contextlib.suppress(OSError):
                emptied.rmdir()
