"""The map as a picture: points coloured by their intent, with the names of the intents as far as there is room."""

from __future__ import annotations

import io
from collections import defaultdict

from PIL import Image, ImageDraw, ImageFont

from assistant.embedding_map import EmbeddingMap, MapPoint

_BACK, _INK, _SOFT, _SAID = (251, 251, 250), (31, 35, 40), (140, 147, 156), (194, 24, 91)


def picture_of(embedding_map: EmbeddingMap, size: int = 1600, edge: int = 60) -> bytes:
    """Return a PNG, `size` pixels wide and high, its outermost points `edge` pixels from its rim."""
    image = Image.new("RGB", (size, size), _BACK)
    pen, font = ImageDraw.Draw(image, "RGBA"), ImageFont.load_default(18)
    colours = embedding_map.colours(lightness=0.38, saturation=0.6)

    def place(x: float, y: float) -> tuple[float, float]:
        return edge + x * (size - 2 * edge), size - edge - y * (size - 2 * edge)

    members: dict[str, list[tuple[float, float]]] = defaultdict(list)
    for point in sorted(embedding_map.points, key=lambda point: point.kind == "said"):
        middle = place(point.x, point.y)
        _mark(pen, point, middle, colours)
        if point.kind == "intent":
            members[point.owner].append(middle)
    taken: list[tuple[float, float, float, float]] = []
    for name, places in sorted(members.items(), key=lambda item: -len(item[1])):
        x, y = (sum(axis) / len(places) for axis in zip(*places, strict=True))
        box = pen.textbbox((x, y), name, font, anchor="mm")
        if not any(box[0] < b[2] and b[0] < box[2] and box[1] < b[3] and b[1] < box[3] for b in taken):
            taken.append(box)
            pen.rectangle((box[0] - 3, box[1] - 2, box[2] + 3, box[3] + 2), fill=(*_BACK, 200))
            pen.text((x, y), name, _INK, font, anchor="mm")
    out = io.BytesIO()
    image.save(out, "PNG", optimize=True)
    return out.getvalue()


def _mark(
    pen: ImageDraw.ImageDraw, point: MapPoint, middle: tuple[float, float], colours: dict[str, tuple[int, int, int]]
) -> None:
    x, y = middle
    match point.kind:
        case "intent":
            pen.ellipse((x - 3, y - 3, x + 3, y + 3), fill=(*colours[point.owner], 170))
        case "said":
            pen.ellipse((x - 7, y - 7, x + 7, y + 7), fill=_SAID, outline=_BACK)
        case "picture":
            pen.polygon([(x, y - 5), (x + 5, y + 4), (x - 5, y + 4)], fill=_SOFT)
        case _:
            pen.rectangle((x - 3, y - 3, x + 3, y + 3), fill=(*_SOFT, 150))
