"""Built-in actions: what they do and what they say."""

from __future__ import annotations

import doctest
import http.server
import importlib
import json
import os
import shutil
import stat
import subprocess
import sys
import threading
import time
from datetime import date, datetime, timedelta
from datetime import time as clock_time
from pathlib import Path

import pytest

from assistant.actions.builtins import BUILT_INS, desktop, screen
from assistant.actions.builtins.calculate import evaluate, parse, spoken_number
from assistant.actions.builtins.notes import split_items
from assistant.actions.builtins.places import find_place
from assistant.actions.database import Database
from assistant.actions.outcome import Context
from assistant.actions.run import Actions
from assistant.actions.timer_service import TimerService
from assistant.config import Config, HomeAssistantConfig
from assistant.errors import ActionError
from assistant.values import BuiltInAction, IntentMatch
from paths import ROOT

NOW = datetime(2026, 11, 23, 9, 0)
"""A Monday."""

CATALOGUE = [
    ("StartTimer", "Start a timer", "set a timer for ten minutes"),
    ("CancelTimer", "Cancel a timer", "cancel the timer"),
    ("AddToList", "Put something on a list", "add milk to my shopping list"),
    ("TellTime", "Tell the time", "what time is it"),
]


class World:
    """All that an action needs, real, in one folder."""

    def __init__(self, folder: Path) -> None:
        self.store = Database(folder)
        self.timers = TimerService(self.store, lambda timer: None)
        self.config = Config()
        self.now = NOW

    def do(self, action, arguments=None, texts=None, **slots):
        context = Context(
            self.config, self.store, self.timers, lambda: CATALOGUE, texts=texts or {}, now=lambda: self.now
        )
        return BUILT_INS[action](slots, arguments or {}, context)


@pytest.fixture
def world(tmp_path):
    return World(tmp_path / "data")


@pytest.fixture
def programs(tmp_path, monkeypatch):
    """A PATH with only the programs that a test writes; they are real ones, and note how they were called."""
    folder = tmp_path / "bin"
    folder.mkdir()
    monkeypatch.setenv("PATH", str(folder))

    def write(name, script):
        path = folder / name
        path.write_text(f'#!/bin/sh\necho "{name} $*" >> {tmp_path}/calls\n{script}\n')
        path.chmod(path.stat().st_mode | stat.S_IXUSR)

    write.calls = lambda: (tmp_path / "calls").read_text().splitlines() if (tmp_path / "calls").exists() else []
    return write


def minutes(count):
    return timedelta(minutes=count)


@pytest.mark.parametrize(
    "name", ["language.spoken", "actions.builtins.places", "actions.builtins.calculate", "actions.builtins.desktop"]
)
def test_the_examples_in_the_docstrings_are_true(name):
    module = importlib.import_module(f"assistant.{name}")
    names = {"timedelta": timedelta, "date": date, "time": clock_time, "Path": Path}
    results = doctest.testmod(module, extraglobs=names)
    assert results.attempted > 0
    assert results.failed == 0


def test_every_action_is_explained():
    assert all(function.__doc__ for function in BUILT_INS.values())


# -- timers, alarms, reminders ----------------------------------------------------------------


def test_a_timer_is_started_and_told_and_taken_back(world):
    started = world.do("timer.start", duration=minutes(10), label="pasta")
    assert started.text == "Pasta timer set for 10 minutes. It rings once Assistant is open."
    assert world.do("timer.left").text == "10 minutes left on the pasta timer."
    assert started.undo() == "The pasta timer is cancelled."
    assert world.do("timer.left").text == "No timer is running."


def test_a_timer_says_nothing_more_where_somebody_rings(world):
    world.timers.start()
    assert world.do("timer.start", duration=minutes(90)).text == "Timer set for 1 hour and 30 minutes."
    world.timers.close()


@pytest.mark.parametrize("duration", [None, timedelta(0), timedelta(days=400)])
def test_a_timer_without_a_sensible_length_is_not_set(world, duration):
    assert not world.do("timer.start", duration=duration).ok
    assert world.timers.waiting() == ()


def test_one_of_several_timers_is_meant_by_name_or_length(world):
    for length, label in [(10, "pasta"), (5, ""), (30, "laundry")]:
        world.do("timer.start", duration=minutes(length), label=label)
    which = world.do("timer.cancel", {"kind": "timer"})
    assert not which.ok
    assert which.text == "Which one: the 5 minute timer, the pasta timer or the laundry timer?"
    assert world.do("timer.cancel", label="pastor").text == "The pasta timer is cancelled."
    assert world.do("timer.cancel", duration=minutes(5)).text == "The 5 minute timer is cancelled."
    assert "no such timer" in world.do("timer.cancel", label="garden").text
    assert world.do("timer.left", label="the laundry timer").text == "30 minutes left on the laundry timer."


def test_cancelling_all_can_be_taken_back(world):
    for length in (5, 10):
        world.do("timer.start", duration=minutes(length))
    gone = world.do("timer.cancel_all", {"kind": "timer"})
    assert gone.text == "All 2 timers are cancelled."
    assert world.do("timer.list", {"kind": "timer"}).text == "No timer is running."
    assert gone.undo() == "All 2 are back."
    assert len(world.timers.waiting("timer")) == 2


def test_time_is_added_taken_off_and_put_back(world):
    world.do("timer.start", duration=minutes(10))
    more = world.do("timer.extend", duration=minutes(5))
    assert more.text == "15 minutes left."
    assert more.undo() == "The 10 minute timer has 10 minutes left again."
    assert world.do("timer.extend", {"sign": "-"}, duration=minutes(4)).text == "6 minutes left."


def test_a_timer_is_paused_and_resumed(world):
    world.do("timer.start", duration=minutes(10))
    assert world.do("timer.resume").text == "No timer is paused."
    assert world.do("timer.pause").text == "The 10 minute timer is paused with 10 minutes left."
    assert world.do("timer.left").text == "10 minutes left, paused."
    assert world.do("timer.resume").text == "The 10 minute timer goes on with 10 minutes left."


def test_an_alarm_is_set_listed_and_not_set_twice(world):
    world.now = datetime.now().replace(hour=9, minute=0, second=0, microsecond=0)
    due = world.now.replace(hour=7) + timedelta(days=1)
    assert world.do("alarm.set", at=due).text.startswith("Alarm set for 7:00 AM tomorrow.")
    assert "already" in world.do("alarm.set", at=due).text
    assert world.do("timer.list", {"kind": "alarm"}).text == "You have one alarm: 7:00 AM tomorrow."
    assert world.do("timer.cancel", {"kind": "alarm"}, at=due).text == "The 7:00 AM alarm is cancelled."


def test_a_time_that_has_passed_today_is_tomorrows(world):
    world.now = datetime.now().replace(hour=9, minute=0, second=0, microsecond=0)
    assert world.do("alarm.set", at=clock_time(7)).text.startswith("Alarm set for 7:00 AM tomorrow.")
    assert not world.do("alarm.set", at=world.now - timedelta(days=3)).ok


@pytest.mark.parametrize(
    ("said", "hour"),
    [("tomorrow at half past six", 6), ("tomorrow at 6:30 pm", 18), ("tomorrow evening at half past six", 18)],
)
def test_an_alarm_of_another_day_is_in_the_morning_unless_said(world, said, hour):
    world.now = datetime.now()
    evening = world.now.replace(hour=18, minute=30, second=0, microsecond=0) + timedelta(days=1)
    world.do("alarm.set", at=evening, texts={"at": said})
    assert world.timers.waiting("alarm")[0].due.hour == hour


@pytest.mark.parametrize(
    ("slots", "label"),
    [
        ({"task": "call Anna"}, "to call Anna"),
        ({"task": "to call Anna"}, "to call Anna"),
        ({"topic": "the meeting"}, "about the meeting"),
        ({"fact": "the plumber comes"}, "that the plumber comes"),
    ],
)
def test_a_reminder_says_what_it_is_for(world, slots, label):
    world.now = datetime.now()
    said = world.do("reminder.set", at=world.now + minutes(10), texts={"at": "in ten minutes"}, **slots).text
    assert said.startswith(f"I'll remind you {label} in 10 minutes.")
    (reminder,) = world.timers.waiting("reminder")
    assert reminder.label == label
    assert reminder.announcement == f"Reminder: {label.split(maxsplit=1)[1]}."


def test_nothing_to_snooze_is_said(world):
    assert not world.do("timer.snooze").ok


# -- clock ------------------------------------------------------------------------------------


def test_the_time_and_the_date(world):
    assert world.do("clock.time").text == "It's 9:00 AM."
    assert world.do("clock.date").text == "It's Monday, November 23rd, 2026."
    assert world.do("clock.weekday").text == "It's Monday."
    assert world.do("clock.week").text == "It's week 48."


@pytest.fixture
def in_berlin(monkeypatch):
    monkeypatch.setenv("TZ", "Europe/Berlin")
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


@pytest.mark.usefixtures("in_berlin")
def test_the_time_elsewhere(world):
    assert world.do("clock.time_in", place="Tokyo").text == "It's 5:00 PM in Tokyo."
    assert world.do("clock.time_in", place="Honolulu").text == "It's 10:00 PM yesterday in Honolulu."
    said = world.do("clock.time_in", place="the united states").text
    assert said == "It's 3:00 AM in Washington. The United States has several time zones."
    assert "don't know" in world.do("clock.time_in", place="Mordor").text


@pytest.mark.usefixtures("in_berlin")
def test_how_far_clocks_are_apart(world):
    assert world.do("clock.difference", place="India").text == "India is 4 hours and 30 minutes ahead of you."
    assert world.do("clock.difference", place="New York").text == "New York is 6 hours behind you."
    assert world.do("clock.difference", place="Paris").text == "Paris has the same time as you."


@pytest.mark.parametrize(
    ("said", "zone"),
    [
        ("tokio", "Asia/Tokyo"), ("Mumbay", "Asia/Kolkata"), ("New Delhi", "Asia/Kolkata"), ("the UK", "Europe/London"),
        ("U. S. A.", "America/New_York"), ("L.A.", "America/Los_Angeles"), ("California", "America/Los_Angeles"),
        ("Sao Paulo", "America/Sao_Paulo"), ("Germany", "Europe/Berlin"), ("St. Petersburg", "Europe/Moscow"),
        ("Beijing", "Asia/Shanghai"), ("Kiev", "Europe/Kyiv"), ("UTC", "Etc/UTC"), ("Scotland", "Europe/London"),
    ],
)  # fmt: skip
def test_places_are_found_as_people_call_them(said, zone):
    assert find_place(said).zone.utcoffset(NOW) == find_place(zone.rpartition("/")[2].replace("_", " ")).zone.utcoffset(
        NOW
    )
    assert find_place(said).zone.key in (zone, "UTC")


@pytest.mark.parametrize("said", ["Mars", "nowhere at all", "", "my house"])
def test_what_is_no_place_is_none(said):
    assert find_place(said) is None


@pytest.mark.parametrize(
    ("day", "text"),
    [
        (date(2026, 12, 25), "There are 32 days until Friday, December 25th."),
        (date(2026, 11, 24), "There is 1 day until Tuesday, November 24th."),
        (date(2026, 11, 23), "That's today, Monday, November 23rd."),
        (date(2026, 11, 20), "Friday, November 20th was 3 days ago."),
    ],
)
def test_days_are_counted(world, day, text):
    assert world.do("clock.days_until", date=day).text == text


def test_the_date_of_a_day(world):
    assert world.do("clock.date_of", date=date(2026, 11, 27)).text == "That is Friday, November 27th."
    assert world.do("clock.date_of", date=date(2025, 1, 1)).text == "That was Wednesday, January 1st, 2025."


# -- sums and units ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("said", "result"),
    [
        ("12 times 4", "48"), ("12 x 4", "48"), ("12×4", "48"), ("two plus three times four", "14"),
        ("10 divided by 4", "2.5"), ("15% of 80", "12"), ("the square root of 81", "9"), ("five squared", "25"),
        ("2 to the power of 10", "1,024"), ("half of 90", "45"), ("20% off 50", "40"), ("200 plus 10 percent", "220"),
        ("minus 5 plus 3", "-2"), ("7 factorial", "5,040"), ("0.1 + 0.2", "0.3"), ("1 / 3", "0.333333"),
        ("10 mod 3", "1"), ("(3+4)*2", "14"), ("1,000 + 1", "1,001"), ("2^100", "about 1.27 times 10 to the 30"),
        ("one hundred and five divided by five", "21"), ("8 to the 3rd power", "512"), ("pi times 2", "6.283185"),
    ],
)  # fmt: skip
def test_sums_are_worked_out_as_they_are_said(said, result):
    assert spoken_number(evaluate(parse(said))) == result


@pytest.mark.parametrize("said", ["9**9**9", "2^1001", "171 factorial", "9**300*9**300"])
def test_a_sum_that_would_never_end_is_refused_at_once(said):
    began = time.monotonic()
    with pytest.raises(ActionError, match="too large"):
        evaluate(parse(said))
    assert time.monotonic() - began < 1


@pytest.mark.parametrize("said", ["my age", "__import__('os').system('ls')", "open('x')", "what", "a.b", ""])
def test_what_is_no_sum_is_never_evaluated(said):
    assert parse(said) is None


def test_dividing_by_zero_and_half_sums_are_one_line(world):
    for said in ("5 / 0", "5 +", "sqrt(-1)", "3 3"):
        with pytest.raises(ActionError) as caught:
            evaluate(said)
        assert "\n" not in str(caught.value)
    assert not world.do("calculate.sum", expression="the meaning of life").ok


def test_a_sum_can_be_put_together_by_its_intent(world):
    assert world.do("calculate.sum", {"form": "{percent} / 100 * {bill}"}, percent=15, bill=80.0).text == "That's 12."
    slots = {"second": 5, "first": 20, "operator": "-"}
    assert world.do("calculate.sum", {"form": "{first} {operator} {second}"}, **slots).text == "That's 15."


@pytest.mark.parametrize(
    ("amount", "given", "wanted", "answer"),
    [
        (10, "mile", "kilometer", "10 miles is 16.09 kilometers."),
        (20, "degree Celsius", "degree Fahrenheit", "20 degrees Celsius is 68 degrees Fahrenheit."),
        (1, "liter", "cup", "1 liter is 4.23 cups."),
        (12, "stone", "kilogram", "12 stone is 76.2 kilograms."),
        (60, "mile per hour", "kilometer per hour", "60 miles per hour is 96.56 kilometers per hour."),
        (100, "square foot", "square meter", "100 square feet is 9.29 square meters."),
        (8, "ounce", "milliliter", "8 ounces is 236.59 milliliters."),
        (8, "ounce", "gram", "8 ounces is 226.8 grams."),
        (250, "milliliter", "ounce", "250 milliliters is 8.45 ounces."),
        (1, "year", "day", "1 year is 365.25 days."),
    ],
)
def test_units_are_converted(world, amount, given, wanted, answer):
    assert world.do("calculate.convert", amount=amount, from_unit=given, to_unit=wanted).text == answer


def test_feet_and_inches_go_together(world):
    slots = {"amount": 5, "from_unit": "foot", "more": 3, "to_unit": "centimeter"}
    assert world.do("calculate.convert", **slots).text == "5 feet 3 inches is 160.02 centimeters."
    assert world.do("calculate.convert", more_unit="inch", **slots).text == "5 feet 3 inches is 160.02 centimeters."


def test_units_that_do_not_belong_together_are_one_line(world):
    with pytest.raises(ActionError, match="Cups and grams do not measure the same thing"):
        world.do("calculate.convert", amount=1, from_unit="cup", to_unit="gram")


# -- notes and lists --------------------------------------------------------------------------


def test_a_note_is_kept_read_found_and_deleted(world):
    assert world.do("note.read").text == "You have no notes."
    assert world.do("note.take", text="that the car is on level three").text == "Noted: the car is on level three."
    world.do("note.take", text="buy a present for Mum")
    assert world.do("note.read").text == "2 notes. Today: Buy a present for Mum. Today: The car is on level three."
    assert world.do("note.search", text="the car").text == "1 note. Today: The car is on level three."
    assert "no note about bicycles" in world.do("note.search", text="bicycles").text
    deleted = world.do("note.delete")
    assert deleted.text == "Deleted the note: Buy a present for Mum."
    assert deleted.undo() == "The note is back."
    assert len(world.store.notes()) == 2


def test_many_notes_are_read_in_part(world):
    for number in range(9):
        world.do("note.take", text=f"number {number}")
    said = world.do("note.read").text
    assert said.startswith("9 notes, the latest 5 are: Today: Number 8.")
    assert "Number 3" not in said


@pytest.mark.parametrize(
    ("said", "items"),
    [
        ("milk, eggs and bread", ["milk", "eggs", "bread"]),
        ("milk and eggs", ["milk", "eggs"]),
        ("milk, eggs, and bread", ["milk", "eggs", "bread"]),
        ("some milk and a dozen eggs", ["milk", "dozen eggs"]),
        ("salt and pepper", ["salt and pepper"]),
        ("fish and chips and mac and cheese", ["fish and chips", "mac and cheese"]),
        ("candy", ["candy"]),
        ("milk milk and milk", ["milk milk", "milk"]),
        ("", []),
    ],
)
def test_items_are_told_apart(said, items):
    assert split_items(said) == items


def test_a_list_is_filled_read_ticked_and_cleared(world):
    assert world.do("list.read").text == "Your shopping list is empty."
    added = world.do("list.add", items="milk, eggs and bread", list="shopping")
    assert added.text == "Added milk, eggs and bread to your shopping list."
    again = world.do("list.add", items="milk and butter")
    assert again.text == "Added butter to your shopping list. Milk was there already."
    assert again.undo() == "Butter is off your shopping list again."
    ticked = world.do("list.tick", items="the milk")
    assert ticked.text == "Ticked off milk."
    assert world.do("list.read").text == "There are 2 things on your shopping list: eggs and bread."
    assert ticked.undo() == "Milk is back on your shopping list."
    cleared = world.do("list.clear", list="shopping")
    assert cleared.text == "Your shopping list is empty now."
    assert cleared.undo() == "Your shopping list is back."
    assert {item.text for item in world.store.items("shopping")} == {"milk", "eggs", "bread"}


def test_a_thing_is_found_on_any_list_though_misspelt(world):
    world.do("list.add", items="call the plumber", list="to-do")
    world.do("list.add", items="oat milk", list="shopping")
    assert world.do("list.has", items="oatmilk", list="shopping").text == "Yes, oat milk is on your shopping list."
    assert world.do("list.has", items="soap", list="shopping").text == "No, soap is not on your shopping list."
    assert world.do("list.tick", items="call the plummer").text == "Ticked off call the plumber."
    assert world.do("list.remove", items="soap").text == "Soap is not on any of your lists."
    assert world.do("list.remove", items="milk").text == "Took oat milk off your shopping list."


def test_which_list_is_read_where_none_is_named(world):
    world.do("list.add", items="call Anna", list="to-do")
    assert "to-do list: call Anna" in world.do("list.read").text
    world.do("list.add", items="milk and eggs")
    assert world.do("list.read").text == "You have 2 things on your shopping list and 1 thing on your to-do list."


# -- chance -----------------------------------------------------------------------------------


def test_dice_fall_within_their_sides(world):
    rolled = {int(world.do("chance.dice").values["result"]) for _ in range(200)}
    assert rolled == {1, 2, 3, 4, 5, 6}
    many = world.do("chance.dice", count=3, sides=20)
    shown, total = many.text.removesuffix(" in all.").rsplit(", ", 1)
    assert sum(int(each) for each in shown.replace(" and ", ", ").split(", ")) == int(total)
    assert world.do("chance.dice", texts={"sides": "2d20"}, sides=20).text.endswith("in all.")
    assert not world.do("chance.dice", count=5000).ok


def test_coins_numbers_and_choices(world):
    assert {world.do("chance.coin").text for _ in range(60)} == {"Heads.", "Tails."}
    assert {int(world.do("chance.number", low=3, high=1).values["result"]) for _ in range(60)} == {1, 2, 3}
    assert {world.do("chance.pick", options="between tea or coffee").text for _ in range(60)} == {"Tea.", "Coffee."}
    assert not world.do("chance.pick", options="tea").ok


# -- dialogue ---------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["stop", "cancel", "repeat", "undo", "quit"])
def test_what_only_the_conversation_can_do_is_asked_of_it(world, name):
    assert world.do(f"dialogue.{name}").control == name


def test_help_tells_what_can_be_said(world):
    everything = world.do("dialogue.help")
    assert everything.control == "help"
    assert "“what time is it”" in everything.text
    about = world.do("dialogue.help", topic="timers").text
    assert about == "About timers you can say: “set a timer for ten minutes” and “cancel the timer”."
    assert not world.do("dialogue.help", topic="quantum physics").ok


def test_the_greeting_knows_the_time_of_day(world):
    assert world.do("dialogue.greet").text.startswith("Good morning.")


# -- volume and players -----------------------------------------------------------------------

PACTL = """
case "$1" in
  get-sink-volume) echo "Volume: front-left: 26214 /  $(/bin/cat "$0.level" || echo 40)% / -23 dB" ;;
  get-sink-mute) echo "Mute: no" ;;
  set-sink-volume) echo "${3%\\%}" > "$0.level" ;;
esac
"""


def test_the_volume_is_set_changed_told_and_put_back(world, programs):
    programs("pactl", PACTL)
    Path(os.environ["PATH"], "pactl.level").write_text("40")
    louder = world.do("volume.change")
    assert louder.text == "Volume 50 percent."
    assert world.do("volume.change", {"sign": "-"}, amount=20).text == "Volume 30 percent."
    assert world.do("volume.set", level=200).text == "Volume 100 percent."
    assert world.do("volume.tell").text == "The volume is at 100 percent."
    assert louder.undo() == "The volume is back at 40 percent."
    assert "pactl set-sink-volume @DEFAULT_SINK@ 40%" in programs.calls()


def test_wpctl_is_asked_first_and_amixer_last(world, programs):
    programs("amixer", 'echo "  Mono: Playback 30 [47%] [-20dB] [off]"')
    assert world.do("volume.tell").text == "The volume is at 47 percent, muted."
    programs("wpctl", 'echo "Volume: 0.35"')
    assert world.do("volume.tell").text == "The volume is at 35 percent."
    world.do("volume.mute")
    assert programs.calls()[-1] == "wpctl set-mute @DEFAULT_AUDIO_SINK@ 1"


def test_a_mixer_that_fails_is_passed_over_and_none_is_one_line(world, programs):
    programs("wpctl", "echo 'Could not connect to PipeWire' >&2; exit 1")
    with pytest.raises(ActionError, match="Could not connect to PipeWire"):
        world.do("volume.tell")
    programs("amixer", 'echo "[10%] [on]"')
    assert world.do("volume.tell").text == "The volume is at 10 percent."


def test_without_a_session_there_are_no_players(world, programs):
    programs("busctl", "echo 'Failed to set bus address: $DBUS_SESSION_BUS_ADDRESS not defined' >&2; exit 1")
    with pytest.raises(ActionError, match="no desktop session"):
        world.do("media.now")


def test_without_a_mixer_or_a_player_the_reply_says_what_to_install(world, programs):
    with pytest.raises(ActionError, match="install wireplumber, pulseaudio-utils or alsa-utils"):
        world.do("volume.mute")
    with pytest.raises(ActionError, match="install playerctl"):
        world.do("media.control", {"do": "next"})


def test_a_player_is_told_what_to_do(world, programs):
    programs("playerctl", '[ "$1" = metadata ] && /bin/printf "Kashmir\\tLed Zeppelin\\n"; exit 0')
    assert world.do("media.control", {"do": "pause"}).text == "Paused."
    assert programs.calls() == ["playerctl pause"]
    assert world.do("media.now").text == "Kashmir by Led Zeppelin."
    programs("playerctl", 'echo "No players found" >&2; exit 1')
    with pytest.raises(ActionError, match="No media player is open"):
        world.do("media.control", {"do": "pause"})


BUSCTL = """
case "$*" in
  *list*) echo '[{"name":":1.1"},{"name":"org.mpris.MediaPlayer2.a"},{"name":"org.mpris.MediaPlayer2.b"}]' ;;
  *2.a*PlaybackStatus*) echo '{"type":"s","data":"Paused"}' ;;
  *2.b*PlaybackStatus*) echo '{"type":"s","data":"Playing"}' ;;
  *Metadata*) /bin/cat "$0.metadata" ;;
esac
"""


def test_the_player_that_plays_is_reached_over_the_bus(world, programs):
    programs("busctl", BUSCTL)
    metadata = {"xesam:title": {"type": "s", "data": "Song"}, "xesam:artist": {"type": "as", "data": ["A", "B"]}}
    Path(os.environ["PATH"], "busctl.metadata").write_text(json.dumps({"type": "a{sv}", "data": metadata}))
    assert world.do("media.control", {"do": "next"}).text == "Next one."
    assert programs.calls()[-1].endswith(
        "call org.mpris.MediaPlayer2.b /org/mpris/MediaPlayer2 org.mpris.MediaPlayer2.Player Next"
    )
    assert world.do("media.now").text == "Song by A and B."


@pytest.mark.skipif(
    shutil.which("dbus-run-session") is None or shutil.which("busctl") is None, reason="needs a session bus"
)
def test_a_real_bus_without_a_player_is_one_line(tmp_path):
    code = (
        "from assistant.actions.builtins import media; from assistant.actions.outcome import Context\n"
        "import shutil; which = shutil.which; shutil.which = lambda n: None if n == 'playerctl' else which(n)\n"
        "try: media.control({}, {'do': 'play'}, Context(None, None, None, list))\n"
        "except Exception as error: print(error)"
    )
    out = subprocess.run(["dbus-run-session", "--", sys.executable, "-c", code], capture_output=True, text=True)
    assert out.stdout == "No media player is open.\n"


# -- applications, pages, the screen ----------------------------------------------------------


@pytest.fixture
def menu(tmp_path, monkeypatch, programs):
    folder = tmp_path / "share" / "applications"
    folder.mkdir(parents=True)
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "share"))
    monkeypatch.setenv("XDG_DATA_DIRS", str(tmp_path / "none"))

    def add(file, **keys):
        lines = "\n".join(f"{key}={value}" for key, value in {"Type": "Application", **keys}.items())
        (folder / f"{file}.desktop").write_text(f"# menu\n[Desktop Entry]\n{lines}\n[Desktop Action x]\nName=Other\n")

    programs("app", "")
    return add


def eventually(condition):
    until = time.monotonic() + 3
    while not condition() and time.monotonic() < until:
        time.sleep(0.02)
    return condition()


def test_an_installed_application_is_opened_by_what_people_call_it(world, menu, programs):
    menu("org.gnome.Calculator", Name="Calculator", Exec="app --calc %U")
    menu("firefox", Name="Firefox Web Browser", GenericName="Web Browser", Keywords="Internet;WWW;", Exec="app %u")
    menu("editor", Name="Text Editor", Exec='app "two words" --name=%c')
    assert world.do("desktop.open", name="firefox").text == "Opening Firefox Web Browser."
    assert world.do("desktop.open", name="the web browser").text == "Opening Firefox Web Browser."
    assert world.do("desktop.open", name="calculater").text == "Opening Calculator."
    assert world.do("desktop.open", name="text editor").text == "Opening Text Editor."
    assert eventually(lambda: "app two words --name=Text Editor" in programs.calls())
    assert "app --calc" in programs.calls()


def test_what_is_not_in_the_menu_is_not_started(world, menu, programs):
    menu("hidden", Name="Hidden", Exec="app", NoDisplay="true")
    menu("gone", Name="Gone", Exec="not-installed")
    menu("link", Name="Link", Exec="app", Type="Link")
    for name in ("hidden", "gone", "link", "app", "rm -rf /", "sh", "../app"):
        outcome = world.do("desktop.open", name=name)
        assert (outcome.ok, outcome.text) == (False, f"I found no application called {name}.")
    assert programs.calls() == []


def test_an_application_that_fails_to_start_is_one_line(world, menu, programs):
    menu("broken", Name="Broken", Exec="broken")
    programs("broken", "exit 4")
    with pytest.raises(ActionError, match="broken: ended at once with exit code 4"):
        world.do("desktop.open", name="broken")


@pytest.mark.parametrize(
    ("said", "address"),
    [
        ("example.com", "https://example.com"), ("example dot org", "https://example.org"),
        ("http://localhost:8123/x", "http://localhost:8123/x"), ("example dot com slash news", "https://example.com/news"),
    ],
)  # fmt: skip
def test_pages_are_opened_by_http_only(world, programs, said, address):
    programs("xdg-open", "")
    assert world.do("desktop.page", page=said).ok
    assert programs.calls() == [f"xdg-open {address}"]


@pytest.mark.parametrize("said", ["file:///etc/passwd", "javascript:alert(1)", "--help", "my diary", "https://"])
def test_what_is_no_web_address_is_not_opened(world, programs, said):
    programs("xdg-open", "")
    assert not world.do("desktop.page", page=said).ok
    assert programs.calls() == []


def test_a_search_is_quoted_into_its_address(world, programs):
    programs("xdg-open", "")
    assert world.do("desktop.search", query="fish & chips?").text == "Searching the web for fish & chips."
    assert programs.calls() == ["xdg-open https://duckduckgo.com/?q=fish+%26+chips"]
    with pytest.raises(ActionError, match="only http and https"):
        world.do("desktop.search", {"url": "file:///{query}"}, query="x")


def test_without_a_browser_the_reply_says_what_to_install(world, programs):
    with pytest.raises(ActionError, match="install xdg-utils"):
        world.do("desktop.page", page="example.com")


def test_a_screenshot_is_saved_by_the_first_tool_that_makes_one(world, programs, tmp_path, monkeypatch):
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("XDG_PICTURES_DIR", str(tmp_path / "Pictures"))
    with pytest.raises(ActionError, match="install grim"):
        world.do("screen.shot")
    programs("gnome-screenshot", "exit 1")
    programs("scrot", '/bin/touch "$1"')
    said = world.do("screen.shot")
    assert Path(said.values["file"]).is_file()
    assert said.text == f"Screenshot saved as {Path(said.values['file']).name}."


def test_the_brightness_is_written_where_linux_shows_it(world, programs, tmp_path, monkeypatch):
    light = tmp_path / "backlight" / "panel"
    light.mkdir(parents=True)
    (light / "max_brightness").write_text("200\n")
    (light / "brightness").write_text("100\n")
    monkeypatch.setattr(screen, "BACKLIGHTS", light.parent)
    brighter = world.do("screen.brightness", {"step": "10"})
    assert brighter.text == "Screen at 60 percent."
    assert (light / "brightness").read_text() == "120"
    assert brighter.undo() == "The screen is back at 50 percent."
    assert world.do("screen.brightness", level=0).text == "Screen at 1 percent."
    monkeypatch.setattr(screen, "BACKLIGHTS", tmp_path / "none")
    with pytest.raises(ActionError, match="no backlight"):
        world.do("screen.brightness", level=50)


def test_an_exec_line_is_read_by_the_specification():
    arguments = desktop.exec_arguments
    assert arguments(r'"a \"b\"" c\sd %f --x=%k 100%%', "N", Path("/f.desktop")) == (
        'a "b"',
        "c",
        "d",
        "--x=/f.desktop",
        "100%",
    )


# -- the machine ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "action", ["battery", "disk", "memory", "load", "temperature", "uptime", "address", "network", "hungriest"]
)
def test_the_state_of_this_machine_is_told_in_a_sentence(world, action):
    said = world.do(f"system.{action}").text
    assert said.endswith(".")
    assert 10 < len(said) < 160


def test_the_busiest_program_is_found(world):
    busy = subprocess.Popen(["sh", "-c", "while :; do :; done"])
    try:
        assert "sh with" in world.do("system.hungriest", {"of": "cpu"}).text.casefold()
    finally:
        busy.kill()
        busy.wait()


# -- the smart home ---------------------------------------------------------------------------


class House(http.server.BaseHTTPRequestHandler):
    """Home Assistant, as far as it matters here."""

    calls: list[tuple[str, object]] = []  # noqa: RUF012
    intents: dict[str, object] = {}  # noqa: RUF012
    conversation = ""
    states: list[dict[str, object]] = []  # noqa: RUF012

    def answer(self, status, body):
        content = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def do_POST(self):
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.calls.append((self.path, body))
        if self.headers.get("Authorization") != "Bearer token":
            return self.answer(401, {"message": "Unauthorized"})
        if self.path == "/api/conversation/process":
            speech = {"plain": {"speech": self.conversation}}
            return self.answer(200, {"response": {"speech": speech, "response_type": "query_answer"}})
        if body["name"] not in self.intents:
            return self.answer(500, {})
        known = self.intents[body["name"]]
        return self.answer(200, known(body["data"]) if callable(known) else known)

    def do_GET(self):
        self.calls.append((self.path, None))
        if self.path == "/api/states":
            return self.answer(200, self.states)
        if found := [each for each in self.states if self.path == f"/api/states/{each['entity_id']}"]:
            return self.answer(200, found[0])
        attributes = {"friendly_name": "Front door"}
        return self.answer(200, {"entity_id": "lock.front", "state": "locked", "attributes": attributes})

    def log_message(self, *_):
        return


@pytest.fixture
def house(world):
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), House)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    House.calls, House.intents, House.conversation, House.states = [], {}, "", []
    address = f"http://127.0.0.1:{server.server_port}/"
    world.config = Config(home_assistant=HomeAssistantConfig(url=address, token="token"))
    yield House
    server.shutdown()
    thread.join()
    server.server_close()


def response(speech="", kind="action_done", **found):
    said = {"plain": {"speech": speech, "extra_data": None}} if speech else {}
    return {"speech": said, "response_type": kind, "data": {"targets": [], "success": [], "failed": [], **found}}


def entity(name, entity_id="light.x"):
    return {"name": name, "type": "entity", "id": entity_id}


def test_an_intent_goes_to_home_assistant_and_its_words_come_back(world, house):
    house.intents["HassTurnOn"] = response("turned on the lights")
    said = world.do("home.intent", {"intent": "HassTurnOn", "domain": "light"}, area="the kitchen")
    assert said.text == "Turned on the lights"
    assert house.calls == [
        ("/api/intent/handle", {"name": "HassTurnOn", "data": {"domain": "light", "area": "kitchen"}})
    ]


def test_an_intent_of_a_home_assistant_file_goes_there_under_its_own_name(world, house):
    house.intents["HassOpenValve"] = response("opened")
    actions = Actions(world.config, world.store, world.timers, lambda: CATALOGUE)
    match = IntentMatch("HassOpenValve", {"name": "tap"}, 1.0, (), BuiltInAction("home.intent"))
    assert actions.run(match, threading.Event()).text == "Opened"
    assert house.calls[0][1] == {"name": "HassOpenValve", "data": {"name": "tap"}}


def test_what_really_changed_is_named_where_home_assistant_says_nothing(world, house):
    house.intents["HassTurnOn"] = response(success=[entity("Ceiling"), entity("Counter")])
    assert world.do("home.intent", {"intent": "HassTurnOn"}, area="kitchen").text == "Done: Ceiling and Counter."
    house.intents["HassTurnOn"] = response(failed=[entity("Ceiling")])
    failed = world.do("home.intent", {"intent": "HassTurnOn"}, area="kitchen")
    assert (failed.ok, failed.text) == (False, "Ceiling did not answer.")


def test_numbers_are_sent_as_numbers_and_several_domains_as_a_list(world, house):
    house.intents["HassLightSet"] = response("ok")
    world.do("home.intent", {"intent": "HassLightSet", "domain": "light,switch"}, brightness=30.0, color="red")
    assert house.calls[0][1]["data"] == {"domain": ["light", "switch"], "brightness": 30, "color": "red"}


def test_a_question_is_answered_with_the_state(world, house):
    house.intents["HassGetState"] = response(kind="query_answer", success=[entity("Front door", "lock.front")])
    said = world.do("home.intent", {"intent": "HassGetState", "domain": "lock"}, name="front door")
    assert said.text == "The Front door is locked."
    assert house.calls[-1] == ("/api/states/lock.front", None)


def test_a_question_without_words_is_put_to_the_conversation(world, house):
    house.intents["HassClimateGetTemperature"] = response(kind="query_answer")
    house.conversation = "21.5 °C"
    with_say = {"intent": "HassClimateGetTemperature", "say": "what is the temperature in the {area}"}
    assert world.do("home.intent", with_say, area="bedroom").text == "21.5 °C"
    assert house.calls[-1] == ("/api/conversation/process", {"text": "what is the temperature in the bedroom"})


def test_what_home_assistant_does_not_know_is_said_plainly(world, house):
    house.intents["HassTurnOn"] = response("<MatchFailedError result=...>", kind="error")
    unknown = world.do("home.intent", {"intent": "HassTurnOn"}, name="teleporter")
    assert (unknown.ok, unknown.text) == (False, "Home Assistant knows no teleporter.")
    with pytest.raises(ActionError, match="does not know the intent HassMagic"):
        world.do("home.intent", {"intent": "HassMagic"})


def only(**wanted):
    """Return what Home Assistant does that knows these data alone."""
    unknown = response("<MatchFailedError result=...>", kind="error")
    return lambda data: response("done") if data == wanted else unknown


@pytest.mark.parametrize(
    ("said", "known"),
    [
        ({"area": "upstairs"}, {"floor": "upstairs"}),
        ({"area": "second floor"}, {"floor": "second floor"}),
        ({"name": "ceiling light", "area": "kitchen"}, {"name": "kitchen ceiling light"}),
        ({"area": "hall", "device_class": "window"}, {"name": "hall window"}),
        ({"area": "office", "domain": "light"}, {"name": "office lights", "domain": "light"}),
        ({"name": "play corner lights"}, {"name": "play corner", "domain": "light"}),
        ({"name": "bedroom lamp"}, {"area": "bedroom", "domain": "light"}),
    ],
)
def test_a_thing_is_found_under_what_it_may_be_called(world, house, said, known):
    house.intents["HassTurnOn"] = only(**known)
    assert world.do("home.intent", {"intent": "HassTurnOn"}, **said).text == "Done"
    assert not world.do("home.intent", {"intent": "HassTurnOn"}, name="coffee machine").ok


def test_a_player_goes_louder_and_quieter_by_steps(world, house):
    house.intents["HassSetVolumeRelative"] = response("ok")
    for step in ({}, {"volume_step": 20.0}):
        for way in ("up", "down"):
            world.do("home.intent", {"intent": "HassSetVolumeRelative", "volume_step": way}, name="TV", **step)
    assert [body["data"]["volume_step"] for _, body in house.calls] == ["up", "down", 20, -20]


def state(entity_id, said, name, **attributes):
    return {"entity_id": entity_id, "state": said, "attributes": {"friendly_name": name, **attributes}}


def test_which_of_several_are_on_or_open_is_counted(world, house):
    house.states = [
        state("light.a", "on", "Ceiling"),
        state("light.b", "off", "Counter"),
        state("cover.a", "closed", "Roof window"),
        state("binary_sensor.a", "on", "Kitchen window", device_class="window"),
        state("light.elsewhere", "on", "Hall"),
    ]
    asked = {"intent": "HassGetState", "domain": "light"}
    house.intents["HassGetState"] = response(success=[entity("Ceiling", "light.a"), entity("Counter", "light.b")])
    assert world.do("home.intent", asked, state="on").text == "1 of 2 is on: Ceiling."
    assert world.do("home.intent", asked, state="open").text == "None of 2 is open."
    windows = [entity("Roof window", "cover.a"), entity("Kitchen window", "binary_sensor.a")]
    house.intents["HassGetState"] = response(success=windows)
    assert world.do("home.intent", asked, state="open").text == "1 of 2 is open: Kitchen window."
    house.intents["HassGetState"] = response(success=windows[1:])
    assert world.do("home.intent", asked, state="closed").text == "The Kitchen window is open."


def test_the_weather_is_told_in_words(world, house):
    house.intents["HassGetWeather"] = response(success=[entity("Home", "weather.home")])
    house.states = [state("weather.home", "partlycloudy", "Home", temperature=21.5, temperature_unit="°C")]
    asked = {"intent": "HassGetWeather", "without": "I know the weather only from Home Assistant"}
    assert world.do("home.intent", asked).text == "It is partly cloudy, 21.5 °C."
    house.intents["HassGetWeather"] = response("No weather entity found", kind="error")
    assert world.do("home.intent", asked).text == "No weather entity found"
    world.config = Config()
    told = world.do("home.intent", asked)
    assert (told.ok, told.text.startswith("I know the weather only from Home Assistant, and none is set up")) == (
        False,
        True,
    )


@pytest.mark.parametrize("name", ["all", "everything", "every lamp", "the whole house", "all the doors"])
def test_the_whole_house_is_not_switched_by_a_name(world, house, name):
    assert not world.do("home.intent", {"intent": "HassTurnOff"}, name=name).ok
    assert house.calls == []


def test_a_wrong_token_an_absent_server_and_none_at_all_are_one_line(world, house):
    url = world.config.home_assistant.url
    world.config = Config(home_assistant=HomeAssistantConfig(url=url, token="wrong"))
    with pytest.raises(ActionError, match="refused the access token: check token under"):
        world.do("home.intent", {"intent": "HassTurnOn"}, name="lamp")
    world.config = Config(home_assistant=HomeAssistantConfig(url="http://127.0.0.1:1", token="token"))
    with pytest.raises(ActionError, match="cannot be reached"):
        world.do("home.intent", {"intent": "HassTurnOn"}, name="lamp")
    world.config = Config()
    with pytest.raises(ActionError, match=r"set url under \[home_assistant\]"):
        world.do("home.intent", {"intent": "HassTurnOn"}, name="lamp")


def test_the_manual_lists_every_action_in_its_own_words():
    manual = (ROOT / "docs" / "actions.md").read_text()
    for name, function in BUILT_INS.items():
        said = " ".join(function.__doc__.split()).replace("|", "\\|")
        assert f"| `{name}` | {said} |" in manual, name
