"""Dice, coins, random numbers, and choices."""

from __future__ import annotations

import random
import re
from collections.abc import Mapping

from assistant.actions.builtins.notes import split_items
from assistant.actions.outcome import Context, Outcome, Slots, text_of
from assistant.language import spoken


def roll(slots: Slots, _: Mapping[str, str], context: Context) -> Outcome:
    """Roll `count` dice with `sides` sides, one with six by default; `sides` may have been said as `2d20`."""
    count, sides = _whole(slots, "count", 1), _whole(slots, "sides", 6)
    if notation := re.fullmatch(r"(\d+) ?d ?(\d+)", context.texts.get("sides", "").strip().casefold()):
        count, sides = int(notation[1]), int(notation[2])
    if not 1 <= count <= 100 or not 2 <= sides <= 1_000_000:
        return Outcome("I can roll 1 to 100 dice with 2 sides or more.", ok=False)
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
    low, high = sorted((_whole(slots, "low", 1), _whole(slots, "high", 100)))
    drawn = str(random.randint(low, high))
    return Outcome(f"{drawn}.", {"result": drawn})


def pick(slots: Slots, _: Mapping[str, str], __: Context) -> Outcome:
    """Pick one of `options`."""
    text = re.sub(r"^(?:either|between|one of|from)\s+", "", text_of(slots, "options"), flags=re.IGNORECASE)
    options = split_items(re.sub(r"\s*,?\s+or\s+", ", ", text))
    if len(options) < 2:
        return Outcome("Give me two or more to pick from.", ok=False)
    chosen = random.choice(options)
    return Outcome(f"{spoken.sentence(chosen)}.", {"result": chosen})


def _whole(slots: Slots, name: str, default: int) -> int:
    value = slots.get(name, default)
    if isinstance(value, str) and value.strip().isdigit():
        return int(value)
    return int(value) if isinstance(value, int | float) else default
