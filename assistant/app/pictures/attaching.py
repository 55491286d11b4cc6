"""A typed line with the path of a picture in it, as a terminal writes it when a file is dropped there."""

from __future__ import annotations

import re
from pathlib import Path
from urllib.parse import unquote

from assistant.values import Utterance

_PATH = re.compile(
    r"""(?<!\S)(?:'(?P<single>(?:file://)?[/~][^']+)'|"(?P<double>(?:file://)?[/~][^"]+)"|(?P<bare>(?:file://)?[/~](?:\\.|\S)+))"""
)
"""A whole path: in quotes, as an address, or with its spaces escaped."""

_ENDINGS = tuple(".jpg .jpeg .jpe .png .webp .gif .bmp .tif .tiff .avif .jp2 .heic .heif".split())


def utterance_of(line: str) -> Utterance:
    """Take the first picture that a typed line names out of it; the rest is what is asked of it.

    >>> utterance_of("what is this /no/such.png").picture
    """
    for match in _PATH.finditer(line):
        file = _file(match)
        if file.suffix.lower() in _ENDINGS and file.is_file():
            words = " ".join(f"{line[: match.start()]} {line[match.end() :]}".split())
            return Utterance(words or "what is this", picture=file)
    return Utterance(line)


def look_at(picture: Path) -> None:
    """Read a picture that a question comes with, so that one that cannot be read is told before anything is done.

    Raises:
        AssistantError: it cannot be read.
    """
    from assistant.actions.builtins.kept.attached import picture_of

    picture_of(picture)


def _file(match: re.Match[str]) -> Path:
    text = match["single"] or match["double"] or re.sub(r"\\(.)", r"\1", match["bare"])
    text = unquote(text.removeprefix("file://")) if text.startswith("file://") else text
    try:
        return Path(text).expanduser()
    except RuntimeError:  # no such user
        return Path(text)
