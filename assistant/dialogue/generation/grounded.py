"""Answers of a language model that are held to passages: each sentence is cited, and none stands without one."""

from __future__ import annotations

import threading
from collections.abc import Generator as Steps
from collections.abc import Iterator, Sequence
from typing import Protocol

from assistant.dialogue.generation.grounding import CitedPassage, quote, refuses, support, unmarked
from assistant.events import ReplyChunk, ReplyEnded
from assistant.language.sentences import stream_sentences
from assistant.llm.chat_prompt import History, Prompt

UNKNOWN = "I don't know that."


class Generator(Protocol):
    """A language model, on this machine or called by it."""

    def stream(self, prompt: Prompt, cancelled: threading.Event) -> Iterator[str]:
        """Yield an answer piece by piece; the pieces joined are its text, and `cancelled` ends it early.

        The weights may be loaded first.

        Raises:
            ModelError: the model cannot be had, or failed.
        """


def grounded_answer(
    generator: Generator,
    question: str,
    references: Sequence[CitedPassage],
    history: History,
    cancelled: threading.Event,
    instead: ReplyEnded | None = None,
) -> Steps[ReplyChunk, None, ReplyEnded]:
    """Yield the first sentences of an answer that one of the passages says, with its number, and return the reply.

    Where no sentence stands, it is `instead`: that a document answers is known by its fitted confidence, also where
    a small model declines. Without, the best passage is quoted, and a model that declines knows nothing.

    Raises:
        ModelError: the model cannot be had, or failed.
    """
    prompt = Prompt(question, history, [reference.whole for reference in references])
    cited = dict[int, int]()
    sentences = list[str]()
    declined = False
    for written in stream_sentences(generator.stream(prompt, cancelled)):
        sentence = unmarked(written, references)
        declined = declined or refuses(sentence)
        if (place := support(sentence, references)) is None:
            break  # what follows takes it up
        number = cited.setdefault(place, len(cited) + 1)
        sentences.append(f"{sentence} [{number}]")
        yield ReplyChunk(f"{' ' if len(sentences) > 1 else ''}{sentences[-1]}")
    if cancelled.is_set():
        return ReplyEnded(" ".join(sentences), generated=bool(sentences), ok=bool(sentences))
    if not sentences and declined and instead is None:
        return ReplyEnded(UNKNOWN, ok=False)
    if not sentences:
        return instead or ReplyEnded(quote(references[0], question), source=references[0].source)
    sources = "; ".join(f"[{number}] {references[place].source}" for place, number in cited.items())
    return ReplyEnded(" ".join(sentences), source=sources, generated=True)


def free_answer(
    generator: Generator, prompt: Prompt, cancelled: threading.Event
) -> Steps[ReplyChunk, None, ReplyEnded]:
    """Yield an answer from the model's memory piece by piece, and return the reply; one that declines is no answer.

    Raises:
        ModelError: the model cannot be had, or failed.
    """
    pieces: list[str] = []
    for piece in generator.stream(prompt, cancelled):
        pieces.append(piece)
        yield ReplyChunk(piece)
    text = "".join(pieces).strip()
    if not text and not cancelled.is_set():
        return ReplyEnded(UNKNOWN, ok=False)
    return ReplyEnded(text, generated=True, ok=bool(text) and not refuses(text))
