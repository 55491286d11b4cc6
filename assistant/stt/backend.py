"""The back-end of speech to text that the configuration names."""

from __future__ import annotations

from collections.abc import Callable

from assistant import weights
from assistant.config import Config
from assistant.events import Progress
from assistant.stt.stream import Transcriber


def open_transcriber(config: Config, emit: Callable[[Progress], None]) -> Transcriber:
    """Return the configured transcriber, loaded; weights that are not here are fetched first.

    Raises:
        ModelError: the weights are missing or corrupt, or the model cannot be used here.
    """
    from assistant.stt.whisper import WhisperTranscriber

    transcriber = WhisperTranscriber(weights.resolve(config.stt.model, "stt", config, emit), config.stt)
    transcriber.load()
    return transcriber
