"""The choice of microphone and loudspeaker."""

from __future__ import annotations

from collections.abc import Sequence

from textual.app import ComposeResult
from textual.content import Content
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from assistant.events import DeviceChoice
from assistant.outlet.terminal import printable
from assistant.ui.formatting import MUTED
from assistant.ui.screens.sheet import Sheet


class DevicesSheet(Sheet[DeviceChoice]):
    """Microphones and loudspeakers; one of them can be chosen."""

    TITLE = "Devices"

    def __init__(self, choices: Sequence[DeviceChoice], in_use: str) -> None:
        super().__init__()
        self._choices = choices
        self._in_use = in_use

    def body(self) -> ComposeResult:
        """Lay out the two groups in one list."""
        options: list[Option | None] = []
        for direction, title in (("input", "Microphone"), ("output", "Loudspeaker")):
            options += [None] if options else []
            options.append(Option(Content.assemble((title, "bold")), disabled=True))
            options += [
                self._option(number, choice)
                for number, choice in enumerate(self._choices)
                if choice.direction == direction
            ]
        yield OptionList(*options, id="devices", compact=True)
        yield Static(Content.assemble(("enter takes it at once and keeps it in config.toml", MUTED)), id="say")

    def on_mount(self) -> None:
        """Begin at the microphone that is chosen."""
        chosen = next((number for number, choice in enumerate(self._choices) if choice.chosen), None)
        if chosen is not None:
            options = self.query_one(OptionList)
            options.highlighted = options.get_option_index(str(chosen))

    def _option(self, number: int, choice: DeviceChoice) -> Option:
        name = printable(choice.name) or "the system's default"
        in_use = self._in_use if choice.chosen and choice.direction == "input" and not choice.name else ""
        remark = in_use if choice.present else "is not there now"
        remark = f"  {remark}" if remark else ""
        return Option(Content.assemble(f"{'●' if choice.chosen else '○'} {name}", (remark, MUTED)), id=str(number))

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """Close with the chosen device."""
        self.dismiss(self._choices[int(event.option_id or 0)])
