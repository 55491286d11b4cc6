"""Log odds and the probabilities that they stand for."""

from __future__ import annotations

import math

CERTAIN = 20.0
"""Log odds of a sentence that a template covers to the letter: a confidence of 1."""

NO_DOUBT = 0.95
"""Confidence from which on nothing else is looked for: no sound, no other reading of the recogniser."""


def sigmoid(x: float) -> float:
    """Return the logistic function."""
    return 1.0 / (1.0 + math.exp(-max(-30.0, min(30.0, x))))


def log_odds(confidence: float) -> float:
    """Return the inverse of `sigmoid`, for a confidence from 0 to 1."""
    inside = min(1 - 1e-9, max(1e-9, confidence))
    return math.log(inside / (1 - inside))
