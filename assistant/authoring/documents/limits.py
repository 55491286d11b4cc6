"""What one document may cost. A manual of a thousand pages comes nowhere near; beyond is a line, never a hang."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class DocumentLimits:
    """The limits of every reader of documents."""

    file_bytes: int = 64_000_000
    """Of a file."""
    unpacked_bytes: int = 128_000_000
    """Of all that is read out of a DOCX or an EPUB."""
    parts: int = 4_000
    """Files inside an EPUB; pages of a PDF."""
    depth: int = 200
    """Elements of HTML in one another; lists and mappings of JSON."""
    passages: int = 60_000
    """Passages of a file: ten million words."""
    silence: float = 5.0
    """Seconds of processor time in which a reader must yield something."""
    seconds: float = 120.0
    """Processor time of one file."""
    memory: int = 2_000_000_000
    """Bytes of memory of the process that reads."""


DOCUMENT_LIMITS = DocumentLimits()
