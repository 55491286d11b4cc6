"""The wording of an intent's own sentences: the slots that all of them name, and the numbers that are no values."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from assistant.authoring.definitions import Block
from assistant.language import numbers
from assistant.nlu.slots.domains import named_slots

_DIGIT = re.compile(r"\d")
_PRONOUNS = frozenset({"one", "ones"})


def always_named(blocks: Iterable[tuple[Block, Sequence[str]]], examples: Iterable[str]) -> frozenset[str]:
    """Return the slots that each sentence names or has from its block; nothing of an intent without sentences."""
    sentences = [named | block.slots.keys() for block, patterns in blocks for named in named_slots(patterns)]
    sentences += named_slots(examples)
    return frozenset[str]().union(*sentences).intersection(*sentences)


def literal_numbers(sentences: Iterable[tuple[str, ...]], language: str) -> frozenset[str]:
    """Return the words of sentences that hold a number, in digits: `d20`, `4`."""
    written = (word.text.casefold() for words in sentences for word in numbers.digits(words, language))
    return frozenset(filter(_DIGIT.search, written))


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
