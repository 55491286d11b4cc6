"""Days on which what recurs is not wanted: `not on Fridays though` after `wake me at seven on weekdays`."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

from assistant.dialogue.context.fragments import Fragment
from assistant.dialogue.exchange import Exchange
from assistant.language import entities
from assistant.language.tables import table_of
from assistant.language.text import tidy
from assistant.nlu.operators.recurrence import DAYS, days_named, parts_of
from assistant.values import IntentMatch, OutOfScope, Understanding


def without_days(last: Exchange, fragment: Fragment, language: str) -> Understanding | None:
    """Return the last command without days of the week that are said; the reason where that cannot be.

    None where words name no such day, or more than that, or where the last command does not recur.
    """
    command, table = last.understanding, table_of(language)
    if fragment.kind != "exclusion" or not last.is_change or not isinstance(command, IntentMatch):
        return None
    behind = table.follow_ups.adding_behind
    text = tidy(behind.sub("", fragment.text) if behind else fragment.text).casefold()
    days, rest = days_named(text, language)
    when, refusals = command.when, table.follow_ups.refusals
    if when and when.rule and not days and isinstance(entities.parse("date", text, language=language), date):
        return OutOfScope(0.0, (), refusals.day_stays.format(fragment.text, last.text))
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
