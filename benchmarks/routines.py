"""Synthetic days of several users, for the benchmark `suggestions`: no person said any of it.

A user has habits and whims. A habit is one sentence to four, said one after the other around an hour on certain days,
on most of these days and not on all; some are taken up or given up on the way. A whim is anything at any waking hour,
mostly of a few favourites, and sometimes followed by something related. One time in six a sentence is worded otherwise.
How much is habit and how much whim differs from user to user. All follows from the seed.
"""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

BEGIN = datetime(2026, 3, 2)


@dataclass(frozen=True, slots=True)
class Said:
    """A sentence of a user's."""

    time: datetime
    text: str
    intent: str
    first: bool
    """True where it begins a conversation."""


@dataclass(frozen=True, slots=True)
class _Habit:
    hour: float
    spread: float
    """Standard deviation in hours."""
    days: frozenset[int]
    chance: float
    sentences: tuple[tuple[str, str], ...]
    """Intent and text of each."""
    first: int
    last: int
    """Days from and until which it is kept up."""


def days_of(
    seed: int, wordings: Mapping[str, Sequence[str]], related: Mapping[str, Sequence[str]], days: int = 60
) -> list[Said]:
    """Invent the days of one user.

    Args:
        seed: of the user.
        wordings: intent -> sentences for it.
        related: intent -> intents of the same matter.
        days: how many.
    """
    rng = random.Random(seed)
    intents = list(wordings)
    favourites = [_worded(rng, wordings, name) for name in rng.sample(intents, rng.randint(20, 40))]
    habits = [_habit(rng, favourites, days) for _ in range(rng.randint(5, 10))]
    whims = rng.uniform(2.0, 5.0)
    said: list[Said] = []
    for day in range(days):
        start = BEGIN + timedelta(days=day)
        for habit in habits:
            if start.weekday() in habit.days and habit.first <= day < habit.last and rng.random() < habit.chance:
                said += _sitting(rng, start, rng.gauss(habit.hour, habit.spread), _kept(rng, habit), wordings)
        for _ in range(_poisson(rng, whims)):
            said += _sitting(rng, start, rng.uniform(7.0, 23.0), _whim(rng, favourites, wordings, related), wordings)
    return sorted(said, key=lambda item: item.time)


def _habit(rng: random.Random, favourites: Sequence[tuple[str, str]], days: int) -> _Habit:
    kind = rng.random()
    some = frozenset(range(5)) if kind < 0.4 else frozenset({5, 6}) if kind < 0.55 else frozenset(range(7))
    some = frozenset({rng.randrange(7)}) if kind > 0.85 else some
    changes = rng.random()
    first = rng.randint(days // 4, days // 2) if changes < 0.2 else 0
    last = rng.randint(days // 2, days) if changes > 0.85 else days
    count = rng.choice((1, 1, 2, 2, 3, 4))
    return _Habit(
        rng.uniform(6.5, 22.5), rng.uniform(0.25, 1.2), some, rng.uniform(0.5, 0.95),
        tuple(rng.sample(list(favourites), count)), first, last,
    )  # fmt: skip


def _kept(rng: random.Random, habit: _Habit) -> list[tuple[str, str]]:
    """Return the sentences of a habit that are said this time, mostly all and in order."""
    sentences = [sentence for sentence in habit.sentences if rng.random() < 0.9] or [habit.sentences[0]]
    if len(sentences) > 1 and rng.random() < 0.15:
        rng.shuffle(sentences)
    return sentences


def _whim(
    rng: random.Random,
    favourites: Sequence[tuple[str, str]],
    wordings: Mapping[str, Sequence[str]],
    related: Mapping[str, Sequence[str]],
) -> list[tuple[str, str]]:
    if rng.random() < 0.7:
        place = min(int(rng.paretovariate(0.9)) - 1, len(favourites) - 1)  # a few are said much more than the others
        sentences = [favourites[place]]
    else:
        sentences = [_worded(rng, wordings, rng.choice(list(wordings)))]
    while related.get(sentences[-1][0]) and rng.random() < 0.3:
        sentences.append(_worded(rng, wordings, rng.choice(related[sentences[-1][0]])))
    return sentences


def _worded(rng: random.Random, wordings: Mapping[str, Sequence[str]], name: str) -> tuple[str, str]:
    return name, rng.choice(wordings[name])


def _sitting(
    rng: random.Random,
    day: datetime,
    hour: float,
    sentences: Sequence[tuple[str, str]],
    wordings: Mapping[str, Sequence[str]],
) -> list[Said]:
    """Say sentences one after the other, from an hour on."""
    time, said = day + timedelta(hours=min(max(hour, 5.0), 23.7)), list[Said]()
    for intent, text in sentences:
        text = rng.choice(wordings[intent]) if rng.random() < 1 / 6 else text
        said.append(Said(time, text, intent, not said))
        time += timedelta(seconds=rng.uniform(8, 180))
    return said


def _poisson(rng: random.Random, mean: float) -> int:
    """Draw how many things happen by chance where so many do on average."""
    left, count = rng.expovariate(1.0), 0
    while left < mean:
        left, count = left + rng.expovariate(1.0), count + 1
    return count
