"""config.toml -> a frozen `Config`, one section per stage.

The shipped file holds every key with its default; the user's own file, or the one named on the command line,
overrides it key by key. The fields are the schema: type, default, and limits in their metadata.
"""

from __future__ import annotations

import contextlib
import os
import stat
import typing
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal, TypeAlias

import platformdirs

from assistant.config_file import read_config_file
from assistant.errors import ConfigError
from assistant.private_file import PRIVATE, private_folder, write

_PACKAGE = Path(__file__).parent
SHIPPED = _PACKAGE / "shipped" if (_PACKAGE / "shipped").is_dir() else _PACKAGE.parent
"""Folder that holds the shipped config.toml, intents/ and knowledge/: the checkout, or inside a wheel."""

WAKE_WORDS = ("hey jarvis", "alexa", "hey mycroft", "okay nabu")
"""Wake words whose networks are installed with the assistant."""

HOME_DOMAINS = tuple(
    "alarm_control_panel automation button camera climate cover fan humidifier input_boolean lawn_mower light lock "
    "media_player remote scene script siren switch vacuum valve water_heater".split()
)
"""Domains of Home Assistant whose entities a command can change."""

DEVICE_CLASSES = tuple(
    "awning blind curtain damper door garage gate shade shutter window gas water outlet switch".split()
)
"""Device classes of its covers, valves and switches."""

DEEDS = ("everything", "delete", "power", "send", "money")
"""Kinds of deed that can be asked about whatever they are done to."""

GUARDED_THINGS = (
    *("door", "door opener", "garage", "gate", "barrier", "entrance", "lock", "deadbolt", "valve", "alarm"),
    *("alarm system", "alarm panel", "security system", "siren", "smoke detector", "oven", "stove", "cooker", "hob"),
    *("cooktop", "grill", "fireplace", "deep fryer", "air fryer", "iron", "space heater", "sauna", "computer", "pc"),
    *("laptop", "server", "freezer", "fridge", "refrigerator"),
)
"""Names of things that can let somebody in, flood, burn, wake the street, or lose something when they are off."""

Way: TypeAlias = Literal["hands_free", "wake_word", "key"]
"""Start of listening: with anything that is said, with the wake word, with a key."""


def _number(default: float, low: float, high: float) -> Any:
    """Declare a number between two limits; a whole one where the default is."""
    return field(default=default, metadata={"low": low, "high": high})


def _words(default: tuple[str, ...], legal: tuple[str, ...]) -> Any:
    """Declare a list of words that are all among the legal ones."""
    return field(default=default, metadata={"words": legal})


def _address(default: str) -> Any:
    """Declare the address of a web server, which may be empty."""
    return field(default=default, metadata={"address": ("http://", "https://")})


@dataclass(frozen=True, slots=True)
class PathsConfig:
    """Folders of the user's files."""

    intents: tuple[str, ...] = ()
    knowledge: tuple[str, ...] = ()
    data: str = ""
    documents: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ModelsConfig:
    """The weights: their folder, and the use of a network."""

    folder: str = ""
    offline: bool = False


@dataclass(frozen=True, slots=True)
class AudioConfig:
    """The devices."""

    input: str = ""
    output: str = ""


@dataclass(frozen=True, slots=True)
class ListenConfig:
    """Activation of the assistant; times in seconds."""

    start: Way = "hands_free"
    wake_word: str = field(default=WAKE_WORDS[0], metadata={"words": WAKE_WORDS, "or_file": ".json"})
    sensitivity: float = _number(0.5, 0.0, 1.0)
    wait: float = _number(6.0, 1.0, 60.0)
    answer_wait: float = _number(8.0, 0.0, 60.0)
    sound: bool = False


@dataclass(frozen=True, slots=True)
class EndpointConfig:
    """Beginning and end of an utterance; times in seconds."""

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
    threads: int = _number(0, 0, 256)
    beam: int = _number(1, 1, 10)
    partial_interval: float = _number(0.6, 0.0, 10.0)
    bias: bool = True


@dataclass(frozen=True, slots=True)
class MatchConfig:
    """Understanding."""

    embedder: str = "minilm"
    server: str = ""
    threshold: float = _number(0.5, 0.0, 1.0)
    margin: float = _number(0.08, 0.0, 1.0)
    n_best: int = _number(5, 1, 50)


@dataclass(frozen=True, slots=True)
class ConfirmConfig:
    """The deeds that are asked about first."""

    lapse: float = _number(60.0, 5.0, 3600.0)
    domains: tuple[str, ...] = _words(("alarm_control_panel", "lock", "siren", "valve"), HOME_DOMAINS)
    device_classes: tuple[str, ...] = _words(("door", "garage", "gate", "gas", "water"), DEVICE_CLASSES)
    things: tuple[str, ...] = GUARDED_THINGS
    deeds: tuple[str, ...] = _words(DEEDS, DEEDS)
    always: tuple[str, ...] = ()
    never: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class HistoryConfig:
    """The conversation of before."""

    keep: bool = True
    days: int = _number(90, 1, 36_500)
    turns: int = _number(10_000, 1, 100_000)


@dataclass(frozen=True, slots=True)
class GeneratorConfig:
    """The optional language model; times in seconds, `idle` in minutes."""

    generate: Literal["off", "grounded", "free"] = field(
        default="off", metadata={"formerly": ("enabled", {False: "off", True: "grounded"})}
    )
    model: str = "qwen2.5-0.5b"
    engine: Literal["auto", "ctranslate2", "transformers"] = "auto"
    url: str = _address("")
    key: str = ""
    tools: bool = False
    max_tokens: int = _number(160, 1, 4096)
    seconds: float = _number(60.0, 1.0, 3600.0)
    temperature: float = _number(0.0, 0.0, 2.0)
    passages: int = _number(3, 1, 20)
    idle: float = _number(10.0, 0.0, 1440.0)

    @property
    def is_on(self) -> bool:
        """True if a language model may be asked."""
        return self.generate != "off"

    def secret_key(self) -> str:
        """Return the key of the server, read from the environment where the setting names a variable."""
        return os.environ.get(self.key[1:], "") if self.key.startswith("$") else self.key


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

    url: str = _address("")
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
    confirm: ConfirmConfig = ConfirmConfig()
    history: HistoryConfig = HistoryConfig()
    generator: GeneratorConfig = GeneratorConfig()
    voice: VoiceConfig = VoiceConfig()
    ui: UiConfig = UiConfig()
    home_assistant: HomeAssistantConfig = HomeAssistantConfig()

    def intent_folders(self) -> tuple[Path, ...]:
        """Return the folders to read intents from; later ones add to and override earlier ones."""
        return _folders(self.paths.intents, "intents")

    def knowledge_folders(self) -> tuple[Path, ...]:
        """Return the folders to read question-answer pairs and documents from."""
        return _folders(self.paths.knowledge, "knowledge")

    def added_documents(self) -> tuple[Path, ...]:
        """Return the folders and files of knowledge that stand beside those."""
        return tuple(map(_expanded, self.paths.documents))

    def data_folder(self) -> Path:
        """Return the folder for notes, timers and the index; it may not exist yet."""
        return _expanded(self.paths.data) if self.paths.data else platformdirs.user_data_path("assistant")

    def models_folder(self) -> Path:
        """Return the folder for weights; it may not exist yet."""
        if self.models.folder:
            return _expanded(self.models.folder)
        return user_cache_folder() / "models"


def user_cache_folder() -> Path:
    """Return the platform's folder for what can be fetched or made again; it may not exist yet."""
    return platformdirs.user_cache_path("assistant")


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
        if folder.is_dir():
            continue
        with contextlib.suppress(OSError):
            new.append(private_folder(folder))
    return tuple(new)


def load_config(file: Path | None = None) -> Config:
    """Read the shipped config.toml and, over it, `file` or else the user's own.

    Raises:
        ConfigError: a file cannot be read, or a key in it is unknown, ill-typed or out of range.
    """
    own = user_config_file()
    values: dict[str, dict[str, Any]] = {}
    for path in (SHIPPED / "config.toml", *([file] if file else [own] if own.is_file() else [])):
        for section, keys in read_config_file(path, _sections()).items():
            values.setdefault(section, {}).update(keys)
    return Config(**{name: section(**values.get(name, {})) for name, section in _sections().items()})


def remember(file: Path, section: str, key: str, value: str | Sequence[str]) -> None:
    """Write one key into a person's own config file; all else in it, comments included, stays as it is.

    Raises:
        ConfigError: the file cannot be read or written, or is not TOML.
    """
    import tomlkit

    file = file.resolve()  # a link to a file that is kept elsewhere stays one
    try:
        private_folder(file.parent)
        document = tomlkit.parse(file.read_text(encoding="utf-8") if file.exists() else "")
        table = document.setdefault(section, tomlkit.table())
        if isinstance(value, str):
            table[key] = value
        else:
            entries = table[key] = tomlkit.array()
            entries.extend(value)
            table[key] = entries.multiline(len(value) > 1)
        write(file, tomlkit.dumps(document), stat.S_IMODE(file.stat().st_mode) if file.exists() else PRIVATE)
    except (tomlkit.exceptions.TOMLKitError, UnicodeDecodeError, TypeError) as error:
        raise ConfigError(f"{file}: [{section}] {key} cannot be written into it: {error}") from None
    except OSError as error:
        raise ConfigError(f"{file}: cannot be written: {error.strerror}") from None


def _folders(named: tuple[str, ...], kind: str) -> tuple[Path, ...]:
    if named:
        return tuple(map(_expanded, named))
    own = user_config_folder() / kind
    return (SHIPPED / kind, own) if own.is_dir() else (SHIPPED / kind,)


def _expanded(path: str) -> Path:
    return Path(os.path.expandvars(path)).expanduser()


def _sections() -> Mapping[str, type[Any]]:
    return typing.get_type_hints(Config)
