"""Commands of those who write files: check, explain, test, new, config, schema, completion."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Collection, Iterable
from typing import TYPE_CHECKING

from assistant.cli.conversation import EventWriter
from assistant.cli.output import ExitCode, ProgressLine, asked, report, show, show_explanation
from assistant.config import Config, user_config_file
from assistant.errors import AssistantError, ConfigError
from assistant.private_file import SHARED, write

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
            write(args.junit, junit(runs), SHARED)
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
    writer.write(files.summary(config, examples=False))
    matcher = build.open_matcher(config, files, writer.write)
    explained = Explainer(matcher).explain(text)
    writer.progress.phase("trying what would change it")
    explained["change"] += list(taught(text, explained, matcher, config, writer.write))
    writer.progress.clear()
    show_explanation(explained, as_json=args.json)
    return ExitCode.NOT_UNDERSTOOD if explained["kind"] == "out_of_scope" else ExitCode.DONE


def new(config: Config, args: argparse.Namespace) -> int:
    """Write a new file: an intent or an answer, asked for on a terminal, or a ready one of the gallery.

    Raises:
        AssistantError: something lacks, or there is such a file.
    """
    from assistant.checks.finding import Finding
    from assistant.checks.making import new_file

    if args.list or not args.what:
        rows = [Finding(name, True, purpose) for name, purpose in new_file.gallery().items()]
        return report(rows, ProgressLine(), args.json)
    name = args.name or ""
    if args.what not in ("intent", "answer"):
        kind, stem, text = "intent", name or args.what, new_file.ready(args.what)
    else:
        kind, says, reply = args.what, list(args.say or ()), args.reply or ""
        if sys.stdin.isatty() and not says:
            says = [asked(f"What will you {'ask' if kind == 'answer' else 'say'}? (other wordings behind a ;)")]
        if sys.stdin.isatty() and not (reply or args.run or args.action):
            reply = asked("What is the answer?" if kind == "answer" else "What shall be answered?")
        if sys.stdin.isatty() and kind == "intent" and not name:
            name = asked("A name for it, in one word, such as WaterPlants:")
        draft = new_file.draft_of(name, says, reply, args.run or "", args.action or "")
        text = new_file.intent_text(draft) if kind == "intent" else new_file.answer_text(draft)
        stem = _stem(name or (draft.sentences[0] if draft.sentences else ""))
    writer = EventWriter("trying the new file")
    return report(new_file.create(config, kind, stem, text, writer.write, args.anyway), writer.progress, args.json)


def _stem(words: str) -> str:
    kept = "".join(char if char.isalnum() else " " for char in words).split()
    return "-".join(kept).lower()[:40] or "new"


def bring_over(config: Config, args: argparse.Namespace) -> int:
    """Bring the intents of another assistant over, and list what was not carried over.

    Raises:
        AssistantError: nothing is there to be brought over, or there is such a file.
    """
    from assistant.checks.making import importing

    found = importing.bring_over(config, args.source, args.name, args.language, args.dry_run)
    return report(found, ProgressLine(), args.json)


def settings(config: Config, args: argparse.Namespace) -> int:
    """Tell where the config is, get or set one of its keys, or open it in the editor.

    Raises:
        AssistantError: there is no such key, or no such value of it.
    """
    from assistant.checks.making import settings as made

    file = getattr(args, "config", None) or user_config_file()
    if args.what == "path":
        show(str(file))
        return ExitCode.DONE
    if args.what == "get":
        return report(made.get(config, file, args.key), ProgressLine())
    if args.what == "edit":
        return report(made.edit(file), ProgressLine())
    if not args.key or not args.value:
        raise AssistantError("config set: write it as: config set stt.model tiny.en")
    legal: dict[str, Collection[str]] = {}
    if "theme" in args.key:
        from assistant.ui.settings.themes import THEMES

        legal["ui.theme"] = THEMES
    return report(made.put(file, args.key, " ".join(args.value), legal), ProgressLine())


def schema(_: Config, args: argparse.Namespace) -> int:
    """Write the JSON Schema of a kind of file."""
    from assistant.checks.making.schemas import text

    show(text(args.what))
    return ExitCode.DONE


def completion(config: Config, args: argparse.Namespace) -> int:
    """Write the script with which a shell completes the commands and options, or the names that it asks for."""
    from assistant.checks.making.completion import CommandWords, certain_words, intent_names
    from assistant.checks.making.completion import completion as script

    if args.shell == "intents":
        show("\n".join(intent_names(config)))
        return ExitCode.DONE
    parser: argparse.ArgumentParser = args.parser()
    (names,) = [action for action in parser._actions if isinstance(action, argparse._SubParsersAction)]
    summaries = {choice.dest: choice.help or "" for choice in names._choices_actions}
    shared = [option for action in parser._actions for option in action.option_strings if option.startswith("--")]
    commands = {}
    for name, sub in names.choices.items():
        options = {option: action for action in sub._actions for option in action.option_strings}
        certain = certain_words(name)
        places = [word for action in sub._actions if not action.option_strings for word in action.choices or ()]
        words = [
            *places,
            *certain.words,
            *(option for option in options if option.startswith("--") and option not in shared),
        ]
        values = {option: list(action.choices) for option, action in options.items() if action.choices}
        commands[name] = CommandWords(summaries[name], words, values | dict(certain.values), certain.named)
    show(script(args.shell, commands, shared))
    return ExitCode.DONE
