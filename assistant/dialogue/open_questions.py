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
    OutOfScope,
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

_FIRM = "yes|yeah|yep|yup|do it|go ahead|confirm|certainly|of course|absolutely|definitely|correct|affirmative|that one"
_WEAK = "please do|please|sure|okay|ok|right|that's right|that is right|i'm sure|i am sure"
"""Words that are a yes only where nothing else is said."""

_NOT = (
    "no|nope|nah|don't|do not|cancel that|cancel|stop|never mind|nevermind|forget it|neither|"
    "none of them|none of those|none|not now|negative|leave it|wait|hold on"
)
_COURTESY = "thanks|thank you"
_HESITATION = "(?:(?:oh|um|uh|er|ah|hm+|well) )*"
_YES = re.compile(rf"{_HESITATION}(?:{_FIRM}|{_WEAK})(?: (?:{_FIRM}|{_WEAK}|{_COURTESY}))*")
_NO = re.compile(rf"{_HESITATION}(?:{_NOT})(?: (?:{_NOT}|{_COURTESY}|please))*")
_BEGINS = re.compile(rf"(?P<yes>(?:{_YES.pattern})(?= ))|(?P<no>{_HESITATION}(?:{_NOT})\b)")
_IS_FIRM = re.compile(rf"{_HESITATION}(?:{_FIRM})\b")

_ORDINALS = {"first": 0, "one": 0, "1": 0, "second": 1, "two": 1, "2": 1, "third": 2, "three": 2, "3": 2, "last": -1}

_PLAINLY = "I have done nothing yet: please say only yes or no. "


def question_of(understanding: Understanding) -> OpenQuestion | None:
    """Return the understanding where the reply to it is a question, else None."""
    match understanding:
        case SlotMissing() | Ambiguous():
            return understanding
        case IntentMatch() if understanding.confirm:
            return understanding
    return None


def answer_to(question: OpenQuestion, utterance: Utterance, matcher: Matcher) -> Understanding | None:
    """Understand an utterance as the answer to a question; None where it is none.

    A command that was asked about comes back without its question where it is confirmed, and with it where the answer
    says more than yes or no.
    """
    answer = plain_words(utterance.text)
    match question:
        case _ if _NO.fullmatch(answer):
            return _cancelled(question)
        case IntentMatch():
            return _decision(question, answer, utterance, matcher)
        case Ambiguous():
            return _choice(question, answer)
        case SlotMissing():
            return matcher.fill(question, utterance)
    return None


def is_late(question: OpenQuestion, utterance: Utterance, matcher: Matcher) -> bool:
    """True where an utterance means nothing but an answer to a question that has lapsed."""
    if _YES.fullmatch(plain_words(utterance.text)):
        return True
    answer = answer_to(question, utterance, matcher)
    return answer is not None and isinstance(matcher.match(utterance), OutOfScope)


def _cancelled(question: OpenQuestion) -> IntentMatch:
    return IntentMatch("Cancel", {}, 1.0, question.n_best, CANCEL)


def _decision(
    question: IntentMatch, answer: str, utterance: Utterance, matcher: Matcher, sure: float = 0.8
) -> Understanding | None:
    """Understand the answer to `shall I`: a plain yes confirms, or one with the same command said again.

    What begins with a no is a command of its own, `stop the music`, from a confidence of `sure` on.
    """
    confirmed = dataclasses.replace(question, confirm=None, confidence=1.0)
    if _YES.fullmatch(answer):
        return confirmed
    if (begins := _BEGINS.match(answer)) is None:
        return None
    if begins["no"]:
        meaning = matcher.match(utterance)
        is_command = not isinstance(meaning, OutOfScope) and meaning.confidence >= sure
        again = isinstance(meaning, IntentMatch) and meaning.intent == question.intent
        return None if is_command and not again else _cancelled(question)
    rest = matcher.match(dataclasses.replace(utterance, text=answer[begins.end() :].strip(), alternatives=()))
    if isinstance(rest, IntentMatch) and (rest.intent, rest.slots) == (question.intent, question.slots):
        return confirmed if rest.confidence == 1.0 else _asked_again(question)
    return _asked_again(question) if _IS_FIRM.match(answer) else None


def _asked_again(question: IntentMatch) -> IntentMatch:
    """Return the command with a question that names the two answers."""
    first = (question.confirm or "").removeprefix(_PLAINLY)
    return dataclasses.replace(question, confirm=f"{_PLAINLY}{first}")


def ending_of_answer(question: OpenQuestion, text: str, matcher: Matcher) -> Ending | Literal["awaited"]:
    """Tell at which point of an answer somebody stopped; `awaited`: it does not answer the question yet."""
    answer = plain_words(text)
    match question:
        case _ if _NO.fullmatch(answer) or (_YES.fullmatch(answer) and not isinstance(question, SlotMissing)):
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
    if _YES.fullmatch(answer):
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
