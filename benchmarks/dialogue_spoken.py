"""Dialogues said by the voice into the recogniser: how many come out as a person would expect, against the same typed.

`--data` is a folder with `dialogues.yaml`, or a file of dialogues. Each turn is heard as in a live one: streamed, with
the words that the conversation expects; what the recogniser ends as an utterance of its own is a turn of its own.
"""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from assistant.app import build
from assistant.checks.scripted.rehearsal import Talks
from assistant.config import Config
from assistant.dialogue.session import Session
from assistant.stt.stream import Transcriber
from assistant.values import FinalTranscript, Samples, Utterance
from benchmarks import Options, Row, quiet
from benchmarks.cases.case_file import read_cases
from benchmarks.cases.manners import Manner
from benchmarks.cases.slot_filling import SlotFillingLoop
from benchmarks.cases.stage import carried_out, open_stage
from benchmarks.dialogue import INDEXES, share
from benchmarks.hearing import TAIL, framed, speaking_voice

BAR = 80.0
"""Per cent of the dialogues that must come out well when they are spoken."""


def run(options: Options) -> list[Row]:
    """Carry out each dialogue typed and spoken, and with a plain loop that hears the same sound.

    Raises:
        SystemExit: there are no dialogues; the message says what --data must name.
    """
    data = options.data or Path()
    file = data if data.is_file() else data / "dialogues.yaml"
    if not file.is_file():
        raise SystemExit("benchmarks: name a folder with dialogues.yaml, or a file of dialogues, by --data")
    content = read_cases(file)
    cases = options.drawn(content.cases)
    voice, transcriber = speaking_voice(), build.open_transcriber(Config(), quiet)
    manners = {
        "typed": Manner(),
        "spoken": Manner(ears=_ears(voice, transcriber)),
        "loop": Manner(SlotFillingLoop, _ears(voice, transcriber)),
    }
    passed: dict[str, list[bool]] = {}
    with open_stage(INDEXES) as stage:
        for name, manner in manners.items():
            passed[name] = []
            for case, fault in carried_out(stage, cases, content.worlds, manner):
                passed[name].append(not fault)
                if options.verbose and name == "spoken" and not content.unread:
                    print(f"{'failed' if fault else 'passed'} {case.id} {fault}".rstrip(), file=sys.stderr)
    spoken = share(passed["spoken"])
    label = f"dialogues, spoken, passing, of {len(cases)}"
    total = Counter(case.category for case in cases)
    right = Counter(case.category for case, well in zip(cases, passed["spoken"], strict=True) if well)
    return [
        Row("dialogues, spoken, passing", spoken, "%", "limit", BAR),
        Row(label, spoken, "%", "the same typed", share(passed["typed"])),
        Row(label, spoken, "%", "a plain slot-filling loop, spoken", share(passed["loop"])),
        *(
            Row(f"dialogues, spoken, {category}, of {count}", 100 * right[category] / count, "%")
            for category, count in total.items()
        ),
    ]


def _ears(
    voice: Callable[[str], Samples], transcriber: Transcriber
) -> Callable[[Talks, Mapping[str, Any]], Iterable[Utterance]]:
    """Make ears that hear what the voice says; the assistant's own conversation helps them, as in a live turn."""

    def heard(talks: Talks, turn: Mapping[str, Any]) -> Iterator[Utterance]:
        if not (text := str(turn.get("say", ""))):
            return
        session = talks if isinstance(talks, Session) else None
        for event in build.hear(framed(voice(text), TAIL), transcriber, lambda: session, Config()):
            if isinstance(event, FinalTranscript):
                yield event.utterance

    return heard
