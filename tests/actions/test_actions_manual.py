"""The claims and examples of docs/actions.md, executed; those of a single action stand beside its other tests."""

from __future__ import annotations

import dataclasses
import json
import re
import threading
import tomllib
from datetime import date, datetime, timedelta
from datetime import time as clock_time

import pytest

from assistant.actions import outcome as contract
from assistant.actions.answer import UNSURE
from assistant.actions.builtins import BUILT_INS
from assistant.actions.outcome import Context, Outcome
from assistant.actions.run import Actions
from assistant.dialogue.respond import Responder
from assistant.language import entities
from assistant.values import ArgvAction, BuiltInAction, IntentMatch, Utterance
from fakes.distribution import assistant, install
from fakes.manual_page import ManualPage, quoted, table
from fakes.web_server import JsonHandler, serving

MANUAL = ManualPage("actions.md")


@pytest.fixture
def reply(world):
    """What is said to an intent that was understood with these slots."""
    responder = Responder(Actions(world.config, world.database, world.timers, list))

    def reply(intent, **slots):
        match = IntentMatch(intent.name, slots, 1.0, (), intent.action, intent.response, intent.confirm)
        steps = responder.respond(match, Utterance("x"), (), threading.Event())
        try:
            next(steps)
        except StopIteration as ended:
            return ended.value[0].text
        raise AssertionError("only a generated reply comes in pieces")

    return reply


# -- built in ---------------------------------------------------------------------------------


def test_every_action_is_listed_in_its_own_words():
    for name, function in BUILT_INS.items():
        description = " ".join(function.__doc__.split()).replace("|", "\\|")
        assert f"| `{name}` | {description} |" in MANUAL.text, name


def test_an_action_is_named_with_and_without_fixed_arguments(intent_of):
    plain, fixed = re.findall(r"`action: ([^`]+)`", MANUAL.section("Built in"))
    for action, expected in [
        (plain, BuiltInAction("timer.start")),
        (fixed, BuiltInAction("timer.cancel", {"kind": "alarm"})),
    ]:
        assert intent_of(f"One:\n  data: [{{sentences: [one]}}]\n  action: {action}\n").action == expected


VOLUME = {
    "wpctl": '[ "$1" = get-volume ] && echo "Volume: 0.35"; true',
    "pactl": 'case "$1" in get-sink-volume) echo "front: 35%" ;; get-sink-mute) echo "Mute: no" ;; esac',
    "amixer": 'echo "Mono: Playback 30 [35%] [on]"',
}
PLAYERS = {
    "playerctl": "true",
    "busctl": """
        case "$*" in *list*) echo '[{"name":"org.mpris.MediaPlayer2.a"}]' ;; *Status*) echo '{"data":"Paused"}' ;; esac
    """,
}
SHOTS = {
    "grim": '/bin/touch "$1"', "gnome-screenshot": '/bin/touch "$2"', "spectacle": '/bin/touch "$4"',
    "xfce4-screenshooter": '/bin/touch "$3"', "scrot": '/bin/touch "$1"',
}  # fmt: skip
USES = {
    "volume": ("volume.change", VOLUME),
    "media players": ("media.control", PLAYERS),
    "web pages": ("desktop.page", dict.fromkeys(["xdg-open", "gio"], "true")),
    "screenshots": ("screen.shot", SHOTS),
    "lock": ("screen.lock", dict.fromkeys(["loginctl", "xdg-screensaver"], "true")),
    "sleep": ("screen.suspend", {"systemctl": "true"}),
    "brightness": ("screen.brightness", {"brightnessctl": "echo x,backlight,100,50%,200"}),
}


def test_the_programs_of_the_table_are_those_that_are_used():
    rows = table(MANUAL.section("Built in").partition("to install:")[2])
    listed = {use: quoted(programs) for use, (programs,) in rows.items()}
    locking, sleeping = (quoted(part) for part in rows["lock, sleep"][0].split(";"))
    listed |= {"lock": locking, "sleep": sleeping}
    del listed["lock, sleep"]
    assert listed.pop("brightness") == ["brightnessctl", "/sys/class/backlight"]
    assert listed == {use: list(programs) for use, (_, programs) in USES.items() if use != "brightness"}


@pytest.mark.parametrize(
    ("action", "program", "script"),
    [(action, name, script) for action, programs in USES.values() for name, script in programs.items()],
)
def test_one_program_of_a_list_is_enough(world, programs, tmp_path, monkeypatch, action, program, script):
    monkeypatch.setenv("XDG_PICTURES_DIR", str(tmp_path / "Pictures"))
    monkeypatch.setenv("WAYLAND_DISPLAY", "wayland-0")
    programs(program, script)
    assert world.do(action, page="example.com").ok
    assert all(call.startswith(program) for call in programs.calls())


@pytest.mark.parametrize("use", ["volume", "screenshots", "lock"])
def test_a_program_that_fails_is_passed_over(world, programs, tmp_path, monkeypatch, use):
    monkeypatch.setenv("XDG_PICTURES_DIR", str(tmp_path / "Pictures"))
    monkeypatch.delenv("WAYLAND_DISPLAY", raising=False)
    action, scripts = USES[use]
    *others, last = scripts
    for name in others:
        programs(name, "exit 1")
    programs(last, scripts[last])
    assert world.do(action).ok


# -- timers -----------------------------------------------------------------------------------


def test_timers_notes_and_lists_are_in_one_file_of_the_data_folder(world, tmp_path):
    world.do("timer.start", duration=timedelta(minutes=5))
    world.do("note.take", text="one")
    world.do("list.add", items="milk")
    assert world.database.file == tmp_path / "data" / "assistant.db"
    assert "`assistant.db`" in MANUAL.section("Timers, alarms, reminders")
    assert world.database.file.is_file()


@pytest.mark.parametrize(("words", "hour"), [("seven", 19), ("ten", 10), ("seven in the evening", 19), ("7 am", 7)])
def test_a_time_without_a_half_of_the_day_is_the_next_one(words, hour):
    value = entities.parse("datetime", words, datetime(2026, 11, 23, 9, 0))
    assert value.hour == hour


# -- programs and web calls -------------------------------------------------------------------


def test_the_example_of_a_program_runs(intent_of, programs, reply):
    (block,) = MANUAL.examples("A program of yours", "yaml")
    programs("notify-send", "true")
    assert reply(intent_of(block), text="--the soup is hot; rm -rf") == "Shown."
    assert programs.calls() == ["notify-send -- Assistant --the soup is hot; rm -rf"]


def test_a_program_runs_beside_its_file_without_standard_input_for_ten_seconds(intent_of, tmp_path, reply):
    intent = intent_of('Where:\n  data: [{sentences: [where]}]\n  action: {argv: [sh, -c, "cat; pwd"]}\n')
    assert intent.action == ArgvAction(("sh", "-c", "cat; pwd"), 10.0, tmp_path)
    assert reply(intent) == str(tmp_path)
    block = (
        "Where:\n  data: [{sentences: [where]}]\n  action: {argv: [pwd], directory: /}\n  response: 'In {output}.'\n"
    )
    assert reply(intent_of(block)) == "In /."


class Lamp(JsonHandler):
    """Takes the brightness that it is sent."""

    requests: list[object] = []  # noqa: RUF012

    def respond(self, body):
        self.requests.append((self.command, self.path, body, self.headers.get("Authorization")))
        self.answer(200, {**body, "items": ["first", {"name": "second"}]})


def test_the_example_of_a_web_call_calls(intent_of, reply, monkeypatch):
    (block,) = MANUAL.examples("A web call", "yaml")
    monkeypatch.setenv("LAMP_TOKEN", "secret")
    Lamp.requests = []
    with serving(Lamp) as address:
        block = block.replace("http://lamp.local", address)
        assert reply(intent_of(block), level=20.0) == "Lamp at 20 percent."
        assert Lamp.requests == [("POST", "/api/set?to=20", {"brightness": 20.0}, "Bearer secret")]
        block = re.sub(r"response: .*", 'response: "{items.0} {items.1.name}"', block)
        assert reply(intent_of(block), level=20.0) == "first second"


def test_the_manual_says_what_is_said_where_little_is_known(intent_of, reply):
    Lamp.requests = []
    with serving(Lamp) as address:
        block = f"One:\n  data: [{{sentences: [one]}}]\n  action: {{http: {{url: '{address}', json: {{}}}}}}\n"
        assert f'the reply is "{reply(intent_of(block))}"' in " ".join(MANUAL.section("A web call").split())
    silent = "One:\n  data: [{sentences: [one]}]\n  action: {argv: ['true']}\n"
    assert reply(intent_of(silent)) == "It ran without a fault."
    for section in ("A web call", "Home Assistant"):
        assert UNSURE in " ".join(MANUAL.section(section).split())
    assert '"ran without a fault"' in " ".join(MANUAL.section("A program of yours").split())


# -- a package of one's own -------------------------------------------------------------------


@pytest.mark.model
def test_the_example_of_a_package_answers_on_the_command_line(tmp_path, fresh_data):
    project, module, intents = (
        MANUAL.examples("A Python function of yours", language)[0] for language in ("toml", "python", "yaml")
    )
    metadata = tomllib.loads(project)["project"]
    entry_points = metadata["entry-points"]["assistant.actions"]
    install(tmp_path / "site", metadata["name"], entry_points, {"tides": module}, metadata["version"])
    (tmp_path / "intents").mkdir()
    (tmp_path / "intents" / "tides.yaml").write_text(intents)
    folders = ["--intents", tmp_path / "intents", "--data-dir", fresh_data]
    ended = assistant(tmp_path / "site", *folders, "ask", "when is high tide in Brest")
    events = {line["event"]: line for line in map(json.loads, ended.stdout.splitlines())}
    assert (ended.returncode, events["reply_ended"]["text"]) == (0, "High tide in Brest is at nine.")


def test_the_manual_names_all_that_a_package_is_given():
    text = MANUAL.section("A Python function of yours")
    assert {field.name for field in dataclasses.fields(Context)} <= set(quoted(text))
    assert {field.name for field in dataclasses.fields(Outcome)} <= set(quoted(text))
    assert set(contract.__all__) <= set(quoted(text))
    assert all(hasattr(contract, name) for name in contract.__all__)


# -- responses, questions, undo ---------------------------------------------------------------


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (timedelta(minutes=10), "10 minutes"),
        (clock_time(7, 30), "7:30 AM"),
        (date(datetime.now().year, 11, 27), None),
        (20.0, "20"),
    ],
)
def test_a_response_puts_values_in_words(intent_of, reply, value, words):
    block = "One:\n  data: [{sentences: ['one {value} {absent}']}]\n  slots: {value: text, absent: text}\n"
    intent = intent_of(f"{block}  response: 'It is {{value}} {{absent}}.'\n")
    words = words or f"{value:%A}, November 27th"
    assert reply(intent, value=value) == f"It is {words}."


def test_an_action_that_could_not_be_done_is_said_instead_of_the_response(intent_of, reply):
    block = "One:\n  data: [{sentences: [one]}]\n  action: timer.left\n  response: 'It has {left} left.'\n"
    assert reply(intent_of(block)) == "No timer is running."


def test_the_table_of_values_names_those_that_are_returned(world, programs, tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_PICTURES_DIR", str(tmp_path / "Pictures"))
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "share"))
    (tmp_path / "share" / "applications").mkdir(parents=True)
    menu_entry = "[Desktop Entry]\nType=Application\nName=Paint\nExec=paint\n"
    (tmp_path / "share" / "applications" / "paint.desktop").write_text(menu_entry)
    for name, script in {"paint": "true", "xdg-open": "true", "brightnessctl": USES["brightness"][1]["brightnessctl"],
                         "pactl": VOLUME["pactl"], "scrot": SHOTS["scrot"],
                         "playerctl": '/bin/printf "Song\\tSinger\\n"'}.items():  # fmt: skip
        programs(name, script)

    def values(action, **slots):
        return set(world.do(action, **slots).values)

    day, place = date(2026, 12, 24), "Tokyo"
    returned = {
        "timers, alarms, reminders": values("timer.start", duration=timedelta(minutes=5)),
        "clock": values("clock.time") | values("clock.date") | values("clock.weekday") | values("clock.week")
        | values("clock.days_until", date=day) | values("clock.time_in", place=place),
        "sums and units": values("calculate.sum", expression="1 + 1"),
        "notes, lists": values("note.take", text="one") | values("list.add", items="milk"),
        "volume, brightness": values("volume.change") | values("screen.brightness"),
        "players": values("media.now"),
        "applications, pages, screenshots": values("desktop.open", name="paint")
        | values("desktop.page", page="example.com") | values("screen.shot"),
        "battery, load; disk, memory; uptime; address": values("system.load") | values("system.disk")
        | values("system.uptime") | values("system.address") or {"address"},
        "chance": values("chance.coin"),
    }  # fmt: skip
    rows = {row: set(quoted(cells[0])) for row, cells in table(MANUAL.section("Responses")).items()}
    assert rows.pop("smart home") == {"names"}
    assert {row: names | {"address"} if "address" in row else names for row, names in returned.items()} == rows


def test_the_shipped_intents_bring_questions_of_their_own_where_the_manual_says_that_one_is_asked(shipped):
    asking = {intent.name for intent in shipped.intents.intents.values() if intent.confirm}
    assert asking == {"ClearList", "DeleteList", "Suspend", "OpenGarage", "UnlockDoor", "AllOff", "AllLightsOn"}


def test_the_manual_says_what_can_be_undone(world, programs):
    programs(
        "pactl",
        VOLUME["pactl"].replace('"Mute: no"', f'"Mute: $([ -e {programs.folder}/muted ] && echo yes)"')
        + f'\n[ "$1" = set-sink-mute ] && [ "$3" = 1 ] && : > {programs.folder}/muted; true',
    )
    programs("playerctl", "true")
    programs("brightnessctl", USES["brightness"][1]["brightnessctl"])
    due = datetime.now() + timedelta(hours=1)
    world.now = datetime.now()
    length = {"duration": timedelta(minutes=5)}
    for action, slots in [
        ("timer.start", length), ("alarm.set", {"at": due}), ("reminder.set", {"at": due, "task": "call"}),
        ("timer.extend", length), ("timer.pause", {}), ("timer.resume", {}), ("timer.rename", {"name": "egg"}),
        ("timer.move", {"by": timedelta(hours=1)}), ("timer.cancel", {}), ("timer.start", length),
        ("timer.cancel_all", {}),
        ("note.take", {"text": "one"}), ("note.change", {"new": "two"}), ("note.delete", {}),
        ("list.create", {"list": "packing"}), ("list.rename", {"list": "packing", "name": "party"}),
        ("list.delete", {"list": "party"}),
        ("list.add", {"items": "milk and eggs"}), ("list.tick", {"items": "milk"}), ("list.remove", {"items": "eggs"}),
        ("list.add", {"items": "tea"}), ("list.swap", {"items": "tea", "new": "rice"}),
        ("list.recount", {"items": "rice", "amount": 2}), ("list.move", {"items": "2 rice", "target": "gift"}),
        ("list.clear", {}), ("media.control", {}), ("volume.change", {}), ("volume.set", {"level": 5}),
        ("volume.mute", {}), ("volume.unmute", {}), ("screen.brightness", {}),
    ]:  # fmt: skip
        arguments = {"kind": "alarm"} if action == "timer.move" else {}
        assert world.do(action, arguments, **slots).undo is not None, action


# -- applications and pages ---------------------------------------------------------------------


def test_the_named_pages_are_web_addresses(world, programs, shipped):
    programs("xdg-open", "true")
    pages = [value.value for value in shipped.intents.lists["page"].values]
    assert len(pages) > 3
    for page in (*pages, "example.com", "example dot com"):
        assert world.do("desktop.page", page=page).ok, page


def test_applications_of_the_home_folder_are_in_the_menu_without_any_setting(world, programs, tmp_path, monkeypatch):
    monkeypatch.delenv("XDG_DATA_HOME", raising=False)
    monkeypatch.setenv("HOME", str(tmp_path))
    folder = tmp_path / ".local/share/applications"
    folder.mkdir(parents=True)
    keys = "Type=Application\nName=Paint\nGenericName=Picture Editor\nKeywords=Drawing;\nExec=paint\n"
    (folder / "paint.desktop").write_text(f"[Desktop Entry]\n{keys}")
    programs("paint", "true")
    for name in ("paint", "picture editor", "drawing", "picture editer"):
        assert world.do("desktop.open", name=name).text == "Opening Paint."
