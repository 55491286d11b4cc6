"""All evidence about a sentence, added up: one list of candidates with one confidence each."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from assistant.nlu.ranking.confidence import CERTAIN, log_odds, sigmoid
from assistant.nlu.ranking.evidence import CandidateKind, Evidence, RankingWeights
from assistant.nlu.templates.matcher import TemplateMatch


@dataclass(frozen=True, slots=True)
class Ranked:
    """A candidate and how sure it is."""

    kind: CandidateKind
    owner: str
    confidence: float
    """Probability that it is meant, 0 to 1."""
    evidence: tuple[Evidence, ...]
    match: TemplateMatch | None = None
    """The template that covers the sentence, where one does."""

    @property
    def phrase(self) -> str:
        """The template that covers the sentence to the letter, else the nearest phrase, else the template."""
        template = self.match.template if self.match else ""
        nearest = next((item.why for item in self.evidence if item.match is None and item.why), "")
        return template if self.match and not self.match.free else nearest or template

    @property
    def similarity(self) -> float:
        """Cosine to the nearest phrase; 1 where a template covers the sentence to the letter."""
        exact = self.match is not None and not self.match.free
        return 1.0 if exact else max((item.similarity for item in self.evidence), default=0.0)


def combine(evidence: Iterable[Evidence], weights: RankingWeights, penalty: float = 0.0) -> tuple[Ranked, ...]:
    """Rank the candidates of all evidence, the most confident first.

    Nearness and slots add up. A template says the same as nearness in another way, so the stronger of the two counts;
    with no more than one word of free text they are independent, and either is enough. A template that covers the
    sentence speaks against every candidate without one. The mood of a sentence counts beside either.

    Args:
        evidence: from all rankers.
        weights: of `weights.toml`.
        penalty: log odds that all but templates lose, for words that were hardly heard.
    """
    candidates: dict[tuple[CandidateKind, str], list[Evidence]] = {}
    for item in evidence:
        candidates.setdefault((item.kind, item.owner), []).append(item)
    covers = [item.strength for items in candidates.values() for item in items if item.match]
    against = weights.template["contradiction"] * sigmoid(max(covers)) if covers else 0.0
    ranked = [_ranked(kind, owner, tuple(items), against, penalty) for (kind, owner), items in candidates.items()]
    return tuple(sorted(ranked, key=lambda candidate: (-candidate.confidence, -candidate.similarity)))


def _ranked(kind: CandidateKind, owner: str, evidence: tuple[Evidence, ...], against: float, penalty: float) -> Ranked:
    soft = [item.strength for item in evidence if item.match is None]
    covering = max((item for item in evidence if item.match), key=lambda item: item.strength, default=None)
    if covering is None or covering.match is None:
        return Ranked(kind, owner, sigmoid(sum(soft) + penalty + against), evidence)
    contrary = sum(item.strength for item in evidence if item.source == "mood")
    confidence = 1.0 if covering.strength >= CERTAIN else sigmoid(covering.strength + contrary)
    if soft:
        meant = sigmoid(sum(soft) + penalty)
        either = 1 - (1 - confidence) * (1 - meant)
        confidence = either if covering.match.free == 1 else max(confidence, meant)
    return Ranked(kind, owner, confidence, evidence, covering.match)


def apart(better: Ranked, other: Ranked) -> float:
    """Return the lead of the better of two candidates, if one of them is meant: 0 to 0.5."""
    return sigmoid(log_odds(better.confidence) - log_odds(other.confidence)) - 0.5
