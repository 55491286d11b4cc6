"""The command that words go back to: once more, on with it, or another value for what was only told of since."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import replace

from assistant.dialogue.consent.yes_no import names_all
from assistant.dialogue.context.exclusions import UNDO
from assistant.dialogue.context.meanings import FollowUp, Meaning
from assistant.dialogue.context.pronouns import is_pronoun
from assistant.dialogue.exchange import Exchange, built_in, kind_of
from assistant.language.tables import table_of
from assistant.language.text import strip_filler, tidy
from assistant.values import IntentMatch, OutOfScope, Utterance


def told_of(exchanges: Sequence[Exchange]) -> Exchange:
    """Return the last exchange; where that only told what is planned, or of a timer, the command that set it."""
    before, told = [exchange for exchange in exchanges[-3:-1] if exchange.is_change], exchanges[-1]
    if not before or told.is_change or not kind_of(told.understanding):
        return told
    is_plan = built_in(told.understanding) == "schedule.list"
    own, others = ([thing.slots.get("id") for thing in item.outcome.focus] for item in (before[-1], told))
    return before[-1] if is_plan or (len(own) == 1 and own == others) else told


def held(exchanges: Sequence[Exchange], most: int = 2) -> Exchange:
    """Return the last exchange; where `most` at the end only told something, and all of it, the change before them."""
    told = itertools.takewhile(lambda item: not item.is_change and not item.outcome.more, exchanges[::-1])
    count = len(list(told))
    return exchanges[-1 - count] if count <= min(most, len(exchanges) - 1) else exchanges[-1]


def anew(last: Exchange, utterance: Utterance, alone: Sequence[Meaning], language: str) -> FollowUp | None:
    """Read `again` after a throw as another throw, and `twice` after a change as none to be taken back."""
    ((_, meaning), *others), words = alone, table_of(language).follow_ups
    plain = strip_filler(tidy(utterance.text), language).casefold()
    if others or not isinstance(meaning, IntentMatch) or not isinstance(last.understanding, IntentMatch):
        return None
    is_chance = built_in(last.understanding).startswith("chance.")
    if is_chance and built_in(meaning) == "dialogue.repeat" and words.throws and words.throws.fullmatch(plain):
        return FollowUp([(replace(utterance, text=last.text, alternatives=()), last.understanding)])
    how_often = [word for word in plain.split() if not is_pronoun(word, language)]
    is_counted = meaning.action == UNDO.action and meaning.slots.get("count") and not names_all(plain, language)
    if is_counted and len(how_often) == 1:
        reason = f"Please say what I should do {plain}. “{last.text}” stands."
        return FollowUp([(utterance, OutOfScope(0.0, (), reason))])
    return None
