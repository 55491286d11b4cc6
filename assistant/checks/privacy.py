"""What is kept and what leaves the machine: told, erased, exported."""

from __future__ import annotations

import contextlib
import json
import os
import zipfile
from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any, get_args
from urllib.parse import urlsplit

from assistant.actions.builtins import BUILT_INS
from assistant.actions.database import Database, KeptKind
from assistant.app import build
from assistant.checks.finding import Finding
from assistant.checks.stored import DATABASE, Kept, forget_reports, kept, remove
from assistant.config import Config
from assistant.errors import AssistantError, did_you_mean
from assistant.private_file import replacing
from assistant.values import ArgvAction, BuiltInAction, HttpAction, McpAction

_TABLES: Mapping[str, KeptKind] = {kind: kind for kind in get_args(KeptKind)}
"""Kinds that are rows of the database."""

_MADE_AGAIN = ("index", "weights", "reports")
"""Kinds that hold nothing of a person's own: an export leaves them out."""

ALL = "all"
"""Name of all kinds but the weights, which are the same for everybody and long to fetch."""

_TIMES = ("at", "due", "rung")
"""Columns that hold seconds since 1970."""


# -- telling ----------------------------------------------------------------------------------


def tell(config: Config) -> Iterator[Finding]:
    """List each kind of thing that is kept, with its size and place, then all that leaves this machine."""
    for entry in kept(config):
        yield Finding(entry.kind, True, f"{_amount(config, entry)}; {entry.purpose}")
    yield from (Finding("leaves", True, line) for line in _leaving(config))


def _amount(config: Config, entry: Kept) -> str:
    """Number, size and place of a kind."""
    if entry.kind in _TABLES:
        number = len(_rows(config, _TABLES[entry.kind]))
        return f"{number} in {_database(config)}" if number else "nothing"
    sizes = [file.lstat().st_size for _, file in _files(entry)]
    if not sizes:
        return "nothing"
    size = f"{sum(sizes) / 1e6:.1f} MB" if sum(sizes) > 1e5 else f"{sum(sizes) / 1e3:.1f} kB"
    places = ", ".join(map(str, entry.paths))
    return f"{len(sizes)} file{'s' * (len(sizes) > 1)}, {size}, in {places}"


def _leaving(config: Config) -> Iterator[str]:
    if config.models.offline:
        yield "weights: none are fetched, since [models] offline = true"
    else:
        yield "weights: one that is missing is fetched by its name; nothing of yours goes along"
    yield from _servers(config)
    yield "browser: it opens the pages and the searches that you ask for"
    yield from _intents_send(config)


def _servers(config: Config) -> Iterator[str]:
    """Yield a line for each server that the configuration names."""
    if url := config.home_assistant.url:
        yield f"{_host(url)} (Home Assistant): commands for devices, with your access token"
    if url := config.match.server:
        yield f"{_host(url)} (Chroma): the phrases of your intents and knowledge, and what you say as a vector"
    if config.match.team and config.paths.shared:
        yield f"{_host(url)}, for the team {config.match.team}: passages of {', '.join(config.paths.shared)}"
    if url := config.stt.url:
        words = ", and the words of your files that it is to expect" if config.stt.bias else ""
        yield f"{_host(url)} (speech to text): what you say, as sound{words}"
    if config.voice.replies != "never" and (url := config.voice.url):
        yield f"{_host(url)} (voice): what is read aloud"
    if config.generator.is_on and (url := config.generator.url):
        yield f"{_host(url)} (language model): what you ask, the turns before it, and passages that may answer it"
    yield from _servers_of_serving(config)
    if url := config.create.url:
        yield f"{_host(url)} (drawing): the words for a picture that you want drawn"


def _servers_of_serving(config: Config) -> Iterator[str]:
    """Yield a line for each that `assistant serve` and `assistant satellite` speak with."""
    if url := config.satellite.url:
        yield f"{_host(url)} (assistant): what you say, as sound and as text, while `assistant satellite` runs"
    if url := config.mqtt.url:
        yield f"{_host(url)} (MQTT): events while `assistant serve` runs, and replies to what is asked there"
    if address := config.ray.address:
        yield f"{address} (Ray): what you say, as sound and as text, while `assistant serve --ray` runs"
    if config.server.announce and not config.server.is_local:
        yield "local network: the name and the ports of this machine, while `assistant serve` runs"
    if url := config.server.traces:
        yield f"{_host(url)} (traces): how long turns take while `assistant serve` runs, without their words"


def _intents_send(config: Config) -> Iterator[str]:
    """Yield a line for each host and one for the programs that intents name."""
    calls, started = dict[str, list[str]](), set[str]()
    for intent in build.read_definitions(config).intents.intents.values():
        match intent.action:
            case HttpAction(url=url):
                calls.setdefault(_host(url), []).append(intent.name)
            case McpAction(server=server) if "://" in (address := config.mcp.servers.get(server, "")):
                calls.setdefault(_host(address), []).append(intent.name)
            case McpAction(server=server) if server in config.mcp.servers:
                started.add(config.mcp.servers[server].split()[0])
            case ArgvAction(argv=argv):
                started.add(argv[0])
            case BuiltInAction(name=name) if name not in BUILT_INS:
                started.add(name)
    yield from (f"{host}: web calls of {', '.join(names)}" for host, names in sorted(calls.items()))
    if started:
        yield f"whatever these send that your intents start: {', '.join(sorted(started))}"


def _host(url: str) -> str:
    """Return host and port of an address, without user and password."""
    return urlsplit(url).netloc.rpartition("@")[2] or "an address that is none"


# -- erasing ----------------------------------------------------------------------------------


def erasable(config: Config, names: Collection[str]) -> tuple[str, ...]:
    """Return the kinds that are named; `all` stands for each that is a person's own.

    Raises:
        AssistantError: none is named, one is unknown, or one lies in a folder that serves other ends too.
    """
    entries = {entry.kind: entry for entry in kept(config)}
    if not names:
        raise AssistantError(f"privacy erase: name what is to go: all, {', '.join(entries)}")
    for name in names:
        if name != ALL and name not in entries:
            raise AssistantError(f"privacy: nothing of the kind '{name}' is kept{did_you_mean(name, entries)}")
        if name != ALL and not entries[name].is_own:
            places = " and ".join(map(str, entries[name].paths))
            raise AssistantError(f"privacy: {name} are in {places}, which your configuration names: delete them there")
    everything = ALL in names
    return tuple(
        kind for kind, entry in entries.items() if kind in names or (everything and entry.is_own and kind != "weights")
    )


def erase(config: Config, kinds: Collection[str]) -> Iterator[Finding]:
    """Delete all of some kinds, and with rows of the database also their copies, which hold the same.

    Raises:
        AssistantError: something cannot be deleted.
    """
    entries = {entry.kind: entry for entry in kept(config)}
    tables = [_TABLES[kind] for kind in kinds if kind in _TABLES]
    if len(tables) == len(_TABLES):
        _remove_all((*entries["copies"].paths, *entries["notes"].paths))  # without the copies nothing is restored
    elif tables and _is_kept(config):
        Database(config.data_folder()).erase(tables)
    _remove_all(path for kind in kinds if kind in _TABLES for path in entries[kind].paths if path.name not in DATABASE)
    gone = dict.fromkeys([*kinds, *(["copies"] if tables else [])])
    for kind in gone:
        if kind == "reports":
            forget_reports()
        elif kind not in _TABLES:
            _remove_all(entries[kind].paths)
        yield Finding(kind, True, "erased")
    with contextlib.suppress(OSError):  # other things are in it
        config.data_folder().rmdir()


def _remove_all(paths: Iterable[Path]) -> None:
    for path in paths:
        remove(path)


# -- exporting --------------------------------------------------------------------------------


def export(config: Config, archive: Path) -> Iterator[Finding]:
    """Write a zip archive with all that is a person's own: rows as JSON lines, files as they are.

    Raises:
        AssistantError: the archive is there already, or cannot be written.
    """
    if archive.exists() or archive.is_symlink():
        raise AssistantError(f"{archive}: is there already; name a file that is not")
    try:
        with (
            replacing(archive) as target,
            zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, strict_timestamps=False) as pack,
        ):
            for entry in kept(config):
                if entry.kind not in _MADE_AGAIN:
                    yield Finding(entry.kind, True, _packed(config, entry, pack))
    except OSError as error:
        raise AssistantError(f"{error.filename or archive}: {error.strerror}; nothing is exported") from None
    yield Finding("export", True, f"{archive}, for you alone to read; the index and the weights can be made again")


def _packed(config: Config, entry: Kept, pack: zipfile.ZipFile) -> str:
    """Put one kind into the archive and tell how much it is."""
    if entry.kind in _TABLES:
        rows = _rows(config, _TABLES[entry.kind])
        lines = [json.dumps(_readable(row), ensure_ascii=False) for row in rows]
        pack.writestr(f"{entry.kind}.jsonl", "".join(f"{line}\n" for line in lines))
        return f"{len(rows)} in {entry.kind}.jsonl"
    number = 0
    for name, file in _files(entry):
        pack.write(file, f"{entry.kind}/{os.fsencode(name).decode(errors='replace')}")
        number += 1
    return f"{number} file{'s' * (number != 1)} in {entry.kind}/" if number else "nothing"


def _readable(row: Mapping[str, Any]) -> dict[str, Any]:
    """Write moments as local times."""
    moments = {name: datetime.fromtimestamp(row[name]) for name in _TIMES if row.get(name)}
    return dict(row) | {name: moment.astimezone().isoformat(timespec="seconds") for name, moment in moments.items()}


# -- what is there ----------------------------------------------------------------------------


def _database(config: Config) -> Path:
    return config.data_folder() / DATABASE[0]


def _is_kept(config: Config) -> bool:
    """Look for the database; one that is not there is not made by looking."""
    return any(_database(config) in entry.paths for entry in kept(config))


def _rows(config: Config, kind: KeptKind) -> tuple[Mapping[str, Any], ...]:
    return Database(config.data_folder()).everything(kind) if _is_kept(config) else ()


def _files(entry: Kept) -> Iterator[tuple[str, Path]]:
    """Yield the regular files of a kind, each with its name below the folder that the configuration has for it."""
    for number, path in enumerate(entry.paths):
        if path.is_file():
            yield path.name, path
        for parent, _, names in os.walk(path):
            for file in (Path(parent, name) for name in sorted(names)):
                if file.is_file():
                    below = file.relative_to(path).as_posix()
                    yield (f"{number + 1}/{below}" if len(entry.paths) > 1 else below), file
