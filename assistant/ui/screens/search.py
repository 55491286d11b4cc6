"""The conversation of before, searched while words are typed."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from textual import events, work
from textual.app import ComposeResult
from textual.content import Content
from textual.widgets import Input, OptionList, Static
from textual.widgets.option_list import Option

from assistant.events import EarlierTurn
from assistant.outlet.terminal import printable
from assistant.ui.formatting import MUTED, clipped, count_words, moment_words
from assistant.ui.screens.faults import line_of
from assistant.ui.screens.sheet import Sheet


class SearchSheet(Sheet[str]):
    """Turns with the words that are typed, newest first; choosing one puts its sentence into the input line."""

    TITLE = "Search the conversation"

    def __init__(self, find: Callable[[str], Sequence[EarlierTurn]]) -> None:
        super().__init__()
        self._find = find
        self._turns: Sequence[EarlierTurn] = ()

    def body(self) -> ComposeResult:
        """Lay out the line to type into above what is found."""
        yield Input(placeholder="words, or what it was about", id="wanted", compact=True)
        yield OptionList(id="turns", compact=True)
        yield Static(Content.assemble(("enter puts the sentence into the input line", MUTED)), id="say")

    def on_mount(self) -> None:
        """Begin with the newest turns."""
        self._search("")

    def on_input_changed(self, event: Input.Changed) -> None:
        """Search again."""
        self._search(event.value)

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Take the highlighted turn."""
        event.stop()
        self.query_one(OptionList).action_select()

    async def on_key(self, event: events.Key) -> None:
        """Move in the list while the cursor stays in the line."""
        moves = {"up": "cursor_up", "down": "cursor_down", "pageup": "page_up", "pagedown": "page_down"}
        if event.key in moves and self.query_one(Input).has_focus:
            await self.app.run_action(moves[event.key], self.query_one(OptionList))

    @work(thread=True, exclusive=True, exit_on_error=False)
    def _search(self, words: str) -> None:
        try:
            turns = self._find(words.strip())
        except BaseException as error:  # a library in Rust panics with one
            self.app.call_from_thread(self._tell, line_of(error, self.app))
            return
        self.app.call_from_thread(self._show, words, turns)

    def _show(self, words: str, turns: Sequence[EarlierTurn]) -> None:
        if not self.is_attached or self.query_one(Input).value != words:
            return  # closed meanwhile, or more was typed
        self._turns = turns
        listed = self.query_one(OptionList)
        listed.set_options([Option(_row(turn)) for turn in turns])
        listed.highlighted = 0 if turns else None
        found = f"{count_words(len(turns), 'turn')} · enter puts the sentence into the input line"
        self._tell(found if turns else "nothing like that was said")

    def _tell(self, line: str) -> None:
        if self.is_attached:
            self.query_one("#say", Static).update(Content.assemble((line, MUTED)))

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """Close with the sentence of the chosen turn."""
        self.dismiss(self._turns[event.option_index].text)


def _row(turn: EarlierTurn) -> Content:
    reply = f"  {clipped(printable(turn.reply), 200)}"
    return Content.assemble((f"{moment_words(turn.at)}  ", MUTED), printable(turn.text), "\n", (reply, MUTED))
