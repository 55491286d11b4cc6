"""A TOML file checked against dataclasses: a wrong key is one line with file, line, key and the nearest legal word.

A field's type is what its key holds; its metadata may have `low` and `high`, or `words`, the legal ones, and `or_file`,
the suffix of a file that may be named instead, or `codes`, the legal ones with their names, or `formerly`: an older
name of the key, and value there -> value now.
"""

from __future__ import annotations

import dataclasses
import difflib
import re
import tomllib
import typing
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Literal

from assistant.errors import ConfigError, did_you_mean, nearest_word

_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")


def read_config_file(file: Path, sections: Mapping[str, type[Any]]) -> dict[str, dict[str, Any]]:
    """Return section -> key -> checked value of one file.

    Args:
        sections: name -> the dataclass whose fields are the keys.

    Raises:
        ConfigError: the file cannot be read or is not TOML, or keys in it are unknown, ill-typed or out of range: a
            line for each of them.
    """
    text = _text(file)
    try:
        parsed = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(f"{file}: not TOML: {error}") from None
    except RecursionError:
        raise ConfigError(f"{file}: not TOML: nested too deeply") from None
    except ValueError as error:  # a number or a date that is none
        raise ConfigError(f"{file}: {str(error).partition(';')[0]}") from None
    checked: dict[str, dict[str, Any]] = {}
    faults: list[str] = []
    for section, keys in parsed.items():
        if fault := _section_fault(section, isinstance(keys, dict), sections):
            place = _line(text, section if isinstance(keys, dict) else "", section)
            faults.append(f"{file}:{place}: {fault}")
            continue
        former = {key: _former(sections[section], key) for key in keys}
        values, kinds = checked.setdefault(section, {}), typing.get_type_hints(sections[section])
        for key in sorted(keys, key=lambda key: former[key] is not None):  # the name of today counts
            renamed = former[key]
            try:
                if renamed is None:
                    values[key] = _checked(sections[section], kinds, key, keys[key])
                else:
                    values.setdefault(renamed.name, _translated(renamed, keys[key]))
            except ConfigError as error:
                faults.append(f"{file}:{_line(text, section, key)}: [{section}] {key}: {error}")
    if faults:
        raise ConfigError("\n".join(faults))
    return checked


def _section_fault(name: str, is_table: bool, sections: Mapping[str, type[Any]]) -> str:
    """Return the fault of a key at the top of a file; empty where it is a section that there is."""
    if name not in sections:
        kind = "section" if is_table else "key outside any section:"
        return f"unknown {kind} '{name}'{did_you_mean(name, sections)}"
    return "" if is_table else f"'{name}' is a section: write [{name}] and its keys below"


def _former(section: type[Any], key: str) -> dataclasses.Field[Any] | None:
    """Return the field that was once called by a key, None where there is none."""
    fields = (field for field in dataclasses.fields(section) if "formerly" in field.metadata)
    return next((field for field in fields if field.metadata["formerly"][0] == key), None)


def _translated(field: dataclasses.Field[Any], value: Any) -> Any:
    """Return the value that a field has today for one that was written under its former name."""
    values: Mapping[Any, Any] = field.metadata["formerly"][1]
    if not isinstance(value, bool) or value not in values:
        today = " or ".join(f'"{word}"' for word in values.values())
        raise ConfigError(f"must be true or false, not {value!r}; its name is {field.name} now: {today}")
    return values[value]


def _text(file: Path, most_bytes: int = 100_000, most_letters: int = 4_000) -> str:
    """Return the text of a config file, its lines ending in a line feed.

    The shipped file has 5,000 bytes. The dots of a key cost time by their square, so that a line has `most_letters`.

    Raises:
        ConfigError: it cannot be read, or is no text of a usual length.
    """
    try:
        if file.exists() and not file.is_file():
            raise ConfigError(f"{file}: is no file")
        with file.open("rb") as stream:
            content = stream.read(most_bytes + 1)
    except OSError as error:
        raise ConfigError(f"{file}: cannot be read: {error.strerror}") from None
    if len(content) > most_bytes:
        raise ConfigError(f"{file}: has more than {most_bytes:,} bytes")
    try:
        text = content.decode("utf-8-sig").replace("\r\n", "\n")
    except UnicodeDecodeError:
        raise ConfigError(f"{file}: not UTF-8 text") from None
    for number, line in enumerate(text.split("\n"), start=1):
        if len(line) > most_letters:
            raise ConfigError(f"{file}:{number}: has more than {most_letters:,} letters in a line")
    return text


def _checked(section: type[Any], kinds: Mapping[str, Any], key: str, value: Any) -> Any:
    """Return a value as its declared type.

    Raises:
        ConfigError: the key is unknown, or the value ill-typed or out of range.
    """
    fields = {declared.name: declared for declared in dataclasses.fields(section)}
    if key not in fields:
        raise ConfigError(f"unknown key{did_you_mean(key, fields)}")
    kind, limits = kinds[key], fields[key].metadata
    if typing.get_origin(kind) is Literal:
        return _one_of(value, typing.get_args(kind), "")
    if typing.get_origin(kind) is tuple:
        if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
            raise ConfigError(f'must be a list of strings, like ["one", "two"], not {value!r}')
        for item in value if "words" in limits else ():
            _one_of(item, limits["words"], "")
        return tuple(value)
    if typing.get_origin(kind) is Mapping:
        return _texts_by_name(value)
    if kind is float and isinstance(value, int) and not isinstance(value, bool):
        value = float(value)
    if type(value) is not kind:
        wanted = {bool: "true or false", int: "a whole number", float: "a number", str: 'text in "quotes"'}[kind]
        raise ConfigError(f"must be {wanted}, not {value!r}")
    if isinstance(value, str) and _CONTROL.search(value):
        raise ConfigError("holds a control character")
    if value and "address" in limits and not value.startswith(limits["address"]):
        raise ConfigError(f"{value!r} is no web address: it begins with {' or '.join(limits['address'])}")
    if "low" in limits and not limits["low"] <= value <= limits["high"]:
        raise ConfigError(f"{value} is out of range: {limits['low']} to {limits['high']}")
    return _named(value, limits)


def _named(value: Any, limits: Mapping[str, Any]) -> Any:
    """Return a value that is one of the legal words or codes, where there are such."""
    if "codes" in limits:
        return _code(value, limits["codes"])
    return _one_of(value, limits["words"], limits["or_file"]) if "words" in limits else value


def _code(value: str, codes: Mapping[str, str]) -> str:
    """Return a value that is one of the codes; a name, or what is like one, is told with its code."""
    if value in codes:
        return value
    folded = value.casefold()
    name = next(iter(difflib.get_close_matches(folded, codes.values(), n=1, cutoff=0.85)), None)
    code = next((code for code in codes if codes[code] == name or code == re.split("[-_]", folded)[0]), None)
    cure = f"; did you mean '{code}' ({codes[code]})?" if code else ""
    raise ConfigError(f"{value!r} is no code of a language, like 'en'{cure}")


def _texts_by_name(value: Any) -> Mapping[str, str]:
    if not isinstance(value, dict) or not all(isinstance(item, str) for item in value.values()):
        raise ConfigError(f'must be a table of texts, like {{name = "text"}}, not {value!r}')
    return value


def _one_of(value: Any, legal: Sequence[str], suffix: str) -> Any:
    """Return a value that is one of the legal words, or the name of a file where a suffix is given."""
    if value in legal or (suffix and value.endswith(suffix)):
        return value
    wanted = f"{', '.join(legal)}{f' or a {suffix} file' if suffix else ''}"
    raise ConfigError(f"{value!r} is not one of {wanted}{nearest_word(str(value), legal)}")


def _line(text: str, section: str, key: str) -> int:
    """Return the 1-based line of a key in its section, 0 where it cannot be found."""
    current = ""
    for number, line in enumerate(text.splitlines(), start=1):
        if header := re.match(r"\s*\[+\s*([^\]]+?)\s*\]", line):
            current = header.group(1).strip("\"'")
            if section == key == current.split(".")[0] or current == f"{section}.{key}":
                return number
        elif current == section and re.match(rf"\s*[\"']?{re.escape(key)}[\"']?\s*[=.]", line):
            return number
    return 0
