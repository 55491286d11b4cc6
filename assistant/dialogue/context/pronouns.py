"""Pronouns: sentences with the things of the conversation named in their place, which are understood like any other."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from assistant.actions.outcome import Thing
from assistant.dialogue.context.focus import Focus
from assistant.dialogue.context.meanings import Meaning, is_about_talk, is_believed
from assistant.dialogue.exchange import SETTING, built_in, kind_of
from assistant.language.tables import table_of
from assistant.language.tables.phrases import phrases_of
from assistant.language.text import strip_filler, tidy, tokens
from assistant.nlu.ranking.confidence import NO_DOUBT
from assistant.nlu.ranking.polarity.deeds import words_of_intent
from assistant.values import (
    AnswerMatch,
    BuiltInAction,
    IntentMatch,
    SlotValue,
    Understanding,
    Utterance,
)

if TYPE_CHECKING:
    from assistant.nlu.matcher import Matcher


class Pronouns:
    """Reads pronouns.

    Args:
        focus: the things that were spoken of.
        matcher: understands the sentences that are made.
        understand: an utterance to its commands, each with its meaning.
    """

    def __init__(self, focus: Focus, matcher: Matcher, understand: Callable[[Utterance], Sequence[Meaning]]) -> None:
        self._focus, self._matcher, self._understand = focus, matcher, understand
        self._table = table_of(matcher.intents.language)

    def read(self, utterance: Utterance, alone: Sequence[Meaning]) -> Sequence[Meaning]:
        """Return an utterance with the things of the conversation named in place of its pronouns."""
        is_sure = all(is_believed(meaning) for _, meaning in alone)
        expletive = self._table.follow_ups.expletive
        if is_sure and expletive and expletive.search(utterance.text.lower()):
            return ()
        if any(is_about_talk(meaning) and meaning.confidence >= NO_DOUBT for _, meaning in alone):
            return ()
        if any(_is_of_what_was_shown(meaning) for _, meaning in alone):
            return ()
        for sentences, things in self._focus.named(utterance.text):
            meanings = [meaning for text in sentences for meaning in self._meanings(utterance, text)]
            if any(not is_believed(meaning) or isinstance(meaning, AnswerMatch) for _, meaning in meanings):
                continue
            if any(_swallows(meaning, thing) for _, meaning in meanings for thing in things):
                continue
            if any(self._is_no_such_thing(meaning, thing) for _, meaning in meanings for thing in things):
                continue
            if any(_sets_anew(meaning, thing) for _, meaning in meanings for thing in things):
                continue
            if any(self._is_switched(utterance.text, meaning) for _, meaning in meanings):
                continue
            each = [[thing] for thing in things] if len(meanings) == len(things) else [things] * len(meanings)
            return [(part, self._completed(meaning, own)) for (part, meaning), own in zip(meanings, each, strict=True)]
        return ()

    def described(self, utterance: Utterance) -> Sequence[Meaning]:
        """Return an order about `the light` as one about the light that was spoken of last."""
        for text in self._focus.described(utterance.text):
            meanings = self._meanings(utterance, text)
            if all(isinstance(meaning, IntentMatch) and is_believed(meaning) for _, meaning in meanings):
                return meanings
        return ()

    def _meanings(self, utterance: Utterance, text: str) -> Sequence[Meaning]:
        return self._understand(replace(utterance, text=text, alternatives=()))

    def _is_no_such_thing(self, meaning: Understanding, thing: Thing) -> bool:
        """True of a device of the house that bears the name of a timer or of an item of a list."""
        if built_in(meaning) != "home.intent" or not isinstance(meaning, IntentMatch) or not thing.slots:
            return False
        own = meaning.action.arguments.get("name") if isinstance(meaning.action, BuiltInAction) else None
        if own and own == thing.slots.get("name"):
            return False  # an intent of that thing alone
        return not any(self._matcher.answers.takes(meaning.intent, name) for name in thing.slots)

    def _is_switched(self, text: str, meaning: Understanding) -> bool:
        """True of `turn it off` where the intent's own sentences have no such verb: an item is not switched off."""
        language = self._matcher.intents.language
        phrases, words = phrases_of(language), tokens(strip_filler(tidy(text), language), language)
        intent = self._matcher.intents.intents.get(getattr(meaning, "intent", ""))
        if phrases is None or intent is None or not words or self._table.particles.isdisjoint(words):
            return False
        return words[0] in phrases.verbs and words[0] not in words_of_intent(intent, self._matcher.intents.rules)

    def _completed(self, meaning: Understanding, things: Sequence[Thing]) -> Understanding:
        """Return a command with the values of the things that it is about, where it says none of its own.

        What tells a timer from another of the same name is no slot, and known to all actions on timers.
        """
        if not isinstance(meaning, IntentMatch):
            return meaning
        is_of_kind = bool(kind := kind_of(meaning)) and all(re.search(rf"\b{kind}", thing.name) for thing in things)
        own = {
            name: value
            for name, value in _shared([thing.slots for thing in things]).items()
            if name not in meaning.slot_texts
            and (self._matcher.answers.takes(meaning.intent, name) or (name == "id" and is_of_kind))
        }
        return replace(meaning, slots={**meaning.slots, **own})


def _sets_anew(meaning: Understanding, thing: Thing) -> bool:
    """True of an order to set what is there already: `call it gym` names the alarm, and sets none."""
    return built_in(meaning) in SETTING and "id" in thing.slots and not thing.is_gone


def _is_of_what_was_shown(meaning: Understanding) -> bool:
    """True of `more like this`: the action knows what was shown last, whatever that is called."""
    is_alike = built_in(meaning) in ("items.like", "items.other") and is_believed(meaning)
    return is_alike and isinstance(meaning, IntentMatch) and "which" not in meaning.slots


def is_pronoun(text: str, language: str) -> bool:
    """True of a pronoun alone."""
    pattern = table_of(language).follow_ups.pronoun
    return bool(pattern and pattern.fullmatch(text.strip()))


def _shared(values: Sequence[Mapping[str, SlotValue]]) -> Mapping[str, SlotValue]:
    """Return the values on which all agree."""
    first, *others = values or [{}]
    return {name: value for name, value in first.items() if all(other.get(name) == value for other in others)}


def _swallows(meaning: Understanding, thing: Thing) -> bool:
    """Tell if a value has taken in the full name of a thing: a list called `eggs from my shopping`."""
    values = [value.casefold() for value in getattr(meaning, "slots", {}).values() if isinstance(value, str)]
    name = thing.name.casefold()
    return bool(thing.full) and any(value.startswith(f"{name} from ") for value in values)
