"""Weights made into another form, once, by a process of its own: the memory that it takes goes with it."""

from __future__ import annotations

import importlib.util
import os
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from assistant.errors import ModelError
from assistant.events import Emit, Noticed, Progress
from assistant.weights.cache_folder import lock, publish, workshop
from assistant.weights.seal import broken, seal


def require(purpose: str, extra: str, *packages: str) -> None:
    """Check that packages are installed that only some users need.

    Raises:
        ModelError: some are not; with what to type.
    """
    absent = [name for name in packages if importlib.util.find_spec(name.replace("-", "_")) is None]
    if absent:
        raise ModelError(
            f"{purpose} needs {', '.join(absent)}: make install EXTRAS={extra}, or pip install {' '.join(absent)}"
        )


def build_once(target: Path, last_file: str, build: Callable[[Path], None], emit: Emit) -> None:
    """Build a folder in the cache, complete or not at all, unless it is there already and as it was made.

    Raises:
        ModelError: the builder's.
        OSError: the cache cannot be written to.
    """
    if (target / last_file).is_file() and not broken(target):
        return
    with lock(target, emit):
        if target.exists():
            fault = broken(target) if (target / last_file).is_file() else f"{target / last_file} is missing"
            if not fault:  # another process was quicker
                return
            emit(Noticed(f"{fault}; made anew"))
        with workshop(target) as bench:
            build(bench / "made")
            seal(bench / "made")
            publish(bench / "made", target)


def convert_apart(
    module: str, source: Path, target: Path, task: str, steps: Sequence[str], progress: Callable[[Progress], None]
) -> None:
    """Run `python -m MODULE SOURCE TARGET`, whose lines of output are its steps and, last, its fault.

    Raises:
        ModelError: it failed; with its last line.
    """
    last = ""
    progress(Progress(task, 0, len(steps)))
    command = [sys.executable, "-m", module, str(source.resolve()), str(target)]
    # threads that spin while they wait starve one another on a busy machine
    quiet = {"HF_HUB_OFFLINE": "1", "OMP_WAIT_POLICY": "PASSIVE"}
    own = os.environ | quiet | {"PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    with subprocess.Popen(command, env=own, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True) as child:
        try:
            for line in child.stdout or ():
                last = line.strip() or last
                if last in steps:
                    progress(Progress(f"{task}: {last}", steps.index(last), len(steps)))
        except BaseException:
            child.kill()
            raise
    if child.returncode:
        raise ModelError(f"{source}: cannot be converted: {last} (exit code {child.returncode})")
    progress(Progress(task, len(steps), len(steps)))


# -- in the process of its own ----------------------------------------------------------------


def step(name: str) -> None:
    """Tell whoever waits which step begins."""
    sys.stdout.write(f"{name}\n")
    sys.stdout.flush()


def main(convert: Callable[[Path, Path], None]) -> int:
    """Convert what the command line names; a fault becomes the last line and exit code 1."""
    try:
        convert(Path(sys.argv[1]), Path(sys.argv[2]))
    except Exception as error:  # any of several libraries
        step(first_line(error))
        return 1
    return 0


def first_line(error: BaseException) -> str:
    """Return the first line of an error's text, or its kind where it has none."""
    return (str(error).strip() or type(error).__name__).splitlines()[0]
