"""Repetitions in a transcript, which Whisper writes when it has nothing more to tell."""

from __future__ import annotations

from assistant.stt.agreement import key

_SECONDS_PER_WORD, _EDGE_SECONDS = 0.35, 0.5
"""Speech that is shorter than its words at this pace, the silence at the edges included, holds no repetition."""


def cut_repetition(text: str, seconds: float) -> str:
    """Return the text of so many seconds of audio without the part of it that repeats what is before.

    >>> cut_repetition("Lock the front door. Lock the front door. Lock the fr", 2.1)
    'Lock the front door.'
    >>> cut_repetition("Next. Next.", 0.9), cut_repetition("No, no.", 1.8)
    ('Next.', 'No, no.')
    """
    words = text.split()
    keys = [key(word) for word in words]
    hurried = seconds < _EDGE_SECONDS + _SECONDS_PER_WORD * len(words)
    for unit in range(1, len(words)):
        start = _repetition_start(keys, unit)
        times = (len(words) - start) / unit
        doubled, restarted = times >= 2, len(words) - unit >= 4  # nobody says four words twice in a row
        from_the_start = start == 0 and doubled + restarted + hurried >= 2
        if from_the_start or times >= (3 if unit > 1 else 5):
            return " ".join(words[: start + unit])
    return text


def _repetition_start(keys: list[str], unit: int) -> int:
    """Return the start of the tail in which each word is that `unit` words before it; the last may be cut short."""
    start = len(keys) - unit
    while start > 0 and (
        keys[start - 1] == keys[start - 1 + unit]
        or (start + unit == len(keys) and keys[start - 1].startswith(keys[start - 1 + unit]))
    ):
        start -= 1
    return start
