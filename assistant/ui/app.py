"""The application: connects the screen to the assistant, and holds the keys that work everywhere."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import threading
import time
from collections.abc import Callable, Iterable
from typing import Any, ClassVar, TypeVar

from textual import events, on, work
from textual.app import App, SystemCommand
from textual.await_complete import AwaitComplete
from textual.binding import Binding, BindingType
from textual.driver import Driver
from textual.screen import Screen
from textual.widgets import TextArea

from assistant.config import Config, Way
from assistant.errors import AssistantError, did_you_mean
from assistant.events import DeviceChoice, Event, Failed, PicturesShown, Quit, Ready, Understood
from assistant.outlet.terminal import cleaned
from assistant.quote import Quote
from assistant.ui import graphics
from assistant.ui.author.desk import Desk
from assistant.ui.commands import WAYS, ui_commands
from assistant.ui.formatting import readable
from assistant.ui.map.sheet import MapSheet
from assistant.ui.native_output import native_output_to
from assistant.ui.opening import open_document
from assistant.ui.protocol import Assistant, Connect
from assistant.ui.screens.emitted import Emitted
from assistant.ui.screens.faults import line_of
from assistant.ui.screens.help import HelpSheet
from assistant.ui.screens.palette import Palette
from assistant.ui.screens.pictures import PicturesSheet
from assistant.ui.screens.search import SearchSheet
from assistant.ui.screens.sheet import LinesSheet
from assistant.ui.screens.talk import TalkScreen
from assistant.ui.settings.desk import SettingsDesk
from assistant.ui.settings.themes import HIGH_CONTRAST
from assistant.ui.widgets.conversation import Conversation
from assistant.ui.widgets.notice import Notice
from assistant.ui.widgets.thumbnails import show_pictures

T = TypeVar("T")


class AssistantApp(App[None]):
    """The terminal UI of one assistant."""

    TITLE = "Assistant"
    CSS_PATH: ClassVar = ["talk.tcss", "sheets.tcss", "editor.tcss"]
    HORIZONTAL_BREAKPOINTS = [(0, "-small"), (74, "-narrow"), (100, "-wide")]  # noqa: RUF012 (Textual's)
    """From 74 columns all keys stand in the footer, from 100 the candidates beside the conversation."""
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+q", "quit", "Quit", priority=True),
        Binding("ctrl+z", "give_way", "Suspend", show=False, priority=True),
        Binding("f7", "settings", "Settings", show=False),
        Binding("ctrl+o", "open_source", "Open the document", show=False, priority=True),
    ]

    def __init__(self, connect: Connect, config: Config) -> None:
        super().__init__()
        self._connect = connect
        self._config, self.fault_log = config, config.data_folder() / "faults.log"
        self._assistant: Assistant | None = None
        self._early: list[Callable[[Assistant], None]] = []
        """Requests that came before there was an assistant."""
        self._ahead: list[events.Key | events.Paste] | None = []
        """Keys that came before there was a line to type into; None from then on."""
        self._lock = threading.Lock()
        self._leaving = False
        self.quote: Quote | None = None
        """The words of a document that were the last answer."""
        self._shown = PicturesShown(())  # since then
        self.talk = TalkScreen(config)
        self.author, self.settings = Desk(self), SettingsDesk(self)

    def run(self, **options: Any) -> Any:
        """Open the terminal UI and return when the person leaves; Textual's options are passed on."""
        if options.get("headless"):
            return super().run(**options)
        if self._config.picture_folders():
            graphics.probe()
        with native_output_to(self._config.data_folder() / "terminal.log"):
            return super().run(**options)

    def get_driver_class(self) -> type[Driver]:
        """Take the driver that gives the terminal back."""
        driver = super().get_driver_class()
        if driver.__name__ != "LinuxDriver":
            return driver
        from assistant.ui.terminal import TerminalDriver

        return TerminalDriver

    def get_css_variables(self) -> dict[str, str]:
        """Take the colours of the theme, those of text readable."""
        return readable(super().get_css_variables())

    def get_default_screen(self) -> Screen[None]:
        """Open on the conversation."""
        return self.talk

    def on_mount(self) -> None:
        """Take the theme, and connect once the first frame is on the terminal."""
        self.register_theme(HIGH_CONTRAST)
        if (name := self._config.ui.theme) in self.available_themes:
            self.theme = name
        self.talk.call_after_refresh(self._begin)

    def _begin(self) -> None:
        self.call_later(self._take_keys)
        name = self._config.ui.theme
        if name not in self.available_themes:
            nearest = did_you_mean(name, self.available_themes) or "; ctrl+p lists the themes"
            self.talk.warn(f"config.toml: [ui] theme: unknown theme '{name}'{nearest}")
        threading.Thread(target=self._build, name="connect", daemon=True).start()

    # -- the assistant ------------------------------------------------------------------------

    def _build(self) -> None:
        """Make the assistant: a thread's work, since its imports are heavy; a daemon, so that leaving never waits."""
        try:
            assistant = self._connect(self.emit)
        except BaseException as error:  # a library in Rust panics with one
            self.emit(Failed(line_of(error, self), "start"))
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
        """Take an event from any thread, its texts made printable; those that come after the end are dropped."""
        with contextlib.suppress(RuntimeError):
            self.post_message(Emitted(cleaned(event)))

    def on_emitted(self, message: Emitted) -> None:
        """Draw the event; close where a person has said so. While the screens are taken down nothing can be drawn."""
        if not self.is_running:
            return
        if isinstance(message.event, Quit):
            self.exit()
            return
        if isinstance(message.event, Understood) and not message.event.partial:
            quote = getattr(message.event.understanding, "quote", None)
            self.quote, self._shown = (quote, PicturesShown(())) if quote else (self.quote, self._shown)
        if isinstance(message.event, Ready) and message.event.what == "text":
            self.author.begin()
        if isinstance(message.event, PicturesShown):
            self._shown = message.event
            self.quote = show_pictures(self.talk.query_one(Conversation), self._shown.pictures)
        self.settings.follow(message.event)
        self.talk.show_event(message.event)

    def ask(self, request: Callable[[Assistant], None]) -> None:
        """Ask the assistant for something, as soon as there is one."""
        with self._lock:
            if self._assistant is None:
                self._early.append(request)
                return
        request(self._assistant)

    def submit(self, text: str) -> None:
        """Pass on a typed line."""
        self.ask(lambda assistant: assistant.submit(text))

    def interrupt(self) -> None:
        """Stop speaking, generating and ringing."""
        self.talk.view_state.speaking = False
        self.ask(lambda assistant: assistant.interrupt())
        self.talk.interrupted()

    def action_microphone(self) -> None:
        """Switch the microphone on or off."""
        state = self.talk.view_state
        state.wants_to_listen = not state.wants_to_listen
        self.listen(state.wants_to_listen)
        self.talk.show_phase()

    def action_talk(self) -> None:
        """Be listened to now; or, while speaking, be taken to have said all."""
        self.talk.view_state.wants_to_listen = True
        self.ask(lambda assistant: assistant.talk())
        self.talk.show_phase()

    def listen(self, on: bool) -> None:
        """Open or close the microphone."""
        self.ask(lambda assistant: assistant.listen(on))

    def start_by(self, way: Way) -> None:
        """Change the way in which listening starts, until the end."""
        self.talk.view_state.way = way
        self.talk.note(f"Listening starts {WAYS[way]} from now on; [listen] start in config.toml keeps it so.")
        self.ask(lambda assistant: assistant.start_by(way))

    async def _take_keys(self) -> None:
        """Pass on the keys that were typed ahead, in order, before any that comes after them."""
        ahead, self._ahead = self._ahead or [], None
        for event in ahead:
            await self.on_event(event)

    async def on_event(self, event: events.Event) -> None:
        """End a spoken reply at the first key, whatever the key; then let the key do its own.

        Keys that come before the first frame wait for it: Textual would drop them.
        """
        is_typed = isinstance(event, events.Paste) or (
            isinstance(event, events.Key) and event.key not in ("ctrl+q", "ctrl+z")
        )
        if self._ahead is not None and is_typed and isinstance(event, events.Key | events.Paste):
            self._ahead.append(event)
            return
        if isinstance(event, events.Key | events.Paste) and not event.is_forwarded and self.talk.view_state.speaking:
            self.interrupt()
            if isinstance(event, events.Key) and event.key == "escape":
                return
        take = getattr(self.screen, "take_key", None) if isinstance(event, events.Key) and self.screen_stack else None
        if take is None or not take(event):
            await super().on_event(event)

    def on_unmount(self) -> None:
        """End the assistant's threads."""
        self._leaving = True
        if self._assistant is not None:
            self._assistant.close()

    def pop_screen(self) -> AwaitComplete:
        """Leave the screen on top; a key that comes while the last sheet closes leaves nothing more."""
        if len(self.screen_stack) > 1:
            return super().pop_screen()
        return AwaitComplete()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Leave Ctrl+Z to a text that is being edited, which undoes by it."""
        return not (action == "give_way" and isinstance(self.focused, TextArea)) and super().check_action(
            action, parameters
        )

    async def action_give_way(self) -> None:
        """Give the terminal back to the shell until `fg`; the microphone is closed meanwhile."""
        if self.is_web or os.getpgrp() == os.getsid(0):
            self.talk.warn("There is no shell to suspend to.")
            return
        if self.talk.view_state.wants_to_listen:
            self.app_resume_signal.subscribe(self.talk, self._listen_again)
            self.listen(False)
            await self._silence()
        os.killpg(os.getpgrp(), signal.SIGTSTP)

    async def _silence(self, seconds: float = 1.0) -> None:
        """Wait until the microphone is closed, so long at most."""
        end = time.monotonic() + seconds
        while self.talk.view_state.device and time.monotonic() < end:
            await asyncio.sleep(0.02)

    def _listen_again(self, _: object) -> None:
        self.app_resume_signal.unsubscribe(self.talk)
        self.listen(True)

    def action_open_source(self) -> None:
        """Open the document that was quoted last, in the editor or by the desktop's program; of pictures a choice."""
        if len(self._shown.pictures) > 1:
            self.push_screen(PicturesSheet(self._shown.pictures, self.suspend), self.talk.ask)
        elif line := open_document(self.quote, self.suspend):
            self.talk.warn(line)

    # -- commands -----------------------------------------------------------------------------

    def action_command_palette(self) -> None:
        """Open the palette of commands."""
        if not any(isinstance(screen, Palette) for screen in self.screen_stack):  # a sheet may have opened over it
            self.push_screen(Palette(id="--command-palette"))

    def get_system_commands(self, screen: Screen[object]) -> Iterable[SystemCommand]:  # noqa: ARG002 (Textual's)
        """List the commands of the palette."""
        for command in ui_commands(self):
            yield SystemCommand(command.title, command.purpose, command.run)

    def action_author(self, deed: str) -> None:
        """Teach, explain or copy the marked turn, or the last one; or edit files."""
        desk = self.author
        {"teach": desk.teach, "explain": desk.explain, "copy": desk.copy, "edit": desk.edit}[deed]()

    async def action_quit(self) -> None:
        """Leave; with unsaved text at the second time."""
        if self.author.may_leave():
            self.exit()

    def action_help(self) -> None:
        """Open the help."""
        self.push_screen(HelpSheet(self.talk.reloaded), self.talk.suggest)

    @on(Notice.Opened)
    def action_problems(self) -> None:
        """Open the list of problems in the files, if there are any."""
        if problems := self.talk.reloaded.problems if self.talk.reloaded else ():
            self.push_screen(LinesSheet("Problems in your files", problems, "Everything else in them is in use."))

    def action_settings(self) -> None:
        """Open the settings."""
        self.settings.open()

    def devices(self) -> tuple[DeviceChoice, ...]:
        """List the devices that can be chosen, or raise AssistantError; slow while it starts."""
        return self._started().devices()

    def _started(self, seconds: float = 20.0) -> Assistant:
        """Wait in a thread until there is an assistant, so long at most."""
        end = time.monotonic() + seconds
        while self._assistant is None and not self._leaving and time.monotonic() < end:
            time.sleep(0.05)
        if self._assistant is None:
            raise AssistantError("One moment: it is still getting ready.")
        return self._assistant

    def choose(self, choice: DeviceChoice) -> None:
        """Take a device."""
        self.ask(lambda assistant: assistant.choose(choice.direction, choice.name))

    def show_map(self) -> None:
        """Open the map of meanings, unless a sheet is open by the time it is drawn."""
        self.ask_and_show(
            lambda: self._started().embedding_map(),
            lambda found: self.screen is self.talk and self.push_screen(MapSheet(found), self.talk.suggest),
        )

    @work(thread=True, group="sheet")
    def ask_and_show(self, ask: Callable[[], T], show: Callable[[T], object]) -> None:
        """Show the answer to what is asked in a thread, since it may be slow; of a fault tell in a line."""
        try:
            answer = ask()
        except BaseException as error:  # a library in Rust panics with one
            self.call_from_thread(self.talk.warn, line_of(error, self))
            return
        self.call_from_thread(lambda: self.is_running and show(answer))  # not while the screens are taken down

    def action_search_conversation(self) -> None:
        """Open the search of the conversation."""
        self.push_screen(SearchSheet(lambda words: self._started().find_turns(words)), self.talk.suggest)
