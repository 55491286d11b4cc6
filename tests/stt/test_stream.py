"""Transcripts grow while somebody speaks, and the final one is there when the pause is over.

Each voiced frame holds the number of its word, which is what the transcriber hears.
"""

from __future__ import annotations

import itertools
import time

import numpy as np
import pytest

from assistant.config import SttConfig
from assistant.errors import ModelError
from assistant.stt.stream import no_confusable, transcribe
from assistant.values import (
    FRAME_SAMPLES,
    FRAME_SECONDS,
    FinalTranscript,
    Hypothesis,
    PartialTranscript,
    SpeechEnded,
    SpeechFrame,
    SpeechStarted,
)
from fakes.transcriber import NumberTranscriber

PACE = 0.02
"""Seconds between two frames of live speech: faster than real, and slow enough to count as live."""


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


def no_prompt(_):
    return ""


def run(events, transcriber, prompt=no_prompt, **config):
    return list(transcribe(events, transcriber, SttConfig(**config), prompt, no_confusable))


def final(events):
    (transcript,) = (event for event in events if isinstance(event, FinalTranscript))
    return transcript


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


def test_when_speech_goes_on_the_final_decode_is_made_again():
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
    events = list(transcribe(source, NumberTranscriber(0.4), SttConfig(), no_prompt, no_confusable))
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
def test_long_speech_is_transcribed_whole_in_sections_whisper_can_take(pause, longest):
    """Two minutes with pauses to cut at, with short ones, and with none at all, where a word may be cut in two."""
    spoken = [part for word in range(1, 301) for part in ((word, 0.4), (0, pause if word % 10 == 0 else 0.0))]
    transcriber = NumberTranscriber()
    transcript = final(run(speech(*spoken, PAUSE), transcriber)).utterance.text.split()
    assert list(dict.fromkeys(transcript)) == text(1, 300).split()
    assert len(transcript) - 300 <= (0 if pause else 6)
    assert max(transcriber.finals()) < longest


def test_sections_are_as_short_as_the_model_needs():
    transcriber = NumberTranscriber()
    transcriber.longest_seconds = 10.0
    events = run(speech(*words(1, 100), PAUSE), transcriber)
    assert list(dict.fromkeys(final(events).utterance.text.split())) == text(1, 100).split()
    assert 6 < max(transcriber.finals()) < 10


def test_long_live_speech_is_shown_and_transcribed_whole():
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


def test_the_prompt_is_composed_for_the_transcript_so_far():
    transcriber = NumberTranscriber()
    run(live(speech(*words(1, 8), PAUSE)), transcriber, lambda transcript: f"after {transcript}")
    prompts = [prompt for _, prompt, _ in transcriber.calls]
    assert prompts[0] == "after "
    assert prompts[1].startswith("after w1")


def test_a_settled_partial_holds_the_transcript_that_a_known_sentence_replaced():
    hypotheses = (Hypothesis("kitchen lights", 0.5, heard="khaki lights"), Hypothesis("khaki lights", 0.4))
    events = run(live(speech(*words(1, 3), PAUSE)), NumberTranscriber(answer=lambda: hypotheses))
    settled = [event for event in partials(events) if event.settled]
    assert [(event.heard, f"{event.stable} {event.unstable}".strip()) for event in settled] == [
        ("khaki lights", "kitchen lights")
    ]
    assert final(events).utterance.text == "kitchen lights"


def test_other_hypotheses_become_alternatives():
    hypotheses = (Hypothesis("khaki lights", 0.5), Hypothesis("kitchen lights", 0.4))
    utterance = final(run(speech(*words(1, 2), PAUSE), NumberTranscriber(answer=lambda: hypotheses))).utterance
    assert (utterance.text, utterance.alternatives) == ("khaki lights", ("kitchen lights",))


def test_a_transcriber_that_fails_ends_the_stream_with_its_error():
    def fail():
        raise ModelError("the speech model failed: out of memory")

    with pytest.raises(ModelError, match="out of memory"):
        run(speech(*words(1, 2), PAUSE), NumberTranscriber(answer=fail))
    with pytest.raises(ModelError, match="out of memory"):
        run(live(speech(*words(1, 6), PAUSE)), NumberTranscriber(answer=fail))


def test_leaving_early_ends_the_worker():
    events = transcribe(live(speech(*words(1, 20))), NumberTranscriber(0.1), SttConfig(), no_prompt, no_confusable)
    next(event for event in events if isinstance(event, PartialTranscript))
    start = time.perf_counter()
    events.close()
    assert time.perf_counter() - start < 0.5
