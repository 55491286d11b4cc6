"""Increments that go on from those before: `an hour later`, and of a sum `times two`."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime, time, timedelta
from typing import TYPE_CHECKING

from assistant.dialogue.context.fragments import Fragment, fragment_of
from assistant.dialogue.context.meanings import FollowUp, Meaning, is_believed
from assistant.dialogue.context.pronouns import Pronouns
from assistant.dialogue.exchange import SETTING, Exchange, built_in, kind_of
from assistant.language import entities
from assistant.language.tables import table_of
from assistant.language.text import strip_filler, tidy
from assistant.values import IntentMatch, OutOfScope, Understanding, Utterance

if TYPE_CHECKING:
    from assistant.nlu.matcher import Matcher

_NUMBER = re.compile(r"-?\d[\d.,]*")


class Increments:
    """Reader of how much more or less is wanted.

    Args:
        last: the last exchange.
        matcher: whose language is spoken.
        understand: an utterance to its commands, each with its meaning.
        pronouns: of the conversation.
    """

    def __init__(
        self,
        last: Exchange,
        matcher: Matcher,
        understand: Callable[[Utterance], Sequence[Meaning]],
        pronouns: Pronouns,
    ) -> None:
        self._last, self._matcher, self._understand, self._pronouns = last, matcher, understand, pronouns
        self._language = matcher.intents.language
        self._table = table_of(self._language)

    def shifted(self, utterance: Utterance) -> FollowUp | None:
        """Return the last command with a value that is so much more or less: `an hour later`."""
        command, shifts, plain = self._last.understanding, self._table.follow_ups.shifts, tidy(utterance.text)
        if days := self._days(utterance.text):
            is_more = fragment_of(utterance.text, self._language).kind == "addition"
            return self._moved(utterance, timedelta(days=days), takes_back=not is_more)
        if half := self._half_day(utterance.text):
            return self._in_half(utterance, half)
        if shifts.keys().isdisjoint(plain.lower().split()):
            return None
        fragment = fragment_of(strip_filler(plain, self._language), self._language)
        *words, last = fragment.text.split() or [""]
        sign, is_more = shifts.get(last.lower()), fragment_of(plain, self._language).kind == "addition"
        if lead := self._table.follow_ups.amounting and self._table.follow_ups.amounting.match(" ".join(words)):
            words = " ".join(words)[lead.end() :].split()
        if is_more and words and words[0].casefold() in self._table.stand_ins:
            words = words[1:]  # `and one ten minutes earlier`
        if not isinstance(command, IntentMatch) or not sign or not words:
            return None
        words = [*self._in_minutes(words)]
        length = self._length(words)
        if length is None:
            return self._added(utterance, words, sign) if is_more else None
        if is_more and built_in(command) in SETTING:
            return self._moved(utterance, sign * length, takes_back=False)
        ways = dict.fromkeys((last, *(word for word, way in shifts.items() if way == sign)))
        orders = (" ".join((self._table.follow_ups.shifting, *words, way)) for way in ways)
        for order in orders if self._last.is_change else ():
            meanings = self._pronouns.read(replace(utterance, text=order, alternatives=()), ())
            if meanings and all(isinstance(meaning, IntentMatch) for _, meaning in meanings):
                return FollowUp(meanings)
        return self._moved(utterance, sign * length)

    def _in_minutes(self, words: Sequence[str]) -> Sequence[str]:
        """Return a number alone as so many minutes after a command on a timer: `give it five more`."""
        number = entities.parse("number", " ".join(words), language=self._language)
        if number is None or kind_of(self._last.understanding) != "timer":
            return words
        minutes = [word for word, seconds in self._table.units.items() if seconds == 60]
        return [*words, *minutes[1:2]]

    def _length(self, words: Sequence[str]) -> timedelta | None:
        length = entities.parse("duration", " ".join(words), language=self._language) if words else None
        return length if isinstance(length, timedelta) else None

    def _added(self, utterance: Utterance, words: Sequence[str], sign: int) -> FollowUp | None:
        """Return the last command for another thing as well, at another moment: `and the electrician an hour later`."""
        command = self._last.understanding
        for place in range(1, len(words)):
            if (length := self._length(words[place:])) is not None and isinstance(command, IntentMatch):
                thing = " ".join(words[:place])
                sentences = self._matcher.answers.amended(
                    command, self._last.text, thing, takes_text=True, repeats=True
                )
                for sentence in sentences:
                    meaning = self._matcher.match(replace(utterance, text=sentence, alternatives=()))
                    if isinstance(meaning, IntentMatch) and meaning.intent == command.intent and is_believed(meaning):
                        return self._moved(utterance, sign * length, takes_back=False, command=meaning)
                return None
        return None

    def _half_day(self, text: str) -> str:
        """Return words that say only which half of the day is meant: `pm`."""
        plain = fragment_of(text, self._language).text.strip(" .!?").casefold()
        pattern = self._table.half_day
        is_part = not self._table.parts_of_day.keys().isdisjoint(plain.split())  # `in the evening`
        return plain if pattern and pattern.fullmatch(plain) and not is_part else ""

    def _in_half(self, utterance: Utterance, half: str) -> FollowUp | None:
        """Return the last command with its moment in that half of the day."""
        command = self._last.understanding
        slots = command.slots if isinstance(command, IntentMatch) and self._last.is_change else {}
        moments = [value for value in slots.values() if isinstance(value, datetime)]
        clock = entities.parse("time", f"{moments[0].hour % 12 or 12} {half}") if len(moments) == 1 else None
        if not isinstance(clock, time):
            return None
        if clock.hour == moments[0].hour:
            return FollowUp([(utterance, OutOfScope(0.0, (), f"“{self._last.text}” stands: it means just that."))])
        by, now = timedelta(hours=clock.hour - moments[0].hour), self._matcher.query(utterance.text).now
        until = moments[0] + by - now.replace(tzinfo=moments[0].tzinfo)
        said = " ".join((self._last.text, *getattr(command, "slot_texts", {}).values()))
        is_of_day = until > timedelta(0) and self._matcher.query(said).spans("date")
        return self._moved(utterance, by if is_of_day else by - timedelta(days=until // timedelta(days=1)))

    def _days(self, text: str) -> int:
        """Return 1 of words for the day after that of the last command, -1 for the day before; 0 of others."""
        words, plain = self._table.follow_ups, fragment_of(text, self._language).text
        ways = ((words.next_days, 1), (words.days_before, -1))
        return next((days for way, days in ways if way and re.fullmatch(way, plain, re.IGNORECASE)), 0)

    def _moved(
        self, utterance: Utterance, by: timedelta, *, takes_back: bool = True, command: Understanding | None = None
    ) -> FollowUp | None:
        """Return a command, the last where none is given, with its only moment or length moved."""
        command = command or self._last.understanding
        slots = command.slots if isinstance(command, IntentMatch) else {}
        values = {name: value for name, value in slots.items() if isinstance(value, datetime | timedelta)}
        if len(values) != 1 or not isinstance(command, IntentMatch):
            return None
        ((name, value),) = values.items()
        if isinstance(value, timedelta) and (not by % timedelta(days=1) or value + by <= timedelta(0)):
            return None
        if isinstance(value, datetime) and value + by < self._matcher.query(utterance.text).now.replace(
            tzinfo=value.tzinfo
        ):
            reason = f"That has passed already. “{self._last.text}” stands."
            return FollowUp([(utterance, OutOfScope(0.0, (), reason))])
        slots = {**slots, name: value + by}
        return FollowUp(
            [(replace(utterance, text=self._last.text), replace(command, slots=slots))], takes_back=takes_back
        )

    def is_bare_number(self, alone: Sequence[Meaning]) -> bool:
        """Tell if a sum after a sum is none by itself: `minus 6`."""
        if len(alone) != 1 or not isinstance(match := alone[0][1], IntentMatch):
            return False
        is_same = match.action is not None and match.action == getattr(self._last.understanding, "action", None)
        texts = [entities.parse("number", str(value), language=self._language) for value in match.slots.values()]
        return is_same and len(texts) == 1 and texts[0] is not None

    def anew(self, utterance: Utterance, fragment: Fragment) -> FollowUp | None:
        """Return the last sum with another number: `20 percent of 85`, `and of 120`, `what about 5 percent`."""
        command, parting = self._last.understanding, self._table.follow_ups.parting
        (thing, *_) = self._last.outcome.focus or (None,)
        if thing is None or not _NUMBER.fullmatch(thing.name) or not isinstance(command, IntentMatch) or not parting:
            return None
        if fragment.kind != "addition":
            return None
        shares = (self._matcher.query(text).spans("percent") for text in (fragment.text, self._last.text))
        has_percent = all(any(span.end - span.start > 1 for span in spans) for spans in shares)
        names_share = fragment.text.split()[1:] and re.search(rf"\b(?:{parting})\b", fragment.text)
        if not (has_percent and not names_share) and not re.match(rf"(?:{parting})\s", fragment.text, re.IGNORECASE):
            return None
        for sentence in self._matcher.answers.amended(command, self._last.text, fragment.text):
            meaning = self._matcher.match(replace(utterance, text=sentence, alternatives=()))
            if isinstance(meaning, IntentMatch) and meaning.action == command.action and is_believed(meaning):
                return FollowUp([(utterance, meaning)])
        return None

    def continued(self, utterance: Utterance) -> FollowUp | None:
        """Return a sum that goes on from the last result: `times two`."""
        (thing, *others) = self._last.outcome.focus or (None,)
        if thing is None or others or not _NUMBER.fullmatch(thing.name):
            return None
        area = built_in(self._last.understanding).partition(".")[0]
        said = self._table.follow_ups.goes_on.sub("", tidy(utterance.text)) if self._table.follow_ups.goes_on else ""
        fragment = fragment_of(utterance.text, self._language).text
        pronoun = self._table.questions.pronoun
        bare = pronoun.sub("", fragment, count=1) if pronoun and pronoun.match(fragment) else fragment
        for text in dict.fromkeys((tidy(utterance.text), said, fragment, bare.strip())):
            meanings = self._understand(replace(utterance, text=f"{thing.name} {text}", alternatives=()))
            if all(is_believed(m) and built_in(m).partition(".")[0] == area != "" for _, m in meanings):
                return FollowUp(meanings)
        by_name = self._pronouns.read(replace(utterance, text=said, alternatives=()), ()) if said else ()
        is_sum = bool(by_name) and all(built_in(m).partition(".")[0] == area != "" for _, m in by_name)
        return FollowUp(by_name) if is_sum else None
