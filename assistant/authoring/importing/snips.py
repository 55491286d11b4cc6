"""A dataset of Snips NLU: YAML documents of intents and entities, or the JSON that is made of them."""

from __future__ import annotations

import dataclasses
import json
import re
from typing import Any

from assistant.authoring.importing.imported import Imported, ImportedIntent, identifier, in_words
from assistant.authoring.source.yaml_tree import Items, Table
from assistant.authoring.source_file import SourceFile

_BUILT_IN = {
    "number": "number",
    "ordinal": "number",
    "percentage": "percent",
    "temperature": "number",
    "amountOfMoney": "number",
    "duration": "duration",
    "datetime": "datetime",
    "date": "date",
    "time": "time",
    "city": "place",
    "country": "place",
    "region": "place",
}
_MARKED = re.compile(r"\[(?P<name>\w+)(?::(?P<entity>[\w/]+))?\](?:\((?P<words>[^)]*)\))?")


def read_snips_yaml(file: SourceFile, imported: Imported) -> None:
    """Read the documents of one file."""
    text = file.decoded() or ""
    start = 0
    for document in re.split(r"^---.*\n", text, flags=re.MULTILINE):
        lines = text[: text.find(document, start)].count("\n") if document else 0
        start += len(document)
        part = SourceFile(file.path, ("\n" * lines + document).encode())
        top = part.parsed()
        if not isinstance(top, Table):
            continue
        if top.get("type") == "intent" and top.get("name"):
            _intent(part, top, imported)
        elif top.get("type") == "entity" and top.get("name"):
            _entity(part, top, imported)
        else:
            imported.leave(file.path, lines + 1, "a document that is neither `type: intent` nor `type: entity`")


def _intent(file: SourceFile, top: Table, imported: Imported) -> None:
    intent = imported.intent(str(top["name"]), file.path, top.line)
    for row in top.get("slots") or ():
        if isinstance(row, Table) and row.get("name") and row.get("entity"):
            _slot(file, top.line, imported, intent, str(row["name"]), str(row["entity"]))
    utterances = top.get("utterances")
    for utterance in utterances if isinstance(utterances, Items) else ():
        intent.examples.append(_example(file, top.line, imported, intent, in_words(utterance)))


def _example(file: SourceFile, line: int, imported: Imported, intent: ImportedIntent, text: str) -> str:
    def part(match: re.Match[str]) -> str:
        name = match["name"]
        if name not in intent.slots:
            _slot(file, line, imported, intent, name, match["entity"] or name)
        if match["words"]:
            imported.marked.setdefault(intent.slots[name], []).append(match["words"].strip())
        return f"[{match['words']}]({name})" if match["words"] else f"{{{name}}}"

    return " ".join(_MARKED.sub(part, text).split())


def _slot(file: SourceFile, line: int, imported: Imported, intent: ImportedIntent, name: str, entity: str) -> None:
    if not entity.startswith("snips/"):
        intent.slots[name] = identifier(entity)
        return
    kind = _BUILT_IN.get(entity.removeprefix("snips/"), "")
    if not kind:
        imported.leave(file.path, line, f"{entity} is not carried over: {{{name}}} takes any words")
    intent.slots[name] = kind or "text"


def _entity(file: SourceFile, top: Table, imported: Imported) -> None:
    values = imported.lists.setdefault(identifier(str(top["name"])), [])
    for row in top.get("values") or ():
        words = [in_words(word) for word in row] if isinstance(row, Items) else [in_words(row)]
        values += [(word, words[0]) for word in words]
    for key in ("matching_strictness", "license_info"):
        if key in top:
            imported.leave(file.path, top.lines[key], f"`{key}:` is not carried over")


def read_snips_json(file: SourceFile, imported: Imported) -> None:
    """Read a dataset in JSON."""
    dataset: dict[str, Any] = json.loads(file.decoded() or "{}")
    imported.language = str(dataset.get("language", imported.language))
    for name, entity in dataset.get("entities", {}).items():
        for row in entity.get("data", ()):
            values = imported.lists.setdefault(identifier(name), [])
            values += [(word, str(row["value"])) for word in (str(row["value"]), *map(str, row.get("synonyms", ())))]
    for name, table in dataset.get("intents", {}).items():
        intent = imported.intent(name, file.path)
        for utterance in table.get("utterances", ()):
            words = []
            for chunk in utterance["data"]:
                if slot := chunk.get("slot_name"):
                    _slot(file, 0, imported, intent, identifier(slot), str(chunk.get("entity", slot)))
                    imported.marked.setdefault(intent.slots[identifier(slot)], []).append(chunk["text"].strip())
                    words.append(f"[{chunk['text'].strip()}]({identifier(slot)})")
                else:
                    words.append(chunk["text"])
            intent.examples.append(" ".join("".join(words).split()))


def settle_lists(imported: Imported) -> None:
    """Let a slot whose list has no values take any words; a list has the values that examples mark, too."""
    imported.lists = {name: values for name, values in imported.lists.items() if values}
    for name, values in imported.lists.items():
        known_words = {words.casefold() for words, _ in values}
        values += [(words, "") for words in imported.marked.get(name, ()) if words.casefold() not in known_words]
    for name, intent in imported.intents.items():
        known = {*imported.lists, *imported.ranges, *_BUILT_IN.values(), "text", "number"}
        free = {slot: "text" if kind not in known else kind for slot, kind in intent.slots.items()}
        imported.intents[name] = dataclasses.replace(intent, slots=free)
