"""One picture read: its thumbnail, what is written in it, what its bytes and the files beside it say."""

from __future__ import annotations

import contextlib
import hashlib
import io
import warnings
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from assistant.authoring.documents.blocks import UnreadableError
from assistant.authoring.pictures.kinds import kind_of, shop_of
from assistant.authoring.pictures.metadata import Told, tells
from assistant.authoring.pictures.moments import named_moment, plausible, printed_moment
from assistant.authoring.pictures.picture import Picture, PictureFacts, words_of
from assistant.authoring.pictures.sidecars import sidecar_tells
from assistant.authoring.pictures.written import ReadingBrokeOffError, reader, written_in
from assistant.authoring.source.folders import read_content
from assistant.errors import Problem
from assistant.private_file import private_folder, replacing

VERSION = "10"
"""Raised when the same file would give another picture."""

PICTURE_FILES = tuple(".jpg .jpeg .jpe .png .webp .gif .bmp .tif .tiff .avif .jp2 .heic .heif .svg".split())
"""Endings of the files that are read; of the last three some are told as what they are."""


def read_picture(
    path: Path,
    name: str,
    problems: list[Problem],
    beat: Callable[[], None] = lambda: None,
    thumbnails: Path | None = None,
    most_bytes: int = 250_000_000,
) -> Iterator[Picture]:
    """Yield the picture of a file and note its faults; its thumbnail is written into a folder.

    It may take any time and memory that a hostile file makes it take: see `documents.apart`.
    """
    content = read_content(path, problems, most_bytes)
    if content is None:
        return
    try:
        if not content:
            raise UnreadableError("the file is empty")
        yield _read(path, name, content, problems, beat, thumbnails)
    except UnreadableError as error:
        problems.append(Problem(path, 0, str(error)))
    except MemoryError:
        problems.append(Problem(path, 0, "cannot be read: it takes too much memory"))
    except Exception as error:  # a damaged file makes its decoder raise anything
        line = (str(error).strip().splitlines() or [""])[0][:120]
        problems.append(Problem(path, 0, f"cannot be read: {line or type(error).__name__}"))


def thumbnail_of(folder: Path, digest: str) -> Path:
    """Return the place of the thumbnail of a picture."""
    return folder / digest[:2] / f"{digest}.jpg"


def opened(content: bytes, most_pixels: int = 200_000_000, most_memory: int = 360_000_000) -> Any:
    """Open a picture of bytes that can be decoded in so much memory, in bytes; nothing is decoded.

    Raises:
        UnreadableError: it is none, is of a kind that needs another program, or is too large.
    """
    from PIL import Image, UnidentifiedImageError

    Image.MAX_IMAGE_PIXELS = None  # told in our own words, below
    head = content[:400].lstrip()
    if head.startswith((b"<?xml", b"<svg", b"<!DOCTYPE svg")) and b"<svg" in content[:4000]:
        raise UnreadableError("is SVG, a drawing of commands that are not carried out: export it as PNG")
    if content[4:12] in (b"ftypheic", b"ftypheix", b"ftypmif1", b"ftyphevc"):
        try:
            import pillow_heif

            pillow_heif.register_heif_opener()
        except ImportError:
            raise UnreadableError("is HEIC: install the package pillow-heif, or save it as JPEG") from None
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            image = Image.open(io.BytesIO(content))
    except UnidentifiedImageError:
        raise UnreadableError("is no picture, or of a kind that is not read") from None
    width, height = image.size
    if width * height > most_pixels:
        raise UnreadableError(f"is {width:,} x {height:,} pixels, more than {most_pixels / 1e6:,.0f} million: left out")
    if width * height * _bytes_of_a_pixel(image) > most_memory:
        most = most_memory / _bytes_of_a_pixel(image) / 1e6
        raise UnreadableError(
            f"is {width:,} x {height:,} pixels, more than {most:,.0f} million of {image.format}: left out"
        )
    return image


def _bytes_of_a_pixel(image: Any) -> int:
    """Return the memory that decoding takes; a plain JPEG is decoded at a part of its size."""
    if image.format == "JPEG":
        return 3 if image.info.get("progressive") else 1
    return {"WEBP": 8, "AVIF": 8, "HEIF": 8, "JPEG2000": 16}.get(image.format, 1 if image.mode == "L" else 5)


def upright(image: Any, longest: int = 2400) -> Any:
    """Decode the first frame of an opened picture, turned as it is to be seen; a large JPEG at a part of its size."""
    from PIL import ImageOps
    from PIL.ExifTags import Base

    image.draft("RGB", (longest, longest))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        image.load()
        if image.mode in ("L", "LA", "RGB", "RGBA") and (factor := max(image.size) // longest) > 1:
            image = image.reduce(factor)  # before it is copied
        with contextlib.suppress(Exception):  # its EXIF is nonsense: shown as it lies
            if image.getexif().get(Base.Orientation, 1) != 1:  # else it would be copied
                image = ImageOps.exif_transpose(image)
        if image.mode in ("RGBA", "LA", "PA") or "transparency" in image.info:
            from PIL import Image

            ground = Image.new("RGBA", image.size, "white")
            image = Image.alpha_composite(ground, image.convert("RGBA"))
        return image if image.mode == "RGB" else image.convert("RGB")


def _read(
    path: Path, name: str, content: bytes, problems: list[Problem], beat: Callable[[], None], thumbnails: Path | None
) -> Picture:
    digest = hashlib.sha256(content).hexdigest()[:32]
    image = opened(content)
    size = image.size
    beside, own = [*sidecar_tells(path, problems)], [*tells(image)]
    told = [*beside, *own]
    beat()
    seen = upright(image, 2400 if reader() else 640)
    beat()
    if thumbnails is not None:
        _write_thumbnail(seen, thumbnail_of(thumbnails, digest))
    written = ""
    try:
        written = written_in(seen)
    except ReadingBrokeOffError as error:
        problems.append(Problem(path, 0, str(error)))
    beat()
    caption = "\n".join(dict.fromkeys(caption for source in told for caption in source.captions))
    kind = kind_of(written)
    taken, taken_from = _taken(path, name, beside, own, written if kind else "")
    place, camera, by = (next(filter(None, values), "") for values in _columns(told))
    width, height = size
    shop = shop_of(written) if kind == "receipt" else ""
    facts = PictureFacts(digest, width, height, taken, taken_from, place, camera, caption, written, kind, shop, by)
    headings = tuple(filter(None, (place, camera, kind, shop, by)))
    return Picture(words_of(caption, written), path, name, headings, 0, 0, "picture", facts)


def _columns(told: Sequence[Told]) -> tuple[list[str], list[str], list[str]]:
    return [source.place for source in told], [source.camera for source in told], [source.by for source in told]


def _taken(path: Path, name: str, beside: Sequence[Told], own: Sequence[Told], paper: str) -> tuple[str, str]:
    """Return the time at which it was taken and the source of that; the time of the file for want of a better one.

    Args:
        path: the file.
        name: its name, with its folder.
        beside: the files beside it tell this.
        own: its bytes tell this.
        paper: words of a receipt or a letter, which has a date; empty of any other picture.
    """
    for sources, words in ((beside, "caption file"), (own, "metadata")):
        for source in sources:
            if source.taken:
                return source.taken, "camera" if source.camera else words
    if moment := named_moment(name):
        return moment, "name"
    if moment := printed_moment(paper):
        return moment, "written in it"
    return plausible(datetime.fromtimestamp(path.stat().st_mtime)), "file"


def _write_thumbnail(image: Any, place: Path, longest: int = 320) -> None:
    if place.exists():
        return
    share = min(1.0, longest / max(image.size))
    small = image.resize([max(1, round(side * share)) for side in image.size], reducing_gap=2.0)
    private_folder(place.parent)
    with replacing(place, synced=False) as target:
        small.save(target, "JPEG", quality=80)
