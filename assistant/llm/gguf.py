"""GGUF weights as safetensors, made once: transformers takes half a minute to read the former.

`python -m assistant.llm.gguf MODEL TARGET` runs in a process of its own, with the `generator` extra.
"""

from __future__ import annotations

import functools
import sys
from pathlib import Path

from assistant.errors import ModelError
from assistant.events import Emit
from assistant.weights import fingerprint
from assistant.weights.conversion import build_once, convert_apart, main, require, step

CONVERSION = 1
"""Raised when what a conversion writes changes."""

TASK = "preparing the language model"
STEPS = ("reading", "unpacking", "writing", "quantising", "sealing")
"""Steps of the task: three here, and two where CTranslate2 takes over."""


def prepare(folder: Path, cache: Path, emit: Emit) -> Path:
    """Return the folder to load a model from: its own, or the one made of its GGUF file, the first time now.

    Raises:
        ModelError: there are no weights, or they cannot be converted.
    """
    if folder.suffix != ".gguf" and any(folder.glob("*.safetensors")):
        return folder
    files = [folder] if folder.suffix == ".gguf" else sorted(folder.glob("*.gguf"))
    if not files:
        raise ModelError(f"{folder}: holds neither safetensors nor a GGUF file")
    target = cache / f"{folder.name}-{fingerprint(folder)}-safetensors{CONVERSION}"

    def build(made: Path) -> None:
        require(f"the language model {folder.name}", "generator", "torch", "transformers", "accelerate", "gguf")
        convert_apart("assistant.llm.gguf", files[0], made, TASK, STEPS, emit)

    try:
        build_once(target, "config.json", build, emit)
    except OSError as error:
        raise ModelError(f"{error.filename or target}: {error.strerror or error}") from error
    return target


def convert(file: Path, target: Path) -> None:
    """Write a GGUF file's tokenizer and weights as transformers keeps them, in 16 bits."""
    import gguf
    import torch
    from transformers import AutoModelForCausalLM, AutoTokenizer, GgufConfig

    # transformers reads the file three times and asks for the names once a layer: half of the time, to no end
    gguf.GGUFReader = functools.cache(gguf.GGUFReader)
    gguf.get_tensor_name_map = functools.cache(gguf.get_tensor_name_map)
    step(STEPS[0])
    tokenizer = AutoTokenizer.from_pretrained(file.parent, gguf_file=file.name, local_files_only=True)
    step(STEPS[1])
    model = AutoModelForCausalLM.from_pretrained(
        file.parent,
        gguf_file=file.name,
        dtype=torch.bfloat16,
        quantization_config=GgufConfig(dequantize=True),
        local_files_only=True,
    )
    step(STEPS[2])
    tokenizer.save_pretrained(target)
    model.save_pretrained(target)


if __name__ == "__main__":
    sys.exit(main(convert))
