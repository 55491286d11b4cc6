"""The back-end of speech to text that the configuration names."""

from __future__ import annotations

from functools import partial

from assistant import weights
from assistant.config import Config
from assistant.events import Emit, Noticed
from assistant.stt.stream import Transcriber


def open_transcriber(config: Config, emit: Emit) -> Transcriber:
    """Return the configured transcriber, loaded; weights that are not here are fetched first.

    With `[stt] url` it is a server's, and weights are looked for where that is gone.

    Raises:
        ModelError: the weights are missing or corrupt, or the model cannot be used here.
    """
    if not config.stt.url:
        return _open_whisper(config, emit)
    from assistant.stt.remote import RemoteTranscriber, StandbyTranscriber

    opened = partial(_open_whisper, config, emit)
    transcriber = StandbyTranscriber(RemoteTranscriber(config.stt), opened, lambda line: emit(Noticed(line)))
    transcriber.load()
    return transcriber


def _open_whisper(config: Config, emit: Emit) -> Transcriber:
    from assistant.stt.whisper import WhisperTranscriber

    transcriber = WhisperTranscriber(weights.resolve(config.stt.model, "stt", config, emit), config.stt)
    transcriber.load()
    return transcriber
