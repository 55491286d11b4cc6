"""Notes and lists: kept, found, ticked and taken back."""

from __future__ import annotations

import pytest

from assistant.actions.builtins.kept.finding import split_items


def test_a_note_is_kept_read_found_and_deleted(world):
    assert world.do("note.read").text == "You have no notes."
    assert world.do("note.take", text="that the car is on level three").text == "Noted: the car is on level three."
    world.do("note.take", text="buy a present for Mum")
    assert world.do("note.read").text == "2 notes. Today: Buy a present for Mum. Today: The car is on level three."
    assert world.do("note.search", text="the car").text == "1 note. Today: The car is on level three."
    assert "no note about bicycles" in world.do("note.search", text="bicycles").text
    deleted = world.do("note.delete")
    assert deleted.text == "Deleted the note: Buy a present for Mum."
    assert deleted.undo() == "The note is back."
    assert len(world.database.notes()) == 2


def test_many_notes_are_read_in_part(world):
    for number in range(9):
        world.do("note.take", text=f"number {number}")
    said = world.do("note.read").text
    assert said.startswith("9 notes, the latest 5 are: Today: Number 8.")
    assert "Number 3" not in said


@pytest.mark.parametrize(
    ("said", "items"),
    [
        ("milk, eggs and bread", ["milk", "eggs", "bread"]),
        ("milk and eggs", ["milk", "eggs"]),
        ("milk, eggs, and bread", ["milk", "eggs", "bread"]),
        ("some milk and a dozen eggs", ["milk", "dozen eggs"]),
        ("salt and pepper", ["salt and pepper"]),
        ("fish and chips and mac and cheese", ["fish and chips", "mac and cheese"]),
        ("eggs, not milk", ["eggs"]),
        ("milk but no eggs", ["milk"]),
        ("milk, neither eggs nor butter", ["milk"]),
        ("no fat milk", ["no fat milk"]),
        ("candy", ["candy"]),
        ("milk milk and milk", ["milk milk", "milk"]),
        ("", []),
    ],
)
def test_items_are_told_apart(said, items):
    assert split_items(said) == items


def test_a_list_is_filled_read_ticked_and_cleared(world):
    assert world.do("list.read").text == "Your shopping list is empty."
    added = world.do("list.add", items="milk, eggs and bread", list="shopping")
    assert added.text == "Added milk, eggs and bread to your shopping list."
    again = world.do("list.add", items="milk and butter")
    assert again.text == "Added butter to your shopping list. Milk was there already."
    assert again.undo() == "Butter is off your shopping list again."
    ticked = world.do("list.tick", items="the milk")
    assert ticked.text == "Ticked off milk."
    assert world.do("list.read").text == "There are 2 things on your shopping list: eggs and bread."
    assert ticked.undo() == "Milk is back on your shopping list."
    cleared = world.do("list.clear", list="shopping")
    assert cleared.text == "Your shopping list is empty now."
    assert cleared.undo() == "Your shopping list is back."
    assert {item.text for item in world.database.items("shopping")} == {"milk", "eggs", "bread"}


def test_a_thing_is_found_on_any_list_though_misspelt(world):
    world.do("list.add", items="call the plumber", list="to-do")
    world.do("list.add", items="oat milk", list="shopping")
    assert world.do("list.has", items="oatmilk", list="shopping").text == "Yes, oat milk is on your shopping list."
    assert world.do("list.has", items="soap", list="shopping").text == "No, soap is not on your shopping list."
    assert world.do("list.tick", items="call the plummer").text == "Ticked off call the plumber."
    assert world.do("list.remove", items="soap").text == "Soap is not on any of your lists."
    assert world.do("list.remove", items="milk").text == "Took oat milk off your shopping list."


def test_which_list_is_read_where_none_is_named(world):
    world.do("list.add", items="call Anna", list="to-do")
    assert "to-do list: call Anna" in world.do("list.read").text
    world.do("list.add", items="milk and eggs")
    assert world.do("list.read").text == "You have 2 things on your shopping list and 1 thing on your to-do list."
