"""The `lists:`, `values:` and `expansion_rules:` of an intent file, checked."""

from __future__ import annotations

import typing
from dataclasses import replace
from typing import Any

from assistant.authoring.definitions import Consent, ListValue, NumberRange, SourceLine, WordList
from assistant.authoring.schema.intents import LIST, RANGE, VALUE
from assistant.authoring.source.limits import LIMITS
from assistant.authoring.source.yaml_tree import Items, Table
from assistant.authoring.source_file import SourceFile, scalar
from assistant.authoring.template_syntax import (
    Cost,
    TemplateError,
    check_range,
    check_syntax,
    cost,
    inside,
    is_template,
    parsed,
)
from assistant.errors import did_you_mean, nearest_word
from assistant.values import SlotValue

_FRACTIONS = {"": 1, "halves": 2, "tenths": 10}
"""Kind of fractions -> numbers of a range for each whole one."""


def is_readable(file: SourceFile, line: int, template: str, where: str) -> bool:
    """Return True where a template can be parsed; note the fault where it cannot."""
    try:
        check_syntax(template)
    except TemplateError as error:
        file.report(inside(line, error.offset), f"{where}: {error}")
        return False
    return True


def read_rules(file: SourceFile, parent: Table) -> dict[str, str]:
    """Return the expansion rules of a file or a block: name -> template."""
    rules = file.table(parent, "expansion_rules", "file")
    templates = {name: file.text(rules, name, "expansion_rules") for name in rules}
    return {
        name: template
        for name, template in templates.items()
        if is_readable(file, file.line(rules, name), template, f"rule <{name}>")
    }


def read_lists(file: SourceFile, parent: Table, where: str) -> dict[str, WordList]:
    """Return the lists of a file or a block, by name."""
    table = file.table(parent, "lists", where)
    lists = ((name, _read_list(file, table, name)) for name in table)
    return {name: replace(words, place=SourceLine(file.path, file.line(table, name))) for name, words in lists if words}


def _read_list(file: SourceFile, parent: Table, name: str) -> WordList | None:
    table, where = parent[name], f"list {name}"
    if not isinstance(table, Table):
        file.report(file.line(parent, name), f"{where}: must hold 'values:', 'range:' or 'wildcard: true'")
        return None
    file.check_keys(table, LIST, where)
    if "values" in table:
        values = read_values(file, table, where)
        return WordList(name, values) if values else None
    if "range" in table:
        limits = _read_range(file, file.table(table, "range", where), where)
        return WordList(name, (), limits) if limits else None
    if not file.flag(table, "wildcard", where):
        file.report(file.line(parent, name), f"{where}: must hold 'values:', 'range:' or 'wildcard: true'")
        return None
    return WordList(name)


def _read_range(file: SourceFile, table: Table, where: str) -> NumberRange | None:
    file.check_keys(table, RANGE, where)
    low, high = file.number(table, "from", where), file.number(table, "to", where)
    if low is None or high is None or low > high:
        file.report(table.line, f"{where}: a range needs 'from' and 'to', the smaller first")
        return None
    chosen = {}
    for key, legal in (("type", ("number", "percentage", "temperature")), ("fractions", tuple(_FRACTIONS))):
        word = chosen[key] = file.text(table, key, where, legal[0])
        if word not in legal:
            file.report(file.line(table, key), f"{where}: unknown {key} '{word}'{did_you_mean(word, legal)}")
            chosen[key] = legal[0]
    step, factor = max(int(file.number(table, "step", where, 1)), 1), file.number(table, "multiplier", where)
    try:
        check_range(low, high, step, _FRACTIONS[chosen["fractions"]])
    except TemplateError as error:
        file.report(table.line, f"{where}: {error}")
        return None
    return NumberRange(int(low), int(high), step, chosen["type"], chosen["fractions"], factor)


def read_values(file: SourceFile, parent: Table, where: str) -> tuple[ListValue, ...]:
    """Return the `values:` of a list: texts, mappings with in, out, context, metadata, or value: [synonym, ...]."""
    rows = parent.get("values")
    if isinstance(rows, Table):
        said = [
            (text, value, line)
            for value in rows
            for text, line in ((value, file.line(rows, value)), *file.texts(rows, value, where))
        ]
        checked = (_checked(file, ListValue(text, value), line, where) for text, value, line in said)
        return tuple(value for value in checked if value)
    if not isinstance(rows, Items) or not rows:
        file.report(file.line(parent, "values"), f"{where}: 'values' must be a list that is not empty")
        return ()
    entries = zip(rows, rows.spellings, rows.lines, strict=True)
    values = (_read_value(file, item, spelling, line, where) for item, spelling, line in entries)
    return tuple(value for value in values if value)


def _read_value(file: SourceFile, item: object, spelling: str, line: int, where: str) -> ListValue | None:
    out: SlotValue | None
    extra: dict[str, Any] = {}
    if isinstance(item, Table):
        file.check_keys(item, VALUE, where)
        text = file.text(item, "in", where)
        out = scalar(item["out"]) if item.get("out") is not None else None
        extra = {key: dict(file.table(item, key, where)) for key in ("context", "metadata")}
        extra["confirm"] = _read_consent(file, item, where)
    else:
        text = "" if isinstance(item, Items) or item is None else spelling.strip()
        out = text if str(item) != text else scalar(item)  # 3.10 is no 3.1
    as_said = out is None or (out == text and is_template(text))
    return _checked(file, ListValue(text, None if as_said else out, **extra), line, where)


def _checked(file: SourceFile, listed: ListValue, line: int, where: str) -> ListValue | None:
    """Return a value that can be used; None of one at fault, which is noted."""
    text, named = listed.text, f'{where}: the value "{listed.text[:80]}"'
    if not text:
        file.report(line, f"{where}: a value needs words")
        return None
    if not file.is_short(text, LIMITS.phrase, line, named) or not is_readable(file, line, text, where):
        return None
    if any(check_syntax(text)):
        file.report(line, f"{named} cannot refer to a list or rule")
        return None
    expense = cost(parsed(text), {}) if is_template(text) else Cost()
    many = f"it stands for more than {LIMITS.phrases:,} phrases" if expense.phrases > LIMITS.phrases else ""
    if fault := expense.fault or many:
        file.report(line, f"{named} is left out: {fault}")
        return None
    return listed


def _read_consent(file: SourceFile, item: Table, where: str) -> Consent | None:
    """Return the `confirm:` of a value; one that is neither word counts as `always`, and is noted."""
    word: Consent | None = file.text(item, "confirm", where, None)
    if word is None or word in (legal := typing.get_args(Consent)):
        return word
    hint = nearest_word(word, legal)
    file.report(file.line(item, "confirm"), f"{where}: 'confirm' must be always or never, not '{word}'{hint}")
    return "always"
