"""Home Assistant's answers in any shape: never an exception, never a claim that is not in them."""

from __future__ import annotations

import json
import threading

import pytest

from assistant.config import Config, HomeAssistantConfig
from assistant.errors import ActionError
from fakes.web_server import JsonHandler, serving

UNSURE = "I don't know whether that worked"


class House(JsonHandler):
    """Answers each path with what a test says."""

    answers: dict[str, object] = {}  # noqa: RUF012

    def respond(self, body):
        content = self.answers.get(self.path, self.answers.get("*"))
        self.answer(200, content if isinstance(content, bytes) else json.dumps(content).encode())


@pytest.fixture(scope="module")
def address():
    with serving(House) as address:
        yield address


@pytest.fixture
def ask(world, address):
    world.config = Config(home_assistant=HomeAssistantConfig(url=address, token="token"))

    def ask(intent, arguments=None, slots=None, **answers):
        House.answers = {"*": None, **answers}
        return world.do("home.intent", {"intent": intent, **(arguments or {})}, **(slots or {"name": "lamp"}))

    return ask


def handled(body):
    return {"/api/intent/handle": body}


ILL_TYPED = [
    {},
    {"response_type": 5},
    {"response_type": []},
    {"response_type": "new_kind"},
    {"response_type": "query_answer"},
    {"speech": []},
    {"speech": "done"},
    {"speech": {"plain": "done"}},
    {"speech": {"plain": ["done"]}},
    {"speech": {"plain": {"speech": ["done"]}}},
    {"speech": {"plain": {"speech": None}}},
    {"speech": {"plain": {"speech": "  "}}},
    {"speech": {"ssml": {"speech": "<speak/>"}}},
    {"data": []},
    {"data": "lamp"},
    {"data": {"success": {}}},
    {"data": {"success": ["lamp"]}},
    {"data": {"success": [None, 5, [], "x"]}},
    {"data": {"success": "lamp"}},
    {"data": {"failed": "lamp"}},
    {"data": {"targets": [{"name": "lamp"}]}},
    {"error": "no"},
]


@pytest.mark.parametrize("body", ILL_TYPED, ids=json.dumps)
def test_an_answer_that_says_nothing_claims_nothing(ask, body):
    outcome = ask("HassTurnOn", **handled(body))
    assert (outcome.ok, outcome.text) == (False, f"{UNSURE}.")


@pytest.mark.parametrize("body", [None, [], "done", 5, True, b"", b"{", b"<html>", b"[" * 50_000, b"\xff\xfe"])
def test_what_is_no_answer_of_home_assistant_is_one_line(ask, body):
    with pytest.raises(ActionError, match=f"does not answer like Home Assistant, so {UNSURE}"):
        ask("HassTurnOn", **handled(body))


@pytest.mark.parametrize(
    ("body", "reply", "ok"),
    [
        ({"speech": {"plain": {"speech": " Turned\n on "}}}, "Turned on", True),  # before 2022.12 there was no type
        ({"response_type": "action_done", "speech": {"plain": {"speech": 5}}}, "5", True),
        ({"response_type": "action_done", "data": {"success": [{"name": "Lamp"}]}}, "Done: Lamp.", True),
        ({"response_type": "action_done", "data": {"success": [{"name": 5}, {}]}}, "Done: 5 and one.", True),
        (
            {"response_type": "partial_action_done", "data": {"success": [{"name": "A"}], "failed": [{"name": "B"}]}},
            "Done: A. B did not answer.",
            False,
        ),
        (
            {"response_type": "action_done", "speech": {"plain": {"speech": "x"}}, "data": {"failed": [{"name": "B"}]}},
            "B did not answer.",
            False,
        ),
        ({"response_type": "error", "speech": None, "data": None}, "Home Assistant knows no lamp.", False),
        (
            {"response_type": "action_done", "data": {"success": [], "failed": []}},
            "Home Assistant says that it is done, and names nothing that has changed.",
            True,
        ),
    ],
)  # fmt: skip
def test_what_an_answer_says_is_said(ask, body, reply, ok):
    outcome = ask("HassTurnOn", **handled(body))
    assert (outcome.text, outcome.ok) == (reply, ok)


DOOR = {"response_type": "query_answer", "data": {"success": [{"name": "Door", "type": "entity", "id": "lock.door"}]}}


@pytest.mark.parametrize(
    "state",
    [{}, [], {"state": "on"}, {"entity_id": "lock.door"}, {"entity_id": 5, "state": []}, b"", b"<html>", None],
    ids=repr,
)
def test_a_state_that_is_none_is_one_line(ask, state):
    with pytest.raises(ActionError, match=r"does not answer like Home Assistant$"):
        ask("HassGetState", **handled(DOOR), **{"/api/states/lock.door": state})


@pytest.mark.parametrize(
    ("attributes", "reply"),
    [
        (None, "The lock.door is locked."),
        ([], "The lock.door is locked."),
        ({"friendly_name": []}, "The lock.door is locked."),
        ({"friendly_name": "Door", "unit_of_measurement": {}}, "The Door is locked."),
        ({"friendly_name": "Door", "current_temperature": "20.5"}, "The Door is 20.5 degrees."),
        ({"friendly_name": "Door", "current_temperature": None}, "The Door is locked."),
    ],
)
def test_ill_typed_attributes_are_left_out(ask, attributes, reply):
    state = {"entity_id": "lock.door", "state": "locked", "attributes": attributes}
    assert ask("HassGetState", **handled(DOOR), **{"/api/states/lock.door": state}).text == reply


TWO = {
    "response_type": "query_answer",
    "data": {
        "success": [{"type": "entity", "id": "light.a"}, {"type": "entity", "id": "light.b"}, {"type": "area"}, 5]
    },
}


def test_states_that_are_none_are_not_counted(ask):
    wanted = {"slots": {"state": "on"}, **handled(TWO)}
    on = {"entity_id": "light.a", "state": "on"}
    counted = ask("HassGetState", **wanted, **{"/api/states": [on, 5, None, {}, {"entity_id": "light.b"}]})
    assert counted.text == "1 of 1 is on: light.a."
    assert not ask("HassGetState", **wanted, **{"/api/states": []}).ok
    with pytest.raises(ActionError, match="does not answer like Home Assistant"):
        ask("HassGetState", **wanted, **{"/api/states": {}})


@pytest.mark.parametrize("reply", [{}, {"response": 5}, {"response": {"speech": {"plain": 5}}}, {"response": []}])
def test_a_conversation_without_words_is_no_answer(ask, reply):
    arguments = {"say": "how warm is it"}
    outcome = ask("HassClimateGetTemperature", arguments, **handled({}), **{"/api/conversation/process": reply})
    assert (outcome.ok, outcome.text) == (False, "Home Assistant gave no answer.")


def test_all_calls_of_a_command_share_its_time_and_are_cancelled_with_it(world, monkeypatch):
    """A thing that is looked for under several names takes several calls."""
    told = []

    class Slow(JsonHandler):
        def respond(self, body):
            told.extend([body] if body else [])
            cancelled.set()
            threading.Event().wait(0.3)
            self.answer(200, {"response_type": "error", "speech": {"plain": {"speech": "<MatchFailed>"}}})

    cancelled = threading.Event()
    with serving(Slow) as address:
        world.config = Config(home_assistant=HomeAssistantConfig(url=address, token="token"))
        monkeypatch.setattr("assistant.actions.builtins.house.client._PATIENCE", 0.1)
        with pytest.raises(ActionError, match=rf"no answer within 0\.1 seconds, so {UNSURE}"):
            world.do("home.intent", {"intent": "HassTurnOn"}, name="kitchen lamp")
        monkeypatch.undo()
        world.cancelled = cancelled
        with pytest.raises(ActionError, match="cancelled"):
            world.do("home.intent", {"intent": "HassTurnOn"}, name="kitchen lamp")
    assert len(told) == 1
