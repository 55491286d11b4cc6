"""The timers, alarms and reminders that a command is about: by id, label, length or time, else asked back."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from datetime import date, datetime, time, timedelta

from assistant.actions.choices import Option, names_half_day, picked
from assistant.actions.database import TimerKind
from assistant.actions.outcome import Context, Outcome, Slots, text_of
from assistant.actions.timer_service import Timer
from assistant.language import entities, spoken
from assistant.language.numbers import in_digits
from assistant.language.tables import table_of
from assistant.language.times import find_clocks
from assistant.values import SlotValue

_PARTS = {"morning": range(3, 12), "afternoon": range(12, 18), "evening": range(17, 24), "night": range(18, 24)}
"""Part of the day -> its hours."""

_AND = re.compile(r"\s*(?:,|\band\b|\bplus\b)\s*(?:the\s+|my\s+)?", re.IGNORECASE)


def chosen(slots: Slots, context: Context, kind: TimerKind, paused: bool | None = None) -> Sequence[Timer] | Outcome:
    """Return the timers that the slots name, or the reply where they name none, or one of several.

    `id` is that of a timer that has been picked before.
    """
    timers = context.timers.waiting(kind)
    if not timers:
        return none_set(kind)
    matches = matching(timers, slots, context)
    if not matches:
        return (
            Outcome(f"That {kind} is not set any more.", ok=False) if "id" in slots else no_such(timers, kind, context)
        )
    in_state = [timer for timer in matches if paused in (None, timer.paused)]
    if not in_state:
        names = spoken.joined([f"the {timer.name}" for timer in matches[:5]])
        state = "running" if paused else "paused"
        return Outcome(f"{spoken.sentence(names)} {_is(matches)} {state} already.", ok=False)
    matches = in_state
    if len(matches) == 1 or _AND.search(label_of(slots, kind)):
        return matches
    options = options_of(matches, context.now())
    names = spoken.joined([f"the {option.label}" for option in options[:5]], "or")
    return Outcome(f"Which one: {names}?", ok=False, options=options)


def left_in(timers: Sequence[Timer], context: Context) -> Sequence[Timer] | Outcome:
    """Return the timers less those that the command excepts, or the reply where it excepts what is not there."""
    options = options_of(timers, context.now())
    kept = list(timers)
    for words in context.excluding:
        out = {option.slots["id"] for option in picked(options, words, context.now())}
        if not out:
            names = spoken.joined([f"the {option.label}" for option in options[:5]])
            text = f"I know none to leave out by “{words}”, so I have done nothing. There {_is(timers)} {names}."
            return Outcome(text, ok=False)
        kept = [timer for timer in kept if timer.id not in out]
    return kept


def no_such(timers: Sequence[Timer], kind: TimerKind, context: Context) -> Outcome:
    """Return the reply where none of the timers that are set is meant."""
    names = spoken.joined([f"the {name}" for name in names_of(timers[:5], context.now())])
    return Outcome(f"I found no such {kind}. There {_is(timers)} {names}.", ok=False)


def none_set(kind: TimerKind) -> Outcome:
    """Return the reply where no timer of a kind is set."""
    texts = {"timer": "No timer is running.", "alarm": "No alarm is set."}
    return Outcome(texts.get(kind, "No reminder is set."), ok=False)


def label_of(slots: Slots, kind: str) -> str:
    """Return the label that was said, without what stands around it."""
    label = re.sub(r"^(?:the|a|an|my|for|called|named)\s+", "", text_of(slots, "label"), flags=re.IGNORECASE)
    return re.sub(rf"\s+{kind}s?$", "", label, flags=re.IGNORECASE)


def time_left(timer: Timer) -> str:
    """Return the time that a timer has left, as it is spoken."""
    return spoken.duration(max(0, round(timer.left.total_seconds())), parts=2)


def options_of(timers: Sequence[Timer], now: datetime) -> tuple[Option, ...]:
    """Return the timers as things to choose from."""
    names = names_of(timers, now)
    return tuple(Option(name, {"id": timer.id}, _facts(timer)) for name, timer in zip(names, timers, strict=True))


def _facts(timer: Timer) -> dict[str, SlotValue]:
    facts: dict[str, SlotValue] = {"due": timer.due, "number": timer.id}
    return facts | ({"length": timer.length, "left": timer.left} if timer.kind == "timer" else {})


def names_of(timers: Sequence[Timer], now: datetime) -> Sequence[str]:
    """Return names by which timers differ: label or length, else the time left or the moment, else the order."""
    own = [timer.name for timer in timers]
    pairs = zip(timers, own, strict=True)
    names = [f"{name} {_difference(timer, now)}" if own.count(name) > 1 else name for timer, name in pairs]
    return [
        f"{spoken.ordinal(names[:place].count(name) + 1)} {name}" if names.count(name) > 1 else name
        for place, name in enumerate(names)
    ]


def _difference(timer: Timer, now: datetime) -> str:
    """Return words that tell a timer from another with the same name."""
    if timer.kind == "timer":
        return f"with {time_left(timer)} left"
    return spoken.moment(timer.due, now) if timer.label else spoken.day(timer.due.date(), now.date())


def matching(timers: Sequence[Timer], slots: Slots, context: Context) -> Sequence[Timer]:
    """Return the timers of that length, time or day, and label; the one of that `id`, where there is one."""
    if "id" in slots:
        return [timer for timer in timers if timer.id == slots["id"]]
    for name, words in (("at", context.texts.get("at", "")), ("label", label_of(slots, ""))):
        if name in slots and (placed := _in_place(timers, words, context)):
            timers, slots = placed, {other: value for other, value in slots.items() if other != name}
    length, due = slots.get("duration"), slots.get("at")
    if isinstance(length, timedelta):
        timers = [timer for timer in timers if abs(timer.length - length) < timedelta(seconds=1)]
    if isinstance(due, datetime) and entities.whole("date", context.texts.get("at", ""), context.now()):
        due = due.date()  # tomorrow's alarm: whichever hour goes without saying, it is not what was said
    if isinstance(due, datetime) and (hours := _hours(context.texts.get("at", ""))):
        timers = [timer for timer in timers if timer.due.date() == due.date() and timer.due.hour in hours]
    elif isinstance(due, datetime | time):
        timers = _due_at(timers, due, context)
    elif isinstance(due, date):
        timers = [timer for timer in timers if timer.due.date() == due]
    if label := label_of(slots, timers[0].kind if timers else ""):
        whole = _labelled(timers, label)
        parts = [_labelled(timers, part) for part in _AND.split(label)] if _AND.search(label) else []
        timers = [timer for timer in timers if any(timer in part for part in parts)] if parts and all(parts) else whole
    return timers


def _in_place(timers: Sequence[Timer], text: str, context: Context) -> Sequence[Timer]:
    """Return the timers of a place in their row, which is no day or label: `the first`; none of other words."""
    words = text.casefold().split()
    if not words or not {*words} <= {"the", *table_of("en").ordinals} or any(t.label == text for t in timers):
        return ()
    ids = [option.slots["id"] for option in picked(options_of(timers, context.now()), words[-1], context.now())]
    return [timer for timer in timers if timer.id in ids]


def _hours(words: str) -> range:
    """Return the hours of a part of the day that stands without a clock time: `tomorrow morning`; none of others."""
    text = in_digits(words.casefold())
    parts = [hours for part, hours in _PARTS.items() if part in text]
    return parts[0] if parts and not any(find_clocks(text)) else range(0)


def _due_at(timers: Sequence[Timer], due: datetime | time, context: Context) -> Sequence[Timer]:
    """Return the timers of a time of day; where several are left, those of the half of the day and the day as well."""
    clock = due if isinstance(due, time) else due.time()
    fitting = [t for t in timers if (t.due.hour % 12, t.due.minute) == (clock.hour % 12, clock.minute)]
    narrower: Iterable[Callable[[Timer], bool]] = (
        lambda timer: names_half_day(context.texts.get("at", "")) and timer.due.hour == clock.hour,
        lambda timer: isinstance(due, datetime) and timer.due.date() == due.date(),
    )
    for fits in narrower:
        if len(fitting) > 1:
            fitting = [timer for timer in fitting if fits(timer)] or fitting
    return fitting


def _labelled(timers: Sequence[Timer], label: str, least: float = 70) -> Sequence[Timer]:
    """Return the timers of a label; it may be misheard, down to a similarity of `least` in 100."""
    from rapidfuzz import fuzz

    wanted = label.casefold()
    names = [(timer.label.casefold(), timer.name.casefold()) for timer in timers]
    scores = [max(fuzz.ratio(wanted, label), fuzz.token_set_ratio(wanted, name)) for label, name in names]
    best = max(scores, default=0)
    return [timer for timer, score in zip(timers, scores, strict=True) if score == best >= least]


def _is(things: Sequence[object]) -> str:
    return "is" if len(things) == 1 else "are"
