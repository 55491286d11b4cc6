"""A question that names a document is answered by it, with the option that is meant, and by no other pair."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pytest

from assistant.authoring.documents.passage import DocumentSet, Passage
from assistant.nlu.documents.documents import DocumentAnswers
from assistant.nlu.query import Query
from assistant.nlu.ranking.evidence import ranking_weights
from assistant.nlu.retrieval.passages import PassageIndex
from assistant.values import AnswerMatch, OutOfScope
from fakes.embedder import WordHashes

PASSAGES = (
    Passage("Turn on what is needed to copy a whole site.", Path("wget.txt"), "manuals/wget.txt", ("--mirror",), 1),
    Passage("Limit the speed of the download.", Path("wget.txt"), "manuals/wget.txt", ("--limit-rate",), 2),
)
PAIR = AnswerMatch("How do I play music?", "Say: play some music.", "shipped", 0.7, ())


@pytest.fixture(scope="module")
def answers():
    search = PassageIndex(None, WordHashes()).embed(DocumentSet(PASSAGES, (), "manuals"), lambda _: None)
    return DocumentAnswers(search, None, ranking_weights())


@pytest.mark.parametrize(
    ("question", "is_answered"),
    [
        ("which wget option plays music", False),
        ("can wget play music", False),
        ("how do I play music", True),
        ("what plays some music", True),
    ],
)
def test_a_document_that_is_named_is_meant(answers, question, is_answered):
    query = Query(question, "en", datetime(2026, 11, 23), WordHashes().embed)
    meaning = answers.instead_of(PAIR, query, 0.5, 5)
    assert isinstance(meaning, AnswerMatch if is_answered else OutOfScope)


def test_the_option_that_a_passage_is_about_is_told(answers):
    query = Query("which wget option limits the speed", "en", datetime(2026, 11, 23), WordHashes().embed)
    answer = answers.answer(query, 0.0)
    assert answer.answer == "`--limit-rate`\n\nLimit the speed of the download."
