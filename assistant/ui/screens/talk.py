"""The talk screen: conversation, candidates, progress, input line and status line."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, cast

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Container, VerticalScroll
from textual.content import Content
from textual.screen import Screen
from textual.widgets import Footer, Input

from assistant.app.pictures.attaching import utterance_of
from assistant.config import Config, Way
from assistant.events import (
    Announced,
    AudioLevel,
    Event,
    Failed,
    FellAsleep,
    MicrophoneClosed,
    MicrophoneLost,
    MicrophoneOpened,
    Noticed,
    Progress,
    Ready,
    Recalled,
    Reloaded,
    ReplyChunk,
    ReplyEnded,
    ScheduleChanged,
    SpeakingEnded,
    Suggested,
    TurnEnded,
    Understood,
    WokeUp,
)
from assistant.outlet.terminal import printable
from assistant.ui.formatting import MUTED
from assistant.ui.view_state import TALK_KEY, ViewState, expected_parts
from assistant.ui.widgets.candidates import Candidates
from assistant.ui.widgets.conversation import Conversation, Entry, EntryKind
from assistant.ui.widgets.input_line import InputLine
from assistant.ui.widgets.notice import Notice
from assistant.ui.widgets.status import Status
from assistant.ui.widgets.suggestions import Suggestions
from assistant.ui.widgets.tasks import Tasks
from assistant.ui.widgets.turn import OpenTurns, announcement, awaited_content, earlier_entries, live_content
from assistant.values import FinalTranscript, PartialTranscript, SpeechEnded, SpeechStarted, Understanding, Utterance

if TYPE_CHECKING:
    from assistant.ui.app import AssistantApp


WAYS: dict[Way, str] = {
    "hands_free": "hands-free",
    "wake_word": "with the wake word",
    "key": f"with {TALK_KEY}",
}
"""Each way in which listening starts, in words."""


class TalkScreen(Screen[None]):
    """Draws each event where it belongs."""

    AUTO_FOCUS = "#input"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "stop", "Stop", key_display="esc"),
        Binding("ctrl+@,ctrl+space,f4", "talk", "Talk", key_display="^space"),
        Binding("ctrl+t,f2", "microphone", "Mic"),
        Binding("ctrl+n", "candidates", "Candidates"),
        Binding("f3", "problems", "Problems", show=False),
        Binding("f1", "help", "Help"),
    ]

    def __init__(self, config: Config) -> None:
        super().__init__()
        self.view_state = ViewState(config.ui.listen, config.listen.start, expected_parts(config))
        self.reloaded: Reloaded | None = None
        self._threshold = config.match.threshold
        self._turns = OpenTurns(self._threshold)
        self._partial: PartialTranscript | None = None
        self._guess: Understanding | None = None
        self._welcome = Entry(_welcome(None), "welcome")

    def compose(self) -> ComposeResult:
        """Lay out the widgets, top to bottom."""
        with Container(id="body"):
            yield Conversation(id="conversation")
            with VerticalScroll(id="panel", can_focus=False):
                yield Candidates("candidates", self._threshold)
        yield Tasks("tasks")
        yield Notice(id="notice")
        yield Suggestions("suggestions")
        yield InputLine("input")
        yield Status("status")
        yield Footer(show_command_palette=True)

    def on_mount(self) -> None:
        """Greet."""
        self._conversation = self.query_one(Conversation)
        self._candidates = self.query_one(Candidates)
        self._tasks = self.query_one(Tasks)
        self._notice = self.query_one(Notice)
        self._suggestions = self.query_one(Suggestions)
        self._input = self.query_one(InputLine)
        self._status = self.query_one(Status)
        self._notice.display = False
        self._conversation.add(self._welcome)
        self._show_phase()

    # -- events -------------------------------------------------------------------------------

    def show_event(self, event: Event) -> None:
        """Draw one event."""
        self.view_state.apply(event)
        match event:
            case AudioLevel():
                self._status.level = event if self.view_state.device else None
                self._status.show()
                return
            case SpeechStarted() | SpeechEnded() | PartialTranscript() | FinalTranscript():
                self._show_speech(event)
            case Understood() | ReplyChunk() | ReplyEnded() | TurnEnded() | SpeakingEnded():
                self._show_reply(event)
            case Announced() | Noticed() | Recalled() | ScheduleChanged() | Suggested():
                self._show_aside(event)
            case Failed():
                self._show_failure(event)
            case Progress():
                self._tasks.show(event)
            case WokeUp() | FellAsleep():
                self._show_awaited()
            case MicrophoneOpened() | MicrophoneClosed() | MicrophoneLost() | Ready():
                self._show_equipment(event)
            case Reloaded():
                self._show_files(event)
        self._show_phase()

    def _show_aside(self, event: Announced | Noticed | Recalled | ScheduleChanged | Suggested) -> None:
        match event:
            case Announced():
                self._conversation.add(Entry(announcement(event.text), "announced"))
            case Noticed():
                self._add_line(event.message, "note")
            case Recalled():
                self._input.bring_back(event.lines)
                self._conversation.put_first(*earlier_entries(event))
            case ScheduleChanged():
                self._tasks.plan(event)
            case Suggested():
                is_wanted = not (self._turns.thinking or self._turns.asking or self._input.value)
                self._suggestions.show(event.sentences if is_wanted else (), as_list=not self._turns.replied)

    def _show_speech(self, event: SpeechStarted | SpeechEnded | PartialTranscript | FinalTranscript) -> None:
        match event:
            case SpeechStarted():
                self._partial = self._guess = None
                self._conversation.show_live(live_content(None, None))
                self._conversation.anchor()
            case PartialTranscript("", ""):
                self._show_awaited()
            case PartialTranscript():
                self._partial = event
                self._conversation.show_live(live_content(event, self._guess))
            case FinalTranscript():
                self._conversation.show_live(None)
                if event.utterance.text.strip():
                    self._begin(event.utterance)

    def _show_awaited(self) -> None:
        awaited = self.view_state.awaited
        self._conversation.show_live(awaited_content() if awaited else None)
        if awaited:
            self._conversation.anchor()

    def _show_reply(self, event: Understood | ReplyChunk | ReplyEnded | TurnEnded | SpeakingEnded) -> None:
        if isinstance(event, Understood):
            self._candidates.show(event)
            if event.partial:
                self._guess = event.understanding
                self._conversation.show_live(live_content(self._partial, self._guess))
                return
            if turn := self._turns.answer(event.utterance):
                self._conversation.add(turn.said, turn.reply)
        self._turns.apply(event)
        if isinstance(event, TurnEnded):
            self._input.show_times(event.times)

    def _show_failure(self, event: Failed) -> None:
        self._tasks.forget()
        if event.where != "turn" or not self._turns.fail(event):
            self._add_line(f"✗ {event.message}", "error")

    def _show_equipment(self, event: MicrophoneOpened | MicrophoneClosed | MicrophoneLost | Ready) -> None:
        if isinstance(event, Ready):
            self._tasks.forget(unmeasured=True)
            if self.view_state.text_ready:
                for turn in self._turns:
                    turn.dequeue()
        if not self.view_state.device:
            self._status.level = None
            self._conversation.show_live(None)
        if isinstance(event, MicrophoneLost):
            self.warn(event.reason)
        elif isinstance(event, MicrophoneOpened) and self._status.phase == "searching":
            self._add_line(f"microphone '{event.device}' is there", "note")
        elif isinstance(event, MicrophoneClosed) and event.reason:
            self._add_line(f"✗ {event.reason}", "error")

    def _show_files(self, event: Reloaded) -> None:
        if self.reloaded is None:
            self._welcome.revise(_welcome(event))
        else:
            self._add_line(f"Files read again: {_counted(event)}.", "note")
        self.reloaded = event
        count = len(event.problems)
        self._notice.display = bool(count)
        self._notice.update(
            Content.assemble(
                (f"▲ {count} problem{'s' * (count != 1)} in your files", "bold $text-warning"),
                ("  f3 shows them, esc hides this line", MUTED),
            )
        )
        self.refresh_bindings()

    def _add_line(self, text: str, kind: EntryKind) -> None:
        """Add a line that belongs to no turn, once."""
        content = Content(text)
        if not any(entry.content.plain == text for entry in self._conversation.entries[-3:]):
            self._conversation.add(Entry(content, kind))

    def warn(self, text: str) -> None:
        """Add a line about something that is amiss."""
        self._add_line(f"▲ {printable(text)}", "warning")

    def _show_phase(self) -> None:
        state = self.view_state
        self._status.phase = state.phase(self._turns.thinking)
        self._status.device = state.device
        self._status.remark = state.remark
        self._status.show()
        hint = "Answer here" if self._turns.asking else "Type here"
        if self._status.phase == "loading" and not self._turns.asking:
            hint = "Type here; it is answered as soon as loading is over"
        self._input.placeholder = f"{hint}, or {state.call or 'just speak'}" if state.device else hint

    # -- turns --------------------------------------------------------------------------------

    def _begin(self, utterance: Utterance) -> None:
        self._suggestions.show((), as_list=False)
        turn = self._turns.begin(utterance, queued=not self.view_state.text_ready)
        self._conversation.add(turn.said, turn.reply)

    @on(Input.Submitted, "#input")
    def _submit(self, event: Input.Submitted) -> None:
        event.stop()
        self._conversation.anchor()
        self._begin(utterance_of(event.value))
        self._show_phase()
        cast("AssistantApp", self.app).submit(event.value)

    # -- keys ---------------------------------------------------------------------------------

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:  # noqa: ARG002 (Textual's)
        """Offer the problems only when there are some."""
        if action == "problems":
            return bool(self.reloaded and self.reloaded.problems)
        return True

    def interrupted(self) -> None:
        """Show that what was under way has been stopped."""
        for turn in self._turns:
            turn.drop()
        self._show_phase()

    def action_stop(self) -> None:
        """Stop whatever is going on; hide the notice and the selection."""
        self.clear_selection()
        self._notice.display = False
        cast("AssistantApp", self.app).interrupt()

    def action_microphone(self) -> None:
        """Switch the microphone on or off."""
        self.view_state.wants_to_listen = not self.view_state.wants_to_listen
        cast("AssistantApp", self.app).listen(self.view_state.wants_to_listen)
        self._show_phase()

    def action_talk(self) -> None:
        """Be listened to now; or, while speaking, be taken to have said all."""
        self.view_state.wants_to_listen = True
        cast("AssistantApp", self.app).talk_now()
        self._show_phase()

    def start_by(self, way: Way) -> None:
        """Change the way in which listening starts, until the end."""
        self.view_state.way = way
        cast("AssistantApp", self.app).start_by(way)
        self._add_line(f"Listening starts {WAYS[way]} from now on; [listen] start in config.toml keeps it so.", "note")

    def action_candidates(self) -> None:
        """Show or hide the candidates, whatever the width."""
        shown = bool(self.query_one("#panel").display)
        self.set_class(shown, "-without-panel")
        self.set_class(not shown, "-with-panel")

    def action_page(self, direction: int) -> None:
        """Scroll the conversation by a page."""
        (self._conversation.scroll_page_up if direction < 0 else self._conversation.scroll_page_down)(animate=False)

    @on(Notice.Opened)
    def action_problems(self) -> None:
        """List the problems in the files."""
        cast("AssistantApp", self.app).show_problems()

    def action_help(self) -> None:
        """List the keys and what can be said."""
        cast("AssistantApp", self.app).show_help()

    def suggest(self, text: str | None) -> None:
        """Put a phrase into the input line."""
        if text is not None:
            self._input.value = text
            self._input.cursor_position = len(text)

    def action_suggestion(self, step: int) -> None:
        """Put the next or the previous of the sentences that are offered into the input line."""
        self.suggest(self._suggestions.next(step))

    def clear_conversation(self) -> None:
        """Begin with an empty conversation; turns under way go on."""
        self._conversation.clear()
        self._candidates.show(None)
        self._input.show_times({})
        self._welcome = Entry(_welcome(self.reloaded), "welcome")
        self._conversation.add(self._welcome, *(part for turn in self._turns for part in (turn.said, turn.reply)))
        self._show_phase()


def _counted(reloaded: Reloaded) -> str:
    counts = ((reloaded.intents, "command"), (reloaded.answers, "answer"), (reloaded.documents, "document"))
    *first, last = [f"{count} {noun}{'s' * (count != 1)}" for count, noun in counts if count or noun == "command"]
    return f"{', '.join(first)} and {last}" if first else last


def _welcome(reloaded: Reloaded | None) -> Content:
    hint = f"f1 shows how: {_counted(reloaded)}." if reloaded else "One moment: it is getting ready."
    return Content.assemble(("Assistant", "bold $text-primary"), "\nSay or type what you want. ", (hint, MUTED))
