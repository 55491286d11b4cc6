"""The command line: results as JSON lines on stdout, everything else on stderr.

Exit code 0: understood, or nothing wrong; 1: not understood; 2: bad input or environment.
"""

from __future__ import annotations

import argparse
import dataclasses
import io
import os
import signal
import sys
from collections.abc import Sequence
from pathlib import Path

from assistant.checks.stored import tidy
from assistant.cli import authoring
from assistant.cli.arguments import CommandWork, parser
from assistant.cli.output import ExitCode, ProgressLine, complain
from assistant.config import Config, PathsConfig, load_config
from assistant.errors import AssistantError, ConfigError
from assistant.outlet.fault_log import logged


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code."""
    _open_streams()
    args = parser().parse_args(arguments)
    command: CommandWork = args.command
    config = Config()
    try:
        config = _config_for(command, args)
        tidy(config)
        return _run(command, config, args)
    except AssistantError as error:
        ProgressLine().clear()
        if isinstance(error, ConfigError) and command is authoring.check:
            return authoring.check_config(error, args)
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


def _config_for(command: CommandWork, args: argparse.Namespace) -> Config:
    """Return the settings of a command; the usual ones for `config path` and `config edit`, by which faults are mended.

    Raises:
        ConfigError: they have a fault.
    """
    try:
        return _config(args)
    except ConfigError:
        if command is authoring.settings and args.what in ("path", "edit"):
            return Config()
        raise


def _run(command: CommandWork, config: Config, args: argparse.Namespace) -> int:
    """Run the command; an interrupt that a library made an error of its own from is an interrupt again."""
    try:
        return command(config, args)
    except Exception as error:
        cause: BaseException | None = error
        while cause is not None:
            if isinstance(cause, KeyboardInterrupt):
                raise KeyboardInterrupt from error
            cause = cause.__cause__ or cause.__context__
        raise


def _tell(error: BaseException, config: Config) -> int:
    """Tell of a fault of the program itself in one line, and put the rest into the log."""
    ProgressLine().clear()
    complain(logged(error, config.data_folder() / "faults.log"))
    return ExitCode.FAULT


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
