"""Values as the words, marks and bars that the terminal shows; pure."""

from __future__ import annotations

import contextlib
from collections.abc import Mapping
from datetime import date, datetime, time, timedelta

from rich.cells import cell_len, chop_cells
from textual.color import Color, ColorParseError
from textual.content import Content

from assistant.values import (
    CLIPPING,
    Ambiguous,
    AnswerMatch,
    IntentMatch,
    OutOfScope,
    SlotMissing,
    SlotValue,
    Understanding,
)

MUTED = "$foreground 70%"
"""Small print; from 70 % on it has a contrast of 4.5 : 1 in the light theme too."""


def value_words(value: SlotValue) -> str:
    """A slot's value as a person would write it: 90 minutes are `1 h 30 min`."""
    match value:
        case bool():
            return "yes" if value else "no"
        case timedelta():
            return span_words(value.total_seconds())
        case datetime():
            return f"{value:%a} {value.day} {value:%b %H:%M}"
        case date():
            return f"{value:%a} {value.day} {value:%b %Y}"
        case time():
            return f"{value:%H:%M}"
        case float():
            return f"{value:g}"
    return str(value)


def span_words(seconds: float) -> str:
    """A length of time: `1 h 30 min`, `2 d`, `12.5 s`."""
    whole, sign = abs(seconds), "-" if seconds < 0 else ""
    parts = []
    for unit, length in (("d", 86400), ("h", 3600), ("min", 60)):
        count, whole = divmod(whole, length)
        parts += [f"{int(count)} {unit}"] if count else []
    if whole or not parts:
        parts.append(f"{whole:g} s")
    return sign + " ".join(parts)


def clock_words(seconds: float) -> str:
    """A time that runs down: `4:05`, `1:02:09`, from two days on `3 d`."""
    minutes, rest = divmod(int(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    if hours >= 48:
        return f"{hours // 24} d"
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"


def latency_words(seconds: float) -> str:
    """Duration of a stage: `12 ms`, `1.4 s`."""
    return f"{seconds * 1000:.0f} ms" if seconds < 0.9995 else f"{seconds:.1f} s"


def moment_words(at: float) -> str:
    """A moment, in seconds since 1970, by the local clock: `14:05` today, else `2026-11-29 14:05`."""
    moment = datetime.fromtimestamp(at)
    return f"{moment:%H:%M}" if moment.date() == date.today() else f"{moment:%Y-%m-%d %H:%M}"


def count_words(count: int, noun: str) -> str:
    """A number of things: `1 answer`, `124 answers`."""
    return f"{count} {noun}{'s' * (count != 1)}"


def slots_words(slots: Mapping[str, SlotValue]) -> str:
    """Slots on one line: `duration 10 min · label tea`."""
    return " · ".join(f"{name} {value_words(value)}" for name, value in slots.items())


def gist(understanding: Understanding) -> str:
    """An understanding in a few words: intent and slots, question, or the choices."""
    match understanding:
        case IntentMatch(intent=intent, slots=slots) | SlotMissing(intent=intent, slots=slots):
            return " · ".join(filter(None, [intent, slots_words(slots)]))
        case AnswerMatch(question=question):
            return question
        case Ambiguous(labels=labels):
            return " or ".join(labels)
        case OutOfScope():
            return "not understood"


def bar(fraction: float, width: int, style: str, tick: float | None = None) -> Content:
    """A bar of `width` cells, full at 1; `tick` marks a place on it, like a threshold."""
    fraction = min(max(fraction, 0.0), 1.0)
    halves = round(fraction * width * 2)
    filled = "━" * (halves // 2) + ("╸" if halves % 2 else "")
    cells = Content.assemble((filled, style), ("─" * (width - len(filled)), "$foreground 25%"))
    if tick is None:
        return cells
    cell = min(round(min(max(tick, 0.0), 1.0) * width), width - 1)
    return Content.assemble(cells[:cell], ("┃", "bold $foreground"), cells[cell + 1 :])


def meter(rms: float, peak: float, width: int, floor: float = -60.0) -> Content:
    """The level meter: a bar of the loudness, a tick at the peak; all in dBFS, `floor` at its left end."""
    style = "$text-error" if peak >= CLIPPING else "$text-warning" if peak >= -3.0 else "$text-success"
    return bar(1 - rms / floor, width, style, tick=1 - peak / floor)


def clipped(text: str, width: int, pad: int = 0) -> str:
    """The text on one line of at most `width` cells, filled up to `pad` cells."""
    line = " ".join(text.split())
    if cell_len(line) > width:
        line = (chop_cells(line, width - 1)[0] if width > 1 else "") + "…"
    return line + " " * (pad - cell_len(line))


def fitted(text: str, width: int) -> str:
    """The text in at most `width` cells: whole, else what stands before its semicolon, else as much as fits."""
    first = text.partition(";")[0]
    return text if cell_len(text) <= width else clipped(first, width)


def sized(count: float, total: float, unit: str) -> str:
    """Share of a task that is done: `38 of 93 MB`, `120 of 600 rows`."""
    if unit in {"B", "bytes"}:
        return f"{count / 1e6:.0f} of {total / 1e6:.0f} MB"
    return f"{count:.0f} of {total:.0f} {unit}" if unit else ""


def readable(variables: Mapping[str, str], least: float = 4.5) -> dict[str, str]:
    """Return the colours of a theme, those of text moved towards its foreground until their contrast is `least` : 1.

    That is the AA of WCAG 2, on the background and on sheets. Colours that the terminal itself decides stay.
    """
    changed = dict(variables)
    try:
        grounds = [Color.parse(variables[name]) for name in ("background", "surface")]
        foreground = Color.parse(variables["foreground"])
    except (ColorParseError, KeyError):
        return changed
    for name, value in variables.items():
        if not (name.startswith("text-") or name == "footer-key-foreground"):
            continue
        with contextlib.suppress(ColorParseError):  # `auto 60%`
            color = Color.parse(value)
            steps = (color.blend(foreground, step / 20) for step in range(21))
            if color.ansi is None and color.a == 1:
                fitting = (tint for tint in steps if min(contrast(tint, ground) for ground in grounds) >= least)
                changed[name] = next(fitting, foreground).hex
    return changed


def contrast(first: Color, second: Color) -> float:
    """Contrast of two colours as WCAG 2 defines it, 1 to 21."""
    dark, light = sorted((_luminance(first), _luminance(second)))
    return (light + 0.05) / (dark + 0.05)


def _luminance(color: Color) -> float:
    parts = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in color.normalized)
    return sum(weight * part for weight, part in zip((0.2126, 0.7152, 0.0722), parts, strict=True))
