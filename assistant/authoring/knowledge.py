"""Folders of question-answer files -> one `KnowledgeSet`: YAML, Markdown, CSV and JSON lines."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from assistant.authoring.intents import yaml_files
from assistant.authoring.source_file import Items, Table, YamlFile
from assistant.errors import Problem
from assistant.language.text import normalise

_PAIR = ("question", "also", "answer", "source", "tags")
_HEADING = re.compile(r"#{1,6}\s+(?P<title>.*?)\s*#*\s*$")
_ALSO = re.compile(
    r"^\s*(?:<!--\s*also:\s*(?P<comment>.*?)\s*-->|[*_]also:\s*(?P<italic>.*?)\s*[*_])\s*$", re.IGNORECASE
)
_FENCE = re.compile(r"^\s*(?:```|~~~)")


@dataclass(frozen=True, slots=True)
class QuestionAnswer:
    """A question and its answer."""

    question: str
    answer: str
    also: tuple[str, ...] = ()
    """Other ways to ask it."""
    source: str = ""
    """Where the answer is from, as shown: what the file says, else file name and line."""
    tags: tuple[str, ...] = ()
    file: Path = Path()
    line: int = 0


@dataclass(frozen=True, slots=True)
class KnowledgeSet:
    """All entries in use."""

    entries: tuple[QuestionAnswer, ...] = ()
    problems: tuple[Problem, ...] = ()
    digest: str = ""
    """Changes whenever a file does."""


def load_knowledge(folders: Sequence[Path]) -> KnowledgeSet:
    """Read every *.yaml, *.md, *.csv and *.jsonl in the folders (and below).

    A later folder's answer to the same question replaces an earlier one's; twice in one folder is a problem.
    """
    problems: list[Problem] = []
    entries: dict[str, QuestionAnswer] = {}
    digest = hashlib.sha256()
    for folder in folders:
        here: dict[str, QuestionAnswer] = {}
        for path in yaml_files(folder, problems, _READERS):
            file = YamlFile(path)
            for entry in _READERS[path.suffix.lower()](file):
                key = normalise(entry.question)
                if key in here:
                    first = f"{here[key].file.name}:{here[key].line}"
                    file.report(entry.line, f'"{entry.question}" is answered already in {first}; this one is left out')
                elif entry.question and entry.answer:
                    here[key] = entry
                else:
                    file.report(
                        entry.line, f'"{entry.question or "..."}" has no {"answer" if entry.question else "question"}'
                    )
            problems += file.problems
            digest.update(path.name.encode() + b"\0" + file.content + b"\0")
        entries |= here
    return KnowledgeSet(tuple(entries.values()), tuple(problems), digest.hexdigest())


def _entry(file: YamlFile, line: int, question: str, answer: str, **more: Any) -> QuestionAnswer:
    source = more.pop("source", "") or f"{file.path.name}:{line}"
    return QuestionAnswer(question.strip(), answer.strip(), source=source, file=file.path, line=line, **more)


def _read_yaml(file: YamlFile) -> Iterator[QuestionAnswer]:
    """Read a list of pairs, or `pairs:` beside a `source:` and `tags:` that hold for all of them."""
    top = file.read()
    shared: Mapping[str, Any] = {}
    if isinstance(top, Table):
        file.known(top, ("pairs", "source", "tags", "language"), "file")
        shared = {"source": file.text(top, "source", "file"), "tags": _words(file, top)}
        top = top.get("pairs")
    if not isinstance(top, Items):
        if not file.problems:
            file.report(1, "must be a list of entries with 'question:' and 'answer:', or hold one under 'pairs:'")
        return
    for row, line in zip(top, top.lines, strict=True):
        if not isinstance(row, Table):
            file.report(line, "an entry must hold 'question:' and 'answer:'")
            continue
        file.known(row, _PAIR, "entry")
        yield _entry(
            file,
            line,
            file.text(row, "question", "entry"),
            file.text(row, "answer", "entry"),
            also=tuple(text for text, _ in file.texts(row, "also", "entry")),
            source=file.text(row, "source", "entry") or shared.get("source", ""),
            tags=_words(file, row) or shared.get("tags", ()),
        )


def _words(file: YamlFile, table: Table) -> tuple[str, ...]:
    return tuple(text for text, _ in file.texts(table, "tags", "entry"))


def _read_text(file: YamlFile) -> str | None:
    """Return the file's text; None, with a problem, where there is none."""
    text = file.decoded()
    if text is not None and not text.strip():
        file.report(0, "the file is empty")
        return None
    return text


def _read_markdown(file: YamlFile) -> Iterator[QuestionAnswer]:
    """Read each heading that ends in a question mark as a question, the text below it as its answer."""
    if (text := _read_text(file)) is None:
        return
    lines, shared, start = text.splitlines(), {}, 0
    if lines[0].strip() == "---" and "---" in (rest := [line.strip() for line in lines[1:]]):
        start = rest.index("---") + 2
        shared = dict(line.partition(":")[::2] for line in lines[1 : start - 1] if ":" in line)
    more = {"source": _unquoted(shared.get("source", "")), "tags": _split(shared.get("tags", ""), ",")}
    sections = list(_sections(lines, start))
    for title, line, body in sections:
        if not title.endswith("?"):
            continue
        also = [found for each in body if (found := _ALSO.match(each))]
        answer = "\n".join(each for each in body if not _ALSO.match(each))
        ways = [way for found in also for way in _split(found["comment"] or found["italic"] or "", "|")]
        yield _entry(file, line, title, answer, also=tuple(ways), **more)
    if not any(title.endswith("?") for title, _, _ in sections):
        file.report(0, "holds no question: a heading that ends in '?' is one", "warning")


def _sections(lines: Sequence[str], start: int) -> Iterator[tuple[str, int, list[str]]]:
    """Yield heading, line number and the lines below, up to the next heading; code blocks hold no headings."""
    title, at, body, fenced = "", 0, list[str](), False
    for number, line in enumerate(lines[start:], start=start + 1):
        fenced ^= bool(_FENCE.match(line))
        if not fenced and (heading := _HEADING.match(line)):
            if title:
                yield title, at, body
            title, at, body = heading["title"], number, []
        else:
            body.append(line)
    if title:
        yield title, at, body


def _split(text: str, separator: str) -> tuple[str, ...]:
    return tuple(part for each in text.strip().strip("[]").split(separator) if (part := _unquoted(each)))


def _unquoted(text: str) -> str:
    return text.strip().strip("\"'")


def _read_table(file: YamlFile) -> Iterator[QuestionAnswer]:
    """Read columns question and answer, and perhaps also (split at |), source and tags (split at ,)."""
    if (text := _read_text(file)) is None:
        return
    rows: Iterator[tuple[int, Any]]
    if file.path.suffix.lower() == ".csv":
        reader = csv.DictReader(io.StringIO(text))
        rows = ((reader.line_num, row) for row in reader)
    else:
        rows = ((at, _json(line)) for at, line in enumerate(text.splitlines(), 1) if line.strip())
    for line, row in rows:
        if (
            not isinstance(row, dict)
            or not isinstance(row.get("question"), str)
            or not isinstance(row.get("answer"), str)
        ):
            file.report(line, "a row must hold 'question' and 'answer'")
            continue
        also, tags = row.get("also") or (), row.get("tags") or ()
        yield _entry(
            file,
            line,
            row["question"],
            row["answer"],
            also=_split(also, "|") if isinstance(also, str) else tuple(map(str, also)),
            source=str(row.get("source") or ""),
            tags=_split(tags, ",") if isinstance(tags, str) else tuple(map(str, tags)),
        )


def _json(line: str) -> Any:
    try:
        return json.loads(line)
    except ValueError:
        return None


_READERS: Mapping[str, Callable[[YamlFile], Iterator[QuestionAnswer]]] = {
    ".yaml": _read_yaml,
    ".yml": _read_yaml,
    ".md": _read_markdown,
    ".csv": _read_table,
    ".jsonl": _read_table,
}
