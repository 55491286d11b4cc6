"""What the bytes of a picture say of it: EXIF, IPTC, XMP and the texts of a PNG. Nonsense in one costs that one."""

from __future__ import annotations

import contextlib
import math
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from assistant.authoring.pictures.moments import written_moment
from assistant.authoring.source.plain_text import without_control_characters
from assistant.language import places
from assistant.outlet.terminal import printable

_CAPTIONS = ("description", "title", "caption", "comment", "parameters", "prompt")
"""Keywords of the texts of a PNG that say what is to be seen."""

_UNSAID = re.compile(
    r"(?:olympus|sony|samsung|canon|nikon|konica|minolta|kodak)[ a-z]*(?:camera|dsc|picture)?|default|untitled|ascii|"
    r"screenshot|created with .*|optical aberrations.*|dsc\w*|img\w*|\W*",
    re.IGNORECASE,
)
"""Captions that a camera or a program writes into all of its pictures."""

_NOBODY = re.compile(r"(?:picasa|unknown|author|artist|owner|user|admin|none|n/?a)[\W\d]*", re.IGNORECASE)
"""Names of nobody, which programs and cameras write for the photographer."""

_NAMESPACES = {
    "dc": "http://purl.org/dc/elements/1.1/",
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "photoshop": "http://ns.adobe.com/photoshop/1.0/",
    "xmp": "http://ns.adobe.com/xap/1.0/",
    "exif": "http://ns.adobe.com/exif/1.0/",
}


@dataclass(frozen=True, slots=True)
class Told:
    """What one source says of a picture; empty is what it says nothing of."""

    captions: tuple[str, ...] = ()
    taken: str = ""
    place: str = ""
    camera: str = ""
    by: str = ""
    """Who took or made it."""


def tells(image: Any) -> Iterator[Told]:
    """Yield the words of each part of an opened picture, the likeliest to be right first."""
    for source in (_exif, _xmp, _iptc, _png):
        with contextlib.suppress(Exception):  # a damaged part makes its reader raise anything
            yield source(image)


def tidied(texts: Iterable[object], most: int = 2000) -> tuple[str, ...]:
    """Put captions in order: nothing that a terminal would obey, none twice, none that a camera wrote."""
    lines = (" ".join(without_control_characters(printable(_as_text(text))).split())[:most] for text in texts if text)
    return tuple(dict.fromkeys(line for line in lines if line and not _UNSAID.fullmatch(line)))


def one_name(texts: Iterable[object]) -> str:
    """Return the first of some names that is one, of who took a picture; two of EXIF are parted by a semicolon."""
    names = (name for text in tidied(texts, 80) for name in [", ".join(filter(None, map(str.strip, text.split(";"))))])
    return next((name for name in names if not _NOBODY.fullmatch(name)), "")


def place_at(latitude: float, longitude: float) -> str:
    """Name the city or the country at coordinates; nothing for such as are none, or for 0, 0: that none are known."""
    is_sound = math.isfinite(latitude) and math.isfinite(longitude) and abs(latitude) <= 90 and abs(longitude) <= 180
    return places.place_at(latitude, longitude) if is_sound and (latitude or longitude) else ""


def _exif(image: Any) -> Told:
    tags = image.getexif()
    details: Mapping[int, Any] = tags.get_ifd(0x8769)
    taken = next(filter(None, (written_moment(value) for value in (details.get(0x9003), details.get(0x9004)))), "")
    windows = (_utf16(tags.get(tag)) for tag in (0x9C9B, 0x9C9C, 0x9C9F, 0x9C9E))
    captions = tidied([tags.get(0x010E), _comment(details.get(0x9286)), *windows])
    maker, model = (" ".join(_as_text(tags.get(tag) or "").split())[:60] for tag in (0x010F, 0x0110))
    camera = model if model.casefold().startswith(maker.casefold()) else f"{maker} {model}".strip()
    place = ""
    with contextlib.suppress(Exception):
        place = _gps(tags.get_ifd(0x8825))
    by = one_name([tags.get(0x013B), _utf16(tags.get(0x9C9D))])
    return Told(captions, taken, place, without_control_characters(printable(camera)), by)


def _gps(tags: Mapping[int, Any]) -> str:
    if not {2, 4} <= {*tags}:
        return ""
    latitude, longitude = (sum(float(part) / 60**power for power, part in enumerate(tags[tag])) for tag in (2, 4))
    south, west = (str(tags.get(tag, "")).strip("\0 ").upper() for tag in (1, 3))
    return place_at(-latitude if south == "S" else latitude, -longitude if west == "W" else longitude)


def _xmp(image: Any) -> Told:
    from lxml import etree

    packet = image.info.get("xmp") or image.info.get("XML:com.adobe.xmp") or b""
    content = packet.encode() if isinstance(packet, str) else bytes(packet)
    return _from_xmp(content, etree) if content.strip(b"\0 \n") else Told()


def from_xmp(content: bytes) -> Told:
    """Read a packet of XMP; raise anything where it is none, or holds an entity, which is never resolved."""
    from lxml import etree

    return _from_xmp(content, etree)


def _from_xmp(content: bytes, etree: Any) -> Told:
    parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False, load_dtd=False)
    root = etree.fromstring(content.strip(b"\0 \n"), parser)
    for entity in root.iter(etree.Entity):
        raise ValueError(f"it holds the entity {entity.text}, and none is resolved")

    def texts(*names: str) -> Iterator[str]:
        for name in names:
            prefix, _, local = name.partition(":")
            tag = f"{{{_NAMESPACES[prefix]}}}{local}"
            for element in root.iter(tag):
                entries = [item.text for item in element.iter(f"{{{_NAMESPACES['rdf']}}}li")] or [element.text]
                yield ", ".join(entry.strip() for entry in entries if entry and entry.strip())
            yield from (element.get(tag) for element in root.iter() if element.get(tag))

    captions = tidied(texts("dc:title", "dc:description", "photoshop:Headline", "dc:subject"))
    times = texts("exif:DateTimeOriginal", "photoshop:DateCreated", "xmp:CreateDate")
    place = ", ".join(dict.fromkeys(tidied(texts("photoshop:City", "photoshop:State", "photoshop:Country"), 80)))
    by = one_name(texts("dc:creator"))
    return Told(captions, next(filter(None, map(written_moment, times)), ""), place, by=by)


def _iptc(image: Any) -> Told:
    from PIL import IptcImagePlugin

    records = IptcImagePlugin.getiptcinfo(image) or {}

    def texts(*numbers: int) -> Iterator[str]:
        for number in numbers:
            value = records.get((2, number))
            yield ", ".join(map(_as_text, value)) if isinstance(value, list) else _as_text(value or b"")

    day = next(texts(55))
    taken = written_moment(f"{day[:4]}-{day[4:6]}-{day[6:8]}") if len(day) >= 8 else ""
    place = ", ".join(dict.fromkeys(tidied(texts(90, 95, 101), 80)))
    return Told(tidied(texts(5, 105, 120, 25)), taken, place, by=one_name(texts(80)))


def _png(image: Any) -> Told:
    texts = {str(key).casefold(): value for key, value in image.info.items() if isinstance(value, str)}
    taken = written_moment(texts.get("creation time", ""))
    by = one_name(texts.get(name) for name in ("author", "artist"))
    return Told(tidied(texts.get(name) for name in _CAPTIONS), taken, by=by)


def _comment(value: object) -> str:
    """Read a comment of EXIF, whose first eight bytes name its alphabet."""
    if not isinstance(value, bytes):
        return _as_text(value or "")
    if value.startswith(b"UNICODE\0"):
        return value[8:].decode("utf-16", "replace")
    return _as_text(value[8:] if value[:8].strip(b"\0") in (b"ASCII", b"JIS", b"") else value)


def _utf16(value: object) -> str:
    return value.decode("utf-16-le", "replace").strip("\0") if isinstance(value, bytes) else _as_text(value or "")


def _as_text(value: object) -> str:
    if not isinstance(value, bytes):
        return str(value)
    try:
        return value.strip(b"\0").decode()
    except UnicodeDecodeError:
        return value.strip(b"\0").decode("latin-1")
