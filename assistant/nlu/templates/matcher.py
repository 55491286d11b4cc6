"""Sentence templates, on the hassil library: sentences that one covers from end to end.

Typed lists (`{duration}`, `{datetime}`, ...) hold, for each sentence that is matched, the values that stand in it:
`{task} {datetime}` needs no word between the two.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache, cached_property
from typing import Any

from hassil import IntentData, Intents, RecognizeResult, Sentence, SlotList, WildcardSlotList, recognize_all
from hassil.intents import Intent as HassilIntent

from assistant.authoring.definitions import Block, Intent, IntentSet, WordList, is_same
from assistant.authoring.template_syntax import HOME_LISTS, check_syntax, parsed
from assistant.language import entities
from assistant.language.mood import commands
from assistant.language.spoken import Limits, fault
from assistant.language.tables import table_of
from assistant.language.text import as_written, expand_contractions, joins
from assistant.nlu.query import Query
from assistant.nlu.slots.limits import missing_value, number_of, range_limits, slot_kinds, slot_limits
from assistant.nlu.templates.lists import RangeList, Sentences, TypedList, reading, slot_list
from assistant.nlu.templates.prefilter import Prefilter
from assistant.nlu.templates.sampler import Sampler
from assistant.values import Share, SlotValue

_LONGEST_NAME = 4
"""Words of a thing or a place that is not listed."""


@dataclass(frozen=True, slots=True)
class TemplateMatch:
    """A sentence that a template covers from end to end."""

    intent: str
    slots: Mapping[str, SlotValue]
    texts: Mapping[str, str]
    """Slot name -> the words it was read from."""
    template: str
    literal: str
    """The words of the sentence that stand in the template itself or are listed or typed values."""
    free: int
    """Number of words taken as free text."""
    open_ended: bool
    """True where the sentence ends in free text, so that it may go on."""
    response: str
    unfit: bool = False
    """True where a slot cannot have its value."""
    takes_orders: bool = True
    """False where the free text at the end is of a slot with examples of which none is an order: what is drawn."""

    @property
    def rank(self) -> tuple[int, bool, bool, int]:
        """The order of matches: few free words, values that fit, then no values, then long ones."""
        longest = max(map(len, self.texts.values()), default=0)
        return self.free, self.unfit, bool(self.texts), -longest  # `garage door`, not `garage`


class Templates:
    """All templates of an `IntentSet`, compiled. Safe to use from several threads."""

    def __init__(self, intents: IntentSet, before: Templates | None = None) -> None:
        """Compile them; of those before, what is the same is taken over, where lists and rules are the same."""
        self._set = intents
        self.sampler = Sampler(intents)
        """Sentences sampled from the same templates."""
        self._limits: dict[str, Mapping[str, tuple[Limits, ...]]] = {}
        texts = (text for intent in intents.intents.values() for block in intent.blocks for text in block.sentences)
        ranges = _inline_ranges((*texts, *intents.rules.values()))
        self._lists: dict[str, SlotList]
        self._grammar: Intents
        if before is not None and before._has_words_of(intents) and ranges.keys() <= before._lists.keys():
            self._lists, rules = before._lists, before._grammar.expansion_rules
        else:
            before = None
            self._lists = {kind: WildcardSlotList(kind) for kind in (*entities.FREE, *HOME_LISTS)}
            self._lists |= {kind: TypedList(kind) for kind in entities.TYPES if kind not in entities.FREE}
            self._lists |= {name: self._list(words) for name, words in intents.lists.items()}
            self._lists |= ranges
            rules = {name: self._sentence(text) for name, text in intents.rules.items()}
        known = before._compiled(intents) if before else {}
        compiled = {
            name: known.get(name) or HassilIntent(name, self._blocks(intent))
            for name, intent in intents.intents.items()
        }
        self._grammar = Intents(intents.language, compiled, self._lists, rules, list(intents.skip_words))
        if before is not None:
            vars(self)["_prefilter"] = Prefilter(self._grammar, before._prefilter)

    def _has_words_of(self, intents: IntentSet) -> bool:
        """Return True where the lists, rules and words that are skipped are those of a set."""
        own = self._set
        return is_same(
            (own.language, own.skip_words, own.rules, own.lists),
            (intents.language, intents.skip_words, intents.rules, intents.lists),
        )

    def _compiled(self, intents: IntentSet) -> dict[str, HassilIntent]:
        """Return the intents whose templates and slots are as they are in a set."""
        own = self._set.intents
        same = (
            name
            for name, intent in intents.intents.items()
            if name in own and is_same((own[name].blocks, own[name].slots), (intent.blocks, intent.slots))
        )
        return {name: self._grammar.intents[name] for name in same}

    def _list(self, words: WordList) -> SlotList:
        return slot_list(words, self.sampler.phrases, self._set.language)

    def _sentence(self, text: str) -> Sentence:
        return Sentence(parsed(expand_contractions(text, self._set.language)), text)

    def _blocks(self, intent: Intent) -> list[IntentData]:
        own = {name: self._lists[slot.type] for name, slot in intent.slots.items() if slot.type in self._lists}
        numbers = [slot for slot in intent.slots.values() if slot.type == "number"]
        scales = [slot.name for slot in numbers if Limits(slot.low, slot.high, slot.step).is_scale]
        own |= {name: RangeList(name, "scale") for name in scales}
        if scales and len(scales) == len(numbers):
            own["number"] = RangeList("number", "scale")
        return [self._block(block, own) for block in intent.blocks]

    def _block(self, block: Block, own: dict[str, SlotList]) -> IntentData:
        lists = {**own, **{name: self._list(words) for name, words in block.lists.items()}}
        lists |= _inline_ranges(block.rules.values())
        return Sentences(
            list(block.sentences),
            slots=dict(block.slots),
            response=block.response or None,
            requires_context=dict(block.requires_context),
            excludes_context=dict(block.excludes_context),
            expansion_rules={name: self._sentence(text) for name, text in block.rules.items()},
            slot_lists=lists,
            wildcard_list_names={name for name, values in lists.items() if isinstance(values, WildcardSlotList)},
            metadata=dict(block.metadata),
            required_keywords=set(block.keywords) or None,
            parsed=[self._sentence(text) for text in block.sentences],
        )

    @cached_property
    def _prefilter(self) -> Prefilter:
        return Prefilter(self._grammar)

    def warm(self) -> None:
        """Work out now by what each template is chosen."""
        self._prefilter.warm()

    def match(self, query: Query) -> tuple[TemplateMatch, ...]:
        """Return the readings of a whole sentence, one per intent, best first."""
        best: dict[str, TemplateMatch] = {}
        for variant in query.variants:
            query.spend(0.5)
            with reading(query, variant):
                grammar = self._prefilter.narrowed(variant)
                templates = sum(len(intent.data) for intent in grammar.intents.values())
                # hassil copies the rest of a sentence with a hyphen at each word that does not fit
                query.spend(0, more=(3 + len(variant) // (30 if "-" in variant else 80)) * templates)
                results = recognize_all(variant, grammar, default_response=None) if grammar.intents else ()
                for result in results:
                    match = self._match(result, variant, query)
                    if match and (match.intent not in best or match.rank < best[match.intent].rank):
                        best[match.intent] = match
        return tuple(sorted(best.values(), key=lambda match: (match.rank, -len(match.literal))))

    def fault(
        self, intent: str, slots: Mapping[str, SlotValue], counted: Mapping[str, str] | None = None
    ) -> tuple[str, str] | None:
        """Return the first slot of an intent that cannot have its value, and the reason in a sentence.

        `counted` are the words for what the number of a slot counts.
        """
        shown = {name: f"number of {unit}" for name, unit in (counted or {}).items()}
        limits = self._limits_of(intent) if slots else {}
        faults = ((name, fault(shown.get(name, name), value, limits.get(name, ()))) for name, value in slots.items())
        return next(((name, reason) for name, reason in faults if reason), None)

    def _limits_of(self, intent: str) -> Mapping[str, tuple[Limits, ...]]:
        if intent not in self._limits:
            definition = self._set.intents[intent]
            patterns = (*self.sampler.patterns(definition), *definition.examples)
            lists = {
                **self._set.lists,
                **{name: words for block in definition.blocks for name, words in block.lists.items()},
            }
            kinds = slot_kinds(definition, patterns).items()
            self._limits[intent] = {
                name: slot_limits(definition.slots.get(name), named, lists) for name, named in kinds
            }
        return self._limits[intent]

    def _match(self, result: RecognizeResult, text: str, query: Query) -> TemplateMatch | None:
        """Return a result of hassil as a match; None where a name or a label is none."""
        declared = self._set.intents[result.intent.name].slots
        slots: dict[str, SlotValue] = {}
        texts: dict[str, str] = {}
        literal, free, open_ended, takes_orders = text, 0, False, True
        for entity in result.entities_list:
            words = entity.text.strip()
            slot = declared.get(entity.name)
            is_name = entity.name in HOME_LISTS or (slot is not None and slot.type == "place")
            written = as_written(words, query.text) if is_name else query.as_written(words)
            value = (
                written
                if entity.is_wildcard
                else self._meant(result.intent.name, entity.name, entity.value, query, words)
            )
            slots[entity.name] = value
            if words:
                texts[entity.name] = words
            if entity.is_wildcard and entity.name in HOME_LISTS and self._is_no_name(written):
                return None
            if entity.is_wildcard and _begins_within_word(words, text):
                return None
            if entity.is_wildcard:
                free += len(words.split())
                literal = literal.replace(words, " ", 1)
                if text.endswith(words):
                    open_ended, takes_orders = True, slot is None or _takes_orders(slot.examples, self._set.language)
        for entity in result.entities_list:
            empty = [slot for name, slot in declared.items() if name not in slots]
            label = entity.text.strip()
            if entity.is_wildcard and self._is_second(label, slots, query):
                return None
            if entity.is_wildcard and (value := missing_value(label, empty, query)):
                del slots[entity.name], texts[entity.name]
                free -= len(label.split())
                if value.slot:
                    meant = self._meant(result.intent.name, value.slot, value.value, query, label)
                    slots[value.slot], texts[value.slot] = meant, label
        template = (result.intent_sentence.text if result.intent_sentence else "") or ""
        unfit = self.fault(result.intent.name, slots) is not None
        return TemplateMatch(
            result.intent.name,
            slots,
            texts,
            template,
            literal,
            free,
            open_ended,
            result.response or "",
            unfit,
            takes_orders,
        )

    def _is_second(self, words: str, slots: Mapping[str, SlotValue], query: Query) -> bool:
        """True of free text that is a length of time beside another: `a timer for ten minutes for ten hours`."""
        lengths = [value for value in slots.values() if isinstance(value, timedelta)]
        return bool(lengths) and entities.whole("duration", words, query.now, query.language) is not None

    def _meant(self, intent: str, slot: str, value: Any, query: Query, words: str) -> Any:
        """Return a value as its slot means it: a part of its range, a moment in the half of the day that it prefers."""
        if isinstance(value, Share):
            return number_of(value, self._limits_of(intent).get(slot, ()))
        if isinstance(value, datetime) and self._set.intents[intent].preference(slot) == "morning":
            span = entities.whole("morning", words, query.now, query.language)
            return span.value if span else value
        return _whole(value)

    def _is_no_name(self, words: str) -> bool:
        """Return True for words that a thing or a place can hardly be called: `lamp and set a timer`."""
        particles = table_of(self._set.language).particles
        is_joined = joins(words, self._set.language) or any(sign in words for sign in ",?!;")
        said = words.casefold().split()
        return len(said) > _LONGEST_NAME or is_joined or not particles.isdisjoint((*said[:1], *said[-1:]))


def _begins_within_word(words: str, text: str) -> bool:
    """True of words that stand only behind a part of another: `naconda` of `draw anaconda`, for `a {prompt}`."""
    return words in text and not re.search(rf"(?<!\w){re.escape(words)}", text)


@cache
def _takes_orders(examples: tuple[str, ...], language: str) -> bool:
    """True of free text that may be an order to somebody: a note, a task, a message; by the examples of its slot."""
    return not examples or any(commands(example, language) for example in examples)


def _whole(value: Any) -> Any:
    """Return 50.0 as 50."""
    return int(value) if isinstance(value, float) and value.is_integer() else value


def _inline_ranges(templates: Iterable[str]) -> dict[str, RangeList]:
    """Return the ranges that stand in templates themselves: `0..100,5`."""
    names = {reference.list for text in templates for reference in check_syntax(text)[0] if reference.is_range}
    scales = {name for name in names if (limits := range_limits(None, name)) and limits.is_scale}
    return {name: RangeList(name, "scale" if name in scales else "number") for name in names}
