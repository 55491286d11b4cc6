"""Answers of the language model to public manuals: supported and refused, against the same model without the check.

Supported: every sentence of an answer stands in a passage, by its words and numbers; a quotation does.
The questions are those of `benchmarks/data/documents`: the half for development, or with `--test-data` the one of that
folder; with a limit, so many that are answered there and so many that are not. They are asked through the whole
matcher, beside the shipped intents. The rival is the same model with the same passages, its sentences as they come.
"""

from __future__ import annotations

import sys
import threading
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from statistics import mean
from typing import Any, NamedTuple

from assistant import weights
from assistant.app import build
from assistant.app.definitions import references_for
from assistant.app.documents import with_passages
from assistant.authoring.documents.loading import load_documents
from assistant.config import Config, GeneratorConfig
from assistant.dialogue.aloud import quote_reply
from assistant.dialogue.generation.grounded import Generator, grounded_answer
from assistant.dialogue.generation.grounding import CitedPassage, refuses
from assistant.events import ReplyEnded
from assistant.language.sentences import split_sentences
from assistant.llm.chat_prompt import Prompt
from assistant.nlu.documents.reranker import Reranker
from assistant.nlu.matcher import Matcher
from assistant.nlu.retrieval.passages import PassageIndex
from assistant.values import AnswerMatch, OutOfScope, Utterance
from benchmarks import Options, Row, json_lines, quiet
from benchmarks.documents import DATA, kept_folder


class Answered(NamedTuple):
    """An answer to one question; empty where none was given."""

    text: str = ""
    generated: bool = False
    passages: Sequence[CitedPassage] = ()

    @property
    def is_supported(self) -> bool:
        """True if all of it stands in its passages."""
        return not self.generated or _stands(self.text, self.passages)


def run(options: Options) -> list[Row]:
    """Ask every question once, and judge the answer with and without the check."""
    asked = json_lines((options.test_data or DATA) / f"questions_{'test' if options.test_data else 'dev'}.jsonl")
    known, unknown = (options.drawn([row for row in asked if row["answerable"] is kind]) for kind in (True, False))
    config = Config(generator=GeneratorConfig(generate="grounded", max_tokens=96))
    matcher = _matcher(config)
    generator = build.open_generator(config, quiet)
    assert generator
    judged = []
    for row in (*known, *unknown):
        judged.append(pair := _answers(row["question"], matcher, _Recorder(generator), config))
        if options.verbose:
            print(row["question"], *(f"  {answer.text!r}" for answer in pair), sep="\n", file=sys.stderr)
    rival = "the same model, unchecked"
    rows = []
    for what, kind, judge in (
        ("answers whose every sentence is supported", "answered", lambda _, answer: answer.is_supported),
        (f"answered, of {len(known)}", "known", lambda _, answer: bool(answer.text)),
        ("answered with the words of the answer", "known", _holds_answer),
        (f"refused, of {len(unknown)} that are not answered there", "unknown", lambda _, answer: not answer.text),
    ):
        of = list(zip((*known, *unknown), judged, strict=True))
        of = of[len(known) :] if kind == "unknown" else of[: len(known)]
        figures = [
            100 * mean([judge(row, pair[place]) for row, pair in of if kind != "answered" or pair[place].text] or [0])
            for place in (0, 1)
        ]
        rows.append(Row(what, figures[0], "%", rival, figures[1]))
    return rows


def _matcher(config: Config) -> Matcher:
    embedder = build.load_embedder(config, quiet)
    shipped = build.load_matcher(Path("intents"), Path("knowledge"), kept_folder("intents"), config)
    search = PassageIndex(kept_folder("manuals"), embedder).embed(load_documents([DATA / "manuals"]), quiet)
    return with_passages(shipped, search, Reranker(weights.resolve("ms-marco-minilm", "reranker", config, quiet)))


class _Recorder:
    """A model whose words are kept: what it says unchecked is what it says before the check."""

    def __init__(self, generator: Generator) -> None:
        self._generator, self.text = generator, ""

    def stream(self, prompt: Prompt, cancelled: threading.Event) -> Iterator[str]:
        """Yield an answer piece by piece."""
        for piece in self._generator.stream(prompt, cancelled):
            self.text += piece
            yield piece


def _answers(question: str, matcher: Matcher, model: _Recorder, config: Config) -> tuple[Answered, Answered]:
    """Return our answer, and the one of the model unchecked."""
    meaning = matcher.match(Utterance(question))
    references = references_for(lambda: matcher, config, question, meaning)
    ours = Answered()
    if references and isinstance(meaning, AnswerMatch | OutOfScope):
        quote = meaning.quote if isinstance(meaning, AnswerMatch) else None
        stored = quote_reply(quote) if quote else None
        reply = _last(grounded_answer(model, question, references, (), threading.Event(), stored))
        ours = Answered(reply.text, reply.generated, references) if reply.ok else ours
    elif isinstance(meaning, AnswerMatch):
        ours = Answered(meaning.answer)
    given = references
    if not model.text:
        anyhow = replace(config, match=replace(config.match, threshold=0.0))
        given = references_for(lambda: matcher, anyhow, question, OutOfScope(0, ()))
        "".join(model.stream(Prompt(question, passages=[passage.whole for passage in given]), threading.Event()))
    return ours, Answered() if refuses(model.text) else Answered(model.text.strip(), True, given)


def _holds_answer(row: dict[str, Any], answer: Answered) -> bool:
    text = " ".join(answer.text.split()).casefold()
    return all(" ".join(words.split()).casefold() in text for words in row["answer_contains"])


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
