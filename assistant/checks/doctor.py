"""Everything that the assistant stands on, looked at one after the other."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from assistant import weights
from assistant.app import build
from assistant.checks import files, kept_files, machine
from assistant.checks.files import index_state
from assistant.checks.finding import Finding
from assistant.checks.models import verify_weights
from assistant.checks.pictures.readiness import readiness
from assistant.config import Config
from assistant.errors import AssistantError
from assistant.outlet.secrets import redacted
from assistant.remote.model_server import ModelServer


def examine(config: Config) -> Iterator[Finding]:
    """Run every check; a fault in one never hides the others."""
    checks: list[tuple[str, Callable[[Config], Iterator[Finding]]]] = [
        ("audio", machine.devices),
        ("microphone", machine.microphone),
        ("echo", machine.echo),
        ("wake word", machine.wake_word),
        ("data", kept_files.data),
        ("weights", used_weights),
        ("speech", machine.speech),
        ("server", _model_servers),
        ("files", _files),
        ("index", _index),
        ("pictures", readiness),
        ("memory", machine.memory),
        ("home assistant", _home_assistant),
    ]
    for subject, run in checks:
        try:
            yield from run(config)
        except AssistantError as error:
            yield Finding(subject, False, str(error))


def used_weights(config: Config) -> Iterator[Finding]:
    """Hash the weights that the config uses.

    Raises:
        ModelError: a file cannot be read.
    """
    return verify_weights(config, tuple(row.name for row in weights.inventory(config) if row.default), lambda _: None)


def expected_words(config: Config) -> Iterator[Finding]:
    """List the words and sentences that are hinted to the recogniser, both most useful first.

    Raises:
        ModelError: the embedder's weights are missing or corrupt.
    """
    hints = build.one_shot(config, lambda _: None).matcher.hints
    for word in hints.words:
        yield Finding("word", True, word)
    for sentence in hints.sentences:
        yield Finding("sentence", True, sentence)


def _files(config: Config) -> Iterator[Finding]:
    yield from files.check(config, build.read_definitions(config))


def _index(config: Config) -> Iterator[Finding]:
    yield index_state(config, lambda _: None)


def _model_servers(config: Config) -> Iterator[Finding]:
    """Ask the servers that hear and speak in place of the models here; nothing where none is set."""
    for section, use in (("stt", config.stt), ("voice", config.voice)):
        if not use.url:
            continue
        server = ModelServer(section, use.url, use.key)
        try:
            server.check()
            yield Finding("server", True, f"[{section}] {server.host} answers")
        except AssistantError as error:
            yield Finding("server", False, str(error), "until then the model here does it")


def _home_assistant(config: Config) -> Iterator[Finding]:
    if not config.home_assistant.url:
        yield Finding("home assistant", True, "not set; smart-home commands say so")
        return
    has_token = bool(config.home_assistant.access_token())
    cure = "" if has_token else "set [home_assistant] token, or the variable that it names"
    yield Finding("home assistant", has_token, redacted(config.home_assistant.url), cure)
