"""A project of Rasa: training data, and the replies of its domain where a rule gives one to an intent."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from assistant.authoring.importing.imported import Imported, identifier
from assistant.authoring.rasa import plain_marks, read_training_data
from assistant.authoring.source.yaml_tree import Items, Table
from assistant.authoring.source_file import SourceFile

_READ = frozenset(("nlu", "responses", "rules", "stories", "intents", "version", "session_config"))


def read_rasa(files: Sequence[SourceFile], imported: Imported) -> None:
    """Read the files of one project."""
    replies: dict[str, list[str]] = {}
    given: dict[str, str] = {}
    for file in files:
        if not isinstance(top := file.parsed(), Table):
            continue
        _training_data(file, top, imported)
        replies |= dict(_responses(file, top, imported))
        for key in ("rules", "stories"):
            given |= dict(_given(file, top, key, imported))
        for key in top.keys() - _READ:
            imported.leave(file.path, top.lines[key], f"`{key}:` is not carried over")
    for name, reply in given.items():
        if name in imported.intents and not imported.intents[name].responses:
            imported.intents[name].responses = replies.get(reply, [])


def _training_data(file: SourceFile, top: Table, imported: Imported) -> None:
    data = read_training_data(file, top)
    for name, values in data.lookups.items():
        imported.lookups.setdefault(name, []).extend(values)
    imported.synonyms |= data.synonyms
    for name, examples in data.examples.items():
        intent = imported.intent(name)
        for text, line in examples:
            plain, marks = plain_marks(text)
            for slot, words, value in marks:
                if value != words:
                    plain = plain.replace(f"[{words}]({slot})", f"[{words}]({slot}:{value})", 1)
            if re.search(r"[\[\]()<>{}|]", re.sub(r"\[[^\]]*\]\([^)]*\)", "", plain)):
                imported.leave(file.path, line, "an example with brackets is not carried over")
            else:
                intent.examples.append(plain)


def _responses(file: SourceFile, top: Table, imported: Imported) -> Iterator[tuple[str, list[str]]]:
    table = file.table(top, "responses", "file")
    for name, rows in table.items():
        texts = [row for row in rows if isinstance(row, Table)] if isinstance(rows, Items) else []
        if any({*row} - {"text"} for row in texts):
            imported.leave(file.path, table.lines[name], f"{name}: buttons, images and conditions are not carried over")
        plain = [str(row["text"]).strip() for row in texts if "text" in row]
        if len(plain) > 1:
            imported.leave(
                file.path, table.lines[name], f"{name}: one was chosen by chance; here they are told in turn"
            )
        yield name, plain


def _given(file: SourceFile, top: Table, key: str, imported: Imported) -> Iterator[tuple[str, str]]:
    """Yield the reply that a rule or a story of one step gives to an intent; longer ones are left."""
    rows = top.get(key)
    if not isinstance(rows, Items):
        return
    for row, line in zip(rows, rows.lines, strict=True):
        steps = row.get("steps") if isinstance(row, Table) else None
        match steps:
            case [{"intent": str(intent)}, {"action": str(action)}] if action.startswith("utter_"):
                yield identifier(intent), action
            case _:
                title = row.get("rule") or row.get("story") if isinstance(row, Table) else ""
                imported.leave(file.path, line, f"{key}: “{title}” is more than one reply to one intent")
