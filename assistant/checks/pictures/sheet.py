"""A contact sheet: one HTML file with the pictures in it, which asks nobody for anything."""

from __future__ import annotations

import base64
import html
from collections.abc import Sequence
from pathlib import Path

from assistant.authoring.pictures.picture import Picture
from assistant.authoring.pictures.reading import thumbnail_of
from assistant.errors import AssistantError
from assistant.nlu.pictures.finding import FoundPicture
from assistant.private_file import write

_PAGE = """<!doctype html>
<html lang="en"><meta charset="utf-8"><title>{title}</title>
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; img-src data:; style-src 'unsafe-inline'">
<style>
body {{ font: 15px/1.4 system-ui, sans-serif; margin: 2rem; background: #fafafa; color: #222 }}
main {{ display: grid; grid-template-columns: repeat(auto-fill, minmax(15rem, 1fr)); gap: 1.5rem }}
figure {{ margin: 0; overflow-wrap: anywhere }} img {{ max-width: 100%; border-radius: 4px }} small {{ color: #666 }}
</style>
<h1>{title}</h1><main>
{figures}
</main></html>
"""


def write_sheet(file: Path, title: str, pictures: Sequence[FoundPicture], thumbnails: Path) -> None:
    """Write the pictures with their names, scores and reasons.

    Raises:
        AssistantError: the file cannot be written.
    """
    figures = "\n".join(_figure(item, thumbnails) for item in pictures)
    try:
        write(file, _PAGE.format(title=html.escape(title), figures=figures))
    except OSError as error:
        raise AssistantError(f"{file}: cannot be written: {error.strerror or error}") from None


def _figure(item: FoundPicture, thumbnails: Path) -> str:
    picture = item.picture
    caption = html.escape(picture.facts.caption.split("\n")[0][:200])
    score = f"{item.confidence:.2f}" if item.is_scored else ""
    reason = ": ".join(filter(None, (score, html.escape(item.why))))
    told = f"{html.escape(picture.source)}{f'<br><small>{reason}</small>' if reason else ''}"
    link = html.escape(picture.file.absolute().as_uri())
    return (
        f'<figure><a href="{link}"><img alt="{caption}" src="{_embedded(picture, thumbnails)}"></a>'
        f"<figcaption>{f'{caption}<br>' if caption else ''}{told}</figcaption></figure>"
    )


def _embedded(picture: Picture, thumbnails: Path) -> str:
    """Return the thumbnail as an address that holds it; an empty one where it is gone."""
    try:
        content = thumbnail_of(thumbnails, picture.facts.digest).read_bytes()
    except OSError:
        return ""
    return f"data:image/jpeg;base64,{base64.b64encode(content).decode()}"
