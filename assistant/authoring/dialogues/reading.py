"""The `dialogues:` of a file, read; a dialogue with a fault is noted and left out."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from typing import Any

from assistant.authoring.definitions import DialogueTest, DialogueTurn
from assistant.authoring.source.yaml_tree import Items, Table
from assistant.authoring.source_file import SourceFile
from assistant.errors import did_you_mean

SHORT = "is"
"""Key of an expectation that is one text: the name of an intent, or words of the reply."""

_KINDS = ("command", "confirm", "asks", "answer", "which", "unknown")
_DIALOGUE, _TURN = ("name", "setup", "turns"), ("say", "expect")
_SETUP, _STATE = ("lists", "notes", "timers"), ("lists", "notes", "timers")
_TIMER = ("kind", "label", "left", "length", "at", "paused")
_TIMER_KINDS = ("timer", "alarm", "reminder")


def read_dialogues(file: SourceFile, top: Table) -> tuple[DialogueTest, ...]:
    """Read the dialogues of a file; each is a table with `turns:`, or a list: say, reply, say, reply."""
    rows = top.get("dialogues")
    if rows is None:
        return ()
    if not isinstance(rows, Items):
        file.report(file.line(top, "dialogues"), "dialogues: must be a list, each entry with 'turns:'")
        return ()
    dialogues = []
    for number, (row, line) in enumerate(zip(rows, rows.lines, strict=True), 1):
        file.check_time()
        faults = len(file.problems)
        dialogue = _DialogueReader(file, f"dialogue {number}").read(row, line)
        if dialogue and len(file.problems) == faults:
            dialogues.append(dialogue)
    return tuple(dialogues)


class _DialogueReader:
    """Reader of one dialogue; `where` names the place in messages."""

    def __init__(self, file: SourceFile, where: str) -> None:
        self.file, self.where = file, where

    def read(self, row: Any, line: int) -> DialogueTest | None:
        if isinstance(row, Items):
            turns = self._alternating(row)
            return DialogueTest(turns, {}, self.file.path, line) if turns else None
        if not isinstance(row, Table):
            self.file.report(line, f"{self.where}: must hold 'turns:', or be a list: say, reply, say, reply")
            return None
        self.file.check_keys(row, _DIALOGUE, self.where)
        self.where = self.file.text(row, "name", self.where) or self.where
        setup = self.file.table(row, "setup", self.where)
        self._check_kept(setup, _SETUP, f"{self.where}, setup")
        if "turns" not in row and len(row.keys() - {*_DIALOGUE}):
            return None  # a misspelt key has been told
        entries = row.get("turns")
        if not isinstance(entries, Items) or not entries:
            self.file.report(
                self.file.line(row, "turns"), f"{self.where}: 'turns' must be a list of entries with 'say:'"
            )
            return None
        turns = tuple(filter(None, map(self._turn, range(1, len(entries) + 1), entries, entries.lines)))
        return DialogueTest(turns, setup, self.file.path, line)

    def _alternating(self, row: Items) -> tuple[DialogueTurn, ...]:
        """Read sentences and replies in turn."""
        texts = []
        for item, spelling, line in zip(row, row.spellings, row.lines, strict=True):
            if isinstance(item, Table | Items):
                self.file.report(line, f"{self.where}: a list holds texts in turn: say, reply, say, reply")
                return ()
            texts.append(("" if item is None else spelling.strip(), line))
        says, replies = texts[::2], [*(text for text, _ in texts[1::2]), ""]
        pairs = zip(says, replies, strict=False)
        return tuple(DialogueTurn(say, {SHORT: reply} if reply else {}, line) for (say, line), reply in pairs)

    def _turn(self, number: int, row: Any, line: int) -> DialogueTurn | None:
        where = f"{self.where}, turn {number}"
        if not isinstance(row, Table) or "say" not in row:
            self.file.report(line, f"{where}: must hold 'say:', and perhaps 'expect:'")
            return None
        self.file.check_keys(row, _TURN, where)
        say = self.file.text(row, "say", where)
        expect = row.get("expect")
        if expect is None:
            return DialogueTurn(say, {}, line)
        if not isinstance(expect, Table | Items):
            return DialogueTurn(say, {SHORT: self.file.text(row, "expect", where)}, line)
        return DialogueTurn(say, self._expectation(self.file.table(row, "expect", where), f"{where}, expect"), line)

    def _expectation(self, table: Table, where: str) -> Mapping[str, Any]:
        """Read the keys under `expect:`, or of one entry under `any:`."""
        self.file.check_keys(table, (*_READERS, "any"), where)
        wanted = {key: _READERS[key](self, table, key, where) for key in table if key in _READERS}
        if "any" in table:
            options = table["any"]
            if not isinstance(options, Items) or not all(isinstance(option, Table) for option in options):
                self.file.report(
                    self.file.line(table, "any"), f"{where}: 'any' must be a list of entries as under expect"
                )
            else:
                wanted["any"] = [self._expectation(option, f"{where}, any") for option in options]
        return wanted

    def _kept(self, table: Table, key: str, where: str) -> Mapping[str, Any]:
        state = self.file.table(table, key, where)
        self._check_kept(state, _STATE, f"{where}, {key}")
        return state

    def _check_kept(self, table: Table, legal: Collection[str], where: str) -> None:
        """Look at lists, notes and timers, as they are before a dialogue or should be after a turn."""
        file = self.file
        file.check_keys(table, legal, where)
        lists = file.table(table, "lists", where)
        for name in lists:
            file.texts(lists, name, f"{where}, lists")
        file.texts(table, "notes", where)
        timers = table.get("timers") or Items(table.line)
        if not isinstance(timers, Items) or not all(isinstance(timer, Table) for timer in timers):
            file.report(
                file.line(table, "timers"), f"{where}: 'timers' must be a list of entries with kind, label, left"
            )
            return
        for timer in timers:
            file.check_keys(timer, _TIMER, f"{where}, timers")
            self._legal([file.text(timer, "kind", where, "timer")], _TIMER_KINDS, timer, "kind", f"{where}, timers")
            for key in ("left", "length"):
                file.number(timer, key, f"{where}, timers")

    def _legal(self, words: Iterable[str], legal: Collection[str], table: Table, key: str, where: str) -> None:
        for word in words:
            if word not in legal:
                hint = did_you_mean(word, legal)
                self.file.report(self.file.line(table, key), f"{where}: '{key}' is '{word}'{hint}")

    def _texts(self, table: Table, key: str, where: str) -> list[str]:
        return [text for text, _ in self.file.texts(table, key, where)]

    def _kind(self, table: Table, key: str, where: str) -> list[str]:
        kinds = self._texts(table, key, where)
        self._legal(kinds, _KINDS, table, key, where)
        return kinds

    def _text(self, table: Table, key: str, where: str) -> str:
        return str(self.file.text(table, key, where))

    def _flag(self, table: Table, key: str, where: str) -> bool:
        return self.file.flag(table, key, where)

    def _slots(self, table: Table, key: str, where: str) -> Mapping[str, Any]:
        return self.file.table(table, key, where)


_READERS: Mapping[str, Callable[[_DialogueReader, Table, str, str], Any]] = {
    **dict.fromkeys(("intent", "intents"), _DialogueReader._texts),
    "kind": _DialogueReader._kind,
    "slots": _DialogueReader._slots,
    **dict.fromkeys(("asks", "question", "reply", "not_reply"), _DialogueReader._text),
    **dict.fromkeys(("pending", "nothing"), _DialogueReader._flag),
    "state": _DialogueReader._kept,
}
"""Key under `expect:` -> its reader."""
