"""Questions how to do what a command does: answered with the sentence that does it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from assistant.authoring.definitions import Intent, Slot
from assistant.language.tables import table_of
from assistant.values import AnswerMatch, IntentMatch, SlotMissing, Understanding, Utterance

if TYPE_CHECKING:
    from assistant.nlu.matcher import Matcher


def explained(meaning: Understanding, utterance: Utterance, matcher: Matcher, sure: float = 0.9) -> Understanding:
    """Return the meaning of an utterance, or the sentence to say where it asks how to do what a command does.

    `how do I set a timer` sets none and is no question about timers that run. The words behind `how do I` must be a
    command with a confidence of `sure`: a question that a manual answers begins in the same way.
    """
    table = table_of(matcher.intents.language)
    question = table.how_to.fullmatch(utterance.text.strip(" ?!.")) if table.how_to else None
    if question is None:
        return meaning
    pronoun = table.follow_ups.pronoun
    if pronoun and pronoun.search(question["deed"]):
        return meaning  # it takes up what was said before
    command = matcher.match(Utterance(question["deed"]))
    if not isinstance(command, IntentMatch | SlotMissing) or command.confidence < sure:
        return meaning
    intent = matcher.intents.intents[command.intent]
    if intent.action is None or _ends_freely(command, intent, question["deed"]):
        return meaning
    if isinstance(meaning, AnswerMatch) and meaning.confidence >= command.confidence:
        return meaning
    sentence = _sentence(command, question["deed"], matcher)
    if not sentence:
        return meaning
    return AnswerMatch(utterance.text, f"Say “{sentence}”.", "", command.confidence, command.n_best)


def _sentence(command: IntentMatch | SlotMissing, deed: str, matcher: Matcher) -> str:
    """Return the words asked about, where they are a whole command by themselves; else one that its author wrote."""
    indefinite = table_of(matcher.intents.language).indefinite
    if isinstance(command, IntentMatch) and indefinite.isdisjoint(deed.casefold().split()):
        return deed
    return matcher.phrases.best("intent", command.intent)


def _ends_freely(command: IntentMatch | SlotMissing, intent: Intent, deed: str) -> bool:
    """True of a command whose last words may be anything: `how do I play chess` asks for no music."""
    texts = command.slot_texts.items() if isinstance(command, IntentMatch) else ()
    free = (text for name, text in texts if intent.slots.get(name, Slot(name)).type in ("", "text"))
    return any(deed.casefold().endswith(text.casefold()) for text in free)
