"""Misspelt words of typed text, put right before their meaning is asked.

A word is misspelt that no file holds and no dictionary. It becomes the word of the files that one slip of the fingers
makes it from, two in a long word: letters swapped, doubled, left out, or hit beside the right key. The likeness is the
optimal string alignment distance (Damerau, "A technique for computer detection and correction of spelling errors",
CACM 7(3), 1964), each slip at its own cost. What is between two opposites stays as it is. Two words of the files that
were run together are taken apart, and a particle that lost a letter is told from a preposition by the verb before it.
"""

from __future__ import annotations

import calendar
import gzip
import importlib.util
import itertools
import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import cache, cached_property, lru_cache
from pathlib import Path

from assistant.authoring.definitions import IntentSet
from assistant.authoring.template_syntax import HOME_LISTS
from assistant.language.tables import table_of
from assistant.nlu.query import Query
from assistant.nlu.ranking.evidence import ranking_weights
from assistant.nlu.retrieval.snapshot import Row

_KEYS = ("qwertyuiop", "asdfghjkl", "zxcvbnm")
_PLAIN_WORD = re.compile(r"(?<![\w.@/:#&'’-])[A-Za-z]+(?![\w@/&'’-]|[.:]\w)")
_LETTERS = re.compile(r"(?<![\w'’])[a-z]+(?![\w'’])")
_TEMPLATE_WORD = re.compile(r"(?<![\w{<:])[^\W\d_]+(?:\[[^\W\d_]+\])?(?![\w}>])")
_LOWER_ENTRY = re.compile(rb',"[a-z]')
_ENDINGS = ("s", "es", "ed", "ing", "ly")


class Spelling:
    """Knows the words of the files in use, and of the dictionary of their language.

    Args:
        intents: the intents.
        rows: of the index by id: the words of the files as people say them.
    """

    def __init__(self, intents: IntentSet, rows: Mapping[str, Row]) -> None:
        self._intents, self._rows = intents, rows
        self._table = table_of(intents.language)
        self._slips: dict[str, str] = {}
        """Misspelt word -> the word that was meant, the same where none was."""

    def corrected(self, query: Query) -> Query:
        """Return the query with its misspelt words put right; the same one where there are none."""
        if not self._intents.language.startswith("en") or not _lexicons():
            return query
        typed: dict[str, str] = {}

        def put_right(match: re.Match[str]) -> str:
            word = match.group()
            meant = word
            if word.islower() or query.text.isupper() or (word.istitle() and not match.start()):
                meant = self.meant(word.lower())
            if meant == word.lower():
                return word
            typed[meant] = word
            return meant.upper() if word.isupper() else meant.capitalize() if word.istitle() else meant

        text = self._with_particle(_PLAIN_WORD.sub(put_right, query.text), query)
        if text == query.text:
            return query
        unique = {right: wrong for right, wrong in typed.items() if text.lower().split().count(right) == 1}
        return replace(query, text=text, typed=unique)

    def with_particle(self, query: Query) -> Query:
        """Return a spoken command with the particle for the preposition of the same sound: `turn of the lamp`."""
        if not self._intents.language.startswith("en"):
            return query
        text = self._with_particle(query.text, query)
        return query if text == query.text else replace(query, text=text)

    def _with_particle(self, text: str, query: Query) -> str:
        """Return a command whose verb has a particle in the files, and here a preposition in its place, with that."""
        first = query.bare.casefold().split()[:2]
        for preposition, particle in self._table.clipped_particles.items():
            if len(first) == 2 and first[1] == preposition and first[0] + particle in self._pairs:
                text = re.sub(rf"\b({first[0]}) {preposition}\b", rf"\1 {particle}", text, count=1, flags=re.IGNORECASE)
            text = re.sub(rf"(?<=\w ){preposition}(?=[ .!?]*$)", particle, text)
        return text

    def meant(self, word: str) -> str:
        """Return the word that was meant by one in lower case: itself, where it is a word or like none."""
        if word not in self._words and word in self._pairs and not in_dictionary(word):
            return self._pairs[word]
        if len(word) < ranking_weights().spelling["letters"] or self._is_word(word):
            return word
        if word not in self._slips:
            self._slips[word] = self._nearest(word) or word
        return self._slips[word]

    def names(self, query: Query) -> frozenset[str]:
        """Collect the words of a sentence that no file holds and no dictionary: names of things not known here."""
        if not self._intents.language.startswith("en") or not _lexicons():
            return frozenset()
        words = (word for word in _LETTERS.findall(query.plain) if len(word) > 3)
        return frozenset(word for word in words if not self._is_word(word))

    def _is_word(self, word: str) -> bool:
        if word in self._words or in_dictionary(word):
            return True
        stems = [word.removesuffix(ending) for ending in _ENDINGS if word.endswith(ending)]
        stems += [f"{word.removesuffix('ing')}e"] if word.endswith("ing") else []  # `locating` is of `locate`
        stems += [f"{word.removesuffix('ies')}y"] if word.endswith("ies") else []  # `counties` are of a `county`
        halves = ((word[:place], word[place:]) for place in range(4, len(word) - 3))
        return any(len(stem) > 2 and (stem in self._words or in_dictionary(stem)) for stem in stems) or any(
            in_dictionary(first) and in_dictionary(second) for first, second in halves
        )

    def _nearest(self, word: str) -> str | None:
        """Return the word of the files that was most likely meant, None where none or two opposites may have been."""
        from rapidfuzz import process
        from rapidfuzz.distance import OSA

        weights = ranking_weights().spelling
        limits = {3: "most_3", 4: "most_4", **dict.fromkeys((5, 6, 7), "most_7")}
        most = weights[limits.get(len(word), "most_long")]
        others = (*self._by_letter[word[0]], *self._swapped_start(word))
        near = process.extract(word, others, scorer=OSA.distance, score_cutoff=2, limit=None)
        letters = sorted(word)
        if most <= 2 * weights["swapped"] and all(slips > 1 and sorted(other) != letters for other, slips, _ in near):
            return None  # two slips cost more, unless both swap letters
        costs = {other: slip_cost(word, other) for other, _, _ in near}
        costs = {
            other: cost for other, cost in costs.items() if other not in self._negated or cost < weights["too_many"]
        }
        least = min(costs.values(), default=most + 1)
        if least > most:
            return None
        best = max(
            (other for other in costs if costs[other] <= least + weights["as_good"]), key=self._words.__getitem__
        )
        costly = most + weights["opposed"]
        opposed = any(self._opposed(best, other) for other, cost in costs.items() if cost < costly)
        return None if opposed else best

    def _swapped_start(self, word: str) -> list[str]:
        return [other for other in self._by_letter[word[1]] if other[:2] == word[1] + word[0]]

    def _opposed(self, word: str, other: str) -> bool:
        """Return True of verbs on the two sides of a deed, and of a word and the same with a negation before it."""
        deeds, others = (self._table.deeds_of_verb.get(verb, frozenset()) for verb in (word, other))
        negated = any(prefix + word == other or prefix + other == word for prefix in ("un", "dis", "de", "in"))
        return negated or any((line, 1 - side) in others for line, side in deeds)

    @cached_property
    def _words(self) -> Mapping[str, int]:
        """The words that may be meant, each with how often the files say it; those of commands count tenfold."""
        words = Counter(_LETTERS.findall("\n".join(row.text for row in self._rows.values())))
        of_commands = "\n".join(row.text for row in self._rows.values() if row.kind == "intent")
        for word, count in Counter(_LETTERS.findall(of_commands)).items():
            words[word] += 9 * count
        for text in self._templates():
            for word in _template_words(text):
                words[word] += 10
        words.update(self._usual)
        return words

    @cached_property
    def _usual(self) -> tuple[str, ...]:
        """Words that may be meant whatever the files are: days, months, numbers, function words."""
        table = self._table
        contracted = (short.replace("'", "") for short in table.contractions)
        names = (*calendar.day_name, *calendar.month_name, *table.counts, *table.stop_words, *contracted)
        return tuple(word.casefold() for word in names)

    @cached_property
    def _only_samples(self) -> frozenset[str]:
        """The words of values that stand for any text, which are meant for no other: `michele` is no `michel`."""
        samples, wording = set[str](), set[str]()
        for intent in self._intents.intents.values():
            free = (slot for slot in intent.slots.values() if slot.type == "text" and slot.name not in HOME_LISTS)
            samples.update(
                word for slot in free for text in slot.examples for word in _LETTERS.findall(text.casefold())
            )
            wording.update(word for text in intent.examples for word in _TEMPLATE_WORD.findall(text.casefold()))
        if not samples:
            return frozenset()
        questions = "\n".join(row.text.casefold() for row in self._rows.values() if row.kind != "intent")
        for text in (*self._templates(), questions, " ".join(self._usual)):
            wording.update(_LETTERS.findall(text.casefold()))
        return frozenset(samples - wording)

    @cached_property
    def _negated(self) -> frozenset[str]:
        """Contractions that turn a sentence around, which no other letter makes of a word: a donut is no `dont`."""
        return frozenset(short.replace("'", "") for short in self._table.contractions if short.endswith("n't"))

    @cached_property
    def _pairs(self) -> Mapping[str, str]:
        """Two words that stand side by side in commands, run together -> apart; short ones may be part of a word."""
        texts = (row.text for row in self._rows.values() if row.kind == "intent")
        pairs = (pair for text in texts for pair in itertools.pairwise(text.split()) if all(map(str.isalpha, pair)))
        return {first + second: f"{first} {second}" for first, second in pairs if len(first + second) > 5}

    def _templates(self) -> Iterator[str]:
        for intent in self._intents.intents.values():
            for block in intent.blocks:
                yield from (*block.sentences, *block.rules.values())
                yield from (value.text for words in block.lists.values() for value in words.values)
        yield from self._intents.rules.values()
        yield from (value.text for words in self._intents.lists.values() for value in words.values)

    @cached_property
    def _by_letter(self) -> Mapping[str, list[str]]:
        """First letter -> the words that may be meant."""
        by_letter: dict[str, list[str]] = defaultdict(list)
        for word in self._words:
            if len(word) > 1 and word not in self._only_samples:
                by_letter[word[0]].append(word)
        return by_letter


@lru_cache(maxsize=20_000)
def _template_words(text: str) -> tuple[str, ...]:
    """Return the words of a template, and without their endings in brackets; cached, since edits leave most alone."""
    words = _TEMPLATE_WORD.findall(text.casefold())
    forms = ({word.replace("[", "").rstrip("]"), word.partition("[")[0]} for word in words)
    return tuple(form for pair in forms for form in pair)


@cache
def _lexicons() -> tuple[bytes, ...]:
    """Read the pronunciations of English words that the assistant's own voice speaks by; none where it is not here."""
    voice = importlib.util.find_spec("hibari")
    folders = [Path(folder) / "assets" for folder in (voice.submodule_search_locations or () if voice else ())]
    files = [folder / f"lexicon_{country}_gold.json.gz" for folder in folders for country in ("us", "gb")]
    return tuple(gzip.decompress(file.read_bytes()) for file in files if file.is_file())


@cache
def _beginning_with(letters: str) -> frozenset[bytes]:
    """The words of the dictionary with two first letters: it is too long to be taken apart whole."""
    words, last = set[bytes](), letters[:-1] + chr(ord(letters[-1:] or "{") + 1)
    for lexicon in _lexicons():
        words.update(re.findall(rb',"([a-z]+)":', lexicon[_entry(lexicon, letters) : _entry(lexicon, last)]))
    return frozenset(words)


def _entry(lexicon: bytes, letters: str) -> int:
    """Find the place of the first entry in lower case from some letters on, by halving; the entries are sorted."""
    low, high, key = _first_lower(lexicon), len(lexicon), letters.encode()
    while low < high:
        middle = (low + high) // 2
        entry = _LOWER_ENTRY.search(lexicon, middle)
        if entry and entry.start() < high and lexicon[entry.start() + 2 : entry.start() + 2 + len(key)] < key:
            low = entry.start() + 1
        else:
            high = middle
    entry = _LOWER_ENTRY.search(lexicon, low)
    return entry.start() if entry else len(lexicon)


@cache
def _first_lower(lexicon: bytes) -> int:
    """Find the place of the first entry in lower case: those in capitals are before them."""
    entry = _LOWER_ENTRY.search(lexicon)
    return entry.start() if entry else len(lexicon)


def in_dictionary(word: str) -> bool:
    """Return True of an English word in lower case.

    >>> in_dictionary("colour"), in_dictionary("tunr")
    (True, False)
    """
    return word.encode() in _beginning_with(word[:2])


def slip_cost(typed: str, meant: str) -> float:
    """Cost of mistyping one word as another, by the optimal string alignment of their letters.

    >>> slip_cost("tunr", "turn"), slip_cost("cancell", "cancel"), slip_cost("kitchn", "kitchen")
    (0.5, 0.7, 0.8)
    """
    weights = ranking_weights().spelling
    rows = [[0.0] * (len(meant) + 1) for _ in range(len(typed) + 1)]
    for i in range(len(typed) + 1):
        for j in range(len(meant) + 1):
            ways = [0.0] if not i and not j else []
            if i:
                ways.append(rows[i - 1][j] + weights[_extra(typed, i - 1)])
            if j:
                doubled = j > 1 and meant[j - 1] == meant[j - 2]
                ways.append(rows[i][j - 1] + weights["doubled" if doubled else "left_out"])
            if i and j:
                same = typed[i - 1] == meant[j - 1]
                ways.append(rows[i - 1][j - 1] + (0.0 if same else weights[_other(typed[i - 1], meant[j - 1])]))
            if i > 1 and j > 1 and typed[i - 2 : i] == meant[j - 1] + meant[j - 2] != meant[j - 2 : j]:
                ways.append(rows[i - 2][j - 2] + weights["swapped"])
            rows[i][j] = min(ways)
    return round(rows[-1][-1], 3)


def _extra(typed: str, place: int) -> str:
    """Return the kind of slip that a letter too many is."""
    around = typed[max(0, place - 1) : place] + typed[place + 1 : place + 2]
    if typed[place] in around:
        return "doubled"
    return "beside" if any(typed[place] in _beside(letter) for letter in around) else "too_many"


def _other(typed: str, meant: str) -> str:
    """Return the kind of slip that one letter for another is."""
    if typed in _beside(meant):
        return "beside"
    return "vowel" if typed in "aeiouy" and meant in "aeiouy" else "other"


@cache
def _beside(letter: str) -> str:
    """Return the letters on the keys around one."""
    for row, keys in enumerate(_KEYS):
        if letter in keys:
            place = keys.index(letter)
            above = _KEYS[row - 1][place : place + 2] if row else ""
            below = _KEYS[row + 1][max(0, place - 1) : place + 1] if row + 1 < len(_KEYS) else ""
            return keys[max(0, place - 1) : place] + keys[place + 1 : place + 2] + above + below
    return ""
