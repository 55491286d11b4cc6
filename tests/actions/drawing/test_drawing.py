"""Drawing: by servers that behave, hang, drip, fail and lie; kept with its words, taken back, varied."""

from __future__ import annotations

import base64
import io
import json
import threading
from datetime import datetime

import pytest
from PIL import Image

from assistant.actions.builtins import BUILT_INS
from assistant.actions.database import Database
from assistant.actions.drawing import local
from assistant.actions.drawing.wish import Wish
from assistant.actions.outcome import Context
from assistant.actions.run import Actions
from assistant.actions.timer_service import TimerService
from assistant.actions.works import NO_PAINTER, works_here
from assistant.authoring.pictures.reading import read_picture
from assistant.config import Config, CreateConfig, ModelsConfig, PathsConfig
from assistant.dialogue.respond import Responder
from assistant.errors import ActionError
from assistant.events import PicturesShown, Progress
from assistant.nlu.recommending.taste import Piece
from assistant.values import BuiltInAction, IntentMatch, Utterance
from fakes.openai_server import chat_server, refusing_port
from fakes.pictures import bomb

KEY = "sk-very-secret-key"


def png(size=(64, 48), kind="PNG") -> bytes:
    content = io.BytesIO()
    Image.new("RGB", size, "navy").save(content, kind)
    return content.getvalue()


def texts_of(file):
    with Image.open(file) as image:
        return dict(image.info)


def fault(draw, *arguments, **options):
    """The line of the ActionError that it costs."""
    with pytest.raises(ActionError) as error:
        draw(*arguments, **options)
    return str(error.value)


def base64_of(content: bytes) -> str:
    return base64.b64encode(content).decode()


def openai(*contents: bytes):
    return {"data": [{"b64_json": base64_of(content)} for content in contents]}


def drawing(handler):
    handler.answer(200, openai(*[png()] * handler.server.requests[-1][2].get("n", 1)))


class Studio:
    """The actions of one conversation over a data folder."""

    def __init__(self, folder, **create) -> None:
        self.config = Config(
            create=CreateConfig(**{"width": 64, "height": 48, "seconds": 5.0} | create),
            paths=PathsConfig(data=str(folder)), models=ModelsConfig(offline=True),
        )  # fmt: skip
        self.database = Database(folder)
        self.context = Context(
            self.config, self.database, TimerService(self.database, lambda _: None), list,
            now=lambda: datetime(2026, 11, 29, 18, 0),
        )  # fmt: skip

    def __call__(self, name="image.create", **slots):
        return BUILT_INS[name](slots, {}, self.context)

    @property
    def files(self):
        folder = self.config.drawings_folder()
        return sorted(file.name for file in folder.iterdir()) if folder.is_dir() else []


def test_a_drawing_is_kept_with_its_words_and_is_found_by_them_and_taken_back(tmp_path):
    with chat_server(drawing) as server:
        studio = Studio(tmp_path, url=server.url, key=KEY, model="painter")
        outcome = studio(prompt="a lighthouse at night", count=2)
    path, headers, body = server.requests[0]
    assert path == "/v1/images/generations"
    assert headers["Authorization"] == f"Bearer {KEY}"
    assert body == {
        "prompt": "a lighthouse at night", "n": 2, "size": "64x48", "model": "painter", "response_format": "b64_json",
    }  # fmt: skip
    assert outcome.text == "I have drawn “a lighthouse at night” 2 times."
    assert studio.files == [f"a-lighthouse-at-night_20261129_180000{end}.png" for end in ("-2", "")]
    shown = outcome.pictures[0].file
    assert [picture.caption for picture in outcome.pictures] == ["a lighthouse at night"] * 2
    assert shown.stat().st_mode & 0o077 == 0
    (picture,) = read_picture(shown, f"created/{shown.name}", [])
    assert picture.facts.caption == "a lighthouse at night"
    assert picture.facts.taken == "2026-11-29T18:00:00"
    assert texts_of(shown)["Software"] == "Assistant, painter"
    assert studio.config.picture_folders() == (studio.config.drawings_folder(),)
    assert outcome.undo() == "The pictures are gone again."
    assert studio.files == []
    assert studio.context.drawn == []


def test_drawings_are_deleted_and_come_back_and_nothing_else_is_deleted(tmp_path):
    with chat_server(drawing) as server:
        studio = Studio(tmp_path, url=server.url)
        refusal = studio("pictures.delete")
        assert not refusal.ok
        assert "yours stay" in refusal.text
        studio(prompt="a castle")
        before = studio.files
        studio(prompt="a fox", count=2)
    asked = studio("pictures.delete")
    assert (asked.missing, len(studio.files)) == ("place", 3)
    assert studio("pictures.delete", place="fifth").text == "I have drawn 2 pictures."
    outcome = studio("pictures.delete", about="the fox", place="all")
    assert outcome.text == "I have deleted “a fox”, 2 pictures."
    assert studio.files == before
    assert not studio("pictures.delete").ok
    assert outcome.undo() == "The pictures are back."
    assert len(studio.files) == 3
    assert studio("pictures.delete", place="last").text == "I have deleted “a fox”."
    assert studio("pictures.delete").undo() == "The picture is back."  # the other one
    assert len(studio.files) == 2
    studio.context.taste.begin("", [])
    both = studio("pictures.delete", place="all")
    assert (studio.files, both.undo(), len(studio.files)) == ([], "The pictures are back.", 2)
    assert texts_of(studio.context.drawn[-1].file)["Description"] == "a fox"
    own = tmp_path / "own.png"
    own.write_bytes(png())
    studio.context.taste.begin("a castle", [Piece("picture", str(own), "a castle", "a castle")])
    for about in ("", "the dog", "the fox on the hill", "it"):
        assert not studio("pictures.delete", about=about).ok
    assert studio("pictures.delete", about="the castle").text == "I have deleted “a castle”."
    assert own.exists()
    assert len(studio.files) == 1


def test_a_picture_of_nothing_is_asked_back(tmp_path):
    with chat_server(drawing) as server:
        studio = Studio(tmp_path, url=server.url)
        for prompt in ("a picture without any people", "some drawing", "something"):
            outcome = studio(prompt=prompt)
            assert (outcome.missing, outcome.ok) == ("prompt", False)
        assert outcome.text == "What should I draw?"
        whole = studio(prompt="picture without any people", article="a").text
        assert whole == "What should I draw? Please say it whole: “a street without any people”."
        studio(prompt="a picture frame without a picture")
    assert len(server.requests) == 1


def test_what_was_looked_for_is_drawn_and_after_a_drawing_another_one(tmp_path):
    with chat_server(drawing) as server:
        studio = Studio(tmp_path, url=server.url)
        assert not studio("image.sought").ok
        studio.context.taste.begin("what is a fox", [Piece("answer", "what is a fox", "fox")])
        assert not studio("image.sought").ok
        studio.context.taste.begin("the newest pictures from a fox", [], "a fox")
        assert studio("image.sought").text == "I have drawn “a fox”."
        first = studio.context.drawn[-1].wish
        assert studio("image.sought").text == "I have drawn “a fox”."
    assert len(server.requests) == 2
    assert studio.context.drawn[-1].wish.seed != first.seed


def test_the_last_picture_is_varied(tmp_path):
    with chat_server(drawing) as server:
        studio = Studio(tmp_path, url=server.url)
        assert studio("image.vary").text == "I have drawn nothing in this conversation yet."
        studio(prompt="a castle", shape="tall")
        studio("image.vary", change="but at night")
        studio("image.vary", shape="bigger")
        assert studio("image.vary", count=3).text == "I have drawn “a castle, at night” 3 times."
        assert "one to 8" in fault(studio, "image.vary", count=9)
    wishes = [(body["prompt"], body["n"], body["size"]) for _, _, body in server.requests]
    assert wishes == [
        ("a castle", 1, "64x72"), ("a castle, at night", 1, "64x72"), ("a castle, at night", 1, "96x112"),
        ("a castle, at night", 3, "96x112"),
    ]  # fmt: skip
    assert len({drawing.wish.seed for drawing in studio.context.drawn}) == 4


def test_a_server_of_automatic1111_is_asked_in_its_words_and_tells_its_progress(tmp_path):
    def respond(handler):
        path, _, body = handler.server.requests[-1]
        if path.startswith("/sdapi/v1/progress"):
            handler.answer(200, {"progress": 0.5})
            if sum(path.startswith("/sdapi/v1/progress") for path, _, _ in handler.server.requests) > 1:
                handler.server.let_go.set()  # the first has been read by now
        else:
            assert handler.server.let_go.wait(10)
            handler.answer(200, {"images": [f"data:image/png;base64,{base64_of(png())}"], "info": json.dumps(body)})

    with chat_server(respond) as server:
        studio = Studio(tmp_path, url=server.url.replace("/v1", "/sdapi/v1"), steps=12)
        responder = Responder(Actions(studio.config, studio.database, studio.context.timers, list))
        match = IntentMatch("Draw", {"prompt": "a fox"}, 1.0, (), BuiltInAction("image.create"))
        events, ended = [], None
        steps = responder.respond(match, Utterance("draw a fox"), (), threading.Event())
        while ended is None:
            try:
                events.append(next(steps))
            except StopIteration as stop:
                ended, _ = stop.value
    body = next(body for path, _, body in server.requests if path == "/sdapi/v1/txt2img")
    assert {**body, "seed": 0} == {
        "prompt": "a fox", "seed": 0, "width": 64, "height": 48, "batch_size": 1, "steps": 12,
    }  # fmt: skip
    assert ended.text == "I have drawn “a fox”."
    assert Progress("drawing", 0.5, 1.0) in events
    assert events[-2:-1] == [Progress("drawing", 1, 1)]
    assert isinstance(events[-1], PicturesShown)


HUGE = base64_of(b"\0" * 40_000_000)
LIES = [
    (lambda handler: handler.answer(200, {"data": []}), "sent no picture"),
    (lambda handler: handler.answer(200, {"data": [{"url": "http://127.0.0.1:1/cat.png"}]}), "is not followed"),
    (lambda handler: handler.answer(200, {"data": [{"b64_json": "<html>"}]}), "is no base64"),
    (lambda handler: handler.answer(200, {"data": [{"b64_json": ""}]}), "sent an empty picture"),
    (lambda handler: handler.answer(200, {"data": "yes"}), "sent no picture"),
    (lambda handler: handler.answer(200, openai(b"<html><body>Sign in</body></html>")), "is no picture"),
    (lambda handler: handler.answer(200, openai(b"<svg xmlns='x'><script/></svg>")), "is SVG"),
    (lambda handler: handler.answer(200, openai(png()[:90])), "cannot be read"),
    (lambda handler: handler.answer(200, openai(bomb())), "50,000 x 50,000 pixels"),
    (lambda handler: handler.answer(200, openai(png(kind="BMP"))), "sent BMP in place of a PNG"),
    (lambda handler: handler.answer(200, HUGE.encode()), "longer than 40 megabytes"),
    (lambda handler: (handler.begin(200, "text/html"), handler.tell(b"<html>Sign in</html>")), "a web page"),
    (lambda handler: (handler.begin(200, "image/png"), handler.tell(png())), "no JSON: is [create] url right?"),
    (lambda handler: handler.answer(200, {"error": {"message": "out of memory"}}), "out of memory"),
    (lambda handler: handler.answer(500, {"error": f"no {KEY}"}), "the other side failed (status 500)"),
    (lambda handler: handler.answer(401, {}), "refuses the key (status 401): set [create] key"),
    (lambda handler: (handler.begin(302, Location="http://127.0.0.1:1/v1/images/generations")), "is not followed"),
    (lambda handler: handler.server.let_go.wait(20), "no answer within 1 seconds"),
]  # fmt: skip


@pytest.mark.parametrize(("respond", "reason"), LIES)
def test_a_server_that_fails_or_lies_costs_a_line_and_leaves_nothing(tmp_path, respond, reason):
    def careful(handler):
        respond(handler)

    with chat_server(careful) as server:
        studio = Studio(tmp_path, url=server.url, key=KEY, seconds=1.0 if "no answer" in reason else 30.0)
        actions = Actions(studio.config, studio.database, studio.context.timers, list)
        match = IntentMatch("Draw", {"prompt": "a fox"}, 1.0, (), BuiltInAction("image.create"))
        line = fault(actions.run, match, threading.Event())
    assert reason in line
    assert KEY not in line
    assert "\n" not in line
    assert studio.files == []


def test_a_server_that_drips_is_left_at_the_end_of_the_time_and_one_that_is_stopped_at_once(tmp_path):
    def drip(handler):
        handler.begin(200, "application/json")
        handler.tell(b'{"data": [')
        while not handler.server.let_go.wait(0.05):
            handler.tell(b" ")

    with chat_server(drip) as server:
        studio = Studio(tmp_path, url=server.url, seconds=1.0)
        assert "no answer within 1 seconds" in fault(studio, prompt="a fox")
        patient = Studio(tmp_path, url=server.url, seconds=300.0)
        threading.Timer(0.2, patient.context.cancelled.set).start()
        assert "cancelled" in fault(patient, prompt="a fox")
        assert studio.files == []


def test_what_is_not_configured_is_told_and_not_offered(tmp_path):
    studio = Studio(tmp_path)
    for name in ("image.create", "image.vary"):
        outcome = studio(name, prompt="a fox")
        assert (outcome.text, outcome.ok) == (NO_PAINTER, False)
        assert not works_here(BuiltInAction(name), studio.config)
    assert not studio.config.drawings_folder().exists()
    unreachable = Studio(tmp_path, url=f"http://127.0.0.1:{refusing_port()}/v1")
    assert "cannot be reached" in fault(unreachable, prompt="a fox")
    keyless = Studio(tmp_path, url="http://127.0.0.1:1/v1", key="$NO_SUCH_VARIABLE")
    assert "no variable NO_SUCH_VARIABLE" in fault(keyless, prompt="a fox")
    missing = Studio(tmp_path, model=str(tmp_path / "nowhere"))
    assert "no such folder" in fault(missing, prompt="a fox")


@pytest.mark.model
def test_diffusers_draws_here_step_by_step_and_is_stopped_at_the_next(tmp_path):
    from fakes.tiny_painter import tiny_painter

    studio = Studio(tmp_path / "data", model=str(tiny_painter(tmp_path)), steps=3)
    told = []
    config, wish = studio.config.create, Wish("a red fox", 64, 48, count=2, seed=7)
    images = local.draw(config, wish, lambda *news: told.append(news), threading.Event(), offline=True)
    assert [(image.size, image.mode) for image in images] == [((64, 48), "RGB")] * 2
    assert ("loading tiny", 0, 0) in told
    assert [news for news in told if news[2]] == [
        (f"drawing {number} of 2", step, 3) for number in (1, 2) for step in (1, 2, 3)
    ]
    again = local.draw(config, wish, lambda *_: None, threading.Event(), offline=True)
    assert [image.tobytes() for image in again] == [image.tobytes() for image in images]
    cancelled = threading.Event()
    told.clear()

    def stop(*news):
        told.append(news)
        cancelled.set() if news[1] == 1 else None

    assert "Stopped" in fault(local.draw, config, wish, stop, cancelled, offline=True)
    assert [news for news in told if news[2]] == [("drawing 1 of 2", 1, 3)]
    assert studio(prompt="a red fox").text == "I have drawn “a red fox”."
    assert texts_of(studio.context.drawn[-1].file)["Seed"] == str(studio.context.drawn[-1].wish.seed)
