"""Folders and files of documents -> one `DocumentSet`; only what is new is read."""

from __future__ import annotations

import hashlib
import os
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path

from assistant.authoring.documents.apart import ReaderProcess, as_record, from_record
from assistant.authoring.documents.blocks import one_line
from assistant.authoring.documents.passage import DocumentSet, Passage
from assistant.authoring.documents.reading import DOCUMENT_FILES as DOCUMENT_FILES
from assistant.authoring.documents.reading import VERSION
from assistant.authoring.documents.store import (
    Document,
    JoinedPassages,
    StoredPassages,
    read_store,
    state_of,
    write_store,
)
from assistant.authoring.source.folders import counted, source_files
from assistant.authoring.source.plain_text import without_control_characters
from assistant.errors import IndexStoreError, Problem
from assistant.events import Emit, Progress


@dataclass(frozen=True, slots=True)
class SourceKind:
    """A kind of files that are read into passages."""

    endings: tuple[str, ...] = DOCUMENT_FILES
    version: str = VERSION
    """Another one has every file read anew."""
    noun: str = "documents"
    """As progress tells it: `reading your documents`."""
    arguments: tuple[str, ...] = ()
    """Of the process that reads them."""
    beside: Callable[[Path], Iterable[Path]] = lambda _: ()
    """Files beside one whose content counts as its own."""
    keeps_absent: bool = False
    """True where the readings of a folder that is not there or is empty now, on a drive perhaps, are kept."""


DOCUMENTS = SourceKind()


def load_documents(
    folders: Sequence[Path],
    store: Path | None = None,
    emit: Emit = lambda _: None,
    stop: Callable[[], bool] = bool,
    kind: SourceKind = DOCUMENTS,
) -> DocumentSet:
    """Read every document in the folders and below; an entry may be a single file.

    With `store`, a folder, passages are kept there and only files that changed are read, each by its content; what was
    read before the process was killed is not read again. `stop` ends it early: files not read by then are left out.

    Raises:
        IndexStoreError: the store cannot be written.
    """
    problems = list[Problem]()
    before = read_store(store, kind.version) if store else StoredPassages()
    files = list(_files(folders, problems, kind, before.documents))
    if not files and not before.documents:
        return DocumentSet((), tuple(problems))

    def keep(documents: Sequence[tuple[Document, list[bytes]]]) -> None:
        records = [record for _, own in documents for record in own]
        if store:
            _write(store, kind.version, [document for document, _ in documents], records)

    documents, is_new = _Reading(before, kind, emit, stop, keep).documents(files)
    if is_new:
        keep(documents)
        before = _in_memory(documents)
    return document_set(before, problems)


def stored_documents(store: Path, kind: SourceKind = DOCUMENTS) -> DocumentSet:
    """Return the documents as they were when they were last read; no file of theirs is looked at."""
    return document_set(read_store(store, kind.version), [])


def copied_documents(store: Path, passages: Sequence[Passage] | None = None) -> StoredPassages:
    """Return the passages of documents that are not on this machine; with `passages` those are stored first.

    Raises:
        IndexStoreError: the store cannot be written.
    """
    if passages is not None:
        documents, records = list[Document](), [as_record(passage) for passage in passages]
        for name, own in groupby(range(len(passages)), lambda place: passages[place].name):
            places = list(own)
            digest = hashlib.sha256(b"".join(records[place] for place in places)).hexdigest()
            documents.append(Document("", name, (0, 0, 0), digest, len(places)))
        _write(store, VERSION, documents, records)
    return read_store(store, VERSION)


def document_set(passages: StoredPassages | JoinedPassages, problems: Sequence[Problem]) -> DocumentSet:
    """Put together what is known of documents."""
    faults = [*problems, *(fault for document in passages.documents for fault in document.faults())]
    digest = hashlib.sha256(VERSION.encode())
    for document in passages.documents:
        digest.update(f"{document.name}\0{document.digest}\0".encode("utf-8", "surrogateescape"))
    return DocumentSet(passages, tuple(counted(faults)), digest.hexdigest() if passages.documents else "")


def _write(store: Path, version: str, documents: Sequence[Document], records: Sequence[bytes]) -> None:
    try:
        write_store(store, version, documents, records)
    except OSError as error:
        reason = error.strerror or str(error)
        raise IndexStoreError(f"{store}: cannot be written: {reason}; choose [paths] data") from None


def _files(
    folders: Sequence[Path], problems: list[Problem], kind: SourceKind, before: Sequence[Document]
) -> Iterator[tuple[Path, str]]:
    """Yield each document once, with its name as shown: its folder and its place in it."""
    seen = set[Path]()
    for folder in folders:
        faults = list[Problem]()
        paths = source_files(folder, kind.endings, faults, are_links_told=True)
        if not paths and kind.keeps_absent and (kept := _kept(folder, before)):
            where = "is empty" if os.path.isdir(folder) else "is not there"  # noqa: PTH112 - of a drive that is gone
            message = f"{where}; what was read of it is kept: {len(kept):,} {kind.noun}"
            problems.append(Problem(folder, 0, f"{message}; assistant {kind.noun} remove forgets them", "warning"))
            yield from kept
            continue
        problems.extend(faults)
        real = Path(os.path.realpath(folder))
        for path in paths:
            place = real / path.relative_to(folder)  # a link to a folder that is read already adds nothing
            if place not in seen and path.suffix.lower() in kind.endings:
                seen.add(place)
                root = folder.parent.parent if path == folder else folder.parent
                name = os.fsencode(path.relative_to(root)).decode("utf-8", "backslashreplace").replace(os.sep, "/")
                yield path, one_line(without_control_characters(name))


def _kept(folder: Path, before: Sequence[Document]) -> list[tuple[Path, str]]:
    """Return the files of a folder that were read before."""
    own = ((Path(document.path), document.name) for document in before if document.count)
    return [(path, name) for path, name in own if path.is_relative_to(folder)]


class _Reading:
    """The reading of files of a kind, over those that were read before."""

    def __init__(
        self,
        before: StoredPassages,
        kind: SourceKind,
        emit: Emit,
        stop: Callable[[], bool],
        keep: Callable[[Sequence[tuple[Document, list[bytes]]]], None],
    ) -> None:
        self._before, self._kind, self._emit, self._stop, self._keep = before, kind, emit, stop, keep
        self._by_path = {document.path: number for number, document in enumerate(before.documents)}
        self._by_digest = {document.digest: number for number, document in enumerate(before.documents)}

    def documents(self, files: Sequence[tuple[Path, str]]) -> tuple[list[tuple[Document, list[bytes]]], bool]:
        """Return the documents with their records, and True where they are others than before; read what is new."""
        states = [_state(path, self._kind) for path, _ in files]
        read: list[tuple[Document, list[bytes]] | None] = []
        for (path, name), state in zip(files, states, strict=True):
            old = self._old(path)
            is_kept = state is None and self._kind.keeps_absent
            is_same = old is not None and old.name == name and (old.state == state or is_kept)
            read.append((old, []) if is_same and old is not None else None)
        fresh = [place for place, document in enumerate(read) if document is None and states[place] is not None]
        is_new = len(fresh) > 0 or [item[0] for item in read if item] != list(self._before.documents)
        with ReaderProcess(self._kind.arguments) as reader:
            self._read(reader, files, states, fresh, read)
        return (self._whole(read) if is_new else [item for item in read if item]), is_new

    def _read(
        self,
        reader: ReaderProcess,
        files: Sequence[tuple[Path, str]],
        states: Sequence[tuple[int, int, int] | None],
        fresh: Sequence[int],
        read: list[tuple[Document, list[bytes]] | None],
        pause: float = 20.0,
    ) -> None:
        """Read the files of some places; what is done is kept every so many seconds, for a twentieth of the time."""
        task, due, count = f"reading your {self._kind.noun}", time.monotonic() + pause, 0
        for place in fresh:
            if self._stop():
                return
            (path, name), state = files[place], states[place]
            assert state is not None
            digest = _digest(path, self._kind)
            if (known := self._by_digest.get(digest)) is not None:
                old = self._before.documents[known]
                read[place] = Document(str(path), name, state, digest, old.count, old.problems), []
                continue
            self._emit(Progress(task, place, len(files), "files"))
            records, faults = reader.read(path, name)
            count += 1
            problems = tuple((fault.line, fault.message, fault.severity) for fault in faults)
            read[place] = Document(str(path), name, state, digest, len(records), problems), records
            if time.monotonic() > due:
                began = time.monotonic()
                self._keep(self._whole(read))
                due = time.monotonic() + max(pause, 20 * (time.monotonic() - began))
        if count:
            self._emit(Progress(task, len(files), len(files), "files"))

    def _whole(self, read: Sequence[tuple[Document, list[bytes]] | None]) -> list[tuple[Document, list[bytes]]]:
        return [(item[0], item[1] or self._copied(item[0])) for item in read if item]

    def _old(self, path: Path) -> Document | None:
        number = self._by_path.get(str(path))
        return self._before.documents[number] if number is not None else None

    def _copied(self, document: Document) -> list[bytes]:
        """Return the records of a document that was read before, under the name that it has now."""
        if not document.count or document.digest not in self._by_digest:
            return []
        number = self._by_digest[document.digest]
        records, ends = self._before.records_of(number)
        own = [records[start:end] for start, end in zip([0, *ends], ends, strict=False)]
        if document.name == self._before.documents[number].name:
            return own
        return [as_record(from_record(record, Path(document.path), document.name)) for record in own]


def _state(path: Path, kind: SourceKind) -> tuple[int, int, int] | None:
    """Return the state of a file together with those beside it; None where it is gone."""
    own = state_of(path)
    if own is None or not (beside := [state for file in kind.beside(path) if (state := state_of(file))]):
        return own
    sizes, changes, numbers = zip(own, *beside, strict=True)
    return sum(sizes), max(changes), numbers[0]


def _in_memory(documents: Sequence[tuple[Document, list[bytes]]]) -> StoredPassages:
    records = [record for _, own in documents for record in own]
    ends, end = list[int](), 0
    for record in records:
        end += len(record)
        ends.append(end)
    return StoredPassages([document for document, _ in documents], b"".join(records), ends)


def _digest(path: Path, kind: SourceKind) -> str:
    """Return the hash of a file's kind and content and of those beside it; of an unreadable one, of its place."""
    digest = hashlib.sha256(path.suffix.lower().encode())
    for own in (path, *kind.beside(path)):
        try:
            with own.open("rb") as file:
                while part := file.read(1 << 20):
                    digest.update(part)
        except OSError:
            digest.update(os.fsencode(own))
    return digest.hexdigest()
