"""The rule of the house: a stage imports only the leaves, and only the composition layer knows the order."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parent.parent / "assistant"
LEAVES = {"errors", "events", "text", "config", "models"}
STAGES = {"audio", "stt", "nlu", "reply"}
FRONT_ENDS = {"cli", "ui"}
COMPOSITION = {"session", "assembly", "runtime", "doctor"}
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
def test_modules_import_only_what_their_layer_may(path):
    own, used = layer(path), imported(path)
    if own in {"errors", "events", "text"}:
        assert used <= {"errors", "events"} - {own}
    elif own in LEAVES:
        assert used <= LEAVES
    elif own in STAGES:
        assert used <= LEAVES | {own}
    elif own in FRONT_ENDS:
        assert used <= {"config", "events", "errors", "__version__"} | COMPOSITION | FRONT_ENDS


@pytest.mark.parametrize(
    ("package", "homes"),
    [
        ("sounddevice", {"audio/devices.py"}),
        ("faster_whisper", {"stt/whisper.py", "audio/vad.py"}),
        ("chromadb", {"nlu/store.py"}),
        ("sentence_transformers", {"nlu/embed.py"}),
        ("transformers", {"reply/generate.py"}),
        ("hassil", {"nlu/grammar.py", "nlu/sieve.py", "nlu/template.py", "nlu/intents.py", "nlu/soundalike.py"}),
        ("pymicro_wakeword", {"audio/wake.py"}),
        ("hibari", {"reply/speak.py", "nlu/phones.py"}),
        ("sqlite3", {"reply/store.py"}),
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


@pytest.mark.parametrize("front", ["assistant.cli", "assistant.ui.app", "assistant.runtime"])
def test_front_ends_start_light(front):
    """Whoever types `assistant` does not wait for a model library."""
    heavy = {"torch", "transformers", "sentence_transformers", "chromadb", "faster_whisper", "onnxruntime", "pint"}
    assert not modules_after(f"import {front}") & heavy
