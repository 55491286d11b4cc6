"""The wording of an intent's own sentences: slots that all name, words that are no values, what blocks imply."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from functools import cached_property
from typing import NamedTuple

from assistant.authoring.definitions import Block, Intent, Slot, WordList, default_question
from assistant.authoring.template_syntax import PLACEHOLDER
from assistant.language import numbers
from assistant.language.tables import TABLES, table_of
from assistant.language.text import content_words, without_stop_words
from assistant.nlu.slots.domains import SlotDomain, named_slots
from assistant.nlu.slots.names import stem
from assistant.nlu.templates.sampler import Sampler
from assistant.values import SlotValue

_COUNTS = frozenset({"number", "percent"})
_BEHIND_SLOT = re.compile(rf"{PLACEHOLDER.pattern} ?(?P<word>%|[^\W\d_]+(?:'[^\W\d_]+)?)")
_NO_SLOT = Slot("")
_DIGIT = re.compile(r"\d")
_UNIT = re.compile(r"[ -]?([^\W\d_]+)")
_PRONOUNS = frozenset({"one", "ones"})
_JOINED_BEFORE = re.compile(r"(?:o+js*)+$")
_JOINED_BEHIND = re.compile(r"(?:js*o+)+")
"""Over a letter for each word: a joint, a small word, a word of the intent's own sentences, any other."""


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
    named: frozenset[frozenset[tuple[str, str]]]
    """The sets of slots that its sentences name, each with the list or the type that it is read from."""
    values: Mapping[str, frozenset[SlotValue]]
    """List -> its values, of those that are named."""
    words: frozenset[str]
    of_all: bool
    """True where each sentence says that all are meant: `tick off everything`."""

    def fits(self, slots: Mapping[str, SlotValue]) -> bool:
        """True where a sentence names these slots and no others, and can have their values."""
        return any(
            slots.keys() == {name for name, _ in named}
            and all(kind not in self.values or slots[name] in self.values[kind] for name, kind in named)
            for named in self.named
        )


class Wording:
    """What the sentences of one intent say around their values.

    Args:
        intent: the intent.
        sampler: of the templates.
        words: splits a sentence, as those of a `Query` are split.
        lists: that all intents share.
        language: of the sentences.
    """

    def __init__(
        self,
        intent: Intent,
        sampler: Sampler,
        words: Callable[[str], tuple[str, ...]],
        lists: Mapping[str, WordList],
        language: str,
    ) -> None:
        self._intent, self._sampler, self._words, self._language = intent, sampler, words, language
        self._lists = lists

    @cached_property
    def _patterns(self) -> tuple[str, ...]:
        return (*self._sampler.patterns(self._intent), *self._intent.examples)

    @cached_property
    def _plain(self) -> tuple[tuple[str, ...], ...]:
        """The words of each sentence without its values."""
        return tuple(self._words(PLACEHOLDER.sub(" ", pattern)) for pattern in self._patterns)

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
        return named_slots(self._patterns)

    @cached_property
    def shares(self) -> Mapping[str, int]:
        """Slot -> the number of sentences that name it."""
        return Counter(name or kind for pattern in self._patterns for kind, name in PLACEHOLDER.findall(pattern))

    @cached_property
    def units(self) -> Mapping[str, frozenset[int]]:
        """Slot -> the seconds of each unit of time that stands behind it in a sentence."""
        seconds, units = table_of(self._language).units, dict[str, set[int]]()
        for pattern in self._patterns:
            for place in PLACEHOLDER.finditer(pattern):
                unit = _UNIT.match(pattern, place.end())
                if unit and unit[1].casefold() in seconds:
                    units.setdefault(place[2] or place[1], set()).add(seconds[unit[1].casefold()])
        return {slot: frozenset(named) for slot, named in units.items()}

    @cached_property
    def counted(self) -> Mapping[str, str]:
        """Slot for a number, with no question of the author's -> the longest plural behind it: `{ml} millilitres`."""
        slots = self._intent.slots.items()
        asked = {name for name, slot in slots if slot.type in _COUNTS and slot.ask == default_question(name)}
        behind = (match for pattern in self._patterns for match in _BEHIND_SLOT.finditer(pattern))
        plurals = ((match["slot"] or match["list"], match["word"]) for match in behind if match["word"].endswith("s"))
        longest = dict(sorted(plurals, key=lambda pair: (len(pair[1]), pair[1])))
        return {name: unit for name, unit in longest.items() if name in asked}

    def coordinated(self, words: Sequence[str], start: int, end: int) -> tuple[int, int]:
        """Return the place of free text with all that a conjunction joins to it: `bread and milk`, of `milk`.

        What is joined reaches as far as words that mean something and stand in no sentence of the intent.
        """
        table = table_of(self._language)

        def kind(word: str) -> str:
            if word == table.conjunction:
                return "j"
            return "s" if word in table.stop_words else "w" if stem(word) in self.stems else "o"

        kinds = "".join(kind(word.casefold()) for word in words)
        before, behind = _JOINED_BEFORE.search(kinds[:start]), _JOINED_BEHIND.match(kinds, end)
        return before.start() if before else start, behind.end() if behind else end

    def is_of_another_unit(self, slot: str, word: str) -> bool:
        """True of a unit of time that no sentence has behind a slot, where others are behind it."""
        own = self.units.get(slot, frozenset())
        return bool(own) and table_of(self._language).units.get(word, -1) not in own | {-1}

    @cached_property
    def needed(self) -> tuple[str, ...]:
        """The slots without a default that every sentence names or has from its block."""
        declared, always = self._intent.slots, self._always_named
        names = dict.fromkeys((*declared, *self.shares))
        return tuple(name for name in names if name in always and declared.get(name, _NO_SLOT).default is None)

    @cached_property
    def _always_named(self) -> frozenset[str]:
        blocks = self._sampler.patterns_by_block(self._intent)
        sentences = [named | block.slots.keys() for block, patterns in blocks for named in named_slots(patterns)]
        sentences += named_slots(self._intent.examples)
        return frozenset[str]().union(*sentences).intersection(*sentences)

    @cached_property
    def _frames(self) -> tuple[_BlockFrame, ...]:
        return tuple(self._frame(*block) for block in self._sampler.patterns_by_block(self._intent))

    def _frame(self, block: Block, patterns: Sequence[str]) -> _BlockFrame:
        words = content_words(" ".join(PLACEHOLDER.sub(" ", pattern) for pattern in patterns), self._language)
        named = frozenset(
            frozenset((name or kind, kind) for kind, name in PLACEHOLDER.findall(pattern)) for pattern in patterns
        )
        lists = {**self._lists, **block.lists}
        values = {
            kind: frozenset(value for _, value in self._sampler.phrases(lists[kind]))
            for kind in {kind for pairs in named for _, kind in pairs}
            if kind in lists and lists[kind].values
        }
        universal = table_of(self._language).universal
        of_all = all(not universal.isdisjoint(PLACEHOLDER.sub(" ", pattern).split()) for pattern in patterns)
        return _BlockFrame(block.slots, named, values, frozenset(words), of_all)

    def implied(self, words: Collection[str], slots: Mapping[str, SlotValue]) -> Mapping[str, SlotValue]:
        """Return the values that blocks fill themselves, less those of slots that are filled.

        They are those of the block whose sentences name the same slots and have most of the content words. A required
        slot is filled only where there are such words: else it is asked for. Nothing is of all that does not say so.

        Args:
            words: of the sentence.
            slots: that are filled.
        """
        if not any(block.slots for block in self._intent.blocks):
            return {}
        is_of_all = not table_of(self._language).universal.isdisjoint(words)
        asked = set(without_stop_words(words, self._language))
        frames = [frame for frame in self._frames if (is_of_all or not frame.of_all) and frame.fits(slots)]
        fitting = [(len(asked & frame.words), frame.slots) for frame in frames]
        most = max((common for common, _ in fitting), default=0)
        nearest = [values for common, values in fitting if common == most and (most or slots)]
        agreed = nearest and all(values == nearest[0] for values in nearest)
        known = {name for name, slot in self._intent.slots.items() if slot.required and not most} | slots.keys()
        return {name: value for name, value in nearest[0].items() if name not in known} if agreed else {}

    def renamed(self, slots: Iterable[str], kinds: Mapping[str, str]) -> tuple[str, str] | None:
        """Return a slot, and the one that it must be for a sentence to name all of these; None where one does.

        Args:
            slots: those that are filled.
            kinds: type of each slot that has one; two of a type that may have the same unit take the same values.
        """
        filled = frozenset(slots)
        if filled in self.named:
            return None
        pairs = (
            (own, other)
            for own in sorted(filled & kinds.keys())
            for other in self.shares
            if kinds[own] == kinds.get(other) and filled - {own} | {other} in self.named
        )
        no_units = frozenset[int]()
        units = {slot: self.units.get(slot, no_units) for slot in kinds}
        return next((pair for pair in pairs if units[pair[0]] & units[pair[1]] or not any(map(units.get, pair))), None)

    def lacking(self, slots: Collection[str]) -> str:
        """Return the first slot that is missing beside those that are filled; nothing where none is.

        Every sentence has it, or, of an intent that declares no slots, each with the others.
        """
        if missing := next((name for name in self.needed if name not in slots), ""):
            return missing
        filled = frozenset(slots) & self.shares.keys()
        if self._intent.slots:
            return ""
        wider = [names for names in self.named if filled < names]
        if not wider or filled in self.named:
            return ""
        return max(min(wider, key=lambda names: (len(names), sorted(names))) - filled, key=self.shares.__getitem__)


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
