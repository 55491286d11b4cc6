"""The sections of config.toml. The fields are the schema: type, default, and limits in their metadata."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, TypeAlias

from assistant.config.spoken_languages import SPOKEN_LANGUAGES

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
    *("laptop", "server", "this machine", "freezer", "fridge", "refrigerator"),
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


def _address(default: str, *schemes: str) -> Any:
    """Declare the address of a server, by default a web server, which may be empty."""
    return field(default=default, metadata={"address": schemes or ("http://", "https://")})


def _secret(setting: str) -> str:
    """Return a secret, read from the environment where the setting names a variable."""
    return os.environ.get(setting[1:], "") if setting.startswith("$") else setting


@dataclass(frozen=True, slots=True)
class PathsConfig:
    """Folders of the user's files."""

    intents: tuple[str, ...] = ()
    knowledge: tuple[str, ...] = ()
    data: str = ""
    documents: tuple[str, ...] = ()
    shared: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class PicturesConfig:
    """The pictures that can be found."""

    folders: tuple[str, ...] = ()
    model: str = ""
    words_model: str = ""


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
    cancel_echo: Literal["auto", "always", "never"] = "auto"


@dataclass(frozen=True, slots=True)
class ListenConfig:
    """Activation of the assistant; times in seconds."""

    start: Way = "hands_free"
    wake_word: str = field(default=WAKE_WORDS[0], metadata={"words": WAKE_WORDS, "or_file": ".json"})
    sensitivity: float = _number(0.5, 0.0, 1.0)
    wait: float = _number(6.0, 1.0, 60.0)
    answer_wait: float = _number(8.0, 0.0, 60.0)
    sound: bool = False
    interrupt: bool = True


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
    language: str = field(default="en", metadata={"codes": SPOKEN_LANGUAGES})
    compute_type: Literal["auto", "int8", "int8_float16", "float16", "float32"] = "auto"
    threads: int = _number(0, 0, 256)
    beam: int = _number(1, 1, 10)
    partial_interval: float = _number(0.6, 0.0, 10.0)
    bias: bool = True
    url: str = _address("")
    key: str = ""
    url_model: str = ""


@dataclass(frozen=True, slots=True)
class MatchConfig:
    """Understanding."""

    embedder: str = "minilm"
    server: str = ""
    team: str = ""
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
    vision: str = ""
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
        return _secret(self.key)


@dataclass(frozen=True, slots=True)
class CreateConfig:
    """The optional model that draws pictures; times in seconds, sizes in pixels."""

    url: str = _address("")
    key: str = ""
    model: str = ""
    workflow: str = ""
    width: int = _number(1024, 64, 4096)
    height: int = _number(1024, 64, 4096)
    steps: int = _number(0, 0, 500)
    seconds: float = _number(300.0, 1.0, 3600.0)
    folder: str = ""

    @property
    def is_on(self) -> bool:
        """True if a model that draws is named."""
        return bool(self.url or self.model)

    def secret_key(self) -> str:
        """Return the key of the server, read from the environment where the setting names a variable."""
        return _secret(self.key)


@dataclass(frozen=True, slots=True)
class VoiceConfig:
    """The spoken reply."""

    replies: Literal["spoken", "always", "never"] = "spoken"
    speed: float = _number(1.0, 0.5, 2.0)
    url: str = _address("")
    key: str = ""
    url_model: str = ""
    url_voice: str = ""


@dataclass(frozen=True, slots=True)
class RayConfig:
    """The replicas of the models that `assistant serve --ray` starts."""

    address: str = ""
    replicas: int = _number(1, 1, 1000)
    most_replicas: int = _number(1, 1, 1000)
    cpus: float = _number(0.0, 0.0, 256.0)


@dataclass(frozen=True, slots=True)
class UiConfig:
    """The terminal."""

    theme: str = "textual-dark"
    listen: bool = True
    notify: Literal["unfocused", "always", "never"] = "unfocused"


@dataclass(frozen=True, slots=True)
class HomeAssistantConfig:
    """The Home Assistant that smart-home commands go to."""

    url: str = _address("")
    token: str = "$HOME_ASSISTANT_TOKEN"  # noqa: S105 (the name of an environment variable)

    def access_token(self) -> str:
        """Return the token, read from the environment where the key names a variable."""
        return _secret(self.token)


@dataclass(frozen=True, slots=True)
class McpConfig:
    """The servers of the Model Context Protocol that intents may name."""

    servers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class SatelliteConfig:
    """The `assistant serve` for which `assistant satellite` hears and speaks, and where it stands."""

    url: str = _address("")
    token: str = ""
    area: str = ""


@dataclass(frozen=True, slots=True)
class MqttConfig:
    """The MQTT broker that `assistant serve` tells of events and takes commands from."""

    url: str = _address("", "mqtt://", "mqtts://")
    user: str = ""
    password: str = ""
    topic: str = "assistant"
    commands: Literal["off", "ask", "act"] = "ask"

    def secret_password(self) -> str:
        """Return the password, read from the environment where the setting names a variable."""
        return _secret(self.password)


@dataclass(frozen=True, slots=True)
class ServerConfig:
    """What `assistant serve` offers to other programs, and to whom."""

    host: str = "127.0.0.1"
    port: int = _number(8765, 0, 65_535)
    wyoming: int = _number(10_500, 0, 65_535)
    wyoming_clients: tuple[str, ...] = ()
    wyoming_areas: Mapping[str, str] = field(default_factory=dict)
    announce: bool = True
    act_token: str = ""
    ask_token: str = ""
    traces: str = _address("")

    def tokens(self) -> Mapping[str, Literal["act", "ask"]]:
        """Return the right of each token, read from the environment where a key names a variable."""
        named: tuple[tuple[str, Literal["act", "ask"]], ...] = ((self.ask_token, "ask"), (self.act_token, "act"))
        return {token: right for setting, right in named if (token := _secret(setting))}

    @property
    def is_local(self) -> bool:
        """True if no other machine can reach it."""
        return self.host == "localhost" or self.host.startswith("127.") or self.host == "::1"
