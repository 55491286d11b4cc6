"""Shapes of values, as JSON Schema: the words with which the keys of a file are declared."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, TypeAlias

Shape: TypeAlias = Mapping[str, Any]
"""A JSON Schema."""

Keys: TypeAlias = Mapping[str, Shape]
"""The keys of a table, in the order in which they are explained, each with its shape."""

TEXT: Shape = {"type": ["string", "number", "boolean", "null"]}
"""Words; a number or `true` counts as it is spelt."""

NUMBER: Shape = {"type": "number"}
FLAG: Shape = {"type": "boolean"}
ANY_TABLE: Shape = {"type": ["object", "null"]}


def described(shape: Shape, description: str, *examples: Any) -> Shape:
    """Return a shape with a line about it, and examples that an editor shows."""
    return {**shape, "description": description, **({"examples": list(examples)} if examples else {})}


def one_of(words: Sequence[str]) -> Shape:
    """Return the shape of one of some words."""
    return {"enum": list(words)}


def either(*shapes: Shape) -> Shape:
    """Return the shape of a value that has any of several."""
    return {"anyOf": list(shapes)}


def list_of(entry: Shape) -> Shape:
    """Return the shape of a list, which may be empty."""
    return {"type": ["array", "null"], "items": entry}


def texts() -> Shape:
    """Return the shape of a list of texts, or of one alone."""
    entry = {"type": ["string", "number", "boolean"]}
    return {"type": ["array", "string", "number", "boolean", "null"], "items": entry}


def table(keys: Keys, required: Sequence[str] = ()) -> Shape:
    """Return the shape of a table that has no keys but these."""
    must = {"required": list(required)} if required else {}
    return {"type": ["object", "null"], "properties": dict(keys), "additionalProperties": False, **must}


def named(entry: Shape) -> Shape:
    """Return the shape of a table whose keys are names."""
    return {"type": ["object", "null"], "additionalProperties": entry}


def document(title: str, shape: Shape, definitions: Mapping[str, Shape]) -> dict[str, Any]:
    """Return a whole schema."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": title,
        **shape,
        **({"$defs": dict(definitions)} if definitions else {}),
    }


def reference(name: str) -> Shape:
    """Return the shape that stands among the definitions of a schema."""
    return {"$ref": f"#/$defs/{name}"}
