"""One file of intents/: from YAML to definitions. What is at fault is noted and left out; the rest is used."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import lru_cache
from pathlib import Path

from assistant.authoring.action_file import read_action
from assistant.authoring.definitions import (
    Block,
    DialogueTest,
    Intent,
    IntentTest,
    Preference,
    Slot,
    SourceLine,
    WordList,
    default_question,
)
from assistant.authoring.dialogues.reading import read_dialogues
from assistant.authoring.rasa import MarkedValue, TrainingData, plain_marks, read_training_data
from assistant.authoring.schema.intents import ADDITION, BLOCK, FILE, INTENT, SLOT, TEST
from assistant.authoring.source.limits import LIMITS
from assistant.authoring.source.yaml_tree import Items, Table
from assistant.authoring.source_file import SourceFile, scalar
from assistant.authoring.word_lists import is_readable, read_lists, read_rules, read_values
from assistant.errors import Problem
from assistant.language import entities
from assistant.language.placeholders import JINJA_SLOT, MARK
from assistant.values import SlotValue


@dataclass(frozen=True, slots=True)
class IntentFile:
    """The definitions of one file."""

    path: Path
    problems: tuple[Problem, ...]
    language: str = ""
    intents: Mapping[str, Intent | None] = field(default_factory=dict)
    """None: the intent of that name from an earlier folder is switched off."""
    lists: Mapping[str, WordList] = field(default_factory=dict)
    rules: Mapping[str, str] = field(default_factory=dict)
    """Expansion rules: name -> template."""
    rule_places: Mapping[str, SourceLine] = field(default_factory=dict)
    skip_words: tuple[str, ...] = ()
    responses: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    """Intent -> key -> response."""
    dialogues: tuple[DialogueTest, ...] = ()
    additions: Mapping[str, Intent] = field(default_factory=dict)
    """Examples, near misses and tests for the intent of that name, whatever file it is in."""
    noise: tuple[str, ...] = ()
    """Sentences that mean nothing."""


@lru_cache(maxsize=4096)  # files; beyond that a reload parses them all
def parse_intent_file(path: Path, content: bytes, actions: frozenset[str]) -> IntentFile:
    """Parse the content of a file; `actions` are the names of the built-in actions.

    Nothing in a file raises. The same content is parsed once: a reload costs what changed.
    """
    file = SourceFile(path, content)
    read = file.read(lambda file: _read(file, actions), IntentFile(path, ()))
    return replace(read, problems=tuple(file.problems))


def _read(file: SourceFile, actions: Collection[str]) -> IntentFile:
    """Read a file; its problems are noted in it."""
    path, top = file.path, file.parsed()
    if not isinstance(top, Table):
        if top is not None:
            file.report(1, "must hold keys such as 'intents:', not a list or a text")
        return IntentFile(path, ())
    file.check_keys(top, FILE, "file")
    language = file.text(top, "language", "file")
    skip_words = tuple(word for word, _ in file.texts(top, "skip_words", "file"))
    lists, rules, responses = read_lists(file, top, "file"), read_rules(file, top), _responses(file, top)
    nlu = read_training_data(file, top)
    intents: dict[str, Intent | None] = {}
    for name, table in (section := file.table(top, "intents", "file")).items():
        file.check_time()
        if not file.is_name(name, section.lines[name], "intent"):
            continue
        if table is None and name not in nlu.examples:
            intents[name] = None
        elif isinstance(table, Table):
            intents[name] = _IntentReader(file, name, actions, lists, nlu).read(table, section.lines[name])
        elif table is not None:
            file.report(section.lines[name], f"intent {name}: must hold keys such as 'data:' or 'examples:'")
    for name, line in nlu.lines.items():
        if name not in intents and file.is_name(name, line, "intent"):
            intents[name] = _IntentReader(file, name, actions, lists, nlu).read(Table(line), line)
    return IntentFile(
        *(path, (), language, intents, lists, rules),
        rule_places=_rule_places(file, top),
        skip_words=skip_words,
        responses=responses,
        dialogues=read_dialogues(file, top),
        additions=_additions(file, top, actions),
        noise=tuple(text for text, _ in file.texts(top, "noise", "file")),
    )


def _rule_places(file: SourceFile, top: Table) -> dict[str, SourceLine]:
    rules = top.get("expansion_rules")
    return {name: SourceLine(file.path, line) for name, line in rules.lines.items()} if isinstance(rules, Table) else {}


def _additions(file: SourceFile, top: Table, actions: Collection[str]) -> dict[str, Intent]:
    """Return the additions of a file, each as an intent that has nothing else."""
    added = {}
    for name in (section := file.table(top, "additions", "file")):
        table = file.table(section, name, "additions")
        file.check_keys(table, ADDITION, f"additions to {name}")
        for key in table.keys() - {*ADDITION}:
            del table[key]
        reader = _IntentReader(file, name, actions, {}, TrainingData())
        added[name] = reader.read(table, section.lines[name], is_addition=True)
    return added


def _responses(file: SourceFile, top: Table) -> dict[str, dict[str, str]]:
    """Return the responses of a file, of each intent by key."""
    by_intent = file.table(file.table(top, "responses", "file"), "intents", "responses")
    responses = {}
    for name in by_intent:
        keys = file.table(by_intent, name, "responses")
        texts = {key: _response(file, keys, key, f"responses of {name}") for key in keys}
        responses[name] = {key: text for key, text in texts.items() if text is not None}
    return responses


def _in_turn(file: SourceFile, table: Table, where: str) -> str | tuple[str, ...] | None:
    """Read the response of an intent, or the list of those that are told in turn."""
    if not isinstance(table.get("response"), Items):
        return _response(file, table, "response", where)
    texts = file.texts(table, "response", where, LIMITS.answer)
    replies = (_without_jinja(file, text, line, "response", where) for text, line in texts)
    return tuple(reply for reply in replies if reply is not None) or None


def _response(file: SourceFile, parent: Table, key: str, where: str) -> str | None:
    """Read a response; None where there is none that can be used."""
    text = file.text(parent, key, where, None)
    return None if text is None else _without_jinja(file, text, file.line(parent, key), key, where)


def _without_jinja(file: SourceFile, text: str, line: int, key: str, where: str) -> str | None:
    """Write Home Assistant's `{{ slots.x }}` as `{x}`; None where a response needs a Jinja program."""
    plain = JINJA_SLOT.sub(lambda match: "{" + (match[1] or match[2]) + "}", text)
    if "{{" in plain or "{%" in plain:
        message = f"{where}: '{key}' holds Jinja beyond {{{{ slots.name }}}}; what the action says is used instead"
        file.warn(line, message)
        return None
    return str(plain)


class _IntentReader:
    """Reader of one intent of a file; it adds the lists that slots declare inline to `lists`."""

    def __init__(
        self, file: SourceFile, name: str, actions: Collection[str], lists: dict[str, WordList], nlu: TrainingData
    ) -> None:
        self.file, self.name, self.actions, self.lists, self.nlu = file, name, actions, lists, nlu
        self.where = f"intent {name}"

    def read(self, table: Table, line: int, is_addition: bool = False) -> Intent:
        file, where = self.file, self.where
        if not is_addition:
            file.check_keys(table, INTENT, where)
        written = (*file.texts(table, "examples", where), *self.nlu.examples.get(self.name, ()))
        plain = [(*plain_marks(text), row) for text, row in written]
        rows = [(MARK.sub(r"{\2}", text), row) for text, _, row in plain]
        marked = [(text, values) for text, values, row in plain if self._is_plain(text, row)]
        examples, misses = [text for text, _ in marked], file.texts(table, "not", where)
        intent = Intent(
            name=self.name,
            description=file.text(table, "description", where),
            blocks=self._blocks(table),
            examples=tuple(dict.fromkeys(MARK.sub(r"{\2}", text) for text in examples)),
            marked=tuple(text for text in examples if MARK.search(text)),
            negatives=tuple(text for text, _ in misses),
            slots=_with_marked(self._slots(table), [value for _, values in marked for value in values], self.nlu),
            action=read_action(file, table, self.name, self.actions),
            response=_in_turn(file, table, where),
            confirm=file.text(table, "confirm", where, None),
            varies=tuple(text for text, _ in file.texts(table, "varies", where)),
            tests=self._tests(table),
            file=file.path,
            line=line,
            places={text: SourceLine(file.path, row) for text, row in reversed((*rows, *misses))},
            lines=dict(table.lines),
        )
        if not (intent.blocks or intent.examples or is_addition):
            message = f"{where}: has no sentence that can be used: add 'data:' with 'sentences:', or 'examples:'"
            file.report(line, message)
        return intent

    def _is_plain(self, text: str, line: int) -> bool:
        """Return True where an example is a plain sentence; note a template as a fault."""
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
            message = f"{self.where}: 'data' must be a list of entries with 'sentences:'"
            self.file.report(self.file.line(table, "data"), message)
            return ()
        blocks = []
        for row, line in zip(rows, rows.lines, strict=True):
            if not isinstance(row, Table):
                self.file.report(line, f"{self.where}: an entry of 'data' must hold 'sentences:'")
            elif block := self._block(row):
                blocks.append(block)
        return tuple(blocks)

    def _block(self, row: Table) -> Block | None:
        file, where = self.file, self.where
        file.check_keys(row, BLOCK, f"{where}, data")
        templates = file.texts(row, "sentences", where)
        sentences = [(text, line) for text, line in templates if is_readable(file, line, text, where)]
        if not sentences:
            if not isinstance(row.get("sentences"), Items):
                file.report(row.line, f"{where}: an entry of 'data' must hold 'sentences:'")
            return None
        slots = file.table(row, "slots", where)
        return Block(
            sentences=tuple(text for text, _ in sentences),
            slots={name: scalar(value) for name, value in slots.items()},
            response=file.text(row, "response", where),
            requires_context=dict(file.table(row, "requires_context", where)),
            excludes_context=dict(file.table(row, "excludes_context", where)),
            metadata=dict(file.table(row, "metadata", where)),
            rules=read_rules(file, row),
            lists=read_lists(file, row, where),
            keywords=frozenset(word for word, _ in file.texts(row, "required_keywords", where)),
            file=file.path,
            lines=tuple(line for _, line in sentences),
        )

    def _slots(self, table: Table) -> dict[str, Slot]:
        file, slots = self.file, {}
        section = file.table(table, "slots", self.where)
        for name, declared in section.items():
            where, place = f"{self.where}, slot {name}", SourceLine(file.path, file.line(section, name))
            if isinstance(declared, str):
                slots[name] = Slot(name, declared, place=place)
            elif isinstance(declared, Table):
                slots[name] = replace(self._slot(name, declared, where), place=place)
            elif declared is None:
                slots[name] = Slot(name, name, place=place)
            else:
                message = f"{where}: must be a type, or keys such as 'type:' and 'required:'"
                file.report(file.line(section, name), message)
        return slots

    def _slot(self, name: str, table: Table, where: str) -> Slot:
        file = self.file
        file.check_keys(table, SLOT, where)
        kind = file.text(table, "type", where, name)
        if "values" in table and (values := read_values(file, table, where)):
            kind = f"{self.name}/{name}"
            self.lists[kind] = WordList(kind, values)
        required, ask = file.flag(table, "required", where), file.text(table, "ask", where)
        ask = ask or default_question(name)
        low, high = file.number(table, "min", where), file.number(table, "max", where)
        examples = tuple(text for text, _ in file.texts(table, "examples", where))
        step = file.number(table, "step", where)
        if step is not None and step <= 0:
            file.report(file.line(table, "step"), f"{where}: 'step' must be more than 0")
            step = None
        if low is not None and high is not None and low > high:
            file.report(file.line(table, "max"), f"{where}: 'max' must not be less than 'min'; neither is used")
            low = high = None
        default, prefer = self._default(table, kind, where), self._preference(table, where)
        return Slot(name, kind, required, ask, default, low, high, step, examples, prefer=prefer)

    def _preference(self, table: Table, where: str) -> Preference | None:
        match self.file.text(table, "prefer", where):
            case "morning":
                return "morning"
            case "soon":
                return "soon"
            case "":
                return None
        self.file.report(self.file.line(table, "prefer"), f"{where}: 'prefer' must be 'morning' or 'soon'")
        return None

    def _default(self, table: Table, kind: str, where: str) -> SlotValue | None:
        value = table.get("default")
        if value is None or kind not in entities.TYPES or kind in entities.FREE:
            return None if value is None else scalar(value)
        if kind in ("date", "datetime", "time"):
            return scalar(value)  # relative to the day it is used on
        is_seconds = kind == "duration" and not isinstance(value, str)
        try:
            default = entities.parse(kind, f"{value} seconds" if is_seconds else str(value))
        except OverflowError:
            default = None
        if default is None:
            self.file.report(self.file.line(table, "default"), f"{where}: default {value!r} is no {kind}")
        return default

    def _tests(self, table: Table) -> tuple[IntentTest, ...]:
        file, where, rows = self.file, f"{self.where}, tests", table.get("tests")
        if rows is None:
            return ()
        if not isinstance(rows, Items):
            file.report(file.line(table, "tests"), f"{where}: must be a list of sentences or of entries with 'say:'")
            return ()
        tests = []
        for row, line in zip(rows, rows.lines, strict=True):
            if isinstance(row, str):
                tests.append(IntentTest(row, {}, file.path, line))
            elif isinstance(row, Table) and (say := file.text(row, "say", where)):
                file.check_keys(row, TEST, where)
                recording = file.text(row, "hear", where)
                hear = file.path.parent / recording if recording else None
                tests.append(IntentTest(say, dict(file.table(row, "slots", where)), file.path, line, hear))
            else:
                file.report(line, f"{where}: an entry must be a sentence, or hold 'say:' and perhaps 'slots:'")
        return tuple(tests)


def _with_marked(slots: Mapping[str, Slot], values: Iterable[MarkedValue], nlu: TrainingData) -> dict[str, Slot]:
    """Add the values in examples to the slots that take any words; a slot that is not declared takes any."""
    merged, marked = dict(slots), dict[str, list[MarkedValue]]()
    for value in values:
        marked.setdefault(value.slot, []).append(value)
    for name, own in marked.items():
        slot = merged[name] = merged.get(name) or Slot(name, "text")
        if slot.type in entities.FREE:
            words = (*slot.examples, *nlu.lookups.get(name, ()), *(value.words for value in own))
            synonyms = nlu.synonyms | {
                value.words.casefold(): value.value for value in own if value.value != value.words
            }
            merged[name] = replace(slot, examples=tuple(dict.fromkeys(words)), synonyms=synonyms)
    return merged
