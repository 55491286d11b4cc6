"""Small documents of every kind, made by hand: the real formats, byte by byte."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping, Sequence

W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'


def packed(files: Mapping[str, str | bytes]) -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in files.items():
            archive.writestr(name, text)
    return content.getvalue()


def docx(body: str, **more: str | bytes) -> bytes:
    """A Word document around the XML of its body; `more` has further parts by their name before `.xml`."""
    levels = "".join(f'<w:lvl w:ilvl="{n}"><w:numFmt w:val="{{0}}"/></w:lvl>' for n in range(3))
    parts = {
        "[Content_Types].xml": "<Types/>",
        "word/document.xml": f"<w:document {W}><w:body>{body}</w:body></w:document>",
        "word/styles.xml": f'<w:styles {W}><w:style w:styleId="H1"><w:name w:val="heading 1"/></w:style>'
        '<w:style w:styleId="H2"><w:name w:val="heading 2"/></w:style>'
        '<w:style w:styleId="Code"><w:name w:val="Source Code"/></w:style>'
        '<w:style w:styleId="TOC1"><w:name w:val="toc 1"/></w:style></w:styles>',
        "word/numbering.xml": f"<w:numbering {W}>"
        f'<w:abstractNum w:abstractNumId="0">{levels.format("bullet")}</w:abstractNum>'
        f'<w:abstractNum w:abstractNumId="1">{levels.format("decimal")}</w:abstractNum>'
        '<w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num>'
        '<w:num w:numId="2"><w:abstractNumId w:val="1"/></w:num></w:numbering>',
    }
    return packed(parts | {f"word/{name}.xml": text for name, text in more.items()})


def paragraph(text: str, style: str = "", number: int = 0, depth: int = 0) -> str:
    styled = f'<w:pStyle w:val="{style}"/>' if style else ""
    listed = f'<w:numPr><w:ilvl w:val="{depth}"/><w:numId w:val="{number}"/></w:numPr>' if number else ""
    return f"<w:p><w:pPr>{styled}{listed}</w:pPr><w:r><w:t>{text}</w:t></w:r></w:p>"


def epub(*chapters: str, **more: str | bytes) -> bytes:
    """A book of chapters, each the HTML of its body."""
    items = "".join(
        f'<item id="c{n}" href="text/c%20{n}.xhtml" media-type="application/xhtml+xml"/>' for n in range(len(chapters))
    )
    spine = "".join(f'<itemref idref="c{n}"/>' for n in range(len(chapters)))
    parts = {
        "mimetype": "application/epub+zip",
        "META-INF/container.xml": '<container><rootfiles><rootfile full-path="OPS/book.opf"/></rootfiles></container>',
        "OPS/book.opf": f"<package><manifest>{items}</manifest><spine>{spine}</spine></package>",
    }
    pages = {f"OPS/text/c {n}.xhtml": f"<html><body>{body}</body></html>" for n, body in enumerate(chapters)}
    return packed(parts | pages | dict(more))


def pdf(*pages: Sequence[tuple[float, str]], trailer: str = "") -> bytes:
    """A PDF of pages, each lines with the size of their letters; an empty text is a gap."""
    objects = [
        "<< /Type /Catalog /Pages 2 0 R >>",
        "",
        "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>",
    ]
    kids = list[str]()
    for lines in pages:
        y, drawn = 780.0, list[str]()
        for size, text in lines:
            y -= 1.3 * size
            shown = text.replace("\\", r"\\").replace("(", r"\(").replace(")", r"\)")
            drawn += [f"BT /F1 {size} Tf 60 {y:.1f} Td ({shown}) Tj ET"] if text else []
        stream = "\n".join(drawn)
        objects.append(f"<< /Length {len(stream.encode('latin-1'))} >>\nstream\n{stream}\nendstream")
        kids.append(f"{len(objects) + 1} 0 R")
        objects.append(
            "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Resources << /Font << /F1 3 0 R >> >> "
            f"/Contents {len(objects)} 0 R >>"
        )
    objects[1] = f"<< /Type /Pages /Kids [{' '.join(kids)}] /Count {len(kids)} >>"
    content, places = b"%PDF-1.4\n", list[int]()
    for number, text in enumerate(objects, start=1):
        places.append(len(content))
        content += f"{number} 0 obj\n{text}\nendobj\n".encode("latin-1")
    table = "".join(f"{place:010} 00000 n \n" for place in places)
    end = f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n{table}"
    end += f"trailer << /Size {len(objects) + 1} /Root 1 0 R {trailer} >>\nstartxref\n{len(content)}\n%%EOF\n"
    return content + end.encode()
