"""Vectors by id in Chroma: in a folder, on a server, or in memory. Whatever goes wrong is a `VectorStoreError`."""

from __future__ import annotations

import contextlib
import logging
import shutil
import threading
import urllib.parse
from collections.abc import Callable, Collection, Iterator, Sequence
from concurrent.futures import Future
from pathlib import Path
from typing import Any

import numpy as np

from assistant.errors import IndexStoreError
from assistant.nlu.retrieval.snapshot import Vectors, no_vectors

_MANY = 5000
"""Ids that are named at once."""

_ANSWER = 2.0
"""Seconds in which a server must answer who it is, and a sentence."""


class VectorStoreError(Exception):
    """The store cannot be read or written, and why, in one line."""


class VectorStore:
    """One collection of Chroma, opened when it is first used: the import alone takes half a second."""

    def __init__(self, folder: Path | None, server: str, name: Callable[[], str]) -> None:
        self._folder, self._server, self._name = folder, server, name
        self._client: Any = None
        self._collection: Any = None
        self._lock = threading.RLock()

    def count(self) -> int:
        """Return how many vectors there are."""
        with self._faults():
            return int(self._open().count())

    def ids(self) -> set[str]:
        """Return what is there."""
        with self._faults():
            return set(self._open().get(include=[])["ids"])

    def vectors(self, ids: Sequence[str]) -> tuple[list[str], Vectors]:
        """Return those of the ids that are there, with their vectors, shape (ids, d)."""
        found, parts = list[str](), list[Vectors]()
        with self._faults():
            for start in range(0, len(ids), _MANY):
                told = self._open().get(ids=list(ids[start : start + _MANY]), include=["embeddings"])
                found += told["ids"]
                parts.append(np.asarray(told["embeddings"], np.float32))
        return found, np.concatenate(parts) if found else no_vectors()

    def put(self, ids: Sequence[str], vectors: Vectors) -> None:
        """Add vectors, or replace them."""
        with self._faults():
            for start in range(0, len(ids), _MANY):
                self._open().upsert(ids=list(ids[start : start + _MANY]), embeddings=vectors[start : start + _MANY])

    def delete(self, ids: Sequence[str]) -> None:
        """Remove vectors."""
        with self._faults():
            for start in range(0, len(ids), _MANY):
                self._open().delete(ids=list(ids[start : start + _MANY]))

    def nearest(self, vector: Vectors, n: int) -> list[tuple[str, float]]:
        """Return the ids of the n vectors nearest to one, with their cosines, nearest first; a server must be quick."""

        def asked() -> Any:
            return self._open().query(query_embeddings=[vector], n_results=n, include=["distances"])

        with self._faults():
            found = _within(_ANSWER, asked) if self._server else asked()
            return [(key, 1.0 - float(gap)) for key, gap in zip(found["ids"][0], found["distances"][0], strict=True)]

    def leave_only(self, names: Collection[str]) -> None:
        """Delete all other collections of the folder."""
        with self._faults():
            self._open()
            for each in self._client.list_collections() if self._folder else ():
                if each.name not in names:
                    self._client.delete_collection(each.name)

    def discard(self) -> None:
        """Delete the folder and all that is in it."""
        self.close()
        if self._folder is not None:
            _import_chroma().api.client.SharedSystemClient.clear_system_cache()
            shutil.rmtree(self._folder, ignore_errors=True)

    def close(self) -> None:
        """Let go of it."""
        with self._lock:
            if self._server and self._client is not None:
                self._client.close()
            self._collection = self._client = None

    def _open(self) -> Any:
        with self._lock:
            if self._collection is None:
                self._client = self._connected()
                hnsw = {"space": "cosine", "ef_search": 200}
                self._collection = self._client.get_or_create_collection(
                    self._name(), embedding_function=None, configuration={"hnsw": hnsw}
                )
            return self._collection

    def _connected(self) -> Any:
        chromadb = _import_chroma()
        settings = chromadb.Settings(anonymized_telemetry=False, is_persistent=self._folder is not None)
        if self._server:
            url = urllib.parse.urlsplit(self._server)
            if url.scheme not in ("http", "https") or not url.hostname:
                raise IndexStoreError(f"[match] server: '{self._server}' is no address like http://host:8000")
            import httpx

            # Chroma's own client would wait for ever for a server that hangs
            httpx.get(f"{self._server.rstrip('/')}/api/v2/heartbeat", timeout=_ANSWER).raise_for_status()
            secure = url.scheme == "https"
            return chromadb.HttpClient(url.hostname, url.port or (443 if secure else 8000), secure, settings=settings)
        if self._folder is None:
            return chromadb.EphemeralClient(settings=settings)
        return chromadb.PersistentClient(path=str(self._folder), settings=settings)

    @contextlib.contextmanager
    def _faults(self) -> Iterator[None]:
        """Tell any failure as a VectorStoreError: Chroma's Rust core panics with a BaseException of its own."""
        try:
            yield
        except (KeyboardInterrupt, SystemExit, GeneratorExit, MemoryError, IndexStoreError):
            raise
        except BaseException as error:
            line = (str(error).splitlines() or [""])[0][:160] or type(error).__name__
            raise VectorStoreError(f"the Chroma server does not answer ({line})" if self._server else line) from error


def _within(seconds: float, ask: Callable[[], Any]) -> Any:
    """Return what a call returns; TimeoutError where it takes longer, and it is left to itself."""
    told = Future[Any]()

    def run() -> None:
        try:
            told.set_result(ask())
        except BaseException as error:
            told.set_exception(error)

    threading.Thread(target=run, name="ask the Chroma server", daemon=True).start()
    return told.result(seconds)


def _import_chroma() -> Any:
    import chromadb
    import chromadb.api.client

    logging.getLogger("chromadb").setLevel(logging.ERROR)
    return chromadb
