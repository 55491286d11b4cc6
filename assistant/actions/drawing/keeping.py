"""Pictures from elsewhere, made safe and kept: decoded within bounds, written anew with nothing but our own words."""

from __future__ import annotations

import re
import warnings
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

from assistant.actions.drawing.wish import Drawing, Wish
from assistant.errors import ActionError
from assistant.private_file import private_folder, replacing


def decoded(content: bytes, sender: str, most_pixels: int = 50_000_000) -> Any:
    """Decode a picture that a server sent.

    Raises:
        ActionError: it is no PNG, JPEG or WebP, is broken, or has too many pixels.
    """
    from PIL import Image, UnidentifiedImageError

    from assistant.authoring.documents.blocks import UnreadableError
    from assistant.authoring.pictures.reading import opened, upright

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            image = opened(content, most_pixels)
            if image.format not in ("PNG", "JPEG", "WEBP"):
                raise ActionError(f"{sender}: sent {image.format} in place of a PNG, JPEG or WebP")
            drawn: Image.Image = upright(image, max(image.size))
    except ActionError:
        raise
    except (UnreadableError, UnidentifiedImageError) as error:
        raise ActionError(f"{sender}: what it sent as a picture {error}") from None
    except Exception as error:  # a broken picture makes its decoder raise anything
        reason = (str(error).strip().splitlines() or [type(error).__name__])[0][:120]
        raise ActionError(f"{sender}: what it sent as a picture cannot be read: {reason}") from None
    return drawn


def keep(images: Sequence[Any], wish: Wish, model: str, folder: Path, now: datetime) -> Iterator[Drawing]:
    """Write pictures into a folder, each with its words, its model and its seed as texts of the PNG.

    Raises:
        ActionError: the folder cannot be written.
    """
    from PIL.PngImagePlugin import PngInfo

    stem = f"{_slug(wish.prompt)}_{now:%Y%m%d_%H%M%S}"
    for number, image in enumerate(images):
        own = replace(wish, count=1, seed=wish.seed + number)
        texts = PngInfo()
        values = {"Description": own.prompt, "Creation Time": f"{now:%Y-%m-%dT%H:%M:%S}", "Seed": str(own.seed)}
        for name, value in (values | {"Software": f"Assistant, {model}" if model else "Assistant"}).items():
            texts.add_itxt(name, value)
        try:
            file = _free(private_folder(folder), stem)
            with replacing(file) as target:
                image.save(target, "PNG", pnginfo=texts)
        except OSError as error:
            raise ActionError(f"{folder}: cannot be written: {error.strerror or error}; see [create] folder") from None
        yield Drawing(file, own)


def _slug(prompt: str, most: int = 60) -> str:
    """Make a name for a file out of the first words."""
    words = re.findall(r"[^\W_]+", prompt.casefold())
    return "-".join(words)[:most].strip("-") or "picture"


def _free(folder: Path, stem: str) -> Path:
    file, number = folder / f"{stem}.png", 1
    while file.exists():
        number += 1
        file = folder / f"{stem}-{number}.png"
    return file
