"""The `tests:` and `dialogues:` of the intent files, and how often the fitted threshold will be wrong."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING, Any

from assistant.app import build
from assistant.checks.dialogue_tests import run_dialogues
from assistant.checks.finding import Finding
from assistant.config import Config
from assistant.event_json import as_json
from assistant.events import Emit, Understood
from assistant.values import Utterance

if TYPE_CHECKING:
    from assistant.authoring.definitions import Intent, IntentTest
    from assistant.nlu.ranking.classifier import Rates


def run_tests(config: Config, emit: Emit) -> Iterator[Finding]:
    """Match the sentence of every test; yield those understood otherwise, each with its file and line, then a count;
    then carry out the dialogues.

    Raises:
        ModelError: the embedder's weights are missing or corrupt.
    """
    matcher = build.one_shot(config, emit).matcher
    passed = 0
    for intent in matcher.intents.intents.values():
        for test in intent.tests:
            understood = Understood(Utterance(test.say), matcher.match(Utterance(test.say)))
            if fault := _fault(intent, test, as_json(understood, 0)):
                yield Finding("test", False, f"{test.file}:{test.line}: '{test.say}' {fault}")
            else:
                passed += 1
    yield Finding("tests", True, f"{passed} of the tests' sentences understood as intended")
    yield from run_dialogues(config, matcher)
    yield error_rates(matcher.rates())


def error_rates(rates: Rates) -> Finding:
    """Expected error rates at the fitted threshold, each example held out in turn."""
    if not rates.phrases:
        return Finding("threshold", True, "no examples to fit it on: the usual one is taken")
    detail = (
        f"fitted on {rates.phrases} examples, each as if it had not been written: {rates.mistaken:.1%} are taken for "
        f"another command, {rates.refused:.1%} refused; of requests for other things {rates.accepted:.1%} are taken "
        f"for a command, of everyday talk {rates.overheard:.1%}"
    )
    return Finding("threshold", True, detail)


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
    return isinstance(moment, date | time) and moment.isoformat() == value
