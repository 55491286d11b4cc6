"""A sentence explained: what it means and why, and what would make it mean something else."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.widgets import Static

from assistant.outlet.terminal import printable
from assistant.ui.formatting import MUTED, bar
from assistant.ui.screens.sheet import Sheet


class ExplainSheet(Sheet[str]):
    """The evidence for a sentence; closing it with the sentence asks to teach it."""

    TITLE = "Why"
    BINDINGS: ClassVar[list[BindingType]] = [Binding("ctrl+l,t", "teach", "Teach", show=False)]

    def __init__(self, explained: Mapping[str, Any]) -> None:
        super().__init__()
        self._explained = explained

    def body(self) -> ComposeResult:
        """Lay out what was found."""
        with VerticalScroll():
            yield Static(Content("\n").join(_lines(self._explained)), id="why")
        yield Static(Content.assemble(("ctrl+l teaches what it is to mean", MUTED)), id="say")

    def action_teach(self) -> None:
        """Close, and ask to teach the sentence."""
        self.dismiss(str(self._explained["text"]))


def _lines(explained: Mapping[str, Any]) -> Iterator[Content]:
    threshold, confidence = explained["threshold"], explained["confidence"]
    style = "$text-success" if confidence >= threshold else "$text-warning"
    yield Content.assemble((f"“{printable(explained['text'])}”", "bold"))
    yield Content.assemble((f"{explained['meaning']}", f"bold {style}"), (f"   {explained['rule']}", MUTED))
    yield Content.assemble(
        bar(confidence, 24, style, tick=threshold), (f" {confidence:.2f}, needs {threshold:.2f}", MUTED)
    )
    if explained["reason"]:
        yield Content(printable(explained["reason"]))
    read = [f"read as “{explained['read_as']}”"] if explained["read_as"] != explained["text"] else []
    read += [f"“{typed}” was read as “{word}”" for word, typed in explained["put_right"].items()]
    read += [f"several commands: {' | '.join(explained['commands'])}"] if explained["commands"] else []
    yield from (Content.assemble((printable(line), MUTED)) for line in read)
    yield from _part("Values", (f"{row['name']} = {row['value']}   {row['from']}" for row in explained["slots"]))
    yield from _part("Words", filter(None, [_words(explained["words"])]))
    for candidate in explained["candidates"]:
        yield Content("")
        yield Content.assemble(
            (f"{candidate['confidence']:.2f} ", "$text-primary"),
            (printable(candidate["name"]), "bold"),
            (f"   {candidate['at']}", MUTED),
        )
        for piece in candidate["evidence"]:
            odds, why = piece["odds"], f": “{printable(piece['why'])}”" if "why" in piece else ""
            sign = "$text-success" if odds > 0 else "$text-error"
            yield Content.assemble((f"  {odds:+6.2f} ", sign), piece["ground"], (f"{why} {piece.get('at', '')}", MUTED))
    yield from _part("Nearest", (f"{row['cosine']:.2f} “{row['text']}” of {row['of']}" for row in explained["near"]))
    yield from _part("What would change it", explained["change"])


def _words(words: Iterable[Mapping[str, str]]) -> str:
    return ", ".join(f"{row['word']} ({row['as']})" for row in words)


def _part(head: str, lines: Iterable[str]) -> Iterator[Content]:
    rows = list(lines)
    if rows:
        yield Content("")
        yield Content.assemble((head, "bold $text-primary"))
        yield from (Content(f"  {printable(row)}") for row in rows)
