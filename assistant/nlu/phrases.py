"""Sentences with which an intent or a question can be said, as its author wrote them: what is shown to a person.

Rows of the index are sampled from templates in every form, `remove from list` too. Shown is a test, an example or the
wording of a question; where there is none, a template written out in full that has all required values.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from itertools import islice

from assistant.authoring.definitions import Intent, IntentSet
from assistant.authoring.knowledge import KnowledgeSet, QuestionAnswer
from assistant.authoring.template_syntax import PLACEHOLDER
from assistant.language.text import breaks_off, content_words
from assistant.nlu.query import Query, plain_text
from assistant.nlu.ranking.combine import Ranked
from assistant.nlu.ranking.evidence import CandidateKind
from assistant.nlu.retrieval.corpus import SampleValues
from assistant.nlu.retrieval.snapshot import Hit
from assistant.nlu.templates.sampler import Sampler
from assistant.values import Candidate


class Phrases:
    """The sentences of one moment's files, each intent's made when it is first asked for."""

    def __init__(
        self,
        intents: IntentSet,
        knowledge: KnowledgeSet = KnowledgeSet(),  # noqa: B008
        sampler: Sampler | None = None,
    ) -> None:
        self._intents, self._knowledge = intents, knowledge
        self._given_sampler = sampler
        self._written: dict[tuple[CandidateKind, str], Mapping[str, str]] = {}
        self._templates: dict[str, str] = {}
        """Intent -> its template that reads as a sentence; of hundreds, most do not."""

    def best(self, kind: CandidateKind, owner: str) -> str:
        """Return the sentence that stands for an intent or a question; empty where none reads as a sentence."""
        if sentence := next(iter(self.written(kind, owner).values()), ""):
            return sentence
        intent = self._intents.intents.get(owner) if kind == "intent" else None
        if intent and owner not in self._templates:
            self._templates[owner] = self._from_template(intent)
        return self._templates[owner] if intent else ""

    def nearest(self, kind: CandidateKind, owner: str, hits: Sequence[Hit]) -> str:
        """Return the sentence of an intent or a question that comes first among hits, else the one that stands for it.

        Args:
            kind: of the candidate.
            owner: the intent's name, or the question.
            hits: rows, the nearest first.
        """
        written = self.written(kind, owner)
        texts = (hit.row.text for hit in hits if hit.row.kind == kind and hit.row.owner == owner)
        return next((written[text] for text in texts if text in written), "") or self.best(kind, owner)

    def shown(self, ranked: Sequence[Ranked], query: Query, most: int) -> tuple[Candidate, ...]:
        """Return up to `most` candidates to show, the likeliest first: one without a phrase nearby only at the top.

        The sentence of one that a template covers to the letter is what was said.
        """

        def example(item: Ranked) -> str:
            is_covered = item.match is not None and not item.match.free
            return query.tidied if is_covered else self.nearest(item.kind, item.owner, query.neighbours)

        chosen = islice((item for place, item in enumerate(ranked) if item.phrase or not place), most)
        return tuple(Candidate(item.kind, item.owner, example(item), item.similarity, item.phrase) for item in chosen)

    def written(self, kind: CandidateKind, owner: str) -> Mapping[str, str]:
        """Map the text of each row that an author wrote to the sentence as it was written, the best first."""
        if (key := (kind, owner)) not in self._written:
            definition = self._intents.intents.get(owner) if kind == "intent" else self._questions.get(owner)
            sentences = {plain_text(text): text for text in reversed([*self._sentences(definition)])}
            self._written[key] = dict(reversed(sentences.items()))
        return self._written[key]

    def _sentences(self, definition: Intent | QuestionAnswer | None) -> Iterator[str]:
        """Yield wordings of a question; or tests, then examples, whole ones first, without those that lack a value."""
        match definition:
            case QuestionAnswer():
                yield from (definition.question, *definition.also)
            case Intent():
                values = self._values(definition)
                yield from (test.say for test in definition.tests)
                for example in sorted(definition.examples, key=lambda text: not _is_complete(definition, text)):
                    if all(map(values.has_samples, _places(example))):
                        yield from values.filled(example)

    def _from_template(self, intent: Intent) -> str:
        """Return the first template of an intent, written out in full, that is complete and reads as a sentence."""
        values = self._values(intent)
        whole = (pattern for pattern in self._sampler.full_patterns(intent) if _is_complete(intent, pattern))
        known = (pattern for pattern in whole if all(map(values.has_samples, _places(pattern))))
        return next(filter(self._reads, (values.write(pattern, 0) for pattern in known)), "")

    def _reads(self, text: str) -> bool:
        """True unless a sentence breaks off, or says a word of content twice as one with too many options does."""
        words = content_words(text, self._intents.language)
        return 0 < len(words) == len(set(words)) and not breaks_off(text, self._intents.language)

    def _values(self, intent: Intent) -> SampleValues:
        return SampleValues(intent, self._intents, self._sampler)

    @cached_property
    def _sampler(self) -> Sampler:
        return self._given_sampler or Sampler(self._intents)

    @cached_property
    def _questions(self) -> Mapping[str, QuestionAnswer]:
        return {entry.question: entry for entry in self._knowledge.entries}


def _places(pattern: str) -> list[tuple[str, str]]:
    """Return list and slot of each placeholder."""
    return [(place[1], place[2] or place[1]) for place in PLACEHOLDER.finditer(pattern)]


def _is_complete(intent: Intent, pattern: str) -> bool:
    """True if a pattern has every required value, or one that a block gives."""
    given = {slot for _, slot in _places(pattern)} | {name for block in intent.blocks for name in block.slots}
    return all(slot.default is not None or slot.name in given for slot in intent.slots.values() if slot.required)
