"""What is kept or made on this machine, read whole and mended: the data file, the prepared weights, the index."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from assistant import weights
from assistant.app import build
from assistant.checks.files import index_state
from assistant.checks.finding import Finding
from assistant.config import Config
from assistant.errors import AssistantError
from assistant.events import Emit


def data(config: Config) -> Iterator[Finding]:
    """Read every note, list and timer; where a row is not as it was written, the file is mended, and that is told.

    Raises:
        ActionError: the file can be neither read nor mended.
    """
    from assistant.actions.database import Database

    database = Database(config.data_folder())
    content = database.examine()
    if database.notice:
        yield Finding("data", False, database.notice)
    yield Finding("data", True, content)


def repair(config: Config, emit: Emit) -> Iterator[Finding]:
    """Mend everything that can be mended, one after the other; a fault in one never hides the others."""
    mends: list[tuple[str, Callable[[Config, Emit], Iterator[Finding]]]] = [
        ("data", lambda config, _: data(config)),
        ("weights", _weights),
        ("index", _index),
    ]
    for subject, mend in mends:
        try:
            yield from mend(config, emit)
        except AssistantError as error:
            yield Finding(subject, False, str(error))


def _weights(config: Config, emit: Emit) -> Iterator[Finding]:
    """Hash the weights in use, fetch those anew that are corrupt, and prepare anew what was made from them."""
    for row in weights.inventory(config):
        if row.default and row.state != "missing":
            fault = weights.verify(row.name, config).fault
            folder = weights.resolve(row.name, row.role, config, emit)
            if row.role == "embedder":
                build.open_embedder(folder, config, emit)
            yield Finding("weights", True, f"{row.name}: {f'{fault}; mended' if fault else 'whole'}")


def _index(config: Config, emit: Emit) -> Iterator[Finding]:
    """Bring the index in step, what is damaged in it made anew, and Chroma with it."""
    matcher = build.open_matcher(config, build.read_definitions(config), emit)
    build.follow(matcher, emit)
    yield index_state(config, emit)
