"""The last command with other values: `no, fifteen`, `and in the bedroom`."""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING

from assistant.actions.builtins import tells
from assistant.dialogue.context.amending.asked import refilled
from assistant.dialogue.context.amending.beside import Beside
from assistant.dialogue.context.amending.standing import of_same_thing, texts_in, with_answers
from assistant.dialogue.context.fragments import Fragment
from assistant.dialogue.context.meanings import FollowUp, Meaning, is_believed
from assistant.dialogue.context.pronouns import is_pronoun
from assistant.dialogue.exchange import Exchange
from assistant.language import entities
from assistant.language.mood import commands as is_order
from assistant.language.mood import sense
from assistant.language.tables import table_of
from assistant.language.tables.phrases import phrases_of
from assistant.language.text import content_words, like_for_like, stems, tokens
from assistant.language.times import minutes_of_hour
from assistant.nlu.ranking.confidence import NO_DOUBT
from assistant.nlu.ranking.polarity.directions import leads_of
from assistant.nlu.sets.clauses import VALUE_KINDS, Clauses
from assistant.values import IntentMatch, OutOfScope, SlotMissing, Understanding, Utterance

if TYPE_CHECKING:
    from assistant.nlu.matcher import Matcher

_TELLING = frozenset({"question", "state", "report", "habit", "quote"})
"""Moods of what asks or tells."""


class Amendments:
    """Reader of what changes the last command or is wanted beside it.

    Args:
        last: the last exchange.
        matcher: understands the sentences that are made.
        understand: an utterance to its commands, each with its meaning.
        names: of the things of before: `make it 12` leaves the one that it is about.
    """

    def __init__(
        self,
        last: Exchange,
        matcher: Matcher,
        understand: Callable[[Utterance], Sequence[Meaning]],
        names: Sequence[str] = (),
    ) -> None:
        self._last, self._matcher, self._understand = last, matcher, understand
        is_numbered = "id" in getattr(last.understanding, "slots", {})
        self._name = next((name for name in names if is_numbered and name in last.text), "")
        self._language = matcher.intents.language
        self._table = table_of(self._language)

    def read(self, utterance: Utterance, fragment: Fragment, *, is_sure: bool) -> FollowUp | None:
        """Return the last command with other values."""
        command = self._last.understanding
        if not isinstance(command, IntentMatch) or (command.action is None and not command.slots):
            return None
        command = replace(
            command, slot_texts={**texts_in(command, self._last.text, self._matcher), **command.slot_texts}
        )
        is_open = not is_sure and not fragment.is_repair
        if self._is_told(fragment.text) or (is_open and self._is_told(utterance.text)):
            return None
        if fragment.kind == "addition" and (more := self._more(utterance, fragment, command, is_sure=is_sure)):
            return more
        tasks = [text for name, text in command.slot_texts.items() if self._is_task(name, text, command)]
        is_value = bool(tasks) or not is_order(fragment.text, self._language)
        is_of_hour = minutes_of_hour(fragment.text, self._language) is not None  # `ten past`
        is_text = is_value and self._is_phrase(fragment.text) and not (is_of_hour or self._is_number(fragment.text))
        takes_text = fragment.kind != "plain" and not is_sure and is_text and not self._moves(utterance, fragment)
        thing = re.sub(rf"^(?:{self._table.follow_ups.determiners}) ", "", fragment.text, flags=re.IGNORECASE)
        is_object = bool(tasks) and fragment.kind != "plain" and not is_sure and self._is_thing(thing) and is_value
        is_object = is_object and not is_of_hour
        repeats = fragment.repeats or is_object  # `buy flowers`, `actually chocolates`
        sentences = self._matcher.answers.amended(
            command, self._last.text, fragment.text, fragment.old, takes_text=takes_text, repeats=repeats
        )
        told = self._told(command, tasks) if takes_text and fragment.is_repair and not fragment.old else ""
        if told and not (alike := like_for_like(told, fragment.text)):
            return FollowUp([(utterance, OutOfScope(0.0, (), self._table.follow_ups.refusals.in_full.format(told)))])
        told_anew = [self._last.text.replace(told, alike)] if told else []
        sentences = itertools.chain(told_anew, self._replanned(command, fragment), sentences)
        sentences = (text for text in sentences if fragment.kind != "change" or self._name in text)
        refill = partial(refilled, self._matcher, command, utterance, fragment.text, self._last.text)
        if moved := self._moved(fragment, command, refill, is_sure=is_sure) if fragment.is_repair else None:
            return FollowUp([(self._as_said(utterance, moved), moved)], takes_back=not isinstance(moved, OutOfScope))
        refusal: SlotMissing | None = None
        first = ""
        for sentence in (*sentences, *(self._replaced(command, fragment.text) if takes_text else ())):
            if meanings := self._same_command(utterance, sentence, command):
                if fragment.kind == "addition" and self._is_beside(meanings, command, fragment.text):
                    continue
                if fragment.is_joined and self._is_free(command, meanings, fragment.text):
                    return FollowUp(
                        [(utterance, OutOfScope(0.0, (), self._table.follow_ups.refusals.joined.format(fragment.text)))]
                    )
                return FollowUp(self._asked(meanings, command, sentence, fragment), takes_back=fragment.is_repair)
            refusal, first = refusal or self._refused(utterance, sentence, command), first or sentence
        if refusal and fragment.kind != "plain":
            return FollowUp([(utterance, self._standing(refusal))])
        filled = refill() if fragment.kind != "plain" and is_value else None
        if filled:
            return FollowUp([(self._as_said(utterance, filled), filled)], takes_back=fragment.is_repair)
        return self._so_already(utterance, first, command) if fragment.is_repair else None

    def _moves(self, utterance: Utterance, fragment: Fragment) -> bool:
        """True of what goes somewhere, which is no other text: `move it to the top`."""
        moving = self._table.follow_ups.moving
        return fragment.kind == "change" and bool(moving and moving.match(utterance.text))

    def _as_said(self, utterance: Utterance, meaning: Understanding) -> Utterance:
        """Return the sentence of the last command, where its meaning has another value for an answer to it."""
        return replace(utterance, text=self._last.text) if isinstance(meaning, IntentMatch) else utterance

    def _more(
        self, utterance: Utterance, fragment: Fragment, command: IntentMatch, *, is_sure: bool
    ) -> FollowUp | None:
        """Return a command beside the last one, where the words say more than another value for it."""
        if minutes_of_hour(fragment.text, self._language) is not None:
            return None  # its `to` leads nowhere
        has_task = any(self._is_task(name, text, command) for name, text in command.slot_texts.items())
        beside = Beside(self._last, self._matcher, self._understand)
        completed = None if is_sure else beside.read(utterance, fragment, has_task=has_task)
        return completed or self._continued(utterance, fragment, command) or self._each(utterance, fragment, command)

    def _is_beside(self, meanings: Sequence[Meaning], command: IntentMatch, text: str) -> bool:
        """True of the last command with one more value and all of its own, for what is a thing beside that: `and the
        garage?` after `is the front door locked`.
        """
        is_thing = text.casefold().split()[0] in self._table.follow_ups.determiners.split("|")
        return is_thing and all(command.slots.items() < getattr(m, "slots", {}).items() for _, m in meanings)

    def _so_already(self, utterance: Utterance, sentence: str, command: IntentMatch) -> FollowUp | None:
        """Return that the last command stands, where a sentence means no more than that did."""
        meaning = self._matcher.match(replace(utterance, text=sentence, alternatives=())) if sentence else None
        same = (command.intent, command.slots, command.when)
        if not isinstance(meaning, IntentMatch) or (meaning.intent, meaning.slots, meaning.when) != same:
            return None
        return FollowUp([(utterance, OutOfScope(0.0, (), f"“{self._last.text}” stands: it means just that."))])

    def _told(self, command: IntentMatch, tasks: Sequence[str], longest: int = 2) -> str:
        """Return the statement that a command keeps in free text, of which a word or two are a part: a note."""
        texts = [text for name, text in command.slot_texts.items() if command.slots.get(name) == text]
        told = [text for text in texts if len(text.split()) > 2 * longest - 1 and text not in tasks]
        return told[0] if len(texts) == len(told) == 1 and self._last.text.count(told[0]) == 1 else ""

    def _moved(
        self,
        fragment: Fragment,
        command: IntentMatch,
        refill: Callable[[type], IntentMatch | SlotMissing | None],
        *,
        is_sure: bool,
    ) -> Understanding | None:
        """Return the last command with what a repair says in the place of an answer, or the reason against it."""
        if not is_sure and self._is_nowhere(fragment.old, command):
            return OutOfScope(0.0, (), self._table.follow_ups.refusals.nowhere.format(fragment.old, self._last.text))
        if moved := refill(datetime) or refill(timedelta) or _reworded(command, fragment, self._last.text):
            return moved
        if answered := self._answered(command, fragment.text):
            return refill(str) or OutOfScope(0.0, (), self._table.follow_ups.refusals.in_full.format(answered))
        return None

    def _answered(self, command: IntentMatch, text: str, longest: int = 3) -> str:
        """Return the text of a command with nothing else, given as an answer, for which a few words are no other."""
        (value, *others) = command.slots.values() or ("",)
        is_answer = isinstance(value, str) and len(value.split()) > longest and value not in self._last.text
        return str(value) if is_answer and not others and len(text.split()) <= longest else ""

    def _is_nowhere(self, old: str, command: IntentMatch) -> bool:
        """True of words for what was wrong that name nothing of the last change: no value, and none of its things."""
        query = self._matcher.query(old)
        words = stems(content_words(old, self._language))
        if not words or not self._last.is_change or any(query.spans(kind) for kind in VALUE_KINDS):
            return False
        things = [name for thing in self._last.outcome.focus for name in (thing.name, thing.full)]
        values = map(str, command.slots.values())
        said = " ".join((self._last.text, *command.slot_texts.values(), *values, *things))
        return words.isdisjoint(stems(content_words(said, self._language)))

    def _replanned(self, command: IntentMatch, fragment: Fragment) -> Iterator[str]:
        """Yield the sentence of a planned command with another number for its moment: `make that twenty`."""
        when = command.when.text if command.when else ""
        new = entities.parse("number", fragment.text, language=self._language)
        if not when or new is None or fragment.kind == "plain" or self._last.text.count(when) != 1:
            return
        spans = self._matcher.query(when).spans("number")
        if len(spans) == 1 and spans[0].text in when:
            yield self._last.text.replace(when, when.replace(spans[0].text, fragment.text, 1))

    def _is_free(self, command: IntentMatch, meanings: Sequence[Meaning], text: str) -> bool:
        """True where commands have a text for a value of any words, in the place of another's."""
        intent = self._matcher.intents.intents.get(command.intent)
        slots = intent.slots.values() if intent else ()
        names = [slot.name for slot in slots if (slot.type or slot.name) in entities.FREE]
        return any(getattr(meaning, "slots", {}).get(name) == text for _, meaning in meanings for name in names)

    def _is_told(self, text: str) -> bool:
        """True of what asks, tells or forbids after a change, and amends no command: `what time is it 11`."""
        mood = sense(text, self._language).mood
        return mood == "forbidden" or (self._last.is_change and mood in _TELLING)

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

    def _continued(self, utterance: Utterance, fragment: Fragment, command: IntentMatch) -> FollowUp | None:
        """Return the last command on another thing that says where to as well: `and butter to the list`.

        What it says begins where the first value of the last one stood: `and at five to call Tom`.
        """
        if self._table.goals.isdisjoint(fragment.text.casefold().split()):
            return None
        for place in sorted(map(self._last.text.find, command.slot_texts.values())):
            before = self._last.text[: max(place, 0)].split()
            for lead in (before[:-1], before) if len(before) > 1 else (before,):
                sentence = " ".join([*lead, fragment.text])
                if lead and (meanings := self._same_command(utterance, sentence, command)):
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
        meanings = [(part, with_answers(meaning, command, self._last.text)) for part, meaning in meanings]
        if self._name and self._name in sentence:
            meanings = [(part, of_same_thing(meaning, command)) for part, meaning in meanings]
        others = [meaning for _, meaning in meanings]
        least = 0.6 if tells(command) else 0.8  # the same question of another place is as likely as its words allow
        commands = [other for other in others if isinstance(other, IntentMatch) and is_believed(other, least)]
        is_same = all(other.intent == command.intent for other in commands) and len(commands) == len(others)
        if command.when and any(not other.when and other.slots != command.slots for other in commands):
            return ()  # words for its moment have become a name
        if any(self._names_it(other, command) for other in commands):
            return ()
        is_changed = any((other.slots, other.when) != (command.slots, command.when) for other in commands)
        is_opposite = (
            len(commands) == 1
            and commands[0].slots.keys() == command.slots.keys()
            and commands[0].confidence >= NO_DOUBT
            and (commands[0].slots == command.slots or self._is_turned(sentence))
        )
        again = self._table.follow_ups.again
        is_again = again is not None and again.match(utterance.text) is not None
        return meanings if (is_same and (is_changed or is_again)) or (is_opposite and not is_same) else ()

    def _names_it(self, meaning: IntentMatch, command: IntentMatch) -> bool:
        """True of a new name or label that ends in a pronoun, which has become one by mistake: `untick it`."""
        new = [text for name, text in meaning.slot_texts.items() if command.slot_texts.get(name) != text]
        names = [text for name, text in meaning.slot_texts.items() if not self._is_task(name, text, command)]
        return any(text in names and is_pronoun(text.rpartition(" ")[2], self._language) for text in new)

    def _is_turned(self, sentence: str) -> bool:
        """True of a sentence with the opposite of a verb of the last command."""
        counterparts, words = self._table.counterparts, {*tokens(sentence, self._language)}
        said = tokens(self._last.text, self._language)
        return any(word not in words and not words.isdisjoint(counterparts.get(word, ())) for word in said)

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

    def _is_number(self, text: str) -> bool:
        return entities.parse("number", text, language=self._language) is not None

    def _is_task(self, name: str, text: str, command: IntentMatch) -> bool:
        """Tell if a text begins with a verb, known or by its place behind `to` in the sentences of its intent."""
        intent = self._matcher.intents.intents.get(command.intent)
        if is_order(text, self._language) or intent is None or command.slots.get(name) != text:
            return is_order(text, self._language)
        patterns = (sentence for block in intent.blocks for sentence in block.sentences)
        return len(text.split()) > 1 and not self._table.states.isdisjoint(leads_of(patterns).get(name, ()))

    def _is_thing(self, text: str) -> bool:
        """Tell if words name a thing that something is done to: `the dog`, `chocolates`, not `walk the dog`."""
        determiners = {*self._table.follow_ups.determiners.split("|"), *self._table.articles.split("|")}
        phrases, words = phrases_of(self._language), text.casefold().split()
        is_deed = words[:1] and phrases is not None and words[0] in phrases.verbs
        return not is_deed and determiners.isdisjoint(words[1:]) and self._is_phrase(text)

    def _is_phrase(self, text: str, most: int = 5) -> bool:
        """Tell if words may be a name or a thing, not a sentence: of the small words they have only such as `of`."""
        words = tokens(text, self._language)
        small = {*self._table.leads.split("|"), *self._table.joints.split("|"), "of"}
        return 0 < len(words) <= most and all(word in small or word not in self._table.stop_words for word in words)


def _reworded(command: IntentMatch, fragment: Fragment, said: str) -> IntentMatch | None:
    """Return a command with other words in a text that was an answer: `change Anna to Emma`."""
    old = re.compile(rf"\b{re.escape(fragment.old)}\b", re.IGNORECASE) if fragment.old else None
    texts = {
        name: old.sub(lambda _: fragment.text, value)
        for name, value in command.slots.items()
        if old and isinstance(value, str) and value not in said and len(old.findall(value)) == 1
    }
    slots, words = {**command.slots, **texts}, {**command.slot_texts, **texts}
    return replace(command, slots=slots, slot_texts=words) if len(texts) == 1 else None
