"""The training of taggers, from what the author of an intent wrote.

Sentences sampled from the templates, and the examples, have values put in place of their placeholders. Some values are
hidden, so that a value nobody listed is known by what stands around it. A trained model is cached in a folder under a
hash of what it was trained on.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import random
import tempfile
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from assistant.nlu.slots.features import UNKNOWN, Hints, features, shape, token_hints, tokens
from assistant.nlu.slots.tagger import Tagger
from assistant.private_file import private_folder, replacing

VERSION = "1"
"""Raised when the same phrases would train another model."""

_SENTENCES, _COPIES = 1500, 6
"""About so many sentences are trained on; each phrase of an intent is written out at most so many times."""

_HIDDEN_VALUE, _HIDDEN_HINT, _HIDDEN_WORD = 0.15, 0.5, 0.03
"""Share of values whose words are hidden, of values whose hint is, and of the other words that are."""

_FEW = 1.5
"""The fewer values a slot has, the more often they are hidden: one in 1 + n of them times this."""

_ENOUGH, _LENGTHS = 8, (1, 1, 1, 2, 2, 3, 4)
"""Values that tell how long they are, and how long a hidden one is where there are fewer."""

_PARAMETERS = {"c1": 0.05, "c2": 0.3, "max_iterations": 60, "feature.possible_transitions": True}
"""Of CRFsuite's L-BFGS: penalties on the weights, and rounds."""


class Phrase(NamedTuple):
    """A sentence with slots: each piece is words and None, or a slot, with the words of its value, if any."""

    pieces: tuple[tuple[tuple[str, ...], str | None], ...]


def cached_name(sentences: Sequence[Phrase], values: Mapping[str, Sequence[str]]) -> str | None:
    """Return the name of the file of the tagger that is trained on sentences and values; None without slots."""
    if not any(slot for sentence in sentences for _, slot in sentence.pieces):
        return None
    content = json.dumps([VERSION, sentences, values], ensure_ascii=False)
    return hashlib.sha256(content.encode()).hexdigest()[:32]


def trained(
    sentences: Sequence[Phrase], values: Mapping[str, Sequence[str]], hints: Hints, folder: Path | None
) -> Tagger | None:
    """Return the tagger of sentences, from the folder where it is cached; None without slots.

    `values` are values of each slot.
    """
    if (key := cached_name(sentences, values)) is None:
        return None
    model = _read(folder / key) if folder else None
    if model is None:
        model = _fit(_examples(sentences, values, hints))
        if folder:
            _write(folder / key, model)
    return Tagger(model)


def forget(folder: Path, but: Collection[str]) -> None:
    """Delete the models that are cached in the folder under other names."""
    for file in folder.glob("*"):
        if file.name not in but:
            with contextlib.suppress(OSError):
                file.unlink()


def _read(file: Path) -> bytes | None:
    """Return a cached model, or None where the file is not whole: the library would not survive it."""
    try:
        content = file.read_bytes()
    except OSError:
        return None
    return content[32:] if hashlib.sha256(content[32:]).digest() == content[:32] else None


def _write(file: Path, model: bytes) -> None:
    with contextlib.suppress(OSError):  # it is trained again next time
        private_folder(file.parent)
        with replacing(file, synced=False) as out:  # its hash tells whether it is whole
            out.write(hashlib.sha256(model).digest() + model)


def _fit(examples: Iterable[tuple[list[list[str]], list[str]]]) -> bytes:
    import pycrfsuite

    trainer = pycrfsuite.Trainer(verbose=False)
    for sequence, labels in examples:
        trainer.append(sequence, labels)
    trainer.set_params(_PARAMETERS)
    with tempfile.TemporaryDirectory() as work:
        file = Path(work) / "model"
        trainer.train(str(file))
        return file.read_bytes()


def _examples(
    sentences: Sequence[Phrase], values: Mapping[str, Sequence[str]], hints: Hints
) -> Iterator[tuple[list[list[str]], list[str]]]:
    """Yield sentences with values in them as features and labels; the same each time."""
    rng = random.Random(VERSION)
    copies = max(2, min(_COPIES, _SENTENCES // len(sentences))) if sentences else 0
    samplers = {slot: _ValueSampler(phrases, rng) for slot, phrases in values.items()}
    for sentence in sentences:
        for copy in range(copies if any(slot for _, slot in sentence.pieces) else 1):
            yield _example(sentence, samplers, hints, rng, copy)


class _ValueSampler:
    """Values in random order, each once before any comes again; now and then one of hidden words."""

    def __init__(self, values: Sequence[str], rng: random.Random) -> None:
        self._values, self._rng, self._left = values, rng, list[str]()
        self._hidden = max(_HIDDEN_VALUE, _FEW / (1 + len(values)))

    def draw(self, shown: bool) -> tuple[str, ...]:
        value = self._next()
        if value and (shown or self._rng.random() > self._hidden):
            return value
        if len(self._values) < _ENOUGH:
            value = (self._rng.choice(("x", "X")),) * self._rng.choice(_LENGTHS)
        return tuple(UNKNOWN + shape(word) for word in value)

    def _next(self) -> tuple[str, ...]:
        if not self._left:
            self._left = self._rng.sample(self._values, len(self._values))
        return tuple(self._left.pop().split()) if self._left else ()


def _example(
    sentence: Phrase, samplers: Mapping[str, _ValueSampler], hints: Hints, rng: random.Random, copy: int
) -> tuple[list[list[str]], list[str]]:
    words, labels, bare = list[str](), list[str](), set[int]()
    for text, slot in sentence.pieces:
        piece = samplers[slot].draw(shown=copy == 0) if slot and not (text and copy == 0) else text
        if copy and not slot:
            piece = tuple(UNKNOWN + "x" if rng.random() < _HIDDEN_WORD else word for word in text)
        piece = tuple(part for part, _ in tokens(piece))
        if copy and slot and rng.random() < _HIDDEN_HINT:
            bare |= set(range(len(words), len(words) + len(piece)))
        labels += [f"{'B' if place == 0 else 'I'}-{slot}" if slot else "O" for place in range(len(piece))]
        words += piece
    whole = _rejoined(words)
    shown = [hint for hint in token_hints(tokens(whole), whole, hints) if bare.isdisjoint(range(hint.start, hint.end))]
    return features([word.lower() for word in words] if copy % 2 else words, shown), labels


def _rejoined(parts: Sequence[str]) -> tuple[str, ...]:
    words: list[str] = []
    for part in parts:
        if words and part.lower() == "'s":
            words[-1] += part
        else:
            words.append(part)
    return tuple(words)
