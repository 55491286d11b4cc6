"""Speech that is not meant for the assistant does not get through; speech that is does, whole and at once.

Sound is written as a string, a letter for each tenth of a second: `.` silence, `-` speech, `W` speech in which the
wake word ends, `!` speech that is noticed over a reply, `c` a cough that is. `^` is push-to-talk, `?` a question of the
assistant's, `<` and `>` the start and the end of a spoken reply.
"""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from assistant.audio.activation import Activation
from assistant.audio.endpointing import segment
from assistant.config import EndpointConfig, ListenConfig
from assistant.errors import ModelError
from assistant.events import Failed, FellAsleep, WokeUp
from assistant.values import FRAME_SAMPLES, FinalTranscript, PartialTranscript, SpeechEnded, SpeechFrame, Utterance

ASLEEP = FellAsleep("wake_word", "hey jarvis")
ASLEEP_TO_THE_KEY = FellAsleep("key")
TENTH = 3
"""Frames."""


class FrameDetector:
    """A wake word detector that hears it in frames of twos, and a voice detector that hears speech in all but zeros."""

    phrase = "hey jarvis"
    lag = 6

    def detects(self, frame):
        return frame[0] == 2

    def occurs_in(self, text):
        return "jarvis" in text

    def probabilities(self, frames):
        return [float(frame[0] > 0) for frame in frames]

    def reset(self):
        pass


class Voice:
    """The assistant's own voice; somebody speaks over it in frames of threes. Its deeds are kept."""

    def __init__(self):
        self.reply, self.deeds, self.own = None, [], ()

    def text(self):
        return self.reply

    def is_talked_over(self, frame):
        return abs(frame[0]) == 3

    def pause(self):
        self.deeds.append("pause")

    def resume(self):
        self.deeds.append("resume")

    def stop(self):
        self.deeds.append("stop")

    def begins(self):
        pass

    def says(self, text):
        return text in self.own

    def goes_on_after(self, text):
        return text == "2"


class Scene:
    """Activation around the real endpointer; a transcript counts its tenths of speech."""

    def __init__(self, start, **config):
        self.events, self.voice = [], Voice()
        self.overheard = []
        """For each utterance, in order."""
        config = ListenConfig(start=start, wait=2.0, answer_wait=1.0, **config)
        self.activation = Activation(config, FrameDetector, self.events.append, self.voice)

    def _frames(self, sound):
        requests = {"^": self.activation.push_to_talk, "?": self.activation.expect_answer,
                    "<": lambda: self._speak("It is late."), ">": lambda: self._speak(None)}  # fmt: skip
        for letter in sound:
            if letter in requests:
                requests[letter]()
                continue
            values = [0, 0, 0] if letter == "." else [1, 1, {"W": 2, "!": 3}.get(letter, 1)]
            values = [-3, -3, -3] if letter == "c" else values
            yield from (np.full(FRAME_SAMPLES, value, np.float32) for value in values)

    def _speak(self, text):
        self.voice.reply = text

    def _transcribed(self, segmented):
        voiced = 0
        for event in segmented:
            if isinstance(event, SpeechFrame):
                voiced += event.voiced
                continue
            yield event
            if isinstance(event, SpeechEnded):
                yield FinalTranscript(Utterance(f"{round(voiced / TENTH)}", "spoken"), 1.0, 0.0)
                voiced = 0

    def play(self, sound):
        """Transcripts, "" for an utterance that is dropped, and the events between them, in order."""
        self.events.clear()
        config = EndpointConfig(min_speech=0.05)
        segmented = segment(self.activation.gate(self._frames(sound)), FrameDetector(), config, lambda: 0.6)
        for event in self.activation.filter(self._transcribed(segmented)):
            if isinstance(event, FinalTranscript):
                self.events.append(event.utterance.text)
                self.overheard.append(event.utterance.overheard)
            elif isinstance(event, PartialTranscript):
                self.events.append("")
        return self.events


# -- hands-free -------------------------------------------------------------------------------


def test_hands_free_everything_is_heard():
    assert Scene("hands_free").play("..----.......-----.......") == [WokeUp("hands_free"), "4", "5"]


def test_hands_free_the_assistant_does_not_hear_itself_nor_answers_the_wake_word():
    scene = Scene("hands_free")
    assert scene.play("..<---W--->...--.......") == [WokeUp("hands_free"), "2"]
    assert scene.voice.deeds == []


def test_hands_free_the_key_ends_what_is_said_at_once():
    assert Scene("hands_free").play("..----^--.......") == [WokeUp("hands_free"), "4", "2"]


# -- wake word --------------------------------------------------------------------------------


def test_nothing_is_heard_before_the_wake_word_and_nothing_after_the_command():
    events = Scene("wake_word").play("..-----.......---W....-----.......-----.......")
    assert events == [ASLEEP, WokeUp("wake_word"), "7", ASLEEP]  # with the two tenths of the word itself


def test_a_command_in_the_same_breath_is_heard_from_its_start():
    """Two tenths come through from before the word was noticed: so late it may be."""
    assert Scene("wake_word").play("..---W-----.......") == [ASLEEP, WokeUp("wake_word"), "7", ASLEEP]


def test_the_end_of_the_wake_word_alone_is_no_utterance():
    events = Scene("wake_word").play("..---W.......-----.......")
    assert events == [ASLEEP, WokeUp("wake_word"), "", "5", ASLEEP]


def test_a_short_word_after_a_breath_is_one():
    events = Scene("wake_word").play("..---W.......--.......")
    assert events == [ASLEEP, WokeUp("wake_word"), "", "2", ASLEEP]


def test_it_falls_asleep_when_nobody_goes_on():
    events = Scene("wake_word").play("..---W" + "." * 40 + "-----.......")
    assert events == [ASLEEP, WokeUp("wake_word"), "", ASLEEP]


def test_the_wake_word_said_twice_is_not_what_was_said():
    events = Scene("wake_word").play("..---W..........---W.-----.......")
    assert events == [ASLEEP, WokeUp("wake_word"), "", "", WokeUp("wake_word"), "7", ASLEEP]


def test_late_in_a_dictation_the_wake_word_is_a_word():
    events = Scene("wake_word").play("..---W" + "-" * 25 + "W" + "-" * 5 + ".......")
    assert events == [ASLEEP, WokeUp("wake_word"), "33", ASLEEP]


def test_the_wake_word_cuts_the_assistant_short_and_the_command_is_heard_at_once():
    scene = Scene("wake_word")
    assert scene.play("..<------W----.......>..") == [ASLEEP, WokeUp("wake_word"), "4", ASLEEP]
    assert scene.voice.deeds == ["stop"]


def test_the_assistant_may_say_the_wake_word_itself():
    scene = Scene("wake_word")
    scene._speak = lambda text: setattr(scene.voice, "reply", text and "Say hey jarvis.")
    assert scene.play("..<------W------>.......") == [ASLEEP]
    assert scene.voice.deeds == []


def test_the_key_does_what_the_wake_word_does():
    events = Scene("wake_word").play("..^-----.......-----.......")
    assert events == [ASLEEP, WokeUp("key"), "5", ASLEEP]


def test_where_wake_words_do_not_work_the_key_does():
    scene = Scene("wake_word")

    def open_detector():
        raise ModelError("wake words do not work here")

    scene.activation._open_detector = open_detector
    events = scene.play("..--W--.......^-----.......")
    failed = Failed("wake words do not work here; the key starts listening instead", "wake")
    assert events == [failed, ASLEEP_TO_THE_KEY, WokeUp("key"), "5", ASLEEP_TO_THE_KEY]


# -- the key ----------------------------------------------------------------------------------


def test_one_utterance_is_heard_after_the_key():
    events = Scene("key").play("..-----.......^..-----.......-----.......")
    assert events == [ASLEEP_TO_THE_KEY, WokeUp("key"), "5", ASLEEP_TO_THE_KEY]


def test_even_a_very_short_one():
    assert Scene("key").play("..^--.......") == [ASLEEP_TO_THE_KEY, WokeUp("key"), "2", ASLEEP_TO_THE_KEY]


def test_the_key_again_ends_it_at_once():
    events = Scene("key").play("..^-----^-----.......")
    assert events == [ASLEEP_TO_THE_KEY, WokeUp("key"), "5", ASLEEP_TO_THE_KEY]


def test_the_key_again_before_anything_is_said_takes_it_back():
    events = Scene("key").play("..^..^.-----.......")
    assert events == [ASLEEP_TO_THE_KEY, WokeUp("key"), ASLEEP_TO_THE_KEY]


def test_the_key_cuts_the_assistant_short():
    scene = Scene("key")
    assert scene.play("..<----^-----.......>..") == [ASLEEP_TO_THE_KEY, WokeUp("key"), "5", ASLEEP_TO_THE_KEY]
    assert scene.voice.deeds == ["stop"]


def test_the_assistants_own_last_syllable_is_no_utterance():
    events = Scene("key").play("..<----^-.........>..")
    assert events == [ASLEEP_TO_THE_KEY, WokeUp("key"), ""]


# -- questions, and other ways --------------------------------------------------------------------


@pytest.mark.parametrize("way", ["wake_word", "key"])
def test_a_question_is_answered_without_further_ado(way):
    *_, woke, transcript, asleep = Scene(way).play("..?..-----.......")
    assert (woke, transcript, type(asleep)) == (WokeUp("question"), "5", FellAsleep)


def test_an_answer_is_waited_for_only_so_long():
    events = Scene("key").play("..?" + "." * 15 + "-----.......")
    assert events == [ASLEEP_TO_THE_KEY, WokeUp("question"), ASLEEP_TO_THE_KEY]


def test_an_answer_that_begins_with_the_wake_word_is_the_rest():
    events = Scene("wake_word").play("..?..---W.-----.......")
    assert events == [ASLEEP, WokeUp("question"), "", WokeUp("wake_word"), "7", ASLEEP]


def test_a_question_changes_nothing_where_listening_goes_on_anyway():
    assert Scene("hands_free").play("..?..-----.......") == [WokeUp("hands_free"), "5"]


def test_the_waiting_for_an_answer_can_be_switched_off():
    scene = Scene("key")
    scene.activation._config = dataclasses.replace(scene.activation._config, answer_wait=0.0)
    assert scene.play("..?..-----.......") == [ASLEEP_TO_THE_KEY]


def test_time_does_not_pass_while_the_assistant_speaks():
    events = Scene("key").play("..?...<" + "-" * 30 + ">..-----.......")
    assert events == [ASLEEP_TO_THE_KEY, WokeUp("question"), "5", ASLEEP_TO_THE_KEY]


def test_another_way_holds_from_the_next_frame():
    scene = Scene("hands_free")
    scene.activation.start_by("wake_word")
    assert scene.play("..-----.......") == [WokeUp("hands_free"), ASLEEP]
    scene.activation.start_by("hands_free")
    assert scene.play("..-----.......") == [ASLEEP, WokeUp("hands_free"), "5"]


def test_another_way_lets_an_utterance_be_finished():
    scene = Scene("hands_free")
    frames = scene._frames

    def interrupted(letters):
        yield from frames(letters[:6])
        scene.activation.start_by("key")
        yield from frames(letters[6:])

    scene._frames = interrupted
    assert scene.play("..--------.......---.......") == [WokeUp("hands_free"), "8", ASLEEP_TO_THE_KEY]


def test_a_microphone_opened_again_begins_asleep():
    scene = Scene("key")
    assert scene.play("..^..--") == [ASLEEP_TO_THE_KEY, WokeUp("key"), "2", ASLEEP_TO_THE_KEY]
    assert scene.play("..-----.......") == [ASLEEP_TO_THE_KEY]


# -- speech over a reply ----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("way", "before", "after"),
    [
        ("wake_word", [ASLEEP], [ASLEEP]),
        ("key", [ASLEEP_TO_THE_KEY], [ASLEEP_TO_THE_KEY]),
        ("hands_free", [WokeUp("hands_free")], []),
    ],
)
def test_words_over_a_reply_stop_it_in_every_way_of_listening(way, before, after):
    """The five tenths before they were noticed are heard, too."""
    scene = Scene(way)
    assert scene.play("..<......!---.......>..") == [*before, WokeUp("voice"), "4", *after]
    assert scene.voice.deeds == ["pause", "stop"]
    assert scene.overheard == [True]


@pytest.mark.parametrize(
    ("sound", "own"),
    [("..<......c.................>..", ()), ("..<......!-.......>..", ()), ("..<......!---.......>..", ("4",))],
)
def test_a_reply_goes_on_after_a_cough_a_mhm_and_its_own_voice(sound, own):
    scene = Scene("wake_word")
    scene.voice.own = own
    assert [event for event in scene.play(sound) if event != ""] == [ASLEEP, WokeUp("voice"), ASLEEP]
    assert scene.voice.deeds == ["pause", "resume"]


def test_the_own_voice_that_comes_late_is_no_utterance():
    scene = Scene("hands_free")
    scene.voice.own = ("5",)
    assert scene.play("..<.....>..-----.......") == [WokeUp("hands_free"), ""]
    assert scene.voice.deeds == []


def test_the_key_after_speech_over_a_reply_stops_it_for_good():
    scene = Scene("key")
    scene.play("..<......!--^.......>..")
    assert "stop" in scene.voice.deeds
    assert scene.voice.deeds.count("resume") == 0


# -- overheard --------------------------------------------------------------------------------


def test_hands_free_speech_may_be_meant_for_somebody_else():
    scene = Scene("hands_free")
    scene.play("..-----.......-----.......")
    assert scene.overheard == [True, True]


@pytest.mark.parametrize("sound", ["..---W....-----.......", "..^.-----.......", "..?..-----......."])
def test_speech_after_the_wake_word_the_key_or_a_question_is_meant(sound):
    scene = Scene("wake_word")
    scene.play(sound)
    assert scene.overheard == [False]


def test_push_to_talk_tells_hands_free_which_utterance_is_meant():
    scene = Scene("hands_free")
    scene.play("..^.-----.......-----.......")
    assert scene.overheard == [False, True]
    scene.overheard.clear()
    scene.play("..----^........-----.......")
    assert scene.overheard == [False, True]


def test_a_key_pressed_long_ago_tells_nothing():
    scene = Scene("hands_free")
    scene.play("..^" + "." * 25 + "-----.......")
    assert scene.overheard == [True]
