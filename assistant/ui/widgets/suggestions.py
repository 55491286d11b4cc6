"""Suggestions above the input line: a list in an empty conversation, one line after a reply."""

from __future__ import annotations

from textual import events
from textual.content import Content
from textual.widgets import Static

from assistant.ui.formatting import MUTED, clipped


class Suggestions(Static):
    """Sentences that may be wanted next; tab or a click puts one into the input line."""

    OFFERED = 3
    """Sentences of the line after a reply."""

    def __init__(self, id: str) -> None:  # noqa: A002 (Textual's own name)
        super().__init__(id=id)
        self.display = False
        self._sentences: tuple[tuple[str, str], ...] = ()
        self._is_list, self.title = True, ""
        self._place = -1
        """Of the sentence in the input line; -1: none is."""
        self._ends: list[int] = []
        """Column at which each sentence of the line ends."""

    def show(self, sentences: tuple[tuple[str, str], ...], as_list: bool, title: str = "You can say") -> None:
        """Draw sentences with their reasons, or nothing."""
        self._is_list, self._place, self.title = as_list, -1, title
        self._sentences = sentences if as_list else sentences[: self.OFFERED]
        self._draw()

    @property
    def sentences(self) -> tuple[str, ...]:
        """Those that are offered now."""
        return tuple(sentence for sentence, _ in self._sentences)

    def next(self, step: int) -> str | None:
        """Go on to another sentence and return it, empty after the last; None where there are none."""
        if not self._sentences:
            return None
        count = len(self._sentences) + 1
        self._place = (self._place + 1 + step) % count - 1
        self._draw()
        return self._sentences[self._place][0] if self._place >= 0 else ""

    async def on_click(self, event: events.Click) -> None:
        """Take the sentence under the mouse."""
        event.stop()
        if (offset := event.get_content_offset(self)) is None:
            return
        place = offset.y - 1 if self._is_list else sum(end <= offset.x for end in self._ends)
        if 0 <= place < len(self._sentences):
            await self.run_action(f"screen.suggestion({place - self._place})")

    def on_resize(self) -> None:
        """Use the room there is."""
        self._draw()

    def _draw(self) -> None:
        self.display = bool(self._sentences)
        room = self.app.size.width - self.styles.padding.width
        if self._sentences:
            self.update(self._list(room) if self._is_list else self._line(room))

    def _list(self, room: int) -> Content:
        longest, reasons = (max(map(len, column)) for column in zip(*self._sentences, strict=True))
        width = min(longest, max(room // 2, room - reasons - 4))
        lines, before = [Content.assemble((self.title, "bold"), ("  tab picks one, enter sends it", MUTED))], ""
        for place, (sentence, why) in enumerate(self._sentences):
            reason = clipped("" if why == before else why, max(room - width - 4, 0))
            lines.append(
                Content.assemble(*self._marked(place, clipped(sentence, width, pad=width)), "  ", (reason, MUTED))
            )
            before = why
        return Content("\n").join(lines)

    def _line(self, room: int) -> Content:
        head, tail = "You may also ask: ", "  tab"
        parts, self._ends, used = [Content.assemble((head, MUTED))], [], len(head)
        for place, (sentence, _) in enumerate(self._sentences):
            gap = "  ·  " if place else ""
            if used + len(gap) + len(sentence) + len(tail) > room and place:
                break
            text = clipped(sentence, max(room - used - len(tail), 8))
            parts += [Content.assemble((gap, MUTED)), Content.assemble((text, "bold" if place == self._place else ""))]
            used += len(gap) + len(text)
            self._ends.append(used)
        self._sentences = self._sentences[: len(self._ends)]
        return Content("").join([*parts, Content.assemble((tail, MUTED))])

    def _marked(self, place: int, text: str | Content) -> list[Content | tuple[str, str]]:
        chosen = place == self._place
        mark = ("▸ " if chosen else "  ", "$primary")
        return [mark, Content.assemble((str(text), "bold" if chosen else ""))]
