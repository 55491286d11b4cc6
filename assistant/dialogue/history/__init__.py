"""The conversation of before: every turn that was meant for the assistant, kept without what nobody else should know.

A turn is in the file before it is told to have ended. Nothing here stops a conversation: what cannot be kept is one
line, and is kept with the next turn if that can be.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from functools import cached_property
from itertools import groupby

from assistant.actions.database import Database
from assistant.actions.database.turns import StoredTurn
from assistant.config import HistoryConfig
from assistant.dialogue.generation.grounding import refuses
from assistant.errors import ActionError, AssistantError
from assistant.event_json import kind_of
from assistant.events import Event, Noticed, Recalled, ReplyEnded, TurnEnded, Understood
from assistant.outlet.secrets import blanked, is_secret_name, without_confided
from assistant.values import (
    Ambiguous,
    AnswerMatch,
    IntentMatch,
    OutOfScope,
    SlotMissing,
    Understanding,
    Utterance,
)

_SIGN = "***"


class KeptConversation:
    """Turns kept and brought back, from any thread.

    Args:
        database: the store.
        config: whether they are kept, and for how long.
        secrets: texts that are blanked wherever they stand.
        now: local wall clock.
    """

    def __init__(
        self,
        database: Database,
        config: HistoryConfig,
        secrets: Collection[str] = (),
        now: Callable[[], datetime] = datetime.now,
    ) -> None:
        self._database = database
        self._config = config
        self._secrets = secrets
        self.now = now
        """Local wall clock."""
        self._begun = now()
        self._pruned: datetime | None = None
        self._waiting = deque[StoredTurn](maxlen=100)
        """Turns that could not be kept yet."""
        self._keeping = threading.Lock()
        self._fault = ""
        """The line that was last told."""
        self._secret_asked = False
        """True where the assistant has asked for something that nobody else should know."""

    # -- keeping ------------------------------------------------------------------------------

    def following(self, utterance: Utterance, events: Iterable[Event]) -> Iterator[Event]:
        """Pass the events of a turn on, and keep it before its end is told."""
        meanings, reply = list[Understanding](), ""
        try:
            for event in events:
                match event:
                    case Understood():
                        meanings.append(event.understanding)
                    case ReplyEnded():
                        reply = event.text
                    case TurnEnded() if meanings and (line := self.keep(utterance, meanings, reply)):
                        yield Noticed(line)
                yield event
        except AssistantError as error:
            self.keep(utterance, meanings, str(error))
            raise

    def keep(self, utterance: Utterance, meanings: Sequence[Understanding], reply: str) -> str:
        """Keep a turn, and return one line for the user where that cannot be done, or a damaged file was mended.

        Words that were overheard and not understood were meant for somebody else.
        """
        if not self._config.keep or (utterance.overheard and all(isinstance(m, OutOfScope) for m in meanings)):
            return ""
        with self._keeping:
            self._waiting.append(self._turn(utterance, meanings, reply))
            return self._written()

    def _written(self) -> str:
        """Write all that waits, a second time where the first fails, and return a line where there is something new."""
        before = self._database.notice
        try:
            self._write()
        except ActionError:
            try:  # a file that was damaged has been mended by now
                self._write()
            except ActionError as error:
                line = f"what is said is not kept: {error}"
                is_new, self._fault = line != self._fault, line
                return line if is_new else ""
        self._fault = ""
        return self._database.notice if self._database.notice != before else ""

    def _write(self) -> None:
        now = self.now()
        while self._waiting:
            self._database.turns.add(self._waiting[0])
            self._waiting.popleft()
        if self._pruned is None or now - self._pruned > timedelta(hours=1):
            self._database.turns.prune(self._oldest, self._config.turns)
            self._pruned = now

    def _turn(self, utterance: Utterance, meanings: Sequence[Understanding], reply: str) -> StoredTurn:
        text, secrets = utterance.text.strip(), list(self._told(meanings))
        is_shown = bool(secrets) and not any(secret.casefold() in text.casefold() for secret in secrets)
        answers_secret = self._secret_asked and not any(isinstance(m, IntentMatch | AnswerMatch) for m in meanings)
        if is_shown or answers_secret:
            text = _SIGN
        self._secret_asked = any(isinstance(m, SlotMissing) and is_secret_name(m.missing) for m in meanings)
        return StoredTurn(
            0,
            self.now().timestamp(),
            utterance.source,
            self._clean(text, secrets),
            "\n".join(kind_of(meaning) for meaning in meanings),
            "\n".join(map(_name, meanings)),
            self._clean(reply, secrets),
        )

    def _told(self, meanings: Sequence[Understanding]) -> Iterator[str]:
        """Yield the values of slots whose name says that they are secret, as said and as understood."""
        for meaning in meanings:
            head = meaning.choices[0] if isinstance(meaning, Ambiguous) else meaning
            if isinstance(head, IntentMatch | SlotMissing):
                names = filter(is_secret_name, head.slots)
                texts = head.slot_texts if isinstance(head, IntentMatch) else {}
                yield from (text for name in names for text in (texts.get(name, ""), str(head.slots[name])) if text)

    def _clean(self, text: str, secrets: Sequence[str]) -> str:
        return without_confided(blanked(text, self._secrets), secrets)

    # -- bringing back ------------------------------------------------------------------------

    @property
    def _oldest(self) -> float:
        return (self.now() - timedelta(days=self._config.days)).timestamp()

    def turns(self, most: int = -1) -> tuple[StoredTurn, ...]:
        """The newest turns that are kept, oldest first; none where they cannot be read."""
        for _ in range(2 if self._config.keep else 0):
            try:
                return self._database.turns.newest(most, self._oldest)
            except ActionError:  # told where something is kept; a damaged file is mended by now
                continue
        return ()

    def recalled(self, lines: int = 500, turns: int = 10) -> Recalled:
        """What a terminal shows of before: so many lines that were typed, and the last turns."""
        newest = self.turns(lines)
        typed = [line for line, _ in groupby(turn.text for turn in newest if turn.source == "typed")]
        last = [(Utterance(t.text, "spoken" if t.source == "spoken" else "typed"), t.reply, t.at) for t in newest]
        return Recalled(tuple(typed), tuple(last[-turns:]))

    def said(self, most: int = 200) -> dict[str, str]:
        """What a person said in the newest turns, each sentence with the name of its meaning, or none."""
        return {turn.text: turn.name.split("\n")[0] for turn in self.turns(most) if turn.text.strip("* ")}

    @cached_property
    def context(self) -> tuple[tuple[str, str], ...]:
        """Words and replies of the last turns before this conversation began, oldest first."""
        begun = self._begun.timestamp()
        return tuple((turn.text, turn.reply) for turn in self.turns(12) if turn.at < begun and not refuses(turn.reply))


def _name(meaning: Understanding) -> str:
    """Name of the intent, or the question; empty for what was not understood."""
    head = meaning.choices[0] if isinstance(meaning, Ambiguous) else meaning
    match head:
        case IntentMatch() | SlotMissing():
            return head.intent
        case AnswerMatch():
            return head.question
    return ""
