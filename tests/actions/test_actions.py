"""Actions: programs and web calls carry out a command without ever giving the user's words to a shell."""

from __future__ import annotations

import http.server
import json
import subprocess
import sys
import threading
import time
from datetime import date, datetime, timedelta
from datetime import time as clock
from pathlib import Path

import pytest

from assistant.actions.database import Database
from assistant.actions.run import Actions, fill
from assistant.actions.timer_service import TimerService
from assistant.config import Config
from assistant.errors import ActionError
from assistant.values import ArgvAction, BuiltInAction, HttpAction, IntentMatch


@pytest.fixture
def actions(tmp_path):
    store = Database(tmp_path)
    return Actions(Config(), store, TimerService(store, lambda timer: None), list)


def run(actions, action, cancelled=None, response=None, **slots):
    match = IntentMatch("Test", slots, 1.0, (), action, response)
    return actions.run(match, cancelled or threading.Event())


# -- fill -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("template", "slots", "filled"),
    [
        ("Timer set for {duration}.", {"duration": timedelta(minutes=10)}, "Timer set for 10 minutes."),
        ("For {duration}.", {"duration": timedelta(seconds=5405)}, "For 1 hour, 30 minutes and 5 seconds."),
        ("At {time}.", {"time": clock(7, 30)}, "At 7:30 AM."),
        ("Set to {level}.", {"level": 20.0}, "Set to 20."),
        ("Set to {level}.", {"level": 20.5}, "Set to 20.5."),
        ("On {date}.", {"date": date(2031, 5, 2)}, "On Friday, May 2nd, 2031."),
        ("The {label} timer is set.", {}, "The timer is set."),
        ("Hello {name}, hello {name}!", {"name": "Anna"}, "Hello Anna, hello Anna!"),
        ("Turned on {{ slots.name }}.", {"name": "lamp"}, "Turned on lamp."),
        ("Bye {name}.", {}, "Bye."),
    ],
)  # fmt: skip
def test_a_template_is_filled_as_a_person_says_it(template, slots, filled):
    assert fill(template, slots, {}) == filled


def test_what_the_action_returned_goes_before_the_slot_and_is_not_filled_again():
    assert fill("{name} is {state}", {"name": "x"}, {"name": "{state}", "state": "on"}) == "{state} is on"


def test_a_moment_is_said_with_the_day_that_it_needs():
    tomorrow = datetime.now().replace(hour=7, minute=0) + timedelta(days=1)
    assert fill("{at}", {"at": tomorrow}, {}) == "7:00 AM tomorrow"


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
    assert run(actions, ArgvAction(("true",))).text == "Done."


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


def test_a_program_that_takes_too_long_is_stopped_with_its_children(actions, tmp_path):
    script = f"sleep 30 & echo $! > {tmp_path}/child; wait"
    began = time.monotonic()
    with pytest.raises(ActionError, match=r"took longer than 0.3 seconds"):
        run(actions, ArgvAction(("sh", "-c", script), timeout=0.3))
    assert time.monotonic() - began < 3
    child = int((tmp_path / "child").read_text())
    status = Path(f"/proc/{child}/status")
    assert not status.exists() or "Z (zombie)" in status.read_text()


def test_a_cancelled_program_is_stopped_at_once(actions):
    cancelled = threading.Event()
    threading.Timer(0.2, cancelled.set).start()
    began = time.monotonic()
    with pytest.raises(ActionError, match="cancelled"):
        run(actions, ArgvAction(("sleep", "30"), timeout=60), cancelled)
    assert time.monotonic() - began < 2


def test_a_program_that_never_stops_talking_fills_no_memory(actions):
    with pytest.raises(ActionError, match="took longer"):
        run(actions, ArgvAction(("yes",), timeout=0.5))


def test_a_program_that_leaves_a_child_behind_is_not_waited_for(actions):
    began = time.monotonic()
    assert run(actions, ArgvAction(("sh", "-c", "sleep 3 & echo started"))).text == "started"
    assert time.monotonic() - began < 2


# -- web calls --------------------------------------------------------------------------------


class Echo(http.server.BaseHTTPRequestHandler):
    """Answers with what it was asked; the path says how."""

    def do_POST(self):
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0)).decode()
        status, answer = 200, {"path": self.path, "body": json.loads(body or "null"), "key": self.headers.get("X-Key")}
        if self.path.startswith("/status/"):
            status, answer = int(self.path.split("/")[2]), {"message": "that\nwent wrong"}
        if self.path == "/slow":
            time.sleep(1.5)
        content = b"just words\nlast" if self.path == "/words" else json.dumps(answer).encode()
        if self.path == "/huge":
            content = b"x" * 2_000_000
        self.send_response(status)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        try:
            self.wfile.write(content)
        except OSError:  # the other side has heard enough
            return

    def do_GET(self):
        self.do_POST()

    def log_message(self, *_):
        return


@pytest.fixture(scope="module")
def address():
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Echo)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


def test_slots_are_quoted_in_an_address_and_plain_in_a_body(actions, address):
    action = HttpAction(f"{address}/say/{{text}}?q={{text}}", json={"all": ["{text}!"], "number": "{level}"})
    outcome = run(actions, action, text='a/b?c=d&e "f" ü', level=20.0)
    quoted = "a%2Fb%3Fc%3Dd%26e%20%22f%22%20%C3%BC"
    assert outcome.values["path"] == f"/say/{quoted}?q={quoted}"
    assert outcome.values["body.all.0"] == 'a/b?c=d&e "f" ü!'
    assert outcome.values["body.number"] == "20"
    assert outcome.text == "Done."


def test_a_value_cannot_climb_out_of_its_place_in_the_path(actions, address):
    assert run(actions, HttpAction(f"{address}/a/{{text}}/b"), text="..").values["path"] == "/a/%2E%2E/b"


def test_a_header_takes_slots_and_variables_but_no_second_line(actions, address, monkeypatch):
    monkeypatch.setenv("MY_KEY", "secret")
    action = HttpAction(f"{address}/", headers={"X-Key": "$MY_KEY {text}"})
    assert run(actions, action, text="$HOME\r\nX-Evil: 1").values["key"] == "secret $HOME X-Evil: 1"


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
