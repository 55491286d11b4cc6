"""The wanted microphone is open whenever it can be, and a change is reported once."""

from __future__ import annotations

import threading
import time

import numpy as np
import pytest

from assistant.audio import capture, devices
from assistant.audio.microphone_supervisor import MicrophoneSupervisor
from assistant.config import AudioConfig
from assistant.events import MicrophoneClosed, MicrophoneLost
from fakes.waves import tone, write_wav


@pytest.fixture
def sound(tmp_path):
    write_wav(tmp_path / "a.wav", tone(0.8, 48_000), 48_000)
    return tmp_path / "a.wav"


class Listener:
    """A supervisor whose periods are read on a thread: names of microphones, events, and all frames."""

    def __init__(self, config=None, **options):
        self.supervisor = MicrophoneSupervisor(config or AudioConfig(), **options)
        self.periods, self.changed, self.frames = [], threading.Condition(), []
        self.thread = threading.Thread(target=self.run)

    def run(self):
        for period in self.supervisor.periods():
            with self.changed:
                self.periods.append(period.device.name if isinstance(period, capture.Microphone) else period)
                self.changed.notify_all()
            if isinstance(period, capture.Microphone):
                for frame in period.frames():
                    self.frames.append(frame)

    def until(self, count, seconds=15):
        """Wait for so many periods, and return them."""
        with self.changed:
            assert self.changed.wait_for(lambda: len(self.periods) >= count, seconds), self.periods
        return self.periods

    def hears(self, play):
        """Return True where the microphone hears the playback."""
        start = len(self.frames)
        play()
        time.sleep(0.5)
        return sum(capture.level(frame)[0] > -40 for frame in self.frames[start:]) > 10

    def __enter__(self):
        self.thread.start()
        self.supervisor.listen(True)
        return self

    def __exit__(self, *_):
        self.supervisor.close()
        self.thread.join(10)
        assert not self.thread.is_alive()


@pytest.mark.audio
def test_a_microphone_that_is_unplugged_is_heard_again_when_it_is_back(room, sound):
    with Listener() as listener:
        listener.until(1)
        assert listener.hears(lambda: room.play(sound))
        began = time.monotonic()
        room.unplug()
        lost = listener.until(2)[1]
        assert time.monotonic() - began < 1.5
        assert lost == MicrophoneLost("microphone 'default' is gone: it is used again as soon as it can be")
        time.sleep(2.5)  # several attempts, of which none is reported
        room.plug_in()
        assert listener.until(3) == ["default", lost, "default"]
        assert listener.hears(lambda: room.play(sound))


@pytest.mark.audio
def test_a_loudspeaker_goes_on_playing_while_a_microphone_is_looked_for(room):
    """PortAudio is not loaded anew under a stream that is open."""
    stream, _ = devices.open_stream(AudioConfig(), "output", 48_000, lambda out, *_: out.fill(0))
    try:
        with Listener(AudioConfig(input="nowhere")) as listener:
            listener.until(1)
            time.sleep(1.0)
            assert stream.active
    finally:
        stream.close()


@pytest.mark.audio
def test_a_microphone_that_sends_nothing_is_tried_until_it_does(room, sound):
    with Listener() as listener:
        listener.until(1)
        room.pactl("suspend-sink", "room", "1")
        lost = listener.until(2)[1]
        assert lost == MicrophoneLost(
            "microphone 'default' has sent nothing for 2 s: it is used again as soon as it can be"
        )
        time.sleep(1.0)
        room.pactl("suspend-sink", "room", "0")
        assert listener.until(3) == ["default", lost, "default"]
        assert listener.hears(lambda: room.play(sound))


@pytest.mark.audio
def test_the_default_source_of_the_sound_server_is_followed(room, sound):
    with Listener() as listener:
        listener.until(1)
        assert not listener.hears(lambda: room.play(sound, "cd"))
        room.pactl("set-default-source", "cd.monitor")
        try:
            assert listener.hears(lambda: room.play(sound, "cd"))
        finally:
            room.pactl("set-default-source", "room.monitor")
        assert listener.periods == ["default"]


@pytest.mark.audio
def test_a_default_that_is_another_device_is_followed(room, sound, tmp_path, monkeypatch):
    """Where the PCM of the name `default` cannot be had, the first one is it; an open stream stays where it was."""
    text = (room.folder / "alsa.conf").read_text().splitlines(keepends=True)
    start = "".join(text[:2]).replace(str(room.folder), "none")
    conf = tmp_path / "alsa.conf"
    conf.write_text(start + text[2] + text[3])
    monkeypatch.setenv("ALSA_CONFIG_PATH", str(conf))
    monkeypatch.setattr(devices, "_FIXED_DEFAULT", frozenset())
    with Listener(poll_seconds=0.2) as listener:
        assert listener.until(1) == ["room"]
        conf.write_text(start + text[3] + text[2])
        assert listener.until(2) == ["room", "cd"]
        assert listener.hears(lambda: room.play(sound, "cd"))
    monkeypatch.undo()
    devices.devices()


@pytest.mark.audio
def test_another_microphone_takes_over_at_once(room, sound):
    with Listener(AudioConfig(input="room")) as listener:
        listener.until(1)
        listener.supervisor.use(AudioConfig(input="cd"))
        listener.until(2)
        assert listener.hears(lambda: room.play(sound, "cd"))
        listener.supervisor.use(AudioConfig(input="romo"))
        assert listener.until(3)[2].reason == "[audio] input: there is no microphone 'romo'; did you mean 'room'?"
        listener.supervisor.use(AudioConfig(input="nowhere"))
        assert "'nowhere'" in listener.until(4)[3].reason
        listener.supervisor.use(AudioConfig())
        assert listener.until(5)[4] == "default"


@pytest.mark.audio
def test_it_is_closed_and_opened_as_often_as_one_likes(room, sound):
    with Listener() as listener:
        listener.until(1)
        for _ in range(20):
            listener.supervisor.listen(False)
            listener.supervisor.listen(True)
        time.sleep(0.5)
        assert listener.hears(lambda: room.play(sound))
        listener.supervisor.listen(False)
        with listener.changed:
            assert listener.changed.wait_for(lambda: listener.periods[-1] == MicrophoneClosed(), 5)
        assert not listener.hears(lambda: room.play(sound))


@pytest.mark.audio
def test_one_that_is_looked_for_need_not_be(room):
    with Listener(AudioConfig(input="nowhere")) as listener:
        listener.until(1)
        listener.supervisor.listen(False)
        assert listener.until(2)[1] == MicrophoneClosed()


@pytest.mark.audio
def test_devices_are_seen_as_they_are_now_while_one_is_open(room, tmp_path, monkeypatch):
    text = (room.folder / "alsa.conf").read_text()
    (tmp_path / "alsa.conf").write_text(text + text.splitlines()[2].replace("pcm.room", "pcm.headset"))
    with Listener(AudioConfig(input="room")) as listener:
        listener.until(1)
        assert "headset" not in {device.name for device in devices.devices()}
        monkeypatch.setenv("ALSA_CONFIG_PATH", str(tmp_path / "alsa.conf"))
        assert {"headset", "room"} <= {device.name for device in devices.devices()}
        listener.supervisor.use(AudioConfig(input="headset"))
        assert listener.until(2)[1] == "headset"
    monkeypatch.undo()
    devices.devices()


@pytest.mark.audio
def test_a_muted_microphone_is_noticed_once_and_a_loud_one_is_seen_to_clip(room, tmp_path):
    write_wav(tmp_path / "loud.wav", np.clip(4 * tone(0.8, 48_000), -1, 1), 48_000)
    with capture.Microphone(AudioConfig(), muted_seconds=0.5) as microphone:
        frames = microphone.frames()
        noticed = [microphone.falls_silent() for frame, _ in zip(frames, range(40), strict=False)]
        assert sum(noticed) == 1
        assert microphone.level().peak == -100
        room.play(tmp_path / "loud.wav")
        loud = [microphone.level().peak for frame, _ in zip(frames, range(50), strict=False)]
        clipping = [n for n, peak in enumerate(loud) if peak >= -0.1]
        assert len(clipping) > 25  # it stays to be seen for a second
        assert not microphone.falls_silent()


def test_a_lasting_name_is_without_the_card_unless_two_are_alike():
    def device(name):
        return devices.Device(0, name, 1, 0, 48_000, ())

    names = ["USB Audio: - (hw:1,0)", "Webcam: Mic (hw:2,0)", "Webcam: Mic (hw:3,0)", "default"]
    assert devices.lasting_names(map(device, names)) == (
        "USB Audio: -",
        "Webcam: Mic (hw:2,0)",
        "Webcam: Mic (hw:3,0)",
        "default",
    )
    elsewhere = [device("USB Audio: - (hw:4,0)"), device("Webcam: Mic (hw:5,0)")]
    assert devices.find("USB Audio: -", "input", elsewhere) is elsewhere[0]
    assert devices.find("Webcam: Mic (hw:2,0)", "input", elsewhere) is elsewhere[1]
    assert devices.find("headset", "input", elsewhere) is None
