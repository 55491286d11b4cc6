"""A picture that comes with a question: its path in a typed line, what is asked of it, and who answers."""

from __future__ import annotations

import base64
import json
import threading
from dataclasses import replace

import pytest

from assistant.actions.builtins import BUILT_INS
from assistant.actions.builtins.kept.attached import NO_EYES
from assistant.actions.database import Database
from assistant.actions.outcome import Context
from assistant.actions.run import Actions
from assistant.actions.timer_service import TimerService
from assistant.app.pictures.attaching import utterance_of
from assistant.config import Config, GeneratorConfig, PathsConfig
from assistant.dialogue.consent.policy import Policy
from assistant.dialogue.context.interpreter import Interpreter
from assistant.dialogue.respond import Responder
from assistant.errors import ActionError
from assistant.llm.remote import RemoteGenerator
from assistant.servers.http.attached import kept_for_a_turn, picture_in
from assistant.values import BuiltInAction, IntentMatch, Utterance
from fakes.matcher import INTENTS, made
from fakes.openai_server import chat_server
from fakes.pictures import bomb, drawn, exif, saved


@pytest.mark.parametrize(
    "line",
    [
        "what is this '{}'", 'what is this "{}"', "{escaped} what is this", "what is this file://{percent}",
        "what is this 'file://{}'", "  what   is this   {escaped}  ",
    ],
)  # fmt: skip
def test_a_path_in_a_typed_line_is_the_picture_that_is_asked_about(tmp_path, line):
    file = saved(tmp_path / "my pictures" / "a boat.jpg")
    path = str(file)
    typed = line.format(path, escaped=path.replace(" ", "\\ "), percent=path.replace(" ", "%20"))
    assert utterance_of(typed) == Utterance("what is this", picture=file)


def test_a_path_alone_asks_what_it_is_and_any_other_word_is_a_word(tmp_path):
    file = saved(tmp_path / "a.png")
    assert utterance_of(str(file)) == Utterance("what is this", picture=file)
    for line in (
        "set a timer",
        f"open {tmp_path}/none.png",
        f"read {tmp_path}",
        "and/or.png",
        "",
        "'",
        "~nobody/a.png",
    ):
        assert utterance_of(line) == Utterance(line)


def test_what_is_known_of_a_picture_is_told_and_a_broken_one_is_a_line(tmp_path):
    facts = exif("2025:08:12 10:15:00", "Our dog on the sand", "Canon EOS", (38.71, -9.14))
    context = context_of(tmp_path)
    ask = BUILT_INS["pictures.ask"]
    known = ask({"picture": str(saved(tmp_path / "dog.jpg", exif=facts)), "kind": "known"}, {}, context)
    for words in ("Our dog on the sand", "2025-08-12", "Lisbon", "Canon EOS", "64 by 48 pixels"):
        assert words in known.text
    looked = ask({"picture": str(tmp_path / "dog.jpg"), "kind": "look"}, {}, context)
    assert looked.text.startswith(NO_EYES)
    assert "Our dog" in looked.text
    assert not looked.ok
    for name, content in (("bomb.png", bomb()), ("page.png", b"<html>"), ("cut.jpg", b"\xff\xd8\xff\xe0")):
        (tmp_path / name).write_bytes(content)
        with pytest.raises(ActionError, match=name):
            ask({"picture": str(tmp_path / name), "kind": "known"}, {}, context)
    with pytest.raises(ActionError, match="no such picture"):
        ask({"picture": str(tmp_path / "none.png"), "kind": "known"}, {}, context)


def test_a_model_that_sees_is_sent_a_small_copy_without_time_and_place(tmp_path):
    file = saved(tmp_path / "sea.jpg", drawn(size=(3000, 2000)), exif=exif("2025:08:12 10:15:00", "secret caption"))
    with chat_server(lambda handler: handler.say(["A blue ", "sea."])) as server:
        config = GeneratorConfig(generate="free", url=server.url, model="words", vision="eyes")
        context = context_of(tmp_path, config)
        actions = Actions(context.config, context.database, context.timers, list)
        generator = Plain(RemoteGenerator(config))
        slots = {"picture": str(file), "text": "what is this", "kind": "look"}
        match = IntentMatch("AskPicture", slots, 1.0, (), BuiltInAction("pictures.ask"))
        steps = Responder(actions, generator=generator).respond(match, Utterance("what is this"), (), threading.Event())
        try:
            while True:
                next(steps)
        except StopIteration as ended:
            reply = ended.value[0]
    assert (reply.text, reply.generated) == ("A blue sea.", True)
    ((_, _, body),) = server.requests
    words, image = body["messages"][-1]["content"]
    assert (body["model"], words["text"]) == ("eyes", "what is this")
    content = base64.b64decode(image["image_url"]["url"].removeprefix("data:image/jpeg;base64,"))
    (tmp_path / "sent.jpg").write_bytes(content)
    told = BUILT_INS["pictures.ask"]({"picture": str(tmp_path / "sent.jpg"), "kind": "known"}, {}, context)
    assert told.text == "It has 1024 by 683 pixels."
    assert str(tmp_path) not in json.dumps(body)


def test_a_server_takes_data_urls_alone_within_bounds(tmp_path):
    def parts(url, *others):
        return [{"type": "text", "text": "what is this"}, {"type": "image_url", "image_url": {"url": url}}, *others]

    encoded = base64.b64encode(saved(tmp_path / "a.png").read_bytes()).decode()
    good = f"data:image/png;base64,{encoded}"
    assert picture_in([{"type": "text", "text": "hello"}]) is None
    assert picture_in(parts(good)) == ("png", (tmp_path / "a.png").read_bytes())
    with kept_for_a_turn(picture_in(parts(good))) as place:
        assert place.read_bytes() == (tmp_path / "a.png").read_bytes()
        assert place.stat().st_mode & 0o077 == 0
    assert not place.exists()
    for url, reason in (
        ("http://127.0.0.1/a.png", "no address is fetched"), (f"file://{tmp_path}/a.png", "no address is fetched"),
        (str(tmp_path / "a.png"), "no address is fetched"), ("data:text/html;base64,aGk=", "no address is fetched"),
        ("data:image/png;base64,%%%", "no base64"), ("data:image/png;base64,", "is empty"),
        (f"data:image/png;base64,{'A' * 30_000_000}", "larger than 20 MB"), ("", "no address is fetched"),
    ):  # fmt: skip
        with pytest.raises(ValueError, match=reason):
            picture_in(parts(url))
    for others in ({"type": "image_url", "image_url": {"url": good}}, {"type": "input_audio"}):
        with pytest.raises(ValueError, match="one picture"):
            picture_in(parts(good, others))


@pytest.mark.parametrize(
    ("sentence", "meanings"),
    [
        ("what does this say", [("AskPicture", "read")]), ("find similar pictures", [("AskPicture", "similar")]),
        ("add this to my notes", [("AskPicture", "keep")]), ("set a timer for ten minutes", [("StartTimer", "")]),
        ("set a timer", [("StartTimer", "")]), ("set a timer for this", [("AskPicture", None)]),
        ("what time is it", [("AskPicture", None)]), ("", [("AskPicture", "look")]),
    ],
)  # fmt: skip
def test_an_order_that_is_whole_without_the_picture_is_carried_out_and_all_else_is_about_it(
    tmp_path, sentence, meanings
):
    matcher = made(tmp_path, INTENTS)
    read = Interpreter(Policy(), None).read(Utterance(sentence, picture=tmp_path / "a.png"), matcher, None)
    got = [(meaning.intent, meaning.slots.get("kind", "")) for _, meaning in read.parts]
    assert [name for name, _ in got] == [name for name, _ in meanings]
    assert all(kind in (own, None) or kind is None for (_, own), (_, kind) in zip(got, meanings, strict=True))


def test_what_is_written_on_a_picture_is_kept_as_a_note_and_taken_back(tmp_path):
    context = context_of(tmp_path)
    file = saved(tmp_path / "dog.jpg", exif=exif(caption="Our dog on the sand"))
    outcome = BUILT_INS["pictures.ask"]({"picture": str(file), "kind": "keep"}, {}, context)
    assert outcome.text == "Noted: Our dog on the sand."
    assert outcome.undo() == "The note is gone again."


class Plain:
    """A generator without anything around the engine."""

    def __init__(self, engine) -> None:
        self._engine = engine

    def stream(self, prompt, cancelled):
        return self._engine.pieces(prompt, cancelled)


def context_of(folder, generator=GeneratorConfig()):  # noqa: B008
    config = replace(Config(), paths=PathsConfig(data=str(folder / "data")), generator=generator)
    database = Database(folder / "data")
    return Context(config, database, TimerService(database, lambda _: None), list)
