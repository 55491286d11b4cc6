"""Commands that talk: run, ask, chat, listen, dictate, suggest."""

from __future__ import annotations

import argparse
import contextlib
import dataclasses
import os
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

from assistant.cli import output
from assistant.cli.conversation import ChatWriter, EventWriter
from assistant.cli.output import ExitCode, ProgressLine, complain
from assistant.config import Config, user_config_file
from assistant.errors import AssistantError, ModelError
from assistant.events import Event, Failed, MicrophoneLost, MicrophoneOpened, Noticed, Quit, TurnEnded
from assistant.values import FinalTranscript, Utterance

if TYPE_CHECKING:
    from assistant.ui.protocol import Assistant


def run(config: Config, args: argparse.Namespace) -> int:
    """Open the terminal UI, in a browser where `assistant web` has started it.

    Raises:
        AssistantError: stdin or stdout is not a terminal, or one that cannot be drawn on.
    """
    in_browser = os.environ.get("TEXTUAL_DRIVER", "").endswith(":WebDriver")
    if not (in_browser or (sys.stdin.isatty() and sys.stdout.isatty())):
        raise AssistantError(
            "the UI needs a terminal; elsewhere use `assistant chat`, `assistant ask` or `assistant listen`"
        )
    if not (in_browser or output.can_draw()):
        raise AssistantError("the UI cannot draw on a terminal with TERM=dumb; there, use `assistant chat`")
    if microphone := getattr(args, "input", ""):
        config = dataclasses.replace(config, audio=dataclasses.replace(config.audio, input=microphone))
    progress = ProgressLine()
    progress.phase("Assistant is starting")
    from assistant.ui.app import AssistantApp

    def connect(emit: Callable[[Event], None]) -> Assistant:
        from assistant.checks.making.control_panel import ControlPanel

        file = getattr(args, "config", None) or user_config_file()
        app.settings.panel = panel = ControlPanel(config, file)  # the settings open while the rest is imported
        from assistant.app.runtime import Runtime
        from assistant.checks.teaching.workshop import Workshop
        from assistant.ui.markdown import prose

        prose("")  # imports its parser in this thread: else the first reply does in that of the keys, for 0.4 s
        panel.assistant = runtime = Runtime(config, emit, file)
        app.author.workshop = Workshop(config, runtime.matcher, runtime.whole_matcher)
        return runtime

    sys.setswitchinterval(0.0005)  # seconds; a key is not to wait for a thread that reads files or learns
    app = AssistantApp(connect, config)
    app.run()
    progress.clear()
    if last_words := app.author.farewell():
        output.complain(last_words)
    leave(app.return_code or ExitCode.DONE)


def ask(config: Config, args: argparse.Namespace) -> int:
    """Understand one typed sentence and act on it, or each line of stdin, in one conversation.

    On a terminal a question back is asked there; elsewhere the next `ask` may answer it.

    Raises:
        AssistantError: there is no sentence, or no question to be answered.
    """
    from assistant.app.build import one_shot
    from assistant.app.pictures.attaching import look_at

    text = os.fsencode(" ".join(args.text)).decode(errors="replace")  # whatever the locale says
    if not text.strip():
        raise AssistantError("ask: there is no sentence; write it in quotes, or - to read one a line from stdin")
    for_a_person = sys.stdout.isatty() and not args.json
    picture: Path | None = args.image
    if picture is not None and not picture.is_file():
        raise AssistantError(f"--image: {'is no file' if picture.exists() else 'no such file'}: {picture}")
    writer = EventWriter("reading your files", for_a_person, is_preview=args.dry_run)
    if picture is not None and not args.dry_run:
        look_at(picture)
    session = one_shot(config, writer.write)
    if args.answers and not session.take_up():
        kept = "" if config.history.keep else ", since nothing is kept: [history] keep is false"
        raise AssistantError(f"--continue: no question is open{kept}; say the whole sentence")
    lines = sys.stdin if text == "-" else iter([text])
    for line in filter(str.strip, lines):
        utterance = Utterance(line.strip(), picture=picture)
        try:
            writer.write_all(session.preview(utterance) if args.dry_run else session.turn(utterance, threading.Event()))
        except ModelError as error:
            if text != "-":
                raise
            writer.write(Failed(str(error), "turn"))  # the lines after it go on
        while text != "-" and for_a_person and sys.stdin.isatty() and session.expects_answer:
            writer.progress.clear()
            if not (answer := sys.stdin.readline().strip()):
                break
            writer.write_all(session.turn(Utterance(answer), threading.Event()))
    writer.progress.clear()
    return writer.exit_code


def chat(config: Config, args: argparse.Namespace) -> NoReturn:
    """Talk in plain lines: each line of stdin is a turn, each reply is lines of stdout, and timers ring between them.

    Nothing is drawn over, for a screen reader or a pipe. The end of stdin ends it after the last reply.
    """
    from assistant.app.runtime import Runtime

    writer = ChatWriter()
    ui = dataclasses.replace(config.ui, listen=args.listen)
    file = getattr(args, "config", None) or user_config_file()
    runtime = Runtime(dataclasses.replace(config, ui=ui), writer.write, file)
    runtime.start()
    with contextlib.suppress(KeyboardInterrupt):
        for line in output.prompted():
            if line.strip():
                writer.begin_turn()
                runtime.submit(line.strip())
                writer.await_turn()
            if writer.is_over:
                break
    runtime.close()
    leave(writer.exit_code)


def listen(config: Config, args: argparse.Namespace) -> int:
    """Transcribe a recording, stdin or the microphone, and act on each utterance."""
    from assistant.app import build
    from assistant.app.hearing import MISSED, Missed

    if args.source is None:
        return _listen_to_microphone(config)
    writer = EventWriter("reading your files")
    frames = build.recorded(args.source)
    session = build.one_shot(config, writer.write)
    writer.progress.phase("loading the speech model")
    transcriber = build.open_transcriber(config, writer.write)
    writer.progress.phase(f"listening to {'stdin' if args.source == '-' else args.source}")
    quits, missed = False, Missed()
    for heard in build.hear(frames, transcriber, lambda: session, config):
        if isinstance(heard, FinalTranscript):
            utterance = dataclasses.replace(heard.utterance, overheard=config.listen.start == "hands_free")
            heard = dataclasses.replace(heard, utterance=utterance)
        writer.write(heard)
        if missed.take(heard, is_addressed=config.listen.start != "hands_free"):
            writer.write(Noticed(MISSED))
        if isinstance(heard, FinalTranscript):
            events = session.preview(utterance) if args.dry_run else session.turn(utterance, threading.Event())
            for event in events:
                if isinstance(event, TurnEnded):
                    event = TurnEnded({"transcribe": heard.latency, **event.times})
                writer.write(event)
                quits |= isinstance(event, Quit)
        if quits:
            break
    writer.progress.clear()
    return writer.exit_code


def _listen_to_microphone(config: Config) -> int:
    from assistant.app.runtime import Runtime

    writer = EventWriter("reading your files")
    ended, opened = threading.Event(), False

    def emit(event: Event) -> None:
        nonlocal opened
        opened |= isinstance(event, MicrophoneOpened)
        if isinstance(event, MicrophoneLost) and not opened:
            event = Failed(event.reason, "speech")
        try:
            writer.write(event)
        except BrokenPipeError:  # nobody reads the results any more
            ended.set()
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
    writer.progress.clear()
    leave(writer.exit_code)


def dictate(config: Config, args: argparse.Namespace) -> int:
    """Hear one utterance, and write, type or copy its words."""
    from assistant.app.edge import dictation

    deliver = dictation.typing() if args.type else dictation.copying() if args.clipboard else None
    progress = EventWriter("loading the speech model").progress

    def emit(event: Event) -> None:
        match event:
            case MicrophoneOpened(device=device):
                progress.phase(f"speak: {device}")
            case Noticed(message=message) | Failed(message=message):
                progress.clear()
                complain(message)

    with contextlib.suppress(KeyboardInterrupt):
        text = dictation.dictated(config, emit)
        progress.clear()
        if text:
            (deliver or output.show)(text)
        leave(ExitCode.DONE if text else ExitCode.NOT_UNDERSTOOD)
    progress.clear()
    leave(ExitCode.NOT_UNDERSTOOD)


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
    output.show_suggestions(rows, explained=args.explain, as_json=args.json)
    return ExitCode.DONE if rows else ExitCode.NOT_UNDERSTOOD


def leave(code: int) -> NoReturn:
    """End the process at once: a library still loading in a thread would abort an orderly exit."""
    with contextlib.suppress(OSError):
        sys.stdout.flush()
        sys.stderr.flush()
    os._exit(code)
