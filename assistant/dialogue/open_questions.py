"""A question that the assistant has asked, and what an utterance is as an answer to it."""

from __future__ import annotations

import dataclasses
import re
from typing import TYPE_CHECKING, Literal, TypeAlias

from assistant.values import (
    Ambiguous,
    AnswerMatch,
    BuiltInAction,
    IntentMatch,
    SlotMissing,
    Understanding,
    Utterance,
)

if TYPE_CHECKING:
    from assistant.nlu.matcher import Matcher
    from assistant.nlu.speech_hints import Ending

OpenQuestion: TypeAlias = IntentMatch | SlotMissing | Ambiguous
"""What is asked about: a command to be confirmed, a value that it lacks, or one of several commands."""

CANCEL = BuiltInAction("dialogue.cancel")

_YES = frozenset(
    "yes|yeah|yep|yup|sure|ok|okay|please|please do|yes please|do it|go ahead|confirm|certainly|of course|"
    "absolutely|definitely|right|correct|affirmative|that one|yes do it".split("|")
)
_NO = frozenset(
    "no|nope|nah|no thanks|no thank you|don't|do not|cancel|cancel that|stop|never mind|nevermind|forget it|"
    "neither|none|none of them|none of those|not now|negative|leave it".split("|")
)
_ORDINALS = {"first": 0, "one": 0, "1": 0, "second": 1, "two": 1, "2": 1, "third": 2, "three": 2, "3": 2, "last": -1}


def question_of(understanding: Understanding) -> OpenQuestion | None:
    """Return the understanding where the reply to it is a question, else None."""
    match understanding:
        case SlotMissing() | Ambiguous():
            return understanding
        case IntentMatch() if understanding.confirm:
            return understanding
    return None


def answer_to(question: OpenQuestion, utterance: Utterance, matcher: Matcher) -> Understanding | None:
    """Understand an utterance as the answer to a question; None where it is none."""
    answer = plain_words(utterance.text)
    match question:
        case _ if answer in _NO:
            return IntentMatch("Cancel", {}, 1.0, question.n_best, CANCEL)
        case IntentMatch() if answer in _YES:
            return dataclasses.replace(question, confirm=None, confidence=1.0)
        case Ambiguous():
            return _choice(question, answer)
        case SlotMissing():
            return matcher.fill(question, utterance)
    return None


def ending_of_answer(question: OpenQuestion, text: str, matcher: Matcher) -> Ending | Literal["awaited"]:
    """Tell at which point of an answer somebody stopped; `awaited`: it does not answer the question yet."""
    answer = plain_words(text)
    match question:
        case _ if answer in _NO or (answer in _YES and not isinstance(question, SlotMissing)):
            return "complete"
        case Ambiguous() if _choice(question, answer) is not None:
            return "complete"
        case SlotMissing() if isinstance(matcher.fill(question, Utterance(text, "spoken")), IntentMatch):
            return "extendable"
    return "awaited"


def plain_words(text: str) -> str:
    """Return the words of a text in lower case, without punctuation."""
    return " ".join(re.findall(r"[\w']+", text.lower().replace("\N{RIGHT SINGLE QUOTATION MARK}", "'")))


def _choice(question: Ambiguous, answer: str) -> IntentMatch | AnswerMatch | SlotMissing | None:
    """Return the choice that the answer names: yes, `the second one`, or words of one label only."""
    if answer in _YES:
        return question.choices[0]
    words = set(answer.split()) - {"the", "a", "an", "i", "mean", "meant", "please", "to"}
    ordinals = words & _ORDINALS.keys()
    if len(ordinals) > 1:
        ordinals.discard("one")  # `the second one`
    places = [_ORDINALS[word] for word in ordinals]
    if len(places) == 1 and -1 <= places[0] < len(question.choices) and len(words) <= 3:
        return question.choices[places[0]]
    overlap = [len(words & set(plain_words(label).split())) for label in question.labels]
    best = max(overlap)
    if best and overlap.count(best) == 1 and best * 2 >= len(words):
        return question.choices[overlap.index(best)]
    return None
