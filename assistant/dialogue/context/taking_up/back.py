"""Back to what was: `carry on` after a pause, `bring them back` after something was ended."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from assistant.dialogue.consent.yes_no import restores
from assistant.dialogue.context.exclusions import UNDO
from assistant.dialogue.context.meanings import Meaning
from assistant.dialogue.exchange import Exchange, built_in
from assistant.dialogue.planning.plan import opposites as turned
from assistant.language.tables import table_of
from assistant.language.text import strip_filler, tidy, tokens
from assistant.nlu.ranking.polarity.deeds import deeds_of, opposites, words_of_intent
from assistant.values import Ambiguous, BuiltInAction, IntentMatch, OutOfScope, Understanding, Utterance

if TYPE_CHECKING:
    from assistant.nlu.matcher import Matcher


def resumed(last: Exchange, text: str, language: str) -> Iterator[str]:
    """Yield the sentence by which what was held last goes on; nothing where the words do not say that it may.

    Args:
        last: the last exchange.
        text: what is said after it.
        language: of both.
    """
    table = table_of(language)
    words, plain = table.follow_ups, strip_filler(tidy(text), language).casefold()
    if not last.is_change or words.resumes is None or not words.resumes.fullmatch(plain):
        return
    when = getattr(last.understanding, "when", None)
    said, goes_on = tokens(when.command if when else last.text, language), deeds_of([words.resumption], table)
    for place, word in enumerate(said):
        if not goes_on.isdisjoint(opposites(deeds_of([word], table))):
            yield " ".join((*said[:place], words.resumption, *said[place + 1 :]))


def stopped(last: Exchange, text: str, language: str) -> Iterator[str]:
    """Yield the sentence that ends what the last command began, for `stop it`: `stop the pool pump`."""
    table = table_of(language)
    words = tokens(strip_filler(tidy(text), language), language)
    ends = deeds_of(words[:1], table)
    said = tokens(last.text, language)
    for place, word in enumerate(said):
        if not ends.isdisjoint(opposites(deeds_of([word], table))):
            yield " ".join((*said[:place], words[0], *said[place + 1 :]))
            yield from turned(last.text, language)
    if ends and len(said) > 1:  # `vacuum the hall`, by a verb that is the name of its tool
        yield f"{words[0]} {table.follow_ups.determiners.split('|')[0]} {said[0]}"


def wanted_item(
    utterance: Utterance, alone: Sequence[Meaning], exchanges: Sequence[Exchange], matcher: Matcher
) -> Sequence[Meaning]:
    """Return the order for an item of a list that is wanted back: `bring back the milk`; nothing of other words.

    What the last command took off a list is put back by taking that back.
    """
    pattern = table_of(matcher.intents.language).answers.restored
    words = pattern.fullmatch(utterance.text.strip(" .!?")) if pattern else None
    if words is None:
        return ()
    thing = next(filter(None, words.groups()))
    gone = [
        (exchange, item)
        for exchange in exchanges[::-1]
        for item in exchange.outcome.focus
        if item.is_gone and item.whole
    ]
    found = next(((e, item) for e, item in gone if item.name.casefold() == thing.casefold()), None)
    if found and found[0] is exchanges[-1] and len(found[0].outcome.focus) == 1 and found[0].outcome.undo:
        return [(utterance, UNDO)]
    choices = alone[0][1].choices if len(alone) == 1 and isinstance(alone[0][1], Ambiguous) else ()
    meanings = choices or [meaning for _, meaning in alone]
    if found is None and any(_ends(meaning) for meaning in meanings):
        return [(utterance, OutOfScope(0.0, (), f"I don't know what to do with “{thing}”: please say it as an order."))]
    if found is None and not all(built_in(meaning) in ("list.remove", "list.tick") for meaning in meanings):
        return ()
    own = str(found[1].slots.get("list", "")) if found else ""
    text = table_of(matcher.intents.language).answers.restoring_order.format(thing, own).replace("  ", " ")
    return matcher.match_all(replace(utterance, text=text, alternatives=()))


def _ends(meaning: Understanding) -> bool:
    """True of an order to the house that turns something off, which brings nothing back."""
    action = meaning.action if isinstance(meaning, IntentMatch) else None
    if not isinstance(action, BuiltInAction) or action.name != "home.intent":
        return False
    return action.arguments.get("intent") == "HassTurnOff"


def is_wanted_back(last: Exchange, text: str, matcher: Matcher) -> bool:
    """True of words that want back what the last command ended, emptied or took away."""
    command, language = last.understanding, matcher.intents.language
    if not last.is_change or last.outcome.undo is None or not isinstance(command, IntentMatch):
        return False
    intent = matcher.intents.intents.get(command.intent)
    if intent is None or not restores(strip_filler(tidy(text), language).casefold(), language):
        return False
    table = table_of(language)
    named = deeds_of(tokens(intent.title, language), table)
    return any(side for _, side in named or deeds_of(words_of_intent(intent, matcher.intents.rules), table))
