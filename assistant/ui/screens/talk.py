"""The talk screen: conversation, candidates, progress, input line and status line."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, cast

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Container
from textual.content import Content
from textual.screen import Screen
from textual.widgets import Footer, Input

from assistant.app.pictures.attaching import utterance_of
from assistant.config import Config
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
    TimersChanged,
    TurnEnded,
    Understood,
    WokeUp,
)
from assistant.outlet.terminal import printable
from assistant.ui.author.first_steps import FirstSteps
from assistant.ui.commands import run_slash, slash_commands
from assistant.ui.formatting import count_words
from assistant.ui.screens.alert import alert
from assistant.ui.screens.feed import Feed
from assistant.ui.view_state import ViewState, expected_parts
from assistant.ui.widgets.candidates import Panel
from assistant.ui.widgets.conversation import Conversation, Entry, EntryKind
from assistant.ui.widgets.home import Home, Wave, numbered, sentences_to_say
from assistant.ui.widgets.input_line import InputLine
from assistant.ui.widgets.notice import Notice
from assistant.ui.widgets.status import Status
from assistant.ui.widgets.suggestions import Suggestions
from assistant.ui.widgets.tasks import Tasks
from assistant.ui.widgets.turn import earlier_entries
from assistant.values import FinalTranscript, PartialTranscript, SpeechEnded, SpeechStarted, Utterance

if TYPE_CHECKING:
    from assistant.ui.app import AssistantApp


class TalkScreen(Screen[None]):
    """Draws each event where it belongs: on the home until somebody says something, then in the conversation."""

    AUTO_FOCUS = "#input"
    VERTICAL_BREAKPOINTS = [(0, "-low"), (22, "-high")]  # noqa: RUF012 (Textual's)
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "stop", "Stop", key_display="esc"),
        Binding("ctrl+@,ctrl+space,f4", "app.talk", "Talk", key_display="^space"),
        Binding("ctrl+t,f2", "app.microphone", "Mic"),
        Binding("ctrl+n", "candidates", "Candidates", show=False),
        Binding("ctrl+l", "app.author('teach')", "Teach"),
        Binding("ctrl+g", "app.author('explain')", "Why"),
        Binding("ctrl+y", "app.author('copy')", "Copy", show=False),
        Binding("ctrl+up", "mark(-1)", "Mark the turn before", show=False),
        Binding("ctrl+down", "mark(1)", "Mark the turn after", show=False),
        Binding("f3", "app.problems", "Problems", show=False),
        Binding("f1", "app.help", "Help"),
    ]

    def __init__(self, config: Config) -> None:
        super().__init__()
        self.view_state = ViewState(config.ui.listen, config.listen.start, expected_parts(config))
        self.reloaded: Reloaded | None = None
        self.threshold, self._config = config.match.threshold, config.ui
        self._suggested: tuple[tuple[str, str], ...] = ()
        self._is_ringing = False
        """An alarm has rung and nobody has said anything since."""

    def compose(self) -> ComposeResult:
        """Lay out the widgets, top to bottom."""
        with Container(id="body"):
            yield Home()
            yield Conversation(id="conversation")
            yield Panel(lambda: self.threshold)
        yield Tasks("tasks")
        yield Notice(id="notice")
        yield Suggestions("suggestions")
        yield InputLine("input")
        yield Status("status")
        yield Footer(show_command_palette=True)

    def on_mount(self) -> None:
        """Greet."""
        self.home = self.query_one(Home)
        self._conversation = self.query_one(Conversation)
        self.feed = Feed(self._conversation, lambda: self.threshold)
        self._tasks, self._notice = self.query_one(Tasks), self.query_one(Notice)
        self._suggestions, self._input = self.query_one(Suggestions), self.query_one(InputLine)
        self._panel, self._status = self.query_one(Panel), self.query_one(Status)
        self._notice.display = False
        self.show_home(True)
        self.show_phase()

    def show_event(self, event: Event) -> None:
        """Draw one event."""
        self.view_state.apply(event)
        self.home.query_one(FirstSteps).follow(event, self.note)
        if isinstance(event, AudioLevel):
            self._show_level(event if self.view_state.device else None)
            return
        match event:
            case SpeechStarted() | SpeechEnded() | PartialTranscript() | FinalTranscript():
                self._show_speech(event)
            case Understood() | ReplyChunk() | ReplyEnded() | TurnEnded() | SpeakingEnded():
                self._show_reply(event)
            case Announced() | Noticed() | Recalled() | ScheduleChanged() | Suggested() | TimersChanged():
                self._show_aside(event)
            case Failed():
                self._show_failure(event)
            case Progress():
                self._tasks.show(event)
            case WokeUp() | FellAsleep():
                self.feed.await_speech(self.view_state.awaited)
            case MicrophoneOpened() | MicrophoneClosed() | MicrophoneLost() | Ready():
                self._show_equipment(event)
            case Reloaded():
                self._show_files(event)
        self.show_phase()

    def _show_level(self, level: AudioLevel | None) -> None:
        self._status.level = level
        self._status.show()
        if self.home.display:
            self.home.query_one(Wave).hear(level)

    def _show_aside(self, event: Announced | Noticed | Recalled | ScheduleChanged | Suggested | TimersChanged) -> None:
        match event:
            case Announced():
                self._is_ringing = True
                alert(self.app, self._config, event.text)
                self.show_home(False)
                self.feed.announce(event)
            case Noticed():
                self._add_line(event.message, "note")
            case Recalled():
                self._input.bring_back(event.lines)
                self._conversation.put_first(*earlier_entries(event))
                self.home.show_counts(is_kept=bool(event.lines or event.turns))
            case ScheduleChanged():
                self._tasks.plan(event)
            case TimersChanged():
                self._tasks.count_down(event)
            case Suggested():
                self._suggested = event.sentences
                self._offer()

    def _offer(self) -> None:
        """Offer sentences: on the home what can be said now, after a reply what may be wanted next."""
        typed, turns, shown = self._input.value, self.feed.turns, self._suggestions
        is_busy = turns.thinking or turns.asking or typed
        if typed.startswith("/"):
            shown.show(slash_commands(cast("AssistantApp", self.app), typed)[:12], as_list=True, title="Commands")
        elif turns.choices:
            shown.show(numbered(turns.choices), as_list=True, title="Which one")
        elif self.home.display and not is_busy:
            shown.show(sentences_to_say(self.reloaded, self._suggested, self.home.room()), as_list=True)
        else:
            shown.show(() if is_busy else self._suggested, as_list=False)

    on_resize = _offer  # as many as there is room for

    def _show_speech(self, event: SpeechStarted | SpeechEnded | PartialTranscript | FinalTranscript) -> None:
        if isinstance(event, PartialTranscript) and event == PartialTranscript("", ""):
            self.feed.await_speech(self.view_state.awaited)
        elif not isinstance(event, SpeechEnded):
            if isinstance(event, PartialTranscript):
                self.show_home(False)
            if utterance := self.feed.hear(event):
                self._begin(utterance)

    def _show_reply(self, event: Understood | ReplyChunk | ReplyEnded | TurnEnded | SpeakingEnded) -> None:
        if isinstance(event, Understood):
            if self._panel.show_typed(event):
                return
            self._panel.show(event)
            self.show_home(False)
        self.feed.follow(event)
        if isinstance(event, TurnEnded):
            self._input.show_times(event.times)
            self._panel.show_times(event.times)
            if self.feed.turns.choices:
                self._offer()

    def _show_failure(self, event: Failed) -> None:
        self._tasks.forget()
        if not self.feed.fail(event):
            self._add_line(f"✗ {event.message}", "error")

    def _show_equipment(self, event: MicrophoneOpened | MicrophoneClosed | MicrophoneLost | Ready) -> None:
        if isinstance(event, Ready):
            self._tasks.forget(unmeasured=True)
            if self.view_state.text_ready:
                self.feed.dequeue()
        if not self.view_state.device:
            self._show_level(None)
            self.feed.await_speech(False)
        if isinstance(event, MicrophoneLost):
            self.warn(event.reason)
        elif isinstance(event, MicrophoneOpened) and self._status.phase == "searching":
            self._add_line(f"microphone '{event.device}' is there", "note")
        elif isinstance(event, MicrophoneClosed) and event.reason:
            self._add_line(f"✗ {event.reason}", "error")

    def _show_files(self, event: Reloaded) -> None:
        if self.reloaded is not None:
            counts = f"{count_words(event.intents, 'command')} and {count_words(event.answers, 'answer')}"
            self._add_line(f"Files read again: {counts}.", "note")
        self.reloaded = event
        self.home.show_counts(event)
        self._offer()
        self._notice.tell_problems(len(event.problems))

    def _add_line(self, text: str, kind: EntryKind) -> None:
        """Add a line that belongs to no turn, once; the home shows it too."""
        entry = Entry(Content(text), kind)
        if not any(before.content.plain == text for before in self._conversation.entries[-3:]):
            self._conversation.add(entry)
            self.home.note(entry.content, kind)

    def show_phase(self) -> None:
        """Draw the phase anew."""
        state, turns = self.view_state, self.feed.turns
        self._status.phase = state.phase(turns.thinking)
        self._status.device = state.device
        self._status.remark = state.remark
        self._status.show()
        self._input.placeholder = state.hint(turns.asking)
        self.home.show_phase(self._status.phase, state.invitation, self._status.level)

    def _begin(self, utterance: Utterance) -> None:
        self._is_ringing = False
        self._suggestions.show((), as_list=False)
        self.show_home(False)
        self.feed.begin(utterance, queued=not self.view_state.text_ready)

    @on(Input.Submitted, "#input")
    def _submit(self, event: Input.Submitted) -> None:
        event.stop()
        if (fault := run_slash(cast("AssistantApp", self.app), event.value)) is None:
            self.ask(event.value)
        elif fault:
            self.warn(fault)

    def ask(self, text: str | None) -> None:
        """Ask something, as if it was typed."""
        if text:
            self._conversation.anchor()
            self._begin(utterance_of(text))
            self.show_phase()
            cast("AssistantApp", self.app).submit(text)

    @on(Input.Changed, "#input")
    def _complete(self, event: Input.Changed) -> None:
        """Offer slash commands while one is typed; of another line, show what it would mean."""
        self._panel.follow_typing(event.value)
        is_slash = event.value.startswith("/") or self._suggestions.title == "Commands"
        if is_slash and event.value not in self._suggestions.sentences:
            self._offer()

    def show_home(self, on: bool) -> None:
        """Show the home, or the conversation in its place."""
        if on is bool(self.home.display) is not bool(self._conversation.display):
            return
        self.home.display, self._conversation.display = on, not on
        self.set_class(on, "-at-home")
        if on:
            self._conversation.unmark()
            cast("AssistantApp", self.app).author.count()
            self._offer()
        else:
            self.home.forget_notes()

    def interrupted(self) -> None:
        """Show that what was under way has been stopped."""
        self.feed.interrupt()
        self.show_phase()

    def action_stop(self) -> None:
        """Stop whatever is going on, and hide the notice and the selection; where nothing is, change to the home."""
        self.clear_selection()
        phase = self.view_state.phase(self.feed.turns.thinking)
        is_busy = phase in ("speaking", "hearing", "thinking") or self.feed.turns.thinking
        is_idle = not (is_busy or self._is_ringing or self._notice.display)
        self._notice.display = self._is_ringing = False
        cast("AssistantApp", self.app).interrupt()
        if is_idle:
            self.show_home(not self.home.display or not self._conversation.entries)

    def note(self, text: str) -> None:
        """Add a line about something that is so from now on."""
        self._add_line(printable(text), "note")

    def warn(self, text: str) -> None:
        """Add a line about something that is amiss."""
        self._add_line(f"▲ {printable(text)}", "warning")

    def action_candidates(self) -> None:
        """Show or hide the candidates, whatever the width."""
        self.show_home(False)
        self._panel.toggle()

    def action_mark(self, step: int) -> None:
        """Mark the turn before or after the marked one: what is explained, taught and copied."""
        self.show_home(False)
        self._conversation.mark(step)

    def action_page(self, direction: int) -> None:
        """Scroll the conversation by a page; on the home, show it."""
        if self.home.display:
            self.show_home(not self._conversation.entries)
        else:
            self._conversation.page(direction)

    def suggest(self, text: str | None) -> None:
        """Put a phrase into the input line."""
        self._input.put(text)

    def action_suggestion(self, step: int) -> None:
        """Put the next or the previous of the sentences that are offered into the input line."""
        self.suggest(self._suggestions.next(step))

    def clear_conversation(self) -> None:
        """Begin with an empty conversation; turns under way go on."""
        self._panel.show(None)
        self._input.show_times({})
        self.feed.clear()
        self.show_home(not self._conversation.entries)
        self.show_phase()
