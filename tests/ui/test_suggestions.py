"""Suggestions on the screen: a list in an empty conversation, a line after a reply, picked by a key or a click."""

from __future__ import annotations

from assistant.events import ReplyEnded, ScheduleChanged, Suggested, TurnEnded, Understood
from assistant.values import OutOfScope, Utterance
from fakes.scenes import SUGGESTED, answer, idle
from fakes.scripted import calls, emit, text_of, type_line, value


def offered(pilot):
    widget = pilot.app.talk.query_one("#suggestions")
    return str(widget.content) if widget.display else ""


async def test_an_empty_conversation_lists_them_with_the_reasons(pilot):
    await idle(pilot)
    await emit(pilot, SUGGESTED)
    lines = offered(pilot).splitlines()
    assert lines[0].startswith("You can say")
    assert "what's the weather" in lines[1]
    assert "you ask for this most mornings" in lines[1]
    assert sum("a common start" in line for line in lines) == 1, "a reason that holds for the next one too is told once"
    assert max(map(len, lines)) <= 74


async def test_tab_walks_through_them_and_enter_sends_one(pilot):
    await idle(pilot)
    await emit(pilot, SUGGESTED)
    await pilot.press("tab")
    assert value(pilot) == "what's the weather"
    await pilot.press("tab")
    assert value(pilot) == "what's on my shopping list"
    await pilot.press("shift+tab", "shift+tab")
    assert value(pilot) == ""
    await pilot.press("shift+tab", "enter")
    await pilot.pause()
    assert ("submit", "How do I add a question and its answer?") in calls(pilot)
    assert offered(pilot) == ""


async def test_a_click_takes_one_into_the_input_line(pilot):
    await idle(pilot)
    await emit(pilot, SUGGESTED)
    await pilot.click("#suggestions", offset=(8, 2))
    assert value(pilot) == "what's on my shopping list"
    await pilot.click("#suggestions", offset=(8, 0))
    assert value(pilot) == "what's on my shopping list"


async def test_a_reply_is_followed_by_one_line(pilot):
    await answer(pilot)
    await emit(pilot, SUGGESTED)
    assert offered(pilot).startswith("You may also ask: what's the weather  ·  what's on my shopping list")
    assert "\n" not in offered(pilot)
    await pilot.click("#suggestions", offset=(48, 0))
    assert value(pilot) == "what's on my shopping list"
    assert pilot.app.talk.query_one("#conversation").entries[-1].kind == "reply", "it is no part of the conversation"


async def test_they_go_with_the_next_sentence_and_where_there_are_none(pilot):
    await answer(pilot)
    await emit(pilot, SUGGESTED)
    await type_line(pilot, "what time is it")
    assert offered(pilot) == ""
    await emit(pilot, SUGGESTED)
    assert offered(pilot) == "", "a turn is under way"
    await emit(pilot, TurnEnded({}), SUGGESTED)
    assert offered(pilot)
    await emit(pilot, Suggested(()))
    assert offered(pilot) == ""
    await pilot.press("tab")
    assert value(pilot) == ""


async def test_they_do_not_come_up_under_a_question_or_a_draft(pilot):
    await idle(pilot)
    await type_line(pilot, "set a timer")
    meaning = OutOfScope(0.1, ())
    await emit(pilot, Understood(Utterance("set a timer"), meaning), ReplyEnded("For how long?", expects_answer=True))
    await emit(pilot, TurnEnded({}), SUGGESTED)
    assert offered(pilot) == ""
    await type_line(pilot, "five minutes")
    await emit(pilot, Understood(Utterance("five minutes"), meaning), ReplyEnded("Done."), TurnEnded({}))
    await pilot.press("x")
    await emit(pilot, SUGGESTED)
    assert (offered(pilot), value(pilot)) == ("", "x")


async def test_what_is_planned_is_drawn_as_before(pilot):
    await idle(pilot)
    await emit(pilot, SUGGESTED, ScheduleChanged((("21:00", "turn off the fan"),)))
    assert "turn off the fan" in text_of(pilot, "#tasks")
    assert offered(pilot)
