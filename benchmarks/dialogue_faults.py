"""Random conversations drawn from all sets of dialogues: turns that break a law, against a plain slot-filling loop.

Turns of other dialogues follow one another, on temporary data and a stand-in house: an undo restores what was before,
"OK" and "Done" are said of what has changed, a refusal changes nothing, a question that has lapsed runs nothing, no
turn ends with a fault, and none takes longer than `LIMIT` of the processor.
"""

from __future__ import annotations

import random
import re
import sys
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

from assistant.checks.scripted.judge import TurnResult
from assistant.checks.scripted.kept_state import KeptState
from assistant.nlu.matcher import Matcher
from assistant.values import BuiltInAction, IntentMatch
from benchmarks import Options, Row
from benchmarks.cases.case_file import Case, read_cases
from benchmarks.cases.judge import State
from benchmarks.cases.manners import Manner
from benchmarks.cases.slot_filling import SlotFillingLoop
from benchmarks.cases.stage import OURS, ROOT, SHIPPED, Stage, open_stage
from benchmarks.dialogue import INDEXES

LIMIT = 0.2
"""Seconds of the processor for one turn, those of its actions among them."""

_SETS = (ROOT / "benchmarks" / "data" / "dialogues.yaml", *sorted((ROOT / "tests" / "cases").glob("*.yaml")))

_LAWS = (
    *("no fault", "undo restores", "OK has an effect", "a refusal changes nothing", "a lapsed question runs nothing"),
    "at most 0.2 s",
)
_SHORT = ("undo", "yes", "no", "cancel that", "the second one", "again", "and in the kitchen?")
_DONE = re.compile(r"(?:OK|Done|All right)\b(?!, never mind)", re.IGNORECASE)
_REFUSED = re.compile(r"I don't know that|There is nothing to undo|I can't", re.IGNORECASE)


def run(options: Options) -> list[Row]:
    """Hold conversations of eight turns each; --limit says how many, --verbose tells each broken law."""
    files = [*_SETS, *(path for path in [(options.data or Path()) / "dialogues.yaml"] if path.is_file())]
    cases = [case for file in files for case in read_cases(file).cases if case.world == "shipped"]
    says = sorted({str(turn["say"]) for case in cases for turn in case.turns if turn.get("say")})
    draw, broken, theirs = random.Random(options.seed), Counter[str](), Counter[str]()
    count = options.limit or 60
    with open_stage(INDEXES) as stage:
        matcher = stage.world("shipped", SHIPPED)
        for _ in _broken(stage, matcher, draw, ["what time is it", "how about a fan"]):
            pass  # what is made at the first turn is made
        turns = 0
        for _ in range(count):
            texts = _drawn(draw, cases, says)
            theirs += Counter(law for law, *_ in _broken(stage, matcher, draw, texts, Manner(SlotFillingLoop)))
            for law, text, seen in _broken(stage, matcher, draw, texts):
                broken[law] += 1
                if options.verbose:
                    print(f"{law}: {texts[: texts.index(text) + 1]}\n    {seen}", file=sys.stderr)
            turns += len(texts)
    return [
        Row(f"{law}, broken in {turns} turns", broken[law], "turns", "a plain slot-filling loop", theirs[law])
        for law in _LAWS
    ]


def _drawn(draw: random.Random, cases: Sequence[Case], says: Sequence[str], length: int = 8) -> list[str]:
    """Draw turns: whole dialogues, single sentences, and words that take something back."""
    texts: list[str] = []
    while len(texts) < length:
        match draw.random():
            case chance if chance < 0.5:
                texts += [str(turn["say"]) for turn in draw.choice(cases).turns if turn.get("say")]
            case chance if chance < 0.8:
                texts.append(draw.choice(says))
            case _:
                texts.append(draw.choice(_SHORT))
    return texts[:length]


def _broken(
    stage: Stage, matcher: Matcher, draw: random.Random, texts: Sequence[str], manner: Manner = OURS
) -> Iterator[tuple[str, str, str]]:
    """Hold one conversation; yield the law that a turn breaks, its sentence and what came."""
    case = Case("drawn", "", ({"say": "", "after": 1},), {"lists": {"shopping": ["milk", "eggs"]}})
    with stage.conversation(case, matcher, manner) as conversation:
        trail: list[TurnResult] = []
        for text in texts:
            waited = conversation.session.expects_answer and draw.random() < 0.1
            began = time.process_time()
            try:
                result = conversation.turn({"say": text, "after": 120 if waited else 0})
            except Exception as error:  # whatever a turn ends with is its result
                yield "no fault", text, f"{type(error).__name__}: {error}"
                return
            if time.process_time() - began > LIMIT:
                yield "at most 0.2 s", text, f"{time.process_time() - began:.2f} s; {result.summary()}"
            for law in _laws_broken(result, trail, waited, text):
                yield law, text, f"{result.summary()}\n    {_difference(result)}"
            trail.append(result)


def _laws_broken(result: TurnResult, trail: Sequence[TurnResult], waited: bool, text: str) -> Iterator[str]:
    """Name the laws that a turn breaks."""
    changed = result.before.lasting() != result.after.lasting() or result.before.commands != result.after.commands
    commands = [item for item in result.understood if isinstance(item, IntentMatch) and not item.confirm]
    undone = any(command.action == BuiltInAction("dialogue.undo") for command in commands)
    if undone and changed and text == "undo" and trail:
        before = [_contents(earlier.before) for earlier in trail]
        if _contents(result.after) not in before:
            yield "undo restores"
    if _DONE.match(result.reply) and not changed and len(result.reply) < 60:
        yield "OK has an effect"
    if changed and _REFUSED.match(result.reply) and len(result.understood) < 2:
        yield "a refusal changes nothing"
    if waited and changed and text in ("yes", "no"):
        yield "a lapsed question runs nothing"


def _contents(state: KeptState) -> tuple[object, ...]:
    """Reduce a state to what it holds, whatever its rows are numbered and however much time has passed."""
    timers = sorted((timer.kind, timer.label, timer.state, round(timer.seconds)) for timer in state.timers)
    lists = sorted((name, tuple(items)) for name, items in state.lists.items() if items)
    home = sorted(state.home.items()) if isinstance(state, State) else []
    return tuple(timers), tuple(lists), state.notes, tuple(home)


def _difference(result: TurnResult) -> str:
    before, after = _contents(result.before), _contents(result.after)
    return "; ".join(f"{old} -> {new}" for old, new in zip(before, after, strict=True) if old != new)
