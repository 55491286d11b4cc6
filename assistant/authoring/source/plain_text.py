"""Bytes of a file to plain text: no control characters, no halves of characters, one kind of line end."""

from __future__ import annotations

import codecs
import re

_NO_TEXT = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufffe\uffff]")
_NO_BYTE = re.compile(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f]")
_LINE_END = re.compile("\r\n?")
BOM = "\ufeff"
"""The mark of Unicode at the front of a file, which no editor shows."""

_TYPESET = "\N{NO-BREAK SPACE}‘’“”–—…§°€£©®«»·²³¼½¾×"


class NoTextError(ValueError):
    """Bytes that are no text; the message is one line."""

    def __init__(self, message: str, line: int) -> None:
        super().__init__(message)
        self.line = line


def decoded(content: bytes) -> str:
    """Decode UTF-8, or UTF-16 that begins with its mark; every line ends in a line feed.

    Raises:
        NoTextError: it is neither, or holds NUL bytes.
    """
    encoding = "utf-16" if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)) else "utf-8"
    try:
        text = content.decode(encoding).replace(BOM, "")
    except UnicodeDecodeError as error:
        is_text = _NO_BYTE.search(content) is None
        message = "is not UTF-8 text; save it as UTF-8" if is_text else "is no text: it holds bytes that no text has"
        raise NoTextError(message, content[: error.start].count(b"\n") + 1) from None
    text = _LINE_END.sub("\n", text)
    if (place := text.find("\0")) >= 0:
        raise NoTextError("is no text: it holds a NUL", text[:place].count("\n") + 1)
    return text


def western(content: bytes) -> bytes | None:
    """Return text of Windows-1252 or Latin-1, as old files have it, as UTF-8; None for what is none.

    Of its bytes beyond ASCII most are letters, and they are few beside the others.

    >>> western(b"caf\\xe9").decode()
    'café'
    """
    try:
        text = content.decode("cp1252")
    except UnicodeDecodeError:
        return None
    foreign = [char for char in text if char > "\x7f"]
    letters = sum(char.isalpha() or char in _TYPESET for char in foreign)
    if _NO_TEXT.search(text.replace("\f", "")) or len(foreign) * 3 > len(text) or letters * 4 < len(foreign) * 3:
        return None
    return text.encode()


def control_character(text: str) -> tuple[str, int] | None:
    """Return the name and the place of the first character that is none of a text; None where there is none.

    >>> control_character("a\\x07b")
    ('U+0007', 1)
    """
    match = _NO_TEXT.search(text)
    return (f"U+{ord(match[0]):04X}", match.start()) if match else None


def without_control_characters(text: str) -> str:
    """Put a space in place of each character that is none of a text."""
    return _NO_TEXT.sub(" ", text)
