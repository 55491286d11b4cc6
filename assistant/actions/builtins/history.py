"""What somebody said to the assistant before."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta

from assistant.actions.database.turns import StoredTurn
from assistant.actions.outcome import Context, Outcome, Slots, text_of
from assistant.errors import AssistantError
from assistant.language import spoken


def said(slots: Slots, _: Mapping[str, str], context: Context) -> Outcome:
    """Tell what the user said before: about `about`, on `day`, in the `part` of it (morning, afternoon, evening)."""
    if not context.config.history.keep:
        return Outcome("I keep nothing of what is said: [history] keep is false in config.toml.", ok=False)
    about, part, today = text_of(slots, "about"), text_of(slots, "part"), context.now().date()
    day = _past(slots.get("day"), today) or (today if part else None)
    try:
        turns = context.recall(about)
    except AssistantError as error:
        return Outcome(str(error), ok=False)
    own = [turn for turn in turns if context.intent not in turn.name.split("\n") and turn.text != "***"]
    wanted = [turn for turn in own if _is_within(datetime.fromtimestamp(turn.at), day, part)]
    if not wanted:
        when = "".join([f" {_when(day, today)}" if day else "", f" in the {part}" if part else ""])
        return Outcome(f"You said nothing{f' about {about}' if about else ''}{when} that I have kept.")
    return Outcome(_told(wanted, today))


def _told(turns: Sequence[StoredTurn], today: date, most: int = 5) -> str:
    """The latest `most` turns with their moments."""
    head = f"{spoken.sentence(spoken.count(len(turns), 'time'))}, the latest {most}: " if len(turns) > most else ""
    sentences = []
    for turn in turns[-most:]:
        moment = datetime.fromtimestamp(turn.at)
        sentences.append(f"{_day(moment.date(), today)} at {spoken.clock(moment)}: “{turn.text}”.")
    return head + " ".join(sentences)


def _is_within(moment: datetime, day: date | None, part: str) -> bool:
    hours = {"morning": range(12), "afternoon": range(12, 18), "evening": range(18, 24)}.get(part, range(24))
    return day in (None, moment.date()) and moment.hour in hours


def _when(day: date, today: date) -> str:
    return _day(day, today).lower() if (today - day).days < 2 else f"on {_day(day, today)}"


def _day(day: date, today: date) -> str:
    return {0: "Today", 1: "Yesterday"}.get((today - day).days) or spoken.day(day, today)


def _past(day: object, today: date) -> date | None:
    """The day that is meant, which is over: Monday is the last one."""
    if isinstance(day, datetime):
        day = day.date()
    if not isinstance(day, date):
        return None
    if day <= today:
        return day
    return day - timedelta(days=7) if day - today <= timedelta(days=7) else day - timedelta(days=365)
