"""The row that every check yields."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from typing import Any, Literal

from assistant.errors import Problem, shown


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at."""

    subject: str
    """`microphone`, `intents`, `index`."""
    ok: bool
    detail: str
    """One line: what is there, or what is wrong."""
    cure: str = ""
    """The step that puts it right, where one is known."""
    severity: Literal["", "note", "warning"] = ""
    """Of what is ok: a warning is to be looked at, a note to be known."""
    rule: str = ""
    """Kind of a fault in a file: `form`, `unused`, `overlap`."""
    file: str = ""
    """The file at fault."""
    line: int = 0
    """1-based; 0: the whole file."""
    column: int = 0
    """1-based; 0: the whole line."""

    @classmethod
    def of(cls, subject: str, problem: Problem, cure: str = "", rule: str = "form") -> Finding:
        """Return the finding of a fault in a file."""
        is_error, file = problem.severity == "error", shown(problem.file)
        severity: Literal["", "note", "warning"] = (
            "" if is_error else "note" if problem.severity == "note" else "warning"
        )
        return cls(subject, not is_error, str(problem), cure, severity, rule, file, int(problem.line), problem.column)

    @property
    def message(self) -> str:
        """The detail without the place that it begins with."""
        numbers = [str(number) for number in (self.line, self.column) if number]
        return self.detail.removeprefix(":".join([self.file, *numbers])).removeprefix(": ")

    def fields(self) -> dict[str, Any]:
        """Map each field that says something to its value."""
        values = dataclasses.asdict(self)
        return {name: value for name, value in values.items() if value or name == "ok"}
