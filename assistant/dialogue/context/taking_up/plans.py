"""Words that contradict the last command: `leave it on` after `turn it off at ten`, or after `turn it off`."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from assistant.dialogue.consent.yes_no import plain_words
from assistant.dialogue.context.exclusions import UNDO
from assistant.dialogue.context.fragments import Fragment
from assistant.dialogue.context.meanings import FollowUp, is_believed
from assistant.dialogue.exchange import Exchange
from assistant.language.tables import table_of
from assistant.language.text import tokens
from assistant.values import IntentMatch, Utterance

if TYPE_CHECKING:
    from assistant.nlu.matcher import Matcher


def hastened(last: Exchange, utterance: Utterance, matcher: Matcher) -> FollowUp | None:
    """Return the plan of the last command as a deed of now: `actually do it now`.

    Args:
        last: the last exchange.
        utterance: that is said after it.
        matcher: understands the sentences that are made.
    """
    command, at_once = last.understanding, table_of(matcher.intents.language).follow_ups.at_once
    if not isinstance(command, IntentMatch) or command.when is None or not last.is_change or not last.outcome.undo:
        return None
    if not at_once or not at_once.fullmatch(plain_words(utterance.text)):
        return None
    order = replace(utterance, text=command.when.command, alternatives=())
    meaning = matcher.match(order)
    is_same = isinstance(meaning, IntentMatch) and meaning.intent == command.intent and meaning.when is None
    return FollowUp([(order, meaning)], takes_back=True) if is_same and is_believed(meaning) else None


def kept(last: Exchange, utterance: Utterance, fragment: Fragment, matcher: Matcher) -> FollowUp | None:
    """Return the end of the last command for words by which a thing stays as it is, at a value perhaps.

    `Leave it off` after `turn it off for half an hour` leaves only the end out.

    Args:
        last: the last exchange.
        utterance: that is said after it.
        fragment: the same without its markers.
        matcher: understands the sentences that are made.
    """
    command, language = last.understanding, matcher.intents.language
    if not isinstance(command, IntentMatch) or last.outcome.undo is None or not last.is_change:
        return None
    stays = table_of(language).follow_ups.stays
    words = stays.fullmatch(plain_words(fragment.text)) if stays else None
    if words is None or (command.when is None and not fragment.is_repair):
        return None
    plain = replace(command, when=None)
    if not words["value"]:
        is_meant = command.when is not None and (words["state"] or "-") in tokens(last.text, language)
        return FollowUp([(utterance, plain if is_meant else UNDO)], takes_back=is_meant)
    sentence = command.when.command if command.when else last.text
    for text in (fragment.text, *matcher.answers.amended(plain, sentence, words["value"])):
        meaning = matcher.match(replace(utterance, text=text, alternatives=()))
        is_same = isinstance(meaning, IntentMatch) and meaning.intent == command.intent and meaning.when is None
        if is_same and is_believed(meaning):
            return FollowUp([(utterance, meaning)], takes_back=True)
    return None
