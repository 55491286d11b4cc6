"""An ONNX model from a checkpoint's safetensors and a graph that was exported beforehand: numpy alone, in a second.

A recipe is a folder with `graph.onnx`, whose tensors lie in a file of their own, and `recipe.json`, which says for
each of these tensors which weight it is made from and how. `benchmarks/write_embedder_recipe.py` writes both from an
export, and a test compares what is assembled with what torch exports: the bytes are the same.
"""

from __future__ import annotations

import hashlib
import json
import shutil
import struct
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from assistant.errors import ModelError
from assistant.weights import digests

Tensor: TypeAlias = NDArray[Any]

CARD = "embedder.json"
"""In a folder that can be run, written last: how to run it, or why it cannot be."""

RECIPES = (Path(__file__).parent / "minilm",)
TENSORS = "weights.bin"


def recipe_for(folder: Path) -> Path | None:
    """Find the recipe that fits the weights of a folder by their SHA-256; None where there is none."""
    present = digests(folder)
    for recipe in RECIPES:
        if present.get("model.safetensors") == _read(recipe)["sha256"]:
            return recipe
    return None


def assemble(recipe: Path, folder: Path, target: Path) -> None:
    """Write model.onnx with its tensors, tokenizer.json and the card into a folder that is made for them.

    Raises:
        ModelError: the tensors are not those of the export, so the weights are not those that the recipe is for.
        OSError: the folder cannot be written to.
    """
    target.mkdir(parents=True)
    steps = _read(recipe)
    checkpoint = _safetensors(folder / "model.safetensors")
    digest = hashlib.sha256()
    with (target / TENSORS).open("wb") as sink:
        for name, way in steps["tensors"]:
            content = np.ascontiguousarray(WAYS[way](checkpoint[name])).tobytes()
            digest.update(content)
            sink.write(content)
    if digest.hexdigest() != steps["assembled"]:
        raise ModelError(f"{folder}: its weights give another embedder than the one that was measured")
    shutil.copyfile(recipe / "graph.onnx", target / "model.onnx")
    shutil.copyfile(folder / "tokenizer.json", target / "tokenizer.json")
    (target / CARD).write_text(json.dumps(steps["card"], indent=1), encoding="utf-8")


def _read(recipe: Path) -> dict[str, Any]:
    steps: dict[str, Any] = json.loads((recipe / "recipe.json").read_text("utf-8"))
    return steps


def _safetensors(file: Path) -> Mapping[str, Tensor]:
    """Map the 32-bit tensors of a file by name; a header of JSON, its length in 8 bytes before it, tells where."""
    with file.open("rb") as stream:
        (length,) = struct.unpack("<Q", stream.read(8))
        header = json.loads(stream.read(length))
    content = np.memmap(file, np.uint8, "r", offset=8 + length)
    return {
        name: content[slice(*entry["data_offsets"])].view("<f4").reshape(entry["shape"])
        for name, entry in header.items()
        if entry.get("dtype") == "F32"
    }


# -- how a tensor is made from a weight: as onnxruntime's dynamic quantisation does, number for number -------------


def _column_scale(weight: Tensor) -> Tensor:
    """Steps of 7-bit integers, one to each row of a weight: 8 bits would overflow a sum without VNNI."""
    largest = np.abs(weight).max(axis=1).astype(np.float64)
    scale: Tensor = (2 * largest / 128).astype(np.float32)
    return scale


def _columns(weight: Tensor) -> Tensor:
    return np.clip((weight.T / _column_scale(weight)).round(), -64, 64).astype(np.int8)


def _table_scale(weight: Tensor) -> Tensor:
    """Step of 8-bit integers over the range of a whole table."""
    return np.asarray((np.float64(max(weight.max(), 0)) - np.float64(min(weight.min(), 0))) / 255, np.float32)


def _table_zero(weight: Tensor) -> Tensor:
    return np.asarray(np.round(-min(weight.min(), np.float32(0)) / _table_scale(weight)), np.uint8)


def _table(weight: Tensor) -> Tensor:
    return np.clip((weight / _table_scale(weight)).round() + _table_zero(weight), 0, 255).astype(np.uint8)


WAYS: Mapping[str, Callable[[Tensor], Tensor]] = {
    "as it is": np.asarray,
    "transposed": np.transpose,
    "columns": _columns,
    "columns' scale": _column_scale,
    "table": _table,
    "table's scale": _table_scale,
    "table's zero": _table_zero,
}
"""By the words in recipe.json."""
