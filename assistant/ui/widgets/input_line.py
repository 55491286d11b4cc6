"""The line to type into."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import ClassVar

from textual import events
from textual.binding import Binding, BindingType
from textual.widgets import Input

from assistant.outlet.terminal import printable
from assistant.ui.formatting import latency_words

LINE_END = "⏎"
"""Sign that stands in the line for the end of one that was pasted."""


class InputLine(Input):
    """The input line, with the lines typed before on up and down, those of earlier runs too.

    Enter that was typed before the terminal was taken arrives as ctrl+j.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up", "recall(-1)", "Earlier line", show=False),
        Binding("down", "recall(1)", "Later line", show=False),
        Binding("alt+n,alt+enter,shift+enter", "new_line", "New line", show=False),
        Binding("ctrl+s", "save", "Save what was written", show=False),
        Binding("ctrl+r", "search", "Earlier line with these words", show=False),
        Binding("ctrl+f", "app.search_conversation", "Search the conversation", show=False),
        Binding("f6", "app.author('edit')", "Edit files", show=False),
        Binding("tab", "screen.suggestion(1)", "Suggestion", show=False),
        Binding("shift+tab", "screen.suggestion(-1)", "Suggestion before", show=False),
        Binding("pageup", "screen.page(-1)", "Scroll up", show=False),
        Binding("pagedown", "screen.page(1)", "Scroll down", show=False),
    ]

    def __init__(self, id: str) -> None:  # noqa: A002 (Textual's own name)
        super().__init__(id=id, select_on_focus=False)
        self.cursor_blink = False
        self._lines: list[str] = []
        self._position = 0
        """Of the line shown among those typed before; their number: the draft."""
        self._draft = ""

    def replace(self, text: str, start: int, end: int) -> None:
        """Put a key or what is pasted, which may hold anything, in the place of the selection."""
        super().replace(printable(text), start, end)

    def put(self, text: str | None) -> None:
        """Take a phrase in the place of what was typed; None: nothing is chosen."""
        if text is not None:
            self.value, self.cursor_position = text, len(text)

    async def _on_key(self, event: events.Key) -> None:
        """Do the work of a key of this line at once, before Textual takes it.

        Textual sends it up to the application, where the letters typed behind it overtake it: Enter in a burst would
        come after the next line.
        """
        key = "enter" if event.key == "ctrl+j" else event.key
        for binding in self._bindings.key_to_bindings.get(key, ())[:1]:
            if await self.app.run_action(binding.action, self):
                event.stop()
                event.prevent_default()

    def _on_paste(self, event: events.Paste, most: int = 10_000) -> None:
        """Shorten a paste before Textual takes it, which takes one line: a megabyte would be drawn at every key."""
        event.text = f" {LINE_END} ".join(filter(None, map(str.strip, event.text[:most].splitlines())))

    async def action_submit(self) -> None:
        """Send the line, or each line that was pasted, and clear it before the next key.

        The message may be read after many more.
        """
        lines = [line for part in self.value.split(LINE_END) if (line := part.strip())]
        self.value = ""
        for line in lines:
            if self._lines[-1:] != [line]:
                self._lines.append(line)
            self.post_message(self.Submitted(self, line))
        self._position, self._draft = len(self._lines), ""

    def action_new_line(self) -> None:
        """Begin another line, which is sent with this one."""
        self.insert_text_at_cursor(f" {LINE_END} ")

    def action_save(self) -> None:
        """Ask for what the language model wrote last to be kept; the draft stays."""
        self.post_message(self.Submitted(self, "save that"))

    def show_times(self, times: Mapping[str, float]) -> None:
        """Show the seconds of each stage of the last turn, on the frame."""
        self.border_subtitle = " · ".join(f"{stage} {latency_words(seconds)}" for stage, seconds in times.items())

    def bring_back(self, lines: Sequence[str]) -> None:
        """Put lines of before, oldest first, above those that have been typed since."""
        self._lines[:0] = [printable(line).replace("\n", " ") for line in lines]
        self._position += len(lines)

    def action_search(self) -> None:
        """Show the next earlier line that holds what was typed, and stay where there is none."""
        if not 0 <= self._position < len(self._lines) or self.value != self._lines[self._position]:
            self._position, self._draft = len(self._lines), self.value
        wanted = self._draft.casefold()
        for position in range(self._position - 1, -1, -1):
            line = self._lines[position]
            if wanted in line.casefold() and line != self.value:
                self._show(position)
                break

    def action_recall(self, step: int) -> None:
        """Show an earlier or a later line; below the last one stands the draft."""
        if self._position == len(self._lines):
            self._draft = self.value
        self._show(min(max(self._position + step, 0), len(self._lines)))

    def _show(self, position: int) -> None:
        self._position = position
        self.value = self._lines[self._position] if self._position < len(self._lines) else self._draft
        self.cursor_position = len(self.value)
