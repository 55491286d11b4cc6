"""The status line: phase, level and microphone."""

from __future__ import annotations

from textual.content import Content
from textual.widgets import Static

from assistant.events import AudioLevel
from assistant.ui.formatting import MUTED, fitted, meter
from assistant.ui.view_state import FACES, Phase
from assistant.values import CLIPPING, SILENCE


class Status(Static):
    """One line: the phase and a remark, the microphone and its level."""

    def __init__(self, id: str) -> None:  # noqa: A002 (Textual's own name)
        super().__init__(id=id)
        self.phase: Phase = "loading"
        self.device = ""
        self.remark = ""
        self.level: AudioLevel | None = None
        self._drawn: tuple[object, ...] = ()

    def show(self) -> None:
        """Draw it anew, unless it would look the same: levels come ten times a second, also when nothing is said."""
        picture = self.phase, self.remark, self.device, self.content_size.width, _rounded(self.level)
        if picture == self._drawn:
            return
        self._drawn = picture
        symbol, word, style = FACES[self.phase]
        left = Content.assemble((f"{symbol} {word}", f"bold {style}"))
        if self.remark:
            room = self.content_size.width - left.cell_length - 2
            left = Content.assemble(left, (f"  {fitted(self.remark, room)}", MUTED))
        if self.level is not None:
            left = Content.assemble(left, "  ", self._meter(self.level))
        room = self.content_size.width - left.cell_length - 2
        device = self.device if len(self.device) <= room else ""
        self.update(Content.assemble(left, " " * (room - len(device) + 2), (device, MUTED)), layout=False)

    def on_resize(self) -> None:
        """Use the room there is."""
        self.show()

    def _meter(self, level: AudioLevel, width: int = 12) -> Content:
        return Content.assemble(meter(level.rms, level.peak, width), loudness(level))


def _rounded(level: AudioLevel | None) -> tuple[object, ...]:
    """All of a level that is drawn."""
    if level is None:
        return ()
    decibels = round(max(level.rms, -99.0)), round(max(level.peak, -99.0))
    return *decibels, level.peak >= CLIPPING, level.peak <= SILENCE, level.overflows


def loudness(level: AudioLevel) -> Content:
    """A level in words: ` -42 dB`, and what is wrong with it."""
    parts = [Content(f" {max(level.rms, -99.0):>3.0f} dB")]
    if level.peak >= CLIPPING:
        parts.append(Content.assemble((" too loud", "bold $text-error")))
    elif level.peak <= SILENCE:
        parts.append(Content.assemble((" muted?", "$text-warning")))
    if level.overflows:
        parts.append(Content.assemble((f" {level.overflows} lost", "$text-warning")))
    return Content("").join(parts)
