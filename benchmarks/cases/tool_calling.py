"""The rival of a conversation: a local language model that is told the tools as JSON, and what was said before."""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from typing import Any

from assistant.actions.database import Database
from assistant.actions.run import Actions
from assistant.actions.timer_service import TimerService
from assistant.app.definitions import catalogue
from assistant.authoring.definitions import Intent
from assistant.config import Config, GeneratorConfig, ModelsConfig
from assistant.dialogue.respond import Responder
from assistant.errors import ActionError, ModelError
from assistant.events import Event, ReplyEnded, Understood
from assistant.language import entities
from assistant.llm.backend import Engine, open_engine
from assistant.llm.chat_prompt import Prompt
from assistant.nlu.matcher import Matcher
from assistant.values import IntentMatch, OutOfScope, SlotMissing, SlotValue, Understanding, Utterance
from benchmarks import quiet
from benchmarks.cases.clock import now

_MODELS = ("qwen2.5-0.5b", "smollm2")
"""Those that the assistant knows, the better one first."""

_RULES = (
    "You control a house and a computer. You are given tools as JSON, and what the user says. Answer with one line of "
    'JSON and nothing else: {"tool": NAME, "slots": {NAME: WORDS}}. Use only the tools that are listed; "tool": null '
    "where none fits. What was said before counts: a correction or a half sentence is about the last command."
)


class ToolCallingModel:
    """One conversation: the model names the tool and its slots at each turn; the assistant's actions carry it out.

    It is told the tools that the matcher finds nearest, and those of the turn before.
    """

    def __init__(self, model: Engine, config: Config, matcher: Matcher, store: Database, timers: TimerService) -> None:
        self._model, self._matcher = model, matcher
        actions = Actions(config, store, timers, lambda: catalogue(matcher.intents), now)
        self._responder = Responder(actions)
        self._said: list[tuple[str, str]] = []
        self._before: tuple[str, ...] = ()
        self._undo: Callable[[], str] | None = None
        self.expects_answer = False

    def turn(self, utterance: Utterance, cancelled: threading.Event) -> Iterator[Event]:
        """Let the model choose a tool, and reply with what comes of it."""
        nearest = [candidate.id for candidate in self._matcher.match(utterance).n_best if candidate.kind == "intent"]
        intents = self._matcher.intents.intents
        tools = [name for name in dict.fromkeys((*nearest, *self._before, "Undo", "Cancel")) if name in intents]
        self._before = tuple(nearest[:3])
        listed = "\n".join(_tool(intents[name]) for name in tools)
        prompt = Prompt(utterance.text, self._said[-3:], rules=f"{_RULES}\n{listed}", limit=48, whole=False)
        answer = "".join(self._pieces(prompt, cancelled))
        self._said.append((utterance.text, answer.strip()))
        understanding = self._understood(answer)
        yield Understood(utterance, understanding)
        self.expects_answer = isinstance(understanding, SlotMissing)
        try:
            reply, outcome = yield from self._responder.respond(understanding, utterance, (), cancelled)
            if outcome.control == "undo" and self._undo:
                undo, self._undo = self._undo, None
                reply = ReplyEnded(undo())
        except ActionError as error:
            yield ReplyEnded(str(error), ok=False)
            return
        self._undo = outcome.undo or self._undo
        yield reply

    def _pieces(self, prompt: Prompt, cancelled: threading.Event) -> Iterator[str]:
        for piece in self._model.pieces(prompt, cancelled):
            yield piece
            if "}}" in piece or "\n" in piece:
                return

    def _understood(self, answer: str) -> Understanding:
        """Read the model's JSON; what is none, or names no tool, is not understood."""
        call: Any = None
        if line := re.search(r"\{.*\}", answer, re.DOTALL):
            with suppress(ValueError):
                call = json.loads(line[0])
        intent = self._matcher.intents.intents.get(str(call.get("tool"))) if isinstance(call, Mapping) else None
        if intent is None:
            return OutOfScope(0.0, ())
        given = call.get("slots") if isinstance(call.get("slots"), Mapping) else {}
        slots = {name: value for name, words in given.items() if (value := _value(intent, name, words)) is not None}
        if missing := intent.missing(slots):
            return SlotMissing(intent.name, slots, missing.name, missing.ask or "Which?", 1.0, ())
        defaults = {slot.name: slot.default for slot in intent.slots.values() if slot.default is not None}
        return IntentMatch(intent.name, {**defaults, **slots}, 1.0, (), intent.action, intent.response)


def _tool(intent: Intent) -> str:
    return json.dumps({"tool": intent.name, "slots": list(intent.slots), "does": intent.title})


def _value(intent: Intent, name: str, words: Any) -> SlotValue | None:
    slot = intent.slots.get(str(name))
    if slot is None or words in (None, ""):
        return None
    if slot.type in entities.TYPES and slot.type not in entities.FREE:
        return entities.parse(slot.type, str(words))
    return str(words)


def open_model() -> tuple[str, Engine] | None:
    """Load the best model that is installed, with its name; None without one."""
    for name in _MODELS:
        config = Config(models=ModelsConfig(offline=True), generator=GeneratorConfig(model=name))
        with suppress(ModelError):
            return name, open_engine(config, quiet)
    return None
