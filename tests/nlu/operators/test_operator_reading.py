"""Words for a time are taken off a command that does not take them; all other words stay where they are."""

from __future__ import annotations

from datetime import datetime

import pytest

from assistant.nlu.matcher import Matcher
from assistant.values import IntentMatch, OutOfScope, SlotMissing, Utterance
from fakes.matcher import made

LAMPS = """
intents:
  LampOn: {data: [{sentences: ["switch on [the] {lamp}", "{lamp} on"]}]}
  LampOff: {data: [{sentences: ["switch off [the] {lamp}"]}]}
  Dim:
    data: [{sentences: ["dim [the] {lamp} to {percent}"]}]
    slots: {lamp: {type: lamp, required: true, ask: "Which lamp?"}}
  Jot: {data: [{sentences: ["jot down {text}"]}], slots: {text: {type: text}}}
  Show: {data: [{sentences: ["show {film}"]}], slots: {film: {type: text, examples: [Casablanca, The Third Man]}}}
  Nap: {data: [{sentences: ["nap for {duration}"]}], slots: {duration: {type: duration, required: true}}}
  Ring:
    data: [{sentences: ["ring {datetime}", "ring", "ring for {text} {datetime}"]}]
    slots: {text: {type: text}, datetime: {type: datetime, required: true, ask: "When?"}}
lists:
  lamp: {values: [reading lamp, standing lamp]}
"""


@pytest.fixture(scope="module")
def matcher(tmp_path_factory) -> Matcher:
    return made(tmp_path_factory.mktemp("files"), LAMPS)


def command(matcher: Matcher, text: str) -> IntentMatch:
    meaning = matcher.match(text)
    assert isinstance(meaning, IntentMatch), meaning
    return meaning


def day(text: str) -> datetime:
    return datetime.fromisoformat(f"2026-11-{text}")


@pytest.mark.parametrize(
    ("text", "words", "start"),
    [
        ("in ten minutes switch off the reading lamp", "in ten minutes", "23 14:20"),
        ("switch off the reading lamp in half an hour", "in half an hour", "23 14:40"),
        ("Switch off the reading lamp in twenty minutes.", "in twenty minutes", "23 14:30"),
        ("switch off the reading lamp 5 minutes from now", "5 minutes from now", "23 14:15"),
        ("after an hour switch off the reading lamp", "after an hour", "23 15:10"),
        ("switch off the reading lamp at 10 pm", "at 10 pm", "23 22:00"),
        ("switch off the reading lamp at eight", "at eight", "23 20:00"),
        ("at 8, switch off the reading lamp, please", "at 8", "23 20:00"),
        ("could you switch off the reading lamp at midnight please", "at midnight", "24 00:00"),
        ("tomorrow morning switch off the reading lamp", "tomorrow morning", "24 09:00"),
        ("switch off the reading lamp tomorrow at 7 am", "tomorrow at 7 am", "24 07:00"),
        ("tomorrow switch off the reading lamp at 7 am", "tomorrow at 7 am", "24 07:00"),
        ("switch off the reading lamp on friday at noon", "on friday at noon", "27 12:00"),
        ("reading lamp on tomorrow", "tomorrow", "24 09:00"),
    ],
)
def test_a_command_of_a_few_lines_can_be_wanted_later(matcher, text, words, start):
    meaning = command(matcher, text)
    assert meaning.slots == {"lamp": "reading lamp"}
    assert meaning.when is not None
    assert (meaning.when.text, meaning.when.start, meaning.when.rule) == (words, day(start), "")
    assert meaning.when.command.casefold() in ("switch off the reading lamp", "reading lamp on")


@pytest.mark.parametrize(
    ("text", "start", "end"),
    [
        ("switch on the reading lamp for 10 minutes", None, "23 14:20"),
        ("switch on the reading lamp until 9 pm", None, "23 21:00"),
        ("switch on the reading lamp at 8 for an hour", "23 20:00", "23 21:00"),
        ("switch on the reading lamp from 6 pm until 8", "23 18:00", "23 20:00"),
        ("switch on the reading lamp from 6 pm to 8 pm", "23 18:00", "23 20:00"),
    ],
)
def test_its_effect_may_have_an_end(matcher, text, start, end):
    when = command(matcher, text).when
    assert when is not None
    assert (when.start, when.end) == (day(start) if start else None, day(end))


@pytest.mark.parametrize(
    ("text", "rule", "start", "words"),
    [
        ("switch off the reading lamp every night at eleven", "FREQ=DAILY", "23 23:00", "every night at eleven"),
        ("every day at 7 switch on the reading lamp", "FREQ=DAILY", "24 07:00", "every day at 7"),
        ("on tuesdays at two switch on the reading lamp", "FREQ=WEEKLY;BYDAY=TU", "24 14:00", "on tuesdays at two"),
        ("switch on the reading lamp at 6:30 on tuesdays", "FREQ=WEEKLY;BYDAY=TU", "24 18:30", "at 6:30 on tuesdays"),
        ("switch on the reading lamp daily at 9 pm", "FREQ=DAILY", "23 21:00", "daily at 9 pm"),
        ("ring every day at 5 pm", "FREQ=DAILY", "23 17:00", "every day"),
        ("ring every morning", "FREQ=DAILY", "24 09:00", "every morning"),
        ("ring for tea every 20 minutes", "FREQ=MINUTELY;INTERVAL=20", "23 14:30", "every 20 minutes"),
    ],
)
def test_a_command_may_come_back(matcher, text, rule, start, words):
    meaning = command(matcher, text)
    assert meaning.when is not None
    assert (meaning.when.rule, meaning.when.start, meaning.when.text) == (rule, day(start), words)
    if meaning.intent == "Ring":
        assert meaning.slots["datetime"] == meaning.when.start


def test_a_length_of_days_ends_the_recurrence_and_one_of_minutes_its_effect(matcher):
    short = command(matcher, "every day at 7 for ten minutes switch on the reading lamp").when
    long = command(matcher, "every day at 7 for 3 days switch on the reading lamp").when
    assert short is not None
    assert long is not None
    assert (short.rule, short.end) == ("FREQ=DAILY", day("24 07:10"))
    assert (long.rule, long.end) == ("FREQ=DAILY;UNTIL=20261127T070000", None)


@pytest.mark.parametrize(
    ("text", "condition"),
    [
        ("if it rains switch off the reading lamp", "if it rains"),
        ("switch off the reading lamp if it rains", "if it rains"),
        ("when I get home, switch on the reading lamp", "when I get home"),
        ("switch on the reading lamp as soon as the sun sets", "as soon as the sun sets"),
        ("switch off the reading lamp unless I am reading", "unless I am reading"),
        ("leave it be until I am back", ""),
        ("switch off the reading lamp once the kids sleep", "once the kids sleep"),
        ("switch on the reading lamp at sunset", "at sunset"),
        ("switch off the reading lamp if you can", ""),
    ],
)
def test_a_condition_is_named(matcher, text, condition):
    meaning = matcher.match(text)
    when = meaning.when if isinstance(meaning, IntentMatch) else None
    assert (when.condition if when else "") == condition


def test_a_command_that_lacks_a_value_keeps_its_time(matcher):
    asked = matcher.match("dim the lamp to 20 in ten minutes")
    if isinstance(asked, SlotMissing):
        answer = matcher.fill(asked, Utterance("the reading lamp"))
        assert isinstance(answer, IntentMatch)
        assert answer.when == asked.when


@pytest.mark.parametrize(
    ("text", "slots"),
    [
        ("jot down the bus leaves at nine", {"text": "the bus leaves at nine"}),
        ("jot down call Bob if it rains", {"text": "call Bob if it rains"}),
        ("jot down the bus leaves every day at nine", {"text": "the bus leaves every day at nine"}),
        ("jot down tomorrow", {"text": "tomorrow"}),
        ("show 24 hours", {"film": "24 hours"}),
        ("show in ten minutes", {"film": "in ten minutes"}),
    ],
)
def test_notes_and_titles_keep_their_words(matcher, text, slots):
    meaning = command(matcher, text)
    assert (meaning.slots, meaning.when) == (slots, None)


def test_a_title_leaves_a_time_behind_it(matcher):
    meaning = command(matcher, "show casablanca at 8 pm")
    assert meaning.slots == {"film": "casablanca"}
    assert meaning.when is not None
    assert meaning.when.start == day("23 20:00")


@pytest.mark.parametrize(("text", "intent"), [("nap for ten minutes", "Nap"), ("ring tomorrow at 8 am", "Ring")])
def test_a_slot_for_a_time_takes_it(matcher, text, intent):
    meaning = command(matcher, text)
    assert (meaning.intent, meaning.when) == (intent, None)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("switch off the reading lamp at 25 o'clock", "No clock shows 25 o'clock."),
        ("switch off the reading lamp yesterday at 8 am", "8:00 AM yesterday has passed already."),
    ],
)
def test_a_moment_that_is_none_is_told(matcher, text, reason):
    meaning = matcher.match(text)
    assert isinstance(meaning, OutOfScope)
    assert meaning.reason == reason


@pytest.mark.parametrize(
    ("text", "times"),
    [
        ("switch on the reading lamp and in ten minutes switch off the standing lamp", [None, "in ten minutes"]),
        ("in ten minutes switch off the reading lamp and switch on the standing lamp", ["in ten minutes"] * 2),
        ("switch on the reading lamp and the standing lamp at 8", ["at 8", "at 8"]),
        ("at 8 switch on the reading lamp and the standing lamp", ["at 8", "at 8"]),
        ("switch on the reading lamp and switch off the standing lamp at 8", [None, "at 8"]),
    ],
)
def test_each_command_of_a_sentence_has_its_time(matcher, text, times):
    meanings = [meaning for _, meaning in matcher.match_all(text)]
    assert [meaning.when and meaning.when.text for meaning in meanings if isinstance(meaning, IntentMatch)] == times


@pytest.mark.parametrize(
    ("text", "ending"),
    [
        ("in ten minutes", "unfinished"),
        ("every day at seven", "unfinished"),
        ("if it rains", "unfinished"),
        ("switch on the reading lamp for", "unfinished"),
        ("switch on the reading lamp every", "unfinished"),
        ("switch on the reading lamp until", "unfinished"),
        ("switch on the reading lamp for ten minutes", "extendable"),
    ],
)
def test_half_of_a_sentence_with_a_time_waits_for_the_rest(matcher, text, ending):
    assert matcher.hints.ending(text) == ending
