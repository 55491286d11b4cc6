"""The conversation: turns as they are said, understood and answered, however long it becomes."""

from __future__ import annotations

import time
from typing import Literal, TypeAlias

from textual.containers import Vertical, VerticalScroll
from textual.content import Content
from textual.widgets import Static

from assistant.events import Event, Failed, ReplyChunk, ReplyEnded, SpeakingEnded, TurnEnded, Understood
from assistant.ui.formatting import MUTED, gist, prose
from assistant.values import AnswerMatch, IntentMatch, OutOfScope, PartialTranscript, Understanding, Utterance

Kind: TypeAlias = Literal["welcome", "typed", "spoken", "reply", "announced", "warning", "error", "note"]


class Entry:
    """One paragraph; it outlives the widget that shows it."""

    def __init__(self, content: Content, kind: Kind) -> None:
        self.content = content
        self.kind = kind
        self.view: Static | None = None
        """None while it is scrolled far out of sight."""

    def open_view(self) -> Static:
        """Return a new widget that shows it."""
        self.view = Static(self.content, classes=f"entry {self.kind}")
        return self.view

    def revise(self, content: Content) -> None:
        """Change what it says, in place."""
        if content.is_same(self.content):
            return
        self.content = content
        if self.view is not None:
            self.view.update(content)


class Turn:
    """What was said, and the reply as it comes in."""

    def __init__(self, utterance: Utterance, threshold: float) -> None:
        self.utterance = utterance
        self.understanding: Understanding | None = None
        self._earlier: list[Understanding] = []
        """Of the commands said in one breath before the last."""
        self.dropped = False
        """Whether it was interrupted before it was understood: perhaps no reply will come."""
        self.over = False
        self._threshold = threshold
        self._text = ""
        self._reply: ReplyEnded | None = None
        self._error = ""
        self._interrupted = False
        spoken = ("  spoken", MUTED) if utterance.source == "spoken" else ""
        self.said = Entry(Content.assemble((utterance.text, "bold"), spoken), utterance.source)
        self.reply = Entry(self._content(), "reply")

    @property
    def asks(self) -> bool:
        """Whether its reply is a question back."""
        return self._reply is not None and self._reply.expects_answer

    def drop(self) -> None:
        """Mark it as interrupted; a reply that comes all the same is shown."""
        self._interrupted = True
        self.dropped = self.understanding is None
        self.reply.revise(self._content())

    def happened(self, event: Event) -> None:
        """Show what has become of it."""
        match event:
            case Understood():
                self._earlier += [self.understanding] if self.understanding is not None and event.part else []
                self.understanding, self.dropped = event.understanding, False
            case ReplyChunk():
                self._text += event.text
            case ReplyEnded():
                self._text, self._reply = event.text, event
            case SpeakingEnded(interrupted=True):
                self._interrupted = True
            case Failed():
                self._error, self.over = event.message, True
            case TurnEnded():
                self.over = True
        self.reply.revise(self._content())

    def _content(self) -> Content:
        lines = []
        if self._text:
            plain = isinstance(self.understanding, IntentMatch)
            lines.append(Content(self._text) if plain else prose(self._text))
        elif self._error:
            lines.append(Content.assemble((f"✗ {self._error}", "$text-error")))
        elif not (self._reply or self.over or self._interrupted):
            lines.append(Content.assemble(("…", MUTED)))
        lines += [Content.assemble(part) for part in self._marks() if part[0]]
        return Content("\n").join(lines)

    def _marks(self) -> list[tuple[str, str]]:
        """Return the small print below the reply, each with its style."""
        reply, understanding = self._reply, self.understanding
        sign = "✓" if reply is not None and reply.ok else "→"
        marks = [(f"{sign} {gist(each)}", MUTED) for each in self._earlier if isinstance(each, IntentMatch)]
        if reply is not None and reply.expects_answer:
            marks.append(("? waiting for your answer", "$text-warning"))
        elif isinstance(understanding, IntentMatch) and (reply is None or reply.ok):
            marks.append((f"{'✓' if reply else '→'} {gist(understanding)}", MUTED))
        elif (
            isinstance(understanding, IntentMatch) and self._earlier
        ):  # one of them was not done, and the reply says so
            marks.append((f"→ {gist(understanding)}", MUTED))
        elif isinstance(understanding, IntentMatch):
            marks.append((f"✗ not done: {gist(understanding)}", "$text-error"))
        elif isinstance(understanding, AnswerMatch) and reply and reply.source:
            marks.append((f"↳ from {reply.source}", MUTED))
        elif isinstance(understanding, OutOfScope) and (self._text and not (reply and not reply.generated)):
            marks.append(("≈ generated by a language model; it may be wrong", "$text-warning"))
        elif isinstance(understanding, OutOfScope) and reply:
            sure = f"{understanding.confidence:.2f} of the {self._threshold:.2f} needed"
            marks.append((f"✗ not understood · {sure}", MUTED))
        if self._interrupted:
            marks.append(("■ stopped", MUTED))
        return marks


def live_content(partial: PartialTranscript | None, understanding: Understanding | None) -> Content:
    """Return what is being said: what is sure, what may change, and what it means so far."""
    stable, unstable = (partial.stable, partial.unstable) if partial else ("", "")
    gap = " " if stable and unstable else ""
    said = Content.assemble((stable, "bold"), gap, (unstable, f"italic {MUTED}"), ("…", MUTED))
    if understanding is None or isinstance(understanding, OutOfScope):
        return said
    return Content.assemble(said, (f"\n→ {gist(understanding)}  {understanding.confidence:.2f}", MUTED))


def awaited_content() -> Content:
    """Return the sign that somebody may speak now."""
    return Content.assemble(("listening …", "italic $text-success"))


def announcement(text: str) -> Content:
    """Return what the assistant says of its own accord, with the time of day."""
    return Content.assemble((f"♪ {text}", "bold"), (f"  {time.strftime('%H:%M')}", MUTED))


class Conversation(VerticalScroll, can_focus=False):
    """All entries; only the newest, and those scrolled to, have widgets."""

    MOUNTED = 120
    STEP = 60

    def __init__(self, id: str) -> None:  # noqa: A002 (Textual's own name)
        super().__init__(id=id)
        self.entries: list[Entry] = []
        self._column = Vertical(id="column")
        self._first = 0
        """Of the entries that have a widget."""
        self._live = Static(classes="entry spoken", id="live")
        self._live.display = False
        self._going_back = False

    def on_mount(self) -> None:
        """Stay at the end until somebody scrolls."""
        self.mount(self._column)
        self._column.mount(self._live)
        self.anchor()

    @property
    def at_end(self) -> bool:
        """Whether the newest entry is in sight."""
        return not self._anchor_released

    def add(self, *entries: Entry) -> None:
        """Append entries; those far above lose their widgets."""
        self.entries += entries
        self._column.mount(*[entry.open_view() for entry in entries], before=self._live)
        if self.at_end and len(self.entries) - self._first > self.MOUNTED:
            gone = self.entries[self._first : len(self.entries) - self.STEP]
            self._first += len(gone)
            self._column.remove_children([entry.view for entry in gone if entry.view is not None])
            for entry in gone:
                entry.view = None

    def clear(self) -> None:
        """Forget what was said."""
        self._column.remove_children([entry.view for entry in self.entries if entry.view is not None])
        self.entries, self._first = [], 0

    def show_live(self, content: Content | None) -> None:
        """Show what is being said at the end, or nothing."""
        self._live.display = content is not None
        self._live.update(content or "")

    def watch_scroll_y(self, old_value: float, new_value: float) -> None:
        """Bring back earlier entries when the top comes near."""
        super().watch_scroll_y(old_value, new_value)
        if new_value < old_value and new_value <= self.size.height and self._first and not self.at_end:
            self.call_next(self._go_back)

    async def _go_back(self) -> None:
        if self._going_back or not self._first:
            return
        self._going_back = True
        start = max(self._first - self.STEP, 0)
        earlier = self.entries[start : self._first]
        top = self.entries[self._first].view
        self._first = start
        height = self.virtual_size.height
        await self._column.mount(*[entry.open_view() for entry in earlier], before=top)
        self.call_after_refresh(self._settle, height)

    def _settle(self, height_before: int) -> None:
        """Keep in place what was in sight before earlier entries were put above it."""
        grown = self.virtual_size.height - height_before
        self.scroll_to(y=self.scroll_y + grown, animate=False, immediate=True)
        self._going_back = False
