"""Sentences near a command that are none, said aloud: how many are acted on, against the same typed.

The voice says the forbidden sentences of `data/polarity*.jsonl`: negations, reports, questions. The whole of
hearing hears them, with the shipped files. `--limit` draws from each set, `--verbose` tells what was heard of each
sentence that is acted on.
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Sequence

from assistant.app import build
from assistant.config import Config, PathsConfig
from assistant.dialogue.session import Session
from assistant.values import FinalTranscript, IntentMatch, Utterance
from benchmarks import Options, Row, json_lines, quiet
from benchmarks.hearing import TAIL, framed, speaking_voice
from benchmarks.polarity import DATA, FILES, acts

LIMIT = 0.0
"""Per cent of them that may be acted on."""


def run(options: Options) -> list[Row]:
    """Say and type every sentence that must not be acted on."""
    voice, rows = speaking_voice(), list[Row]()
    with tempfile.TemporaryDirectory() as data:
        config = Config(paths=PathsConfig(data=data))
        session, transcriber = build.one_shot(config, quiet), build.open_transcriber(config, quiet)
        session.matcher.warm()
        for name, file in FILES.items():
            forbidden = [row for row in json_lines((options.test_data or DATA) / file) if "must" not in row]
            sentences = options.drawn(forbidden)
            spoken = typed = 0
            for row in sentences:
                events = build.hear(framed(voice(row["text"]), TAIL), transcriber, lambda: session, config)
                heard = [event.utterance for event in events if isinstance(event, FinalTranscript)]
                wrong = set(_deeds(session, heard)) - set(row["may"])
                spoken += bool(wrong)
                typed += bool(set(_deeds(session, [Utterance(row["text"])])) - set(row["may"]))
                if wrong and options.verbose:
                    texts = " | ".join(f"{utterance.text} ({utterance.confidence:.2f})" for utterance in heard)
                    print(f"{row['kind']}: “{row['text']}” heard {texts}: {', '.join(wrong)}", file=sys.stderr)
            share, label = 100 / max(1, len(sentences)), f"{name}: acted on when spoken, of {len(sentences)}"
            rows += [
                Row(label, spoken * share, "%", "limit", LIMIT),
                Row(label, spoken * share, "%", "the same typed", typed * share),
            ]
    return rows


def _deeds(session: Session, utterances: Sequence[Utterance]) -> list[str]:
    """Return the intents that change something and are carried out for the utterances, or would be after a yes."""
    matcher = session.matcher
    meanings = [meaning for utterance in utterances for _, meaning in matcher.match_all(utterance)]
    return [
        meaning.intent
        for meaning in meanings
        if isinstance(meaning, IntentMatch) and meaning.when is None and acts(matcher.intents.intents[meaning.intent])
    ]
