"""Dice, coins, numbers and choices."""

from __future__ import annotations

import pytest

from assistant.errors import ActionError


def test_dice_fall_within_their_sides(world):
    rolled = {int(world.do("chance.dice").values["result"]) for _ in range(200)}
    assert rolled == {1, 2, 3, 4, 5, 6}
    many = world.do("chance.dice", count=3, sides=20)
    shown, total = many.text.removesuffix(" in all.").rsplit(", ", 1)
    assert sum(int(each) for each in shown.replace(" and ", ", ").split(", ")) == int(total)
    assert world.do("chance.dice", texts={"sides": "2d20"}, sides=20).text.endswith("in all.")


def test_coins_numbers_and_choices(world):
    assert {world.do("chance.coin").text for _ in range(60)} == {"Heads.", "Tails."}
    assert {int(world.do("chance.number", low=3, high=1).values["result"]) for _ in range(60)} == {1, 2, 3}
    assert {world.do("chance.pick", options="between tea or coffee").text for _ in range(60)} == {"Tea.", "Coffee."}
    assert not world.do("chance.pick", options="tea").ok


@pytest.mark.parametrize(
    ("action", "slots", "texts", "reason"),
    [
        ("chance.dice", {"count": 10**9}, {}, "1000000000 does not fit: the number of dice goes from 1 to 100"),
        ("chance.dice", {"count": 0}, {}, "from 1 to 100"),
        ("chance.dice", {"count": 2.5}, {}, "in whole numbers"),
        ("chance.dice", {"sides": 6}, {"sides": "2d999999999999999"}, "the number of sides goes from 2 to 1000000"),
        (
            "chance.number",
            {"low": 1, "high": 10**25},
            {},
            "That number does not fit: the number goes from -1",
        ),
        ("chance.number", {"low": 1, "high": 2.5}, {}, "2.5 does not fit"),
        ("chance.number", {"low": 200}, {}, "Up to which number"),
    ],
)
def test_what_cannot_be_drawn_is_refused_with_the_reason(world, action, slots, texts, reason):
    with pytest.raises(ActionError, match=reason):
        world.do(action, texts=texts, **slots)
