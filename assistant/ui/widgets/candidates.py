"""The n-best list, beside or below the conversation."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, cast

from rich.cells import cell_len
from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.content import Content
from textual.timer import Timer
from textual.widgets import Static

from assistant.events import Understood
from assistant.quote import Quote
from assistant.ui.formatting import MUTED, bar, clipped, gist, latency_words, value_words
from assistant.values import (
    AnswerMatch,
    Candidate,
    IntentMatch,
    OutOfScope,
    SlotMissing,
    Understanding,
)

if TYPE_CHECKING:
    from assistant.ui.app import AssistantApp


class Panel(VerticalScroll, can_focus=False):
    """The candidates beside the conversation: open while somebody speaks and for a while after it, or by a key."""

    def __init__(self, threshold: Callable[[], float]) -> None:
        super().__init__(id="panel")
        self._typed = ""
        self._typing: Timer | None = None
        """Runs out when nothing has been typed for a moment."""
        self._candidates = Candidates("candidates", threshold)
        self._close_timer: Timer | None = None

    def compose(self) -> ComposeResult:
        """Lay out the candidates."""
        yield self._candidates

    def follow_typing(self, line: str, rest: float = 0.3) -> None:
        """Ask what a line means once nothing was typed for a rest in seconds, where that would be seen."""
        self._typed = line.strip()
        if self._typing is not None:
            self._typing.stop()
        if self.display and len(self._typed.split()) > 1 and not self._typed.startswith("/"):
            self._typing = self.set_timer(rest, self._consider)

    def _consider(self) -> None:
        line = self._typed
        cast("AssistantApp", self.app).ask(lambda assistant: assistant.consider(line))

    def show_typed(self, understood: Understood) -> bool:
        """Draw the candidates of the line that is being typed; False where the utterance is no such line."""
        is_typed = understood.partial and understood.utterance.source == "typed"
        if is_typed and understood.utterance.text == self._typed:
            self._candidates.show(understood)
        return is_typed

    def show(self, understood: Understood | None) -> None:
        """Draw the candidates of an utterance; where it is still being spoken, open the panel."""
        self._candidates.show(understood)
        if understood is not None and understood.partial:
            self.add_class("-spoken")
            self._close_later()

    def show_times(self, times: Mapping[str, float]) -> None:
        """Draw the stages of a turn."""
        self._candidates.show_times(times)

    def toggle(self) -> None:
        """Open or close it, whatever the width."""
        shown = bool(self.display)
        self.remove_class("-spoken")
        self.set_class(not shown, "-open")

    def _close_later(self, seconds: float = 20.0) -> None:
        if self._close_timer is not None:
            self._close_timer.stop()
        self._close_timer = self.set_timer(seconds, lambda: self.remove_class("-spoken"))


class Candidates(Static):
    """The n-best list of the last utterance, and the confidence of the choice beside the threshold."""

    def __init__(self, id: str, threshold: Callable[[], float]) -> None:  # noqa: A002 (Textual's own name)
        super().__init__(id=id)
        self._threshold = threshold
        self._understood: Understood | None = None
        self._times: Mapping[str, float] = {}

    def show(self, understood: Understood | None) -> None:
        """Draw the candidates of an utterance."""
        self._understood, self._times = understood, {}
        self._draw()

    def show_times(self, times: Mapping[str, float]) -> None:
        """Draw the seconds of each stage of the turn below the candidates, one beginning where the other ends."""
        self._times = times
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
        for candidate in sorted(understanding.n_best, key=lambda candidate: candidate.id != chosen):
            lines += _candidate_lines(candidate, candidate.id == chosen, width, tall)
        lines += _waterfall(self._times, width)
        self.update(Content("\n").join(lines))

    def _chosen(self, understanding: Understanding, width: int, tall: bool) -> list[Content]:
        style = "$text-success" if understanding.confidence >= self._threshold() else "$text-warning"
        numbers = f" {understanding.confidence:.2f}, needs {self._threshold():.2f}"
        whole = cell_len(gist(understanding)) + 2
        cells = width - len(numbers) - (0 if tall else min(max(whole, width - len(numbers) - 20), width // 2))
        sure = Content.assemble(
            bar(understanding.confidence, max(cells, 4), style, tick=self._threshold()), (numbers, MUTED)
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


def _waterfall(times: Mapping[str, float], width: int) -> list[Content]:
    names = max(map(len, times), default=0) + 1
    total, cells, begun = sum(times.values()), max(min(width - names - 9, 40), 4), 0.0
    lines = [Content("")] if total else []
    for stage, seconds in times.items() if total else ():
        start = min(int(begun / total * cells), cells - 1)
        length = max(1, round(seconds / total * cells))
        begun += seconds
        lines.append(
            Content.assemble(
                (stage.ljust(names), MUTED),
                (" " * start + "━" * min(length, cells - start), "$text-primary"),
                (f" {latency_words(seconds)}", MUTED),
            )
        )
    return lines


def _title(understanding: Understanding) -> str:
    if isinstance(understanding, IntentMatch | SlotMissing):
        return understanding.intent
    return gist(understanding)


def _chosen_id(understanding: Understanding) -> str:
    match understanding:
        case AnswerMatch(quote=Quote(passage=key)):
            return key
        case IntentMatch(intent=name) | SlotMissing(intent=name) | AnswerMatch(question=name):
            return name
        case OutOfScope():
            return ""
    return _chosen_id(understanding.choices[0])


def _candidate_lines(candidate: Candidate, chosen: bool, width: int, tall: bool) -> list[Content]:
    mark, style = ("● ", "bold") if chosen else ("○ ", "")
    score = Content.assemble(bar(candidate.score, 8, "$primary"), (f" {candidate.score:.2f}", MUTED))
    is_passage = candidate.kind == "passage"
    title = candidate.example if is_passage else candidate.id
    example = "" if is_passage or candidate.example == title else candidate.example
    if tall:
        below = (f"  {clipped(example, width - 17)}", MUTED)
        return [
            Content.assemble((mark + clipped(title, width - 2), style)),
            Content.assemble("  ", score, below),
        ]
    room = max(width // 2 - 4, 12)
    name = clipped(title, room - 2, pad=room)
    return [Content.assemble((mark + name, style), score, (f"  {clipped(example, width - room - 17)}", MUTED))]
