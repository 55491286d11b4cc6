"""The screen and the machine's power: screenshots, the lock, sleep, brightness."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Mapping
from datetime import datetime
from pathlib import Path

import platformdirs

from assistant.actions import program
from assistant.actions.outcome import Context, Limits, Outcome, Slots, Thing, fitting
from assistant.errors import ActionError

BACKLIGHTS = Path("/sys/class/backlight")
"""Folder in which Linux shows the brightness of the screens."""


def screenshot(_: Slots, __: Mapping[str, str], context: Context) -> Outcome:
    """Take a picture of the screen into the pictures folder."""
    folder = platformdirs.user_pictures_path() / "Screenshots"
    file = folder / f"Screenshot {datetime.now():%Y-%m-%d %H-%M-%S}.png"
    tools = [
        *([["grim", str(file)]] if os.environ.get("WAYLAND_DISPLAY") else []),
        ["gnome-screenshot", "-f", str(file)],
        ["spectacle", "-b", "-n", "-o", str(file)],
        ["xfce4-screenshooter", "-f", "-s", str(file)],
        ["scrot", str(file)],
    ]
    installed = [argv for argv in tools if shutil.which(argv[0])]
    if not installed:
        raise ActionError("No program to take screenshots is here: install grim (Wayland) or scrot (X11).")
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise ActionError(f"{folder}: cannot be made: {error.strerror}") from error
    failures = []
    for argv in installed:
        try:
            program.run(argv, 15.0, context.cancelled)
        except ActionError as error:
            failures.append(str(error))
            continue
        if file.is_file():
            return Outcome(f"Screenshot saved as {file.name}.", {"file": str(file)})
    raise ActionError(failures[0] if failures else f"{installed[0][0]}: made no picture")


def lock(_: Slots, __: Mapping[str, str], context: Context) -> Outcome:
    """Lock the screen."""
    failures = []
    for argv in (["loginctl", "lock-session"], ["xdg-screensaver", "lock"]):
        if shutil.which(argv[0]):
            try:
                program.run(argv, cancelled=context.cancelled)
            except ActionError as error:
                failures.append(str(error))
            else:
                return Outcome("Locked.")
    raise ActionError(failures[0] if failures else "No program to lock the screen is here: install xdg-utils.")


def suspend(_: Slots, __: Mapping[str, str], context: Context) -> Outcome:
    """Send the machine to sleep."""
    if shutil.which("systemctl") is None:
        raise ActionError("This machine cannot be sent to sleep from here: there is no systemctl.")
    program.run(["systemctl", "suspend"], cancelled=context.cancelled)
    return Outcome("Good night.")


def brightness(slots: Slots, arguments: Mapping[str, str], context: Context) -> Outcome:
    """Set the screen to `level` percent, or change it by `with: {step: "-10"}`."""
    before, write = _backlight(context)
    level = fitting("brightness", slots.get("level", ""), Limits(0, 100))
    wanted = int(level) if isinstance(level, int | float) else before + int(arguments.get("step", "10"))
    percent = min(100, max(1, wanted))  # at 0 some screens go dark
    if percent == before:
        text = f"The screen is at {percent} percent already."
        return Outcome(text, {"level": str(percent)}, ok=False, focus=(Thing("the screen"),))
    write(percent)

    def undo() -> str:
        write(before)
        return f"The screen is back at {before} percent."

    return Outcome(f"Screen at {percent} percent.", {"level": str(percent)}, undo=undo, focus=(Thing("the screen"),))


def _backlight(context: Context) -> tuple[int, Callable[[int], None]]:
    """Return the brightness in percent and the function that sets it."""
    if shutil.which("brightnessctl"):
        fields = program.run(["brightnessctl", "-m", "-c", "backlight"], cancelled=context.cancelled).split(",")
        if len(fields) >= 4 and fields[3].rstrip("%").isdigit():
            return int(fields[3].rstrip("%")), lambda percent: _brightnessctl(percent, context)
    light = next(iter(sorted(BACKLIGHTS.glob("*"))), None)
    if light is None:
        raise ActionError("This screen's brightness cannot be set from here: Linux shows no backlight.")
    most = int((light / "max_brightness").read_text())
    return round(int((light / "brightness").read_text()) * 100 / most), lambda percent: _sysfs(light, percent, most)


def _brightnessctl(percent: int, context: Context) -> None:
    program.run(["brightnessctl", "-q", "-c", "backlight", "set", f"{percent}%"], cancelled=context.cancelled)


def _sysfs(light: Path, percent: int, most: int) -> None:
    try:
        (light / "brightness").write_text(str(max(1, round(percent * most / 100))))
    except OSError as error:
        raise ActionError(
            f"{light.name}: the brightness cannot be set without rights: install brightnessctl"
        ) from error
