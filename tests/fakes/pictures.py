"""Small pictures, made by hand."""

from __future__ import annotations

import io
import struct
import zlib
from pathlib import Path
from typing import Any

from PIL import Image, ImageDraw, ImageFont


def drawn(colour: str = "navy", size: tuple[int, int] = (64, 48)) -> Image.Image:
    return Image.new("RGB", size, colour)


def page(text: str) -> Image.Image:
    """A white page with words on it."""
    image = Image.new("RGB", (900, 500), "white")
    ImageDraw.Draw(image).multiline_text((40, 40), text, "black", ImageFont.load_default(32), spacing=14)
    return image


def saved(place: Path, image: Image.Image | None = None, **options: Any) -> Path:
    place.parent.mkdir(parents=True, exist_ok=True)
    (image or drawn()).save(place, **options)
    return place


def exif(taken: str = "", caption: str = "", camera: str = "", gps: tuple[float, float] | None = None) -> Image.Exif:
    tags = Image.Exif()
    if caption:
        tags[0x010E] = caption
    if camera:
        tags[0x0110] = camera
    if taken:
        tags.get_ifd(0x8769)[0x9003] = taken
    if gps:
        north, east = gps
        parts = {1: "N" if north >= 0 else "S", 2: (abs(north), 0.0, 0.0), 3: "E" if east >= 0 else "W"}
        tags.get_ifd(0x8825).update(parts | {4: (abs(east), 0.0, 0.0)})
    return tags


def xmp(inside: str) -> bytes:
    names = (
        'xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:dc="http://purl.org/dc/elements/1.1/" '
        'xmlns:photoshop="http://ns.adobe.com/photoshop/1.0/"'
    )
    return f'<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF {names}>{inside}</rdf:RDF></x:xmpmeta>'.encode()


def bomb(width: int = 50_000, height: int = 50_000) -> bytes:
    """A PNG of a few bytes that says it is vast."""

    def chunk(kind: bytes, content: bytes) -> bytes:
        return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    body = zlib.compress(b"\0" * 100_000)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", body) + chunk(b"IEND", b"")


def animated() -> bytes:
    content = io.BytesIO()
    drawn("red").save(content, "GIF", save_all=True, append_images=[drawn("blue"), drawn("green")])
    return content.getvalue()
