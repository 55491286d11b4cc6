"""A lesson taught: tried first, then written and kept so that it can be taken back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from assistant.app import build
from assistant.checks.stored import DATABASE
from assistant.checks.teaching import journal
from assistant.checks.teaching.effects import Change, changes, name_of, untrained
from assistant.checks.teaching.inbox import Group, inbox
from assistant.checks.teaching.lesson import Edit, Lesson, edits
from assistant.config import Config, make_user_folders
from assistant.events import Emit

if TYPE_CHECKING:
    from assistant.actions.database.turns import StoredTurn
    from assistant.nlu.matcher import Matcher


@dataclass(frozen=True, slots=True)
class Taught:
    """What came of a lesson."""

    lesson: Lesson
    edits: Sequence[Edit]
    before: str
    """Name of what the sentence meant."""
    after: str
    confidence: float
    """Of what it means now."""
    changes: Sequence[Change]
    """Other sentences that are understood otherwise."""
    probes: int
    """Number of sentences nearby that were tried."""
    is_written: bool

    @property
    def is_right(self) -> bool:
        """The sentence is understood as it was taught."""
        wanted = {"answer": self.lesson.sentence, "noise": "not understood"}
        return self.after == wanted.get(self.lesson.kind, self.lesson.intent)

    @property
    def broken(self) -> Sequence[Change]:
        """Tests that passed before and fail now."""
        return [change for change in self.changes if change.test]


def teach(
    config: Config,
    lesson: Lesson,
    emit: Emit,
    is_trial: bool = False,
    anyway: bool = False,
    matcher: Matcher | None = None,
) -> Taught:
    """Try a lesson and write it, unless it is only tried or breaks a test; `anyway` writes it all the same.

    With a `matcher` that is in use its index stays as it is: whoever uses it follows the files. Somebody waits there:
    it is tried at first sight, without training, on fewer sentences, which are not tried again when it is written.

    Raises:
        AssistantError: it cannot be taught.
    """
    make_user_folders(config)
    is_in_use = matcher is not None
    matcher = matcher or _matcher(config, emit)
    additions = edits(lesson, matcher, config)
    meaning = matcher.match(lesson.sentence)
    if lesson.kind == "test":  # it teaches nothing
        taught = Taught(lesson, additions, name_of(meaning), name_of(meaning), meaning.confidence, (), 0, not is_trial)
    else:
        renewed = untrained(additions, matcher, config, emit, only_tried=is_trial or is_in_use)
        after = renewed if is_in_use else build.retrain(renewed)
        differing, probes = list[Change](), 0
        if is_trial or not is_in_use:
            turns = [turn.text for turn in kept_turns(config, emit)]
            differing, probes = changes(lesson.sentence, matcher, after, turns, most=25 if is_in_use else 150)
        now = after.match(lesson.sentence)
        is_written = not is_trial and (anyway or not any(change.test for change in differing))
        taught = Taught(
            *(lesson, additions, name_of(meaning), name_of(now), now.confidence, differing, probes), is_written
        )
    if taught.is_written:
        journal.save(config, lesson.sentence, additions)
    return taught


def open_inbox(config: Config, emit: Emit) -> tuple[Group, ...]:
    """Return the turns that went wrong, grouped by meaning; nothing is loaded where none is kept."""
    turns = kept_turns(config, emit)
    return inbox(turns, _matcher(config, emit)) if turns else ()


def kept_turns(config: Config, emit: Emit) -> Sequence[StoredTurn]:
    """Return the turns that are kept, oldest first; a file that is not there is not made."""
    if not (config.data_folder() / DATABASE[0]).is_file():
        return ()
    return build.open_history(config, build.open_store(config, emit)).turns()


def _matcher(config: Config, emit: Emit) -> Matcher:
    build.announce_user_folders(config, emit)
    files = build.read_definitions(config)
    emit(files.summary(config))
    return build.open_matcher(config, files, emit)
