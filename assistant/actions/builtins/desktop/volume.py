"""The volume of the default output, by wpctl, pactl or amixer."""

from __future__ import annotations

import re
import shutil
import threading
from collections.abc import Callable, Mapping
from typing import Any

from assistant.actions import program
from assistant.actions.outcome import Context, Limits, Outcome, Slots, Thing, fitting
from assistant.errors import ActionError
from assistant.values import Share

_ENGLISH = {"LC_ALL": "C"}
"""Environment of the mixers: their words are read."""

_FOCUS = (Thing("the volume"),)

Volume = tuple[int, bool]
"""Percent, muted."""

Mixer = Callable[[int | None, bool | None], Volume]
"""(percent to set or None, muted to set or None) -> the volume before."""


def change(slots: Slots, arguments: Mapping[str, str], context: Context) -> Outcome:
    """Turn the volume up by `amount` percent, 10 by default; down with `with: {sign: "-"}`.

    A part, `by half`, is one of the volume that there is.
    """
    amount, sign = slots.get("amount", 10), -1 if arguments.get("sign") == "-" else 1
    if isinstance(amount, Share) and 0 < amount.part < 1:
        part = sign * amount.part
        return _set(lambda before: round(before[0] * (1 + part)), context)
    number = fitting("change", amount, Limits(0, 100))
    step = sign * (int(number) if isinstance(number, int | float) else 10)
    return _set(lambda before: before[0] + step, context)


def set_level(slots: Slots, arguments: Mapping[str, str], context: Context) -> Outcome:
    """Set the volume to `level` percent, or to `with: {level}`."""
    level = slots.get("level", arguments.get("level", ""))
    try:
        wanted = int(float(str(level)))
    except ValueError:
        return Outcome("To how many percent?", ok=False, missing="level")
    fitting("volume", wanted, Limits(0, 100))
    return _set(lambda _: wanted, context)


def tell(_: Slots, __: Mapping[str, str], context: Context) -> Outcome:
    """Tell the volume."""
    percent, muted = _mixer(context)(None, None)
    return Outcome(
        f"The volume is at {percent} percent{', muted' if muted else ''}.", {"level": str(percent)}, focus=_FOCUS
    )


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
    if percent == before[0] and not (before[1] and percent):
        return Outcome(f"The volume is at {percent} percent already.", {"level": str(percent)}, ok=False, focus=_FOCUS)
    mixer(percent, False if before[1] and percent else None)

    def undo() -> str:
        mixer(*before)
        return f"The volume is back at {before[0]} percent."

    return Outcome(f"Volume {percent} percent.", {"level": str(percent)}, undo=undo, focus=_FOCUS)


def _set_muted(muted: bool, context: Context) -> Outcome:
    mixer = _mixer(context)
    before = mixer(None, None)
    if before[1] == muted:
        return Outcome(f"The sound is {'off' if muted else 'on'} already.", ok=False, focus=_FOCUS)
    mixer(None, muted)

    def undo() -> str:
        mixer(None, before[1])
        return f"The sound is {'off' if before[1] else 'on'} again."

    return Outcome("Muted." if muted else "The sound is on.", undo=undo, focus=_FOCUS)


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
    answer = program.run(["wpctl", "get-volume", sink], cancelled=cancelled, environment=_ENGLISH)
    if percent is not None:
        program.run(["wpctl", "set-volume", sink, f"{percent / 100:.2f}"], cancelled=cancelled)
    if muted is not None:
        program.run(["wpctl", "set-mute", sink, str(int(muted))], cancelled=cancelled)
    return round(float(_number(r"Volume: (\d+(?:\.\d+)?)", answer)) * 100), "MUTED" in answer


def _pactl(percent: int | None, muted: bool | None, cancelled: threading.Event) -> Volume:
    sink = "@DEFAULT_SINK@"
    answer = program.run(["pactl", "get-sink-volume", sink], cancelled=cancelled, environment=_ENGLISH)
    silent = program.run(["pactl", "get-sink-mute", sink], cancelled=cancelled, environment=_ENGLISH)
    if percent is not None:
        program.run(["pactl", "set-sink-volume", sink, f"{percent}%"], cancelled=cancelled)
    if muted is not None:
        program.run(["pactl", "set-sink-mute", sink, str(int(muted))], cancelled=cancelled)
    return int(_number(r"(\d+)%", answer)), "yes" in silent


def _amixer(percent: int | None, muted: bool | None, cancelled: threading.Event) -> Volume:
    answer = program.run(["amixer", "sget", "Master"], cancelled=cancelled, environment=_ENGLISH)
    wanted = [f"{percent}%"] * (percent is not None) + ["mute" if muted else "unmute"] * (muted is not None)
    if wanted:
        program.run(["amixer", "-q", "sset", "Master", *wanted], cancelled=cancelled)
    return int(_number(r"\[(\d+)%\]", answer)), "[off]" in answer


def _number(pattern: str, text: str) -> str:
    """Find the first group of a pattern in the answer of a mixer, or raise ActionError."""
    match = re.search(pattern, text)
    if match is None:
        raise ActionError(f"The mixer said something unexpected: {text.strip()[:80] or 'nothing'}")
    return match[1]
