"""Actions that only the conversation can carry out, help and greetings."""

from __future__ import annotations

import pytest


@pytest.mark.parametrize("name", ["stop", "cancel", "repeat", "undo", "quit"])
def test_what_only_the_conversation_can_do_is_asked_of_it(world, name):
    assert world.do(f"dialogue.{name}").control == name


def test_help_tells_what_can_be_said(world):
    everything = world.do("dialogue.help")
    assert everything.control == "help"
    assert "“what time is it”" in everything.text
    about = world.do("dialogue.help", topic="timers").text
    assert about == "About timers you can say: “set a timer for ten minutes” and “cancel the timer”."
    assert not world.do("dialogue.help", topic="quantum physics").ok


def test_the_greeting_knows_the_time_of_day(world):
    assert world.do("dialogue.greet").text.startswith("Good morning.")
