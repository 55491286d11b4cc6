"""The command `suggest`: what somebody may want now, and why."""

from __future__ import annotations

import argparse

from assistant.cli.output import EventWriter, ExitCode, show_suggestions
from assistant.config import Config


def suggest(config: Config, args: argparse.Namespace) -> int:
    """Write suggestions for this moment; exit code 1 where there are none."""
    from assistant.app.build import one_shot

    writer = EventWriter("reading your files")
    suggester = one_shot(config, writer.write).suggester
    suggestions = suggester.suggestions(args.count) if suggester else ()
    writer.progress.clear()
    rows = [
        {
            "text": suggestion.text,
            "why": suggestion.why,
            "kind": suggestion.owner[0],
            "name": suggestion.owner[1],
            "score": round(suggestion.score, 4),
            "grounds": {k: round(v, 4) for k, v in suggestion.grounds.items()},
        }
        for suggestion in suggestions
    ]
    show_suggestions(rows, explained=args.explain, as_json=args.json)
    return ExitCode.DONE if rows else ExitCode.NOT_UNDERSTOOD
