"""The `tests:` and `dialogues:` of the intent files, and how often the fitted threshold will be wrong."""

from __future__ import annotations

import time
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from datetime import time as time_of_day
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Any

from assistant.app import build
from assistant.checks.dialogue_tests import dialogue_runs
from assistant.checks.finding import Finding
from assistant.checks.review.foreseen import foreseen
from assistant.checks.review.forms import right_form
from assistant.checks.review.junit import CaseRun
from assistant.checks.review.own import is_own
from assistant.checks.review.rules import RuleFinder, where
from assistant.config import Config
from assistant.errors import AudioError, Problem, shown
from assistant.event_json import as_json
from assistant.events import Emit, Understood
from assistant.language.spoken import count
from assistant.values import FinalTranscript, Utterance

if TYPE_CHECKING:
    from assistant.authoring.definitions import Intent, IntentTest
    from assistant.dialogue.session import Session
    from assistant.nlu.matcher import Matcher
    from assistant.nlu.ranking.classifier import Rates


def run_tests(
    config: Config, emit: Emit, everything: bool = False, runs: list[CaseRun] | None = None
) -> Iterator[Finding]:
    """Match the sentence of every test and what is heard of its recording; yield those understood otherwise, each with
    its file and line, then a count and a report by intent; then carry out the dialogues, and foresee mistakes.

    What is at fault in a file of one's own was left out, and its tests with it: that is told first.

    Args:
        config: names the files.
        emit: takes progress.
        everything: report also on shipped intents without a fault.
        runs: takes every test that was run, and each fault by which something was not read.

    Raises:
        ModelError: the embedder's weights are missing or corrupt; or those of the speech model, where a test is heard.
    """
    session = build.one_shot(config, emit)
    matcher = session.matcher
    unread = list(left_out(matcher.problems))
    yield from unread
    matcher.match(Utterance("hello"))  # the first test is not timed with the loading of the model
    done = list[CaseRun]()
    for run in chain(test_runs(matcher, None), heard_runs(config, session, emit)):
        done.append(run)
        if run.fault:
            yield run.finding("test")
    passed = sum(not run.fault for run in done)
    yield Finding("tests", True, f"{passed} of the tests' sentences understood as intended")
    yield from _by_intent(matcher, done, everything)
    yield from _confusion(done)
    dialogues = list[CaseRun]()
    for run in dialogue_runs(config, matcher):
        dialogues.append(run)
        if run.fault:
            yield run.finding("dialogue")
    if dialogues:
        passed = sum(not run.fault for run in dialogues)
        yield Finding("dialogues", True, f"{passed} of {len(dialogues)} dialogues went as they are written")
    if runs is not None:
        lost = [CaseRun(finding.file, finding.line, "files", "is read", finding.message, 0.0) for finding in unread]
        runs += [*lost, *done, *dialogues]
    yield from foreseen(matcher, everything)
    yield error_rates(matcher.rates())


def left_out(problems: Iterable[Problem]) -> Iterator[Finding]:
    """Yield the faults in files of a person's own by which something was not read, perhaps a test."""
    for problem in problems:
        if problem.severity == "error" and is_own(problem.file):
            yield Finding.of("files", problem, right_form(problem.message))


def test_runs(matcher: Matcher, file: Path | None) -> Iterator[CaseRun]:
    """Match the sentence of every test, or of those in a file."""
    finder = RuleFinder(matcher)
    for intent in matcher.intents.intents.values():
        for test in (test for test in intent.tests if file in (None, test.file)):
            yield _run(matcher, finder, intent, test, Utterance(test.say))


def heard_runs(config: Config, session: Session, emit: Emit) -> Iterator[CaseRun]:
    """Transcribe the recording of every test that has one, and match what was heard.

    Raises:
        ModelError: the speech model's weights are missing or corrupt.
    """
    intents = session.matcher.intents.intents.values()
    tests = [(intent, test, test.hear) for intent in intents for test in intent.tests if test.hear]
    if not tests:
        return
    transcriber, finder = build.open_transcriber(config, emit), RuleFinder(session.matcher)
    for intent, test, recording in tests:
        named = replace(test, say=f"{test.say} ({recording.name})")
        try:
            events = build.hear(build.recorded(str(recording)), transcriber, lambda: session, config)
            heard = [event.utterance for event in events if isinstance(event, FinalTranscript)]
        except AudioError as error:
            yield CaseRun(shown(test.file), test.line, intent.name, named.say, str(error), 0.0)
            continue
        whole = heard[0] if len(heard) == 1 else Utterance(" ".join(utterance.text for utterance in heard), "spoken")
        run = _run(session.matcher, finder, intent, named, whole)
        yield replace(run, fault=f"heard as “{whole.text}”, it {run.fault}") if run.fault else run


def _run(matcher: Matcher, finder: RuleFinder, intent: Intent, test: IntentTest, said: Utterance) -> CaseRun:
    began = time.perf_counter()
    line = as_json(Understood(said, matcher.match(said)), 0)
    fault = _fault(intent, test, line)
    name = line.get("intent") or line.get("question") or ""
    if fault and name and name != intent.name:
        phrase = next((item["phrase"] for item in line["n_best"] if item.get("phrase")), "")
        fault += f"; {name} is in {where(finder.place(name, phrase), 3)}"
    seconds = time.perf_counter() - began
    return CaseRun(shown(test.file), test.line, intent.name, test.say, fault, seconds, name or "nothing")


def _by_intent(matcher: Matcher, runs: Sequence[CaseRun], everything: bool) -> Iterator[Finding]:
    """Yield how many tests of each intent passed: of those with a fault, and of a person's own."""
    by_intent = defaultdict[str, list[CaseRun]](list)
    for run in runs:
        by_intent[run.group].append(run)
    for name, own in by_intent.items():
        failed = sum(bool(run.fault) for run in own)
        if failed or everything or is_own(matcher.intents.intents[name].file):
            yield Finding(
                "intent", True, f"{name}: {len(own) - failed} of {len(own)}", severity="warning" if failed else ""
            )
    for name, intent in matcher.intents.intents.items():
        if name not in by_intent and is_own(intent.file):
            detail = f"{where_of(intent)}: {name} has no test"
            yield Finding("intent", True, detail, "tests: [a sentence that must mean it]", "note")


def where_of(intent: Intent) -> str:
    """Return the line of an intent."""
    return f"{shown(Path(intent.file))}:{int(intent.line)}"


def _confusion(runs: Sequence[CaseRun]) -> Iterator[Finding]:
    """Yield a row for each intent whose tests were taken for something else: what that was, and how often."""
    taken = defaultdict[str, Counter[str]](Counter)
    for run in runs:
        if run.fault and run.meant != run.group:
            taken[run.group][run.meant] += 1
    for name, others in taken.items():
        row = ", ".join(f"{other} {count}×" for other, count in others.most_common())
        yield Finding("confusion", True, f"{name} is taken for: {row}", severity="warning", rule="confusion")


def error_rates(rates: Rates, bad: float = 0.1, least: int = 20) -> Finding:
    """Expected error rates at the fitted threshold, each example held out in turn; a share above `bad` is a warning.

    Of fewer than `least` examples no share is told.
    """
    if not rates.phrases:
        return Finding("threshold", True, "no examples to fit it on: the usual one is taken")
    if rates.phrases < least:
        detail = f"{count(rates.phrases, 'example')} to fit it on: too few to foresee how often it will be wrong"
        return Finding("threshold", True, detail, f"from {least} on the shares are told", "note")
    detail = (
        f"fitted on {rates.phrases} examples, each as if it had not been written: {rates.mistaken:.1%} are taken for "
        f"another command, {rates.refused:.1%} not understood; of requests for other things {rates.accepted:.1%} are "
        f"taken for a command, of everyday talk {rates.overheard:.1%}"
    )
    cures = {
        "write more examples of the commands that are taken for one another, worded as others would": rates.mistaken,
        "write more examples of each command": rates.refused,
        "write 'not:' and 'noise:' for what is taken by mistake": max(rates.accepted, rates.overheard),
    }
    cure = "; ".join(text for text, share in cures.items() if share > bad)
    return Finding("threshold", True, detail, cure, "warning" if cure else "")


def _fault(intent: Intent, test: IntentTest, line: Mapping[str, Any]) -> str:
    """Difference between a test and the JSON line of its understanding; empty where there is none."""
    kind = line["kind"]
    if kind not in ("intent_match", "slot_missing") or line["intent"] != intent.name:
        return f"is {kind} {line.get('intent') or line.get('question') or ''}".rstrip() + f", not {intent.name}"
    for name, wanted in test.slots.items():
        value = line["slots"].get(name)
        if not agrees(intent, name, wanted, value):
            return f"has {name} = {value!r}, not {wanted!r}"
    return ""


def agrees(intent: Intent, name: str, wanted: object, value: object) -> bool:
    """Compare a slot's value with the wanted one; a moment may be wanted in words: `tomorrow at 7 am`."""
    from assistant.language.entities import parse

    if value == wanted or not isinstance(wanted, str) or not isinstance(value, str):
        return value == wanted
    slot_type = intent.slots[name].type if name in intent.slots else ""
    if slot_type not in ("date", "time", "datetime") or (moment := parse(slot_type, wanted)) is None:
        return False
    if isinstance(moment, datetime):
        return abs(datetime.fromisoformat(value) - moment) < timedelta(minutes=2)
    return isinstance(moment, date | time_of_day) and moment.isoformat() == value
