"""Carries out a command: a function, a program, or a web call, as the intent file says.

The words of a user never reach a shell: a program is started from a list of arguments, a slot fills a place
inside one of them, and in a web address it is quoted. What they answer is read once, and the secrets of the call and
of the settings are blanked in all that is said of it.
"""

from __future__ import annotations

import dataclasses
import os
import re
import threading
from collections.abc import Callable, Iterable, Mapping, Sequence, Set
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import quote

from assistant.actions import packages, program
from assistant.actions.answer import UNSURE, Response, fault_in, fields_of, last_line, parsed
from assistant.actions.builtins import BUILT_INS, LEAVING_OUT
from assistant.actions.database import Database
from assistant.actions.drawing.wish import Tell
from assistant.actions.outcome import ActionFunction, Catalogue, Context, Holdings, Outcome, Recall
from assistant.actions.timer_service import TimerService
from assistant.actions.works import reason_against
from assistant.config import Config
from assistant.errors import ActionError, Problem, did_you_mean
from assistant.language.placeholders import ARGUMENT_SLOT
from assistant.language.spoken import plain
from assistant.nlu.recommending.taste import Piece
from assistant.outlet.secrets import blanked, redacted, secrets_of_address, secrets_of_header
from assistant.values import (
    Action,
    AnswerMatch,
    ArgvAction,
    BuiltInAction,
    HttpAction,
    IntentMatch,
    McpAction,
    SlotValue,
)


class Actions:
    """Every command that can be carried out, over one configuration and one database."""

    def __init__(
        self,
        config: Config,
        database: Database,
        timers: TimerService,
        catalogue: Callable[[], Catalogue],
        now: Callable[[], datetime] = datetime.now,
        recall: Recall = lambda _: (),
        suggestions: Callable[[], Sequence[tuple[str, str]]] = tuple,
    ) -> None:
        self._context = Context(config, database, timers, catalogue, now=now, recall=recall, suggestions=suggestions)

    def look_through(self, holdings: Holdings) -> None:
        """Take the pictures, the documents and the answers that can be found."""
        self._context = dataclasses.replace(self._context, holdings=holdings)

    def answered(self, about: str, match: AnswerMatch) -> None:
        """Take up an answer that was given: what is asked for next may be like it."""
        self._context.taste.begin(about, [Piece.of(match)])

    @property
    def holdings(self) -> Holdings | None:
        """The pictures and what else can be found; None where no folder of pictures is looked at."""
        return self._context.holdings if self._context.holdings.has_pictures else None

    @property
    def now(self) -> Callable[[], datetime]:
        """The local wall clock by which they are carried out."""
        return self._context.now

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

    @staticmethod
    def can_leave_out(action: Action | None) -> bool:
        """True of an action that spares what a command excepts."""
        if not isinstance(action, BuiltInAction):
            return False
        arguments = action.arguments if action.name == "home.intent" else {}
        return action.name in LEAVING_OUT or (arguments.get("name") == "all" and "domain" in arguments)

    def lack(self, action: Action | None) -> str:
        """Say why an action cannot work on this machine; nothing where it may."""
        return reason_against(action, self._context.config)

    def run(self, match: IntentMatch, cancelled: threading.Event, progress: Tell = lambda *_: None) -> Outcome:
        """Carry out the command; of what takes long the progress is told.

        Raises:
            ActionError: it could not be done; the message is one line to be shown and spoken.
        """
        secrets = self._secrets(match.action)
        try:
            return _without(
                secrets, self._carried_out(match, cancelled, progress), isinstance(match.action, BuiltInAction)
            )
        except ActionError as error:
            raise ActionError(redacted(str(error), secrets)) from error

    def _carried_out(self, match: IntentMatch, cancelled: threading.Event, progress: Tell) -> Outcome:
        match match.action:
            case BuiltInAction(name, arguments):
                context = dataclasses.replace(
                    self._context,
                    cancelled=cancelled,
                    progress=progress,
                    intent=match.intent,
                    texts=match.slot_texts,
                    excluding=match.excluding,
                    when=match.when,
                )
                return _function(name, match.intent)(match.slots, arguments, context)
            case ArgvAction():
                return _run_program(match.action, match.slots, cancelled)
            case HttpAction():
                return _call(match.action, match.slots, cancelled)
            case McpAction():
                return self._use_tool(match.action, match.slots, cancelled)
        if match.response is None:
            return Outcome(f"I understood that as {match.intent}, which has no action and no response yet.")
        return Outcome("")

    def _use_tool(self, action: McpAction, slots: Mapping[str, SlotValue], cancelled: threading.Event) -> Outcome:
        if lack := self.lack(action):
            raise ActionError(lack.removesuffix("."))
        from assistant.actions import mcp_client  # late: mcp

        address = self._context.config.mcp.servers[action.server]
        arguments = _filled_json(action.arguments, slots)
        text, fields = mcp_client.call(action, address, arguments, cancelled)
        if fault := fault_in(fields, is_deed=False):
            raise ActionError(f"{action.server}: {fault}")
        return Outcome(last_line(text) or "It answered, and not in words.", {**fields_of(fields), "output": text})

    def _secrets(self, action: Action | None) -> set[str]:
        """Collect the secrets of the settings and of a web call: tokens, passwords, values of variables."""
        home = self._context.config.home_assistant
        create = self._context.config.create
        secrets = {home.access_token(), *secrets_of_address(home.url)}
        secrets |= {create.secret_key(), *secrets_of_address(create.url)}
        if isinstance(action, McpAction):
            secrets |= secrets_of_address(self._context.config.mcp.servers.get(action.server, ""))
        if isinstance(action, HttpAction):
            secrets |= secrets_of_address(action.url)
            for name, value in action.headers.items():
                names = re.findall(r"\$\{?(\w+)", value)
                secrets |= {os.environ.get(name, "") for name in names}
                secrets |= secrets_of_header(name, os.path.expandvars(ARGUMENT_SLOT.sub(" ", value)))
        return secrets


def _without(secrets: Iterable[str], outcome: Outcome, is_own: bool) -> Outcome:
    """Blank the secrets in the texts of an outcome; a note, say, may hold an address with a password, and is told."""
    hide = blanked if is_own else redacted
    values = {name: hide(value, secrets) for name, value in outcome.values.items()}
    return dataclasses.replace(outcome, text=hide(outcome.text, secrets), values=values)


def _function(name: str, intent: str) -> ActionFunction:
    if name in BUILT_INS:
        return BUILT_INS[name]
    if name in (names := Actions.names()):
        return packages.load(name)
    raise ActionError(f"{intent}: unknown action '{name}'{did_you_mean(name, names)}")


def _run_program(action: ArgvAction, slots: Mapping[str, SlotValue], cancelled: threading.Event) -> Outcome:
    """Run a program; one that ends without a fault and prints nothing is not said to have done anything."""
    output = program.run(_arguments(action.argv, slots), action.timeout, cancelled, action.directory)
    last = (output.strip().splitlines() or [""])[-1]
    body = next((body for text in (output, last) if isinstance(body := parsed(text), dict | list)), None)
    if fault := fault_in(body, is_deed=False):
        raise ActionError(f"{Path(action.argv[0]).name}: {fault}")
    text = last_line(output) if body is None else ""
    return Outcome(text or "It ran without a fault.", {**fields_of(body), "output": text})


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


def _call(action: HttpAction, slots: Mapping[str, SlotValue], cancelled: threading.Event) -> Outcome:
    from assistant.actions import http  # late: httpx

    url = _filled(action.url, slots, _quoted)
    if not all(http.is_same_host(url, ARGUMENT_SLOT.sub(filling, action.url)) for filling in ("x", "y")):
        raise ActionError(f"{http.host_of(action.url)}: the host of a web call must be fixed text")
    headers = {
        name: re.sub(r"[\r\n]+", " ", _filled(os.path.expandvars(value), slots, plain))
        for name, value in action.headers.items()
    }
    answer = http.call(url, action.method, headers, _filled_json(action.json, slots), action.timeout, cancelled)
    return _answered(answer, http.host_of(url), action.method.upper() not in http.READING)


def _answered(answer: Response, host: str, is_deed: bool) -> Outcome:
    """Read the answer to a web call.

    Raises:
        ActionError: it is a refusal, tells of a failure, or leaves it open what was done.
    """
    doubt = f", so {UNSURE}" if is_deed else ""
    body = answer.json()
    if fault := answer.refusal() or fault_in(body, is_deed):
        raise ActionError(f"{host}: {fault}")
    if answer.is_page:
        raise ActionError(f"{host}: answered with a web page{doubt}")
    if answer.is_broken:
        raise ActionError(f"{host}: the answer is broken JSON{doubt}")
    if body == []:
        return Outcome(f"{host} {'changed' if is_deed else 'found'} nothing.", {"output": ""}, ok=False)
    words = body if isinstance(body, str) else "" if isinstance(body, dict | list) else answer.text
    text = last_line(words) if words.strip() != "null" else ""
    unsaid = "Sent." if is_deed else "It answered, and not in words."
    return Outcome(text or unsaid, {**fields_of(body), "output": text})


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
