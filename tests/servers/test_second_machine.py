"""One `assistant serve` hears and speaks for another, and is stood in for once it is killed."""

from __future__ import annotations

import re

import pytest

from fakes.served import TOKEN, served
from paths import RECORDINGS

pytestmark = pytest.mark.model


def test_a_second_machine_hears_and_speaks_until_it_is_killed(data, fresh_data, tmp_path):
    folders = tmp_path / "large", tmp_path / "small"
    for folder in folders:
        folder.mkdir()
    with served(folders[0], data) as large:
        large.until_ready()
        settings = "".join(
            f'[{section}]\nurl = "{large.address}"\nkey = "{TOKEN}"\n{more}'
            for section, more in (("stt", "threads = 1\n"), ("voice", ""))
        )
        with served(folders[1], fresh_data, settings) as small:
            small.until_ready()

            def heard():
                recording = (RECORDINGS / "what-time-is-it.wav").read_bytes()
                files = {"file": ("recording.wav", recording)}
                return small.http.post("/v1/audio/transcriptions", files=files).json()["text"]

            def spoken():
                body = {"input": "Good morning.", "response_format": "pcm"}
                return small.http.post("/v1/audio/speech", json=body).content

            assert re.match(r"what time is it\b", heard(), re.IGNORECASE)
            voice = spoken()
            assert len(voice) > 20_000
            large.process.kill()
            large.process.wait()
            assert re.match(r"what time is it\b", heard(), re.IGNORECASE)
            assert len(spoken()) == len(voice)  # the same voice, here
            told = [line for line in small.lines if "made on this machine" in line]
    assert len(told) == 2, small.lines
