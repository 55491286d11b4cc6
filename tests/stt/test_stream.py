"""Transcripts grow while somebody speaks, and the final one is there when the pause is over.

The transcriber here hears a sound made of numbers: each voiced frame holds the number of its word.
"""

from __future__ import annotations

import itertools
import time

import numpy as np
import pytest

from assistant.config import SttConfig
from assistant.errors import ModelError
from assistant.stt.stream import transcribe
from assistant.values import (
    FRAME_SAMPLES,
    FRAME_SECONDS,
    SAMPLE_RATE,
    FinalTranscript,
    Hypothesis,
    PartialTranscript,
    SpeechEnded,
    SpeechFrame,
    SpeechStarted,
)

PACE = 0.02
"""Seconds between two frames of live speech: faster than real, and still taken for live."""


class NumberTranscriber:
    """Reads back the numbers of the words, and remembers what it was asked."""

    def __init__(self, seconds=0.0, answer=None):
        self.seconds, self.answer = seconds, answer
        self.calls = []

    def decode(self, samples, prompt="", final=True, known=None):
        self.calls.append((len(samples) / SAMPLE_RATE, prompt, final))
        time.sleep(self.seconds)
        if self.answer is not None:
            return self.answer()
        words = np.unique(samples[samples > 0]).astype(int)
        return (Hypothesis(" ".join(f"w{word}" for word in words), 0.9),) if len(words) else ()

    def finals(self):
        return [seconds for seconds, _, final in self.calls if final]


def speech(*parts):
    """One utterance from (word, seconds) pairs; word 0 is a pause."""
    yield SpeechStarted(0.0)
    for word, seconds in parts:
        for _ in range(round(seconds / FRAME_SECONDS)):
            yield SpeechFrame(np.full(FRAME_SAMPLES, word, np.float32), word > 0)
    yield SpeechEnded(1.0)


def words(first, last, seconds=0.4):
    return [(word, seconds) for word in range(first, last + 1)]


def live(events):
    for event in events:
        time.sleep(PACE)
        yield event


def run(events, transcriber, prompt=lambda said: "", known=lambda text: (), **config):
    return list(transcribe(events, transcriber, SttConfig(**config), prompt, known))


def final(events):
    (found,) = (event for event in events if isinstance(event, FinalTranscript))
    return found


def partials(events):
    return [event for event in events if isinstance(event, PartialTranscript)]


def text(first, last):
    return " ".join(f"w{word}" for word in range(first, last + 1))


PAUSE = (0, 0.7)


def test_a_recording_gives_one_transcript_from_one_decode():
    transcriber = NumberTranscriber(0.05)
    events = run(speech(*words(1, 6), PAUSE), transcriber)
    assert [type(event) for event in events] == [SpeechStarted, SpeechEnded, FinalTranscript]
    assert final(events).utterance.text == text(1, 6)
    assert final(events).utterance.source == "spoken"
    assert final(events).utterance.confidence == pytest.approx(0.9)
    assert final(events).seconds == pytest.approx(6 * 0.4 + 0.7, abs=0.2)
    assert len(transcriber.calls) == 1


def test_live_speech_is_shown_while_it_is_said():
    events = run(live(speech(*words(1, 10), PAUSE)), NumberTranscriber())
    shown = partials(events)
    assert len(shown) >= 3
    assert events.index(shown[2]) < events.index(SpeechEnded(1.0))
    for before, after in itertools.pairwise(shown):
        assert after.stable.startswith(before.stable)
    assert final(events).utterance.text.startswith(shown[-1].stable)


def test_the_final_transcript_is_there_when_the_pause_is_over():
    """It takes 0.2 s to decode, and the pause had room for that."""
    transcriber = NumberTranscriber(0.2)
    events = run(live(speech(*words(1, 4), (0, 1.0))), transcriber, partial_interval=0.0)
    assert final(events).latency < 0.05
    assert final(events).utterance.text == text(1, 4)
    assert len(transcriber.finals()) == 1


def test_when_speech_goes_on_what_was_thought_final_is_dropped():
    transcriber = NumberTranscriber(0.05)
    events = run(live(speech(*words(1, 3), (0, 0.4), *words(4, 6), PAUSE)), transcriber)
    assert final(events).utterance.text == text(1, 6)
    assert len(transcriber.finals()) == 2


def test_the_frames_are_never_kept_waiting():
    """Each decode takes as long as twenty frames; no frame waits for one."""
    waits = []

    def clocked(events):
        asked = None
        for event in live(events):
            if asked is not None:
                waits.append(time.perf_counter() - asked)
            yield event
            asked = time.perf_counter()

    source = clocked(speech(*words(1, 10), PAUSE))
    events = list(transcribe(source, NumberTranscriber(0.4), SttConfig(), lambda said: "", lambda text: ()))
    assert final(events).utterance.text == text(1, 10)
    assert max(waits) < 0.15  # a decode would be 0.4


def test_without_an_interval_nothing_is_decoded_before_the_silence():
    transcriber = NumberTranscriber()
    run(live(speech(*words(1, 6), PAUSE)), transcriber, partial_interval=0.0)
    assert [is_final for _, _, is_final in transcriber.calls] == [True]


def test_no_words_in_the_sound_give_an_empty_partial_and_no_transcript():
    events = run(speech((0, 0.5), PAUSE), NumberTranscriber())
    assert events[1:] == [SpeechEnded(1.0), PartialTranscript("", "")]
    assert run(speech(*words(1, 3), PAUSE), NumberTranscriber(answer=lambda: ()))[-1] == PartialTranscript("", "")


@pytest.mark.parametrize(("pause", "longest"), [(0.0, 30), (0.3, 30), (0.6, 22)])
def test_long_speech_is_told_whole_in_pieces_whisper_can_take(pause, longest):
    """Two minutes with pauses to cut at, with short ones, and with none at all, where a word may be cut in two."""
    spoken = [part for word in range(1, 301) for part in ((word, 0.4), (0, pause if word % 10 == 0 else 0.0))]
    transcriber = NumberTranscriber()
    told = final(run(speech(*spoken, PAUSE), transcriber)).utterance.text.split()
    assert list(dict.fromkeys(told)) == text(1, 300).split()
    assert len(told) - 300 <= (0 if pause else 6)
    assert max(transcriber.finals()) < longest


def test_long_live_speech_is_shown_and_told_whole():
    spoken = [part for word in range(1, 81) for part in ((word, 0.4), (0, 0.3 if word % 10 == 0 else 0.0))]
    events = run(live(speech(*spoken, PAUSE)), NumberTranscriber())
    assert final(events).utterance.text == text(1, 80)
    for before, after in itertools.pairwise(partials(events)):
        assert after.stable.startswith(before.stable)
    assert len(partials(events)[-1].stable.split()) > 70


def test_each_utterance_is_its_own():
    two = [*speech(*words(1, 3), PAUSE), *speech(*words(4, 5), PAUSE)]
    events = run(iter(two), NumberTranscriber())
    assert [event.utterance.text for event in events if isinstance(event, FinalTranscript)] == [text(1, 3), text(4, 5)]


def test_the_words_to_expect_are_asked_for_with_what_the_last_reading_made_of_it():
    transcriber = NumberTranscriber()
    run(live(speech(*words(1, 8), PAUSE)), transcriber, lambda said: f"after {said}")
    prompts = [prompt for _, prompt, _ in transcriber.calls]
    assert prompts[0] == "after "
    assert prompts[1].startswith("after w1")


def test_a_settled_partial_tells_what_a_known_sentence_was_heard_as():
    reading = (Hypothesis("kitchen lights", 0.5, heard="khaki lights"), Hypothesis("khaki lights", 0.4))
    events = run(live(speech(*words(1, 3), PAUSE)), NumberTranscriber(answer=lambda: reading))
    settled = [event for event in partials(events) if event.settled]
    assert [(each.heard, f"{each.stable} {each.unstable}".strip()) for each in settled] == [
        ("khaki lights", "kitchen lights")
    ]
    assert final(events).utterance.text == "kitchen lights"


def test_other_readings_come_along():
    readings = (Hypothesis("khaki lights", 0.5), Hypothesis("kitchen lights", 0.4))
    utterance = final(run(speech(*words(1, 2), PAUSE), NumberTranscriber(answer=lambda: readings))).utterance
    assert (utterance.text, utterance.alternatives) == ("khaki lights", ("kitchen lights",))


def test_a_transcriber_that_fails_is_heard_of():
    def fail():
        raise ModelError("the speech model failed: out of memory")

    with pytest.raises(ModelError, match="out of memory"):
        run(speech(*words(1, 2), PAUSE), NumberTranscriber(answer=fail))
    with pytest.raises(ModelError, match="out of memory"):
        run(live(speech(*words(1, 6), PAUSE)), NumberTranscriber(answer=fail))


def test_leaving_early_ends_the_worker():
    events = transcribe(
        live(speech(*words(1, 20))), NumberTranscriber(0.1), SttConfig(), lambda said: "", lambda text: ()
    )
    next(event for event in events if isinstance(event, PartialTranscript))
    began = time.perf_counter()
    events.close()
    assert time.perf_counter() - began < 0.5
