"""Questions and answers in YAML: a list of pairs, or `pairs:` beside a `source:` that holds for all of them."""

from __future__ import annotations

from collections.abc import Iterator

from assistant.authoring.pairs.entry import UNUSED_TAGS, QuestionAnswer, make_entry
from assistant.authoring.schema.knowledge import FILE, PAIR
from assistant.authoring.source.yaml_tree import Items, Table
from assistant.authoring.source_file import SourceFile


def read_yaml(file: SourceFile) -> Iterator[QuestionAnswer]:
    """Yield the pairs of a file; one without question or answer has it empty."""
    top, shared, tagged = file.parsed(), "", list[int]()
    if isinstance(top, Table):
        file.check_keys(top, FILE, "file")
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
        file.check_keys(row, PAIR, "entry")
        tagged += [file.line(row, "tags")] if "tags" in row else []
        question, answer = file.text(row, "question", "entry"), file.text(row, "answer", "entry")
        also = [text for text, _ in file.texts(row, "also", "entry")]
        yield make_entry(file, line, question, answer, also, file.text(row, "source", "entry") or shared)
    if tagged:
        file.warn(tagged[0], UNUSED_TAGS)
