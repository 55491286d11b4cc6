"""The author's loop beside a running assistant: its matcher explains, tries and counts; the files are its user's."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from assistant.checks.editing.bench import EditingBench
from assistant.checks.review.explanation import Explainer
from assistant.checks.teaching import journal
from assistant.checks.teaching.inbox import Group, forget, inbox, open_cases
from assistant.checks.teaching.lesson import Lesson
from assistant.checks.teaching.teach import Taught, kept_turns, teach
from assistant.config import Config
from assistant.errors import AssistantError
from assistant.nlu.budget import TooLong

if TYPE_CHECKING:
    from assistant.nlu.matcher import Matcher


class Workshop:
    """Every call may take seconds and raises AssistantError where it cannot be done.

    What is tried is tried on the `whole` matcher, which may be waited for.
    """

    def __init__(
        self, config: Config, matcher: Callable[[], Matcher], whole: Callable[[], Matcher] | None = None
    ) -> None:
        self._config, self._matcher, self._whole = config, matcher, whole or matcher
        self.bench = EditingBench(config, matcher, self._whole)
        """For the files themselves."""

    @property
    def is_ready(self) -> bool:
        """False while the files are read for the first time."""
        try:
            self._matcher()
        except AssistantError:
            return False
        return True

    def explain(self, text: str) -> dict[str, Any]:
        """Return all that leads to the meaning of a sentence; see `Explainer.explain`."""
        return Explainer(self._matcher()).explain(text)

    def intents(self, text: str) -> tuple[tuple[str, str, float], ...]:
        """List name, title and confidence for a sentence of every intent, the likeliest first."""
        matcher = self._matcher()
        try:
            ranked = {item.owner: item.confidence for item in matcher.rank(text) if item.kind == "intent"}
        except TooLong as error:
            raise AssistantError(str(error)) from None
        rows = [
            (intent.name, intent.title, ranked.get(intent.name, 0.0)) for intent in matcher.intents.intents.values()
        ]
        return tuple(sorted(rows, key=lambda row: -row[2]))

    def teach(
        self,
        sentence: str,
        kind: Literal["example", "test", "answer", "new", "noise"],
        intent: str = "",
        answer: str = "",
        is_trial: bool = False,
    ) -> Taught:
        """Try a lesson, and write it unless it is a trial: a running assistant reads the file within a second."""
        lesson = Lesson(sentence, kind, intent, answer)
        return teach(self._config, lesson, lambda _: None, is_trial, anyway=True, matcher=self._whole())

    def undo(self) -> tuple[str, Sequence[Path]]:
        """Take the last lesson back; return its sentence and the files that are as they were."""
        return journal.undo(self._config)

    def inbox(self) -> tuple[Group, ...]:
        """Group the turns that went wrong and are not taught yet."""
        turns = kept_turns(self._config, lambda _: None)
        return inbox(turns, self._matcher()) if turns else ()

    def unread(self) -> int:
        """Count the sentences that went wrong and stand in no file, without trying them again."""
        turns = kept_turns(self._config, lambda _: None)[-500:]
        return len({case.turn.text.casefold() for case in open_cases(turns, self._matcher())})

    def forget(self, groups: Iterable[Group]) -> int:
        """Delete the turns of groups from the conversation; see `inbox.forget`."""
        return forget(self._config, groups)
