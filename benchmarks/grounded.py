"""Answers of the language model to public manuals: supported and refused, against the same model without the check.

Supported: every sentence of an answer stands in a passage, by its words and numbers; a quotation does.
The questions are those of `benchmarks/data/documents`: the half for development, or with `--test-data` the one of that
folder. The rival is the same model with the same passages, its sentences passed on as they come.
"""

from __future__ import annotations

import json
import tempfile
import threading
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from assistant.app import build
from assistant.app.definitions import references_for
from assistant.config import Config, GeneratorConfig
from assistant.dialogue.generation.grounded import Generator, grounded_answer
from assistant.events import ReplyEnded
from assistant.language.sentences import split_sentences
from assistant.llm.chat_prompt import Prompt
from assistant.llm.grounding import CitedPassage, refuses
from assistant.nlu.matcher import Matcher
from assistant.values import AnswerMatch, Utterance
from benchmarks import Options, Row, quiet

DATA = Path(__file__).parent / "data" / "documents"


def run(options: Options) -> list[Row]:
    """Ask every question once, and judge the answer with and without the check."""
    questions = (options.test_data / "questions_test.jsonl") if options.test_data else DATA / "questions_dev.jsonl"
    rows: list[dict[str, Any]] = [json.loads(line) for line in questions.read_text("utf-8").splitlines()]
    rows = list(options.drawn(rows))
    config = Config(generator=GeneratorConfig(generate="grounded", max_tokens=96))
    with tempfile.TemporaryDirectory() as no_intents:
        matcher = build.load_matcher(no_intents, DATA / "manuals", config=config)
    generator = build.open_generator(config, quiet)
    assert generator
    judged = [_judged(row, matcher, generator, config) for row in rows]
    figures = {}
    for key in ("supported", "refused"):
        for place, name in enumerate(("ours", "rival")):
            of = [verdict[place] for row, verdict in zip(rows, judged, strict=True)
                  if row["answerable"] == (key == "supported")]  # fmt: skip
            counted = [right for right in of if right is not None]
            figures[key, name] = 100 * sum(counted) / max(1, len(counted))
    unchecked = "the same model, unchecked"
    return [
        Row("answers whose every sentence is supported", figures["supported", "ours"], "%", unchecked,
            figures["supported", "rival"]),
        Row("unanswerable questions refused", figures["refused", "ours"], "%", unchecked, figures["refused", "rival"]),
    ]  # fmt: skip


def _judged(
    row: dict[str, Any], matcher: Matcher, generator: Generator, config: Config
) -> tuple[bool | None, bool | None]:
    """Return for ours and for the rival: supported, None where nothing was answered; or refused."""
    question = row["question"]
    meaning = matcher.match(Utterance(question))
    references = references_for(lambda: matcher, config, question, meaning)
    whole = replace(config, match=replace(config.match, threshold=0.0))
    given = references or references_for(lambda: matcher, whole, question, meaning)
    stored = ReplyEnded(meaning.answer, source=meaning.source) if isinstance(meaning, AnswerMatch) else None
    steps = grounded_answer(generator, question, references, (), threading.Event(), stored)
    ours = _last(steps) if references else None
    prompt = Prompt(question, passages=[passage.whole for passage in given])
    rival = "".join(generator.stream(prompt, threading.Event()))
    if not row["answerable"]:
        return ours is None or not ours.ok, not rival.strip() or refuses(rival)
    told = ours if ours and ours.ok else None
    return (
        None if told is None else (not told.generated or _stands(told.text, references)),
        None if refuses(rival) or not rival.strip() else _stands(rival, given),
    )


def _last(steps: Iterator[Any]) -> ReplyEnded:
    while True:
        try:
            next(steps)
        except StopIteration as ended:
            reply: ReplyEnded = ended.value
            return reply


def _stands(text: str, passages: Sequence[CitedPassage], share: float = 0.75) -> bool:
    """True if a passage holds `share` of the words of every sentence, of any length, and all that have a digit.

    Simpler than the check that is judged, and of other rules: words as they stand, without stems or stop words.
    """
    held = [set(_words(passage.whole)) for passage in passages]
    for sentence in split_sentences(text):
        words = [word for word in _words(sentence) if not word.startswith("[")]
        digits = {word for word in words if any(map(str.isdigit, word))}
        if words and not any(
            digits <= passage and sum(word in passage for word in words) >= share * len(words) for passage in held
        ):
            return False
    return True


def _words(text: str) -> list[str]:
    return [word.strip(".,;:!?()\"'`*|").casefold() for word in text.split() if any(map(str.isalnum, word))]
