"""Folders and files of documents -> one `DocumentSet`; only what is new is read."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Iterator, Sequence
from itertools import groupby
from pathlib import Path

from assistant.authoring.documents.apart import ReaderProcess, as_record
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
from assistant.errors import IndexStoreError, Problem
from assistant.events import Emit, Progress


def load_documents(
    folders: Sequence[Path], store: Path | None = None, emit: Emit = lambda _: None, stop: Callable[[], bool] = bool
) -> DocumentSet:
    """Read every document in the folders and below; an entry may be a single file.

    With `store`, a folder, passages are kept there and only files that changed are read, each by its content. `stop`
    ends it early: the files that are not read yet are left out.

    Raises:
        IndexStoreError: the store cannot be written.
    """
    problems = list[Problem]()
    before = read_store(store, VERSION) if store else StoredPassages()
    files = list(_files(folders, problems))
    if not files and not before.documents:
        return DocumentSet((), tuple(problems))
    documents, is_new = _documents(files, before, emit, stop)
    if is_new:
        if store:
            _write(store, [document for document, _ in documents], [record for _, own in documents for record in own])
        before = _in_memory(documents)
    return document_set(before, problems)


def stored_documents(store: Path) -> DocumentSet:
    """Return the documents as they were when they were last read; no file of theirs is looked at."""
    return document_set(read_store(store, VERSION), [])


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
        _write(store, documents, records)
    return read_store(store, VERSION)


def document_set(passages: StoredPassages | JoinedPassages, problems: Sequence[Problem]) -> DocumentSet:
    """Put together what is known of documents."""
    faults = [*problems, *(fault for document in passages.documents for fault in document.faults())]
    digest = hashlib.sha256(VERSION.encode())
    for document in passages.documents:
        digest.update(f"{document.name}\0{document.digest}\0".encode("utf-8", "surrogateescape"))
    return DocumentSet(passages, tuple(counted(faults)), digest.hexdigest() if passages.documents else "")


def _write(store: Path, documents: Sequence[Document], records: Sequence[bytes]) -> None:
    try:
        write_store(store, VERSION, documents, records)
    except OSError as error:
        reason = error.strerror or str(error)
        raise IndexStoreError(f"{store}: cannot be written: {reason}; choose [paths] data") from None


def _files(folders: Sequence[Path], problems: list[Problem]) -> Iterator[tuple[Path, str]]:
    """Yield each document once, with its name as shown: its folder and its place in it."""
    seen = set[Path]()
    for folder in folders:
        for path in source_files(folder, DOCUMENT_FILES, problems):
            if path not in seen and path.suffix.lower() in DOCUMENT_FILES:
                seen.add(path)
                root = folder.parent.parent if path == folder else folder.parent
                place = path.relative_to(root)
                yield path, os.fsencode(place).decode("utf-8", "backslashreplace").replace(os.sep, "/")


def _documents(
    files: Sequence[tuple[Path, str]], before: StoredPassages, emit: Emit, stop: Callable[[], bool]
) -> tuple[list[tuple[Document, list[bytes]]], bool]:
    """Return the documents with their records, and True where they are others than before; read what is new."""
    by_path = {document.path: number for number, document in enumerate(before.documents)}
    by_digest = {document.digest: number for number, document in enumerate(before.documents)}
    documents, is_new = list[tuple[Document, list[bytes]]](), len(files) != len(before.documents)
    fresh = 0
    with ReaderProcess() as reader:
        for number, (path, name) in enumerate(files):
            state = state_of(path)
            if state is None or stop():
                is_new = True
                continue
            known = by_path.get(str(path))
            if known is not None and before.documents[known].state == state and before.documents[known].name == name:
                documents.append((before.documents[known], []))
                is_new = is_new or known != number
                continue
            is_new = True
            digest = _digest(path)
            if (known := by_digest.get(digest)) is not None:
                old = before.documents[known]
                documents.append((Document(str(path), name, state, digest, old.count, old.problems), []))
                continue
            emit(Progress("reading your documents", number, len(files), "files"))
            records, faults = reader.read(path, name)
            fresh += 1
            problems = tuple((fault.line, fault.message, fault.severity) for fault in faults)
            documents.append((Document(str(path), name, state, digest, len(records), problems), records))
    if fresh:
        emit(Progress("reading your documents", len(files), len(files), "files"))
    if is_new:
        documents = [(item, own or _copied(item, before, by_digest)) for item, own in documents]
    return documents, is_new


def _copied(document: Document, before: StoredPassages, by_digest: dict[str, int]) -> list[bytes]:
    """Return the records of a document that was read before."""
    if not document.count:
        return []
    records, ends = before.records_of(by_digest[document.digest])
    return [records[start:end] for start, end in zip([0, *ends], ends, strict=False)]


def _in_memory(documents: Sequence[tuple[Document, list[bytes]]]) -> StoredPassages:
    records = [record for _, own in documents for record in own]
    ends, end = list[int](), 0
    for record in records:
        end += len(record)
        ends.append(end)
    return StoredPassages([document for document, _ in documents], b"".join(records), ends)


def _digest(path: Path) -> str:
    """Return the hash of a file's content and kind; of one that cannot be read, of its place alone."""
    digest = hashlib.sha256(path.suffix.lower().encode())
    try:
        with path.open("rb") as file:
            while part := file.read(1 << 20):
                digest.update(part)
    except OSError:
        digest.update(os.fsencode(path))
    return digest.hexdigest()
