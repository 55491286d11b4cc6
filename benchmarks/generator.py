"""The language model by CTranslate2: loading, first token, tokens a second, memory, against transformers and llama.cpp.

Each runs in a process of its own, one after the other, three times over; the best of three counts, since whatever else
runs on the machine only makes one slower. llama.cpp is measured where `llama_cpp` is installed.
"""

from __future__ import annotations

import importlib.util
import json
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Any

from assistant import weights
from assistant.config import Config, GeneratorConfig
from assistant.llm.chat_prompt import Prompt
from benchmarks import Options, Row, quiet

PASSAGES = (
    "The pharmacy on Market Street closes at six in the evening, and at one on Saturday. It is closed on Sunday.",
    "To back up the media server stop it and copy the folder of its data to another disk. Start it again afterwards.",
    "The library lends ten books at a time for four weeks; a film may be kept for one week.",
)
QUESTION = "Tell me everything that the passages say, in whole sentences."
TOKENS = 64


def run(options: Options) -> list[Row]:
    """Measure the engines that are installed with the configured model."""
    engines = ["ctranslate2", "transformers"] + (["llama.cpp"] if importlib.util.find_spec("llama_cpp") else [])
    rounds: dict[str, list[dict[str, float]]] = {engine: [] for engine in engines}
    for _ in range(options.limit or 3):
        for engine in engines:
            rounds[engine].append(_measured(engine))
    ours, *rivals = engines
    rows = []
    for what, unit, best in (
        ("loading", "s", min),
        ("first token, 200 tokens of prompt", "s", min),
        ("tokens", "a second", max),
        ("memory", "MB", min),
    ):
        for rival in rivals:
            figures = [best(figures[what] for figures in rounds[engine]) for engine in (ours, rival)]
            rows.append(Row(what, figures[0], unit, rival, figures[1]))
    return rows


def _measured(engine: str) -> dict[str, float]:
    """Return the figures of one engine in a fresh process."""
    code = f"from benchmarks.generator import measure; measure({engine!r})"
    out = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    figures: dict[str, float] = json.loads(out.stdout.splitlines()[-1])
    return figures


def measure(engine: str) -> None:
    """Print the figures of an engine as JSON; called in a process of its own."""
    import psutil

    config = Config(generator=GeneratorConfig(generate="grounded", max_tokens=TOKENS))
    folder = weights.resolve(config.generator.model, "generator", config, quiet)
    prompt = Prompt(QUESTION, passages=PASSAGES)
    begun = time.perf_counter()
    model = _LlamaCpp(folder) if engine == "llama.cpp" else _engine(engine, folder, config)
    model.load()
    loaded = time.perf_counter()
    list(model.pieces(Prompt("Hello"), threading.Event()))
    start = time.perf_counter()
    times = [time.perf_counter() - start for _ in model.pieces(prompt, threading.Event())]
    rate = (len(times) - 1) / (times[-1] - times[0])
    memory = psutil.Process().memory_info().rss / 1e6
    print(json.dumps({
        "loading": loaded - begun, "first token, 200 tokens of prompt": times[0], "tokens": rate, "memory": memory,
    }))  # fmt: skip


def _engine(name: str, folder: Path, config: Config) -> Any:
    from assistant.llm.ctranslate2 import CTranslate2Generator
    from assistant.llm.transformers import TransformersGenerator

    kind = CTranslate2Generator if name == "ctranslate2" else TransformersGenerator
    return kind(folder, config.generator, config.models_folder(), quiet)


class _LlamaCpp:
    """The same model in 4 bits through llama.cpp."""

    def __init__(self, folder: Path) -> None:
        self._file = next(folder.glob("*.gguf"))

    def load(self) -> None:
        """Load the weights."""
        import llama_cpp

        self._model = llama_cpp.Llama(str(self._file), n_ctx=2048, verbose=False)

    def pieces(self, prompt: Prompt, _: threading.Event) -> Any:
        """Yield the pieces of an answer."""
        stream = self._model.create_chat_completion(prompt.messages(), max_tokens=TOKENS, temperature=0, stream=True)
        for event in stream:
            if text := event["choices"][0]["delta"].get("content"):
                yield text
