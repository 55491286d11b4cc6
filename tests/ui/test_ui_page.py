"""docs/ui.md tells the keys, signs and small print that there are."""

from __future__ import annotations

import dataclasses
import datetime
import re
import typing

import pytest
from textual.binding import Binding

from assistant.events import ReplyChunk, ReplyEnded, TurnEnded, Understood
from assistant.ui.app import AssistantApp
from assistant.ui.formatting import meter
from assistant.ui.screens.help import KEYS
from assistant.ui.screens.talk import TalkScreen
from assistant.ui.view_state import FACES, Phase
from assistant.ui.widgets.input_line import InputLine
from assistant.ui.widgets.turn import Turn
from assistant.values import Utterance
from fakes.scenes import ANSWER, NONSENSE, TIMER, command
from fakes.scripted import text_of
from paths import ROOT

PAGE = (ROOT / "docs" / "ui.md").read_text(encoding="utf-8")


def table(heading):
    """Rows of the table below a line that contains the heading, without its head."""
    part = PAGE.partition(heading)[2].partition("\n| --- | --- |\n")[2].partition("\n\n")[0]
    return [[cell.strip() for cell in row.strip("| ").split(" | ")] for row in part.splitlines()]


def bound():
    """Keys of every binding of ours."""
    bindings = [*TalkScreen.BINDINGS, *AssistantApp.BINDINGS, *InputLine.BINDINGS]
    return {key for binding in bindings if isinstance(binding, Binding) for key in binding.key.split(",")}


def test_the_keys_are_those_that_are_bound():
    names = {"page up": "pageup", "page down": "pagedown"}
    listed = {key.strip().lower() for row in table("## Keys") for key in row[0].split(",")} - {"any key"}
    listed = {names.get(key, key) for key in listed}
    textual = {"enter", "ctrl+c", "ctrl+p"}  # of its input line, its screen and its app
    assert listed == (bound() - {"ctrl+@"}) | textual  # ctrl+@ is what terminals send for ctrl+space


def test_the_help_names_the_keys_of_the_page():
    listed = {row[0].lower() for row in table("## Keys")}
    helped = " ".join(key for column in KEYS for key, _ in column).replace("esc", "escape")
    for keys in listed:
        assert all(key.strip().split()[-1] in helped for key in keys.split(",")) or keys == "f1"


def test_the_signs_are_those_of_the_phases():
    assert {row[0] for row in table("## What is shown")} == {f"{sign} {word}" for sign, word, _ in FACES.values()}
    assert FACES.keys() == set(typing.get_args(Phase))


def reply(*events):
    turn = Turn(Utterance("a"), threshold=lambda: 0.5)
    for event in events:
        turn.apply(event)
    return turn.reply.content.plain


def test_the_small_print_is_what_replies_carry():
    utterance = Utterance("a")
    timer = dataclasses.replace(TIMER, slots={"duration": datetime.timedelta(minutes=10)})
    stored = dataclasses.replace(ANSWER, source="docs/intents.md")
    stopped = Turn(utterance, threshold=lambda: 0.5)
    stopped.drop()
    drawn = [
        reply(Understood(utterance, timer), ReplyEnded("Done.")),
        reply(Understood(utterance, timer), ReplyEnded("No.", ok=False)),
        reply(Understood(utterance, stored), ReplyEnded("So.", source=stored.source)),
        reply(Understood(utterance, NONSENSE), ReplyChunk("Blue")),
        reply(Understood(utterance, timer), ReplyEnded("Which?", expects_answer=True)),
        reply(Understood(utterance, NONSENSE), ReplyEnded("What?", ok=False), TurnEnded({})),
        stopped.reply.content.plain,
    ]
    rows = [row[0] for row in table("The small print below a reply")]
    assert len(rows) == len(drawn)
    for row, text in zip(rows, drawn, strict=True):
        assert row in text


def test_only_what_was_written_to_its_end_is_ticked():
    """A text that is stopped on the way is no finished one; a command that was done before stays done."""
    utterance, writing = Utterance("a"), dataclasses.replace(TIMER, intent="WriteText", slots={})
    for generated, sign in ((True, "→"), (False, "✓")):
        turn = Turn(utterance, threshold=lambda: 0.5)
        turn.apply(Understood(utterance, writing))
        turn.drop()
        turn.apply(ReplyEnded("Roses are", generated=generated))
        assert f"{sign} WriteText" in turn.reply.content.plain
        assert "■ stopped" in turn.reply.content.plain


def test_the_meter_spans_what_the_page_says():
    low, high = re.search(r"a bar from (-\d+) dB to\s(\d+) dB", PAGE).groups()
    filled = [str(meter(level, -200, 12)).count("━") for level in (float(low), (float(low) + float(high)) / 2, -0.01)]
    assert filled[0] == 0
    assert filled[1] in (5, 6)
    assert filled[2] >= 11


@pytest.mark.parametrize(
    ("size", "shown"),
    [
        pytest.param((99, 24), False, marks=pytest.mark.app(size=(99, 24))),
        pytest.param((100, 24), True, marks=pytest.mark.app(size=(100, 24))),
    ],
)
async def test_from_100_columns_the_candidates_stand_beside_the_conversation(pilot, size, shown):
    assert "from 100 columns" in PAGE
    await command(pilot)
    assert bool(pilot.app.talk.query_one("#panel").display) is shown
    assert "Listening" in text_of(pilot, "#status")
