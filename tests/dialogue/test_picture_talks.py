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
