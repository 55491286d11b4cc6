"""The command line: results as JSON lines on stdout, everything else on stderr.

Exit code 0: understood, or nothing wrong; 1: not understood; 2: bad input or environment.
"""

from __future__ import annotations

import argparse
import contextlib
import dataclasses
import json
import os
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any, NoReturn

from assistant import __version__
from assistant.config import Config, PathsConfig, load_config, user_config_file
from assistant.errors import AssistantError
from assistant.event_json import as_json
from assistant.events import (
    AudioLevel,
    Event,
    Failed,
    MicrophoneLost,
    MicrophoneOpened,
    Noticed,
    Progress,
    Quit,
    Ready,
    Reloaded,
    TurnEnded,
    Understood,
)
from assistant.values import FinalTranscript, OutOfScope, Utterance

UNDERSTOOD, NOT_UNDERSTOOD, BAD = 0, 1, 2


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code."""
    parser = _parser()
    args = parser.parse_args(arguments)
    command: Callable[[Config, argparse.Namespace], int] = args.command
    try:
        return command(_config(args), args)
    except AssistantError as error:
        print(f"assistant: {error}", file=sys.stderr)
        return BAD
    except BrokenPipeError:
        # Whoever read the results has gone: nothing is left to say, not even at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return UNDERSTOOD
    except KeyboardInterrupt:
        return 128 + signal.SIGINT


def _parser() -> argparse.ArgumentParser:
    shared = argparse.ArgumentParser(add_help=False, argument_default=argparse.SUPPRESS)
    shared.add_argument("--config", type=Path, metavar="FILE", help="settings to use over the shipped ones")
    shared.add_argument("--intents", metavar="DIR", help="folder of intent files to use instead")
    shared.add_argument("--knowledge", metavar="DIR", help="folder of question-answer files to use instead")
    shared.add_argument("--data-dir", metavar="DIR", help="where notes, timers and the index are kept")
    shared.add_argument("--offline", action="store_true", help="never touch a network")
    parser = argparse.ArgumentParser(
        prog="assistant", parents=[shared], description="Speak or type, and it acts or answers."
    )
    parser.add_argument("--version", action="version", version=f"assistant {__version__}")
    parser.set_defaults(command=_run)
    commands = parser.add_subparsers(metavar="COMMAND", title="commands")

    def add(name: str, command: Callable[[Config, argparse.Namespace], int], what: str) -> argparse.ArgumentParser:
        sub = commands.add_parser(name, parents=[shared], help=what, description=what)
        sub.set_defaults(command=command)
        return sub

    add("run", _run, "open the terminal UI (the default)")
    ask = add("ask", _ask, "understand one typed sentence and act on it")
    ask.add_argument("text", nargs="+", metavar="TEXT")
    listen = add("listen", _listen, "transcribe and act: a recording, raw PCM on stdin (-), or the microphone")
    listen.add_argument("source", nargs="?", metavar="FILE", help="wav, flac, mp3, or - for 16 kHz mono s16le")
    for each in (ask, listen):
        each.add_argument("--dry-run", action="store_true", help="understand and do not act")
    index = add("index", _index, "bring the index in step with the files, or tell its state")
    index.add_argument("what", nargs="?", choices=["build", "status"], default="build")
    add("check", _check, "read config, intents and knowledge and say what is wrong in them")
    add("test", _test, "run the tests: of the intent files")
    doctor = add("doctor", _doctor, "examine audio devices, weights, index and memory")
    doctor.add_argument(
        "--words",
        action="store_true",
        help="list what the recogniser is told to expect",
    )
    weights = add("models", _models, "list, fetch or verify the weights")
    weights.add_argument("what", nargs="?", choices=["list", "fetch", "verify"], default="list")
    weights.add_argument("names", nargs="*", metavar="NAME", help="which; the ones that the config needs by default")
    return parser


def _config(args: argparse.Namespace) -> Config:
    """Return the config with the command line's folders put in."""
    config = load_config(getattr(args, "config", None))
    for option in ("intents", "knowledge"):
        if (folder := getattr(args, option, None)) and not Path(folder).is_dir():
            raise AssistantError(f"--{option}: no such folder: {folder}")
    paths = PathsConfig(
        intents=(args.intents,) if hasattr(args, "intents") else config.paths.intents,
        knowledge=(args.knowledge,) if hasattr(args, "knowledge") else config.paths.knowledge,
        data=getattr(args, "data_dir", config.paths.data),
    )
    models = dataclasses.replace(config.models, offline=config.models.offline or getattr(args, "offline", False))
    return dataclasses.replace(config, paths=paths, models=models)


# -- talking ----------------------------------------------------------------------------------


def _run(config: Config, args: argparse.Namespace) -> int:
    if not sys.stdin.isatty() or not sys.stdout.isatty():
        raise AssistantError("the UI needs a terminal; in a script use `assistant ask` or `assistant listen`")
    from assistant.ui.app import AssistantApp

    def connect(emit: Callable[[Event], None]) -> Any:
        from assistant.app.runtime import Runtime

        return Runtime(config, emit, getattr(args, "config", None) or user_config_file())

    AssistantApp(connect, config).run()
    _leave(UNDERSTOOD)


def _ask(config: Config, args: argparse.Namespace) -> int:
    from assistant.app.build import one_shot

    tell = _Teller()
    session = one_shot(config, tell)
    utterance = Utterance(" ".join(args.text))
    tell.all(session.preview(utterance) if args.dry_run else session.turn(utterance, threading.Event()))
    return tell.exit_code


def _listen(config: Config, args: argparse.Namespace) -> int:
    from assistant.app import build

    if args.source is None:
        return _listen_to_microphone(config)
    tell = _Teller()
    frames = build.recorded(args.source)
    session = build.one_shot(config, tell)
    transcriber = build.open_transcriber(config, tell)
    for event in build.hear(frames, transcriber, lambda: session, config):
        if isinstance(event, FinalTranscript):
            heard = dataclasses.replace(event.utterance, overheard=config.listen.start == "hands_free")
            event = dataclasses.replace(event, utterance=heard)
        tell(event)
        if isinstance(event, FinalTranscript):
            for step in session.preview(heard) if args.dry_run else session.turn(heard, threading.Event()):
                if isinstance(step, TurnEnded):
                    step = TurnEnded({"transcribe": event.latency, **step.times})
                tell(step)
                if isinstance(step, Quit):
                    return tell.exit_code
    return tell.exit_code


def _listen_to_microphone(config: Config) -> int:
    from assistant.app.runtime import Runtime

    tell = _Teller()
    ended, opened = threading.Event(), False

    def emit(event: Event) -> None:
        nonlocal opened
        opened |= isinstance(event, MicrophoneOpened)
        if isinstance(event, MicrophoneLost) and not opened:
            event = Failed(event.reason, "speech")
        tell(event)
        if isinstance(event, Quit) or (isinstance(event, Failed) and event.where in {"speech", "start", "wake"}):
            ended.set()

    start = "hands_free" if config.listen.start == "key" else config.listen.start  # no key is read here
    listen = dataclasses.replace(config.listen, start=start)
    ui = dataclasses.replace(config.ui, listen=True)
    runtime = Runtime(dataclasses.replace(config, listen=listen, ui=ui), emit)
    runtime.start()
    with contextlib.suppress(KeyboardInterrupt):
        ended.wait()
    runtime.close()
    _leave(tell.exit_code)


def _leave(code: int) -> NoReturn:
    """End the process at once: a library still loading in a thread would abort an orderly exit."""
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)


class _Teller:
    """Writes events as JSON lines and remembers what the exit code must be."""

    def __init__(self) -> None:
        self._began = time.monotonic()
        self._lock = threading.Lock()
        self._progress = _ProgressLine()
        self._understood: bool | None = None
        self.failed = False
        """Whether something could not be done."""

    def __call__(self, event: Event) -> None:
        """Write one event; those that only a screen wants are left out."""
        with self._lock:
            self._tell(event)

    def all(self, events: Iterable[Event]) -> None:
        """Write each event as it comes."""
        for event in events:
            self(event)

    @property
    def exit_code(self) -> int:
        """Return 0 where something was understood, 1 where nothing was, 2 after a fault."""
        if self.failed:
            return BAD
        return UNDERSTOOD if self._understood else NOT_UNDERSTOOD

    def _tell(self, event: Event) -> None:
        match event:
            case Progress():
                self._progress(event)
                return
            case Reloaded():
                for problem in event.problems:
                    print(f"assistant: {problem}", file=sys.stderr)
                return
            case Noticed():
                print(f"assistant: {event.message}", file=sys.stderr)
                return
            case AudioLevel() | Ready() | Understood(partial=True):
                return
            case MicrophoneLost():
                print(f"assistant: {event.reason}", file=sys.stderr)
            case Failed():
                self.failed = True
                print(f"assistant: {event.message}", file=sys.stderr)
            case Understood():
                in_scope = not isinstance(event.understanding, OutOfScope)
                self._understood = in_scope or bool(self._understood)
        print(json.dumps(as_json(event, time.monotonic() - self._began), ensure_ascii=False), flush=True)


class _ProgressLine:
    """One line on a terminal that redraws itself; silent elsewhere."""

    def __init__(self) -> None:
        self._shown = sys.stderr.isatty()
        self._drawn = 0.0

    def __call__(self, event: Progress) -> None:
        over = event.total > 0 and event.done >= event.total
        if not self._shown or (time.monotonic() - self._drawn < 0.1 and not over):
            return
        self._drawn = time.monotonic()
        share = event.done / event.total if event.total else 0.0
        bar = ("█" * round(share * 24)).ljust(24, "░") if event.total else "…".ljust(24)
        print(f"\r\033[K{event.task[:40]:<40} {bar} {share:4.0%}", end="", file=sys.stderr, flush=True)
        if over:
            print("\r\033[K", end="", file=sys.stderr, flush=True)


# -- looking after it -------------------------------------------------------------------------


def _index(config: Config, args: argparse.Namespace) -> int:
    from assistant.app import build
    from assistant.checks import doctor

    tell = _Teller()
    findings = []
    if args.what == "build":
        findings.append(doctor.foreseen(build.one_shot(config, tell).matcher.rates()))
    findings.insert(0, doctor.index_finding(config, tell))
    return max(_report(findings), BAD if tell.failed else UNDERSTOOD)


def _check(config: Config, _: argparse.Namespace) -> int:
    from assistant.checks.doctor import check

    return _report(check(config))


def _test(config: Config, _: argparse.Namespace) -> int:
    from assistant.checks.doctor import run_tests

    return _report(run_tests(config, _Teller()))


def _doctor(config: Config, args: argparse.Namespace) -> int:
    from assistant.checks import doctor

    return _report(doctor.words(config) if args.words else doctor.examine(config))


def _models(config: Config, args: argparse.Namespace) -> int:
    from assistant.checks import doctor

    works = {"list": doctor.list_weights, "fetch": doctor.fetch_weights, "verify": doctor.verify_weights}
    return _report(works[args.what](config, tuple(args.names), _Teller()))


def _report(findings: Iterable[Any]) -> int:
    """Write findings, for a person on a terminal and as JSON lines elsewhere; 2 where one is not ok."""
    for_a_person = sys.stdout.isatty()
    bad = False
    for finding in findings:
        bad |= not finding.ok
        if for_a_person:
            mark = "\033[32m✓\033[0m" if finding.ok else "\033[31m✗\033[0m"
            cure = f"\n    → {finding.cure}" if finding.cure else ""
            print(f"{mark} {finding.subject}: {finding.detail}{cure}", flush=True)
        else:
            line = {key: value for key, value in dataclasses.asdict(finding).items() if value not in ("", ())}
            print(json.dumps(line, ensure_ascii=False, default=str), flush=True)
            if not finding.ok:
                print(f"assistant: {finding.detail}", file=sys.stderr)
    return BAD if bad else UNDERSTOOD
