"""Settings by their name: what one is, where it is from, and a new value checked and written with comments kept."""

from __future__ import annotations

import dataclasses
import os
import shlex
import subprocess
import tempfile
import tomllib
from collections.abc import Collection, Iterator, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any

from assistant.checks.finding import Finding
from assistant.config import SHIPPED, Config, expanded, load_config, remember
from assistant.errors import AssistantError, ConfigError, did_you_mean, nearest_word
from assistant.private_file import private_folder, write

_FOLDERS = {("paths", "intents"), ("paths", "knowledge"), ("paths", "data"), ("models", "folder")}
"""Keys that name folders, which are made when they are named."""


def get(config: Config, file: Path, name: str = "") -> Iterator[Finding]:
    """Yield a setting, those of a section, or those of one's own file, each with its value as TOML.

    Raises:
        AssistantError: there is no setting of that name.
    """
    own = _own(file)
    names = [(section, key) for section, keys in own.items() for key in keys] if not name else _named(config, name)
    for section, key in names:
        value = getattr(getattr(config, section), key)
        origin = "yours" if key in own.get(section, {}) else "default"
        yield Finding(f"{section}.{key}", True, f"{as_toml(value)} ({origin})")
    if not names:
        yield Finding("config", True, f"{file} sets nothing: every key has its default")


def put(
    file: Path, name: str, words: str, legal: Mapping[str, Collection[str]] = MappingProxyType({})
) -> Iterator[Finding]:
    """Write a setting into one's own file, once it is checked; a folder that is named is made.

    Args:
        legal: name of a setting -> its words, for those that only the caller knows.

    Raises:
        AssistantError: there is no such setting, or the value is none of it.
    """
    config = Config()
    (section, key), *others = _named(config, name)
    if others:
        raise AssistantError(f"config set: '{name}' is a section; name a key of it, such as {name}.{others[0][1]}")
    value = _read(words, getattr(getattr(config, section), key))
    checked = _checked(section, key, value)
    if checked not in legal.get(f"{section}.{key}", (checked,)):
        known = sorted(legal[f"{section}.{key}"])
        nearest = nearest_word(str(checked), known) or f"; legal: {', '.join(known)}"
        raise AssistantError(f"[{section}] {key}: there is no '{checked}'{nearest}")
    remember(file, section, key, list(checked) if isinstance(checked, tuple) else checked)
    yield Finding(f"{section}.{key}", True, f"{as_toml(checked)}, written into {file}")
    if (section, key) in _FOLDERS:
        for folder in checked if isinstance(checked, tuple) else (checked,):
            if folder and not expanded(folder).is_dir():
                try:
                    private_folder(expanded(folder))
                except OSError as error:
                    raise AssistantError(f"{folder}: cannot be made: {error.strerror}") from None
                yield Finding("folder", True, f"made: {expanded(folder)}")


def edit(file: Path) -> Iterator[Finding]:
    """Open one's own file in the editor, made with the shipped one as comments where there is none; then check it.

    Raises:
        AssistantError: there is no editor, or the file cannot be made.
    """
    editor = os.environ.get("VISUAL") or os.environ.get("EDITOR")
    if not editor:
        raise AssistantError(f"config edit: set $EDITOR to your editor, or open {file}")
    try:
        private_folder(file.parent)
        if not file.exists():
            lines = (SHIPPED / "config.toml").read_text("utf-8").splitlines()
            kept = (line if line.startswith(("#", "[")) or not line else f"# {line}" for line in lines)
            write(file, "\n".join([*kept, ""]))
        subprocess.run([*shlex.split(editor), str(file)], check=False)
    except OSError as error:
        raise AssistantError(f"config edit: {error.filename or editor}: {error.strerror}") from None
    load_config(file)
    yield Finding("config", True, f"{file}: nothing is wrong in it")


def _own(file: Path) -> dict[str, dict[str, Any]]:
    try:
        return tomllib.loads(file.read_text("utf-8")) if file.is_file() else {}
    except (OSError, ValueError):
        return {}


def _named(config: Config, name: str) -> list[tuple[str, str]]:
    """Return section and key of a name such as `stt.model`, or of every key of a section, or of a key alone.

    Raises:
        AssistantError: there is none, or a key alone is in several sections.
    """
    keys = {
        section.name: [field.name for field in dataclasses.fields(getattr(config, section.name))]
        for section in dataclasses.fields(config)
    }
    section, _, key = name.partition(".")
    if section in keys and not key:
        return [(section, own) for own in keys[section]]
    if key in keys.get(section, ()):
        return [(section, key)]
    alone = [(owner, name) for owner, own in keys.items() if name in own]
    if len(alone) == 1:
        return alone
    every = [f"{owner}.{own}" for owner, names in keys.items() for own in names]
    hint = f"; there are: {', '.join(f'{owner}.{own}' for owner, own in alone)}" if alone else did_you_mean(name, every)
    raise AssistantError(f"config: there is no setting '{name}'{hint}")


def _read(words: str, default: Any) -> Any:
    """Read a value as TOML; words without quotes are a text, or for a list its one entry."""
    try:
        value = tomllib.loads(f"value = {words}")["value"]
    except (ValueError, RecursionError):  # no TOML; a number of too many digits; too many brackets
        value = words
    if isinstance(default, str) and not isinstance(value, str):
        value = words
    return [value] if isinstance(default, tuple) and not isinstance(value, list) else value


def _checked(section: str, key: str, value: Any) -> Any:
    """Return a value as its section holds it.

    Raises:
        AssistantError: it is none.
    """
    try:
        with tempfile.TemporaryDirectory(prefix="assistant-config-") as place:
            trial = Path(place, "config.toml")
            write(trial, f"[{section}]\n{key} = {as_toml(value)}\n")
            return getattr(getattr(load_config(trial), section), key)
    except UnicodeEncodeError:
        raise AssistantError(f"[{section}] {key}: holds half a character") from None
    except ConfigError as error:
        raise AssistantError(str(error).partition(": ")[2]) from None
    except OSError as error:
        raise AssistantError(f"{tempfile.gettempdir()}: cannot be written: {error.strerror}") from None


def as_toml(value: Any) -> str:
    """Write a value as TOML."""
    import tomlkit

    if isinstance(value, Mapping):
        table = tomlkit.inline_table()
        table.update(value)
        return table.as_string()
    return str(tomlkit.item(list(value) if isinstance(value, tuple) else value).as_string())
