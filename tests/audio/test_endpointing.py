"""Utterances begin before their first sound, end after the pause that patience allows, and lose nothing."""

from __future__ import annotations

import numpy as np
import pytest

from assistant.audio.endpointing import segment
from assistant.config import EndpointConfig
from assistant.values import FRAME_SAMPLES, FRAME_SECONDS, SpeechEnded, SpeechFrame, SpeechStarted

CONFIG = EndpointConfig(threshold=0.5, min_speech=0.1, pre_roll=0.32, max_utterance=20.0)


class ScriptedDetector:
    """A detector that reads its answer from the frame: every sample of a frame is its probability."""

    resets = 0

    def __init__(self):
        self.asked = []

    def probabilities(self, frames):
        self.asked.append(len(frames))
        return [float(frame[0]) for frame in frames]

    def reset(self):
        self.resets += 1


def frames(*parts):
    """Frames from (probability, seconds) pairs; the second sample counts them."""
    sequence = []
    for probability, seconds in parts:
        for _ in range(round(seconds / FRAME_SECONDS)):
            frame = np.full(FRAME_SAMPLES, probability, np.float32)
            frame[1] = len(sequence)
            sequence.append(frame)
    return sequence


def run(*parts, config=CONFIG, patience=lambda: 0.64):
    return list(segment(frames(*parts), ScriptedDetector(), config, patience))


def numbers(events):
    """Numbers of the frames of each utterance."""
    utterances = []
    for event in events:
        if isinstance(event, SpeechStarted):
            utterances.append([])
        elif isinstance(event, SpeechFrame):
            utterances[-1].append(int(event.samples[1]))
    return utterances


def ends(events):
    return [event.at for event in events if isinstance(event, SpeechEnded)]


def test_an_utterance_has_its_pre_roll_its_speech_and_its_pause():
    events = run((0, 3.2), (0.9, 1.6), (0, 3.2))
    assert [type(event) for event in events if not isinstance(event, SpeechFrame)] == [SpeechStarted, SpeechEnded]
    assert events[0] == SpeechStarted(pytest.approx(3.2))
    assert ends(events) == [pytest.approx(4.8)]
    assert numbers(events) == [list(range(90, 170))]  # 10 of pre-roll, 50 voiced, 20 of pause
    assert [event.voiced for event in events if isinstance(event, SpeechFrame)] == [False] * 10 + [True] * 50 + [
        False
    ] * 20


def test_a_click_is_no_utterance():
    assert run((0, 1), (0.9, 0.064), (0, 1), (0.9, 0.064), (0, 1)) == []


def test_silence_is_nothing():
    assert run((0, 10)) == []
    assert run() == []


def test_a_pause_shorter_than_patience_is_inside_the_utterance():
    events = run((0.9, 0.8), (0, 0.48), (0.9, 0.8), (0, 1))
    assert len(ends(events)) == 1
    assert numbers(events) == [list(range(25 + 15 + 25 + 20))]


def test_patience_is_asked_while_somebody_pauses_and_can_change():
    answers = iter([5.0] * 10 + [0.1] * 99)
    events = run((0.9, 0.8), (0, 3), patience=lambda: next(answers))
    assert numbers(events) == [list(range(25 + 11))]


def test_two_utterances_share_no_frame_and_the_second_has_its_pre_roll():
    events = run((0.9, 0.8), (0, 0.96), (0.9, 0.8), (0, 1))
    first, second = numbers(events)
    assert first == list(range(45))
    assert second[0] == 45
    assert second[:10] == list(range(45, 55))


def test_an_unsure_detector_keeps_speech_going_and_does_not_start_it():
    assert run((0.4, 3)) == []
    events = run((0.9, 0.8), (0.4, 1.6), (0, 1))
    assert ends(events) == [pytest.approx(2.4)]


def test_speech_at_the_end_of_the_frames_ends_there():
    events = run((0, 1), (0.9, 0.8))
    assert ends(events) == [pytest.approx(1.8, abs=0.04)]
    assert isinstance(events[-1], SpeechEnded)


def test_the_longest_utterance_is_split_and_nothing_is_lost():
    events = run((0.9, 50), (0, 1))
    spoken = numbers(events)
    assert len(spoken) == 3
    assert [number for utterance in spoken for number in utterance] == list(range(sum(map(len, spoken))))
    assert all(len(utterance) * FRAME_SECONDS <= CONFIG.max_utterance + 0.1 for utterance in spoken)


def test_near_the_limit_a_breath_is_enough_to_split():
    events = run((0.9, 17.6), (0, 0.32), (0.9, 1.6), (0, 1))
    assert ends(events) == [pytest.approx(17.6), pytest.approx(19.52)]


def test_without_pre_roll_or_min_speech_the_first_voiced_frame_begins():
    config = EndpointConfig(min_speech=0.0, pre_roll=0.0)
    events = run((0, 1), (0.9, 0.32), (0, 1), config=config)
    assert numbers(events)[0][0] == 31


def test_the_detector_begins_anew_after_each_utterance():
    detector = ScriptedDetector()
    speech = frames((0, 1), (1, 1), (0, 1), (1, 1), (0, 1))
    list(segment(speech, detector, CONFIG, lambda: 0.64))
    assert detector.resets == 2


def test_the_detector_begins_anew_every_ten_seconds_without_speech():
    detector = ScriptedDetector()
    list(segment(frames((0, 35), (1, 15), (0, 1)), detector, CONFIG, lambda: 0.64))
    assert detector.resets == 3 + 1


@pytest.mark.parametrize("silent", [30, 31, 32])
def test_in_silence_the_detector_is_asked_about_several_frames_and_no_utterance_begins_later_for_it(silent):
    detector, given = ScriptedDetector(), []
    parts = frames((0, silent * FRAME_SECONDS), (0.9, 1), (0, 1))
    events = segment((given.append(frame) or frame for frame in parts), detector, CONFIG, lambda: 0.64)
    assert next(events) == SpeechStarted(pytest.approx(silent * FRAME_SECONDS))
    assert len(given) == silent + 4
    assert set(detector.asked[: silent // 3]) == {3}
    before = len(detector.asked)
    while not isinstance(next(events), SpeechEnded):
        pass
    assert set(detector.asked[before:]) == {1}
