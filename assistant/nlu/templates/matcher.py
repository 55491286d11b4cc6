"""Sentence templates, on the hassil library: exact matches, samples to embed, and where a sentence breaks off.

Typed lists (`{duration}`, `{datetime}`, ...) hold, for each sentence that is matched, the values that stand in it:
`{task} {datetime}` needs no word between the two.
"""

from __future__ import annotations

import random
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from itertools import islice
from typing import Any

from hassil import (
    Alternative,
    Expression,
    Group,
    IntentData,
    Intents,
    ListReference,
    Permutation,
    RangeSlotList,
    RangeType,
    RecognizeResult,
    RuleReference,
    Sentence,
    SlotList,
    TextChunk,
    TextSlotList,
    TextSlotValue,
    WildcardSlotList,
    recognize_all,
    sample_expression,
)
from hassil import RangeFractionType as Fractions
from hassil.intents import Intent as HassilIntent

from assistant.authoring.definitions import Block, Intent, IntentSet, WordList
from assistant.authoring.template_syntax import HOME_LISTS, is_template, parsed
from assistant.language import entities
from assistant.language.text import as_written, expand_contractions, joins, strip_filler, tidy, units_apart
from assistant.nlu.templates.lists import Sentences, Typed
from assistant.nlu.templates.prefilter import Prefilter
from assistant.values import SlotValue

SAMPLES = 6
"""Sentences sampled from one template."""

_WAYS = 100
"""Ways of saying a listed value that are looked at."""

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
    """How many words were taken as free text."""
    open_ended: bool
    """Whether the sentence ends in free text, so that it may go on."""
    response: str

    @property
    def rank(self) -> tuple[int, bool, int]:
        """Return what orders matches: few free words, then no values, then long ones (`garage door`, not `garage`)."""
        return self.free, bool(self.texts), -max(map(len, self.texts.values()), default=0)


def _slot_list(words: WordList) -> SlotList:
    if words.values:
        values = [
            TextSlotValue(
                parsed(each.text) if is_template(each.text) else TextChunk(tidy(each.text)),
                each.value,
                dict(each.context) or None,
                dict(each.metadata) or None,
            )
            for each in words.values
        ]
        return TextSlotList(words.name, values)
    if span := words.range:
        return RangeSlotList(
            *(words.name, span.low, span.high, span.step, RangeType(span.kind)),
            Fractions(span.fractions) if span.fractions else None,
            span.multiplier,
        )
    return WildcardSlotList(words.name)


class Templates:
    """All templates of an IntentSet, compiled. Safe to use from several threads."""

    def __init__(self, intents: IntentSet) -> None:
        self._set = intents
        self._lock = threading.Lock()
        self._typed = {kind: Typed(kind) for kind in entities.TYPES if kind not in entities.FREE}
        self._lists: dict[str, SlotList] = {kind: WildcardSlotList(kind) for kind in (*entities.FREE, *HOME_LISTS)}
        self._lists |= {**self._typed, **{name: _slot_list(each) for name, each in intents.lists.items()}}
        rules = {name: self._sentence(text) for name, text in intents.rules.items()}
        compiled = {name: HassilIntent(name, self._blocks(each)) for name, each in intents.intents.items()}
        self._grammar = Intents(intents.language, compiled, self._lists, rules, list(intents.skip_words))
        self._ways: dict[int, tuple[WordList, tuple[tuple[str, SlotValue], ...]]] = {}
        self._patterns: dict[str, tuple[tuple[Block, tuple[str, ...]], ...]] = {}

    def _sentence(self, text: str) -> Sentence:
        return Sentence(parsed(expand_contractions(text, self._set.language)), text)

    def _blocks(self, intent: Intent) -> list[IntentData]:
        own = {name: self._lists[slot.type] for name, slot in intent.slots.items() if slot.type in self._lists}
        return [self._block(block, own) for block in intent.blocks]

    def _block(self, block: Block, own: dict[str, SlotList]) -> IntentData:
        lists = {**own, **{name: _slot_list(each) for name, each in block.lists.items()}}
        homeless = any(f"{{{name}" in text for text in block.sentences for name in HOME_LISTS - set(self._set.lists))
        return Sentences(
            list(block.sentences),
            slots=dict(block.slots),
            response=block.response or None,
            requires_context={} if homeless else dict(block.requires_context),
            excludes_context={} if homeless else dict(block.excludes_context),
            expansion_rules={name: self._sentence(text) for name, text in block.rules.items()},
            slot_lists=lists,
            wildcard_list_names={name for name, each in lists.items() if isinstance(each, WildcardSlotList)},
            metadata=dict(block.metadata),
            required_keywords=set(block.keywords) or None,
            parsed=[self._sentence(text) for text in block.sentences],
        )

    # -- matching

    def match(self, text: str, now: datetime | None = None) -> tuple[TemplateMatch, ...]:
        """Return the readings of a whole sentence, one per intent, best first."""
        moment, found = now or datetime.now(), list[TemplateMatch]()
        with self._lock:
            for variant in self._variants(text):
                for typed in self._typed.values():
                    typed.hear(tuple(variant.split()), moment, self._set.language)
                grammar = self._sieve.narrowed(variant)
                results = recognize_all(variant, grammar, default_response=None) if grammar.intents else ()
                found += [reading for result in results if (reading := self._reading(result, variant, text))]
        best: dict[str, TemplateMatch] = {}
        for each in found:
            if each.intent not in best or each.rank < best[each.intent].rank:
                best[each.intent] = each
        return tuple(sorted(best.values(), key=lambda each: (each.rank, -len(each.literal))))

    @cached_property
    def _sieve(self) -> Prefilter:
        return Prefilter(self._grammar)

    def _variants(self, text: str) -> dict[str, None]:
        """Return the sentence with and without filler, contractions and units as written and written out."""
        raw, language = tidy(text), self._set.language
        out: dict[str, None] = {}
        for each in (raw, strip_filler(raw, language)):
            out |= {each: None, expand_contractions(each, language): None}
        return out | dict.fromkeys(units_apart(each, language) for each in out)

    def _reading(self, result: RecognizeResult, text: str, written: str) -> TemplateMatch | None:
        """Return what hassil found as a reading; None where a number is beyond its limits, or a name is none."""
        declared = self._set.intents[result.intent.name].slots
        slots: dict[str, SlotValue] = {}
        texts: dict[str, str] = {}
        literal, free, open_ended = text, 0, False
        for entity in result.entities_list:
            said = entity.text.strip()
            value = as_written(said, written) if entity.is_wildcard else _whole(entity.value)
            slot = declared.get(entity.name)
            if slot and not entities.within(value, slot.low, slot.high):
                return None
            slots[entity.name] = value
            if said:
                texts[entity.name] = said
            if entity.is_wildcard and entity.name in HOME_LISTS and self._is_no_name(said):
                return None
            if entity.is_wildcard:
                free += len(said.split())
                literal = literal.replace(said, " ", 1)
                open_ended = open_ended or text.endswith(said)
        template = (result.intent_sentence.text if result.intent_sentence else "") or ""
        return TemplateMatch(
            result.intent.name, slots, texts, template, literal, free, open_ended, result.response or ""
        )

    def _is_no_name(self, said: str) -> bool:
        """Return whether words can hardly be what a thing or a place is called: `lamp and set a timer`."""
        return len(said.split()) > _LONGEST_NAME or joins(said, self._set.language)

    # -- sampling

    def patterns(self, intent: Intent) -> tuple[str, ...]:
        """Return sentences sampled from the intent's templates, `{list:slot}` standing for each value.

        The same templates give the same sample, whatever else is loaded: short, long, and varied in between.
        """
        return tuple(dict.fromkeys(pattern for _, patterns in self.by_block(intent) for pattern in patterns))

    def by_block(self, intent: Intent) -> tuple[tuple[Block, tuple[str, ...]], ...]:
        """Return the same for each block of the intent."""
        if intent.name not in self._patterns:
            compiled = self._grammar.intents[intent.name].data
            pairs = zip(intent.blocks, compiled, strict=True)
            self._patterns[intent.name] = tuple((block, tuple(self._sampled(data))) for block, data in pairs)
        return self._patterns[intent.name]

    def _sampled(self, block: IntentData) -> dict[str, None]:
        found: dict[str, None] = {}
        rules = {**self._grammar.expansion_rules, **block.expansion_rules}
        for sentence in block.sentences:
            rng, own = random.Random(sentence.text), dict[str, None]()
            for attempt in range(4 * SAMPLES):
                sampled = _walk(sentence.expression, rules, rng, attempt, 0)
                own[" ".join(sampled.split())] = None
                if len(own) == SAMPLES:
                    break
            found |= own
        found.pop("", None)
        return found

    def listed(self, intent: Intent, name: str) -> tuple[tuple[str, SlotValue], ...]:
        """Return what can be said for each value of a list in an intent, some blocks of which may have their own."""
        own = [block.lists[name] for block in intent.blocks if name in block.lists]
        shared = [self._set.lists[name]] if name in self._set.lists else []
        return tuple(dict.fromkeys(way for words in own or shared if words.values for way in self.ways(words)))

    def phrases(self, name: str) -> tuple[tuple[str, SlotValue], ...]:
        """Return what can be said for each value of a list, templates written out (a hundred ways each, or so)."""
        words = self._set.lists.get(name)
        return self.ways(words) if words else ()

    def ways(self, words: WordList) -> tuple[tuple[str, SlotValue], ...]:
        """Return the same for a list that need not have a name of its own."""
        known = self._ways.get(id(words))
        if known is None or known[0] is not words:
            known = self._ways[id(words)] = words, tuple(self._said(words))
        return known[1]

    def _said(self, words: WordList) -> list[tuple[str, SlotValue]]:
        out: list[tuple[str, SlotValue]] = []
        for each in words.values:
            expression, rng = parsed(each.text), random.Random(each.text)
            ways = dict.fromkeys(_walk(expression, self._grammar.expansion_rules, rng, at, 0) for at in range(24))
            if len(ways) > 4:  # too many for every one of them to have come up
                ways |= dict.fromkeys(
                    islice(sample_expression(expression, expansion_rules=self._grammar.expansion_rules), _WAYS)
                )
            said = [" ".join(way.split()) for way in ways if way.strip() and "{" not in way]
            out += [(way, way if each.value is None else each.value) for way in said]
        return out


def _walk(expression: Expression, rules: Mapping[str, Sentence], rng: random.Random, attempt: int, depth: int) -> str:
    """Return one sentence of an expression: the shortest at attempt 0, the fullest at 1, then any."""
    if isinstance(expression, TextChunk):
        return expression.original_text
    if isinstance(expression, ListReference):
        return (
            f"{{{expression.list_name}:{expression.slot_name}}}"
            if not expression.is_capture
            else f"{{{expression.list_name}}}"
        )
    if isinstance(expression, RuleReference):
        rule = rules.get(expression.rule_name)
        return _walk(rule.expression, rules, rng, attempt, depth + 1) if rule and depth < 24 else ""
    if isinstance(expression, Alternative):
        items = expression.items
        if expression.is_optional and (attempt == 0 or (attempt > 1 and rng.random() < 0.5)):
            return ""
        items = [item for item in items if not (isinstance(item, TextChunk) and item.is_empty)] or items
        return _walk(items[0] if attempt == 0 else rng.choice(items), rules, rng, attempt, depth + 1)
    if isinstance(expression, Permutation):
        items = list(expression.items)
        if attempt:
            rng.shuffle(items)
        return " ".join(_walk(item, rules, rng, attempt, depth + 1) for item in items)
    assert isinstance(expression, Group)
    return "".join(_walk(item, rules, rng, attempt, depth + 1) for item in expression.items)


def _whole(value: Any) -> Any:
    """Return 50.0 as 50."""
    return int(value) if isinstance(value, float) and value.is_integer() else value
