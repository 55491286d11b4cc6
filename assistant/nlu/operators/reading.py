"""`OperatorReader`: the words for a time are taken off a sentence whose intent does not take them.

What an author wrote to the letter keeps its words, a slot for a time keeps those that it is filled with, and free text
that may be anything (a note, an item, a title) keeps its own. The rest is understood as a sentence of its own; where it
is no command, the sentence means what it means with all of its words.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from functools import cache
from typing import NamedTuple, TypeAlias

from assistant.authoring.definitions import IntentSet, Slot
from assistant.authoring.template_syntax import HOME_LISTS
from assistant.language import entities
from assistant.nlu.operators import moments
from assistant.nlu.operators.find import Operator, bounds, conditions, recurrences, times, touches
from assistant.nlu.operators.meanings import (
    holders,
    intent_of,
    is_beside,
    is_command,
    is_example,
    is_name,
    is_written,
    reader_words,
    without_particle,
)
from assistant.nlu.operators.recurrence import Recurrence
from assistant.nlu.operators.sentence_words import SentenceWords, Stretch
from assistant.nlu.operators.several import spread
from assistant.nlu.query import Query
from assistant.nlu.ranking.confidence import NO_DOUBT
from assistant.nlu.ranking.polarity.deeds import words_of_intent
from assistant.nlu.ranking.rankers import TemplateRanker
from assistant.nlu.sets.clauses import Clauses, Reader
from assistant.nlu.sets.pointing import written_out
from assistant.nlu.sets.split import split
from assistant.values import AnswerMatch, IntentMatch, OutOfScope, SlotMissing, Understanding, Utterance

_Understand: TypeAlias = Callable[[Query], Understanding]

_MOMENTS = frozenset({"datetime", "date", "time"})
_TIMES = _MOMENTS | {"duration"}
_NUMBERS = frozenset({"number", "percent"})


class _Sentence(NamedTuple):
    """A sentence that is read, and the way to understand it or a part of it with all of its words."""

    query: Query
    wording: SentenceWords
    understand: _Understand

    def of(self, query: Query) -> _Sentence:
        """Return a part of it."""
        return _Sentence(query, SentenceWords(query), self.understand)

    @property
    def whole(self) -> Understanding:
        """The meaning of all of its words."""
        return self.understand(self.query)


class OperatorReader:
    """Understands sentences by the words for a time and by the rest of them."""

    def __init__(self, intents: IntentSet, templates: TemplateRanker) -> None:
        self._intents, self._templates = intents, templates

    def read(
        self, query: Query, utterance: Utterance, understand: Callable[[Query, Utterance], Understanding]
    ) -> Understanding:
        """Return the meaning of a sentence; `understand` gives that of one whose words are all its intent's."""
        if not self._is_hinted(query) or self._templates.exact(query) or self._tells(query):
            return understand(query, utterance)
        sentence = _Sentence(query, SentenceWords(query), cache(lambda part: understand(part, utterance)))
        meaning = self._read(sentence)
        intent = self._intents.intents.get(intent_of(meaning))
        return sentence.whole if intent and intent.is_topic else meaning  # what only replies has no time of its own

    def parts(self, query: Query, reader: Reader) -> Sequence[str]:
        """Return the commands of a sentence, each with its operators; nothing where it is one.

        Raises:
            TooLong: the sentence has more parts than there is budget for.
        """
        query = written_out(query)
        parts: Sequence[str] = split(query.text, reader)
        if not self._is_hinted(query) or len(Clauses(query.text, query.language)) < 2:
            return parts
        parts = spread(query, parts, reader.meaning, lambda text: split(text, reader))
        return tuple(part for part in parts if reader.meaning(part))

    def _tells(self, query: Query) -> bool:
        """True of what tells, or asks: a time in it is what is meant, unless it begins with a condition."""
        own, words = reader_words(query.language), [word.casefold() for word in query.words]
        first, *others = [word for word in words if word != own.conjunction] or words
        if first not in own.questions or not others:
            return first in own.questions or query.sense.mood == "report"
        return others[0] in own.questions or not re.fullmatch(own.conditions, first)

    def _is_hinted(self, query: Query) -> bool:
        """False of sentences that can have no operator: sooner known than they are looked for."""
        hints, digits = reader_words(query.language).hints, any(map(str.isdigit, query.plain))
        return bool(hints) and (digits or not hints.isdisjoint(query.plain.split()))

    def _read(self, sentence: _Sentence) -> Understanding:
        if self._templates.exact(sentence.query):
            return sentence.whole
        return self._conditional(sentence) or self._recurring(sentence) or self._timed(sentence)

    # -- conditions and recurrences: no slot takes them

    def _conditional(self, sentence: _Sentence) -> Understanding | None:
        for operator in conditions(sentence.wording, sentence.query):
            rest, (operator,) = self._parted(sentence, [operator])
            if operator.follows and not self._templates.matches(rest):
                continue
            if not self._is_free(operator, sentence, rest):
                continue
            meaning = self._read(sentence.of(rest))
            if is_command(meaning) and self._is_surer(meaning, operator, sentence):
                return moments.on_condition(meaning, sentence.wording.said(operator.stretch), rest, sentence.query)
        return None

    def _recurring(self, sentence: _Sentence) -> Understanding | None:
        for operator in recurrences(sentence.wording, sentence.query):
            rest, (operator, *ends) = self._parted(
                sentence, [operator, *bounds(operator, sentence.wording, sentence.query)]
            )
            recurrence = moments.bounded(operator.value, ends)
            if not isinstance(recurrence, Recurrence) or not self._is_free(operator, sentence, rest):
                continue
            meaning = self._with_moment(self._read(sentence.of(rest)), rest, recurrence, sentence)
            if not is_command(meaning) and self._takes_time(sentence.whole):
                meaning = sentence.whole
            beside = [operator, *ends, *times(sentence.wording, sentence.query)]
            if recurrence.is_adverb and not touches(beside, sentence.wording) and not self._takes_time(meaning):
                continue
            if is_command(meaning) and self._is_surer(meaning, operator, sentence):
                said = " ".join(sentence.wording.said(item.stretch) for item in (operator, *ends))
                return moments.recurring(meaning, said, rest, recurrence, sentence.query, self._slots)
        return None

    def _with_moment(
        self, meaning: Understanding, rest: Query, recurrence: Recurrence, sentence: _Sentence
    ) -> Understanding:
        """Return a command that lacks its moment with the one that goes without saying."""
        if is_command(meaning) and not (isinstance(meaning, SlotMissing) and self._lacks_moment(meaning)):
            return meaning
        timed = sentence.understand(rest.with_text(f"{rest.text} {moments.usual_words(recurrence)}"))
        is_same = intent_of(meaning) in ("", intent_of(timed))
        return timed if is_same and self._takes_time(timed) else meaning

    def _is_surer(self, meaning: Understanding, operator: Operator, sentence: _Sentence) -> bool:
        """True if the meaning of the rest of a sentence is a better reading than that of the whole of it."""
        if self._has_room(meaning) and self._is_value(operator, sentence):
            return intent_of(sentence.whole) != intent_of(meaning)
        if meaning.confidence >= NO_DOUBT:
            return True
        if isinstance(sentence.whole, AnswerMatch) or is_example(sentence.query):
            return False
        if operator.kind == "recurrence" or not isinstance(sentence.whole, IntentMatch):
            return True
        if isinstance(meaning, SlotMissing) and meaning.intent == intent_of(sentence.whole):
            return False  # what it lacks stands in the clause: what do I get when I add 2 and 3
        return not any(slot.type in _TIMES for slot, _ in self._holders(sentence.whole, operator, sentence.wording))

    # -- moments, lengths and ends: a slot may take them

    def _timed(self, sentence: _Sentence) -> Understanding:
        operators = times(sentence.wording, sentence.query)
        rest, operators = self._parted(sentence, operators)
        operators = tuple(item for item in operators if self._is_free(item, sentence, rest))
        if not operators:
            return sentence.whole
        rest, operators = self._parted(sentence, operators)
        is_exact = self._templates.exact(rest)
        if is_exact and not self._may_take_time(rest):
            return self._at(operators, rest, sentence)
        if isinstance(sentence.whole, AnswerMatch) or is_example(sentence.query):
            return sentence.whole
        left = tuple(item for item in operators if not self._is_held(item, sentence, is_exact))
        if not left:
            return self._surest(operators, rest, sentence)
        return self._left(self._beyond(left, sentence), sentence)

    def _beyond(self, left: Sequence[Operator], sentence: _Sentence) -> Sequence[Operator]:
        """Return operators less one that fills a slot of a template for the rest: `run it for an hour | at ten`."""
        kinds = {item.kind for item in left}
        for item in left if 1 < len(kinds) == len(left) else ():  # of two lengths none is known to be the slot's
            others = tuple(other for other in left if other is not item)
            part, _ = self._parted(sentence, others)
            match = next(iter(self._templates.matches(part)), None)
            if match and not match.free and any(slot.name in match.texts for slot in self._slots(match.intent, _TIMES)):
                return others
        return left

    def _left(self, operators: Sequence[Operator], sentence: _Sentence) -> Understanding:
        """Return the command with operators that the meaning of all words does not hold; that meaning without one."""
        rest, operators = self._parted(sentence, operators)
        if not self._templates.exact(rest) and not touches(operators, sentence.wording):
            return sentence.whole
        meaning = sentence.understand(rest)
        if isinstance(meaning, SlotMissing) and self._lacks_moment(meaning):
            said = " ".join(sentence.wording.said(item.stretch) for item in operators)
            moved = sentence.understand(rest.with_text(f"{rest.text} {said}"))
            if isinstance(moved, IntentMatch):
                return moved
        if (
            isinstance(meaning, SlotMissing)
            and not self._templates.exact(rest)
            and intent_of(sentence.whole) == meaning.intent
            and not self._is_clock(meaning, operators, sentence.wording)
        ):
            return sentence.whole  # what it lacks are those words
        return self._at(operators, rest, sentence) if is_command(meaning) else sentence.whole

    def _is_clock(self, meaning: SlotMissing, operators: Sequence[Operator], wording: SentenceWords) -> bool:
        """True of moments, `at 6`, that can hardly be the number that lacks: the intent never says `at`."""
        if not self._slots(meaning.intent, _NUMBERS) or any(item.kind != "moment" for item in operators):
            return False
        own = words_of_intent(self._intents.intents[meaning.intent], self._intents.rules)
        return all(wording.words[item.stretch[0]].casefold() not in own for item in operators)

    def _surest(self, operators: Sequence[Operator], rest: Query, sentence: _Sentence) -> Understanding:
        """Return the meaning that takes all words for a time, unless the rest is surely another command."""
        whole = sentence.whole
        if whole.confidence >= NO_DOUBT or self._templates.matches(sentence.query):
            return whole
        other = sentence.understand(rest) if touches(operators, sentence.wording) else whole
        is_other = isinstance(other, IntentMatch) and isinstance(whole, IntentMatch) and other.intent != whole.intent
        return self._at(operators, rest, sentence) if is_other and other.confidence > whole.confidence else whole

    def _at(self, operators: Sequence[Operator], rest: Query, sentence: _Sentence) -> Understanding:
        meaning, said = sentence.understand(rest), [sentence.wording.said(item.stretch) for item in operators]
        if looked_back := moments.looked_back(meaning, said, sentence.query):
            return looked_back
        when = moments.when(operators, said, rest, sentence.query)
        if isinstance(when, str):
            return OutOfScope(meaning.confidence, meaning.n_best, when)
        return moments.each(meaning, lambda command: replace(command, when=when))

    # -- whose words they are

    def _parted(self, sentence: _Sentence, operators: Sequence[Operator]) -> tuple[Query, tuple[Operator, ...]]:
        """Return a sentence without operators, and these: a particle before one belongs to the verb if need be."""
        query, wording = sentence.query, sentence.wording
        rest = query.with_text(wording.without([item.stretch for item in operators]))
        shorter = [without_particle(item, wording, query.language) for item in operators]
        if shorter == [*operators] or self._templates.exact(rest):
            return rest, tuple(operators)
        longer = query.with_text(wording.without([item.stretch for item in shorter]))
        return (longer, tuple(shorter)) if self._templates.matches(longer) else (rest, tuple(operators))

    def _is_free(self, operator: Operator, sentence: _Sentence, rest: Query) -> bool:
        """True if the best template that covers a sentence leaves an operator to it."""
        match = next(iter(self._templates.matches(sentence.query)), None)
        if match is None or match.intent not in self._intents.intents:
            return True
        if f" {sentence.wording.text_of(operator.stretch)} " in f" {match.literal.casefold()} ":
            return False  # `{command} in {minutes} minutes`
        intent = self._intents.intents[match.intent]
        moment = [slot for slot in intent.slots.values() if slot.required and slot.type in _MOMENTS]
        is_wanted = any(operator.kind == "recurrence" or slot.name not in match.slots for slot in moment)
        return not any(
            self._keeps(slot, words, operator, sentence.wording, is_wanted)
            and (is_written(slot, operator, sentence.wording) or slot.type in _TIMES or not self._templates.exact(rest))
            for slot, words in holders(intent, match.texts, operator, sentence.wording)
        )

    def _keeps(
        self, slot: Slot, words: Stretch, operator: Operator, wording: SentenceWords, is_wanted: bool = False
    ) -> bool:
        """True if words of an operator are what a slot holds: a note, an item, a title.

        `is_wanted`: the intent must have a moment, of which a condition or a recurrence is another form.
        """
        is_clause = operator.kind in ("condition", "recurrence")
        if slot.type in entities.TYPES and slot.type not in entities.FREE:
            return not is_clause and slot.type in _TIMES
        if slot.name in HOME_LISTS or slot.type not in ("", "text") or (is_clause and is_wanted):
            return False
        is_all = operator.stretch[0] <= words[0] and words[1] <= operator.stretch[1]
        if not is_all and touches([operator], wording) and is_beside(operator, slot, words, wording, self._intents):
            return False
        return is_all or not touches([operator], wording) or operator.kind == "condition" or not is_name(slot)

    def _is_held(self, operator: Operator, sentence: _Sentence, is_exact: bool) -> bool:
        """True if the meaning of all words has an operator in one of its slots."""
        if isinstance(sentence.whole, SlotMissing) and self._lacks_moment(sentence.whole):
            return isinstance(operator.value, str)  # an impossible moment, asked about
        if not isinstance(sentence.whole, IntentMatch):
            return False
        for slot, words in self._holders(sentence.whole, operator, sentence.wording):
            if slot.type in _TIMES:
                return not (operator.is_delay and is_exact and slot.type == "duration")
            is_open = not is_exact or is_written(slot, operator, sentence.wording)
            if is_open and self._keeps(slot, words, operator, sentence.wording):
                return True
        return self._is_value(operator, sentence)

    def _is_value(self, operator: Operator, sentence: _Sentence) -> bool:
        """True if all but the words that lead to an operator are the value of a slot: `a table for 4`, `down by 10`."""
        if not isinstance(sentence.whole, IntentMatch) or sentence.whole.intent not in self._intents.intents:
            return False
        start, end = operator.stretch
        lead = sentence.wording.words[start].casefold()
        own = words_of_intent(self._intents.intents[sentence.whole.intent], self._intents.rules)
        counts = lead in own or re.fullmatch(reader_words(sentence.query.language).lasting, lead)
        return any(
            words[1] == end and 0 < words[0] - start <= 2 and (counts or slot.type not in _NUMBERS)
            for slot, words in self._holders(sentence.whole, operator, sentence.wording)
            if slot.name not in HOME_LISTS and not (operator.kind == "recurrence" and slot.type in _TIMES)
        )

    def _has_room(self, meaning: Understanding) -> bool:
        """True of a command without the value of a slot that is no time: the words of an operator may be that."""
        if not isinstance(meaning, IntentMatch | SlotMissing) or meaning.intent not in self._intents.intents:
            return False
        slots = self._intents.intents[meaning.intent].slots.values()
        return any(slot.name not in meaning.slots and slot.type not in _TIMES for slot in slots)

    def _holders(
        self, whole: IntentMatch, operator: Operator, wording: SentenceWords
    ) -> Iterator[tuple[Slot, Stretch]]:
        if intent := self._intents.intents.get(whole.intent):
            yield from holders(intent, whole.slot_texts, operator, wording)

    def _slots(self, intent: str, types: frozenset[str] = _MOMENTS) -> tuple[Slot, ...]:
        """Return the slots of an intent that hold a moment, or a value of other types."""
        slots = self._intents.intents[intent].slots.values() if intent in self._intents.intents else ()
        return tuple(slot for slot in slots if slot.type in types)

    def _takes_time(self, meaning: Understanding) -> bool:
        """True of a command with a time among its values."""
        if not isinstance(meaning, IntentMatch):
            return False
        return any(slot.name in meaning.slots for slot in self._slots(meaning.intent, _TIMES))

    def _may_take_time(self, query: Query) -> bool:
        """True if the intent of a sentence that a template covers has a slot for a time."""
        return any(self._slots(match.intent, _TIMES) for match in self._templates.covering(query))

    def _lacks_moment(self, meaning: SlotMissing) -> bool:
        return any(slot.name == meaning.missing for slot in self._slots(meaning.intent))
