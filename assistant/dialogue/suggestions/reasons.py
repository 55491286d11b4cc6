"""The reason of a suggestion, in words that go on from its sentence."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import date, datetime

from assistant.dialogue.suggestions.dialogues import part_of_day
from assistant.dialogue.suggestions.past import Past
from assistant.dialogue.suggestions.values import Ground, Repertoire, Saying

_DAYS = ("Mondays", "Tuesdays", "Wednesdays", "Thursdays", "Fridays", "Saturdays", "Sundays")


def reason(ground: Ground, text: str, past: Past, repertoire: Repertoire) -> str:
    """Put the strongest ground of a suggestion into words; `text` is its sentence as sentences are compared."""
    last = past.conversation[-1].text if past.conversation else ""
    match ground:
        case "habit":
            return _habit([past.history[place] for place in past.places_of(text)], text, past)
        case "next" if last:
            return f"people often ask for this after “{last}”"
        case "next":
            return f"a common start to the {part_of_day(past.now)}"
    if last:
        return f"it is close to “{last}”"
    often, _ = Counter(saying.owner for saying in past.history).most_common(1)[0]
    return f"it is close to “{past.wordings().get(often) or repertoire.sentences.get(often)}”, which you ask for"


def _habit(sayings: Sequence[Saying], text: str, past: Past) -> str:
    """Tell of a habit: after what, at what time of which days, or how long ago."""
    after = sum(past.context[place] >= 0.5 for place in past.places_of(text))
    if past.conversation and after > 1 and 2 * after >= len(sayings):
        return f"you often ask for this after “{past.conversation[-1].text}”"
    days, around = _days_around(sayings, past.now), _days_around(past.history, past.now)
    weekday = past.now.weekday()
    same = sum(day.weekday() == weekday for day in days)
    if len(days) >= 3 and 2 * len(days) > len(around) and same < len(days):
        return f"you ask for this most {part_of_day(past.now)}s"
    if same >= 2 and 2 * same >= len(days):
        return f"you often ask for this on {_DAYS[weekday]}"
    if len(days) > 1:
        return f"you have asked for this on {len(days)} days around this hour"
    if len(sayings) > 1:
        return f"you have asked for this {len(sayings)} times"
    age = (past.now.date() - sayings[-1].time.date()).days
    return f"you asked for this {('today', 'yesterday')[age] if age < 2 else f'{age} days ago'}"


def _days_around(sayings: Sequence[Saying], now: datetime, hours: float = 2.0) -> set[date]:
    """Return the days on which something was said at about this time of day."""
    return {saying.time.date() for saying in sayings if _hours_apart(saying.time, now) <= hours}


def _hours_apart(first: datetime, second: datetime) -> float:
    """Return the hours between two times of day, 0 to 12."""
    apart = abs(first.hour * 60 + first.minute - second.hour * 60 - second.minute) / 60
    return min(apart, 24 - apart)
