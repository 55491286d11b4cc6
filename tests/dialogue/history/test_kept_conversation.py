"""Every turn that was meant for the assistant is kept, without what nobody else should know."""

from __future__ import annotations

import shutil
import signal
import subprocess
import sys
from datetime import datetime, timedelta

import pytest

from assistant.actions.database import Database
from assistant.config import HistoryConfig
from assistant.dialogue.history import KeptConversation
from assistant.errors import ActionError
from assistant.events import Noticed, ReplyEnded, TurnEnded, Understood
from assistant.values import AnswerMatch, IntentMatch, OutOfScope, SlotMissing, Utterance

NOW = datetime(2026, 11, 23, 14, 10)
LOST = OutOfScope(0.1, ())


def command(name="StartTimer", **slots):
    return IntentMatch(name, slots, 0.9, (), None, slot_texts={key: str(value) for key, value in slots.items()})


@pytest.fixture
def database(tmp_path):
    return Database(tmp_path / "data")


@pytest.fixture
def conversation(database):
    return KeptConversation(database, HistoryConfig(), ["longlivedtoken"], lambda: NOW)


def texts(database):
    return [turn.text for turn in database.turns.newest()]


def test_a_turn_is_kept_with_words_source_time_meaning_and_reply(conversation, database):
    meanings = [command("LightsOn"), AnswerMatch("Who?", "Me.", "s", 0.9, ())]
    conversation.keep(Utterance("lights on and who are you", "spoken"), meanings, "Done. Me.")
    (turn,) = Database(database.file.parent).turns.newest()
    assert (turn.text, turn.source, turn.at) == ("lights on and who are you", "spoken", NOW.timestamp())
    assert (turn.kind, turn.name, turn.reply) == ("intent_match\nanswer_match", "LightsOn\nWho?", "Done. Me.")


def test_it_is_in_the_file_before_its_end_is_told(conversation, database):
    utterance = Utterance("hello")
    for event in conversation.following(utterance, [Understood(utterance, LOST), ReplyEnded("Hm."), TurnEnded({})]):
        if isinstance(event, TurnEnded):
            assert texts(database) == ["hello"]


def test_a_turn_that_fails_is_kept_with_its_fault(conversation, database):
    def events():
        yield Understood(Utterance("hello"), LOST)
        raise ActionError("no weights")

    with pytest.raises(ActionError):
        list(conversation.following(Utterance("hello"), events()))
    assert [turn.reply for turn in database.turns.newest()] == ["no weights"]


def test_what_was_overheard_and_not_understood_is_not_kept(conversation, database):
    conversation.keep(Utterance("so I told my mother", "spoken", overheard=True), [LOST], "")
    conversation.keep(Utterance("set a timer", "spoken", overheard=True), [command()], "Timer set.")
    conversation.keep(Utterance("what is love"), [LOST], "I don't know that.")
    assert texts(database) == ["set a timer", "what is love"]


def test_nothing_is_kept_or_brought_back_where_it_is_switched_off(conversation, database):
    conversation.keep(Utterance("before"), [LOST], "")
    off = KeptConversation(database, HistoryConfig(keep=False))
    off.keep(Utterance("after"), [LOST], "")
    assert (texts(database), off.turns(), off.context) == (["before"], (), ())


# -- secrets ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "meaning", "kept"),
    [
        ("disarm the alarm with 4711", command(code="4711"), "disarm the alarm with ***"),
        ("disarm the alarm with four seven", IntentMatch("A", {"pin": 47}, 1, (), None), "***"),
        ("note that the wifi password is hunter2", command("Note", text="x"), "note that the wifi password is ***"),
        ("the password of the router is swordfish", LOST, "the password of the router is ***"),
        ("remember my PIN 4711", command("Note"), "remember my PIN ***"),
        ("the door code is 1234", LOST, "the door code is ***"),
        ("open http://me:word@host/a?token=abc", LOST, "open http://host/a?token=***"),
        ("what is longlivedtoken for", LOST, "what is *** for"),
        ("how do I change my password", LOST, "how do I change my password"),
        ("the postcode of Anna is 10115", command(postcode="10115"), "the postcode of Anna is 10115"),
        ("pin the window to the top", LOST, "pin the window to the top"),
        ("set a timer for ten minutes", command(), "set a timer for ten minutes"),
    ],
)
def test_a_secret_is_kept_neither_in_the_words_nor_in_the_reply(conversation, database, text, meaning, kept):
    conversation.keep(Utterance(text), [meaning], f"You said: {text}")
    (turn,) = database.turns.newest()
    assert turn.text == kept
    if kept != "***":
        assert turn.reply == f"You said: {kept}"


def test_the_answer_to_a_question_for_a_secret_is_not_kept_even_where_it_is_refused(conversation, database):
    asks = SlotMissing("Disarm", {}, "code", "Which code?", 0.9, ())
    for text, meaning in [("disarm", asks), ("4711 or so", asks), ("4712", command("Disarm", code="4712"))]:
        conversation.keep(Utterance(text), [meaning], "")
    conversation.keep(Utterance("hello"), [LOST], "")
    assert texts(database) == ["disarm", "***", "***", "hello"]


# -- bounds -----------------------------------------------------------------------------------


def test_old_turns_are_forgotten_by_age_and_by_number(database):
    moment = [NOW - timedelta(days=40)]
    conversation = KeptConversation(database, HistoryConfig(days=30, turns=3), now=lambda: moment[0])
    conversation.keep(Utterance("long ago"), [LOST], "")
    moment[0] = NOW
    assert conversation.turns() == ()
    for number in range(5):
        conversation.keep(Utterance(f"turn {number}"), [LOST], "")
        moment[0] += timedelta(hours=2)
    assert texts(database) == ["turn 2", "turn 3", "turn 4"]
    assert b"long ago" not in b"".join(path.read_bytes() for path in database.file.parent.glob("assistant.db"))


def test_the_context_is_of_before_this_conversation(database):
    moment = [NOW]
    KeptConversation(database, HistoryConfig(), now=lambda: moment[0]).keep(Utterance("before"), [LOST], "Yes.")
    moment[0] += timedelta(seconds=1)
    conversation = KeptConversation(database, HistoryConfig(), now=lambda: moment[0])
    conversation.keep(Utterance("now"), [LOST], "")
    assert conversation.context == (("before", "Yes."),)


# -- faults -----------------------------------------------------------------------------------


def test_a_damaged_file_is_mended_told_once_and_loses_no_turn(conversation, database):
    for number in range(40):
        conversation.keep(Utterance(f"turn {number}"), [LOST], "I don't know that.")
    database.turns._file._let_go()
    content = bytearray(database.file.read_bytes())
    content[-3000] ^= 4
    content[100:104] = b"\0\0\0\0"
    database.file.write_bytes(content)
    again = Database(database.file.parent)
    later = KeptConversation(again, HistoryConfig(), now=lambda: NOW)
    lines = [later.keep(Utterance("after"), [LOST], ""), later.keep(Utterance("later"), [LOST], "")]
    assert "40 turns" in lines[0]
    assert lines[1] == ""
    assert len(texts(again)) == 42


def test_a_folder_that_cannot_be_written_is_one_line_and_nothing_is_lost_once_it_can(tmp_path):
    folder = tmp_path / "data"
    folder.write_text("in the way")
    database = Database(folder)
    conversation = KeptConversation(database, HistoryConfig(), now=lambda: NOW)
    lines = [conversation.keep(Utterance(f"turn {number}"), [LOST], "") for number in range(3)]
    assert "is not kept" in lines[0]
    assert lines[1:] == ["", ""]
    assert conversation.turns() == ()
    folder.unlink()
    assert conversation.keep(Utterance("turn 3"), [LOST], "") == ""
    assert texts(database) == ["turn 0", "turn 1", "turn 2", "turn 3"]


def test_a_full_disk_is_one_line_and_the_conversation_goes_on(conversation, database, monkeypatch):
    conversation.keep(Utterance("before"), [LOST], "")
    database.turns._file._held[1].execute("PRAGMA max_page_count = 1")  # SQLite's own error of a full disk
    lines, events = [], [Understood(Utterance("x" * 90_000), LOST), ReplyEnded("Hm."), TurnEnded({})]
    original = database.turns._file._open_connection

    def full(patience):
        db = original(patience)
        db.execute("PRAGMA max_page_count = 1")
        return db

    monkeypatch.setattr(database.turns._file, "_open_connection", full)
    for _ in range(3):
        told = list(conversation.following(Utterance("x" * 90_000), events))
        lines += [event.message for event in told if isinstance(event, Noticed)]
        assert isinstance(told[-1], TurnEnded)
    assert len(lines) == 1
    assert "the disk is full" in lines[0]


def test_a_file_that_is_replaced_while_it_is_open_is_opened_anew(conversation, database):
    conversation.keep(Utterance("one"), [LOST], "")
    shutil.rmtree(database.file.parent)
    conversation.keep(Utterance("two"), [LOST], "")
    assert texts(Database(database.file.parent)) == ["two"]


CHILD = """
import sys
from pathlib import Path
from assistant.actions.database import Database
from assistant.config import HistoryConfig
from assistant.dialogue.history import KeptConversation
from assistant.values import OutOfScope, Utterance
conversation = KeptConversation(Database(Path(sys.argv[1])), HistoryConfig())
for number in range(int(sys.argv[3])):
    assert conversation.keep(Utterance(f"{sys.argv[2]} {number}"), [OutOfScope(0.0, ())], "") == ""
    print(number, flush=True)
"""


def child(folder, name, number):
    arguments = [sys.executable, "-c", CHILD, str(folder), name, str(number)]
    return subprocess.Popen(arguments, stdout=subprocess.PIPE, text=True)


@pytest.mark.parametrize("kill_after", [0, 7, 100])
def test_a_kill_loses_at_most_the_turn_in_flight(tmp_path, kill_after):
    told = -1
    with child(tmp_path, "turn", 1_000_000) as process:
        while told < kill_after:
            told = int(process.stdout.readline())
        process.send_signal(signal.SIGKILL)
        rest = process.stdout.read().split()
    told = int(rest[-1]) if rest and rest[-1].isdigit() else told
    kept = texts(Database(tmp_path))
    assert kept[: told + 1] == [f"turn {number}" for number in range(told + 1)]
    assert len(kept) <= told + 2


def test_two_processes_at_once_on_one_folder_lose_nothing(tmp_path):
    processes = [child(tmp_path, name, 50) for name in ("left", "right")]
    for process in processes:
        process.communicate()
    assert [process.returncode for process in processes] == [0, 0]
    assert sorted(texts(Database(tmp_path))) == sorted(f"{side} {n}" for side in ("left", "right") for n in range(50))


def test_the_file_is_for_its_owner_alone(conversation, database):
    conversation.keep(Utterance("one"), [LOST], "")
    folder = database.file.parent
    assert folder.stat().st_mode & 0o777 == 0o700
    assert {path.stat().st_mode & 0o777 for path in folder.glob("assistant.db*")} == {0o600}
