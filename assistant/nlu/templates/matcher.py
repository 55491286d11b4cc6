"""Sentence templates, on the hassil library: sentences that one covers from end to end.

Typed lists (`{duration}`, `{datetime}`, ...) hold, for each sentence that is matched, the values that stand in it:
`{task} {datetime}` needs no word between the two.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from hassil import IntentData, Intents, RecognizeResult, Sentence, SlotList, WildcardSlotList, recognize_all
from hassil.intents import Intent as HassilIntent

from assistant.authoring.definitions import Block, Intent, IntentSet
from assistant.authoring.template_syntax import HOME_LISTS, parsed
from assistant.language import entities
from assistant.language.text import as_written, expand_contractions, joins
from assistant.nlu.query import Query
from assistant.nlu.templates.lists import Sentences, TypedList, reading, slot_list
from assistant.nlu.templates.prefilter import Prefilter
from assistant.nlu.templates.sampler import Sampler
from assistant.values import SlotValue

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

    @property
    def rank(self) -> tuple[int, bool, int]:
        """The order of matches: few free words, then no values, then long ones (`garage door`, not `garage`)."""
        return self.free, bool(self.texts), -max(map(len, self.texts.values()), default=0)


class Templates:
    """All templates of an `IntentSet`, compiled. Safe to use from several threads."""

    def __init__(self, intents: IntentSet) -> None:
        self._set = intents
        self.sampler = Sampler(intents)
        """Sentences sampled from the same templates."""
        self._lists: dict[str, SlotList] = {kind: WildcardSlotList(kind) for kind in (*entities.FREE, *HOME_LISTS)}
        self._lists |= {kind: TypedList(kind) for kind in entities.TYPES if kind not in entities.FREE}
        self._lists |= {name: slot_list(words) for name, words in intents.lists.items()}
        rules = {name: self._sentence(text) for name, text in intents.rules.items()}
        compiled = {name: HassilIntent(name, self._blocks(intent)) for name, intent in intents.intents.items()}
        self._grammar = Intents(intents.language, compiled, self._lists, rules, list(intents.skip_words))

    def _sentence(self, text: str) -> Sentence:
        return Sentence(parsed(expand_contractions(text, self._set.language)), text)

    def _blocks(self, intent: Intent) -> list[IntentData]:
        own = {name: self._lists[slot.type] for name, slot in intent.slots.items() if slot.type in self._lists}
        return [self._block(block, own) for block in intent.blocks]

    def _block(self, block: Block, own: dict[str, SlotList]) -> IntentData:
        lists = {**own, **{name: slot_list(words) for name, words in block.lists.items()}}
        homeless = any(f"{{{name}" in text for text in block.sentences for name in HOME_LISTS - set(self._set.lists))
        return Sentences(
            list(block.sentences),
            slots=dict(block.slots),
            response=block.response or None,
            requires_context={} if homeless else dict(block.requires_context),
            excludes_context={} if homeless else dict(block.excludes_context),
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

    def match(self, query: Query) -> tuple[TemplateMatch, ...]:
        """Return the readings of a whole sentence, one per intent, best first."""
        best: dict[str, TemplateMatch] = {}
        for variant in query.variants:
            with reading(query, variant):
                grammar = self._prefilter.narrowed(variant)
                results = recognize_all(variant, grammar, default_response=None) if grammar.intents else ()
                for result in results:
                    match = self._match(result, variant, query.text)
                    if match and (match.intent not in best or match.rank < best[match.intent].rank):
                        best[match.intent] = match
        return tuple(sorted(best.values(), key=lambda match: (match.rank, -len(match.literal))))

    def _match(self, result: RecognizeResult, text: str, written: str) -> TemplateMatch | None:
        """Return a result of hassil as a match; None where a number is beyond its limits, or a name is none."""
        declared = self._set.intents[result.intent.name].slots
        slots: dict[str, SlotValue] = {}
        texts: dict[str, str] = {}
        literal, free, open_ended = text, 0, False
        for entity in result.entities_list:
            words = entity.text.strip()
            value = as_written(words, written) if entity.is_wildcard else _whole(entity.value)
            slot = declared.get(entity.name)
            if slot and not entities.within(value, slot.low, slot.high):
                return None
            slots[entity.name] = value
            if words:
                texts[entity.name] = words
            if entity.is_wildcard and entity.name in HOME_LISTS and self._is_no_name(words):
                return None
            if entity.is_wildcard:
                free += len(words.split())
                literal = literal.replace(words, " ", 1)
                open_ended = open_ended or text.endswith(words)
        template = (result.intent_sentence.text if result.intent_sentence else "") or ""
        return TemplateMatch(
            result.intent.name, slots, texts, template, literal, free, open_ended, result.response or ""
        )

    def _is_no_name(self, words: str) -> bool:
        """Return True for words that a thing or a place can hardly be called: `lamp and set a timer`."""
        return len(words.split()) > _LONGEST_NAME or joins(words, self._set.language)


def _whole(value: Any) -> Any:
    """Return 50.0 as 50."""
    return int(value) if isinstance(value, float) and value.is_integer() else value
