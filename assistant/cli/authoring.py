"""Commands of those who write files: check, test."""

from __future__ import annotations

import argparse
from collections.abc import Iterable
from typing import TYPE_CHECKING

from assistant.cli.output import EventWriter, ExitCode, ProgressLine, report, show
from assistant.config import Config
from assistant.errors import ConfigError

if TYPE_CHECKING:
    from assistant.checks.finding import Finding


def check(config: Config, args: argparse.Namespace) -> int:
    """Report the problems in config, intents and knowledge, and what overlaps."""
    from assistant.checks.review.whole import review

    writer = EventWriter("reading your files")
    return _told(review(config, writer.write, everything=args.all, quick=args.quick), writer.progress, args)


def check_config(error: ConfigError, args: argparse.Namespace) -> int:
    """Report the faults of a config that cannot be used."""
    from assistant.checks.files import config_faults

    return _told(config_faults(str(error)), ProgressLine(), args)


def _told(findings: Iterable[Finding], progress: ProgressLine, args: argparse.Namespace) -> int:
    if not args.format:
        return report(findings, progress, args.json, args.strict)
    from assistant.checks.review import formats

    faults = [finding for finding in findings if not finding.ok or finding.severity]
    progress.clear()
    show(formats.sarif(faults) if args.format == "sarif" else formats.github(faults))
    failed = any(not finding.ok or (args.strict and finding.severity == "warning") for finding in faults)
    return ExitCode.FAULT if failed else ExitCode.DONE


def test(config: Config, _: argparse.Namespace) -> int:
    """Run the tests of the intent files."""
    from assistant.checks.intent_tests import run_tests

    writer = EventWriter("reading your files")
    return report(run_tests(config, writer.write), writer.progress)
