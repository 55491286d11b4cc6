"""The documents that answers are taken from: added, listed, removed, and searched with their scores."""

from __future__ import annotations

import dataclasses
import difflib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from assistant import weights
from assistant.app import build
from assistant.app.documents import RERANKER, Documents
from assistant.checks.finding import Finding
from assistant.config import Config, changing, remember
from assistant.errors import AssistantError, Problem, shown
from assistant.events import Emit
from assistant.values import AnswerMatch, IntentMatch, OutOfScope, SlotMissing, Understanding

if TYPE_CHECKING:
    from assistant.authoring.documents.store import Document


def add(config: Config, file: Path, names: Sequence[str], emit: Emit) -> Iterator[Finding]:
    """Write files and folders into a config file, read and embed them, and tell what is in use and what is not.

    Raises:
        AssistantError: one is not there or of a kind that is not read, or the file cannot be written.
    """
    new, present = list[Path](), list[Path]()
    for path in dict.fromkeys(_existing(names)):
        if holder := next((folder for folder in _sources(config) if is_in(path, folder)), None):
            whole = f", with {shown(holder)}" if path != holder else ""
            yield Finding("knowledge", True, f"{shown(path)} is read already{whole}")
            present.append(path)
        else:
            new.append(path)
    if not new:
        yield from _in_use(config, present, emit)  # what was broken off before is learnt now
        return
    with changing(file) as now:
        kept = [text for text in now.paths.documents if not any(is_in(absolute(text), path) for path in new)]
        config = _remembered(config, file, now, [*kept, *map(str, new)], now.paths.shared)
    yield from _in_use(config, [*new, *present], emit)
    yield Finding("knowledge", True, f"written into {shown(file)}: [paths] documents")


def share(config: Config, file: Path, names: Sequence[str], emit: Emit) -> Iterator[Finding]:
    """Write files and folders into a config file as shared, learn them, and put their passages before the team.

    Raises:
        AssistantError: no team is named, a file is not there or of a kind that is not read, or nothing can be written.
    """
    if not (config.match.team and config.match.server):
        raise AssistantError(f"knowledge share: name the team and its server in {shown(file)}: [match] team, server")
    new = list(dict.fromkeys(_existing(names)))
    with changing(file) as now:
        kept = [text for text in now.paths.documents if absolute(text) not in new]
        others = [text for text in now.paths.shared if not any(is_in(absolute(text), path) for path in new)]
        config = _remembered(config, file, now, kept, [*others, *map(str, new)])
    yield from _in_use(config, new, emit)
    yield Finding("knowledge", True, f"written into {shown(file)}: [paths] shared")


def _existing(names: Sequence[str]) -> Iterator[Path]:
    """Yield the paths of names of files and folders.

    Raises:
        AssistantError: one is not there, or of a kind that is not read.
    """
    from assistant.authoring.documents.loading import DOCUMENT_FILES
    from assistant.authoring.knowledge import KNOWLEDGE_FILES

    endings = {*DOCUMENT_FILES, *KNOWLEDGE_FILES}
    for path in map(absolute, names):
        if not path.exists():
            raise AssistantError(f"{shown(path)}: no such file or folder")
        if path.is_file() and path.suffix.lower() not in endings:
            raise AssistantError(f"{shown(path)}: is of no kind that is read: {' '.join(sorted(endings))}")
        yield path


def remove(config: Config, file: Path, names: Sequence[str], emit: Emit) -> Iterator[Finding]:
    """Take files and folders out of a config file and forget what was learnt from them; they stay where they are.

    A team sees those that were shared no more.

    Raises:
        AssistantError: one is none of those that were added, or the file cannot be written.
    """
    added = {absolute(text): text for text in (*config.paths.documents, *config.paths.shared)}
    for path in map(absolute, names):
        if path in added:
            del added[path]
            yield Finding("knowledge", True, f"{shown(path)} is no longer read; it stays where it is")
            continue
        if holder := next((folder for folder in _sources(config) if is_in(path, folder)), None):
            where = "delete or move the file" if holder not in added else f"it was added with {shown(holder)}"
            raise AssistantError(f"{shown(path)}: is in {shown(holder)}, which is read whole: {where}")
        nearest = difflib.get_close_matches(str(path), [*map(str, added)], n=1, cutoff=0.5)
        hint = f"; did you mean {nearest[0]}?" if nearest else ""
        raise AssistantError(f"{shown(path)}: was not added{hint}")
    gone = {absolute(text) for texts in _named(config) for text in texts} - {*added}
    with changing(file) as now:
        documents, shared = ([text for text in texts if absolute(text) not in gone] for texts in _named(now))
        config = _remembered(config, file, now, documents, shared)
    yield from _in_use(config, [], emit)


def list_documents(config: Config, emit: Emit) -> Iterator[Finding]:
    """List every document with its passages, its size and its date, then what is wrong with files."""
    documents = Documents(config, build.load_embedder(config, emit))
    if config.match.team:
        documents.in_step_with_team(emit)
    read = documents.read(emit)
    for document in (item for item in stored_files(read.passages) if item.count):
        yield Finding("document", True, _line(document))
    yield from faults_of(read.problems)
    missing = len(documents.index.missing(read)) if read.passages else 0
    state = f"; {missing:,} are still to be learnt" if missing else ""
    cure = "assistant index build" if missing else ""
    yield Finding("knowledge", True, f"{_counted(stored_files(read.passages))}{state}", cure)


def explain(config: Config, question: str, emit: Emit, count: int = 8) -> Iterator[Finding]:
    """List the passages that a question finds, each with its chance and what that rests on; then what is answered."""
    matcher = build.one_shot(config, emit).matcher
    found = matcher.documents.passages(matcher.query(question), count)
    if not found:
        yield Finding("knowledge", False, "no document is in use", "assistant knowledge add FILE")
        return
    for item in found:
        beginning = " ".join(item.passage.text.split())[:120]
        yield Finding(f"{item.confidence:.2f}", True, f"{item.passage.source}: {beginning} ({_grounds(item.features)})")
    meaning, least = matcher.match(question), config.match.threshold
    if isinstance(meaning, AnswerMatch) and meaning.quote:
        reply = f"answered from {meaning.source}"
    elif isinstance(meaning, OutOfScope):
        reply = "answered with “I don't know that”"
    else:
        reply = f"no document is asked: {_otherwise(meaning)} is meant with a chance of {meaning.confidence:.2f}"
    yield Finding("reply", True, f"{reply}; a document answers from a chance of {least:.2f} on ([match] threshold)")


def _grounds(features: Mapping[str, float]) -> str:
    """Put in words what the chance of a passage rests on."""
    grounds = [f"meaning {features['cosine']:.2f}", f"words {features['covered']:.0%}"]
    if features["reranked"]:
        grounds.append(f"read with the question {10 * features['reranked']:+.1f}")
    if features["lacking"]:
        grounds.append(f"lacks {features['lacking']:.0f} of its numbers, days or models")
    if features["unknown"] > 0:
        grounds.append(f"{features['unknown']:.0%} of the question's words in no document")
    return ", ".join(grounds)


def _otherwise(meaning: Understanding) -> str:
    match meaning:
        case IntentMatch(intent=name) | SlotMissing(intent=name):
            return f"the command {name}"
        case AnswerMatch(question=question):
            return f"the pair “{question}”"
    return "one of several commands"


def in_use(config: Config) -> Iterator[Finding]:
    """Tell how many documents are in use, and what is wrong with each."""
    from assistant.authoring.documents.loading import load_documents

    sources = (*config.knowledge_folders(), *config.added_documents())
    read = load_documents(sources, config.data_folder() / "documents")
    yield from faults_of(read.problems)
    if stored_files(read.passages):
        yield Finding("documents", True, f"{_counted(stored_files(read.passages))} in use")
        yield _reranker(config)


def _reranker(config: Config) -> Finding:
    """Name the model that puts passages in order, and if it is on this machine."""
    row = next(row for row in weights.inventory(config) if row.name == RERANKER)
    state = "documents are searched without it until it is fetched" if row.state != "present" else "present"
    cure = f"assistant models fetch {RERANKER}" if row.state != "present" else ""
    detail = (
        f"{RERANKER} reads the likeliest passages together with the question: {row.fault and f'{row.fault}; '}{state}"
    )
    return Finding("documents", row.state != "corrupt", detail, cure)


def _in_use(config: Config, new: Sequence[Path], emit: Emit) -> Iterator[Finding]:
    """Bring the documents in step with a config; tell what is new, and what is wrong in that."""
    documents = Documents(config, build.load_embedder(config, emit))
    read = documents.read(emit)
    passages = documents.embedded(read, emit)
    if config.match.team and not documents.in_step_with_team(emit, passages):
        yield Finding("team", False, f"team {config.match.team} does not see that yet", "assistant index build")
    for source in new:
        own = [item for item in stored_files(read.passages) if is_in(Path(item.path), source)]
        yield Finding("knowledge", True, f"{shown(source)}: {_counted(own)}")
    knowledge = build.read_definitions(config).knowledge
    pairs = sum(any(is_in(entry.file, source) for source in new) for entry in knowledge.entries)
    if pairs:
        yield Finding("knowledge", True, f"{pairs:,} questions with their answers among them")
    problems = [*read.problems, *knowledge.problems]
    yield from faults_of(problem for problem in problems if any(is_in(problem.file, source) for source in new))


def faults_of(problems: Iterable[Problem], subject: str = "documents") -> Iterator[Finding]:
    """Tell of the faults of files."""
    yield from (Finding(subject, problem.severity != "error", str(problem)) for problem in problems)


def stored_files(passages: object) -> Sequence[Document]:
    """Return the files that passages were read from."""
    documents: Sequence[Document] = getattr(passages, "documents", ())
    return documents


def _counted(documents: Sequence[Document]) -> str:
    used = [document for document in documents if document.count]
    return f"{len(used):,} documents, {sum(document.count for document in used):,} passages"


def _line(document: Document) -> str:
    if not document.path:
        return f"{document.name}: {document.count:,} passages, shared by the team"
    size, changed, _ = document.state
    date = datetime.fromtimestamp(changed / 1e9).strftime("%Y-%m-%d")
    return f"{document.name}: {document.count:,} passages, {size / 1000:,.0f} kB, {date}"


def _named(config: Config) -> tuple[tuple[str, ...], tuple[str, ...]]:
    return config.paths.documents, config.paths.shared


def _remembered(config: Config, file: Path, now: Config, documents: Sequence[str], shared: Sequence[str]) -> Config:
    """Write what is another than the file has `now`, and return the config with it."""
    paths = dataclasses.replace(config.paths, documents=tuple(documents), shared=tuple(shared))
    for key, before, texts in zip(("documents", "shared"), _named(now), (documents, shared), strict=True):
        if key == "documents" or tuple(before) != tuple(texts):
            remember(file, "paths", key, texts)
    return dataclasses.replace(config, paths=paths)


def _sources(config: Config) -> tuple[Path, ...]:
    return tuple(map(absolute, map(str, (*config.knowledge_folders(), *config.added_documents()))))


def absolute(text: str) -> Path:
    """Return the path that a person means by a text."""
    return Path(text).expanduser().absolute()


def is_in(path: Path, folder: Path) -> bool:
    """True for a folder itself and all below it."""
    return path == folder or folder in path.parents
