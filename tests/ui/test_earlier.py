"""The conversation of before: the last turns stand above those of now, the lines typed then come back on the arrows."""

from __future__ import annotations

from assistant.app import build
from assistant.config import Config, PathsConfig
from assistant.events import Recalled
from assistant.values import OutOfScope, Utterance
from fakes.scripted import emit, shown, text_of, type_line, value

LINES = ("add milk", "what time is it", "add bread to the list")
TURNS = (
    (Utterance("what time is it"), "It's **ten**.", 1e9),
    (Utterance("add bread", "spoken"), "\n".join("abcdef"), 1e9),
)


async def test_the_last_turns_stand_dimmed_in_the_conversation(pilot):
    await emit(pilot, Recalled(LINES, TURNS))
    lines = shown(pilot).splitlines()
    assert lines[:2] == ["what time is it", "It's ten."]
    assert [line for line in lines if line.startswith("── 2001-09-0")]
    assert "page up what was said" in text_of(pilot, "#there-is")
    await pilot.press("pageup")
    assert pilot.app.talk.query_one("#conversation").display
    assert pilot.app.talk.query_one("#conversation").at_end


async def test_the_arrows_walk_through_the_lines_of_before_and_then_those_of_now(pilot):
    await type_line(pilot, "now")
    await emit(pilot, Recalled(LINES, ()))
    for wanted in ("now", *reversed(LINES), LINES[0]):
        await pilot.press("up")
        assert value(pilot) == wanted
    for wanted in (*LINES[1:], "now", ""):
        await pilot.press("down")
        assert value(pilot) == wanted


async def test_ctrl_r_shows_the_next_earlier_line_with_the_words_typed(pilot):
    await emit(pilot, Recalled(LINES, ()))
    await pilot.press(*"add")
    for wanted in ("add bread to the list", "add milk", "add milk"):
        await pilot.press("ctrl+r")
        assert value(pilot) == wanted
    await pilot.press("down", "down", "down")
    assert value(pilot) == "add"
    await pilot.press(*"xyz", "ctrl+r")
    assert value(pilot) == "addxyz"


async def test_what_is_recalled_while_somebody_walks_through_the_lines_moves_nothing(pilot):
    await type_line(pilot, "now")
    await pilot.press("d", "up")
    await emit(pilot, Recalled(LINES, TURNS))
    assert value(pilot) == "now"
    await pilot.press("up")
    assert value(pilot) == LINES[-1]
    await pilot.press("down", "down")
    assert value(pilot) == "d"


async def test_nothing_of_before_leaves_the_screen_as_it_was(pilot):
    before = shown(pilot)
    await emit(pilot, Recalled((), ()))
    assert shown(pilot) == before


async def test_a_line_of_before_steers_no_terminal(pilot):
    await emit(pilot, Recalled(("one\x1b[2J\ntwo",), ((Utterance("a\x1b]0;b\x07c"), "d\x1b[2Je", 1e9),)))
    await pilot.press("up")
    assert value(pilot) == "one two"
    assert "\x1b" not in shown(pilot)


def test_what_a_run_has_kept_the_next_one_recalls(tmp_path):
    config = Config(paths=PathsConfig(data=str(tmp_path)))
    first = build.open_history(config, build.open_store(config, lambda _: None))
    for text in ("one", "two", "two"):
        first.keep(Utterance(text), [OutOfScope(0.0, ())], f"{text}!")
    first.keep(Utterance("three", "spoken"), [OutOfScope(0.0, ())], "three!")
    recalled = build.open_history(config, build.open_store(config, lambda _: None)).recalled(turns=2)
    assert recalled.lines == ("one", "two")
    assert [(utterance.text, reply) for utterance, reply, _ in recalled.turns] == [("two", "two!"), ("three", "three!")]
