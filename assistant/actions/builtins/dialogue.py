"""The conversation itself: a request that only the session can carry out is its `Outcome.control`."""

from __future__ import annotations

import dataclasses
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


def slower(_: Slots, __: Mapping[str, str], context: Context) -> Outcome:
    """Say the last reply again, slower; where it is not read aloud, say so and write it again."""
    aloud = {"always": ("typed", "spoken"), "spoken": ("spoken",)}.get(context.config.voice.replies, ())
    silent = "I don't read this aloud, so it can't be slower. Once more: "
    return Outcome("", {source: silent for source in ("typed", "spoken") if source not in aloud}, control="slower")


def said(_: Slots, __: Mapping[str, str], ___: Context) -> Outcome:
    """Say the user's last words again."""
    return Outcome("You have not said anything yet.", control="said")


def did(_: Slots, __: Mapping[str, str], ___: Context) -> Outcome:
    """Name the last command with its reply."""
    return Outcome("I have not done anything yet.", control="did")


def why(_: Slots, __: Mapping[str, str], ___: Context) -> Outcome:
    """Give the phrase, the line of a file and the values from which the last reply came."""
    return Outcome("I have not done anything yet.", control="why")


def more(_: Slots, __: Mapping[str, str], context: Context) -> Outcome:
    """Go on with the last reply; where nothing was asked or told yet, give examples of commands."""
    return dataclasses.replace(help_with({}, {}, context), control="more")


def asked(_: Slots, __: Mapping[str, str], ___: Context) -> Outcome:
    """Name the open question."""
    return Outcome("I am waiting for nothing. Say what you like.", control="asked")


def undo(slots: Slots, _: Mapping[str, str], __: Context) -> Outcome:
    """Take the last command back, or the last `count`."""
    return Outcome("", {"count": str(slots.get("count") or 1)}, control="undo")


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
    """Give examples of commands: some of everything, or those about `topic`, and others each time it is asked."""
    catalogue = [entry for entry in context.catalogue() if entry[2]]
    topic = text_of(slots, "topic")
    pages = _pages(_about(catalogue, topic) if topic else _spread(catalogue))
    if not pages:
        return Outcome(f"I know no command about {topic}.", ok=False, control="help")
    head = f"About {topic} you can say" if topic else "You can say, for example"
    first, *others = (spoken.joined([f"“{example}”" for _, _, example in page]) for page in pages)
    return Outcome(f"{head}: {first}.", control="help", more=tuple(f"You can also say: {page}." for page in others))


def suggest(_: Slots, __: Mapping[str, str], context: Context) -> Outcome:
    """Suggest sentences that you may want to say now, and tell why."""
    (first, why), *others = suggestions = [*context.suggestions()][:3] or [("", "")]
    if not first:
        return Outcome("Nothing comes to mind. Ask me what I can do for a list of everything.")
    rest = f" Or {spoken.joined([f'“{text}”' for text, _ in others], 'or')}." if others else ""
    return Outcome(f"Perhaps “{first}”: {why}.{rest}", {"suggestion": suggestions[0][0]})


def _about(catalogue: Catalogue, topic: str, least: float = 70) -> Catalogue:
    """Return the commands similar to the topic in name, title or example, `least` of 100 or more; the likest first."""
    from rapidfuzz import fuzz

    wanted = re.sub(r"^(?:the|my|a|an)\s+|s$", "", topic.casefold())

    def likeness(entry: tuple[str, str, str]) -> float:
        return max(float(fuzz.partial_ratio(wanted, text.casefold())) for text in entry)

    ranked = sorted(catalogue, key=likeness, reverse=True)
    return [entry for entry in ranked if likeness(entry) >= max(least, likeness(ranked[0]) - 5)]


def _spread(catalogue: Catalogue, count: int = 6) -> Catalogue:
    """Return the commands so that each `count` of them are from across the catalogue, which is in the files' order."""
    step = max(1, -(-len(catalogue) // count))
    return [entry for start in range(step) for entry in catalogue[start::step]]


def _pages(catalogue: Catalogue, count: int = 6) -> list[Catalogue]:
    """Take the commands apart, `count` at a time; no example twice."""
    entries = list({entry[2]: entry for entry in catalogue}.values())
    return [entries[start : start + count] for start in range(0, len(entries), count)]
