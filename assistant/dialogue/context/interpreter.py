"""From an utterance to its commands and answers, in the light of what was said before it."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from typing import TYPE_CHECKING, TypeAlias

from assistant.dialogue.consent.policy import Policy
from assistant.dialogue.open_questions import CANCEL, Asked, answers_to
from assistant.dialogue.planning.planner import Planner
from assistant.nlu.budget import Budget
from assistant.values import IntentMatch, Understanding, Utterance

if TYPE_CHECKING:
    from assistant.nlu.matcher import Matcher

Meaning: TypeAlias = tuple[Utterance, Understanding]
"""Words of an utterance with their meaning."""


@dataclasses.dataclass(frozen=True, slots=True)
class Interpretation:
    """An utterance as it is meant."""

    parts: Sequence[Meaning]
    """What is to be done or answered, in order."""
    is_answer: bool = False
    """True where it answers the open question."""


class Interpreter:
    """Reads utterances.

    `policy` says which commands are asked about first; `planner` takes those for later.
    """

    def __init__(self, policy: Policy, planner: Planner | None) -> None:
        self._policy, self._planner = policy, planner

    def read(
        self, utterance: Utterance, matcher: Matcher, asked: Asked | None, budget: Budget | None = None
    ) -> Interpretation:
        """Return an utterance as the answer to the open question, with what waited for it, else as commands."""
        if asked is None:
            return Interpretation(self._commands(utterance, matcher, budget))
        addressed = dataclasses.replace(utterance, overheard=False)  # whoever is asked is spoken to
        if not (answers := self.answers(addressed, matcher, asked)):
            return Interpretation(self._commands(utterance if asked.repeats else addressed, matcher, budget))
        is_cancelled = any(isinstance(answer, IntentMatch) and answer.action == CANCEL for answer in answers)
        rest = () if is_cancelled else asked.rest
        waiting = [part for words in rest for part in self._commands(words, matcher, budget)]
        return Interpretation([*((utterance, answer) for answer in answers), *waiting], is_answer=True)

    def match(self, utterance: Utterance, matcher: Matcher, budget: Budget | None = None) -> Understanding:
        """Return the meaning of an utterance by itself, with the question that comes first, if any does."""
        return self._checked(matcher.match(utterance, budget), matcher)

    def answers(self, utterance: Utterance, matcher: Matcher, asked: Asked) -> Sequence[Understanding]:
        """Understand an utterance as an answer: only here a command loses its question, by a person's own yes."""
        answers = answers_to(asked.question, utterance, matcher)
        return answers if isinstance(asked.question, IntentMatch) else [self._checked(a, matcher) for a in answers]

    def _commands(self, utterance: Utterance, matcher: Matcher, budget: Budget | None) -> Sequence[Meaning]:
        """Return the commands of an utterance by itself, each with the question that comes first, if any does."""
        parts = matcher.match_all(utterance, budget)
        return [(part, self._checked(understanding, matcher)) for part, understanding in parts]

    def _checked(self, understanding: Understanding, matcher: Matcher) -> Understanding:
        """Return the understanding with the question that comes first, or the reason against what is for later."""
        checked = self._policy.checked(understanding, matcher)
        return self._planner.checked(checked, matcher) if self._planner else checked
