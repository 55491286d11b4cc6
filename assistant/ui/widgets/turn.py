"""A turn in the conversation: an utterance and the reply to it, drawn as they come in."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Iterator

from textual.content import Content

from assistant.events import Event, Failed, Recalled, ReplyChunk, ReplyEnded, SpeakingEnded, TurnEnded, Understood
from assistant.ui.formatting import MUTED, gist, moment_words
from assistant.ui.markdown import prose
from assistant.ui.widgets.conversation import Entry
from assistant.values import (
    Ambiguous,
    AnswerMatch,
    IntentMatch,
    OutOfScope,
    PartialTranscript,
    Understanding,
    Utterance,
)


class Turn:
    """An utterance and the reply as it comes in; `queued`: nothing can answer it yet, and it waits."""

    def __init__(self, utterance: Utterance, threshold: Callable[[], float], queued: bool = False) -> None:
        self.utterance = utterance
        self.understanding: Understanding | None = None
        self._earlier: list[Understanding] = []
        """Of the commands before the last, where a sentence holds several."""
        self.dropped = False
        """True where it was interrupted before it was understood: perhaps no reply will come."""
        self._is_cut = False
        """True where it was interrupted before its reply was complete."""
        self.over = False
        self._queued = queued
        self._threshold = threshold
        self._text = ""
        self._reply: ReplyEnded | None = None
        self._error = ""
        self._interrupted = False
        spoken = ("  spoken", MUTED) if utterance.source == "spoken" else ""
        picture = (f"  {utterance.picture.name}", MUTED) if utterance.picture else ""
        self.said = Entry(Content.assemble((utterance.text, "bold"), spoken, picture), utterance.source, utterance.text)
        self.reply = Entry(self._content(), "reply")

    @property
    def asks(self) -> bool:
        """Its reply is a question back."""
        return self._reply is not None and self._reply.expects_answer

    def drop(self) -> None:
        """Mark it as interrupted; a reply that comes all the same is shown."""
        self._interrupted = True
        self._is_cut = self._reply is None
        self.dropped = self.understanding is None
        self.reply.revise(self._content())

    def dequeue(self) -> None:
        """Mark it as under way."""
        self._queued = False
        self.reply.revise(self._content())

    def apply(self, event: Event) -> None:
        """Follow an event of this turn and draw the reply anew."""
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
        self.reply.text = self._text
        self.reply.revise(self._content())

    def _content(self) -> Content:
        lines = []
        if self._text:
            plain = isinstance(self.understanding, IntentMatch)
            lines.append(Content(self._text) if plain else prose(self._text))
        elif self._error:
            lines.append(Content.assemble((f"✗ {self._error}", "$text-error")))
        elif not (self._reply or self.over or self._interrupted):
            lines.append(Content.assemble(("… answered as soon as loading is over" if self._queued else "…", MUTED)))
        lines += [Content.assemble(part) for part in self._marks() if part[0]]
        return Content("\n").join(lines)

    def _marks(self) -> list[tuple[str, str]]:
        """Lines of small print below the reply, each with its style."""
        reply, understanding = self._reply, self.understanding
        sign = "✓" if reply is not None and reply.ok else "→"
        marks = [(f"{sign} {gist(earlier)}", MUTED) for earlier in self._earlier if isinstance(earlier, IntentMatch)]
        if reply is not None and reply.expects_answer:
            marks.append(("? waiting for your answer", "$text-warning"))
        elif isinstance(understanding, IntentMatch) and (reply is None or reply.ok):
            is_done = reply is not None and not (reply.generated and self._is_cut)
            marks.append((f"{'✓' if is_done else '→'} {gist(understanding)}", MUTED))
        elif isinstance(understanding, IntentMatch) and self._earlier:  # the reply says which of them was not done
            marks.append((f"→ {gist(understanding)}", MUTED))
        elif isinstance(understanding, IntentMatch):
            marks.append((f"✗ not done: {gist(understanding)}", "$text-error"))
        elif isinstance(understanding, AnswerMatch) and reply and reply.source:
            is_here = understanding.quote is not None and understanding.quote.file.name  # a team's files are elsewhere
            marks.append((f"↳ from {reply.source}{' · ctrl+o opens it' if is_here else ''}", MUTED))
            marks += [(f"  also {quote.source}", MUTED) for quote in understanding.others]
        elif reply and reply.source:
            marks.append((f"↳ from {reply.source}", MUTED))
        elif isinstance(understanding, OutOfScope) and reply and not reply.generated:
            confidence = f" · {understanding.confidence:.2f} of the {self._threshold():.2f} needed"
            if understanding.n_best or understanding.reason:
                marks.append((f"✗ not understood{'' if understanding.reason else confidence}", MUTED))
        if self._text and (reply.generated if reply else not isinstance(understanding, AnswerMatch)):
            marks.append(("≈ generated by a language model; it may be wrong", "$text-warning"))
        if self._interrupted:
            marks.append(("■ stopped", MUTED))
        return marks


class OpenTurns:
    """The turns without a `TurnEnded`, oldest first, and the one that replied last."""

    def __init__(self, threshold: Callable[[], float]) -> None:
        self._threshold = threshold
        self._open: deque[Turn] = deque()
        self._replied: Turn | None = None
        """What is spoken is its reply."""

    def __iter__(self) -> Iterator[Turn]:
        return iter(self._open)

    @property
    def thinking(self) -> bool:
        """True while a turn waits for its reply."""
        return any(not turn.dropped for turn in self._open)

    @property
    def replied(self) -> bool:
        """True once there has been a turn."""
        return self._replied is not None

    @property
    def asking(self) -> bool:
        """The last reply is a question back."""
        return self._replied is not None and self._replied.asks

    @property
    def choices(self) -> tuple[str, ...]:
        """The things that the last reply asks to choose from."""
        meaning = self._replied.understanding if self._replied and self._replied.asks and not self._open else None
        return meaning.labels if isinstance(meaning, Ambiguous) else ()

    def begin(self, utterance: Utterance, queued: bool) -> Turn:
        """Append a turn."""
        turn = Turn(utterance, self._threshold, queued)
        self._open.append(turn)
        return turn

    def answer(self, utterance: Utterance) -> Turn | None:
        """End the turns before that of the utterance, which is being answered; a new turn where it has none yet."""
        if not any(_same(turn.utterance, utterance) for turn in self._open):
            turn = self.begin(utterance, queued=False)
            self._open.rotate(1)
            return turn
        while not _same(self._open[0].utterance, utterance):
            self._open.popleft().apply(TurnEnded({}))
        return None

    def apply(self, event: Understood | ReplyChunk | ReplyEnded | TurnEnded | SpeakingEnded) -> None:
        """Hand the event to the turn that it belongs to."""
        if isinstance(event, SpeakingEnded):
            if self._replied is not None:
                self._replied.apply(event)
        elif self._open:
            self._replied = self._open[0]
            self._replied.apply(event)
            if isinstance(event, TurnEnded):
                self._open.popleft()

    def fail(self, event: Failed) -> bool:
        """End the oldest turn with a fault; false where there is none."""
        if self._open:
            self._open.popleft().apply(event)
            return True
        return False


def _same(first: Utterance, second: Utterance) -> bool:
    return (first.source, first.text) == (second.source, second.text)


def earlier_entries(recalled: Recalled, most_lines: int = 3) -> Iterator[Entry]:
    """The last turns of before, `most_lines` of each reply, below a line with the moment of the last one."""
    for utterance, reply, _ in recalled.turns:
        lines = [line for line in prose(reply).split() if line.plain.strip()]
        short = Content("\n").join([*lines[:most_lines], *([Content("…")] if len(lines) > most_lines else [])])
        yield Entry(Content(utterance.text), "earlier_words", utterance.text)
        yield Entry(short, "earlier", reply)
    if recalled.turns:
        yield Entry(Content(f"── {moment_words(recalled.turns[-1][2])} ──"), "earlier")


def live_content(partial: PartialTranscript | None, understanding: Understanding | None) -> Content:
    """An utterance while it is spoken: its stable and unstable words, and its meaning so far."""
    stable, unstable = (partial.stable, partial.unstable) if partial else ("", "")
    gap = " " if stable and unstable else ""
    words = Content.assemble((stable, "bold"), gap, (unstable, f"italic {MUTED}"), ("…", MUTED))
    if understanding is None or isinstance(understanding, OutOfScope):
        return words
    return Content.assemble(words, (f"\n→ {gist(understanding)}  {understanding.confidence:.2f}", MUTED))


def awaited_content() -> Content:
    """The sign that somebody may speak now."""
    return Content.assemble(("listening …", "italic $text-success"))


def announcement(text: str) -> Content:
    """An alarm or a reminder, with the time of day."""
    return Content.assemble((f"♪ {text}", "bold"), (f"  {time.strftime('%H:%M')}", MUTED))
