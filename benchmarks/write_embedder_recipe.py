"""Writes assistant/nlu/retrieval/minilm from an export; run as `python -m benchmarks.write_embedder_recipe`.

Needs the `export` extra. The graph is that of the export without its tensors; for each tensor the
weight that it is made from is found by comparing bytes.
"""

from __future__ import annotations

import hashlib
import json
import tempfile
from pathlib import Path
from typing import Any

import numpy as np
import onnx
from onnx import numpy_helper

from assistant import weights
from assistant.config import Config
from assistant.nlu.retrieval import assembly
from assistant.nlu.retrieval.export import export
from benchmarks import quiet


def main() -> None:
    """Export, take apart, write."""
    folder = weights.resolve("minilm", "embedder", Config(), quiet)
    with tempfile.TemporaryDirectory() as scratch:
        export(folder, Path(scratch) / "made")
        model = onnx.load(str(Path(scratch) / "made" / "model.onnx"))
        card = json.loads((Path(scratch) / "made" / assembly.CARD).read_text("utf-8"))
    checkpoint = assembly._safetensors(folder / "model.safetensors")
    made = {
        (np.ascontiguousarray(tensor := way(weight)).tobytes(), tensor.shape, tensor.dtype.str): (name, label)
        for name, weight in checkpoint.items()
        for label, way in assembly.WAYS.items()
        if weight.ndim == 2 or label == "as it is"
    }
    steps, digest, offset = [], hashlib.sha256(), 0
    for tensor in model.graph.initializer:
        array = numpy_helper.to_array(tensor)
        content = array.tobytes()
        source = made.get((content, array.shape, array.dtype.str))
        if source is None:
            if len(content) > 400:
                raise SystemExit(f"{tensor.name}: made from no weight")
            continue
        steps.append(source)
        digest.update(content)
        _move_out(tensor, offset, len(content))
        offset += len(content)
    _shorten(model.graph)
    target = assembly.RECIPES[0]
    target.mkdir(exist_ok=True)
    (target / "graph.onnx").write_bytes(model.SerializeToString())
    lines = ",\n  ".join(json.dumps(step) for step in steps)
    head = {
        "sha256": weights.digests(folder)["model.safetensors"],
        "assembled": digest.hexdigest(),
        "card": card,
    }
    (target / "recipe.json").write_text(f'{json.dumps(head, indent=1)[:-2]},\n "tensors": [\n  {lines}\n ]\n}}\n')


def _move_out(tensor: Any, offset: int, length: int) -> None:
    """Leave of a tensor its name and shape, and where in the other file its numbers are."""
    kept = onnx.TensorProto(name=tensor.name, data_type=tensor.data_type, dims=tensor.dims)
    kept.data_location = onnx.TensorProto.EXTERNAL
    for key, value in (("location", assembly.TENSORS), ("offset", offset), ("length", length)):
        kept.external_data.add(key=key, value=str(value))
    tensor.CopyFrom(kept)


def _shorten(graph: Any) -> None:
    """Number the values inside the graph; those that go in and come out keep their names.

    What is known of their shapes stays: onnxruntime's choice of fusions hangs on it, and with it the last bits.
    """
    fixed = {value.name for value in (*graph.input, *graph.output)} | {""}
    numbers: dict[str, str] = {}

    def short(name: str) -> str:
        return name if name in fixed else numbers.setdefault(name, f"v{len(numbers)}")

    for value in (*graph.initializer, *graph.value_info):
        value.name = short(value.name)
    for node in graph.node:
        node.ClearField("name")
        node.ClearField("doc_string")
        node.input[:] = [short(name) for name in node.input]
        node.output[:] = [short(name) for name in node.output]


if __name__ == "__main__":
    main()
