"""Documents: the right passage first, and "I don't know" where there is none, against BM25 and vectors in Chroma.

Public manuals are asked through the whole matcher, beside the shipped intents and knowledge; the later sets are of four
other manuals each. The weights were fitted on the development half and on the second set; the third and the
fourth were written before any of their questions was asked. A passage is right that holds the words of the answer, or
stands below the heading that answers. The rivals have the same passages, and the threshold at which they are right
most often.
"""

from __future__ import annotations

import statistics
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from assistant import weights
from assistant.app import build
from assistant.app.documents import with_passages
from assistant.authoring.documents.loading import load_documents
from assistant.authoring.documents.passage import Passage
from assistant.config import Config
from assistant.nlu.documents.reranker import Reranker
from assistant.nlu.documents.words import WordIndex, split
from assistant.nlu.matcher import Matcher
from assistant.nlu.query import plain_text
from assistant.nlu.retrieval.passages import PassageIndex, PassageSearch
from assistant.values import AnswerMatch, IntentMatch, SlotMissing, Utterance
from benchmarks import Options, Row, json_lines, quiet

DATA = Path(__file__).parent / "data" / "documents"
SETS = (("dev", "manuals"), ("test", "manuals"), ("second", "second"), ("third", "third"), ("fourth", "fourth"))
"""Questions, and the folder of the documents that they are put to."""

VECTORS, WORDS = "vectors in Chroma", "BM25"


@dataclass(frozen=True, slots=True)
class Reply:
    """A passage, and how sure it was; answered where it was given as the answer."""

    passage: Passage | None
    sure: float
    answered: bool = True


def run(options: Options) -> list[Row]:
    """Measure the manuals, the near duplicates, and questions that are no commands."""
    config = Config()
    embedder = build.load_embedder(config, quiet)
    shipped = build.load_matcher(Path("intents"), Path("knowledge"), kept_folder("intents"), config)
    reranker = Reranker(weights.resolve("ms-marco-minilm", "reranker", config, quiet))
    shipped = with_passages(shipped, shipped.parts.passages, reranker)
    rows: list[Row] = []
    for name, folder in SETS:
        if (file := DATA / f"questions_{name}.jsonl").exists():
            asked = options.drawn(json_lines(file))
            search = _search(DATA / folder, embedder, folder)
            rows += _manuals(name, asked, with_passages(shipped, search), options.verbose and name == "dev", embedder)
    rows += _near_duplicates(config, embedder, reranker, options.verbose)
    rows += _no_commands(shipped, options.verbose)
    return rows


def kept_folder(name: str) -> Path:
    """Return a folder that is kept between runs: what is unchanged is embedded once."""
    return Path(tempfile.gettempdir()) / "assistant-benchmark-documents" / name


def _search(folder: Path, embedder: Any, name: str) -> PassageSearch:
    index = PassageIndex(kept_folder(name), embedder)
    search = index.embed(load_documents([folder]), quiet)
    index.follow(search, quiet)
    return search


def _manuals(name: str, asked: Sequence[dict[str, Any]], matcher: Matcher, verbose: bool, embedder: Any) -> list[Row]:
    matcher.warm()
    search = matcher.parts.passages
    known = [row for row in asked if row["answerable"]]
    unknown = [row for row in asked if not row["answerable"]]
    replies, times = _ours(matcher, asked, verbose)
    rows = []
    ours = _rates(asked, replies, [reply.answered for reply in replies])
    for rival, theirs in ((VECTORS, _by_vectors(search, embedder, asked)), (WORDS, _by_words(search, asked))):
        first = _first(asked, theirs)
        best = max((_rates(asked, theirs, [reply.sure >= least.sure for reply in theirs]) for least in theirs), key=sum)
        rows += [
            Row(f"{name}, right passage first, of {len(known)}", _first(asked, replies), "%", rival, first),
            Row(f"{name}, answered and right, of {len(known)}", ours[0], "%", f"{rival}, best threshold", best[0]),
            Row(f"{name}, honest “I don't know”, of {len(unknown)}", ours[1], "%", f"{rival}, best threshold", best[1]),
        ]
    p50, p95 = np.percentile(times, (50, 95))
    return [
        *rows,
        Row(f"{name}, a question, p50", 1000 * p50, "ms"),
        Row(f"{name}, a question, p95", 1000 * p95, "ms", "limit", 150),
    ]


def _first(asked: Sequence[dict[str, Any]], replies: Sequence[Reply]) -> float:
    pairs = zip(replies, asked, strict=True)
    return 100 * statistics.mean(is_right(reply.passage, row) for reply, row in pairs if row["answerable"])


def _rates(asked: Sequence[dict[str, Any]], replies: Sequence[Reply], answered: Sequence[bool]) -> tuple[float, float]:
    """Return the share of the answerable that is answered rightly, and of the others that is refused, in percent."""
    rows = list(zip(replies, answered, asked, strict=True))
    right = [is_answered and is_right(reply.passage, row) for reply, is_answered, row in rows if row["answerable"]]
    refused = [not is_answered for _, is_answered, row in rows if not row["answerable"]]
    return 100 * statistics.mean(right or [0]), 100 * statistics.mean(refused or [0])


def _ours(matcher: Matcher, asked: Sequence[dict[str, Any]], verbose: bool) -> tuple[list[Reply], list[float]]:
    replies, times = list[Reply](), list[float]()
    for row in asked:
        start = time.perf_counter()
        meaning = matcher.match(Utterance(row["question"]))
        times.append(time.perf_counter() - start)
        found = matcher.documents.passages(matcher.query(row["question"]), 1)
        answered = isinstance(meaning, AnswerMatch | IntentMatch | SlotMissing)
        key = meaning.quote.passage if isinstance(meaning, AnswerMatch) and meaning.quote else ""
        passage = matcher.documents.passage(key) if key else None if answered else found[0].passage if found else None
        reply = Reply(passage, meaning.confidence, answered)
        replies.append(reply)
        if verbose and (answered != row["answerable"] or (answered and not is_right(passage, row))):
            what = f"{found[0].confidence:.2f} {found[0].passage.source}" if found else ""
            print(f"{'+' if row['answerable'] else '-'} {row['question']} | {meaning.confidence:.2f} | {what}")
    return replies, times


def _by_vectors(search: PassageSearch, embedder: Any, asked: Sequence[dict[str, Any]]) -> list[Reply]:
    vectors = embedder.embed([plain_text(row["question"]) for row in asked])
    hits = [search.nearest(vector, 1)[0] for vector in vectors]
    return [Reply(hit.passage, hit.score) for hit in hits]


def _by_words(search: PassageSearch, asked: Sequence[dict[str, Any]]) -> list[Reply]:
    index, replies = WordIndex(None), list[Reply]()
    for row in asked:
        scores = index.search(search.documents, list(dict.fromkeys(split(row["question"]))), 1, heading=1.0)
        key = next(iter(scores), "")
        replies.append(Reply(search.documents.passage(key), scores[key]) if key else Reply(None, 0.0))
    return replies


def is_right(passage: Passage | None, row: dict[str, Any]) -> bool:
    """True of a passage that holds the answer, or stands below the heading that answers."""
    if passage is None or not row["answerable"] or not passage.name.endswith(row["file"]):
        return False
    option = next((title for title in passage.headings[-1:] if title.startswith("-")), "")  # an answer begins with it
    text, headings = plain(f"{option} {passage.text}"), {plain(heading) for heading in passage.headings}
    return all(plain(part) in text for part in row["answer_contains"]) or any(
        plain(h) in headings for h in row["heading"]
    )


def plain(text: str) -> str:
    """Return a text without case and markup, with single spaces."""
    return " ".join("".join(" " if letter in "`*|\\" else letter for letter in text).casefold().split())


def _near_duplicates(config: Config, embedder: Any, reranker: Reranker, verbose: bool) -> list[Row]:
    """Ask for what another number, name or day stands beside: a wrong one is never given as a fact."""
    folder = DATA / "near_duplicates"
    matcher = build.load_matcher(Path("intents"), folder, kept_folder("near-intents"), config)
    matcher = with_passages(matcher, _search(folder, embedder, "near"), reranker)
    right, wrong, count = 0, 0, 0
    asked = json_lines(DATA / "near_duplicates.jsonl")
    for row in asked:
        meaning = matcher.match(Utterance(row["question"]))
        answer = plain(meaning.answer) if isinstance(meaning, AnswerMatch) else ""
        is_wrong = any(plain(part) in answer for part in row["wrong"]) and not (
            row["answerable"] and all(plain(part) in answer for part in row["answer_contains"])
        )
        wrong += is_wrong
        count += row["answerable"]
        right += row["answerable"] and all(plain(part) in answer for part in row["answer_contains"])
        if verbose and (is_wrong or (row["answerable"] and not answer)):
            print(f"{'WRONG' if is_wrong else 'none'} {row['question']} -> {answer[:80]} {meaning.confidence:.2f}")
    return [
        Row(f"near duplicates, a wrong one given as a fact, of {len(asked)}", wrong, "", "limit", 0),
        Row(f"near duplicates, the right one, of {count}", 100 * right / max(1, count), "%"),
    ]


def _no_commands(shipped: Matcher, verbose: bool) -> list[Row]:
    """Ask about things that there are commands for, and give those commands as questions."""
    rows = json_lines(DATA / "questions_not_commands.jsonl")
    acted = list[bool]()
    for row in rows:
        meanings = [meaning for _, meaning in shipped.match_all(row["say"])]
        acted.append(any(isinstance(meaning, IntentMatch | SlotMissing) for meaning in meanings))
        if verbose and acted[-1] != row["action"]:
            print(f"{'acted' if acted[-1] else 'no action'} {row['say']}")
    mistaken = sum(did and not row["action"] for did, row in zip(acted, rows, strict=True))
    kept = [did for did, row in zip(acted, rows, strict=True) if row["action"]]
    return [
        Row(f"questions that are no commands, acted on, of {len(rows) - len(kept)}", mistaken, "", "limit", 0),
        Row(f"commands put as questions, carried out, of {len(kept)}", 100 * statistics.mean(kept), "%"),
    ]
