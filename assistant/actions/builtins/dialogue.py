"""The conversation itself: a request that only the session can carry out is its `Outcome.control`."""

from __future__ import annotations

import re
from collections.abc import Mapping

from assistant.actions.outcome import Catalogue, Context, Outcome, Slots, text_of
from assistant.language import spoken


def stop(_: Slots, __: Mapping[str, str], ___: Context) -> Outcome:
    """Stop speaking and ringing."""
    return Outcome("", control="stop")


def cancel(_: Slots, __: Mapping[str, str], ___: Context) -> Outcome:
    """Forget the question that was asked."""
    return Outcome("OK, never mind.", control="cancel")


def repeat(_: Slots, __: Mapping[str, str], ___: Context) -> Outcome:
    """Say the last reply again."""
    return Outcome("", control="repeat")


def undo(_: Slots, __: Mapping[str, str], ___: Context) -> Outcome:
    """Take the last command back."""
    return Outcome("", control="undo")


def redo(_: Slots, __: Mapping[str, str], ___: Context) -> Outcome:
    """Do again what was taken back last."""
    return Outcome("", control="redo")


def leave(_: Slots, __: Mapping[str, str], ___: Context) -> Outcome:
    """Close the assistant."""
    return Outcome("Goodbye.", control="quit")


def greet(_: Slots, __: Mapping[str, str], context: Context) -> Outcome:
    """Greet back by the time of day."""
    hour = context.now().hour
    part = "morning" if 4 <= hour < 12 else "afternoon" if 12 <= hour < 18 else "evening"
    return Outcome(f"Good {part}. What can I do for you?")


def help_with(slots: Slots, _: Mapping[str, str], context: Context) -> Outcome:
    """Give examples of commands: some of everything, or those about `topic`."""
    catalogue = [entry for entry in context.catalogue() if entry[2]]
    topic = text_of(slots, "topic")
    entries = _about(catalogue, topic) if topic else _spread(catalogue)
    if not entries:
        return Outcome(f"I know no command about {topic}.", ok=False, control="help")
    head = f"About {topic} you can say" if topic else "You can say, for example"
    return Outcome(f"{head}: {spoken.joined([f'“{example}”' for _, _, example in entries])}.", control="help")


def _about(catalogue: Catalogue, topic: str, count: int = 6, least: float = 70) -> Catalogue:
    """Return the `count` commands most similar to the topic in name, title or example, `least` of 100 or more."""
    from rapidfuzz import fuzz

    wanted = re.sub(r"^(?:the|my|a|an)\s+|s$", "", topic.casefold())

    def likeness(entry: tuple[str, str, str]) -> float:
        return max(float(fuzz.partial_ratio(wanted, text.casefold())) for text in entry)

    ranked = sorted(catalogue, key=likeness, reverse=True)
    return [entry for entry in ranked if likeness(entry) >= max(least, likeness(ranked[0]) - 5)][:count]


def _spread(catalogue: Catalogue, count: int = 6) -> Catalogue:
    """Return `count` commands from across the catalogue, which is in the order of the files."""
    step = max(1, len(catalogue) // count)
    return catalogue[::step][:count]
