"""The models of an assistant as calls of replicas. What is sent is whole in itself, so that any replica can do it.

Nothing is lost with a replica: the sound of an utterance stays with the gateway until it is a transcript, and a call
whose replica died is made once more. Where no replica answers, the model is opened here until one does.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import Any, Protocol, TypeVar

import numpy as np
from numpy.typing import NDArray

from assistant.errors import ModelError
from assistant.llm.chat_prompt import Prompt
from assistant.nlu.retrieval.index import Embedder
from assistant.remote.standby import Standby
from assistant.stt.remote import RemoteTranscriber
from assistant.stt.stream import Confusable, Hypotheses, Transcriber, no_confusable
from assistant.values import Chunk, Samples

T = TypeVar("T")


class ReplicaLostError(ModelError):
    """A replica died at work; another can be asked."""


class Replicas(Protocol):
    """The replicas of one model."""

    def load(self) -> None:
        """Start them; nothing is done where they are there.

        Raises:
            ModelError: they cannot be had.
        """

    def call(self, method: str, *arguments: Any) -> Any:
        """Return the answer of whichever has the least to do.

        Raises:
            ReplicaLostError: it died meanwhile.
            ModelError: none answers, or the model fails.
        """

    def stream(self, method: str, *arguments: Any) -> Iterator[Any]:
        """Yield the pieces of an answer as they are made; errors as in `call`."""


class Asking:
    """Calls of replicas, each made once more where its replica dies, which is told in a line."""

    def __init__(self, replicas: Replicas, tell: Callable[[str], None]) -> None:
        self._replicas, self._tell = replicas, tell

    def load(self) -> None:
        """Start the replicas; raise ModelError where they cannot be had."""
        self._replicas.load()

    def call(self, method: str, *arguments: Any) -> Any:
        """Return an answer.

        Raises:
            ModelError: two replicas died, none answers, or the model fails.
        """
        try:
            return self._replicas.call(method, *arguments)
        except ReplicaLostError as error:
            self._tell(f"{error}; another is asked")
            return self._replicas.call(method, *arguments)

    def stream(self, method: str, *arguments: Any) -> Iterator[Any]:
        """Yield the pieces of an answer; one that broke off after its first piece is not begun anew.

        Raises:
            ModelError: as in `call`.
        """
        begun = False
        try:
            for piece in self._replicas.stream(method, *arguments):
                begun = True
                yield piece
        except ReplicaLostError as error:
            if begun:
                raise ModelError(f"{error}; the answer broke off") from None
            self._tell(f"{error}; another is asked")
            yield from self._replicas.stream(method, *arguments)


class ReplicaTranscriber(Transcriber):
    """Speech to text by replicas: each decode has all the sound of its section with it."""

    prompt_tokens = RemoteTranscriber.prompt_tokens

    def __init__(self, asking: Asking) -> None:
        self._asking = asking
        self.backend = "replicas"

    def load(self) -> None:
        """Start the replicas.

        Raises:
            ModelError: they cannot be had.
        """
        self._asking.load()

    def decode(
        self, samples: Samples, prompt: str = "", final: bool = True, confusable: Confusable = no_confusable
    ) -> Hypotheses:
        """Return the hypotheses of a replica.

        What they may be misheard for is known here alone: where there is such a sentence, and none of the texts is a
        sentence of the assistant's own, the sound is decoded once more beside it.

        Raises:
            ModelError: no replica answers, or the model fails.
        """
        hypotheses: Hypotheses = self._asking.call("decode", samples, prompt, final, {})
        if not final or confusable is no_confusable:
            return hypotheses
        likened = {hypothesis.text: tuple(confusable(hypothesis.text)) for hypothesis in hypotheses}
        is_own = any(text == sentence for text, sentences in likened.items() for sentence, _ in sentences)
        if is_own or not any(likened.values()):
            return hypotheses
        compared: Hypotheses = self._asking.call("decode", samples, prompt, final, likened)
        return compared


class ReplicaVoice:
    """Text to speech by replicas, sentence by sentence."""

    def __init__(self, asking: Asking) -> None:
        self._asking = asking

    def load(self) -> None:
        """Start the replicas; raise ModelError where they cannot be had."""
        self._asking.load()

    def chunks(self, sentence: str, pace: float) -> list[Chunk]:
        """Return the sound of one sentence.

        Raises:
            ModelError: no replica answers, or the voice fails.
        """
        return list(self._asking.call("speak", sentence, pace))


class ReplicaEmbedder:
    """Sentences to vectors by replicas, which take those of several clients together; here while none answers."""

    def __init__(self, asking: Asking, opened: Callable[[], Embedder], tell: Callable[[str], None]) -> None:
        self._asking, self._opened = asking, opened
        self._standby = Standby(
            "until one is back, sentences are embedded on this machine",
            "sentences are embedded by replicas again",
            tell,
        )
        self._local: Embedder | None = None
        self._lock = threading.Lock()
        self.id = self._standby.call(self._name, lambda: self._stand_in().id)
        """A name that changes whenever the vectors would."""

    def embed(self, texts: Sequence[str], most: int = 256) -> NDArray[np.float32]:
        """Return unit vectors, shape (len(texts), d); at most so many texts go to a replica at once.

        Raises:
            ModelError: no replica answers, and the model cannot be had here.
        """
        parts = [tuple(texts[start : start + most]) for start in range(0, len(texts), most)] or [()]
        return np.concatenate([self._vectors(part) for part in parts])

    def _vectors(self, texts: tuple[str, ...]) -> NDArray[np.float32]:
        return self._standby.call(partial(self._asking.call, "embed", texts), lambda: self._stand_in().embed(texts))

    def _name(self) -> str:
        self._asking.load()
        return str(self._asking.call("name"))

    def _stand_in(self) -> Embedder:
        with self._lock:
            if self._local is None:
                self._local = self._opened()
        return self._local


class ReplicaEngine:
    """A language model as replicas run it."""

    def __init__(self, asking: Asking) -> None:
        self._asking = asking

    def load(self) -> None:
        """Start the replicas.

        Raises:
            ModelError: they cannot be had.
        """
        self._asking.load()

    def pieces(self, prompt: Prompt, cancelled: threading.Event) -> Iterator[str]:
        """Yield an answer as it is made; it ends within a piece of `cancelled`.

        Raises:
            ModelError: no replica answers, one died in the middle of the answer, or the model failed.
        """
        for piece in self._asking.stream("write", prompt):
            if cancelled.is_set():
                return
            yield piece
