"""The volume, by whichever mixer is installed."""

from __future__ import annotations

import pytest

from assistant.errors import ActionError

PACTL = """
case "$1" in
  get-sink-volume) echo "Volume: front-left: 26214 /  $(/bin/cat "$0.level" || echo 40)% / -23 dB" ;;
  get-sink-mute) echo "Mute: no" ;;
  set-sink-volume) echo "${3%\\%}" > "$0.level" ;;
esac
"""


def test_the_volume_is_set_changed_told_and_put_back(world, programs):
    programs("pactl", PACTL)
    (programs.folder / "pactl.level").write_text("40")
    louder = world.do("volume.change")
    assert louder.text == "Volume 50 percent."
    assert world.do("volume.change", {"sign": "-"}, amount=20).text == "Volume 30 percent."
    with pytest.raises(ActionError, match="200 does not fit: the volume goes from 0 to 100"):
        world.do("volume.set", level=200)
    assert world.do("volume.set", level=100).text == "Volume 100 percent."
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
