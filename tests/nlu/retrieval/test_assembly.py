"""What is assembled from the weights is what torch exports, byte for byte."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from assistant import weights
from assistant.config import Config
from assistant.errors import ModelError
from assistant.nlu.retrieval.assembly import RECIPES, TENSORS, assemble, recipe_for
from assistant.nlu.retrieval.embedder import OnnxEmbedder
from fakes.tracer import called, traced, unsilenced, untraceable
from paths import ROOT

pytestmark = pytest.mark.model

SENTENCES = ["yes", "turn off the kitchen lights", "", "Zürich am 3. Mai", "word " * 400]


@pytest.fixture(scope="module")
def folder():
    return weights.resolve("minilm", "embedder", Config(), lambda _: None)


@pytest.fixture(scope="module")
def assembled(folder, tmp_path_factory) -> Path:
    made = tmp_path_factory.mktemp("assembly") / "made"
    assemble(RECIPES[0], folder, made)
    return made


@pytest.fixture(scope="module")
def exported(folder, tmp_path_factory) -> Path:
    """What torch exports; what the process called stands beside it, in `calls`."""
    made = tmp_path_factory.mktemp("export") / "made"
    tracer = [] if untraceable() else traced(made.with_name("calls"))
    command = [*tracer, sys.executable, "-m", "assistant.nlu.retrieval.export", str(folder), str(made)]
    environment = unsilenced() | {"HOME": str(made.parent), "PYTHONPATH": str(ROOT)}
    subprocess.run(command, check=True, capture_output=True, cwd=made.parent, env=environment)
    return made


def test_the_recipe_is_found_by_the_weights_alone(folder, tmp_path):
    assert recipe_for(folder) == RECIPES[0]
    assert recipe_for(tmp_path) is None


def test_graph_and_tensors_are_those_of_the_export(assembled, exported):
    import onnx
    from onnx import numpy_helper

    ours, torchs = (onnx.load(str(made / "model.onnx")).graph for made in (assembled, exported))
    assert [node.op_type for node in ours.node] == [node.op_type for node in torchs.node]
    for tensor, original in zip(ours.initializer, torchs.initializer, strict=True):
        assert np.array_equal(numpy_helper.to_array(tensor), numpy_helper.to_array(original)), original.name


@pytest.mark.skipif(bool(untraceable()), reason=untraceable())
def test_the_export_calls_nobody(exported):
    assert called(exported.with_name("calls")) == set()


def test_the_vectors_are_the_same_to_the_last_bit(assembled, exported):
    ours, torchs = (OnnxEmbedder(made, "minilm") for made in (assembled, exported))
    assert ours.id == torchs.id
    assert np.array_equal(ours.embed(SENTENCES), torchs.embed(SENTENCES))


def test_other_weights_are_refused(folder, tmp_path):
    content = bytearray((folder / "model.safetensors").read_bytes())
    content[20_000_000:20_004_000] = bytes(4_000)
    (tmp_path / "own").mkdir()
    (tmp_path / "own" / "model.safetensors").write_bytes(content)
    with pytest.raises(ModelError, match="another embedder than the one that was measured"):
        assemble(RECIPES[0], tmp_path / "own", tmp_path / "made")


def test_the_constructor_reads_the_card_alone(assembled, tmp_path):
    """What is wrong with a model is told by `load`."""
    (tmp_path / "embedder.json").write_text((assembled / "embedder.json").read_text())
    embedder = OnnxEmbedder(tmp_path, "minilm")
    with pytest.raises(ModelError, match="cannot be loaded"):
        embedder.load()
    (tmp_path / "tokenizer.json").write_bytes((assembled / "tokenizer.json").read_bytes())
    (tmp_path / "model.onnx").write_bytes((assembled / "model.onnx").read_bytes())
    (tmp_path / TENSORS).write_bytes(b"short")
    with pytest.raises(ModelError, match="delete it and it is made again"):
        embedder.load()
