"""Commands that look after the assistant: index, check, test, doctor, models, privacy."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from pathlib import Path

from assistant.checks.finding import Finding
from assistant.cli.output import EventWriter, ExitCode, agrees, report
from assistant.config import Config
from assistant.errors import AssistantError, IndexStoreError
from assistant.events import Failed


def index(config: Config, args: argparse.Namespace) -> int:
    """Bring the index in step with the files, where `what` is build, and tell its state."""
    from assistant.app import build
    from assistant.checks.files import index_state
    from assistant.checks.intent_tests import error_rates

    writer = EventWriter("reading your files")

    def findings() -> Iterator[Finding]:
        if args.what == "status":
            yield index_state(config, writer.write)
            return
        matcher = build.one_shot(config, writer.write).matcher
        try:
            build.follow(matcher, writer.write)
        except IndexStoreError as error:  # the snapshot is whole all the same
            writer.write(Failed(str(error), "index"))
        yield index_state(config, writer.write)
        yield error_rates(matcher.rates())

    return max(report(findings(), writer.progress), ExitCode.FAULT if writer.failed else ExitCode.DONE)


def check(config: Config, _: argparse.Namespace) -> int:
    """Report the problems in config, intents and knowledge."""
    from assistant.checks import files

    return report(files.check(config), EventWriter("reading your files").progress)


def test(config: Config, _: argparse.Namespace) -> int:
    """Run the tests of the intent files."""
    from assistant.checks.intent_tests import run_tests

    writer = EventWriter("reading your files")
    return report(run_tests(config, writer.write), writer.progress)


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
    if not (args.yes or agrees(f"Erase {', '.join(kinds)} for ever? [y/N]")):
        raise AssistantError("privacy erase: nothing is erased")
    return report(checks.erase(config, kinds), progress)
