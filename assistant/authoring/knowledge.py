"""Folders of question-answer files -> one `KnowledgeSet`: YAML, Markdown, CSV and JSON lines."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from assistant.authoring.source_file import Items, SourceFile, Table, read_content, source_files
from assistant.errors import Problem
from assistant.language.text import normalise

_PAIR = ("question", "also", "answer", "source", "tags")
_HEADING = re.compile(r"#{1,6}\s+(?P<title>.*?)\s*#*\s*$")
_ALSO = re.compile(
    r"^\s*(?:<!--\s*also:\s*(?P<comment>.*?)\s*-->|[*_]also:\s*(?P<italic>.*?)\s*[*_])\s*$", re.IGNORECASE
)
_FENCE = re.compile(r"^\s*(?:```|~~~)")
_UNUSED_TAGS = "'tags' are not used and can be taken out"


@dataclass(frozen=True, slots=True)
class QuestionAnswer:
    """A question and its answer."""

    question: str
    answer: str
    also: tuple[str, ...] = ()
    """Other wordings of the question."""
    source: str = ""
    """Origin of the answer, as shown: what the file says, else file name and line."""
    file: Path = Path()
    line: int = 0


@dataclass(frozen=True, slots=True)
class KnowledgeSet:
    """All entries in use."""

    entries: tuple[QuestionAnswer, ...] = ()
    problems: tuple[Problem, ...] = ()
    digest: str = ""
    """Changes whenever a file does."""


@dataclass(frozen=True, slots=True)
class KnowledgeFile:
    """The entries of one file."""

    entries: tuple[tuple[str, QuestionAnswer], ...]
    """Each with its question normalised."""
    problems: tuple[Problem, ...]


def load_knowledge(folders: Sequence[Path]) -> KnowledgeSet:
    """Read every *.yaml, *.yml, *.md, *.csv and *.jsonl in the folders and below; only content that is new is parsed.

    A later folder's answer to the same question replaces an earlier one's; twice in one folder is a problem.
    """
    problems: list[Problem] = []
    entries: dict[str, QuestionAnswer] = {}
    digest = hashlib.sha256()
    for folder in folders:
        own: dict[str, QuestionAnswer] = {}
        for path in source_files(folder, _READERS, problems):
            if (content := read_content(path, problems)) is None:
                continue
            digest.update(path.name.encode() + b"\0" + content + b"\0")
            file = parse_knowledge_file(path, content)
            problems += file.problems
            for key, entry in file.entries:
                if first := own.get(key):
                    place = f"{first.file.name}:{first.line}"
                    message = f'"{entry.question}" is answered already in {place}; this one is left out'
                    problems.append(Problem(path, entry.line, message))
                else:
                    own[key] = entry
        entries |= own
    return KnowledgeSet(tuple(entries.values()), tuple(problems), digest.hexdigest())


@lru_cache(maxsize=4096)  # files; beyond that a reload parses them all
def parse_knowledge_file(path: Path, content: bytes) -> KnowledgeFile:
    """Parse the content of a file. The same content is parsed once: a reload costs what changed."""
    file, entries = SourceFile(path, content), []
    reader = _READERS.get(path.suffix.lower())
    if not reader:
        file.report(0, f"is no knowledge file: its name must end in one of {', '.join(_READERS)}")
    for entry in reader(file) if reader else ():
        if entry.question and entry.answer:
            entries.append((normalise(entry.question), entry))
        else:
            missing = "answer" if entry.question else "question"
            file.report(entry.line, f'"{entry.question or "..."}" has no {missing}')
    return KnowledgeFile(tuple(entries), tuple(file.problems))


def _entry(
    file: SourceFile, line: int, question: str, answer: str, also: Sequence[str] = (), source: str = ""
) -> QuestionAnswer:
    source = source or f"{file.path.name}:{line}"
    return QuestionAnswer(question.strip(), answer.strip(), tuple(also), source, file.path, line)


def _read_yaml(file: SourceFile) -> Iterator[QuestionAnswer]:
    """Read a list of pairs, or `pairs:` beside a `source:` that holds for all of them."""
    top, shared, tagged = file.parsed(), "", list[int]()
    if isinstance(top, Table):
        file.check_keys(top, ("pairs", "source", "tags", "language"), "file")
        shared = file.text(top, "source", "file")
        tagged += [file.line(top, "tags")] if "tags" in top else []
        top = top.get("pairs")
    if not isinstance(top, Items):
        if not file.problems:
            file.report(1, "must be a list of entries with 'question:' and 'answer:', or hold one under 'pairs:'")
        return
    for row, line in zip(top, top.lines, strict=True):
        if not isinstance(row, Table):
            file.report(line, "an entry must hold 'question:' and 'answer:'")
            continue
        file.check_keys(row, _PAIR, "entry")
        tagged += [file.line(row, "tags")] if "tags" in row else []
        question, answer = file.text(row, "question", "entry"), file.text(row, "answer", "entry")
        also = [text for text, _ in file.texts(row, "also", "entry")]
        yield _entry(file, line, question, answer, also, file.text(row, "source", "entry") or shared)
    if tagged:
        file.warn(tagged[0], _UNUSED_TAGS)


def _text(file: SourceFile) -> str | None:
    """Return the file's text; None, with a problem, where there is none."""
    text = file.decoded()
    if text is not None and not text.strip():
        file.report(0, "the file is empty")
        return None
    return text


def _read_markdown(file: SourceFile) -> Iterator[QuestionAnswer]:
    """Read each heading that ends in a question mark as a question, the text below it as its answer."""
    if (text := _text(file)) is None:
        return
    lines, start, source = text.splitlines(), 0, ""
    if lines[0].strip() == "---" and "---" in (rest := [line.strip() for line in lines[1:]]):
        start = rest.index("---") + 2
        for number, head in enumerate(lines[1 : start - 1], start=2):
            key, _, value = head.partition(":")
            if key == "source":
                source = _unquoted(value)
            elif key == "tags":
                file.warn(number, _UNUSED_TAGS)
    sections = list(_sections(lines, start))
    for title, line, body in sections:
        if not title.endswith("?"):
            continue
        matches = [match for text in body if (match := _ALSO.match(text))]
        also = [text for match in matches for text in _split(match["comment"] or match["italic"] or "")]
        answer = "\n".join(text for text in body if not _ALSO.match(text))
        yield _entry(file, line, title, answer, also, source)
    if not any(title.endswith("?") for title, _, _ in sections):
        file.warn(0, "holds no question: a heading that ends in '?' is one")


def _sections(lines: Sequence[str], start: int) -> Iterator[tuple[str, int, list[str]]]:
    """Yield heading, line number and the lines below, up to the next heading; code blocks hold no headings."""
    title, heading_line, body, fenced = "", 0, list[str](), False
    for number, line in enumerate(lines[start:], start=start + 1):
        fenced ^= bool(_FENCE.match(line))
        if not fenced and (heading := _HEADING.match(line)):
            if title:
                yield title, heading_line, body
            title, heading_line, body = heading["title"], number, []
        else:
            body.append(line)
    if title:
        yield title, heading_line, body


def _split(text: str) -> tuple[str, ...]:
    """Return the wordings between `|`."""
    return tuple(wording for part in text.strip().strip("[]").split("|") if (wording := _unquoted(part)))


def _unquoted(text: str) -> str:
    return text.strip().strip("\"'")


def _read_table(file: SourceFile) -> Iterator[QuestionAnswer]:
    """Read columns question and answer, and perhaps also (split at |) and source."""
    if (text := _text(file)) is None:
        return
    rows: Iterator[tuple[int, Any]]
    if file.path.suffix.lower() == ".csv":
        reader = csv.DictReader(io.StringIO(text))
        rows = ((reader.line_num, row) for row in reader)
    else:
        rows = ((number, _json(line)) for number, line in enumerate(text.splitlines(), 1) if line.strip())
    tagged = []
    for line, row in rows:
        if not isinstance(row, dict) or not all(isinstance(row.get(key), str) for key in ("question", "answer")):
            file.report(line, "a row must hold 'question' and 'answer'")
            continue
        tagged += [line] if "tags" in row else []
        also = row.get("also") or ()
        wordings = _split(also) if isinstance(also, str) else tuple(map(str, also))
        yield _entry(file, line, row["question"], row["answer"], wordings, str(row.get("source") or ""))
    if tagged:
        file.warn(tagged[0], _UNUSED_TAGS)


def _json(line: str) -> Any:
    try:
        return json.loads(line)
    except ValueError:
        return None


_READERS: Mapping[str, Callable[[SourceFile], Iterator[QuestionAnswer]]] = {
    ".yaml": _read_yaml,
    ".yml": _read_yaml,
    ".md": _read_markdown,
    ".csv": _read_table,
    ".jsonl": _read_table,
}
