"""How far: `a bit more`, `all the way`, said after a command that brought something to a level or moved it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

from assistant.dialogue.context.fragments import fragment_of
from assistant.dialogue.exchange import Exchange
from assistant.dialogue.planning.plan import opposites
from assistant.language import entities
from assistant.language.tables import table_of
from assistant.language.text import strip_filler, tidy, tokens
from assistant.nlu.ranking.polarity.deeds import words_of_intent
from assistant.nlu.slots.domains import TYPED
from assistant.values import BuiltInAction, IntentMatch, Understanding

if TYPE_CHECKING:
    from assistant.nlu.matcher import Matcher

_LEVELS = "percent"
"""The type of a level that may be raised and lowered."""


def compared(text: str, language: str) -> str:
    """Return words for how something is to change without what it is compared to.

    >>> compared("a bit brighter than that", "en"), compared("brighter", "en")
    ('a bit brighter', 'brighter')
    """
    table = table_of(language)
    pronoun = table.follow_ups.pronoun
    if not table.than or pronoun is None:
        return text
    return re.sub(rf" {table.than} (?:{pronoun.pattern}|before|now)$", "", text, flags=re.IGNORECASE)


def comparison(text: str, language: str) -> str:
    """Return `a bit brighter` of `no, a bit brighter than that please`; nothing of words that compare nothing."""
    plain = compared(fragment_of(strip_filler(tidy(text), language), language).text, language)
    words = tokens(plain, language)
    return plain if 0 < len(words) < 4 and words[-1] in table_of(language).comparatives else ""


class Degrees:
    """Reader of how far the last change is to go.

    Args:
        last: the last exchange.
        matcher: understands the sentences that are made.
    """

    def __init__(self, last: Exchange, matcher: Matcher) -> None:
        self._last, self._matcher = last, matcher
        self._language = matcher.intents.language
        self._table = table_of(self._language)

    def read(self, text: str) -> Iterator[Understanding]:
        """Yield the last command further on, or at its end; nothing where the words say no degree."""
        command, words = self._last.understanding, self._table.follow_ups
        if not isinstance(command, IntentMatch) or not self._last.is_change or command.when:
            return
        plain = strip_filler(tidy(text), self._language).casefold()
        if words.step and (step := words.step.fullmatch(plain)):
            yield from self._further(replace(command, confidence=1.0), self._sign(step, command))  # it was carried out
        how = compared(fragment_of(plain, self._language).text, self._language)
        if self._compares(how, command) and (name := self._level(command)):
            yield self._stepped(command, name, self._direction(how))
        if words.one_more_step and (more := words.one_more_step.fullmatch(plain)):
            yield from self._as_far(command, more["number"] or "one")
        if words.end and (end := words.end.fullmatch(plain)):
            yield from self._to_the_end(command, end["side"] or "")

    def _sign(self, step: re.Match[str], command: IntentMatch) -> int:
        """Return 1 of a step on in the way of a command, -1 of one back; `less` is quieter after `turn it down` too."""
        if step["under"] or step["over"]:
            way = self._comparison(step["under"] or "") or -self._comparison(step["over"] or "")
            return way * self._way(command)
        if step["less"]:
            return -1 if self._level(command) else -self._way(command)
        return 1

    def _compares(self, plain: str, command: IntentMatch) -> bool:
        """True of `brighter`, `a bit brighter`: a word of the command's own for how its thing is to change."""
        last, *before = plain.split()[::-1] or [""]
        intent = self._matcher.intents.intents.get(command.intent)
        if intent is None or last not in self._table.comparatives or len(before) > 3:
            return False
        own = words_of_intent(intent, self._matcher.intents.rules)
        # `darker`, where it has only `brighter`
        return last in own or any(last in kind and kind & own for kind in self._table.follow_ups.compared)

    def _stepped(self, command: IntentMatch, name: str, sign: int, by: int = 10) -> IntentMatch:
        """Return a command with the next level up or down."""
        slot = self._matcher.intents.intents[command.intent].slots[name]
        low, high = (slot.low or 0, 100 if slot.high is None else slot.high)
        new = min(high, max(low, float(str(command.slots[name])) + by * sign))
        return replace(command, slots={**command.slots, name: round(new)}, confirm=None)

    def _further(self, command: IntentMatch, sign: int) -> Iterator[Understanding]:
        if name := self._level(command):
            yield self._stepped(command, name, sign * (self._direction(self._last.text) or 1))
        elif self._is_relative(command):
            if sign > 0:
                yield replace(command, confirm=None)
            elif sign < 0:
                yield from self._back(command)

    def _back(self, command: IntentMatch) -> Iterator[Understanding]:
        """Yield the command that goes the other way with the same thing: `less` after `warmer in the bedroom`."""
        way = self._way(command)
        for intent in self._matcher.intents.intents.values():
            own, other = command.action, intent.action
            if not isinstance(own, BuiltInAction) or not isinstance(other, BuiltInAction) or own.name != other.name:
                continue
            if way * self._direction(self._matcher.phrases.best("intent", intent.name)) < 0:
                same = {name: command.slots[name] for name in command.slots if name in intent.slots}
                things = {name: value for name, value in same.items() if intent.slots[name].type not in TYPED}
                yield replace(command, intent=intent.name, action=intent.action, slots=things, confirm=intent.confirm)
        yield from map(self._matcher.match, opposites(self._last.text, self._language))

    def _way(self, command: IntentMatch) -> int:
        """Return the direction of a command's usual sentence, else of what was said last."""
        sentences = self._matcher.phrases.best("intent", command.intent), self._last.text
        return next(filter(None, map(self._direction, sentences)), 0)

    def _as_far(self, command: IntentMatch, count: str) -> Iterator[IntentMatch]:
        """Yield a command that went some steps with another number of them: `another one` after `up two degrees`."""
        number = entities.parse("number", count, language=self._language)
        intent = self._matcher.intents.intents.get(command.intent)
        slots = intent.slots.items() if intent else ()
        names = [name for name, slot in slots if slot.type == "number" and name in command.slots]
        said = tokens(self._last.text, self._language)
        if number is None or len(names) != 1 or not self._direction(self._last.text):
            return
        if self._table.goals.isdisjoint(said):  # no step is meant by `up to twenty`
            yield replace(command, slots={**command.slots, names[0]: number}, confirm=None)

    def _to_the_end(self, command: IntentMatch, side: str) -> Iterator[Understanding]:
        """Yield the command with the greatest level, or the least, by the way in which it goes."""
        name, direction = self._level(command), self._direction(side or self._last.text)
        if name and direction:
            slot = self._matcher.intents.intents[command.intent].slots[name]
            end = (slot.low or 0) if direction < 0 else (100 if slot.high is None else slot.high)
            yield replace(command, slots={**command.slots, name: round(end)}, confirm=None)

    def _level(self, command: IntentMatch) -> str:
        """Return the slot that holds the only level of a command; nothing where there is none, or several."""
        intent = self._matcher.intents.intents.get(command.intent)
        slots = intent.slots if intent else {}
        names = [name for name, slot in slots.items() if slot.type == _LEVELS and slot.required]
        return names[0] if len(names) == 1 and names[0] in command.slots else ""

    def _direction(self, text: str) -> int:
        """Return 1 of words that raise or open, -1 of those that lower or close, 0 of others."""
        words = self._table.follow_ups.ways
        ways = [words[word] for word in tokens(text, self._language) if word in words]
        return ways[0] if ways else 0

    def _comparison(self, word: str) -> int:
        """Return the direction of `louder`, of `loud`."""
        return self._direction(f"{word}er") or self._direction(f"{word}{word[-1:]}er")

    def _is_relative(self, command: IntentMatch) -> bool:
        """Recognise a command that does a step: done again, it goes on."""
        intent = self._matcher.intents.intents.get(command.intent)
        needs_value = intent is None or any(slot.required and slot.type in TYPED for slot in intent.slots.values())
        return not needs_value and self._way(command) != 0
