"""The `dialogues:` of the intent files, each carried out on data of its own; house and programs stay as they are."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from assistant.authoring.dialogues.checking import faulty_patterns
from assistant.checks.finding import Finding
from assistant.checks.scripted.judge import CHECKS, faults
from assistant.checks.scripted.rehearsal import rehearsal
from assistant.config import Config

if TYPE_CHECKING:
    from assistant.authoring.definitions import DialogueTest
    from assistant.nlu.matcher import Matcher


def run_dialogues(config: Config, matcher: Matcher) -> Iterator[Finding]:
    """Carry out every dialogue; yield the first turn that went otherwise of each, then a count."""
    dialogues = matcher.intents.dialogues
    wrong = {(problem.file, problem.line): problem for problem in faulty_patterns(dialogues)}
    yield from (Finding("dialogue", False, str(problem)) for problem in wrong.values())
    passed = 0
    for dialogue in dialogues:
        if wrong.keys() & {(dialogue.file, turn.line) for turn in dialogue.turns}:
            continue
        if fault := _fault(dialogue, config, matcher):
            yield Finding("dialogue", False, f"{dialogue.file}:{fault}")
        else:
            passed += 1
    if dialogues:
        yield Finding("dialogues", True, f"{passed} of {len(dialogues)} dialogues went as they are written")


def _fault(dialogue: DialogueTest, config: Config, matcher: Matcher) -> str:
    """Line and turn at which a dialogue goes otherwise, what was wanted and what came; empty where it goes well."""
    with rehearsal(config, matcher, dialogue.setup) as conversation:
        for number, turn in enumerate(dialogue.turns, 1):
            result = conversation.turn(turn.say)
            if lines := faults(turn.expect, result, CHECKS):
                return f"{turn.line}: turn {number} “{turn.say}”: {'; '.join(lines)} [{result.summary()}]"
    return ""
