"""config.toml -> a frozen `Config`, one section per stage.

The shipped file holds every key with its default; the user's own file, or the one named on the command line,
overrides it key by key.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import stat
import typing
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import platformdirs

from assistant.config.sections import (
    DEEDS,
    DEVICE_CLASSES,
    GUARDED_THINGS,
    HOME_DOMAINS,
    WAKE_WORDS,
    AudioConfig,
    ConfirmConfig,
    CreateConfig,
    EndpointConfig,
    GeneratorConfig,
    HistoryConfig,
    HomeAssistantConfig,
    ListenConfig,
    MatchConfig,
    McpConfig,
    ModelsConfig,
    MqttConfig,
    PathsConfig,
    PicturesConfig,
    RayConfig,
    SatelliteConfig,
    ServerConfig,
    SttConfig,
    UiConfig,
    VoiceConfig,
    Way,
)
from assistant.config_file import read_config_file
from assistant.errors import ConfigError
from assistant.private_file import PRIVATE, private_folder, write

__all__ = [
    "DEEDS",
    "DEVICE_CLASSES",
    "GUARDED_THINGS",
    "HOME_DOMAINS",
    "SHIPPED",
    "WAKE_WORDS",
    "AudioConfig",
    "Config",
    "ConfirmConfig",
    "CreateConfig",
    "EndpointConfig",
    "GeneratorConfig",
    "HistoryConfig",
    "HomeAssistantConfig",
    "ListenConfig",
    "MatchConfig",
    "McpConfig",
    "ModelsConfig",
    "MqttConfig",
    "PathsConfig",
    "PicturesConfig",
    "RayConfig",
    "SatelliteConfig",
    "ServerConfig",
    "SttConfig",
    "UiConfig",
    "VoiceConfig",
    "Way",
    "load_config",
    "make_user_folders",
    "remember",
    "user_cache_folder",
    "user_config_file",
    "user_config_folder",
]

_PACKAGE = Path(__file__).parent.parent
SHIPPED = _PACKAGE / "shipped" if (_PACKAGE / "shipped").is_dir() else _PACKAGE.parent
"""Folder that holds the shipped config.toml, intents/ and knowledge/: the checkout, or inside a wheel."""


@dataclass(frozen=True, slots=True)
class Config:
    """Everything that can be set, one field per section of config.toml."""

    paths: PathsConfig = PathsConfig()
    pictures: PicturesConfig = PicturesConfig()
    models: ModelsConfig = ModelsConfig()
    audio: AudioConfig = AudioConfig()
    listen: ListenConfig = ListenConfig()
    endpoint: EndpointConfig = EndpointConfig()
    stt: SttConfig = SttConfig()
    match: MatchConfig = MatchConfig()
    confirm: ConfirmConfig = ConfirmConfig()
    history: HistoryConfig = HistoryConfig()
    generator: GeneratorConfig = GeneratorConfig()
    create: CreateConfig = CreateConfig()
    voice: VoiceConfig = VoiceConfig()
    ui: UiConfig = UiConfig()
    home_assistant: HomeAssistantConfig = HomeAssistantConfig()
    mcp: McpConfig = McpConfig()
    server: ServerConfig = ServerConfig()
    ray: RayConfig = RayConfig()
    mqtt: MqttConfig = MqttConfig()
    satellite: SatelliteConfig = SatelliteConfig()

    def intent_folders(self) -> tuple[Path, ...]:
        """Return the folders to read intents from; later ones add to and override earlier ones."""
        return _folders(self.paths.intents, "intents")

    def knowledge_folders(self) -> tuple[Path, ...]:
        """Return the folders to read question-answer pairs and documents from."""
        return _folders(self.paths.knowledge, "knowledge")

    def added_documents(self) -> tuple[Path, ...]:
        """Return the folders and files of knowledge that stand beside those."""
        return tuple(map(expanded, (*self.paths.documents, *self.paths.shared)))

    def picture_folders(self) -> tuple[Path, ...]:
        """Return the folders and files of pictures, that of the drawings with them where there is one."""
        folders, drawings = tuple(map(expanded, self.pictures.folders)), self.drawings_folder()
        is_another = drawings.is_dir() and not any(drawings.is_relative_to(folder) for folder in folders)
        return (*folders, drawings) if is_another else folders

    def drawings_folder(self) -> Path:
        """Return the folder for pictures that are created; it may not exist yet."""
        return expanded(self.create.folder) if self.create.folder else self.data_folder() / "created"

    def data_folder(self) -> Path:
        """Return the folder for notes, timers and the index; it may not exist yet."""
        return expanded(self.paths.data) if self.paths.data else platformdirs.user_data_path("assistant")

    def models_folder(self) -> Path:
        """Return the folder for weights; it may not exist yet."""
        if self.models.folder:
            return expanded(self.models.folder)
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


@contextlib.contextmanager
def changing(file: Path) -> Iterator[Config]:
    """Yield the settings with a person's own file as it is now; others that are `changing` it wait for the end.

    Raises:
        ConfigError: the file or its folder cannot be read.
    """
    try:
        handle = os.open(private_folder(file.resolve().parent), os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    except OSError as error:
        raise ConfigError(f"{file}: cannot be written: {error.strerror}") from None
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)  # of its folder: the file itself is replaced
        yield load_config(file if file.exists() else None)
    finally:
        os.close(handle)


def remember(file: Path, section: str, key: str, value: bool | float | str | Sequence[str] | Mapping[str, str]) -> None:
    """Write one key into a person's own config file; all else in it, comments and line ends included, stays as it is.

    Raises:
        ConfigError: the file cannot be read or written, or is not TOML.
    """
    import tomlkit

    file = file.resolve()  # a link to a file that is kept elsewhere stays one
    try:
        private_folder(file.parent)
        if file.exists() and not file.is_file():
            raise ConfigError(f"{file}: is no file")
        text = file.read_bytes().decode() if file.exists() else ""
        mark = "\ufeff" * text.startswith("\ufeff")
        end = "\r\n" if 0 < text.count("\n") == text.count("\r\n") else "\n"
        document = tomlkit.parse(text.removeprefix(mark).replace(end, "\n"))
        table = document.setdefault(section, tomlkit.table())
        if isinstance(value, bool | int | float | str | Mapping):
            table[key] = value
        else:
            entries = table[key] = tomlkit.array()
            entries.extend(value)
            table[key] = entries.multiline(len(value) > 1)
        text = mark + tomlkit.dumps(document).replace("\n", end)
        write(file, text, stat.S_IMODE(file.stat().st_mode) if file.exists() else PRIVATE)
    except (tomlkit.exceptions.TOMLKitError, UnicodeDecodeError, TypeError) as error:
        raise ConfigError(f"{file}: [{section}] {key} cannot be written into it: {error}") from None
    except OSError as error:
        raise ConfigError(f"{file}: cannot be written: {error.strerror}") from None


def _folders(named: tuple[str, ...], kind: str) -> tuple[Path, ...]:
    if named:
        return tuple(map(expanded, named))
    own = user_config_folder() / kind
    return (SHIPPED / kind, own) if own.is_dir() else (SHIPPED / kind,)


def expanded(path: str) -> Path:
    """Return a path of the configuration with its `~` and variables put in."""
    return Path(os.path.expandvars(path)).expanduser()


def _sections() -> Mapping[str, type[Any]]:
    return typing.get_type_hints(Config)
