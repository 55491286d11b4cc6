"""The models: what each is for, its size, whether it is there, and how far one is that is fetched."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, cast

from textual.app import ComposeResult
from textual.content import Content
from textual.widgets import OptionList, Static

from assistant.outlet.terminal import printable
from assistant.ui.formatting import MUTED, bar, clipped, sized
from assistant.ui.settings.page import SettingsPage, fill, update

if TYPE_CHECKING:
    from assistant.checks.making.control_panel import ListedModel
    from assistant.ui.app import AssistantApp

_STATES = {"present": ("✓", "$text-success"), "missing": ("·", MUTED), "corrupt": ("✗", "$text-error")}


class ModelsPage(SettingsPage):
    """Models by what they are for; Enter fetches one that is missing, and uses one that is there."""

    KEYS = "enter fetches or uses it"

    def compose(self) -> ComposeResult:
        """Lay out the list above what is known of the marked one."""
        yield OptionList(id="models-list", compact=True)
        yield Static(id="model")

    def on_mount(self) -> None:
        """List the models, and follow the fetching."""
        self._rows: Sequence[ListedModel] = ()
        self._fetching: tuple[object, ...] = ()
        self.set_interval(0.2, self._follow)
        super().on_mount()

    def show(self) -> None:
        """List the models."""
        self.ask(self.panel.models, self._list)

    def _list(self, rows: Sequence[ListedModel]) -> None:
        self._rows = rows
        shown: list[tuple[str, Content] | None] = []
        for number, row in enumerate(rows):
            begins = not number or row.kind != rows[number - 1].kind
            if number and begins:
                shown.append(None)
            shown.append((str(number), self._row(row, row.kind if begins else "")))
        fill(self.query_one(OptionList), shown)
        self._describe()

    def _row(self, row: ListedModel, kind: str) -> Content:
        sign, style = _STATES[row.state]
        size = f"{row.bytes / 1e6:,.0f} MB" if row.bytes >= 1e6 else f"{row.bytes / 1e3:.0f} kB" if row.bytes else ""
        state = row.state
        if row.name in self.desk.fetching:
            done = self.desk.fetching[row.name]
            sign, style, state = "↓", "$text-accent", f"fetching {done.done / max(1, done.total or 0):.0%}"
        elif row.chosen and row.setting and self.panel.is_pending(row.setting):
            state += ", next start"
        name = clipped(printable(row.name), 18, pad=19)
        return Content.assemble(
            (kind.ljust(15), MUTED), f"{'●' if row.chosen else '○'} {name}{size.rjust(8)}  ", (f"{sign} {state}", style)
        )

    def _marked(self) -> ListedModel | None:
        option = self.query_one(OptionList).highlighted_option
        return self._rows[int(option.id)] if option is not None and option.id is not None else None

    def on_option_list_option_highlighted(self) -> None:
        """Tell more of the marked model."""
        self._describe()

    def _describe(self) -> None:
        row = self._marked()
        if row is None:
            return
        if (progress := self.desk.fetching.get(row.name)) is not None and progress.total:
            width = max(10, min(48, self.size.width - 20))
            share = bar(progress.done / progress.total, width, "$text-accent")
            line = Content.assemble(share, f"  {sized(progress.done, progress.total, progress.unit)}")
        else:
            line = Content.assemble((printable(row.remark), MUTED))
        update(self, "#model", line)

    def on_option_list_option_selected(self) -> None:
        """Fetch the model where it is not there, else use it."""
        row = self._marked()
        if row is None:
            return
        if row.state != "present" and row.fetchable:
            self._fetch(row)
        elif row.state != "present":
            self.tell(row.remark, is_fault=True)
        elif not row.setting:
            self.tell(f"{row.name} is used wherever there is something for it to do")
        elif self.put(row.setting, row.name):
            self.show()

    def _fetch(self, row: ListedModel) -> None:
        if row.name in self.desk.fetching:
            self.tell(f"{row.name} is being fetched")
            return
        terminal, size = cast("AssistantApp", self.app), f", {row.bytes / 1e6:,.0f} MB" if row.bytes else ""
        self.tell(f"fetching {row.name}{size}; it goes on when you leave")

        def fetch() -> str:
            try:
                return self.panel.fetch(row.name, terminal.emit)
            finally:
                self.desk.fetching.pop(row.name, None)

        def done(line: str) -> None:
            self.tell(line)
            self.show()

        self.ask(fetch, done)

    def _follow(self) -> None:
        fetching = tuple((name, progress.done) for name, progress in self.desk.fetching.items())
        if fetching != self._fetching and self._rows:
            is_over, self._fetching = len(fetching) < len(self._fetching), fetching
            self.show() if is_over else self._list(self._rows)
