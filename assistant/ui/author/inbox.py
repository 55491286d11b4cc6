"""The inbox: what went wrong and is not taught yet."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from assistant.errors import AssistantError
from assistant.outlet.terminal import printable
from assistant.ui.formatting import MUTED, clipped
from assistant.ui.screens.sheet import Sheet

if TYPE_CHECKING:
    from assistant.checks.teaching.inbox import Group


class InboxSheet(Sheet[tuple[str, str]]):
    """Groups of sentences; it closes with `teach` or `explain` and the sentence."""

    TITLE = "Went wrong, and is not taught yet"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("e,ctrl+g", "explain", "Why", show=False),
        Binding("delete,d", "forget", "Forget", show=False),
    ]

    def __init__(self, groups: Sequence[Group], forget: Callable[[Group], object]) -> None:
        super().__init__()
        self._groups, self._forget = list(groups), forget
        self._asked = ""
        """Sentence that was asked about before it is forgotten."""

    def body(self) -> ComposeResult:
        """Lay out the groups."""
        yield OptionList(*map(_option, self._groups), id="turns", compact=True)
        hint = "enter teaches, e tells why, d forgets" if self._groups else "Nothing: all was understood, or is taught."
        yield Static(Content.assemble((hint, MUTED)), id="say")

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """Close, and ask to teach it."""
        self.dismiss(("teach", self._groups[event.option_index].text))

    def action_explain(self) -> None:
        """Close, and ask why."""
        if (place := self.query_one(OptionList).highlighted) is not None:
            self.dismiss(("explain", self._groups[place].text))

    def action_forget(self) -> None:
        """Forget the turns of a group, at the second press."""
        listed = self.query_one(OptionList)
        if (place := listed.highlighted) is None:
            return
        group = self._groups[place]
        if self._asked != group.text:
            self._asked = group.text
            count = len(group.turns)
            line = f"d again forgets {count} turn{'s' * (count != 1)}, with the copies of before"
            self.query_one("#say", Static).update(Content.assemble((line, "$text-warning")))
            return
        try:
            self._forget(group)
        except AssistantError as error:
            self.query_one("#say", Static).update(Content.assemble((printable(f"✗ {error}"), "$text-warning")))
            return
        del self._groups[place]
        listed.remove_option_at_index(place)


def _option(group: Group) -> Option:
    reasons = ", ".join(f"{reason} {count}×" for reason, count in group.reasons)
    nearest = f" · nearest {group.nearest} {group.confidence:.2f}" if group.nearest else ""
    also = f" · also “{'”, “'.join(group.also[:2])}”" if group.also else ""
    return Option(
        Content.assemble(
            (printable(clipped(group.text, 90)), "bold"), "\n", (printable(f"  {reasons}{nearest}{also}"), MUTED)
        )
    )
