"""The doctor: everything that the assistant stands on, looked at, with the cure for what is amiss."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, ClassVar

from textual import work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.widgets import OptionList, Static

from assistant.outlet.terminal import printable
from assistant.ui.formatting import MUTED, clipped, count_words
from assistant.ui.screens.faults import line_of
from assistant.ui.settings.page import SettingsPage, fill, update

if TYPE_CHECKING:
    from assistant.checks.finding import Finding


class DoctorPage(SettingsPage):
    """Findings, those to be cured first; the marked one in full below."""

    KEYS = "r looks again · y copies the cure"
    BINDINGS: ClassVar[list[BindingType]] = [Binding("r", "examine", show=False), Binding("y", "copy", show=False)]

    _shown: tuple[object, ...] = ()

    def compose(self) -> ComposeResult:
        """Lay out the list above the marked finding."""
        yield Static(id="health")
        yield OptionList(id="findings", compact=True)
        yield Static(id="finding")

    def on_mount(self) -> None:
        """Show the findings of before, and look where there are none."""
        self._findings: Sequence[Finding] = ()
        super().on_mount()
        if not self.desk.findings:
            self.action_examine()
        self.set_interval(0.2, self.show)

    def show(self) -> None:
        """Show the findings as far as they are."""
        shown = self.desk.findings, self.desk.is_examining, self.size.width
        if shown != self._shown:
            self._shown = shown
            self._list(self.desk.findings)

    def action_examine(self) -> None:
        """Look at everything again."""
        if not self.desk.is_examining:
            self.desk.is_examining, self.desk.findings = True, ()
            self._examine()

    @work(thread=True, group="doctor", exit_on_error=False)
    def _examine(self) -> None:
        """Look on, even where the page is left meanwhile."""
        try:
            for finding in self.panel.examine():
                self.desk.findings = (*self.desk.findings, finding)
        except BaseException as error:  # a library in Rust panics with one
            self.app.call_from_thread(self.tell, line_of(error, self.app), True)
        finally:
            self.desk.is_examining = False

    def _list(self, findings: Sequence[Finding]) -> None:
        options = self.query_one(OptionList)
        was_at_top = not options.highlighted
        self._findings = sorted({_key(finding): finding for finding in findings}.values(), key=_rank)
        width = max(10, self.size.width - 22)
        fill(options, [(_key(finding), _row(finding, width)) for finding in self._findings])
        if was_at_top and findings:
            options.highlighted = 0
        faults = sum(not finding.ok for finding in findings)
        words = f"{count_words(len(findings), 'thing')} looked at, {count_words(faults, 'fault')}"
        style = "bold $text-error" if faults else "bold $text-success"
        busy = (" · looking …", MUTED) if self.desk.is_examining else ("", MUTED)
        update(self, "#health", Content.assemble((words, style if findings else MUTED), busy))
        self._describe()

    def on_option_list_option_highlighted(self) -> None:
        """Tell all of the marked finding."""
        self._describe()

    def _marked(self) -> Finding | None:
        place = self.query_one(OptionList).highlighted
        return self._findings[place] if place is not None and place < len(self._findings) else None

    def _describe(self) -> None:
        if (finding := self._marked()) is not None:
            cure = (
                Content.assemble("\n", ("→ ", "$text-accent"), printable(finding.cure)) if finding.cure else Content("")
            )
            update(self, "#finding", Content.assemble((printable(finding.detail), MUTED), cure))

    def action_copy(self) -> None:
        """Copy the cure of the marked finding."""
        finding = self._marked()
        if finding is None or not finding.cure:
            self.tell("there is nothing to be cured here")
            return
        self.app.copy_to_clipboard(finding.cure)
        self.tell(f"copied: {finding.cure}")


def _rank(finding: Finding) -> int:
    return 0 if not finding.ok else 1 if finding.severity == "warning" else 2


def _key(finding: Finding) -> str:
    return f"{finding.subject} {finding.detail}"


def _row(finding: Finding, width: int) -> Content:
    sign, style = (("✗", "$text-error"), ("▲", "$text-warning"), ("✓", "$text-success"))[_rank(finding)]
    return Content.assemble(
        (f"{sign} ", style), (f"{finding.subject.ljust(15)} ", "bold" if not finding.ok else ""),
        (clipped(printable(finding.detail), width), "" if not finding.ok else MUTED),
    )  # fmt: skip
