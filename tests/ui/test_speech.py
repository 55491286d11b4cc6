"""Speech on the screen: what is said, the microphone's state, and the ways in which listening starts."""

from __future__ import annotations

import pytest

from assistant.events import (
    AudioLevel,
    Failed,
    FellAsleep,
    MicrophoneClosed,
    MicrophoneOpened,
    Ready,
    ReplyEnded,
    SpeakingEnded,
    SpeakingStarted,
    TurnEnded,
    Understood,
    WokeUp,
)
from assistant.values import (
    FinalTranscript,
    PartialTranscript,
    SpeechEnded,
    SpeechStarted,
    Utterance,
)
from fakes.scenes import NONSENSE, asleep, command, idle, listening, lost_microphone
from fakes.scripted import calls, emit, shown, text_of, type_line, value


async def test_what_is_said_is_shown_while_it_is_said_with_what_it_means(pilot):
    await listening(pilot)
    assert "set a tea timer for ten min…\n→ StartTimer · duration 10 min · label tea  0.72" in shown(pilot)
    assert "◉ Hearing you" in text_of(pilot, "#status")
    await emit(pilot, SpeechEnded(2.0))
    assert "◆ Thinking" in text_of(pilot, "#status")
    await emit(pilot, FinalTranscript(Utterance("Set a tea timer.", "spoken"), 2.0, 0.4))
    assert "for ten min…" not in shown(pilot)
    assert "Set a tea timer.  spoken\n…" in shown(pilot)


async def test_a_sound_without_words_leaves_no_trace(pilot):
    await idle(pilot)
    before = shown(pilot)
    await emit(pilot, SpeechStarted(0.0), SpeechEnded(0.4), PartialTranscript("", ""))
    assert shown(pilot) == before
    assert "● Listening" in text_of(pilot, "#status")


async def test_a_key_ends_a_spoken_reply_and_is_typed_all_the_same(pilot):
    await command(pilot)
    await emit(pilot, SpeakingStarted())
    assert "▶ Speaking" in text_of(pilot, "#status")
    await pilot.press("h", "i")
    assert calls(pilot).count("interrupt") == 1
    assert value(pilot) == "hi"
    await emit(pilot, SpeakingEnded(interrupted=True))
    assert "■ stopped" in shown(pilot)
    await pilot.press("escape")
    assert calls(pilot).count("interrupt") == 2


async def test_escape_ends_a_spoken_reply_once_even_below_the_help(pilot):
    await emit(pilot, SpeakingStarted())
    await pilot.press("escape")
    assert calls(pilot).count("interrupt") == 1
    await pilot.press("f1")
    await emit(pilot, SpeakingStarted())
    await pilot.press("down")
    assert calls(pilot).count("interrupt") == 2


async def test_the_level_tells_loudness_clipping_and_losses_in_words(pilot):
    await idle(pilot)
    await emit(pilot, AudioLevel(-23.0, -9.0))
    assert "-23 dB" in text_of(pilot, "#status")
    assert "too loud" not in text_of(pilot, "#status")
    await emit(pilot, AudioLevel(-3.0, 0.0, 4))
    assert "too loud 4 lost" in text_of(pilot, "#status")
    await emit(pilot, MicrophoneClosed())
    assert "dB" not in text_of(pilot, "#status")
    assert "□ Microphone off" in text_of(pilot, "#status")


@pytest.mark.parametrize("key", ["ctrl+t", "f2"])
async def test_the_microphone_key_asks_for_the_opposite(pilot, key):
    await idle(pilot)
    await pilot.press(key)
    await emit(pilot, MicrophoneClosed())
    await pilot.press(key)
    assert [call for call in calls(pilot) if call[0] == "listen"] == [("listen", False), ("listen", True)]


async def test_a_lost_microphone_is_looked_for_and_its_return_is_told(pilot):
    await lost_microphone(pilot)
    assert shown(pilot).count("is gone: it is used again as soon as it can be") == 1
    assert "⊘ No microphone  looking for the microphone; typing works" in text_of(pilot, "#status")
    assert pilot.app.talk.view_state.wants_to_listen
    await emit(pilot, MicrophoneOpened("USB Conference Microphone: Audio", 48000))
    assert "microphone 'USB Conference Microphone: Audio' is there" in shown(pilot)
    assert "● Listening" in text_of(pilot, "#status")


async def test_a_microphone_that_is_looked_for_can_be_switched_off(pilot):
    await lost_microphone(pilot)
    await pilot.press("ctrl+t")
    assert calls(pilot)[-1] == ("listen", False)
    await emit(pilot, MicrophoneClosed())
    assert "□ Microphone off" in text_of(pilot, "#status")


async def test_silence_of_nothing_but_zeros_is_marked(pilot):
    await idle(pilot)
    await emit(pilot, AudioLevel(-100.0, -100.0))
    assert "-99 dB muted?" in text_of(pilot, "#status")
    await emit(pilot, AudioLevel(-71.0, -60.0))
    assert "muted?" not in text_of(pilot, "#status")


async def test_without_sound_hardware_one_line_says_why_and_typing_works(pilot):
    """The failure and the closed microphone that goes with it are told once."""
    why = "no microphone: plug one in"
    await emit(pilot, Ready("text"), Ready("speech"), MicrophoneClosed(why), Failed(why, "speech"))
    assert shown(pilot).count(why) == 1
    assert "○ Ready  typing only" in text_of(pilot, "#status")
    await type_line(pilot, "hello")
    assert ("submit", "hello") in calls(pilot)


async def test_asleep_it_says_what_wakes_it_and_awake_that_it_listens(pilot):
    await asleep(pilot)
    assert "Asleep  say “hey jarvis”" in text_of(pilot, "#status")
    assert pilot.app.talk.query_one("#input").placeholder == "Type here, or say “hey jarvis”"
    await emit(pilot, WokeUp("wake_word"))
    assert "● Listening" in text_of(pilot, "#status")
    assert shown(pilot).endswith("listening …")
    await emit(pilot, FellAsleep("key"))
    assert "Asleep  press ctrl+space" in text_of(pilot, "#status")
    assert "listening" not in shown(pilot)


async def test_a_sound_without_words_leaves_the_sign_that_it_listens(pilot):
    await asleep(pilot)
    await emit(pilot, WokeUp("key"), SpeechStarted(1.0))
    assert "listening" not in shown(pilot)
    await emit(pilot, SpeechEnded(1.2), PartialTranscript("", ""))
    assert shown(pilot).endswith("listening …")


async def test_after_the_utterance_it_is_asleep_again(pilot):
    await asleep(pilot)
    said = FinalTranscript(Utterance("Stop.", "spoken"), 1.0, 0.1)
    await emit(pilot, WokeUp("key"), SpeechStarted(1.0), SpeechEnded(1.4), said, FellAsleep("key"))
    assert "Thinking" in text_of(pilot, "#status")
    await emit(pilot, Understood(said.utterance, NONSENSE), ReplyEnded("?"), TurnEnded({}))
    assert "Asleep" in text_of(pilot, "#status")


@pytest.mark.parametrize("key", ["ctrl+@", "ctrl+space", "f4"])
@pytest.mark.app(start="key")
async def test_the_talk_key_asks_for_a_hearing_and_types_nothing(pilot, key):
    await emit(pilot, FellAsleep("key"))
    await pilot.press("a", key, "b")
    assert calls(pilot) == ["start", "talk"]
    assert value(pilot) == "ab"


async def test_the_talk_key_cuts_a_spoken_reply_short_first(pilot):
    await emit(pilot, SpeakingStarted())
    await pilot.press("ctrl+space")
    assert calls(pilot) == ["start", "interrupt", "talk"]


async def test_the_palette_changes_the_way_and_marks_it(pilot):
    def now():
        entries = pilot.app.get_system_commands(pilot.app.screen)
        return [entry.title for entry in entries if "(so it is now)" in entry.help]

    assert now() == ["Listen hands-free"]
    await pilot.press("ctrl+p", *"wake word", "enter")
    await pilot.pause()
    assert calls(pilot) == ["start", ("start_by", "wake_word")]
    assert now() == ["Listen with the wake word"]
    assert "Listening starts with the wake word from now on" in shown(pilot)
    await emit(pilot, MicrophoneOpened("a", 16000), FellAsleep("key"))  # the wake word does not work here
    assert now() == ["Listen with ctrl+space"]
    await emit(pilot, WokeUp("hands_free"))
    assert now() == ["Listen hands-free"]
    assert "listening …" not in shown(pilot)
