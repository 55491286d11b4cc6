"""The map as one page of HTML that holds all it needs and asks nobody for anything."""

from __future__ import annotations

import json
from pathlib import Path

from assistant.embedding_map import EmbeddingMap


def page_of(embedding_map: EmbeddingMap, pairs: int = 40) -> str:
    """Return the page, with the pairs of intents that are confused most."""
    points = [
        (point.kind, point.owner, point.text, round(point.x, 4), round(point.y, 4), point.neighbours)
        for point in embedding_map.points
    ]
    confused = [
        (pair.first, pair.second, pair.count, pair.of, pair.example) for pair in embedding_map.confusions[:pairs]
    ]
    data = json.dumps({"points": points, "pairs": confused, "method": embedding_map.method}, ensure_ascii=False)
    # inside a script element nothing ends it but these characters
    data = data.replace("<", "\\u003c").replace("\u2028", "\\u2028").replace("\u2029", "\\u2029")
    return Path(__file__).with_name("page.html").read_text("utf-8").replace("{data}", data)
