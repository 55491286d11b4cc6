"""config.toml -> a frozen `Config`, one section per stage.

The shipped file holds every key with its default; the user's own file, or the one named on the command
line, overrides it key by key. A key that is unknown, ill-typed or out of range is one `ConfigError` that
names file, line, key and the nearest legal one.
"""

from __future__ import annotations

import dataclasses
import os
import re
import shutil
import tomllib
import typing
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal, TypeAlias

import platformdirs

from assistant.errors import ConfigError, did_you_mean

_PACKAGE = Path(__file__).parent
SHIPPED = _PACKAGE / "shipped" if (_PACKAGE / "shipped").is_dir() else _PACKAGE.parent
"""Folder that holds the shipped config.toml, intents/ and knowledge/: the checkout, or inside a wheel."""

WAKE_WORDS = ("hey jarvis", "alexa", "hey mycroft", "okay nabu")
"""Those whose networks are installed with the assistant."""

Way: TypeAlias = Literal["hands_free", "wake_word", "key"]
"""How listening starts: with whatever is said, with the wake word, with a key."""


def _number(default: float, low: float, high: float) -> Any:
    return field(default=default, metadata={"low": low, "high": high})


def _count(default: int, low: int, high: int) -> Any:
    return field(default=default, metadata={"low": low, "high": high})


@dataclass(frozen=True, slots=True)
class PathsConfig:
    """Where the user's files are."""

    intents: tuple[str, ...] = ()
    knowledge: tuple[str, ...] = ()
    data: str = ""


@dataclass(frozen=True, slots=True)
class ModelsConfig:
    """Where weights are kept and whether they may be fetched."""

    folder: str = ""
    offline: bool = False


@dataclass(frozen=True, slots=True)
class AudioConfig:
    """Which devices."""

    input: str = ""
    output: str = ""


@dataclass(frozen=True, slots=True)
class ListenConfig:
    """What makes the assistant listen; times in seconds."""

    start: Way = "hands_free"
    wake_word: str = field(default=WAKE_WORDS[0], metadata={"words": WAKE_WORDS, "or_file": ".json"})
    sensitivity: float = _number(0.5, 0.0, 1.0)
    wait: float = _number(6.0, 1.0, 60.0)
    answer_wait: float = _number(8.0, 0.0, 60.0)
    sound: bool = False


@dataclass(frozen=True, slots=True)
class EndpointConfig:
    """When an utterance begins and ends; times in seconds."""

    threshold: float = _number(0.5, 0.05, 0.95)
    min_speech: float = _number(0.1, 0.0, 2.0)
    pre_roll: float = _number(0.5, 0.0, 2.0)
    short_pause: float = _number(0.35, 0.1, 5.0)
    pause: float = _number(1.0, 0.1, 5.0)
    long_pause: float = _number(1.1, 0.1, 10.0)
    answer_pause: float = _number(1.5, 0.1, 10.0)
    max_utterance: float = _number(60.0, 1.0, 3600.0)


@dataclass(frozen=True, slots=True)
class SttConfig:
    """Speech to text."""

    model: str = "base"
    language: str = "en"
    compute_type: Literal["auto", "int8", "int8_float16", "float16", "float32"] = "auto"
    threads: int = _count(0, 0, 256)
    beam: int = _count(1, 1, 10)
    partial_interval: float = _number(0.6, 0.0, 10.0)
    bias: bool = True


@dataclass(frozen=True, slots=True)
class MatchConfig:
    """Understanding."""

    embedder: str = "minilm"
    server: str = ""
    threshold: float = _number(0.5, 0.0, 1.0)
    margin: float = _number(0.08, 0.0, 1.0)
    n_best: int = _count(5, 1, 50)


@dataclass(frozen=True, slots=True)
class GeneratorConfig:
    """The optional local language model."""

    enabled: bool = False
    model: str = "qwen2.5-0.5b"
    max_tokens: int = _count(160, 1, 4096)
    temperature: float = _number(0.0, 0.0, 2.0)
    passages: int = _count(3, 0, 20)


@dataclass(frozen=True, slots=True)
class VoiceConfig:
    """The spoken reply."""

    replies: Literal["spoken", "always", "never"] = "spoken"
    speed: float = _number(1.0, 0.5, 2.0)


@dataclass(frozen=True, slots=True)
class UiConfig:
    """The terminal."""

    theme: str = "textual-dark"
    listen: bool = True


@dataclass(frozen=True, slots=True)
class HomeAssistantConfig:
    """The Home Assistant that smart-home commands go to."""

    url: str = ""
    token: str = "$HOME_ASSISTANT_TOKEN"  # noqa: S105 (the name of an environment variable)

    def access_token(self) -> str:
        """Return the token, read from the environment where the key names a variable."""
        return os.environ.get(self.token[1:], "") if self.token.startswith("$") else self.token


@dataclass(frozen=True, slots=True)
class Config:
    """Everything that can be set, one field per section of config.toml."""

    paths: PathsConfig = PathsConfig()
    models: ModelsConfig = ModelsConfig()
    audio: AudioConfig = AudioConfig()
    listen: ListenConfig = ListenConfig()
    endpoint: EndpointConfig = EndpointConfig()
    stt: SttConfig = SttConfig()
    match: MatchConfig = MatchConfig()
    generator: GeneratorConfig = GeneratorConfig()
    voice: VoiceConfig = VoiceConfig()
    ui: UiConfig = UiConfig()
    home_assistant: HomeAssistantConfig = HomeAssistantConfig()

    def intent_folders(self) -> tuple[Path, ...]:
        """Return the folders to read intents from; later ones add to and override earlier ones."""
        return _folders(self.paths.intents, "intents")

    def knowledge_folders(self) -> tuple[Path, ...]:
        """Return the folders to read question-answer pairs from."""
        return _folders(self.paths.knowledge, "knowledge")

    def data_folder(self) -> Path:
        """Return the folder for notes, timers and the index; it may not exist yet."""
        return _expanded(self.paths.data) if self.paths.data else platformdirs.user_data_path("assistant")

    def models_folder(self) -> Path:
        """Return the folder for weights; it may not exist yet."""
        if self.models.folder:
            return _expanded(self.models.folder)
        return platformdirs.user_cache_path("assistant") / "models"


def user_config_folder() -> Path:
    """Return the platform's folder for the user's own config.toml, intents/ and knowledge/."""
    return platformdirs.user_config_path("assistant")


def user_config_file() -> Path:
    """Return the user's own config.toml; it need not exist."""
    return user_config_folder() / "config.toml"


def make_user_folders(config: Config) -> tuple[Path, ...]:
    """Make the user's own intents/ and knowledge/, unless config names others; return the new ones.

    A folder that cannot be made is left out: nothing is read from it either.
    """
    kinds = [kind for kind in ("intents", "knowledge") if not getattr(config.paths, kind)]
    new = []
    for folder in (user_config_folder() / kind for kind in kinds):
        try:
            folder.mkdir(parents=True)
        except OSError:
            continue
        new.append(folder)
    return tuple(new)


def load_config(file: Path | None = None) -> Config:
    """Read the shipped config.toml and, over it, `file` or else the user's own.

    Raises:
        ConfigError: a file cannot be read, or a key in it is unknown, ill-typed or out of range.
    """
    values: dict[str, dict[str, Any]] = {}
    own = user_config_file()
    files = [SHIPPED / "config.toml", *([file] if file else [own] if own.is_file() else [])]
    for each in files:
        for section, keys in _read(each).items():
            values.setdefault(section, {}).update(keys)
    sections = {name: cls(**values.get(name, {})) for name, cls in _sections().items()}
    return Config(**sections)


def remember(file: Path, section: str, key: str, value: str) -> None:
    """Write one key into a person's own config file; all else in it, comments included, stays as it is.

    Raises:
        ConfigError: the file cannot be read or written, or is not TOML.
    """
    import tomlkit

    file = file.resolve()  # a link to a file that is kept elsewhere stays one
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        document = tomlkit.parse(file.read_text(encoding="utf-8") if file.exists() else "")
        table = document.setdefault(section, tomlkit.table())
        table[key] = value
        draft = file.with_name(f".{file.name}.new")
        draft.write_text(tomlkit.dumps(document), encoding="utf-8")
        if file.exists():
            shutil.copymode(file, draft)
        draft.replace(file)
    except (tomlkit.exceptions.TOMLKitError, UnicodeDecodeError, TypeError) as error:
        raise ConfigError(f"{file}: [{section}] {key} cannot be written into it: {error}") from None
    except OSError as error:
        raise ConfigError(f"{file}: cannot be written: {error.strerror}") from None


def _folders(named: tuple[str, ...], kind: str) -> tuple[Path, ...]:
    if named:
        return tuple(_expanded(each) for each in named)
    own = user_config_folder() / kind
    return (SHIPPED / kind, own) if own.is_dir() else (SHIPPED / kind,)


def _expanded(path: str) -> Path:
    return Path(os.path.expandvars(path)).expanduser()


def _sections() -> Mapping[str, type[Any]]:
    return typing.get_type_hints(Config)


def _read(file: Path) -> dict[str, dict[str, Any]]:
    """Return section -> key -> checked value of one file."""
    try:
        text = file.read_text(encoding="utf-8")
        parsed = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(f"{file}: not TOML: {error}") from None
    except UnicodeDecodeError:
        raise ConfigError(f"{file}: not UTF-8 text") from None
    except OSError as error:
        raise ConfigError(f"{file}: cannot be read: {error.strerror}") from None
    checked: dict[str, dict[str, Any]] = {}
    for section, keys in parsed.items():
        cls = _sections().get(section)
        if cls is None or not isinstance(keys, dict):
            where = f"{file}:{_line(text, section if isinstance(keys, dict) else '', section)}"
            if cls is not None:
                raise ConfigError(f"{where}: '{section}' is a section: write [{section}] and its keys below")
            kind = "section" if isinstance(keys, dict) else "key outside any section:"
            raise ConfigError(f"{where}: unknown {kind} '{section}'{did_you_mean(section, _sections())}")
        legal = {each.name: each for each in dataclasses.fields(cls)}
        hints = typing.get_type_hints(cls)
        checked[section] = {}
        for key, value in keys.items():
            where = f"{file}:{_line(text, section, key)}: [{section}] {key}"
            if key not in legal:
                raise ConfigError(f"{where}: unknown key{did_you_mean(key, legal)}")
            checked[section][key] = _checked(value, hints[key], legal[key].metadata, where)
    return checked


def _checked(value: Any, kind: Any, limits: Mapping[str, Any], where: str) -> Any:
    """Return the value as its declared type, or raise the line that says what was wanted."""
    if typing.get_origin(kind) is Literal:
        legal = typing.get_args(kind)
        if value not in legal:
            hint = did_you_mean(str(value), legal)
            raise ConfigError(f"{where}: {value!r} is not one of {', '.join(legal)}{hint if 'mean' in hint else ''}")
        return value
    if typing.get_origin(kind) is tuple:
        if not isinstance(value, list) or not all(isinstance(each, str) for each in value):
            raise ConfigError(f'{where}: must be a list of strings, like ["one", "two"], not {value!r}')
        return tuple(value)
    if kind is float and isinstance(value, int) and not isinstance(value, bool):
        value = float(value)
    if type(value) is not kind:
        wanted = {bool: "true or false", int: "a whole number", float: "a number", str: 'text in "quotes"'}[kind]
        raise ConfigError(f"{where}: must be {wanted}, not {value!r}")
    _check_limits(value, limits, where)
    return value


def _check_limits(value: Any, limits: Mapping[str, Any], where: str) -> None:
    if "words" in limits and value not in limits["words"] and not value.endswith(limits["or_file"]):
        hint = did_you_mean(value, limits["words"])
        wanted = f"{', '.join(limits['words'])} or a {limits['or_file']} file"
        raise ConfigError(f"{where}: {value!r} is not one of {wanted}{hint if 'mean' in hint else ''}")
    if "low" in limits and not limits["low"] <= value <= limits["high"]:
        raise ConfigError(f"{where}: {value} is out of range: {limits['low']} to {limits['high']}")


def _line(text: str, section: str, key: str) -> int:
    """Return the 1-based line on which the key of a section stands, 0 where it cannot be told."""
    current = ""
    for number, line in enumerate(text.splitlines(), start=1):
        if header := re.match(r"\s*\[+\s*([^\]]+?)\s*\]", line):
            current = header.group(1).strip("\"'")
            if section == key == current.split(".")[0] or current == f"{section}.{key}":
                return number
        elif current == section and re.match(rf"\s*[\"']?{re.escape(key)}[\"']?\s*[=.]", line):
            return number
    return 0
