"""What the understanding of one utterance may cost: the length, the work, and the wish for it."""

from __future__ import annotations

import pytest

from assistant.nlu.budget import Budget, Cancelled, TooLong, check_length, sayable
from assistant.values import OutOfScope, SlotMissing, Utterance
from benchmarks.fuzz import understand, utterances
from fakes.matcher import INTENTS, KNOWLEDGE, made

COMMANDS = (
    "set a timer for ten minutes",
    "add milk to my shopping list",
    "remind me to call mum at 5",
    "stop the music",
)


@pytest.fixture(scope="module")
def matcher(tmp_path_factory):
    return made(tmp_path_factory.mktemp("files"), INTENTS, KNOWLEDGE)


def test_a_budget_is_spent_once():
    budget = Budget(left=10)
    budget.spend(10)
    with pytest.raises(TooLong, match="say it in parts"):
        budget.spend(1)


def test_a_budget_that_is_called_off_ends_the_work():
    with pytest.raises(Cancelled):
        Budget(lambda: True).spend(1)


def test_what_is_too_long_is_refused_with_its_bound_before_anything_reads_it(matcher):
    before = matcher.parts.embedder.embedded
    for text, bound in (("remind me to " + "go " * 500, "200 words"), ("a" * 1_000_000, "2000 characters")):
        ((_, meaning),) = matcher.match_all(text)
        assert meaning == matcher.match(text) == OutOfScope(0.0, (), f"That is too long for me ({bound} at most).")
    assert matcher.parts.embedder.embedded == before


def test_a_reading_that_is_too_long_is_not_read(matcher):
    text = "set a timer for five minutes"
    readings = ("-" * 1_000_000, "go " * 500, "set a timer for nine minutes")
    heard = sayable(Utterance(text, "spoken", 0.4, readings))
    assert heard.alternatives == readings[2:]
    assert matcher.match(Utterance(text, "spoken", 0.4, readings)) == matcher.match(heard)


def test_the_longest_text_is_read_to_its_end(matcher):
    task = " ".join(f"word{number}" for number in range(190))
    assert check_length(task) == task
    assert matcher.match(f"remind me to {task} tomorrow at 5").n_best
    assert matcher.match(task).n_best


def test_an_answer_that_is_too_long_is_none(matcher):
    asked = SlotMissing("AddItem", {}, "item", "Add what?", 1.0, ())
    assert matcher.fill(asked, Utterance("milk")) is not None
    assert matcher.fill(asked, Utterance("milk " * 500)) is None


def test_every_stage_ends_once_nobody_waits(matcher):
    """Cancelled at each step in turn: none goes on to the end, whichever it is."""
    text = "would you add milk and eggs to the shopping list and start a timer"
    steps = Budget()
    matcher.match_all(text, steps)
    asked = 0

    def cancelled() -> bool:
        nonlocal asked
        asked += 1
        return asked > limit

    for limit in range(12):
        asked = 0
        with pytest.raises(Cancelled):
            matcher.match_all(text, Budget(cancelled))
        assert asked == limit + 1


def test_no_utterance_raises_anything(matcher):
    for utterance in utterances(COMMANDS, 200, seed=1):
        understand(matcher, utterance)


def test_the_same_seed_draws_the_same_utterances():
    assert list(utterances(COMMANDS, 30, seed=7)) == list(utterances(COMMANDS, 30, seed=7))


@pytest.mark.model
def test_no_utterance_raises_anything_on_the_shipped_files(data):
    from assistant.app import build
    from assistant.config import Config, PathsConfig

    config = Config(paths=PathsConfig(data=str(data)))
    files = build.read_definitions(config)
    matcher = build.open_matcher(config, files, lambda _: None)
    commands = [test.say for intent in files.intents.intents.values() for test in intent.tests]
    for utterance in utterances(commands, 200, seed=2):
        understand(matcher, utterance)
