"""Refusals of something after a command: `no`, `but not the bedroom`, `don't lock the back door`."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from assistant.actions.builtins import tells
from assistant.dialogue.consent.yes_no import is_mere_no, plain_words, takes_back
from assistant.dialogue.context.fragments import Fragment, fragment_of
from assistant.dialogue.context.meanings import Meaning
from assistant.dialogue.context.pronouns import is_pronoun
from assistant.dialogue.exchange import Exchange, built_in
from assistant.language.mood import sense
from assistant.language.tables import table_of
from assistant.language.text import content_words, expand_contractions, tidy
from assistant.values import BuiltInAction, IntentMatch, OutOfScope, SlotMissing, Understanding, Utterance

if TYPE_CHECKING:
    from assistant.nlu.matcher import Matcher

_LEFT = "All right, I have left that as it is."
UNDO = IntentMatch("Undo", {}, 1.0, (), BuiltInAction("dialogue.undo"))


def rules_out(text: str, language: str) -> bool:
    """True of an answer that says only what is not meant: `not in the kitchen`, `anything except 25`."""
    fragment, table = fragment_of(text, language), table_of(language)
    plain = f" {expand_contractions(tidy(fragment.text), language).casefold()} "
    is_negated = any(f" {word} " in plain for word in table.negations)
    is_of_all = not table.universal.isdisjoint(plain.split())  # `all except the longest` picks
    is_except = bool(table.exception and table.exception.search(plain)) and not is_of_all
    return not fragment.old and (fragment.kind == "exclusion" or is_negated or is_except)


def leaves_open(question: object, utterance: Utterance, matcher: Matcher) -> bool:
    """True of an answer with one value or another: `in the kitchen or the bathroom`."""
    word = table_of(matcher.intents.language).disjunction
    sides = re.split(rf"\s(?:{word})\s", utterance.text, flags=re.IGNORECASE) if word else []
    if len(sides) < 2 or not isinstance(question, SlotMissing):
        return False
    hedging = table_of(matcher.intents.language).answers.hedging
    sides = [hedging.sub("", side, count=1) for side in sides]
    filled = (matcher.fill(question, replace(utterance, text=side, alternatives=())) for side in sides)
    return all(isinstance(value, IntentMatch) for value in filled)


class Exclusions:
    """Reads refusals.

    Args:
        exchanges: the commands and answers before, newest last.
        matcher: whose language is spoken.
        understand: an utterance to its commands, each with its meaning.
    """

    def __init__(
        self,
        exchanges: Sequence[Exchange],
        matcher: Matcher,
        understand: Callable[[Utterance], Sequence[Meaning]],
    ) -> None:
        self._last, self._before = exchanges[-1], [item for item in exchanges[-4:-1] if item.is_change]
        self._language, self._understand = matcher.intents.language, understand

    def taken_back(self, utterance: Utterance, *, is_sure: bool) -> IntentMatch | None:
        """Return the undoing of the last change for an utterance that says no more than that it is not wanted."""
        if self._last.is_change and not is_sure and takes_back(utterance.text, self._language):
            return UNDO
        as_before = table_of(self._language).follow_ups.is_as_before
        if self._last.is_change and as_before and (was := as_before.fullmatch(plain_words(utterance.text))):
            is_second = was.groupdict().get("first") and any(self._is_like(item) for item in self._before)
            return self._asked if is_second else UNDO
        if self._last.is_change and self._last.outcome.undo and is_mere_no(utterance.text, self._language):
            return self._asked
        return None

    def _is_like(self, item: Exchange) -> bool:
        """True of a change of the same kind of thing as the last: the volume set, and then lowered."""
        areas = [built_in(exchange.understanding).partition(".")[0] for exchange in (item, self._last)]
        return areas[0] == areas[1]

    @property
    def _asked(self) -> IntentMatch:
        return replace(UNDO, confirm=f"Shall I take back “{self._last.text}”?")

    def read(self, utterance: Utterance, fragment: Fragment) -> Understanding | None:
        """Return the meaning of words that refuse something; None of others.

        The last change is taken back where they are about that. Of anything else nothing is done.
        """
        feeling = sense(fragment.text, self._language)
        if fragment.kind == "exclusion":
            is_last, is_plain = self._names(self._last, fragment.text), fragment.is_firm
        elif feeling.mood == "forbidden" and feeling.rest:
            meanings = self._understand(replace(utterance, text=feeling.rest, alternatives=()))
            is_last, is_plain = all(self.is_of_last(meaning) for _, meaning in meanings), True
        else:
            return None
        if not is_last or not self._last.is_change:
            is_done = fragment.kind == "exclusion" and any(self._names(item, fragment.text) for item in self._before)
            left = "That is done already: please say what to do about it." if is_done else _LEFT
            return OutOfScope(0.0, (), left)
        if not self._last.outcome.undo:
            return OutOfScope(0.0, (), f"I can't take back “{self._last.text}”.")
        return UNDO if is_plain else self._asked

    def stands(self, fragment: Fragment) -> OutOfScope | None:
        """Return the reason against what is meant in the place of something that the last command named."""
        if not self._last.is_change or not self._names(self._last, fragment.old):
            return None
        return OutOfScope(0.0, (), f"I can't do that with “{fragment.text}”. “{self._last.text}” stands.")

    def left_out(self, text: str) -> Iterator[str]:
        """Yield the sentence of the last command without one of several things: `never mind the bread`."""
        joints, said = table_of(self._language).joints, self._last.text
        if not joints or not self._last.outcome.undo or not (words := content_words(text, self._language)):
            return
        name, small = r"\s+".join(map(re.escape, words)), r"(?:the |some )?"
        behind, before = rf"(?:\s*,|\s+(?:{joints}))\s+{small}{name}\b", rf"\b{small}{name}(?:\s*,|\s+(?:{joints}))\s+"
        for pattern in (behind, before):
            if match := re.search(pattern, said, re.IGNORECASE):
                yield " ".join(f"{said[: match.start()]} {said[match.end() :]}".split())

    def mistaken(self, utterance: Utterance, alone: Sequence[Meaning]) -> OutOfScope | None:
        """Return the refusal of a deed on the thing spoken of that is understood as one on another.

        `Turn on the lamp`, `dim it a little`: no screen is meant.
        """
        words, plain = table_of(self._language).follow_ups, utterance.text.lower()
        things, pronoun, expletive = self._last.outcome.focus, words.pronoun, words.expletive
        if not things or not pronoun or not pronoun.search(plain) or (expletive and expletive.search(plain)):
            return None
        if not all(isinstance(m, IntentMatch) and m.slots == {} and m.action and not tells(m) for _, m in alone):
            return None
        if any(built_in(meaning).startswith("dialogue.") for _, meaning in alone):
            return None
        return OutOfScope(0.0, (), f"I don't know how to do that with “{things[-1].name}”.")

    def _names(self, item: Exchange, text: str) -> bool:
        """True of words for what a command was about or was one of all of, and of a pronoun alone."""
        words = {*content_words(text, self._language)}
        if not words or is_pronoun(text, self._language):
            return is_pronoun(text, self._language)
        said = {*content_words(item.text, self._language)}
        names = ({*content_words(thing.name, self._language)} for thing in item.outcome.focus)
        is_of_all = not table_of(self._language).universal.isdisjoint(item.text.lower().split())
        return words <= said or is_of_all or any(words <= name for name in names)

    def is_of_last(self, meaning: Understanding) -> bool:
        """True of the last command, with its own values or with fewer."""
        last = self._last.understanding
        if not isinstance(last, IntentMatch) or not isinstance(meaning, IntentMatch | SlotMissing):
            return False
        return meaning.intent == last.intent and meaning.slots.items() <= last.slots.items()
