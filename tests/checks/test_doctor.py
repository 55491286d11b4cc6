"""`assistant doctor` tells what the microphone delivers and what the speech model runs on."""

from __future__ import annotations

import contextlib
import dataclasses
import subprocess
import threading

import numpy as np
import pytest

from assistant.checks import doctor, machine
from assistant.config import AudioConfig, Config, HomeAssistantConfig, ModelsConfig, SttConfig
from fakes.waves import tone, write_wav


@contextlib.contextmanager
def playing(room, file):
    """Something sounds again and again."""
    over = threading.Event()

    def play():
        while not over.is_set():
            room.play(file)

    thread = threading.Thread(target=play)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()


def microphone(config=None):
    (finding,) = machine.microphone(dataclasses.replace(Config(), audio=config or AudioConfig()))
    return finding


@pytest.mark.audio
def test_sound_that_comes_in_is_told_with_its_level(room, tmp_path):
    write_wav(tmp_path / "a.wav", 0.2 * tone(4.0, 48_000), 48_000)
    with playing(room, tmp_path / "a.wav"):
        finding = microphone()
    assert finding.ok
    assert finding.detail == "'default' at 16000 Hz: heard 1 s of sound, -23 dB, peak -20 dB"


@pytest.mark.audio
def test_sound_that_is_too_loud_is_told(room, tmp_path):
    write_wav(tmp_path / "a.wav", np.clip(4 * tone(4.0, 48_000), -1, 1), 48_000)
    with playing(room, tmp_path / "a.wav"):
        finding = microphone(AudioConfig(input="room"))
    assert not finding.ok
    assert finding.detail.endswith("too loud")
    assert "turn the microphone down" in finding.cure


@pytest.mark.audio
def test_silence_that_is_nothing_but_zeros_is_told(room):
    finding = microphone()
    assert (finding.ok, finding.detail) == (False, "'default' at 16000 Hz sends only silence")
    assert "muted" in finding.cure


@pytest.mark.audio
def test_a_microphone_that_delivers_nothing_is_one_line(room):
    """`only_44100` is one: its ALSA plug-in upon a plug-in gives PortAudio no frames."""
    config = dataclasses.replace(Config(), audio=AudioConfig(input="only_44100"))
    findings = [finding for finding in doctor.examine(config) if finding.subject == "microphone"]
    assert [finding.detail for finding in findings] == ["microphone 'only_44100' has sent nothing for 5 s"]


@pytest.mark.audio
def test_devices_are_listed_with_their_rates(room):
    details = [finding.detail for finding in machine.devices(Config())]
    assert "2: only_44100 (microphone and loudspeaker) takes 44.1 kHz" in details
    assert any("(default microphone and default loudspeaker)" in detail for detail in details)


@pytest.mark.model
def test_the_speech_model_is_told_with_where_it_is_and_what_it_runs_on():
    (finding,) = machine.speech(Config())
    assert finding.ok
    on = "cpu, int8_float32" if subprocess.run(["which", "nvidia-smi"], capture_output=True).returncode else "cuda"
    assert f"base, on {on}" in finding.detail
    assert finding.detail.endswith("(compute_type = auto)")


def test_the_password_of_home_assistant_is_not_told():
    home = HomeAssistantConfig(url="http://me:pw@house:8123", token="token")
    (finding,) = doctor._home_assistant(dataclasses.replace(Config(), home_assistant=home))
    assert (finding.ok, finding.detail) == (True, "http://house:8123")


def test_a_wrong_model_is_told_once(tmp_path):
    config = dataclasses.replace(Config(), stt=SttConfig(model="tinny.en"), models=ModelsConfig(folder=str(tmp_path)))
    assert list(machine.speech(config)) == []
    cures = {finding.detail: finding.cure for finding in doctor.used_weights(config)}
    (line,) = [detail for detail in cures if detail.startswith("tinny.en")]
    assert "there is no model 'tinny.en'; did you mean 'tiny.en'?" in line
    assert cures[line] == ""
