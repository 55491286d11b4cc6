"""The small widgets of the one screen: input line, status bar, progress, notice, candidates."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from textual import events
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.message import Message
from textual.widgets import Input, Static

from assistant.events import AudioLevel, Progress, Understood
from assistant.ui.formatting import MUTED, bar, clipped, gist, latency_words, meter, sized, value_words
from assistant.ui.view_state import FACES, Phase
from assistant.values import (
    CLIPPING,
    SILENCE,
    AnswerMatch,
    Candidate,
    IntentMatch,
    OutOfScope,
    SlotMissing,
    Understanding,
)


class Prompt(Input):
    """The input line, with the lines typed before on up and down."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up", "recall(-1)", "Earlier line", show=False),
        Binding("down", "recall(1)", "Later line", show=False),
        Binding("pageup", "screen.page(-1)", "Scroll up", show=False),
        Binding("pagedown", "screen.page(1)", "Scroll down", show=False),
    ]

    def __init__(self, id: str) -> None:  # noqa: A002 (Textual's own name)
        super().__init__(id=id, select_on_focus=False)
        self.cursor_blink = False
        self._lines: list[str] = []
        self._at = 0
        self._draft = ""

    def take(self) -> str:
        """Return what was typed, remember it and clear the line."""
        text = self.value.strip()
        if text and self._lines[-1:] != [text]:
            self._lines.append(text)
        self._at, self._draft = len(self._lines), ""
        self.value = ""
        return text

    def show_times(self, times: Mapping[str, float]) -> None:
        """Tell how long each stage of the last turn took, on the frame."""
        self.border_subtitle = " · ".join(f"{stage} {latency_words(seconds)}" for stage, seconds in times.items())

    def action_recall(self, step: int) -> None:
        """Show an earlier or a later line; below the last one is what was being typed."""
        if self._at == len(self._lines):
            self._draft = self.value
        self._at = min(max(self._at + step, 0), len(self._lines))
        self.value = self._lines[self._at] if self._at < len(self._lines) else self._draft
        self.cursor_position = len(self.value)


class Status(Static):
    """One line: what the assistant is doing, the microphone and its level."""

    METER = 12

    def __init__(self, id: str) -> None:  # noqa: A002 (Textual's own name)
        super().__init__(id=id)
        self.phase: Phase = "loading"
        self.device = ""
        self.remark = ""
        self.level: AudioLevel | None = None

    def show(self) -> None:
        """Draw it anew."""
        symbol, word, style = FACES[self.phase]
        left = Content.assemble((f"{symbol} {word}", f"bold {style}"))
        if self.remark:
            left = Content.assemble(left, (f"  {self.remark}", MUTED))
        if self.level is not None:
            left = Content.assemble(left, "  ", self._heard(self.level))
        room = self.content_size.width - left.cell_length - 2
        device = self.device if len(self.device) <= room else ""
        self.update(Content.assemble(left, " " * (room - len(device) + 2), (device, MUTED)), layout=False)

    def on_resize(self) -> None:
        """Use the room there is."""
        self.show()

    def _heard(self, level: AudioLevel) -> Content:
        loud = max(level.rms, -99.0)
        parts = [meter(level.rms, level.peak, self.METER), Content(f" {loud:>3.0f} dB")]
        if level.peak >= CLIPPING:
            parts.append(Content.assemble((" too loud", "bold $text-error")))
        elif level.peak <= SILENCE:
            parts.append(Content.assemble((" muted?", "$text-warning")))
        if level.overflows:
            parts.append(Content.assemble((f" {level.overflows} lost", "$text-warning")))
        return Content("").join(parts)


class Tasks(Static):
    """A line for each piece of long work; gone when it is done."""

    def __init__(self, id: str) -> None:  # noqa: A002 (Textual's own name)
        super().__init__(id=id)
        self.display = False
        self._tasks: dict[str, Progress] = {}

    def show(self, progress: Progress) -> None:
        """Draw how far a task is; `index: writing` is a step of the task `index` and takes its line."""
        name = progress.task.partition(":")[0]
        if progress.total and progress.done >= progress.total:
            self._tasks.pop(name, None)
        else:
            self._tasks[name] = progress
        self._draw()

    def forget(self, unmeasured: bool = False) -> None:
        """Take the lines away, or those alone whose end nobody will tell; who is still at work tells again."""
        self._tasks = {name: task for name, task in self._tasks.items() if unmeasured and task.total}
        self._draw()

    def on_resize(self) -> None:
        """Use the room there is."""
        self._draw()

    def _draw(self) -> None:
        self.display = bool(self._tasks)
        self.update(Content("\n").join([self._line(each) for each in self._tasks.values()]))

    def _line(self, task: Progress) -> Content:
        name = clipped(task.task, 26, pad=28)
        if not task.total:
            return Content.assemble(name, ("working …", MUTED))
        fraction = task.done / task.total
        width = min(max(self.app.size.width - 60, 10), 30)
        done = f" {fraction:4.0%}  {sized(task.done, task.total, task.unit)}"
        return Content.assemble(name, bar(fraction, width, "$primary"), (done, MUTED))


class Notice(Static):
    """One line that can be dismissed."""

    class Opened(Message):
        """It was clicked."""

    def on_click(self, event: events.Click) -> None:
        """Show what it is about."""
        event.stop()
        self.post_message(self.Opened())


class Candidates(Static):
    """The n-best list of the last utterance, and how sure the choice is."""

    def __init__(self, id: str, threshold: float) -> None:  # noqa: A002 (Textual's own name)
        super().__init__(id=id)
        self._threshold = threshold
        self._understood: Understood | None = None

    def show(self, understood: Understood | None) -> None:
        """Draw what an utterance could mean."""
        self._understood = understood
        self._draw()

    def on_resize(self) -> None:
        """Use the room there is."""
        self._draw()

    def _draw(self) -> None:
        width = self.content_size.width
        if self._understood is None or width < 10:
            self.update(Content.assemble(("Candidates appear here.", MUTED)))
            return
        understanding = self._understood.understanding
        tall = width < 60
        lines = self._chosen(understanding, width, tall)
        chosen = _chosen_id(understanding)
        for candidate in understanding.n_best:
            lines += _candidate_lines(candidate, candidate.id == chosen, width, tall)
        self.update(Content("\n").join(lines))

    def _chosen(self, understanding: Understanding, width: int, tall: bool) -> list[Content]:
        style = "$text-success" if understanding.confidence >= self._threshold else "$text-warning"
        numbers = f" {understanding.confidence:.2f}, needs {self._threshold:.2f}"
        cells = width - len(numbers) if tall else 20
        sure = Content.assemble(
            bar(understanding.confidence, max(cells, 4), style, tick=self._threshold), (numbers, MUTED)
        )
        if not tall:
            room = width - sure.cell_length - 2
            return [Content.assemble((clipped(gist(understanding), room, pad=room + 2), "bold"), sure)]
        lines = [Content.assemble((_title(understanding), "bold"))]
        if isinstance(understanding, IntentMatch | SlotMissing):
            lines += [
                Content.assemble((f"{name} ", MUTED), clipped(value_words(value), width - len(name) - 1))
                for name, value in understanding.slots.items()
            ]
        if isinstance(understanding, SlotMissing):
            lines.append(Content.assemble((f"{understanding.missing} ", MUTED), ("missing", "$text-warning")))
        return [*lines, sure, Content("")]


def _title(understanding: Understanding) -> str:
    if isinstance(understanding, IntentMatch | SlotMissing):
        return understanding.intent
    return gist(understanding)


def _chosen_id(understanding: Understanding) -> str:
    match understanding:
        case IntentMatch(intent=name) | SlotMissing(intent=name) | AnswerMatch(question=name):
            return name
        case OutOfScope():
            return ""
    return _chosen_id(understanding.choices[0])


def _candidate_lines(candidate: Candidate, chosen: bool, width: int, tall: bool) -> list[Content]:
    mark, style = ("● ", "bold") if chosen else ("○ ", "")
    score = Content.assemble(bar(candidate.score, 8, "$primary"), (f" {candidate.score:.2f}", MUTED))
    example = "" if candidate.example == candidate.id else candidate.example
    if tall:
        below = (f"  {clipped(example, width - 17)}", MUTED)
        return [
            Content.assemble((mark + clipped(candidate.id, width - 2), style)),
            Content.assemble("  ", score, below),
        ]
    room = max(width // 2 - 4, 12)
    name = clipped(candidate.id, room - 2, pad=room)
    return [Content.assemble((mark + name, style), score, (f"  {clipped(example, width - room - 17)}", MUTED))]
