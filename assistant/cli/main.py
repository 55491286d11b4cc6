"""The command line: results as JSON lines on stdout, everything else on stderr.

Exit code 0: understood, or nothing wrong; 1: not understood; 2: bad input or environment.
"""

from __future__ import annotations

import argparse
import dataclasses
import io
import os
import re
import signal
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import NoReturn

from assistant import __version__
from assistant.checks.stored import tidy
from assistant.cli import authoring, serving, sources, suggest, talking, teaching, upkeep
from assistant.cli.arguments import add_authoring
from assistant.cli.output import ExitCode, ProgressLine, complain
from assistant.config import Config, PathsConfig, load_config
from assistant.errors import AssistantError, ConfigError, nearest_word
from assistant.outlet.fault_log import logged
from assistant.outlet.terminal import printable_line

Command = Callable[[Config, argparse.Namespace], int]
"""A command's work; the result is the exit code."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code."""
    _open_streams()
    args = _parser().parse_args(arguments)
    command: Command = args.command
    config = Config()
    try:
        config = _config(args)
        tidy(config)
        return command(config, args)
    except AssistantError as error:
        ProgressLine().clear()
        if isinstance(error, ConfigError) and command is authoring.check:
            return authoring.check_config(error, args)
        if isinstance(error, ConfigError) and command is authoring.settings and args.what in ("path", "edit"):
            return command(config, args)  # to put it right
        for line in str(error).splitlines():
            complain(line)
        return ExitCode.FAULT
    except BrokenPipeError:
        _let_go_of_stdout()  # whoever read the results has gone: nothing is left to say, not even at exit
        return ExitCode.DONE
    except OSError as error:
        if error.filename is not None:
            return _tell(error, config)
        _let_go_of_stdout()
        complain(f"the results cannot be written: {error.strerror or error}")
        return ExitCode.FAULT
    except KeyboardInterrupt:
        signal.signal(signal.SIGINT, signal.SIG_DFL)  # once more ends it at once, whatever is still being put away
        ProgressLine().clear()
        return 128 + signal.SIGINT
    except SystemExit:
        raise
    except BaseException as error:  # a library in Rust panics with one
        return _tell(error, config)


def _tell(error: BaseException, config: Config) -> int:
    """Tell of a fault of the program itself in one line, and put the rest into the log."""
    ProgressLine().clear()
    complain(logged(error, config.data_folder() / "faults.log"))
    return ExitCode.FAULT


class _Parser(argparse.ArgumentParser):
    """A parser that repeats a wrong argument as plain text."""

    def error(self, message: str) -> NoReturn:
        """Write usage and fault to stderr, with the nearest word that is right, and exit."""
        if choice := re.search(r"invalid choice: '(.*?)' \(choose from (.*)\)", message):
            legal = re.findall(r"[\w-]+", choice[2])
            hint = nearest_word(choice[1], legal) or f"; there are: {', '.join(legal)}"
            message = f"unknown word '{choice[1]}'{hint}"
        elif unknown := re.search(r"unrecognized arguments: .*?(--[\w-]+)", message):
            message += nearest_word(unknown[1], _options(self))
        super().error(printable_line(message))


def _options(parser: argparse.ArgumentParser) -> Iterator[str]:
    """Yield every option of a parser and of its commands."""
    for action in parser._actions:
        yield from action.option_strings
        for sub in action.choices.values() if isinstance(action, argparse._SubParsersAction) else ():
            yield from _options(sub)


def _let_go_of_stdout() -> None:
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _open_streams() -> None:
    """Put the null device in the place of closed streams, which a file opened later would else become.

    Text that the encoding of a stream lacks is written in escapes.
    """
    while (descriptor := os.open(os.devnull, os.O_RDWR)) <= 2:
        pass
    os.close(descriptor)
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        stream = getattr(sys, name)
        if stream is None:
            setattr(sys, name, os.fdopen(os.open(os.devnull, os.O_RDWR), mode, encoding="utf-8"))
        elif mode == "w" and isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


def _parser() -> argparse.ArgumentParser:
    shared = _Parser(add_help=False, argument_default=argparse.SUPPRESS)
    shared.add_argument("--config", type=Path, metavar="FILE", help="settings to use over the shipped ones")
    shared.add_argument("--intents", metavar="DIR", help="folder of intent files to use instead")
    shared.add_argument("--knowledge", metavar="DIR", help="folder of question-answer files to use instead")
    shared.add_argument("--data-dir", metavar="DIR", help="where notes, timers and the index are kept")
    shared.add_argument("--offline", action="store_true", help="fetch nothing; only addresses that you set are called")
    parser = _Parser(prog="assistant", parents=[shared], description="Speak or type, and it acts or answers.")
    parser.add_argument("--version", action="version", version=f"assistant {__version__}")
    parser.set_defaults(command=talking.run)
    commands = parser.add_subparsers(metavar="COMMAND", title="commands")

    def add(name: str, command: Command, summary: str) -> argparse.ArgumentParser:
        sub = commands.add_parser(name, parents=[shared], help=summary, description=summary)
        sub.set_defaults(command=command)
        return sub

    add("run", talking.run, "open the terminal UI (the default)")
    ask = add("ask", talking.ask, "understand one typed sentence and act on it")
    ask.add_argument("text", nargs="+", metavar="TEXT", help="the sentence; - reads one a line from stdin")
    ask.add_argument("--image", type=Path, metavar="FILE", help="a picture that the sentence is about")
    ask.add_argument("--json", action="store_true", help="as JSON lines on a terminal too")
    listen = add("listen", talking.listen, "transcribe and act: a recording, raw PCM on stdin (-), or the microphone")
    listen.add_argument("source", nargs="?", metavar="FILE", help="wav, flac, mp3, or - for 16 kHz mono s16le")
    for talk in (ask, listen):
        talk.add_argument("--dry-run", action="store_true", help="understand and do not act")
    suggestions = add("suggest", suggest.suggest, "suggest what you may want now, and say why")
    suggestions.add_argument("--explain", action="store_true", help="with the parts of each score")
    suggestions.add_argument("--json", action="store_true", help="as JSON lines on a terminal too")
    suggestions.add_argument("--count", type=int, default=5, metavar="N", help="how many; 5 by default")
    index = add("index", upkeep.index, "bring the index in step with the files, or tell its state")
    index.add_argument("what", nargs="?", choices=["build", "status"], default="build")
    _add_sources(add)
    embedding_map = add("map", upkeep.embedding_map, "draw what can be said as a map of meanings, and what is too near")
    embedding_map.add_argument("--html", type=Path, metavar="FILE", help="as a page to look around in")
    embedding_map.add_argument("--png", type=Path, metavar="FILE", help="as a picture")
    embedding_map.add_argument("--method", default="pca", metavar="NAME", help="pca; tsne or umap where installed")
    doctor = add("doctor", upkeep.doctor, "examine audio devices, what is kept, weights, index and memory")
    doctor.add_argument("--repair", action="store_true", help="mend what is damaged of data file, weights and index")
    doctor.add_argument("--words", action="store_true", help="list what the recogniser is told to expect")
    weights = add("models", upkeep.models, "list, fetch or verify the weights")
    weights.add_argument("what", nargs="?", choices=["list", "fetch", "verify"], default="list")
    weights.add_argument("names", nargs="*", metavar="NAME", help="which; the ones that the config needs by default")
    history = add("history", upkeep.history, "show what was said and answered, search, export or erase it")
    history.add_argument("words", nargs="*", metavar="WORDS", help="only turns with these words")
    history.add_argument("--meaning", action="store_true", help="turns that mean something like the words")
    history.add_argument("--last", type=int, metavar="N", help="how many; 20 by default, all for an export or a search")
    history.add_argument("--export", type=Path, metavar="FILE", help="write them into a file: .md or .json")
    history.add_argument("--erase", action="store_true", help="delete the whole conversation, after asking")
    history.add_argument("--yes", action="store_true", help="erase without asking")
    privacy = add("privacy", upkeep.privacy, "tell what is kept where and what leaves this machine, erase or export it")
    privacy.add_argument("what", nargs="?", choices=["list", "erase", "export"], default="list")
    privacy.add_argument("names", nargs="*", metavar="NAME", help="kinds to erase, or all; the file to export to")
    privacy.add_argument("--yes", action="store_true", help="erase without asking")
    add_authoring(add, _parser)
    _add_teaching(add)
    _add_serving(add)
    return parser


def _add_teaching(add: Callable[[str, Command, str], argparse.ArgumentParser]) -> None:
    inbox = add("inbox", teaching.inbox, "list what went wrong and is not taught yet, or forget it")
    inbox.add_argument("words", nargs="*", metavar="WORDS", help="only what holds these words")
    inbox.add_argument("--forget", action="store_true", help="delete these turns from the conversation, after asking")
    inbox.add_argument("--yes", action="store_true", help="forget without asking")
    inbox.add_argument("--json", action="store_true", help="as JSON lines on a terminal too")
    teach = add("teach", teaching.teach, "teach what a sentence means: the file is added to, and shown as a diff")
    teach.add_argument("text", nargs="*", metavar="SENTENCE")
    teach.add_argument("--intent", metavar="NAME", help="an example of this intent")
    teach.add_argument("--test", metavar="NAME", help="a test of this intent")
    teach.add_argument("--answer", metavar="TEXT", help="a question with this answer; with --new: the reply")
    teach.add_argument("--new", metavar="NAME", help="the first example of a new intent, which replies --answer")
    teach.add_argument("--noise", action="store_true", help="it means nothing here")
    teach.add_argument("--dry-run", action="store_true", help="show what it would change, and write nothing")
    teach.add_argument("--anyway", action="store_true", help="write it also where it breaks a test")
    teach.add_argument("--undo", action="store_true", help="take the last lesson back")
    teach.add_argument("--json", action="store_true", help="as a JSON line on a terminal too")


def _add_sources(add: Callable[[str, Command, str], argparse.ArgumentParser]) -> None:
    """Add the commands that look after documents and pictures."""
    knowledge = add(
        "knowledge", sources.knowledge, "add, share, list or remove documents, or tell which passages a question finds"
    )
    knowledge.add_argument("what", nargs="?", choices=["list", "add", "share", "remove", "why"], default="list")
    knowledge.add_argument("names", nargs="*", metavar="FILE", help="files or folders; with why, a question")
    pictures = add("pictures", sources.pictures, "add folders of pictures, tell their state, or find pictures by words")
    pictures.add_argument(
        "what", nargs="?", choices=["status", "add", "remove", "find", "like", "why"], default="status"
    )
    pictures.add_argument("names", nargs="*", metavar="TEXT", help="files or folders; with find and why, some words")
    pictures.add_argument("--html", type=Path, metavar="FILE", help="write what is found onto a contact sheet")


def _add_serving(add: Callable[[str, Command, str], argparse.ArgumentParser]) -> None:
    server = add("serve", serving.serve, "serve other programs: HTTP with the OpenAI protocol, Wyoming")
    server.add_argument("--host", metavar="HOST", help="where to listen; 127.0.0.1, this machine alone, by default")
    server.add_argument("--port", type=int, metavar="N", help="of the HTTP server; 0: any that is free")
    server.add_argument("--wyoming", type=int, metavar="N", help="port of the Wyoming server; 0: none")
    add("mcp", serving.mcp, "offer commands and knowledge to another program's language model: MCP on stdin and stdout")
    service = add("service", serving.service, "start serving at each login: install, remove, or tell the state")
    service.add_argument("what", nargs="?", choices=["status", "install", "remove"], default="status")


def _config(args: argparse.Namespace) -> Config:
    """Load the config and put the command line's folders in.

    Raises:
        AssistantError: the config cannot be used, or a folder is not there.
    """
    config = load_config(getattr(args, "config", None))
    for option in ("intents", "knowledge"):
        if (folder := getattr(args, option, None)) and not Path(folder).is_dir():
            raise AssistantError(f"--{option}: no such folder: {folder}")
    paths = PathsConfig(
        intents=(args.intents,) if hasattr(args, "intents") else config.paths.intents,
        knowledge=(args.knowledge,) if hasattr(args, "knowledge") else config.paths.knowledge,
        documents=() if hasattr(args, "knowledge") else config.paths.documents,
        shared=() if hasattr(args, "knowledge") else config.paths.shared,
        data=getattr(args, "data_dir", config.paths.data),
    )
    models = dataclasses.replace(config.models, offline=config.models.offline or getattr(args, "offline", False))
    return dataclasses.replace(config, paths=paths, models=models)
