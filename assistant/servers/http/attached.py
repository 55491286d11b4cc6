"""Pictures in a chat message: data URLs alone. No address is fetched, and no path of this machine is opened."""

from __future__ import annotations

import base64
import binascii
import re
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from assistant.private_file import replacing

_DATA = re.compile(r"data:image/(png|jpe?g|webp|gif|bmp|tiff|avif);base64,", re.IGNORECASE)


def picture_in(parts: Sequence[dict[str, Any]], most: int = 20_000_000) -> tuple[str, bytes] | None:
    """Return the ending and the bytes of the one picture in the parts of a message; None where there is none.

    Raises:
        ValueError: there are several, one is no data URL of a picture or too large, or a part is neither words nor one.
    """
    others = [part for part in parts if part.get("type") != "text"]
    if not others:
        return None
    if len(others) > 1 or others[0].get("type") != "image_url":
        raise ValueError("only words and one picture are understood")
    address = others[0].get("image_url")
    url = str(address.get("url", "") if isinstance(address, dict) else address or "")
    match = _DATA.match(url[:40])
    if match is None:
        raise ValueError("a picture comes as a data URL (data:image/png;base64,...): no address is fetched")
    if len(url) > most * 4 / 3 + 100:
        raise ValueError(f"the picture is larger than {most / 1e6:g} MB")
    try:
        content = base64.b64decode(url[match.end() :], validate=True)
    except (binascii.Error, ValueError):
        raise ValueError("the picture is no base64") from None
    if not content:
        raise ValueError("the picture is empty")
    return match[1].lower(), content


@contextmanager
def kept_for_a_turn(picture: tuple[str, bytes] | None) -> Iterator[Path | None]:
    """Give the place of a picture during the block, for its owner alone to read."""
    if picture is None:
        yield None
        return
    with tempfile.TemporaryDirectory(prefix="assistant-") as folder:
        place = Path(folder, f"picture.{picture[0]}")
        with replacing(place, synced=False) as file:
            file.write(picture[1])
        yield place
