"""A matcher that understands what it is given, and actions that do nothing: for the laws of a conversation."""

from __future__ import annotations

import dataclasses
from datetime import datetime

from assistant.actions.outcome import Outcome
from assistant.authoring.definitions import IntentSet
from assistant.authoring.knowledge import KnowledgeSet
from assistant.nlu.query import Query
from assistant.values import BuiltInAction, Candidate, IntentMatch, OutOfScope

NEAR = (
    Candidate("intent", "StartTimer", "set a timer", 0.6),
    Candidate("question", "What are you?", "who are you", 0.5),
)


def command(name, action=None, **more):
    return IntentMatch(name, {}, 0.9, NEAR, action or BuiltInAction(name), **more)


class ScriptedMatcher:
    """Understands exactly what it is given."""

    knowledge, intents = KnowledgeSet(), IntentSet()
    consents: dict[str, str] = {}  # noqa: RUF012

    def __init__(self, meanings, fills=None):
        self.meanings = meanings
        self.fills = fills or {}
        self.hints = self.answers = self
        self.asked = []

    def match(self, utterance, budget=None):
        self.asked.append(utterance)
        return self.meanings.get(utterance.text, OutOfScope(0.1, NEAR))

    def match_all(self, utterance, budget=None):
        parts = [dataclasses.replace(utterance, text=part) for part in utterance.text.split(" + ")]
        return tuple((part, self.match(part)) for part in parts)

    def fill(self, pending, utterance):
        return self.fills.get(utterance.text)

    def amended(self, command, sentence, fragment, old="", *, takes_text=False, repeats=False):
        return iter(())

    def names_only(self, utterance):
        return False

    def query(self, text):
        return Query(text, "en", datetime.now().astimezone())

    def ending(self, said):
        return "unfinished"

    def values(self, intent, slot):
        return (f"a {slot}",)

    def likely(self, said):
        return (said,) if said else ()


class RecordingActions:
    """Does nothing and remembers what it was asked to do."""

    def __init__(self, outcomes=None):
        self.ran = []
        self.outcomes = outcomes or {}

    def answered(self, about, match):
        """Take up an answer, which nothing here is compared with."""

    def run(self, match, cancelled):
        self.ran.append(match.intent)
        outcome = self.outcomes.get(match.intent, Outcome("Done."))
        if isinstance(outcome, Exception):
            raise outcome
        return outcome
