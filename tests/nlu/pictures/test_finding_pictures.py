"""Pictures are found by their words; the model reads no more than it must."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from assistant.authoring.documents.passage import DocumentSet
from assistant.authoring.pictures.picture import Picture, PictureFacts
from assistant.nlu.pictures.finding import PictureFinder
from assistant.nlu.ranking.evidence import ranking_weights
from assistant.nlu.retrieval.passages import PassageIndex

NOW = datetime(2026, 11, 29, 12)
CAPTIONS = ("our dog on the beach", "dogs at the beach", "the dog in the snow", "a red bicycle", "Anna at the lake")


class _Letters:
    """Vectors of the letter pairs of a text, and the texts of each run."""

    id = "letters"

    def __init__(self) -> None:
        self.runs = list[list[str]]()

    def embed(self, texts: Sequence[str]) -> np.ndarray:
        self.runs.append(list(texts))
        vectors = np.full((len(texts), 676), 1e-3, np.float32)
        for row, text in zip(vectors, texts, strict=True):
            letters = [ord(letter) - 97 for letter in text.lower() if "a" <= letter <= "z"]
            for one, other in pairwise(letters):
                row[26 * one + other] += 1
        return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)


@pytest.fixture
def embedder() -> _Letters:
    return _Letters()


@pytest.fixture
def finder(embedder) -> PictureFinder:
    rows = [
        Picture(
            text, Path(f"/a/{n}.jpg"), f"a/IMG_{n}.jpg", (), 0, 0, "picture", PictureFacts(f"{n}", 4, 3, caption=text)
        )
        for n, text in enumerate(CAPTIONS)
    ]
    search = PassageIndex(None, embedder).embed(DocumentSet(tuple(rows), (), "five"), lambda _: None)
    embedder.runs.clear()
    return PictureFinder(search, None, ranking_weights(), embedder.embed)


def test_words_that_stand_in_a_caption_need_one_run_of_the_model(finder, embedder):
    found = finder.find("the dog on the beach", NOW)
    assert {item.picture.text for item in found.pictures[:2]} == set(CAPTIONS[:2])
    assert embedder.runs == [["the dog on the beach"]]


def test_words_that_a_caption_lacks_are_compared_with_its_own(finder, embedder):
    finder.find("the hound on the beach", NOW)
    assert [len(run) > 1 for run in embedder.runs] == [False, True]
    assert "hound" in embedder.runs[1]
