"""A map of nine points: two intents near one another, one far away, a question, and what was said."""

from __future__ import annotations

from assistant.embedding_map import Confusion, EmbeddingMap, MapPoint

SAID = 8
MAP = EmbeddingMap(
    (
        MapPoint("intent", "LampOn", "lamp on", 0.1, 0.9, (1, 2)),
        MapPoint("intent", "LampOn", "light the lamp", 0.2, 0.9, (0, 2)),
        MapPoint("intent", "LampOff", "lamp off", 0.15, 0.8, (0, 1)),
        MapPoint("intent", "LampOff", "put out the lamp", 0.2, 0.75, (2, 1)),
        MapPoint("intent", "Tea", "start the <kettle> & wait", 0.9, 0.1, (5, 6)),
        MapPoint("intent", "Tea", "tea please", 0.95, 0.2, (4, 6)),
        MapPoint("question", "kitchen.yaml", "how long does tea draw", 0.85, 0.2, (5, 4)),
        MapPoint("picture", "album/lamp.jpg", "a lamp </script>", 0.1, 0.7, (3, 2)),
        MapPoint("said", "LampOff", "lamp out", 0.3, 0.8, (3, 2)),
    ),
    (Confusion("LampOff", "LampOn", 2, 4, ("lamp off", "lamp on")),),
    "pca",
)
