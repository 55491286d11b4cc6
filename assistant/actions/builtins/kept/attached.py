"""A picture that comes with a question: read, told of, compared with those that can be found, or shown to a model."""

from __future__ import annotations

import base64
import io
import tempfile
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from assistant.actions.builtins.kept import notes
from assistant.actions.builtins.kept.pictures import NO_FOLDER, known, shown
from assistant.actions.outcome import ActionError, Context, Outcome, Slots, text_of
from assistant.nlu.recommending.taste import Piece

if TYPE_CHECKING:
    from assistant.authoring.pictures.picture import Picture

NO_EYES = "I can't see what is on it: a model that sees is named by vision, with url and generate, in [generator]."


def ask(slots: Slots, _: Mapping[str, str], context: Context) -> Outcome:
    """Tell of the `picture` that came with a question (`kind`): read, known, similar, keep as a note, or look."""
    file = Path(str(slots.get("picture", "")))
    picture = picture_of(file)
    match text_of(slots, "kind", "look"):
        case "similar":
            return _similar(file, picture, context)
        case "keep":
            words = picture.facts.words or picture.facts.caption
            return notes.take_note({"text": words or f"the picture {file}"}, {}, context)
        case "known":
            return Outcome(" ".join(known(picture)) or "Nothing is known of it but what is to be seen.")
        case "read" if picture.facts.words:
            return Outcome(picture.facts.words)
        case "read" if not _sees(context):
            return Outcome(f"Nothing is written on it that I can read.{_without_reader()}", ok=False)
    if _sees(context):
        return Outcome("", {"picture": _small(file)}, control="look")
    return Outcome(" ".join([NO_EYES, *known(picture)]), ok=False)


def picture_of(file: Path) -> Picture:
    """Read a picture in a process of its own; the last ones are kept while their files are as they were.

    Raises:
        ActionError: it cannot be read.
    """
    try:
        state = file.stat()
    except OSError:
        raise ActionError(f"{file}: no such picture") from None
    return _read(file, (state.st_mtime_ns, state.st_size))


@lru_cache(maxsize=4)
def _read(file: Path, _: tuple[int, int]) -> Picture:
    from assistant.authoring.documents.apart import ReaderProcess, from_record
    from assistant.authoring.pictures.picture import Picture

    with tempfile.TemporaryDirectory(prefix="assistant-") as folder, ReaderProcess((folder,)) as reader:
        records, problems = reader.read(file, file.name)
    if not records:
        raise ActionError(f"{file.name}: {problems[0].message if problems else 'is no picture'}")
    picture = from_record(records[0].rstrip(b"\n"), file, file.name)
    assert isinstance(picture, Picture)
    return picture


def _similar(file: Path, picture: Picture, context: Context, least: float = 0.3) -> Outcome:
    """Find the pictures most like one: by what is to be seen on it, else by its caption, its words, its name."""
    if not context.holdings.has_pictures:
        return Outcome(NO_FOLDER, ok=False)
    near = [item for item in context.holdings.like_file(file) if item.seen or item.similarity >= least]
    if not near:
        return Outcome("I found no picture like it.", ok=False)
    taste = context.taste
    taste.begin("", [Piece.of_picture(item.picture) for item in near])
    taste.liked.append(Piece.of_picture(picture))
    return shown(f"Like {file.name}:", near, context)


def _sees(context: Context) -> bool:
    generator = context.config.generator
    return generator.is_on and bool(generator.url and generator.vision)


def _small(file: Path, longest: int = 1024) -> str:
    """Return a picture as a JPEG of that size in base64: without what its EXIF says of time and place."""
    from assistant.authoring.pictures.reading import opened, upright

    image = upright(opened(file.read_bytes(), 50_000_000), longest)
    image.thumbnail((longest, longest))
    content = io.BytesIO()
    image.save(content, "JPEG", quality=85)
    return base64.b64encode(content.getvalue()).decode()


def _without_reader() -> str:
    from assistant.authoring.pictures.written import reader

    return "" if reader() else " Words are read by tesseract, which is not installed: sudo apt install tesseract-ocr."
