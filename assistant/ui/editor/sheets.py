"""Sheets of the editor: the diff before it is written, and the tests that were run."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, ClassVar, Literal

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.widgets import Static

from assistant.errors import shown
from assistant.outlet.terminal import printable, printable_line
from assistant.ui.formatting import MUTED, count_words
from assistant.ui.screens.sheet import Sheet

if TYPE_CHECKING:
    from assistant.checks.review.junit import CaseRun
    from assistant.checks.teaching.lesson import Edit

_COLOURS = {"+": "$text-success", "-": "$text-error"}


class DiffSheet(Sheet[bool]):
    """What would be written; it closes with True where that is wanted."""

    TITLE = "Save"
    BINDINGS: ClassVar[list[BindingType]] = [Binding("enter,ctrl+s", "save", "Save", show=False)]

    def __init__(self, edit: Edit, errors: int) -> None:
        super().__init__()
        self._edit, self._errors = edit, errors

    def body(self) -> ComposeResult:
        """Lay out the diff and the question."""
        with VerticalScroll(id="lines"):
            yield Static(diff_lines(self._edit), id="diff")
        warning = f"{count_words(self._errors, 'fault')} in it: what is at fault is not used. " if self._errors else ""
        yield Static(
            Content.assemble((warning, "$text-warning"), ("enter writes it, esc goes back to the text", MUTED)),
            id="say",
        )

    def action_save(self) -> None:
        """Close, and have it written."""
        self.dismiss(True)


class ConflictSheet(Sheet[Literal["mine", "disk"]]):
    """The typed text against a file that somebody else has changed; it closes with the one that is to be."""

    TITLE = "Changed on the disk"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("o", "take('mine')", "Overwrite", show=False),
        Binding("r", "take('disk')", "Reload", show=False),
    ]

    def __init__(self, edit: Edit | None, name: str) -> None:
        super().__init__()
        self._edit, self._file = edit, name

    def body(self) -> ComposeResult:
        """Lay out the difference and the choice."""
        yield Static(Content.assemble((f"{self._file} is not as it was when you opened it.", "$text-warning")))
        with VerticalScroll(id="lines"):
            yield Static(diff_lines(self._edit) if self._edit else Content("both say the same"), id="diff")
        yield Static(
            Content.assemble(("o ", "bold"), ("puts yours in its place  ", MUTED), ("r ", "bold"),
                             ("drops yours, reads the file  ", MUTED), ("esc ", "bold"), ("decides later", MUTED)),
            id="say",
        )  # fmt: skip

    def action_take(self, choice: Literal["mine", "disk"]) -> None:
        """Close with the choice."""
        self.dismiss(choice)


class TestsSheet(Sheet[int]):
    """The tests of a file; those that failed first."""

    __test__ = False  # no class of tests for pytest
    TITLE = "Tests"

    def __init__(self, name: str, runs: Sequence[CaseRun]) -> None:
        super().__init__()
        self._file, self._runs = name, sorted(runs, key=lambda run: not run.fault)

    def body(self) -> ComposeResult:
        """Lay out the count and a line for each test."""
        passed = sum(not run.fault for run in self._runs)
        style = "$text-success" if passed == len(self._runs) else "$text-error"
        head = f"{passed} of {len(self._runs)} passed" if self._runs else "there is no test in it yet"
        yield Static(Content.assemble((head, f"bold {style if self._runs else MUTED}"), (f"   {self._file}", MUTED)))
        with VerticalScroll(id="lines"):
            yield Static(Content("\n").join(map(_run_line, self._runs)), id="runs")
        hint = "" if self._runs else "tests: [a sentence that must mean it], in an intent"
        yield Static(Content.assemble((hint, MUTED)), id="say")


def diff_lines(edit: Edit, most: int = 500) -> Content:
    """Return the name of a file and what an edit changes in it, so many lines at most: 80,000 take a minute to draw."""
    lines = edit.diff().splitlines()[2:]  # without the name, twice
    more = [Content.assemble((f"… and {len(lines) - most:,} lines more", MUTED))] if len(lines) > most else []
    name = Content.assemble((printable_line(shown(edit.file)), "$text-accent"))
    return Content("\n").join([name, *map(_diff_line, lines[:most]), *more])


def _diff_line(line: str) -> Content:
    return Content.assemble((printable(line), _COLOURS.get(line[:1], MUTED)))


def _run_line(run: CaseRun) -> Content:
    mark = ("✗ ", "$text-error") if run.fault else ("✓ ", "$text-success")
    fault = f"  {printable_line(run.fault)}" if run.fault else ""
    return Content.assemble(
        mark,
        printable_line(run.say),
        (f"  {run.group}:{run.line}" if not run.fault else f"  line {run.line}", MUTED),
        fault,
    )
