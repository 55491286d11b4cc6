"""Intents of other assistants brought over: one file of one's own, and a list of what was not carried over."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from assistant.app.definitions import read_folders
from assistant.authoring.importing.formats import SourceFiles, read_source
from assistant.authoring.importing.imported import Imported
from assistant.authoring.intent_file import parse_intent_file
from assistant.checks.finding import Finding
from assistant.checks.making import schemas
from assistant.checks.teaching.lesson import own_folder
from assistant.config import Config, make_user_folders
from assistant.errors import AssistantError, Problem
from assistant.language.spoken import count
from assistant.private_file import write

_NAMES = {
    "rasa": "Rasa",
    "snips": "Snips",
    "padatious": "OVOS (Padatious)",
    "rhasspy": "Rhasspy",
    "rhino": "Rhino",
    "csv": "a table",
}


def bring_over(config: Config, path: Path, name: str, language: str, is_trial: bool) -> Iterator[Finding]:
    """Write the intents of a file or a folder into a file of the person's own; nothing is replaced.

    Raises:
        AssistantError: there is no such file, nothing in it is known, or the new file is there or cannot be written.
    """
    if not path.exists():
        raise AssistantError(f"import: no such file: {path}")
    imported = Imported()
    source = read_source(path, language, imported)
    if not imported.intents and not source.unchanged:
        yield from _left(imported.left)
        raise AssistantError(
            f"import: {path}: no intents of Home Assistant, Rasa, Snips, OVOS, Rhasspy, Rhino or a table are there"
        )
    make_user_folders(config)
    folder = own_folder(config.intent_folders(), "intents")
    texts = dict(_texts(path, name, folder, source, imported))
    if present := [file for file in texts if file.exists()]:
        raise AssistantError(f"{present[0]}: is there already; take another name: --name NAME")
    for file, text in texts.items():
        if not is_trial:
            _write(file, text)
    yield from _left(imported.left)
    if not is_trial:
        yield from _read_again(tuple(texts))
    formats = [_NAMES[name] for name in source.formats] + ["Home Assistant"] * bool(source.unchanged)
    parsed = [parse_intent_file(read.path, read.content, frozenset()) for read in source.unchanged]
    intents = len(imported.intents) + sum(len(file.intents) for file in parsed)
    lists = len(imported.lists) + len(imported.ranges) + sum(len(file.lists) for file in parsed)
    counts = f"{count(intents, 'intent')}, {count(lists, 'list')}"
    idle = [name for name, intent in imported.intents.items() if not intent.responses]
    cure = "what they do is not carried over: give each an `action:` or a `response:`" if idle else ""
    yield Finding("import", True, f"{counts} of {' and '.join(formats)}", cure)
    for file in texts:
        yield Finding("import", True, f"{'would be written' if is_trial else 'written'}: {file}")


def _texts(path: Path, name: str, folder: Path, source: SourceFiles, imported: Imported) -> Iterator[tuple[Path, str]]:
    stem = name or path.stem
    if imported.intents:
        file = folder / f"{stem}.yaml"
        yield file, schemas.header("intent", file) + imported.text(path.name)
    for read in source.unchanged:
        yield folder / f"{stem if read.path == path else f'{stem}-{read.path.stem}'}.yaml", read.decoded() or ""


def _write(file: Path, text: str) -> None:
    try:
        write(file, text)
    except OSError as error:
        raise AssistantError(f"{file}: cannot be written: {error.strerror}") from None


def _left(problems: list[Problem]) -> Iterator[Finding]:
    for problem in problems:
        yield Finding.of("left", Problem(problem.file, problem.line, problem.message, "warning"))


def _read_again(files: tuple[Path, ...]) -> Iterator[Finding]:
    """Tell of what cannot be used in the files that were written."""
    for problem in read_folders(files, ()).intents.problems:
        yield Finding.of("left", Problem(problem.file, problem.line, problem.message, "warning"))
