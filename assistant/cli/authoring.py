"""Commands of those who write files: check, test, explain."""

from __future__ import annotations

import argparse
from collections.abc import Iterable
from typing import TYPE_CHECKING

from assistant.cli.output import EventWriter, ExitCode, ProgressLine, report, show, show_explanation
from assistant.config import Config
from assistant.errors import AssistantError, ConfigError

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


def test(config: Config, args: argparse.Namespace) -> int:
    """Run the tests of the intent files.

    Raises:
        AssistantError: the report cannot be written.
    """
    from assistant.checks.intent_tests import run_tests
    from assistant.checks.review.junit import CaseRun, junit

    writer, runs = EventWriter("reading your files"), list[CaseRun]()
    code = report(run_tests(config, writer.write, args.all, runs), writer.progress, args.json, args.strict)
    if args.junit:
        try:
            args.junit.parent.mkdir(parents=True, exist_ok=True)
            args.junit.write_text(junit(runs), encoding="utf-8")
        except OSError as error:
            raise AssistantError(f"{args.junit}: cannot be written: {error.strerror}") from None
    return code


def explain(config: Config, args: argparse.Namespace) -> int:
    """Tell why a sentence means what it means, and what would make it mean something else; nothing is done.

    Raises:
        AssistantError: there is no sentence.
    """
    from assistant.app import build
    from assistant.checks.review.explanation import Explainer, taught

    text = " ".join(args.text).strip()
    if not text:
        raise AssistantError('explain: write the sentence: explain "turn on the lamp"')
    writer = EventWriter("reading your files")
    build.announce_user_folders(config, writer.write)
    files = build.read_definitions(config)
    writer.write(files.summary())
    matcher = build.open_matcher(config, files, writer.write)
    explained = Explainer(matcher).explain(text)
    writer.progress.phase("trying what would change it")
    explained["change"] += list(taught(text, explained, matcher, config, writer.write))
    writer.progress.clear()
    show_explanation(explained, as_json=args.json)
    return ExitCode.NOT_UNDERSTOOD if explained["kind"] == "out_of_scope" else ExitCode.DONE
