"""The map of meanings on the command line: as a page, as a picture, and the intents that it shows too near."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from assistant.app import build
from assistant.checks.finding import Finding
from assistant.config import Config
from assistant.embedding_map import EmbeddingMap
from assistant.errors import AssistantError
from assistant.events import Emit
from assistant.private_file import replacing


def draw(config: Config, emit: Emit, method: str, page: Path | None, picture: Path | None) -> Iterator[Finding]:
    """Draw the map into files, and tell which intents are taken for one another.

    Raises:
        AssistantError: the method cannot be used, or a file cannot be written.
    """
    for file, ending in ((page, ".html"), (picture, ".png")):
        if file is not None and file.suffix.casefold() != ending:
            raise AssistantError(f"{file}: name a file that ends in {ending}")
    embedding_map = read_map(config, emit, method)
    counts = {
        kind: sum(point.kind == kind for point in embedding_map.points)
        for kind in ("intent", "question", "picture", "said")
    }
    named = zip(counts.values(), ("phrases", "questions", "pictures", "sentences of the conversation"), strict=True)
    yield Finding("map", True, ", ".join(f"{count:,} {noun}" for count, noun in named if count))
    if page is not None:
        from assistant.checks.map.page import page_of

        _written(page, page_of(embedding_map).encode())
        yield Finding("page", True, str(page))
    if picture is not None:
        from assistant.checks.map.picture import picture_of

        _written(picture, picture_of(embedding_map))
        yield Finding("picture", True, str(picture))
    for pair in embedding_map.confusions[:8]:
        one, two = pair.example
        share = f"{pair.count} of {pair.of} phrases stand nearest to one of the other"
        yield Finding("near", True, f"{pair.first} and {pair.second}: {share}, such as “{one}” and “{two}”")


def read_map(config: Config, emit: Emit, method: str = "pca") -> EmbeddingMap:
    """Lay out the files of a config and the last turns that are kept.

    Raises:
        AssistantError: the method cannot be used, or the weights cannot be had.
    """
    from assistant.app.pictures.library import Pictures
    from assistant.nlu.map.drawing import draw_map

    parts = build.open_matcher(config, build.read_definitions(config), emit).parts
    said = build.open_history(config, build.open_store(config, emit)).said()
    return draw_map(parts, Pictures(config, parts.embedder).stored().retriever, said, method)


def _written(file: Path, content: bytes) -> None:
    try:
        with replacing(file) as target:
            target.write(content)
    except OSError as error:
        raise AssistantError(f"{file}: cannot be written: {error.strerror or error}") from None
