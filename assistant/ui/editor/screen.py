"""The browser and editor: files as a tree, the text of one, its faults while it is typed, and a phrase tried on it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, ClassVar, Literal

from textual import events, on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.screen import Screen
from textual.widgets import Footer, Input, Tree

from assistant.errors import AssistantError
from assistant.outlet.terminal import printable_line
from assistant.ui.editor.drafts import Drafts, OpenFile
from assistant.ui.editor.panes import intro_lines
from assistant.ui.editor.paper import Paper
from assistant.ui.editor.sheets import ConflictSheet, DiffSheet, TestsSheet
from assistant.ui.editor.tree import CatalogueTree
from assistant.ui.screens.faults import line_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from assistant.checks.editing.bench import EditingBench
    from assistant.checks.editing.catalogue import ListedEntry, ListedFile
    from assistant.checks.review.junit import CaseRun
    from assistant.ui.editor.tree import Listed


class EditorScreen(Screen[str]):
    """It closes with a line for the conversation where something is left unsaved."""

    AUTO_FOCUS = "CatalogueTree"
    VERTICAL_BREAKPOINTS = [(0, "-low"), (27, "-tall")]  # noqa: RUF012 (Textual's)
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "back", "Back", key_display="esc"),
        Binding("ctrl+s", "save", "Save", priority=True),
        Binding("ctrl+t", "phrase", "Try", priority=True),
        Binding("ctrl+r,f5", "tests", "Tests", priority=True),
        Binding("f8", "fault", "Fault", priority=True),
        Binding("ctrl+n", "copy", "Copy to mine", priority=True),
        Binding("f9", "take_back", "Revert", key_display="f9", priority=True),
        Binding("ctrl+b", "tree", "Files", show=False, priority=True),
    ]

    def __init__(self, bench: EditingBench, drafts: Drafts, words: str = "") -> None:
        super().__init__()
        self._bench, self._drafts = bench, drafts
        self._files: Sequence[ListedFile] = ()
        self._listed: ListedFile | None = None
        """File of the tree that is open."""
        self._entry: ListedEntry | None = None
        self._looking = Input(words, placeholder="find a name or a word", id="looking", select_on_focus=False)
        self._looking.cursor_blink = False
        self._tree, self._paper = CatalogueTree(), Paper(bench, drafts)

    def compose(self) -> ComposeResult:
        """Lay out the tree beside the text."""
        with Horizontal(id="desk"):
            with Vertical(id="browse"):
                yield self._looking
                yield self._tree
            yield self._paper
        yield Footer()

    def on_mount(self) -> None:
        """List the files."""
        self._list_files()

    def on_unmount(self) -> None:
        """Keep what is not saved."""
        self._paper.keep()

    # -- the tree -----------------------------------------------------------------------------

    @work(thread=True, group="list", exclusive=True, exit_on_error=False)
    def _list_files(self) -> None:
        try:
            files = self._bench.catalogue()
        except AssistantError as error:
            self.app.call_from_thread(self._list_later, str(error))
            return
        except BaseException as error:  # a library in Rust panics with one
            self.app.call_from_thread(self._paper.tell, line_of(error, self.app))
            return
        self.app.call_from_thread(self._show_files, files)

    def _list_later(self, reason: str) -> None:
        """Tell that there is no list yet, and try again."""
        if self.is_attached:
            self._paper.tell(reason)
            self.set_timer(1.0, self._list_files)

    def _show_files(self, files: Sequence[ListedFile]) -> None:
        if self.is_attached:
            if not self._files and self._paper.entry is None:
                self._paper.clear()
            self._files = files
            self._paper.intro.update(intro_lines(files))
            self._show_tree()

    def _show_tree(self) -> None:
        unsaved = [entry.file for entry in self._drafts.unsaved()]
        self._tree.show_files(self._with_new(), unsaved, self._looking.value)

    def _with_new(self) -> Sequence[ListedFile]:
        """Files on the disk, before them those that are only typed."""
        from assistant.checks.editing.catalogue import ListedFile

        on_disk = {listed.file for listed in self._files}
        new = [
            ListedFile(entry.file, _kind(entry.file, self._files), True, (), 0)
            for entry in self._drafts.unsaved()
            if entry.file not in on_disk
        ]
        return sorted([*new, *self._files], key=lambda row: (not row.is_own, row.kind, str(row.file)))

    @on(Input.Changed, "#looking")
    def _look(self) -> None:
        self._show_tree()

    def on_tree_node_selected(self, event: Tree.NodeSelected[Listed]) -> None:
        """Open a file, or go to an entry of it."""
        self._choose(event.node.data)

    def _choose(self, data: Listed | None) -> None:
        listed, entry = data or (None, None)
        if listed is not None:
            self._listed, self._entry = listed, entry
            self._open_file(listed.file, listed.is_own, entry.line if entry else 0)

    def _open_file(self, file: Path, is_own: bool, line: int = 0, text: str | None = None) -> None:
        if self._paper.open(file, is_own, line, text):
            self.add_class("-reading")

    def on_paper_revised(self) -> None:
        """Mark the files with unsaved text."""
        self._tree.mark_unsaved([entry.file for entry in self._drafts.unsaved()])
        self.refresh_bindings()

    def take_key(self, event: events.Key) -> bool:
        """Look for a letter that is typed while the tree has the focus, and open what is marked by Enter.

        The focus has moved before the next key is looked at, so that keys in a burst go where they belong.
        """
        if self.focused is not self._tree:
            is_found = self.focused is self._looking and event.key in ("enter", "down")
            if is_found:
                self.set_focus(self._tree)
            return is_found
        if event.character and event.character.isalnum():
            self.set_focus(self._looking)
            self._looking.value += event.character
            self._looking.cursor_position = len(self._looking.value)
            return True
        if event.key == "enter" and (node := self._tree.cursor_node) is not None:
            if node.allow_expand:
                node.toggle()
            self._choose(node.data)
            return True
        return False

    # -- keys ---------------------------------------------------------------------------------

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:  # noqa: ARG002 (Textual's)
        """Offer the actions that the open file allows."""
        entry = self._paper.entry
        if action == "save":
            return (True if entry.is_changed else None) if entry and entry.is_own else False
        if action == "copy":
            return bool(entry and not entry.is_own)
        if action == "fault":
            return bool(self._paper.area.faults)
        if action in ("phrase", "tests"):
            return bool(entry)
        return True

    def action_back(self) -> None:
        """Go from the text to the tree, and from there to the conversation."""
        if self._paper.phrase.has_focus:
            self.set_focus(self._paper.area)
        elif self._paper.area.has_focus:
            self.action_tree()
        else:
            names = ", ".join(entry.file.name for entry in self._drafts.unsaved())
            until = f" until you leave, and no longer: {self._drafts.fault}" if self._drafts.fault else ""
            self.dismiss(f"not saved: {names}; /edit still has it{until}" if names else None)

    def action_tree(self) -> None:
        """Go to the tree."""
        self.remove_class("-reading")
        self.set_focus(self._tree)

    def action_phrase(self) -> None:
        """Go to the line for a phrase."""
        self.set_focus(self._paper.phrase)

    def action_fault(self) -> None:
        """Go to the next line with a fault."""
        if self._paper.area.next_fault():
            self.set_focus(self._paper.area)

    def action_copy(self) -> None:
        """Begin a file of one's own with what is marked of a shipped one."""
        if self._listed is None:
            return
        try:
            file, text = self._bench.copied(self._listed, self._entry)
        except AssistantError as error:
            self._paper.tell(f"✗ {error}")
            return
        self._open_file(file, is_own=True, text=text)
        self._show_tree()

    def action_save(self) -> None:
        """Show the difference before it is written; ask where the file is another than the one that was edited."""
        entry = self._paper.entry
        try:
            current = self._bench.current(entry.file) if entry and entry.is_own else None
        except AssistantError as error:
            self._paper.tell(f"✗ {error}")
            return
        if entry and entry.is_own and current != entry.before:
            self._ask_which(entry, current)
            return
        edit = self._bench.edit(entry.file, entry.before, entry.lines) if entry and entry.is_own else None
        if entry is None or edit is None:
            return
        errors = sum(fault.severity == "error" for fault in self._paper.area.faults.values())

        def save(wanted: bool | None) -> None:
            if wanted:
                self._write(entry)

        self.app.push_screen(DiffSheet(edit, errors), save)

    def _ask_which(self, entry: OpenFile, current: str | None) -> None:
        """Show what the typed text has otherwise than the file on the disk, and let one of both be chosen."""

        def take(choice: Literal["mine", "disk"] | None) -> None:
            if choice == "mine":
                self._reload(entry, current)
                self._write(entry)
            elif choice == "disk":
                self._drop(entry.file)

        self.app.push_screen(ConflictSheet(self._bench.edit(entry.file, current, entry.lines), entry.file.name), take)

    def _drop(self, file: Path) -> None:
        """Show a file as it is on the disk."""
        was_open = self._paper.entry is not None and self._paper.entry.file == file
        line = self._paper.area.cursor_location[0] + 1
        self._drafts.files.pop(file, None)
        if was_open and file.exists():
            self._open_file(file, is_own=True, line=line)
        elif was_open:
            self._paper.clear()
        self._list_files()

    def _write(self, entry: OpenFile) -> None:
        edit = self._bench.edit(entry.file, entry.before, entry.lines)
        try:
            if edit is not None:
                self._bench.save(edit)
        except AssistantError as error:
            self._paper.tell(f"✗ {error}")
            if edit is None or not edit.is_written:
                return
        else:
            self.notify(printable_line(f"{entry.file.name} is written; f9 takes it back"), timeout=4, markup=False)
        if edit is not None:
            self._reload(entry, edit.after)
        self._list_files()

    def _reload(self, entry: OpenFile, text: str | None) -> None:
        """Take the text on the disk as the one that the file had before."""
        entry.before, entry.shown = text, [""] if text is None else self._bench.lines(text)
        self._paper.show_state()
        self._paper.keep()

    def action_take_back(self) -> None:
        """Take the last save back, here and on the disk."""
        try:
            name, files = self._bench.take_back()
        except AssistantError as error:
            self._paper.tell(f"✗ {error}")
            return
        self.notify(printable_line(f"taken back: {name}"), timeout=4, markup=False)
        for file in files:
            self._drop(file)

    def action_tests(self) -> None:
        """Run the tests of the open file on its text as it stands."""
        if self._paper.entry is not None:
            self._paper.tell("running its tests …")
            self._run_tests(self._paper.entry)

    @work(thread=True, group="tests", exclusive=True, exit_on_error=False)
    def _run_tests(self, entry: OpenFile) -> None:
        try:
            runs = list(self._bench.run_tests(entry.file, self._drafts.edits(self._bench.edit)))
        except BaseException as error:  # a library in Rust panics with one
            self.app.call_from_thread(self._paper.tell, line_of(error, self.app))
            return
        self.app.call_from_thread(self._show_runs, entry, runs)

    def _show_runs(self, entry: OpenFile, runs: Sequence[CaseRun]) -> None:
        if self.is_attached and self._paper.entry is entry:
            self._paper.tell("")
            self.app.push_screen(TestsSheet(entry.file.name, runs))


def _kind(file: Path, files: Sequence[ListedFile]) -> Literal["intents", "knowledge"]:
    """Return the kind of a new file: that of the others in its folder."""
    return next((listed.kind for listed in files if listed.file.parent == file.parent), "intents")
