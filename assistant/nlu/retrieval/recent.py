"""What was worked out last, kept by what it was worked out from."""

from __future__ import annotations

import threading
from collections.abc import Callable, Hashable, Sequence
from functools import partial
from typing import Generic, TypeVar

import numpy as np
from numpy.typing import NDArray

from assistant.nlu.retrieval.index import Embedder

Key = TypeVar("Key", bound=Hashable)
Value = TypeVar("Value")


class Recent(Generic[Key, Value]):
    """The last `most` results of a piece of work. Safe to use from several threads."""

    def __init__(self, most: int) -> None:
        self._most, self._kept, self._lock = most, dict[Key, Value](), threading.Lock()

    def get(self, key: Key, work: Callable[[], Value]) -> Value:
        """Return the result that is kept under a key, worked out now where there is none."""
        with self._lock:
            if key in self._kept:
                self._kept[key] = value = self._kept.pop(key)  # the last to go
                return value
        value = work()
        with self._lock:
            self._kept[key] = value
            if len(self._kept) > self._most:
                del self._kept[next(iter(self._kept))]
        return value


class RecentVectors:
    """Embeds each sentence by itself, and none of the last ones again.

    By itself, since in a batch the 8-bit scale of the whole batch moves each vector, by a cosine of up to 0.98, and
    few sentences at once are hardly faster than one after the other.
    """

    def __init__(self, embedder: Embedder, most: int = 512) -> None:
        self._embedder, self._recent = embedder, Recent[str, NDArray[np.float32]](most)

    def __call__(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Return unit vectors, shape (len(texts), d)."""
        return np.stack([self._recent.get(text, partial(self._one, text)) for text in texts])

    def _one(self, text: str) -> NDArray[np.float32]:
        (vector,) = self._embedder.embed([text])
        return np.asarray(vector, np.float32)
