"""The microphone and the loudspeaker: which one, how loud, and how it sounds."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, ClassVar, cast

from textual import work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.widgets import OptionList, Static

from assistant.events import AudioLevel, DeviceChoice
from assistant.outlet.terminal import printable
from assistant.ui.formatting import MUTED, meter
from assistant.ui.screens.faults import line_of
from assistant.ui.settings.page import SettingsPage, fill, update
from assistant.ui.widgets.status import loudness

if TYPE_CHECKING:
    from assistant.ui.app import AssistantApp


class SoundPage(SettingsPage):
    """Microphones and loudspeakers; one of each is chosen, and any can be tried."""

    KEYS = "enter takes it · space tries it"
    BINDINGS: ClassVar[list[BindingType]] = [Binding("space", "attempt", show=False)]

    def compose(self) -> ComposeResult:
        """Lay out the two groups in one list, above the level."""
        yield OptionList(id="devices", compact=True)
        yield Static(id="level")

    def on_mount(self) -> None:
        """List the devices, and follow the level of the open microphone."""
        self._choices: Sequence[DeviceChoice] = ()
        self._tried = ""
        """The microphone whose level is measured now, beside the one in use."""
        fill(self.query_one(OptionList), [("", Content.assemble(("looking for devices …", MUTED)))])
        self.set_interval(0.1, self._show_level)
        super().on_mount()

    @property
    def _terminal(self) -> AssistantApp:
        return cast("AssistantApp", self.app)

    def show(self) -> None:
        """List the devices that are there now."""
        self.ask(self._terminal.devices, self._list)

    def _list(self, choices: Sequence[DeviceChoice]) -> None:
        is_first, self._choices = not self._choices, choices
        rows: list[tuple[str, Content] | None] = []
        for direction, title in (("input", "Microphone"), ("output", "Loudspeaker")):
            rows += [None] if rows else []
            rows.append(("", Content.assemble((title, "bold"))))
            rows += [
                (str(number), self._row(choice))
                for number, choice in enumerate(choices)
                if choice.direction == direction
            ]
        options = self.query_one(OptionList)
        fill(options, rows)
        chosen = next((number for number, choice in enumerate(choices) if choice.chosen), None)
        if is_first and chosen is not None:
            options.highlighted = options.get_option_index(str(chosen))

    def _row(self, choice: DeviceChoice) -> Content:
        name = printable(choice.name) or "the system's default"
        device = self._terminal.talk.view_state.device
        in_use = device if choice.chosen and choice.direction == "input" and not choice.name else ""
        remark = in_use if choice.present else "is not there now"
        return Content.assemble(f"{'●' if choice.chosen else '○'} {name}", (f"  {remark}" if remark else "", MUTED))

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """Take the device at once."""
        choice = self._choices[int(event.option_id or 0)]
        if choice.chosen:
            self.tell(f"{printable(choice.name) or 'the default'} is in use already")
            return
        self._terminal.choose(choice)
        name = choice.name or "the system's default"
        self.tell(f'audio.{choice.direction} = "{choice.name}", written into {self.panel.file}; {name} is in use now')
        self._list([
            other if other.direction != choice.direction
            else DeviceChoice(other.direction, other.name, other is choice, other.present)
            for other in self._choices
        ])  # fmt: skip

    def action_attempt(self) -> None:
        """Show the level of the marked microphone for ten seconds, or chime on the marked loudspeaker."""
        option = self.query_one(OptionList).highlighted_option
        if option is None or option.id is None:
            return
        choice = self._choices[int(option.id)]
        name = choice.name or "the system's default"
        if choice.direction == "output":
            self.tell(f"a chime on {name} …")
            self.ask(lambda: self.panel.chime(choice.name), lambda _: self.tell(f"that was a chime on {name}"))
        elif choice.chosen and self.desk.level is not None:
            self.tell("this microphone is in use: its level moves as you speak")
        else:
            self._measure(choice.name)

    @work(thread=True, group="level", exclusive=True)
    def _measure(self, name: str) -> None:
        from textual.worker import get_current_worker

        worker = get_current_worker()
        label = printable(name) or "the system's default"
        levels: Iterator[AudioLevel] = self.panel.levels(name)
        try:
            for level in levels:
                if worker.is_cancelled or not self.is_attached:
                    break
                self._tried = name or "default"
                self.app.call_from_thread(self._draw, level, f"{label}, tried")
        except Exception as error:
            self.app.call_from_thread(self.tell, line_of(error, self.app), True)
        finally:
            levels.close()  # type: ignore[attr-defined]
            if not worker.is_cancelled:
                self._tried = ""

    def _show_level(self) -> None:
        if self._tried or not self.is_attached:
            return
        state = self._terminal.talk.view_state
        if state.device and self.desk.level is not None:
            self._draw(self.desk.level, printable(state.device))
        else:
            words = "the microphone is closed · ctrl+t opens it, space tries the marked one for ten seconds"
            update(self, "#level", Content.assemble(("□ ", MUTED), (words, MUTED)))

    def _draw(self, level: AudioLevel, name: str) -> None:
        width = max(10, min(48, self.size.width - 24))
        line = Content("").join([meter(level.rms, level.peak, width), loudness(level)])
        update(self, "#level", Content.assemble(line, "\n", (name, MUTED)))
