"""Sentences sampled from templates, and the phrases of lists written out: what is embedded and learnt from."""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping
from functools import cached_property
from itertools import islice

from hassil import (
    Alternative,
    Expression,
    Group,
    ListReference,
    Permutation,
    RuleReference,
    Sentence,
    TextChunk,
    sample_expression,
)

from assistant.authoring.definitions import Block, Intent, IntentSet, WordList
from assistant.authoring.template_syntax import parsed
from assistant.language.placeholders import PLACEHOLDER
from assistant.language.text import expand_contractions, without_stop_words
from assistant.values import SlotValue

SAMPLES = 6
"""Sentences sampled from one template: short, long, and varied in between."""

_PHRASES = 100
"""Phrases written out of one listed value."""

_DEEPEST = 24
"""Levels of rules that refer to each other."""


class Sampler:
    """Samples the templates of an `IntentSet`; the same templates give the same sample, whatever else is loaded."""

    def __init__(self, intents: IntentSet) -> None:
        self._intents = intents
        self._rules = {name: self._sentence(text) for name, text in intents.rules.items()}
        self._patterns: dict[str, tuple[tuple[Block, tuple[str, ...]], ...]] = {}
        self._phrases: dict[int, tuple[WordList, tuple[tuple[str, SlotValue], ...]]] = {}

    def _sentence(self, text: str) -> Sentence:
        return Sentence(parsed(expand_contractions(text, self._intents.language)), text)

    def patterns(self, intent: Intent) -> tuple[str, ...]:
        """Return sentences of the intent's templates, `{list:slot}` standing for each value."""
        return tuple(dict.fromkeys(pattern for _, patterns in self.patterns_by_block(intent) for pattern in patterns))

    def sentences(self, intent: Intent, values: Mapping[str, str]) -> Iterator[str]:
        """Yield sentences of the intent's templates and examples with just these values, shortest first."""
        fitting = [
            pattern
            for pattern in (*self.patterns(intent), *intent.examples)
            if sorted(place[2] or place[1] for place in PLACEHOLDER.finditer(pattern)) == sorted(values)
        ]
        for pattern in sorted(fitting, key=lambda pattern: len(PLACEHOLDER.sub("", pattern))):
            yield PLACEHOLDER.sub(lambda place: values[place[2] or place[1]], pattern)

    def patterns_by_block(self, intent: Intent) -> tuple[tuple[Block, tuple[str, ...]], ...]:
        """Return each block of the intent with the sentences of its templates."""
        if intent.name not in self._patterns:
            self._patterns[intent.name] = tuple((block, tuple(self._sampled(block))) for block in intent.blocks)
        return self._patterns[intent.name]

    def full_patterns(self, intent: Intent) -> Iterator[str]:
        """Yield each template with all its options and the first of every choice, then each in its shortest form."""
        for attempt in (-1, 0):
            for block in intent.blocks:
                rules = self._rules_of(block)
                for text in block.sentences:
                    expression = self._sentence(text).expression
                    yield " ".join(_walk(expression, rules, random.Random(text), attempt, 0).split())

    def _rules_of(self, block: Block) -> Mapping[str, Sentence]:
        return {**self._rules, **{name: self._sentence(text) for name, text in block.rules.items()}}

    def _sampled(self, block: Block) -> dict[str, None]:
        patterns = dict[str, None]()
        rules = self._rules_of(block)
        for text in block.sentences:
            expression, rng, sample = self._sentence(text).expression, random.Random(text), dict[str, None]()
            for attempt in range(4 * SAMPLES):
                sample[" ".join(_walk(expression, rules, rng, attempt, 0).split())] = None
                if len(sample) == SAMPLES:
                    break
            patterns |= sample
        patterns.pop("", None)
        return patterns

    def slot_phrases(self, intent: Intent, name: str) -> tuple[tuple[str, SlotValue], ...]:
        """Return the phrases of a list in an intent, some blocks of which may have their own, each with its value."""
        own = [block.lists[name] for block in intent.blocks if name in block.lists]
        shared = [self._intents.lists[name]] if name in self._intents.lists else []
        return tuple(dict.fromkeys(phrase for words in own or shared for phrase in self.phrases(words)))

    def list_phrases(self, name: str) -> tuple[tuple[str, SlotValue], ...]:
        """Return the phrases of the shared list of that name, each with its value; none where there is no such list."""
        words = self._intents.lists.get(name)
        return self.phrases(words) if words else ()

    @cached_property
    def listed_words(self) -> frozenset[str]:
        """The words of all shared lists that carry meaning, in lower case."""
        phrases = (phrase for words in self._intents.lists.values() for phrase, _ in self.phrases(words))
        words = (word for phrase in phrases for word in phrase.casefold().split())
        return frozenset(without_stop_words(words, self._intents.language))

    def phrases(self, words: WordList) -> tuple[tuple[str, SlotValue], ...]:
        """Return the phrases of a list, templates written out (a hundred a value or so), each with its value."""
        cached = self._phrases.get(id(words))
        if cached is None or cached[0] is not words:
            cached = self._phrases[id(words)] = words, tuple(self._written_out(words))
        return cached[1]

    def _written_out(self, words: WordList) -> list[tuple[str, SlotValue]]:
        out: list[tuple[str, SlotValue]] = []
        for listed in words.values:
            expression, rng = parsed(listed.text), random.Random(listed.text)
            phrases = dict.fromkeys(_walk(expression, self._rules, rng, attempt, 0) for attempt in range(4 * SAMPLES))
            if len(phrases) > 4:  # too many for every one of them to have come up
                phrases |= dict.fromkeys(islice(sample_expression(expression, expansion_rules=self._rules), _PHRASES))
            tidy = [" ".join(phrase.split()) for phrase in phrases if phrase.strip() and "{" not in phrase]
            out += [(phrase, phrase if listed.value is None else listed.value) for phrase in tidy]
        return out


def _walk(expression: Expression, rules: Mapping[str, Sentence], rng: random.Random, attempt: int, depth: int) -> str:
    """Return one sentence of an expression: the shortest at attempt 0, the fullest at 1, then any.

    At a negative one it is the fullest with the first of every choice, as its author would begin to read it.
    """
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
        return _walk(rule.expression, rules, rng, attempt, depth + 1) if rule and depth < _DEEPEST else ""
    if isinstance(expression, Alternative):
        items = expression.items
        if expression.is_optional and (attempt == 0 or (attempt > 1 and rng.random() < 0.5)):
            return ""
        items = [item for item in items if not (isinstance(item, TextChunk) and item.is_empty)] or items
        return _walk(items[0] if attempt <= 0 else rng.choice(items), rules, rng, attempt, depth + 1)
    if isinstance(expression, Permutation):
        items = list(expression.items)
        if attempt > 0:
            rng.shuffle(items)
        return " ".join(_walk(item, rules, rng, attempt, depth + 1) for item in items)
    assert isinstance(expression, Group)
    return "".join(_walk(item, rules, rng, attempt, depth + 1) for item in expression.items)
