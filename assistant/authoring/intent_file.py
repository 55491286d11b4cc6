"""One file of intents/: from YAML to definitions. What is at fault is noted and left out; the rest is used."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from assistant.authoring.action_file import read_action
from assistant.authoring.definitions import Block, Intent, IntentTest, ListValue, NumberRange, Slot, WordList
from assistant.authoring.source_file import Items, Table, YamlFile, scalar
from assistant.authoring.template_syntax import TemplateError, check_syntax, is_template
from assistant.errors import did_you_mean
from assistant.language import entities
from assistant.language.placeholders import JINJA_SLOT, MARK
from assistant.values import SlotValue

_FILE = ("language", "intents", "lists", "expansion_rules", "skip_words", "responses", "settings")
_INTENT = ("description", "data", "examples", "not", "slots", "action", "response", "confirm", "tests")
_BLOCK: tuple[str, ...] = (
    "sentences",
    "slots",
    "response",
    "requires_context",
    "excludes_context",
    "metadata",
    "expansion_rules",
    "lists",
)
_BLOCK += (
    "required_keywords",
    "settings",
    "example",
    "name_domains",
    "inferred_domain",
    "speech_to_phrase",
    "description",
)
_SLOT = ("type", "required", "ask", "default", "values", "examples", "min", "max")
_RANGE = ("from", "to", "step", "type", "fractions", "multiplier", "digits", "words", "words_language")


@dataclass(slots=True)
class FileContents:
    """What one file holds."""

    source: YamlFile
    language: str = ""
    intents: dict[str, Intent | None] = field(default_factory=dict)
    """None: the intent of that name from an earlier folder is switched off."""
    lists: dict[str, WordList] = field(default_factory=dict)
    rules: dict[str, str] = field(default_factory=dict)
    skip_words: tuple[str, ...] = ()
    responses: dict[str, dict[str, str]] = field(default_factory=dict)


def read_intent_file(path: Path, actions: Collection[str]) -> FileContents:
    """Read one file; `actions` are the names of the built-in actions. Never raises for what is in the file."""
    file = YamlFile(path)
    top = file.read()
    contents = FileContents(file)
    if top is None:
        return contents
    if not isinstance(top, Table):
        file.report(1, "must hold keys such as 'intents:', not a list or a text")
        return contents
    file.known(top, _FILE, "file")
    contents.language = file.text(top, "language", "file")
    contents.skip_words = tuple(word for word, _ in file.texts(top, "skip_words", "file"))
    for name in (lists := file.table(top, "lists", "file")):
        if found := _list(file, lists, name):
            contents.lists[name] = found
    contents.rules = _rules(file, top)
    by_intent = file.table(file.table(top, "responses", "file"), "intents", "responses")
    for name in by_intent:
        keys = file.table(by_intent, name, "responses")
        texts = {key: _response(file, keys, key, f"responses of {name}") for key in keys}
        contents.responses[name] = {key: text for key, text in texts.items() if text is not None}
    for name in (intents := file.table(top, "intents", "file")):
        if intents[name] is None:
            contents.intents[name] = None
        elif isinstance(intents[name], Table):
            contents.intents[name] = _IntentReader(file, name, actions, contents.lists).read(
                intents[name], intents.lines[name]
            )
        else:
            file.report(intents.lines[name], f"intent {name}: must hold keys such as 'data:' or 'examples:'")
    return contents


def _rules(file: YamlFile, parent: Table) -> dict[str, str]:
    rules = file.table(parent, "expansion_rules", "file")
    texts = {name: file.text(rules, name, "expansion_rules") for name in rules}
    return {name: text for name, text in texts.items() if _syntax(file, file.line(rules, name), text, f"rule <{name}>")}


def _syntax(file: YamlFile, line: int, text: str, where: str) -> bool:
    try:
        check_syntax(text)
    except TemplateError as error:
        file.report(line, f"{where}: {error}")
        return False
    return True


def _response(file: YamlFile, parent: Table, key: str, where: str) -> str | None:
    """Return the response with Home Assistant's `{{ slots.x }}` as `{x}`; None where it needs a Jinja program."""
    text = file.text(parent, key, where, None)
    if text is None:
        return None
    plain = JINJA_SLOT.sub(lambda found: "{" + (found[1] or found[2]) + "}", text)
    if "{{" in plain or "{%" in plain:
        message = f"{where}: '{key}' holds Jinja beyond {{{{ slots.name }}}}; what the action says is used instead"
        file.report(file.line(parent, key), message, "warning")
        return None
    return str(plain)


def _list(file: YamlFile, parent: Table, name: str) -> WordList | None:
    table, where = parent[name], f"list {name}"
    if not isinstance(table, Table):
        file.report(file.line(parent, name), f"{where}: must hold 'values:', 'range:' or 'wildcard: true'")
        return None
    file.known(table, ("values", "range", "wildcard"), where)
    if "values" in table:
        values = read_values(file, table, where)
        return WordList(name, values) if values else None
    if "range" in table:
        limits = file.table(table, "range", where)
        file.known(limits, _RANGE, where)
        low, high = file.number(limits, "from", where), file.number(limits, "to", where)
        if low is None or high is None or low > high:
            file.report(limits.line, f"{where}: a range needs 'from' and 'to', the smaller first")
            return None
        return WordList(name, (), _range(file, limits, where, int(low), int(high)))
    if not file.flag(table, "wildcard", where):
        file.report(file.line(parent, name), f"{where}: must hold 'values:', 'range:' or 'wildcard: true'")
        return None
    return WordList(name)


def _range(file: YamlFile, limits: Table, where: str, low: int, high: int) -> NumberRange:
    chosen = {}
    for key, legal in (("type", ("number", "percentage", "temperature")), ("fractions", ("", "halves", "tenths"))):
        chosen[key] = file.text(limits, key, where, legal[0])
        if chosen[key] not in legal:
            file.report(
                file.line(limits, key), f"{where}: unknown {key} '{chosen[key]}'{did_you_mean(chosen[key], legal)}"
            )
            chosen[key] = legal[0]
    step, factor = int(file.number(limits, "step", where, 1)), file.number(limits, "multiplier", where)
    return NumberRange(low, high, max(step, 1), chosen["type"], chosen["fractions"], factor)


def read_values(file: YamlFile, parent: Table, where: str) -> tuple[ListValue, ...]:
    """Return the entries of a list of values: texts, or mappings with in, out, context, metadata."""
    rows, found = parent.get("values"), []
    if isinstance(rows, Table):  # value: [synonym, synonym]
        for held in rows:
            found += [ListValue(text, held) for text in (held, *(each for each, _ in file.texts(rows, held, where)))]
        return tuple(found)
    if not isinstance(rows, Items) or not rows:
        file.report(file.line(parent, "values"), f"{where}: 'values' must be a list that is not empty")
        return ()
    for item, line in zip(rows, rows.lines, strict=True):
        out: SlotValue | None
        extra: dict[str, dict[str, object]] = {}
        if isinstance(item, Table):
            file.known(item, ("in", "out", "context", "metadata"), where)
            text = file.text(item, "in", where)
            out = scalar(item["out"]) if item.get("out") is not None else None
            extra = {key: dict(file.table(item, key, where)) for key in ("context", "metadata")}
        else:
            text, out = "" if isinstance(item, Items) or item is None else str(item).strip(), scalar(item)
        if not text:
            file.report(line, f"{where}: a value needs words")
        elif _syntax(file, line, text, where) and _is_plain(file, line, text, where):
            said = out is None or (out == text and is_template(text))
            found.append(ListValue(text, None if said else out, **extra))
    return tuple(found)


def _is_plain(file: YamlFile, line: int, text: str, where: str) -> bool:
    if any(check_syntax(text)):
        file.report(line, f'{where}: the value "{text}" cannot refer to a list or rule')
        return False
    return True


class _IntentReader:
    """Reads one intent of a file; the lists that its slots declare inline are added to `lists`."""

    def __init__(self, file: YamlFile, name: str, actions: Collection[str], lists: dict[str, WordList]) -> None:
        self.file, self.name, self.actions, self.lists = file, name, actions, lists
        self.where = f"intent {name}"

    def read(self, table: Table, line: int) -> Intent:
        file, where = self.file, self.where
        file.known(table, _INTENT, where)
        examples = [text for text, at in file.texts(table, "examples", where) if self._example(text, at)]
        intent = Intent(
            name=self.name,
            description=file.text(table, "description", where),
            blocks=self._blocks(table),
            examples=tuple(dict.fromkeys(MARK.sub(r"{\2}", text) for text in examples)),
            marked=tuple(text for text in examples if MARK.search(text)),
            negatives=tuple(text for text, _ in file.texts(table, "not", where)),
            slots=_with_marked(self._slots(table), examples),
            action=read_action(file, table, self.name, self.actions),
            response=_response(file, table, "response", where),
            confirm=file.text(table, "confirm", where, None),
            tests=self._tests(table),
            file=file.path,
            line=line,
        )
        if not intent.blocks and not intent.examples:
            file.report(
                line, f"{where}: has no sentence that can be used: add 'data:' with 'sentences:', or 'examples:'"
            )
        return intent

    def _example(self, text: str, line: int) -> bool:
        if re.search(r"[\[\]()<>|]", MARK.sub("", text)):
            message = (
                f"{self.where}: an example is a plain sentence, perhaps with {{slot}} or [value](slot); "
                "[ ] ( ) < > | are for 'sentences:' under 'data:'"
            )
            self.file.report(line, message)
            return False
        return True

    def _blocks(self, table: Table) -> tuple[Block, ...]:
        rows = table.get("data")
        if rows is None:
            return ()
        if not isinstance(rows, Items):
            self.file.report(
                self.file.line(table, "data"), f"{self.where}: 'data' must be a list of entries with 'sentences:'"
            )
            return ()
        found = []
        for row, line in zip(rows, rows.lines, strict=True):
            if not isinstance(row, Table):
                self.file.report(line, f"{self.where}: an entry of 'data' must hold 'sentences:'")
            elif block := self._block(row):
                found.append(block)
        return tuple(found)

    def _block(self, row: Table) -> Block | None:
        file, where = self.file, self.where
        file.known(row, _BLOCK, f"{where}, data")
        sentences = [
            (text, line) for text, line in file.texts(row, "sentences", where) if _syntax(file, line, text, where)
        ]
        if not sentences:
            if not isinstance(row.get("sentences"), Items):
                file.report(row.line, f"{where}: an entry of 'data' must hold 'sentences:'")
            return None
        own = file.table(row, "lists", where)
        lists = {name: each for name in own if (each := _list(file, own, name))}
        slots = file.table(row, "slots", where)
        return Block(
            sentences=tuple(text for text, _ in sentences),
            slots={name: scalar(value) for name, value in slots.items()},
            response=file.text(row, "response", where),
            requires_context=dict(file.table(row, "requires_context", where)),
            excludes_context=dict(file.table(row, "excludes_context", where)),
            metadata=dict(file.table(row, "metadata", where)),
            rules=_rules(file, row),
            lists=lists,
            keywords=frozenset(word for word, _ in file.texts(row, "required_keywords", where)),
            file=file.path,
            lines=tuple(line for _, line in sentences),
        )

    def _slots(self, table: Table) -> dict[str, Slot]:
        file, found = self.file, {}
        slots = file.table(table, "slots", self.where)
        for name, given in slots.items():
            where, line = f"{self.where}, slot {name}", file.line(slots, name)
            if isinstance(given, str):
                found[name] = Slot(name, given)
            elif isinstance(given, Table):
                found[name] = self._slot(name, given, where)
            elif given is None:
                found[name] = Slot(name, name)
            else:
                file.report(line, f"{where}: must be a type, or keys such as 'type:' and 'required:'")
        return found

    def _slot(self, name: str, table: Table, where: str) -> Slot:
        file = self.file
        file.known(table, _SLOT, where)
        kind = file.text(table, "type", where, name)
        if "values" in table and (values := read_values(file, table, where)):
            kind = f"{self.name}/{name}"
            self.lists[kind] = WordList(kind, values)
        required, ask = file.flag(table, "required", where), file.text(table, "ask", where)
        if ask and not required:
            file.report(file.line(table, "ask"), f"{where}: 'ask' does nothing without 'required: true'", "warning")
        ask = ask or f"Which {name.replace('_', ' ')}?"
        low, high = file.number(table, "min", where), file.number(table, "max", where)
        examples = tuple(text for text, _ in file.texts(table, "examples", where))
        return Slot(name, kind, required, ask, self._default(table, kind, where), low, high, examples)

    def _default(self, table: Table, kind: str, where: str) -> SlotValue | None:
        value = table.get("default")
        if value is None or kind not in entities.TYPES or kind in entities.FREE:
            return None if value is None else scalar(value)
        if kind in ("date", "datetime", "time"):
            return scalar(value)  # relative to the day it is used on
        parsed = entities.parse(
            kind, f"{value} seconds" if kind == "duration" and not isinstance(value, str) else str(value)
        )
        if parsed is None:
            self.file.report(self.file.line(table, "default"), f"{where}: default {value!r} is no {kind}")
        return parsed

    def _tests(self, table: Table) -> tuple[IntentTest, ...]:
        file, where, rows = self.file, f"{self.where}, tests", table.get("tests")
        if rows is None:
            return ()
        if not isinstance(rows, Items):
            file.report(file.line(table, "tests"), f"{where}: must be a list of sentences or of entries with 'say:'")
            return ()
        found = []
        for row, line in zip(rows, rows.lines, strict=True):
            if isinstance(row, str):
                found.append(IntentTest(row, {}, file.path, line))
            elif isinstance(row, Table) and (say := file.text(row, "say", where)):
                file.known(row, ("say", "slots"), where)
                found.append(IntentTest(say, dict(file.table(row, "slots", where)), file.path, line))
            else:
                file.report(line, f"{where}: an entry must be a sentence, or hold 'say:' and perhaps 'slots:'")
        return tuple(found)


def _with_marked(slots: Mapping[str, Slot], examples: Sequence[str]) -> dict[str, Slot]:
    """Return the slots with the values that examples give them: free text where nothing else is declared."""
    out = dict(slots)
    for text in examples:
        for value, name in MARK.findall(text):
            slot = out.get(name) or Slot(name, "text")
            free = slot.type in entities.FREE
            out[name] = replace(slot, examples=tuple(dict.fromkeys((*slot.examples, value)))) if free else slot
    return out
