"""The JSON Schemas of the files, and where editors find them."""

from __future__ import annotations

import json
import os
from pathlib import Path

from assistant.authoring.schema import intents, knowledge, settings
from assistant.config import user_config_folder
from assistant.errors import AssistantError
from assistant.private_file import private_folder, write

SCHEMAS = {"intent": intents.schema, "knowledge": knowledge.schema, "config": settings.schema}
"""Kind of file -> its schema."""


def text(kind: str) -> str:
    """Return the schema of a kind of file."""
    return json.dumps(SCHEMAS[kind](), ensure_ascii=False, indent=2)


def header(kind: str, file: Path) -> str:
    """Return the line by which an editor finds the schema of a new file; the schema is written beside the config.

    Raises:
        AssistantError: it cannot be written.
    """
    schema = user_config_folder() / "schemas" / f"{kind}.json"
    try:
        private_folder(schema.parent)
        write(schema, text(kind))
    except OSError as error:
        raise AssistantError(f"{schema}: cannot be written: {error.strerror or error}") from None
    return f"# yaml-language-server: $schema={os.path.relpath(schema, file.parent.resolve())}\n"
