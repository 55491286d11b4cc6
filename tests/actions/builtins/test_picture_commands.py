"""Pictures are counted, shown alone and told of, by what is known of them and no more."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from assistant.actions.builtins import BUILT_INS
from assistant.actions.builtins.kept.pictures import unclear_days
from assistant.actions.database import Database
from assistant.actions.outcome import Context
from assistant.actions.timer_service import TimerService
from assistant.authoring.pictures.picture import Picture, PictureFacts
from assistant.config import Config, PathsConfig
from assistant.nlu.pictures.asking import read_question
from assistant.nlu.pictures.finding import FoundPicture, PictureFindings

DATED = PictureFacts(
    "1", 4, 3, "2024-12-24T09:00:00", "camera", "Oslo, Norway", "NIKON D750", "The snowman", by="Marta"
)
BY_FILE = PictureFacts("2", 4, 3, "2026-11-29T12:00:00", "file", words="Total 4.50\nCash 5.00")
ODD = PictureFacts("3", 4, 3, "2026-11-29T12:00:00", "file", caption="red")


def picture(name: str, facts: PictureFacts) -> Picture:
    return Picture(facts.caption or facts.words, Path("/a") / name, f"a/{name}", (), 0, 0, "picture", facts)


class Album:
    """Holdings of three pictures, of which the words of a question choose some by name; none is a `penguin`."""

    has_pictures = True
    pictures = (picture("snowman.jpg", DATED), picture("receipt.png", BY_FILE), picture("new\nline.jpg", ODD))

    def find(self, text):
        question = read_question(text, date(2026, 11, 29))
        words = [question.paper, *question.about.split()] if question.paper else question.about.split()
        chosen = [item for item in self.pictures if not words or any(word in item.name for word in words)]
        chosen = [item for item in chosen if question.admits(item) and not question.unread]
        score = 0.8 if words else 0.0
        found = tuple(FoundPicture(item, 0.9, score, 0.0, "") for item in chosen)
        return PictureFindings(question, found, found, len(chosen), sum(not item.is_dated for item in chosen[1:]))


@pytest.fixture
def ask(tmp_path):
    database = Database(tmp_path)
    context = Context(
        Config(paths=PathsConfig(data=str(tmp_path))), database, TimerService(database, lambda _: None), list,
        holdings=Album(),
    )  # fmt: skip

    def ask(name, arguments=None, **slots):
        return BUILT_INS[name](slots, arguments or {}, context)

    ask.taste = context.taste
    return ask


def test_they_are_counted_and_those_dated_by_their_file_apart(ask):
    reply = ask("pictures.find", {"tell": "count"}, about="pictures")
    assert reply.text == "3 pictures, and 2 more by the day of their file alone."
    assert not reply.pictures
    assert ask("pictures.find", {"tell": "count"}, about="snowman").text == "1 picture."


def test_what_was_listed_alone_has_no_score_and_no_day_of_its_file(ask):
    lines = ask("pictures.find", about="pictures").text.splitlines()
    assert lines[2:] == [
        "- a/snowman.jpg › Oslo, Norway › 2024-12-24: The snowman",
        "- a/receipt.png: Total 4.50 Cash 5.00",
        "- a/new line.jpg: red",
    ]
    assert ask("pictures.find", about="snowman").text.endswith("The snowman (0.90)")


def test_a_denial_is_kept_or_told(ask):
    shown = ask("pictures.find", about="Oslo", denied="not").text
    assert "snowman" not in shown
    assert "receipt" in shown
    reply = ask("pictures.find", about="pictures where Nina is not")
    assert (reply.text, reply.ok) == ("I didn't understand “not”, so I show no pictures.", False)


@pytest.mark.parametrize(
    ("fact", "words", "ok"),
    [
        (
            "when",
            "a/snowman.jpg, “The snowman”, is of Tuesday, December 24th, 2024, at 9:00 AM: its camera wrote that.",
            True,
        ),
        ("where", "a/snowman.jpg, “The snowman”, is of Oslo, Norway.", True),
        ("who", "a/snowman.jpg, “The snowman”, is by Marta.", True),
        ("camera", "a/snowman.jpg, “The snowman”, is by a NIKON D750.", True),
    ],
)
def test_a_fact_is_told_with_what_tells_it(ask, fact, words, ok):
    reply = ask("pictures.tell", about="snowman", fact=fact)
    assert (reply.text, reply.ok) == (words, ok)


@pytest.mark.parametrize("fact", ["when", "where", "who", "camera"])
def test_what_nothing_tells_is_said_to_be_unknown(ask, fact):
    reply = ask("pictures.tell", about="receipt", fact=fact)
    assert reply.text.startswith("Nothing says ")
    assert not reply.ok


def test_what_is_to_be_seen_is_kept_to_be_drawn(ask):
    taste = ask.taste
    for slots in ({"about": "the penguin"}, {"about": "the snowman", "order": "newest"}):
        ask("pictures.find", **slots)
        assert taste.scene == slots["about"]
    for slots in (
        {"about": "pictures"}, {"about": "in Oslo"}, {"about": "from last summer"},
        {"about": "snowman", "denied": "not"},
        {"about": "set a timer", "says": "that says"},
    ):  # fmt: skip
        ask("pictures.find", **slots)
        assert not taste.scene, slots


def test_one_of_those_shown_is_shown_alone_told_of_and_read_by_its_name(ask):
    names = [thing.name for thing in ask("pictures.find", about="pictures").focus]
    assert names == ["snowman", "receipt", "new line"]
    reply = ask("pictures.show", which=names[0])
    assert [shown.file.name for shown in reply.pictures] == ["snowman.jpg"]
    assert reply.focus[0].full == "the picture called snowman"
    assert "It was taken on 2024-12-24 in Oslo, Norway." in reply.text
    assert ask("pictures.read", about="receipt").text == "Total 4.50\nCash 5.00\n\n(a/receipt.png)"
    reply = ask("pictures.read", about="snowman")
    assert (reply.text, reply.ok) == ("Nothing is written in a/snowman.jpg that I can read.", False)


def test_what_is_not_there_is_none(ask):
    for name in ("pictures.show", "pictures.tell", "pictures.read"):
        reply = ask(name, about="penguin", which="penguin")
        assert (reply.text, reply.ok) == ("I found no such picture: none is like that.", False)


def test_a_receipt_of_an_unclear_day_is_told_where_it_may_be_of_the_days(ask):
    found = PictureFindings(read_question("receipts from October", date(2026, 11, 29)), (), (), 0)
    assert unclear_days(found) == ""
    receipt, other = replace(BY_FILE, words="OBI 02/10/2026\nTotal 4.50", kind="receipt"), replace(BY_FILE, words="")
    items = [picture("obi.png", receipt), picture("other.png", other)]
    for words, told in {
        "receipts from October": ["02/10/2026", ""],
        "receipts from OBI from February": ["02/10/2026", ""],
        "receipts from Screwfix from October": ["", ""],
        "receipts from March": ["", ""],
        "letters from October": ["", ""],
        "receipts from November": ["", ""],
    }.items():
        question = read_question(words, date(2026, 11, 29))
        assert [question.may_be_printed_on(item) for item in items] == told, words
    found = replace(found, unclear=((items[0], "02/10/2026"),) * 5)
    assert unclear_days(found) == (
        "The days printed on a/obi.png (02/10/2026), a/obi.png (02/10/2026), a/obi.png (02/10/2026) and 2 more are"
        " unclear."
    )


def test_a_picture_is_neither_sent_nor_deleted(ask):
    reply = ask("pictures.refuse", about="snowman")
    assert not reply.ok
    assert "don't send" in reply.text


def test_a_name_that_a_terminal_would_obey_is_one_line():
    item = picture("a\x1b]0;owned\x07\nb.jpg", replace(DATED, place=""))
    assert item.source == "a/a b.jpg › 2024-12-24"


def test_the_list_stays_while_its_pictures_are_told_of_by_their_places(ask):
    assert ask("pictures.show", place="first").text == "Which picture? I have shown you no picture."
    ask("pictures.find", about="pictures")
    for place, name in (("first", "snowman.jpg"), ("second", "receipt.png"), ("last", "new\nline.jpg")):
        assert [shown.file.name for shown in ask("pictures.tell", place=place, fact="when").pictures] == [name]
    assert ask("pictures.read", place="second").text.startswith("Total 4.50")
    for place in ("fifth", "ninth"):
        assert ask("pictures.tell", place=place, fact="when").text == "Which picture? I have shown you 3 pictures."


def test_what_was_told_of_last_is_meant_without_a_word(ask):
    ask("pictures.find", about="pictures")
    assert ask("pictures.tell", fact="when").text == "Which picture? I have shown you 3 pictures."
    ask("pictures.show", place="first")
    assert "December 24th" in ask("pictures.tell", fact="when").text
    ask("pictures.find", about="receipt")
    assert ask("pictures.tell", fact="where").text == "Nothing says where a/receipt.png was taken."
