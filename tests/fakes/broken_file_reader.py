"""A process that reads broken files, one after the other, beside good ones, as the assistant would.

Its argument is a folder of files `NUMBER.KIND.NAME`. It writes a JSON line for each: the processor time in seconds, and
what went wrong: an error that is no expected one, a good neighbour that was lost, a message of several lines.
"""

from __future__ import annotations

import json
import resource
import shutil
import sys
import tempfile
import time
import traceback
from pathlib import Path

from assistant.app.definitions import read_folders
from assistant.audio.capture import recording
from assistant.config import MatchConfig, load_config
from assistant.errors import AudioError, ConfigError
from assistant.nlu.matcher import Matcher
from assistant.nlu.parts import make_parts
from assistant.nlu.retrieval.index import Index
from fakes.embedder import WordHashes

MEMORY = 3_000_000_000
"""Bytes of address space; the libraries take one billion of it."""

GOOD_PAIR = "- {question: Where is the trowel?, answer: In the bucket.}"
GOOD_INTENT = "intents: {Neighbour: {data: [{sentences: [polish the silver]}], response: Done.}}"


def read(kind: str, path: Path, work: Path) -> str:
    """Read a broken file; return what went wrong, nothing where all is well."""
    try:
        if kind == "sound":
            for _ in recording(path):
                pass
            return ""
        if kind == "config":
            load_config(path)
            return ""
    except (AudioError, ConfigError) as error:
        lines = str(error).splitlines()
        named = kind == "config" and all(line.startswith(f"{path}:") for line in lines)
        return "" if len(lines) == 1 or named else f"several lines: {error}"
    return read_definitions(kind, path, work)


def read_definitions(kind: str, path: Path, work: Path) -> str:
    folders = {name: work / name for name in ("intents", "knowledge")}
    for folder in folders.values():
        folder.mkdir()
    (folders["intents"] / "good.yaml").write_text(GOOD_INTENT)
    (folders["knowledge"] / "good.yaml").write_text(GOOD_PAIR)
    shutil.copy(path, folders[kind] / path.name.split(".", 2)[2])
    files = read_folders([folders["intents"]], [folders["knowledge"]])
    for problem in files.problems:
        if len(str(problem).splitlines()) != 1 or "Error" in problem.message:
            return f"told: {problem}"
    if len(files.problems) > 50:
        return f"{len(files.problems)} problems"
    if "Neighbour" not in files.intents.intents or "In the bucket." not in {e.answer for e in files.knowledge.entries}:
        return "a good file was lost"
    embedder = WordHashes()
    parts = make_parts(files.intents, files.knowledge, Index(None, embedder), embedder, lambda _: None)
    matcher = Matcher(parts, MatchConfig())
    for sentence in (
        "set a timer for ten minutes",
        "a a a a a b",
        "I want leek soup",
        "where is the trowel",
        "polish the silver",
        "5",
    ):
        json.dumps(repr(matcher.match(sentence))).encode()
    for entry in files.knowledge.entries:
        f"{entry.question} {entry.answer} {entry.source}".encode()
    return ""


def main(folder: Path) -> None:
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    for path in sorted(folder.iterdir()):
        print(json.dumps({"begun": path.name}), flush=True)
        begun, fault = time.process_time(), ""
        with tempfile.TemporaryDirectory() as work:
            try:
                fault = read(path.name.split(".")[1], path, Path(work))
            except BaseException:
                fault = traceback.format_exc()[-1500:]
        print(json.dumps({"file": path.name, "seconds": time.process_time() - begun, "fault": fault}), flush=True)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
