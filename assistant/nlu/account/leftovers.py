"""Words that an understanding leaves over, by what they may be: a value, a limit, another thing, a second command.

A leftover is grave where it would change what is done: `until the kids come`, `the front yard valve`. What stands in no
such place, `it is boiling in here`, may be said beside any command.
"""

from __future__ import annotations

import calendar
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Literal, NamedTuple, TypeAlias

from assistant.language import numbers
from assistant.language.entities import Span
from assistant.nlu.account.owners import LEFT, NOTHING, WORDING, OwnedWords
from assistant.nlu.query import Query
from assistant.values import SlotValue

LeftoverKind: TypeAlias = Literal["limit", "value", "listed", "clause", "verb", "thing", "told", "word"]

_TYPED = ("datetime", "time", "duration", "percent", "number")
_MOMENTS = ("datetime", "time", "duration")
_DIGIT = re.compile(r"\d")
_UNREADABLE = re.compile(r"\d[\d.,]*(?:e|\^|\*|x)[\d.,]+")
"""Notation of a number that no reader of numbers takes: `1e9`."""
_ABBREVIATIONS = frozenset(name.casefold() for name in (*calendar.day_abbr, *calendar.month_abbr))
_PURPOSE = ("for", "für")
_BREAK = re.compile(r"(\w+)(?:[,;!?]| [-–—] |\. )")


class Leftover(NamedTuple):
    """Words in one row that an understanding does not explain."""

    start: int
    """Index of the first word."""
    end: int
    """Index after the last."""
    kind: LeftoverKind

    def holds(self, place: int) -> bool:
        """True of a word of it."""
        return self.start <= place < self.end


@dataclass(frozen=True)
class LeftoverFinder:
    """Finds the leftovers of one sentence.

    `values` are those that were read from it; `is_listed` is true of a value of any list that is in use; `likeness` is
    the cosine of a word to the nearest word of the intent; `names` are the slots whose free text is the name of a thing
    or a place.
    """

    sentence: OwnedWords
    query: Query
    values: Sequence[SlotValue]
    is_listed: Callable[[str], bool]
    likeness: Callable[[str], float]
    weights: Mapping[str, float]
    names: frozenset[str]

    def leftovers(self) -> tuple[Leftover, ...]:
        """Return the leftovers in the order of the sentence, the gravest reading of each word."""
        taken: list[Leftover] = []
        for find in (
            self._limits, self._ranges, self._repeated, self._values, self._listed, self._sentences, self._clauses,
            self._things, self._verbs, self._words,
        ):  # fmt: skip
            for leftover in find():
                if not any(other.start < leftover.end and leftover.start < other.end for other in taken):
                    taken.append(leftover)
        return tuple(sorted(taken))

    # -- what limits a command

    def _limits(self) -> Iterator[Leftover]:
        """Yield the words from the first condition, exception or end on: before the command, or up to the end."""
        sentence, starts, position = self.sentence, {}, 0
        for place, word in enumerate(sentence.plain):
            starts[position] = place
            position += len(word) + 1
        text = " ".join(sentence.plain)
        for match in sentence.phrases.limit.finditer(text):
            place = starts[match.start()]
            rest = place + len(match.group().split())
            is_name = sentence.owners[place] in self.names
            is_own = {*sentence.owners[place:rest]} == {WORDING} and not any(left > place for left in sentence.left)
            if not is_name and (sentence.is_value(place) or is_own):
                continue
            if sentence.phrases.courtesy.match(text, match.end() + 1):
                continue
            if all(map(sentence.is_empty, range(rest, len(sentence.words)))) and not is_name:
                continue
            if any(map(sentence.is_explained, range(place))):
                yield Leftover(place, len(sentence.words), "limit")
                return
            if place == 0 and (command := next(filter(self._is_verb, range(rest, len(sentence.words))), 0)):
                yield Leftover(0, command, "limit")
                return

    def _ranges(self) -> Iterator[Leftover]:
        """Yield numbers that go `to` others, where the intent has no such word: `water bed 1 to 10`."""
        sentence = self.sentence
        for place in range(1, len(sentence.words) - 1):
            is_joint = sentence.plain[place] in sentence.ranges and sentence.owners[place] == NOTHING
            if is_joint and self._is_number(place - 1) and self._is_number(place + 1):
                yield Leftover(place - 1, place + 2, "limit")

    def _is_number(self, place: int) -> bool:
        word = numbers.digits((self.sentence.words[place],), self.query.language)[0].text
        return word.replace(".", "").isdigit()

    def _repeated(self) -> Iterator[Leftover]:
        """Yield a word for how often: a command is carried out once."""
        pattern = self.sentence.phrases.repeated
        for place in self._left if pattern else ():
            if pattern and pattern.fullmatch(self.sentence.plain[place]):
                yield Leftover(place, place + 1, "limit")

    # -- values that no slot took

    def _values(self) -> Iterator[Leftover]:
        """Yield typed values, and moments inside the name of a thing: `fan at 10 pm`."""
        sentence = self.sentence
        for kind in _TYPED if sentence.left else ():
            for span in self.query.spans(kind, sentence.words):
                inside = range(span.start, span.end)
                if any(place in self._said or sentence.is_value(place) for place in inside):
                    continue
                if self._tells(span):
                    yield Leftover(span.start, span.end, "value")
        for place in self._left:
            if _UNREADABLE.fullmatch(sentence.plain[place]):
                yield Leftover(place, place + 1, "value")
        for kind in _MOMENTS if self._free_names else ():
            for span in self.query.spans(kind, sentence.words):
                if self._is_appended(span.start, span.end):
                    yield Leftover(span.start, span.end, "value")

    @cached_property
    def _said(self) -> frozenset[int]:
        """The places of values that a slot has from other words, `halfway, to 50 percent`, and of days for which."""
        words, plain = self.sentence.words, self.sentence.plain
        values = [span for kind in _TYPED for span in self.query.spans(kind, words) if span.value in self.values]
        days = [span for span in self.query.spans("date", words) if plain[span.start] in _PURPOSE]
        return frozenset(place for span in (*values, *days) for place in range(span.start, span.end))

    @cached_property
    def _left(self) -> Sequence[int]:
        """The places of words that neither an owner nor a value in other words explains."""
        return [place for place in self.sentence.left if place not in self._said]

    @cached_property
    def _free_names(self) -> bool:
        return any(owner in self.names for owner in self.sentence.owners)

    def _tells(self, span: Span) -> bool:
        """True of a value with a word that is left over; `one`, ordinals and `sun` are none by themselves."""
        plain, start = self.sentence.plain, span.start
        if not any(self.sentence.owners[place] == LEFT for place in range(start, span.end)):
            return False
        if span.end - start > 1:
            return True
        word = plain[start]
        if word in ("one", "ones"):
            return self._counts_on(start)
        digits = numbers.digits((word,), self.query.language)[0].text
        is_ordinal = bool(_DIGIT.search(digits)) and not digits.replace(".", "").isdigit()
        return bool(_DIGIT.search(word)) or not (is_ordinal or word in _ABBREVIATIONS)

    def _counts_on(self, place: int) -> bool:
        """True of a number that goes on in a value: `one and three quarter hours`."""
        joint, after = self.sentence.plain[place + 1 : place + 2], place + 2
        conjunction = self.sentence.table.conjunction
        return joint == (conjunction,) and after < len(self.sentence.words) and self.sentence.is_value(after)

    def _is_appended(self, start: int, end: int) -> bool:
        """True of a moment in words behind the name of a thing, within its slot: not of `easter` in `easter lights`."""
        name = self.sentence.owners[start]
        is_inside = name in self.names and all(owner == name for owner in self.sentence.owners[start:end])
        is_last = end == len(self.sentence.words) or self.sentence.owners[end] != name
        has_name = start > 0 and self.sentence.owners[start - 1] == name
        text, lead = self.sentence.text(start, end), self.sentence.plain[start]
        has_clock = any(map(str.isdigit, text)) and any(map(str.isalpha, text))
        return is_inside and is_last and has_name and (lead in self.sentence.table.stop_words or has_clock)

    def _listed(self, longest: int = 4) -> Iterator[Leftover]:
        """Yield values of lists that no slot took, the longest first."""
        count = len(self.sentence.words)
        for start in self._left:
            for end in range(min(count, start + longest), start, -1):
                places = range(start, end)
                if self.sentence.is_empty(end - 1) or any(
                    place in self._said or self.sentence.is_value(place) for place in places
                ):
                    continue
                text = " ".join(self.sentence.plain[start:end])
                if self.is_listed(text) or self.is_listed(text.removesuffix("s")):
                    yield Leftover(start, end, "listed")

    # -- other deeds and other things

    def _sentences(self) -> Iterator[Leftover]:
        """Yield a name that is half a sentence: `neighbours have a noisy` of a mower."""
        sentence, verbs = self.sentence, self.sentence.phrases.auxiliaries
        for place in range(1, len(sentence.words) - 1):
            around = {*sentence.owners[place - 1 : place + 2]}
            if len(around) == 1 and around <= self.names and sentence.plain[place] in verbs:
                yield Leftover(place, place + 1, "clause")

    def _clauses(self) -> Iterator[Leftover]:
        """Yield a second command that is none: `and feed the cat`."""
        sentence = self.sentence
        joints = {word for words in sentence.table.joints.split("|") for word in words.split()} - {""}
        for place in self._left:
            if place < 2 or sentence.plain[place - 1] not in joints or sentence.is_value(place - 1):
                continue
            if any(map(sentence.is_explained, range(place - 1))):
                yield Leftover(place, len(sentence.words), "clause")
                return

    def _is_verb(self, place: int) -> bool:
        """True of a verb or a particle that says what is done: of any deed, or of the intent's."""
        word, owner = self.sentence.plain[place], self.sentence.owners[place]
        if self.sentence.is_value(place):
            return False
        return self.sentence.phrases.is_verb(word) or (owner == WORDING and word in self.sentence.table.deeds_of_verb)

    @cached_property
    def _head(self) -> int:
        """The place of the first word that says something, if it stands where an order has its verb; else -1."""
        sentence = self.sentence
        first = next((place for place in range(len(sentence.words)) if not sentence.is_empty(place)), -1)
        if first < 0 or any(word in sentence.phrases.subjects for word in sentence.plain[:first]):
            return -1
        if self._is_asked(first):
            return -1
        return -1 if first and sentence.plain[first - 1] in sentence.phrases.determiners else first

    def _verbs(self) -> Iterator[Leftover]:
        """Yield a first word that stands for the verb, where the sentence has no other and no direction."""
        sentence, head = self.sentence, self._head
        if head < 0 or sentence.owners[head] != LEFT or head + 1 == len(sentence.words):
            return
        directed = not sentence.phrases.directions.isdisjoint(sentence.plain)
        if directed or any(map(self._is_verb, range(len(sentence.words)))):
            return
        if self.likeness(sentence.plain[head]) >= self.weights["related_verb"]:
            return
        if sentence.is_explained(head + 1) or sentence.plain[head + 1] in sentence.phrases.determiners:
            yield Leftover(head, head + 1, "verb")

    def _things(self) -> Iterator[Leftover]:
        """Yield the name of a thing or a place in which a word is left over: `the front yard valve`."""
        for start, end in self._runs():
            is_asked = self._is_asked(start)
            if not (self._orders or is_asked or self._is_joined(start)):
                continue
            left = [place for place in range(start, end) if place in self._left]
            if not left or not (is_asked or self._is_object(start, end)):
                continue
            least = self.weights["related_alone" if is_asked else "related"]
            if any(self.likeness(self.sentence.plain[place]) < least for place in left):
                yield Leftover(start, end, "thing")

    def _is_asked(self, start: int) -> bool:
        """True of what is asked about, behind the verb of a question: `what time is | sunrise`."""
        before, asking = self.sentence.plain[:start], self.sentence.table.questions.asking.split("|")
        return len(before) > 1 and before[0] in asking and before[-1] in self.sentence.phrases.auxiliaries

    def _is_joined(self, start: int) -> bool:
        """True of a phrase beside another that is explained: `lights on in the hall | and the landing`."""
        plain, phrases, before = self.sentence.plain, self.sentence.phrases, start - 1
        while before > 0 and plain[before] in phrases.determiners | phrases.locatives:
            before -= 1
        joints = self.sentence.table.joints.split("|")
        return 0 < before < start - 1 and plain[before] in joints and self.sentence.is_value(before - 1)

    @cached_property
    def _orders(self) -> bool:
        """True of a sentence with a verb: one that means something only as a whole names no thing of its own."""
        unknown = self._head >= 0 and self.sentence.owners[self._head] == LEFT
        return unknown or any(map(self._is_verb, range(len(self.sentence.words))))

    def _separates(self, place: int) -> bool:
        """True of a word between two phrases: a function word, a verb, an unknown word in the place of the verb."""
        if self.sentence.is_empty(place) or self._is_verb(place):
            return True
        return place == self._head and self.sentence.owners[place] == LEFT and not self._is_fragment(place + 1)

    def _is_fragment(self, place: int) -> bool:
        """True of a particle at the end of what is said: `kettle on`."""
        plain, particles = self.sentence.plain, self.sentence.table.particles
        if place >= len(plain) or plain[place] not in particles:
            return False
        after = place + 1
        return after == len(plain) or plain[after] in self.sentence.phrases.locatives

    def _runs(self) -> Iterator[tuple[int, int]]:
        """Yield the stretches of words between function words, verbs and signs."""
        breaks = {word.casefold() for word in _BREAK.findall(self.query.text)}
        start = None
        for place in range(len(self.sentence.words) + 1):
            inside = place < len(self.sentence.words) and not self._separates(place)
            if start is not None and (not inside or self.sentence.plain[place - 1] in breaks):
                yield start, place
                start = None
            if inside and start is None:
                start = place

    def _is_object(self, start: int, end: int) -> bool:
        """True of a phrase that names what something is done to, or where: behind a verb, a particle, `in the`."""
        sentence, plain = self.sentence, self.sentence.plain
        phrases, particles = sentence.phrases, sentence.table.particles
        if end < len(plain) and plain[end] in phrases.auxiliaries and not self._is_verb(end):
            return False
        before, has_determiner = start - 1, False
        while before >= 0 and plain[before] in (phrases.determiners | phrases.asides) - particles:
            has_determiner |= plain[before] in phrases.determiners
            before -= 1
        if before < 0:
            return self._is_fragment(end)
        if plain[before] in particles:
            is_joined = has_determiner and plain[before - 1] in sentence.table.joints.split("|")  # and on the landing
            return before > 0 and (self._is_verb(before - 1) or before - 1 == self._head or is_joined)
        if plain[before] in phrases.locatives or plain[before] in sentence.table.joints.split("|"):
            return has_determiner
        if self._is_verb(before):
            return self._is_fragment(end) or not (before and plain[before - 1] in phrases.subjects)  # `I need coffee`
        return before == self._head or (has_determiner and sentence.owners[before] == WORDING)

    def _words(self) -> Iterator[Leftover]:
        """Yield all other words that are left over, each by itself.

        One that is all that was said is a thing; a strange one where somebody tells how something is may tell of
        another matter: `the grass is greener on the other side`.
        """
        telling = [place for place in range(len(self.sentence.words)) if not self.sentence.is_empty(place)]
        is_told = self.query.sense.mood == "state"
        for place in self._left:
            likeness = self.likeness(self.sentence.plain[place]) if telling == [place] or is_told else 1.0
            is_alone = telling == [place] and likeness < self.weights["related_alone"]
            is_strange = is_told and likeness < self.weights["related"]
            yield Leftover(place, place + 1, "thing" if is_alone else "told" if is_strange else "word")
