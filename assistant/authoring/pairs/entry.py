"""A question and its answer, as every reader makes it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from assistant.authoring.source_file import SourceFile

UNUSED_TAGS = "'tags' are not used and can be taken out"


@dataclass(frozen=True, slots=True)
class QuestionAnswer:
    """A question and its answer."""

    question: str
    answer: str
    also: tuple[str, ...] = ()
    """Other wordings of the question."""
    source: str = ""
    """Origin of the answer, as shown: what the file says, else file name and line."""
    file: Path = Path()
    line: int = 0


def make_entry(
    file: SourceFile, line: int, question: str, answer: str, also: Sequence[str] = (), source: str = ""
) -> QuestionAnswer:
    """Make the entry of a line of a file, its source the line where none is given."""
    source = source or f"{file.path.name}:{line}"
    return QuestionAnswer(question.strip(), answer.strip(), tuple(also), source, file.path, line)


def split_wordings(text: str) -> tuple[str, ...]:
    """Return the wordings between `|`."""
    return tuple(wording for part in text.strip().strip("[]").split("|") if (wording := unquoted(part)))


def unquoted(text: str) -> str:
    """Return a text without the quotes around it."""
    return text.strip().strip("\"'")
