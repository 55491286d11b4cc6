"""A start of the assistant as far as its index goes: synced, followed by Chroma, asked."""

from __future__ import annotations

import time
from pathlib import Path

from assistant.nlu.retrieval.index import Index
from assistant.nlu.retrieval.snapshot import Row
from fakes.embedder import WordHashes

ROWS = [Row("intent", f"intent{n % 7}", f"say phrase number {n} of word{n % 11}") for n in range(300)]


class _Slow(WordHashes):
    def __init__(self, seconds):
        super().__init__()
        self._seconds = seconds

    def embed(self, texts):
        time.sleep(self._seconds)
        return super().embed(texts)


def print_start(folder: Path, seconds: float = 0.0, follow: bool = True) -> None:
    """Make the index of `ROWS`, and print what it tells; each batch is embedded for so many seconds."""
    index = Index(folder, _Slow(seconds))
    retriever, _ = index.sync(lambda: ROWS, _print, "files")
    if follow:
        index.follow(retriever, _print)
        assert index.status().in_step
        assert index._store.answers_for(retriever.snapshot)
    hit = retriever.nearest(WordHashes().embed([ROWS[42].text])[0], 1)[0]
    print(index.status().rows, "rows, nearest is", "itself" if hit.row == ROWS[42] else hit, flush=True)


def _print(event):
    print(getattr(event, "message", "") or f"{event.task} {event.done}", flush=True)
