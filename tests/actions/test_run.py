"""Actions: programs and web calls carry out a command without ever giving the user's words to a shell."""

from __future__ import annotations

import subprocess
import sys
import threading
import time
from datetime import date, timedelta

import pytest

from assistant.actions.run import Actions
from assistant.errors import ActionError
from assistant.language.spoken import fill
from assistant.values import ArgvAction, BuiltInAction, HttpAction, IntentMatch
from fakes.web_server import JsonHandler, serving


@pytest.fixture
def actions(world):
    return Actions(world.config, world.database, world.timers, list)


def run(actions, action, cancelled=None, response=None, **slots):
    match = IntentMatch("Test", slots, 1.0, (), action, response)
    return actions.run(match, cancelled or threading.Event())


# -- programs ---------------------------------------------------------------------------------


def test_a_slot_is_one_argument_whatever_is_in_it(actions, tmp_path):
    """A shell would run the command, glob the star and split the words."""
    nasty = f"a; touch {tmp_path}/owned $(touch {tmp_path}/owned) `id` && * | > x \"'\n--"
    outcome = run(actions, ArgvAction(("printf", "%s|", "said: {text}", "{text}")), text=nasty)
    assert outcome.text == f"{nasty}|".splitlines()[-1]
    assert not (tmp_path / "owned").exists()


def test_values_reach_a_program_as_programs_read_them(actions):
    slots = {"duration": timedelta(minutes=10), "level": 20.0, "day": date(2026, 11, 27), "on": True}
    outcome = run(actions, ArgvAction(("echo", "{duration} {level} {day} {on} {absent}")), **slots)
    assert outcome.text == "600 20 2026-11-27 true"


def test_the_last_line_of_the_output_is_the_reply(actions):
    outcome = run(actions, ArgvAction(("printf", "one\ntwo\n\n")))
    assert (outcome.text, outcome.values["output"]) == ("two", "two")


def test_a_line_that_nobody_would_listen_to_is_cut(actions):
    outcome = run(actions, ArgvAction(("printf", "%s", "x" * 5000)))
    assert outcome.text == "x" * 1000 + "…"


def test_a_program_that_says_nothing_is_not_said_to_have_done_anything(actions):
    assert run(actions, ArgvAction(("true",))).text == "It ran without a fault."


def test_what_a_program_prints_as_json_fills_the_response(actions):
    outcome = run(actions, ArgvAction(("echo", 'reading\n{"main": {"temp": 4}, "sky": ["clear"]}')))
    assert (outcome.text, outcome.values["main.temp"], outcome.values["sky.0"]) == (
        "It ran without a fault.",
        "4",
        "clear",
    )
    assert run(actions, ArgvAction(("echo", "[ok] lamp on"))).text == "[ok] lamp on"
    with pytest.raises(ActionError, match=r"^echo: no such bulb$"):
        run(actions, ArgvAction(("echo", '{"error": {"message": "no such bulb"}}')))


@pytest.mark.parametrize("value", ["-rf", "--help", "-"])
def test_words_of_the_user_never_become_an_option(actions, value):
    with pytest.raises(ActionError, match="dash"):
        run(actions, ArgvAction(("ls", "{text}")), text=value)


def test_a_dash_is_allowed_after_two_dashes_inside_an_argument_and_in_a_number(actions):
    assert run(actions, ArgvAction(("echo", "--", "{text}")), text="-n").text.endswith("-n")
    assert run(actions, ArgvAction(("echo", "x{text}")), text="-n").text == "x-n"
    assert run(actions, ArgvAction(("echo", "{number}")), number=-5).text == "-5"


def test_the_program_itself_is_never_named_by_the_user(actions):
    with pytest.raises(ActionError, match="cannot be a slot"):
        run(actions, ArgvAction(("{text}",)), text="true")


@pytest.mark.parametrize(
    ("argv", "line"),
    [
        (("nonesuch",), "nonesuch: there is no such program; install it or correct the action"),
        (("sh", "-c", "echo first >&2; echo 'it broke' >&2; exit 3"), "sh: it broke"),
        (("false",), "false: failed with exit code 1"),
        (("sh", "-c", "kill -9 $$"), "sh: failed with signal 9"),
        (("/etc/passwd",), "passwd: cannot be started: Permission denied"),
    ],
)  # fmt: skip
def test_a_failure_is_one_line(actions, argv, line):
    with pytest.raises(ActionError) as caught:
        run(actions, ArgvAction(argv))
    assert str(caught.value) == line


def test_a_program_runs_in_its_folder(actions, tmp_path):
    folder = tmp_path / "here"
    folder.mkdir()
    assert run(actions, ArgvAction(("pwd",), directory=folder)).text == str(folder)
    with pytest.raises(ActionError, match="no folder"):
        run(actions, ArgvAction(("pwd",), directory=tmp_path / "nowhere"))


def test_a_program_that_takes_too_long_is_stopped(actions):
    began = time.monotonic()
    with pytest.raises(ActionError, match=r"took longer than 0.3 seconds"):
        run(actions, ArgvAction(("sleep", "30"), timeout=0.3))
    assert time.monotonic() - began < 20


def test_a_cancelled_program_is_stopped_at_once(actions):
    cancelled = threading.Event()
    threading.Timer(0.2, cancelled.set).start()
    began = time.monotonic()
    with pytest.raises(ActionError, match="cancelled"):
        run(actions, ArgvAction(("sleep", "30"), timeout=60), cancelled)
    assert time.monotonic() - began < 2


def test_a_program_that_never_stops_talking_is_stopped(actions):
    with pytest.raises(ActionError, match="wrote more than 10 MB and was stopped"):
        run(actions, ArgvAction(("yes",), timeout=60))


def test_a_program_that_leaves_a_child_behind_is_not_waited_for(actions):
    began = time.monotonic()
    assert run(actions, ArgvAction(("sh", "-c", "sleep 3 & echo started"))).text == "started"
    assert time.monotonic() - began < 2


# -- web calls --------------------------------------------------------------------------------


class Echo(JsonHandler):
    """Answers with the request; the path may ask for a status, a delay, plain words or a long answer."""

    def respond(self, body):
        request = {"path": self.path, "body": body, "key": self.headers.get("X-Key")}
        if self.path.startswith("/status/"):
            self.answer(int(self.path.split("/")[2]), {"message": "that\nwent wrong"})
            return
        if self.path == "/slow":
            time.sleep(1.5)
        self.answer(200, {"/words": b"just words\nlast", "/huge": b"x" * 2_000_000}.get(self.path, request))


@pytest.fixture(scope="module")
def address():
    with serving(Echo) as address:
        yield address


def test_slots_are_quoted_in_an_address_and_plain_in_a_body(actions, address):
    action = HttpAction(f"{address}/say/{{text}}?q={{text}}", json={"all": ["{text}!"], "number": "{level}"})
    outcome = run(actions, action, text='a/b?c=d&e "f" ü', level=20.0)
    quoted = "a%2Fb%3Fc%3Dd%26e%20%22f%22%20%C3%BC"
    assert outcome.values["path"] == f"/say/{quoted}?q={quoted}"
    assert outcome.values["body.all.0"] == 'a/b?c=d&e "f" ü!'
    assert outcome.values["body.number"] == "20"
    assert outcome.text == "Sent."


def test_a_value_cannot_climb_out_of_its_place_in_the_path(actions, address):
    assert run(actions, HttpAction(f"{address}/a/{{text}}/b"), text="..").values["path"] == "/a/%2E%2E/b"


def test_a_header_takes_slots_and_variables_but_no_second_line(actions, address, monkeypatch):
    monkeypatch.setenv("MY_KEY", "short")
    action = HttpAction(f"{address}/", headers={"X-Key": "$MY_KEY {text}"})
    assert run(actions, action, text="$HOME\r\nX-Evil: 1").values["key"] == "short $HOME X-Evil: 1"


def test_fields_of_the_answer_fill_the_response(actions, address):
    outcome = run(actions, HttpAction(f"{address}/x", json={"state": "on"}))
    assert fill("It is {body.state}.", {}, outcome.values) == "It is on."
    assert run(actions, HttpAction(f"{address}/words", method="GET")).text == "last"


@pytest.mark.parametrize(
    ("path", "said"),
    [
        ("/status/401", "not authorised (status 401): that went wrong"),
        ("/status/404", "not found (status 404): that went wrong"),
        ("/status/500", "the other side failed (status 500): that went wrong"),
        ("/huge", "longer than a megabyte"),
    ],
)
def test_a_refusal_is_one_line(actions, address, path, said):
    with pytest.raises(ActionError) as caught:
        run(actions, HttpAction(f"{address}{path}"))
    assert said in str(caught.value)
    assert "\n" not in str(caught.value)


def test_an_answer_that_does_not_come_is_one_line(actions, address):
    with pytest.raises(ActionError, match=r"no answer within 0.2 seconds"):
        run(actions, HttpAction(f"{address}/slow", timeout=0.2))


def test_a_server_that_is_not_there_is_one_line(actions):
    with pytest.raises(ActionError, match="cannot be reached"):
        run(actions, HttpAction("http://127.0.0.1:1/"))


@pytest.mark.parametrize("url", ["file:///etc/passwd", "ftp://host/", "example.com", "{text}"])
def test_only_the_web_is_called(actions, url):
    with pytest.raises(ActionError, match="must begin with http"):
        run(actions, HttpAction(url), text="javascript:alert(1)")


def test_a_persons_own_notes_are_told_as_they_are(actions, world):
    run(actions, BuiltInAction("note.take"), text="the camera is at rtsp://me:pw@cam")
    assert "rtsp://me:pw@cam" in run(actions, BuiltInAction("note.read")).text


# -- built-ins and none -----------------------------------------------------------------------


def test_an_unknown_action_names_the_nearest(actions):
    with pytest.raises(ActionError, match=r"unknown action 'timer.strat'; did you mean 'timer.start'"):
        run(actions, BuiltInAction("timer.strat"))


def test_a_command_without_action_says_so_unless_it_has_a_response(actions):
    assert "Test" in run(actions, None).text
    assert run(actions, None, response="Hello.").ok


def test_the_names_are_known_without_building_anything():
    assert {"timer.start", "home.intent", "dialogue.stop"} <= Actions.names()


def test_nothing_heavy_is_imported_before_it_is_needed():
    heavy = ("pint", "httpx", "psutil", "rapidfuzz", "simpleeval")
    code = f"import sys, assistant.actions.run; print([m for m in {heavy} if m in sys.modules])"
    out = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert out.stdout == "[]\n"
