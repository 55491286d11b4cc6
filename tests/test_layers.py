"""The rule of the house: a room imports only rooms below it, and only `app` knows the order."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

from paths import ROOT

PACKAGE = ROOT / "assistant"
FLOORS = (
    {"errors", "values"},
    {"config", "config_file", "events", "event_json", "language", "weights"},
    {"authoring", "audio", "stt", "llm", "tts", "nlu"},
    {"actions"},
    {"dialogue"},
    {"app", "checks"},
    {"cli", "ui"},
)
"""The rooms of the house, from the ground up: a room uses only rooms on floors below its own."""

NEXT_DOOR = {("events", "values"), ("event_json", "events"), ("weights", "config"), ("weights", "events"),
             ("nlu", "authoring"), ("checks", "app"), ("cli", "ui"), ("config", "config_file")}  # fmt: skip
"""Uses within a floor."""

UNSEEN = {"authoring", "audio", "stt", "llm", "tts", "nlu", "actions", "dialogue", "language", "weights"}
"""Rooms of which the front ends know nothing: they see what `app` and `checks` show them."""

MODULES = sorted(PACKAGE.rglob("*.py"))


def layer(path: Path) -> str:
    return path.relative_to(PACKAGE).with_suffix("").parts[0]


def imported(path: Path) -> set[str]:
    """First name below the package of every import in the file, late and type-checking ones included."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.ImportFrom) and node.level == 0 and node.module:
            names = [node.module] if node.module != "assistant" else [f"assistant.{a.name}" for a in node.names]
        elif isinstance(node, ast.ImportFrom) and node.level:
            pytest.fail(f"{path}: relative import; write the whole name")
        elif isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        else:
            continue
        found |= {name.split(".")[1] for name in names if name.startswith("assistant.")}
    return found


@pytest.mark.parametrize("path", MODULES, ids=lambda p: str(p.relative_to(PACKAGE)))
def test_a_room_imports_only_rooms_below_it(path):
    own, used = layer(path), imported(path)
    if own in {"__init__", "__main__"}:
        return
    floor = next(number for number, rooms in enumerate(FLOORS) if own in rooms)
    below = set().union(*FLOORS[:floor]) | {own, "__version__"} | {room for user, room in NEXT_DOOR if user == own}
    assert used <= below
    if own in {"cli", "ui"}:
        assert not used & UNSEEN


@pytest.mark.parametrize(
    ("package", "homes"),
    [
        ("sounddevice", {"audio/devices.py"}),
        ("faster_whisper", {"stt/whisper.py", "audio/vad.py"}),
        ("chromadb", {"nlu/retrieval/chroma.py"}),
        ("sentence_transformers", {"nlu/retrieval/embedder.py"}),
        ("transformers", {"llm/transformers.py"}),
        (
            "hassil",
            {
                "nlu/templates/lists.py",
                "nlu/templates/prefilter.py",
                "nlu/templates/matcher.py",
                "authoring/template_syntax.py",
                "nlu/templates/sampler.py",
                "nlu/phonetic/lattice.py",
            },
        ),
        ("pymicro_wakeword", {"audio/wake_word.py"}),
        ("hibari", {"tts/hibari.py", "language/phonemes.py"}),
        ("sqlite3", {"actions/database_file.py"}),
        ("yaml", {"authoring/source_file.py"}),
        ("text_to_num", {"language/numbers.py"}),
        ("jellyfish", {"language/entities.py"}),
    ],
)
def test_a_foreign_library_stands_behind_one_door(package, homes):
    users = set()
    for path in MODULES:
        for node in ast.walk(ast.parse(path.read_text())):
            names = [a.name for a in node.names] if isinstance(node, ast.Import) else []
            names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            if any(name.split(".")[0] == package for name in names):
                users.add(str(path.relative_to(PACKAGE)))
    assert users <= homes


def test_no_import_cycles():
    """Module-level imports inside the package form no loop."""
    modules = {".".join(["assistant", *p.relative_to(PACKAGE).with_suffix("").parts]) for p in MODULES}
    graph = {}
    for path in MODULES:
        name = ".".join(["assistant", *path.relative_to(PACKAGE).with_suffix("").parts])
        tops = [n for n in ast.parse(path.read_text()).body if isinstance(n, ast.ImportFrom) and n.module]
        edges = {(n.module, f"{n.module}.{a.name}") for n in tops for a in n.names if n.module.startswith("assistant")}
        graph[name.removesuffix(".__init__")] = {sub if sub in modules else module for module, sub in edges}
    done: set[str] = set()

    def visit(name: str, trail: tuple[str, ...]) -> None:
        assert name not in trail, " -> ".join((*trail, name))
        if name in done:
            return
        for other in graph.get(name, ()):
            visit(other, (*trail, name))
        done.add(name)

    for name in graph:
        visit(name, ())


def modules_after(statement: str) -> set[str]:
    code = f"{statement}\nimport sys\nprint(' '.join({{m.split('.')[0] for m in sys.modules}}))"
    out = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return set(out.stdout.split())


@pytest.mark.parametrize("front", ["assistant.cli.main", "assistant.ui.app", "assistant.app.runtime"])
def test_front_ends_start_light(front):
    """Whoever types `assistant` does not wait for a model library."""
    heavy = {"torch", "transformers", "sentence_transformers", "chromadb", "faster_whisper", "onnxruntime", "pint"}
    assert not modules_after(f"import {front}") & heavy
