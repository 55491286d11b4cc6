"""The slots of a sentence that no template covers: typed values, listed values and free text.

A tagger trained on the intent's own phrases says which words are whose. What it leaves open is looked for by value,
and a listed value that must be there also by what words sound and look like.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from functools import cache
from itertools import product
from pathlib import Path
from typing import NamedTuple, TypeAlias

from assistant.authoring.definitions import Intent, IntentSet, default_question
from assistant.authoring.template_syntax import HOME_LISTS, MARK, PLACEHOLDER_OR_MARK
from assistant.language import entities
from assistant.language.spoken import joined
from assistant.language.text import as_written, content_words, expand_contractions, strip_filler, tidy, units_apart
from assistant.nlu.query import Query
from assistant.nlu.retrieval.corpus import ANYTHING
from assistant.nlu.slots.domains import TYPED, SlotDomain, SlotSearch, domains, widest
from assistant.nlu.slots.features import Hint
from assistant.nlu.slots.limits import missing_value
from assistant.nlu.slots.names import PartialNames, undetermined
from assistant.nlu.slots.tagger import Tag, Tagger, Tagging
from assistant.nlu.slots.train import Phrase, cached_name, trained
from assistant.nlu.slots.wording import Wording, foreign_units, unit_behind, unread_number
from assistant.nlu.templates.sampler import Sampler
from assistant.values import SlotValue

_MOMENTS = frozenset({"datetime", "date", "time", "duration"})

_LIKELY = 0.25
"""Least probability of free text that need not be there."""
_CERTAIN = 0.5
"""Least probability of every value of a sentence that is generalised."""

_FEW = 5
"""Values up to which a question names them."""
_OWNER = re.compile(r"['’]s\b")

_Doubt: TypeAlias = tuple[str, str] | None
"""A slot that must be asked about, and why."""


class Filled(NamedTuple):
    """The slots found in a sentence."""

    slots: dict[str, SlotValue]
    texts: dict[str, str]
    confidence: float
    """Of the least certain repair; 1 where all stand there as listed."""
    doubt: _Doubt = None
    """Several names fit, or a number is no slot's."""


class SlotFiller:
    """Finds the slots of one intent in sentences.

    Args:
        intent: the intent.
        intents: the set that it is one of.
        sampler: of the set's templates.
        folder: where the trained tagger is cached; nowhere if None.
    """

    def __init__(self, intent: Intent, intents: IntentSet, sampler: Sampler, folder: Path | None = None) -> None:
        self._intent, self._language, self._folder = intent, intents.language, folder
        self.wording = Wording(intent, sampler, self._words, intents.lists, intents.language)
        self.patterns = (*sampler.patterns(intent), *intent.examples)
        lists = {**intents.lists, **{name: words for block in intent.blocks for name, words in block.lists.items()}}
        self.domains = domains(intent, lists, sampler, self.patterns, self._language)
        of_free_text = any(domain.free for domain in self.domains.values())
        typed = {domain.kind: domain.found_as for domain in self.domains.values()}
        self._kinds = [typed.get(kind, kind) for kind in TYPED if of_free_text or kind in typed]
        self._foreign = foreign_units(self.patterns, self.domains, self._language)
        # before Python 3.12 a cached_property would have one intent wait for the training of all others
        self._tagger: Callable[[], Tagger | None] = cache(lambda: trained(*self._taught(), self._hints, self._folder))

    @property
    def cached_name(self) -> str | None:
        """The name of the tagger's file, be it there or not; None of an intent without slots."""
        return cached_name(*self._taught())

    def _taught(self) -> tuple[list[Phrase], dict[str, tuple[str, ...]]]:
        values = {name: domain.phrases(self._language) for name, domain in self.domains.items()}
        marked = {MARK.sub(r"{\2}", text) for text in self._intent.marked}
        patterns = [pattern for pattern in self.patterns if pattern not in marked]
        return [self._phrase(pattern) for pattern in (*patterns, *self._intent.marked)], values

    def _words(self, text: str) -> tuple[str, ...]:
        return tuple(expand_contractions(units_apart(tidy(text), self._language), self._language).split())

    def _phrase(self, pattern: str) -> Phrase:
        pieces, end = [], 0
        pattern = strip_filler(pattern, self._language)
        for match in PLACEHOLDER_OR_MARK.finditer(pattern):
            owner = _OWNER.match(pattern, match.end())
            value, slot = self._words(match["value"] or ""), match["marked"] or match["slot"] or match["list"]
            pieces += [(self._words(pattern[end : match.start()]), None), (value, slot)]
            pieces += [(("'s",), None)] if owner else []
            end = owner.end() if owner else match.end()
        return Phrase((*pieces, (self._words(pattern[end:]), None)))

    def _hints(self, words: tuple[str, ...]) -> Iterator[Hint]:
        for name, domain in self.domains.items():
            for vocabulary in filter(None, (domain.listed, domain.samples)):
                yield from (Hint(span.start, span.end, name) for span in widest(vocabulary.find(words)))
        moment = datetime(2000, 1, 1)  # any: it changes values, not where they stand
        for kind in self._kinds:
            spans = entities.find(kind, words, moment, self._language)
            yield from (Hint(span.start, span.end, kind) for span in widest(spans))

    # -- evidence of the slots

    def count_known_values(self, texts: Mapping[str, str]) -> int:
        """Return the number of listed or typed values among slots; 0 where no sentence names these slots."""
        named_domains = [self.domains[name] for name in texts if name in self.domains]
        count = sum(1 for domain in named_domains if domain.listed or domain.kind)
        return count if frozenset(texts) in self.wording.named else 0

    def log_probability(self, query: Query) -> float:
        """Return the logarithm of the probability of the slots' likeliest places in a sentence."""
        return self._tagging(query).log_probability

    def _tagging(self, query: Query) -> Tagging:
        tagger = self._tagger()
        return query.once(self, lambda: tagger.tag(query.words, self._hints)) if tagger else Tagging()

    def implied(self, query: Query, slots: Mapping[str, SlotValue]) -> Mapping[str, SlotValue]:
        """Return the values that go without saying: `domain: light` where a sentence of lights names a room alone."""
        return self.wording.implied(query.words, slots)

    def generalised(self, query: Query) -> Query | None:
        """Return a sentence with `something` for the values of slots with `examples`, whose words do not matter.

        None where no such value is certain, or nothing else that means anything.
        """
        if not self._language.startswith("en") or not any(domain.samples for domain in self.domains.values()):
            return None
        tags = self._tagging(query).tags
        open_tags = [tag for tag in tags if self.domains[tag.slot].samples]
        words = [*query.words]
        if not open_tags or min(tag.probability for tag in tags) < _CERTAIN:
            return None
        for tag in open_tags:
            words[tag.start : tag.end] = [ANYTHING + "'s" * tag.owner, *[""] * (tag.end - tag.start - 1)]
        rest = " ".join(word for word in words if word and not word.startswith(ANYTHING))
        text = query.spelt_out.replace(" ".join(query.words), " ".join(filter(None, words)))
        return query.with_text(text) if content_words(rest, self._language) else None

    # -- filling

    def fill(self, query: Query, given: Mapping[str, SlotValue]) -> Filled:
        """Return the values of the slots that are not given yet, read from the sentence."""
        wanted = {name: domain for name, domain in self.domains.items() if name not in given}
        spans, search = self._tagged(query, wanted), SlotSearch(query, [False] * len(query.words))
        for span in spans.values():
            search.take(span)
        left = sorted((name for name in wanted if name not in spans), key=self._turn)
        for find, name in product((self._exact, self._repaired), left):
            if name not in spans and (value := find(wanted[name], search)):
                spans[name] = value
                search.take(value)
        which = self._take_parts(left, spans, search)
        kinds = {name: domain.kind for name, domain in self.domains.items() if domain.kind}
        if (pair := self.wording.renamed(spans, kinds)) and pair[1] in wanted:
            spans[pair[1]] = spans.pop(pair[0])
        confidence = min((span.confidence for span in spans.values()), default=1.0)
        texts = {name: span.text for name, span in spans.items()}
        values = {
            name: self._written(name, span.text, query) if span.value is span.text else span.value
            for name, span in spans.items()
        }
        return Filled(values, texts, confidence, which or self._unread(search, texts))

    def _take_parts(self, left: Sequence[str], spans: dict[str, entities.Span], search: SlotSearch) -> _Doubt:
        """Fill slots by the parts of names; return the slot, if any, for which several may be meant, and those.

        Only where a sentence must have a value there, or the tagger sees one.
        """
        which = None
        tagged = {tag.slot for tag in self._tagging(search.query).tags}
        for name in (name for name in left if name not in spans):
            names, is_required = self.domains[name].names, self.domains[name].slot.required
            if not names or not (is_required or name in self.wording.needed or name in tagged):
                continue
            part = names.find(search.query.words, self.wording.stems, search.used.__getitem__)
            if part and part.only:
                spans[name] = part.only
                search.take(part.only)
            elif part and len(part.values) <= _FEW:
                which = name, f"“{part.text}” may be {joined([*map(str, part.values)], 'or')}."
            elif unlisted := self._unlisted(names, search):
                which = name, f"There is no “{unlisted}”."
        return which

    def _unlisted(self, names: PartialNames, search: SlotSearch) -> str:
        """Return the name of a listed kind with a number that no name has: `cat 3`."""
        spans = names.numbered(search.query.words, self.wording.stems)
        return next((span.text for span, is_listed in spans if not (is_listed or search.is_taken(span))), "")

    def _numbers_of_names(self, words: tuple[str, ...], are_listed: bool = False) -> frozenset[int]:
        """Return the places of the numbers of names, perhaps of those that are there alone: `12` of `cat 12`."""
        names = (domain.names for domain in self.domains.values() if domain.names and domain.has_numbers)
        spans = (pair for own in names for pair in own.numbered(words, self.wording.stems))
        own = (span for span, is_listed in spans if is_listed or not are_listed)
        return frozenset(place for span in own for place in range(span.start + 1, span.end))

    def _written(self, name: str, words: str, query: Query) -> str:
        """Return free text as it was typed; the name of a thing or a place with its misspelt words put right."""
        is_name = name in HOME_LISTS or self.domains[name].slot.type == "place"
        return as_written(words, query.text) if is_name else query.as_written(words)

    # -- values that must be there

    def lacking(self, slots: Mapping[str, SlotValue]) -> str:
        """Return the first slot that the sentences of the intent say is missing; nothing where none is."""
        return self.wording.lacking(slots)

    def takes(self, name: str) -> bool:
        """True of the name of a slot."""
        return name in self.domains

    def _unread(self, search: SlotSearch, texts: Mapping[str, str]) -> _Doubt:
        """Return the first slot for a number or a time that has no words, where a number is no slot's, and that."""
        words, of_names = search.query.words, self._numbers_of_names(search.query.words, are_listed=True)
        used = [is_used or place in of_names for place, is_used in enumerate(search.used)]
        unread = unread_number(words, used, self.wording.numbers, self._language)
        of_numbers = (name for name, domain in self.domains.items() if domain.kind or domain.has_numbers)
        name = next((name for name in of_numbers if name not in texts), "")
        return (name, f"I didn't understand “{unread}”.") if unread and name else None

    def question(self, name: str) -> str:
        """Return the question for a slot: the author's, or one that names the few values that there are."""
        domain = self.domains[name]
        asked = domain.slot.ask or default_question(name)
        values = list(dict.fromkeys(map(str, domain.listed.values))) if domain.listed else []
        if unit := self.wording.counted.get(name):
            return f"How many {unit}?"
        named = 1 < len(values) <= _FEW and name not in self._intent.slots
        return f"{asked.removesuffix('?')}: {joined(values, 'or')}?" if named else asked

    def _tagged(self, query: Query, wanted: Mapping[str, SlotDomain]) -> dict[str, entities.Span]:
        """Return the values where the tagger sees them, as far as they are values of their slots."""
        spans: dict[str, entities.Span] = {}
        for tag in sorted(self._tagging(query).tags, key=lambda tag: -tag.probability):
            domain = wanted.get(tag.slot)
            if domain and tag.slot not in spans and (span := self._value(tag, domain, query)):
                spans[tag.slot] = span
        return spans

    def _value(self, tag: Tag, domain: SlotDomain, query: Query) -> entities.Span | None:
        """Return the value that a tag marks."""
        words = query.words[tag.start : tag.end]
        if tag.owner:
            words = (*words[:-1], words[-1][:-2])
        if span := domain.repaired(words):
            return span._replace(start=span.start + tag.start, end=span.end + tag.start)
        if domain.kind:
            typed = self._typed(domain, query, query.words)
            overlapping = [span for span in typed if span.start < tag.end and tag.start < span.end]
            if overlapping:
                return max(overlapping, key=lambda s: (domain.fits(s), min(s.end, tag.end) - max(s.start, tag.start)))
        if span := domain.stood_for(words):
            return span._replace(start=span.start + tag.start, end=span.end + tag.start)
        start, end = self.wording.coordinated(query.words, tag.start, tag.end) if domain.several else tag[1:3]
        text = " ".join(words if (start, end) == tag[1:3] else query.words[start:end])
        likely = domain.slot.required or tag.probability >= (_CERTAIN if domain.listed else _LIKELY)
        if domain.free and missing_value(text, [other.slot for other in self.domains.values() if other.kind], query):
            return None
        value = domain.slot.synonyms.get(text.casefold(), text)
        return entities.Span(start, end, value, text) if domain.free and likely else None

    def _typed(self, domain: SlotDomain, query: Query, words: tuple[str, ...]) -> list[entities.Span]:
        """Return the typed values, the longest first; no number that counts what no pattern does: `5 minutes`."""
        spans = () if domain.has_two_signs else query.spans(domain.found_as, words)
        foreign, is_other = self._foreign.get(domain.kind, frozenset()), self.wording.is_of_another_unit
        own, of_names = list[entities.Span](), self._numbers_of_names(words) if domain.kind == "number" else frozenset()
        for span in spans:
            unit = unit_behind(words, span.end, self._language)
            if unit not in foreign and not is_other(domain.slot.name, unit) and span.start not in of_names:
                own.append(domain.scaled(span))
        return own

    def _turn(self, name: str) -> tuple[int, bool, int]:
        """Return the order in which slots are looked for: listed values, then typed ones; those named most first."""
        domain = self.domains[name]
        kind = 0 if domain.listed else 1 + (TYPED.index(domain.kind) if domain.kind else len(TYPED))
        return kind, not domain.slot.required, -self.wording.shares.get(name, 0)

    def _exact(self, domain: SlotDomain, search: SlotSearch) -> entities.Span | None:
        """Return the first listed or typed value, as written."""
        words = search.query.words
        listed = domain.listed.find(words) if domain.listed else ()
        spans = listed or (self._typed(domain, search.query, words) if domain.kind else ())
        free = widest([span for span in spans if not search.is_taken(span)])
        return min(free, key=lambda span: (not domain.fits(span), span.start), default=None)

    def _repaired(self, domain: SlotDomain, search: SlotSearch) -> entities.Span | None:
        """Return the listed value that some words are like; only for a slot that must be filled."""
        words = search.query.words
        if not domain.listed or not domain.slot.required or domain.listed.find(words):
            return None
        span = domain.repaired(words)
        return span if span and not search.is_taken(span) else None

    def completed(self, slots: dict[str, SlotValue], texts: dict[str, str], query: Query) -> None:
        """Give typed slots that a template left empty the end of its free text: `lights in 5 minutes`.

        A free text that stands for a listed value becomes it: `the coffee thing`.
        """
        for name in texts.keys() & self.domains.keys():
            if name in HOME_LISTS and (bare := undetermined(texts[name], self._language)) != texts[name]:
                texts[name], slots[name] = bare, as_written(bare, str(slots[name]))
            if span := self.domains[name].stood_for(texts[name].split()):
                slots[name] = span.value
        empty = [domain for name, domain in self.domains.items() if name not in slots and domain.kind in _MOMENTS]
        free = [name for name in texts if name in self.domains and self.domains[name].free]
        for domain, name in product(empty, free):
            words = tuple(texts[name].split())
            spans = self._typed(domain, query, words)  # of two, neither is a name: `ten minutes for ten hours`
            at_end = (span for span in spans if span.end == len(words) and all(other.start for other in spans))
            slot = domain.slot.name
            if (span := next(at_end, None)) and slot not in slots and tidy(str(slots[name])) == texts[name]:
                texts[name] = " ".join(words[: span.start])
                slots[name] = as_written(texts[name], str(slots[name]))
                slots[slot], texts[slot] = span.value, span.text

    def read(self, name: str, query: Query) -> tuple[SlotValue, str] | None:
        """Return the value that an answer to a slot's question gives, and its words."""
        if not query.words:
            return None
        domain, bare = self.domains[name], query.bare
        if domain.listed and (span := domain.listed.repair(query.words)):
            return span.value, span.text
        if domain.names and (part := domain.names.find(query.words)) and part.only:
            return part.only.value, part.text
        if domain.kind:
            span = entities.whole(domain.found_as, bare, query.now, self._language)
            if span is None and domain.kind == "duration" and re.fullmatch(r"[\w -]+", bare):
                span = entities.whole("duration", f"{bare} minutes", query.now, self._language)
            if span:
                return domain.scaled(span).value, bare
            return next(((span.value, span.text) for span in self._typed(domain, query, query.words)), None)
        return (domain.slot.synonyms.get(bare.casefold()) or query.as_written(bare), bare) if domain.free else None
