"""Folders of OVOS and Mycroft skills: `*.intent` with templates, `*.entity` with values, `*.dialog` with replies."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from pathlib import Path

from assistant.authoring.importing.imported import Imported, identifier
from assistant.authoring.source_file import SourceFile
from assistant.language.spoken import count

_LANGUAGE = re.compile(r"[a-z]{2}(-[a-z]{2,4})?", re.IGNORECASE)


def read_padatious(files: Sequence[SourceFile], imported: Imported) -> None:
    """Read the files of one language."""
    for file in files:
        if file.path.suffix == ".entity":
            values = imported.lists.setdefault(identifier(file.path.stem), [])
            values += [(text, "") for _, text in _lines(file) if "{" not in text and ":0" not in text]
    for file in files:
        if file.path.suffix != ".intent":
            continue
        intent = imported.intent(file.path.stem, file.path)
        for line, text in _lines(file):
            if ":0" in text or "#" in text:
                imported.leave(file.path, line, "a line with a wildcard (:0, #) is not carried over")
                continue
            intent.templates.append(text)
            for slot in re.findall(r"{(\w+)}", text):
                intent.slots[slot] = slot if imported.lists.get(slot) else "text"
    spoken = [file for file in files if file.path.suffix == ".dialog"]
    for file in spoken:
        _dialog(file, imported)
    unsaid = [file.path.name for file in spoken if identifier(file.path.stem) not in imported.intents]
    if unsaid:
        words = f"{count(len(unsaid), 'dialog')}, such as {unsaid[0]}: no intent has their names, a program says them"
        imported.leave(spoken[0].path.parent, 0, words)
    for suffix in sorted({file.path.suffix for file in files} - {".intent", ".entity", ".dialog"}):
        some = [file for file in files if file.path.suffix == suffix]
        imported.leave(some[0].path.parent, 0, f"{count(len(some), 'file')} *{suffix}: not carried over")


def _dialog(file: SourceFile, imported: Imported) -> None:
    intent = imported.intents.get(identifier(file.path.stem))
    if intent is None:
        return
    for line, text in _lines(file):
        if unknown := [name for name in re.findall(r"{(\w+)}", text) if name not in intent.slots]:
            imported.leave(file.path, line, f"{{{unknown[0]}}} is a value of the skill's program")
        elif not re.search(r"[()\[\]|]", text):
            intent.responses.append(text)
    if len(intent.responses) > 1:
        imported.leave(file.path, 0, "one of its lines was chosen by chance; here they are told in turn")


def _lines(file: SourceFile) -> Iterator[tuple[int, str]]:
    for line, text in enumerate((file.decoded() or "").splitlines(), 1):
        plain = re.sub(r"{{\s*(\w+)\s*}}|{\s*(\w+)\s*}", lambda match: f"{{{match[1] or match[2]}}}", text)
        if plain.strip() and not plain.lstrip().startswith(("#", "//")):
            yield line, " ".join(plain.split())


def language_of(path: Path) -> str:
    """Return the language that a folder of the path names, `en-us`; empty where none does."""
    names = [name for name in path.parts[:-1] if _LANGUAGE.fullmatch(name) and (len(name) > 2 or name in _KNOWN)]
    return names[-1].lower() if names else ""


_KNOWN = frozenset(("en", "de", "fr", "es", "it", "nl", "pt"))
