"""What is spoken: whole sentences as they come, silence when it is asked for, nothing lost while the voice loads."""

from __future__ import annotations

import threading
import time
from datetime import datetime, timedelta

import pytest

from assistant.actions.timer_service import Timer
from assistant.app.talker import Talker
from assistant.app.threads import Threads
from assistant.audio import playback
from assistant.config import AudioConfig, VoiceConfig
from assistant.errors import AudioError
from assistant.events import Announced, Failed, SpeakingEnded, SpeakingStarted
from assistant.values import Utterance
from fakes.speaker import ToneSpeaker

SPOKEN, TYPED = Utterance("tell me", "spoken"), Utterance("tell me")
TIMER = Timer(1, "timer", "tea", datetime(2026, 11, 28), timedelta(minutes=3), timedelta(0))


@pytest.fixture
def room(tmp_path, monkeypatch):
    """A loudspeaker that takes a moment for each chunk."""

    def play(chunks, config, cancelled, on_start, *_, **__):
        for number, _ in enumerate(chunks):
            if cancelled.is_set():
                return
            if number == 0:
                on_start()
            cancelled.wait(0.05)

    monkeypatch.setattr(playback, "play", play)
    events = []
    threads = Threads(tmp_path / "faults.log", events.append)
    return events, lambda **config: Talker(VoiceConfig(**config), AudioConfig, events.append, threads)


def until(condition, seconds=5):
    end = time.monotonic() + seconds
    while not condition() and time.monotonic() < end:
        time.sleep(0.01)
    assert condition()


def test_a_spoken_utterance_is_answered_aloud_and_a_typed_one_is_not(room):
    events, talker = room
    talker, speaker = talker(), ToneSpeaker()
    talker.use(speaker)
    for utterance in (TYPED, SPOKEN):
        with talker.replying_to(utterance) as say:
            say("It is late. ")
            say("Good night.")
    assert speaker.texts == ["It is late.", "Good night."]
    assert events == [SpeakingStarted(), SpeakingEnded()]
    until(lambda: talker.aloud() is None)


def test_a_reply_that_comes_before_the_voice_is_loaded_waits_for_it(room):
    _, talker = room
    talker, speaker = talker(replies="always"), ToneSpeaker()
    threading.Timer(0.2, talker.use, [speaker]).start()
    with talker.replying_to(TYPED) as say:
        say("Hello.")
    assert speaker.texts == ["Hello."]


def test_where_there_is_no_voice_nothing_waits(room):
    events, talker = room
    talker = talker()
    talker.use(None)
    with talker.replying_to(SPOKEN) as say:
        say("Hello.")
    assert events == []


def test_hush_silences_a_reply_and_every_timer_that_rings(room):
    events, talker = room
    talker = talker()
    talker.use(ToneSpeaker())
    talker.ring(TIMER)
    talker.ring(TIMER)
    until(lambda: SpeakingStarted() in events)
    assert talker.aloud() == TIMER.announcement
    talker.hush()
    until(lambda: not talker._sounds)
    assert events.count(Announced(TIMER.announcement)) == 2
    assert SpeakingEnded(interrupted=True) in events


def test_an_alarm_rings_again_once_the_sound_server_is_back(room, monkeypatch):
    """Its death is told once, and costs neither the turn nor the alarm."""
    events, talker = room
    talker, heard = talker(), playback.play
    deaths = iter([AudioError("the loudspeaker is gone")] * 3)

    def play(*arguments, **options):
        for death in deaths:
            raise death
        heard(*arguments, **options)

    monkeypatch.setattr(playback, "play", play)
    token = threading.Event()
    ringing = threading.Thread(target=lambda: talker._chime("It's 7:00 AM. Alarm.", token, pause=0.02))
    ringing.start()
    until(lambda: SpeakingStarted() in events)
    token.set()
    ringing.join()
    assert events.count(Failed("the loudspeaker is gone", "voice")) == 1


def test_a_reply_is_spoken_at_its_pace(room):
    _, talker = room
    talker, speaker = talker(), ToneSpeaker()
    talker.use(speaker)
    with talker.replying_to(SPOKEN) as say:
        say("It is late.", 0.7)
    assert speaker.paces == [0.7]
