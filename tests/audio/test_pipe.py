"""Sound from another program in place of a microphone."""

from __future__ import annotations

import os
import threading

import numpy as np
import pytest

from assistant.audio.capture import Microphone
from assistant.audio.chosen_devices import ChosenDevices
from assistant.audio.microphone_supervisor import MicrophoneSupervisor
from assistant.config import AudioConfig
from assistant.errors import AudioError
from assistant.events import MicrophoneLost

TONE = (8000 * np.sin(np.arange(16_000) / 10)).astype("<i2")


@pytest.fixture
def pipe(tmp_path):
    os.mkfifo(tmp_path / "page")
    return tmp_path / "page"


@pytest.fixture
def config(pipe):
    return AudioConfig(input=f"pipe:{pipe}")


def test_what_is_written_is_heard_and_its_end_is_the_microphones(pipe, config):
    writer = os.open(pipe, os.O_RDWR)
    with Microphone(config) as microphone:
        assert (microphone.device.name, microphone.rate) == ("page", 16_000)
        data = TONE.tobytes()

        def write():
            for start in range(0, len(data), 999):  # in pieces that are no whole frames, nor whole samples
                os.write(writer, data[start : start + 999])
            for _ in range(2000):
                if heard_all.wait(0.005):
                    break
            os.close(writer)

        heard_all, frames = threading.Event(), []
        threading.Thread(target=write).start()
        for frame in microphone.frames():
            frames.append(frame)
            if len(frames) == len(TONE) // 512:
                heard_all.set()
    assert np.array_equal(np.concatenate(frames)[: len(TONE) // 512 * 512], (TONE / np.float32(32768))[: 31 * 512])
    assert microphone.lost == "microphone 'page' is gone"


def test_frames_that_are_taken_at_leisure_are_all_there_and_in_order(pipe, config):
    writer = os.open(pipe, os.O_RDWR)
    with Microphone(config) as microphone:
        microphone.at_leisure = True
        os.write(writer, TONE[: 512 * 5].tobytes())
        frames = microphone.frames()
        heard = [next(frames) for _ in range(3)]
        microphone.at_leisure = False
        os.write(writer, TONE[512 * 5 : 512 * 6].tobytes())
        heard += [next(frames) for _ in range(3)]
    os.close(writer)
    assert np.array_equal(np.concatenate(heard), TONE[: 512 * 6] / np.float32(32768))


def test_a_pipe_that_nobody_writes_into_is_waited_for(pipe, config):
    supervisor = MicrophoneSupervisor(config)
    supervisor.listen(True)
    periods = supervisor.periods()
    lost = next(periods)
    assert lost == MicrophoneLost("microphone 'page' is off: it is used as soon as it sends")
    writer = os.open(pipe, os.O_RDWR)
    threading.Timer(0.8, os.write, (writer, TONE.tobytes())).start()
    microphone = next(periods)
    assert microphone.device.name == "page"
    supervisor.close()
    periods.close()
    os.close(writer)


@pytest.mark.parametrize(("name", "fault"), [("file", "is no named pipe"), ("nothing", "No such file or directory")])
def test_what_is_no_pipe_is_one_line(tmp_path, name, fault):
    (tmp_path / "file").write_text("")
    with pytest.raises(AudioError, match=rf"\[audio\] input: .*{name}: {fault}"):
        Microphone(AudioConfig(input=f"pipe:{tmp_path / name}"))


def test_it_stands_in_the_list_of_devices_as_one_that_is_there(config, monkeypatch):
    monkeypatch.setattr("assistant.audio.devices.devices", tuple)
    (chosen,) = [choice for choice in ChosenDevices(config).choices() if choice.chosen and choice.direction == "input"]
    assert (chosen.name, chosen.present) == (config.input, True)
