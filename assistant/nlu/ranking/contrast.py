"""What a question names beside a stored one: another weekday, number, model, place; the contrary; another measure.

Neighbours in meaning differ in one word: hours on Monday are not those on Sunday. A word counts as particular that
holds a digit, is a day or a month, or is written as a name; not one that many share, which is their subject.
"""

from __future__ import annotations

import calendar
import itertools
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from functools import lru_cache

from assistant.authoring.knowledge import QuestionAnswer
from assistant.language.numbers import in_digits
from assistant.language.tables import table_of
from assistant.language.tables.table import WordTable
from assistant.language.text import normalise, tidy
from assistant.nlu.query import Query

_DAYS = frozenset(day.casefold() for day in calendar.day_name)
_MONTHS = frozenset(month.casefold() for month in calendar.month_name if month) - {"may", "march"}
_WORD = re.compile(r"[^\W_]+(?:['’.-][^\W_]+)*")
_MEASURE = re.compile(
    r"\bhow (much|many|long|far|old|often|big|large|tall|high|wide|deep|heavy|fast|soon|late|early)\b"
)
_NEGATIONS = frozenset("not no never without nothing none".split())
_ARTICLES = frozenset("a an the my your our this that".split())


@dataclass(frozen=True, slots=True)
class _Wording:
    """One wording of a stored question."""

    words: tuple[str, ...]
    """Their stems, without articles."""
    particulars: frozenset[str]
    measures: frozenset[str]
    negated: bool
    objects: frozenset[str]
    """The words behind an article or a `my`, and gerunds: what is done to what."""


@dataclass(frozen=True, slots=True)
class _Entry:
    """A stored question with its answer."""

    wordings: tuple[_Wording, ...]
    particulars: frozenset[str]
    """Of all wordings."""
    measures: frozenset[str]
    """Of all wordings; none where one has none."""
    stems: frozenset[str]
    """Of all wordings and of the answer."""


def contrasts(query: Query, entries: Sequence[QuestionAnswer], weights: Mapping[str, float]) -> list[float]:
    """Return for each of the stored questions nearby 1 where it is another matter than what is asked, else 0."""
    language = query.language
    asked, stored = _wording(query.text, language), [_entry(entry, language) for entry in entries]
    held = Counter(word for entry in stored for word in {word for wording in entry.wordings for word in wording.words})
    subject = {word for word, count in held.items() if count > 2 and count > weights["subject"] * len(stored)}
    table = table_of(language)
    is_defined = bool(table.definition and table.definition.fullmatch(query.plain))
    return [
        1.0 if is_defined and _tells_how(question, table) else _against(asked, entry, subject, table)
        for entry, question in zip(stored, entries, strict=True)
    ]


def _tells_how(entry: QuestionAnswer, table: WordTable) -> bool:
    """True of a question that asks how something is done, and in no wording for the meaning of a word."""
    how_to, definition, wordings = table.how_to, table.definition, (entry.question, *entry.also)
    is_how = how_to is not None and how_to.fullmatch(entry.question.strip(" ?!."))
    return bool(is_how and not any(definition and definition.match(tidy(text).casefold()) for text in wordings))


def _against(asked: _Wording, entry: _Entry, subject: Set[str], table: WordTable) -> float:
    """Return 1 where the two differ in one particular, in the measure, in opposite verbs, or in a negation alone."""
    stop_words = table.stop_words
    explained = entry.stems | stop_words | asked.measures | _NEGATIONS | subject
    other = {word for word in asked.words if word not in explained}
    if not other and asked.measures and entry.measures and asked.measures.isdisjoint(entry.measures):
        return 1
    if _is_opposite(asked, entry, other, table) or _has_object(asked, entry, other, table):
        return 1
    content, function = {*asked.words}, stop_words | _NEGATIONS
    if not other and all(
        wording.negated != asked.negated and {*wording.words} - function <= content for wording in entry.wordings
    ):
        return 1
    named = all(wording.particulars - subject for wording in entry.wordings)
    return float(named and any(_replaced(asked, other, wording, subject) for wording in entry.wordings))


def _is_opposite(asked: _Wording, entry: _Entry, other: Set[str], table: WordTable) -> bool:
    """True where the asker would do the opposite: a verb that the entry lacks stands for one of its verbs.

    When a shop closes is told by its opening hours: that is no deed of the asker's.
    """
    is_order = asked.words[:1] and asked.words[0] in table.deeds_of_verb
    if "i" not in asked.words and asked.words[:2] != ("how", "to") and not is_order:
        return False
    verbs = table.deeds_of_verb
    stored = {word for wording in entry.wordings for word in wording.words}
    new = {deed for word in other for deed in verbs.get(word, ())}
    replaced = {deed for word in stored - {*asked.words} for deed in verbs.get(word, ())}
    kept = {deed for word in stored for deed in verbs.get(word, ())}
    return bool(new & {(line, 1 - side) for line, side in replaced}) and new.isdisjoint(kept)


def _has_object(asked: _Wording, entry: _Entry, other: Set[str], table: WordTable) -> bool:
    """True if something is named to which the deed is done, and the stored question is about the mere deed.

    `How do I quit` says nothing of `how do I quit my job`.
    """
    if asked.objects.isdisjoint(other):
        return False
    contents = [{*wording.words} - table.stop_words for wording in entry.wordings]
    return any(len(content) == 1 and content <= table.deeds_of_verb.keys() for content in contents)


def _replaced(asked: _Wording, other: Set[str], wording: _Wording, subject: Set[str]) -> bool:
    """Return True where another word stands for a particular of a wording: of its kind, or in its place."""
    lacking = wording.particulars - subject - {*asked.words}
    if any(_alternative(word, stored) for word in other & asked.particulars for stored in lacking):
        return len(other) < 4  # of more, the number may be of something else
    if len(other) > 1:
        return False  # more than a name differs: they may be other words for the same
    places = {before for before, word in itertools.pairwise(wording.words) if word in lacking}
    return any(word in other and before in places for before, word in itertools.pairwise(asked.words))


def _alternative(word: str, stored: str) -> bool:
    """Return True of two days, two months or two words with other digits."""
    both = ({word, stored} <= _DAYS, {word, stored} <= _MONTHS)
    digits, others = re.findall(r"\d+", word), re.findall(r"\d+", stored)
    return any(both) or bool(digits and others and digits != others)


@lru_cache(maxsize=4096)  # entries; a knowledge base asked about is mostly a few of them
def _entry(entry: QuestionAnswer, language: str) -> _Entry:
    wordings = tuple(_wording(text, language) for text in (entry.question, *entry.also))
    words = [*(word for wording in wordings for word in wording.words), *_stems(in_digits(entry.answer, language))]
    particulars = [word for wording in wordings for word in wording.particulars]
    measures = [word for wording in wordings for word in wording.measures] if all(w.measures for w in wordings) else []
    return _Entry(wordings, frozenset(particulars), frozenset(measures), frozenset(words))


def _wording(text: str, language: str) -> _Wording:
    text = in_digits(tidy(text), language)
    plain = normalise(text, language)
    measures = frozenset(_MEASURE.findall(plain)) if language.startswith("en") else frozenset[str]()
    stems = _stems(plain)
    words = tuple(word for word in stems if word not in _ARTICLES)
    pairs = itertools.pairwise(stems)
    objects = frozenset(word for before, word in pairs if before in _ARTICLES or re.fullmatch(r"\w{3,}ing", word))
    negated = not _NEGATIONS.isdisjoint(plain.split())
    return _Wording(words, frozenset(_particulars(text)), measures, negated, objects)


def _particulars(text: str) -> Iterator[str]:
    """Yield the stems of words that name a particular; capitals tell nothing where most words have one."""
    words = _WORD.findall(text)
    headline = sum(word[0].isupper() for word in words) > max(2, len(words) / 2)
    for place, word in enumerate(words):
        stem = _stem(word)
        name = place and word[0].isupper() and not headline and word.partition("'")[0] != "I"
        if name or any(map(str.isdigit, word)) or stem in _DAYS or stem in _MONTHS:
            yield stem


def _stems(text: str) -> list[str]:
    return [_stem(word) for word in _WORD.findall(text)]


def _stem(word: str) -> str:
    """Return a word without case and without the `s` of a plural or an owner."""
    plain = word.casefold().removesuffix("'s")
    return plain.removesuffix("s") if len(plain) > 3 else plain
