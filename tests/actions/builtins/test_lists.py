"""Lists as a whole and their items: made, renamed, swapped, counted anew, moved; what several fit is asked back."""

from __future__ import annotations

import pytest

from assistant.actions.outcome import Thing


@pytest.fixture
def shopping(world):
    world.do("list.add", items="milk, eggs and bread", list="shopping")


LIST = Thing("my shopping list", {"list": "shopping"})


def texts(world, name="shopping"):
    return [item.text for item in world.database.items(name)]


def test_an_empty_list_exists_once_it_is_made(world):
    assert world.do("list.names").text == "You have no lists."
    made = world.do("list.create", list="packing")
    assert (made.text, made.focus) == ("You have a packing list now.", (Thing("my packing list", {"list": "packing"}),))
    assert world.do("list.names").text == "You have nothing on your packing list."
    assert world.do("list.read", list="packing").text == "Your packing list is empty."
    again = world.do("list.create", list="packing")
    assert (again.ok, again.text) == (False, "You have a packing list already, with nothing on it.")
    assert made.undo() == "Your packing list is gone again."
    assert world.database.list_names() == ()
    assert world.do("list.create", list="party", items="balloons and cake").text == (
        "You have a party list now, with balloons and cake on it."
    )


def test_a_list_without_a_name_asks_for_one(world):
    asked = world.do("list.create")
    assert (asked.ok, asked.missing, asked.text) == (False, "list", "What shall it be called?")


def test_a_list_is_renamed_and_deleted_and_back(world, shopping):
    world.do("list.tick", items="milk")
    renamed = world.do("list.rename", list="shopping", name="weekend")
    assert renamed.text == "Your shopping list is your weekend list now."
    assert [item.text for item in world.database.items("weekend", done=True)] == ["milk"]
    assert renamed.undo() == "It is your shopping list again."
    world.do("list.create", list="party")
    assert world.do("list.rename", list="shopping", name="party").text == "You have a party list already."
    deleted = world.do("list.delete", list="shopping")
    assert world.database.list_names() == ("party",)
    assert deleted.undo() == "Your shopping list is back."
    assert texts(world) == ["eggs", "bread"]
    assert world.do("list.delete", list="gift").text == "You have no gift list."


def test_an_item_is_swapped_in_its_place(world, shopping):
    swapped = world.do("list.swap", items="the milk", new="oat milk", list="shopping")
    assert swapped.text == "Your shopping list says oat milk now, in place of milk."
    assert texts(world) == ["oat milk", "eggs", "bread"]
    assert swapped.undo() == "Milk is back on your shopping list."
    assert texts(world) == ["milk", "eggs", "bread"]
    world.do("list.swap", items="milk", new="bread")
    assert texts(world) == ["eggs", "bread"]
    assert world.do("list.swap", items="eggs").missing == "new"


def test_the_number_of_an_item_is_changed(world):
    world.do("list.add", items="two bottles of wine, eggs", list="shopping")
    world.do("list.recount", texts={"amount": "three"}, items="wine", amount=3, list="shopping")
    world.do("list.recount", items="eggs", amount=12, list="shopping")
    assert texts(world) == ["three bottles of wine", "12 eggs"]


def test_an_item_moves_to_another_list_and_back(world, shopping):
    moved = world.do("list.move", items="eggs", target="packing")
    assert moved.text == "Moved eggs from your shopping list to your packing list."
    assert (texts(world), texts(world, "packing")) == (["milk", "bread"], ["eggs"])
    assert moved.focus[0].slots == {"items": "eggs", "list": "packing"}
    assert moved.undo() == "Eggs is back on your shopping list."
    assert (texts(world), texts(world, "packing")) == (["milk", "eggs", "bread"], [])


@pytest.mark.parametrize(
    ("words", "left"),
    [
        ("the second item", ["milk", "bread"]),
        ("the last one", ["milk", "eggs"]),
        ("the first two", ["bread"]),
        ("number 3", ["milk", "eggs"]),
    ],
)
def test_an_item_is_found_by_its_place(world, shopping, words, left):
    world.do("list.remove", items=words, list="shopping")
    assert texts(world) == left


def test_what_is_not_there_is_said_beside_what_is(world, shopping):
    removed = world.do("list.remove", items="milk and soap", list="shopping")
    assert removed.text == "Took milk off your shopping list. Soap is not on it."


def test_several_items_that_fit_are_told_apart_by_their_words_or_lists(world):
    world.do("list.add", items="oat milk and soy milk", list="shopping")
    which = world.do("list.remove", items="milk", list="shopping")
    assert (which.ok, which.text) == (False, "Which one: oat milk or soy milk?")
    assert [option.slots["items"] for option in which.options] == ["oat milk", "soy milk"]
    world.do("list.add", items="batteries", list="packing")
    world.do("list.add", items="batteries", list="shopping")
    where = world.do("list.tick", items="batteries")
    assert where.text == "Batteries on which list: the shopping list or the packing list?"
    assert world.do("list.tick", **where.options[1].slots).text == "Ticked off batteries."
    assert texts(world, "packing") == []


def test_what_changes_nothing_says_so(world, shopping):
    again = world.do("list.add", items="milk", list="shopping")
    assert (again.ok, again.undo, again.text) == (False, None, "Milk is already on your shopping list.")
    assert not world.do("list.move", items="milk", target="shopping").ok
    world.do("list.clear", list="shopping")
    assert not world.do("list.clear", list="shopping").ok


def test_a_list_that_is_read_is_spoken_of_by_its_items_in_order(world, shopping):
    focus = world.do("list.read", list="shopping").focus
    assert [thing.name for thing in focus] == ["milk", "eggs", "bread"]
    assert focus[1].slots == {"items": "eggs", "list": "shopping"}
    assert all(thing.whole == LIST for thing in focus)


def test_a_ticked_item_that_is_added_and_taken_back_is_ticked_again(world, shopping):
    world.do("list.tick", items="milk")
    world.do("list.add", items="milk", list="shopping").undo()
    assert [item.text for item in world.database.items("shopping", done=True)] == ["milk"]


def test_a_note_is_changed_and_one_of_several_is_asked_for(world):
    world.do("note.take", text="the car is on level two")
    added = world.do("note.change", {"do": "add"}, new="that it is blue")
    assert added.text == "The note says now: The car is on level two. It is blue."
    assert added.undo() == "The note is as before: The car is on level two."
    world.do("note.take", text="the car needs petrol")
    which = world.do("note.delete", text="the car")
    assert which.text == "Which one: “The car needs petrol” or “The car is on level two”?"
    world.do("note.delete", **which.options[1].slots)
    assert [note.text for note in world.database.notes()] == ["The car needs petrol"]
    assert world.do("note.change").missing == "new"
