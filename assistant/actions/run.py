"""Carries out a command: a function, a program, or a web call, as the intent file says.

The words of a user never reach a shell: a program is started from a list of arguments, a slot fills a place
inside one of them, and in a web address it is quoted.
"""

from __future__ import annotations

import dataclasses
import os
import re
import threading
from collections.abc import Callable, Iterable, Mapping, Set
from datetime import datetime
from typing import Any
from urllib.parse import quote

from assistant.actions import http, packages, program
from assistant.actions.builtins import BUILT_INS
from assistant.actions.database import Database
from assistant.actions.outcome import ActionFunction, Catalogue, Context, Outcome
from assistant.actions.timer_service import TimerService
from assistant.config import Config
from assistant.errors import ActionError, Problem, did_you_mean
from assistant.language.placeholders import ARGUMENT_SLOT
from assistant.language.spoken import plain
from assistant.values import Action, ArgvAction, BuiltInAction, HttpAction, IntentMatch, SlotValue


class Actions:
    """Every command that can be carried out, over one configuration and one database."""

    def __init__(
        self,
        config: Config,
        database: Database,
        timers: TimerService,
        catalogue: Callable[[], Catalogue],
        now: Callable[[], datetime] = datetime.now,
    ) -> None:
        self._context = Context(config, database, timers, catalogue, now=now)

    @staticmethod
    def names() -> Set[str]:
        """Return the names that `action:` may have in an intent file."""
        return packages.ActionNames()

    @staticmethod
    def problems(used: Iterable[Action | None] | None = None) -> tuple[Problem, ...]:
        """Collect the faults of packages that bring the actions in use; None: of all that are installed."""
        if used is None:
            return packages.problems()
        return packages.problems(action.name for action in used if isinstance(action, BuiltInAction))

    def run(self, match: IntentMatch, cancelled: threading.Event) -> Outcome:
        """Carry out the command.

        Raises:
            ActionError: it could not be done; the message is one line to be shown and spoken.
        """
        match match.action:
            case BuiltInAction(name, arguments):
                context = dataclasses.replace(
                    self._context, cancelled=cancelled, intent=match.intent, texts=match.slot_texts
                )
                return _function(name, match.intent)(match.slots, arguments, context)
            case ArgvAction():
                return _run_program(match.action, match.slots, cancelled)
            case HttpAction():
                return _call(match.action, match.slots)
        if match.response is None:
            return Outcome(f"I understood that as {match.intent}, which has no action and no response yet.")
        return Outcome("")


def _function(name: str, intent: str) -> ActionFunction:
    if name in BUILT_INS:
        return BUILT_INS[name]
    if name in (names := Actions.names()):
        return packages.load(name)
    raise ActionError(f"{intent}: unknown action '{name}'{did_you_mean(name, names)}")


def _run_program(action: ArgvAction, slots: Mapping[str, SlotValue], cancelled: threading.Event) -> Outcome:
    output = program.run(_arguments(action.argv, slots), action.timeout, cancelled, action.directory)
    lines = [line.strip() for line in output.splitlines() if line.strip()]
    last = lines[-1] if lines else ""
    return Outcome(last or "Done.", {"output": last})


def _arguments(argv: tuple[str, ...], slots: Mapping[str, SlotValue]) -> list[str]:
    """Fill `{slot}` in, each argument remaining one argument.

    Raises:
        ActionError: words of the user would stand where the program looks for options: an argument that is
            a slot alone, with a value that begins with `-`, and no `--` before it.
    """
    if ARGUMENT_SLOT.search(argv[0]):
        raise ActionError(f"{argv[0]}: the program itself cannot be a slot")
    filled = []
    for place, argument in enumerate(argv):
        value = _filled(argument, slots, plain)
        is_option = value.startswith("-") and not argument.startswith("-")
        if is_option and "--" not in argv[:place] and not re.fullmatch(r"-\d+(\.\d+)?", value):
            raise ActionError(f"{argv[0]}: “{value}” begins with a dash, and would be read as an option")
        filled.append(value)
    return filled


def _call(action: HttpAction, slots: Mapping[str, SlotValue]) -> Outcome:
    url = _filled(action.url, slots, _quoted)
    headers = {
        name: re.sub(r"[\r\n]+", " ", _filled(os.path.expandvars(value), slots, plain))
        for name, value in action.headers.items()
    }
    answer = http.call(url, action.method, headers, _filled_json(action.json, slots), action.timeout)
    if refusal := http.refusal(answer):
        raise ActionError(f"{url.partition('?')[0]}: {refusal}")
    body = answer.json()
    lines = answer.text.strip().splitlines()
    text = body if isinstance(body, str) else "" if isinstance(body, dict | list) else lines[-1] if lines else ""
    return Outcome(text or "Done.", {**_flat(body), "output": text})


def _filled(template: str, slots: Mapping[str, SlotValue], written: Callable[[SlotValue], str]) -> str:
    filled = ARGUMENT_SLOT.sub(lambda match: written(slots[match[1]]) if match[1] in slots else "", template)
    return filled.replace("\0", "")


def _quoted(value: SlotValue) -> str:
    text = plain(value)
    return quote(text, safe="") if text.strip(".") else text.replace(".", "%2E")  # `..` would climb


def _filled_json(template: Any, slots: Mapping[str, SlotValue]) -> Any:
    """Fill the strings of a body; a string that is one number slot alone becomes a number."""
    match template:
        case str():
            alone = ARGUMENT_SLOT.fullmatch(template)
            value = slots.get(alone[1]) if alone else None
            return value if isinstance(value, bool | int | float) else _filled(template, slots, plain)
        case dict():
            return {key: _filled_json(value, slots) for key, value in template.items()}
        case list():
            return [_filled_json(value, slots) for value in template]
    return template


def _flat(body: Any, prefix: str = "") -> dict[str, str]:
    """Return the single values of a JSON answer by name: `{"main": {"temp": 4}}` -> `main.temp`."""
    pairs = body.items() if isinstance(body, dict) else enumerate(body) if isinstance(body, list) else ()
    values: dict[str, str] = {}
    for key, value in pairs:
        name = f"{prefix}{key}"
        if isinstance(value, dict | list):
            values |= _flat(value, f"{name}.")
        elif value is not None:
            values[name] = plain(value)
    return values
