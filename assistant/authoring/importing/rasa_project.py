"""A project of Rasa: training data, and the replies of its domain where a rule gives one to an intent."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from assistant.authoring.importing.imported import Imported, identifier
from assistant.authoring.rasa import is_plain, plain_marks, read_training_data
from assistant.authoring.source.yaml_tree import Items, Table
from assistant.authoring.source_file import SourceFile

_READ = frozenset(("nlu", "responses", "rules", "stories", "intents", "version", "session_config"))


def read_rasa(files: Sequence[SourceFile], imported: Imported) -> None:
    """Read the files of one project."""
    replies: dict[str, list[str]] = {}
    given: dict[str, str] = {}
    places: dict[str, tuple[Path, int]] = {}
    declared: dict[str, tuple[Path, int]] = {}
    for file in files:
        if not isinstance(top := file.parsed(), Table):
            continue
        _training_data(file, top, imported)
        replies |= dict(_responses(file, top, imported))
        for key in ("rules", "stories"):
            given |= dict(_given(file, top, key, imported))
        for key in top.keys() - _READ:
            imported.leave(file.path, top.lines[key], f"`{key}:` is not carried over")
        places |= _places(file, top, "responses")
        declared |= _places(file, top, "intents")
    known = {part for intent in imported.intents.values() for own in intent.names for part in (own, own.split("/")[0])}
    for name, place in declared.items():
        if name not in known:
            imported.leave(*place, f"intent {name} is not carried over: it has no examples")
    for name, place in places.items():
        if name not in {reply for intent, reply in given.items() if intent in imported.intents}:
            imported.leave(*place, f"{name} is not carried over: no rule gives it to an intent")
    for name, reply in given.items():
        if name in imported.intents and not imported.intents[name].responses:
            imported.intents[name].responses = replies.get(reply, [])


def _places(file: SourceFile, top: Table, key: str) -> dict[str, tuple[Path, int]]:
    """Map each reply or intent that a domain names to its place; an intent may stand there with its options."""
    names = top.get(key)
    if isinstance(names, Items):
        rows = zip(names, names.spellings, names.lines, strict=True)
        words = [(next(iter(row), "") if isinstance(row, Table) else word, line) for row, word, line in rows]
        return {word: (file.path, line) for word, line in words if word}
    return {word: (file.path, names.lines[word]) for word in names} if isinstance(names, Table) else {}


def _training_data(file: SourceFile, top: Table, imported: Imported) -> None:
    data = read_training_data(file, top)
    for name, values in data.lookups.items():
        imported.lookups.setdefault(name, []).extend(values)
    imported.synonyms |= data.synonyms
    for name, examples in data.examples.items():
        intent = imported.intent(name, file.path, data.lines[name])
        for text, line in examples:
            plain, marks = plain_marks(text)
            for slot, words, value in marks:
                if value != words:
                    plain = plain.replace(f"[{words}]({slot})", f"[{words}]({slot}:{value})", 1)
            if not is_plain(plain) or "{" in plain or "}" in plain:
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
