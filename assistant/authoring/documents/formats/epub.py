"""EPUB to blocks: the chapters in their order, each a page of XHTML."""

from __future__ import annotations

import posixpath
import urllib.parse
from collections.abc import Iterator

from assistant.authoring.documents.blocks import DocumentBlock, RawDocument, UnreadableError
from assistant.authoring.documents.formats.html import read_page
from assistant.authoring.documents.formats.packed import PackedFile

_PAGES = ("application/xhtml+xml", "text/html", "application/x-dtbook+xml")


def read(document: RawDocument) -> Iterator[DocumentBlock]:
    """Yield the blocks of a book; they have no lines, which nobody sees in one.

    Raises:
        UnreadableError: it is no book, damaged or protected.
    """
    book = PackedFile(document.content, "EPUB")
    protection = book.xml("META-INF/encryption.xml")
    if protection is not None and any("fonts" not in str(uri).lower() for uri in protection.xpath("//@URI")):
        raise UnreadableError("is protected against reading (DRM)")
    container = book.xml("META-INF/container.xml")
    places = container.xpath("//*[local-name()='rootfile']/@full-path") if container is not None else []
    package = book.xml(str(places[0])) if places else None
    if package is None:
        raise UnreadableError("is no EPUB: it names no package")
    folder = posixpath.dirname(str(places[0]))
    items = {
        str(item.get("id")): str(item.get("href"))
        for item in package.xpath("//*[local-name()='manifest']/*[local-name()='item']")
        if item.get("media-type") in _PAGES and "nav" not in (item.get("properties") or "").split()
    }
    for reference in package.xpath("//*[local-name()='spine']/*[local-name()='itemref']/@idref"):
        if (href := items.get(str(reference))) is None:
            continue
        name = posixpath.normpath(posixpath.join(folder, urllib.parse.unquote(href.partition("#")[0])))
        if page := book.read(name):
            for block in read_page(page):
                yield DocumentBlock(block.kind, block.text, 0, 0, block.level)
