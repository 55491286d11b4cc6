"""reStructuredText to blocks, by docutils; what only Sphinx knows is read for its text."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from functools import cache
from typing import Any, TypeAlias

from assistant.authoring.documents import blocks as make
from assistant.authoring.documents.blocks import DocumentBlock, RawDocument

RstNode: TypeAlias = Any
"""A node of docutils, which has no types."""

_CODE = ("code-block", "sourcecode", "code", "prompt", "parsed-literal", "highlight", "doctest", "ipython", "console")
_DROPPED = re.compile(
    r"toctree|index|contents|include|literalinclude|raw|currentmodule|module|meta|graphviz|plantuml|mermaid|image|"
    r"figure|auto.*|sectnum|default-role|role|tabularcolumns|sectionauthor|codeauthor|highlightlang|todolist|"
    r"bibliography|py:module|py:currentmodule|only-image|youtube|video"
)
_VERSIONS = {
    "versionadded": "New in version",
    "versionchanged": "Changed in version",
    "deprecated": "Deprecated since version",
    "versionremoved": "Removed in version",
}
_TARGET = re.compile(r"(?P<title>.+?)\s*<[^<>]*>$", re.DOTALL)
_ADDRESS = re.compile(r"https?://|mailto:")


def read(document: RawDocument) -> Iterator[DocumentBlock]:
    """Yield the blocks of a file."""
    yield from _blocks(_document(document.text, document.beat), 0)


def _document(text: str, beat: Callable[[], None]) -> RstNode:
    """Parse a text; nothing that it names is opened, and no fault in it is written anywhere."""
    from docutils.frontend import get_default_settings
    from docutils.parsers.rst import Parser
    from docutils.utils import new_document

    _know_sphinx()
    settings = get_default_settings(Parser)
    settings.report_level = settings.halt_level = 5
    settings.file_insertion_enabled = settings.raw_enabled = False
    settings.syntax_highlight = "none"
    settings.warning_stream = False
    document = new_document("document", settings)
    noted = document.note_source

    def note_source(file: str | None, offset: int | None) -> None:
        beat()
        noted(file, offset)

    document.note_source = note_source
    Parser().parse(text, document)
    return document


_LISTS = ("bullet_list", "enumerated_list")
_TERMS = ("definition_list", "option_list", "field_list", "docinfo")
_CODE_NODES = ("literal_block", "doctest_block", "math_block")
_NOTES = ("note", "warning", "tip", "hint", "important", "caution", "danger", "error", "attention")
_UNSEEN = ("system_message", "comment", "target", "substitution_definition", "footnote", "citation")


def _blocks(parent: RstNode, level: int) -> Iterator[DocumentBlock]:
    """Yield the blocks below a node."""
    for node in parent.children:
        kind = getattr(node, "tagname", "#text")
        if kind == "section":
            yield from _blocks(node, level + 1)
        elif kind in ("title", "rubric", "subtitle"):
            yield from make.heading(_plain(node), max(1, level) + (kind != "title"), _line(node))
        elif kind in _TERMS:
            yield from _definitions(node, level)
        elif kind == "table":
            yield from _table(node, level)
        elif kind in _NOTES:
            yield from _admonition(make.note(kind), node, level, _line(node))
        elif kind in ("admonition", "sidebar", "topic"):
            yield from _titled(node, level)
        elif kind in _UNSEEN:
            continue
        else:
            yield from _simple(node, kind, level)


def _simple(node: RstNode, kind: str, level: int) -> Iterator[DocumentBlock]:
    """Yield the block of a node that is one."""
    line = _line(node)
    if kind in ("paragraph", "attribution", "caption"):
        yield DocumentBlock("text", _inline(node), line)
    elif kind in _LISTS:
        yield DocumentBlock("list", _list(node, level), line)
    elif kind in _CODE_NODES:
        language = next((name for name in node.get("classes", ()) if name != "code"), "")
        yield from make.code(node.astext(), str(node.get("language", language)), line)
    elif kind == "line_block":
        yield DocumentBlock("text", "\n".join(_inline(row) for row in node.children if row.children), line)
    elif getattr(node, "children", ()):
        yield from _blocks(node, level)


def _titled(node: RstNode, level: int) -> Iterator[DocumentBlock]:
    """Yield the blocks of a box with a title; a table of contents is none."""
    if "contents" in node.get("classes", ()):
        return
    title, *rest = node.children or [None]
    is_titled = title is not None and title.tagname == "title"
    head = f"**{_plain(title).rstrip(':')}:**" if is_titled else make.note("note")
    yield from _admonition(head, _Children(rest if is_titled else node.children), level, _line(node))


class _Children:
    """Some children of a node."""

    def __init__(self, children: Sequence[RstNode]) -> None:
        self.children = children


def _line(node: RstNode) -> int:
    """Return the line where a node begins, as well as docutils knows it."""
    while node is not None and getattr(node, "line", None) is None:
        node = node.parent
    return int(node.line) if node is not None else 0


def _admonition(head: str, node: RstNode | _Children, level: int, line: int) -> Iterator[DocumentBlock]:
    """Yield the blocks of a note, its head before the first paragraph."""
    inside = list(_blocks(node, level))
    if inside and inside[0].kind == "text":
        yield DocumentBlock("text", f"{head} {inside[0].text}", inside[0].line or line)
        yield from inside[1:]
    else:
        yield DocumentBlock("text", head, line)
        yield from inside


def _list(node: RstNode, level: int) -> str:
    """Write a list, those inside it indented."""
    entries = list[str]()
    first = int(node.get("start", 1)) if node.tagname == "enumerated_list" else 0
    for number, item in enumerate(node.children, start=first):
        mark = f"{number}. " if first else "- "
        if texts := [block.text for block in _blocks(item, level)]:
            entries.append(mark + "\n".join(texts).replace("\n", "\n" + " " * len(mark)))
    return "\n".join(entries)


def _definitions(node: RstNode, level: int) -> Iterator[DocumentBlock]:
    """Yield terms, options and fields, each in bold before what is said of it."""
    for item in node.children:
        heads = [child for child in item.children if child.tagname in ("term", "option_group", "field_name")]
        bodies = [child for child in item.children if child.tagname in ("definition", "description", "field_body")]
        head = f"**{', '.join(map(_plain, heads))}**" if heads else ""
        inside = [block for body in bodies for block in _blocks(body, level)]
        if inside and inside[0].kind == "text" and head:
            inside[0] = DocumentBlock("text", f"{head}: {inside[0].text}", _line(item))
        elif head:
            inside = [DocumentBlock("text", head, _line(item)), *inside]
        yield from inside


def _table(node: RstNode, level: int) -> Iterator[DocumentBlock]:
    for title in node.children:
        if title.tagname == "title":
            yield DocumentBlock("text", f"**{_plain(title)}**:", _line(node))
    rows = [
        [" ".join(block.text.replace("\n", " ") for block in _blocks(entry, level)) for entry in row.children]
        for group in node.children
        if group.tagname == "tgroup"
        for part in group.children
        if part.tagname in ("thead", "tbody")
        for row in part.children
    ]
    yield from make.table(rows, _line(node))


def _plain(node: RstNode) -> str:
    return make.one_line(node.astext())


def _inline(node: RstNode) -> str:
    """Write what stands in a paragraph as Markdown."""
    parts = list[str]()
    for child in node.children:
        text = child.astext()
        match getattr(child, "tagname", "#text"):
            case "strong" | "emphasis":
                mark = "**" if child.tagname == "strong" else "*"
                parts.append(f"{mark}{text}{mark}")
            case "literal":
                parts.append(f"`{text}`")
            case "reference" if _ADDRESS.match(child.get("refuri", "")):
                address = child["refuri"]
                parts.append(text if text == address else f"[{text}]({address})")
            case "image" | "target" | "footnote_reference" | "system_message" | "raw" | "citation_reference":
                pass
            case "problematic":
                parts.append(text.strip("`|*"))
            case _:
                parts.append(text)
    return make.one_line("".join(parts))


# -- what Sphinx adds -------------------------------------------------------------------------


def _unknown_directive() -> type[Any]:
    """Make the directive that stands for all that docutils does not know: its argument and what is below it."""
    from docutils import nodes
    from docutils.parsers.rst import Directive

    class AnyOption(dict[str, Callable[[str], str]]):
        def __missing__(self, _: str) -> Callable[[str], str]:
            return str

    class Unknown(Directive):  # type: ignore[misc]
        has_content = True
        optional_arguments = 1
        final_argument_whitespace = True
        option_spec = AnyOption(any=str)

        def run(self) -> list[Any]:
            argument, _, more = (self.arguments[0] if self.arguments else "").partition("\n")
            text = "\n".join(self.content)
            if self.name in _CODE:
                return [nodes.literal_block(text, text, language=argument)]
            if _DROPPED.fullmatch(self.name):
                return []
            holder = nodes.container()
            if self.name in _VERSIONS:
                argument, _, words = argument.partition(" ")
                argument, more = f"{_VERSIONS[self.name]} {argument}", f"{words} {more}".strip()
            head = argument
            if self.name == "seealso":
                head = "See also"
            if head:
                body = nodes.paragraph("", "", nodes.strong("", make.one_line(head) + ":"))
                body.line = self.lineno
                holder += body
            if more:
                holder += nodes.paragraph("", "", nodes.Text(make.one_line(more)))
            self.state.nested_parse(self.content, self.content_offset, holder)
            return [holder]

    return Unknown


@cache
def _know_sphinx() -> None:
    """Have docutils read directives and roles that it does not know for their text."""
    from docutils import nodes
    from docutils.parsers.rst import directives, roles

    unknown = _unknown_directive()

    def role(name: str, _: str, text: str, *__: Any, **___: Any) -> tuple[list[Any], list[Any]]:
        match = _TARGET.match(text)
        words = match["title"] if match else text.lstrip("~!@")
        if not match and text.startswith("~"):
            words = words.rpartition(".")[2]
        is_prose = name.rpartition(":")[2] in ("ref", "doc", "term", "abbr", "guilabel", "menuselection", "numref")
        return [nodes.Text(words) if is_prose else nodes.literal("", words)], []

    known_directive, known_role = directives.directive, roles.role

    def directive(name: str, *context: Any) -> tuple[Any, list[Any]]:
        if name in _CODE or _DROPPED.fullmatch(name):
            return unknown, []
        found, messages = known_directive(name, *context)
        return (found, messages) if found else (unknown, [])

    def any_role(name: str, *context: Any) -> tuple[Any, list[Any]]:
        found, messages = known_role(name, *context)
        return (found, messages) if found else (role, [])

    directives.directive, roles.role = directive, any_role
