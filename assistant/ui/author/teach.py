"""A sentence taught: chosen, tried, shown as a diff, then written."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from rich.cells import cell_len
from textual import events, work
from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.content import Content
from textual.widgets import Input, OptionList, Static
from textual.widgets.option_list import Option

from assistant.outlet.terminal import printable
from assistant.ui.editor.sheets import diff_lines
from assistant.ui.formatting import MUTED, clipped
from assistant.ui.screens.faults import line_of
from assistant.ui.screens.sheet import Sheet

if TYPE_CHECKING:
    from assistant.checks.teaching.teach import Taught
    from assistant.checks.teaching.workshop import Workshop


class LessonChoice(NamedTuple):
    """What a sentence can be made."""

    kind: Any
    intent: str
    answer: str
    words: str
    """Of the line that offers it."""
    remark: str


class TeachSheet(Sheet[str]):
    """What a sentence is to be; it closes with a line on what was written."""

    TITLE = "Teach"

    def __init__(
        self, sentence: str, workshop: Workshop, intents: Sequence[tuple[str, str, float]], wanted: str = ""
    ) -> None:
        super().__init__()
        self._wanted = wanted
        """Typed already: what the sentence is to be."""
        self._sentence, self._workshop, self._intents = sentence, workshop, intents
        self._choices: list[LessonChoice] = []
        self._tried: LessonChoice | None = None
        """The choice whose diff is shown."""
        self._trying: LessonChoice | None = None
        """The choice that is being tried: another Enter begins it no second time."""
        self._is_written = False
        """It is being written: a second Enter writes nothing more."""

    def body(self) -> ComposeResult:
        """Lay out the sentence, the line to type into, what it can be made, and the diff."""
        yield Static(Content.assemble((f"“{printable(self._sentence)}”", "bold"), (" is to be", MUTED)), id="sentence")
        hint = "an intent, its answer, or NewName: reply"
        yield Input(self._wanted, placeholder=hint, id="wanted", compact=True)
        yield OptionList(id="choices", compact=True)
        with VerticalScroll(id="trial"):
            yield Static(id="diff")
        yield Static(id="say")

    def on_mount(self) -> None:
        """Begin with the intents that are nearest."""
        self._offer(self._wanted)
        self._tell("enter tries it and shows what it would change")
        if self._wanted:
            self.query_one(OptionList).action_select()

    def on_input_changed(self, event: Input.Changed) -> None:
        """Offer the choices that fit."""
        self._offer(event.value.strip())

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Take the highlighted choice."""
        event.stop()
        self.query_one(OptionList).action_select()

    async def on_key(self, event: events.Key) -> None:
        """Move in the list while the cursor stays in the line."""
        moves = {"up": "cursor_up", "down": "cursor_down", "pageup": "page_up", "pagedown": "page_down"}
        if event.key in moves and self.query_one(Input).has_focus:
            await self.app.run_action(moves[event.key], self.query_one(OptionList))

    def _offer(self, typed: str) -> None:
        self._choices, self._tried, self._trying = list(_choices(self._intents, typed)), None, None
        self.query_one("#diff", Static).update("")
        listed = self.query_one(OptionList)
        names = [clipped(printable(choice.words), 44) for choice in self._choices]
        width = max(map(cell_len, names), default=0) + 2
        listed.set_options(
            Option(Content.assemble(clipped(name, 44, pad=width), (printable(choice.remark), MUTED)))
            for name, choice in zip(names, self._choices, strict=True)
        )
        listed.highlighted = 0 if self._choices else None

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """Try the choice; the second time, write it."""
        if self._is_written or event.option_index >= len(self._choices):
            return  # the list is another since
        if (choice := self._choices[event.option_index]) == self._trying:
            return
        self._trying = choice
        self._is_written = choice == self._tried
        self._tell("writing it …" if self._is_written else "trying it …")
        self._teach(choice, is_trial=not self._is_written)

    @work(thread=True, exclusive=True, exit_on_error=False)
    def _teach(self, choice: LessonChoice, is_trial: bool) -> None:
        try:
            taught = self._workshop.teach(self._sentence, choice.kind, choice.intent, choice.answer, is_trial)
        except BaseException as error:  # a library in Rust panics with one
            self.app.call_from_thread(self._fail, line_of(error, self.app))
            return
        self.app.call_from_thread(self._show, choice, taught)

    def _fail(self, reason: str) -> None:
        self._is_written, self._trying = False, None
        self._tell(f"✗ {reason}")

    def _show(self, choice: LessonChoice, taught: Taught) -> None:
        if not self.is_attached:
            return
        if taught.is_written:
            files = ", ".join(dict.fromkeys(edit.file.name for edit in taught.edits))
            self.dismiss(f"taught: “{self._sentence}” is {choice.words}, in {files}; /undo takes it back")
            return
        self._tried, self._trying = choice, None
        self.query_one("#diff", Static).update(Content("\n").join(_trial_lines(taught)))
        self._tell("enter writes it, esc leaves everything as it is")

    def _tell(self, line: str) -> None:
        if self.is_attached:
            self.query_one("#say", Static).update(Content.assemble((printable(line), MUTED)))


def _choices(intents: Sequence[tuple[str, str, float]], typed: str) -> Iterator[LessonChoice]:
    """Yield the choices that fit the words that are typed: intents first, then the rest."""
    is_test = typed.casefold().startswith("test")
    wanted = (typed[4:] if is_test else typed).strip().casefold()
    for name, title, confidence in intents:
        if wanted in f"{name} {title}".casefold():
            kind = "test" if is_test else "example"
            yield LessonChoice(kind, name, "", f"{kind} of {name}", f"{confidence:.2f}  {clipped(title, 60)}")
    name, colon, reply = typed.partition(":")
    if colon and name.strip().isidentifier() and reply.strip():
        yield LessonChoice(
            "new", name.strip(), reply.strip(), f"the new intent {name.strip()}", f"replies “{reply.strip()}”"
        )
    if typed:
        yield LessonChoice("answer", "", typed, "a question", f"with the answer “{clipped(typed, 60)}”")
    yield LessonChoice("noise", "", "", "noise", "it means nothing here")


def _trial_lines(taught: Taught) -> Iterator[Content]:
    right = "as it is taught" if taught.is_right else "NOT as it is taught: an example more may be needed"
    style = "$text-success" if taught.is_right else "$text-warning"
    yield Content.assemble((f"{taught.before} → {taught.after}, {taught.confidence:.2f}: {right}", style))
    for change in taught.changes:
        mark = ("✗ breaks a test: ", "$text-error") if change.test else ("▲ also: ", "$text-warning")
        yield Content.assemble(mark, printable(f"“{change.text}”: {change.before} → {change.after}"))
    yield from map(diff_lines, taught.edits)
