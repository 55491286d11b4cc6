"""Captions in a file beside a picture: `beach.jpg.txt`, `beach.md`, `beach.xmp`, or the JSON of a photo service."""

from __future__ import annotations

import contextlib
import json
import os
import re
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from assistant.authoring.documents.passage import without_marks
from assistant.authoring.pictures.metadata import Told, from_xmp, one_name, place_at, tidied
from assistant.authoring.pictures.moments import plausible, written_moment
from assistant.authoring.source.folders import read_content, what_instead_of_file
from assistant.authoring.source.plain_text import NoTextError, decoded
from assistant.errors import Problem

_ENDINGS = (".txt", ".md", ".json", ".xmp")
_CAPTIONS = ("title", "caption", "description", "alt", "alt_text", "text", "keywords", "tags", "people")
"""Keys of JSON that say what is to be seen."""

_MAKERS = ("photographer", "author", "creator", "artist")
"""Keys of JSON that say who took it."""

_FILE_NAME = re.compile(r"\S+\.\w{3,4}")


def sidecars(picture: Path) -> Iterator[Path]:
    """Yield the files beside a picture that may tell of it and are there."""
    for file in _beside(picture):
        if os.path.isfile(file):  # noqa: PTH113 - a name that is too long for a file is none, and raises in pathlib
            yield file


def _beside(picture: Path) -> Iterator[Path]:
    """Yield the places beside a picture where a caption may stand, each once."""
    named = [file for ending in _ENDINGS for file in (Path(f"{picture}{ending}"), picture.with_suffix(ending))]
    yield from dict.fromkeys((*named, Path(f"{picture}.supplemental-metadata.json")))


def sidecar_tells(picture: Path, problems: list[Problem]) -> Iterator[Told]:
    """Yield the content of each of them, and note those that cannot be read or are no files, by their names."""
    for file in _beside(picture):
        if not os.path.lexists(file) or os.path.isdir(file):  # noqa: PTH112 - as above
            continue
        faults = list[Problem]()
        if kind := what_instead_of_file(file):
            faults.append(Problem(file, 0, f"is {kind}"))
        elif (content := read_content(file, faults, 1_000_000)) is not None:
            try:
                yield _READERS[file.suffix](content)
            except NoTextError as error:
                faults.append(Problem(file, error.line, str(error)))
            except RecursionError:
                faults.append(Problem(file, 0, "cannot be read: it is nested too deeply"))
            except Exception as error:  # a damaged file makes its parser raise anything
                line = (str(error).strip().splitlines() or [type(error).__name__])[0][:120]
                faults.append(Problem(file, 0, f"cannot be read: {line}"))
        for fault in faults:
            message = f"its caption in {file.name} is left out: it {fault.message.removesuffix('; split it')}"
            problems.append(Problem(picture, fault.line, message, "warning"))


def _text(content: bytes) -> Told:
    return Told(tidied([without_marks(decoded(content).replace("# ", ""))]))


def _json(content: bytes) -> Told:
    values = json.loads(decoded(content))
    if not isinstance(values, Mapping):
        raise TypeError("it is no JSON object")
    captions = tidied(_said(values.get(name)) for name in _CAPTIONS)
    own = tuple(text for text in captions if not _FILE_NAME.fullmatch(text))
    by = one_name(_said(values.get(name)) for name in _MAKERS)
    return Told(own, _taken(values), _place(values), by=by)


def _said(value: Any) -> str:
    if isinstance(value, list):
        return ", ".join(filter(None, map(_said, value)))
    return _said(value.get("name")) if isinstance(value, Mapping) else value if isinstance(value, str) else ""


def _taken(values: Mapping[str, Any]) -> str:
    with contextlib.suppress(Exception):
        return plausible(datetime.fromtimestamp(int(values["photoTakenTime"]["timestamp"])))
    return next(filter(None, (written_moment(values.get(name, "")) for name in ("taken", "date", "datetime"))), "")


def _place(values: Mapping[str, Any]) -> str:
    if place := _said(values.get("place") or values.get("location")):
        return place[:80]
    with contextlib.suppress(Exception):
        where = values.get("geoData") or values
        return place_at(float(where["latitude"]), float(where["longitude"]))
    return ""


_READERS: Mapping[str, Callable[[bytes], Told]] = {".txt": _text, ".md": _text, ".json": _json, ".xmp": from_xmp}
"""Ending -> reader of the bytes."""
