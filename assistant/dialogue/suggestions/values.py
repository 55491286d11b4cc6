"""Values of suggestions: what was said, what can be said, what is suggested, and the weights of nearness."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from typing import Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray

from assistant.nlu.query import plain_text

Owner: TypeAlias = "tuple[Literal['intent', 'question'], str]"
"""Kind and name: of an intent, or the question as written."""

Ground: TypeAlias = Literal["habit", "next", "near"]
"""What was said at moments like this; what others say next; nearness in meaning."""

plain = lru_cache(maxsize=16_384)(plain_text)
"""A sentence as sentences are compared; those of a history are asked for again and again."""


@dataclass(frozen=True, slots=True)
class Saying:
    """Something that was said and understood."""

    time: datetime
    """Local."""
    text: str
    owner: Owner


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A sentence that somebody may want to say now."""

    text: str
    why: str
    """The reason, as words that go on from the sentence: `you ask for this most mornings`."""
    owner: Owner
    score: float
    """Share of all that may be said now, 0 to 1."""
    grounds: Mapping[Ground, float] = field(default_factory=dict)
    """Ground -> its part of the score."""


@dataclass(frozen=True, slots=True)
class Repertoire:
    """All that can be said: of each intent and question the sentence that stands for it and the mean of its vectors."""

    sentences: Mapping[Owner, str]
    vectors: NDArray[np.float32]
    """Unit vectors in the order of `sentences`, shape (n, d)."""


@dataclass(frozen=True, slots=True)
class SuggestionWeights:
    """Set on the routines of seeds 100 to 109 of the benchmark `suggestions`; it scores others."""

    half_life: float = 20.0
    """Days after which a saying counts half."""
    hours: float = 1.0
    """Standard deviation of the time of day, in hours."""
    other_weekday: float = 0.75
    """Of a workday beside another one, or Saturday beside Sunday."""
    other_week_part: float = 0.3
    """Of a workday beside a weekend."""
    any_time: float = 0.04
    any_context: float = 0.15
    """What a saying counts at any other time, and after any other one."""
    same_intent: float = 0.4
    """Of another sentence of the same intent as the last one, beside that sentence itself."""
    fresh: float = 3.0
    """Hours for which a saying is no reason to suggest it again."""
    once: float = 0.5
    """Of a sentence that was said only once."""
    before_last: float = 0.4
    """Of the saying before the last one, beside the last."""
    prior: float = 0.3
    """How many sayings at moments just like this one count as much as all that others say."""
    nearness: float = 0.35
    """Share of nearness in meaning, beside what others say next."""
    sharpness: float = 20.0
    """Log odds for each unit of cosine."""
