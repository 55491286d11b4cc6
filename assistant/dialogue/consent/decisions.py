"""The answer to `shall I`: a yes, a no, or the command otherwise."""

from __future__ import annotations

import dataclasses
import re
from typing import TYPE_CHECKING

from assistant.actions.run import Actions
from assistant.dialogue.context.amending.asked import amended
from assistant.dialogue.context.fragments import Fragment, fragment_of
from assistant.language.tables import table_of
from assistant.values import (
    Action,
    Ambiguous,
    BuiltInAction,
    IntentMatch,
    OutOfScope,
    SlotMissing,
    Understanding,
    Utterance,
)

if TYPE_CHECKING:
    from assistant.nlu.matcher import Matcher

CANCEL = BuiltInAction("dialogue.cancel")

_IS_QUOTED = re.compile(r"[\"“”„«»]|^\s*['‘’].*['‘’]\W*$")
"""Signs of the words of somebody else."""

_PLAINLY = "I have done nothing yet: please say only yes or no. "


def cancelled(question: IntentMatch | SlotMissing | Ambiguous | OutOfScope) -> IntentMatch:
    """Return the command that ends a question."""
    return IntentMatch("Cancel", {}, 1.0, question.n_best, CANCEL)


def decision(
    question: IntentMatch, answer: str, utterance: Utterance, matcher: Matcher, said: str, sure: float = 0.8
) -> Understanding | None:
    """Understand the answer to `shall I`: a plain yes confirms, or one with the same command said again.

    What begins with a no is a command of its own, `stop the music`, from a confidence of `sure` on.
    """
    confirmed = dataclasses.replace(question, confirm=None, confidence=1.0)
    words = table_of(matcher.intents.language).answers
    if words.yes.fullmatch(answer):
        is_own = not _IS_QUOTED.search(utterance.text) and not words.casual.fullmatch(answer)
        return confirmed if is_own and not utterance.text.rstrip().endswith("?") else _asked_again(question)
    if (begins := words.begins.match(answer)) is None:
        return _in_part(question, utterance, matcher, said)
    if begins["no"]:
        meaning = matcher.match(utterance)
        is_command = not isinstance(meaning, OutOfScope) and meaning.confidence >= sure
        again = isinstance(meaning, IntentMatch) and meaning.intent == question.intent
        return None if is_command and not again else cancelled(question)
    more = answer[begins.end() :].strip()
    if narrowed := _narrowed(question, more, utterance, matcher, said):
        return narrowed
    for meaning in amended(question, said, Fragment("plain", more), utterance, matcher) if said else ():
        if isinstance(meaning, IntentMatch) and meaning.confirm:
            return meaning
    rest = matcher.match(dataclasses.replace(utterance, text=more, alternatives=()))
    same = (question.intent, question.slots, question.when)
    if isinstance(rest, IntentMatch) and (rest.intent, rest.slots, rest.when) == same:
        return confirmed if rest.confidence == 1.0 else _asked_again(question)
    return _asked_again(question) if words.begins_firmly.match(answer) else None


def _narrowed(
    question: IntentMatch, words: str, utterance: Utterance, matcher: Matcher, said: str
) -> IntentMatch | None:
    """Return the command with what a yes leaves out, confirmed: `yes but keep the milk`."""
    if not said:
        return None
    meanings = matcher.match_all(dataclasses.replace(utterance, text=f"{said} {words}", alternatives=()))
    (_, meaning), *others = meanings
    if others or not isinstance(meaning, IntentMatch) or not meaning.excluding:
        return None
    if not Actions.can_leave_out(meaning.action):
        return None  # `yes, but only if Anna is there`
    is_same = (meaning.intent, meaning.slots, meaning.when) == (question.intent, question.slots, question.when)
    return dataclasses.replace(meaning, confirm=None, confidence=1.0) if is_same else None


def _in_part(
    question: IntentMatch, utterance: Utterance, matcher: Matcher, said: str, sure: float = 0.8
) -> IntentMatch | None:
    """Return the command on a part of all that it is about: `only the ones in the kitchen`."""
    table = table_of(matcher.intents.language)
    words = [word for word in said.split() if word.casefold() not in table.universal]
    fragment = fragment_of(utterance.text, matcher.intents.language)
    if fragment.kind != "change" or len(words) == len(said.split()):
        return None
    head = " ".join(words)
    places = [fragment.text, *(f"{word} {fragment.text}" for word in table.follow_ups.within.split("|"))]
    ones = re.search(rf"\b(?:{'|'.join(table.stand_ins)})\b\s+", fragment.text, re.IGNORECASE)
    if ones and table.stand_ins:
        places.insert(0, fragment.text[ones.end() :])
    for place in places:
        meaning = matcher.match(dataclasses.replace(utterance, text=f"{head} {place}", alternatives=()))
        if isinstance(meaning, IntentMatch) and meaning.confidence >= sure and is_alike(meaning, question):
            return meaning
    return None


def is_alike(command: IntentMatch, other: IntentMatch) -> bool:
    """Tell if two commands are the same deed: of one intent, or one built-in with the same intent of the house."""
    return command.intent == other.intent or calls_alike(command.action, other.action)


def calls_alike(action: Action | None, other: Action | None) -> bool:
    """Tell if two actions call the same intent of the house, whatever the thing."""
    match action, other:
        case BuiltInAction("home.intent", own), BuiltInAction("home.intent", others):
            return own.get("intent") == others.get("intent")
    return False


def _asked_again(question: IntentMatch) -> IntentMatch:
    """Return the command with a question that names the two answers."""
    first = (question.confirm or "").removeprefix(_PLAINLY)
    return dataclasses.replace(question, confirm=f"{_PLAINLY}{first}")
