"""The `dialogues:` of the intent files, each carried out on data of its own; house and programs stay as they are."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from assistant.authoring.dialogues.checking import faulty_patterns
from assistant.checks.review.junit import CaseRun
from assistant.checks.scripted.judge import CHECKS, faults
from assistant.checks.scripted.rehearsal import rehearsal
from assistant.config import Config
from assistant.errors import shown

if TYPE_CHECKING:
    from assistant.authoring.definitions import DialogueTest
    from assistant.nlu.matcher import Matcher


def dialogue_runs(config: Config, matcher: Matcher, within: Path | None = None) -> Iterator[CaseRun]:
    """Carry out every dialogue, or those within a file; the fault of each is the first turn that went otherwise."""
    dialogues = tuple(test for test in matcher.intents.dialogues if within in (None, test.file))
    wrong = {(problem.file, problem.line): problem for problem in faulty_patterns(dialogues)}
    for dialogue in dialogues:
        began, file = time.perf_counter(), shown(dialogue.file)
        lines = [turn.line for turn in dialogue.turns if (dialogue.file, turn.line) in wrong]
        line, fault = (lines[0], wrong[dialogue.file, lines[0]].message) if lines else _fault(dialogue, config, matcher)
        say = dialogue.turns[0].say if dialogue.turns else ""
        yield CaseRun(file, line or dialogue.line, "dialogues", say, fault, time.perf_counter() - began)


def _fault(dialogue: DialogueTest, config: Config, matcher: Matcher) -> tuple[int, str]:
    """Line and turn at which a dialogue goes otherwise, what was wanted and what came; empty where it goes well."""
    with rehearsal(config, matcher, dialogue.setup) as conversation:
        for number, turn in enumerate(dialogue.turns, 1):
            result = conversation.turn(turn.say)
            if lines := faults(turn.expect, result, CHECKS):
                return turn.line, f"turn {number} “{turn.say}”: {'; '.join(lines)} [{result.summary()}]"
    return 0, ""
