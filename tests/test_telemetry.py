"""No library reports anything to anybody."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from paths import ROOT

SILENT = {
    "ORT_DISABLE_TELEMETRY": "1",
    "ANONYMIZED_TELEMETRY": "False",
    "HF_HUB_DISABLE_TELEMETRY": "1",
    "DO_NOT_TRACK": "1",
}
LOADING = """
import time
from assistant.audio import vad
vad._network()
time.sleep(1)
"""
ENTERED = """
import importlib, json, os, subprocess, sys
talkative = {"onnxruntime", "chromadb", "huggingface_hub", "transformers", "faster_whisper"}

class Watch:
    def find_spec(self, name, *_):
        assert name not in talkative or os.environ.get("ORT_DISABLE_TELEMETRY") == "1", f"{name} comes first"

sys.meta_path.insert(0, Watch())
importlib.import_module(sys.argv[1])
code = "import json, os; print(json.dumps(dict(os.environ)))"
print(subprocess.run([sys.executable, "-c", code], capture_output=True, text=True).stdout)
"""


def started(code: str, *words: str, home: Path) -> str:
    environment = {name: value for name, value in os.environ.items() if name not in SILENT}
    places = {"HOME": str(home), "XDG_CACHE_HOME": str(home / "cache"), "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-c", code, *words]
    ended = subprocess.run(command, env=environment | places, capture_output=True, text=True, timeout=120, check=False)
    assert ended.returncode == 0, ended.stderr
    return ended.stdout


def test_onnxruntime_keeps_no_reports_about_this_machine(tmp_path):
    started(LOADING, home=tmp_path)
    assert [path for path in tmp_path.rglob("*") if "icrosoft" in str(path)] == []


@pytest.mark.parametrize(
    "module",
    ["assistant", "assistant.cli.main", "assistant.nlu.retrieval.export", "assistant.llm.gguf", "benchmarks.__main__",
     "benchmarks.match_latency", "benchmarks.write_embedder_recipe"],
)  # fmt: skip
def test_every_entry_silences_the_libraries_before_it_loads_them_and_in_its_children(module, tmp_path):
    inherited = json.loads(started(ENTERED, module, home=tmp_path).strip().splitlines()[-1])
    assert SILENT.items() <= inherited.items()


def test_the_hubs_client_heeds_it(tmp_path):
    code = "import assistant; from huggingface_hub import constants; print(constants.HF_HUB_DISABLE_TELEMETRY)"
    assert started(code, home=tmp_path) == "True\n"
