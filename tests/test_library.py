"""The matcher as a library: what the manual prints, run as it stands there."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys

import pytest

from paths import ROOT


@pytest.mark.model
def test_the_manuals_ten_lines_do_what_they_say(tmp_path):
    for name in ("intents", "knowledge"):
        shutil.copytree(ROOT / name, tmp_path / name)
    (code,) = re.findall(r"```python\n(.*?)```", (ROOT / "docs/library.md").read_text(), re.DOTALL)
    assert len(code.strip().splitlines()) <= 10
    code += "\nimport sys; assert 'torch' not in sys.modules"
    env = os.environ | {"PYTHONPATH": str(ROOT)}
    ended = subprocess.run(
        [sys.executable, "-c", code], cwd=tmp_path, env=env, capture_output=True, text=True, timeout=300
    )
    assert ended.stderr == ""
    lines = ended.stdout.splitlines()
    assert lines[0] == "LightsOff {'area': 'kitchen'}"
    assert lines[1].startswith("SlotMissing 1.0 ['StartTimer'")
    assert re.match(r"AnswerMatch [01]\.\d+ \['What is an intent\?'", lines[2])
    assert lines[3].startswith("OutOfScope 0.")
    assert (tmp_path / "index" / "head.npz").is_file()


def test_nothing_is_imported_before_it_is_asked_for():
    code = "import sys, assistant; assert 'numpy' not in sys.modules; print(dir(assistant)); assistant.Unknown"
    ended = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, timeout=60)
    assert "load_matcher" in ended.stdout
    assert "module 'assistant' has no attribute 'Unknown'" in ended.stderr


def test_a_folder_that_is_not_there_is_named(tmp_path):
    from assistant import load_matcher

    with pytest.raises(FileNotFoundError, match=r"no such folder: .*nowhere"):
        load_matcher(tmp_path / "nowhere")
