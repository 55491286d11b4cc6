"""Volume, by wpctl, pactl or amixer, and media players, by playerctl or over D-Bus."""

from __future__ import annotations

import json
import re
import shutil
import threading
from collections.abc import Callable, Mapping
from typing import Any

from assistant.actions import program
from assistant.actions.outcome import Context, Outcome, Slots
from assistant.errors import ActionError
from assistant.language import spoken

_STEP = 10
_C = {"LC_ALL": "C"}
"""The programs' words are read, so they must be the English ones."""

Volume = tuple[int, bool]
"""Percent, muted."""


# -- volume -----------------------------------------------------------------------------------


def louder(slots: Slots, arguments: Mapping[str, str], context: Context) -> Outcome:
    """Turn the volume up by `amount` percent, 10 by default; down with `with: {sign: "-"}`."""
    amount = slots.get("amount", _STEP)
    step = int(amount) if isinstance(amount, int | float) else _STEP
    return _set(lambda now: now[0] + (-step if arguments.get("sign") == "-" else step), context)


def set_volume(slots: Slots, arguments: Mapping[str, str], context: Context) -> Outcome:
    """Set the volume to `level` percent, or to `with: {level}`."""
    level = slots.get("level", arguments.get("level", ""))
    try:
        wanted = int(float(str(level)))
    except ValueError:
        return Outcome("To how many percent?", ok=False)
    return _set(lambda _: wanted, context)


def tell_volume(_: Slots, __: Mapping[str, str], context: Context) -> Outcome:
    """Tell how loud it is."""
    percent, muted = _mixer(context)(None, None)
    return Outcome(f"The volume is at {percent} percent{', muted' if muted else ''}.", {"level": str(percent)})


def mute(_: Slots, __: Mapping[str, str], context: Context) -> Outcome:
    """Mute the sound."""
    return _set_muted(True, context)


def unmute(_: Slots, __: Mapping[str, str], context: Context) -> Outcome:
    """Let the sound be heard again."""
    return _set_muted(False, context)


def _set(level: Callable[[Volume], int], context: Context) -> Outcome:
    mixer = _mixer(context)
    before = mixer(None, None)
    percent = min(100, max(0, level(before)))
    mixer(percent, False if before[1] and percent else None)

    def undo() -> str:
        mixer(*before)
        return f"The volume is back at {before[0]} percent."

    return Outcome(f"Volume {percent} percent.", {"level": str(percent)}, undo=undo)


def _set_muted(muted: bool, context: Context) -> Outcome:
    mixer = _mixer(context)
    before = mixer(None, None)
    mixer(None, muted)

    def undo() -> str:
        mixer(None, before[1])
        return f"The sound is {'off' if before[1] else 'on'} again."

    return Outcome("Muted." if muted else "The sound is on.", undo=undo)


Mixer = Callable[[int | None, bool | None], Volume]
"""(percent to set or None, muted to set or None) -> as it was before."""


def _mixer(context: Context) -> Mixer:
    """Return the first mixer that is installed and answers."""
    failures = []
    for name, mixer in {"wpctl": _wpctl, "pactl": _pactl, "amixer": _amixer}.items():
        if shutil.which(name) is None:
            continue

        def bound(percent: int | None, muted: bool | None, mixer: Any = mixer) -> Volume:
            return mixer(percent, muted, context.cancelled)  # type: ignore[no-any-return]

        try:
            bound(None, None)
        except ActionError as error:
            failures.append(str(error))
            continue
        return bound
    if failures:
        raise ActionError(f"The volume cannot be read; is a sound server running? {failures[0]}")
    raise ActionError("No program to set the volume is here: install wireplumber, pulseaudio-utils or alsa-utils.")


def _wpctl(percent: int | None, muted: bool | None, cancelled: threading.Event) -> Volume:
    sink = "@DEFAULT_AUDIO_SINK@"
    said = program.run(["wpctl", "get-volume", sink], cancelled=cancelled, environment=_C)
    if percent is not None:
        program.run(["wpctl", "set-volume", sink, f"{percent / 100:.2f}"], cancelled=cancelled)
    if muted is not None:
        program.run(["wpctl", "set-mute", sink, str(int(muted))], cancelled=cancelled)
    return round(float(_found(r"Volume: ([\d.]+)", said)) * 100), "MUTED" in said


def _pactl(percent: int | None, muted: bool | None, cancelled: threading.Event) -> Volume:
    sink = "@DEFAULT_SINK@"
    said = program.run(["pactl", "get-sink-volume", sink], cancelled=cancelled, environment=_C)
    silent = program.run(["pactl", "get-sink-mute", sink], cancelled=cancelled, environment=_C)
    if percent is not None:
        program.run(["pactl", "set-sink-volume", sink, f"{percent}%"], cancelled=cancelled)
    if muted is not None:
        program.run(["pactl", "set-sink-mute", sink, str(int(muted))], cancelled=cancelled)
    return int(_found(r"(\d+)%", said)), "yes" in silent


def _amixer(percent: int | None, muted: bool | None, cancelled: threading.Event) -> Volume:
    said = program.run(["amixer", "sget", "Master"], cancelled=cancelled, environment=_C)
    wanted = [f"{percent}%"] * (percent is not None) + ["mute" if muted else "unmute"] * (muted is not None)
    if wanted:
        program.run(["amixer", "-q", "sset", "Master", *wanted], cancelled=cancelled)
    return int(_found(r"\[(\d+)%\]", said)), "[off]" in said


def _found(pattern: str, text: str) -> str:
    match = re.search(pattern, text)
    if match is None:
        raise ActionError(f"The mixer said something unexpected: {text.strip()[:80] or 'nothing'}")
    return match[1]


# -- players ----------------------------------------------------------------------------------

_BUS = "org.mpris.MediaPlayer2"
_PATH = "/org/mpris/MediaPlayer2"
_VERBS = {"play": "Play", "pause": "Pause", "next": "Next", "previous": "Previous", "stop": "Stop"}
_SAID = {"play": "Playing.", "pause": "Paused.", "next": "Next one.", "previous": "The one before.", "stop": "Stopped."}


def control(_: Slots, arguments: Mapping[str, str], context: Context) -> Outcome:
    """Tell the player what to do: `with: {do: play|pause|next|previous|stop}`."""
    verb = arguments.get("do", "play")
    if verb not in _VERBS:
        raise ActionError(f"media.control: unknown {verb}; legal: {', '.join(_VERBS)}")
    if shutil.which("playerctl"):
        _playerctl([verb], context)
    else:
        bus = _Bus(context)
        bus.run("call", bus.player(), _PATH, f"{_BUS}.Player", _VERBS[verb])
    return Outcome(_SAID[verb])


def now_playing(_: Slots, __: Mapping[str, str], context: Context) -> Outcome:
    """Tell what is playing."""
    if shutil.which("playerctl"):
        said = _playerctl(["metadata", "--format", "{{title}}\t{{artist}}"], context)
        title, _tab, artist = said.strip().partition("\t")
    else:
        bus = _Bus(context)
        found = bus.read(bus.player(), "Metadata")
        title = str(found.get("xesam:title", {}).get("data", ""))
        artist = spoken.joined([str(name) for name in found.get("xesam:artist", {}).get("data", [])])
    if not title:
        return Outcome("Nothing is playing.")
    return Outcome(f"{title}{f' by {artist}' if artist else ''}.", {"title": title, "artist": artist})


def _playerctl(arguments: list[str], context: Context) -> str:
    try:
        return program.run(["playerctl", *arguments], cancelled=context.cancelled, environment=_C)
    except ActionError as error:
        if "No players found" in str(error):
            raise ActionError("No media player is open.") from error
        raise


class _Bus:
    """Media players on the session bus, through busctl."""

    def __init__(self, context: Context) -> None:
        self._context = context
        if shutil.which("busctl") is None:
            raise ActionError("No program to reach media players is here: install playerctl.")

    def player(self) -> str:
        """Return the player that plays, else any."""
        rows = json.loads(self.run("list") or "[]")
        players: list[str] = [row["name"] for row in rows if row["name"].startswith(f"{_BUS}.")]
        if not players:
            raise ActionError("No media player is open.")
        return next((name for name in players if self.read(name, "PlaybackStatus") == "Playing"), players[0])

    def read(self, player: str, name: str) -> Any:
        """Return a property of a player."""
        return json.loads(self.run("get-property", player, _PATH, f"{_BUS}.Player", name))["data"]

    def run(self, *arguments: str) -> str:
        """Run busctl on the session bus."""
        try:
            return program.run(
                ["busctl", "--user", "--json=short", *arguments], cancelled=self._context.cancelled, environment=_C
            )
        except ActionError as error:
            if "bus address" in str(error) or "connect to bus" in str(error):
                raise ActionError("Media players cannot be reached: there is no desktop session here.") from error
            raise
