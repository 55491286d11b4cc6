"""Media players, by playerctl or over D-Bus (MPRIS)."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from typing import Any

from assistant.actions import program
from assistant.actions.answer import parsed, text_at, value_at
from assistant.actions.outcome import Context, Outcome, Slots, Thing
from assistant.errors import ActionError
from assistant.language import spoken

_ENGLISH = {"LC_ALL": "C"}
"""Environment of the programs: their words are read."""

_BUS = "org.mpris.MediaPlayer2"
_PATH = "/org/mpris/MediaPlayer2"
_VERBS = {"play": "Play", "pause": "Pause", "next": "Next", "previous": "Previous", "stop": "Stop"}
_REPLIES = {
    "play": "Playing.",
    "pause": "Paused.",
    "next": "Next one.",
    "previous": "The one before.",
    "stop": "Stopped.",
}


_OPPOSITES = {"play": "pause", "pause": "play"}
"""What takes a command back; of a title that was skipped nobody knows where it was."""

_IDLE = {"play": ("Playing",), "pause": ("Paused", "Stopped"), "stop": ("Stopped",)}
"""States in which a command does nothing."""

_FOCUS = (Thing("the music"),)


def control(_: Slots, arguments: Mapping[str, str], context: Context) -> Outcome:
    """Tell the player what to do: `with: {do: play|pause|next|previous|stop}`."""
    verb = arguments.get("do", "play")
    if verb not in _VERBS:
        raise ActionError(f"media.control: unknown {verb}; legal: {', '.join(_VERBS)}")
    bus = None if shutil.which("playerctl") else _Bus(context)
    player = bus.player() if bus else ""

    def tell(verb: str) -> None:
        if bus:
            bus.run("call", player, _PATH, f"{_BUS}.Player", _VERBS[verb])
        else:
            _playerctl([verb], context)

    before = str(bus.read(player, "PlaybackStatus") if bus else _playerctl(["status"], context)).strip()
    if before in _IDLE.get(verb, ()):
        text = "It is playing already." if verb == "play" else "Nothing is playing."
        return Outcome(text, ok=False, focus=_FOCUS)
    tell(verb)

    def undo() -> str:
        tell(_OPPOSITES[verb])
        return _REPLIES[_OPPOSITES[verb]]

    return Outcome(_REPLIES[verb], undo=undo if verb in _OPPOSITES else None, focus=_FOCUS)


def now_playing(_: Slots, __: Mapping[str, str], context: Context) -> Outcome:
    """Name the title that plays, and its artist."""
    if shutil.which("playerctl"):
        row = _playerctl(["metadata", "--format", "{{title}}\t{{artist}}"], context)
        title, _tab, artist = row.strip().partition("\t")
    else:
        bus = _Bus(context)
        metadata = bus.read(bus.player(), "Metadata")
        title, artists = text_at(metadata, "xesam:title", "data"), value_at(metadata, "xesam:artist", "data")
        names = artists if isinstance(artists, list) else [artists]
        artist = spoken.joined([name for name in names if name and isinstance(name, str)])
    if not title:
        return Outcome("Nothing is playing.")
    return Outcome(f"{title}{f' by {artist}' if artist else ''}.", {"title": title, "artist": artist}, focus=_FOCUS)


def _playerctl(arguments: list[str], context: Context) -> str:
    try:
        return program.run(["playerctl", *arguments], cancelled=context.cancelled, environment=_ENGLISH)
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
        """Return the bus name of the player that plays, else of any."""
        rows = parsed(self.run("list"))
        names = [text_at(row, "name") for row in rows] if isinstance(rows, list) else []
        players = [name for name in names if name.startswith(f"{_BUS}.")]
        if not players:
            raise ActionError("No media player is open.")
        return next((name for name in players if self.read(name, "PlaybackStatus") == "Playing"), players[0])

    def read(self, player: str, name: str) -> Any:
        """Return a property of a player; None where the answer is none."""
        return value_at(parsed(self.run("get-property", player, _PATH, f"{_BUS}.Player", name)), "data")

    def run(self, *arguments: str) -> str:
        """Run busctl on the session bus; ActionError where there is none."""
        try:
            return program.run(
                ["busctl", "--user", "--json=short", *arguments],
                cancelled=self._context.cancelled,
                environment=_ENGLISH,
            )
        except ActionError as error:
            if "bus address" in str(error) or "connect to bus" in str(error):
                raise ActionError("Media players cannot be reached: there is no desktop session here.") from error
            raise
