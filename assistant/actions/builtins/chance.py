"""Dice, coins, random numbers, and choices."""

from __future__ import annotations

import random
import re
from collections.abc import Mapping

from assistant.actions.builtins.kept.finding import split_items
from assistant.actions.outcome import ActionError, Context, Limits, Outcome, Slots, Thing, fitting, text_of
from assistant.language import spoken
from assistant.values import SlotValue


def roll(slots: Slots, _: Mapping[str, str], context: Context) -> Outcome:
    """Roll `count` dice with `sides` sides, one with six by default; `sides` may have been said as `2d20`."""
    said: dict[str, SlotValue] = {"count": 1, "sides": 6, **slots}
    if notation := re.fullmatch(r"(\d+) ?d ?(\d+)", context.texts.get("sides", "").strip().casefold()):
        said |= {"count": int(notation[1]), "sides": int(notation[2])}
    count = _whole("number of dice", said["count"], Limits(1, 100, 1))
    sides = _whole("number of sides", said["sides"], Limits(2, 1_000_000, 1))
    rolled = [random.randint(1, sides) for _ in range(count)]
    total = str(sum(rolled))
    if count == 1:
        return Outcome(f"{total}.", {"result": total})
    shown = f"{spoken.joined([str(number) for number in rolled])}, " if count <= 10 else ""
    return Outcome(f"{shown}{total} in all.", {"result": total})


def flip(_: Slots, __: Mapping[str, str], ___: Context) -> Outcome:
    """Flip a coin."""
    side = random.choice(("heads", "tails"))
    return Outcome(f"{side.capitalize()}.", {"result": side})


def number(slots: Slots, _: Mapping[str, str], __: Context) -> Outcome:
    """Draw a whole number from `low` to `high`, 1 to 100 by default."""
    if "high" not in slots and isinstance(least := slots.get("low"), int | float) and least > 100:
        raise ActionError(f"Up to which number? I draw from {spoken.number(least)} to a larger one.")
    limits = Limits(-(10**9), 10**9, 1)
    low, high = sorted(_whole("number", slots.get(name, usual), limits) for name, usual in (("low", 1), ("high", 100)))
    drawn = str(random.randint(low, high))
    return Outcome(f"{drawn}.", {"result": drawn}, focus=(Thing(drawn),))


def pick(slots: Slots, _: Mapping[str, str], __: Context) -> Outcome:
    """Pick one of `options`."""
    text = re.sub(r"^(?:either|between|one of|from)\s+", "", text_of(slots, "options"), flags=re.IGNORECASE)
    options = split_items(re.sub(r"\s*,?\s+or\s+", ", ", text))
    if len(options) < 2:
        return Outcome("Give me two or more to pick from.", ok=False)
    chosen = random.choice(options)
    return Outcome(f"{spoken.sentence(chosen)}.", {"result": chosen}, focus=(Thing(chosen),))


def _whole(name: str, value: SlotValue, limits: Limits) -> int:
    """Return a value as a whole number within limits, or raise ActionError."""
    number = int(value) if isinstance(value, str) and value.strip().isdigit() else value
    if isinstance(number, bool) or not isinstance(number, int | float):
        raise ActionError(f"“{value}” is no number: the {name} {limits.sentence(is_duration=False)}.")
    fitting(name, number, limits)
    return int(number)
