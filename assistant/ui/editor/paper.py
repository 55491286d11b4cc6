"""The open file: its text, the fault at the cursor, and a phrase tried on it while it is typed."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from textual import on, work
from textual.app import ComposeResult
from textual.containers import Vertical, VerticalScroll
from textual.content import Content
from textual.message import Message
from textual.timer import Timer
from textual.widgets import Input, Static, TextArea
from textual.worker import Worker, get_current_worker

from assistant.errors import AssistantError, Problem
from assistant.outlet.terminal import printable_line
from assistant.ui.editor.area import YamlArea
from assistant.ui.editor.drafts import Drafts, OpenFile
from assistant.ui.editor.panes import fault_line, name_line, trial_lines
from assistant.ui.formatting import MUTED
from assistant.ui.screens.faults import line_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from assistant.checks.editing.bench import EditingBench
    from assistant.checks.editing.trying import PhraseTrial


class Paper(Vertical):
    """What is typed goes into the drafts; faults and meaning follow from threads, a moment after the last key."""

    class Revised(Message):
        """The text, or what is unsaved of it, is another."""

    def __init__(self, bench: EditingBench, drafts: Drafts) -> None:
        super().__init__(id="paper")
        self._bench, self._drafts = bench, drafts
        self.entry: OpenFile | None = None
        self.intro = Static(id="intro")
        self.area = YamlArea()
        self.phrase = Input(placeholder="try a phrase on the text as it stands", id="phrase")
        self.phrase.cursor_blink = False
        self._title, self._fault, self._meaning = Static(id="name"), Static(id="fault"), Static(id="meaning")
        self._told = ""
        """What was told and nobody has typed or moved since: the fault at the cursor does not take its place."""
        self._is_checked = False
        """False while the faults are those of another text."""
        self._pending: Timer | None = None
        """Runs out when nothing has been typed for a moment."""

    def compose(self) -> ComposeResult:
        """Lay out the text between its name and what is said of it."""
        yield self._title
        yield self.intro
        yield self.area
        yield self._fault
        yield self.phrase
        with VerticalScroll(id="found", can_focus=False):
            yield self._meaning

    def on_mount(self) -> None:
        """Begin without a file."""
        self.clear()

    def clear(self) -> None:
        """Show no file."""
        self.entry = None
        self.area.read_only = True
        with self.prevent(TextArea.Changed):
            self.area.load_text("")
        self.area.show_faults(())
        self._title.update(Content.assemble(("Intents and answers", MUTED)))
        self._fault.update("")
        self._meaning.update("")
        self.set_class(True, "-empty")

    def open(self, file: Path, is_own: bool, line: int = 0, text: str | None = None) -> bool:
        """Show a file, its unsaved text where there is some; with `text` it is to be made. False where it cannot be."""
        entry = self._drafts.files.get(file)
        if entry is None or not entry.is_changed:
            try:
                before = None if text is not None else self._bench.read(file)
            except AssistantError as error:
                self.tell(f"✗ {error}")
                return False
            lines = self._bench.lines(text if text is not None else before or "")
            entry = OpenFile(file, before, [""] if before is None else lines, lines, is_own)
        self._show(self._drafts.keep(entry))
        self.area.move_cursor((max(0, line - 1), 0))
        self.area.scroll_cursor_visible(center=True)
        self.screen.set_focus(self.area)
        return True

    def _show(self, entry: OpenFile) -> None:
        self.set_class(False, "-empty")
        if self.entry is not entry:
            self.entry = entry
            with self.prevent(TextArea.Changed):
                self.area.load_text("\n".join(entry.lines))
            self.area.is_yaml = entry.file.suffix.lower() in (".yaml", ".yml")
            self.area.read_only = not entry.is_own
            self.area.show_faults(())
            self._is_checked = False
            self._check()
        self.show_state()

    @on(TextArea.Changed, "#area")
    def _typed(self) -> None:
        if self.entry is not None:
            self._told, self._is_checked = "", False
            self.entry.lines = list(self.area.document.lines)
            self.show_state()
            self._soon()

    @on(TextArea.SelectionChanged, "#area")
    def _moved(self) -> None:
        self._told = ""
        self._show_fault()

    def _show_fault(self) -> None:
        if self.entry is not None and not self._told:
            self._fault.update(fault_line(self.area.faults, self.area.cursor_location[0], self._is_checked))

    def _soon(self, seconds: float = 0.25) -> None:
        """Check once nothing has been typed for so long."""
        if self._pending is not None:
            self._pending.stop()
        self._pending = self.set_timer(seconds, self._check)

    def show_state(self) -> None:
        """Show the name of the file and its state."""
        if self.entry is not None:
            self._title.update(name_line(self.entry))
        self.post_message(self.Revised())

    def tell(self, line: str) -> None:
        """Say something in place of the fault, until something is typed or the cursor moved."""
        if self.is_attached:
            self._told = line
            line_shown = self._fault if self.entry else self._title
            line_shown.update(Content.assemble((printable_line(line), "$text-warning")))

    # -- faults -------------------------------------------------------------------------------

    def _check(self) -> None:
        """Look for faults in the text as it stands, and try the phrase again."""
        if self.entry is not None:
            self._keep()
            self._find_faults(self.entry)
        self._try(self.phrase.value.strip())

    @work(thread=True, group="keep", exit_on_error=False)
    def _keep(self) -> None:
        self.keep()

    def keep(self) -> None:
        """Keep what is not saved on the disk."""
        try:
            self._bench.keep_drafts(self._drafts.kept())
            self._drafts.fault = ""
        except AssistantError as error:  # it is told of by saving, and at the end
            self._drafts.fault = str(error)

    @work(thread=True, group="check", exclusive=True, exit_on_error=False)
    def _find_faults(self, entry: OpenFile) -> None:
        worker = get_current_worker()
        try:
            edits = self._drafts.edits(self._bench.edit)
            if slip := self._bench.unreadable([edit for edit in edits if edit.file == entry.file]):
                self.app.call_from_thread(self._show_faults, entry, (slip,))  # at once; the rest takes longer
            problems = self._bench.faults(entry.file, edits)
        except BaseException as error:  # a library in Rust panics with one
            problems = (Problem(entry.file, 0, line_of(error, self.app)),)
        if not worker.is_cancelled:
            self.app.call_from_thread(self._show_faults, entry, problems)

    def _show_faults(self, entry: OpenFile, problems: Sequence[Problem]) -> None:
        if self.is_attached and self.entry is entry:
            self.area.show_faults(problems)
            self._is_checked = True
            self._show_fault()
            self.post_message(self.Revised())

    # -- a phrase -----------------------------------------------------------------------------

    @on(Input.Changed, "#phrase")
    def _phrase_typed(self) -> None:
        self._soon()

    @on(Input.Submitted, "#phrase")
    def _phrase_sent(self, event: Input.Submitted) -> None:
        event.stop()
        self._try(event.value.strip())

    def _try(self, phrase: str) -> None:
        if phrase:
            self._try_phrase(phrase)
        else:
            self._meaning.update("")

    @work(thread=True, group="phrase", exclusive=True, exit_on_error=False)
    def _try_phrase(self, phrase: str) -> None:
        worker: Worker[None] = get_current_worker()
        try:
            edits = self._drafts.edits(self._bench.edit)
            for trial in self._bench.attempt(phrase, edits, lambda: worker.is_cancelled):
                if not worker.is_cancelled:
                    self.app.call_from_thread(self._show_trial, trial, bool(edits))
        except Exception as error:
            self.app.call_from_thread(self._show_refusal, line_of(error, self.app))

    def _show_refusal(self, reason: str) -> None:
        if self.is_attached:
            self._meaning.update(Content.assemble((f"✗ {printable_line(reason)}", "$text-error")))

    def _show_trial(self, trial: PhraseTrial, is_draft: bool) -> None:
        if self.is_attached:
            self._meaning.update(trial_lines(trial, is_draft))
