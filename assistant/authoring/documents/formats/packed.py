"""What DOCX and EPUB share: a ZIP archive of XML, opened without trust."""

from __future__ import annotations

import io
import zipfile
from typing import Any

from assistant.authoring.documents.blocks import UnreadableError
from assistant.authoring.documents.limits import DOCUMENT_LIMITS


class PackedFile:
    """The files in a ZIP archive, as many bytes of them as a document may have.

    Raises:
        UnreadableError: it is no archive, or holds too many files.
    """

    def __init__(self, content: bytes, kind: str) -> None:
        try:
            self._archive = zipfile.ZipFile(io.BytesIO(content))
        except (zipfile.BadZipFile, NotImplementedError, ValueError, OSError):
            if content.startswith(b"\xd0\xcf\x11\xe0"):
                raise UnreadableError(f"is no {kind}: encrypted, or of an older format; save it as {kind}") from None
            raise UnreadableError(f"is no {kind}: damaged, or of another kind than its name says") from None
        if len(self._archive.namelist()) > DOCUMENT_LIMITS.parts:
            raise UnreadableError(f"holds more than {DOCUMENT_LIMITS.parts:,} files")
        self._left = DOCUMENT_LIMITS.unpacked_bytes
        self.names = frozenset(self._archive.namelist())

    def read(self, name: str) -> bytes | None:
        """Return the bytes of a file; None where there is none.

        Raises:
            UnreadableError: it is damaged or encrypted, or more is read than a document may have.
        """
        if name not in self.names:
            return None
        try:
            with self._archive.open(name) as file:
                content = file.read(self._left + 1)
        except RuntimeError:
            raise UnreadableError("is encrypted") from None
        except (zipfile.BadZipFile, NotImplementedError, EOFError, OSError, ValueError) as error:
            raise UnreadableError(f"is damaged: {name}: {error}") from None
        except Exception as error:  # zlib has an error of its own
            raise UnreadableError(f"is damaged: {name}: {error}") from None
        self._left -= len(content)
        if self._left < 0:
            most = DOCUMENT_LIMITS.unpacked_bytes / 1e6
            raise UnreadableError(f"unpacks to more than {most:,.0f} MB")
        return content

    def xml(self, name: str) -> Any:
        """Return the root of a file of XML, None where there is none; entities stand for nothing.

        Raises:
            UnreadableError: it is no XML, or damaged.
        """
        from lxml import etree

        content = self.read(name)
        if content is None:
            return None
        parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
        try:
            return etree.fromstring(content, parser)
        except (etree.XMLSyntaxError, ValueError) as error:
            line = (str(error).splitlines() or [""])[0][:100]
            raise UnreadableError(f"is damaged: {name}: {line}") from None
