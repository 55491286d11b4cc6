"""Spoken orders to slots, clean and in kitchen noise: the whole of hearing and understanding, as Picovoice published.

The intent file is written from the published grammar alone. Noise is mixed in as the published benchmark mixes it:
a stretch of it begins where the seed says, both energies are those of the loudest 2048 samples, and the sum is
scaled to half of full scale. An order is accepted, by the published rule, where the intent and every slot of the
label agree, and strictly where there is no other slot either.
"""

from __future__ import annotations

import re
import statistics
import sys
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import yaml

from assistant.app import build
from assistant.audio.capture import recording
from assistant.config import Config, PathsConfig
from assistant.dialogue.session import Session
from assistant.nlu.matcher import Matcher
from assistant.stt.prompt import compose_prompt
from assistant.stt.stream import Transcriber
from assistant.values import FinalTranscript, IntentMatch, Samples, Utterance
from benchmarks import Options, Row, json_lines, quiet
from benchmarks.hearing import TAIL, framed, plain_whisper

SET = "speech-to-intent"
SNRS = (24, 21, 18, 15, 12, 9, 6)
RHINO = 98.1
"""Per cent of orders that Picovoice Rhino accepts in kitchen noise, as its makers publish: the mean over the SNRs."""

_RIVAL_EVERY = 5
"""Plain faster-whisper takes a second for each order: it gets one in so many."""

_LOUDEST = 2048


@dataclass(slots=True)
class OrderScore:
    """How many orders came through."""

    orders: int = 0
    compared: int = 0
    """Those that the rival had too."""
    published: int = 0
    strict: int = 0
    plain: int = 0
    """By plain faster-whisper and the same matcher, published rule."""
    worse: int = 0
    """Wrong, and right where the same model had the recording in one piece."""


def run(options: Options) -> list[Row]:
    """Score every order, clean and at each SNR."""
    folder = options.scored(SET)
    labels = options.some(json_lines(folder / "labels.jsonl"))
    noise = np.concatenate(list(recording(next((options.folder(SET) / "noise").glob("*")))))
    scores: dict[str, OrderScore] = {}
    with tempfile.TemporaryDirectory() as work:
        config, session = order_session(options.folder(SET), Path(work))
        transcriber = build.open_transcriber(config, quiet)
        plain = plain_whisper(config)

        def whole(samples: Samples) -> list[Utterance]:
            hints, budget = session.matcher.hints, transcriber.prompt_tokens
            prompt = compose_prompt(hints.words, hints.sentences, budget, transcriber.count_tokens)
            hypotheses = transcriber.decode(samples, prompt)
            return [Utterance(best.text, "spoken", best.confidence) for best in hypotheses[:1]]

        for name, snr in (("clean", None), *((f"{snr} dB", snr) for snr in SNRS)):
            rng, score = np.random.default_rng(options.seed), scores.setdefault(name, OrderScore())
            for label in labels:
                samples = np.concatenate(list(recording(folder / label["audio"])))
                if snr is not None:
                    samples = mixed(samples, noise, snr, rng)
                score.orders += 1
                slots = understood(heard(samples, transcriber, session, config), session)
                right = accepted(slots, label["slots"])
                score.published += right
                score.strict += slots == {name: value.strip() for name, value in label["slots"].items()}
                score.worse += not right and accepted(understood(whole(samples), session), label["slots"])
                if score.orders % _RIVAL_EVERY == 1:
                    rival = Utterance(plain(samples), "spoken")
                    score.compared += 1
                    score.plain += accepted(understood([rival], session), label["slots"])
            print(f"{name:>6}: {_percent(score.published, score):.1f} %", file=sys.stderr, flush=True)
    return list(_table(scores))


def _table(scores: Mapping[str, OrderScore]) -> Iterator[Row]:
    rival = "plain faster-whisper, same matcher"
    for name, score in scores.items():
        theirs = 100 * score.plain / score.compared
        yield Row(f"orders accepted, {name}", _percent(score.published, score), "%", rival, theirs)
    noisy = [score for name, score in scores.items() if name != "clean"]
    published = statistics.mean(_percent(score.published, score) for score in noisy)
    yield Row("orders accepted, mean over the SNRs", published, "%", "Picovoice Rhino, published", RHINO)
    strict = statistics.mean(_percent(score.strict, score) for score in noisy)
    yield Row("the same, no slot too many", strict, "%")
    clean = scores["clean"]
    yield Row("clean, no slot too many", _percent(clean.strict, clean), "%")
    worse = sum(score.worse for score in scores.values())
    total = sum(score.orders for score in scores.values())
    yield Row("orders lost by streaming (right when read in one piece)", worse, "orders", "orders in all", total)


def _percent(count: int, score: OrderScore) -> float:
    return 100 * count / score.orders


# -- the parts, for other measurements too ------------------------------------------------------


def order_session(folder: Path, work: Path) -> tuple[Config, Session]:
    """Return settings and a session over the set's grammar and nothing else."""
    (work / "knowledge").mkdir()
    (work / "intents").mkdir()
    (work / "intents" / "order.yaml").write_text(intent_file(folder / "coffee_maker.yaml"), encoding="utf-8")
    paths = PathsConfig((str(work / "intents"),), (str(work / "knowledge"),), str(work / "data"))
    config = Config(paths=paths)
    return config, build.one_shot(config, quiet)


def intent_file(grammar: Path) -> str:
    """Return the published grammar as an intent file.

    `[one, other]` in it is one of several, `$list:slot` a value of a list.
    """
    context = yaml.safe_load(grammar.read_text(encoding="utf-8"))["context"]
    intents = {
        name: {"data": [{"sentences": [_sentence(expression) for expression in expressions]}], "response": "Coming."}
        for name, expressions in context["expressions"].items()
    }
    return yaml.safe_dump({"language": "en", "intents": intents, "lists": {
        name: {"values": values} for name, values in context["slots"].items()
    }}, sort_keys=False)  # fmt: skip


def _sentence(expression: str) -> str:
    chosen = re.sub(
        r"\[([^\]]*)\]", lambda match: f"({'|'.join(choice.strip() for choice in match[1].split(','))})", expression
    )
    return re.sub(r"\$(\w+):(\w+)", lambda match: f"{{{match[1]}:{match[2]}}}", chosen)


def mixed(speech: Samples, noise: Samples, snr: float, rng: np.random.Generator) -> Samples:
    """Return the speech with a stretch of the noise at that many dB, as 16 bits hold it."""
    start = rng.integers(len(noise) - len(speech))
    stretch = noise[start : start + len(speech)]
    scale = np.sqrt(_energy(speech) / (_energy(stretch) * 10 ** (snr / 10)))
    both = speech + scale * stretch
    both /= 2 * np.abs(both).max()
    digital: Samples = (both * 32767).astype(np.int16).astype(np.float32) / 32768
    return digital


def _energy(samples: Samples) -> float:
    whole = samples[: len(samples) // _LOUDEST * _LOUDEST].astype(np.float64).reshape(-1, _LOUDEST)
    return float(np.square(whole).sum(axis=1).max())


def heard(samples: Samples, transcriber: Transcriber, session: Session, config: Config) -> list[Utterance]:
    """Return the utterances in the samples, as from a microphone that stays open."""
    events = build.hear(framed(samples, TAIL), transcriber, lambda: session, config)
    return [event.utterance for event in events if isinstance(event, FinalTranscript)]


def understood(utterances: list[Utterance], session: Session) -> dict[str, Any] | None:
    """Return the slots of the first utterance that is an order; None where none is."""
    matcher: Matcher = session.matcher
    for utterance in utterances:
        understanding = matcher.match(utterance)
        if isinstance(understanding, IntentMatch):
            return dict(understanding.slots)
    return None


def accepted(slots: Mapping[str, Any] | None, label: Mapping[str, str]) -> bool:
    """Whether every slot of the label is there with its value."""
    return slots is not None and all(slots.get(name) == value.strip() for name, value in label.items())
