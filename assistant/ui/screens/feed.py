"""What is said and answered, put into the conversation turn by turn."""

from __future__ import annotations

from collections.abc import Callable

from assistant.events import Announced, Failed, ReplyChunk, ReplyEnded, SpeakingEnded, TurnEnded, Understood
from assistant.ui.widgets.conversation import Conversation, Entry
from assistant.ui.widgets.turn import OpenTurns, announcement, awaited_content, live_content
from assistant.values import FinalTranscript, PartialTranscript, SpeechStarted, Understanding, Utterance


class Feed:
    """Follows speech and replies; the conversation shows them."""

    def __init__(self, conversation: Conversation, threshold: Callable[[], float]) -> None:
        self._conversation = conversation
        self.turns = OpenTurns(threshold)
        self._partial: PartialTranscript | None = None
        self._guess: Understanding | None = None

    def hear(self, event: SpeechStarted | PartialTranscript | FinalTranscript) -> Utterance | None:
        """Draw words while they are spoken; return the utterance once it is complete and holds words."""
        match event:
            case SpeechStarted():
                self._partial = self._guess = None
                self._conversation.show_live(live_content(None, None))
                self._conversation.anchor()
            case PartialTranscript():
                self._partial = event
                self._conversation.show_live(live_content(event, self._guess))
            case FinalTranscript():
                self._conversation.show_live(None)
                return event.utterance if event.utterance.text.strip() else None
        return None

    def await_speech(self, awaited: bool) -> None:
        """Show that somebody may speak now, or that nobody is awaited."""
        self._conversation.show_live(awaited_content() if awaited else None)
        if awaited:
            self._conversation.anchor()

    def begin(self, utterance: Utterance, queued: bool) -> None:
        """Add a turn; `queued`: nothing can answer it yet."""
        turn = self.turns.begin(utterance, queued)
        self._conversation.add(turn.said, turn.reply)

    def follow(self, event: Understood | ReplyChunk | ReplyEnded | TurnEnded | SpeakingEnded) -> None:
        """Hand an event to the turn that it is of; one of words still being spoken is drawn below them."""
        if isinstance(event, Understood):
            if event.partial:
                self._guess = event.understanding
                self._conversation.show_live(live_content(self._partial, self._guess))
                return
            if turn := self.turns.answer(event.utterance):
                self._conversation.add(turn.said, turn.reply)
        self.turns.apply(event)

    def fail(self, event: Failed) -> bool:
        """End the turn under way with a fault; false where there is none."""
        return event.where == "turn" and self.turns.fail(event)

    def announce(self, event: Announced) -> None:
        """Add an alarm or a reminder."""
        self._conversation.add(Entry(announcement(event.text), "announced"))

    def interrupt(self) -> None:
        """Mark every turn under way as stopped."""
        for turn in self.turns:
            turn.drop()

    def dequeue(self) -> None:
        """Mark every turn that waited as under way."""
        for turn in self.turns:
            turn.dequeue()

    def clear(self) -> None:
        """Begin with an empty conversation; turns under way go on."""
        self._conversation.clear()
        self._conversation.add(*(part for turn in self.turns for part in (turn.said, turn.reply)))
