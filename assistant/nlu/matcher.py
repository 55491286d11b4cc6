"""`Matcher`: a query to an `Understanding`, by one ranked decision on the evidence of every ranker."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from functools import cached_property, partial

from assistant.authoring.definitions import Consent
from assistant.config import MatchConfig
from assistant.errors import Problem
from assistant.language.text import normalise
from assistant.nlu.account.account import Accounts, judged
from assistant.nlu.account.further import further_phrase, further_refused, further_value, relative, unswallowed
from assistant.nlu.account.negated import turned
from assistant.nlu.answers import Answers
from assistant.nlu.budget import Budget, TooLong, check_length, sayable
from assistant.nlu.documents.documents import DocumentAnswers
from assistant.nlu.languages import Languages
from assistant.nlu.operators.reading import OperatorReader
from assistant.nlu.operators.several import in_turn
from assistant.nlu.parts import Parts
from assistant.nlu.phonetic.search import PhoneticSearch
from assistant.nlu.phrases import Phrases
from assistant.nlu.query import Query
from assistant.nlu.ranking.classifier import Rates
from assistant.nlu.ranking.combine import Ranked, combine
from assistant.nlu.ranking.confidence import NO_DOUBT, log_odds
from assistant.nlu.ranking.evidence import Evidence, ranking_weights
from assistant.nlu.ranking.mood import MoodRanker
from assistant.nlu.ranking.polarity import Choice, PolarityRanker
from assistant.nlu.ranking.questions import QuestionRanker
from assistant.nlu.ranking.rankers import MeaningRanker, SlotRanker, SoundRanker, TemplateRanker
from assistant.nlu.retrieval.recent import Recent, RecentVectors
from assistant.nlu.sets.clauses import Reader
from assistant.nlu.sets.contradiction import contradicted, settled, undecided
from assistant.nlu.sets.reasons import without_reason, without_told
from assistant.nlu.slots import train as slot_training
from assistant.nlu.slots.command import Commands
from assistant.nlu.slots.filler import SlotFiller
from assistant.nlu.speech_hints import SpeechHints
from assistant.nlu.spelling import Spelling
from assistant.nlu.templates.unfinished import Unfinished
from assistant.values import Ambiguous, AnswerMatch, IntentMatch, OutOfScope, SlotMissing, Understanding, Utterance

NEIGHBOURS = 64
"""Rows looked at for one sentence."""

_READ = 3
"""Candidates, the likeliest, among which one is chosen."""

_OVERHEARD = 0.7
"""Confidence that overheard speech needs where no template covers it: it may not be meant for the assistant."""


class Matcher:
    """Understands sentences by the intents and the knowledge of one moment; it never changes.

    A reload makes another one beside it. Safe to use from several threads.
    """

    def __init__(
        self,
        parts: Parts,
        config: MatchConfig,
        clock: Callable[[], datetime] = datetime.now,
        before: Matcher | None = None,
    ) -> None:
        """Take the parts; what `before` has made for intents that are unchanged is made no second time."""
        self.parts, self.config = parts, config
        self.intents, self.knowledge = parts.intents, parts.knowledge
        self._clock = clock
        self._slots_folder = parts.index.folder / "slots" if parts.index.folder else None
        made: dict[str, SlotFiller] = dict(before._fillers) if before else {}  # a copy: another thread may add to it
        self._fillers: dict[str, SlotFiller] = {name: made[name] for name in made if name in parts.unchanged}
        self._vectors: RecentVectors = before._vectors if before else RecentVectors(parts.embedder)
        self._meanings = Recent[tuple[str, Utterance, datetime], Understanding](32)
        self._answers = {entry.question: entry for entry in parts.knowledge.entries}
        self._weights, self._languages = (weights := ranking_weights()), Languages(parts.intents)
        self.phrases = Phrases(parts.intents, parts.knowledge, parts.templates.sampler)
        """The sentences that are shown to a person."""
        self._spelling = Spelling(parts.intents, parts.retriever.snapshot.rows)
        self._sounds = sounds = PhoneticSearch(parts.intents, parts.templates.sampler)
        self.templates = TemplateRanker(parts.templates, weights, parts.intents.of_the_home())
        self._meaning = MeaningRanker(parts.classifier, parts.intents.intents, parts.untrained, weights)
        self._slots = SlotRanker(parts.intents, self._filler, self._meaning, self.templates, weights)
        sampler = parts.templates.sampler
        self._polarity = PolarityRanker(parts.intents, sampler, self.templates, self._meaning, self._slots, weights)
        self._mood = MoodRanker(parts.intents, sampler, self.templates, self._meaning, weights)
        self._operators = OperatorReader(parts.intents, self.templates)
        self._sound = SoundRanker(sounds, self.templates, weights)
        answers = {row.owner: row for row in parts.retriever.snapshot.rows.values() if row.kind == "answer"}
        self._questions = QuestionRanker(parts.retriever, self._answers, answers, weights, self._spelling.names)
        self.documents = DocumentAnswers(parts.passages, parts.index.folder, weights, parts.reranker)
        self._commands = Commands(parts.templates, self._filler, clock, parts.intents.language)
        self._unfinished = Unfinished(parts.intents, sampler, self.templates.matches, self._commands)
        self.answers = Answers(parts.intents, self._filler, self.templates, self._commands, self.prepared)
        accounts = before._accounts if before else None
        self._accounts: Accounts = Accounts(
            parts.intents, lambda text: text in self.listed, weights.account, parts.embedder, accounts
        )
        self.hints = SpeechHints(parts, sounds, self.templates, self._sound, self.query, self.match)

    @property
    def problems(self) -> tuple[Problem, ...]:
        """The faults of the files; the rest is in use."""
        return (*self.intents.problems, *self.knowledge.problems)

    def rates(self) -> Rates:
        """Return how often commands will be misunderstood or mistaken at the threshold, as far as can be foreseen."""
        return self.parts.classifier.rates(log_odds(self.config.threshold))

    def forget_unused(self) -> None:
        """Delete the taggers kept for phrases that are no more."""
        if self._slots_folder:
            names = (self._filler(name).cached_name for name in self.intents.intents)
            slot_training.forget(self._slots_folder, [*filter(None, names)])

    def warm(self) -> None:
        """Do now what the first sentence, the first spoken one, and the first one of each intent would wait for."""
        self.parts.templates.warm()
        self._questions.warm(self._spelling.corrected(self.query("wram")))
        for name in self.intents.intents:
            query = self.query(self.phrases.best("intent", name) or "warm")
            self.templates.matches(query)
            self._slots.warm(query, name)
            self._polarity.warm(name)
            self._mood.moods(name)
        assert self.listed is not None
        self._accounts.warm()
        self.documents.warm()
        self.hints.warm()
        self._sounds.warm(self.intents.intents)

    def query(self, text: str, budget: Budget | None = None) -> Query:
        """Return a sentence prepared for every stage; what is read of it is taken from the budget."""
        language, now = self._languages.of(text), self._clock()
        nearest = partial(self.parts.retriever.nearest, n=NEIGHBOURS)
        return Query(text, language, now, self._vectors, nearest, budget=budget or Budget())

    def prepared(self, utterance: Utterance, budget: Budget | None = None) -> Query:
        """Return the query of an utterance, unless it is too long; misspelt words of typed text are put right."""
        query = self.query(check_length(utterance.text), budget)
        mend = self._spelling.with_particle if utterance.source == "spoken" else self._spelling.corrected
        return query if self.templates.exact(query) else mend(query)

    def _filler(self, intent: str) -> SlotFiller:
        if intent not in self._fillers:
            sampler = self.parts.templates.sampler
            self._fillers[intent] = SlotFiller(self.intents.intents[intent], self.intents, sampler, self._slots_folder)
        return self._fillers[intent]

    # -- understanding

    def match(self, utterance: Utterance | str, budget: Budget | None = None) -> Understanding:
        """Return the meaning of an utterance; where its first reading is in doubt, of the surest of all readings."""
        utterance = sayable(utterance)
        try:
            query = self.prepared(utterance, budget)
            return unswallowed(self._match(query, utterance), self.intents, query, self.templates)
        except TooLong as error:
            return OutOfScope(0.0, (), str(error))

    def _match(self, query: Query, utterance: Utterance) -> Understanding:
        """Understand a sentence; one that is read again in the same second, as an answer and by itself, only once."""
        key = query.text, utterance, query.now.replace(microsecond=0)
        return self._meanings.get(key, lambda: self._surest(query, utterance))

    def _surest(self, query: Query, utterance: Utterance) -> Understanding:
        if doubt := self._mood.doubt(query, utterance, self._weights.hearing["clear"]):
            return OutOfScope(0.0, (), doubt)
        read = partial(self._operators.read, utterance=utterance, understand=self._understand)
        whole = partial(read, query)
        first = whole() if self.templates.exact(query) else self._unfinished.read(query, whole)
        first = without_reason(query, first, read)
        if not isinstance(first, OutOfScope) and first.confidence >= NO_DOUBT:
            return first
        share, readings = self._weights.hearing["alternative"], list[Understanding]()
        with contextlib.suppress(TooLong):  # the first reading stands
            for text in utterance.alternatives:
                meaning = self._operators.read(query.with_text(text), utterance, self._understand)
                readings.append(replace(meaning, confidence=share * meaning.confidence))
        best = max((first, *readings), key=lambda meaning: (not isinstance(meaning, OutOfScope), meaning.confidence))
        return self.documents.instead_of(best, query, self.config.threshold, self.config.n_best)

    def questions(self, text: str) -> tuple[Ranked, ...]:
        """Return the stored questions for a typed sentence with the evidence for them, the most confident first."""
        query = self.prepared(Utterance(text))
        ranked = combine((*self.templates.rank(query), *self._questions.rank(query)), self._weights)
        return tuple(candidate for candidate in ranked if candidate.kind == "question")

    def rank(self, text: str) -> tuple[Ranked, ...]:
        """Return every candidate for a typed sentence with its evidence, the most confident first: no threshold."""
        query = self.prepared(Utterance(text))
        return combine([*self._all_evidence(query), *self.documents.rank(query)], self._weights)

    def _evidence(self, query: Query) -> Iterator[Evidence]:
        """Yield the evidence of all rankers; of the templates alone where these leave no doubt."""
        is_certain = self.templates.is_certain(query) and not self._questions.has(query)
        yield from self.templates.rank(query) if is_certain else self._all_evidence(query)

    def _all_evidence(self, query: Query) -> Iterator[Evidence]:
        self._meaning.ranked(query)  # first: the neighbours are looked for beside its work
        for ranker in (self.templates, self._meaning, self._questions, self._slots, self._polarity, self._mood):
            yield from ranker.rank(query)

    def _understand(self, query: Query, utterance: Utterance) -> Understanding:
        if not query.plain:
            return OutOfScope(0.0, ())
        spoken = utterance.source == "spoken"
        hearing = self._weights.hearing
        penalty = -hearing["slope"] * max(0.0, hearing["clear"] - utterance.confidence) if spoken else 0.0
        evidence = tuple(self._evidence(query))
        meaning = self._decide(query, combine(evidence, self._weights, penalty), utterance.overheard)
        if not spoken or self.templates.exact(query):
            return meaning
        # sound adds to a decision and replaces none: it counts where nothing else decides, or for the value that lacks
        in_doubt = isinstance(meaning, OutOfScope | Ambiguous)
        lacking = meaning.intent if isinstance(meaning, SlotMissing) else ""
        if in_doubt or lacking:
            sound = [item for item in self._sound.rank(query) if in_doubt or item.owner == lacking]
            if sound:
                return self._decide(query, combine([*evidence, *sound], self._weights, penalty), utterance.overheard)
        return meaning

    def _decide(self, query: Query, ranked: Sequence[Ranked], overheard: bool) -> Understanding:
        """Choose among the likeliest candidates; two that are close are asked about."""
        n_best = self.phrases.shown(ranked, query, self.config.n_best)
        is_half = bool(ranked) and ranked[0].match is None and query.is_value
        least = self.config.threshold * (0.8 if is_half else 1.0)  # a question does no harm
        if not ranked or ranked[0].confidence < least:
            reason = self._mood.refusal(ranked, query, self.config.threshold)
            return OutOfScope(max((candidate.confidence for candidate in ranked[:1]), default=0.0), n_best, reason)
        margin = 1.0 if is_half else self.config.margin
        near = self._polarity.rivals(ranked[:_READ], margin, least)
        close = self._latest(self._mood.rivals(query, near))
        readings = [(item, replace(self._choice(item, query), n_best=n_best)) for item in close]
        choices = [(item, choice) for item, choice in readings if not isinstance(choice, OutOfScope)]
        if not choices or (len(choices) < len(close) and all(item.kind == "question" for item, _ in choices)):
            return next(choice for _, choice in readings if isinstance(choice, OutOfScope))
        (best, choice), *others = self._polarity.differing(query, choices)
        if others or self._mood.is_beyond(query, best):
            choices = [(best, choice), *others]
            labels = tuple(self._label(item) for item, _ in choices)
            return Ambiguous(tuple(choice for _, choice in choices), labels, best.confidence, n_best)
        if is_half and isinstance(choice, IntentMatch):
            return replace(choice, confirm=choice.confirm or f"{self._label(best)}?")
        if overheard and best.match is None and choice.confidence < _OVERHEARD:
            return OutOfScope(choice.confidence, n_best)
        return choice

    def _latest(self, close: Sequence[Ranked]) -> Sequence[Ranked]:
        """Return candidates less the intents of earlier folders: a user's own wins a tie against a shipped one."""
        folders = {item.owner: self.intents.intents[item.owner].folder for item in close if item.kind == "intent"}
        latest = max(folders.values(), default=0)
        return [item for item in close if item.kind == "question" or folders[item.owner] == latest]

    def _label(self, candidate: Ranked) -> str:
        return self.intents.intents[candidate.owner].title if candidate.kind == "intent" else candidate.owner

    def _choice(self, candidate: Ranked, query: Query) -> Choice | OutOfScope:
        """Return the answer or the command of a candidate, or the refusal that names the words it leaves over.

        The ranking is not in it yet.
        """
        if candidate.kind == "question":
            entry = self._answers[candidate.owner]
            return AnswerMatch(entry.question, entry.answer, entry.source, candidate.confidence, ())
        intent, match = self.intents.intents[candidate.owner], candidate.match
        if match is None:
            filled = self._slots.filled(query, intent.name)
            if filled.doubt:
                return self._commands.asked(intent, filled.slots, *filled.doubt, candidate.confidence)
            slots, texts, response = dict(filled.slots), filled.texts, ""
        else:
            slots, texts, response = dict(match.slots), dict(match.texts), match.response
            if match.free:
                self._filler(intent.name).completed(slots, texts, query)
        if match is None or match.free:
            for name, value in turned(query, slots, texts, self._filler(intent.name).domains).items():
                if value is None:
                    return OutOfScope(candidate.confidence, (), f"I didn't understand “not {texts[name]}”.")
                slots[name] = value
        command = self._commands.command(intent, slots, texts, candidate.confidence, response)
        if match is None:
            command = self._commands.complete(intent, command)
        elif not match.free:
            return command
        account = self._accounts.account(intent, command.slots, texts, query, is_covered=match is not None)
        if account is None and (intent.action or intent.response) and not (intent.blocks or intent.is_topic):
            domains = self._filler(intent.name).domains
            text = further_value(domains, command, texts, query) if intent.action else ""  # what only tells may do so
            if text := text or further_phrase(intent, self.intents.rules, texts, query):
                return further_refused(intent, text, command.confidence)
        return judged(command, account, intent, self.config.threshold)

    # -- several commands in one sentence

    def match_all(
        self, utterance: Utterance | str, budget: Budget | None = None
    ) -> tuple[tuple[Utterance, Understanding], ...]:
        """Return the commands of a sentence, in order, each with its meaning, as `match` does; mostly it is one."""
        utterance = sayable(utterance)
        try:
            query, part = self.prepared(utterance, budget), partial(replace, utterance, alternatives=())
            reader = Reader(
                lambda text: self._match(query.with_text(text), utterance if text == query.text else part(text=text)),
                lambda text: next(iter(self.templates.matches(query.with_text(text))), None),
                lambda text: text.casefold() in self.listed,
                query,
            )
            turns = in_turn(query, reader.meaning)
            contrary = None if turns else contradicted(query, reader) or undecided(query, reader)
            whole = None if turns else reader.meaning(query.text)
            parts = turns or (() if contrary else self._operators.parts(query, reader))
        except TooLong as error:
            return ((utterance, OutOfScope(0.0, (), str(error))),)
        meanings = tuple((part(text=text), relative(reader.meaning(text), text, self.intents)) for text in parts)
        meanings = self.documents.without_orders(query, meanings)
        if whole is not None and not meanings:
            meanings = ((utterance, unswallowed(contrary or whole, self.intents, query, self.templates)),)
        return tuple(settled(query, without_told(query, meanings), self._filler))

    @cached_property
    def listed(self) -> frozenset[str]:
        """Every way of saying a listed value."""
        sampler, language = self.parts.templates.sampler, self.intents.language
        lists = [words for words in self.intents.lists.values() if words.values]
        return frozenset(normalise(phrase, language) for words in lists for phrase, _ in sampler.phrases(words))

    @cached_property
    def consents(self) -> Mapping[str, Consent]:
        """Every way of saying a listed value that has a `confirm:`, and the value itself, with that word."""
        blocks = (block for intent in self.intents.intents.values() for block in intent.blocks)
        of_blocks = (words for block in blocks for words in block.lists.values())
        return {
            str(name): value.confirm
            for words in (*self.intents.lists.values(), *of_blocks)
            for value in words.values
            if value.confirm
            for pair in self.parts.templates.sampler.phrases(replace(words, values=(value,)))
            for name in pair
        }

    def fill(self, pending: SlotMissing, utterance: Utterance) -> Understanding | None:
        """Return the command with the answer filled in; None where the utterance is no answer to the question."""
        return self.answers.fill(pending, utterance)
