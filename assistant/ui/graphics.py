"""The terminal's own graphics, kitty's or sixel: where textual-image is installed and the terminal has one of them."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from typing import Any


def probe() -> None:
    """Ask the terminal which graphics it has, which can be done only before Textual reads it; once and for all."""
    if importlib.util.find_spec("textual_image") is not None:
        import textual_image.widget  # noqa: F401 (it asks when it is imported)


def pixels(file: Path) -> Any:
    """Make the widget that shows a picture in the terminal's graphics; None where it has none, or was not asked."""
    import sys

    if "textual_image.widget" not in sys.modules:
        return None
    from textual_image.renderable import Image as Chosen
    from textual_image.renderable import SixelImage, TGPImage
    from textual_image.widget import Image

    return Image(file) if Chosen in (SixelImage, TGPImage) else None
