"""Media players, by playerctl or over the session bus."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys

import pytest

from assistant.errors import ActionError


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
    paused = world.do("media.control", {"do": "pause"})
    assert paused.text == "Paused."
    assert paused.undo() == "Playing."
    assert world.do("media.control", {"do": "next"}).undo is None
    assert programs.calls() == [f"playerctl {verb}" for verb in ("status", "pause", "play", "status", "next")]
    assert world.do("media.now").text == "Kashmir by Led Zeppelin."
    programs("playerctl", 'echo "No players found" >&2; exit 1')
    with pytest.raises(ActionError, match="No media player is open"):
        world.do("media.control", {"do": "pause"})


@pytest.mark.parametrize(
    ("status", "verb", "text"),
    [
        ("Paused", "pause", "Nothing is playing."),
        ("Stopped", "stop", "Nothing is playing."),
        ("Playing", "play", "It is playing already."),
    ],
)
def test_a_player_that_is_told_nothing_new_is_left_alone(world, programs, status, verb, text):
    programs("playerctl", f"echo {status}")
    told = world.do("media.control", {"do": verb})
    assert (told.text, told.ok, told.undo) == (text, False, None)
    assert programs.calls() == ["playerctl status"]


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
    (programs.folder / "busctl.metadata").write_text(json.dumps({"type": "a{sv}", "data": metadata}))
    assert world.do("media.control", {"do": "next"}).text == "Next one."
    assert programs.calls()[-1].endswith(
        "call org.mpris.MediaPlayer2.b /org/mpris/MediaPlayer2 org.mpris.MediaPlayer2.Player Next"
    )
    assert world.do("media.now").text == "Song by A and B."


@pytest.mark.parametrize("metadata", ["", "{", "[]", "5", '{"data": 5}', '{"data": {"xesam:title": []}}'])
def test_a_player_that_tells_nothing_plays_nothing(world, programs, metadata):
    programs("busctl", BUSCTL)
    (programs.folder / "busctl.metadata").write_text(metadata)
    assert world.do("media.now").text == "Nothing is playing."


@pytest.mark.parametrize("rows", ["", "{", "{}", "5", "[5, {}, null, []]", '[{"name": 5}]'])
def test_a_bus_that_lists_nothing_has_no_player(world, programs, rows):
    programs("busctl", f"echo '{rows}'")
    with pytest.raises(ActionError, match="No media player is open"):
        world.do("media.now")


@pytest.mark.skipif(
    shutil.which("dbus-run-session") is None or shutil.which("busctl") is None, reason="needs a session bus"
)
def test_a_real_bus_without_a_player_is_one_line(tmp_path):
    code = (
        "from assistant.actions.builtins.desktop import players; from assistant.actions.outcome import Context\n"
        "import shutil; which = shutil.which; shutil.which = lambda n: None if n == 'playerctl' else which(n)\n"
        "try: players.control({}, {'do': 'play'}, Context(None, None, None, list))\n"
        "except Exception as error: print(error)"
    )
    out = subprocess.run(["dbus-run-session", "--", sys.executable, "-c", code], capture_output=True, text=True)
    assert out.stdout == "No media player is open.\n"
