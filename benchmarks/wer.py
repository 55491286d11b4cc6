"""Word error rate of what is heard live, against the same model on the whole recording, and without the word list.

Both sides are brought into the spelling of Whisper's own published scoring first: case, punctuation, numbers and
British spellings do not count.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from rapidfuzz.distance import Levenshtein

from assistant.stt.prompt import compose_prompt
from assistant.values import Samples
from benchmarks import Options, Row, recordings
from benchmarks.hearing import COMMANDS, GENERAL, Ear, plain_whisper, shipped, tell, whole

LIMIT = 1.0
"""Points that hearing live may cost."""

_LABEL = re.compile(r"[a-z]+-\d+")
"""A text that names the recording and does not say what is said in it."""

Words = list[str]

Normaliser = Callable[[str], Words]


@dataclass(slots=True)
class Score:
    """Words of one way to hear a set."""

    words: int = 0
    """Said."""
    wrong: int = 0
    """Put in, left out or changed."""
    listed: int = 0
    """Words of the list heard where they were not said."""

    @property
    def rate(self) -> float:
        """Return the per cent of words that are wrong."""
        return 100 * self.wrong / max(1, self.words)


@dataclass(slots=True)
class Scores:
    """Of the three ways to hear a set."""

    live: Score = field(default_factory=Score)
    plain: Score = field(default_factory=Score)
    unlisted: Score = field(default_factory=Score)
    """Live, but not told which words to expect."""


def run(options: Options) -> list[Row]:
    """Score every recording whose words are known."""
    normal = _normaliser()
    scores: dict[str, Scores] = {}
    with shipped() as ear:
        plain, unprompted = plain_whisper(ear.config), ear.unprompted()
        hints, transcriber = ear.session.matcher.hints, ear.transcriber
        budget, count_tokens = transcriber.prompt_tokens, transcriber.count_tokens
        listed = frozenset(normal(compose_prompt(hints.words, hints.sentences, budget, count_tokens)))
        for name in (*GENERAL, COMMANDS):
            clips = [(clip, text) for clip, text in recordings(options.scored(name)) if not _LABEL.fullmatch(text)]
            for clip, text in options.drawn(clips):
                samples = whole(clip)
                heard = {
                    "live": _joined(ear, samples),
                    "plain": plain(samples),
                    "unlisted": _joined(unprompted, samples),
                }
                score = scores.setdefault(name, Scores())
                for way, said in heard.items():
                    _add(getattr(score, way), normal(text), normal(said), listed)
                _tell(name, clip, text, heard, normal)
    return list(_table(scores))


def _joined(ear: Ear, samples: Samples) -> str:
    return " | ".join(utterance.text for utterance in ear.utterances(samples))


def _add(score: Score, said: Words, heard: Words, listed: frozenset[str]) -> None:
    score.words += len(said)
    score.wrong += Levenshtein.distance(said, heard)
    edits = Levenshtein.editops(said, heard)
    score.listed += sum(edit.tag != "delete" and heard[edit.dest_pos] in listed for edit in edits)


def _tell(name: str, clip: Path, text: str, heard: Mapping[str, str], normal: Normaliser) -> None:
    """Tell what was heard wherever one way differs from another."""
    wrong = {way: Levenshtein.distance(normal(text), normal(said)) for way, said in heard.items()}
    if len(set(wrong.values())) > 1:
        tell(f"\n{name} {clip.name}: {text}")
        for way, said in heard.items():
            tell(f"  {way:>8} {wrong[way]:>3}: {said}")


def _table(scores: Mapping[str, Scores]) -> Iterator[Row]:
    rival = "the same model offline"
    for name, score in scores.items():
        what = f"words wrong, {name.split('/')[-1]} ({score.live.words} words)"
        yield Row(what, score.live.rate, "%", rival, score.plain.rate)
    live, plain, _ = _pooled(scores.values())
    yield Row(f"words wrong, all ({live.words} words)", live.rate, "%", rival, plain.rate)
    yield Row("points that hearing live costs", live.rate - plain.rate, "points", "limit", LIMIT)
    without = "without the word list"
    for what, some in (
        ("general speech", [score for name, score in scores.items() if name != COMMANDS]),
        ("commands", [score for name, score in scores.items() if name == COMMANDS]),
    ):
        live, _, unlisted = _pooled(some)
        yield Row(f"words wrong, {what}", live.rate, "%", without, unlisted.rate)
        per = 1000 / max(1, live.words)
        yield Row(f"list words that nobody said, {what}", live.listed * per, "in 1000", without, unlisted.listed * per)


def _pooled(scores: Iterable[Scores]) -> tuple[Score, Score, Score]:
    total = (Score(), Score(), Score())
    for each in scores:
        for sum_, one in zip(total, (each.live, each.plain, each.unlisted), strict=True):
            sum_.words += one.words
            sum_.wrong += one.wrong
            sum_.listed += one.listed
    return total


def _normaliser() -> Normaliser:
    from whisper_normalizer.english import EnglishTextNormalizer

    normalise = EnglishTextNormalizer()
    return lambda text: normalise(text.replace("|", " ")).split()
