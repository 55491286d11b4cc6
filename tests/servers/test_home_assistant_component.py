"""The component for Home Assistant: its client at real servers, and all of it in a real Home Assistant where one is.

Home Assistant wants an environment of its own: integrations/home_assistant/README.md has the versions.
"""

from __future__ import annotations

import asyncio
import importlib.util
import json
import socket
import sys

import httpx
import pytest

from fakes.home_assistant import COMPONENTS, PROGRAM, home_assistant
from fakes.served import TOKEN, served
from fakes.web_server import JsonHandler, serving

FOLDER = COMPONENTS / "private_assistant"


@pytest.fixture(scope="module")
def client():
    """The module that needs nothing of Home Assistant."""
    spec = importlib.util.spec_from_file_location("component_client", FOLDER / "client.py")
    module = sys.modules[spec.name] = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    yield module
    del sys.modules[spec.name]


def asked(client, url, *sentences, token=""):
    async def ask():
        async with httpx.AsyncClient() as http:
            server = client.AssistantServer(http, url, token)
            await server.check()
            return [await server.ask(text, "one name", "kitchen") for text in sentences]

    return asyncio.run(ask())


def wrong(client, url):
    with pytest.raises(client.ServerError) as error:
        asked(client, url, "hello")
    return error.value.fault, str(error.value)


@pytest.fixture
def answering():
    """Serve an answer to `/v1/ask`; gives the address."""
    with pytest.MonkeyPatch.context() as patch:

        class Handler(JsonHandler):
            status, reply, models = 200, {}, {"data": [{"id": "assistant"}]}

            def respond(self, body):
                self.answer(*((200, self.models) if body is None else (self.status, self.reply)))

        with serving(Handler) as url:

            def begin(status=200, reply=None, models=Handler.models):
                patch.setattr(Handler, "status", status)
                patch.setattr(Handler, "reply", {} if reply is None else reply)
                patch.setattr(Handler, "models", models)
                return url

            yield begin


@pytest.mark.parametrize(
    ("status", "reply", "fault", "line"),
    [
        (401, {}, "invalid_auth", "The assistant does not accept the token."),
        (421, {}, "cannot_connect", "The assistant answers on its own machine alone."),
        (429, {}, "not_ready", "The assistant is busy. Say it again in a moment."),
        (503, {}, "not_ready", "The assistant is still loading. Say it again in a moment."),
        (500, {"error": {"message": "no."}}, "not_assistant", "The assistant refuses: no."),
        (500, {"error": 7}, "not_assistant", "The assistant refuses: no reason is given"),
        (200, {"reply": "hello"}, "not_assistant", "The address of the assistant leads to another program."),
        (200, [], "not_assistant", "The address of the assistant leads to another program."),
        (200, b"<html>", "not_assistant", "The address of the assistant leads to another program."),
    ],
)
def test_a_server_that_refuses_is_one_line_to_be_spoken(client, answering, status, reply, fault, line):
    assert wrong(client, answering(status, reply)) == (fault, line)


def test_another_program_at_the_address_is_told(client, answering):
    for models in ({"data": [{"id": "llama"}]}, {"data": None}, [], b"\xff"):
        assert wrong(client, answering(models=models))[0] == "not_assistant"
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        assert wrong(client, f"http://127.0.0.1:{closed.getsockname()[1]}")[0] == "cannot_connect"
    for url in ("box:8765", "", "http://", "http://[::", "ftp://127.0.0.1"):
        assert wrong(client, url)[0] == "invalid_url", url


def test_every_fault_has_its_words(client):
    words = json.loads((FOLDER / "strings.json").read_text())
    assert words == json.loads((FOLDER / "translations" / "en.json").read_text())
    assert set(client.Fault.__args__) == set(words["config"]["error"])


SENTENCES = [
    ("turn on the kitchen lamp", "kitchen lamp", "light.kitchen_lamp on"),
    ("switch on the desk lamp", "desk lamp", "light.desk_lamp on"),
    ("turn off the kitchen lamp", "kitchen lamp", "light.kitchen_lamp off"),
    ("could you turn the porch lamp on", "porch lamp", "light.porch_lamp on"),
    ("turn the desk lamp off", "desk lamp", "light.desk_lamp off"),
    ("is the porch lamp on", "on", "light.porch_lamp on"),
    ("switch the porch lamp off please", "porch lamp", "light.porch_lamp off"),
    ("turn on the kitchen lamp and the desk lamp", "lamp", "light.desk_lamp on"),
    ("what time is it", "", ""),
    ("what day is it", "", ""),
    ("what is 12 times 12", "144", ""),
    ("what is 15 percent of 80", "12", ""),
    ("convert 10 miles to kilometers", "16", ""),
    ("how many ounces are in a pound", "16", ""),
    ("flip a coin", "", ""),
    ("roll a die", "", ""),
    ("pick a number between 1 and 10", "", ""),
    ("set a timer for ten minutes", "10 minutes", ""),
    ("make it twelve", "12 minutes", ""),
    ("how long is left on my timer", "minute", ""),
    ("cancel the timer", "cancelled", ""),
    ("set a timer for two hours", "2 hour", ""),
    ("cancel it", "cancelled", ""),
    ("add milk to my shopping list", "ilk", ""),
    ("what is on my shopping list", "ilk", ""),
    ("remove milk from my shopping list", "ilk", ""),
    ("take a note the key is under the mat", "", ""),
    ("what time is it in tokyo", "Tokyo", ""),
    ("how many days until christmas", "25", ""),
    ("what can you do", "", ""),
    ("hello", "", ""),
    ("who are you", "", ""),
    ("good night", "", ""),
    ("thank you", "", ""),
    ("repeat that", "", ""),
    ("what is the square root of 81", "9", ""),
    ("what is two plus two", "4", ""),
    ("remind me in ten minutes to call mum", "all mum", ""),
    ("don't turn on the porch lamp", "left that as it is", "light.porch_lamp off"),
    ("turn off the desk lamp", "desk lamp", "light.desk_lamp off"),
]


@pytest.mark.model
@pytest.mark.skipif(not PROGRAM, reason="ASSISTANT_TEST_HASS names no Home Assistant")
@pytest.mark.timeout(600)
def test_a_real_home_assistant_speaks_with_it(fresh_data, tmp_path):
    for folder in ("home", "server"):
        (tmp_path / folder).mkdir()
    with home_assistant(tmp_path / "home") as home:
        settings = f'[home_assistant]\nurl = "{home.url}"\ntoken = "{home.token}"\n'
        with served(tmp_path / "server", fresh_data, settings) as server:
            server.until_ready(parts=("text",))
            assert home.set_up(url=server.address, token="wrong")["errors"] == {"base": "invalid_auth"}
            assert home.set_up(url="box")["errors"] == {"base": "invalid_url"}
            assert home.set_up(url=home.url)["errors"] == {"base": "not_assistant"}
            assert home.set_up(url=server.address, token=TOKEN)["type"] == "create_entry"
            assert home.set_up(url=server.address, token=TOKEN)["reason"] == "already_configured"
            _converse(home)
        gone = home.told("what time is it")
        assert words_of(gone) == "The assistant cannot be reached."
        assert gone["response"]["response_type"] == "error"


def _converse(home):
    conversation, missed = None, []
    for text, words, state in SENTENCES:
        answer = home.told(text, conversation)
        conversation = answer["conversation_id"]
        entity, _, wanted = state.partition(" ")
        is_done = words.lower() in words_of(answer).lower() and (not entity or home.state(entity) == wanted)
        if not is_done or (not words and answer["response"]["response_type"] == "error"):
            missed.append((text, words_of(answer)))
    assert not missed
    asked_back = home.told("set a timer")
    assert asked_back["continue_conversation"]
    answered = home.told("three minutes", asked_back["conversation_id"])
    assert "3 minutes" in words_of(answered)
    assert not answered["continue_conversation"]
    assert "3 minutes" not in words_of(home.told("five minutes")), "another conversation"


def words_of(answer):
    return answer["response"]["speech"]["plain"]["speech"]
