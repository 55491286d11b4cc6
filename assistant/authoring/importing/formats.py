"""Which format a file is in, by its name and its first keys, and all files of a folder read."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from assistant.authoring.importing.imported import Imported
from assistant.authoring.importing.padatious import language_of, read_padatious
from assistant.authoring.importing.rasa_project import read_rasa
from assistant.authoring.importing.rhasspy import read_rhasspy
from assistant.authoring.importing.rhino import read_rhino
from assistant.authoring.importing.snips import read_snips_json, read_snips_yaml, settle_lists
from assistant.authoring.rasa import is_plain
from assistant.authoring.source.folders import read_content, source_files
from assistant.authoring.source.limits import LIMITS
from assistant.authoring.source_file import SourceFile

_SKILL = {".intent", ".entity", ".dialog", ".voc", ".rx", ".value", ".word"}
_SUFFIXES = {".yaml", ".yml", ".json", ".ini", ".csv", ".tsv", *_SKILL}
_TEXT_COLUMN = re.compile(r"text|utterance|sentence|query|phrase|example", re.IGNORECASE)
_INTENT_COLUMN = re.compile(r"intent|label|category|class", re.IGNORECASE)


@dataclass(slots=True)
class SourceFiles:
    """The files of a folder by their format."""

    formats: dict[str, list[SourceFile]] = field(default_factory=dict)
    unchanged: list[SourceFile] = field(default_factory=list)
    """Intent files of Home Assistant, which work as they are."""


def read_source(path: Path, language: str, imported: Imported) -> SourceFiles:
    """Read a file, or all in a folder and below, into `imported`; what is in no known format is left."""
    source, faults = SourceFiles(), imported.left
    for file in source_files(path, _SUFFIXES, faults):
        if (content := read_content(file, faults)) is None:
            continue
        read = SourceFile(file, content)
        if (format_name := _format(read)) == "home-assistant":
            source.unchanged.append(read)
        elif format_name:
            source.formats.setdefault(format_name, []).append(read)
        elif file.suffix in (".yaml", ".yml", ".ini", ".csv", ".tsv"):
            imported.leave(file, 0, "is in no format that is known")
    imported.language = language
    if skills := source.formats.get("padatious"):
        source.formats["padatious"] = list(_of_language(skills, language, imported))
    for format_name, files in source.formats.items():
        _read(format_name, files, imported)
    settle_lists(imported)
    imported.settle_intents()
    for read in (*(file for files in source.formats.values() for file in files), *source.unchanged):
        imported.left += read.problems
    return source


def _read(format_name: str, files: Sequence[SourceFile], imported: Imported) -> None:
    if format_name == "padatious":
        read_padatious(files, imported)
    elif format_name == "rasa":
        read_rasa(files, imported)
    for file in files:
        match format_name:
            case "rhasspy":
                read_rhasspy(file, imported)
            case "rhino":
                read_rhino(file, imported)
            case "snips" if file.path.suffix == ".json":
                read_snips_json(file, imported)
            case "snips":
                read_snips_yaml(file, imported)
            case "csv":
                _read_table(file, imported)


def _format(file: SourceFile) -> str:
    """Return the name of a file's format; empty where it is none of them."""
    suffix = file.path.suffix.lower()
    if suffix in _SKILL:
        return "padatious"
    if suffix == ".ini":
        return "rhasspy" if re.search(rb"^\s*\[", file.content, re.MULTILINE) else ""
    if suffix in (".csv", ".tsv"):
        return "csv"
    text = file.content.decode(errors="replace")
    if suffix == ".json":
        return "snips" if _is_dataset(text) else ""
    for pattern, name in (
        (r"^type:\s*(intent|entity)\b", "snips"),
        (r"^context:", "rhino"),
        (r"^(nlu|rules|stories):|^intents:\s*\n\s*-|^responses:\s*\n\s+utter_|^intents:\s*\[", "rasa"),
        (r"^(intents|lists|expansion_rules|responses):", "home-assistant"),
    ):
        if re.search(pattern, text, re.MULTILINE):
            return name
    return ""


def _is_dataset(text: str) -> bool:
    try:
        data = json.loads(text)
    except (ValueError, RecursionError):
        return False
    return isinstance(data, dict) and isinstance(data.get("intents"), dict) and isinstance(data.get("entities"), dict)


def _of_language(files: Sequence[SourceFile], language: str, imported: Imported) -> Iterator[SourceFile]:
    """Yield the files of a language, and those that stand in the folder of none; the others are counted."""
    others: dict[str, int] = {}
    for file in files:
        name = language_of(file.path)
        if not name or name.partition("-")[0] == language.partition("-")[0]:
            yield file
        else:
            others[name] = others.get(name, 0) + 1
    if others:
        words = ", ".join(f"{name} ({count})" for name, count in sorted(others.items()))
        imported.leave(files[0].path.parent.parent, 0, f"files of other languages: {words}; --language takes one")


def _read_table(file: SourceFile, imported: Imported) -> None:
    """Read a table of sentences and the names of their intents."""
    text = file.decoded() or ""
    delimiter = "\t" if file.path.suffix.lower() == ".tsv" else ";" if text.partition("\n")[0].count(";") else ","
    reader = csv.reader(io.StringIO(text), delimiter=delimiter)
    rows = [(reader.line_num, row) for row in reader if any(map(str.strip, row))]
    head = [cell.strip() for cell in rows[0][1]] if rows else []
    said = next((place for place, name in enumerate(head) if _TEXT_COLUMN.fullmatch(name)), None)
    meant = next((place for place, name in enumerate(head) if _INTENT_COLUMN.fullmatch(name)), None)
    if said is None or meant is None:
        imported.leave(file.path, 1, "a table needs the columns text and intent; question and answer go into knowledge")
        return
    for line, row in rows[1:]:
        if lacking := [head[place] for place in (said, meant) if not "".join(row[place : place + 1]).strip()]:
            imported.leave(file.path, line, f"a row without {' and '.join(lacking)}")
        else:
            text = " ".join(row[said].split())
            if not is_plain(text) or len(text) > LIMITS.phrase:
                fault = "brackets" if len(text) <= LIMITS.phrase else f"more than {LIMITS.phrase:,} letters"
                imported.leave(file.path, line, f"a sentence with {fault} is not carried over")
            else:
                imported.intent(row[meant], file.path, line).examples.append(text)
    if others := [name for place, name in enumerate(head) if place not in (said, meant)]:
        imported.leave(file.path, 1, f"columns that are not carried over: {', '.join(others)}")
