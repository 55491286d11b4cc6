"""The voice: which replies are spoken, how fast, and how it sounds."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.widgets import OptionList, Static

from assistant.ui.formatting import MUTED
from assistant.ui.settings.page import SettingsPage, fill, update

_REPLIES = {"spoken": "those to spoken turns", "always": "all of them", "never": "none of them"}
_SPEEDS = (0.7, 0.85, 1.0, 1.15, 1.3, 1.5, 1.75)


class VoicePage(SettingsPage):
    """Replies, speed and voice in one list; each speed can be heard."""

    KEYS = "enter takes it · space lets you hear it"
    BINDINGS: ClassVar[list[BindingType]] = [Binding("space", "hear", show=False)]

    def compose(self) -> ComposeResult:
        """Lay out the list."""
        yield OptionList(id="voices", compact=True)
        yield Static(id="voice-remark")

    def show(self) -> None:
        """List the choices."""
        voice = self.panel.chosen.voice
        rows: list[tuple[str, Content] | None] = [("", Content.assemble(("Replies that are spoken", "bold")))]
        rows += [(f"replies {name}", _row(name, words, name == voice.replies)) for name, words in _REPLIES.items()]
        rows += [None, ("", Content.assemble(("Speed", "bold")))]
        speeds = sorted({*_SPEEDS, voice.speed})
        rows += [(f"speed {speed}", _row(f"{speed:g}", _pace(speed), speed == voice.speed)) for speed in speeds]
        rows += [None, ("", Content.assemble(("Voice", "bold")))]
        rows.append(("voice here", _row("heart", "American English, inside its package", not voice.url)))
        if voice.url:
            name = voice.url_voice or "alloy"
            rows.append(("voice server", _row(name, f"of the server {voice.url}; heart stands in for it", True)))
        fill(self.query_one(OptionList), rows)
        pending = [name for name in ("voice.replies", "voice.speed") if self.panel.is_pending(name)]
        remark = f"{' and '.join(pending)}: in use from the next start on" if pending else ""
        update(self, "#voice-remark", Content.assemble((remark, MUTED)))

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """Write the choice."""
        key, _, value = (event.option_id or "").partition(" ")
        if key == "voice":
            self.tell("a server's voice: set voice.url and voice.url_voice in the line below (:)")
        elif self.put(f"voice.{key}", float(value) if key == "speed" else value):
            self.show()

    def action_hear(self) -> None:
        """Say a sentence at the marked speed."""
        option = self.query_one(OptionList).highlighted_option
        key, _, value = (option.id or "" if option else "").partition(" ")
        speed = float(value) if key == "speed" else self.panel.chosen.voice.speed
        self.tell(f"a sentence at speed {speed:g} …")
        self.ask(lambda: self.panel.speak(speed), lambda _: self.tell(f"that was speed {speed:g}"))


def _row(name: str, words: str, chosen: bool) -> Content:
    return Content.assemble(f"{'●' if chosen else '○'} {name.ljust(8)}", (f" {words}", MUTED))


def _pace(speed: float) -> str:
    return "the voice's own" if speed == 1 else f"{'slower' if speed < 1 else 'faster'}"
