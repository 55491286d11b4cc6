"""What an utterance means after the command before it: a repair, an addition, a pronoun, a bare value.

Each is read by making a whole sentence of it and of the one before, which is understood like any other. What means
something surely by itself, and shows no such mark, is no follow-up.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING

from assistant.actions.builtins import tells
from assistant.actions.outcome import Thing
from assistant.dialogue.consent.yes_no import plain_words
from assistant.dialogue.context.amending import refilled
from assistant.dialogue.context.exclusions import UNDO, Exclusions
from assistant.dialogue.context.focus import Focus
from assistant.dialogue.context.fragments import Fragment, fragment_of
from assistant.dialogue.context.pronouns import Meaning, Pronouns, is_about_talk, is_believed
from assistant.dialogue.context.taking_up.back import is_wanted_back, resumed
from assistant.dialogue.context.taking_up.degrees import Degrees
from assistant.dialogue.context.taking_up.variations import Variations
from assistant.dialogue.exchange import Exchange
from assistant.language import entities
from assistant.language.mood import commands as is_order
from assistant.language.mood import sense
from assistant.language.tables import table_of
from assistant.language.text import strip_filler, tidy, tokens
from assistant.nlu.ranking.confidence import NO_DOUBT
from assistant.nlu.sets.clauses import Clauses
from assistant.nlu.sets.completing import completions
from assistant.values import (
    IntentMatch,
    OutOfScope,
    SlotMissing,
    Utterance,
)

if TYPE_CHECKING:
    from assistant.nlu.matcher import Matcher

_TELLING = frozenset({"question", "state", "report", "habit", "quote"})
"""Moods of what asks or tells."""

_NUMBER = re.compile(r"-?\d[\d.,]*")


@dataclass(frozen=True, slots=True)
class FollowUp:
    """An utterance that takes up the command before it."""

    meanings: Sequence[Meaning]
    takes_back: bool = False
    """True if the command before it was not meant, and is taken back first."""
    other_than: Sequence[Thing] = ()
    """Things that are not meant, where one of several is."""


class FollowUps:
    """Reads utterances after the exchanges of a conversation, newest last.

    Args:
        exchanges: the commands and answers.
        matcher: understands the sentences that are made.
        understand: an utterance to its commands, each with its meaning.
    """

    def __init__(
        self,
        exchanges: Sequence[Exchange],
        matcher: Matcher,
        understand: Callable[[Utterance], Sequence[Meaning]],
    ) -> None:
        self._exchanges, self._last = exchanges, exchanges[-1]
        self._matcher, self._understand = matcher, understand
        self._language = matcher.intents.language
        self._table = table_of(self._language)
        self._pronouns = Pronouns(Focus(exchanges, self._language), matcher, understand)

    def read(self, utterance: Utterance, alone: Sequence[Meaning]) -> FollowUp | None:
        """Return an utterance as a follow-up; None where it is a sentence of its own.

        Args:
            utterance: the utterance.
            alone: what it means by itself.
        """
        is_sure = all(is_believed(meaning) for _, meaning in alone)
        against = Exclusions(self._exchanges, self._matcher, self._with_pronouns)
        if undone := against.taken_back(utterance, is_sure=is_sure):
            return FollowUp([(utterance, undone)])
        fragment = fragment_of(utterance.text, self._language, self._last.text)
        if other := (
            self._shifted(utterance)
            or self._taken_up(utterance, is_sure)
            or (FollowUp([(utterance, left)]) if not is_sure and (left := against.read(utterance, fragment)) else None)
            or self._other(utterance, fragment)
        ):
            return other
        is_whole = is_sure and not any(isinstance(meaning, SlotMissing) for _, meaning in alone)
        if not self._last.is_change and (by_name := self._pronouns.read(utterance, alone)):
            return FollowUp(by_name)
        if fragment.kind != "denial" and (sum_after := self._continued(utterance)):
            return sum_after
        is_marked = fragment.is_repair or (fragment.kind == "addition" and not is_whole)
        if is_marked and (amended := self._amended(utterance, fragment, is_whole)):
            return amended
        if fragment.kind == "denial" and (corrected := self._corrected(utterance, fragment)):
            return corrected
        if self._last.is_change and (by_name := self._pronouns.read(utterance, alone)):
            return FollowUp(by_name)
        if is_sure and not self._is_bare_number(alone):
            return None
        if fragment.kind == "denial" and not is_wanted_back(self._last, utterance.text, self._matcher):
            return self._continued(utterance)
        is_value = fragment.kind in ("plain", "denial") and not is_sure
        if is_value and (value := self._unmarked(utterance, fragment)):
            return value
        return FollowUp([(utterance, refusal)]) if (refusal := against.mistaken(utterance, alone)) else None

    def _unmarked(self, utterance: Utterance, fragment: Fragment) -> FollowUp | None:
        """Read an utterance that shows no mark and means nothing by itself: `bring it back`, a bare value."""
        if is_wanted_back(self._last, utterance.text, self._matcher):
            return FollowUp([(utterance, UNDO)])
        return self._amended(utterance, fragment, is_sure=False)

    def _with_pronouns(self, utterance: Utterance) -> Sequence[Meaning]:
        return self._pronouns.read(utterance, ()) or self._understand(utterance)

    def _is_told(self, text: str) -> bool:
        """True of what asks, tells or forbids after a change, and amends no command: `what time is it 11`."""
        mood = sense(text, self._language).mood
        return mood == "forbidden" or (self._last.is_change and mood in _TELLING)

    def _taken_up(self, utterance: Utterance, is_sure: bool) -> FollowUp | None:
        """Read `a bit more`, `carry on` and `the same at night` after what they go on with."""
        for meaning in Degrees(self._last, self._matcher).read(utterance.text):
            if is_believed(meaning):
                return FollowUp([(replace(utterance, text=self._last.text, alternatives=()), meaning)])
        for sentence in resumed(self._last, utterance.text, self._language):
            meanings = self._understand(replace(utterance, text=sentence, alternatives=()))
            if all(isinstance(meaning, IntentMatch) and is_believed(meaning) for _, meaning in meanings):
                return FollowUp(meanings)
        if self._is_comparison(utterance.text):
            order = f"{self._table.follow_ups.shifting} {tidy(utterance.text)}"
            if self._last.is_change and (by_name := self._pronouns.read(replace(utterance, text=order), ())):
                return FollowUp(by_name)
        varied = Variations(self._exchanges, self._matcher, self._understand, self._pronouns).read(utterance, is_sure)
        return FollowUp(varied) if varied else None

    def _is_comparison(self, text: str) -> bool:
        """True of `brighter`, `a bit brighter`: of a few words the last says how something is to change."""
        words = tokens(text, self._language)
        return 0 < len(words) < 4 and words[-1] in self._table.comparatives

    # -- repairs and additions --------------------------------------------------------------------

    def _other(self, utterance: Utterance, fragment: Fragment) -> FollowUp | None:
        """Return the last command without what said which of several things it was about: `no, the other one`."""
        command, things = self._last.understanding, self._last.outcome.focus
        if not self._table.answers.names_other.fullmatch(plain_words(fragment.text)) or not isinstance(
            command, IntentMatch
        ):
            return None
        if not self._last.is_change or not self._last.outcome.undo or len(things) != 1:
            return None
        intent = self._matcher.intents.intents.get(command.intent)
        slots = {
            name: value
            for name, value in command.slots.items()
            if intent and name in intent.slots and intent.slots[name].required
        }
        if len(slots) == len(command.slots):
            return None  # nothing said which
        texts = {name: text for name, text in command.slot_texts.items() if name in slots}
        meaning = replace(command, slots=slots, slot_texts=texts)
        return FollowUp([(utterance, meaning)], takes_back=True, other_than=things)

    def _corrected(self, utterance: Utterance, fragment: Fragment) -> FollowUp | None:
        """Return a whole command that stands in the place of the last: `no, turn on the fan`."""
        if fragment.text == utterance.text or not self._last.is_change:
            return None
        meanings = self._understand(replace(utterance, text=fragment.text, alternatives=()))
        commands = [meaning for _, meaning in meanings if isinstance(meaning, IntentMatch) and is_believed(meaning)]
        if len(commands) < len(meanings) or any(is_about_talk(command) or tells(command) for command in commands):
            return None
        same = commands[0].intent == getattr(self._last.understanding, "intent", "")
        return FollowUp(meanings, takes_back=True) if same or fragment.is_firm else None

    def _amended(self, utterance: Utterance, fragment: Fragment, is_sure: bool) -> FollowUp | None:
        """Return the last command with other values."""
        command = self._last.understanding
        if not isinstance(command, IntentMatch) or (command.action is None and not command.slots):
            return None
        is_open = not is_sure and not fragment.is_repair
        if self._is_told(fragment.text) or (is_open and self._is_told(utterance.text)):
            return None
        if fragment.kind == "addition" and not is_sure and (completed := self._completed(utterance, fragment)):
            return completed
        if fragment.kind == "addition" and (several := self._each(utterance, fragment, command)):
            return several
        tasks = [text for text in command.slot_texts.values() if is_order(text, self._language)]
        is_value = bool(tasks) or not is_order(fragment.text, self._language)
        takes_text = fragment.kind != "plain" and not is_sure and is_value and self._is_phrase(fragment.text)
        sentences = self._matcher.answers.amended(
            command, self._last.text, fragment.text, fragment.old, takes_text=takes_text, repeats=fragment.repeats
        )
        refill = partial(refilled, self._matcher, command, utterance, fragment.text, self._last.text)
        if fragment.is_repair and (moved := refill(datetime)):
            return FollowUp([(utterance, moved)], takes_back=True)
        refusal: SlotMissing | None = None
        for sentence in (*sentences, *(self._replaced(command, fragment.text) if takes_text else ())):
            if meanings := self._same_command(utterance, sentence, command):
                return FollowUp(self._asked(meanings, command, sentence, fragment), takes_back=fragment.is_repair)
            refusal = refusal or self._refused(utterance, sentence, command)
        if refusal and fragment.kind != "plain":
            return FollowUp([(utterance, self._standing(refusal))])
        filled = refill() if fragment.kind != "plain" and is_value else None
        return FollowUp([(utterance, filled)], takes_back=fragment.is_repair) if filled else None

    def _each(self, utterance: Utterance, fragment: Fragment, command: IntentMatch) -> FollowUp | None:
        """Return the last command with each of several listed values: `and in the bathroom and the hall`."""
        pieces, meanings = Clauses(fragment.text, self._language), list[Meaning]()
        for piece in pieces if len(pieces) > 1 else ():
            sentences = self._matcher.answers.amended(command, self._last.text, piece)
            same = (self._same_command(utterance, sentence, command) for sentence in sentences)
            if not (found := next(filter(None, same), ())):
                return None
            meanings += found
        return FollowUp(meanings) if meanings else None

    def _replaced(self, command: IntentMatch, text: str) -> Iterator[str]:
        """Yield the sentence of a command with others for its only words of free text: `draw a cat`, `no, a dog`."""
        for name, value in command.slot_texts.items() if len(command.slot_texts) == 1 else ():
            if command.slots.get(name) == value and self._last.text.count(value) == 1:
                yield self._last.text.replace(value, text)

    def _completed(self, utterance: Utterance, fragment: Fragment) -> FollowUp | None:
        """Return another command about what the last one named: `take milk off the list`, `and add cream`."""
        last = self._last.understanding
        texts = last.slot_texts if isinstance(last, IntentMatch) else {}
        for sentence, name, _ in completions(fragment.text, self._last.text, texts, self._language):
            meanings = self._understand(replace(utterance, text=sentence, alternatives=()))
            values = [getattr(meaning, "slots", {}).get(name) for _, meaning in meanings if is_believed(meaning)]
            if values and all(value == getattr(last, "slots", {}).get(name) for value in values):
                return FollowUp(meanings)
        return None

    def _asked(
        self, meanings: Sequence[Meaning], command: IntentMatch, sentence: str, fragment: Fragment
    ) -> Sequence[Meaning]:
        """Return commands; one whose task was put together of two is asked about first."""
        ((utterance, meaning), *others) = meanings
        free = [
            name for name, text in command.slot_texts.items() if len(text.split()) > 1 and command.slots[name] == text
        ]
        is_guess = fragment.repeats and any(
            getattr(meaning, "slots", {}).get(name) != command.slots[name] for name in free
        )
        if others or not is_guess or not isinstance(meaning, IntentMatch) or meaning.confirm:
            return meanings
        return [(utterance, replace(meaning, confirm=f"Do you mean “{sentence}”?"))]

    def _same_command(self, utterance: Utterance, sentence: str, command: IntentMatch) -> Sequence[Meaning]:
        """Return the meanings of a sentence if they are the command with other values, or its opposite."""
        meanings = self._understand(replace(utterance, text=sentence, alternatives=()))
        others = [meaning for _, meaning in meanings]
        commands = [other for other in others if isinstance(other, IntentMatch) and is_believed(other)]
        is_same = all(other.intent == command.intent for other in commands) and len(commands) == len(others)
        is_changed = any((other.slots, other.when) != (command.slots, command.when) for other in commands)
        is_opposite = len(commands) == 1 and commands[0].slots == command.slots and commands[0].confidence >= NO_DOUBT
        again = self._table.follow_ups.again
        is_again = again is not None and again.match(utterance.text) is not None
        return meanings if (is_same and (is_changed or is_again)) or (is_opposite and not is_same) else ()

    def _refused(self, utterance: Utterance, sentence: str, command: IntentMatch) -> SlotMissing | None:
        """Return the question for a value that the command had, where its new value is none: `no, 300`."""
        meaning = self._matcher.match(replace(utterance, text=sentence, alternatives=()))
        is_same = isinstance(meaning, SlotMissing) and meaning.intent == command.intent
        return meaning if is_same and isinstance(meaning, SlotMissing) and meaning.missing in command.slots else None

    def _standing(self, refusal: SlotMissing) -> OutOfScope:
        """Return the reason against a new value, with what holds in its place."""
        intent = self._matcher.intents.intents[refusal.intent]
        ask = intent.slots[refusal.missing].ask if refusal.missing in intent.slots else ""
        reason = refusal.ask.removesuffix(ask or "").strip()
        return OutOfScope(refusal.confidence, refusal.n_best, f"{reason} “{self._last.text}” stands.")

    def _is_phrase(self, text: str, most: int = 5) -> bool:
        """Tell if words may be a name or a thing, not a sentence: of the small words they have only such as `of`."""
        words = tokens(text, self._language)
        small = {*self._table.leads.split("|"), *self._table.joints.split("|"), "of"}
        return 0 < len(words) <= most and all(word in small or word not in self._table.stop_words for word in words)

    # -- amounts --------------------------------------------------------------------------------------

    def _shifted(self, utterance: Utterance) -> FollowUp | None:
        """Return the last command with a value that is so much more or less: `an hour later`."""
        command, shifts, plain = self._last.understanding, self._table.follow_ups.shifts, tidy(utterance.text)
        if shifts.keys().isdisjoint(plain.lower().split()):
            return None
        *words, last = fragment_of(strip_filler(plain, self._language), self._language).text.split() or [""]
        sign = shifts.get(last.lower())
        length = entities.parse("duration", " ".join(words), language=self._language) if sign and words else None
        if not isinstance(command, IntentMatch) or not sign or not isinstance(length, timedelta):
            return None
        order = " ".join((self._table.follow_ups.shifting, *words, last))
        if self._last.is_change and (
            meanings := self._pronouns.read(replace(utterance, text=order, alternatives=()), ())
        ):
            return FollowUp(meanings)
        values = {name: value for name, value in command.slots.items() if isinstance(value, datetime | timedelta)}
        if len(values) != 1:
            return None
        ((name, value),) = values.items()
        slots = {**command.slots, name: value + sign * length}
        return FollowUp([(replace(utterance, text=self._last.text), replace(command, slots=slots))], takes_back=True)

    def _is_bare_number(self, alone: Sequence[Meaning]) -> bool:
        """Tell if a sum after a sum is none by itself: `minus 6`."""
        if len(alone) != 1 or not isinstance(match := alone[0][1], IntentMatch):
            return False
        is_same = match.action is not None and match.action == getattr(self._last.understanding, "action", None)
        texts = [entities.parse("number", str(value), language=self._language) for value in match.slots.values()]
        return is_same and len(texts) == 1 and texts[0] is not None

    def _continued(self, utterance: Utterance) -> FollowUp | None:
        """Return a sum that goes on from the last result: `times two`."""
        (thing, *others) = self._last.outcome.focus or (None,)
        if thing is None or others or not _NUMBER.fullmatch(thing.name):
            return None
        action = getattr(self._last.understanding, "action", None)
        fragment = fragment_of(utterance.text, self._language).text
        pronoun = self._table.questions.pronoun
        bare = pronoun.sub("", fragment, count=1) if pronoun and pronoun.match(fragment) else fragment
        for text in dict.fromkeys((tidy(utterance.text), fragment, bare.strip())):
            meanings = self._understand(replace(utterance, text=f"{thing.name} {text}", alternatives=()))
            if all(is_believed(meaning) and getattr(meaning, "action", None) == action for _, meaning in meanings):
                return FollowUp(meanings)
        return None
