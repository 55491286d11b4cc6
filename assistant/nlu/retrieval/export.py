"""A sentence-transformers model to ONNX: `python -m assistant.nlu.retrieval.export MODEL TARGET`.

Runs in a process of its own, with the `export` extra. The exported model is compared with the original and kept in
integers as far as its vectors stay what they were.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import numpy as np

from assistant.errors import ModelError
from assistant.nlu.retrieval.assembly import CARD
from assistant.nlu.retrieval.embedder import OnnxEmbedder, open_sentence_transformer, unit
from assistant.weights.conversion import first_line, main, step

FAITHFUL = 0.98
"""Cosine to the original's vectors that every sample must keep. MiniLM keeps 0.989, MPNet 0.992; in integers
throughout they fall to 0.965 and 0.75."""

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


def export(folder: Path, target: Path) -> None:
    """Write model.onnx, tokenizer.json and the card; or only a card that says why there is no model.

    Raises:
        ModelError: sentence-transformers does not take the folder.
    """
    target.mkdir(parents=True)
    step("loading")
    model = open_sentence_transformer(folder)
    try:
        step("exporting")
        card = _trace(model, target)
        _compress(model, target, card)
    except Exception as error:  # whatever it is, the model can still be used as it stands, only slower
        _write_card(target, {"refused": first_line(error)})


def _trace(model: Any, target: Path) -> dict[str, Any]:
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
    expected = unit(np.asarray(model.encode(list(_SAMPLES), show_progress_bar=False)))
    whole, made = target / "whole.onnx", target / "model.onnx"
    cosine = 0.0
    for variant in ("int8", "fp32"):
        step("compressing")
        if variant == "int8":
            _quantise(whole, made)
        else:
            whole.replace(made)
        step("checking")
        _write_card(target, card | {"variant": variant})
        cosine = float((OnnxEmbedder(target, "").embed(_SAMPLES) * expected).sum(axis=1).min())
        if cosine >= FAITHFUL:
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
    """List the products whose weights are not square: in a transformer, those of the feed-forward layers.

    What they are given holds outliers that 8 bits blur. Left in floats they cost MiniLM a millisecond a sentence
    and bring its cosine for a one-word text from 0.97 to 0.99, that of MPNet from 0.75.
    """
    import onnx

    graph = onnx.load(str(file)).graph
    shapes = {tensor.name: tuple(tensor.dims) for tensor in graph.initializer}
    products = [node for node in graph.node if node.op_type == "MatMul" and node.input[1] in shapes]
    return [node.name for node in products if len(set(shapes[node.input[1]])) > 1]


def _write_card(target: Path, card: dict[str, Any]) -> None:
    (target / CARD).write_text(json.dumps(card, indent=1), encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main(export))
