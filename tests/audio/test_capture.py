"""Audio comes in whole, at the right rate, and what cannot come in is one line."""

from __future__ import annotations

import contextlib
import io
import os
import re
import socket
import struct
import subprocess
import sys
import threading
import time
import wave
from pathlib import Path

import numpy as np
import pytest

from assistant.audio import capture, devices
from assistant.audio.encoding import encoded
from assistant.config import AudioConfig
from assistant.errors import AudioError
from assistant.values import FRAME_SAMPLES, SAMPLE_RATE
from fakes.virtual_microphone import virtual_microphone
from fakes.waves import pitch, tone, write_wav

# -- recordings -------------------------------------------------------------------------------


@pytest.mark.parametrize(("rate", "channels"), [(16_000, 1), (8_000, 1), (44_100, 2), (48_000, 6)])
def test_a_recording_of_any_rate_becomes_16_khz_mono(tmp_path, rate, channels):
    write_wav(tmp_path / "a.wav", tone(1.0, rate), rate, channels)
    frames = list(capture.recording(tmp_path / "a.wav"))
    assert all(frame.shape == (FRAME_SAMPLES,) and frame.dtype == np.float32 for frame in frames)
    samples = np.concatenate(frames)
    assert abs(len(samples) - SAMPLE_RATE) <= FRAME_SAMPLES
    assert pitch(samples[:SAMPLE_RATE]) == pytest.approx(440, abs=2)
    assert 0.3 < np.max(np.abs(samples)) < 0.7


def test_channels_that_cancel_one_another_are_not_silence(tmp_path):
    sound = tone(1.0, SAMPLE_RATE)
    pairs = np.stack([sound, -sound], axis=1)
    with wave.open(str(tmp_path / "a.wav"), "wb") as file:
        file.setparams((2, 2, SAMPLE_RATE, 0, "NONE", ""))
        file.writeframes((pairs * 32767).astype("<i2").tobytes())
    samples = np.concatenate(list(capture.recording(tmp_path / "a.wav")))
    assert pitch(samples[:SAMPLE_RATE]) == pytest.approx(440, abs=2)
    assert np.max(np.abs(samples)) > 0.3


@pytest.mark.parametrize("damage", ["bit", "gap"])
def test_a_damaged_flac_is_told_and_not_just_shorter(tmp_path, damage):
    file = tmp_path / "a.flac"
    sound = np.random.default_rng(0).normal(0, 0.1, 4 * SAMPLE_RATE).astype(np.float32)
    content = bytearray(b"".join(encoded([(sound, SAMPLE_RATE)], "flac")))
    file.write_bytes(content)
    assert sum(map(len, capture.recording(file))) == 4 * SAMPLE_RATE
    middle = len(content) // 2
    if damage == "bit":
        content[middle] ^= 1
    else:
        content[middle : middle + 3000] = bytes(3000)
    file.write_bytes(content)
    with pytest.raises(AudioError, match=r"a\.flac: is damaged: 0\.\d of its 4\.0 s cannot be read"):
        list(capture.recording(file))


def test_a_recording_keeps_every_sample_and_pads_the_last_frame(tmp_path):
    samples = tone(0.1, SAMPLE_RATE)
    write_wav(tmp_path / "a.wav", samples, SAMPLE_RATE)
    recorded = np.concatenate(list(capture.recording(tmp_path / "a.wav")))
    assert len(recorded) == 4 * FRAME_SAMPLES
    assert np.max(np.abs(recorded[: len(samples)] - samples)) < 1e-3
    assert not recorded[len(samples) :].any()


def broken_files(folder):
    (folder / "noise.wav").write_bytes(b"not a sound" * 100)
    (folder / "empty.flac").write_bytes(b"")
    write_wav(folder / "header only.wav", np.zeros(0, np.float32), SAMPLE_RATE)
    (folder / "text.mp3").write_text("hello")
    (folder / "folder.wav").mkdir()
    return [*folder.iterdir(), folder / "missing.wav"]


def test_a_file_that_is_no_recording_is_one_line_that_names_it(tmp_path):
    for path in broken_files(tmp_path):
        with pytest.raises(AudioError) as caught:
            list(capture.recording(path))
        assert str(path) in str(caught.value)
        assert "\n" not in str(caught.value)


def lying(path, rate=SAMPLE_RATE, channels=1, length=3200, form=1, bits=16):
    """Write 0.1 s of sound with a header of one's own."""
    write_wav(path, tone(0.1, SAMPLE_RATE), SAMPLE_RATE)
    head = struct.pack("<HHIIHH", form, channels, rate, 2 * SAMPLE_RATE, 2, bits)
    content = path.read_bytes()
    path.write_bytes(content[:20] + head + b"data" + struct.pack("<I", length) + content[44:])
    return path


@pytest.mark.parametrize(
    ("header", "message"),
    [
        ({"rate": 2_100_000_000}, "a header with 2,100,000,000 samples a second"),
        ({"rate": 1}, "a header with 1 samples a second"),
        ({"channels": 0}, "a header with 0 channels"),
        ({"channels": 200}, "a header with 200 channels"),
        ({"form": 0xFFFF}, "a format that cannot be decoded"),
        ({"bits": 0}, "a format that cannot be decoded"),
    ],
)
def test_a_header_that_lies_is_one_line(tmp_path, header, message):
    with pytest.raises(AudioError, match=message):
        list(capture.recording(lying(tmp_path / "a.wav", **header)))


@pytest.mark.parametrize("length", [0, 2**31, 2**32 - 1])
def test_a_length_that_lies_costs_nothing(tmp_path, length):
    assert len(list(capture.recording(lying(tmp_path / "a.wav", length=length)))) == 4


def test_samples_that_are_no_numbers_are_silence(tmp_path):
    path = lying(tmp_path / "a.wav", form=3, bits=32)
    path.write_bytes(path.read_bytes()[:44] + np.array([np.nan, np.inf, -1e30, 0.5] * 200, "<f4").tobytes())
    samples = np.concatenate(list(capture.recording(path)))
    assert np.isfinite(samples).all()
    assert np.max(np.abs(samples)) == 1.0


@pytest.mark.parametrize("name", ["a.m3u8", "a.wav", "a.ffconcat"])
def test_a_playlist_opens_nothing_on_the_network(tmp_path, name):
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(0.1)
        address = f"http://127.0.0.1:{server.getsockname()[1]}/a.ts"
        head = (
            "ffconcat version 1.0\nfile "
            if name.endswith("concat")
            else "#EXTM3U\n#EXT-X-TARGETDURATION:9\n#EXTINF:9,\n"
        )
        (tmp_path / name).write_text(f"{head}{address}\n")
        with pytest.raises(AudioError):
            list(capture.recording(tmp_path / name))
        with pytest.raises(TimeoutError):
            server.accept()


def test_a_recording_may_have_any_name(tmp_path):
    for name in (b"caf\xe9.wav", b"http:x.wav", b"-.wav"):
        path = Path(os.fsdecode(bytes(tmp_path) + b"/" + name))
        write_wav(path, tone(0.1, SAMPLE_RATE), SAMPLE_RATE)
        assert len(list(capture.recording(path))) == 4
    with pytest.raises(AudioError, match=re.escape("caf\\xe9 2.wav")):
        list(capture.recording(Path(os.fsdecode(bytes(tmp_path) + b"/caf\xe9 2.wav"))))


def test_pcm_is_16_bit_little_endian():
    samples = np.array([0, 1, -32768, 32767] * 300, "<i2")
    frames = list(capture.pcm_stream(io.BytesIO(samples.tobytes() + b"\x01")))
    recorded = np.concatenate(frames)
    assert len(frames) == 3
    assert np.array_equal(recorded[:1200] * 32768, samples.astype(np.float32))
    assert not recorded[1200:].any()


def test_no_pcm_is_no_frame():
    assert list(capture.pcm_stream(io.BytesIO(b""))) == []


def test_level_of_silence_of_a_sine_and_of_clipping():
    assert capture.level(np.zeros(FRAME_SAMPLES, np.float32)) == (-100.0, -100.0)
    sine = np.sin(2 * np.pi * 1000 * np.arange(FRAME_SAMPLES) / SAMPLE_RATE).astype(np.float32)
    assert capture.level(sine) == pytest.approx((-3.01, 0.0), abs=0.05)


# -- without hardware -------------------------------------------------------------------------


def run_python(code, **environment):
    return subprocess.run(
        [sys.executable, "-c", code], env={**os.environ, **environment}, capture_output=True, text=True, timeout=60
    )


OPEN = """
from assistant.audio.capture import Microphone
from assistant.config import AudioConfig
from assistant.errors import AudioError
try:
    Microphone(AudioConfig(input={name!r}))
except AudioError as error:
    print(error)
"""


def test_without_any_device_there_is_one_line(tmp_path):
    """A sound server that is not there stands for a machine without sound."""
    (tmp_path / "alsa.conf").write_text(
        "".join(f'{x}.!default {{ type pulse server "unix:/none" }}\n' for x in ("pcm", "ctl"))
    )
    run = run_python(OPEN.format(name=""), ALSA_CONFIG_PATH=str(tmp_path / "alsa.conf"))
    assert run.stdout.splitlines() == ["there is no microphone: `assistant doctor` says more"]
    assert run.stderr == ""


def test_without_portaudio_there_is_the_line_to_type():
    code = "import sys; sys.modules['_sounddevice_data'] = None\n"
    code += "import ctypes.util; ctypes.util.find_library = lambda name: None\n"
    run = run_python(code + OPEN.format(name=""))
    assert "sudo apt install libportaudio2" in run.stdout
    assert len(run.stdout.splitlines()) == 1


# -- a microphone -----------------------------------------------------------------------------


def record_while(microphone, seconds, action):
    """Samples of the seconds after the action starts."""
    threading.Thread(target=action, daemon=True).start()
    frames = microphone.frames()
    return np.concatenate([next(frames) for _ in range(int(seconds * SAMPLE_RATE / FRAME_SAMPLES))])


def loudest_second(samples):
    middle = max(range(0, len(samples) - SAMPLE_RATE, 800), key=lambda i: np.sum(samples[i : i + SAMPLE_RATE] ** 2))
    return samples[middle : middle + SAMPLE_RATE]


@pytest.mark.audio
def test_playback_is_recorded(room, tmp_path):
    write_wav(tmp_path / "a.wav", tone(1.5, 48_000), 48_000)
    with capture.Microphone(AudioConfig()) as microphone:
        recorded = record_while(microphone, 3.0, lambda: room.play(tmp_path / "a.wav"))
        assert (microphone.device.name, microphone.rate, microphone.overflows) == ("default", SAMPLE_RATE, 0)
    assert pitch(loudest_second(recorded)) == pytest.approx(440, abs=2)
    assert capture.level(loudest_second(recorded))[0] > -20


@pytest.mark.audio
def test_a_device_that_refuses_16_khz_and_mono_is_opened_as_it_is(room, tmp_path, monkeypatch):
    """The stream is the real one; only its refusal of other formats is added."""
    import sounddevice

    class SoundCard(sounddevice.RawInputStream):
        def __init__(self, rate, *, channels, **options):
            if (rate, channels) != (44_100, 2):
                raise sounddevice.PortAudioError("Error opening InputStream: Invalid sample rate [-9997]")
            super().__init__(rate, channels=channels, **options)

    monkeypatch.setattr(sounddevice, "RawInputStream", SoundCard)
    write_wav(tmp_path / "a.wav", tone(1.5, 44_100), 44_100)
    with capture.Microphone(AudioConfig(input="cd")) as microphone:
        recorded = record_while(microphone, 3.0, lambda: room.play(tmp_path / "a.wav", "cd"))
        assert microphone.rate == 44_100
    assert pitch(loudest_second(recorded)) == pytest.approx(440, abs=2)


@pytest.mark.audio
def test_a_device_is_chosen_by_number_or_part_of_its_name(room):
    listed = {device.name: device for device in devices.devices()}
    assert devices.rates(listed["only_44100"]) == (44_100,)
    assert 16_000 in devices.rates(listed["room"])
    assert {device.name: device.default for device in listed.values() if device.default} == {
        "default": ("input", "output")
    }
    for wanted in ("ROOM", "oo", str(listed["room"].index)):
        with capture.Microphone(AudioConfig(input=wanted)) as microphone:
            assert microphone.device.name == "room"


@pytest.mark.audio
def test_an_unknown_device_is_one_line_with_the_nearest_name(room):
    with pytest.raises(
        AudioError, match=re.escape("[audio] input: there is no microphone 'romo'; did you mean 'room'?")
    ):
        capture.Microphone(AudioConfig(input="romo"))


@pytest.mark.audio
def test_closing_from_another_thread_ends_the_frames(room):
    with capture.Microphone(AudioConfig()) as microphone:
        frames = microphone.frames()
        next(frames)
        threading.Timer(0.3, microphone.close).start()
        started = time.monotonic()
        for _ in frames:
            pass
        assert time.monotonic() - started < 1.5
        microphone.close()


@pytest.mark.audio
def test_a_reader_that_falls_behind_loses_the_newest_and_they_are_counted(room):
    with capture.Microphone(AudioConfig(), buffer_seconds=0.2) as microphone:
        frames = microphone.frames()
        next(frames)
        time.sleep(1.0)
        assert microphone.overflows > 5
        assert sum(1 for _ in zip(frames, range(6), strict=False)) == 6


LISTEN = """
import os
from assistant.audio.capture import Microphone
from assistant.config import AudioConfig
from assistant.errors import AudioError
microphone = Microphone(AudioConfig())
frames = microphone.frames()
next(frames)
print("heard", flush=True)
list(frames)
print(microphone.lost, flush=True)
os._exit(0)  # as the assistant itself ends: PortAudio may wait for ever for a sound server that is gone
"""


@pytest.mark.audio
def test_a_microphone_that_is_gone_is_one_line(tmp_path):
    """The sound server goes away while the microphone is open, as when a device is unplugged."""
    with contextlib.ExitStack() as stack:
        with virtual_microphone() as second_room:
            child = subprocess.Popen(
                [sys.executable, "-c", LISTEN],
                env={**os.environ, **second_room.environment},
                stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
            )  # fmt: skip
            stack.enter_context(child)
            stack.callback(child.kill)
            assert child.stdout is not None
            assert child.stdout.readline() == "heard\n"
        output, errors = child.communicate(timeout=20)
    assert output in {"microphone 'default' is gone\n", "microphone 'default' has sent nothing for 2 s\n"}
    assert errors == ""
