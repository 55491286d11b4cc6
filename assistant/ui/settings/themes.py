"""Colours: one theme of our own, and the page to try them all."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.content import Content
from textual.theme import BUILTIN_THEMES, Theme
from textual.widgets import OptionList, Static

from assistant.ui.formatting import MUTED
from assistant.ui.settings.page import SettingsPage, fill

HIGH_CONTRAST = Theme(
    "high-contrast",
    primary="#ffd700",
    secondary="#00e5ff",
    background="#000000",
    surface="#000000",
    panel="#1c1c1c",
    foreground="#ffffff",
    success="#00ff87",
    warning="#ffd700",
    error="#ff8a80",
    accent="#00e5ff",
)
"""White on black, for eyes that need it."""

THEMES = (*BUILTIN_THEMES, HIGH_CONTRAST.name)
"""The names of all themes."""

_FIRST = ("textual-dark", "textual-light", "high-contrast")


class ColoursPage(SettingsPage):
    """Themes; the marked one is shown at once, and kept with Enter."""

    KEYS = "up, down show it · enter keeps it"

    def compose(self) -> ComposeResult:
        """Lay out the list."""
        yield OptionList(id="themes", compact=True)
        words = "without enter the one of before comes back"
        yield Static(Content.assemble((words, MUTED)), id="theme-remark")

    def on_mount(self) -> None:
        """Begin at the theme in use, which comes back unless another is kept."""
        self._kept = self.app.theme
        super().on_mount()

    def show(self) -> None:
        """List the themes, ours first."""
        names = sorted(self.app.available_themes, key=lambda name: (name not in _FIRST, name))
        rows = [(name, Content(f"{'●' if name == self._kept else '○'} {name}")) for name in names]
        options = self.query_one(OptionList)
        fill(options, rows)
        options.highlighted = options.get_option_index(self.app.theme)

    def on_option_list_option_highlighted(self, event: OptionList.OptionHighlighted) -> None:
        """Show the marked theme."""
        if event.option_id and event.option_list.has_focus:
            self.app.theme = event.option_id

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """Keep the theme."""
        name = event.option_id or self._kept
        if self.put("ui.theme", name, is_applied=True):
            self.app.theme = self._kept = name
            self.show()

    def on_unmount(self) -> None:
        """Go back to the theme that is kept."""
        self.app.theme = self._kept
