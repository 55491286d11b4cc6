"""Questions about a picture that comes with a sentence: read, told of, kept as a note, compared, or looked at."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import numpy as np

from assistant.values import BuiltInAction, IntentMatch, Utterance

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from assistant.nlu.retrieval.index import Embedder

_ASKED: Mapping[str, Sequence[str]] = {
    "read": (
        "what does this say", "read this to me", "what is written on it", "what is the number on this", "read the text",
        "what does this letter say", "transcribe this",
    ),
    "known": (
        "when was this taken", "where was this taken", "where is this", "which camera took this picture",
        "what do you know about this picture", "how old is this photo", "how large is this picture",
    ),
    "similar": (
        "find similar pictures", "show me more like this", "do I have other pictures like this", "find others of it",
        "search for this picture",
    ),
    "keep": (
        "add this to my notes", "make a note of this", "save this as a note", "write this down", "note this for later",
    ),
    "look": (
        "what is this", "what can you see on it", "describe this picture", "who is this", "how many people are on it",
        "what colour is the car", "is this mushroom edible", "what kind of bird is this", "translate this sign",
    ),
}  # fmt: skip
"""Kind of question -> sentences that ask it."""


def about_picture(utterance: Utterance, embedder: Embedder) -> IntentMatch:
    """Read a sentence that came with a picture: it is about that picture, and nothing else is done."""
    hashable: Any = embedder
    kinds, vectors = _examples(hashable)
    kind = "look"
    if utterance.text.strip():
        (vector,) = embedder.embed([utterance.text])
        kind = kinds[int(np.argmax(vectors @ vector))]
    slots = {"picture": str(utterance.picture), "text": utterance.text, "kind": kind}
    return IntentMatch("AskPicture", slots, 1.0, (), BuiltInAction("pictures.ask"))


@lru_cache(maxsize=1)
def _examples(embedder: Any) -> tuple[Sequence[str], NDArray[np.float32]]:
    """Return the kind of each example with their vectors, shape (n, d)."""
    pairs = [(kind, text) for kind, texts in _ASKED.items() for text in texts]
    return [kind for kind, _ in pairs], embedder.embed([text for _, text in pairs])
