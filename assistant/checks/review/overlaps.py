"""Sentences that two commands would both take, and questions that a command would steal: tried by the matcher itself.

Written phrases and samples of templates that come near to a phrase of something else are understood one by one. So it
takes seconds, whatever the number of files.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from assistant.authoring.definitions import SourceLine
from assistant.checks.finding import Finding
from assistant.checks.review.own import is_own
from assistant.checks.review.rules import RuleFinder, where
from assistant.checks.teaching.effects import name_of
from assistant.errors import Problem

if TYPE_CHECKING:
    from assistant.nlu.matcher import Matcher
    from assistant.nlu.ranking.combine import Ranked
    from assistant.nlu.ranking.evidence import CandidateKind
    from assistant.nlu.retrieval.snapshot import Row


@dataclass(frozen=True, slots=True)
class Overlap:
    """A sentence of one command or question that another would take too."""

    text: str
    owner: str
    rival: str
    winner: str
    """Name of what it means: the owner, the rival, `asks: ...`."""
    own: float
    """Confidence of the owner, 0 to 1."""
    other: float
    """That of the rival."""
    place: SourceLine
    rival_place: SourceLine
    template: str = ""
    """The owner's template that it is a sample of."""
    kind: CandidateKind = "intent"
    rival_kind: CandidateKind = "intent"
    is_covered: bool = False
    """A template of the rival covers it to the letter."""

    @property
    def is_lost(self) -> bool:
        """The sentence does not mean what it was written for."""
        return self.winner != self.owner

    @property
    def at(self) -> SourceLine:
        """Where it can be put right: in the person's own file."""
        return self.rival_place if is_own(self.rival_place.file) and not is_own(self.place.file) else self.place


class OverlapFinder:
    """Looks for overlaps in the files of one matcher; `everything`: also between shipped files."""

    def __init__(self, matcher: Matcher, everything: bool = False) -> None:
        self._matcher = matcher
        self._intents, self._rules = matcher.intents, RuleFinder(matcher)
        self._everything = everything

    def findings(self, shown_each: int = 3, close: float = 0.2) -> Iterator[Finding]:
        """Yield for each pair the sentences that are lost, then templates that are never reached.

        Where none is lost it is the closest one, if its lead in confidence is small.
        """
        overlaps = list(self.overlaps())
        pairs = defaultdict[tuple[str, str], list[Overlap]](list)
        for overlap in overlaps:
            pairs[overlap.owner, overlap.rival].append(overlap)
        for rows in sorted(pairs.values(), key=lambda rows: -sum(row.is_lost for row in rows)):
            rows.sort(key=lambda row: (not row.is_lost, row.own - row.other))
            lost = sum(row.is_lost for row in rows)
            for number, row in enumerate(rows[: min(lost, shown_each) or 1]):
                if row.is_lost or row.own - row.other < close:
                    more = max(0, lost - shown_each) if row.is_lost and number == shown_each - 1 else 0
                    yield _finding(row, more if row.is_lost else len(rows) - 1)
        yield from self._unreachable(overlaps)

    def overlaps(self, least_near: float = 0.55, most: int = 500) -> Iterator[Overlap]:
        """Yield the overlaps among the sentences nearest to something else, at most so many."""
        snapshot = self._matcher.parts.retriever.snapshot
        rows = [(place, row) for place, row in enumerate(snapshot.rows.values()) if row.kind in ("intent", "question")]
        own = np.array([self._is_own(row) for _, row in rows], bool)
        if not len(rows) or not (own.any() or self._everything):
            return
        vectors = np.asarray(snapshot.vectors, np.float32)[[place for place, _ in rows]]
        owners = np.unique([f"{row.kind} {row.owner}" for _, row in rows], return_inverse=True)[1]
        near = np.full(len(rows), -1.0, np.float32)
        for start in range(0, len(rows), 512):  # each against all, in blocks that fit into memory
            block = slice(start, start + 512)
            cosines = vectors[block] @ vectors.T
            cosines[owners[block][:, None] == owners[None, :]] = -1
            if not self._everything:
                cosines[~own[block][:, None] & ~own[None, :]] = -1
            near[block] = cosines.max(1)
        probes = [int(i) for i in np.argsort(-near, kind="stable")[: 2 * most if self._everything else most]]
        for probe in probes:
            if near[probe] >= least_near and (overlap := self._overlap(rows[probe][1])):
                yield overlap

    def _is_own(self, row: Row) -> bool:
        return is_own(self._rules.place(row.owner, row.text).file)

    def _overlap(self, row: Row) -> Overlap | None:
        """Understand a sentence; None where nothing else would take it, or nobody wrote it."""
        own_kind: CandidateKind = "question" if row.kind == "question" else "intent"
        ranked = {(item.kind, item.owner): item for item in self._matcher.rank(row.text)}
        own = ranked.pop((own_kind, row.owner), None)
        template = own.match.template if own and own.match else ""
        if row.kind == "intent" and not template and (row.owner, row.text) not in self._rules.examples:
            return None  # the name of the intent, or its description
        rival = next((item for item in ranked.values() if item.kind != "passage" and self._counts(row, item)), None)
        if rival is None or rival.confidence < self._matcher.config.threshold:
            return None
        winner = name_of(self._matcher.match(row.text))
        written = self._rules.place(row.owner, row.text)
        if row.kind == "intent" and template:
            written = self._intents.intents[row.owner].place_of(template)
        return Overlap(
            text=row.text,
            owner=row.owner,
            rival=rival.owner,
            winner=winner,
            own=own.confidence if own else 0.0,
            other=rival.confidence,
            place=written,
            rival_place=self._rules.rule(rival),
            template=template,
            kind=own_kind,
            rival_kind=rival.kind,
            is_covered=rival.match is not None and not rival.match.free,
        )

    def _counts(self, row: Row, rival: Ranked) -> bool:
        return self._everything or self._is_own(row) or is_own(self._rules.rule(rival).file)

    def _unreachable(self, overlaps: Sequence[Overlap]) -> Iterator[Finding]:
        """Yield own templates of which every sentence that was tried means something else."""
        tried: Mapping[tuple[str, str], list[Overlap]] = defaultdict(list)
        for overlap in overlaps:
            if overlap.template:
                tried[overlap.owner, overlap.template].append(overlap)
        for (owner, template), rows in tried.items():
            intent, sampler = self._intents.intents[owner], self._matcher.parts.templates.sampler
            only = len(sampler.patterns(intent)) == len(rows) if "[" in template or "|" in template else True
            if only and all(row.is_lost for row in rows):
                message = f"intent {owner}: “{template}” is never reached: {rows[0].winner} takes all of it"
                problem = Problem(*rows[0].place, message, "warning")
                yield Finding.of("overlap", problem, "take it out, or word it otherwise", "unreachable")


def _finding(overlap: Overlap, more: int) -> Finding:
    owner, rival = overlap.owner, overlap.rival
    if overlap.winner.startswith("asks"):
        verdict = f"it is asked whether it or {rival} is meant"
    elif overlap.is_lost:
        verdict = f"{rival} takes it" if overlap.winner == rival else f"it is {overlap.winner}"
    else:
        verdict = f"{rival} would take it too, and does not win"
    others = f"; so it is with {more} more" if more else ""
    message = f"“{overlap.text}” of {_named(owner, overlap.place)}: {verdict}, {overlap.own:.2f} to {overlap.other:.2f}"
    message += f" ({where(overlap.rival_place)}){others}"
    problem = Problem(*overlap.at, message, "warning" if overlap.is_lost else "note")
    return Finding.of("overlap", problem, _cure(overlap) if overlap.is_lost else "", "overlap")


def _cure(overlap: Overlap) -> str:
    """Return what makes the sentence mean what it was written for."""
    text, kept = json.dumps(overlap.text, ensure_ascii=False), is_own(overlap.place.file)
    if overlap.rival_kind == "question" or overlap.kind == "question":
        return "word the question otherwise, or give the command more examples"
    if overlap.is_covered and kept:
        return f"a template of {overlap.rival} covers it: write it as a template too, since of two your own is taken"
    if overlap.is_covered:
        return f"fine if it is meant so; else take it out of the templates of {overlap.rival}"
    return f"additions: {{{overlap.rival}: {{not: [{text}]}}}}"


def _named(owner: str, place: SourceLine) -> str:
    return owner if is_own(place.file) else f"{owner} (shipped)"
