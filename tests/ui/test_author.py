"""Teaching on the screen: why, the inbox, a lesson tried and written; by key on any turn."""

from __future__ import annotations

import dataclasses
import re
import threading

import pytest
import yaml
from manual import section
from textual import events
from textual.widgets import Input

from assistant.app import build
from assistant.checks.teaching.workshop import Workshop
from assistant.config import Config, PathsConfig
from assistant.errors import AssistantError
from assistant.events import Ready, Recalled
from assistant.ui.author.explain import ExplainSheet
from assistant.ui.author.first_steps import COMMAND
from assistant.ui.author.inbox import InboxSheet
from assistant.ui.author.teach import TeachSheet
from assistant.values import OutOfScope, Utterance
from fakes.matcher import made
from fakes.scenes import answer, idle
from fakes.scripted import calls, emit, shown, text_of, type_line, value

INTENTS = """intents:
  WaterPlants:
    description: Water the plants
    examples:
      - water the plants
      - give the plants some water
    response: Done.
  GetTime:
    description: Tell the time
    examples:
      - what time is it
    response: Ten.
"""


@pytest.fixture
def workshop(tmp_path):
    matcher = made(tmp_path, INTENTS)
    paths = PathsConfig((str(tmp_path / "i"),), (str(tmp_path / "k"),), str(tmp_path / "data"))
    return Workshop(dataclasses.replace(Config(), paths=paths), lambda: matcher)


async def until(pilot, kind):
    for _ in range(3000):
        await pilot.pause(0.02)
        if isinstance(pilot.app.screen, kind):
            await pilot.pause()
            return
    raise AssertionError(f"no {kind.__name__}: {shown(pilot)}")


@pytest.mark.app(theme="ansi-dark")
async def test_what_enter_takes_is_marked_in_the_terminals_own_colours_too(pilot, workshop):
    pilot.app.author.workshop = workshop
    await idle(pilot)
    await type_line(pilot, "/teach what time is it")
    await until(pilot, TeachSheet)
    choices = pilot.app.screen.query_one("#choices")
    marked, other = (choices.render_line(line)._segments[0].style.bgcolor for line in (0, 1))
    assert marked != other


async def test_the_last_turn_is_explained_and_taught_from_there(pilot, workshop):
    pilot.app.author.workshop = workshop
    await idle(pilot)
    await type_line(pilot, "what time is it")
    await pilot.press("ctrl+g")
    await until(pilot, ExplainSheet)
    assert "GetTime" in text_of(pilot, "#why")
    assert "What would change it" in text_of(pilot, "#why")
    await pilot.press("ctrl+l")
    await until(pilot, TeachSheet)


async def test_a_lesson_is_shown_as_a_diff_and_written_at_the_second_enter(pilot, workshop, tmp_path):
    pilot.app.author.workshop = workshop
    file = tmp_path / "i" / "f.yaml"
    await idle(pilot)
    await type_line(pilot, "splash my ferns")
    await pilot.press("ctrl+l")
    await until(pilot, TeachSheet)
    await pilot.press(*"plants", "enter")
    for _ in range(3000):
        await pilot.pause(0.02)
        if "splash" in text_of(pilot, "#diff"):
            break
    assert "+      - splash my ferns" in text_of(pilot, "#diff")
    assert file.read_text() == INTENTS
    await pilot.press("enter")
    await until(pilot, type(pilot.app.talk))
    assert "- splash my ferns" in file.read_text()
    assert "taught: “splash my ferns” is example of WaterPlants, in f.yaml" in shown(pilot)
    await type_line(pilot, "/undo")
    for _ in range(3000):
        await pilot.pause(0.02)
        if file.read_text() == INTENTS:
            break
    assert file.read_text() == INTENTS


async def test_a_turn_of_before_is_marked_and_explained(pilot, workshop):
    pilot.app.author.workshop = workshop
    await emit(pilot, Recalled((), ((Utterance("water the plants"), "Done.", 1e9),)))
    await answer(pilot)
    await pilot.press("ctrl+up", "ctrl+up", "ctrl+g")
    await until(pilot, ExplainSheet)
    assert "water the plants" in text_of(pilot, "#why")


async def test_the_inbox_is_counted_on_the_home_and_its_sentences_are_taught(pilot, workshop, tmp_path):
    kept = build.open_history(workshop._config, build.open_store(workshop._config, lambda _: None))
    kept.keep(Utterance("feed the goldfish"), [OutOfScope(0.1, ())], "I don't know that.")
    pilot.app.author.workshop = workshop
    await idle(pilot)
    for _ in range(3000):
        await pilot.pause(0.02)
        if "1 sentence went wrong" in text_of(pilot, "#there-is"):
            break
    assert "1 sentence went wrong" in text_of(pilot, "#there-is")
    await pilot.press("ctrl+l")
    await until(pilot, InboxSheet)
    await pilot.press("enter")
    await until(pilot, TeachSheet)
    assert "feed the goldfish" in text_of(pilot, "#sentence")


async def test_a_slash_command_is_completed_run_and_never_sent(pilot):
    await idle(pilot)
    await pilot.press("/")
    assert "/help" in text_of(pilot, "#suggestions")
    await pilot.press(*"cand", "tab")
    assert value(pilot) == "/candidates"
    await pilot.press("enter")
    await pilot.pause()
    assert pilot.app.talk.query_one("#panel").display
    await type_line(pilot, "/nosuch")
    assert "there is no command /nosuch" in shown(pilot)
    await type_line(pilot, "/etc/hosts is a file")
    assert [call for call in calls(pilot) if call[0] == "submit"] == [("submit", "/etc/hosts is a file")]


async def test_a_reply_is_copied_and_the_conversation_written_into_a_file(pilot, tmp_path):
    await answer(pilot)
    await pilot.press("ctrl+y")
    assert "Run `free -h`" in pilot.app.clipboard
    await type_line(pilot, f"/export {tmp_path / 'talk.md'}")
    await pilot.pause()
    assert "**how much memory is free**" in (tmp_path / "talk.md").read_text()


async def test_a_conversation_takes_the_place_of_no_file_and_no_folder(pilot, tmp_path):
    (tmp_path / "notes").mkdir()
    (tmp_path / "my.yaml").write_text("mine")
    await answer(pilot)
    await type_line(pilot, f"/export {tmp_path / 'my.yaml'}")
    assert f"{tmp_path / 'my.yaml'}: is there already; name a new file" in shown(pilot)
    await type_line(pilot, f"/export {tmp_path / 'notes'}")
    (written,) = (tmp_path / "notes").iterdir()
    assert written.name.startswith("conversation-")
    await type_line(pilot, "/export ~nobody-of-that-name/talk.md")
    assert "cannot be written: Could not determine home directory." in shown(pilot)
    assert {path.name for path in tmp_path.iterdir()} == {"my.yaml", "notes"}
    assert (tmp_path / "my.yaml").read_text() == "mine"


async def test_keys_in_a_hurry_open_the_last_sheet_alone(pilot, workshop):
    pilot.app.author.workshop = workshop
    await idle(pilot)
    await type_line(pilot, "what time is it")
    for key in ("f6", "ctrl+g", "ctrl+g", "ctrl+l"):
        pilot.app.post_message(events.Key(key, None))
    await until(pilot, TeachSheet)
    await pilot.app.workers.wait_for_complete()
    await pilot.pause()
    assert [type(screen) for screen in pilot.app.screen_stack[1:]] == [TeachSheet]


async def test_what_is_too_long_to_be_said_is_one_line(pilot, workshop):
    pilot.app.author.workshop = workshop
    await idle(pilot)
    for command in ("explain", "teach"):
        await type_line(pilot, "/clear")
        await type_line(pilot, f"/{command} {'a' * 3000}")
        await pilot.app.workers.wait_for_complete()
        await pilot.pause()
        assert "That is too long for me (2000 characters at most)." in shown(pilot)


async def test_a_command_of_ones_own_is_made_in_one_line(pilot, workshop, tmp_path):
    pilot.app.author.workshop = workshop
    await idle(pilot)
    (line,) = re.findall(r"`(/new [^`]+=[^`]+)`", section("ui.md", "First steps"))
    assert line == COMMAND
    await type_line(pilot, line)
    await until(pilot, TeachSheet)
    for _ in range(3000):
        await pilot.pause(0.02)
        if "response" in text_of(pilot, "#diff"):
            break
    sheet, say = (pilot.app.screen.query_one(name).region for name in ("#sheet", "#say"))
    assert say.bottom < sheet.bottom, "the line that says what enter does is on the sheet"
    await pilot.press("enter", "enter", "enter")  # in a hurry
    await until(pilot, type(pilot.app.talk))
    assert len(workshop.undo()[1]) == 1
    with pytest.raises(AssistantError, match="nothing taught or saved"):
        workshop.undo()
    workshop.teach("knock knock", "new", "KnockKnock", "Who is there?")
    made_file = yaml.safe_load((tmp_path / "i" / "my.yaml").read_text())
    assert made_file["intents"] == {"KnockKnock": {"examples": ["knock knock"], "response": "Who is there?"}}
    await type_line(pilot, "/new knock knock")
    assert "Write what you will say, = and the reply" in shown(pilot)


async def test_what_is_opened_before_the_files_are_read_opens_once_they_are(pilot, workshop):
    matcher, loaded = workshop._matcher(), []

    def in_use():
        if not loaded:
            raise AssistantError("One moment: your files are still being read.")
        return matcher

    pilot.app.author.workshop = Workshop(workshop._config, in_use)
    await type_line(pilot, "/new knock knock = Who is there?")
    await pilot.pause()
    assert "it opens once your files are read" in shown(pilot)
    loaded.append(True)
    await emit(pilot, Ready("text"))
    await until(pilot, TeachSheet)
    assert pilot.app.screen.query_one(Input).value == "KnockKnock: Who is there?"


def test_a_lesson_waits_for_the_whole_index_and_does_not_make_another(workshop):
    asked = []
    waiting = Workshop(workshop._config, workshop._matcher, lambda: asked.append(True) or workshop._matcher())
    assert waiting.intents("knock knock")
    assert not asked
    taught = waiting.teach("knock knock", "new", "KnockKnock", "Who is there?", is_trial=True)
    assert (taught.after, asked) == ("KnockKnock", [True])


async def test_impatient_enters_try_a_lesson_once(pilot, workshop, monkeypatch):
    tries, gate = [], threading.Event()
    teach = workshop.teach
    monkeypatch.setattr(workshop, "teach", lambda *words: tries.append(words) or (gate.wait(10) and teach(*words)))
    pilot.app.author.workshop = workshop
    await idle(pilot)
    await type_line(pilot, "splash my ferns")
    await pilot.press("ctrl+l")
    await until(pilot, TeachSheet)
    await pilot.press(*"plants", "enter", "enter", "enter")
    gate.set()
    while "enter writes it" not in text_of(pilot, "#say"):
        await pilot.pause(0.02)
    assert len(tries) == 1
