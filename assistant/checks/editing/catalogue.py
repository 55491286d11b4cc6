"""The files of intents and knowledge with what each defines, and how often that was meant in the kept conversation."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from assistant.authoring.intents import INTENT_FILES
from assistant.authoring.knowledge import KNOWLEDGE_FILES
from assistant.authoring.source.folders import source_files
from assistant.checks.review.own import is_own
from assistant.config import Config
from assistant.errors import shown

if TYPE_CHECKING:
    from assistant.actions.database.turns import StoredTurn
    from assistant.authoring.definitions import Intent
    from assistant.nlu.matcher import Matcher


@dataclass(frozen=True, slots=True)
class ListedEntry:
    """An intent or a question of a file."""

    kind: Literal["intent", "question"]
    name: str
    """Name of the intent, or the question."""
    title: str
    line: int
    used: int
    """Number of kept turns that meant it."""
    words: str
    """All that it is found by, in lower case."""


@dataclass(frozen=True, slots=True)
class ListedFile:
    """A file and what it defines."""

    file: Path
    kind: Literal["intents", "knowledge"]
    is_own: bool
    """False of a shipped one, which is not written."""
    entries: tuple[ListedEntry, ...]
    faults: int
    """Number of errors in it."""


def catalogue(config: Config, matcher: Matcher, turns: Sequence[StoredTurn]) -> tuple[ListedFile, ...]:
    """List the files, a person's own first, then by folder and name."""
    used = Counter(name for turn in turns for name in turn.name.split("\n"))
    faults = Counter(str(problem.file) for problem in matcher.problems if problem.severity == "error")
    entries = {"intents": _by_file(_intents(matcher, used)), "knowledge": _by_file(_questions(matcher, used))}
    folders: list[tuple[Literal["intents", "knowledge"], Sequence[Path], Sequence[str]]] = [
        ("intents", config.intent_folders(), INTENT_FILES),
        ("knowledge", (*config.knowledge_folders(), *config.added_documents()), KNOWLEDGE_FILES),
    ]
    listed = [
        ListedFile(file, kind, is_own(file), tuple(entries[kind].get(Path(shown(file)), ())), faults[shown(file)])
        for kind, places, endings in folders
        for file in dict.fromkeys(path for folder in places for path in source_files(folder, endings, []))
        if Path(shown(file)) in entries[kind] or file.suffix in INTENT_FILES or faults[shown(file)]
    ]
    return tuple(sorted(listed, key=lambda row: (not row.is_own, row.kind, str(row.file))))


def _by_file(rows: Iterable[tuple[Path, ListedEntry]]) -> dict[Path, list[ListedEntry]]:
    """Map each file, as it is shown, to what it defines."""
    files: dict[Path, list[ListedEntry]] = {}
    for file, entry in rows:
        files.setdefault(file, []).append(entry)
    return files


def _intents(matcher: Matcher, used: Counter[str]) -> Iterator[tuple[Path, ListedEntry]]:
    """Yield every intent in its file, and in those that add to it."""
    for intent in matcher.intents.intents.values():
        lines = {intent.file: int(intent.line)}
        for place in (*intent.places.values(), *((test.file, test.line) for test in intent.tests)):
            lines.setdefault(place[0], int(place[1]))
        words = " ".join([intent.name, intent.title, *_sentences(intent)]).casefold()
        for file, line in lines.items():
            yield file, ListedEntry("intent", intent.name, intent.title, line, used[intent.name], words)


def _sentences(intent: Intent) -> Iterator[str]:
    yield from intent.examples
    yield from (sentence for block in intent.blocks for sentence in block.sentences)
    yield from (test.say for test in intent.tests)


def _questions(matcher: Matcher, used: Counter[str]) -> Iterator[tuple[Path, ListedEntry]]:
    for pair in matcher.knowledge.entries:
        words = " ".join([pair.question, *pair.also, pair.answer[:500]]).casefold()
        yield (
            pair.file,
            ListedEntry("question", pair.question, pair.question, int(pair.line), used[pair.question], words),
        )
