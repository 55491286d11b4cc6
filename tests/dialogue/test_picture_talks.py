"""A conversation about pictures: one of those shown, what is written in one, and bare words that describe one."""

from __future__ import annotations

import threading

import pytest

from assistant.app import build
from assistant.authoring.pictures import written
from assistant.config import Config, PathsConfig, PicturesConfig
from assistant.events import PicturesShown, ReplyEnded
from assistant.values import Utterance
from fakes.pictures import drawn, exif, page, saved


@pytest.fixture
def album(tmp_path):
    for number in range(1, 4):
        tags = exif(f"2024:08:0{number} 12:00:00", f"Leo jumps into the pool, picture {number}", gps=(60.39, 5.32))
        saved(tmp_path / "album" / f"jump_{number}.jpg", drawn("teal", (60 + number, 48)), exif=tags)
    saved(
        tmp_path / "album" / "IMG_7.jpg",
        drawn("gold"),
        exif=exif("2021:05:29 15:00:00", "Anna and Peter marry, a wedding"),
    )
    saved(tmp_path / "album" / "invoice.png", page("Invoice No. 4471\nKato Bearings\nAmount due 1,240.00"))
    saved(tmp_path / "album" / "receipt pharmacy 2024-05-03.png", drawn("red"))
    saved(tmp_path / "album" / "receipt baker 2022-05-03.png", drawn("green"))
    saved(tmp_path / "album" / "Screenshot_20240304-101112.png", drawn("blue"))
    saved(tmp_path / "album" / "pass.png", page("Flight LH 1842\nMunich to Lisbon\nGate B12\nBoarding 09:40\nSeat 14C"))
    return tmp_path / "album"


@pytest.mark.model
def test_pictures_are_found_by_when_where_and_by_whom_they_were_taken(data, tmp_path):
    rows = [
        ("IMG_1", "2026:10:03 09:00:00", "A hedgehog in the garden", "Marta Nowak", (52.52, 13.40)),
        ("IMG_2", "2024:11:20 22:10:00", "The harbour by moonlight", "", (53.55, 9.99)),
        ("IMG_3", "2023:06:20 15:00:00", "Anna in the red boat", "Jan", (60.39, 5.32)),
        ("IMG_4", "2021:05:29 15:00:00", "The wedding of Anna and Peter", "", (60.39, 5.32)),
    ]
    for number, (name, taken, caption, artist, gps) in enumerate(rows):
        tags = exif(taken, caption, gps=gps)
        if artist:
            tags[0x013B] = artist
        saved(tmp_path / "album" / f"{name}.jpg", drawn("teal", (60 + number, 48)), exif=tags)
    saved(tmp_path / "album" / "fridge.png", drawn("white"))
    (tmp_path / "album" / "fridge.txt").write_text(
        "The note on the fridge: set a timer for the eggs, turn off the lights"
    )
    config = Config(paths=PathsConfig(data=str(data)), pictures=PicturesConfig((str(tmp_path / "album"),)))
    session = build.one_shot(config, lambda _: None)

    def ask(text):
        """The reply and the names of the pictures below it."""
        events = list(session.turn(Utterance(text), threading.Event()))
        shown = [event.pictures for event in events if isinstance(event, PicturesShown)]
        reply = next(event for event in events if isinstance(event, ReplyEnded))
        return reply.text, [picture.file.stem for pictures in shown for picture in pictures]

    found = {
        "pictures taken in Norway": ["IMG_3", "IMG_4"],
        "which photos were taken in Berlin": ["IMG_1"],
        "pictures made in Germany": ["IMG_1", "IMG_2"],
        "photos taken at night": ["IMG_2"],
        "pictures taken before 2022": ["IMG_4"],
        "what did I photograph in October": ["IMG_1"],
        "did we take any pictures in November 2024": ["IMG_2"],
        "pictures taken by Marta": ["IMG_1"],
        "pictures that Marta took": ["IMG_1"],
        "photos Jan shot in Norway": ["IMG_3"],
        "which pictures did Marta take": ["IMG_1"],
        "did Jan take any photos": ["IMG_3"],
        "were any pictures taken in November": ["IMG_2"],
        "photos from the afternoon": ["IMG_3", "IMG_4"],
        "the very first picture from Norway": ["IMG_4"],
        "show me every picture with a boat": ["IMG_3"],
        "what's the oldest photo I have": ["IMG_4"],
        "the oldest photo of Anna": ["IMG_4"],
        "show me the newest picture of Anna": ["IMG_3"],
        "the latest photo from Norway": ["IMG_3"],
        "find the picture that says set a timer": ["fridge"],
        "the photo with the words turn off the lights on it": ["fridge"],
        "photo saying play some music": [],
    }
    assert {text: ask(text)[1] for text in found} == found
    assert "May 29th, 2021" in ask("when was the oldest photo of Anna taken")[0]
    assert "June 20th, 2023" in ask("when did I last photograph Anna")[0]
    assert len(ask("what pictures do you have")[1]) == 5
    assert ask("who took the photo of the hedgehog")[0].endswith("is by Marta Nowak.")
    assert ask("who photographed the hedgehog")[0].endswith("is by Marta Nowak.")
    assert ask("show me the harbour by moonlight")[1] == ["IMG_2"]
    assert ask("who took it")[0] == "Nothing says who took album/IMG_2.jpg, “The harbour by moonlight”."
    assert ask("show me the red boat")[1] == ["IMG_3"]
    assert ask("who is the photographer")[0].endswith("is by Jan.")
    ask("who is the king of Spain")
    for number in range(9):
        tags = exif(f"2022:07:{number + 10} 10:00:00", "the lake", gps=(60.39, 5.32))
        saved(tmp_path / "album" / f"lake_{number}.jpg", drawn("navy", (80 + number, 48)), exif=tags)
    first, second, third = (ask(text)[1] for text in ("show me photos of Norway", "something else", "something else"))
    assert (len(first), len(second), len(third)) == (5, 5, 1)
    assert len({*first, *second, *third}) == 11


@pytest.mark.model
def test_pictures_are_talked_of_and_asked(data, album):
    config = Config(paths=PathsConfig(data=str(data)), pictures=PicturesConfig((str(album),)))
    session = build.one_shot(config, lambda _: None)

    def ask(text):
        """The reply and the names of the pictures below it."""
        events = list(session.turn(Utterance(text), threading.Event()))
        files = [
            picture.file.stem for event in events if isinstance(event, PicturesShown) for picture in event.pictures
        ]
        return next(event for event in events if isinstance(event, ReplyEnded)), files

    assert ask("show me the picture where Leo jumps into the pool")[1] == ["jump_1", "jump_2", "jump_3"]
    assert ask("find me the third one")[1] == ["jump_3"]
    assert "is of Saturday, August 3rd, 2024" in ask("when was it taken")[0].text
    assert "is of Norway" in ask("which country was it taken in")[0].text
    reply, _ = ask("send it to Anna")
    assert not reply.ok
    assert "don't send" in reply.text
    assert ask("how many pictures do I have")[0].text == "9 pictures."
    assert ask("show me photos of Norway")[1] == ["jump_3", "jump_2", "jump_1"]
    assert ask("show me the receipts from May 2024")[1] == ["receipt pharmacy 2024-05-03"]
    assert ask("show me my screenshots from 2024")[1] == ["Screenshot_20240304-101112"]
    assert ask("which receipts did I get in 2022")[1] == ["receipt baker 2022-05-03"]
    assert ask("my oldest two photos")[1] == ["IMG_7", "receipt baker 2022-05-03"]
    assert ask("show me my last two receipts")[1] == ["receipt pharmacy 2024-05-03", "receipt baker 2022-05-03"]
    assert ask("the newest receipt")[1] == ["receipt pharmacy 2024-05-03"]
    assert ask("show me the letters from 2022")[1] == []
    assert set(ask("show me pictures of the wedding or the pool")[1]) >= {"IMG_7", "jump_1"}
    assert "can't take photos" in ask("take a photo")[0].text
    assert not ask("I get the picture")[1]
    assert ask("show me the marriage of Anna and Peter")[1] == ["IMG_7"]
    assert ask("Anna and Peter getting married")[1] == ["IMG_7"]
    assert ask("picture of Peter without Anna")[1] == []
    assert not ask("thanks a lot for that")[1]
    if written.reader():
        reply, _ = ask("which gate does the flight to Lisbon leave from")
        assert "Gate B12" in reply.text
        assert reply.source.startswith("album/pass.png")
        assert ask("invoice 4471")[1] == ["invoice"]
        assert ask("invoice 4472")[1] == []
    assert not ask("who is the king of Spain")[0].ok
