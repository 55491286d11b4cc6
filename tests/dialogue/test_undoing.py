"""Turns are taken back one by one, the last first, and done again; what lasts is never passed over."""

from __future__ import annotations

from assistant.actions.outcome import Outcome
from assistant.dialogue.exchange import Exchange
from assistant.dialogue.undoing import Undoing
from assistant.errors import ActionError
from assistant.values import BuiltInAction, IntentMatch


class World:
    """Counts what was taken back."""

    def __init__(self):
        self.undone = []

    def exchange(self, name, undo=True, action="list.add", ok=True):
        outcome = Outcome(
            "Done.", ok=ok, undo=(lambda: self.undone.append(name) or f"{name} undone.") if undo else None
        )
        return Exchange(name, IntentMatch(name, {}, 1.0, (), BuiltInAction(action)), outcome, "Done.")


def test_turns_are_taken_back_one_by_one():
    world, undoing = World(), Undoing()
    undoing.add([world.exchange("milk")])
    undoing.add([world.exchange("lamp"), world.exchange("fan")])
    assert [undoing.undo().text for _ in range(3)] == [
        "fan undone. lamp undone.",
        "milk undone.",
        "There is nothing to undo.",
    ]
    assert world.undone == ["fan", "lamp", "milk"]


def test_what_tells_something_or_failed_is_no_change():
    world, undoing = World(), Undoing()
    undoing.add([world.exchange("time", undo=False, action="clock.time"), world.exchange("broken", ok=False)])
    assert undoing.undo().text == "There is nothing to undo."


def test_what_lasts_says_so_each_time_and_nothing_older_is_taken_back():
    world, undoing = World(), Undoing()
    undoing.add([world.exchange("milk")])
    undoing.add([world.exchange("send a mail", undo=False)])
    for _ in range(2):
        reply = undoing.undo()
        assert (reply.text, reply.ok) == ("I can't take back “send a mail”.", False)
    assert world.undone == []


def test_a_turn_that_lasts_in_part_is_taken_back_as_far_as_it_can_be():
    world, undoing = World(), Undoing()
    undoing.add([world.exchange("milk"), world.exchange("send a mail", undo=False)])
    assert undoing.undo().text == "milk undone. I can't take back “send a mail”."
    assert undoing.undo().text == "There is nothing to undo."


def test_a_failure_can_be_tried_again_and_takes_nothing_back_twice():
    world, undoing = World(), Undoing()
    failing = [ActionError("No answer."), None]

    def undo():
        if error := failing.pop(0):
            raise error
        return "lamp undone."

    lamp = Exchange("lamp", IntentMatch("lamp", {}, 1.0, (), BuiltInAction("home.intent")), Outcome("", undo=undo), "")
    undoing.add([lamp, world.exchange("fan")])
    assert (undoing.undo().text, undoing.undo().text) == ("fan undone. No answer.", "lamp undone.")
    assert world.undone == ["fan"]


def test_what_was_taken_back_can_be_done_again_until_something_else_is_done():
    world, undoing = World(), Undoing()
    milk = world.exchange("milk")
    undoing.add([milk])
    undoing.undo()
    assert undoing.take_undone() == [milk]
    undoing.add([milk], again=True)
    undoing.undo()
    undoing.add([world.exchange("eggs")])
    assert undoing.take_undone() == ()
