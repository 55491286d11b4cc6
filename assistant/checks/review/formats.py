"""Findings as other programs read them: annotations of GitHub, SARIF for code scanning."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from assistant import __version__
from assistant.checks.finding import Finding

_RULES = {
    "form": "A file, a key or a template that cannot be read as it is written.",
    "unused": "A slot, a list or a rule that nothing uses, or a template that stands twice.",
    "overlap": "A sentence that two commands, or a command and a question, would both take.",
    "unreachable": "A template whose sentences are all taken by another command.",
}


def github(findings: Iterable[Finding]) -> str:
    """Return the workflow commands that put findings beside the lines of a pull request."""
    return "\n".join(map(_annotation, findings))


def _annotation(finding: Finding) -> str:
    kind = "error" if not finding.ok else finding.severity.replace("note", "notice")
    places = {"file": _relative(finding.file), "line": finding.line, "col": finding.column, "title": finding.rule}
    written = ",".join(f"{key}={_escaped(str(value), ',:')}" for key, value in places.items() if value)
    return f"::{kind} {written}::{_escaped(_text(finding))}"


def _escaped(text: str, more: str = "") -> str:
    for char in ("%", "\r", "\n", *more):
        text = text.replace(char, f"%{ord(char):02X}")
    return text


def sarif(findings: Sequence[Finding]) -> str:
    """Return a SARIF 2.1.0 log of findings."""
    rules = [{"id": name, "shortDescription": {"text": text}} for name, text in _RULES.items()]
    driver = {"name": "assistant", "version": __version__, "rules": rules}
    run = {"tool": {"driver": driver}, "results": [_result(finding) for finding in findings]}
    log = {"$schema": "https://json.schemastore.org/sarif-2.1.0.json", "version": "2.1.0", "runs": [run]}
    return json.dumps(log, ensure_ascii=False, indent=1)


def _result(finding: Finding) -> dict[str, Any]:
    numbers = {"startLine": finding.line, "startColumn": finding.column}
    region = {key: value for key, value in numbers.items() if value}
    physical = {"artifactLocation": {"uri": _relative(finding.file)}, **({"region": region} if region else {})}
    return {
        "ruleId": finding.rule or "form",
        "level": "error" if not finding.ok else finding.severity,
        "message": {"text": _text(finding)},
        **({"locations": [{"physicalLocation": physical}]} if finding.file else {}),
    }


def _text(finding: Finding) -> str:
    return finding.message + (f"\nlike this: {finding.cure}" if finding.cure else "")


def _relative(file: str) -> str:
    """Return a file as it is named from here, where it is below."""
    path, here = Path(file), Path.cwd()
    return path.relative_to(here).as_posix() if file and path.is_relative_to(here) else file
