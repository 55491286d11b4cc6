"""The application: what connects the screen to the runtime, and the keys that work everywhere."""

from __future__ import annotations

import contextlib
import os
import sys
import threading
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from pathlib import Path
from typing import Any, ClassVar, Protocol

from textual import events, work
from textual.app import App, SystemCommand
from textual.binding import Binding, BindingType
from textual.message import Message
from textual.screen import Screen

from assistant.config import Config, Way
from assistant.errors import AssistantError, did_you_mean
from assistant.events import AudioLevel, Event, Failed, Progress, Quit, Understood
from assistant.ui.sheets import DevicesSheet, HelpSheet, LinesSheet
from assistant.ui.talk_screen import WAYS, TalkScreen
from assistant.values import DeviceChoice, Direction, PartialTranscript


class Assistant(Protocol):
    """What the terminal needs of the runtime.

    Every utterance, typed or heard, ends with one `TurnEnded`, or with `Failed(where="turn")`.
    """

    def start(self) -> None:
        """Load in the background; events arrive through `emit`, from other threads."""

    def submit(self, text: str) -> None:
        """Take a typed utterance."""

    def interrupt(self) -> None:
        """Stop speaking, generating and ringing."""

    def listen(self, on: bool) -> None:
        """Open or close the microphone."""

    def talk(self) -> None:
        """Listen now; while somebody speaks, take it that that was all."""

    def start_by(self, way: Way) -> None:
        """Change the way in which listening starts."""

    def devices(self) -> tuple[DeviceChoice, ...]:
        """Return the microphones and loudspeakers that can be chosen; may be slow."""

    def choose(self, direction: Direction, name: str) -> None:
        """Take another microphone or loudspeaker and remember it; what comes of it is told by events."""

    def close(self) -> None:
        """End all threads."""


Connect = Callable[[Callable[[Event], None]], Assistant]
"""Builds the assistant around the function that it emits its events to."""


class Happened(Message, bubble=False):
    """An event of the assistant's, on its way to the screen."""

    def __init__(self, event: Event) -> None:
        super().__init__()
        self.event = event

    def can_replace(self, message: Message) -> bool:
        """Let a newer level, partial transcript or progress take the place of one not yet drawn."""
        return isinstance(message, Happened) and _supersedes(message.event, self.event)


def _supersedes(new: Event, old: Event) -> bool:
    match old, new:
        case (AudioLevel(), AudioLevel()) | (PartialTranscript(), PartialTranscript()):
            return True
        case (Understood(partial=True), Understood(partial=True)):
            return True
        case (Progress(), Progress()):
            return old.task == new.task
    return False


_HEARD: dict[Way, str] = {
    "hands_free": "Whatever is said is heard",
    "wake_word": "What is said after the wake word is heard",
    "key": "What is said after a key is heard",
}

WIDE = 100
"""Columns from which the candidates are shown beside the conversation."""


class AssistantApp(App[None]):
    """The terminal UI of one assistant."""

    TITLE = "Assistant"
    CSS_PATH = "app.tcss"
    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (WIDE, "-wide")]  # noqa: RUF012 (Textual's)
    BINDINGS: ClassVar[list[BindingType]] = [Binding("ctrl+q", "quit", "Quit", priority=True)]

    def __init__(self, connect: Connect, config: Config) -> None:
        super().__init__()
        self._connect = connect
        self._config = config
        self._assistant: Assistant | None = None
        self._early: list[Callable[[Assistant], None]] = []
        """What was asked for before there was an assistant."""
        self._lock = threading.Lock()
        self._leaving = False
        self.talk = TalkScreen(config)

    def run(self, **options: Any) -> Any:
        """Open the terminal UI and return when the person leaves; Textual's options are passed on."""
        if options.get("headless"):
            return super().run(**options)
        with _native_messages_to(self._config.data_folder() / "terminal.log"):
            return super().run(**options)

    def get_default_screen(self) -> Screen[None]:
        """Open on the conversation."""
        return self.talk

    def on_mount(self) -> None:
        """Take the theme, and connect once the first frame is on the terminal."""
        name = self._config.ui.theme
        if name in self.available_themes:
            self.theme = name
        self.talk.call_after_refresh(self._begin)

    def _begin(self) -> None:
        name = self._config.ui.theme
        if name not in self.available_themes:
            self.talk.warn(f"config.toml: [ui] theme: unknown theme '{name}'{self._nearest_theme(name)}")
        threading.Thread(target=self._build, name="connect", daemon=True).start()

    def _nearest_theme(self, name: str) -> str:
        return did_you_mean(name, self.available_themes) or "; ctrl+p lists the themes"

    # -- the assistant ------------------------------------------------------------------------

    def _build(self) -> None:
        """Make the assistant: a thread's work, since its imports are heavy; a daemon, so that leaving never waits."""
        try:
            assistant = self._connect(self.emit)
        except AssistantError as error:
            self.emit(Failed(str(error), "start"))
            return
        with self._lock:
            self._assistant = assistant
            early, self._early = self._early, []
        if self._leaving:
            assistant.close()
            return
        assistant.start()
        for request in early:
            request(assistant)

    def emit(self, event: Event) -> None:
        """Take an event from any thread; those that come after the end are dropped."""
        with contextlib.suppress(RuntimeError):
            self.post_message(Happened(event))

    def on_happened(self, message: Happened) -> None:
        """Draw what happened; close when a person has said so."""
        if isinstance(message.event, Quit):
            self.exit()
            return
        self.talk.happened(message.event)

    def _ask(self, request: Callable[[Assistant], None]) -> None:
        with self._lock:
            if self._assistant is None:
                self._early.append(request)
                return
        request(self._assistant)

    def submit(self, text: str) -> None:
        """Pass on what was typed."""
        self._ask(lambda assistant: assistant.submit(text))

    def interrupt(self) -> None:
        """Stop speaking, generating and ringing."""
        self.talk.situation.speaking = False
        self._ask(lambda assistant: assistant.interrupt())
        self.talk.interrupted()

    def listen(self, on: bool) -> None:
        """Open or close the microphone."""
        self._ask(lambda assistant: assistant.listen(on))

    def talk_now(self) -> None:
        """Ask for a hearing."""
        self._ask(lambda assistant: assistant.talk())

    def start_by(self, way: Way) -> None:
        """Change the way in which listening starts."""
        self._ask(lambda assistant: assistant.start_by(way))

    async def on_event(self, event: events.Event) -> None:
        """End a spoken reply at the first key, whatever the key; then let the key do its own."""
        if isinstance(event, events.Key | events.Paste) and not event.is_forwarded and self.talk.situation.speaking:
            self.interrupt()
            if isinstance(event, events.Key) and event.key == "escape":
                return
        await super().on_event(event)

    def on_unmount(self) -> None:
        """End the assistant's threads."""
        self._leaving = True
        if self._assistant is not None:
            self._assistant.close()

    # -- commands -----------------------------------------------------------------------------

    def get_system_commands(self, screen: Screen[object]) -> Iterable[SystemCommand]:  # noqa: ARG002 (Textual's)
        """List the commands of the palette."""
        yield SystemCommand("Help", "Keys, and what you can say", self.show_help)
        yield SystemCommand("Microphone", "Switch the microphone on or off", self.talk.action_microphone)
        for way, words in WAYS.items():
            now = " (so it is now)" if way == self.talk.situation.way else ""
            yield SystemCommand(f"Listen {words}", f"{_HEARD[way]}{now}", partial(self.talk.start_by, way))
        yield SystemCommand("Devices", "Choose the microphone and the loudspeaker", self.show_devices)
        yield SystemCommand("Candidates", "Show or hide what else was understood", self.talk.action_candidates)
        if self.talk.check_action("problems", ()):
            yield SystemCommand("Problems", "List what is wrong in your files", self.show_problems)
        yield SystemCommand("Theme", "Change the colours", self.action_change_theme)
        yield SystemCommand("Clear", "Empty the conversation", self.talk.clear_conversation)
        yield SystemCommand("Quit", "Leave", self.action_quit)

    def show_help(self) -> None:
        """Open the help."""
        self.push_screen(HelpSheet(self.talk.reloaded), self.talk.suggest)

    def show_problems(self) -> None:
        """Open the list of problems."""
        problems = self.talk.reloaded.problems if self.talk.reloaded else ()
        self.push_screen(LinesSheet("Problems in your files", problems, "Everything else in them is in use."))

    @work(thread=True, exclusive=True, group="devices")
    def show_devices(self) -> None:
        """Open the list of devices: a thread's work, since asking for them may be slow."""
        if self._assistant is None:
            self.call_from_thread(self.talk.warn, "One moment: the devices cannot be listed yet.")
            return
        try:
            choices = self._assistant.devices()
        except AssistantError as error:
            self.call_from_thread(self.talk.warn, str(error))
            return
        self.call_from_thread(self._show_choices, choices)

    def _show_choices(self, choices: tuple[DeviceChoice, ...]) -> None:
        def take(choice: DeviceChoice | None) -> None:
            if choice is not None and not choice.chosen:
                self._ask(lambda assistant: assistant.choose(choice.direction, choice.name))

        self.push_screen(DevicesSheet(choices, self.talk.situation.device), take)


@contextlib.contextmanager
def _native_messages_to(file: Path) -> Iterator[None]:
    """Send what C libraries write to stderr into a file: sound drivers would write across the screen.

    The screen itself is drawn through `sys.__stderr__`, which keeps the terminal meanwhile, even where the
    process was started with stderr sent elsewhere.
    """
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        log = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    except OSError:
        log = os.open(os.devnull, os.O_WRONLY)
    streams = sys.stderr, sys.__stderr__
    sys.stderr.flush()
    before = os.dup(2)
    terminal = os.fdopen(os.dup(2 if os.isatty(2) else 1), "w", encoding="utf-8")
    os.dup2(log, 2)
    os.close(log)
    sys.stderr = sys.__stderr__ = terminal  # type: ignore[misc]
    try:
        yield
    finally:
        terminal.flush()
        sys.stderr, sys.__stderr__ = streams  # type: ignore[misc]
        os.dup2(before, 2)
        os.close(before)
        terminal.close()
