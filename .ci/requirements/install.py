"""Installs the project into the environment that runs this: `python .ci/requirements/install.py default|light|dev`.

The versions are those of the lock file beside this one. One line tells at each moment what is going on. Settings of
pip (PIP_INDEX_URL, PIP_EXTRA_INDEX_URL ...) are respected.
"""

from __future__ import annotations

import argparse
import os
import platform
import re
import subprocess
import sys
import sysconfig
import time
import tomllib
from collections.abc import Sequence
from pathlib import Path

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
PIP = [sys.executable, "-m", "pip", "--disable-pip-version-check"]

# Most of what is installed is never imported, and what is imported is compiled then.
INSTALL = [*PIP, "install", "--progress-bar=raw", "--no-compile"]


class Line:
    """One line on a terminal that redraws itself; elsewhere, a line for each change of task."""

    def __init__(self) -> None:
        self._task = ""
        self._drawn = 0.0

    def show(self, task: str, share: str = "") -> None:
        """Say what is going on."""
        if not sys.stderr.isatty():
            if task != self._task:
                print(task, file=sys.stderr, flush=True)
        elif time.monotonic() - self._drawn > 0.1:
            self._drawn = time.monotonic()
            print(f"\r\033[K{task} {share}"[:110], end="", file=sys.stderr, flush=True)
        self._task = task

    def end(self, text: str) -> None:
        """Leave a line behind."""
        print(f"\r\033[K{text}" if sys.stderr.isatty() else text, file=sys.stderr, flush=True)


LINE = Line()


def main() -> int:
    """Install what the command line names; return the exit code of pip."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("list", choices=("default", "light", "dev"))
    parser.add_argument("--extras", default="", help="extras of pyproject.toml, with commas between")
    parser.add_argument("--newest", action="store_true", help="the newest versions in place of the locked ones")
    args = parser.parse_args()
    began = time.monotonic()
    if args.newest or not locked(args.list):
        if not args.newest:
            LINE.end("The locked versions are not to be had for this Python or system; taking the newest that fit.")
        newest = ["-e", f"{ROOT}[dev,generator,export]" if args.list == "dev" else str(ROOT)]
        pip([*INSTALL, *newest], "installing the newest versions", 0, must=True)
    pip([*INSTALL, "--no-deps", "-e", str(ROOT)], "installing Assistant", 1, must=True)
    if args.extras:
        known = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["optional-dependencies"]
        wanted = [line for extra in args.extras.split(",") for line in known[extra]]
        pip([*INSTALL, "-c", str(HERE / "dev.txt"), *wanted], f"installing {args.extras}", 0, must=True)
    LINE.end(f"Packages installed in {time.monotonic() - began:.0f} s.")
    return 0


def locked(name: str) -> bool:
    """Install the versions of a lock file; False where one of them is not to be had."""
    wanted = [line for line in (HERE / f"{name}.txt").read_text("utf-8").splitlines() if line[:1] not in ("#", "")]
    torch = [line for line in wanted if line.startswith("torch==")]
    rest = [line for line in wanted if line not in torch]
    return all(map(processor_build, torch)) and pip(
        [*INSTALL, "--no-deps", *rest], "installing packages", len(rest), must=False
    )


def processor_build(torch: str) -> bool:
    """Install torch for the processor; where pip cannot get that build, the one for graphics cards."""
    if sys.platform != "linux" or platform.machine() != "x86_64":  # elsewhere there is no other
        return pip([*INSTALL, "--no-deps", torch], "installing torch", 1, must=False)
    if pip([*INSTALL, "--no-deps", f"{torch}+cpu"], "installing torch for the processor", 1, must=False):
        return True
    LINE.end(
        "PyTorch's build for the processor is not where pip looks, so the one for graphics cards is taken, several GB. "
        "To save them, stop this and set PIP_EXTRA_INDEX_URL to PyTorch's index of CPU builds (see its own site)."
    )
    return pip([*INSTALL, torch], "installing torch", 0, must=False)


def pip(command: Sequence[str], task: str, total: int, must: bool) -> bool:
    """Run pip and tell how far it is; False where a version is not to be had, unless one `must` be.

    Raises:
        SystemExit: it failed for another reason; with its last lines.
    """
    output, collected, name = list[str](), 0, ""
    LINE.show(task)
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, env=os.environ | {"PIP_NO_INPUT": "1"}
    ) as child:
        for line in child.stdout or ():
            words = line.split()
            if words[:1] == ["Progress"] and len(words) == 4:
                done, size = int(words[1]) / 1e6, int(words[3]) / 1e6
                LINE.show(task, f"{count(collected, total)} {name} {done:.0f} of {size:.0f} MB")
                continue
            output.append(line)
            if words[:1] == ["Collecting"]:
                collected, name = collected + 1, words[1].partition("==")[0]
                LINE.show(task, f"{count(collected, total)} {name}")
            elif words[:1] == ["Installing"]:  # the rest is said when all is done
                break
        before = present()
        while child.poll() is None:
            LINE.show(task, f"{count(present() - before, collected)} unpacked")
            time.sleep(0.2)
        output += child.stdout or ()
    text = "".join(output)
    # with a constraints file pip words it differently
    absent = bool(re.search(r"no matching distribution", text, re.IGNORECASE)) and "Retrying (" not in text
    if child.returncode and (must or not absent):
        LINE.end(f"{task}: failed")
        raise SystemExit("".join(line for line in output[-12:] if "WARNING: Retrying" not in line).strip())
    return child.returncode == 0


def count(done: int, total: int) -> str:
    """Write how many of how many, where that is known."""
    return f"{done}/{total}" if total else str(done)


def present() -> int:
    """Count the packages of this environment."""
    return len(list(Path(sysconfig.get_path("purelib")).glob("*.dist-info")))


if __name__ == "__main__":
    sys.exit(main())
