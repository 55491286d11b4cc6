"""The gate before hearing: what was not meant does not get through, what was meant does, whole and at once.

Sound is written as a string, a letter for each tenth of a second: `.` silence, `-` speech, `W` speech in which the
wake word ends. `^` is the key, `?` a question asked, `<` and `>` where the assistant begins and ceases to speak.
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


class Detector:
    """Hears the wake word in frames of twos."""

    phrase = "hey jarvis"
    late = 6

    def heard(self, frame):
        return frame[0] == 2

    def is_in(self, text):
        return "jarvis" in text


class Room:
    """One gate with the real endpointer behind it; a transcript counts its tenths of speech."""

    def __init__(self, start, **config):
        self.told, self.calls, self.aloud = [], 0, None
        self.overheard = []
        """For each utterance, in order."""
        config = ListenConfig(start=start, wait=2.0, answer_wait=1.0, **config)
        self.gate = Activation(config, self.detector, self.told.append, self._call, lambda: self.aloud)

    def detector(self):
        return Detector()

    def _call(self):
        self.calls += 1

    def probability(self, frame):
        return float(frame[0] > 0)

    def forget(self):
        pass

    def _frames(self, sound):
        does = {"^": self.gate.key, "?": self.gate.expect_answer, "<": lambda: self._say("It is late."),
                ">": lambda: self._say(None)}  # fmt: skip
        for letter in sound:
            if letter in does:
                does[letter]()
                continue
            loud = [0, 0, 0] if letter == "." else [1, 1, 2 if letter == "W" else 1]
            yield from (np.full(FRAME_SAMPLES, each, np.float32) for each in loud)

    def _say(self, text):
        self.aloud = text

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

    def hears(self, sound):
        """What is understood, and what the gate tells meanwhile, in order."""
        self.told.clear()
        config = EndpointConfig(min_speech=0.05)
        segmented = segment(self.gate.heed(self._frames(sound)), self, config, lambda: 0.6)
        for event in self.gate.sift(self._transcribed(segmented)):
            if isinstance(event, FinalTranscript):
                self.told.append(event.utterance.text)
                self.overheard.append(event.utterance.overheard)
            elif isinstance(event, PartialTranscript):
                self.told.append("")
        return self.told


# -- hands-free -------------------------------------------------------------------------------


def test_hands_free_everything_is_heard():
    assert Room("hands_free").hears("..----.......-----.......") == [WokeUp("hands_free"), "4", "5"]


def test_hands_free_the_assistant_does_not_hear_itself_nor_answers_the_wake_word():
    room = Room("hands_free")
    assert room.hears("..<---W--->...--.......") == [WokeUp("hands_free"), "2"]
    assert room.calls == 0


def test_hands_free_the_key_ends_what_is_said_at_once():
    assert Room("hands_free").hears("..----^--.......") == [WokeUp("hands_free"), "4", "2"]


# -- wake word --------------------------------------------------------------------------------


def test_nothing_is_heard_before_the_wake_word_and_nothing_after_the_command():
    told = Room("wake_word").hears("..-----.......---W....-----.......-----.......")
    assert told == [ASLEEP, WokeUp("wake_word"), "7", ASLEEP]  # with the two tenths of the word itself


def test_a_command_in_the_same_breath_is_heard_from_its_start():
    """Two tenths come through from before the word was noticed: so late it may be."""
    assert Room("wake_word").hears("..---W-----.......") == [ASLEEP, WokeUp("wake_word"), "7", ASLEEP]


def test_the_end_of_the_wake_word_alone_is_no_utterance():
    told = Room("wake_word").hears("..---W.......-----.......")
    assert told == [ASLEEP, WokeUp("wake_word"), "", "5", ASLEEP]


def test_a_short_word_after_a_breath_is_one():
    told = Room("wake_word").hears("..---W.......--.......")
    assert told == [ASLEEP, WokeUp("wake_word"), "", "2", ASLEEP]


def test_it_falls_asleep_when_nobody_goes_on():
    told = Room("wake_word").hears("..---W" + "." * 40 + "-----.......")
    assert told == [ASLEEP, WokeUp("wake_word"), "", ASLEEP]


def test_the_wake_word_said_twice_is_not_what_was_said():
    told = Room("wake_word").hears("..---W..........---W.-----.......")
    assert told == [ASLEEP, WokeUp("wake_word"), "", "", WokeUp("wake_word"), "7", ASLEEP]


def test_late_in_a_dictation_the_wake_word_is_a_word():
    told = Room("wake_word").hears("..---W" + "-" * 25 + "W" + "-" * 5 + ".......")
    assert told == [ASLEEP, WokeUp("wake_word"), "33", ASLEEP]


def test_the_wake_word_cuts_the_assistant_short_and_the_command_is_heard_at_once():
    room = Room("wake_word")
    assert room.hears("..<------W----.......>..") == [ASLEEP, WokeUp("wake_word"), "4", ASLEEP]
    assert room.calls == 1


def test_the_assistant_may_say_the_wake_word_itself():
    room = Room("wake_word")
    room._say = lambda text: setattr(room, "aloud", text and "Say hey jarvis.")
    assert room.hears("..<------W------>.......") == [ASLEEP]
    assert room.calls == 0


def test_the_key_does_what_the_wake_word_does():
    told = Room("wake_word").hears("..^-----.......-----.......")
    assert told == [ASLEEP, WokeUp("key"), "5", ASLEEP]


def test_where_wake_words_do_not_work_the_key_does():
    room = Room("wake_word")

    def detector():
        raise ModelError("wake words do not work here")

    room.gate._open_detector = detector
    told = room.hears("..--W--.......^-----.......")
    failed = Failed("wake words do not work here; the key starts listening instead", "wake")
    assert told == [failed, ASLEEP_TO_THE_KEY, WokeUp("key"), "5", ASLEEP_TO_THE_KEY]


# -- the key ----------------------------------------------------------------------------------


def test_one_utterance_is_heard_after_the_key():
    told = Room("key").hears("..-----.......^..-----.......-----.......")
    assert told == [ASLEEP_TO_THE_KEY, WokeUp("key"), "5", ASLEEP_TO_THE_KEY]


def test_even_a_very_short_one():
    assert Room("key").hears("..^--.......") == [ASLEEP_TO_THE_KEY, WokeUp("key"), "2", ASLEEP_TO_THE_KEY]


def test_the_key_again_ends_it_at_once():
    told = Room("key").hears("..^-----^-----.......")
    assert told == [ASLEEP_TO_THE_KEY, WokeUp("key"), "5", ASLEEP_TO_THE_KEY]


def test_the_key_again_before_anything_is_said_takes_it_back():
    told = Room("key").hears("..^..^.-----.......")
    assert told == [ASLEEP_TO_THE_KEY, WokeUp("key"), ASLEEP_TO_THE_KEY]


def test_the_key_cuts_the_assistant_short():
    room = Room("key")
    assert room.hears("..<----^-----.......>..") == [ASLEEP_TO_THE_KEY, WokeUp("key"), "5", ASLEEP_TO_THE_KEY]
    assert room.calls == 1


def test_the_assistants_own_last_syllable_is_no_utterance():
    told = Room("key").hears("..<----^-.........>..")
    assert told == [ASLEEP_TO_THE_KEY, WokeUp("key"), ""]


# -- questions, and other ways --------------------------------------------------------------------


@pytest.mark.parametrize("way", ["wake_word", "key"])
def test_a_question_is_answered_without_further_ado(way):
    *_, woke, heard, asleep = Room(way).hears("..?..-----.......")
    assert (woke, heard, type(asleep)) == (WokeUp("question"), "5", FellAsleep)


def test_an_answer_is_waited_for_only_so_long():
    told = Room("key").hears("..?" + "." * 15 + "-----.......")
    assert told == [ASLEEP_TO_THE_KEY, WokeUp("question"), ASLEEP_TO_THE_KEY]


def test_an_answer_that_begins_with_the_wake_word_is_the_rest():
    told = Room("wake_word").hears("..?..---W.-----.......")
    assert told == [ASLEEP, WokeUp("question"), "", WokeUp("wake_word"), "7", ASLEEP]


def test_a_question_changes_nothing_where_listening_goes_on_anyway():
    assert Room("hands_free").hears("..?..-----.......") == [WokeUp("hands_free"), "5"]


def test_the_waiting_for_an_answer_can_be_switched_off():
    room = Room("key")
    room.gate._config = dataclasses.replace(room.gate._config, answer_wait=0.0)
    assert room.hears("..?..-----.......") == [ASLEEP_TO_THE_KEY]


def test_time_does_not_pass_while_the_assistant_speaks():
    told = Room("key").hears("..?...<" + "-" * 30 + ">..-----.......")
    assert told == [ASLEEP_TO_THE_KEY, WokeUp("question"), "5", ASLEEP_TO_THE_KEY]


def test_another_way_holds_from_the_next_frame():
    room = Room("hands_free")
    room.gate.start_by("wake_word")
    assert room.hears("..-----.......") == [WokeUp("hands_free"), ASLEEP]
    room.gate.start_by("hands_free")
    assert room.hears("..-----.......") == [ASLEEP, WokeUp("hands_free"), "5"]


def test_another_way_lets_an_utterance_be_finished():
    room = Room("hands_free")
    frames = room._frames

    def sound(letters):
        yield from frames(letters[:6])
        room.gate.start_by("key")
        yield from frames(letters[6:])

    room._frames = sound
    assert room.hears("..--------.......---.......") == [WokeUp("hands_free"), "8", ASLEEP_TO_THE_KEY]


def test_a_microphone_opened_again_begins_asleep():
    room = Room("key")
    assert room.hears("..^..--") == [ASLEEP_TO_THE_KEY, WokeUp("key"), "2", ASLEEP_TO_THE_KEY]
    assert room.hears("..-----.......") == [ASLEEP_TO_THE_KEY]


# -- overheard --------------------------------------------------------------------------------


def test_what_is_said_hands_free_may_be_meant_for_somebody_else():
    room = Room("hands_free")
    room.hears("..-----.......-----.......")
    assert room.overheard == [True, True]


@pytest.mark.parametrize("sound", ["..---W....-----.......", "..^.-----.......", "..?..-----......."])
def test_what_follows_the_wake_word_the_key_or_a_question_is_meant(sound):
    room = Room("wake_word")
    room.hears(sound)
    assert room.overheard == [False]


def test_the_key_tells_hands_free_which_utterance_is_meant():
    room = Room("hands_free")
    room.hears("..^.-----.......-----.......")
    assert room.overheard == [False, True]
    room.overheard.clear()
    room.hears("..----^........-----.......")
    assert room.overheard == [False, True]


def test_a_key_pressed_long_ago_tells_nothing():
    room = Room("hands_free")
    room.hears("..^" + "." * 25 + "-----.......")
    assert room.overheard == [True]
