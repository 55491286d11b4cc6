"""Commands that look after the assistant: index, map, doctor, models, history, privacy."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from pathlib import Path

from assistant.checks.finding import Finding
from assistant.cli.conversation import EventWriter
from assistant.cli.output import ExitCode, agrees, report, show_turns
from assistant.config import Config
from assistant.errors import AssistantError, IndexStoreError
from assistant.events import Failed


def index(config: Config, args: argparse.Namespace) -> int:
    """Bring the index in step with the files, where `what` is build, and tell its state."""
    from assistant.app import build
    from assistant.app.documents import Documents
    from assistant.app.pictures.library import Pictures
    from assistant.checks.files import index_state
    from assistant.checks.intent_tests import error_rates

    writer = EventWriter("reading your files")

    def findings() -> Iterator[Finding]:
        if args.what == "status":
            yield index_state(config, writer.write)
            return
        embedder = build.load_embedder(config, writer.write)
        documents, pictures = Documents(config, embedder), Pictures(config, embedder)
        pictures.sight(writer.write, fetch=True)
        if config.match.team:
            documents.in_step_with_team(writer.write)
        searches = {
            source: source.embedded(source.read(writer.write), writer.write) for source in (documents, pictures)
        }
        if config.match.team:
            documents.in_step_with_team(writer.write, searches[documents])
        matcher = build.one_shot(config, writer.write).matcher
        matcher.warm()  # the taggers of all intents are kept too: the first command of each would train its own
        try:
            build.follow(matcher, writer.write)
            for source, search in searches.items():
                source.follow(search, writer.write)
        except IndexStoreError as error:  # the snapshot is whole all the same
            writer.write(Failed(str(error), "index"))
        yield index_state(config, writer.write)
        for source, search in searches.items():
            if len(search):
                yield Finding(source.noun, True, source.summary(search))
        yield error_rates(matcher.rates())

    return max(report(findings(), writer.progress), ExitCode.FAULT if writer.failed else ExitCode.DONE)


def embedding_map(config: Config, args: argparse.Namespace) -> int:
    """Draw the map of meanings into files, and tell which intents are easily taken for one another."""
    from assistant.checks import map as checks

    writer = EventWriter("reading your files")
    return report(checks.draw(config, writer.write, args.method, args.html, args.png), writer.progress)


def doctor(config: Config, args: argparse.Namespace) -> int:
    """Examine the machine, with --repair mend what is damaged, or with --words list the hints to the recogniser."""
    from assistant.checks import doctor as checks
    from assistant.checks.kept_files import repair

    writer = EventWriter("looking at everything")
    if args.repair:
        findings = repair(config, writer.write)
    else:
        findings = checks.expected_words(config) if args.words else checks.examine(config)
    return report(findings, writer.progress)


def models(config: Config, args: argparse.Namespace) -> int:
    """List, fetch or verify weights."""
    from assistant.checks import models as checks

    work = {"list": checks.list_weights, "fetch": checks.fetch_weights, "verify": checks.verify_weights}[args.what]
    writer = EventWriter("looking at the weights")
    return report(work(config, tuple(args.names), writer.write), writer.progress)


def history(config: Config, args: argparse.Namespace) -> int:
    """Show the turns that are kept, those about some words, or erase all; with --export write them into a file.

    Raises:
        AssistantError: they cannot be read, written or erased, or nobody agreed to that.
    """
    from assistant.checks import conversation

    if args.erase:
        if args.words or args.export:
            raise AssistantError(
                "history --erase: erases the whole conversation, and takes nothing beside it but --yes"
            )
        return _erase(config, ("conversation",), args.yes)
    if args.last is not None and args.last < 1:
        raise AssistantError("history --last: give a number from 1 on")
    writer = EventWriter("looking at what was said")
    most = args.last or (10 if args.meaning else 1_000_000 if args.words or args.export else 20)
    turns = conversation.find(config, " ".join(args.words), args.meaning, most, writer.write)
    writer.progress.clear()
    if args.export:
        return report([Finding("history", True, conversation.export(turns, args.export))], writer.progress)
    show_turns(turns)
    return ExitCode.DONE if turns else ExitCode.NOT_UNDERSTOOD


def _erase(config: Config, kinds: tuple[str, ...], agreed: bool) -> int:
    """Delete kinds of what is kept, once somebody has agreed.

    Raises:
        AssistantError: nobody did, or something cannot be deleted.
    """
    from assistant.checks import privacy as checks

    if not (agreed or agrees(f"Erase {', '.join(kinds)} for ever? [y/N]")):
        raise AssistantError("nothing is erased")
    return report(checks.erase(config, kinds), EventWriter().progress)


def privacy(config: Config, args: argparse.Namespace) -> int:
    """List all that is kept and that leaves this machine, erase it, or export it.

    Raises:
        AssistantError: a name is wrong, nobody agreed to the erasure, or a file can be neither deleted nor written.
    """
    from assistant.checks import privacy as checks

    progress = EventWriter("looking at what is kept").progress
    if args.what == "list":
        return report(checks.tell(config), progress)
    if args.what == "export":
        if len(args.names) != 1:
            raise AssistantError("privacy export: name one file, such as mine.zip")
        return report(checks.export(config, Path(args.names[0])), progress)
    kinds = checks.erasable(config, args.names)
    progress.clear()
    return _erase(config, kinds, args.yes)
