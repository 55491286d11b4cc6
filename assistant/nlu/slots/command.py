"""The values of a reading become a command, or the question for a value that lacks or does not fit."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime

from assistant.authoring.definitions import Intent, Slot
from assistant.language import entities
from assistant.nlu.slots.filler import SlotFiller
from assistant.nlu.templates.matcher import Templates
from assistant.values import IntentMatch, SlotMissing, SlotValue


class Commands:
    """Makes the commands of a set of intents.

    Args:
        templates: of the set; they know the limits of its slots.
        filler: intent -> what fills its slots.
        clock: what `tomorrow`, as a default, is relative to.
        language: of the set.
    """

    def __init__(
        self, templates: Templates, filler: Callable[[str], SlotFiller], clock: Callable[[], datetime], language: str
    ) -> None:
        self._templates, self._filler, self._clock, self._language = templates, filler, clock, language

    def command(
        self,
        intent: Intent,
        values: Mapping[str, SlotValue],
        texts: Mapping[str, str],
        confidence: float,
        key: str = "",
    ) -> IntentMatch | SlotMissing:
        """Return the command with its defaults, or the question for a value that does not fit or is required.

        `key` is that of the response, or the response itself.
        """
        slots = dict(values)
        for name, slot in intent.slots.items():
            if name not in slots and slot.default is not None and (value := self._default(slot)) is not None:
                slots[name] = value
        if fault := self._templates.fault(intent.name, slots, self._filler(intent.name).wording.counted):
            return self.asked(intent, slots, *fault, confidence)
        if missing := intent.missing(slots):
            return SlotMissing(
                intent.name, slots, missing.name, self._filler(intent.name).question(missing.name), confidence, ()
            )
        response = intent.responses.get(key or "default", intent.response)
        if key and key not in intent.responses and (" " in key or "{" in key):
            response = key  # the response itself, where Home Assistant writes the name of one
        return IntentMatch(intent.name, slots, confidence, (), intent.action, response, intent.confirm, dict(texts))

    def complete(self, intent: Intent, command: IntentMatch | SlotMissing) -> IntentMatch | SlotMissing:
        """Return the command, or the question for a value that every sentence of the intent has and this one lacks."""
        if isinstance(command, IntentMatch) and (name := self._filler(intent.name).lacking(command.slots)):
            return replace(self.asked(intent, command.slots, name, "", command.confidence), n_best=command.n_best)
        return command

    def asked(
        self, intent: Intent, slots: Mapping[str, SlotValue], name: str, reason: str, confidence: float
    ) -> SlotMissing:
        """Return the question for a slot, with the reason why the value that was said is none."""
        others = {other: value for other, value in slots.items() if other != name}
        ask = f"{reason} {self._filler(intent.name).question(name)}".strip()
        return SlotMissing(intent.name, others, name, ask, confidence, ())

    def _default(self, slot: Slot) -> SlotValue | None:
        if isinstance(slot.default, str) and slot.type in ("date", "datetime", "time"):
            return entities.parse(slot.type, slot.default, self._clock(), self._language)
        return slot.default
