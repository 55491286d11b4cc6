"""Dice, coins, numbers and choices."""

from __future__ import annotations


def test_dice_fall_within_their_sides(world):
    rolled = {int(world.do("chance.dice").values["result"]) for _ in range(200)}
    assert rolled == {1, 2, 3, 4, 5, 6}
    many = world.do("chance.dice", count=3, sides=20)
    shown, total = many.text.removesuffix(" in all.").rsplit(", ", 1)
    assert sum(int(each) for each in shown.replace(" and ", ", ").split(", ")) == int(total)
    assert world.do("chance.dice", texts={"sides": "2d20"}, sides=20).text.endswith("in all.")
    assert not world.do("chance.dice", count=5000).ok


def test_coins_numbers_and_choices(world):
    assert {world.do("chance.coin").text for _ in range(60)} == {"Heads.", "Tails."}
    assert {int(world.do("chance.number", low=3, high=1).values["result"]) for _ in range(60)} == {1, 2, 3}
    assert {world.do("chance.pick", options="between tea or coffee").text for _ in range(60)} == {"Tea.", "Coffee."}
    assert not world.do("chance.pick", options="tea").ok
