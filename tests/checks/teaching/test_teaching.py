"""The inbox lists what went wrong; a lesson is written into files, used, and taken back byte for byte."""

from __future__ import annotations

import dataclasses
import json

import pytest

from assistant.actions.database import Database
from assistant.actions.database.turns import StoredTurn
from assistant.checks.teaching import journal
from assistant.checks.teaching.inbox import inbox
from assistant.checks.teaching.lesson import Lesson, edits
from assistant.checks.teaching.teach import open_inbox, teach
from assistant.config import Config, PathsConfig
from assistant.errors import AssistantError
from fakes.matcher import INTENTS, KNOWLEDGE, made

BELLS = """# My bells, in an order of my own
intents:
  RingBell:   # the big one
    examples:
    - "ring the bell"
    - sound the big bell

    response: 'Ding.'
    tests: [ring the bell please]

  FeedCat: {examples: [feed the cat, give the cat her dinner], response: Fed.}
"""


def turn(number, text, kind="intent_match", name="", reply="Done."):
    return StoredTurn(number, 1_800_000_000.0 + 10 * number, "typed", text, kind, name, reply)


@pytest.fixture
def nothing():
    return lambda _: None


# -- the inbox --------------------------------------------------------------------------------

UNDO = """
  Undo: {examples: [undo that], action: dialogue.undo}
  Cancel: {examples: [never mind], action: dialogue.cancel}
"""


def reasons(folder, *turns):
    matcher = made(folder, INTENTS.rstrip() + UNDO, KNOWLEDGE)
    return {group.text: dict(group.reasons) for group in inbox(turns, matcher)}


def test_a_line_that_was_too_long_is_left_out(tmp_path):
    turns = [turn(1, "polish the silver", "out_of_scope"), turn(2, "lorem ipsum " * 500, "out_of_scope")]
    assert [*reasons(tmp_path, *turns)] == ["polish the silver"]


def test_each_way_of_going_wrong_is_listed_with_its_reason(tmp_path):
    listed = reasons(
        tmp_path,
        turn(1, "polish the brass elephant", "out_of_scope"),
        turn(2, "make it yellow in there", name="Colour"),
        turn(3, "undo that", name="Undo"),
        turn(4, "lamp to half", name="Brightness"),
        turn(5, "no, I meant the other lamp", name="Brightness"),
        turn(6, "put a timer on", "slot_missing", "StartTimer"),
        turn(7, "never mind", name="Cancel"),
        turn(8, "timer for me", "slot_missing", "StartTimer"),
        turn(30, "what is a lamp", name="Sum"),
        turn(31, "start one more timer", "slot_missing", "StartTimer"),
        turn(32, "five minutes", name="StartTimer"),
    )
    assert listed == {
        "polish the brass elephant": {"not understood": 1},
        "make it yellow in there": {"undone": 1},
        "lamp to half": {"corrected": 1},
        "put a timer on": {"cancelled": 1},
        "timer for me": {"asked back": 1},
    }


def test_what_is_understood_by_now_or_stands_in_a_file_is_not(tmp_path):
    assert not reasons(
        tmp_path,
        turn(1, "set a timer for ten minutes", "out_of_scope"),
        turn(2, "how long is the timer still running", "out_of_scope"),
        turn(3, "***", "out_of_scope"),
    )


def test_repeated_sentences_are_one_group_with_the_newest_first(tmp_path):
    matcher = made(tmp_path, INTENTS)
    turns = [turn(n, text, "out_of_scope") for n, text in enumerate(["wash the dog", "wax the car", "wash the dog"])]
    first, second = inbox(turns, matcher)
    assert (first.text, len(first.turns), second.text) == ("wash the dog", 2, "wax the car")


# -- the additions ----------------------------------------------------------------------------


@pytest.fixture
def own(tmp_path):
    """A folder of intents, one of knowledge, and the configuration that names them."""
    for name, text in (("i/bells.yaml", BELLS), ("k/facts.yaml", "- question: Who are you?\n  answer: Me.\n")):
        (tmp_path / name).parent.mkdir()
        (tmp_path / name).write_text(text)
    paths = PathsConfig(intents=(str(tmp_path / "i"),), knowledge=(str(tmp_path / "k"),), data=str(tmp_path / "data"))
    return dataclasses.replace(Config(), paths=paths)


@pytest.mark.parametrize(
    ("lesson", "fault"),
    [
        (Lesson("hi", "example", "RingBel"), "there is no intent 'RingBel'; did you mean 'RingBell'?"),
        (Lesson("Ring the bell!", "example", "RingBell"), "“Ring the bell!” is an example of RingBell already"),
        (Lesson("ring the bell please", "test", "RingBell"), "is a test of RingBell already"),
        (Lesson("hi", "new", "FeedCat", "x"), "there is an intent FeedCat already: use --intent FeedCat"),
        (Lesson("hi", "new", "Feed Dog", "x"), "'Feed Dog' is no name: write one word, such as WaterPlants"),
        (Lesson("hi", "new", "FeedDog"), "say with --answer what it replies"),
        (Lesson("who are you", "answer", answer="x"), "“who are you” is answered already"),
        (Lesson("...", "noise"), "name the sentence, in quotes"),
    ],
)
def test_what_cannot_be_taught_is_one_line(tmp_path, own, lesson, fault):
    matcher = made(tmp_path / "m", BELLS, "- question: Who are you?\n  answer: Me.\n")
    entries = tuple(
        dataclasses.replace(entry, file=tmp_path / "k" / "facts.yaml") for entry in matcher.knowledge.entries
    )
    matcher.knowledge = dataclasses.replace(matcher.knowledge, entries=entries)
    with pytest.raises(AssistantError) as error:
        edits(lesson, matcher, own)
    assert fault in str(error.value)


# -- the whole loop, on real meanings ---------------------------------------------------------


@pytest.mark.model
def test_lessons_are_learnt_written_and_taken_back(tmp_path, own, fresh_data, nothing, monkeypatch):
    database, log = Database(fresh_data), []
    for number, text in enumerate(
        ["make some racket up in the tower", "tower racket please", "how tall is the eiffel tower in feet"]
    ):
        database.turns.add(turn(number, text, "out_of_scope"))
    first, *_ = open_inbox(own, nothing)
    assert (first.text, first.also) == ("tower racket please", ("make some racket up in the tower",))

    before = {path: path.read_bytes() for path in tmp_path.rglob("*.yaml")}
    tried = teach(own, Lesson("tower racket please", "example", "RingBell"), nothing, is_trial=True)
    assert (tried.before, tried.after, tried.is_written) == ("not understood", "RingBell", False)
    assert {path: path.read_bytes() for path in tmp_path.rglob("*.yaml")} == before

    for lesson in (
        Lesson("tower racket please", "example", "RingBell"),
        Lesson("sound the big bell please", "test", "RingBell"),
        Lesson("where is the spare key", "answer", answer="In the tin: the blue one."),
        Lesson("the ferns look dry", "new", "Ferns", "Water them."),
        Lesson("well I never did", "noise"),
    ):
        taught = teach(own, lesson, nothing)
        assert taught.is_right, (lesson, taught.after)
        log.append(lesson.sentence)
    written = (tmp_path / "i" / "bells.yaml").read_text()
    assert written == BELLS.replace("big bell\n", "big bell\n    - tower racket please\n").replace(
        "bell please]", 'bell please, "sound the big bell please"]'
    )
    assert [group.text for group in open_inbox(own, nothing)] == ["how tall is the eiffel tower in feet"]
    with pytest.raises(AssistantError, match="is an example of RingBell already"):
        teach(own, Lesson("tower racket please", "example", "RingBell"), nothing)

    undone = [journal.undo(own)[0] for _ in log]
    assert undone == log[::-1]
    assert {path: path.read_bytes() for path in tmp_path.rglob("*.yaml")} == before
    with pytest.raises(AssistantError, match="nothing taught or saved"):
        journal.undo(own)


@pytest.mark.model
def test_a_lesson_that_would_break_a_test_is_not_written(tmp_path, own, nothing):
    stolen = Lesson("ring the bell please now", "example", "FeedCat")
    taught = teach(own, stolen, nothing)
    assert [change.test.say for change in taught.broken if change.test] in ([], ["ring the bell please"])
    assert taught.is_written is not bool(taught.broken)
    assert ((tmp_path / "i" / "bells.yaml").read_text() == BELLS) is bool(taught.broken)


def test_what_was_changed_by_hand_since_is_not_taken_back(tmp_path, own):
    matcher = made(tmp_path / "m", BELLS)
    file = tmp_path / "i" / "bells.yaml"
    intents = {name: dataclasses.replace(intent, file=file) for name, intent in matcher.intents.intents.items()}
    matcher.intents = dataclasses.replace(matcher.intents, intents=intents)
    additions = edits(Lesson("strike the bell", "example", "RingBell"), matcher, own)
    for edit in additions:
        edit.save()
    journal.record(own, "strike the bell", additions)
    assert json.loads((tmp_path / "data" / "lessons.json").read_text())[0]["sentence"] == "strike the bell"
    assert (tmp_path / "data" / "lessons.json").stat().st_mode & 0o777 == 0o600
    file.write_text(file.read_text().replace("strike the bell", "strike it"))
    with pytest.raises(AssistantError, match="has been changed in it since"):
        journal.undo(own)
    file.write_text(f"# above\n{file.read_text().replace('strike it', 'strike the bell')}")
    journal.undo(own)
    assert file.read_text() == f"# above\n{BELLS}"
