"""`Suggester`: suggestions for the conversation that is held, from what is kept of earlier ones.

Nothing here belongs to a turn: whoever shows suggestions asks for them once the turn is over. A sentence is suggested
only where it would be understood as it is meant, can work on this machine, and needs no question first.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from itertools import islice
from typing import TYPE_CHECKING, Literal, Protocol

from assistant.actions.builtins import TAKING_AWAY
from assistant.actions.database.turns import StoredTurn
from assistant.dialogue.consent.deeds import deeds_of
from assistant.dialogue.consent.policy import Policy
from assistant.dialogue.exchange import Exchange
from assistant.dialogue.suggestions.dialogues import ShippedDialogues, shipped_dialogues
from assistant.dialogue.suggestions.ranking import ranked
from assistant.dialogue.suggestions.repertoire import repertoire_of, written_dialogues
from assistant.dialogue.suggestions.values import Owner, Repertoire, Saying, Suggestion
from assistant.values import Action, AnswerMatch, BuiltInAction, IntentMatch, Understanding, Utterance

if TYPE_CHECKING:
    from assistant.nlu.matcher import Matcher


def sayings_of(turns: Iterable[StoredTurn]) -> list[Saying]:
    """Return the turns of a kept conversation that were commands or answers; of several in one the first names it."""
    sayings = []
    for turn in turns:
        kinds, (name, *_) = set(turn.kind.split("\n")), turn.name.split("\n")
        if kinds <= {"intent_match", "answer_match"}:
            kind: Literal["intent", "question"] = "question" if turn.kind.startswith("answer") else "intent"
            sayings.append(Saying(datetime.fromtimestamp(turn.at), turn.text, (kind, name)))
    return sayings


class HeldConversation(Protocol):
    """What is known of the conversation that is held."""

    @property
    def matcher(self) -> Matcher:
        """The matcher in use."""

    @property
    def exchanges(self) -> Sequence[Exchange]:
        """Commands and answers, newest last."""

    @property
    def expects_answer(self) -> bool:
        """True while a question of the assistant is open."""


class Suggester:
    """Makes suggestions; may be asked from several threads.

    Args:
        conversation: the one that is held, with its matcher.
        earlier: what was said in earlier conversations and in this one, as far as it is kept, oldest first.
        policy: says which commands are asked about first.
        works: whether an action can work on this machine.
        now: local wall clock.
        dialogues: what others say next beside what the intent files' own dialogues show; those shipped by default.
    """

    def __init__(
        self,
        conversation: Callable[[], HeldConversation],
        earlier: Callable[[], Iterable[Saying]],
        policy: Policy,
        works: Callable[[Action | None], bool],
        now: Callable[[], datetime] = datetime.now,
        dialogues: ShippedDialogues | None = None,
    ) -> None:
        self._conversation, self._earlier = conversation, earlier
        self._policies = (policy, Policy())
        """That of the user, and the usual one: what that asks about is no suggestion either."""
        self._works, self._now, self._given_dialogues = works, now, dialogues
        self._lock = threading.Lock()
        self._matcher: Matcher | None = None
        """That from which the three below were made."""
        self._repertoire: Repertoire | None = None
        self._dialogues: ShippedDialogues | None = None
        self._welcome: dict[tuple[Owner, str], bool] = {}

    def suggestions(self, count: int = 5) -> tuple[Suggestion, ...]:
        """Return the likeliest suggestions after what was said so far; none while the assistant has asked something."""
        held = self._conversation()
        if held.expects_answer:
            return ()
        with self._lock:
            matcher, now = held.matcher, self._now()
            if matcher is not self._matcher or self._repertoire is None or self._dialogues is None:
                self._matcher, self._repertoire, self._welcome = matcher, repertoire_of(matcher), {}
                self._dialogues = (self._given_dialogues or shipped_dialogues()).beside(written_dialogues(matcher))
            dialogues = self._dialogues
            exchanged = [Saying(now, item.text, _owner(item.understanding)) for item in held.exchanges]
            said, history = (
                [saying for saying in sayings if saying.owner[1] not in dialogues.unsuggested]
                for sayings in (exchanged, self._earlier())
            )

            def is_welcome(owner: Owner, text: str) -> bool:
                if (owner, text) not in self._welcome:
                    self._welcome[owner, text] = self._is_welcome(owner, text, matcher, dialogues)
                return self._welcome[owner, text]

            return tuple(islice(ranked(history, said, now, self._repertoire, dialogues, is_welcome), count))

    def _is_welcome(self, owner: Owner, text: str, matcher: Matcher, dialogues: ShippedDialogues) -> bool:
        """True if a sentence may be suggested: it means what it is to mean, and does no harm."""
        kind, name = owner
        intent = matcher.intents.intents.get(name) if kind == "intent" else None
        if kind == "intent" and (intent is None or name in dialogues.unsuggested or not self._works(intent.action)):
            return False
        meanings = [meaning for _, meaning in matcher.match_all(Utterance(text))]
        return _owner(meanings[0]) == owner and all(self._is_harmless(meaning, matcher) for meaning in meanings)

    def _is_harmless(self, meaning: Understanding, matcher: Matcher) -> bool:
        """True of an answer, and of a whole command that takes nothing away and that nobody asks about first."""
        if not isinstance(meaning, IntentMatch):
            return isinstance(meaning, AnswerMatch)
        if isinstance(meaning.action, BuiltInAction) and meaning.action.name in TAKING_AWAY:
            return False
        checked = [policy.checked(meaning, matcher) for policy in self._policies]
        is_asked = any(not isinstance(check, IntentMatch) or check.confirm for check in checked)
        return not is_asked and not any(deed.kind for deed in deeds_of(meaning))


def _owner(meaning: Understanding) -> Owner:
    match meaning:
        case IntentMatch(intent=name):
            return "intent", name
        case AnswerMatch(question=question):
            return "question", question
    return "intent", ""
