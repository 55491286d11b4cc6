"""The commands that look after documents and pictures: what is added, removed, listed, found, and why."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from pathlib import Path

from assistant.checks.finding import Finding
from assistant.cli.conversation import EventWriter
from assistant.cli.output import report
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


def pictures(config: Config, args: argparse.Namespace) -> int:
    """Add or remove folders of pictures, tell their state, or find pictures for some words.

    Raises:
        AssistantError: nothing is named, a name is wrong, or a file cannot be written.
    """
    from assistant.checks.pictures import commands as checks

    file: Path = getattr(args, "config", None) or user_config_file()
    if args.what != "status" and not args.names:
        wanted = '"the dog on the beach"' if args.what in ("find", "why") else "a folder or a picture"
        raise AssistantError(f"pictures {args.what}: name {wanted}")
    if args.html is not None and args.what != "find":
        raise AssistantError("--html: only what is found goes onto a sheet: assistant pictures find TEXT --html FILE")
    writer, words = EventWriter("reading your pictures"), " ".join(args.names)

    def findings() -> Iterator[Finding]:
        match args.what:
            case "add":
                yield from checks.add(config, file, args.names, writer.write)
            case "remove":
                yield from checks.remove(config, file, args.names, writer.write)
            case "find":
                yield from checks.find(config, words, writer.write, args.html)
            case "like":
                yield from checks.like(config, args.names, writer.write)
            case "why":
                yield from checks.explain(config, words, writer.write)
            case _:
                yield from checks.status(config, writer.write)

    return report(findings(), writer.progress)
