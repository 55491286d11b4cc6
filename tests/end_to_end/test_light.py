"""Hearing, understanding, acting, speaking and the terminal need nothing that .ci/requirements/light.txt leaves out."""

from __future__ import annotations

import importlib.metadata
import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from paths import RECORDINGS, ROOT

pytestmark = pytest.mark.model


def locked(name: str) -> set[str]:
    lines = (ROOT / ".ci" / "requirements" / f"{name}.txt").read_text().splitlines()
    return {line.partition("==")[0] for line in lines if not line.startswith("#")}


def absent_modules() -> list[str]:
    """Top-level modules of what the light installation leaves out."""
    light = locked("light")
    owners = importlib.metadata.packages_distributions()
    normal = {name: {re.sub(r"[-_.]+", "-", owner).lower() for owner in names} for name, names in owners.items()}
    return [name for name, names in normal.items() if not names & (light | {"assistant", "pip"})]


PROGRAM = """
import sys
sys.modules.update(dict.fromkeys(sys.argv.pop(1).split()))  # whoever imports one of them is told that it is not there
"""
COMMAND = f"{PROGRAM}from assistant.cli.main import main\nsys.exit(main(sys.argv[1:]))"
SPEECH = f"""{PROGRAM}
from assistant.config import VoiceConfig
from assistant.tts.hibari import HibariSpeaker
speaker = HibariSpeaker(VoiceConfig())
speaker.load()
(samples, rate), *_ = speaker.synthesise("Timer set.")
print(len(samples) / rate)
"""
TERMINAL = f"""{PROGRAM}
import asyncio, dataclasses
from pathlib import Path
from assistant.app.runtime import Runtime
from assistant.config import PathsConfig, UiConfig, VoiceConfig, load_config
from assistant.ui.app import AssistantApp

async def main():
    paths = PathsConfig((sys.argv[1] + "/intents",), (sys.argv[1] + "/knowledge",), sys.argv[1])
    ui, voice = UiConfig(listen=False), VoiceConfig(replies="never")
    config = dataclasses.replace(load_config(None), paths=paths, ui=ui, voice=voice)
    app = AssistantApp(lambda emit: Runtime(config, emit, Path(sys.argv[1]) / "config.toml"), config)
    async with app.run_test(size=(80, 24)) as pilot:
        app.talk.query_one("#input").value = "what is seven times eight"
        await pilot.press("enter")
        for _ in range(600):
            await pilot.pause(0.1)
            shown = " ".join(strip.text for strip in app.screen._compositor.render_strips())
            if "56" in shown:
                break
        print(shown, flush=True)

asyncio.run(main())
import os
os._exit(0)
"""


def without_the_rest(code: str, *words: object) -> str:
    command = [sys.executable, "-c", code, " ".join(absent_modules()), *map(str, words)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=ROOT, timeout=280)
    assert done.returncode == 0, done.stderr
    return done.stdout


def options(data: Path) -> list[str]:
    return ["--data-dir", str(data), "--intents", str(data / "intents"), "--knowledge", str(data / "knowledge")]


@pytest.fixture(scope="module")
def data(tmp_path_factory):
    """A data folder whose index is built in the light way."""
    folder = tmp_path_factory.mktemp("light")
    for kind in ("intents", "knowledge"):
        (folder / kind).mkdir()
    for name in ("timers.yaml", "calculate.yaml", "clock.yaml"):  # all of them take half a minute
        shutil.copy(ROOT / "intents" / name, folder / "intents")
    without_the_rest(COMMAND, *options(folder), "index", "build")
    return folder


def test_the_heavy_ones_are_left_out():
    absent = absent_modules()
    assert {"torch", "transformers", "sentence_transformers", "chromadb", "sklearn", "onnx", "accelerate"} <= {*absent}
    assert not {"numpy", "onnxruntime", "faster_whisper", "textual", "assistant", "google"} & {*absent}
    assert len(locked("light")) <= 60
    assert len(locked("default")) <= 105


def test_a_typed_sentence_is_understood_and_answered(data):
    lines = [
        json.loads(line) for line in without_the_rest(COMMAND, *options(data), "ask", "what is 7 times 8").splitlines()
    ]
    assert next(line for line in lines if line["event"] == "understood")["kind"] == "intent_match"
    assert "56" in next(line for line in lines if line["event"] == "reply_ended")["text"]


def test_a_recording_is_heard_and_acted_on(data):
    recording = RECORDINGS / "set-a-timer-for-ten-minutes.wav"
    lines = [json.loads(line) for line in without_the_rest(COMMAND, *options(data), "listen", recording).splitlines()]
    assert next(line for line in lines if line["event"] == "understood")["slots"] == {"duration": 600}
    assert next(line for line in lines if line["event"] == "reply_ended")["ok"]


def test_a_reply_is_spoken():
    assert 0.3 < float(without_the_rest(SPEECH)) < 3


def test_the_terminal_takes_a_sentence_and_shows_the_reply(data):
    assert "56" in without_the_rest(TERMINAL, data)


def test_what_needs_the_rest_says_so_in_one_line(tmp_path):
    (tmp_path / "own").mkdir()
    for name in ("config.json", "tokenizer.json", "model.safetensors"):
        (tmp_path / "own" / name).write_text("{}")
    (tmp_path / "config.toml").write_text(
        f'[match]\nembedder = "{tmp_path / "own"}"\n[models]\nfolder = "{tmp_path}"\n'
    )
    command = ["--config", tmp_path / "config.toml", "--data-dir", tmp_path, "ask", "hello"]
    done = subprocess.run(
        [sys.executable, "-c", COMMAND, " ".join(absent_modules()), *map(str, command)],
        capture_output=True, text=True, check=False, cwd=ROOT, timeout=100,
    )  # fmt: skip
    assert done.returncode == 2
    assert done.stderr.strip() == (
        "assistant: the embedder own needs onnx, torch, sentence-transformers: "
        "make install EXTRAS=export, or pip install onnx torch sentence-transformers"
    )
