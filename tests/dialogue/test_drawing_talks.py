"""What is said of a drawing, understood as a whole sentence is: with the shipped files and a server that draws."""

from __future__ import annotations

import base64
import io
import threading
from dataclasses import replace

import pytest
from PIL import Image

from assistant.app import build
from assistant.config import Config, CreateConfig, PathsConfig
from assistant.events import ReplyEnded, Understood
from assistant.values import Utterance
from fakes.openai_server import chat_server

NO_DRAWING = [
    "draw the curtains", "draw the blinds in the bedroom", "draw a bath", "draw me a bath", "draw a card",
    "draw a conclusion", "don't draw anything", "please don't paint a picture", "paint the kitchen", "draw breath",
    "remind me to paint the kitchen", "remind me to draw a picture for mum", "who painted the Mona Lisa",
    "did you draw the curtains", "how do you draw a horse", "find my drawing of a horse", "paint the fence green",
    "show me pictures of a lighthouse", "draw the winning number", "add paint to the shopping list",
]  # fmt: skip
DRAWN = {
    "draw a lighthouse at night": "a lighthouse at night",
    "please draw a house with a red roof": "a house with a red roof",
    "draw the Eiffel tower at dawn": "the Eiffel tower at dawn",
    "draw a street without people": "a street without people",
    "can you draw a unicorn": "a unicorn",
    "could you draw something with a lot of blue in it": "something with a lot of blue in it",
    "I'd like a picture of a dragon painted": "a dragon",
    "paint me a picture of my grandmother's garden": "my grandmother's garden",
    "generate a picture of a city in the rain": "a city in the rain",
}
TALKS = [
    [("draw a castle", "a castle", 1), ("another one", "a castle", 1), ("the same in winter", "a castle, in winter", 1),
     ("three of them", "a castle, in winter", 3), ("undo that", "", 0), ("what time is it", "", 0)],
    [("draw an owl", "an owl", 1), ("no, a raven", "a raven", 1), ("make it at night", "a raven, at night", 1),
     ("who is the king of Spain", "", 0)],
    [("paint a picture", "", 0), ("a red barn", "a red barn", 1), ("make it bigger", "a red barn", 1)],
    [("draw me a picture without any people", "", 0), ("a street without cars", "a street without cars", 1)],
    [("find a picture of a giraffe", "", 0), ("draw me one", "a giraffe", 1), ("make it blue", "a giraffe, blue", 1)],
    [("do I have a photo of the Eiffel Tower", "", 0), ("then paint it for me", "the Eiffel Tower", 1)],
    [("find pictures of unicorns", "", 0), ("who painted the Mona Lisa", "", 0), ("okay, draw one", "unicorns", 1)],
    [("find pictures of dinosaurs", "", 0), ("paint me some", "dinosaurs", 1), ("three more", "dinosaurs", 3)],
    [("draw three pigs", "three pigs", 1), ("draw two pictures of a pig", "a pig", 2), ("draw two cards", "", 0)],
    [("draw it", "", 0), ("draw one", "", 0)],
    [("set a timer for five minutes", "", 0), ("another one", "", 0), ("make it bigger", "", 0)],
]  # fmt: skip


def drawing(handler):
    content = io.BytesIO()
    Image.new("RGB", (64, 64), "navy").save(content, "PNG")
    picture = {"b64_json": base64.b64encode(content.getvalue()).decode()}
    handler.answer(200, {"data": [picture] * handler.server.requests[-1][2]["n"]})


@pytest.mark.model
def test_drawings_are_asked_for_varied_and_taken_back_and_nothing_else_is_drawn(data):
    from assistant.actions.timer_service import TimerService

    with chat_server(drawing) as server:
        config = Config(paths=PathsConfig(data=str(data)), create=CreateConfig(url=server.url, width=64, height=64))
        files = build.read_definitions(config)
        matcher = build.open_matcher(config, files, lambda _: None)
        store = build.open_store(config, lambda _: None)

        def conversation():
            return build.open_session(config, lambda: matcher, store, TimerService(store, lambda _: None))

        def drawn(session, text):
            before = len(server.requests)
            events = list(session.turn(Utterance(text), threading.Event()))
            reply = next(event.text for event in reversed(events) if isinstance(event, ReplyEnded))
            wishes = [(body["prompt"], body["n"]) for _, _, body in server.requests[before:]]
            return wishes, reply

        assert {text: drawn(conversation(), text)[0] for text in NO_DRAWING} == {text: [] for text in NO_DRAWING}
        assert {text: drawn(conversation(), text)[0] for text in DRAWN} == {
            text: [(prompt, 1)] for text, prompt in DRAWN.items()
        }
        for talk in TALKS:
            session = conversation()
            for text, prompt, count in talk:
                assert drawn(session, text)[0] == ([(prompt, count)] if count else []), text
        kept = {file.name for file in config.drawings_folder().iterdir()}
        session = conversation()
        assert drawn(session, "draw a teapot")[1] == "I have drawn “a teapot”."
        assert drawn(session, "undo that") == ([], "The picture is gone again.")
        assert {file.name for file in config.drawings_folder().iterdir()} == kept
        drawn(session, "take a note that the car needs oil")
        for words in ("delete that picture", "delete it", "throw it away", "get rid of the drawing", "remove it again"):
            drawn(session, "draw a teapot")
            assert drawn(session, words) == ([], "I have deleted “a teapot”."), words
            assert {file.name for file in config.drawings_folder().iterdir()} == kept, words
        assert drawn(session, "undo that") == ([], "The picture is back.")
        assert len([*config.drawings_folder().iterdir()]) == len(kept) + 1
        assert drawn(session, "delete the picture of the teapot")[1] == "I have deleted “a teapot”."
        assert "yours stay" in drawn(session, "delete that picture")[1]
        assert "car needs oil" in drawn(session, "read my notes")[1]
        config = replace(config, create=CreateConfig())
        assert drawn(conversation(), "draw a teapot") == (
            [], "I can't draw that: set url or model in the section [create] of config.toml.",
        )  # fmt: skip
        unsaid = [
            event for event in conversation().preview(Utterance("draw a teapot")) if isinstance(event, Understood)
        ]
        assert len(unsaid) == 1
