"""Which words of a sentence are the values of which slots: a conditional random field for each intent."""

from __future__ import annotations

import math
import threading
from collections.abc import Sequence
from typing import NamedTuple

from assistant.nlu.slots.features import Hints, features, token_hints, tokens


class Tag(NamedTuple):
    """A stretch of words taken for a slot's value."""

    slot: str
    start: int
    end: int
    probability: float
    owner: bool = False
    """True where the `'s` of the last word is no part of the value."""


class Tagging(NamedTuple):
    """The values in a sentence."""

    tags: tuple[Tag, ...] = ()
    """From left to right."""
    log_probability: float = 0.0
    """That of all tags together; 0 of a sentence without words."""


class Tagger:
    """Tags the words of sentences. Safe to use from several threads.

    Args:
        model: a trained model in the format of CRFsuite.
    """

    def __init__(self, model: bytes) -> None:
        import pycrfsuite

        self._lock, self._model = threading.Lock(), model  # the model is read in place for as long as this lives
        self._tagger = pycrfsuite.Tagger()
        self._tagger.open_inmemory(model)

    def tag(self, words: Sequence[str], hints: Hints, least: float = 1e-9) -> Tagging:
        """Return the likeliest tags of a sentence; probabilities below `least` are not told apart."""
        if not words:
            return Tagging()
        parts = tokens(words)
        sequence = features([part for part, _ in parts], token_hints(parts, words, hints))
        with self._lock:
            labels = self._tagger.tag(sequence)
            marginals = [self._tagger.marginal(label, place) for place, label in enumerate(labels)]
            log_probability = math.log(max(least, self._tagger.probability(labels)))
        tags: list[Tag] = []
        for place, (label, probability) in enumerate(zip(labels, marginals, strict=True)):
            begins, slot = label[:2] == "B-", label[2:]
            if not slot:
                continue
            last = tags[-1] if tags and tags[-1].end == place else None
            if last and last.slot == slot and not begins:
                tags[-1] = last._replace(end=place + 1, probability=min(probability, last.probability))
            else:
                tags.append(Tag(slot, place, place + 1, probability))
        return Tagging(tuple(_in_words(tag, parts) for tag in tags), log_probability)


def _in_words(tag: Tag, parts: Sequence[tuple[str, int]]) -> Tag:
    start, last = parts[tag.start][1], parts[tag.end - 1][1]
    cut = tag.end < len(parts) and parts[tag.end][1] == last
    return tag._replace(start=start, end=last + 1, owner=cut)
