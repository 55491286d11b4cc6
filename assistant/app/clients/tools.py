"""Commands as tools for another program's language model: each an intent, with its slots typed.

A call becomes a sentence of the intent's templates, and is understood and carried out as if somebody had typed it: by
the same rules, with the same questions, in the same conversation. What would be understood otherwise is not done.
"""

from __future__ import annotations

import re
import threading
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from assistant.actions.builtins import tells
from assistant.actions.works import works_here
from assistant.authoring.definitions import Intent, Slot
from assistant.config import Config
from assistant.dialogue.session import Session
from assistant.errors import ActionError, nearest_word
from assistant.events import Event, Understood
from assistant.nlu.templates.sampler import Sampler
from assistant.values import BuiltInAction, IntentMatch, SlotMissing, Understanding, Utterance

_KINDS: Mapping[str, tuple[str, str]] = {
    "duration": ("string", "a length of time in words, such as “ten minutes”"),
    "time": ("string", "a time of day, such as “7:30 am”"),
    "date": ("string", "a day, such as “next friday” or “3 May 2027”"),
    "datetime": ("string", "a moment, such as “tomorrow at seven”"),
    "number": ("number", ""),
    "percent": ("number", "percent"),
    "place": ("string", "a city or a country"),
}
"""Type of a slot -> that of JSON, and a description."""


@dataclass(frozen=True, slots=True)
class OfferedCommand:
    """A command as it is offered."""

    name: str
    description: str
    schema: Mapping[str, Any]
    """JSON Schema of its arguments, an object."""
    tells: bool
    """True where it changes nothing."""


@dataclass(frozen=True, slots=True)
class Knowledge:
    """A part of what the user's files say."""

    text: str
    source: str
    confidence: float
    """Chance that it answers."""


class ToolBox:
    """The tools of one conversation, which `opened` opens when it is first needed."""

    def __init__(self, config: Config, opened: Callable[[], Session]) -> None:
        self._config, self._opened = config, opened
        self._turn = threading.RLock()

    @cached_property
    def _session(self) -> Session:
        with self._turn:
            return self._opened()

    def turn(self) -> threading.RLock:
        """Return the lock that is held for a turn, from its beginning until its events have been read."""
        return self._turn

    def commands(self) -> list[OfferedCommand]:
        """Return the commands that can work here and are not about the conversation itself."""
        return list(self._commands())

    def _commands(self) -> Iterator[OfferedCommand]:
        matcher = self._session.matcher
        for intent in matcher.intents.intents.values():
            action = intent.action
            is_of_talk = isinstance(action, BuiltInAction) and action.name.startswith("dialogue.")
            if (action is None and intent.response is None) or is_of_talk or not works_here(action, self._config):
                continue
            said = [example for example in intent.examples if "{" not in example][:2]
            such = f" Said as: {'; '.join(said)}." if said else ""
            is_harmless = tells(IntentMatch(intent.name, {}, 1.0, (), action))
            schema = _schema(intent, matcher.parts.templates.sampler)
            yield OfferedCommand(_tool_name(intent), f"{intent.title}.{such}", schema, is_harmless)

    def say(self, sentence: str, cancelled: threading.Event) -> Iterator[Event]:
        """Yield the events of a turn."""
        return self._session.turn(Utterance(sentence), cancelled)

    def call(self, name: str, values: Mapping[str, Any], cancelled: threading.Event) -> Iterator[Event]:
        """Yield the events of a turn in which a command is called.

        Raises:
            ActionError: there is no such command or slot, a required one lacks, or no words mean it.
        """
        return self.say(self.sentence(name, values), cancelled)

    def sentence(self, name: str, values: Mapping[str, Any]) -> str:
        """Put a call into words that mean it, and nothing else, at this point of the conversation.

        Raises:
            ActionError: there is no such command or slot, a required one lacks, or no words mean it.
        """
        matcher = self._session.matcher
        intents = {_tool_name(intent): intent for intent in matcher.intents.intents.values()}
        intent = intents.get(name)
        if intent is None:
            raise ActionError(f"there is no command {name}{nearest_word(name, intents)}")
        if unknown := [slot for slot in values if slot not in intent.slots]:
            raise ActionError(f"{name} has no {unknown[0]}{nearest_word(unknown[0], intent.slots)}")
        if missing := [slot.name for slot in intent.slots.values() if slot.required and slot.name not in values]:
            raise ActionError(f"{name}: {missing[0]} is missing")
        words = {slot: _in_words(value) for slot, value in values.items()}
        for sentence in matcher.parts.templates.sampler.sentences(intent, words):
            events = self._session.preview(Utterance(sentence))
            meanings = [event.understanding for event in events if isinstance(event, Understood)]
            if len(meanings) == 1 and _is_meant(meanings[0], intent, words):
                return sentence
        told = ", ".join(f"{slot} {value}" for slot, value in words.items())
        raise ActionError(f"{name}: no words of it mean {told or 'this'}; say it in a sentence")

    def knowledge(self, question: str, most: int = 5) -> list[Knowledge]:
        """Find the answers and passages for a question, the likeliest first."""
        matcher = self._session.matcher
        passages = matcher.documents.passages(matcher.query(question), most)
        found = [Knowledge(item.passage.text, item.passage.source, round(item.confidence, 3)) for item in passages]
        answers = {entry.question: entry for entry in matcher.parts.knowledge.entries}
        found += [
            Knowledge(entry.answer, entry.source or entry.file.name, round(ranked.confidence, 3))
            for ranked in matcher.questions(question)[:most]
            if (entry := answers.get(ranked.owner))
        ]
        return sorted(found, key=lambda item: -item.confidence)[:most]


def _tool_name(intent: Intent) -> str:
    return re.sub(r"[^\w-]", "_", intent.name, flags=re.ASCII)[:64]


def _schema(intent: Intent, sampler: Sampler) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": {name: _property(intent, slot, sampler) for name, slot in intent.slots.items()},
        "required": [name for name, slot in intent.slots.items() if slot.required],
        "additionalProperties": False,
    }


def _property(intent: Intent, slot: Slot, sampler: Sampler, most: int = 60) -> dict[str, Any]:
    kind = slot.type or slot.name
    if phrases := [phrase for phrase, _ in sampler.slot_phrases(intent, kind)]:
        if len(phrases) <= most:
            return {"type": "string", "enum": list(dict.fromkeys(phrases))}
        return {"type": "string", "description": f"such as {', '.join(phrases[:3])}"}
    type_, description = _KINDS.get(kind, ("string", ""))
    if not description and slot.examples:
        description = f"such as {', '.join(slot.examples[:3])}"
    limits = {"minimum": slot.low, "maximum": slot.high} if type_ == "number" else {}
    told = {"description": description, **limits}
    return {"type": type_, **{key: value for key, value in told.items() if value not in ("", None)}}


def _is_meant(meaning: Understanding, intent: Intent, words: Mapping[str, str]) -> bool:
    """True of a command of that name with a value for each of the words, none of them at another time."""
    if not isinstance(meaning, IntentMatch | SlotMissing) or meaning.intent != intent.name or meaning.when:
        return False
    return words.keys() <= meaning.slots.keys()


def _in_words(value: Any) -> str:
    text = f"{value:g}" if isinstance(value, float) else str(value)
    return " ".join(text.split())[:300]
