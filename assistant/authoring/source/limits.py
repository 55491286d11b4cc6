"""What one file, text or template may cost. Nobody who writes by hand comes near; beyond is a line, never a hang."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class FileLimits:
    """The limits of every reader."""

    file_bytes: int = 16_000_000
    """Of a file. Twelve thousand pairs of question and answer are 3 MB."""
    depth: int = 50
    """YAML collections in one another; parts of a template in one another, its expansion rules written out."""
    groups: int = 15
    """Brackets of a template in one another."""
    values: int = 400_000
    """Values of a YAML file, those that its aliases repeat included: about two seconds of reading."""
    entries: int = 50_000
    """Pairs of a file."""
    answer: int = 20_000
    """Letters of a text that is shown or spoken: a quarter of an hour of speech."""
    phrase: int = 2_000
    """Letters of a sentence, a question or a name."""
    parts: int = 5_000
    """Parts of a template, its expansion rules written out. The largest of Home Assistant's has 265."""
    orders: int = 8
    """Things of an open order at which one stops to count: 40,320 orders are too many in any case."""
    choices: int = 14
    """Choices on one way through a template up to which its readings need not be counted."""
    readings: int = 10_000
    """Readings of the beginning of a sentence: a tenth of a second of matching."""
    phrases: int = 10_000
    """Phrases that one value of a list stands for."""
    numbers: int = 20_000
    """Numbers of a range: each is written out in words."""
    largest: int = 1_000_000_000
    """The largest number of a range: what numbers in words are known up to in every language."""
    problems: int = 20
    """Faults that are told of one file; the others are counted."""
    seconds: float = 10.0
    """Processor time of one file: the last resort, for a way to cost time that nobody has thought of."""


LIMITS = FileLimits()
