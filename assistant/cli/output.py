"""Output of the commands: findings and lists on stdout, and a progress line on stderr.

Nothing else of the command line prints, so that a terminal obeys nothing that a file, a server or a person has said.
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from enum import IntEnum
from typing import TYPE_CHECKING, Any

from assistant.errors import AssistantError
from assistant.events import Progress
from assistant.outlet.remaining import Pace
from assistant.outlet.terminal import json_line, printable, printable_line

if TYPE_CHECKING:
    from assistant.checks.finding import Finding


class ExitCode(IntEnum):
    """The exit codes of every command."""

    DONE = 0
    """A sentence was understood, or a check found nothing wrong."""
    NOT_UNDERSTOOD = 1
    FAULT = 2
    """Bad input or environment; one line on stderr says which."""


def can_draw() -> bool:
    """True unless the terminal says that it knows no escape sequences."""
    return os.environ.get("TERM") != "dumb"


class ProgressLine:
    """The last line of the terminal, redrawn in place: a phase, or the bar of a task; silent where stderr is a file."""

    def __init__(self) -> None:
        self._shown = sys.stderr.isatty() and can_draw()
        self._phase = ""
        self._drawn_at = 0.0
        self._pace = Pace()

    def phase(self, task: str) -> None:
        """Name the work that is under way; its line stands until `clear`, and comes back after each bar."""
        self._phase = task
        self._draw(f"{task} …")

    def update(self, progress: Progress, interval: float = 0.1) -> None:
        """Draw a task's bar, at most once in `interval` seconds."""
        left = self._pace.left(progress.task, progress.done, progress.total) if progress.total else ""
        if progress.total > 0 and progress.done >= progress.total:
            self._draw(f"{self._phase} …" if self._phase else "")
        elif time.monotonic() - self._drawn_at >= interval:
            self._drawn_at = time.monotonic()
            if progress.total:
                share = progress.done / progress.total
                bar = ("█" * round(share * 24)).ljust(24, "░")
                self._draw(f"{progress.task[:40]:<40} {bar} {share:4.0%}  {left}".rstrip())
            else:
                self._draw(f"{progress.task[:70]} …")

    def clear(self) -> None:
        """Take the line away, before anything else is written to the terminal."""
        self._phase = ""
        self._draw("")

    def _draw(self, line: str) -> None:
        if self._shown:
            print(f"\r\033[K{printable_line(line)}", end="", file=sys.stderr, flush=True)


def complain(line: str) -> None:
    """Write the one line of a fault or a notice to stderr."""
    print(f"assistant: {printable_line(line)}", file=sys.stderr)


def report(findings: Iterable[Finding], progress: ProgressLine, as_json: bool = False, strict: bool = False) -> int:
    """Write findings, as a list on a terminal and as JSON lines elsewhere.

    The exit code is 2 where one is not ok, or with `strict` a warning.
    """
    for_a_person = sys.stdout.isatty() and not as_json
    exit_code: int = ExitCode.DONE
    for finding in findings:
        progress.clear()
        if not finding.ok or (strict and finding.severity == "warning"):
            exit_code = ExitCode.FAULT
        if for_a_person:
            cure = f"\n    → {printable_line(finding.cure)}" if finding.cure else ""
            detail = printable_line(finding.detail)
            print(f"{_mark(finding)} {printable(finding.subject)}: {detail}{cure}", flush=True)
        else:
            print(json_line(finding.fields()), flush=True)
            if not finding.ok:
                complain(finding.detail)
    progress.clear()
    return exit_code


def _mark(finding: Finding) -> str:
    """Return the sign of a finding, in its colour."""
    sign, colour = (
        ("✗", 31) if not finding.ok else {"warning": ("!", 33), "note": ("·", 2)}.get(finding.severity, ("✓", 32))
    )
    return f"\033[{colour}m{sign}\033[0m" if can_draw() and not os.environ.get("NO_COLOR") else sign


def show(text: str) -> None:
    """Write a text that another program reads as it stands: a schema, a log, a script."""
    print(text, flush=True)


def show_turns(turns: Iterable[Mapping[str, Any]]) -> None:
    """Write turns of a conversation, as JSON lines or, on a terminal, each reply below its words."""
    for turn in turns:
        if sys.stdout.isatty():
            lines = [f"{turn['time'][:10]} {turn['time'][11:16]}  {printable_line(turn['text'])}"]
            lines += [f"{'':18}{line}" for line in printable(turn["reply"]).splitlines()]
            print("\n".join(lines), flush=True)
        else:
            print(json_line(turn), flush=True)


_GROUNDS = {"habit": "said at such moments", "next": "said next by others", "near": "near in meaning"}
"""Ground of a suggestion -> its name."""


def show_suggestions(rows: Sequence[Mapping[str, Any]], explained: bool, as_json: bool) -> None:
    """Write suggestions as a list on a terminal, else as JSON lines; explained ones with the parts of their score."""
    for row in rows:
        if as_json or not sys.stdout.isatty():
            print(json_line({name: value for name, value in row.items() if explained or name != "grounds"}), flush=True)
            continue
        print(f"{printable_line(row['text'])}: {printable_line(row['why'])}")
        if explained:
            parts = ", ".join(f"{_GROUNDS[name]} {share:.3f}" for name, share in row["grounds"].items())
            print(f"    {printable_line(row['name'])} {row['score']:.3f}: {parts}")


def show_inbox(groups: Sequence[Mapping[str, Any]], as_json: bool) -> None:
    """Write the sentences that went wrong, each group with its count."""
    for group in groups:
        if as_json or not sys.stdout.isatty():
            print(json_line(group), flush=True)
            continue
        why = ", ".join(f"{reason} {count}×" if count > 1 else reason for reason, count in group["reasons"].items())
        print(f"{group['count']:>3}×  {printable_line(group['text'])}   {why}")
        for text in group["also"][:5]:
            print(f"      {printable_line(text)}")
        if group["nearest"]:
            print(f"      nearest: {printable_line(group['nearest'])} {group['confidence']:.2f}")
    if groups and not as_json and sys.stdout.isatty():
        print('\nassistant teach "SENTENCE" --intent NAME   (or --test, --answer, --noise, --new; --help tells)')
    elif not groups and sys.stdout.isatty():
        print("nothing that went wrong is kept")


def show_lesson(lesson: Mapping[str, Any], as_json: bool) -> None:
    """Write a lesson: the diff, what the sentence means now, and all that is understood otherwise."""
    if as_json or not sys.stdout.isatty():
        print(json_line(lesson), flush=True)
        return
    if "undone" in lesson:
        print(f"taken back: “{printable_line(lesson['undone'])}”, in {printable_line(', '.join(lesson['files']))}")
        return
    print(printable(lesson["diff"]))
    mark = "✓" if lesson["as_taught"] else "✗"
    before, after = printable_line(lesson["before"]), printable_line(lesson["after"])
    turned = f"{before} as before" if before == after else f"{before} → {after}"
    print(f"{mark} “{printable_line(lesson['sentence'])}”: {turned} ({lesson['confidence']:.2f})")
    for change in lesson["takes_over"]:
        verb = "takes over" if change["after"] == lesson["after"] else "changes"
        print(f"  also {verb}: {_turned(change)}")
    if lesson["tried"] and not (lesson["takes_over"] or lesson["breaks"]):
        print(f"  nothing else changes, of {lesson['tried']} sentences near it")
    for change in lesson["breaks"]:
        print(f"✗ breaks a test, {printable_line(change['test'])}: {_turned(change)}")
    if lesson["breaks"] and not lesson["written"]:
        print("not written, since a test would fail; --anyway writes it all the same")
    elif lesson["written"]:
        print("assistant teach --undo takes it back")


def show_explanation(explained: Mapping[str, Any], as_json: bool) -> None:
    """Write why a sentence means what it means, below headings."""
    if as_json or not sys.stdout.isatty():
        print(json_line(explained), flush=True)
        return
    head = [explained["meaning"], f"{explained['confidence']:.2f}", explained["rule"], explained["reason"]]
    print(printable_line(" · ".join(filter(None, head))))
    print(f"  read as “{printable_line(explained['read_as'])}”, threshold {explained['threshold']:.2f}")
    for word, typed in explained["put_right"].items():
        print(printable_line(f"  “{typed}” was read as “{word}”"))
    if explained["commands"]:
        print(printable_line(f"  several commands: {' | '.join(explained['commands'])}"))
    _below("values", (f"{row['name']} = {row['value']}: {row['from']}" for row in explained["slots"]))
    _below("words", [", ".join(f"{row['word']} ({row['as']})" for row in explained["words"])])
    for candidate in explained["candidates"]:
        place = f", {candidate['at']}" if candidate["at"] else ""
        _below(
            f"{candidate['confidence']:.2f} {candidate['name']}{place}",
            (
                f"{piece['odds']:+6.2f} {piece['ground']}"
                + (f": “{piece['why']}” {piece['at']}".rstrip() if "why" in piece else "")
                for piece in candidate["evidence"]
            ),
        )
    _below("nearest", (f"{row['cosine']:.2f} “{row['text']}” of {row['of']}" for row in explained["near"]))
    _below("what would change it", explained["change"])


def _below(head: str, lines: Iterable[str]) -> None:
    """Write lines below a heading, nothing where there are none."""
    if rows := [printable_line(line) for line in lines if line]:
        print(printable_line(head))
        print("\n".join(f"  {row}" for row in rows), flush=True)


def _turned(change: Mapping[str, Any]) -> str:
    text, before, after = (printable_line(change[key]) for key in ("text", "before", "after"))
    return f"“{text}”: {before} → {after}"


def prompted() -> Iterator[str]:
    """Yield the lines of stdin, on a terminal each after a prompt."""
    while True:
        if sys.stdin.isatty():
            print("> ", end="", flush=True)
        if not (line := sys.stdin.readline()):
            return
        yield line


def asked(question: str) -> str:
    """Ask on the terminal for a line."""
    print(f"{printable_line(question)} ", end="", file=sys.stderr, flush=True)
    return sys.stdin.readline().strip()


def agrees(question: str) -> bool:
    """Ask on the terminal; an empty answer is a no.

    Raises:
        AssistantError: there is no terminal.
    """
    if not sys.stdin.isatty():
        raise AssistantError("it asks first, on a terminal; --yes spares the question")
    print(f"{printable_line(question)} ", end="", file=sys.stderr, flush=True)
    return sys.stdin.readline().strip().lower() in ("y", "yes")
