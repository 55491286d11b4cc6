"""The likeliest passage is read whole where its likeliest words leave it open whether it answers."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pytest

from assistant.authoring.documents.passage import Passage
from assistant.nlu.documents.features import ScoredPassage, read_whole
from assistant.nlu.query import Query

QUERY = Query("how is the filter changed", "en", datetime(2026, 11, 23))


class WholeScorer:
    """Finds an answer in whatever it reads, and keeps what that was."""

    def __init__(self) -> None:
        self.read: list[str] = []

    def scores(self, question, texts, longest=112):
        self.read += texts
        return [6.0 for _ in texts]


def rows(*scores):
    return [
        ScoredPassage(Passage(f"Row {n}.\n\n- one", Path("a.md"), "a.md", ("Pump",), n), {"reranked": score}, -n)
        for n, score in enumerate(scores, 1)
    ]


@pytest.mark.parametrize(("score", "better"), [(0.2, 0.6), (-0.4, 0.6), (0.7, 0.7), (-0.9, -0.9)])
def test_only_the_first_and_only_where_it_is_open(score, better):
    model = WholeScorer()
    read = read_whole(QUERY, rows(score, 0.1), model)
    assert [row.features["reranked"] for row in read] == [better, 0.1]
    assert [row.score for row in read] == [-1, -2]
    assert model.read == (["a md Pump. Row 1. - one"] if better != score else [])


def test_nothing_is_read_where_nothing_is_near():
    assert read_whole(QUERY, [], WholeScorer()) == []
