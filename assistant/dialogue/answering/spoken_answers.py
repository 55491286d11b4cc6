"""An answer without what people put around it: `let me think, ten minutes`, `the kitchen, no, the bedroom`."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from assistant.dialogue.answering.values import is_free
from assistant.dialogue.context.fragments import fragment_of
from assistant.language.mood import commands
from assistant.language.tables import table_of
from assistant.nlu.sets.clauses import Clauses
from assistant.values import IntentMatch, SlotMissing, Utterance

if TYPE_CHECKING:
    from assistant.nlu.matcher import Matcher


def as_answer(question: object, utterance: Utterance, matcher: Matcher) -> Utterance:
    """Return an answer without hesitation before its value, and as it was meant in the end."""
    if not isinstance(question, SlotMissing):
        return utterance
    words, text = table_of(matcher.intents.language).answers, utterance.text
    hedge = (words.pondering if is_free(question, matcher) else words.hedging).match(text)
    if hedge and (rest := text[hedge.end() :]):
        utterance = replace(utterance, text=rest, alternatives=())
    if is_free(question, matcher):
        return utterance
    if (so := words.concluding.search(utterance.text)) is not None:
        conclusion = replace(utterance, text=utterance.text[so.end() :], alternatives=())
        utterance = conclusion if isinstance(matcher.fill(question, conclusion), IntentMatch) else utterance
    return _mended(question, utterance, matcher)


def with_order(question: object, answer: Utterance, matcher: Matcher) -> tuple[Utterance, ...]:
    """Return an answer and the order behind it: `the kitchen, and close the blinds there`; else the answer alone."""
    language = matcher.intents.language
    clauses = Clauses(answer.text, language)
    if not isinstance(question, SlotMissing) or is_free(question, matcher):
        return (answer,)
    for end in range(1, len(clauses)):
        first = replace(answer, text=clauses.between(0, end), alternatives=())
        rest = _with_kind(clauses.between(end, len(clauses)), question, matcher)
        if commands(rest, language) and isinstance(matcher.fill(question, first), IntentMatch):
            return first, replace(first, text=_placed(rest, first.text, language))
    return (answer,)


def _with_kind(order: str, question: SlotMissing, matcher: Matcher) -> str:
    """Return `and one for the peas, five minutes` behind the length of a timer as an order for a timer."""
    words = table_of(matcher.intents.language).follow_ups
    intent = matcher.intents.intents.get(question.intent)
    kind, _, deed = getattr(intent and intent.action, "name", "").partition(".")
    begins = words.one_for.match(order) if words.one_for and deed in ("set", "start") else None
    return f"{words.setting.format(kind)} {order[begins.end() :]}" if begins else order


def _placed(order: str, place: str, language: str) -> str:
    """Return an order with a place for `there`."""
    words = table_of(language).follow_ups
    within = words.within.split("|")
    named = place if place.casefold().split()[0] in within else f"{within[0]} {place}"
    return words.placing.sub(named, order) if words.placing else order


def _mended(question: SlotMissing, utterance: Utterance, matcher: Matcher) -> Utterance:
    """Return an answer that mends itself with the value that it comes to: `tomorrow at nine, no, at ten`."""
    pattern = table_of(matcher.intents.language).follow_ups.mends
    marker = pattern.search(utterance.text) if pattern else None
    if marker is None:
        return utterance
    left, right = utterance.text[: marker.start()], utterance.text[marker.end() :]
    if marker[0].strip(" ,;").casefold() == table_of(matcher.intents.language).disjunction and table_of(
        matcher.intents.language
    ).answers.hedging.match(right):
        return utterance  # `tomorrow, or maybe thursday` leaves it open
    right = fragment_of(right, matcher.intents.language).text or right
    first = matcher.fill(question, replace(utterance, text=left, alternatives=()))
    if not isinstance(first, IntentMatch):
        return utterance
    for text in (*matcher.answers.amended(first, left, right), right):
        meant = replace(utterance, text=text, alternatives=())
        if isinstance(matcher.fill(question, meant), IntentMatch):
            return _mended(question, meant, matcher)
    return utterance
