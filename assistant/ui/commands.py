"""The commands of the terminal: in the palette, and typed behind a slash."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from typing import TYPE_CHECKING, NamedTuple

from assistant.config import Way
from assistant.errors import did_you_mean
from assistant.ui.view_state import TALK_KEY

if TYPE_CHECKING:
    from assistant.ui.app import AssistantApp

WAYS: dict[Way, str] = {
    "hands_free": "hands-free",
    "wake_word": "with the wake word",
    "key": f"with {TALK_KEY}",
}
"""Each way in which listening starts, in words."""

_HEARD: dict[Way, str] = {
    "hands_free": "Whatever is said is heard",
    "wake_word": "What is said after the wake word is heard",
    "key": "What is said after a key is heard",
}
"""Each way in which listening starts, explained in the palette."""


PAGES = {
    "Settings": ("Sound, models, thresholds, voice and colours, tried and kept", "sound"),
    "Devices": ("Choose the microphone and the loudspeaker", "sound"),
    "Theme": ("Change the colours", "colours"),
    "Doctor": ("Look at everything that it stands on, with the cure for what is amiss", "doctor"),
}
"""Ways into the settings: a command -> its purpose and the page."""


class UiCommand(NamedTuple):
    """A command of the terminal."""

    title: str
    purpose: str
    run: Callable[..., object]
    """Called without arguments, or with the words behind the slash command where it takes some."""
    takes_words: bool = False

    @property
    def slash(self) -> str:
        """Name behind a slash: `/listen-hands-free`."""
        return "/" + self.title.lower().replace(" ", "-")


def ui_commands(app: AssistantApp) -> Iterator[UiCommand]:
    """Yield the commands that can be given now."""
    talk, author = app.talk, app.author
    yield UiCommand("Help", "Keys, and what you can say", app.action_help)
    yield UiCommand("Microphone", "Switch the microphone on or off", app.action_microphone)
    for start, words in WAYS.items():
        current = " (so it is now)" if start == talk.view_state.way else ""
        yield UiCommand(f"Listen {words}", f"{_HEARD[start]}{current}", partial(app.start_by, start))
    for page, purpose in PAGES.items():
        yield UiCommand(page, purpose[0], partial(app.settings.open, purpose[1]))
    yield UiCommand("Candidates", "Show or hide what else was understood", talk.action_candidates)
    yield UiCommand("Search", "Find what was said before", app.action_search_conversation)
    yield UiCommand("Explain", "Tell why a sentence means what it means", author.explain, takes_words=True)
    yield UiCommand("Teach", "Say what a sentence is to mean", author.teach, takes_words=True)
    yield UiCommand(
        "New command", "Make one of your own: /new knock knock = Who is there?", author.make, takes_words=True
    )
    yield UiCommand("Inbox", "List what went wrong and is not taught yet", author.inbox)
    yield UiCommand("Edit", "Look through your intents and answers, and change them", author.edit, takes_words=True)
    yield UiCommand("Undo", "Take the last lesson or edit back", author.undo)
    yield UiCommand("Map", "See what can be said, near what means something alike", app.show_map)
    if talk.reloaded and talk.reloaded.problems:
        yield UiCommand("Problems", "List what is wrong in your files", app.action_problems)
    if app.quote is not None:
        yield UiCommand("Document", f"Open {app.quote.source}", app.action_open_source)
    yield UiCommand("Copy", "Copy the last reply, or the marked turn", author.copy)
    yield UiCommand("Export", "Write this conversation into a file", author.export, takes_words=True)
    yield UiCommand("Clear", "Empty the conversation", talk.clear_conversation)
    yield UiCommand("Quit", "Leave", app.action_quit)


def slash_commands(app: AssistantApp, typed: str) -> tuple[tuple[str, str], ...]:
    """List the slash commands that begin as what is typed, each with its purpose."""
    name = typed.partition(" ")[0].lower()
    return tuple((command.slash, command.purpose) for command in ui_commands(app) if command.slash.startswith(name))


def run_slash(app: AssistantApp, line: str) -> str | None:
    """Run a line that is a slash command; return a fault, empty where there is none, or None where it is no command."""
    name, _, words = line.strip().partition(" ")
    if not name.startswith("/") or "/" in name[1:]:  # a path is none
        return None
    commands = {command.slash: command for command in ui_commands(app)}
    fitting = [command for slash, command in commands.items() if slash.startswith(name.lower())]
    command = commands.get(name.lower()) or (fitting[0] if len(fitting) == 1 and len(name) > 1 else None)
    if command is None:
        return f"there is no command {name}{did_you_mean(name, commands) or '; / lists them'}"
    app.call_later(command.run, *([words.strip()] if command.takes_words else []))
    return ""
