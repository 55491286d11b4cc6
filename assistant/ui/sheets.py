"""What opens over the conversation: help, problems, microphones. Escape closes each."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar, Generic, TypeVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from assistant.events import Reloaded
from assistant.ui.formatting import MUTED, clipped
from assistant.values import DeviceChoice

Chosen = TypeVar("Chosen")

KEYS = (
    (
        ("enter", "send"),
        ("esc", "stop everything"),
        ("any key", "end the speech"),
        ("up, down", "earlier lines"),
        ("page up, down", "scroll"),
        ("ctrl+c", "copy the selection"),
    ),
    (
        ("ctrl+space, f4", "talk, then done"),
        ("ctrl+t, f2", "microphone"),
        ("ctrl+n", "candidates"),
        ("f3", "file problems"),
        ("ctrl+p", "more commands"),
        ("ctrl+q", "quit"),
    ),
)


class Sheet(ModalScreen[Chosen | None], Generic[Chosen]):
    """A framed sheet over the conversation."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape,f1,f3", "dismiss", "Close", show=False)]
    TITLE = ""

    def compose(self) -> ComposeResult:
        """Lay out the frame around the body."""
        with Vertical(id="sheet") as sheet:
            sheet.border_title = self.TITLE
            sheet.border_subtitle = "esc closes"
            yield from self.body()

    def body(self) -> ComposeResult:
        """Lay out what the sheet shows."""
        yield Static()


class HelpSheet(Sheet[str]):
    """The keys, and a phrase for each command; choosing one puts it into the input line."""

    TITLE = "Help"

    def __init__(self, reloaded: Reloaded | None) -> None:
        super().__init__()
        self._examples = reloaded.examples if reloaded else ()

    def body(self) -> ComposeResult:
        """Lay out keys and phrases."""
        with Horizontal(id="keys"):
            for column, width in zip(KEYS, (16, 16), strict=True):
                yield Static(Content("\n").join([_pair(key, does, width) for key, does in column]), classes="column")
        if not self._examples:
            yield Static("Say or type “what can you do” to hear what there is.", id="say")
            return
        yield Static(
            Content.assemble(("You can say", "bold"), ("  enter puts it into the input line", MUTED)), id="say"
        )
        yield OptionList(*[Option(_example(what, phrase)) for what, phrase in self._examples], id="phrases")

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """Close with the chosen phrase."""
        self.dismiss(self._examples[event.option_index][1])


class LinesSheet(Sheet[str]):
    """A list of lines to read."""

    def __init__(self, title: str, lines: Sequence[str], remark: str = "") -> None:
        self.TITLE = title  # type: ignore[misc]  # each has its own
        super().__init__()
        self._lines = lines
        self._remark = remark

    def body(self) -> ComposeResult:
        """Lay out a paragraph for each line."""
        with VerticalScroll():
            for line in self._lines:
                yield Static(Content(line), classes="line")
            yield Static(Content.assemble((self._remark, MUTED)), classes="line")


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
            options += [self._option(n, each) for n, each in enumerate(self._choices) if each.direction == direction]
        yield OptionList(*options, id="devices", compact=True)
        yield Static(Content.assemble(("enter takes it at once and keeps it in config.toml", MUTED)), id="say")

    def on_mount(self) -> None:
        """Begin at the microphone that is chosen."""
        chosen = next((n for n, each in enumerate(self._choices) if each.chosen), None)
        if chosen is not None:
            listed = self.query_one(OptionList)
            listed.highlighted = listed.get_option_index(str(chosen))

    def _option(self, number: int, choice: DeviceChoice) -> Option:
        name = choice.name or "the system's default"
        now = self._in_use if choice.chosen and choice.direction == "input" and not choice.name else ""
        remark = now if choice.present else "is not there now"
        remark = f"  {remark}" if remark else ""
        return Option(Content.assemble(f"{'●' if choice.chosen else '○'} {name}", (remark, MUTED)), id=str(number))

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """Close with the chosen device."""
        self.dismiss(self._choices[int(event.option_id or 0)])


def _pair(key: str, does: str, width: int) -> Content:
    return Content.assemble((key.ljust(width), "$text-accent"), does)


def _example(what: str, phrase: str) -> Content:
    return Content.assemble(clipped(phrase, 38, pad=40), (what, MUTED))
