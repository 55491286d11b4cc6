"""The same typed and spoken: sentences that come to something else when they were heard, against a limit."""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import TypeAlias

from assistant.app import build
from assistant.authoring.template_syntax import PLACEHOLDER
from assistant.config import Config, PathsConfig
from assistant.nlu.matcher import Matcher
from assistant.values import AnswerMatch, IntentMatch, OutOfScope, SlotMissing, Understanding, Utterance
from benchmarks import Options, Row, json_lines, quiet
from benchmarks.home_assistant import PHRASINGS

CONFIDENCE = 0.85
"""Of the recogniser in a sentence that it heard right in a quiet room."""

LIMIT = 0.5
"""Per cent of the sentences that may come to something else."""

NOON = datetime(2026, 11, 27, 11, 35)

Outcome: TypeAlias = tuple[str, str, Mapping[str, object]]
"""Kind of understanding, intent or question, values."""


def run(options: Options) -> list[Row]:
    """Understand the shipped tests and examples and the phrasings of others in both ways, with the shipped files."""
    with tempfile.TemporaryDirectory() as data:
        config = Config(paths=PathsConfig(data=data))
        definitions = build.read_definitions(config)
        opened = build.open_matcher(config, definitions, quiet)
        build.follow(opened, quiet)
        matcher = Matcher(opened.parts, opened.config, clock=lambda: NOON)
        intents = matcher.intents.intents.values()
        own = [test.say for intent in intents for test in intent.tests]
        own += [text for intent in intents for text in intent.examples if not PLACEHOLDER.search(text)]
        sets = {"tests and examples": own, "home phrasings": [row["text"] for row in json_lines(PHRASINGS)]}
        return [
            row
            for name, texts in sets.items()
            for row in _rows(name, matcher, options.drawn(list(dict.fromkeys(texts))), options.verbose)
        ]


def _rows(name: str, matcher: Matcher, texts: Sequence[str], verbose: bool) -> Iterator[Row]:
    others = acts = 0
    for text in texts:
        typed = _outcome(matcher.match(Utterance(text)))
        spoken = _outcome(matcher.match(Utterance(as_heard(text), "spoken", CONFIDENCE)))
        others += typed != spoken
        acts += spoken[0] == "command" and typed[:2] != spoken[:2]
        if verbose and typed != spoken:
            print(f"{text}: typed {typed}, spoken {spoken}", file=sys.stderr)
    yield Row(f"{name}, come to something else, of {len(texts)}", 100 * others / len(texts), "%", "limit", LIMIT)
    yield Row(f"{name}, another command, of {len(texts)}", 100 * acts / len(texts), "%", "limit", 0)


def as_heard(text: str) -> str:
    """Return a sentence as a recogniser writes it: with a capital and a full stop.

    >>> as_heard("set a timer for ten minutes")
    'Set a timer for ten minutes.'
    """
    return text[:1].upper() + text[1:] + ("" if text.endswith((".", "?", "!")) else ".")


def _outcome(meaning: Understanding) -> Outcome:
    match meaning:
        case IntentMatch():
            return "command", meaning.intent, {name: _plain(value) for name, value in meaning.slots.items()}
        case SlotMissing():
            return "asks", meaning.intent, {name: _plain(value) for name, value in meaning.slots.items()}
        case AnswerMatch():
            return "answer", meaning.question, {}
        case OutOfScope():
            return "unknown", "", {}
    return "which", " or ".join(sorted(meaning.labels)), {}


def _plain(value: object) -> object:
    """Return words without the case in which a sentence begins."""
    return value.casefold() if isinstance(value, str) else value
