"""Commands with their options and examples, group by group."""

from __future__ import annotations

import argparse
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any, NoReturn, TypeAlias

from assistant import __version__
from assistant.cli import authoring, serving, sources, talking, teaching, upkeep
from assistant.config import Config, user_config_file
from assistant.errors import nearest_word
from assistant.outlet.terminal import printable_line

CommandWork: TypeAlias = Callable[[Config, argparse.Namespace], int]
"""A command's work; the result is the exit code."""
AddCommand: TypeAlias = Callable[[str, CommandWork, str], argparse.ArgumentParser]
"""Adds a command by its name, its work and its summary."""

EXAMPLES = {
    "": ("", 'ask "set a timer for ten minutes"', "check", "doctor"),
    "ask": ('"what time is it in Tokyo"', '--dry-run "turn off the fan"', "--continue kitchen", "- < lines.txt"),
    "chat": ("", "--listen"),
    "check": ("--strict --format github", "--all"),
    "completion": (
        "bash > ~/.local/share/bash-completion/completions/assistant",
        'zsh > "${fpath[1]}/_assistant"',
        "fish > ~/.config/fish/completions/assistant.fish",
    ),
    "config": ("path", "get stt.model", "set ui.theme dark", "edit"),
    "dictate": ("--type", "--clipboard"),
    "doctor": ("", "--repair"),
    "explain": ('"it is dark in here"',),
    "history": ("--last 50", "timer", "--export conversation.md"),
    "import": ("sentences.ini", "~/skills/weather --language de --dry-run"),
    "inbox": ("", "lamp"),
    "index": ("", "status"),
    "knowledge": ("add ~/Documents/manuals", 'why "how do I clean the filter"'),
    "listen": ("recording.wav", "- < microphone.raw"),
    "map": ("--html map.html",),
    "mcp": ("",),
    "models": ("", "fetch base", "verify"),
    "new": ("intent StartWork", "answer", "--list"),
    "pictures": ("add ~/Pictures", 'find "the receipt of the hardware store" --html found.html'),
    "privacy": ("", "export mine.zip", "erase conversation"),
    "run": ("", "--input USB"),
    "satellite": ("--server http://192.168.1.5:8765 --area kitchen",),
    "schema": ("intent > intent.schema.json",),
    "serve": ("", "--port 0 --wyoming 0"),
    "service": ("install",),
    "suggest": ("--explain",),
    "teach": ('"I am off to work" --intent StartWork', "--undo"),
    "test": ("--junit report.xml",),
    "web": ("", "--host 0.0.0.0"),
}
"""Arguments of each command that show what it is for; those of the empty name are of the program."""


def parser() -> argparse.ArgumentParser:
    """Return the parser of the whole command line; each command's work is its `command`."""
    shared = _Parser(add_help=False, argument_default=argparse.SUPPRESS)
    shared.add_argument("--config", type=Path, metavar="FILE", help="settings to use over the shipped ones")
    shared.add_argument("--intents", metavar="DIR", help="folder of intent files to use instead")
    shared.add_argument("--knowledge", metavar="DIR", help="folder of question-answer files to use instead")
    shared.add_argument("--data-dir", metavar="DIR", help="where notes, timers and the index are kept")
    shared.add_argument("--offline", action="store_true", help="fetch nothing; only addresses that you set are called")
    whole = _Parser(prog="assistant", parents=[shared], description="Speak or type, and it acts or answers.")
    whole.add_argument("--version", action="version", version=f"assistant {__version__}")
    whole.epilog = f"{_examples('')}\n\nYour settings: {user_config_file()}\nassistant COMMAND --help tells more."
    whole.set_defaults(command=talking.run)
    commands = whole.add_subparsers(metavar="COMMAND", title="commands")

    def add(name: str, command: CommandWork, summary: str) -> argparse.ArgumentParser:
        sub = commands.add_parser(name, parents=[shared], help=summary, description=summary, epilog=_examples(name))
        sub.set_defaults(command=command)
        return sub

    for group in (_add_talking, _add_upkeep, _add_sources, _add_authoring, _add_teaching, _add_serving):
        group(add)
    return whole


def _examples(name: str) -> str:
    lines = [" ".join(filter(None, ("  assistant", name, example))) for example in EXAMPLES.get(name, ())]
    return "\n".join(("examples:", *lines)) if lines else ""


class _Parser(argparse.ArgumentParser):
    """A parser that keeps the lines of its examples, and repeats a wrong argument as plain text."""

    def _get_formatter(self) -> argparse.HelpFormatter:
        return argparse.RawDescriptionHelpFormatter(self.prog)

    def parse_known_args(self, args: Any = None, namespace: Any = None) -> Any:
        """Parse all arguments: what a command does not know is a fault of its own, told with its usage."""
        parsed, unknown = super().parse_known_args(args, namespace)
        if unknown:
            self.error(f"unrecognized arguments: {' '.join(unknown)}")
        return parsed, unknown

    def error(self, message: str) -> NoReturn:
        """Write usage and fault to stderr, with the nearest word that is right, and exit."""
        if choice := re.search(r"invalid choice: '(.*?)' \(choose from (.*)\)", message):
            legal = re.findall(r"[\w-]+", choice[2])
            hint = nearest_word(choice[1], legal) or f"; there are: {', '.join(legal)}"
            message = f"unknown word '{choice[1]}'{hint}"
        elif unknown := re.search(r"unrecognized arguments: .*?(--[\w-]+)", message):
            message += nearest_word(unknown[1], self._option_string_actions)
        super().error(printable_line(message))


def _add_talking(add: AddCommand) -> None:
    run = add("run", talking.run, "open the terminal UI (the default)")
    run.add_argument("--input", metavar="NAME", help="microphone for this time; pipe:FILE: sound from another program")
    ask = add("ask", talking.ask, "understand one typed sentence and act on it")
    ask.add_argument("text", nargs="+", metavar="TEXT", help="the sentence; - reads one a line from stdin")
    ask.add_argument("--image", type=Path, metavar="FILE", help="a picture that the sentence is about")
    ask.add_argument(
        "--continue", dest="answers", action="store_true", help="the sentence answers what the last `ask` has asked"
    )
    ask.add_argument("--json", action="store_true", help="as JSON lines on a terminal too")
    chat = add("chat", talking.chat, "talk in plain lines, without a screen: for screen readers and pipes")
    chat.add_argument("--listen", action="store_true", help="with the microphone, too")
    listen = add("listen", talking.listen, "transcribe and act: a recording, raw PCM on stdin (-), or the microphone")
    listen.add_argument("source", nargs="?", metavar="FILE", help="wav, flac, mp3, or - for 16 kHz mono s16le")
    for talk in (ask, listen):
        talk.add_argument("--dry-run", action="store_true", help="understand and do not act")
    dictate = add("dictate", talking.dictate, "hear one utterance and write its words, type them, or copy them")
    way = dictate.add_mutually_exclusive_group()
    way.add_argument("--type", action="store_true", help="type them where the cursor is")
    way.add_argument("--clipboard", action="store_true", help="put them into the clipboard")
    way.add_argument("--stdout", action="store_true", help="write them to stdout; what is done by default")
    suggestions = add("suggest", talking.suggest, "suggest what you may want now, and say why")
    suggestions.add_argument("--explain", action="store_true", help="with the parts of each score")
    suggestions.add_argument("--json", action="store_true", help="as JSON lines on a terminal too")
    suggestions.add_argument("--count", type=int, default=5, metavar="N", help="how many; 5 by default")


def _add_upkeep(add: AddCommand) -> None:
    index = add("index", upkeep.index, "bring the index in step with the files, or tell its state")
    index.add_argument("what", nargs="?", choices=["build", "status"], default="build")
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


def _add_sources(add: AddCommand) -> None:
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


def _add_authoring(add: AddCommand) -> None:
    check = add("check", authoring.check, "read config, intents and knowledge and say what is wrong in them")
    check.add_argument("--json", action="store_true", help="as JSON lines on a terminal too")
    check.add_argument("--format", choices=["github", "sarif"], help="what is wrong, for another program")
    check.add_argument("--strict", action="store_true", help="a warning fails too")
    check.add_argument("--all", action="store_true", help="overlaps among the shipped files too")
    check.add_argument("--quick", action="store_true", help="read the files alone: no model, no overlaps")
    explain = add("explain", authoring.explain, "tell why a sentence means what it means, and what would change that")
    explain.add_argument("text", nargs="*", metavar="TEXT", help="the sentence")
    explain.add_argument("--json", action="store_true", help="as a JSON line on a terminal too")
    test = add("test", authoring.test, "run the tests: and dialogues: of the intent files, and foresee mistakes")
    test.add_argument("--junit", type=Path, metavar="FILE", help="write the report that build servers read")
    test.add_argument("--json", action="store_true", help="as JSON lines on a terminal too")
    test.add_argument("--strict", action="store_true", help="a warning fails too")
    test.add_argument("--all", action="store_true", help="report on the shipped intents too")
    new = add("new", authoring.new, "write a new intent or answer, tried beside the others, or a ready file")
    new.add_argument("what", nargs="?", metavar="KIND", help="intent, answer, or the name of a ready file")
    new.add_argument("name", nargs="?", metavar="NAME", help="of the intent; of a ready file: that of your file")
    new.add_argument("--list", action="store_true", help="list the ready files")
    new.add_argument("--say", action="append", metavar="TEXT", help="a sentence; again for another wording")
    new.add_argument("--reply", metavar="TEXT", help="what is answered")
    new.add_argument("--run", metavar="PROGRAM", help="program and arguments")
    new.add_argument("--action", metavar="NAME", help="a built-in action")
    new.add_argument("--anyway", action="store_true", help="write it also where something else takes a sentence")
    new.add_argument("--json", action="store_true", help="as JSON lines on a terminal too")
    bring = add(
        "import", authoring.bring_over, "bring intents of another assistant over: Rasa, Snips, OVOS, Rhasspy ..."
    )
    bring.add_argument("source", type=Path, metavar="FILE", help="a file, or a folder with files")
    bring.add_argument("--name", default="", metavar="NAME", help="of your new file; that of the source by default")
    bring.add_argument("--language", default="en", metavar="LANG", help="of several; en by default")
    bring.add_argument("--dry-run", action="store_true", help="tell what would be carried over, and write nothing")
    bring.add_argument("--json", action="store_true", help="as JSON lines on a terminal too")
    settings = add("config", authoring.settings, "tell where the config is, get or set a key, or edit it")
    settings.add_argument("what", nargs="?", choices=["path", "get", "set", "edit"], default="path")
    settings.add_argument("key", nargs="?", default="", metavar="KEY", help="such as stt.model")
    settings.add_argument("value", nargs="*", metavar="VALUE", help="as in TOML; quotes may be left out")
    schema = add("schema", authoring.schema, "write the JSON Schema of a kind of file, for editors")
    schema.add_argument("what", choices=["intent", "knowledge", "config"])
    completion = add("completion", authoring.completion, "write the script that completes commands in a shell")
    completion.add_argument(
        "shell", choices=["bash", "zsh", "fish", "intents"], metavar="SHELL", help="bash, zsh or fish"
    )
    completion.set_defaults(parser=parser)


def _add_teaching(add: AddCommand) -> None:
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


def _add_serving(add: AddCommand) -> None:
    server = add("serve", serving.serve, "serve other programs: HTTP with the OpenAI protocol, Wyoming")
    server.add_argument("--host", metavar="HOST", help="where to listen; 127.0.0.1, this machine alone, by default")
    server.add_argument("--port", type=int, metavar="N", help="of the HTTP server; 0: any that is free")
    server.add_argument("--wyoming", type=int, metavar="N", help="port of the Wyoming server; 0: none")
    server.add_argument("--ray", action="store_true", help="run the models as replicas of Ray Serve: [ray]")
    web = add("web", serving.web, "serve the terminal to a browser, with the microphone of its page")
    web.add_argument("--host", metavar="HOST", default="127.0.0.1", help="where to listen; this machine by default")
    web.add_argument("--port", type=int, metavar="N", default=8766, help="8766 by default; 0: any that is free")
    satellite = add("satellite", serving.satellite, "hear and speak for an `assistant serve` on another machine")
    satellite.add_argument("--server", metavar="URL", help="its address, such as http://192.168.1.5:8765")
    satellite.add_argument("--area", metavar="NAME", help="where the satellite stands, such as kitchen")
    satellite.add_argument("--find", action="store_true", help="show the servers that announce themselves, and end")
    add("mcp", serving.mcp, "offer commands and knowledge to another program's language model: MCP on stdin and stdout")
    service = add("service", serving.service, "start serving at each login: install, remove, or tell the state")
    service.add_argument("what", nargs="?", choices=["status", "install", "remove"], default="status")
