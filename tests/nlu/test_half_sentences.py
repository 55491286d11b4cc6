"""A bare value is half a command: it is asked what it is for, unless an author wrote just that."""

from __future__ import annotations

import pytest

from assistant.values import Ambiguous, IntentMatch
from fakes.matcher import INTENTS, made


@pytest.fixture(scope="module")
def matcher(tmp_path_factory):
    return made(tmp_path_factory.mktemp("half"), INTENTS)


@pytest.mark.parametrize("text", ["ten minutes", "half an hour"])
def test_a_bare_value_runs_nothing(matcher, text):
    meaning = matcher.match(text)
    assert not isinstance(meaning, IntentMatch) or meaning.confirm
    assert not isinstance(meaning, Ambiguous) or len(meaning.choices) > 1


def test_a_template_of_a_value_alone_is_believed(tmp_path):
    only = (
        "intents: {Timer: {data: [{sentences: ['{duration}']}], slots: {duration: {type: duration, required: true}}}}"
    )
    meaning = made(tmp_path, only).match("ten minutes")
    assert (meaning.intent, meaning.confirm) == ("Timer", None)
