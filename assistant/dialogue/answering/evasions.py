"""Answers to an open question that give no value: `I'll tell you later`, `to do what?`, `ten minutes is too long`."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from assistant.dialogue.answering.values import action_of, is_free
from assistant.dialogue.consent.decisions import cancelled
from assistant.dialogue.context.fragments import fragment_of
from assistant.dialogue.context.taking_up.degrees import compared
from assistant.language.mood import sense
from assistant.language.tables import table_of
from assistant.language.text import content_words, strip_filler, tidy
from assistant.values import IntentMatch, SlotMissing, Understanding, Utterance

if TYPE_CHECKING:
    from assistant.nlu.matcher import Matcher

_NAMING = ("list.", "reminder.", "timer.", "alarm.")
"""Actions whose free texts name a thing or a task; those of others, such as a note, may be a question."""


def evaded(question: SlotMissing, answer: str, utterance: Utterance, matcher: Matcher) -> tuple[Understanding, ...]:
    """Return the end of the question where no value will come, the question where none has come; nothing of others.

    Args:
        question: the open question.
        answer: the plain words of the utterance.
        utterance: what was said to it.
        matcher: reads values.
    """
    words = table_of(matcher.intents.language).answers
    if words.declines.fullmatch(answer):
        return (cancelled(question),)
    if words.postpones.fullmatch(answer):
        return (question,)
    if is_free(question, matcher):
        pronoun = table_of(matcher.intents.language).follow_ups.pronoun
        is_bare = not content_words(answer, matcher.intents.language) and not (pronoun and pronoun.search(answer))
        return (question,) if is_bare and is_question_back(question, utterance, matcher) else ()
    if limit := _limit_behind(question, utterance, matcher):
        intent = matcher.intents.intents[question.intent]
        ask = intent.slots[question.missing].ask if question.missing in intent.slots else None
        return (replace(question, ask=f"I didn't understand “{limit}”. {ask or question.ask}"),)
    return (question,) if _compares(utterance, matcher) or _is_not_meant(question, utterance, matcher) else ()


def is_question_back(question: SlotMissing, utterance: Utterance, matcher: Matcher) -> bool:
    """True of a question where a thing or a task is to be named: `what's on it already`."""
    if not is_free(question, matcher) or not action_of(question, matcher).startswith(_NAMING):
        return False
    return utterance.text.rstrip().endswith("?") or sense(utterance.text, matcher.intents.language).mood == "question"


def _compares(utterance: Utterance, matcher: Matcher) -> bool:
    """True of `no, brighter than that`: a comparison that gives no value."""
    language = matcher.intents.language
    plain = strip_filler(tidy(fragment_of(utterance.text, language).text), language)
    words = compared(plain, language).split()
    return 0 < len(words) < 4 and words[-1].casefold() in table_of(language).comparatives


def _limit_behind(question: SlotMissing, utterance: Utterance, matcher: Matcher) -> str:
    """Return the words behind a value that limit it, and are no part of it: `tomorrow | after lunch`."""
    filled = matcher.fill(question, replace(utterance, alternatives=()))
    text = filled.slot_texts.get(question.missing, "").casefold() if isinstance(filled, IntentMatch) else ""
    behind = tidy(utterance.text).casefold().partition(text)[2] if text else ""
    limit = table_of(matcher.intents.language).answers.hangs.match(behind)
    return limit["limit"] if limit else ""


def _is_not_meant(question: SlotMissing, utterance: Utterance, matcher: Matcher) -> bool:
    """True of words with a value that they rule out, or only come near: `between ten and fifteen minutes`."""
    words = table_of(matcher.intents.language).answers
    filled = matcher.fill(question, replace(utterance, alternatives=()))
    if not isinstance(filled, IntentMatch) or not (text := filled.slot_texts.get(question.missing, "").casefold()):
        return False
    said = utterance.text.casefold().replace("\N{RIGHT SINGLE QUOTATION MARK}", "'")
    before, value, behind = said.partition(text)
    own = (text if value else said).split()
    beginnings = (before, *(" ".join(own[:end]) for end in range(1, len(own))))
    return any(map(words.bounding.search, beginnings)) or bool(words.rejects.match(behind))


def is_bound(words: str, language: str) -> bool:
    """True of words that only limit a value: `before ten`, of `tomorrow but not before ten`."""
    return table_of(language).answers.bounding.match(words) is not None
