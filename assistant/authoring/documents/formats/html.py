"""HTML to blocks, by lxml: what the page is about, without its navigation, forms and scripts."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any, TypeAlias

from assistant.authoring.documents import blocks as make
from assistant.authoring.documents.blocks import DocumentBlock, RawDocument, UnreadableError
from assistant.authoring.documents.limits import DOCUMENT_LIMITS
from assistant.authoring.source.plain_text import western

HtmlElement: TypeAlias = Any
"""An element of lxml, which has no types."""

_DROPPED = frozenset(
    "script style noscript template nav header footer aside form button select input textarea svg canvas iframe object "
    "embed img picture figure-img video audio map dialog head link meta menu".split()
)
_BLOCKS = frozenset(
    "address article blockquote body center dd details div dl dt fieldset figcaption figure h1 h2 h3 h4 h5 h6 hr html "
    "legend li main ol p pre section summary table tbody td tfoot th thead tr ul".split()
)
_ROLES = frozenset("navigation banner contentinfo search complementary menu menubar toolbar dialog".split())
_BOILERPLATE = re.compile(
    r"(?:^|[\s_-])(?:nav|navbar|navigation|menu|sidebar|breadcrumbs?|toc|table-of-contents|pagination|pager|footer|"
    r"masthead|cookie|consent|share|social|skip-link|skip-to-content|headerlink|hash-link|edit-this-page|"
    r"sphinxsidebar|related|prev-next|advertisement|visually-hidden|sr-only)(?:$|[\s_-])",
    re.IGNORECASE,
)
_ADMONITION = re.compile(
    r"(?:^|\s)(?:admonition|callout|alert|note|warning|tip|caution|important|danger)(?:$|[\s-])", re.IGNORECASE
)
_UNSEEN = re.compile(
    r"display\s*:\s*none|visibility\s*:\s*(?:hidden|collapse)|font-size\s*:\s*0(?![.\d]*[1-9])|opacity\s*:\s*0(?![.\d]*[1-9])",
    re.IGNORECASE,
)
_RULE = re.compile(r"([^{}]+)\{([^{}]*)\}")
_MEDIA = re.compile(r"@[^{}]+\{(?:[^{}]*\{[^{}]*\})*[^{}]*\}")
_CSS_COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
_MARKS = {"strong": "**", "b": "**", "em": "*", "i": "*", "code": "`", "kbd": "`", "samp": "`", "tt": "`"}
_ADDRESS = re.compile(r"https?://|mailto:")


def read(document: RawDocument) -> Iterator[DocumentBlock]:
    """Yield the blocks of a page: of its main part where it marks one.

    Raises:
        UnreadableError: it is not UTF-8 and names no other encoding.
    """
    yield from read_page(document.content)


def read_page(content: bytes) -> Iterator[DocumentBlock]:
    """Yield the blocks of a page of HTML or XHTML.

    Raises:
        UnreadableError: it is not UTF-8 and names no other encoding.
    """
    root = _parsed(content)
    if root is None:
        return
    titles = [make.one_line(title.text_content()) for title in root.iter("title")][:1]
    _remove_unseen(root)
    body = next(iter(root.iter("body")), root)
    main = _main(body)
    tops = " ".join(make.one_line(top.text_content()) for top in main.iter("h1"))
    for title in titles:
        own = re.split(r"\s+[|–—·•]\s+|\s+-\s+", title)[0]
        if not set(re.findall(r"\w+", own.casefold())) <= set(re.findall(r"\w+", tops.casefold())):
            yield from make.heading(own, 0 if tops else 1, 1)
    yield from _walk(main, 0)


def read_fragment(content: str) -> Iterator[DocumentBlock]:
    """Yield the blocks of HTML that stands in another document."""
    root = _parsed(f"<div>{content}</div>")
    if root is not None:
        yield from _walk(root, 0)


def _remove_unseen(root: HtmlElement) -> None:
    """Take out what no reader of the page sees: by its own style, or by a rule of the page for its class, id or tag.

    Where the page has a script, that may show what a rule hides.
    """
    is_still = next(root.iter("script"), None) is None
    rules = _MEDIA.sub("", " ".join(style.text_content() for style in root.iter("style"))) if is_still else ""
    unseen = {
        selector.strip().casefold()
        for selectors, declarations in _RULE.findall(_CSS_COMMENT.sub("", rules))
        if _UNSEEN.search(declarations)
        for selector in selectors.split(",")
    }
    for element in [element for element in root.iter() if isinstance(element.tag, str)]:
        marks = [f".{name}" for name in (element.get("class") or "").split()] + [f"#{element.get('id')}"]
        names = {mark.casefold() for mark in (element.tag, *marks, *(f"{element.tag}{mark}" for mark in marks))}
        if (names & unseen or _UNSEEN.search(element.get("style") or "")) and element.tag not in ("html", "body"):
            element.drop_tree() if element.getparent() is not None else None


def _parsed(content: bytes | str) -> HtmlElement | None:
    """Parse a page; None where nothing is in it."""
    import lxml.html

    encoding = None
    if isinstance(content, bytes):
        try:
            content.decode("utf-8")
            encoding = "utf-8"
        except UnicodeDecodeError:
            head = content[:4096].lower()
            if b"charset" not in head and b"encoding=" not in head and content[:2] not in (b"\xff\xfe", b"\xfe\xff"):
                if (other := western(content)) is None:
                    raise UnreadableError("is not UTF-8 text and names no other encoding; save it as UTF-8") from None
                content, encoding = other, "utf-8"
    else:
        content, encoding = content.encode("utf-8", "replace"), "utf-8"
    if not content.strip():
        return None
    parser = lxml.html.HTMLParser(encoding=encoding, no_network=True, remove_comments=True, remove_pis=True)
    try:
        return lxml.html.document_fromstring(content, parser=parser)
    except (lxml.etree.ParserError, lxml.etree.XMLSyntaxError):
        return None


def _main(body: HtmlElement) -> HtmlElement:
    """Find the element that holds what the page is about: the largest of those that say so, else all."""
    ways = (
        "//main",
        "//*[@role='main']",
        "//article",
        "//*[@id='content' or @id='main-content' or @id='mw-content-text']",
    )
    for way in ways:
        if elements := body.xpath(way):
            largest = max(elements, key=lambda element: len(element.text_content()))
            if way != "//article" or len(elements) == 1:
                return largest
    return body


def _is_dropped(element: HtmlElement) -> bool:
    tag = element.tag
    if not isinstance(tag, str) or tag in _DROPPED:
        return not (
            tag == "header"
            and element.getparent() is not None
            and element.getparent().tag in ("article", "section", "main")
        )
    if element.get("role") in _ROLES or element.get("hidden") is not None or element.get("aria-hidden") == "true":
        return True
    named = f"{element.get('class') or ''} {element.get('id') or ''}"
    return tag not in ("body", "main", "article", "html") and bool(named.strip() and _BOILERPLATE.search(named))


def _walk(element: HtmlElement, depth: int) -> Iterator[DocumentBlock]:
    """Yield the blocks of an element; text that stands beside blocks is a paragraph."""
    if depth > DOCUMENT_LIMITS.depth:
        raise UnreadableError(f"its elements stand in one another more than {DOCUMENT_LIMITS.depth} deep")
    text, line = element.text or "", element.sourceline or 0
    for child in element:
        if isinstance(child.tag, str) and not _is_dropped(child):
            if child.tag in _BLOCKS or _holds_blocks(child):
                yield from _paragraph(text, line)
                text, line = "", child.sourceline or 0
                yield from _block(child, depth + 1)
            else:
                text += _inline(child, depth + 1)
        text += child.tail or ""
    yield from _paragraph(text, line)


def _holds_blocks(element: HtmlElement) -> bool:
    return any(isinstance(child.tag, str) and child.tag in _BLOCKS for child in element.iterdescendants())


def _paragraph(text: str, line: int) -> Iterator[DocumentBlock]:
    lines = [make.one_line(part) for part in text.split("\v")]
    if plain := "\n".join(filter(None, lines)):
        yield DocumentBlock("text", plain, line)


def _block(element: HtmlElement, depth: int) -> Iterator[DocumentBlock]:
    """Yield the blocks of one element."""
    line = element.sourceline or 0
    match element.tag:
        case "h1" | "h2" | "h3" | "h4" | "h5" | "h6":
            yield from make.heading(_plain(element).strip("¶# "), int(element.tag[1]), line)
        case "ul" | "ol":
            yield from _listed(element, depth)
        case "dl":
            yield from _definitions(element, depth)
        case "pre":
            language = re.search(
                r"(?:language|lang|highlight)-([\w+-]+)",
                " ".join(element.xpath("ancestor-or-self::*/@class|.//@class")),
            )
            yield from make.code(element.text_content(), language[1] if language else "", line)
        case "table":
            yield from _table(element, depth)
        case "summary" | "legend" | "figcaption":
            if text := make.one_line(_inlines(element, depth)):
                mark = "*" if element.tag == "figcaption" else "**"
                yield DocumentBlock("text", f"{mark}{text.strip('*')}{mark}", line)
        case "blockquote":
            for block in _walk(element, depth):
                yield DocumentBlock(block.kind, f"> {block.text}" if block.kind == "text" else block.text, block.line)
        case _ if _ADMONITION.search(element.get("class") or "") and element.tag in ("div", "section"):
            yield from _admonition(element, depth)
        case _:
            yield from _walk(element, depth)


def _admonition(element: HtmlElement, depth: int) -> Iterator[DocumentBlock]:
    """Yield the blocks of a note or a warning, its title in bold before the first."""
    inside = list(_walk(element, depth))
    title = element.xpath("./*[contains(@class, 'title') or contains(@class, 'heading')]")
    if title and inside and inside[0].kind in ("text", "heading"):
        first, *rest = inside
        head = f"**{first.text.strip('*').rstrip(':')}:**"
        if rest and rest[0].kind == "text":
            yield DocumentBlock("text", f"{head} {rest[0].text}", first.line)
            yield from rest[1:]
        else:
            yield DocumentBlock("text", head, first.line)
            yield from rest
    else:
        yield from inside


def _listed(element: HtmlElement, depth: int) -> Iterator[DocumentBlock]:
    """Yield a list; the blocks of its entries where each is a section: a title in bold, with paragraphs below it."""
    if _is_navigation(element):
        return
    sections = list[Sequence[DocumentBlock]]()
    for child in element.iterchildren("li"):
        blocks = list(_walk(child, depth + 1)) if any(True for _ in child.iter("b", "strong")) else []
        if len(blocks) < 2 or not make.bold_title(blocks[0]):
            sections.clear()
            break
        sections.append(blocks)
    if len(sections) > 1:
        yield from (block for section in sections for block in section)
    elif text := _list(element, depth):
        yield DocumentBlock("list", text, element.sourceline or 0)


def _list(element: HtmlElement, depth: int) -> str:
    """Write a list, those inside it indented."""
    entries, number = list[str](), int(element.get("start") or 1) if (element.get("start") or "1").isdigit() else 1
    for child in element:
        if not isinstance(child.tag, str) or _is_dropped(child):
            continue
        mark = f"{number}. " if element.tag == "ol" else "- "
        texts = [block.text for block in (_walk(child, depth + 1) if child.tag == "li" else _block(child, depth + 1))]
        if texts:
            entries.append(mark + "\n".join(texts).replace("\n", "\n" + " " * len(mark)))
            number += 1
    return "\n".join(entries)


def _is_navigation(element: HtmlElement) -> bool:
    """True for a list, of two entries at least, whose words are all words of links."""
    linked = sum(len("".join(link.text_content().split())) for link in element.iter("a"))
    return len(element) > 1 and linked >= len("".join(element.text_content().split()))


def _definitions(element: HtmlElement, depth: int) -> Iterator[DocumentBlock]:
    """Yield terms with their definitions: short ones as a list, long ones each as it is."""
    term = ""
    for child in element.iter("dt", "dd"):
        if child.getparent() is not element and child.getparent().getparent() is not element:
            continue
        if child.tag == "dt":
            term = f"{term}, {_plain(child)}" if term else _plain(child)
            continue
        inside = list(_walk(child, depth))
        head = f"**{term.strip('¶ ')}**" if term else ""
        if inside and inside[0].kind == "text" and head:
            inside[0] = DocumentBlock("text", f"{head}: {inside[0].text}", child.sourceline or 0)
        elif head:
            inside = [DocumentBlock("text", head, child.sourceline or 0), *inside]
        yield from inside
        term = ""


def _table(element: HtmlElement, depth: int) -> Iterator[DocumentBlock]:
    """Yield a table of data; one that only lays out is walked through."""
    rows = [row for row in element.iter("tr") if next(row.iterancestors("table")) is element]
    cells = [[cell for cell in row if cell.tag in ("td", "th")] for row in rows]
    is_layout = any(True for row in cells for cell in row for _ in cell.iter("table", "h1", "h2", "h3", "pre"))
    if is_layout or element.get("role") == "presentation":
        for row in cells:
            for cell in row:
                yield from _walk(cell, depth + 1)
        return
    for caption in element.iter("caption"):
        yield from _paragraph(f"**{_plain(caption)}**:", element.sourceline or 0)
    texts = [[text for cell in row for text in _spread(cell, depth)] for row in cells]
    yield from make.table([row for row in texts if row], element.sourceline or 0)


def _spread(cell: HtmlElement, depth: int, most: int = 30) -> Sequence[str]:
    """Return the text of a cell once for each column that it takes."""
    text = " ".join(block.text.replace("\n", " ") for block in _walk(cell, depth + 1))
    span = str(cell.get("colspan") or "1")
    return [text, *[""] * (min(int(span), most) - 1)] if span.isdigit() and int(span) > 1 else [text]


def _inline(element: HtmlElement, depth: int) -> str:
    """Write an element that stands in a line as Markdown."""
    tag = element.tag
    if tag in ("br", "wbr"):
        return "\v" if tag == "br" else ""
    inside = _inlines(element, depth)
    words = make.one_line(inside)
    if not words:
        return " " if inside else ""
    before, after = " " * inside[0].isspace(), " " * inside[-1].isspace()
    if tag == "a":
        address = element.get("href") or ""
        return f"{before}[{words}]({address}){after}" if _ADDRESS.match(address) else inside
    if (mark := _MARKS.get(tag, "")) and mark not in words:
        return f"{before}{mark}{words}{mark}{after}"
    return inside


def _inlines(element: HtmlElement, depth: int) -> str:
    if depth > DOCUMENT_LIMITS.depth:
        raise UnreadableError(f"its elements stand in one another more than {DOCUMENT_LIMITS.depth} deep")
    text = element.text or ""
    for child in element:
        if isinstance(child.tag, str) and not _is_dropped(child):
            text += _inline(child, depth + 1)
        text += child.tail or ""
    return text


def _plain(element: HtmlElement) -> str:
    """Return the words of an element without what is dropped."""
    parts = [element.text or ""]
    for child in element:
        if isinstance(child.tag, str) and not _is_dropped(child):
            parts.append(_plain(child))
        parts.append(child.tail or "")
    return make.one_line("".join(parts))
