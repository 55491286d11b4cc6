"""`Matcher`: from an utterance to an `Understanding`, templates and meaning in one ranked decision."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property
from typing import Literal, TypeAlias

from assistant.config import MatchConfig
from assistant.events import (
    Ambiguous,
    AnswerMatch,
    Candidate,
    IntentMatch,
    OutOfScope,
    Progress,
    SlotMissing,
    SlotValue,
    Understanding,
    Utterance,
)
from assistant.nlu import decide, entities, phrases, vocabulary
from assistant.nlu.decide import Kind
from assistant.nlu.definitions import Intent, IntentSet, Slot
from assistant.nlu.index import Embedder, Hit, Index, SyncReport
from assistant.nlu.knowledge import KnowledgeSet
from assistant.nlu.slots import SlotFiller
from assistant.nlu.soundalike import SoundAlikes
from assistant.nlu.template import TemplateMatch, Templates
from assistant.text import breaks_off, strip_filler, tidy

Ending: TypeAlias = Literal["complete", "extendable", "unfinished", "unknown"]
"""Of a sentence: a whole command; one that may go on; the beginning of one; nothing that is known."""

Choice: TypeAlias = IntentMatch | AnswerMatch | SlotMissing

_CERTAIN = 0.995
"""A reading above this is never asked about."""

_NO_DOUBT = 0.95
"""Confidence from which on even a sentence was misheard that a template with free text covers."""

_LISTENED_FOR = 8
"""Intents, the nearest in meaning, whose templates a misheard sentence is compared with by sound."""

_OVERHEARD = 0.7
"""Confidence that something spoken needs that no template confirms: it may not be meant for the assistant."""

_SURELY_SAID = 0.97
"""Confidence of a template with free text from which on nothing else is looked for."""

_NATS = 3.0
"""Log probability for each phone that is another one."""

_LIKELY, _MOST_LIKELY = 3, 40
"""Intents, the nearest to the beginning of a sentence, whose values are expected in the rest; so many words."""

_GO_ON = 5
"""Intents, those that cover a sentence and the nearest, of which it may be the beginning."""

_SECOND_READING = 0.95
"""What an alternative of the recogniser is worth beside its first reading."""


@dataclass(frozen=True, slots=True)
class _Reading:
    """A candidate and how sure it is; `template` where one covers the sentence."""

    kind: Kind
    owner: str
    confidence: float
    template: TemplateMatch | None = None


class Matcher:
    """Understands sentences, by the intents and the knowledge given. Call `sync` once before `match`.

    >>> matcher = Matcher(load_intents([folder], actions), load_knowledge([]), Index(None, embedder), embedder, config)
    ... # doctest: +SKIP
    """

    def __init__(
        self,
        intents: IntentSet,
        knowledge: KnowledgeSet,
        index: Index,
        embedder: Embedder,
        config: MatchConfig,
        clock: Callable[[], datetime] = datetime.now,
    ) -> None:
        self.intents, self.knowledge, self.index, self.embedder, self.config = (
            intents,
            knowledge,
            index,
            embedder,
            config,
        )
        self._clock = clock
        self._templates = Templates(intents)
        self._sounds = SoundAlikes(intents, self._templates)
        self._fillers: dict[str, SlotFiller] = {}
        self._answers = {entry.question: entry for entry in knowledge.entries}

    # -- the index and what is known beforehand

    def sync(self, progress: Callable[[Progress], None]) -> SyncReport:
        """Bring the index in step with the files; cheap when nothing has changed.

        Raises:
            IndexStoreError: the index's folder cannot be written.
        """
        source = hashlib.sha256(f"{self.intents.digest} {self.knowledge.digest} {phrases.VERSION}".encode()).hexdigest()
        return self.index.sync(lambda: phrases.rows(self.intents, self.knowledge, self._templates), progress, source)

    def words(self) -> tuple[str, ...]:
        """Return the words that a recogniser should know, most useful first."""
        return self._words

    def likely(self, said: str) -> tuple[str, ...]:
        """Return those of `words` that sound like a part of what was said, then the values that may follow it."""
        if not (plain := phrases.prepared(said, self.intents.language)):
            return ()
        near = _near(self.index.nearest(self.embedder.embed([plain])[0], decide.NEIGHBOURS))[:_LIKELY]
        values = [
            value for name in near for slot in self.intents.intents[name].slots for value in self.values(name, slot)
        ]
        return tuple(dict.fromkeys((*self._sounds.akin(plain, self._words), *values)))[:_MOST_LIKELY]

    def alternatives(self, text: str) -> tuple[tuple[str, float], ...]:
        """Return commands that may have been misheard as a text; the text itself, and no other, where it is one.

        None for one that breaks off: it will go on.

        Each with the logarithm of how likely it is to be misheard so, but for a constant; the likeliest first.
        """
        now, plain = self._clock(), phrases.prepared(text, self.intents.language)
        covering = self._templates.match(text, now)
        if any(not one.free for one in covering):
            return ((text, 0.0),)
        if not plain or breaks_off(plain, self.intents.language):
            return ()
        hits = self.index.nearest(self.embedder.embed([plain])[0], decide.NEIGHBOURS)
        near = _near(hits)
        best = {hit.row.owner: hit.score for hit in reversed(hits) if hit.row.kind == "intent"}
        if any(decide.of_template(one, best.get(one.intent, 0.0)) >= _SURELY_SAID for one in covering):
            return ((text, 0.0),)
        return tuple((said, -_NATS * cost) for cost, said in self._sounds.alternatives(text, near, now, bool(covering)))

    def values(self, intent: str, slot: str) -> tuple[str, ...]:
        """Return what can be said for a slot, one way for each listed value; nothing where it is not listed."""
        declared = self.intents.intents[intent].slots.get(slot) if intent in self.intents.intents else None
        ways = (
            {value: way for way, value in reversed(self._templates.phrases(declared.type or slot))} if declared else {}
        )
        return tuple(reversed(ways.values()))

    def warm(self) -> None:
        """Do now the second of work that the first spoken sentence would wait for."""
        assert self.sentences is not None
        self.ending("warm")

    @cached_property
    def _words(self) -> tuple[str, ...]:
        return vocabulary.vocabulary(self.intents, self.knowledge, self._templates)

    @cached_property
    def sentences(self) -> tuple[str, ...]:
        """Commands and questions that hold those words, most useful first."""
        return vocabulary.sentences(self._words, self.intents, self.knowledge, self._templates)

    def ending(self, text: str) -> Ending:
        """Return where in a command a sentence stops that may not be over yet."""
        now, plain = self._clock(), phrases.prepared(text, self.intents.language)
        if not plain:
            return "unknown"
        found, heard = self._templates.match(text, now), tidy(text)
        hits = self.index.nearest(self.embedder.embed([plain])[0], decide.NEIGHBOURS)
        near = list(dict.fromkeys([*(each.intent for each in found), *_near(hits)]))
        exact = bool(found) and not found[0].free
        if not found and (alike := self._sounds.nearest(heard, near, now)):
            found = self._templates.match(alike.text, now) if decide.of_sound(alike.unlikeness) >= _NO_DOUBT else ()
        whole = bool(found) and self._missing(found[0].intent, found[0].slots) is None
        rest = self._sounds.continuation(heard, near[:_GO_ON], now)
        hangs = breaks_off(plain, self.intents.language)
        if whole and exact:
            return "extendable" if hangs or rest == "value" or self._counts(heard, now) else "complete"
        if hangs or (whole and found[0].open_ended):
            return "unfinished"
        if whole:
            return "complete" if rest == "none" else "extendable"
        if rest != "none":
            return "unfinished"
        meant = self.match(Utterance(text))
        known = isinstance(meant, IntentMatch | AnswerMatch) and meant.confidence >= _NO_DOUBT
        return "extendable" if known else "unknown"

    def _counts(self, heard: str, now: datetime) -> bool:
        """Return whether a number is last: its unit may follow, as in `set the volume to 40 percent`."""
        words = tuple(heard.split())
        return any(one.end == len(words) for one in entities.find("number", words, now, self.intents.language))

    # -- understanding

    def match(self, utterance: Utterance) -> Understanding:
        """Return what the utterance means; its alternatives are tried where its first reading means nothing."""
        heard = decide.of_hearing(utterance.confidence) if utterance.source == "spoken" else None
        first = self._understand(utterance.text, 1.0, heard)
        if not isinstance(first, OutOfScope):
            return first
        for text in utterance.alternatives:
            other = self._understand(text, _SECOND_READING, heard)
            if not isinstance(other, OutOfScope):
                return other
        return first

    def _understand(self, text: str, trust: float, heard: float | None) -> Understanding:
        now, language = self._clock(), self.intents.language
        plain = phrases.prepared(text, language)
        if not plain:
            return OutOfScope(0.0, ())
        templates = self._templates.match(text, now)
        hits = self.index.nearest(self.embedder.embed([plain])[0], decide.NEIGHBOURS)
        evidence = decide.weigh(plain, hits, language)
        meant = trust
        if heard is not None and not any(not one.free for one in templates):
            meant = trust * heard
            alike = self._alike(text, _near(hits), now)
            if alike and (not templates or alike[1] >= _NO_DOUBT):
                templates, trust = (alike[0],), trust * alike[1]
        readings = self._readings(templates, evidence, trust, meant)
        n_best = self._n_best(readings, evidence)
        sure = [each for each in readings if each.confidence >= self.config.threshold]
        if not sure:
            return OutOfScope(readings[0].confidence if readings else 0.0, n_best)
        close = [each for each in sure if sure[0].confidence - each.confidence < self.config.margin]
        if len(close) > 1 and (sure[0].confidence < _CERTAIN or close[1].confidence >= _CERTAIN):
            choices = tuple(self._choice(each, text, n_best, now) for each in close[:3])
            return Ambiguous(choices, tuple(self._label(each) for each in close[:3]), sure[0].confidence, n_best)
        choice = self._choice(sure[0], text, n_best, now)
        overheard = heard is not None and sure[0].template is None
        needed = max(self.config.threshold, _OVERHEARD) if overheard else self.config.threshold
        return choice if choice.confidence >= needed else OutOfScope(choice.confidence, n_best)

    def _alike(self, text: str, near: Sequence[str], now: datetime) -> tuple[TemplateMatch, float] | None:
        """Return the template of those intents that sounds like a sentence that none covers, and how sure that is."""
        whole = tidy(text)
        heard = [self._sounds.nearest(each, near, now) for each in {whole, strip_filler(whole, self.intents.language)}]
        alike = min((each for each in heard if each), key=lambda each: each.unlikeness, default=None)
        if alike is None or (sure := decide.of_sound(alike.unlikeness)) < self.config.threshold:
            return None
        found = [one for one in self._templates.match(alike.text, now) if one.intent in near]
        return (found[0], sure) if found else None

    def _readings(
        self, templates: Sequence[TemplateMatch], evidence: Sequence[decide.Evidence], trust: float, meant: float
    ) -> list[_Reading]:
        """Return every candidate once, with the better of its template's and its meaning's confidence, best first.

        Where a template covers the sentence, what it does not cover loses up to half of its confidence: `turn on`
        and `turn off` are near in meaning. `trust` and `meant` say what a template and a meaning are worth here.
        """
        found: dict[tuple[Kind, str], _Reading] = {
            (each.kind, each.owner): _Reading(each.kind, each.owner, each.confidence * meant) for each in evidence
        }
        nearest = {one.owner: one.best for one in evidence if one.kind == "intent"}
        exact = [one for one in templates if not one.free]
        covering = [one for one in exact if one.rank == exact[0].rank] or templates
        best = {one.intent: nearest.get(one.intent, 0.0) for one in covering}
        sure = {one.intent: decide.of_template(one, best[one.intent], self.intents.language) for one in covering}
        doubt = 1 - trust * max(sure.values(), default=0.0) / 2
        for key, reading in found.items():
            if reading.owner not in sure or reading.kind == "question":
                found[key] = replace(reading, confidence=reading.confidence * doubt)
        for one in covering:
            near = found.get(("intent", one.intent))
            confidence = max(sure[one.intent] * trust, near.confidence if near else 0.0)
            found["intent", one.intent] = _Reading("intent", one.intent, confidence, one)
        return sorted(found.values(), key=lambda each: -each.confidence)

    def _n_best(self, readings: Sequence[_Reading], evidence: Sequence[decide.Evidence]) -> tuple[Candidate, ...]:
        near = {(each.kind, each.owner): each for each in evidence}
        found = []
        for each in readings[: self.config.n_best]:
            row = near.get((each.kind, each.owner))
            exact = each.template if each.template and not each.template.free else None
            example = (
                exact.template if exact else row.example if row else each.template.template if each.template else ""
            )
            score = 1.0 if exact else row.best if row else 0.0
            found.append(Candidate(each.kind, each.owner, example, score))
        return tuple(found)

    def _label(self, reading: _Reading) -> str:
        return self.intents.intents[reading.owner].title if reading.kind == "intent" else reading.owner

    def _choice(self, reading: _Reading, text: str, n_best: tuple[Candidate, ...], now: datetime) -> Choice:
        if reading.kind == "question":
            entry = self._answers[reading.owner]
            return AnswerMatch(entry.question, entry.answer, entry.source, reading.confidence, n_best)
        template = reading.template
        intent = self.intents.intents[reading.owner]
        if template:
            slots, texts, key = dict(template.slots), dict(template.texts), template.response
            confidence = reading.confidence
        else:
            filled = self._filler(intent).fill(text, {}, now)
            slots, texts, key = filled.slots, filled.texts, ""
            confidence = reading.confidence * filled.confidence
        return self._command(intent, slots, texts, key, confidence, n_best)

    def _command(
        self,
        intent: Intent,
        slots: dict[str, SlotValue],
        texts: dict[str, str],
        key: str,
        confidence: float,
        n_best: tuple[Candidate, ...],
    ) -> IntentMatch | SlotMissing:
        """Return the command with its defaults, or the question for the first required value that it lacks."""
        for name, slot in intent.slots.items():
            if name not in slots and slot.default is not None and (value := self._default(slot)) is not None:
                slots[name] = value
        if missing := self._missing(intent.name, slots):
            return SlotMissing(intent.name, slots, missing.name, missing.ask, confidence, n_best)
        response = intent.responses.get(key or "default", intent.response)
        if key and key not in intent.responses and (" " in key or "{" in key):
            response = key  # the response itself, where Home Assistant writes the name of one
        return IntentMatch(intent.name, slots, confidence, n_best, intent.action, response, intent.confirm, texts)

    def _default(self, slot: Slot) -> SlotValue | None:
        if isinstance(slot.default, str) and slot.type in ("date", "datetime", "time"):
            return entities.parse(slot.type, slot.default, self._clock(), self.intents.language)
        return slot.default

    def _missing(self, intent: str, slots: Mapping[str, SlotValue]) -> Slot | None:
        declared = self.intents.intents[intent].slots.values()
        return next(
            (slot for slot in declared if slot.required and slot.name not in slots and slot.default is None), None
        )

    def _filler(self, intent: Intent) -> SlotFiller:
        if intent.name not in self._fillers:
            self._fillers[intent.name] = SlotFiller(intent, self.intents, self._templates)
        return self._fillers[intent.name]

    # -- the answer to a question that was asked back

    def fill(self, pending: SlotMissing, utterance: Utterance) -> Understanding | None:
        """Return the command with the answer filled in; None where the utterance is no answer to the question.

        A whole command of another intent is none: it is left to `match`.
        """
        intent = self.intents.intents.get(pending.intent)
        if intent is None or pending.missing not in intent.slots:
            return None
        now, filler = self._clock(), self._filler(intent)
        for text in (utterance.text, *utterance.alternatives):
            found = self._templates.match(text, now)
            if found and not found[0].free and found[0].intent != intent.name and not found[0].texts:
                return None
            if (read := filler.read(intent.slots[pending.missing], text, now)) is None:
                continue
            slots = {**pending.slots, pending.missing: read[0]}
            texts = {pending.missing: read[1]}
            if found and found[0].intent == intent.name and pending.missing in found[0].slots:
                slots |= found[0].slots
            return self._command(intent, slots, texts, "", pending.confidence, pending.n_best)
        return None


def _near(hits: Sequence[Hit]) -> list[str]:
    """Return the intents nearest in meaning, near misses included: what is misheard may sound like one."""
    return list(dict.fromkeys(hit.row.owner for hit in hits if hit.row.kind in ("intent", "not")))[:_LISTENED_FOR]
