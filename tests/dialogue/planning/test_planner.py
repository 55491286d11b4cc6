"""A command for later is promised, kept, done in time and taken back; what cannot be is refused before it is begun."""

from __future__ import annotations

import dataclasses
import threading
from datetime import datetime, timedelta

import pytest

from assistant.actions.builtins import BUILT_INS
from assistant.actions.database import Database
from assistant.actions.outcome import Context, Outcome
from assistant.actions.run import Actions
from assistant.actions.schedule import Schedule
from assistant.actions.timer_clocks import Clocks
from assistant.actions.timer_service import TimerService
from assistant.config import Config, ConfirmConfig
from assistant.dialogue.consent.policy import Policy
from assistant.dialogue.planning.planner import Planner
from assistant.dialogue.respond import Responder
from assistant.dialogue.session import Session
from assistant.errors import ActionError
from assistant.events import ReplyEnded, Understood
from assistant.values import (
    BuiltInAction,
    HttpAction,
    IntentMatch,
    OutOfScope,
    SlotMissing,
    Utterance,
    When,
)
from fakes.scripted_dialogue import NEAR, RecordingActions, ScriptedMatcher

NOW = datetime(2026, 11, 27, 11, 35)
"""A Friday."""


def home(intent, name, **more):
    action = BuiltInAction("home.intent", {"intent": intent})
    return IntentMatch(intent, {"name": name}, 1.0, NEAR, action, **more)


FAN_OFF, FAN_ON = home("HassTurnOff", "fan"), home("HassTurnOn", "fan")
MEANINGS = {
    "turn off the fan": FAN_OFF,
    "turn on the fan": FAN_ON,
    "open the garage door": home("HassTurnOn", "garage door"),
    "close the garage door": home("HassTurnOff", "garage door"),
    "turn on the radio": home("HassTurnOn", "radio"),
    "turn off the radio": home("HassTurnOff", "kitchen radio"),
    "fan off": FAN_OFF,
    "is the fan on": home("HassGetState", "fan"),
    "what time is it": IntentMatch("Time", {}, 1.0, NEAR, BuiltInAction("clock.time")),
    "undo": IntentMatch("Undo", {}, 1.0, NEAR, BuiltInAction("dialogue.undo")),
    "joke": IntentMatch("Joke", {}, 1.0, NEAR, None, response="Ha."),
    "fetch": IntentMatch("Fetch", {}, 1.0, NEAR, HttpAction("http://a.example/", "GET")),
    "wake me": IntentMatch("SetAlarm", {"at": NOW.replace(hour=7)}, 1.0, NEAR, BuiltInAction("alarm.set")),
    "close the blinds": SlotMissing("Cover", {}, "area", "In which room?", 0.9, NEAR),
    "bedroom": OutOfScope(0.0, NEAR),
}


class Matcher(ScriptedMatcher):
    """Understands a sentence with `|` behind it as one for later; a room fills what lacks one."""

    def __init__(self):
        super().__init__(dict(MEANINGS))
        self.when = None

    def match_all(self, utterance, budget=None):
        meaning = self.match(utterance)
        if self.when is not None:
            meaning = dataclasses.replace(meaning, when=self.when)
        return ((utterance, meaning),)

    def fill(self, pending, utterance):
        if utterance.text != "bedroom":
            return None
        action = BuiltInAction("home.intent", {"intent": "HassTurnOff", "domain": "cover"})
        texts = {"area": "bedroom"}
        return IntentMatch("Cover", texts, 0.9, NEAR, action, slot_texts=texts, when=pending.when)


class Talk:
    """A conversation whose clocks a test turns, with what it does."""

    def __init__(self, folder):
        self.now = NOW
        self.matcher = Matcher()
        self.actions = RecordingActions({})
        self.database = Database(folder)
        clocks = Clocks(lambda: self.now.timestamp(), lambda: self.now.timestamp() - 1000, "boot")
        self.schedule = Schedule(self.database, clocks=clocks)
        responder = Responder(self.actions)
        policy = Policy(ConfirmConfig())
        self.is_open = True
        self.lack = ""
        planner = Planner(self.schedule, responder, policy, lambda: self.is_open, lambda: self.now, lambda _: self.lack)
        self.session = Session(lambda: self.matcher, responder, policy, planner=planner)

    def say(self, text, words="", start=None, rule="", end=None, condition=""):
        self.matcher.when = When(text, words, start, rule, end, condition) if words else None
        events = list(self.session.turn(Utterance(text), threading.Event()))
        self.understood = [event.understanding for event in events if isinstance(event, Understood)]
        (reply,) = [event for event in events if isinstance(event, ReplyEnded)]
        return reply

    def come(self, condition="ready"):
        """Let the next planned command come to its moment, and return what is told."""
        planned = self.schedule.waiting()[0]
        self.now = max(self.now, planned.due)
        planned = dataclasses.replace(self.schedule.waiting()[0], condition=condition)
        return self.session.due(planned, threading.Event())

    @property
    def planned(self):
        return [item.name(self.now) for item in self.schedule.waiting()]


@pytest.fixture
def talk(tmp_path):
    return Talk(tmp_path)


def in_minutes(count):
    return NOW + timedelta(minutes=count)


# -- promised ---------------------------------------------------------------------------------


def test_what_cannot_work_here_is_refused_now_and_not_then(talk):
    talk.lack = "No Home Assistant is set up."
    reply = talk.say("turn off the fan", "in ten minutes", in_minutes(10))
    assert (reply.text, reply.ok) == ("No Home Assistant is set up.", False)
    assert talk.schedule.waiting() == ()


def test_it_is_promised_with_its_moment_and_done_then(talk):
    reply = talk.say("turn off the fan", "in ten minutes", in_minutes(10))
    assert (reply.text, reply.ok) == ("I'll turn off the fan in 10 minutes, at 11:45 AM.", True)
    assert talk.actions.ran == []
    assert talk.planned == ["turn off the fan at 11:45 AM"]
    assert talk.come() == "Planned for 11:45 AM: turn off the fan. Done."
    assert (talk.actions.ran, talk.planned, talk.database.commands("begun")) == (["HassTurnOff"], [], ())


@pytest.mark.parametrize(
    ("text", "words", "start", "rule", "reply"),
    [
        ("turn off the fan", "at 10 pm", NOW.replace(hour=22, minute=0), "", "I'll turn off the fan at 10:00 PM."),
        (
            "turn off the fan",
            "every night at eleven",
            NOW.replace(hour=23, minute=0),
            "FREQ=DAILY",
            "I'll turn off the fan every day at 11:00 PM, first today.",
        ),
        (
            "fan off",
            "tomorrow morning",
            datetime(2026, 11, 28, 9),
            "",
            "Planned at 9:00 AM tomorrow: “fan off”.",
        ),
    ],
)
def test_each_moment_is_told_in_words(talk, text, words, start, rule, reply):
    assert talk.say(text, words, start, rule).text == reply


def test_it_says_so_where_no_assistant_is_open(talk):
    talk.is_open = False
    assert talk.say("turn off the fan", "in ten minutes", in_minutes(10)).text.endswith(
        ", at 11:45 AM. It happens only while Assistant is open."
    )


def test_undo_takes_it_back(talk):
    talk.say("turn off the fan", "in ten minutes", in_minutes(10))
    talk.actions.outcomes = {"Undo": Outcome("", control="undo")}
    assert talk.say("undo").text == "I won't turn off the fan at 11:45 AM."
    assert talk.planned == []


# -- asked about first ------------------------------------------------------------------------


def test_what_asks_first_asks_now_with_the_moment_and_the_yes_is_kept(talk):
    reply = talk.say("open the garage door", "in five minutes", in_minutes(5))
    assert (reply.text, reply.expects_answer) == ("Open the garage door in 5 minutes?", True)
    assert talk.planned == []
    assert talk.say("yes").text == "Planned in 5 minutes, at 11:40 AM: “open the garage door”."
    assert talk.come().endswith("Done.")
    assert talk.actions.ran == ["HassTurnOn"]


def test_a_no_plans_nothing(talk):
    talk.say("open the garage door", "in five minutes", in_minutes(5))
    talk.say("no")
    assert talk.planned == []


def test_a_yes_counts_only_for_the_same_question(talk):
    talk.say("open the garage door", "in five minutes", in_minutes(5))
    talk.say("yes")
    talk.matcher.meanings["open the garage door"] = home("HassUnlock", "front door")
    assert "needs a yes by now, so nothing was done" in talk.come()
    assert talk.actions.ran == []


def test_what_asks_when_it_is_taken_back_asks_now_as_well(talk):
    reply = talk.say("close the garage door", "for an hour", end=in_minutes(60))
    assert reply.text == "Open the garage door in 1 hour, at 12:35 PM?"
    assert talk.actions.ran == []
    talk.say("yes")
    assert talk.actions.ran == ["HassTurnOff"]
    talk.come()
    assert talk.actions.ran == ["HassTurnOff", "HassTurnOn"]


# -- taken back in time -----------------------------------------------------------------------


def test_what_lasts_is_done_now_and_taken_back_at_its_end(talk):
    reply = talk.say("turn on the fan", "for ten minutes", end=in_minutes(10))
    assert reply.text == "Done. I'll turn off the fan in 10 minutes, at 11:45 AM."
    assert talk.actions.ran == ["HassTurnOn"]
    assert talk.come().startswith("Planned for 11:45 AM: turn off the fan.")
    assert talk.actions.ran == ["HassTurnOn", "HassTurnOff"]


def test_undo_takes_it_back_at_once(talk):
    talk.say("turn on the fan", "for ten minutes", end=in_minutes(10))
    talk.actions.outcomes = {"Undo": Outcome("", control="undo")}
    talk.say("undo")
    assert (talk.actions.ran[-1], talk.planned) == ("HassTurnOff", [])


def test_what_begins_later_and_lasts_is_both(talk):
    reply = talk.say(
        "turn on the fan", "at 1 for an hour", NOW.replace(hour=13, minute=0), end=NOW.replace(hour=14, minute=0)
    )
    assert reply.text == "I'll turn on the fan at 1:00 PM, and turn off the fan 1 hour later."
    assert talk.come().endswith("I'll turn off the fan at 2:00 PM.")
    assert talk.come().startswith("Planned for 2:00 PM: turn off the fan.")
    assert talk.actions.ran == ["HassTurnOn", "HassTurnOff"]


def test_without_a_way_back_nothing_is_done(talk):
    reply = talk.say("turn on the radio", "for ten minutes", end=in_minutes(10))
    assert reply.text == "I can turn on the radio, but not only for ten minutes: I know no way back. Nothing is done."
    assert (talk.actions.ran, talk.planned) == ([], [])


def test_nothing_is_taken_back_of_what_could_not_be_done(talk):
    talk.actions.outcomes = {"HassTurnOn": ActionError("The fan is gone.")}
    assert talk.say("turn on the fan", "for ten minutes", end=in_minutes(10)).text == "The fan is gone."
    talk.actions.outcomes = {"HassTurnOn": Outcome("No fan.", ok=False)}
    assert talk.say("turn on the fan", "for ten minutes", end=in_minutes(10)).text == "No fan."
    assert talk.planned == []


def test_a_level_is_set_back_to_what_it_was(talk):
    def volume(intent, level):
        return IntentMatch(intent, {"level": level}, 1.0, NEAR, BuiltInAction("volume.set"))

    talk.matcher.meanings["make it quiet"] = volume("Quiet", 20)
    talk.matcher.meanings["set the volume to 40 percent"] = volume("SetVolume", 40)
    talk.actions.outcomes = {"Quiet": Outcome("Volume.", {"level": "40"})}
    reply = talk.say("make it quiet", "for ten minutes", end=in_minutes(10))
    assert reply.text == "Volume. I'll set the volume to 40 percent in 10 minutes, at 11:45 AM."
    assert not talk.say("make it quiet", "at 1 for ten minutes", in_minutes(85), end=in_minutes(95)).ok


# -- refused before anything is done ----------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "reply"),
    [
        ("what time is it", "I can answer that only now, not in ten minutes."),
        ("is the fan on", "I can answer that only now, not in ten minutes."),
        ("joke", "I can answer that only now, not in ten minutes."),
        ("fetch", "I can answer that only now, not in ten minutes."),
        ("undo", "That can be done only now, not in ten minutes."),
    ],
)
def test_what_cannot_wait_is_refused_by_name(talk, text, reply):
    said = talk.say(text, "in ten minutes", in_minutes(10))
    assert (said.text, said.ok) == (reply, False)
    assert (talk.actions.ran, talk.planned) == ([], [])


@pytest.mark.parametrize(
    ("more", "reply"),
    [
        (
            {"condition": "if it rains"},
            "I can't wait for “if it rains”: I can act only at a set time. Nothing is done.",
        ),
        ({"start": in_minutes(-10)}, "11:25 AM has passed already."),
        ({"start": NOW + timedelta(days=500)}, "11:35 AM on Monday, April 10th, 2028 is more than a year away."),
        ({"start": NOW, "rule": "FREQ=NOW"}, "I can't repeat anything by"),
    ],
)
def test_a_moment_that_cannot_be_is_refused(talk, more, reply):
    assert talk.say("turn off the fan", "then", **more).text.startswith(reply)
    assert (talk.actions.ran, talk.planned) == ([], [])


def test_a_sentence_that_means_something_else_by_itself_is_not_planned(talk):
    talk.matcher.match_all = lambda utterance, budget=None: (
        (utterance, dataclasses.replace(FAN_OFF, when=When("turn on the radio", "at 1", in_minutes(85)))),
    )
    assert "only what is said in full" in talk.say("turn it off").text
    assert talk.planned == []


# -- open questions ---------------------------------------------------------------------------


def test_what_lacks_a_value_is_asked_and_kept_with_the_answer(talk):
    assert talk.say("close the blinds", "in ten minutes", in_minutes(10)).text == "In which room?"
    talk.matcher.when = None
    assert talk.say("bedroom").text == "Planned in 10 minutes, at 11:45 AM: “close the blinds (bedroom)”."
    assert talk.actions.ran == []
    assert talk.come().endswith("Done.")
    assert talk.actions.ran == ["Cover"]


def test_a_planned_command_leaves_the_open_question_open(talk):
    talk.say("turn off the fan", "in ten minutes", in_minutes(10))
    talk.say("open the garage door")
    talk.come()
    talk.say("yes")
    assert talk.actions.ran == ["HassTurnOff", "HassTurnOn"]


# -- when it is due ---------------------------------------------------------------------------


def test_what_was_missed_is_told_and_not_done(talk):
    talk.say("turn off the fan", "in ten minutes", in_minutes(10))
    talk.now = in_minutes(130)
    told = talk.come("missed")
    assert told == (
        "Planned for 11:45 AM: turn off the fan. That was 2 hours ago, while I was off, so it has not been done."
    )
    assert (talk.actions.ran, talk.planned) == ([], [])


def test_what_is_understood_no_more_or_fails_is_told(talk):
    for _ in range(2):
        talk.say("turn off the fan", "in ten minutes", talk.now + timedelta(minutes=10))
    talk.actions.outcomes = {"HassTurnOff": ActionError("Home Assistant does not answer.")}
    assert talk.come().endswith("It could not be done: Home Assistant does not answer.")
    del talk.matcher.meanings["turn off the fan"]
    assert talk.come().endswith("I don't understand that any more, so nothing was done.")
    assert talk.database.commands("begun") == ()


def test_what_another_process_has_done_is_not_told(talk):
    talk.say("turn off the fan", "in ten minutes", in_minutes(10))
    (planned,) = talk.schedule.waiting()
    Schedule(Database(talk.database.file.parent)).claim(planned)
    assert talk.session.due(planned, threading.Event()) == ""
    assert talk.actions.ran == []


def test_without_a_planner_it_is_refused_and_not_done_now(talk):
    responder = Responder(talk.actions)
    talk.session = Session(lambda: talk.matcher, responder)
    assert talk.say("turn off the fan", "at 9", in_minutes(60)).text == "I can't do that at 9: nothing is done."
    assert talk.actions.ran == []


# -- with the actions themselves --------------------------------------------------------------


def test_a_recurring_alarm_is_set_by_its_own_action(talk, tmp_path):
    timers = TimerService(talk.database, lambda timer: None)
    actions = Actions(Config(), talk.database, timers, list, lambda: talk.now)
    responder, policy = Responder(actions), Policy(ConfirmConfig())
    planner = Planner(talk.schedule, responder, policy, lambda: True, lambda: talk.now)
    talk.session = Session(lambda: talk.matcher, responder, policy, planner=planner)
    rule = "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR"
    reply = talk.say("wake me", "on weekdays", NOW.replace(hour=7, minute=0), rule)
    assert "every weekday at 7:00 AM, first on Monday" in reply.text
    assert [timer.rule.partition(";BYHOUR")[0] for timer in timers.waiting("alarm")] == [rule]
    assert talk.say("undo").text == "The alarm every weekday at 7:00 AM is cancelled."


def test_planned_commands_are_listed_and_cancelled_by_what_or_when(talk):
    def do(action, arguments=None, **slots):
        context = Context(Config(), talk.database, TimerService(talk.database, print), list, now=lambda: NOW)
        return BUILT_INS[action](slots, arguments or {}, context)

    assert do("schedule.list").text == "Nothing is planned."
    assert not do("schedule.cancel").ok
    tomorrow = NOW.replace(day=28, hour=7, minute=0)
    talk.say("turn off the fan", "at 10 pm", NOW.replace(hour=22, minute=0))
    talk.say("turn on the radio", "tomorrow at seven", tomorrow)
    names = ("turn off the fan at 10:00 PM", "turn on the radio at 7:00 AM tomorrow")
    assert do("schedule.list").text == f"2 commands planned: {'; '.join(names)}."
    assert do("schedule.list", day=tomorrow.date()).text == f"1 command planned: {names[1]}."
    assert do("schedule.cancel").text == f"Which one: {' or '.join(names)}?"
    assert do("schedule.cancel", label="garage").text.startswith("No such thing is planned. There is: turn off the fan")
    cancelled = do("schedule.cancel", label="the fan")
    assert cancelled.text == f"Cancelled: {names[0]}."
    assert cancelled.undo() == f"Planned again: {names[0]}."
    assert do("schedule.cancel", at=NOW.replace(hour=10, minute=0)).text == f"Cancelled: {names[0]}."
    assert do("schedule.cancel", {"all": "yes"}, day=tomorrow.date()).text == f"Cancelled: {names[1]}."
    assert talk.planned == []


def test_of_one_that_recurs_a_day_is_left_out_and_the_rest_stays(talk):
    def do(action, arguments=None, **slots):
        context = Context(Config(), talk.database, TimerService(talk.database, print), list, now=lambda: NOW)
        return BUILT_INS[action](slots, arguments or {}, context)

    name = "turn off the fan every day at 10:00 PM"
    talk.say("turn off the fan", "every night at ten", NOW.replace(hour=22, minute=0), "FREQ=DAILY")
    assert do("schedule.list", day=NOW.date() + timedelta(days=3)).text == f"1 command planned: {name}."
    refused = do("schedule.cancel", {"all": "yes"}, day=NOW.date() + timedelta(days=3))
    assert refused.text == f"I can leave out only its next time: {name}. Nothing is cancelled."
    outcome = do("schedule.cancel", {"all": "yes"}, day=NOW.date())
    assert outcome.text == "Cancelled: turn off the fan, this time only."
    assert [item.due.day for item in talk.schedule.waiting()] == [28]
    assert outcome.undo() == f"Planned again: {name}."
    assert [item.due.day for item in talk.schedule.waiting()] == [27]


def test_no_value_is_asked_for_of_what_cannot_work_here(talk):
    talk.lack = "No Home Assistant is set up."
    reply = talk.say("close the blinds")
    assert (reply.text, reply.ok, reply.expects_answer) == ("No Home Assistant is set up.", False, False)
