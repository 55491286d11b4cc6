"""Texts to unit vectors, by a sentence-transformers model.

An everyday start needs neither torch nor sentence-transformers: the model runs in ONNX, with its pooling, partly in
8-bit integers. The default model is assembled from its weights by a recipe that ships with the package; any other is
exported once, by a process of its own. A model that cannot be exported is run through sentence-transformers instead.
"""

from __future__ import annotations

import json
import logging
import os
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from assistant.errors import ModelError
from assistant.events import Emit, Progress
from assistant.nlu.retrieval.assembly import CARD, assemble, recipe_for
from assistant.weights import fingerprint
from assistant.weights.conversion import build_once, convert_apart, first_line, require

Vectors = NDArray[np.float32]
"""Shape (n, d), rows of unit length."""

EXPORT = 1
"""Raised when the export changes what the vectors are."""

STEPS = ("loading", "exporting", "compressing", "checking")


def open_onnx(folder: Path, remedy: str = "") -> tuple[Any, Any]:
    """Open the tokenizer and the onnxruntime session of a folder.

    Raises:
        ModelError: a file is missing or corrupt; its message ends with the remedy.
    """
    os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")  # threads of its own gain nothing at a sentence
    import onnxruntime
    from tokenizers import Tokenizer

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = min(4, os.cpu_count() or 1)
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")  # idle must cost nothing
    options.log_severity_level = 3
    try:
        tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
        model = str(folder / "model.onnx")
        return tokenizer, onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])
    except Exception as error:  # onnxruntime and tokenizers raise kinds of their own
        raise ModelError(f"{folder}: cannot be loaded ({first_line(error)}){remedy}") from error


class OnnxEmbedder:
    """A model in ONNX, through onnxruntime and tokenizers alone."""

    def __init__(self, folder: Path, name: str) -> None:
        self._folder = folder
        self._card: dict[str, Any] = json.loads((folder / CARD).read_text("utf-8"))
        self._tokenizer: Any = None
        self._session: Any = None
        self.id = f"{name}-{self._card['variant']}"
        """Changes whenever the vectors would."""

    def load(self) -> None:
        """Open the model; nothing is done where it is open.

        Raises:
            ModelError: a file is missing or corrupt.
        """
        if self._session is not None:
            return
        self._tokenizer, session = open_onnx(self._folder, ": delete it and it is made again")
        self._tokenizer.no_padding()
        self._tokenizer.enable_truncation(self._card["max_length"])
        self._session = session

    def embed(self, texts: Sequence[str], batch_size: int = 8) -> Vectors:
        """Embed texts, shape (len(texts), d); those of like length run together, at most `batch_size` at once.

        More than that are embedded in threads, one to a core, of which none waits for another. What a small batch holds
        stays in the caches of a core: 32 at once take a fifth more of the processor's time.
        """
        self.load()
        lower, prefix = self._card["lower"], self._card["prefix"]
        prompts = [prefix + (text.lower() if lower else text) for text in texts]
        encoded = [encoding.ids for encoding in self._tokenizer.encode_batch(prompts)] if prompts else []
        order = sorted(range(len(encoded)), key=lambda index: len(encoded[index]))
        vectors = np.empty((len(order), self._card["dimension"]), dtype=np.float32)
        batches = [order[start : start + batch_size] for start in range(0, len(order), batch_size)]

        def run(batch: Sequence[int]) -> None:
            vectors[batch] = self._run([encoded[index] for index in batch])

        if len(batches) > 1:
            with ThreadPoolExecutor(min(4, os.cpu_count() or 1)) as threads:
                list(threads.map(run, reversed(batches)))  # the longest first: none is waited for alone at the end
        else:
            list(map(run, batches))
        return vectors

    def _run(self, batch: Sequence[Sequence[int]]) -> Vectors:
        ids = np.full((len(batch), max(map(len, batch))), self._card["pad"], dtype=np.int64)
        mask = np.zeros_like(ids)
        for row, tokens in enumerate(batch):
            ids[row, : len(tokens)] = tokens
            mask[row, : len(tokens)] = 1
        (vectors,) = self._session.run(None, {"input_ids": ids, "attention_mask": mask})
        return unit(vectors)


class SentenceTransformerEmbedder:
    """A model that cannot be exported, through sentence-transformers and torch."""

    def __init__(self, folder: Path, name: str) -> None:
        self._folder = folder
        self._model: Any = None
        self.id = f"{name}-torch"
        """Changes whenever the vectors would."""

    def load(self) -> None:
        """Open the model, 8 s; nothing is done where it is open.

        Raises:
            ModelError: sentence-transformers is not installed, or does not take the folder.
        """
        if self._model is None:
            self._model = open_sentence_transformer(self._folder)

    def embed(self, texts: Sequence[str]) -> Vectors:
        """Embed texts, shape (len(texts), d)."""
        self.load()
        return unit(np.asarray(self._model.encode(list(texts), show_progress_bar=False), dtype=np.float32))


def open_embedder(folder: Path, cache: Path, emit: Emit) -> OnnxEmbedder | SentenceTransformerEmbedder:
    """Load the embedder for a sentence-transformers folder, made into ONNX in the cache the first time.

    Raises:
        ModelError: the model cannot be loaded, or the cache cannot be written to.
    """
    name = f"{folder.name}-{fingerprint(folder)}"
    target = cache / f"{name}-onnx{EXPORT}"

    def build(made: Path) -> None:
        if recipe := recipe_for(folder):
            emit(Progress("preparing the embedder, once", 0, 1))
            assemble(recipe, folder, made)
            emit(Progress("preparing the embedder, once", 1, 1))
        else:
            require(f"the embedder {folder.name}", "export", "onnx", "torch", "sentence-transformers")
            convert_apart("assistant.nlu.retrieval.export", folder, made, "preparing the embedder, once", STEPS, emit)

    try:
        build_once(target, CARD, build, emit)
    except OSError as error:
        raise ModelError(f"{error.filename or target}: {error.strerror or error}") from error
    embedder = _choose(folder, target, name)
    embedder.load()
    return embedder


def _choose(folder: Path, target: Path, name: str) -> OnnxEmbedder | SentenceTransformerEmbedder:
    """Build the embedder that the card names; nothing is loaded."""
    try:
        if refusal := json.loads((target / CARD).read_text("utf-8")).get("refused"):
            logging.getLogger(__name__).warning("%s starts slowly, through torch: %s", folder.name, refusal)
            return SentenceTransformerEmbedder(folder, name)
        return OnnxEmbedder(target, name)
    except (OSError, ValueError, KeyError) as error:
        raise ModelError(f"{target}: cannot be loaded ({first_line(error)}): delete it and it is made again") from error


def open_sentence_transformer(folder: Path) -> Any:
    """Open a model as sentence-transformers has it, on the processor.

    Raises:
        ModelError: the package is not installed, or does not take the folder.
    """
    require(f"the embedder {folder.name}", "export", "torch", "sentence-transformers")
    os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")  # threads that spin starve one another on a busy machine
    from sentence_transformers import SentenceTransformer

    try:
        return SentenceTransformer(
            str(folder), device="cpu", local_files_only=True, model_kwargs={"use_safetensors": True}
        )
    except Exception as error:  # any of several libraries
        raise ModelError(f"{folder}: cannot be loaded as a sentence-transformers model: {first_line(error)}") from error


def unit(vectors: NDArray[Any]) -> Vectors:
    """Scale rows to length 1; rows of zeros stay."""
    norms = np.linalg.norm(vectors, axis=1, keepdims=True)
    scaled: Vectors = (vectors / np.maximum(norms, 1e-12)).astype(np.float32, copy=False)
    return scaled
