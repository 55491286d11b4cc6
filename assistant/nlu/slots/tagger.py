"""Which words of a sentence are the values of which slots: a conditional random field for each intent.

It is learnt from what the author wrote: sentences sampled from the templates, and the examples, with values in place
of their placeholders. Some values are hidden while it learns, so that a value nobody listed is known by what stands
around it. What was learnt is kept in a folder under a hash of what it was learnt from.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import math
import os
import random
import tempfile
import threading
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

VERSION = "1"
"""Raised when the same phrases would teach something else."""

_PHRASES, _COPIES = 1500, 6
"""About so many sentences are learnt from; each phrase of an intent is written out at most so many times."""

_HIDDEN_VALUE, _HIDDEN_HINT, _HIDDEN_WORD = 0.15, 0.5, 0.03
"""Share of values whose words are hidden, of values whose hint is, and of the other words that are."""

_FEW = 1.5
"""The fewer values a slot has, the more often they are hidden: one in 1 + n of them times this."""

_ENOUGH, _LENGTHS = 8, (1, 1, 1, 2, 2, 3, 4)
"""Values that tell how long they are, and how long a hidden one is where there are fewer."""

_LEAST = 1e-9
"""Probability below which nothing is told apart."""

_UNKNOWN = "\0"
_ROUNDS = 60


class Hint(NamedTuple):
    """A stretch of words that is a listed or typed value, of whichever slot."""

    start: int
    end: int
    kind: str


class Tagged(NamedTuple):
    """A stretch of words taken for a slot's value."""

    slot: str
    start: int
    end: int
    probability: float
    owner: bool = False
    """Whether the `'s` of its last word is no part of it."""


class Phrase(NamedTuple):
    """A sentence with slots: each piece is words and None, or a slot, with the words that were said for it, if any."""

    pieces: tuple[tuple[tuple[str, ...], str | None], ...]


Hints = Callable[[tuple[str, ...]], Iterable[Hint]]


class Tagger:
    """Tags the words of sentences. Safe to use from several threads."""

    def __init__(self, model: bytes, name: str) -> None:
        import pycrfsuite

        self.name = name
        """Of the file in which it is kept."""
        self._lock, self._model = threading.Lock(), model  # the model is read in place for as long as this lives
        self._tagger = pycrfsuite.Tagger()
        self._tagger.open_inmemory(model)

    def tag(self, words: Sequence[str], hints: Hints) -> tuple[Tagged, ...]:
        """Return the slots' values in a sentence, from left to right."""
        if not words:
            return ()
        parts = _parts(words)
        seen = _features([part for part, _ in parts], _hinted(parts, words, hints))
        with self._lock:
            labels = self._tagger.tag(seen)
            sureness = [self._tagger.marginal(label, at) for at, label in enumerate(labels)]
        found: list[Tagged] = []
        for at, (label, sure) in enumerate(zip(labels, sureness, strict=True)):
            begins, slot = label[:2] == "B-", label[2:]
            if not slot:
                continue
            last = found[-1] if found and found[-1].end == at else None
            if last and last.slot == slot and not begins:
                found[-1] = last._replace(end=at + 1, probability=min(sure, last.probability))
            else:
                found.append(Tagged(slot, at, at + 1, sure))
        return tuple(_in_words(tag, parts) for tag in found)

    def sure(self, words: Sequence[str], hints: Hints) -> float:
        """Return the logarithm of the probability that all is as `tag` says."""
        parts = _parts(words)
        seen = _features([part for part, _ in parts], _hinted(parts, words, hints))
        with self._lock:
            return math.log(max(_LEAST, self._tagger.probability(self._tagger.tag(seen))))


def _parts(words: Sequence[str]) -> list[tuple[str, int]]:
    """Return the words, each with its place, and the `'s` of an owner on its own."""
    parts = []
    for at, word in enumerate(words):
        owner = len(word) > 2 and word[-2:].lower() == "'s"
        parts += [(word[:-2], at), ("'s", at)] if owner else [(word, at)]
    return parts


def _in_words(tag: Tagged, parts: Sequence[tuple[str, int]]) -> Tagged:
    start, last = parts[tag.start][1], parts[tag.end - 1][1]
    cut = tag.end < len(parts) and parts[tag.end][1] == last
    return tag._replace(start=start, end=last + 1, owner=cut)


def _hinted(parts: Sequence[tuple[str, int]], words: Sequence[str], hints: Hints) -> Iterator[Hint]:
    """Yield the hints of a sentence by its parts, those to words with an `'s` and to words without it."""
    yield from hints(tuple(part for part, _ in parts))
    if len(parts) > len(words):
        first = {at: place for place, (_, at) in reversed(list(enumerate(parts)))}
        for hint in hints(tuple(words)):
            yield hint._replace(start=first[hint.start], end=first.get(hint.end, len(parts)))


def learnt(
    phrases: Sequence[str],
    values: Mapping[str, Sequence[str]],
    split: Callable[[str], Phrase],
    hints: Hints,
    folder: Path | None,
) -> Tagger | None:
    """Return what phrases with `{slot}` in them teach, from the folder where it is kept; None where there are none.

    `values` are what may be said for each slot.
    """
    sentences = [split(each) for each in phrases]
    if not any(slot for sentence in sentences for _, slot in sentence.pieces):
        return None
    key = hashlib.sha256(json.dumps([VERSION, sentences, values], ensure_ascii=False).encode()).hexdigest()[:32]
    model = _read(folder / key) if folder else None
    if model is None:
        model = _train(_examples(sentences, values, hints))
        if folder:
            _write(folder / key, model)
    return Tagger(model, key)


def forget(folder: Path, but: Collection[str]) -> None:
    """Delete what is kept in the folder under other names."""
    for file in folder.glob("*"):
        if file.name not in but:
            with contextlib.suppress(OSError):
                file.unlink()


def _read(file: Path) -> bytes | None:
    """Return what was kept, or None where that is not whole: the library would not survive it."""
    try:
        content = file.read_bytes()
    except OSError:
        return None
    return content[32:] if hashlib.sha256(content[32:]).digest() == content[:32] else None


def _write(file: Path, model: bytes) -> None:
    with contextlib.suppress(OSError):  # it is learnt again next time
        file.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=file.parent)
        with os.fdopen(handle, "wb") as out:
            out.write(hashlib.sha256(model).digest() + model)
        Path(name).replace(file)


# -- what is learnt from -----------------------------------------------------------------------


def _examples(
    sentences: Sequence[Phrase], values: Mapping[str, Sequence[str]], hints: Hints
) -> Iterator[tuple[list[list[str]], list[str]]]:
    """Yield sentences with values in them as features and labels; the same each time."""
    rng = random.Random(VERSION)
    copies = max(2, min(_COPIES, _PHRASES // len(sentences))) if sentences else 0
    decks = {slot: _Deck(each, rng) for slot, each in values.items()}
    for sentence in sentences:
        for copy in range(copies if any(slot for _, slot in sentence.pieces) else 1):
            yield _example(sentence, decks, hints, rng, copy)


class _Deck:
    """Values in random order, each once before any comes again; now and then one of words that nobody knows."""

    def __init__(self, values: Sequence[str], rng: random.Random) -> None:
        self._values, self._rng, self._left = values, rng, list[str]()
        self._unknown = max(_HIDDEN_VALUE, _FEW / (1 + len(values)))

    def draw(self, known: bool) -> tuple[str, ...]:
        value = self._next()
        if value and (known or self._rng.random() > self._unknown):
            return value
        if len(self._values) < _ENOUGH:
            value = (self._rng.choice(("x", "X")),) * self._rng.choice(_LENGTHS)
        return tuple(_UNKNOWN + _shape(word) for word in value)

    def _next(self) -> tuple[str, ...]:
        if not self._left:
            self._left = self._rng.sample(self._values, len(self._values))
        return tuple(self._left.pop().split()) if self._left else ()


def _example(
    sentence: Phrase, decks: Mapping[str, _Deck], hints: Hints, rng: random.Random, copy: int
) -> tuple[list[list[str]], list[str]]:
    words, labels, bare = list[str](), list[str](), set[int]()
    for text, slot in sentence.pieces:
        said = decks[slot].draw(known=copy == 0) if slot and not (text and copy == 0) else text
        if copy and not slot:
            said = tuple(_UNKNOWN + "x" if rng.random() < _HIDDEN_WORD else word for word in text)
        said = tuple(part for part, _ in _parts(said))
        if copy and slot and rng.random() < _HIDDEN_HINT:
            bare |= set(range(len(words), len(words) + len(said)))
        labels += [f"{'B' if at == 0 else 'I'}-{slot}" if slot else "O" for at in range(len(said))]
        words += said
    whole = _rejoined(words)
    shown = [each for each in _hinted(_parts(whole), whole, hints) if bare.isdisjoint(range(each.start, each.end))]
    return _features([word.lower() for word in words] if copy % 2 else words, shown), labels


def _rejoined(parts: Sequence[str]) -> tuple[str, ...]:
    words: list[str] = []
    for part in parts:
        if words and part.lower() == "'s":
            words[-1] += part
        else:
            words.append(part)
    return tuple(words)


def _train(examples: Iterable[tuple[list[list[str]], list[str]]]) -> bytes:
    import pycrfsuite

    trainer = pycrfsuite.Trainer(verbose=False)
    for features, labels in examples:
        trainer.append(features, labels)
    trainer.set_params({"c1": 0.05, "c2": 0.3, "max_iterations": _ROUNDS, "feature.possible_transitions": True})
    with tempfile.TemporaryDirectory() as work:
        file = Path(work) / "model"
        trainer.train(str(file))
        return file.read_bytes()


# -- what is looked at -------------------------------------------------------------------------


def _features(words: Sequence[str], hints: Iterable[Hint]) -> list[list[str]]:
    """Return what the tagger sees of each word: itself, its neighbours, its form, and the values it may belong to."""
    marks: list[dict[str, None]] = [{} for _ in words]
    for hint in hints:
        for at in range(hint.start, hint.end):
            marks[at][f"{'B' if at == hint.start else 'I'}{hint.kind}"] = None
            if at == hint.end - 1:
                marks[at][f"E{hint.kind}"] = None
    lowered = [_UNKNOWN if _UNKNOWN in word else "#" if word.isdigit() else word.lower() for word in words]
    return [_seen(at, words, lowered, marks) for at in range(len(words))]


def _seen(at: int, words: Sequence[str], lowered: Sequence[str], marks: Sequence[Mapping[str, None]]) -> list[str]:
    seen = ["bias"]
    for step in (-2, -1, 0, 1, 2):
        near = at + step
        if not 0 <= near < len(words):
            seen.append(f"{step}|")
        elif lowered[near] != _UNKNOWN:
            seen.append(f"{step}|{lowered[near]}")
        if 0 <= near < len(words) and abs(step) < 2:
            seen += [f"{step}~{mark}" for mark in marks[near]]
    for step in (-2, -1, 0, 1):
        pair = [lowered[near] if 0 <= near < len(words) else "" for near in (at + step, at + step + 1)]
        if _UNKNOWN not in pair:
            seen.append(f"{step}&{pair[0]} {pair[1]}")
    if lowered[at] != _UNKNOWN:
        seen += [f"^{lowered[at][:3]}", f"${lowered[at][-3:]}", f"${lowered[at][-2:]}"]
    beside = [step for step in (-1, 0, 1) if 0 <= at + step < len(words)]
    return [*seen, *(f"s{step}{_shape(words[at + step])}" for step in beside)]


@lru_cache(maxsize=4096)
def _shape(word: str) -> str:
    """Return `Xx` for London, `dd` for 20, `d:d` for 7:30."""
    kinds = ("X" if c.isupper() else "x" if c.isalpha() else "d" if c.isdigit() else c for c in word.strip(_UNKNOWN))
    out = ""
    for kind in kinds:
        out += kind if out[-1:] != kind else ""
    return out
