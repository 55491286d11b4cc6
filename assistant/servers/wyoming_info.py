"""The services that a Wyoming client is told of."""

from __future__ import annotations

from typing import Any

from wyoming.info import (
    AsrModel,
    AsrProgram,
    Attribution,
    HandleModel,
    HandleProgram,
    Info,
    IntentModel,
    IntentProgram,
    TtsProgram,
    TtsVoice,
    WakeModel,
    WakeProgram,
)

from assistant import __version__
from assistant.app.clients.wake import wake_names

_MAKER = Attribution("Assistant", "")


def info(languages: list[str]) -> Info:
    """Describe the services."""
    common: dict[str, Any] = {"attribution": _MAKER, "installed": True, "version": __version__}
    model: dict[str, Any] = {"languages": languages, **common}
    name = "assistant"
    return Info(
        asr=[
            AsrProgram(
                name=name,
                description="Speech to text that expects your commands",
                models=[AsrModel(name=name, description="Whisper, told the words of your files", **model)],
                supports_transcript_streaming=True,
                **common,
            )
        ],
        handle=[
            HandleProgram(
                name=name,
                description="Commands and questions, understood by their meaning",
                models=[HandleModel(name=name, description="Intents and knowledge", **model)],
                supports_home_control=True,
                **common,
            )
        ],
        intent=[
            IntentProgram(
                name=name,
                description="What a sentence means, each command of it; nothing is done",
                models=[IntentModel(name=name, description="Intents and knowledge", **model)],
                **common,
            )
        ],
        wake=[
            WakeProgram(
                name=name,
                description="Wake words",
                models=[
                    WakeModel(name=word, description=word, phrase=word.replace("_", " "), **model)
                    for word in wake_names()
                ],
                **common,
            )
        ],
        tts=[
            TtsProgram(
                name=name,
                description="The assistant's voice",
                voices=[TtsVoice(name="heart", description="The bundled voice", **model)],
                **common,
            )
        ],
    )
