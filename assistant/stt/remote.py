"""Speech to text by a server of the OpenAI protocol, with the model here as its stand-in."""

from __future__ import annotations

import io
import json
import math
import threading
import wave
from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np

from assistant.config import SttConfig
from assistant.errors import ModelError
from assistant.remote.model_server import ModelServer, RefusedError
from assistant.remote.standby import Standby
from assistant.stt.repair import cut_repetition
from assistant.stt.stream import Confusable, Hypotheses, Transcriber, no_confusable
from assistant.values import SAMPLE_RATE, Hypothesis, Samples


class RemoteTranscriber(Transcriber):
    """A model that is called: what is said goes there as sound, with the words to expect as its prompt."""

    prompt_tokens = 120
    """Words, which are fewer than the tokens that Whisper takes."""

    def __init__(self, config: SttConfig, section: str = "stt", seconds: float = 20.0) -> None:
        self._config, self._section = config, section
        self._server = ModelServer(section, config.url, config.key, seconds)
        self.backend = f"{self._server.host}{f', {config.url_model}' if config.url_model else ''}"
        self._form = "verbose_json"
        """Form of the answer: with confidences, unless the server knows none."""

    def load(self) -> None:
        """Ask for the server.

        Raises:
            ModelError: it is not, or takes no such key.
        """
        self._server.check()

    def decode(
        self,
        samples: Samples,
        prompt: str = "",
        final: bool = True,  # noqa: ARG002 (a server knows no partial transcripts, nor scores of a text)
        confusable: Confusable = no_confusable,  # noqa: ARG002
    ) -> Hypotheses:
        """Return the one hypothesis of the server; none where nobody speaks.

        Raises:
            ModelError: the server cannot be reached, refuses, or answers in words that are not the protocol's.
        """
        if not len(samples) or not np.any(samples):
            return ()
        try:
            body = self._asked(samples, prompt)
        except RefusedError as error:
            if self._form == "json" or "response_format" not in str(error):
                raise
            self._form = "json"
            body = self._asked(samples, prompt)
        text, confidence = _read(body, self._server.host, self._section)
        text = cut_repetition(text, len(samples) / SAMPLE_RATE)
        return (Hypothesis(text, confidence),) if any(map(str.isalnum, text)) else ()

    def _asked(self, samples: Samples, prompt: str) -> bytes:
        form = {"model": self._config.url_model or "whisper-1", "language": self._config.language}
        form |= {"response_format": self._form} | ({"prompt": prompt} if prompt else {})
        return self._server.post(
            "/audio/transcriptions", 1_000_000, data=form, files={"file": ("speech.wav", _wav(samples), "audio/wav")}
        )


class StandbyTranscriber(Transcriber):
    """A server while it answers, else the model here, which is loaded when it is first needed."""

    prompt_tokens = RemoteTranscriber.prompt_tokens

    def __init__(self, remote: Transcriber, opened: Callable[[], Transcriber], tell: Callable[[str], None]) -> None:
        self._remote, self._opened = remote, opened
        gone, back = (
            "until it is back, speech to text is made on this machine",
            "speech to text is made by the server again",
        )
        self._standby = Standby(gone, back, tell)
        self._local: Transcriber | None = None
        self._lock = threading.Lock()
        self.backend = remote.backend

    def load(self) -> None:
        """Ask for the server; load the model here where it is not there.

        Raises:
            ModelError: neither can be used.
        """
        self._standby.call(self._remote.load, self._load_here)

    def decode(
        self, samples: Samples, prompt: str = "", final: bool = True, confusable: Confusable = no_confusable
    ) -> Hypotheses:
        """Return the hypotheses of whichever can be asked.

        Raises:
            ModelError: neither can.
        """
        asked = (samples, prompt, final, confusable)
        return self._standby.call(partial(self._remote.decode, *asked), lambda: self._stand_in().decode(*asked))

    def _load_here(self) -> None:
        self._stand_in()

    def _stand_in(self) -> Transcriber:
        with self._lock:
            if self._local is None:
                self._local = self._opened()
        return self._local


def _wav(samples: Samples) -> bytes:
    sound = io.BytesIO()
    with wave.open(sound, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(SAMPLE_RATE)
        file.writeframes((np.clip(samples, -1, 1) * 32767).astype("<i2").tobytes())
    return sound.getvalue()


def _read(body: bytes, host: str, section: str) -> tuple[str, float]:
    """Return text and confidence of an answer; a server that tells no confidence is believed.

    Raises:
        ModelError: it is not the protocol's.
    """
    try:
        answer: Any = json.loads(body)
        text = answer["text"]
    except (ValueError, RecursionError, TypeError, KeyError):
        text = None
    if not isinstance(text, str):
        raise ModelError(f"{host}: this is no server that speaks the OpenAI protocol: see [{section}] url")
    segments = answer.get("segments")
    logs = [_log_probability(part) for part in segments if isinstance(part, dict)] if isinstance(segments, list) else []
    return " ".join(text.split()), math.exp(sum(logs) / len(logs)) if logs else 1.0


def _log_probability(segment: dict[str, Any]) -> float:
    """Return the mean log probability of a segment: Whisper's servers tell that, this program its confidence."""
    match segment.get("avg_logprob"), segment.get("confidence"):
        case (int() | float() as log, _):
            return min(float(log), 0.0)
        case (_, int() | float() as confidence):
            return math.log(min(max(float(confidence), 1e-9), 1.0))
    return 0.0
