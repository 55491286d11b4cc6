"""The keys of knowledge files in YAML, each with its shape."""

from __future__ import annotations

from typing import Any

from assistant.authoring.schema.shapes import TEXT, Keys, described, document, either, reference, table, texts

PAIR: Keys = {
    "question": described(TEXT, "As somebody asks it.", "Where are the spare keys?"),
    "also": described(texts(), "Other wordings.", ["where did we put the keys"]),
    "answer": described(TEXT, "What is told.", "In the blue tin."),
    "source": described(TEXT, "Where it is from."),
    "tags": {},
}
FILE: Keys = {
    "pairs": described({"type": "array", "items": reference("pair")}, "The pairs."),
    "source": described(TEXT, "Where all of them are from."),
    "tags": {},
    "language": TEXT,
}


def schema() -> dict[str, Any]:
    """Return the JSON Schema of a knowledge file."""
    pairs = {"type": "array", "items": reference("pair")}
    shape = either(pairs, {**table(FILE, ["pairs"]), "type": "object"})
    return document("A file of questions and answers", shape, {"pair": table(PAIR, ["question", "answer"])})
