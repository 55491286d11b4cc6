"""Markdown to blocks, by markdown-it: GitHub's, with the admonitions, tabs and imports of the usual site generators."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from assistant.authoring.documents import blocks as make
from assistant.authoring.documents.blocks import DocumentBlock, RawDocument
from assistant.authoring.pairs.markdown import pair_lines

if TYPE_CHECKING:
    from markdown_it.token import Token

_FENCE = re.compile(r"\s*(?P<fence>`{3,}|~{3,})")
_COLONS = re.compile(r"\s*:{3,}\s*(?:\{?(?P<kind>[A-Za-z][\w-]*)\}?)?\s*(?:\[(?P<title>.*)\]|(?P<rest>.*))\s*")
"""An admonition between colons: `:::note[Title]`, `::: warning Title`, and its end."""

_MARKED = re.compile(
    r"(?P<indent>\s*)(?:!!!|\?\?\?\+?|===\+?)\s*(?P<kind>[A-Za-z][\w-]*)?[^\"]*(?:\"(?P<title>[^\"]*)\")?\s*"
)
"""An admonition or a tab whose text is indented below it: `!!! note "Title"`, `=== "Linux"`."""

_ALERT = re.compile(r"\[!(?P<kind>[A-Za-z]+)\]\s*(?P<title>.*)")
_IMPORT = re.compile(r"(?:import\s.+\sfrom\s+['\"].*|import\s+['\"].*|export\s+(?:const|default)\s.*)")
_ANCHOR = re.compile(r"\s*\{\s*(?:#|:\s*#?|/\*\s*#)[^{}]*\}\s*$")
_ATTRIBUTES = re.compile(r"\{:?\s*(?:[.#:][\w-]+|[\w-]+=(?:\"[^\"]*\"|\S+))(?:\s+[^{}]*)?\}|\{/\*.*?\*/\}|\{%.*?%\}")
_JSX = re.compile(r"\s*</?[A-Z][\w.]*(?:\s[^<>]*)?/?>\s*")
_ADDRESS = re.compile(r"https?://|mailto:")


def read(document: RawDocument) -> Iterator[DocumentBlock]:
    """Yield the blocks of a file; what is a question and its answer is left to the reader of pairs."""
    from markdown_it import MarkdownIt

    lines = document.text.split("\n")
    start = _front_matter(lines)
    title = _title(lines[:start])
    own = [*[""] * start, *_plain_lines(lines[start:])]
    parser = MarkdownIt("commonmark", {"maxNesting": 40}).enable(["table", "strikethrough"])
    tokens = parser.parse("\n".join(own))
    pairs = pair_lines(lines)
    if title and not any(token.type == "heading_open" and token.tag == "h1" for token in tokens):
        yield from make.heading(title, 1, 1)
    for block in _blocks(tokens):
        if not any(first <= block.line < end for first, end in pairs) or block.kind == "heading":
            yield block


def _front_matter(lines: Sequence[str]) -> int:
    """Return the number of lines that front matter takes: between `---` (YAML) or `+++` (TOML)."""
    mark = lines[0].strip() if lines else ""
    if mark not in ("---", "+++"):
        return 0
    return next((place for place, line in enumerate(lines[1:400], start=2) if line.strip() == mark), 0)


def _title(lines: Sequence[str]) -> str:
    """Return the title that front matter gives."""
    for line in lines:
        key, _, value = line.partition(":" if lines[0].strip() == "---" else "=")
        if key.strip() == "title":
            return value.strip().strip("\"'")
    return ""


def _plain_lines(lines: Sequence[str]) -> list[str]:
    """Put what site generators add to Markdown into plain Markdown; every line keeps its number."""
    plain, fence, indents = list[str](), "", list[int]()
    for line in lines:
        depth = len(line) - len(line.lstrip())
        while indents and line.strip() and depth < indents[-1]:
            indents.pop()
        line = line[indents[-1] :] if indents else line
        mark = _FENCE.match(line)
        if fence:
            fence = "" if mark and mark["fence"].startswith(fence) and not line.strip().strip(fence[0]) else fence
        elif mark:
            fence = mark["fence"]
        elif (marked := _MARKED.fullmatch(line)) and (marked["kind"] or marked["title"]):
            kind, title = marked["kind"] or "", marked["title"] or ""
            indents.append((indents[-1] if indents else 0) + len(marked["indent"]) + 4)
            line = make.note(kind, title) if kind else f"**{title}:**"
        elif colons := _COLONS.fullmatch(line):
            rest = (colons["title"] or colons["rest"] or "").strip("{} ")
            is_layout = (colons["kind"] or "").casefold() in ("", "tabs", "tab", "tab-item", "details", "grid", "card")
            line = make.note(colons["kind"], rest) if not is_layout else f"**{rest}:**" if rest else ""
        elif _IMPORT.fullmatch(line) or _JSX.fullmatch(line):
            line = ""
        plain.append(line)
    return plain


def _blocks(tokens: Sequence[Token]) -> Iterator[DocumentBlock]:
    """Yield the blocks of tokens of one level."""
    for token, inside in _children(tokens):
        line = token.map[0] + 1 if token.map else 0
        match token.type:
            case "heading_open":
                yield from make.heading(_plain_heading(inside), int(token.tag[1]), line)
            case "paragraph_open":
                yield DocumentBlock("text", _paragraph(inside), line)
            case "bullet_list_open" | "ordered_list_open" if not _is_navigation(inside):
                yield DocumentBlock("list", _list(token, inside), line)
            case "blockquote_open":
                yield from _quote(inside)
            case "table_open":
                rows = [
                    [_inline(cell[0].children or []) for _, cell in _children(row) if cell]
                    for _, part in _children(inside)
                    for _, row in _children(part)
                ]
                yield from make.table(rows, line)
            case "fence" | "code_block":
                yield from make.code(token.content, (token.info.split() or [""])[0].strip("{}"), line)
            case "html_block":
                yield from _html(token.content, line)


def _children(tokens: Sequence[Token]) -> Iterator[tuple[Token, Sequence[Token]]]:
    """Yield each token of the highest level with the tokens inside it."""
    start = 0
    while start < len(tokens):
        token, end = tokens[start], start
        if token.nesting == 1:
            depth = 1
            while depth:
                end += 1
                depth += tokens[end].nesting
        yield token, tokens[start + 1 : end]
        start = end + 1


def _quote(inside: Sequence[Token]) -> Iterator[DocumentBlock]:
    """Yield the blocks of a quotation; GitHub's `[!NOTE]` becomes the head of an admonition."""
    for block in _blocks(inside):
        if block.kind == "text" and (alert := _ALERT.match(block.text)):
            yield DocumentBlock("text", f"{make.note(alert['kind'])} {alert['title']}".strip(), block.line)
        elif block.kind == "text":
            yield DocumentBlock(
                "text", f"> {block.text}" if not block.text.startswith("**") else block.text, block.line
            )
        else:
            yield block


def _is_navigation(inside: Sequence[Token]) -> bool:
    """True for the entries of a list, two at least, that are links and nothing else, wherever these lead."""
    lines = [token.children or [] for token in inside if token.type == "inline"]
    words = (token.content for line in lines for token, _ in _children(line) if token.type != "link_open")
    return len(lines) > 1 and not "".join(words).strip(" .,;|·•\n")


def _list(token: Token, inside: Sequence[Token]) -> str:
    """Write a list, those inside it indented."""
    number, entries = int(token.attrGet("start") or 1), list[str]()
    for _, content in _children(inside):
        mark = f"{number}. " if token.type == "ordered_list_open" else "- "
        texts = [block.text for block in _blocks(content) if block.text]
        if texts:
            body = "\n".join(texts).replace("\n", "\n" + " " * len(mark))
            entries.append(mark + body)
            number += 1
    return "\n".join(entries)


def _html(content: str, line: int) -> Iterator[DocumentBlock]:
    """Yield the blocks of HTML between paragraphs."""
    if not re.sub(r"<!--.*?-->|<[^<>]*>", "", content, flags=re.DOTALL).strip():
        return
    from assistant.authoring.documents.formats import html

    for block in html.read_fragment(content):
        yield DocumentBlock(block.kind, block.text, line + max(0, block.line - 1), 0, block.level)


def _paragraph(inside: Sequence[Token]) -> str:
    return _ATTRIBUTES.sub("", _inline(inside[0].children or [])).strip() if inside else ""


def _plain_heading(inside: Sequence[Token]) -> str:
    text = _ANCHOR.sub("", _inline(inside[0].children or [], plain=True)) if inside else ""
    return text.strip(" ¶#")


_MARKS = {"strong_open": "**", "strong_close": "**", "em_open": "*", "em_close": "*", "s_open": "~~", "s_close": "~~"}


def _inline(children: Sequence[Token], plain: bool = False) -> str:
    """Write what stands in a line: no images, anchors or comments, and links only where they lead out."""
    text, links = list[str](), list[tuple[str, int]]()
    for token in children:
        match token.type:
            case "text" | "text_special":
                is_after_space = bool(text) and "".join(text[-2:]).endswith(" ")  # a comment between two
                text.append(token.content.lstrip(" ") if is_after_space else token.content)
            case "code_inline":
                text.append(token.content if plain else f"`{token.content}`")
            case "softbreak":
                text.append(" ")
            case "hardbreak":
                text.append("\n")
            case "html_inline" if token.content.lower().startswith("<br"):
                text.append("\n")
            case "link_open":
                address = str(token.attrGet("href") or "")
                links.append((address if not plain and _ADDRESS.match(address) else "", len(text)))
            case "link_close":
                address, start = links.pop()
                words = "".join(text[start:])
                text[start:] = [f"[{words}]({address})" if address and words.strip() else words]
            case kind if not plain:
                text.append(_MARKS.get(kind, ""))
    return "".join(text).strip()
