"""The laws of a conversation: what is asked back is answered, what was done can be undone."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest

from assistant.actions.outcome import Outcome
from assistant.dialogue.respond import Responder
from assistant.dialogue.session import Session
from assistant.errors import ActionError
from assistant.events import Quit, ReplyChunk, ReplyEnded, TurnEnded, Understood
from assistant.values import (
    Ambiguous,
    AnswerMatch,
    BuiltInAction,
    IntentMatch,
    SlotMissing,
    Utterance,
)
from fakes.generator import ScriptedGenerator
from fakes.scripted_dialogue import NEAR, RecordingActions, ScriptedMatcher, command


def conversation(meanings, outcomes=None, fills=None, generator=None):
    controls = {
        "Undo": Outcome("", control="undo"),
        "Repeat": Outcome("", control="repeat"),
        "Cancel": Outcome("", control="cancel"),
        "Goodbye": Outcome("Goodbye.", control="quit"),
    }
    meanings = {
        "undo": command("Undo", BuiltInAction("dialogue.undo")),
        "say that again": command("Repeat", BuiltInAction("dialogue.repeat")),
    } | meanings
    actions = RecordingActions(controls | (outcomes or {}))
    matcher = ScriptedMatcher(meanings, fills)
    return Session(lambda: matcher, Responder(actions, lambda *_: (), generator, is_free=True)), actions


def say(session, text, cancelled=None):
    events = list(session.turn(Utterance(text), cancelled or threading.Event()))
    assert isinstance(events[0], Understood)
    assert isinstance(events[-1], TurnEnded)
    (reply,) = [event for event in events if isinstance(event, ReplyEnded)]
    return reply


def test_a_turn_tells_what_was_understood_then_the_reply_then_the_times():
    session, actions = conversation({"lights": command("Lights", response="Lit.")})
    events = list(session.turn(Utterance("lights"), threading.Event()))
    assert [type(event) for event in events] == [Understood, ReplyEnded, TurnEnded]
    assert events[1].text == "Lit."
    assert set(events[2].times) == {"understand", "respond"}
    assert actions.ran == ["Lights"]


@pytest.mark.parametrize("typed", ["\u202elights", "li\u200bghts", "lights\x07\x1b[2J"])
def test_what_is_typed_beside_the_words_and_not_seen_is_no_part_of_them(typed):
    session, actions = conversation({"lights": command("Lights", response="Lit.")})
    assert say(session, typed).text == "Lit."
    assert actions.ran == ["Lights"]


def test_a_preview_does_nothing():
    session, actions = conversation({"lights": command("Lights")})
    assert [type(event) for event in session.preview(Utterance("lights"))] == [Understood]
    assert actions.ran == []


@pytest.mark.parametrize(("answer", "ran"), [("yes", ["Off"]), ("Yes, please.", ["Off"]), ("no", ["Cancel"])])
def test_only_yes_runs_what_must_be_confirmed(answer, ran):
    session, actions = conversation({"power off": command("Off", confirm="Really switch off?")})
    asked = say(session, "power off")
    assert (asked.text, asked.expects_answer, actions.ran) == ("Really switch off?", True, [])
    assert session.expects_answer
    say(session, answer)
    assert actions.ran == ran
    assert not session.expects_answer


def test_another_command_drops_the_question():
    session, actions = conversation({"power off": command("Off", confirm="Really?"), "lights": command("Lights")})
    say(session, "power off")
    say(session, "lights")
    assert say(session, "yes").ok is False
    assert actions.ran == ["Lights"]


def test_an_answer_fills_the_missing_slot():
    missing = SlotMissing("StartTimer", {}, "duration", "For how long?", 0.9, NEAR)
    filled = IntentMatch("StartTimer", {"duration": timedelta(minutes=10)}, 0.9, NEAR, BuiltInAction("timer.start"))
    session, actions = conversation({"set a timer": missing}, fills={"ten minutes": filled})
    assert say(session, "set a timer").text == "For how long?"
    say(session, "ten minutes")
    assert actions.ran == ["StartTimer"]


def test_an_answer_is_over_when_it_answers():
    missing = SlotMissing("StartTimer", {}, "duration", "For how long?", 0.9, NEAR)
    which = Ambiguous((command("LightsOn"), command("LightsOff")), ("lights on", "lights off"), 0.9, NEAR)
    session, _ = conversation({"set a timer": missing, "lights": which}, fills={"ten minutes": command("StartTimer")})
    assert session.ending("set a") == "unfinished"
    say(session, "set a timer")
    endings = [session.ending(said) for said in ("for", "ten minutes", "yes", "never mind")]
    assert endings == ["awaited", "extendable", "awaited", "complete"]
    say(session, "lights")
    assert [session.ending(said) for said in ("the", "the second one", "yes")] == ["awaited", "complete", "complete"]


def test_words_of_the_answer_are_expected_until_it_is_given():
    missing = SlotMissing("StartTimer", {}, "duration", "For how long?", 0.9, NEAR)
    which = Ambiguous((command("LightsOn"), command("LightsOff")), ("lights on", "lights off"), 0.9, NEAR)
    session, _ = conversation({"set a timer": missing, "lights": which})
    assert session.expected("set") == ("set",)
    say(session, "set a timer")
    assert session.expected() == ("a duration",)
    say(session, "lights")
    assert session.expected("the") == ("lights on", "lights off", "the")
    say(session, "cancel")
    assert session.expected() == ()


@pytest.mark.parametrize(
    ("answer", "ran"),
    [
        ("the first one", ["LightsOn"]), ("the second one", ["LightsOff"]), ("second", ["LightsOff"]),
        ("turn them off", ["LightsOff"]), ("yes", []), ("neither", ["Cancel"]), ("2", ["LightsOff"]),
    ],
)  # fmt: skip
def test_a_choice_can_be_named_by_place_or_words(answer, ran):
    both = Ambiguous(
        (command("LightsOn"), command("LightsOff")), ("Turn the lights on", "Turn the lights off"), 0.5, NEAR
    )
    session, actions = conversation({"lights": both})
    asked = say(session, "lights")
    assert asked.text == "Did you mean “Turn the lights on” or “Turn the lights off”?"
    say(session, answer)
    assert actions.ran == ran


def test_undo_puts_back_the_last_thing_once():
    undone = []
    outcome = Outcome("Added.", undo=lambda: undone.append(1) or "Removed milk.")
    session, _ = conversation({"add milk": command("Add")}, {"Add": outcome})
    say(session, "add milk")
    assert say(session, "undo").text == "Removed milk."
    assert say(session, "undo").ok is False
    assert undone == [1]


def test_a_question_in_between_does_not_lose_the_undo():
    session, _ = conversation(
        {"add milk": command("Add"), "who": AnswerMatch("Who?", "Me.", "about.md", 0.9, NEAR)},
        {"Add": Outcome("Added.", undo=lambda: "Removed.")},
    )
    say(session, "add milk")
    assert say(session, "who").source == "about.md"
    assert say(session, "undo").text == "Removed."


def test_repeat_says_the_last_reply_again_and_again():
    session, _ = conversation({"lights": command("Lights", response="Lit.")})
    assert say(session, "say that again").ok is False
    say(session, "lights")
    assert [say(session, "say that again").text for _ in range(2)] == ["Lit.", "Lit."]


def test_a_failed_action_is_one_reply_and_the_conversation_goes_on():
    session, actions = conversation(
        {"play": command("Play"), "lights": command("Lights")}, {"Play": ActionError("No player is running.")}
    )
    failed = say(session, "play")
    assert (failed.text, failed.ok) == ("No player is running.", False)
    assert say(session, "lights").ok


LAMP, FAN = command("Lamp", response="Lit."), command("Fan", response="It blows.")
OFF = command("Off", confirm="Really?")


def test_several_commands_in_one_breath_are_one_turn_with_one_reply():
    session, actions = conversation({"lamp": LAMP, "fan": FAN})
    events = list(session.turn(Utterance("lamp + fan"), threading.Event()))
    assert [type(event) for event in events] == [Understood, Understood, ReplyEnded, TurnEnded]
    assert events[2].text == "Lit. It blows."
    assert actions.ran == ["Lamp", "Fan"]


def test_what_follows_a_question_waits_for_its_answer():
    session, actions = conversation({"lamp": LAMP, "fan": FAN, "off": OFF})
    assert say(session, "lamp + off + fan").text == "Lit. Before I go on with “fan”: Really?"
    assert actions.ran == ["Lamp"]
    assert say(session, "yes").text == "Done. It blows."
    assert actions.ran == ["Lamp", "Off", "Fan"]


@pytest.mark.parametrize("instead", ["no", "lamp"])
def test_no_and_another_command_drop_what_followed(instead):
    session, actions = conversation({"lamp": LAMP, "fan": FAN, "off": OFF})
    say(session, "off + fan")
    say(session, instead)
    say(session, "lamp")
    assert "Fan" not in actions.ran


def test_one_of_several_that_fails_is_told_and_the_others_are_done():
    session, actions = conversation({"lamp": LAMP, "fan": FAN}, {"Lamp": ActionError("It is broken.")})
    reply = say(session, "lamp + fan")
    assert (reply.text, reply.ok) == ("It is broken. It blows.", False)
    assert actions.ran == ["Lamp", "Fan"]


def test_several_are_undone_together_the_last_first():
    done = {name: Outcome("Done.", undo=lambda name=name: f"{name} undone.") for name in ("Lamp", "Fan")}
    session, _ = conversation({"lamp": LAMP, "fan": FAN}, done)
    say(session, "lamp + fan")
    assert say(session, "undo").text == "Fan undone. Lamp undone."
    assert say(session, "undo").text == "There is nothing to undo."


def test_an_interruption_leaves_out_what_follows():
    session, actions = conversation({"lamp": LAMP, "fan": FAN})
    cancelled = threading.Event()
    cancelled.set()
    say(session, "lamp + fan", cancelled)
    assert actions.ran == ["Lamp"]


def test_what_is_not_understood_names_the_nearest():
    session, _ = conversation({})
    reply = say(session, "what colour is the boat")
    assert reply.text == "I don't know that. The nearest I know: “set a timer”, “who are you”."
    assert not reply.ok


def test_a_generated_answer_is_streamed_and_marked():
    session, _ = conversation({}, generator=ScriptedGenerator("It is blue."))
    events = list(session.turn(Utterance("what colour"), threading.Event()))
    assert [event.text for event in events if isinstance(event, ReplyChunk)] == ["It ", "is ", "blue."]
    assert ReplyEnded("It is blue.", generated=True) in events


def test_a_cancelled_generation_ends_at_once():
    session, _ = conversation({}, generator=ScriptedGenerator("It is blue."))
    cancelled = threading.Event()
    cancelled.set()
    assert say(session, "what colour", cancelled).text == ""


# -- closing ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("utterance", "closes"),
    [
        (Utterance("quit"), True),
        (Utterance("bye"), True),
        (Utterance("Quit the assistant.", "spoken"), True),
        (Utterance("Goodbye!", "spoken"), False),
        (Utterance("See you later.", "spoken"), False),
    ],
)
def test_only_a_command_to_close_closes_and_a_spoken_farewell_is_answered(utterance, closes):
    session, _ = conversation({utterance.text: command("Goodbye", BuiltInAction("dialogue.quit"))})
    events = list(session.turn(utterance, threading.Event()))
    assert ReplyEnded("Goodbye.") in events
    assert (events[-1] == Quit()) is closes
    assert sum(isinstance(event, TurnEnded) for event in events) == 1


# -- the matcher in use -----------------------------------------------------------------------


def test_a_turn_reads_the_matcher_once_at_its_beginning():
    old, new = ScriptedMatcher({"lamp": LAMP, "fan": FAN}), ScriptedMatcher({})
    matchers = iter([old, new, new, new])
    session = Session(lambda: next(matchers), Responder(RecordingActions()))
    assert say(session, "lamp + fan").text == "Lit. It blows."
    assert [utterance.text for utterance in old.asked] == ["lamp", "fan"]
    assert not say(session, "lamp").ok
    assert [utterance.text for utterance in new.asked] == ["lamp"]


@pytest.mark.parametrize("overheard", [True, False])
def test_what_is_overheard_is_meant_while_a_question_is_open(overheard):
    missing = SlotMissing("StartTimer", {}, "duration", "For how long?", 0.9, NEAR)
    matcher = ScriptedMatcher({"set a timer": missing, "lamp": LAMP})
    session = Session(lambda: matcher, Responder(RecordingActions()))
    for text in ("set a timer", "lamp", "lamp"):
        list(session.turn(Utterance(text, "spoken", overheard=overheard), threading.Event()))
    heard = [utterance.overheard for utterance in matcher.asked if utterance.text in ("set a timer", "lamp")]
    assert (heard[0], any(heard[1:-1]), heard[-1]) == (overheard, False, overheard)


def test_a_guess_while_somebody_speaks_changes_nothing():
    missing = SlotMissing("StartTimer", {}, "duration", "For how long?", 0.9, NEAR)
    session, actions = conversation({"set a timer": missing, "lamp": LAMP})
    say(session, "set a timer")
    assert session.guess(Utterance("lamp", "spoken")) == LAMP
    assert session.expects_answer
    assert actions.ran == []
