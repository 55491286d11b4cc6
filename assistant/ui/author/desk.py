"""Opens the author's sheets on a sentence: each asks the workshop in a thread."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from assistant.outlet.terminal import printable_line
from assistant.private_file import write
from assistant.ui.author.first_steps import COMMAND
from assistant.ui.editor.drafts import Drafts
from assistant.ui.formatting import count_words
from assistant.ui.widgets.conversation import REPLIED, SAID, Conversation

if TYPE_CHECKING:
    from textual.screen import Screen

    from assistant.checks.editing.bench import EditingBench
    from assistant.checks.editing.drafts import KeptDraft
    from assistant.checks.teaching.workshop import Workshop
    from assistant.ui.app import AssistantApp

T = TypeVar("T")
S = TypeVar("S")


class Desk:
    """The author's loop of the terminal."""

    def __init__(self, app: AssistantApp) -> None:
        self._app = app
        self.workshop: Workshop | None = None
        """None until there is an assistant, and where files cannot be taught."""
        self.drafts = Drafts()
        self._opened = 0
        """Number of sheets that were asked for: the last one alone is shown."""
        self._told_until = 0.0
        """Until when leaving goes on though text is not saved, by the monotonic clock."""
        self._early: list[Callable[[], None]] = []
        """Sheets that were asked for before sentences were understood."""

    def begin(self) -> None:
        """Open what was asked for before sentences were understood, and count those that went wrong."""
        early, self._early = self._early, []
        for opening in early:
            opening()
        self.count()

    def explain(self, words: str = "") -> None:
        """Show why a sentence, else that of the marked turn or the last one, means what it means."""
        from assistant.ui.author.explain import ExplainSheet

        if not (text := words or self._sentence()):
            self._app.talk.warn("There is no sentence yet: type one behind it, such as /explain what time is it.")
            return
        self._open_sheet(
            lambda workshop: workshop.explain(text), ExplainSheet, lambda said: self.teach(said) if said else None
        )

    def teach(self, words: str = "") -> None:
        """Open the meanings for a sentence, else for the marked turn or the last one; without any, the inbox."""
        from assistant.ui.author.teach import TeachSheet

        if not (text := words or self._sentence()):
            self.inbox()
            return
        self._open_sheet(
            lambda workshop: (workshop, workshop.intents(text)), lambda found: TeachSheet(text, *found), self._told
        )

    def make(self, words: str = "") -> None:
        """Open the sheet on a new command: a sentence, `=`, and its reply."""
        from assistant.ui.author.teach import TeachSheet

        text, _, reply = (part.strip() for part in words.partition("="))
        if not (text and reply):
            self._app.talk.warn(f"Write what you will say, = and the reply: {COMMAND}")
            return
        name = "".join(map(str.capitalize, re.findall(r"[^\W\d_]\w*", text)))[:40]
        self._open_sheet(
            lambda workshop: (workshop, workshop.intents(text)),
            lambda found: TeachSheet(text, *found, f"{name}: {reply}"),
            self._told,
        )

    def edit(self, words: str = "") -> None:
        """Open the browser and editor of intents and knowledge, at what has some words."""
        from assistant.ui.editor.screen import EditorScreen

        def editor(found: tuple[EditingBench, Sequence[KeptDraft]]) -> EditorScreen:
            self.drafts.restore(found[1], found[0].lines)
            return EditorScreen(found[0], self.drafts, words)

        if not any(isinstance(screen, EditorScreen) for screen in self._app.screen_stack):
            self._open_sheet(lambda workshop: (workshop.bench, workshop.bench.kept_drafts()), editor, self._told)

    def may_leave(self, seconds: float = 8.0) -> bool:
        """Tell of unsaved text, once for so long; True where there is none, or it was told."""
        line, was_told = self.farewell(), time.monotonic() < self._told_until
        if line and not was_told:
            self._told_until = time.monotonic() + seconds
            self._app.notify(printable_line(f"{line}; ctrl+q again leaves"), timeout=seconds, markup=False)
        return was_told or not line

    def farewell(self) -> str | None:
        """What is to be said at the end: which files are not saved."""
        names = ", ".join(entry.file.name for entry in self.drafts.unsaved())
        fate = f"not kept either ({self.drafts.fault})" if self.drafts.fault else "kept for the next time you edit"
        return f"not saved, and {fate}: {names}" if names else None

    def _sentence(self) -> str:
        """Sentence of the marked turn, or of the last one; empty on the home."""
        conversation = self._app.talk.query_one(Conversation)
        entry = conversation.last(SAID) if conversation.display else None
        return entry.text if entry else ""

    def copy(self) -> None:
        """Copy the reply of the marked turn, or the last one."""
        if entry := self._app.talk.query_one(Conversation).last(REPLIED):
            self._app.copy_to_clipboard(entry.text)
            self._app.notify("The reply is copied.", timeout=2)
        else:
            self._app.talk.warn("There is no reply to copy yet.")

    def export(self, name: str = "") -> None:
        """Write the turns on the screen into a Markdown file; without a name, one with the date in this folder."""
        entries = [entry for entry in self._app.talk.query_one(Conversation).entries if entry.kind in SAID | REPLIED]
        text = "\n\n".join(f"**{entry.text}**" if entry.kind in SAID else entry.text for entry in entries)
        named = f"conversation-{time.strftime('%Y-%m-%d-%H%M')}.md"
        try:
            file = Path(name or named).expanduser()
            file = file / named if file.is_dir() else file
            if name and file.exists():
                self._app.talk.warn(f"{file}: is there already; name a new file")
                return
            write(file, f"{text}\n")
        except (OSError, RuntimeError) as error:  # of a home that nobody has
            self._app.talk.warn(f"{name or named}: cannot be written: {getattr(error, 'strerror', '') or error}")
            return
        turns = count_words(sum(entry.kind in SAID for entry in entries), "turn")
        self._app.talk.note(f"written into {file.absolute()}: {turns}")

    def inbox(self) -> None:
        """Open the list of sentences that went wrong."""
        from assistant.ui.author.inbox import InboxSheet

        def follow(wish: tuple[str, str] | None) -> None:
            if wish is not None:
                (self.teach if wish[0] == "teach" else self.explain)(wish[1])
            self.count()

        self._open_sheet(
            lambda workshop: (workshop.inbox(), lambda group: workshop.forget([group])),
            lambda found: InboxSheet(*found),
            follow,
        )

    def undo(self) -> None:
        """Take the last lesson back."""
        self._open(
            lambda workshop: workshop.undo(),
            lambda undone: self._told(f"taken back: “{undone[0]}”; {', '.join(map(str, undone[1]))} is as it was"),
        )

    def count(self) -> None:
        """Count the sentences that went wrong, for the home."""
        if self.workshop is not None:
            self._open(lambda workshop: workshop.unread(), lambda count: self._app.talk.home.show_counts(unread=count))

    def _told(self, line: str | None) -> None:
        if line:
            self._app.talk.note(line)
            self.count()

    def _open_sheet(
        self, ask: Callable[[Workshop], T], sheet: Callable[[T], Screen[S]], then: Callable[[S | None], None]
    ) -> None:
        """Open a sheet on an answer, unless another one was asked for or opened meanwhile."""
        self._opened += 1
        number, below = self._opened, self._app.screen

        def show(answer: T) -> None:
            if number == self._opened and self._app.screen in (below, self._app.talk):
                self._app.push_screen(sheet(answer), then)

        self._open(ask, show)

    def _open(self, ask: Callable[[Workshop], T], show: Callable[[T], object]) -> None:
        workshop = self.workshop
        if workshop is None or not workshop.is_ready:
            self._early.append(lambda: self._open(ask, show))
            self._app.talk.warn("One moment: it opens once your files are read.")
            return
        self._app.ask_and_show(lambda: ask(workshop), show)
