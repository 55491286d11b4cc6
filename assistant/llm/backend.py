"""The choice of the language model's engine, as the configuration says it."""

from __future__ import annotations

import importlib.util
import threading
from collections.abc import Iterator
from typing import Protocol

from assistant.config import Config
from assistant.errors import ModelError
from assistant.events import Emit, Noticed
from assistant.llm.chat_prompt import Prompt
from assistant.weights import generator_name, resolve


class Engine(Protocol):
    """A chat model as one library or server runs it."""

    def load(self) -> None:
        """Make it ready, which may take long.

        Raises:
            ModelError: it cannot be had.
        """

    def pieces(self, prompt: Prompt, cancelled: threading.Event) -> Iterator[str]:
        """Yield an answer as it is made; it ends within a token of `cancelled`.

        Raises:
            ModelError: it failed.
        """


def open_engine(config: Config, emit: Emit) -> Engine:
    """Load the model that the configuration names, fetching its weights first where that is needed and allowed.

    Raises:
        ModelError: there are no weights, they cannot be loaded, or no such server can be called.
    """
    engine = _remote(config) if config.generator.url else _local(config, emit)
    engine.load()
    return engine


def _remote(config: Config) -> Engine:
    from assistant.llm.remote import RemoteGenerator

    return RemoteGenerator(config.generator)


def _local(config: Config, emit: Emit) -> Engine:
    from assistant.llm.ctranslate2 import CTranslate2Generator, converted
    from assistant.llm.transformers import TransformersGenerator

    settings, cache = config.generator, config.models_folder()
    folder = resolve(generator_name(config), "generator", config, emit)
    if settings.engine == "transformers":
        return TransformersGenerator(folder, settings, cache, emit)
    try:
        converted(folder, cache, emit)
    except ModelError as error:
        if settings.engine == "ctranslate2" or importlib.util.find_spec("transformers") is None:
            raise
        emit(Noticed(f"{error}; transformers runs it, slower"))
        return TransformersGenerator(folder, settings, cache, emit)
    return CTranslate2Generator(folder, settings, cache, emit)
