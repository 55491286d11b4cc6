"""The exported embedder gives the vectors of the original, without what the original needs."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest

from assistant import weights
from assistant.config import Config
from assistant.errors import ModelError
from assistant.events import Noticed
from assistant.nlu.retrieval.embedder import OnnxEmbedder, SentenceTransformerEmbedder, open_embedder
from assistant.weights.manifest import MARKER

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

pytestmark = pytest.mark.model

SENTENCES = [
    "turn off the kitchen lights",
    "switch the lamps in the kitchen off",
    "what is the capital of France",
    "yes",
    "",
    "set a timer for ten minutes and remind me to take the bread out of the oven before it burns",
]


@pytest.fixture(scope="module")
def folder():
    return weights.resolve("minilm", "embedder", Config(), lambda _: None)


@pytest.fixture(scope="module")
def embedder(folder):
    return open_embedder(folder, Config().models_folder(), lambda _: None)


def in_a_process_of_its_own(code: str, *words: object) -> str:
    done = subprocess.run([sys.executable, "-c", code, *map(str, words)], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_vectors_are_unit_float32_and_in_the_order_given(embedder):
    texts = [" ".join(["word"] * n) for n in (40, 1, 7, 300, 2)] * 9
    vectors = embedder.embed(texts)
    assert vectors.shape == (45, 384)
    assert vectors.dtype == np.float32
    assert np.allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)
    alone = np.concatenate([embedder.embed([text]) for text in texts[:5]])
    assert (vectors[:5] * alone).sum(axis=1).min() > 0.98


def test_no_text_gives_no_vector(embedder):
    assert embedder.embed([]).shape == (0, 384)


def test_meaning_is_nearer_than_words(embedder):
    first, second, third, *_ = embedder.embed(SENTENCES)
    assert first @ second > 0.7 > 0.3 > first @ third


def test_a_cold_start_needs_no_torch_and_half_a_second(folder, embedder):
    code = """
import sys, time
start = time.perf_counter()
from pathlib import Path
from assistant.nlu.retrieval.embedder import open_embedder
open_embedder(Path(sys.argv[1]), Path(sys.argv[2]), lambda _: None).embed(["turn off the kitchen lights"])
assert not {"torch", "transformers", "sentence_transformers", "onnx", "huggingface_hub"} & set(sys.modules)
print(time.perf_counter() - start)
"""
    took = min(float(in_a_process_of_its_own(code, folder, Config().models_folder())) for _ in range(3))
    assert took < 1.5  # 0.35 s on a quiet machine


def test_it_is_idle_when_idle(embedder):
    """No thread spins between two sentences."""
    embedder.embed(["turn off the kitchen lights"])
    before = time.process_time()
    time.sleep(0.5)
    assert time.process_time() - before < 0.05


def test_vectors_are_the_originals(folder, embedder):
    from sentence_transformers import SentenceTransformer

    originals = SentenceTransformer(str(folder), device="cpu", local_files_only=True)
    assert isinstance(embedder, OnnxEmbedder)
    cosines = (embedder.embed(SENTENCES) * originals.encode(SENTENCES, normalize_embeddings=True)).sum(axis=1)
    assert cosines.min() > 0.97


def tiny_model(folder: Path) -> SentenceTransformer:
    """Make a model of random weights, saved in `model`, whose vectors are other layers' than MiniLM's."""
    import torch
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.sentence_transformer.modules import Dense, Pooling, Transformer
    from transformers import BertConfig, BertModel, BertTokenizerFast

    torch.manual_seed(7)
    words = "[PAD] [UNK] [CLS] [SEP] [MASK] turn on off the kitchen light query : what is it play stop".split()
    (folder / "vocab.txt").write_text("\n".join(words))
    bert = str(folder / "bert")
    BertTokenizerFast(str(folder / "vocab.txt")).save_pretrained(bert)
    sizes = {"hidden_size": 32, "num_hidden_layers": 2, "num_attention_heads": 2, "intermediate_size": 64}
    BertModel(BertConfig(vocab_size=len(words), max_position_embeddings=64, **sizes)).save_pretrained(bert)
    layers = [Transformer(bert, max_seq_length=8), Pooling(32, pooling_mode="cls"), Dense(32, 20)]
    prompted = {"prompts": {"query": "query: "}, "default_prompt_name": "query"}
    model = SentenceTransformer(modules=layers, device="cpu", **prompted)
    model.save(str(folder / "model"))
    return model


def test_pooling_prompt_length_and_further_layers_are_the_models_own(tmp_path):
    """Not those of MiniLM, which the other tests hold to its originals."""
    texts = ["turn on the light", "what is it", "turn off " * 20]
    vectors = tiny_model(tmp_path).encode(texts, normalize_embeddings=True)
    steps = []
    embedder = open_embedder(tmp_path / "model", tmp_path / "cache", steps.append)
    assert isinstance(embedder, OnnxEmbedder)
    assert (embedder.embed(texts) * vectors).sum(axis=1).min() > 0.98
    assert embedder.embed(texts).shape == (3, 20)
    assert steps[0].done == 0
    assert steps[-1].done == steps[-1].total
    again = open_embedder(tmp_path / "model", tmp_path / "cache", steps.clear)
    assert again.id == embedder.id
    before = weights.fingerprint(tmp_path / "model")
    assert before in embedder.id
    (tmp_path / "model" / "config_sentence_transformers.json").write_text("{}")
    assert weights.fingerprint(tmp_path / "model") != before


def test_what_cannot_be_exported_runs_through_torch_and_says_so(folder, tmp_path, caplog):
    """A model that the exporter refuses is used all the same; the refusal is remembered."""
    target = tmp_path / f"minilm-{weights.fingerprint(folder)}-onnx1"
    target.mkdir()
    (target / "embedder.json").write_text('{"refused": "an unknown operator"}')
    embedder = open_embedder(folder, tmp_path, lambda _: None)
    assert isinstance(embedder, SentenceTransformerEmbedder)
    assert "minilm starts slowly, through torch: an unknown operator" in caplog.text
    vectors = embedder.embed(SENTENCES)
    assert np.allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)


def test_corrupt_weights_are_one_line(folder, tmp_path):
    for name in ("config.json", "tokenizer.json", "modules.json", "tokenizer_config.json"):
        (tmp_path / name).write_bytes((folder / name).read_bytes())
    (tmp_path / "1_Pooling").mkdir()
    (tmp_path / "1_Pooling" / "config.json").write_bytes((folder / "1_Pooling" / "config.json").read_bytes())
    (tmp_path / "model.safetensors").write_bytes((folder / "model.safetensors").read_bytes()[:5000])
    with pytest.raises(ModelError) as caught:
        open_embedder(tmp_path, tmp_path / "cache", lambda _: None)
    assert str(tmp_path) in str(caught.value)
    assert "\n" not in str(caught.value)
    assert not list((tmp_path / "cache").glob("*/embedder.json"))


def test_a_corrupt_export_is_made_anew_and_that_is_told(folder, embedder, tmp_path):
    """Thirty thousand bytes of it are others: it would run, and understand nothing."""
    made = open_embedder(folder, tmp_path, lambda _: None)
    file = max(next(tmp_path.glob("minilm-*-onnx1")).iterdir(), key=lambda file: file.stat().st_size)
    content = bytearray(file.read_bytes())
    content[1_000_000:1_030_000] = bytes(byte ^ 0xFF for byte in content[1_000_000:1_030_000])
    file.write_bytes(content)
    events = []
    again = open_embedder(folder, tmp_path, events.append)
    (notice,) = [event.message for event in events if isinstance(event, Noticed)]
    assert notice.startswith(f"{file} is corrupt")
    assert np.array_equal(again.embed(SENTENCES), made.embed(SENTENCES))


def test_an_export_that_cannot_be_loaded_says_what_to_delete(folder, tmp_path):
    """One that an older Assistant made has no hashes."""
    target = tmp_path / f"minilm-{weights.fingerprint(folder)}-onnx1"
    target.mkdir()
    for file in next(Config().models_folder().glob("minilm-*-onnx1")).iterdir():
        if file.name != MARKER:
            (target / file.name).write_bytes(file.read_bytes()[:5000])
    with pytest.raises(ModelError, match=f"{target}: cannot be loaded .*delete it and it is made again"):
        open_embedder(folder, tmp_path, lambda _: None)


def test_a_cache_that_cannot_be_written_is_one_line(folder, tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(ModelError, match=f"{tmp_path / 'file'}"):
        open_embedder(folder, tmp_path / "file", lambda _: None)
