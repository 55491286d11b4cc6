"""The help: keys, and a phrase for each command."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.containers import ItemGrid, VerticalScroll
from textual.content import Content
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from assistant.events import Reloaded
from assistant.ui.formatting import MUTED, clipped
from assistant.ui.screens.sheet import Sheet

KEYS = (
    (
        ("enter", "send"),
        ("alt+n", "new line"),
        ("shift+enter", "the same"),
        ("alt+enter", "the same"),
        ("esc", "stop everything"),
        ("any key", "end the speech"),
        ("up, down", "earlier lines"),
        ("tab, shift+tab", "suggestions"),
        ("page up, down", "scroll"),
        ("ctrl+c", "copy selection"),
        ("ctrl+z", "back to the shell"),
        ("ctrl+up", "mark turn before"),
        ("ctrl+down", "mark turn after"),
        ("f6", "edit your files"),
    ),
    (
        ("ctrl+space, f4", "talk, then done"),
        ("ctrl+t, f2", "microphone"),
        ("ctrl+r", "search the lines"),
        ("ctrl+f", "search the talk"),
        ("ctrl+n", "candidates"),
        ("ctrl+g", "why it means that"),
        ("ctrl+l", "teach, inbox"),
        ("ctrl+y", "copy the reply"),
        ("ctrl+o", "open the document"),
        ("ctrl+s", "save the text"),
        ("f3", "file problems"),
        ("f7", "settings, doctor"),
        ("/", "commands"),
        ("ctrl+p", "more commands"),
        ("ctrl+q", "quit"),
    ),
)


class HelpSheet(Sheet[str]):
    """The keys, and a phrase for each command; choosing one puts it into the input line."""

    AUTO_FOCUS = "#phrases"
    TITLE = "Help"

    def __init__(self, reloaded: Reloaded | None) -> None:
        super().__init__()
        self._examples = reloaded.examples if reloaded else ()

    def body(self) -> ComposeResult:
        """Lay out keys and phrases."""
        with VerticalScroll(id="keys"), ItemGrid(min_column_width=32):
            for column in KEYS:
                yield Static(Content("\n").join([_pair(key, effect) for key, effect in column]), classes="column")
        if not self._examples:
            yield Static("Say or type “what can you do” to hear what there is.", id="say")
            return
        yield Static(
            Content.assemble(("You can say", "bold"), ("  enter puts it into the input line", MUTED)), id="say"
        )
        yield OptionList(
            *[Option(_example(description, phrase)) for description, phrase in self._examples], id="phrases"
        )

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """Close with the chosen phrase."""
        self.dismiss(self._examples[event.option_index][1])


def _pair(key: str, effect: str) -> Content:
    return Content.assemble((key.ljust(15), "$text-accent"), effect)


def _example(description: str, phrase: str) -> Content:
    return Content.assemble(clipped(phrase, 38, pad=40), (description, MUTED))
