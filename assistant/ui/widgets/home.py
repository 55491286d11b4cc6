"""The screen before the first turn and while nothing goes on: the sound of the room, and how to be heard."""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence

from textual.app import ComposeResult
from textual.containers import Container
from textual.content import Content
from textual.widgets import Static

from assistant.events import AudioLevel, Reloaded
from assistant.ui.author.first_steps import FirstSteps
from assistant.ui.formatting import MUTED, clipped, count_words, fitted
from assistant.ui.view_state import FACES, Phase
from assistant.values import CLIPPING, SILENCE


class Wave(Static):
    """The loudness of the last seconds as a wave: the newest at the right, a flat line where nothing is heard."""

    def __init__(self) -> None:
        super().__init__(id="wave")
        self._levels: deque[int] = deque(maxlen=400)
        """Half cells above and below the middle, the newest last."""
        self._style = ""
        self._drawn: tuple[object, ...] = ()

    def hear(self, level: AudioLevel | None, floor: float = -56.0, ceiling: float = -12.0) -> None:
        """Add a moment: silence below `floor` dBFS, the whole height at `ceiling`; None: no microphone is open."""
        loud = 0.0 if level is None else (level.rms - floor) / (ceiling - floor)
        self._levels.append(round(min(max(loud, 0.0), 1.0) * self.size.height))
        self._draw()

    def tint(self, phase: Phase) -> None:
        """Take the colour of the phase."""
        self._style = FACES[phase][2]
        self._draw()

    def on_resize(self) -> None:
        """Use the room there is."""
        self._draw()

    def _draw(self) -> None:
        columns, rows = self.size
        if not (columns and rows):
            return
        shown = [0] * columns
        newest = list(self._levels)[-((columns + 1) // 2) :]
        for place, level in enumerate(reversed(newest)):  # a bar in every other column
            shown[columns - 1 - 2 * place] = min(level, rows)
        picture = tuple(shown), rows, self._style
        if picture == self._drawn:
            return
        self._drawn = picture
        lines = [
            Content.assemble(("".join(_cell(level, row, rows) for level in shown), self._style)) for row in range(rows)
        ]
        self.update(Content("\n").join(lines), layout=False)


def _cell(level: int, row: int, rows: int) -> str:
    """One cell of a bar that reaches `level` half cells above and below the middle."""
    upper, lower = rows - level <= 2 * row < rows + level, rows - level <= 2 * row + 1 < rows + level
    if not level:
        return "─" if row == rows // 2 else " "
    return "█" if upper and lower else "▀" if upper else "▄" if lower else " "


class Home(Container):
    """The wave, the phase in words with what makes it listen, what there is, and the last lines about faults."""

    def __init__(self) -> None:
        super().__init__(id="home")
        self._notes: list[Content] = []
        self._reloaded: Reloaded | None = None
        self._unread = 0
        self._is_kept = False
        self._phase: tuple[Phase, str, AudioLevel | None] = "loading", "", None

    def compose(self) -> ComposeResult:
        """Lay out the wave above the words."""
        yield Wave()
        yield Static(id="now")
        yield Static(id="there-is")
        yield FirstSteps()
        yield Static(id="notes")

    def show_phase(self, phase: Phase, hint: str, level: AudioLevel | None) -> None:
        """Draw the phase, and the way to be heard."""
        self._phase = phase, hint, level
        symbol, word, style = FACES[phase]
        if phase == "listening" and level is not None and level.peak <= SILENCE:
            hint = "nothing at all comes from the microphone: is it muted?"
        elif level is not None and level.peak >= CLIPPING:
            hint = "too loud: turn the microphone down"
        line, now = Content.assemble((f"{symbol} {word}", f"bold {style}"), "   "), self.query_one("#now", Static)
        room = self._width - line.cell_length
        now.update(Content.assemble(line, (fitted(hint, room), MUTED)), layout=False)
        self.query_one(Wave).tint(phase)

    @property
    def _width(self) -> int:
        """Number of cells of a line, whether it is laid out already or not."""
        return self.app.size.width - self.styles.padding.width

    def on_resize(self) -> None:
        """Word the lines for the room there is."""
        self.show_phase(*self._phase)
        self.show_counts()

    def show_counts(
        self, reloaded: Reloaded | None = None, unread: int | None = None, is_kept: bool | None = None
    ) -> None:
        """Count commands, answers and sentences that went wrong, and name the past; None: as before."""
        self._reloaded = reloaded or self._reloaded
        self._unread = self._unread if unread is None else unread
        self._is_kept = self._is_kept if is_kept is None else is_kept
        if self._reloaded is None:
            parts: list[str | tuple[str, str]] = [("One moment: it is getting ready.", MUTED)]
        else:
            own = f", {self._reloaded.own} of them yours" if self._reloaded.own else ""
            parts = [count_words(self._reloaded.intents, "command"), (own, MUTED)]
            for count, noun in ((self._reloaded.answers, "answer"), (self._reloaded.documents, "document")):
                parts += [(" · ", MUTED), count_words(count, noun)] if count else []
            hint = "   f1 lists them"
            is_wide = Content.assemble(*parts).cell_length + len(hint) <= self._width
            parts += [(hint, MUTED)] if is_wide else []
        if self._unread:
            parts += ["\n", (f"✉ {self._unread} sentence{'s' * (self._unread != 1)} went wrong", "$text-warning")]
            parts += [("   ctrl+l lists them", MUTED)]
        if self._is_kept:
            parts += ["\n", ("↑ brings back your lines, page up what was said", MUTED)]
        self.query_one("#there-is", Static).update(Content.assemble(*parts))

    def room(self) -> int:
        """Return the number of sentences to say that the terminal has room for."""
        height = self.app.size.height
        if self.query_one(FirstSteps).display:
            return max(0, min(5, height - 26))
        return max(4, min(14, height // 3 - 3))

    def note(self, text: Content, kind: str, most: int = 3) -> None:
        """Show a line about the machine below the rest, in the colour of its kind."""
        style = {"error": "$text-error", "warning": "$text-warning"}.get(kind, MUTED)
        self._notes = [*self._notes, text.stylize(style)][-most:]
        self.query_one("#notes", Static).update(Content("\n").join(self._notes))

    def forget_notes(self) -> None:
        """Take the lines about the machine away: whoever has talked has seen them."""
        self._notes = []
        self.query_one("#notes", Static).update("")


def sentences_to_say(
    reloaded: Reloaded | None, suggested: Sequence[tuple[str, str]], most: int
) -> tuple[tuple[str, str], ...]:
    """Return sentences, each with its reason: one's own commands, those that are likely, then a few of the rest."""
    examples = reloaded.examples if reloaded else ()
    own = reloaded.own if reloaded else 0
    rows = [(sentence, "your own command") for _, sentence in examples[:own][: max(2, most // 3)]]
    rows += suggested
    rest = examples[own:]
    step = max(1, len(rest) // max(1, most - len(rows)))
    rows += [(sentence, clipped(purpose, 60)) for purpose, sentence in rest[::step]]
    unique: dict[str, str] = {}
    for sentence, reason in rows:
        unique.setdefault(sentence, reason)
    return tuple(unique.items())[:most]


def numbered(labels: Sequence[str]) -> tuple[tuple[str, str], ...]:
    """Return things to choose from, each with the number that chooses it too."""
    return tuple((label, f"or say {number}") for number, label in enumerate(labels, 1))
