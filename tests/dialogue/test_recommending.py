"""More like what was shown, and something else: pictures, passages and answers by their nearest neighbours."""

from __future__ import annotations

import threading

import pytest

from assistant.actions.builtins import BUILT_INS
from assistant.actions.database import Database
from assistant.actions.outcome import Context
from assistant.actions.timer_service import TimerService
from assistant.app import build
from assistant.app.pictures.attaching import utterance_of
from assistant.config import Config, PathsConfig, PicturesConfig
from assistant.events import PicturesShown, ReplyEnded
from assistant.nlu.recommending.taste import Piece, Taste
from fakes.pictures import drawn, saved

CAPTIONS = {
    "dog_beach": "Our dog on the beach", "dog_park": "Our dog in the park", "puppy": "A puppy asleep, our new dog",
    "tram": "A yellow tram in Lisbon", "tram2": "The old tram up the hill in Lisbon", "boat": "Anna in the boat",
    "cake": "A birthday cake with candles",
}  # fmt: skip


class Shelf:
    """Holdings of three answers, which remembers what it was asked for."""

    def __init__(self) -> None:
        self.asked: list[tuple[list[str], list[str], tuple[str, ...]]] = []

    has_pictures = False

    def find(self, text):
        raise AssertionError(text)

    def answer(self, query):
        raise AssertionError(query)

    def like_file(self, file):
        raise AssertionError(file)

    def like(self, wanted, kinds):
        self.asked.append(([p.name for p in wanted.liked], [p.name for p in wanted.disliked], tuple(kinds)))
        pieces = [Piece("answer", f"Answer {number}?", f"words {number}", "said") for number in range(4)]
        return [piece for piece in pieces if piece.name not in wanted.passed][:2]


@pytest.fixture
def context(tmp_path):
    database = Database(tmp_path)
    timers = TimerService(database, lambda _: None)
    return Context(Config(paths=PathsConfig(data=str(tmp_path))), database, timers, list, holdings=Shelf())


def test_likes_and_dislikes_add_up_until_something_else_is_asked_for(context):
    like, other = BUILT_INS["items.like"], BUILT_INS["items.other"]
    assert not like({}, {}, context).ok
    assert not other({}, {}, context).ok
    context.taste.begin("numbers", [Piece("answer", "Answer 0?", "words 0")])
    assert "Answer 1?" in like({}, {}, context).text
    assert "Answer 3?" in like({"which": "answer 2?"}, {}, context).text
    assert not other({}, {}, context).ok
    assert context.holdings.asked == [
        (["Answer 0?"], [], ("answer",)),
        (["Answer 0?", "Answer 2?"], [], ("answer",)),
        (["Answer 0?", "Answer 2?"], ["Answer 3?"], ("answer",)),
    ]
    context.taste.begin("letters", [Piece("answer", "Answer 1?", "words 1")])
    assert (context.taste.liked, context.taste.disliked, context.taste.passed) == ([], [], {"Answer 1?"})
    assert other({"kind": "documents"}, {}, context).ok
    assert context.holdings.asked[-1] == ([], ["Answer 1?"], ("document",))


@pytest.mark.model
def test_more_like_a_picture_by_its_place_by_its_file_and_an_answer(data, tmp_path):
    for name, caption in CAPTIONS.items():
        saved(tmp_path / "album" / f"{name}.png", drawn("navy", (64, 40 + len(caption))))
        (tmp_path / "album" / f"{name}.txt").write_text(caption)
    config = Config(paths=PathsConfig(data=str(data)), pictures=PicturesConfig((str(tmp_path / "album"),)))
    session = build.one_shot(config, lambda _: None)

    def ask(line):
        """The reply and the names of the pictures below it."""
        events = list(session.turn(utterance_of(line), threading.Event()))
        files = [
            picture.file.stem for event in events if isinstance(event, PicturesShown) for picture in event.pictures
        ]
        return next(event for event in events if isinstance(event, ReplyEnded)), files

    assert ask("find similar ones")[0].text.startswith("Like what?")
    assert sorted(ask("show me pictures of the tram in Lisbon")[1]) == ["tram", "tram2"]
    for number, caption in enumerate(("The gulls over the harbour", "The gulls at the sea", "A gull at the vet"), 1):
        saved(tmp_path / "album" / f"IMG_000{number}.png", drawn("gold", (60 + number, 40)))
        (tmp_path / "album" / f"IMG_000{number}.txt").write_text(caption)
    assert len(ask("show me pictures of the gulls over the harbour or the gulls at the sea")[1]) == 2
    ask("the second one")
    first = session.exchanges[-1].understanding.slots["which"]
    ask("when was it taken")
    assert ask("more like this")[0].text.startswith(f"Like album/{first}.png")
    ask("show me pictures of Anna in the boat")
    assert "boat" not in ask("more like this")[1]
    _, found = ask("show me pictures of our dog")
    assert {"dog_beach", "dog_park", "puppy"} <= {*found}
    assert set(ask("something else")[1]).isdisjoint(found)
    reply, alike = ask(f"find similar pictures {tmp_path}/album/tram.png")
    assert alike[0] == "tram2"
    assert "tram" not in alike
    assert reply.text.startswith("Like tram.png")
    _, trams = ask("show me pictures of the tram in Lisbon")
    assert set(ask("more like the second one")[1]).isdisjoint({"tram", "tram2"})
    assert session.exchanges[-1].understanding.slots["which"] == trams[1]
    ask("how do I see free disk space in the terminal")
    answer = ask("more like this")[0]
    assert answer.text.startswith("Like “How do I see free disk space")
    assert answer.text.count("\n- ") == 5


def test_what_is_shown_is_passed_over_from_then_on():
    taste = Taste()
    taste.begin("a", [Piece("answer", "one", "one")])
    taste.show([Piece("document", "two", "two")])
    assert taste.passed == {"one", "two"}
    assert [piece.name for piece in taste.shown] == ["two"]
