"""Values alone after a change: `fifty percent` after a lamp was turned on, `milk and eggs` after a list was made."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from assistant.actions.builtins import tells
from assistant.dialogue.context.fragments import fragment_of
from assistant.dialogue.context.meanings import FollowUp, Meaning, is_believed
from assistant.dialogue.context.pronouns import Pronouns
from assistant.dialogue.exchange import Exchange, built_in, kind_of
from assistant.language import entities
from assistant.language.mood import commands, sense
from assistant.language.tables import table_of
from assistant.language.text import strip_filler, tidy
from assistant.nlu.sets.clauses import Clauses
from assistant.values import Ambiguous, BuiltInAction, IntentMatch, OutOfScope, SlotMissing, Understanding, Utterance

if TYPE_CHECKING:
    from assistant.nlu.matcher import Matcher

_HOME = "home.intent"


def at_level(
    last: Exchange, utterance: Utterance, alone: Sequence[Meaning], matcher: Matcher, pronouns: Pronouns, few: int = 3
) -> FollowUp | None:
    """Return the thing of the last change at a level, or as another order of the house lacks it: `warm white instead`.

    Args:
        last: the last exchange.
        utterance: that is said after it.
        alone: what it means by itself.
        matcher: understands the sentences that are made.
        pronouns: of the conversation.
    """
    language = matcher.intents.language
    table, is_of_house = table_of(language), built_in(last.understanding) == _HOME
    plain = fragment_of(strip_filler(tidy(utterance.text), language), language).text
    first, _, level = plain.partition(" ")
    plain = level if first.casefold() in table.goals and level else plain  # `to 30 percent`
    query = matcher.query(plain)
    is_whole = any((span.start, span.end) == (0, len(query.words)) for span in query.spans("percent"))
    is_level = is_whole and bool(
        re.search(rf"(?:[ \d](?:{table.percent or '(?!)'})|\d ?%|\w ?{table.follow_ups.halfway or '(?!)'})$", plain)
    )
    ((_, meaning), *others) = alone
    lacks = not others and isinstance(meaning, SlotMissing) and _is_of_house(meaning, matcher)
    is_open = lacks and is_of_house and len(query.words) <= few
    is_deed = last.is_change or (is_of_house and not _only_tells(last.understanding))  # `it is open already`
    if not (is_level or is_open) or not is_deed:
        return None
    order = replace(utterance, text=f"{table.follow_ups.shifting} {plain}", alternatives=())
    if by_name := pronouns.read(order, ()):
        return FollowUp(by_name)
    reason = table.follow_ups.refusals.no_level.format(plain)
    return FollowUp([(utterance, OutOfScope(0.0, (), reason))]) if is_level and is_of_house else None


def _only_tells(meaning: Understanding) -> bool:
    return not isinstance(meaning, IntentMatch) or tells(meaning)


def _is_of_house(meaning: SlotMissing, matcher: Matcher) -> bool:
    intent = matcher.intents.intents.get(meaning.intent)
    return intent is not None and isinstance(intent.action, BuiltInAction) and intent.action.name == _HOME


def on_new_list(
    last: Exchange,
    utterance: Utterance,
    alone: Sequence[Meaning],
    matcher: Matcher,
    understand: Callable[[Utterance], Sequence[Meaning]],
    few: int = 3,
) -> FollowUp | None:
    """Return items for the list that was just made: `passport and charger`, `add balloons and candles`."""
    language, things = matcher.intents.language, last.outcome.focus
    words = table_of(language).follow_ups
    if built_in(last.understanding) != "list.create" or len(things) != 1 or not words.filling:
        return None
    ((_, meaning), *others), plain = alone, utterance.text.strip(" .!?")
    if others or not isinstance(meaning, OutOfScope | Ambiguous) or sense(plain, language).mood != "order":
        return None
    if re.search(rf"\b(?:{table_of(language).moods.references})\b", plain, re.IGNORECASE):
        return None  # `put socks on it` names the list by itself
    is_order, pieces = commands(plain, language), Clauses(plain, language)
    if not is_order and (len(pieces) < 2 or any(len(piece.split()) > few for piece in pieces)):
        return None
    filling = words.filling_by_order if is_order else words.filling
    order = replace(utterance, text=filling.format(plain, things[0].name), alternatives=())
    meanings = understand(order)
    is_added = all(built_in(added) == "list.add" and is_believed(added) for _, added in meanings)
    return FollowUp(meanings) if is_added else None


def as_length(text: str, exchanges: Sequence[Exchange], matcher: Matcher) -> str:
    """Return a number alone as so much time, where the last thing is a timer: `12 minutes` after `10 minutes`.

    Nothing of other words, nor where no length of time was said.
    """
    is_number = entities.parse("number", text, language=matcher.intents.language) is not None
    if not is_number or kind_of(exchanges[-1].understanding) != "timer":
        return ""
    names = " ".join(thing.name for exchange in exchanges for thing in exchange.outcome.focus)
    for command in (exchange.understanding for exchange in reversed(exchanges)):
        said = command.slot_texts.get("duration", "") if isinstance(command, IntentMatch) else ""
        query = matcher.query(said)
        numbers = query.spans("number")
        if len(numbers) == 1 and said not in names:  # `10 minute` is no `10 minutes`
            return " ".join((text, *query.words[numbers[0].end :]))
    return ""


def told_more(
    last: Exchange, utterance: Utterance, matcher: Matcher, understand: Callable[[Utterance], Sequence[Meaning]]
) -> FollowUp | None:
    """Return the order to add to the last note: `add that it needs new tyres too`."""
    words = table_of(matcher.intents.language).follow_ups
    more = words.tells_more.fullmatch(utterance.text.strip(" .!")) if words.tells_more else None
    if more is None or not built_in(last.understanding).startswith("note.") or not last.is_change:
        return None
    meanings = understand(replace(utterance, text=words.note_with_more.format(more["more"]), alternatives=()))
    return FollowUp(meanings) if all(is_believed(meaning) for _, meaning in meanings) else None


def purposed(
    last: Exchange, utterance: Utterance, matcher: Matcher, understand: Callable[[Utterance], Sequence[Meaning]]
) -> FollowUp | None:
    """Return the timer that was just set with what it is for: `for the chicken` after `set a timer for 20 minutes`."""
    command, table = last.understanding, table_of(matcher.intents.language)
    first, *words = tidy(utterance.text).casefold().split() or [""]
    is_set = built_in(command) in ("timer.start", "alarm.set") and last.is_change and last.outcome.undo
    if not is_set or not words or first not in table.leads.split("|") or not isinstance(command, IntentMatch):
        return None
    meanings = understand(replace(utterance, text=f"{last.text} {tidy(utterance.text)}", alternatives=()))
    slots = [getattr(meaning, "slots", {}) for _, meaning in meanings if is_believed(meaning, 0.95)]
    is_more = len(slots) == len(meanings) == 1 and command.slots.items() < slots[0].items()
    is_same = is_more and all(getattr(meaning, "intent", "") == command.intent for _, meaning in meanings)
    return FollowUp(meanings, takes_back=True) if is_same else None
