"""From a microphone to the events of hearing, with understanding that is slow or fails."""

from __future__ import annotations

import itertools
from types import SimpleNamespace

import pytest

from assistant.app.hearing import Missed
from assistant.app.listener import Listener
from assistant.app.talker import Talker
from assistant.app.threads import Threads
from assistant.audio import vad
from assistant.config import AudioConfig, Config, EndpointConfig, ListenConfig, SttConfig, VoiceConfig
from assistant.events import (
    AudioLevel,
    Failed,
    MicrophoneClosed,
    MicrophoneOpened,
    Noticed,
    Understood,
    WokeUp,
)
from assistant.values import FinalTranscript, PartialTranscript, SpeechEnded, SpeechStarted
from fakes.hearing import Loudness, PacedMicrophone, SlowSession, WordTranscriber
from fakes.transcriber import NumberTranscriber

CONFIG = Config(
    endpoint=EndpointConfig(short_pause=0.35, long_pause=1.1),
    stt=SttConfig(partial_interval=0.3),
    listen=ListenConfig(start="hands_free"),
)
SOUND = "..------------" + "." * 16
NO_WORDS = PartialTranscript("", "")
LONG = "..------------~" + "." * 16
"""The same, and more of it until what is awaited has been told."""


class OpenMicrophone(PacedMicrophone):
    """A microphone that the system has given; `leisure` tells of each tenth of a second whether it was at leisure."""

    device, rate, captured = SimpleNamespace(name="desk"), 48_000, 0.0
    at_leisure = False

    def level(self):
        self.leisure.append(self.at_leisure)
        return AudioLevel(-30.0, -20.0)

    def falls_silent(self):
        return False


class Supervisor:
    """Gives one microphone and then ends the assistant's day."""

    def __init__(self, microphone, threads):
        self.microphone, self.threads = microphone, threads

    def periods(self):
        yield self.microphone
        self.threads.closed.set()
        yield MicrophoneClosed()

    def listen(self, on):
        pass


class Ear:
    """A listener that hears a sound, what it told and what it passed on."""

    def __init__(self, folder, session, sound=SOUND, transcriber=None, speech=()):
        self.events, self.utterances = [], []
        threads = Threads(folder / "faults.log", self.events.append)
        talker = Talker(VoiceConfig(), AudioConfig, self.events.append, threads)
        self.microphone = OpenMicrophone(sound, speech=lambda: all(map(self.told, speech)))
        self.microphone.leisure = []
        if session is not None:
            session.microphone = self.microphone
        listener = Listener(
            CONFIG, lambda: session, talker, lambda final: self.utterances.append(final.utterance), lambda: None,
            self.events.append, threads,
        )  # fmt: skip
        listener._microphone = Supervisor(self.microphone, threads)
        listener.run(transcriber or WordTranscriber())

    def told(self, *kinds):
        return [event for event in self.events if isinstance(event, kinds)]


@pytest.fixture(autouse=True)
def loudness(monkeypatch):
    monkeypatch.setattr(vad, "Vad", Loudness)


def test_an_utterance_is_told_step_by_step_and_passed_on(tmp_path):
    ear = Ear(tmp_path, SlowSession(), LONG, speech=(PartialTranscript, Understood))
    kinds = [type(event) for event in ear.events if not isinstance(event, AudioLevel)]
    assert kinds[:3] == [MicrophoneOpened, WokeUp, SpeechStarted]
    assert kinds[-3:] == [SpeechEnded, FinalTranscript, MicrophoneClosed]
    assert {PartialTranscript, Understood} <= set(kinds[3:-3])
    (utterance,) = ear.utterances
    assert utterance.overheard
    assert utterance.text.startswith("word0 word1 word2")


def test_the_microphone_is_at_leisure_but_for_an_utterance(tmp_path):
    leisure = Ear(tmp_path, SlowSession()).microphone.leisure
    changes = [now for before, now in itertools.pairwise(leisure) if now is not before]
    assert changes == [True, False, True]


def test_a_guess_is_told_once_of_each_partial_transcript_and_never_after_the_end(tmp_path):
    session = SlowSession()
    ear = Ear(tmp_path, session, LONG, speech=(Understood,))
    kinds = [type(event) for event in ear.told(PartialTranscript, Understood, SpeechEnded)]
    assert kinds[-1] is SpeechEnded
    assert all(utterance.overheard for utterance in session.guessed)
    for guess, following in itertools.pairwise(kinds):
        assert (guess, following) != (Understood, Understood)


def test_slow_understanding_delays_no_frame_and_comes_too_late_in_silence(tmp_path):
    session = SlowSession(1.0)
    ear = Ear(tmp_path, session, LONG + "..........", speech=(PartialTranscript,))
    assert session.guessed
    assert not ear.microphone.held_up
    kinds = [type(event) for event in ear.told(Understood, SpeechEnded)]
    assert Understood not in kinds[kinds.index(SpeechEnded) :]
    assert len(ear.utterances) == 1


def test_understanding_that_fails_is_told_and_the_microphone_stays_open(tmp_path):
    class Broken(SlowSession):
        def guess(self, utterance):
            raise KeyError("When is the library open on Sundays?")

        ending = guess

    ear = Ear(tmp_path, Broken(), LONG + LONG, speech=(Failed,))
    assert {event.where for event in ear.told(Failed)} == {"speech"}
    assert len(ear.utterances) == 2
    assert "library" in (tmp_path / "faults.log").read_text()
    assert ear.told(MicrophoneClosed) == [MicrophoneClosed()]


def test_before_there_is_a_conversation_nothing_is_guessed(tmp_path):
    ear = Ear(tmp_path, None)
    assert not ear.told(Understood, Failed)
    assert len(ear.utterances) == 1


@pytest.mark.parametrize(("sound", "times"), [(SOUND, 1), (SOUND * 3, 1), ("..---" + "." * 16, 0)])
def test_speech_without_words_is_told_once_and_a_short_noise_never(tmp_path, sound, times):
    ear = Ear(tmp_path, SlowSession(), sound, NumberTranscriber(answer=lambda: ()))
    assert [event.message for event in ear.told(Noticed)] == times * [
        "somebody spoke, but no words were understood; please say it again"
    ]
    assert ear.utterances == []


def missed(is_addressed, *spans):
    """Times at which speech without words is told, of stretches of speech."""
    notices = Missed()
    events = [(end, event) for start, end in spans for event in (SpeechStarted(start), SpeechEnded(end), NO_WORDS)]
    return [end for end, event in events if notices.take(event, is_addressed)]


def test_speech_without_words_that_is_meant_for_it_is_told_each_time():
    assert missed(True, (1.0, 1.3), (4.0, 6.0), (8.0, 8.1), (9.0, 9.4)) == [1.3, 6.0, 9.4]


def test_a_noise_that_goes_on_is_told_every_twenty_seconds():
    assert missed(False, (1.0, 1.3), (4.0, 6.0), (9.0, 11.0), (27.0, 28.0), (40.0, 42.0)) == [6.0, 28.0]


def test_nothing_is_told_of_speech_that_was_understood(tmp_path):
    assert not Ear(tmp_path, SlowSession()).told(Noticed)
