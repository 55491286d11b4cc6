"""The line of a file that a candidate rests on: a template, an example, a pair."""

from __future__ import annotations

from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from assistant.authoring.definitions import SourceLine
from assistant.errors import shown
from assistant.nlu.retrieval.corpus import examples_by_row

if TYPE_CHECKING:
    from collections.abc import Mapping

    from assistant.nlu.matcher import Matcher
    from assistant.nlu.ranking.combine import Ranked


class RuleFinder:
    """Finds where the sentences of a matcher's files stand."""

    def __init__(self, matcher: Matcher) -> None:
        self._intents = matcher.intents.intents
        self._entries = {entry.question: entry for entry in matcher.knowledge.entries}
        self._matcher = matcher

    @cached_property
    def examples(self) -> Mapping[tuple[str, str], str]:
        """Owner and text of the rows that are made from examples, each with its example."""
        return examples_by_row(self._matcher.intents, self._matcher.parts.templates)

    def place(self, owner: str, text: str = "") -> SourceLine:
        """Return the line of a row of an intent or a question, or of a template; of other text that of its owner."""
        if owner in self._intents:
            return self._intents[owner].place_of(self.examples.get((owner, text), text))
        if owner in self._entries:
            return SourceLine(self._entries[owner].file, self._entries[owner].line)
        return SourceLine(Path(), 0)

    def rule(self, candidate: Ranked) -> SourceLine:
        """Return the line that a candidate rests on."""
        text = candidate.match.template if candidate.match else candidate.phrase
        return self.place(candidate.owner, text)


def where(place: SourceLine, folders: int = 2) -> str:
    """Return a line in short: `intents/lights.yaml:32`; empty where there is none."""
    return f"{'/'.join(Path(shown(place.file)).parts[-folders:])}:{int(place.line)}" if place.line else ""
