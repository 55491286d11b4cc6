"""The command that looks after documents: knowledge add, share, list, remove, why."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from pathlib import Path

from assistant.checks.finding import Finding
from assistant.cli.output import EventWriter, report
from assistant.config import Config, user_config_file
from assistant.errors import AssistantError


def knowledge(config: Config, args: argparse.Namespace) -> int:
    """Add, share, list or remove documents, or tell which passages a question finds.

    Raises:
        AssistantError: nothing is named, a name is wrong, or the config file cannot be written.
    """
    from assistant.checks import documents as checks

    file: Path = getattr(args, "config", None) or user_config_file()
    if args.what != "list" and not args.names:
        wanted = '"how do I ..."' if args.what == "why" else "a file or a folder"
        raise AssistantError(f"knowledge {args.what}: name {wanted}")
    writer = EventWriter("reading your documents")

    def findings() -> Iterator[Finding]:
        match args.what:
            case "add":
                yield from checks.add(config, file, args.names, writer.write)
            case "share":
                yield from checks.share(config, file, args.names, writer.write)
            case "remove":
                yield from checks.remove(config, file, args.names, writer.write)
            case "why":
                yield from checks.explain(config, " ".join(args.names), writer.write)
            case _:
                yield from checks.list_documents(config, writer.write)

    return report(findings(), writer.progress)
