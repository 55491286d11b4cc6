"""The limits of understanding, and what each threshold would accept, as far as can be foreseen."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.widgets import Static

from assistant.ui.formatting import MUTED
from assistant.ui.settings.page import SettingsPage, update
from assistant.ui.settings.plot import TradeOffPlot

if TYPE_CHECKING:
    from assistant.checks.making.control_panel import TradeOff

_SHARES = (
    ("right", "phrases understood right", "━", "$text-success"),
    ("mistaken", "phrases taken for another", " ", ""),
    ("near_misses", "near misses taken for a command", "━", "$text-error"),
    ("talk", "everyday talk taken for one", "━", "$text-primary"),
)
"""Share -> its words, and the sign and colour of its curve."""


class MatchingPage(SettingsPage):
    """The threshold as a marker on the measured curves; the margin below."""

    KEYS = "← → or the mouse moves ▲ · enter keeps it · m M margin"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "keep", show=False),
        Binding("m", "margin(1)", show=False),
        Binding("M,upper_m", "margin(-1)", show=False),
    ]

    def compose(self) -> ComposeResult:
        """Lay out the curves, and the words on the place of the marker."""
        yield TradeOffPlot()
        yield Static(id="rates")

    def show(self) -> None:
        """Begin at the threshold that is written, and foresee the shares."""
        plot = self.query_one(TradeOffPlot)
        is_moved = plot.points and plot.threshold != plot.written
        plot.written = self.panel.chosen.match.threshold
        if not is_moved:
            plot.mark(plot.written)
        self.ask(self.panel.trade_off, self._take)

    def _take(self, points: Sequence[TradeOff]) -> None:
        plot = self.query_one(TradeOffPlot)
        if points and not plot.points:
            self.tell("")  # that there were none
        plot.take(points)
        self._describe()
        if not points:
            self.tell("there are no examples yet to foresee it on: the usual limits are taken")

    def on_trade_off_plot_moved(self) -> None:
        """Say what the place of the marker means."""
        self._describe()

    def action_keep(self) -> None:
        """Write the threshold at the marker."""
        plot = self.query_one(TradeOffPlot)
        if plot.threshold == plot.written:
            self.tell(f"match.threshold is {plot.written:.2f} already")
        elif self.put("match.threshold", plot.threshold):
            plot.written = plot.threshold
            plot.refresh()
            self._describe()

    def action_margin(self, hundredths: int) -> None:
        """Write another margin."""
        self.put("match.margin", round(min(1.0, max(0.0, self.panel.chosen.match.margin + hundredths / 100)), 2))
        self._describe()

    def _describe(self) -> None:
        plot, margin = self.query_one(TradeOffPlot), self.panel.chosen.match.margin
        lines = list(_table(plot.point(plot.threshold), plot.point(plot.written))) if plot.points else []
        lines.append(
            Content(f"margin {margin:.2f}: asks which of two, if neither has {0.5 + margin:.2f}").stylize(MUTED)
        )
        update(self, "#rates", Content("\n").join(lines))


def _table(here: TradeOff, written: TradeOff) -> Iterator[Content]:
    """Yield a line for each share, at the marker and at the threshold that is written."""
    points = [here] if here is written else [here, written]
    heads = [f"at {here.threshold:.2f}".rjust(9), f"now {written.threshold:.2f}".rjust(10)]
    first = "each phrase as if not written yet".ljust(35)
    yield Content.assemble((first, MUTED), (heads[0], "bold"), ("".join(heads[1 : len(points)]), MUTED))
    for name, words, sign, style in _SHARES:
        shares = [f"{getattr(point, name) * 100:.1f} %" for point in points]
        yield Content.assemble(
            (f"{sign} ", style), words.ljust(33), (shares[0].rjust(9), f"bold {style}"),
            ("".join(share.rjust(10) for share in shares[1:]), MUTED),
        )  # fmt: skip
