"""Folders of question-answer files -> one `KnowledgeSet`: YAML, Markdown, tables, JSON and JSON lines."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path

from assistant.authoring.documents.reading import DOCUMENT_FILES
from assistant.authoring.pairs.entry import QuestionAnswer as QuestionAnswer
from assistant.authoring.pairs.markdown import read_markdown
from assistant.authoring.pairs.tables import read_csv, read_json, read_json_lines
from assistant.authoring.pairs.yaml_pairs import read_yaml
from assistant.authoring.source.folders import NO_DRAFTS, FileContents, contents, counted
from assistant.authoring.source.limits import LIMITS
from assistant.authoring.source_file import FileTooCostlyError, SourceFile
from assistant.errors import Problem
from assistant.language.text import normalise

_READERS: Mapping[str, Callable[[SourceFile], Iterator[QuestionAnswer]]] = {
    ".yaml": read_yaml,
    ".yml": read_yaml,
    ".md": read_markdown,
    ".csv": read_csv,
    ".tsv": read_csv,
    ".jsonl": read_json_lines,
    ".json": read_json,
}
KNOWLEDGE_FILES = tuple(_READERS)
"""Endings of the files that are read."""

_DOCUMENTS_ALONE = frozenset(DOCUMENT_FILES) - {*KNOWLEDGE_FILES}
"""Endings of files that never hold pairs."""


@dataclass(frozen=True, slots=True)
class KnowledgeSet:
    """All entries in use."""

    entries: tuple[QuestionAnswer, ...] = ()
    problems: tuple[Problem, ...] = ()
    digest: str = ""
    """Changes whenever a file does."""


@dataclass(frozen=True, slots=True)
class KnowledgeFile:
    """The entries of one file."""

    entries: tuple[tuple[str, QuestionAnswer], ...]
    """Each with its question normalised."""
    problems: tuple[Problem, ...]


def load_knowledge(
    folders: Sequence[Path], added: Sequence[Path] = (), drafts: FileContents = NO_DRAFTS
) -> KnowledgeSet:
    """Read the files of pairs in the folders and below; only content that is new is parsed.

    A later folder's answer to the same question replaces an earlier one's; twice in one folder is a problem. Those of
    `added`, files or folders, may hold files of any purpose: YAML in which nothing is a question is passed over there.
    FileContents are read in place of what is on the disk.
    """
    problems: list[Problem] = []
    entries: dict[str, QuestionAnswer] = {}
    digest = hashlib.sha256()
    for folder in (*folders, *added):
        own: dict[str, QuestionAnswer] = {}
        if folder.suffix.lower() in _DOCUMENTS_ALONE and folder.is_file():
            continue
        for path, content in contents(folder, KNOWLEDGE_FILES, problems, drafts):
            if folder in added and path.suffix.lower() in (".yaml", ".yml") and b"question" not in content:
                continue
            parse = parse_knowledge_file.__wrapped__ if path in drafts else parse_knowledge_file  # no draft is kept
            file = parse(path, content)
            if file.entries or file.problems:  # else it is a document, and its edits change nothing here
                digest.update(os.fsencode(path.name) + b"\0" + content + b"\0")
            problems += file.problems
            for key, entry in file.entries:
                if first := own.get(key):
                    place = f"{first.file.name}:{first.line}"
                    message = f'"{entry.question}" is answered already in {place}; this one is left out'
                    problems.append(Problem(path, entry.line, message))
                else:
                    own[key] = entry
        entries |= own
    return KnowledgeSet(tuple(entries.values()), tuple(counted(problems)), digest.hexdigest())


@lru_cache(maxsize=4096)  # files; beyond that a reload parses them all
def parse_knowledge_file(path: Path, content: bytes) -> KnowledgeFile:
    """Parse the content of a file. The same content is parsed once: a reload costs what changed."""
    file, entries = SourceFile(path, content), list[tuple[str, QuestionAnswer]]()
    if reader := _READERS.get(path.suffix.lower()):
        file.read(lambda file: entries.extend(_checked(file, reader(file))), None)
    else:
        file.report(0, f"is no knowledge file: its name must end in one of {', '.join(_READERS)}")
    return KnowledgeFile(tuple(entries), tuple(file.problems))


def _checked(file: SourceFile, entries: Iterator[QuestionAnswer]) -> Iterator[tuple[str, QuestionAnswer]]:
    """Yield the entries that can be used, each with its question normalised.

    Raises:
        FileTooCostlyError: there are too many.
    """
    for number, entry in enumerate(entries):
        file.check_time()
        if number >= LIMITS.entries:
            raise FileTooCostlyError(f"holds more than {LIMITS.entries:,} pairs; split it")
        line, named = entry.line, f'"{entry.question[:80] or "..."}"'
        if not (key := normalise(entry.question[: LIMITS.phrase])) or not entry.answer:
            file.report(line, f"{named} has no {'answer' if key else 'question'}")
        elif file.is_short(entry.question, LIMITS.phrase, line, "a question") and file.is_short(
            entry.answer, LIMITS.answer, line, f"the answer to {named}"
        ):
            also = (text for text in entry.also if file.is_short(text, LIMITS.phrase, line, f"a wording of {named}"))
            yield key, replace(entry, also=tuple(also))
