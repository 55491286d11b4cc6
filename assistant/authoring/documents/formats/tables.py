"""Tables and JSON to blocks; those that hold questions and answers are left to the reader of pairs."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from assistant.authoring.documents import blocks as make
from assistant.authoring.documents.blocks import DocumentBlock, RawDocument, UnreadableError
from assistant.authoring.documents.limits import DOCUMENT_LIMITS
from assistant.authoring.pairs.tables import holds_pairs


def read(document: RawDocument) -> Iterator[DocumentBlock]:
    """Yield the table of a file, or what JSON says, below the file's name in words.

    Raises:
        UnreadableError: it is no JSON.
    """
    text = document.text
    title = document.path.stem.replace("_", " ").replace("-", " ")
    if document.path.suffix.lower() == ".json":
        try:
            value = json.loads(text, parse_int=str, parse_float=str)
        except RecursionError:
            raise UnreadableError("is nested too deeply") from None
        except ValueError as error:
            raise UnreadableError(f"is not JSON: {error}") from None
        if not holds_pairs(value):
            yield from make.heading(title, 1, 1)
            yield from _json(value, 2)
        return
    lines = text.split("\n")
    first = next((line for line in lines if line.strip()), "")
    separator = "\t" if document.path.suffix.lower() == ".tsv" else max(",;\t|", key=first.count)
    csv.field_size_limit(DOCUMENT_LIMITS.file_bytes)
    rows = [row for row in csv.reader(io.StringIO(text), delimiter=separator) if any(cell.strip() for cell in row)]
    if rows and not {"question", "answer"} & {cell.strip().casefold() for cell in rows[0]}:
        yield from make.heading(title, 1, 1)
        yield from _in_parts(rows)


def _in_parts(rows: Sequence[Sequence[str]], most: int = 400) -> Iterator[DocumentBlock]:
    """Yield a long table in several, each with its header, so that there is progress to be seen."""
    header, *body = rows
    for start in range(0, max(1, len(body)), most):
        yield from make.table([header, *body[start : start + most]], start + 1)


def _json(value: Any, level: int) -> Iterator[DocumentBlock]:
    """Yield the blocks of a value: a list of like objects is a table, an object a list or sections below its keys."""
    if level > DOCUMENT_LIMITS.depth:
        raise UnreadableError("is nested too deeply")
    match value:
        case dict():
            plain = {key: item for key, item in value.items() if not isinstance(item, dict | list)}
            if entries := [f"- **{key}**: {_scalar(item)}" for key, item in plain.items() if _scalar(item)]:
                yield DocumentBlock("list", "\n".join(entries))
            for key, item in value.items():
                if key not in plain:
                    yield from make.heading(str(key).replace("_", " "), level)
                    yield from _json(item, level + 1)
        case list() if value and all(isinstance(item, dict) for item in value):
            columns = list(dict.fromkeys(key for item in value for key in item))
            rows = [[_cell(item.get(column)) for column in columns] for item in value]
            yield from _in_parts([columns, *rows])
        case list():
            if entries := [f"- {text}" for item in value if (text := _cell(item))]:
                yield DocumentBlock("list", "\n".join(entries))
        case _:
            if text := _scalar(value):
                yield DocumentBlock("text", text)


def _cell(value: Any) -> str:
    """Return a value as the text of a cell: what is in it, joined by commas."""
    if isinstance(value, Mapping):
        return ", ".join(f"{key}: {_cell(item)}" for key, item in value.items())
    return ", ".join(map(_cell, value)) if isinstance(value, list) else _scalar(value)


def _scalar(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "" if value is None else make.one_line(str(value))
