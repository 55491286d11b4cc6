"""Stand-ins for the programs of a desktop: real scripts in a folder, which note how they were called."""

from __future__ import annotations

import contextlib
import os
import stat
from collections.abc import Iterator
from pathlib import Path

_SCRIPTS = {
    "wpctl": """
case "$1" in
  get-volume) read level < "$state/volume"; echo "Volume: $level"; exit;;
  set-volume) echo "$3" > "$state/volume";;
esac""",
    "playerctl": """
case "$1" in
  metadata) printf 'Blue in Green\\tMiles Davis\\n'; exit;;
  status) [ -e "$state/player" ] && read status < "$state/player" && echo "$status"; exit 0;;
  play) echo Playing > "$state/player";;
  pause|stop) echo Paused > "$state/player";;
esac""",
    "brightnessctl": """case "$*" in *-m*) echo "panel,backlight,50,50%,100"; exit;; esac""",
    "scrot": ': > "$1"',
    **dict.fromkeys(("loginctl", "systemctl", "xdg-open", "firefox"), ""),
}
"""Name -> what it does before its call is noted; a script that only tells something exits."""

_APPLICATION = "[Desktop Entry]\nType=Application\nName=Firefox\nGenericName=Web Browser\nExec=firefox %u\n"


class Programs:
    """A PATH of its own with scripts that a person writes; each is a real program."""

    def __init__(self, folder: Path) -> None:
        self.folder, self._calls = folder / "bin", folder / "calls"
        self.folder.mkdir()

    def write(self, name: str, script: str, noted: str = "first") -> None:
        """Write a program; its call is noted `first`, or `last`, where the script has not ended before."""
        note = f'echo "{name} $*" >> "{self._calls}"'
        lines = (note, script) if noted == "first" else (script, note)
        path = self.folder / name
        path.write_text("\n".join(["#!/bin/sh", *lines, ""]), encoding="utf-8")
        path.chmod(path.stat().st_mode | stat.S_IXUSR)

    def calls(self) -> list[str]:
        """Return the calls that were noted, each as name and arguments."""
        return self._calls.read_text(encoding="utf-8").splitlines() if self._calls.exists() else []


class Desktop:
    """The programs of a desktop with a mixer, a player, a screen and a browser; calls that change something are noted.

    Args:
        folder: an empty folder.
    """

    def __init__(self, folder: Path) -> None:
        self._folder, self._programs = folder, Programs(folder)
        for name, script in _SCRIPTS.items():
            self._programs.write(name, f'state="{folder}"\n{script}', noted="last")
        applications = folder / "share" / "applications"
        applications.mkdir(parents=True)
        (applications / "firefox.desktop").write_text(_APPLICATION, encoding="utf-8")

    def reset(self, volume: int) -> None:
        """Begin anew with a volume in percent."""
        (self._folder / "volume").write_text(f"{volume / 100:.2f}\n", encoding="utf-8")
        (self._folder / "calls").unlink(missing_ok=True)
        (self._folder / "player").unlink(missing_ok=True)

    @property
    def volume(self) -> int:
        """Volume in percent."""
        return round(float((self._folder / "volume").read_text(encoding="utf-8")) * 100)

    def calls(self) -> list[str]:
        """Return the calls since `reset` that changed something."""
        return self._programs.calls()

    @contextlib.contextmanager
    def in_use(self) -> Iterator[None]:
        """Let this process find these programs, applications and folders, and no others."""
        share = str(self._folder / "share")
        changed = {
            "PATH": str(self._programs.folder),
            "XDG_DATA_HOME": share,
            "XDG_DATA_DIRS": share,
            "DBUS_SESSION_BUS_ADDRESS": os.environ.get("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nonexistent"),
            "XDG_PICTURES_DIR": str(self._folder / "pictures"),
        }
        before = {name: os.environ.get(name) for name in changed}
        os.environ |= changed
        try:
            yield
        finally:
            for name, value in before.items():
                os.environ.pop(name) if value is None else os.environ.__setitem__(name, value)
