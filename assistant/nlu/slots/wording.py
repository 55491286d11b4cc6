"""The wording of an intent's own sentences: slots that all name, words that are no values, what blocks imply."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cached_property
from typing import NamedTuple

from assistant.authoring.definitions import Block, Intent
from assistant.authoring.template_syntax import PLACEHOLDER
from assistant.language import numbers
from assistant.language.tables import TABLES, table_of
from assistant.language.text import content_words
from assistant.nlu.slots.domains import SlotDomain, named_slots
from assistant.nlu.slots.names import stem
from assistant.nlu.templates.sampler import Sampler
from assistant.values import SlotValue

_COUNTS = frozenset({"number", "percent"})
_BEHIND_SLOT = re.compile(rf"{PLACEHOLDER.pattern} ?(?P<word>%|[^\W\d_]+(?:'[^\W\d_]+)?)")
_DIGIT = re.compile(r"\d")
_PRONOUNS = frozenset({"one", "ones"})


_PERCENT = frozenset({"percent", "%", "pct", "per"})
_HALF_DAYS = frozenset({"am", "pm", "o'clock"})


def foreign_units(
    patterns: Iterable[str], domains: Mapping[str, SlotDomain], language: str
) -> Mapping[str, frozenset[str]]:
    """Return the words behind a number that show that it is none of an intent's, by the kind of the number.

    Those are units that no pattern has behind a number, and that are no value of its lists.
    """
    of_time = {*TABLES["en"].units, *table_of(language).units, *_HALF_DAYS}
    of_time.difference_update(*(domain.listed.phrases for domain in domains.values() if domain.listed))
    behind = (match for pattern in patterns for match in _BEHIND_SLOT.finditer(pattern))
    counted = {match["word"].casefold() for match in behind if domains[match["slot"] or match["list"]].kind in _COUNTS}
    percent = frozenset() if _PERCENT & counted else _PERCENT
    of_time = set() if of_time & counted else of_time
    return {"number": percent | of_time, "percent": frozenset(of_time)}


def unit_behind(words: Sequence[str], place: int, language: str) -> str:
    """Return the word at a place among words, or behind a word such as `more`; nothing at the end."""
    behind = [word.casefold() for word in words[place : place + 2]]
    return next((word for word in behind if word not in table_of(language).additional.split("|")), "")


class _BlockFrame(NamedTuple):
    """What the templates of a block have in common."""

    slots: Mapping[str, SlotValue]
    """Slots that the block fills itself."""
    named: frozenset[frozenset[str]]
    """The sets of slots that its sentences name."""
    words: frozenset[str]


class Wording:
    """What the sentences of one intent say around their values.

    Args:
        intent: the intent.
        sampler: of the templates.
        words: splits a sentence, as those of a `Query` are split.
        language: of the sentences.
    """

    def __init__(
        self, intent: Intent, sampler: Sampler, words: Callable[[str], tuple[str, ...]], language: str
    ) -> None:
        self._intent, self._sampler, self._words, self._language = intent, sampler, words, language

    @cached_property
    def _plain(self) -> tuple[tuple[str, ...], ...]:
        """The words of each sentence without its values."""
        patterns = (*self._sampler.patterns(self._intent), *self._intent.examples)
        return tuple(self._words(PLACEHOLDER.sub(" ", pattern)) for pattern in patterns)

    @cached_property
    def stems(self) -> frozenset[str]:
        """The stems of all words."""
        return frozenset(stem(word) for words in self._plain for word in words)

    @cached_property
    def numbers(self) -> frozenset[str]:
        """The words that hold a number, in digits: `d20`, `4`."""
        written = (word.text.casefold() for words in self._plain for word in numbers.digits(words, self._language))
        return frozenset(filter(_DIGIT.search, written))

    @cached_property
    def named(self) -> frozenset[frozenset[str]]:
        """The sets of slots that sentences name."""
        return named_slots((*self._sampler.patterns(self._intent), *self._intent.examples))

    @cached_property
    def always_named(self) -> frozenset[str]:
        """The slots that each sentence names or has from its block; nothing of an intent without sentences."""
        blocks = self._sampler.patterns_by_block(self._intent)
        sentences = [named | block.slots.keys() for block, patterns in blocks for named in named_slots(patterns)]
        sentences += named_slots(self._intent.examples)
        return frozenset[str]().union(*sentences).intersection(*sentences)

    @cached_property
    def _frames(self) -> tuple[_BlockFrame, ...]:
        return tuple(self._frame(*block) for block in self._sampler.patterns_by_block(self._intent))

    def _frame(self, block: Block, patterns: Sequence[str]) -> _BlockFrame:
        words = content_words(" ".join(PLACEHOLDER.sub(" ", pattern) for pattern in patterns), self._language)
        return _BlockFrame(block.slots, named_slots(patterns), frozenset(words))

    def implied(self, words: Iterable[str], slots: Mapping[str, SlotValue]) -> Mapping[str, SlotValue]:
        """Return the values that blocks fill themselves, less those of slots that are filled.

        They are those of the block whose sentences name the same slots and have most of the content words.
        """
        if not any(block.slots for block in self._intent.blocks):
            return {}
        asked = set(words)
        fitting = [(len(asked & frame.words), frame.slots) for frame in self._frames if frozenset(slots) in frame.named]
        most = max((common for common, _ in fitting), default=0)
        nearest = [values for common, values in fitting if common == most > 0]
        agreed = nearest and all(values == nearest[0] for values in nearest)
        return {name: value for name, value in nearest[0].items() if name not in slots} if agreed else {}


def unread_number(words: tuple[str, ...], used: Sequence[bool], literals: frozenset[str], language: str) -> str:
    """Return the first words with a number in them that are no value and stand in no sentence of the intent."""
    for word in numbers.digits(words, language):
        if not _DIGIT.search(word.text) or any(used[word.start : word.end]) or word.text.casefold() in literals:
            continue
        said = " ".join(words[word.start : word.end])
        is_count = _DIGIT.search(said) or word.text.replace(".", "").isdigit()  # not `second`
        if is_count and said.casefold() not in _PRONOUNS:
            return said
    return ""
