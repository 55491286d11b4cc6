"""The pictures that can be found: their folders added and removed, their state, and what a question finds."""

from __future__ import annotations

import dataclasses
import importlib.util
import tempfile
from collections.abc import Iterator, Sequence
from datetime import datetime
from pathlib import Path

from assistant.app import build
from assistant.app.pictures.library import Pictures
from assistant.authoring.source.folders import remarks
from assistant.checks.documents import absolute, faults_of, is_in, stored_files
from assistant.checks.finding import Finding
from assistant.checks.pictures.readiness import sight, words_in_pictures
from assistant.config import Config, changing, remember
from assistant.errors import AssistantError, IndexStoreError, shown
from assistant.events import Emit
from assistant.outlet.terminal import printable_line


def add(config: Config, file: Path, names: Sequence[str], emit: Emit) -> Iterator[Finding]:
    """Write folders and pictures into a config file, read them, and tell what can be found and what cannot.

    Raises:
        AssistantError: one is not there or is no picture, or the file cannot be written.
    """
    from assistant.authoring.pictures.reading import PICTURE_FILES

    new, again, present = list[Path](), list[Path](), [absolute(text) for text in config.pictures.folders]
    for path in map(absolute, names):
        if not path.exists():
            raise AssistantError(f"{shown(path)}: no such file or folder")
        if path.is_file() and path.suffix.lower() not in PICTURE_FILES:
            raise AssistantError(f"{shown(path)}: is of no kind that is read: {' '.join(sorted(PICTURE_FILES))}")
        if holder := next((folder for folder in present if is_in(path.resolve(), folder.resolve())), None):
            beside = "" if holder == path else f", with {shown(holder)}"
            yield Finding("pictures", True, f"{shown(path)} is looked at already{beside}")
            again.append(path)
        elif path not in new:
            new.append(path)
    if new:
        with changing(file) as now:
            kept = [text for text in now.pictures.folders if not any(is_in(absolute(text), path) for path in new)]
            config = _remembered(config, file, [*kept, *map(str, new)])
    yield from _learnt(config, [*new, *again], emit)
    if new:
        yield Finding("pictures", True, f"written into {shown(file)}: [pictures] folders")


def _learnt(config: Config, sources: Sequence[Path], emit: Emit) -> Iterator[Finding]:
    """Read and embed what is missing, also of what was broken off before, and tell what came of some sources."""
    pictures = _opened(config, emit)
    pictures.sight(emit, fetch=True)
    read = pictures.read(emit)
    pictures.embedded(read, emit)
    for source in sources:
        count = sum(item.count > 0 and is_in(Path(item.path), source) for item in stored_files(read.passages))
        yield Finding("pictures", True, f"{shown(source)}: {_pictures(count)}")
    own = [problem for problem in read.problems if any(is_in(problem.file, source) for source in sources)]
    yield from faults_of(own, "pictures")
    yield from words_in_pictures()


def remove(config: Config, file: Path, names: Sequence[str], emit: Emit) -> Iterator[Finding]:
    """Take folders out of a config file and forget their pictures; the files stay where they are.

    Raises:
        AssistantError: one is none of those that were added, or the file cannot be written.
    """
    added = {absolute(text): text for text in config.pictures.folders}
    for path in map(absolute, names):
        if path not in added:
            legal = f"; added: {', '.join(added.values())}" if added else ""
            raise AssistantError(f"{shown(path)}: was not added{legal}")
        del added[path]
        yield Finding("pictures", True, f"{shown(path)} is no longer looked at; it stays where it is")
    with changing(file) as now:
        gone = {absolute(text) for text in config.pictures.folders} - {*added}
        config = _remembered(config, file, [text for text in now.pictures.folders if absolute(text) not in gone])
    pictures = _opened(config, emit)
    pictures.embedded(pictures.read(emit), emit)


def status(config: Config, emit: Emit) -> Iterator[Finding]:
    """Count the pictures that can be found and those with captions, words and places; name the faults of the others."""
    from assistant.authoring.pictures.picture import Picture

    if not config.picture_folders():
        yield Finding("pictures", True, "no folder is looked at", "assistant pictures add FOLDER")
        return
    pictures = _opened(config, emit)
    try:
        read = pictures.read(emit)
    except IndexStoreError as error:
        yield Finding("pictures", False, f"{error}; they are told as they were last read")
        read = pictures.kept()
    facts = [picture.facts for picture in read.passages if isinstance(picture, Picture)]
    away = {problem.file for problem in read.problems}
    for folder in (absolute(str(folder)) for folder in config.picture_folders()):
        if folder in away:
            continue  # told below, with what is kept of it
        count = sum(item.count > 0 and is_in(Path(item.path), folder) for item in stored_files(read.passages))
        yield Finding("folder", True, f"{shown(folder)}: {_pictures(count)}")
    yield from faults_of(read.problems, "pictures")
    yield from _links(config.picture_folders())
    known = {
        "with a caption": sum(bool(fact.caption) for fact in facts),
        "with words in them": sum(bool(fact.words) for fact in facts),
        "with a place": sum(bool(fact.place) for fact in facts),
        "dated by camera, caption or name": sum(fact.taken_from not in ("", "file") for fact in facts),
    }
    parts = ", ".join(f"{count:,} {what}" for what, count in known.items())
    missing = len(pictures.index.missing(read)) if read.passages else 0
    missing = max(missing, pictures.unseen(read))
    left = f"; {missing:,} still to be learnt" if missing else ""
    cure = "assistant index build" if missing else ""
    yield Finding("pictures", True, f"{_pictures(len(facts))}, {parts}{left}", cure)
    yield from words_in_pictures()
    yield from sight(config)


def _links(folders: Sequence[Path]) -> Iterator[Finding]:
    """Tell of the folders that are reached by a link, which is not followed."""
    from assistant.authoring.pictures.reading import PICTURE_FILES

    for path, remark in (entry for folder in folders for entry in remarks(folder, PICTURE_FILES)):
        if path.is_dir():
            yield Finding("pictures", True, f"{shown(path)} {remark}", severity="note")


def find(config: Config, text: str, emit: Emit, sheet: Path | None = None, count: int = 8) -> Iterator[Finding]:
    """List the pictures for some words, the likeliest first, each with its score; write a contact sheet of them.

    Raises:
        AssistantError: the sheet cannot be written.
    """
    if not text.strip():
        yield Finding("pictures", False, "no words to search for", 'assistant pictures find "the dog on the beach"')
        return
    pictures = _opened(config, emit)
    finder = pictures.finder(emit)
    found = finder.find(text, datetime.now(), config.match.threshold)
    for item in found.pictures[:count]:
        score = f"{item.confidence:.2f}" if item.is_scored else "listed"
        yield Finding(score, True, ": ".join(filter(None, (shown(item.picture.file), item.why))))
    for picture, day in found.unclear:
        yield Finding("unclear", True, f"{shown(picture.file)}: its printed day, {day}, is unclear", severity="note")
    if not found.pictures:
        unread = found.question.unread and f"“{printable_line(found.question.unread)}” is not understood"
        reason = unread or _nothing(config, len(finder), found.admitted, bool(found.question.filters))
        yield Finding("pictures", False, reason)
    if sheet is not None and found.pictures:
        from assistant.checks.pictures.sheet import write_sheet

        write_sheet(sheet, text, found.pictures, pictures.thumbnails)
        yield Finding("pictures", True, f"written: {shown(sheet)}")


def like(config: Config, names: Sequence[str], emit: Emit, count: int = 8) -> Iterator[Finding]:
    """List the pictures most like a picture in a file, and the captions of one's own that fit it.

    Raises:
        AssistantError: the file is no picture that can be read.
    """
    pictures = _opened(config, emit)
    finder = pictures.finder(emit)
    for path in map(absolute, names):
        with tempfile.TemporaryDirectory() as folder:
            picture, thumbnail = pictures.looked_at(path, Path(folder))
            for caption, fit in finder.words_for(picture, thumbnail):
                yield Finding("fits", True, f"“{caption}” ({fit:.1f})")
            found = [item for item in finder.like_file(picture, thumbnail, count + 1) if item.picture.file != path]
        for item in found[:count]:
            yield Finding(f"{item.confidence:.2f}", True, f"{shown(item.picture.file)}: {item.why}")
        if not found:
            without = "" if finder.sees or picture.has_words else ": it has no words, and no model that sees is set"
            reason = f"no picture is like {shown(path)}{without}"
            yield Finding("pictures", False, reason if len(finder) else _nothing(config, 0, 0, False))


def explain(config: Config, text: str, emit: Emit, count: int = 8) -> Iterator[Finding]:
    """List the pictures nearest to some words, sure enough or not, with their scores and what speaks for each."""
    finder = _opened(config, emit).finder(emit)
    found = finder.find(text, datetime.now(), config.match.threshold)
    question = found.question
    days = "; ".join(period.in_words for period in question.periods)
    hours = (
        " or ".join(f"{first:%H:%M} to {last:%H:%M}" for first, last in question.hours.stretches)
        if question.hours
        else ""
    )
    filters = ", ".join(
        filter(
            None,
            (days, hours, question.place.title(), question.paper, "screenshots" if question.wants_screenshot else ""),
        )
    )
    about = f"“{question.about}”" if question.about else "all"
    about += f", “{printable_line(question.unread)}” is not understood" if question.unread else ""
    yield Finding("read as", True, f"{about}{f', of {filters}' if filters else ''}: {found.admitted:,} pictures")
    for item in found.nearest[:count]:
        yield Finding(
            f"{item.confidence:.2f}", True, f"{item.picture.source} (cosine {item.similarity:.2f}): {item.why}"
        )


def _pictures(count: int) -> str:
    return f"{count:,} picture{'' if count == 1 else 's'}"


def _nothing(config: Config, pictures: int, admitted: int, is_filtered: bool) -> str:
    """Say why nothing was found."""
    if not config.picture_folders():
        return "no folder is looked at: assistant pictures add FOLDER"
    if not pictures:
        return "the folders hold no picture that can be read: assistant pictures status"
    if is_filtered and not admitted:
        return "no picture is of that time, place or kind"
    return f"none of {admitted:,} pictures is like that; the nearest: assistant pictures why TEXT"


def _opened(config: Config, emit: Emit) -> Pictures:
    """Open the pictures of a config.

    Raises:
        AssistantError: the package that reads them is not installed, as in the light installation.
    """
    if config.picture_folders() and importlib.util.find_spec("PIL") is None:
        raise AssistantError("pictures need the package pillow: pip install pillow")
    return Pictures(config, build.load_embedder(config, emit))


def _remembered(config: Config, file: Path, folders: Sequence[str]) -> Config:
    remember(file, "pictures", "folders", folders)
    return dataclasses.replace(config, pictures=dataclasses.replace(config.pictures, folders=tuple(folders)))
