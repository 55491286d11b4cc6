"""The conversations of the manual go as they are written there."""

from __future__ import annotations

import re

import pytest

from benchmarks.cases.case_file import Case
from fakes.manual_page import ManualPage

MANUAL = ManualPage("conversation.md")
CONVERSATIONS = re.findall(r"```conversation\n(.*?)```", MANUAL.text, re.DOTALL)


@pytest.mark.model
@pytest.mark.parametrize("conversation", CONVERSATIONS, ids=lambda text: text.splitlines()[0].strip("> "))
def test_a_conversation_goes_as_it_is_written(stage, conversation):
    pairs = re.findall(r"^> (.+)\n< (.+)$", conversation, re.MULTILINE)
    assert len(pairs) * 2 == len(conversation.splitlines())
    turns = tuple({"say": words, "expect": {"reply": re.escape(reply)}} for words, reply in pairs)
    failure = stage.failure(Case("manual", "manual", turns, {}), stage.world("shipped", {"shipped": True}))
    assert failure is None, str(failure)
