"""A sentence with some of its values exchanged for others of the same kind: the way a fragment is read after it.

`set a timer for ten minutes` and `fifteen` are `set a timer for fifteen minutes`; `turn on the kitchen light` and `in
the bedroom` are `turn on the bedroom light`. The new sentence is understood like any other.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import date, datetime, time
from functools import cached_property
from typing import NamedTuple

from assistant.language.entities import Span
from assistant.language.tables import table_of
from assistant.language.times import minutes_of_hour
from assistant.nlu.query import Query
from assistant.nlu.slots.domains import SlotDomain, widest
from assistant.values import SlotValue

_KINDS = ("duration", "time", "date", "datetime", "percent", "number")
"""Typed kinds in which a value of a fragment is looked for, the most telling first."""


class _Exchange(NamedTuple):
    """Words of a sentence, and those in their place."""

    start: int
    end: int
    words: tuple[str, ...]


class Substitution:
    """Puts the values of fragments in the place of like values in one sentence.

    Args:
        sentence: the sentence.
        domains: slot name -> its domain, of the intent that the sentence is of.
        texts: slot name -> the words of its value.
    """

    def __init__(self, sentence: Query, domains: Mapping[str, SlotDomain], texts: Mapping[str, str]) -> None:
        self._sentence, self._domains, self._texts = sentence, domains, texts
        self._words, self._table = sentence.words, table_of(sentence.language)

    def sentences(self, fragment: Query, old: str = "", *, takes_text: bool = False) -> Iterator[str]:
        """Yield the sentences that a fragment makes of this one, the likeliest first.

        Args:
            fragment: one or several values with small words around them.
            old: the words in whose place it stands, where they are said.
            takes_text: True where it may stand in the place of a free text.
        """
        if old and (place := _place(_plain(old.split()), _plain(self._words))) is not None:
            has_article = (
                place and {self._words[place - 1].lower(), fragment.words[0].lower()} <= self._table.stop_words
            )
            yield self._with([_Exchange(place, place + len(old.split()), fragment.words[bool(has_article) :])])
            return
        if sentence := self._of_minutes(fragment):
            yield sentence
            return
        yield from self._of_days(fragment)
        values = list(self._values(fragment))
        turned = self._turned(self._left_over(fragment.words, values)) if values else []
        if values and (turned or not self._left_over(fragment.words, values)):
            places, added = dict[tuple[int, int], list[Span]](), list[Span]()
            words = dict[tuple[int, int], tuple[str, ...]]()
            for span in values:
                if exchange := self._exchange(span, fragment):
                    places.setdefault(exchange[:2], []).append(span)
                    words[exchange[:2]] = exchange.words
                else:
                    added.append(span)
            exchanges = [
                _Exchange(*place, self._all_of(spans, fragment) or words[place]) for place, spans in places.items()
            ]
            exchanges += turned
            yield self._with([*exchanges, self._added(added, fragment)]) if added else self._with(exchanges)
        if not values:
            yield from self._of_deeds(fragment)
        left = self._left_over(fragment.words, values)
        is_recurrence = bool(values) and not self._table.universal.isdisjoint(left)  # `every Wednesday` is no text
        if takes_text and not (values and not left) and not is_recurrence:
            yield from self._of_free_text(fragment)

    @staticmethod
    def _all_of(spans: Sequence[Span], fragment: Query) -> tuple[str, ...]:
        """Return the stretch of a fragment with several values for one place; of one value nothing."""
        start, end = min(span.start for span in spans), max(span.end for span in spans)
        return tuple(fragment.words[start:end]) if len(spans) > 1 else ()

    def _with(self, exchanges: Sequence[_Exchange]) -> str:
        words = list(self._words)
        written = self._sentence.text.split()
        if len(written) == len(words):  # the commas of a list stay
            words = [f"{word}," if text.endswith(",") else word for word, text in zip(words, written, strict=True)]
        for exchange in sorted(exchanges, key=lambda exchange: -exchange.start):
            words[exchange.start : exchange.end] = exchange.words
        return " ".join(words)

    # -- values of the fragment -------------------------------------------------------------------

    def _values(self, fragment: Query) -> Iterator[Span]:
        """Yield the values of a fragment, listed ones before typed ones; the words of each are its own."""
        used: set[int] = set()
        listed = [span for name in self._domains for span in self._listed(name, fragment.words)]
        for span in sorted(listed, key=lambda span: (span.start - span.end, span.start)):
            if used.isdisjoint(range(span.start, span.end)):
                used.update(range(span.start, span.end))
                yield span
        parts = (span for span in widest(fragment.spans("datetime")) if self._is_part_of_day(span, fragment))
        shares = (span for span in widest(fragment.spans("percent")) if span.end - span.start > 1)
        for span in (*parts, *shares, *(span for kind in _KINDS for span in widest(fragment.spans(kind)))):
            is_pointer = span.text.casefold() in self._table.pointers and len(fragment.words) > 1
            if not is_pointer and used.isdisjoint(range(span.start, span.end)):
                used.update(range(span.start, span.end))
                yield span

    def _is_part_of_day(self, span: Span, fragment: Query) -> bool:
        """True of `tomorrow evening`, one value, not a day and another moment."""
        return self._is_day(span, fragment) and not self._table.parts_of_day.keys().isdisjoint(
            _plain(span.text.split())
        )

    def _listed(self, name: str, words: Sequence[str]) -> Sequence[Span]:
        """Return the listed values of a slot among words, by their names or by parts of these."""
        domain = self._domains[name]
        if domain.listed is None:
            return ()
        if spans := domain.listed.find(words):
            return widest(spans)
        part = domain.names.find(words) if domain.names else None
        return [part.only] if part and part.only else ()

    def _left_over(self, words: Sequence[str], values: Sequence[Span]) -> Collection[str]:
        """Return the words that are neither of a value nor empty nor in the sentence."""
        inside = {place for span in values for place in range(span.start, span.end)}
        idle = {*self._table.stop_words, *self._table.pointers, *_plain(self._words)} - {"other"}
        idle -= self._table.particles - {*_plain(self._words)}  # `off in the bedroom` after `turn on`
        return [word for place, word in enumerate(_plain(words)) if place not in inside and word not in idle]

    def repeated(self, fragment: Query) -> Iterator[str]:
        """Yield the sentence with the values of a fragment, and its other words for the last of a task.

        `Dad at seven` makes `call dad at seven` of `call mum at six`.
        """
        values = list(self._values(fragment))
        names = self._left_over(fragment.words, values)
        free = [
            self._texts[name].split() for name, domain in self._domains.items() if domain.free and name in self._texts
        ]
        exchanges = [exchange for span in values if (exchange := self._exchange(span, fragment))]
        if len(free) != 1 or not names or len(exchanges) < len(values) or not self._table.universal.isdisjoint(names):
            return  # `every Wednesday` is no other task
        task, count = _plain(free[0]), min(len(names), max(1, len(free[0]) - 1))
        if (place := _place(task, _plain(self._words))) is not None:
            end = place + len(task)
            written = tuple(word for word in fragment.words if word.casefold() in names)
            yield self._with([*exchanges, _Exchange(end - count, end, written)])

    def _added(self, spans: Sequence[Span], fragment: Query) -> _Exchange:
        """Return values that stand in no other's place: a day behind the clock time, whatever else at the end."""
        end, words = len(self._words), tuple(self._as_said(spans, fragment).split())
        if all(self._is_day(span, fragment) for span in spans):
            end = max((clock.end for clock in widest(self._sentence.spans("time"))), default=end)
        return _Exchange(end, end, words)

    def _as_said(self, spans: Sequence[Span], fragment: Query) -> str:
        """Return the stretch of a fragment that holds values, with the small word before it."""
        start, end = min(span.start for span in spans), max(span.end for span in spans)
        while start and fragment.words[start - 1].lower() in self._table.stop_words:
            start -= 1
        return " ".join(fragment.words[start:end])

    @cached_property
    def _named(self) -> Sequence[Span]:
        """The listed values of the sentence."""
        return [span for name in self._domains for span in self._listed(name, self._words)]

    # -- like for like ------------------------------------------------------------------------------

    def _exchange(self, span: Span, fragment: Query) -> _Exchange | None:
        """Return the value of the sentence that is of the same kind, with the new words for it."""
        words = tuple(fragment.words[span.start : span.end])
        for name in self._domains:
            if span[:2] in [other[:2] for other in self._listed(name, fragment.words)]:
                domain = self._domains[name]
                found = domain.listed.find(self._words) if domain.listed else ()
                if others := [other for other in widest(found) if other.value != span.value]:
                    lead = fragment.words[span.start - 1 : span.start]
                    alike = [other for other in others if lead and self._words[other.start - 1 : other.start] == lead]
                    other = (alike or others)[0]
                    return _Exchange(other.start, other.end, words)
        if self._is_day(span, fragment) and self._sentence.spans("time") and not self._sentence.spans("date"):
            return None  # `for 7`, `tomorrow` is `for 7 tomorrow`
        for kind in _KINDS:
            is_of_kind = any(span[:2] == other[:2] for other in fragment.spans(kind))
            if is_of_kind and (exchange := self._typed(kind, words)):
                return exchange
        return None

    @staticmethod
    def _is_day(span: Span, fragment: Query) -> bool:
        """True of a day or a part of one, without a clock time."""
        kinds = {kind for kind in ("time", "date", "datetime") if span[:2] in [at[:2] for at in fragment.spans(kind)]}
        clocks = [clock for clock in fragment.spans("time") if span.start <= clock.start and clock.end <= span.end]
        return bool(kinds - {"time"}) and not clocks

    def _typed(self, kind: str, words: tuple[str, ...]) -> _Exchange | None:
        """Return the typed value of the sentence in whose place one of that kind stands."""
        kinds = {"time": ("time", "datetime"), "date": ("date",), "datetime": ("datetime",)}.get(kind, (kind,))
        for other_kind in kinds:
            spans = widest(self._sentence.spans(other_kind))
            inside = {place for span in self._named for place in range(span.start, span.end)}
            free = [span for span in spans if inside.isdisjoint(range(span.start, span.end))]
            if others := self._of_slots(free or spans):
                other = others[0]
                if other_kind == "datetime" and (kept := self._with_day(other, words)):
                    return _Exchange(other.start, other.end, kept)
                return _Exchange(other.start, other.end, self._led(other, self._half_day(kind, other, words)))
        return None

    def _with_day(self, other: Span, words: tuple[str, ...]) -> tuple[str, ...]:
        """Return a time of the day with the day of a moment in whose place it stands, and its hour where that fits it.

        `On Sunday`, `in the evening` is `on Sunday in the evening`. Of a moment without a day, or words for another
        day, nothing.
        """
        fragment, moment = self._sentence.with_text(" ".join(words)), self._words[other.start : other.end]
        days = [
            day for day in widest(self._sentence.spans("date")) if other.start <= day.start and day.end <= other.end
        ]
        parts = [span for word in _plain(words) if (span := self._table.parts_of_day.get(word))]
        if not days or fragment.spans("date") or not (parts or fragment.spans("time")):
            return ()
        clocks = [clock for clock in widest(self._sentence.spans("time")) if other.start <= clock.start < other.end]
        hours = [clock.value.hour % 12 for clock in clocks if isinstance(clock.value, time)]
        if parts and any(parts[0][0] <= hour + half < parts[0][1] for hour in hours for half in (0, 12)):
            return (*moment, *words)
        lead = self._words[max(other.start, days[0].start - 1) : days[0].start]
        is_led = bool(lead) and lead[0].casefold() in self._table.stop_words
        day = self._words[days[0].start - is_led : days[0].end]
        return (*day, *(() if parts or self._is_led(words) else ("at",)), *words)

    def _is_led(self, words: tuple[str, ...]) -> bool:
        return words[0].casefold() in self._table.stop_words

    def _of_slots(self, spans: Sequence[Span]) -> Sequence[Span]:
        """Return spans with those first that are in the words of a slot, the last of all before the others."""
        texts = [" ".join(_plain(text.split())) for text in self._texts.values()]

        def is_in_slot(span: Span) -> bool:
            return any(" ".join(_plain(span.text.split())) in text for text in texts)

        return sorted(spans, key=lambda span: (not is_in_slot(span), -span.start))

    def _half_day(self, kind: str, other: Span, words: tuple[str, ...]) -> tuple[str, ...]:
        """Return the words of a clock time with the half of the day of the time in whose place it stands."""
        pattern = self._table.half_day
        half = pattern.search(" ".join(self._words[other.start :])) if pattern else None
        if kind not in ("time", "datetime") or not pattern or not half or pattern.search(" ".join(words)):
            return words
        is_inside = half.group().lower() in other.text.lower()
        return (*words, *half.group().split()) if is_inside else words

    def _led(self, other: Span, words: tuple[str, ...]) -> tuple[str, ...]:
        """Return words with the preposition of the value in whose place they stand, unless they have one."""
        small = self._table.stop_words - {*self._table.articles.split("|")}
        lead = [word for word in self._words[other.start : other.end][:1] if word.lower() in small]
        has_own = words[:1] and words[0].lower() in small
        return words if has_own or not lead else (lead[0], *words)

    def _of_days(self, fragment: Query) -> Iterator[str]:
        """Yield the sentence with another day of the month of its date: `the first of May`, `the third`."""
        words = [word for word in fragment.words if word.lower() not in self._table.stop_words | self._table.pointers]
        if len(words) != 1 or not (words[0][:1].isdigit() or words[0].lower() in self._table.ordinals):
            return
        for span in widest(self._sentence.spans("date"))[:1]:
            for place in range(span.start, span.end):
                exchange = _Exchange(place, place + 1, (words[0],))
                sentence = self._sentence.with_text(self._with([exchange]))
                days = [other.value for other in sentence.spans("date") if other[:2] == span[:2]]
                if any(_is_in_month(day, span.value) for day in days):
                    yield sentence.text
                    return

    def _of_minutes(self, fragment: Query) -> str:
        """Return the sentence with other minutes of the hour of its clock time: `6 am`, `half past`; else nothing."""
        minutes = minutes_of_hour(" ".join(fragment.words), fragment.language)
        clock = next(iter(widest(self._sentence.spans("time"))), None)
        kinds = {domain.found_as for domain in self._domains.values() if domain.kind in ("datetime", "time")}
        if minutes is None or clock is None:
            return ""
        spans = (span for kind in sorted(kinds) for span in self._sentence.spans(kind))
        moments = (span.value for span in spans if span.start <= clock.start and clock.end <= span.end)
        moment = next((value for value in moments if isinstance(value, datetime | time)), clock.value)
        if not isinstance(moment, datetime | time):
            return ""
        named = " ".join(self._words[clock.start : clock.end - 1])
        is_before = (minutes_of_hour(named, fragment.language) or 0) < 0  # of `quarter to seven`, seven is the hour
        hour = moment.hour + ((minutes < 0 or is_before) and moment.minute > 0)
        words = self._led(clock, (f"{(60 * hour + minutes) // 60 % 24:02}:{minutes % 60:02}",))
        return self._with([_Exchange(clock.start, clock.end, words)])

    # -- what is no value of a kind ---------------------------------------------------------------------

    def _of_deeds(self, fragment: Query) -> Iterator[str]:
        """Yield the sentence with its verb turned into the opposite that the fragment names: `no, off`."""
        stop_words = self._table.stop_words - self._table.counterparts.keys()
        words = [word for word in _plain(fragment.words) if word not in stop_words]
        yield from (self._with([exchange]) for exchange in self._turned(words))

    def _turned(self, words: Collection[str]) -> Sequence[_Exchange]:
        """Return the verbs of the sentence of which one word, the only one, is the opposite."""
        if len(words) != 1:
            return ()
        (new,), ways, counterparts = words, self._table.follow_ups.ways, self._table.counterparts
        return [
            _Exchange(place, place + 1, (new,))
            for place, word in enumerate(_plain(self._words))
            if ways.get(new, 0) * ways.get(word, 0) < 0 or new in counterparts.get(word, ())
        ]

    def _of_free_text(self, fragment: Query) -> Iterator[str]:
        """Yield the sentence with its one free text exchanged."""
        free = [name for name, domain in self._domains.items() if domain.free and name in self._texts]
        free = [name for name in free if len(free) == 1 or self._domains[name].slot.required]
        if len(free) != 1 or not fragment.words:
            return
        old, words = _plain(self._texts[free[0]].split()), fragment.words
        lead = self._table.lead
        text = lead.sub("", " ".join(words)) if lead else " ".join(words)
        if (place := _place(old, _plain(self._words))) is not None and text:
            yield self._with([_Exchange(place, place + len(old), tuple(text.split()))])


def _plain(words: Sequence[str]) -> tuple[str, ...]:
    return tuple(word.casefold() for word in words)


def _place(part: Sequence[str], words: Sequence[str]) -> int | None:
    """Return the place at which words stand one after the other among others, or None."""
    size = len(part)
    return next((at for at in range(len(words) - size + 1) if tuple(words[at : at + size]) == tuple(part)), None)


def _is_in_month(day: SlotValue, other: SlotValue) -> bool:
    """Tell if two values are different days of one month."""
    return isinstance(day, date) and isinstance(other, date) and day != other and day.replace(day=other.day) == other
