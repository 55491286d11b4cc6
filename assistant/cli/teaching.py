"""Commands of the author's loop: inbox, teach."""

from __future__ import annotations

import argparse
from datetime import datetime
from typing import TYPE_CHECKING, Any

from assistant.cli.conversation import EventWriter
from assistant.cli.output import ExitCode, agrees, show_inbox, show_lesson
from assistant.config import Config
from assistant.errors import AssistantError

if TYPE_CHECKING:
    from assistant.checks.teaching.lesson import Lesson
    from assistant.checks.teaching.teach import Taught


def inbox(config: Config, args: argparse.Namespace) -> int:
    """List turns that went wrong and are not taught yet, or forget them; exit code 1 where there are none.

    Raises:
        AssistantError: nobody agreed to forget it, or it cannot be deleted.
    """
    from assistant.checks.teaching.inbox import forget
    from assistant.checks.teaching.teach import open_inbox

    writer = EventWriter("looking at what went wrong")
    words = " ".join(args.words).casefold()
    groups = [
        group for group in open_inbox(config, writer.write) if words in " ".join([group.text, *group.also]).casefold()
    ]
    writer.progress.clear()
    if args.forget and groups:
        number = sum(len(group.turns) for group in groups)
        if not (args.yes or agrees(f"Forget {number} turn{'s' * (number != 1)}, with the copies of before? [y/N]")):
            raise AssistantError("nothing is forgotten")
        forget(config, groups)
        return ExitCode.DONE
    show_inbox(
        [
            {
                "text": group.text,
                "count": len(group.turns),
                "reasons": dict(group.reasons),
                "also": list(group.also),
                "nearest": group.nearest,
                "confidence": round(group.confidence, 4),
                "last": datetime.fromtimestamp(group.turns[-1].at).astimezone().isoformat(timespec="seconds"),
            }
            for group in groups
        ],
        as_json=args.json,
    )
    return ExitCode.DONE if groups else ExitCode.NOT_UNDERSTOOD


def teach(config: Config, args: argparse.Namespace) -> int:
    """Teach a sentence, or take the last lesson back.

    The exit code is 1 where the sentence is not understood as it was taught, and 2 where it would break a test.

    Raises:
        AssistantError: it cannot be taught or taken back.
    """
    from assistant.checks.teaching import journal
    from assistant.checks.teaching.teach import teach as teach_lesson

    writer = EventWriter("trying what it changes")
    if args.undo:
        if args.text:
            raise AssistantError("teach --undo: takes the last lesson back, and no sentence")
        sentence, files = journal.undo(config)
        show_lesson({"undone": sentence, "files": list(map(str, files))}, as_json=args.json)
        return ExitCode.DONE
    taught = teach_lesson(config, _lesson(args), writer.write, args.dry_run, args.anyway)
    writer.progress.clear()
    show_lesson(_readable(taught), as_json=args.json)
    if taught.broken and not taught.is_written:
        return ExitCode.FAULT
    return ExitCode.DONE if taught.is_right else ExitCode.NOT_UNDERSTOOD


def _lesson(args: argparse.Namespace) -> Lesson:
    """Read a lesson from the arguments.

    Raises:
        AssistantError: it is not said, or said twice.
    """
    from assistant.checks.teaching.lesson import Lesson

    sentence, answer = " ".join(args.text).strip(), args.answer or ""
    ways = [(kind, name) for kind, name in (("example", args.intent), ("test", args.test), ("new", args.new)) if name]
    if args.noise:
        ways.append(("noise", ""))
    if answer and not args.new:
        ways.append(("answer", ""))
    if not sentence or len(ways) != 1:
        raise AssistantError(
            'teach: write it as: teach "SENTENCE" with one of --intent NAME, --test NAME, --answer TEXT, --noise, '
            "or --new NAME --answer TEXT"
        )
    ((kind, name),) = ways
    return Lesson(sentence, kind, name, answer)  # type: ignore[arg-type]


def _readable(taught: Taught) -> dict[str, Any]:
    return {
        "sentence": taught.lesson.sentence,
        "diff": "\n".join(edit.diff() for edit in taught.edits),
        "files": list(dict.fromkeys(str(edit.file) for edit in taught.edits)),
        "before": taught.before,
        "after": taught.after,
        "confidence": round(taught.confidence, 4),
        "as_taught": taught.is_right,
        "takes_over": [
            {"text": change.text, "before": change.before, "after": change.after}
            for change in taught.changes
            if not change.test
        ],
        "breaks": [
            {
                "text": change.text,
                "before": change.before,
                "after": change.after,
                "test": f"{change.test.file}:{change.test.line}",
            }
            for change in taught.broken
            if change.test
        ],
        "tried": taught.probes,
        "written": taught.is_written,
    }
