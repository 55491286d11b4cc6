"""The weights on this machine: listed, fetched, verified."""

from __future__ import annotations

from collections.abc import Iterator

from assistant import weights
from assistant.app import build
from assistant.checks.finding import Finding
from assistant.config import Config
from assistant.errors import ModelError, did_you_mean
from assistant.events import Emit
from assistant.weights import Weights


def list_weights(config: Config, names: tuple[str, ...], _: Emit) -> Iterator[Finding]:
    """List the known models, or the named ones; a missing one is a fault only where the config uses it."""
    for row in weights.inventory(config):
        if not names or row.name in names:
            yield _finding(row, needed=row.default)


def fetch_weights(config: Config, names: tuple[str, ...], emit: Emit) -> Iterator[Finding]:
    """Fetch the missing files of the named models, or of those that the config uses, and export embedders.

    Raises:
        ModelError: a name is unknown, or no source has its weights.
    """
    rows = {row.name: row for row in weights.inventory(config)}
    for name in names or [row.name for row in rows.values() if row.default]:
        if name not in rows:
            raise ModelError(f"unknown model '{name}'{did_you_mean(name, rows)}")
        role = rows[name].role
        folder = weights.resolve(name, role, config, emit)
        if role == "embedder":
            build.open_embedder(folder, config, emit)
        yield Finding("weights", True, f"{name}: ready in {folder}")


def verify_weights(config: Config, names: tuple[str, ...], _: Emit) -> Iterator[Finding]:
    """Hash every file of the named models, or of all that are there and those that the config uses.

    Raises:
        ModelError: a name is unknown, or a file cannot be read.
    """
    for name in names or [row.name for row in weights.inventory(config) if row.state != "missing" or row.default]:
        yield _finding(weights.verify(name, config), needed=True)


def _finding(row: Weights, needed: bool) -> Finding:
    size = f"{row.bytes / 1e6:.0f} MB" if row.bytes else ""
    traits = ", ".join(filter(None, [row.role, size, row.licence]))
    detail = f"{row.name} ({traits}): {row.fault or row.state}"
    cure = f"assistant models fetch {row.name}" if row.state != "present" and row.fetchable else ""
    return Finding("weights", row.state == "present" or not (needed or row.state == "corrupt"), detail, cure)
