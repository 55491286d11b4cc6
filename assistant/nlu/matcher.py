"""`Matcher`: from an utterance to an `Understanding`, templates and meaning in one ranked decision."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cache, cached_property
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from assistant.authoring.definitions import Intent, IntentSet, Slot
from assistant.authoring.knowledge import KnowledgeSet
from assistant.config import MatchConfig
from assistant.errors import Problem
from assistant.events import Progress
from assistant.language import entities
from assistant.language.text import normalise, strip_filler, tidy
from assistant.nlu import split
from assistant.nlu.phonetic.search import PhoneticSearch
from assistant.nlu.ranking import classifier, train
from assistant.nlu.ranking import confidence as decide
from assistant.nlu.ranking.confidence import CandidateKind
from assistant.nlu.retrieval import corpus
from assistant.nlu.retrieval.index import Embedder, Index, SyncReport
from assistant.nlu.retrieval.snapshot import Hit
from assistant.nlu.slots import tagger
from assistant.nlu.slots.filler import SlotFiller
from assistant.nlu.speech_hints import SpeechHints, intents_near
from assistant.nlu.templates.matcher import TemplateMatch, Templates
from assistant.values import (
    Ambiguous,
    AnswerMatch,
    Candidate,
    IntentMatch,
    OutOfScope,
    SlotMissing,
    SlotValue,
    Understanding,
    Utterance,
)

Choice: TypeAlias = IntentMatch | AnswerMatch | SlotMissing

_OVERHEARD = 0.7
"""Confidence that something spoken needs that no template confirms: it may not be meant for the assistant."""

_BY_SLOTS = 3
"""Intents, the likeliest, of which it counts how well their slots account for a sentence."""

_ACCOUNTED = 0.7
"""Weight of that in the log odds."""

_APART, _LESS_SURE = 0.8, 0.05
"""How sure each command must be of several in one breath, and how much less than of all of it as one."""

_ANSWERS, _ASKED = 8, 0.4
"""Questions, the nearest, whose answers are looked at, and the cosine from which one is."""

_READ = 3
"""Readings, the likeliest, whose slots are looked for before one of them is chosen."""

_NEARLY = 0.35
"""Confidence from which on the values of a command may show that it was meant."""

_LACKING = 0.85
"""What the meaning of a sentence is worth that lacks a value which the command must have."""

_SECOND_READING = 0.95
"""What an alternative of the recogniser is worth beside its first reading."""


@dataclass(frozen=True, slots=True)
class _Reading:
    """A candidate and how sure it is; `template` where one covers the sentence."""

    kind: CandidateKind
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
        self._classifier = classifier.Classifier()
        self._templates = Templates(intents)
        self._sounds = PhoneticSearch(intents, self._templates)
        self._fillers: dict[str, SlotFiller] = {}
        self._kept = index.folder / "slots" if index.folder else None
        self._answers = {entry.question: entry for entry in knowledge.entries}
        self.hints = SpeechHints(intents, knowledge, self._templates, self._sounds, self._nearest, self.match, clock)

    # -- the index and what is known beforehand

    def sync(self, progress: Callable[[Progress], None]) -> SyncReport:
        """Bring the index in step with the files; cheap when nothing has changed.

        Raises:
            IndexStoreError: the index's folder cannot be written.
        """
        source = hashlib.sha256(f"{self.intents.digest} {self.knowledge.digest} {corpus.VERSION}".encode()).hexdigest()
        report = self.index.sync(lambda: corpus.rows(self.intents, self.knowledge, self._templates), progress, source)
        if self._kept and (report.added or report.removed):
            kept = [self._filler(intent).kept for intent in self.intents.intents.values()]
            tagger.forget(self._kept, [name for name in kept if name])
        self._classifier = self._learnt()
        return report

    def _learnt(self) -> classifier.Classifier:
        """Return what there is to learn from the index: as saved beside it, or else anew what has changed."""
        parts = (self.intents.digest, corpus.VERSION, train.VERSION, self.embedder.id)
        source = hashlib.sha256(" ".join(parts).encode()).hexdigest()
        file = self.index.folder / "classifier.npz" if self.index.folder else None
        saved = classifier.load(file) if file else classifier.Classifier()
        if file and saved.source == source:
            return saved
        rows, vectors = self.index.vectors(train.KINDS)
        learnt = train.fit(rows, vectors, corpus.written(self.intents, self._templates), saved, source)
        if file:
            learnt.save(file)
        return learnt

    @property
    def problems(self) -> tuple[Problem, ...]:
        """Return what is wrong in the files; the rest is in use."""
        return (*self.intents.problems, *self.knowledge.problems)

    def rates(self) -> classifier.Rates:
        """Return how often commands will be misunderstood or mistaken at the threshold, as far as can be foreseen."""
        return self._classifier.rates(decide.log_odds(self.config.threshold))

    # -- understanding

    def match(self, utterance: Utterance | str) -> Understanding:
        """Return what the utterance means; where its first reading is in doubt, the surest of all its readings."""
        utterance = Utterance(utterance) if isinstance(utterance, str) else utterance
        heard = decide.of_hearing(utterance.confidence) if utterance.source == "spoken" else None
        first = self._understand(utterance.text, 1.0, heard)
        if not isinstance(first, OutOfScope) and first.confidence >= decide.NO_DOUBT:
            return first
        others = [self._understand(text, _SECOND_READING, heard) for text in utterance.alternatives]
        return max((first, *others), key=lambda each: (not isinstance(each, OutOfScope), each.confidence))

    def match_all(self, utterance: Utterance | str) -> tuple[tuple[Utterance, Understanding], ...]:
        """Return the commands that are said in one breath, in order, each with what it means; mostly it is one."""
        said = Utterance(utterance) if isinstance(utterance, str) else utterance

        @cache
        def meaning(text: str) -> Understanding:
            return self.match(replace(said, text=text, alternatives=()))

        @cache
        def exactly(text: str) -> TemplateMatch | None:
            return next(iter(self._templates.match(text, now)), None)

        def understood(text: str) -> bool:
            return not isinstance(meaning(text), OutOfScope)

        def means(text: str) -> bool:
            return understood(text) and not isinstance(meaning(text), Ambiguous) and meaning(text).confidence >= needed

        def covered(text: str) -> bool:
            return exactly(text) is not None and means(text)

        if not split.cuts(said.text, self.intents.language):
            return ((said, self.match(said)),)
        whole, now = self.match(said), self._clock()
        needed = _APART if isinstance(whole, OutOfScope) else max(_APART, whole.confidence - _LESS_SURE)
        known = split.SentenceOracle(covered, understood, exactly, self._is_value, self.intents.language)
        found = split.apart(said.text, known) or split.apart(said.text, replace(known, means=means))
        parts = tuple((replace(said, text=text, alternatives=()), meaning(text)) for text in found)
        return parts or ((said, whole),)

    def _is_value(self, text: str) -> bool:
        return text.casefold() in self._listed

    @cached_property
    def _listed(self) -> frozenset[str]:
        lists = [words for words in self.intents.lists.values() if words.values]
        return frozenset(
            normalise(way, self.intents.language) for words in lists for way, _ in self._templates.ways(words)
        )

    def _understand(self, text: str, trust: float, heard: float | None) -> Understanding:
        now = self._clock()
        plain = corpus.prepared(text)
        if not plain:
            return OutOfScope(0.0, ())
        templates = self._templates.match(text, now)
        vector = self.embedder.embed([plain])[0]
        hits = self.index.nearest(vector, decide.NEIGHBOURS)
        evidence = self._evidence(plain, vector, hits)
        if not templates:
            evidence = self._by_slots(text, evidence)
        meant = trust
        if heard is not None and not any(not one.free for one in templates):
            meant = trust * heard
            alike = self._alike(text, intents_near(hits), now)
            if alike and (not templates or alike[1] >= decide.NO_DOUBT):
                templates, trust = (alike[0],), trust * alike[1]
        floor = hits[-1].score if hits else 0.0
        readings = self._readings(templates, evidence, floor, trust, meant)
        ranked = self._ranked(readings, text, now)
        n_best = self._n_best([*(each for _, each in ranked), *readings[len(ranked) :]], evidence)
        if not ranked or ranked[0][0].confidence < self.config.threshold:
            sure = [choice.confidence for choice, _ in ranked[:1]] or [each.confidence for each in readings[:1]]
            return OutOfScope(max(sure, default=0.0), n_best)
        best, reading = ranked[0]
        close = [(choice, each) for choice, each in ranked if self._close(best.confidence, choice.confidence)]
        if len(close) > 1:
            choices = tuple(replace(choice, n_best=n_best) for choice, _ in close)
            return Ambiguous(choices, tuple(self._label(each) for _, each in close), best.confidence, n_best)
        if heard is not None and reading.template is None and best.confidence < _OVERHEARD:
            return OutOfScope(best.confidence, n_best)
        return replace(best, n_best=n_best)

    def _close(self, best: float, other: float) -> bool:
        """Return whether the best of two readings is, if one of them is meant, hardly likelier than not."""
        return decide.sigmoid(decide.log_odds(best) - decide.log_odds(other)) - 0.5 < self.config.margin

    def _ranked(self, readings: Sequence[_Reading], text: str, now: datetime) -> list[tuple[Choice, _Reading]]:
        """Return the likeliest readings that are sure enough, with their slots: what these hold and lack counts too."""
        near = [each for each in readings[:_READ] if each.confidence >= min(_NEARLY, self.config.threshold)]
        choices = [(self._choice(each, text, now), each) for each in near]
        known = [self._known(choice, each) for choice, each in choices]
        weighed = []
        for (choice, each), values in zip(choices, known, strict=True):
            if each.template is None and each.kind == "intent":
                odds = decide.log_odds(choice.confidence) + decide.of_values(values, max(known))
                choice = replace(choice, confidence=decide.sigmoid(odds))
            weighed.append((choice, each))
        sure = [(choice, each) for choice, each in weighed if choice.confidence >= self.config.threshold]
        return sorted(sure, key=lambda pair: -pair[0].confidence)

    def _known(self, choice: Choice, reading: _Reading) -> int:
        """Return how many listed or typed values a reading finds."""
        if reading.kind == "question" or not isinstance(choice, IntentMatch):
            return 0
        return self._filler(self.intents.intents[reading.owner]).known(choice.slot_texts)

    def _by_slots(self, text: str, evidence: Sequence[decide.Evidence]) -> tuple[decide.Evidence, ...]:
        """Return the evidence of a sentence that no template covers, with what the slots of the likeliest intents say.

        Which is meant: the one whose slots account for the words as well. That any is meant is as sure as for the
        surest of them, and as if `something` were said for free text: what a song is called says nothing of it.
        """
        likely = [one for one in evidence if one.kind == "intent"][:_BY_SLOTS]
        if not likely or evidence[0].confidence >= decide.NO_DOUBT:
            return tuple(evidence)
        fillers = [self._filler(self.intents.intents[one.owner]) for one in likely]
        told = [self._plainly(one.owner, filler.plainly(text)) for one, filler in zip(likely, fillers, strict=True)]
        odds = [
            decide.log_odds(one.confidence) + _ACCOUNTED * filler.accounted(text)
            for one, filler in zip(likely, fillers, strict=True)
        ]
        surest = decide.log_odds(max(likely[0].confidence, *told)) - max(odds)
        weighed = [
            replace(one, confidence=decide.sigmoid(each + surest)) for one, each in zip(likely, odds, strict=True)
        ]
        others = [one for one in evidence if one not in likely]
        return tuple(sorted([*weighed, *others], key=lambda one: -one.confidence))

    def _plainly(self, intent: str, told: str | None) -> float:
        """Return how sure an intent is, by its meaning alone, of a sentence told plainly; 0 where there is none."""
        found = self.by_meaning(told) if told else ()
        return max((one.confidence for one in found if (one.kind, one.owner) == ("intent", intent)), default=0.0)

    def by_meaning(self, text: str) -> tuple[decide.Evidence, ...]:
        """Return every candidate by its meaning alone, the likeliest first: no templates, no slots, no threshold."""
        plain = corpus.prepared(text)
        vector = self.embedder.embed([plain])[0]
        return self._evidence(plain, vector, self.index.nearest(vector, decide.NEIGHBOURS))

    def _nearest(self, plain: str) -> tuple[Hit, ...]:
        return self.index.nearest(self.embedder.embed([plain])[0], decide.NEIGHBOURS)

    def _evidence(self, plain: str, vector: NDArray[np.float32], hits: Sequence[Hit]) -> tuple[decide.Evidence, ...]:
        learnt = self._classifier.odds(vector, plain)
        return decide.weigh(plain, (*hits, *self._told(vector, hits)), learnt, self.intents.language)

    def _told(self, vector: NDArray[np.float32], hits: Sequence[Hit]) -> tuple[Hit, ...]:
        """Return how near the nearest questions are together with their answers, where that is not among the hits."""
        near = dict.fromkeys(hit.row.owner for hit in hits if hit.row.kind == "question" and hit.score > _ASKED)
        known = {hit.row.owner for hit in hits if hit.row.kind == "answer"}
        return self.index.among(
            vector, [corpus.told(self._answers[each]) for each in [*near][:_ANSWERS] if each not in known]
        )

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
        self,
        templates: Sequence[TemplateMatch],
        evidence: Sequence[decide.Evidence],
        floor: float,
        trust: float,
        meant: float,
    ) -> list[_Reading]:
        """Return every candidate once, with the better of its template's and its meaning's confidence, best first.

        Where a template covers the sentence, what it does not cover loses up to half of its confidence: `turn on`
        and `turn off` are near in meaning. `floor` is the cosine that no phrase exceeds which was not looked at;
        `trust` and `meant` say what a template and a meaning are worth here; where only one word is free and both
        are of the likeliest intent, they are surer together.
        """
        found: dict[tuple[CandidateKind, str], _Reading] = {
            (each.kind, each.owner): _Reading(each.kind, each.owner, each.confidence * meant) for each in evidence
        }
        nearest = {one.owner: one.best for one in evidence if one.kind == "intent" and one.example}
        exact = [one for one in templates if not one.free]
        covering = [one for one in exact if one.rank == exact[0].rank] or templates
        best = {one.intent: nearest.get(one.intent, floor) for one in covering}
        sure = {one.intent: decide.of_template(one, best[one.intent], self.intents.language) for one in covering}
        doubt = 1 - trust * max(sure.values(), default=0.0) / 2
        for key, reading in found.items():
            if reading.owner not in sure or reading.kind == "question":
                found[key] = replace(reading, confidence=reading.confidence * doubt)
        likeliest = max(found.values(), key=lambda each: each.confidence, default=None)
        for one in covering:
            near = found.get(("intent", one.intent))
            confidence = max(sure[one.intent] * trust, near.confidence if near else 0.0)
            if near and near is likeliest and one.free == 1:
                confidence = 1 - (1 - sure[one.intent] * trust) * (1 - near.confidence)
            found["intent", one.intent] = _Reading("intent", one.intent, confidence, one)
        return sorted(found.values(), key=lambda each: -each.confidence)

    def _n_best(self, readings: Sequence[_Reading], evidence: Sequence[decide.Evidence]) -> tuple[Candidate, ...]:
        near = {(each.kind, each.owner): each for each in evidence}
        found: list[Candidate] = []
        for each in readings:
            row, template = near.get((each.kind, each.owner)), each.template
            exact = template is not None and not template.free
            example = (
                template.template if template and (exact or not (row and row.example)) else row.example if row else ""
            )
            if example or not found:  # what resembles nothing that was written is worth showing only if it was chosen
                found.append(Candidate(each.kind, each.owner, example, 1.0 if exact else row.best if row else 0.0))
        return tuple(found[: self.config.n_best])

    def _label(self, reading: _Reading) -> str:
        return self.intents.intents[reading.owner].title if reading.kind == "intent" else reading.owner

    def _choice(self, reading: _Reading, text: str, now: datetime) -> Choice:
        """Return what a reading comes to, its slots filled; the ranking is not in it yet."""
        if reading.kind == "question":
            entry = self._answers[reading.owner]
            return AnswerMatch(entry.question, entry.answer, entry.source, reading.confidence, ())
        template = reading.template
        intent = self.intents.intents[reading.owner]
        if template:
            slots, texts, key = dict(template.slots), dict(template.texts), template.response
            if template.free:
                self._filler(intent).completed(slots, texts, now)
            confidence = reading.confidence
        else:
            filled = self._filler(intent).fill(text, {}, now)
            slots, texts, key = {**self._filler(intent).implied(text, filled.slots), **filled.slots}, filled.texts, ""
            lacks = intent.missing(slots) is not None
            confidence = reading.confidence * filled.confidence * (_LACKING if lacks else 1.0)
        return self._command(intent, slots, texts, key, confidence, ())

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
        if missing := intent.missing(slots):
            return SlotMissing(intent.name, slots, missing.name, missing.ask, confidence, n_best)
        response = intent.responses.get(key or "default", intent.response)
        if key and key not in intent.responses and (" " in key or "{" in key):
            response = key  # the response itself, where Home Assistant writes the name of one
        return IntentMatch(intent.name, slots, confidence, n_best, intent.action, response, intent.confirm, texts)

    def _default(self, slot: Slot) -> SlotValue | None:
        if isinstance(slot.default, str) and slot.type in ("date", "datetime", "time"):
            return entities.parse(slot.type, slot.default, self._clock(), self.intents.language)
        return slot.default

    def _filler(self, intent: Intent) -> SlotFiller:
        if intent.name not in self._fillers:
            self._fillers[intent.name] = SlotFiller(intent, self.intents, self._templates, self._kept)
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
