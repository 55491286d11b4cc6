"""Questions and answers as rows: CSV with any usual separator, and JSON lines."""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Iterator, Sequence
from typing import Any

from assistant.authoring.pairs.entry import UNUSED_TAGS, QuestionAnswer, make_entry, split_wordings
from assistant.authoring.source.limits import LIMITS
from assistant.authoring.source_file import SourceFile

_NEEDED = ("question", "answer")
_COLUMNS = (*_NEEDED, "also", "source", "tags")
_SEPARATORS = ",;\t|"
_SEPARATOR_LINE = re.compile(r"sep=.\s*", re.IGNORECASE)
"""A first line that only tells spreadsheets the separator."""


def holds_pairs(value: Any) -> bool:
    """True for a list of JSON objects of which the first has a question and an answer."""
    first = value[0] if isinstance(value, list) and value else None
    return isinstance(first, dict) and {*_NEEDED} <= {str(key).strip().casefold() for key in first}


def read_json(file: SourceFile) -> Iterator[QuestionAnswer]:
    """Yield the pairs of a list of objects; any other JSON is a document."""
    text = file.decoded()
    if text is not None and not text.strip():
        file.report(0, "the file is empty")
    try:
        rows = json.loads(text or "null", parse_int=str, parse_float=str)
    except (ValueError, RecursionError):
        return  # told by the reader of documents
    for row in rows if holds_pairs(rows) else ():
        file.check_time()
        if isinstance(row, dict):
            yield _pair(file, 0, {str(key).strip().casefold(): value for key, value in row.items()})


def read_csv(file: SourceFile) -> Iterator[QuestionAnswer]:
    """Yield the pairs of a table with a header, its cells between commas, semicolons, tabs or bars.

    A table without either of the two needed columns is a document.
    """
    lines = _lines(file)
    csv.field_size_limit(LIMITS.file_bytes)
    first = next(
        (number for number, line in enumerate(lines) if line.strip() and not _SEPARATOR_LINE.fullmatch(line)), None
    )
    if first is None:
        return
    header, separator = _header(lines[first])
    missing = [name for name in _NEEDED if name not in header]
    if len(missing) == len(_NEEDED):
        return
    if missing:
        names = ", ".join(f"'{name[:40]}'" for name in header[:10])
        missed = " and ".join(f"'{name}'" for name in missing)
        file.report(first + 1, f"the header must hold {missed}; it holds {names}")
        return
    if "tags" in header:
        file.warn(first + 2, UNUSED_TAGS)
    for line, cells in _rows(file, lines, first + 1, separator):
        if not any(cell.strip() for cell in cells):
            continue
        if len(cells) > len(header) and any(cell.strip() for cell in cells[len(header) :]):
            fault = f"has {len(cells)} cells, the header {len(header)}: put a text that holds '{separator}' in quotes"
            file.report(line, fault.replace("\t", "\\t"))
            continue
        yield _pair(file, line, dict(zip(header, cells, strict=False)))


def _header(line: str) -> tuple[list[str], str]:
    """Return the names of the columns in lower case, and the separator under which most of them are known."""
    rows = [(next(csv.reader([line], delimiter=separator), []), separator) for separator in _SEPARATORS]
    headers = [([cell.strip().casefold() for cell in cells], separator) for cells, separator in rows]
    return max(headers, key=lambda header: (len({*header[0]} & {*_COLUMNS}), len(header[0])))


def _rows(file: SourceFile, lines: Sequence[str], start: int, separator: str) -> Iterator[tuple[int, list[str]]]:
    """Yield the rows below the header, each with the line where it begins.

    A row with a quote that is never closed costs only its line: the next row is looked for in the line below.
    """
    while start < len(lines):
        reader = csv.reader(
            (lines[place] + "\n" for place in range(start, len(lines))), delimiter=separator, strict=True
        )
        read = 0
        try:
            for cells in reader:
                file.check_time()
                yield start + read + 1, cells
                read = reader.line_num
            return
        except csv.Error as error:
            file.report(start + read + 1, f"is no row of a table: {error}; a quote inside quotes is written twice")
            start += read + 1


def read_json_lines(file: SourceFile) -> Iterator[QuestionAnswer]:
    """Yield the pair of each line, a JSON object; numbers are texts as they are spelt."""
    tagged = 0
    for number, line in enumerate(_lines(file), start=1):
        file.check_time()
        if not line.strip():
            continue
        try:
            row = json.loads(line, parse_int=str, parse_float=str)
        except (ValueError, RecursionError) as error:
            fault = "is nested too deeply" if isinstance(error, RecursionError) else f"is not JSON: {error}"
            file.report(number, fault)
            continue
        if not isinstance(row, dict):
            file.report(number, "a row must hold 'question' and 'answer'")
            continue
        cells = {key.strip().casefold(): value for key, value in row.items()}
        tagged = tagged or ("tags" in cells) * number
        yield _pair(file, number, cells)
    if tagged:
        file.warn(tagged, UNUSED_TAGS)


def _pair(file: SourceFile, line: int, cells: dict[str, Any]) -> QuestionAnswer:
    question, answer, source = (_text(file, line, cells.get(key)) for key in (*_NEEDED, "source"))
    also = cells.get("also") or ()
    wordings = also if isinstance(also, list) else split_wordings(_text(file, line, also))
    return make_entry(file, line, question, answer, [_text(file, line, wording) for wording in wordings], source)


def _text(file: SourceFile, line: int, value: Any) -> str:
    """Return a cell as text; nothing for what is none."""
    return file.without_control(value, line) if isinstance(value, str) else ""


def _lines(file: SourceFile) -> list[str]:
    """Return the lines of a file; none, with a problem, where it is empty or no text."""
    text = file.decoded()
    if text is not None and not text.strip():
        file.report(0, "the file is empty")
    return text.split("\n") if text else []
