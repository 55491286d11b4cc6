"""Days on which the last command is wanted again, or not: `make it every week`, `not on Fridays though`."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from assistant.dialogue.context.amending.asked import names_hour, names_moment
from assistant.dialogue.context.fragments import Fragment
from assistant.dialogue.context.meanings import Meaning
from assistant.dialogue.exchange import NUMBERED, Exchange, built_in, kind_of
from assistant.language import entities
from assistant.language.mood import commands
from assistant.language.tables import table_of
from assistant.language.text import tidy, tokens
from assistant.nlu.operators.recurrence import DAYS, days_named, find_recurrences, parts_of
from assistant.values import IntentMatch, OutOfScope, Understanding, Utterance, When

if TYPE_CHECKING:
    from assistant.nlu.matcher import Matcher

_SETTING = frozenset({"alarm.set", "reminder.set"})
"""Actions that take a recurrence beside their moment."""


def recurring(last: Exchange, utterance: Utterance, fragment: Fragment, matcher: Matcher) -> Meaning | None:
    """Return the last command with a recurrence in the place of one moment: `make it every week`.

    Args:
        last: the last exchange.
        utterance: that is said after it.
        fragment: the same without its markers.
        matcher: understands the sentences that are made.
    """
    command, plain = last.understanding, tidy(fragment.text).casefold()
    if not fragment.is_repair or not last.is_change or not last.outcome.undo or not isinstance(command, IntentMatch):
        return None
    start = command.when.start if command.when else command.slots.get("at")
    query = matcher.query(plain)
    found = next(find_recurrences(plain, query.language, query.now.date()), None)
    is_whole = found is not None and (found.start, found.end, found.part) == (0, len(plain), "")
    is_setting = built_in(command) in _SETTING
    if not is_whole or not found or not isinstance(start, datetime) or not (command.when or is_setting):
        return None
    before = command.when or When(last.text, "")
    when = replace(before, text=fragment.text, rule=found.rule, start=None if is_setting else start)
    order = replace(utterance, text=f"{last.text} {fragment.text}", alternatives=())
    meaning = matcher.match(order)
    is_same = isinstance(meaning, IntentMatch) and (meaning.intent, meaning.slots) == (command.intent, command.slots)
    if is_same and isinstance(meaning, IntentMatch) and meaning.when and meaning.when.rule == found.rule:
        return order, meaning
    return replace(order, text=last.text), replace(command, when=when)


def is_closer(last: Exchange, fragment: Fragment, matcher: Matcher) -> bool:
    """True of an hour or a part of the day after a command for some day: `evening`, `at 3` after `on Sunday`."""
    language, texts = matcher.intents.language, getattr(last.understanding, "slot_texts", {})
    said = " ".join((last.text, *(text for text in texts.values() if text not in last.text)))
    if names_hour(said, matcher):
        return False
    table, query = table_of(language), matcher.query(fragment.text)
    words = {*tokens(fragment.text, language)} - table.stop_words
    if words and words <= table.parts_of_day.keys():
        return bool(matcher.query(said).spans("date"))
    is_time = any((span.start, span.end) == (0, len(query.words)) for span in query.spans("time"))
    return is_time and names_hour(fragment.text, matcher) and names_moment(said, matcher)


def is_at_moment(last: Exchange, fragment: Fragment, matcher: Matcher) -> bool:
    """True of a thing with a moment, without a verb, after what was planned: `and the heating at 11`."""
    is_plan = last.is_change and getattr(last.understanding, "when", None) is not None
    return is_plan and not commands(fragment.text, matcher.intents.language) and names_moment(fragment.text, matcher)


def without_days(last: Exchange, fragment: Fragment, language: str) -> Understanding | None:
    """Return the last command without days of the week that are said; the reason where that cannot be.

    None where words name no such day, or more than that, or where the last command does not recur.
    """
    command, table = last.understanding, table_of(language)
    if fragment.kind != "exclusion" or not isinstance(command, IntentMatch):
        return None
    behind = table.follow_ups.adding_behind
    text = tidy(behind.sub("", fragment.text) if behind else fragment.text).casefold()
    days, rest = days_named(text, language)
    when, refusals = command.when, table.follow_ups.refusals
    is_day = bool(days) or isinstance(entities.parse("date", text, language=language), date)
    if (
        is_day
        and not (days and when and when.rule)
        and ((when and when.rule) or kind_of(command) in NUMBERED - {"note"})
    ):
        return OutOfScope(0.0, (), refusals.day_stays.format(fragment.text, last.text))
    if not last.is_change:
        return None
    if not days or not command.when or not command.when.rule or not table.stop_words >= {*rest.split()}:
        return None
    rule = parts_of(command.when.rule)
    own = rule.get("BYDAY", ",".join(DAYS)).split(",")
    left = [day for day in own if day not in days]
    is_plain = rule["FREQ"] in ("DAILY", "WEEKLY") and "INTERVAL" not in rule and {*own} <= {*DAYS}
    if not is_plain or not left or not last.outcome.undo:
        return OutOfScope(0.0, (), refusals.day_stays.format(fragment.text, last.text))
    if left == own:
        return OutOfScope(0.0, (), refusals.no_such_day.format(fragment.text, last.text))
    others = {name: value for name, value in rule.items() if name not in ("FREQ", "BYDAY")}
    parts = {"FREQ": "WEEKLY", "BYDAY": ",".join(left), **others}
    start = command.when.start
    while start and DAYS[start.weekday()] not in left:
        start += timedelta(days=1)
    when = replace(command.when, rule=";".join(f"{name}={value}" for name, value in parts.items()), start=start)
    return replace(command, when=when)
