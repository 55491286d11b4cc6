"""The map of meanings: what can be said as points, the chosen one beside what means most alike."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, VerticalScroll
from textual.content import Content
from textual.widgets import Input, Static

from assistant.embedding_map import EmbeddingMap, MapPoint
from assistant.outlet.terminal import printable
from assistant.ui.formatting import MUTED
from assistant.ui.map.plane import Plane
from assistant.ui.screens.sheet import Sheet

_KEYS = "arrows · n nearest · + − 0 size · / finds · enter takes"


class MapSheet(Sheet[str]):
    """The map; choosing a point with Enter puts its words into the input line."""

    TITLE = "Map of meanings"
    BINDINGS: ClassVar[list[BindingType]] = [Binding("slash", "find", show=False), Binding("enter", "take", show=False)]

    def __init__(self, embedding_map: EmbeddingMap) -> None:
        super().__init__()
        self._map = embedding_map
        self._plane = Plane(embedding_map)
        self._words = [f"{point.text} {point.owner}".casefold() for point in embedding_map.points]

    def body(self) -> ComposeResult:
        """Lay out the plane, and beside it what is known of the chosen point."""
        with Horizontal(id="mapped"):
            yield self._plane
            with VerticalScroll(id="told", can_focus=False):
                yield Static(id="point")
        yield Input(placeholder="a phrase, an intent, a file", id="finding", compact=True)
        yield Static(Content(_KEYS).stylize(MUTED), id="map-keys")

    def on_mount(self) -> None:
        """Begin at what was said last."""
        self._plane.focus()
        self._tell(self._plane.chosen)

    def action_find(self) -> None:
        """Type what is looked for."""
        self.query_one(Input).focus()

    def action_take(self) -> None:
        """Close with the words of the chosen point."""
        points = self._map.points
        self.dismiss(points[self._plane.chosen].text if points else None)

    def on_input_changed(self, event: Input.Changed) -> None:
        """Draw only what holds the words in colour."""
        words = event.value.casefold().strip()
        holding = [place for place, text in enumerate(self._words) if words in text]
        self._plane.light(holding if words else None)

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Go on with the keys of the map."""
        event.stop()
        self._plane.focus()

    def on_plane_chosen(self, event: Plane.Chosen) -> None:
        """Tell of another point."""
        self._tell(event.place)

    def _tell(self, place: int) -> None:
        points = self._map.points
        if not points:
            self.query_one("#point", Static).update("There is nothing to be said yet.")
            return
        point = points[place]
        lines = [
            Content.assemble((printable(point.text), "bold")),
            Content.assemble((_owner(point), MUTED)),
            Content(""),
        ]
        lines += [Content.assemble(("means most alike", MUTED))]
        lines += [
            Content.assemble(f"○ {printable(points[other].text)}", (f"  {_owner(points[other])}", MUTED))
            for other in point.neighbours
        ]
        confusions = [pair for pair in self._map.confusions if point.owner in (pair.first, pair.second)][:4]
        if confusions:
            lines += [Content(""), Content.assemble(("easily taken for", MUTED))]
            for pair in confusions:
                other = pair.second if pair.first == point.owner else pair.first
                lines.append(Content.assemble(f"{other}  ", (f"{pair.count} of {pair.of} phrases", MUTED)))
        self.query_one("#point", Static).update(Content("\n").join(lines))


def _owner(point: MapPoint) -> str:
    return printable(f"you said it: {point.owner}" if point.kind == "said" else point.owner)
