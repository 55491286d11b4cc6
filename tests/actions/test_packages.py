"""Actions of installed packages: found by their entry points, told apart from the shipped ones, never a crash."""

from __future__ import annotations

import json
import subprocess
import sys
import threading

import pytest

from assistant.actions import packages
from assistant.actions.run import Actions
from assistant.errors import ActionError
from assistant.values import BuiltInAction, IntentMatch
from fakes.distribution import assistant, install

TIDES = """
from assistant.actions.outcome import ActionError, Outcome

def next_tide(slots, arguments, context):
    place = slots.get("place")
    if place == "Bern":
        raise ActionError("There is no sea in Bern.")
    if place == "Atlantis":
        return "high tide"
    return Outcome(f"High tide in {place} is at nine.", undo=lambda: f"Forgotten: {1 / len(place)}.")

def careless(slots, arguments, context):
    return Outcome(slots["place"])

def narrow(slots):
    return Outcome("never")

def leaving(slots, arguments, context):
    raise SystemExit("no tides")

def speechless(slots, arguments, context):
    return Outcome(None)

def counting(slots, arguments, context):
    return Outcome("Done.", {"count": 5})

def forgetful(slots, arguments, context):
    return Outcome("Done.", undo=lambda: None)

number = 7
"""
INTENTS = """
intents:
  NextTide:
    data: [{sentences: ["when is [the next] high tide in {place}"]}]
    slots: {place: text}
    action: ACTION
"""


def intents_naming(action, folder):
    folder.mkdir()
    (folder / "tides.yaml").write_text(INTENTS.replace("ACTION", action))
    return folder


@pytest.fixture
def site(tmp_path, monkeypatch):
    """A folder on sys.path, looked through anew."""

    def forget():
        for cached in (packages._entry_points, packages.offered, packages.load):
            cached.cache_clear()
        sys.modules.pop("tides", None)

    folder = tmp_path / "site"
    folder.mkdir()
    monkeypatch.syspath_prepend(folder)
    forget()
    yield folder
    forget()


@pytest.fixture
def run(world):
    actions = Actions(world.config, world.database, world.timers, list)

    def run(action, **slots):
        return actions.run(IntentMatch("NextTide", slots, 1.0, (), BuiltInAction(action)), threading.Event())

    return run


# -- in this process --------------------------------------------------------------------------


def test_a_package_adds_its_actions_to_the_names_and_they_run(site, run):
    install(site, "tides", {"tide.next": "tides:next_tide"}, {"tides": TIDES})
    names = Actions.names()
    assert {"timer.start", "home.intent", "dialogue.stop", "tide.next"} <= names
    assert len(names) == len(list(names))
    assert run("tide.next", place="Brest").text == "High tide in Brest is at nine."
    assert run("tide.next", place="Brest").undo() == "Forgotten: 0.2."
    assert Actions.problems() == ()


@pytest.mark.parametrize(
    ("target", "place", "line"),
    [
        ("tides:next_tide", "Bern", "There is no sea in Bern."),
        ("tides:next_tide", "Atlantis", "tides 1.0: action 'tide.next' returned str; it must return an Outcome"),
        ("tides:careless", None, "tides 1.0: action 'tide.next' failed at tides.py:13: KeyError: 'place'"),
        ("tides:narrow", "Brest", "tides 1.0: action 'tide.next' failed: TypeError: narrow() takes 1 positional "
         "argument but 3 were given"),
        ("tides:leaving", "Brest", "tides 1.0: action 'tide.next' failed at tides.py:19: SystemExit: no tides"),
        ("tides:counting", "Brest", "tides 1.0: action 'tide.next' returned an Outcome whose value 'count' is int; it "
         "must be a string"),
        ("tides:speechless", "Brest", "tides 1.0: action 'tide.next' returned an Outcome whose text is NoneType; it "
         "must be a string"),
        ("tides:number", "Brest", "tides 1.0: action 'tide.next' is no function: tides:number"),
        ("tides:absent", "Brest", "tides 1.0: action 'tide.next' cannot be imported: AttributeError: module 'tides' "
         "has no attribute 'absent'"),
        ("nowhere:x", "Brest", "tides 1.0: action 'tide.next' cannot be imported: ModuleNotFoundError: No module named "
         "'nowhere'"),
        ("no target", "Brest", "tides 1.0: action 'tide.next' cannot be imported"),
    ],
)  # fmt: skip
def test_a_fault_of_a_package_is_one_line_that_names_it(site, run, target, place, line):
    install(site, "tides", {"tide.next": target}, {"tides": TIDES})
    with pytest.raises(ActionError) as caught:
        run("tide.next", **({"place": place} if place else {}))
    assert str(caught.value).startswith(line)
    assert "\n" not in str(caught.value)


def test_a_fault_of_an_undo_is_one_line_too(site, run):
    install(site, "tides", {"tide.next": "tides:next_tide"}, {"tides": TIDES})
    with pytest.raises(ActionError, match=r"tides 1.0: action 'tide.next' failed at tides.py:10: ZeroDivisionError"):
        run("tide.next", place="").undo()


def test_an_undo_without_a_reply_is_a_fault(site, run):
    install(site, "tides", {"tide.next": "tides:forgetful"}, {"tides": TIDES})
    with pytest.raises(ActionError, match="returned an undo whose reply is NoneType; it must be a string"):
        run("tide.next").undo()


@pytest.mark.parametrize("content", [b"[assistant.actions]\njust words\n", b"[assistant.actions]\n\xff = a:b\n"])
def test_metadata_that_cannot_be_read_costs_no_other_package_its_actions(site, run, content):
    install(site, "tides", {"tide.next": "tides:next_tide"}, {"tides": TIDES})
    install(site, "broken", {}, {})
    (site / "broken-1.0.dist-info" / "entry_points.txt").write_bytes(content)
    assert run("tide.next", place="Brest").text == "High tide in Brest is at nine."
    assert "tide.last" not in Actions.names()


@pytest.mark.parametrize("source", ["raise SystemExit('no config')", "import nonesuch", "def broken(:"])
def test_a_module_that_cannot_be_imported_is_a_problem_of_its_package(site, source):
    install(site, "tides", {"tide.next": "tides:next_tide"}, {"tides": source})
    (problem,) = Actions.problems([BuiltInAction("tide.next"), BuiltInAction("timer.start"), None])
    assert str(problem).startswith(f"{site}: tides 1.0: action 'tide.next' cannot be imported: ")
    assert problem.severity == "error"


def test_a_name_that_is_taken_is_told_and_ignored(site, run):
    install(site, "tides", {"timer.start": "tides:next_tide", "tide.next": "tides:next_tide"}, {"tides": TIDES})
    install(site, "waves", {"tide.next": "tides:careless"}, {})
    assert [str(problem) for problem in Actions.problems()] == [
        f"{site}: tides 1.0: action 'timer.start' is ignored: the assistant has one of that name",
        f"{site}: waves 1.0: action 'tide.next' is ignored: tides 1.0 has one of that name",
    ]
    with pytest.raises(ActionError, match="How long shall the timer be"):
        run("timer.start")
    assert run("tide.next", place="Brest").text == "High tide in Brest is at nine."


def test_no_distribution_is_looked_at_for_shipped_actions():
    """Nor is importlib.metadata imported, which takes longer than the scan."""
    code = (
        "import sys; from assistant.actions.run import Actions; from assistant.values import BuiltInAction\n"
        "used = [BuiltInAction(name) for name in ('timer.start', 'home.intent')]\n"
        "print('timer.start' in Actions.names(), Actions.problems(used), 'importlib.metadata' in sys.modules)"
    )
    out = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert out.stdout == "True () False\n"


# -- as a user runs it ------------------------------------------------------------------------


@pytest.mark.model
def test_ask_carries_out_the_action_of_a_package(tmp_path, fresh_data):
    install(tmp_path / "site", "tides", {"tide.next": "tides:next_tide"}, {"tides": TIDES})
    intents = intents_naming("tide.next", tmp_path / "intents")
    folders = ["--intents", intents, "--data-dir", fresh_data]
    ended = assistant(tmp_path / "site", *folders, "ask", "when is high tide in Brest")
    replies = [json.loads(line) for line in ended.stdout.splitlines()]
    (reply,) = [line for line in replies if line["event"] == "reply_ended"]
    assert (ended.returncode, reply["text"]) == (0, "High tide in Brest is at nine.")


@pytest.mark.model
def test_ask_says_in_one_line_that_a_package_is_broken(tmp_path, fresh_data):
    install(tmp_path / "site", "tides", {"tide.next": "tides:next_tide"}, {"tides": "import nonesuch"})
    intents = intents_naming("tide.next", tmp_path / "intents")
    folders = ["--intents", intents, "--data-dir", fresh_data]
    ended = assistant(tmp_path / "site", *folders, "ask", "when is high tide in Brest")
    line = "tides 1.0: action 'tide.next' cannot be imported: ModuleNotFoundError: No module named 'nonesuch'"
    assert f"assistant: {tmp_path / 'site'}: {line}" in ended.stderr.splitlines()
    assert line in ended.stdout


def test_check_names_the_nearest_action_of_a_package(tmp_path):
    install(tmp_path / "site", "tides", {"tide.next": "tides:next_tide"}, {"tides": TIDES})
    ended = assistant(
        tmp_path / "site", "--intents", intents_naming("tide.nest", tmp_path / "intents"), "check", "--quick"
    )
    assert ended.returncode == 2
    assert (
        "tides.yaml:6:5: intent NextTide, action: unknown built-in action 'tide.nest'; did you mean 'tide.next'?"
        in (ended.stderr)
    )


def test_check_tells_of_a_package_that_no_intent_uses_yet(tmp_path):
    broken = {"tide.next": "nonesuch:next_tide", "timer.start": "tides:next_tide"}
    install(tmp_path / "site", "tides", broken, {"tides": TIDES})
    ended = assistant(
        tmp_path / "site", "--intents", intents_naming("timer.list", tmp_path / "intents"), "check", "--quick"
    )
    findings = [json.loads(line) for line in ended.stdout.splitlines()]
    details = [finding["detail"] for finding in findings if finding["subject"] == "actions"]
    assert ended.returncode == 2
    assert len(details) == 2
    assert "action 'timer.start' is ignored: the assistant has one of that name" in details[0]
    assert "tides 1.0: action 'tide.next' cannot be imported: ModuleNotFoundError" in details[1]
