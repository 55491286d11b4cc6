"""Questions and answers in Markdown: what ends in a question mark and stands as a heading, the text below it."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from assistant.authoring.pairs.entry import UNUSED_TAGS, QuestionAnswer, make_entry, split_wordings, unquoted
from assistant.authoring.source.limits import LIMITS
from assistant.authoring.source_file import SourceFile

_HEADING = re.compile(r" {0,3}#{1,6}\s+(?P<title>.*)")
_SUMMARY = re.compile(r"\s*(?:<details[^<>]*>)?\s*<summary[^<>]*>(?P<title>.*)</summary>\s*", re.IGNORECASE)
_DETAILS = re.compile(r"\s*</?details[^<>]*>\s*", re.IGNORECASE)
_ASKED = re.compile(r"(?P<asked>(?:Q|q|[Qq]uestion)(?:\s*\d+)?\s*[:.)]\s*)|\d+(?:\.\d+)*[.)]\s+")
"""What stands before a question: `Q: `, `Question 3: `, `3. `."""

_ANSWERED = re.compile(r"\s*(?P<bold>\*\*|__)?(?:A|[Aa]nswer)(?:\s*\d+)?\s*:\s*(?(bold)(?P=bold)?)\s*")
_UNDERLINE = re.compile(r" {0,3}(?:=+|-+)\s*")
_FENCE = re.compile(r"\s*(?:```|~~~)")
_LINK = re.compile(r"!?\[(?P<text>[^\[\]]*)\](?:\([^()]*\)|\[[^\[\]]*\])")
_UNSEEN = re.compile(r"\s#+\s*$|\{[#.:][^{}]*\}\s*$|</?[A-Za-z][^<>]*>")
"""The end of a heading, its anchor, and tags of HTML."""

_EMPHASIS = re.compile(r"(?<![\w\\])(\*\*|\*|__|_|~~|`)(?=\S)(?P<text>.+?)(?<=\S)\1(?!\w)")
_QUESTION_MARKS = ("?", "？", "؟", "⁇")


class _Section(NamedTuple):
    """A heading and what stands below it."""

    title: str
    line: int
    body: list[str]


def read_markdown(file: SourceFile) -> Iterator[QuestionAnswer]:
    """Yield the pairs of a file; other headings and their text are passed over."""
    text = file.decoded()
    if text is None:
        return
    if not text.strip():
        file.report(0, "the file is empty")
        return
    lines = text.split("\n")
    if not _asks(lines):
        return  # a document
    start, source = _front_matter(file, lines)
    for title, line, body in _sections(file, lines, start):
        if title.endswith(_QUESTION_MARKS):
            wordings = [_wordings(text) for text in body]
            answer = "\n".join(text for text, also in zip(body, wordings, strict=True) if also is None)
            also = [wording for also in wordings for wording in also or ()]
            yield make_entry(file, line, title, _ANSWERED.sub("", answer.strip(), count=1), also, source)


def _asks(lines: Sequence[str]) -> bool:
    """True where a line is a heading that asks; only lines with a question mark are looked at."""
    below = [*lines[1:], ""]
    return any(
        (_title(line, after) or "").endswith(_QUESTION_MARKS)
        for line, after in zip(lines, below, strict=True)
        if any(mark in line for mark in _QUESTION_MARKS)
    )


def pair_lines(lines: Sequence[str]) -> list[tuple[int, int]]:
    """Find the lines of each question with its answer: the first, from 1, and the one after the last."""
    spans = list[tuple[int, int]]()
    for title, line, body in () if not _asks(lines) else _sections(SourceFile(Path(), b""), lines, 0):
        if title.endswith(_QUESTION_MARKS) and "".join(body).strip():
            spans.append((line, line + 1 + len(body)))
    return spans


def _front_matter(file: SourceFile, lines: Sequence[str]) -> tuple[int, str]:
    """Return the number of lines that front matter takes, and the source that it names."""
    rest = [line.strip() for line in lines[1:]]
    if lines[0].strip() != "---" or "---" not in rest:
        return 0, ""
    end, source = rest.index("---") + 2, ""
    for number, head in enumerate(lines[1 : end - 1], start=2):
        key, _, value = head.partition(":")
        if key == "source":
            source = unquoted(value)
        elif key == "tags":
            file.warn(number, UNUSED_TAGS)
    return end, source


def _sections(file: SourceFile, lines: Sequence[str], start: int) -> Iterator[_Section]:
    """Yield each heading with the lines below, up to the next heading; code blocks hold no headings."""
    section, fence = None, 0
    for number, line in enumerate(lines[start:], start=start + 1):
        if _FENCE.match(line):
            fence = 0 if fence else number
        below = lines[number] if number < len(lines) else ""
        if not fence and (title := _title(line, below)) is not None:
            if section:
                yield section
            section = _Section(title, number, [])
        elif section and not _DETAILS.fullmatch(line) and (section.body or not _UNDERLINE.fullmatch(line)):
            section.body.append(line)
    if section:
        yield section
    if fence:
        file.warn(fence, "a code block begins here and does not end; nothing below is read as a heading")


def _title(line: str, below: str) -> str | None:
    """Return the plain title of a line that is a heading; None of any other."""
    if len(line) > 2 * LIMITS.phrase:
        return None
    if heading := _HEADING.fullmatch(line) or _SUMMARY.fullmatch(line):
        return _plain(heading["title"])[0]
    title, is_asked = _plain(line)
    is_underlined = bool(_UNDERLINE.fullmatch(below))
    return title if (is_asked or is_underlined) and title.endswith(_QUESTION_MARKS) else None


def _plain(title: str) -> tuple[str, bool]:
    """Return a title without anchors, links, tags, emphasis and number; True too where a `Q:` stands before it."""
    text = _LINK.sub(r"\g<text>", title)
    for marks, plain in ((_UNSEEN, ""), (_EMPHASIS, r"\g<text>")):
        while (shorter := marks.sub(plain, text)) != text:
            text = shorter
    text = html.unescape(text).strip()
    before = _ASKED.match(text)
    return (text[before.end() :] if before else text), bool(before and before["asked"])


def _wordings(line: str) -> tuple[str, ...] | None:
    """Return the other wordings in a line that holds them: a comment or italics; None of any other line."""
    text = line.strip()
    for opening, closing in (("<!--", "-->"), ("*", "*"), ("_", "_")):
        if text.startswith(opening) and text.endswith(closing):
            key, colon, rest = text.removeprefix(opening).removesuffix(closing).strip().partition(":")
            if colon and key.casefold() == "also":
                return split_wordings(rest)
    return None
