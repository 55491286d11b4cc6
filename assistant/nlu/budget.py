"""`Budget`: how much work one utterance is worth, and whether its meaning is still wanted.

Work is counted, not timed: the same utterance is understood, or refused, on every machine.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from dataclasses import dataclass, replace

from assistant.values import Utterance


class TooLong(Exception):  # noqa: N818 (an answer, no fault)
    """An utterance asks for more work than one may; `str(error)` is what the user is told."""


class Cancelled(Exception):  # noqa: N818 (an order, no fault)
    """Nobody waits for the meaning any more."""


def never() -> bool:
    """Return False: nobody can cancel."""
    return False


@dataclass
class Budget:
    """The work that is left to one utterance; all its readings draw on it."""

    cancelled: Callable[[], bool] = never
    """True once nobody waits for the meaning any more."""
    left: int = 2000
    """Work that may still be done, in tenths of a millisecond of processor time on the machine it was measured on."""

    def spend(self, work: int) -> None:
        """Take the work of a stage from what is left, before it is done.

        Raises:
            TooLong: so much is not left.
            Cancelled: nobody waits any more.
        """
        if self.cancelled():
            raise Cancelled
        self.left -= work
        if self.left < 0:
            raise TooLong("That is too much at once for me: say it in parts.")


def check_length(text: str, words: int = 200, characters: int = 2000) -> str:
    """Return a text that may have been said or typed in one go.

    Raises:
        TooLong: it has more words or characters.
    """
    if len(text) > characters:
        raise TooLong(f"That is too long for me ({characters} characters at most).")
    if len(text.split()) > words:
        raise TooLong(f"That is too long for me ({words} words at most).")
    return text


def sayable(utterance: Utterance | str) -> Utterance:
    """Take an utterance, or what was typed, without the readings of it that nobody can have said."""
    if isinstance(utterance, str):
        return Utterance(utterance)
    return replace(utterance, alternatives=tuple(filter(is_sayable, utterance.alternatives)))


def is_sayable(text: str) -> bool:
    """True of a text that may have been said or typed in one go."""
    with contextlib.suppress(TooLong):
        return bool(check_length(text))
    return False
