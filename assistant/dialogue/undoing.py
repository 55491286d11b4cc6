"""The changes of a conversation, taken back turn by turn, the last first, and made again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TypeAlias

from assistant.dialogue.exchange import SETTING, Exchange, built_in
from assistant.errors import ActionError
from assistant.events import ReplyEnded

Changes: TypeAlias = Sequence[Exchange]


class Undoing:
    """Two stacks of turns: those that were done, and those that were taken back.

    A change that cannot be taken back stays on top and says so: nothing older is taken back in its place.
    """

    def __init__(self) -> None:
        self._done: list[Changes] = []
        self._undone: list[Changes] = []

    @property
    def last(self) -> Changes:
        """The last turn that changed something; empty where none did."""
        return self._done[-1] if self._done else ()

    def add(self, turn: Changes, *, again: bool = False) -> None:
        """Take in a turn; a new change ends what could be made `again`."""
        if not (changes := [exchange for exchange in turn if exchange.is_change]):
            return
        self._done.append(changes)
        if not again:
            self._undone.clear()

    def standing(self, exchanges: Sequence[Exchange]) -> Sequence[Exchange]:
        """Return exchanges, those that set a thing and were taken back without that thing."""
        gone = [exchange for turn in self._undone for exchange in turn if built_in(exchange.understanding) in SETTING]
        bare = [replace(exchange, outcome=replace(exchange.outcome, focus=())) for exchange in exchanges]
        return [without if item in gone else item for item, without in zip(exchanges, bare, strict=True)]

    def undo(self, count: int = 1) -> ReplyEnded:
        """Take the last turns back and return the reply; where one fails it can be tried again."""
        replies = [reply := self._undo()]
        while reply.ok and len(replies) < count and self.last:
            replies.append(reply := self._undo())
        lacking = " There was no more." if reply.ok and len(replies) < count else ""
        return ReplyEnded(" ".join(filter(None, (reply.text for reply in replies))) + lacking, ok=reply.ok)

    def _undo(self) -> ReplyEnded:
        """Take the last turn back."""
        if not (turn := self.last):
            return ReplyEnded("There is nothing to undo.", ok=False)
        lasting = [exchange for exchange in turn if exchange.outcome.undo is None]
        refusal = " ".join(f"I can't take back “{exchange.text}”." for exchange in lasting)
        if len(lasting) == len(turn):
            return ReplyEnded(refusal, ok=False)
        texts, left = [], list(turn)
        for exchange in reversed(turn):
            if exchange.outcome.undo is None:
                continue
            try:
                texts.append(exchange.outcome.undo())
            except ActionError as error:
                self._done[-1] = left
                return ReplyEnded(" ".join([*texts, str(error)]), ok=False)
            left.remove(exchange)
        self._undone.append(self._done.pop())
        return ReplyEnded(" ".join(filter(None, [*texts, refusal])), ok=not lasting)

    def take_undone(self) -> Changes:
        """Return the turn that was taken back last, to be made again; empty where there is none."""
        return self._undone.pop() if self._undone else ()
