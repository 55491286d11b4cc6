"""A context of Picovoice Rhino in YAML: expressions with `$slot:name`, `[a, b]`, `(optional)` and `@macro`."""

from __future__ import annotations

import re

from assistant.authoring.importing.imported import Imported, identifier, in_words
from assistant.authoring.source.yaml_tree import Items, Table
from assistant.authoring.source_file import SourceFile

_BUILT_IN = {"TwoDigitInteger": (0, 99), "SingleDigitInteger": (0, 9), "Percent": (0, 100), "TwoDigitOrdinal": (0, 99)}
_PART = re.compile(r"\$(?P<slot>[\w.]+):(?P<name>\w+)|@(?P<macro>\w+)|(?P<sign>[\[\](),])")


def read_rhino(file: SourceFile, imported: Imported) -> None:
    """Read one context."""
    top = file.parsed()
    context = top.get("context") if isinstance(top, Table) else None
    if not isinstance(context, Table):
        imported.leave(file.path, 1, "has no `context:`")
        return
    for key in context:
        if key not in ("expressions", "slots", "macros"):
            imported.leave(file.path, context.lines[key], f"`{key}:` is not carried over")
    for name, values in _tables(context, "slots"):
        imported.lists[identifier(name)] = [(in_words(value).strip(), "") for value in values]
    for name, values in _tables(context, "macros"):
        words = "|".join(_template(file, 0, in_words(value), imported, {}) for value in values)
        imported.rules[identifier(name)] = f"({words})"
    for name, values in _tables(context, "expressions"):
        intent = imported.intent(name, file.path, values.line)
        for value, line in zip(values, values.lines, strict=True):
            intent.templates.append(_template(file, line, in_words(value), imported, intent.slots))


def _tables(context: Table, key: str) -> list[tuple[str, Items]]:
    section = context.get(key)
    rows = section.items() if isinstance(section, Table) else ()
    return [(str(name), values) for name, values in rows if isinstance(values, Items)]


def _template(file: SourceFile, line: int, text: str, imported: Imported, slots: dict[str, str]) -> str:
    depth: list[str] = []

    def part(match: re.Match[str]) -> str:
        if match["macro"]:
            return f"<{identifier(match['macro'])}>"
        if match["slot"]:
            name = match["name"]
            kind = identifier(match["slot"].removeprefix("pv."))
            if match["slot"].startswith("pv."):
                if kind in _BUILT_IN:
                    imported.ranges[kind] = _BUILT_IN[kind]
                else:
                    imported.leave(file.path, line, f"${match['slot']} is not carried over: {{{name}}} takes any words")
                    kind = "text"
            slots[name] = kind
            return f"{{{name}}}"
        return _sign(match["sign"], depth)

    return " ".join(re.sub(r"\s*\|\s*", "|", _PART.sub(part, text)).split())


def _sign(sign: str, depth: list[str]) -> str:
    """Return a bracket or a comma as a template has it: both kinds of brackets mean the other thing here."""
    if sign in "[(":
        depth.append(sign)
        return "(" if sign == "[" else "["
    if sign == ",":
        return "|" if depth else " "
    if depth:
        depth.pop()
    return ")" if sign == "]" else "]"
