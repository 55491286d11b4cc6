"""Durability: acknowledged writes lost to kills at random moments, and rows lost to single turned bits, against none.

A child writes and says so after each write; it is killed, and what it has said must be there. `--limit` is the number
of kills and of bits.
"""

from __future__ import annotations

import contextlib
import random
import shutil
import subprocess
import sys
import tempfile
import threading
import time
import tomllib
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from assistant.actions.database import Database
from assistant.app import build
from assistant.config import Config, PathsConfig, remember
from assistant.errors import ActionError
from assistant.nlu.retrieval.index import Index
from assistant.nlu.retrieval.snapshot import Row as IndexRow
from assistant.values import Utterance
from benchmarks import Options, Row, quiet

KILLS, BITS = 500, 300


class Work(NamedTuple):
    """A kind of writing."""

    write: Callable[[Path, int], None]
    """Write number n into a folder, and return once it is kept."""
    kept: Callable[[Path], set[int]]
    """Numbers that are there."""
    share: float
    """Of the kills."""
    seconds: float
    """Longest time from the first write to the kill."""


class _Letters:
    """An embedder without weights."""

    id = "letters"

    def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Count letters, shape (texts, 26)."""
        counts = np.array([[1 + text.count(chr(97 + place)) for place in range(26)] for text in texts], np.float32)
        return np.asarray(counts / np.linalg.norm(counts, axis=1, keepdims=True), np.float32)


def _take_note(folder: Path, number: int) -> None:
    Database(folder).add_note(str(number), float(number))


def _set_timer(folder: Path, number: int) -> None:
    Database(folder).add_timer("timer", str(number), time.time() + 1e6, 60.0)


def _save_config(folder: Path, number: int) -> None:
    remember(folder / "config.toml", "audio", f"n{number}", "kept")


def _saved(folder: Path) -> set[int]:
    keys = tomllib.loads((folder / "config.toml").read_text("utf-8"))["audio"]
    return {int(key[1:]) for key in keys}


def _index_rows(folder: Path, number: int) -> None:
    rows = [IndexRow("intent", str(number), f"phrase {place} of {number}") for place in range(200)]
    Index(folder / "index", _Letters()).sync(lambda: rows, quiet, str(number))


def _indexed(folder: Path) -> set[int]:
    """All up to the version whose rows are there, all of them."""
    rows = Index(folder / "index", _Letters()).retriever().snapshot.rows.values()
    (version,) = {int(row.owner) for row in rows} or {-1}
    return set(range(version + 1)) if len(rows) in (0, 200) else set()


def _turns(folder: Path) -> Callable[[Path, int], None]:
    session = build.one_shot(_config(folder), quiet)

    def turn(_: Path, number: int) -> None:
        list(session.turn(Utterance(f"take a note the number is {number}"), threading.Event()))

    return turn


def _noted(folder: Path) -> set[int]:
    return {int(note.text.rsplit(maxsplit=1)[-1]) for note in Database(folder).notes()}


def _config(folder: Path) -> Config:
    return Config(paths=PathsConfig(data=str(folder)))


WORK: Mapping[str, Work] = {
    "note": Work(_take_note, lambda folder: {int(note.text) for note in Database(folder).notes()}, 0.25, 0.3),
    "timer": Work(_set_timer, lambda folder: {int(timer.label) for timer in Database(folder).timers()}, 0.24, 0.3),
    "config save": Work(_save_config, _saved, 0.24, 0.3),
    "index": Work(_index_rows, _indexed, 0.23, 0.4),
    "turn": Work(_take_note, _noted, 0.04, 2.0),
}


def run(options: Options) -> list[Row]:
    """Kill and turn bits; count."""
    rng = random.Random(options.seed)
    rows = []
    with tempfile.TemporaryDirectory() as name:
        for kind, work in WORK.items():
            kills = round(work.share * (options.limit or KILLS))
            acknowledged, lost = _killed(kind, Path(name) / kind.replace(" ", "-"), kills, rng)
            rows.append(
                Row(f"{kind}: writes lost of {acknowledged} acknowledged, {kills} kills", lost, "writes", "limit", 0)
            )
        bits = options.limit or BITS
        lost, told = _turned(Path(name) / "bits", bits, rng)
        rows.append(Row(f"rows lost to {bits} single turned bits, of which {told} were told", lost, "rows", "limit", 0))
    return rows


def _killed(kind: str, folder: Path, kills: int, rng: random.Random) -> tuple[int, int]:
    """Return how many writes were acknowledged, and how many of them are not there."""
    folder.mkdir()
    said = set[int]()
    for _ in range(kills):
        command = [sys.executable, "-m", "benchmarks.durability", kind, str(folder), str(max(said, default=-1) + 1)]
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as child:
            assert child.stdout is not None
            said.add(int(child.stdout.readline()))
            time.sleep(rng.uniform(0, WORK[kind].seconds))
            child.kill()
            said |= {int(line) for line in child.stdout.read().split("\n")[:-1]}
        lost = said - WORK[kind].kept(folder)
        if lost:
            return len(said), len(lost)
    return len(said), 0


def _turned(folder: Path, bits: int, rng: random.Random) -> tuple[int, int]:
    """Return how many rows were lost in all, and in how many files the damage was told."""
    database = Database(folder / "original")
    for number in range(80):
        database.add_note(
            " ".join(rng.choices("car milk level three call Anna über Zürich".split(), k=6)), float(number)
        )
    database.add_items("shopping", [f"thing {number}" for number in range(40)])
    database.add_timer("alarm", "work", 9e9, 60.0)
    expected, content = set(_rows(database)), database.file.read_bytes()
    lost = told = 0
    for number in range(bits):
        damaged = bytearray(content)
        damaged[rng.randrange(len(content))] ^= 1 << rng.randrange(8)
        copy = folder / str(number)
        copy.mkdir()
        (copy / "assistant.db").write_bytes(damaged)
        again = Database(copy)
        lost += len(expected - set(_rows(again)))
        told += bool(again.notice)
        shutil.rmtree(copy)
    return lost, told


def _rows(database: Database) -> Iterator[object]:
    for read in (database.notes, lambda: database.items("shopping"), database.timers):
        with contextlib.suppress(ActionError):  # it tells of the damage, once, and has mended it
            yield from read()
            continue
        yield from read()


def _write_until_killed(kind: str, folder: Path, number: int) -> None:
    write = _turns(folder) if kind == "turn" else WORK[kind].write
    while True:
        write(folder, number)
        print(number, flush=True)
        number += 1


if __name__ == "__main__":
    _write_until_killed(sys.argv[1], Path(sys.argv[2]), int(sys.argv[3]))
