"""Where a client stands: "turn on the light" in the kitchen means the light there."""

from __future__ import annotations

from assistant.dialogue.session import Session
from assistant.events import Understood
from assistant.values import BuiltInAction, IntentMatch, SlotMissing, Utterance

_PLACES = frozenset({"area", "floor", "name", "entity_id"})
"""Slots that say where, or which thing."""


def placed(session: Session, text: str, area: str) -> str:
    """Return a sentence as it is meant in an area.

    A command for the house that names neither a place nor a thing is said with the area behind it, where that means the
    same command there; whatever else is said stays as it is.
    """
    if not area or session.expects_answer:
        return text
    meant = _command(session, text)
    if meant is None or not _PLACES.isdisjoint(meant.slots):
        return text
    sentence = f"{text.rstrip(' .!?')} in the {area}"
    there = _command(session, sentence)
    is_same = there is not None and there.intent == meant.intent and "area" in there.slots and there.when == meant.when
    return sentence if is_same else text


def _command(session: Session, text: str) -> IntentMatch | SlotMissing | None:
    """Return the one command for the house in a sentence; None where there is another, or none."""
    meanings = [event.understanding for event in session.preview(Utterance(text)) if isinstance(event, Understood)]
    if len(meanings) != 1 or not isinstance(meant := meanings[0], IntentMatch | SlotMissing):
        return None
    intent = session.matcher.intents.intents.get(meant.intent)
    action = intent.action if intent else None
    return meant if isinstance(action, BuiltInAction) and action.name.startswith("home.") else None
