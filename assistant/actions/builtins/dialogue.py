"""The conversation itself: what only the session can do is asked of it through `Outcome.control`."""

from __future__ import annotations

import re
from collections.abc import Mapping

from assistant.actions.outcome import Catalogue, Context, Outcome, Slots, text_of
from assistant.language import spoken

_EXAMPLES = 6
_ALIKE = 70


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


def leave(_: Slots, __: Mapping[str, str], ___: Context) -> Outcome:
    """Close the assistant."""
    return Outcome("Goodbye.", control="quit")


def greet(_: Slots, __: Mapping[str, str], context: Context) -> Outcome:
    """Greet back by the time of day."""
    hour = context.now().hour
    part = "morning" if 4 <= hour < 12 else "afternoon" if 12 <= hour < 18 else "evening"
    return Outcome(f"Good {part}. What can I do for you?")


def help_with(slots: Slots, _: Mapping[str, str], context: Context) -> Outcome:
    """Say what can be said: some of everything, or all about `topic`."""
    catalogue = [entry for entry in context.catalogue() if entry[2]]
    topic = text_of(slots, "topic")
    found = _about(catalogue, topic) if topic else _spread(catalogue)
    if not found:
        return Outcome(f"I know no command about {topic}.", ok=False, control="help")
    head = f"About {topic} you can say" if topic else "You can say, for example"
    return Outcome(f"{head}: {spoken.joined([f'“{example}”' for _, _, example in found])}.", control="help")


def _about(catalogue: Catalogue, topic: str) -> Catalogue:
    """Return the commands whose description or example names the topic."""
    from rapidfuzz import fuzz

    wanted = re.sub(r"^(?:the|my|a|an)\s+|s$", "", topic.casefold())

    def likeness(entry: tuple[str, str, str]) -> float:
        return max(float(fuzz.partial_ratio(wanted, text.casefold())) for text in entry)

    ranked = sorted(catalogue, key=likeness, reverse=True)
    return [entry for entry in ranked if likeness(entry) >= max(_ALIKE, likeness(ranked[0]) - 5)][:_EXAMPLES]


def _spread(catalogue: Catalogue) -> Catalogue:
    """Return a few from across the catalogue, which is in the order of the files."""
    step = max(1, len(catalogue) // _EXAMPLES)
    return catalogue[::step][:_EXAMPLES]
