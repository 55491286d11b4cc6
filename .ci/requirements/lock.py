"""Writes the lock files beside it from pyproject.toml: `make lock`.

pip resolves the project with all its extras once; each file then takes what its direct dependencies need of that, at
the versions found. The files are complete, so they are installed with `--no-deps`, which is what lets UNUSED be left
out. They hold no hashes and no addresses: pip's own settings say where packages come from.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, TypeAlias

from packaging.requirements import Requirement

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
HEAD = "# Written by .ci/requirements/lock.py from pyproject.toml (make lock); install with: pip install --no-deps -r"

UNUSED: Mapping[str, str] = {
    "bcrypt": "chromadb's server, for passwords",
    "build": "chromadb lists it and imports it nowhere",
    "hf-xet": "a faster way to download from the hub, which does without",
    "kubernetes": "chromadb's distributed server; 123 MB, and sixteen packages that only it needs",
    "mmh3": "chromadb's server",
    "typer": "the command lines of chromadb and transformers",
    "uvicorn": "chromadb's server",
}
"""Packages that a dependency asks for and never imports as it is used here. The tests run without them."""

GRAPHICS_CARDS = re.compile(r"nvidia-.*|cuda-.*|triton")
"""What torch's default build for Linux asks for; the lock is for the processor's."""

HEAVY = ("torch", "transformers", "sentence-transformers", "chromadb", "pillow", "tzfpy")
"""Direct dependencies that the light installation does without."""

APART = ("ray",)
"""Extras that no lock file holds: twenty packages that the tests do without."""

Packages: TypeAlias = Mapping[str, Mapping[str, Any]]
"""Normalised name -> metadata as pip reports it."""


def main() -> None:
    """Resolve and write the three files."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    extras: Mapping[str, list[str]] = {
        name: lines for name, lines in project["optional-dependencies"].items() if name not in APART
    }
    packages = resolve(extras)
    default = [Requirement(line) for line in project["dependencies"]]
    optional = [Requirement(line) for lines in extras.values() for line in lines]
    write("default", default, packages)
    write("dev", [*default, *optional], packages)
    write("light", [wanted for wanted in default if wanted.name not in HEAVY], packages)


def resolve(extras: Iterable[str]) -> Packages:
    """Let pip choose a version of everything, as in an empty environment; nothing is installed."""
    command = [sys.executable, "-m", "pip", "install", "--dry-run", "--ignore-installed", "--quiet", "--report", "-"]
    done = subprocess.run(
        [*command, f"{ROOT}[{','.join(extras)}]"], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, check=True
    )
    found = [entry["metadata"] for entry in json.loads(done.stdout)["install"]]
    return {normal(metadata["name"]): metadata for metadata in found}


def write(name: str, direct: Iterable[Requirement], packages: Packages) -> None:
    """Write one file: name==version, in the order of the names."""
    lines = [f"{package}=={version(packages[package])}" for package in sorted(needed(direct, packages))]
    text = "\n".join([f"{HEAD} .ci/requirements/{name}.txt", *lines])
    (HERE / f"{name}.txt").write_text(f"{text}\n", encoding="utf-8")
    print(f".ci/requirements/{name}.txt: {len(lines)} packages")


def needed(direct: Iterable[Requirement], packages: Packages) -> set[str]:
    """Collect what the requirements need, and what that needs, without UNUSED that are no requirements themselves."""
    todo = [(normal(wanted.name), frozenset(wanted.extras)) for wanted in direct]
    unused = UNUSED.keys() - {name for name, _ in todo}
    done = set[tuple[str, frozenset[str]]]()
    while todo:
        item = name, extras = todo.pop()
        if item in done or name in unused or GRAPHICS_CARDS.fullmatch(name):
            continue
        done.add(item)
        for line in packages[name].get("requires_dist", ()):
            wanted = Requirement(line)
            environments = [{"extra": extra} for extra in ("", *extras)]
            if wanted.marker is None or any(map(wanted.marker.evaluate, environments)):
                todo.append((normal(wanted.name), frozenset(wanted.extras)))
    return {name for name, _ in done}


def version(metadata: Mapping[str, Any]) -> str:
    """Return a version without its build: `2.13.0+cpu` is also wanted where only `2.13.0` is to be had."""
    return str(metadata["version"]).partition("+")[0]


def normal(name: str) -> str:
    """Return a package's name as registries compare it."""
    return re.sub(r"[-_.]+", "-", name).lower()


if __name__ == "__main__":
    main()
