"""The settings and the doctor: a page each for sound, models, matching, voice, colours and health."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual import events, on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import Input, Static, Tab, Tabs

from assistant.errors import AssistantError
from assistant.outlet.terminal import printable
from assistant.ui.formatting import MUTED
from assistant.ui.screens.sheet import Sheet
from assistant.ui.settings.doctor import DoctorPage
from assistant.ui.settings.matching import MatchingPage
from assistant.ui.settings.models import ModelsPage
from assistant.ui.settings.page import SettingsPage
from assistant.ui.settings.sound import SoundPage
from assistant.ui.settings.themes import THEMES, ColoursPage
from assistant.ui.settings.voice import VoicePage

if TYPE_CHECKING:
    from assistant.checks.making.control_panel import ControlPanel
    from assistant.ui.settings.desk import SettingsDesk

PAGES: dict[str, type[SettingsPage]] = {
    "sound": SoundPage,
    "models": ModelsPage,
    "matching": MatchingPage,
    "voice": VoicePage,
    "colours": ColoursPage,
    "doctor": DoctorPage,
}


class SettingsSheet(Sheet[str]):
    """All settings that are worth seeing; any other one is written into the line below them."""

    TITLE = "Settings"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "leave", "Close", show=False),
        Binding("f7", "dismiss", show=False),
        Binding("tab", "turn(1)", show=False, priority=True),
        Binding("shift+tab", "turn(-1)", show=False, priority=True),
        Binding("colon", "write", show=False),
        *(Binding(str(number), f"page('{page}')", show=False) for number, page in enumerate(PAGES, start=1)),
    ]

    def __init__(self, desk: SettingsDesk, panel: ControlPanel, page: str) -> None:
        super().__init__()
        self._desk, self._panel, self._first = desk, panel, page
        panel.legal = {"ui.theme": THEMES}
        self.set_class(desk.height < 30, "-low")

    def body(self) -> ComposeResult:
        """Lay out the page above the line that tells, the line to write any setting into, and the keys."""
        yield Tabs(*[Tab(name.capitalize(), id=name) for name in PAGES], active=self._first, id="pages")
        yield Vertical(id="page")
        yield Static(id="told")
        yield Input(placeholder=": any setting, such as match.margin 0.1", id="written", compact=True)
        yield Static(id="settings-keys")

    def on_mount(self) -> None:
        """Leave the keys to the pages."""
        self.query_one(Tabs).can_focus = False
        self.query_one("#sheet").border_subtitle = "tab next page · esc closes"

    def on_resize(self, event: events.Resize) -> None:
        """Use every line where there are few."""
        self.set_class(event.size.height < 30, "-low")

    @property
    def page(self) -> SettingsPage | None:
        """The page that is shown; None before the first."""
        return next(iter(self.query(SettingsPage)), None)

    def turn_to(self, page: str) -> None:
        """Show another page."""
        self.query_one(Tabs).active = page

    def action_page(self, page: str) -> None:
        """Show a page by its number."""
        self.turn_to(page)

    def action_turn(self, step: int) -> None:
        """Show the next page, or the one before."""
        names = list(PAGES)
        self.turn_to(names[(names.index(self.query_one(Tabs).active) + step) % len(names)])

    def action_write(self) -> None:
        """Go to the line that takes any setting."""
        self.query_one(Input).focus()

    def action_leave(self) -> None:
        """Go from the line back to the page, and from the page to the conversation."""
        if self.query_one(Input).has_focus:
            self._settle()
        else:
            self.dismiss(None)

    @on(Tabs.TabActivated)
    async def _turned(self, event: Tabs.TabActivated) -> None:
        kind, room = PAGES[event.tab.id or self._first], self.query_one("#page")
        if isinstance(self.page, kind):
            return
        page = kind(self._desk, self._panel)
        self.query_one("#told", Static).update("")
        self.query_one("#settings-keys", Static).update(Content.assemble((page.KEYS, MUTED)))
        await room.remove_children()
        await room.mount(page)
        self._settle()

    def _settle(self) -> None:
        """Give the keys to the page that is shown."""
        target = next((widget for widget in self.query("#page *") if widget.can_focus), None)
        if target is not None:
            target.focus()

    @on(SettingsPage.Told)
    def _tell(self, told: SettingsPage.Told) -> None:
        sign, style = ("▲ ", "$text-warning") if told.is_fault else ("✓ ", "$text-success")
        line = Content.assemble((sign, style), printable(told.line)) if told.line else Content("")
        self.query_one("#told", Static).update(line)

    @on(Input.Submitted, "#written")
    def _write(self, event: Input.Submitted) -> None:
        event.stop()
        if (page := self.page) is None:
            return
        try:
            line = self._panel.put_line(event.value)
        except AssistantError as error:
            page.tell(str(error), is_fault=True)
            return
        event.input.clear()
        page.tell(line)
        page.show()
        self._settle()
