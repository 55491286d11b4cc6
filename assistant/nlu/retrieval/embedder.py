"""Texts -> unit vectors, by a sentence-transformers model.

The model is exported once, with its pooling, to ONNX in 8-bit integers, by a process of its own
(`python -m assistant.nlu.retrieval.embedder MODEL TARGET`), so that an everyday start needs neither torch nor
sentence-transformers. A model that cannot be exported is run through sentence-transformers instead.
"""

from __future__ import annotations

import json
import logging
import os
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from assistant.errors import ModelError
from assistant.events import Progress
from assistant.weights import fingerprint, lock, publish, workshop

Vectors = NDArray[np.float32]
"""Shape (n, d), rows of unit length."""

EXPORT = 1
"""Raised when the export changes what the vectors are."""

_CARD = "embedder.json"
"""In the exported folder, written last: how to run it, or why it cannot be."""

_STEPS = ("loading", "exporting", "compressing", "checking")
_BATCH = 32
_FAITHFUL = 0.98
"""Cosine to the original's vectors that every sample must keep."""

_SAMPLES = (
    "yes",
    "stop",
    "what time is it",
    "turn off the kitchen lights",
    "set a timer for ten minutes",
    "remind me to call the dentist tomorrow at half past nine",
    "how do I add an example sentence to one of my own intents?",
    "what colour is my neighbour's second cousin's boat",
    "Play something by Miles Davis, please!",
    "add two litres of milk, a dozen eggs and some flour to the shopping list",
    "is it going to rain in Zürich on the 3rd of May",
    "The assistant listens only while the microphone is open, and nothing that is said leaves this machine; "
    "what was not understood is kept in a file of its own, which can be read, edited or deleted at any time.",
)
"""Sentences on which the exported model is compared with the original."""


class OnnxEmbedder:
    """An exported model, through onnxruntime and tokenizers alone."""

    def __init__(self, folder: Path, name: str) -> None:
        import onnxruntime
        from tokenizers import Tokenizer

        os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")  # threads of its own gain nothing at a sentence
        card = json.loads((folder / _CARD).read_text("utf-8"))
        self.id = f"{name}-{card['variant']}"
        """Changes whenever the vectors would."""
        self._prefix, self._lower = card["prefix"], card["lower"]
        self._tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
        self._tokenizer.no_padding()
        self._tokenizer.enable_truncation(card["max_length"])
        self._pad, self._dimension = card["pad"], card["dimension"]
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = min(4, os.cpu_count() or 1)
        options.add_session_config_entry("session.intra_op.allow_spinning", "0")  # idle must cost nothing
        options.log_severity_level = 3
        self._session = onnxruntime.InferenceSession(
            str(folder / "model.onnx"), options, providers=["CPUExecutionProvider"]
        )

    def embed(self, texts: Sequence[str]) -> Vectors:
        """Return a unit vector for each text, shape (n, d)."""
        given = [self._prefix + (text.lower() if self._lower else text) for text in texts]
        encoded = [each.ids for each in self._tokenizer.encode_batch(given)] if given else []
        order = sorted(range(len(encoded)), key=lambda index: len(encoded[index]))
        vectors = np.empty((len(order), self._dimension), dtype=np.float32)
        for start in range(0, len(order), _BATCH):
            batch = order[start : start + _BATCH]
            vectors[batch] = self._run([encoded[index] for index in batch])
        return vectors

    def _run(self, batch: Sequence[Sequence[int]]) -> Vectors:
        ids = np.full((len(batch), max(map(len, batch))), self._pad, dtype=np.int64)
        mask = np.zeros_like(ids)
        for row, tokens in enumerate(batch):
            ids[row, : len(tokens)] = tokens
            mask[row, : len(tokens)] = 1
        (vectors,) = self._session.run(None, {"input_ids": ids, "attention_mask": mask})
        return _unit(vectors)


class SentenceTransformerEmbedder:
    """A model that cannot be exported, through sentence-transformers and torch."""

    def __init__(self, folder: Path, name: str) -> None:
        self._model = _load(folder)
        self.id = f"{name}-torch"
        """Changes whenever the vectors would."""

    def embed(self, texts: Sequence[str]) -> Vectors:
        """Return a unit vector for each text, shape (n, d)."""
        return _unit(np.asarray(self._model.encode(list(texts), show_progress_bar=False), dtype=np.float32))


def open_embedder(
    folder: Path, cache: Path, progress: Callable[[Progress], None]
) -> OnnxEmbedder | SentenceTransformerEmbedder:
    """Return the embedder for a sentence-transformers folder, exporting it into the cache the first time.

    Raises:
        ModelError: the model cannot be loaded, or the cache cannot be written to.
    """
    name = f"{folder.name}-{fingerprint(folder)}"
    target = cache / f"{name}-onnx{EXPORT}"
    if not (target / _CARD).is_file():
        _export_apart(folder, target, progress)
    try:
        if why := json.loads((target / _CARD).read_text("utf-8")).get("refused"):
            logging.getLogger(__name__).warning("%s starts slowly, through torch: %s", folder.name, why)
            return SentenceTransformerEmbedder(folder, name)
        return OnnxEmbedder(target, name)
    except ModelError:
        raise
    except Exception as error:  # onnxruntime and tokenizers raise kinds of their own
        raise ModelError(f"{target}: cannot be loaded ({_line(error)}): delete it and it is made again") from error


def _export_apart(folder: Path, target: Path, progress: Callable[[Progress], None]) -> None:
    """Run the export in a process of its own, so that torch's memory goes with it."""
    try:
        with lock(target, progress):
            if (target / _CARD).is_file():  # another process was quicker
                return
            with workshop(target) as bench:
                made = bench / "made"
                command = [sys.executable, "-m", "assistant.nlu.retrieval.embedder", str(folder.resolve()), str(made)]
                said = _watched(command, progress)
                if not (made / _CARD).is_file():
                    raise ModelError(f"{folder}: cannot be exported: {said}")
                publish(made, target)
    except OSError as error:
        raise ModelError(f"{error.filename or target}: {error.strerror or error}") from error


def _watched(command: Sequence[str], progress: Callable[[Progress], None]) -> str:
    """Run the export, tell its steps, and return the last line that it said."""
    task, last = "preparing the embedder, once", ""
    progress(Progress(task, 0, len(_STEPS)))
    own = os.environ | {"PYTHONPATH": os.pathsep.join(filter(None, sys.path)), "HF_HUB_OFFLINE": "1"}
    with subprocess.Popen(command, env=own, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True) as child:
        try:
            for line in child.stdout or ():
                last = line.strip() or last
                if last in _STEPS:
                    progress(Progress(f"{task}: {last}", _STEPS.index(last), len(_STEPS)))
        except BaseException:
            child.kill()
            raise
    progress(Progress(task, len(_STEPS), len(_STEPS)))
    return last


def _unit(vectors: NDArray[Any]) -> Vectors:
    norms = np.linalg.norm(vectors, axis=1, keepdims=True)
    unit: Vectors = (vectors / np.maximum(norms, 1e-12)).astype(np.float32, copy=False)
    return unit


def _line(error: BaseException) -> str:
    return (str(error).strip() or type(error).__name__).splitlines()[0]


# -- the export: everything below runs in a process of its own ----------------------------------


def _load(folder: Path) -> Any:
    os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")  # threads that spin starve one another on a busy machine
    from sentence_transformers import SentenceTransformer

    try:
        return SentenceTransformer(
            str(folder), device="cpu", local_files_only=True, model_kwargs={"use_safetensors": True}
        )
    except Exception as error:  # any of several libraries
        raise ModelError(f"{folder}: cannot be loaded as a sentence-transformers model: {_line(error)}") from error


def _export(folder: Path, target: Path) -> None:
    """Write model.onnx, tokenizer.json and the card; or only a card that says why there is no model."""
    target.mkdir(parents=True)
    _say("loading")
    model = _load(folder)
    try:
        _say("exporting")
        card = _traced(model, target)
        _compress(model, target, card)
    except Exception as error:  # whatever it is, the model can still be used as it stands, only slower
        _write_card(target, {"refused": _line(error)})


def _traced(model: Any, target: Path) -> dict[str, Any]:
    """Write whole.onnx, from token ids to vectors, and tokenizer.json; return the card."""
    import torch

    tokenizer = model.tokenizer
    tokenizer.backend_tokenizer.save(str(target / "tokenizer.json"))
    config = getattr(model[0].model, "config", None)
    if hasattr(config, "_attn_implementation"):
        model[0].model.set_attn_implementation("eager")

    class Pipeline(torch.nn.Module):  # type: ignore[misc]
        def __init__(self) -> None:
            super().__init__()
            self.stages = torch.nn.ModuleList(model)

        def forward(self, input_ids: Any, attention_mask: Any) -> Any:
            features = {"input_ids": input_ids, "attention_mask": attention_mask}
            for stage in self.stages:
                features = stage(features)
            return features["sentence_embedding"]

    tokens = tokenizer(list(_SAMPLES[:4]), padding=True, return_tensors="pt")
    names = ["input_ids", "attention_mask"]
    with torch.no_grad():
        torch.onnx.export(
            Pipeline().eval(),
            tuple(tokens[name] for name in names),
            str(target / "whole.onnx"),
            input_names=names,
            output_names=["vectors"],
            dynamic_axes={name: {0: "batch", 1: "tokens"} for name in names} | {"vectors": {0: "batch"}},
            opset_version=17,
            dynamo=False,
        )
    return {
        "prefix": (model.prompts or {}).get(model.default_prompt_name or "", ""),
        "lower": bool(getattr(model[0], "do_lower_case", False)),
        "max_length": min(model.max_seq_length or 512, 8192),
        "pad": tokenizer.pad_token_id or 0,
        "dimension": int(model.get_embedding_dimension()),
    }


def _compress(model: Any, target: Path, card: dict[str, Any]) -> None:
    """Turn whole.onnx into model.onnx, in integers as far as its vectors stay what they were."""
    expected = _unit(np.asarray(model.encode(list(_SAMPLES), show_progress_bar=False)))
    whole, made = target / "whole.onnx", target / "model.onnx"
    cosine = 0.0
    for variant in ("int8", "fp32"):
        _say("compressing")
        if variant == "int8":
            _quantise(whole, made)
        else:
            whole.replace(made)
        _say("checking")
        _write_card(target, card | {"variant": variant})
        cosine = float((OnnxEmbedder(target, "").embed(_SAMPLES) * expected).sum(axis=1).min())
        if cosine >= _FAITHFUL:
            _write_card(target, card | {"variant": variant, "cosine": round(cosine, 4)})
            whole.unlink(missing_ok=True)
            return
    raise ModelError(f"the exported model's vectors differ from its own (cosine {cosine:.2f})")


def _quantise(whole: Path, made: Path) -> None:
    from onnxruntime.quantization import QuantType, quantize_dynamic

    quantize_dynamic(
        whole,
        made,
        weight_type=QuantType.QInt8,
        per_channel=True,
        reduce_range=True,  # without VNNI the sums of full 8-bit products overflow 16 bits
        nodes_to_exclude=_feed_forward(whole),
    )


def _feed_forward(file: Path) -> list[str]:
    """Return the products whose weights are not square: in a transformer, those of the feed-forward layers.

    What they are given holds outliers that 8 bits blur. Left in floats they cost MiniLM a millisecond a sentence
    and bring its cosine for a one-word text from 0.97 to 0.99, that of MPNet from 0.75.
    """
    import onnx

    graph = onnx.load(str(file)).graph
    shapes = {each.name: tuple(each.dims) for each in graph.initializer}
    products = [node for node in graph.node if node.op_type == "MatMul" and node.input[1] in shapes]
    return [node.name for node in products if len(set(shapes[node.input[1]])) > 1]


def _write_card(target: Path, card: dict[str, Any]) -> None:
    (target / _CARD).write_text(json.dumps(card, indent=1), encoding="utf-8")


def _say(step: str) -> None:
    sys.stdout.write(f"{step}\n")
    sys.stdout.flush()


def _main(source: str, target: str) -> int:
    try:
        _export(Path(source), Path(target))
    except ModelError as error:
        _say(str(error))
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(_main(*sys.argv[1:]))
