"""Progress of long work, the timers that run, and the commands that are planned."""

from __future__ import annotations

import time

from rich.cells import cell_len
from textual.content import Content
from textual.widgets import Static

from assistant.events import Progress, ScheduleChanged, TimersChanged
from assistant.outlet.remaining import Pace
from assistant.ui.formatting import MUTED, bar, clipped, clock_words, sized


class Tasks(Static):
    """A line for each piece of long work, gone when it is done; below them those for what is planned."""

    def __init__(self, id: str) -> None:  # noqa: A002 (Textual's own name)
        super().__init__(id=id)
        self.display = False
        self._tasks: dict[str, Progress] = {}
        self._pace = Pace()
        self._amounts: dict[str, str] = {}
        self._planned: tuple[tuple[str, str], ...] = ()
        self._countdowns: tuple[tuple[str, float, float], ...] = ()

    def on_mount(self) -> None:
        """Count down."""
        self._clock = self.set_interval(1.0, self._draw, pause=True)

    def show(self, progress: Progress) -> None:
        """Draw the state of a task; `index: writing` is a step of the task `index` and takes its line."""
        name = progress.task.partition(":")[0]
        left = self._pace.left(progress.task, progress.done, progress.total) if progress.total else ""
        self._amounts[name] = f"{_amount(progress)}  {left}".rstrip() if progress.total else ""
        if progress.total and progress.done >= progress.total:
            self._tasks.pop(name, None)
        else:
            self._tasks[name] = progress
        self._draw()

    def count_down(self, event: TimersChanged) -> None:
        """Show the timers that run, with the time that each has left."""
        self._countdowns = event.timers
        (self._clock.resume if event.timers else self._clock.pause)()
        self._draw()

    def plan(self, event: ScheduleChanged) -> None:
        """Show the commands that are planned."""
        self._planned = event.commands
        self._draw()

    def forget(self, unmeasured: bool = False) -> None:
        """Remove every line, or those alone whose end no event tells; a task that goes on comes back by itself."""
        self._tasks = {name: task for name, task in self._tasks.items() if unmeasured and task.total}
        self._draw()

    def on_resize(self) -> None:
        """Use the room there is."""
        self._draw()

    def _draw(self) -> None:
        self.display = bool(self._tasks or self._planned or self._countdowns)
        amounts = {name: self._amounts[name] for name, task in self._tasks.items() if task.total}
        room = self.app.size.width - self.styles.padding.width - max(map(len, amounts.values()), default=0)
        names = max((len(task.task) for task in self._tasks.values()), default=0)
        names = max(min(names, 40, room - 8), 1)
        cells = min(max(room - names - 2, 4), 30)
        lines = [self._line(task, amounts.get(name, ""), names, cells) for name, task in self._tasks.items()]
        self.update(Content("\n").join([*lines, *self._timer_lines(), *self._plans()]))

    def _timer_lines(self, most: int = 3) -> list[Content]:
        """Return the lines of the timers that ring next, and the number of those after them."""
        room = self.app.size.width - self.styles.padding.width
        width = max((cell_len(name) for name, _, _ in self._countdowns[:most]), default=0)
        width = min(width, 40, max(room - 16, 8))
        lines, now = [], time.time()
        for name, due, length in self._countdowns[:most]:
            left = max(due - now, 0.0)
            clock = (f"  {clock_words(left):>8}  ", "bold")
            share = bar(left / length if length else 0.0, min(max(room - width - 14, 4), 30), "$primary")
            lines.append(Content.assemble((f"◷ {clipped(name, width, pad=width)}", ""), clock, share))
        more = len(self._countdowns) - most
        return [*lines, Content.assemble((f"  and {more} more timers", MUTED))] if more > 0 else lines

    def _plans(self, most: int = 2) -> list[Content]:
        """Return the lines of the next commands, and the number of those after them."""
        room = self.app.size.width - self.styles.padding.width - 3
        lines = [
            Content.assemble((f"◷ {moment}  ", MUTED), clipped(text, max(room - len(moment) - 2, 8)))
            for moment, text in self._planned[:most]
        ]
        more = len(self._planned) - most
        return [*lines, Content.assemble((f"  and {more} more", MUTED))] if more > 0 else lines

    def _line(self, task: Progress, amount: str, names: int, cells: int) -> Content:
        name = clipped(task.task, names, pad=names + 2)
        if not amount:
            return Content.assemble(name, ("working …", MUTED))
        return Content.assemble(name, bar(task.done / task.total, cells, "$primary"), (amount, MUTED))


def _amount(task: Progress) -> str:
    return f" {task.done / task.total:4.0%}  {sized(task.done, task.total, task.unit)}"
