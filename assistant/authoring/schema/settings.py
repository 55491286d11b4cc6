"""The JSON Schema of config.toml, from the dataclasses that it is checked against."""

from __future__ import annotations

import dataclasses
import typing
from collections.abc import Mapping
from typing import Any, Literal

from assistant.authoring.schema.shapes import Shape, document
from assistant.config import Config


def schema() -> dict[str, Any]:
    """Return the JSON Schema of config.toml."""
    sections = typing.get_type_hints(Config)
    shapes = {name: _section(section) for name, section in sections.items()}
    return document("config.toml", {"type": "object", "properties": shapes, "additionalProperties": False}, {})


def _section(section: type[Any]) -> Shape:
    kinds = typing.get_type_hints(section)
    keys = {field.name: _key(kinds[field.name], field) for field in dataclasses.fields(section)}
    for field in dataclasses.fields(section):
        if former := field.metadata.get("formerly"):
            keys[former[0]] = {"enum": list(former[1]), "deprecated": True, "description": f"Now {field.name}."}
    summary = (section.__doc__ or "").split("\n")[0]
    return {"type": "object", "description": summary, "properties": keys, "additionalProperties": False}


def _key(kind: Any, field: dataclasses.Field[Any]) -> Shape:
    limits = field.metadata
    default = list(field.default) if isinstance(field.default, tuple) else field.default
    default = {} if typing.get_origin(kind) is Mapping else default
    return {**_kind(kind, limits), "default": default}


def _kind(kind: Any, limits: typing.Mapping[str, Any]) -> Shape:
    if typing.get_origin(kind) is Literal:
        return {"enum": list(typing.get_args(kind))}
    if typing.get_origin(kind) is Mapping:
        return {"type": "object", "additionalProperties": {"type": "string"}}
    legal = limits.get("words") or limits.get("codes")
    words: dict[str, Any] = {"enum": list(legal)} if legal else {}
    if typing.get_origin(kind) is tuple:
        return {"type": "array", "items": words or {"type": "string"}}
    if words and limits.get("or_file"):
        return {"anyOf": [words, {"type": "string", "pattern": f"{limits['or_file'].replace('.', chr(92) + '.')}$"}]}
    if "address" in limits:
        return {"type": "string", "pattern": f"^$|^({'|'.join(limits['address'])})"}
    named = {str: "string", bool: "boolean", int: "integer", float: "number"}[kind]
    bounds = {"minimum": limits["low"], "maximum": limits["high"]} if "low" in limits else {}
    return words or {"type": named, **bounds}
