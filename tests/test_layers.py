"""The rule of the house: a room imports only rooms below it, and only `app` knows the order."""

from __future__ import annotations

import ast
import graphlib
import subprocess
import sys
from collections.abc import Iterable, Iterator
from functools import cache

import pytest

from paths import ROOT

PACKAGE = ROOT / "assistant"
FLOORS = (
    {"embedding_map", "errors", "file_lock", "outlet", "private_file", "quote", "values"},
    {"config", "config_file", "events", "event_json", "language", "remote", "weights"},
    {"authoring", "audio", "stt", "llm", "tts", "nlu"},
    {"actions"},
    {"dialogue"},
    {"app", "checks"},
    {"cli", "servers", "ui"},
)
"""The rooms of the house, from the ground up: a room uses only rooms on floors below its own."""

NEXT_DOOR = {("event_json", "events"), ("weights", "config"), ("weights", "events"), ("nlu", "authoring"),
             ("checks", "app"), ("cli", "servers"), ("cli", "ui"), ("config", "config_file"),
             ("file_lock", "private_file"), ("errors", "outlet"), ("values", "quote"),
             ("outlet", "private_file")}  # fmt: skip
"""Uses within a floor. Stages never use one another; the matcher uses the definitions of the files."""

FRONT_ENDS = {"cli", "servers", "ui"}
SHOWN = {"app", "checks", "config", "embedding_map", "errors", "event_json", "events", "outlet", "private_file",
         "quote", "values", "__version__"}  # fmt: skip
"""All that a front end may use beside the other."""

MODULES = {
    ".".join(["assistant", *path.relative_to(PACKAGE).with_suffix("").parts]).removesuffix(".__init__"): path
    for path in sorted(PACKAGE.rglob("*.py"))
}


def room(name: str) -> str:
    return name.split(".")[1] if "." in name else ""


def imports(nodes: Iterable[ast.AST]) -> Iterator[str]:
    """Full name of everything that is imported, absolute as it must be."""
    for node in nodes:
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert not node.level, f"relative import of {node.module}: write the whole name"
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


@cache
def imported(name: str, late: bool = True) -> frozenset[str]:
    """What a module imports: anywhere in it, late and type-checking imports included, or only as it is loaded."""
    tree = ast.parse(MODULES[name].read_text(encoding="utf-8"))
    return frozenset(imports(ast.walk(tree) if late else tree.body))


def test_every_room_has_a_floor():
    assert set().union(*FLOORS) == {room(name) for name in MODULES} - {"", "__main__"}


@pytest.mark.parametrize("name", [name for name in MODULES if room(name) not in {"", "__main__"}])
def test_a_room_imports_only_rooms_below_it(name):
    own = room(name)
    used = {room(target) for target in imported(name) if target.startswith("assistant.")} - {own}
    floor = next(number for number, rooms in enumerate(FLOORS) if own in rooms)
    below = set().union(*FLOORS[:floor]) | {"__version__"} | {other for user, other in NEXT_DOOR if user == own}
    assert used <= below
    if own in FRONT_ENDS:
        assert used <= SHOWN | FRONT_ENDS


@pytest.mark.parametrize(
    ("package", "homes"),
    [
        ("sounddevice", {"audio/devices.py"}),
        (
            "fastapi",
            {
                "servers/http/application.py",
                "servers/http/chat_api.py",
                "servers/http/metrics.py",
                "servers/http/own_api.py",
                "servers/http/realtime_api.py",
                "servers/http/sound_api.py",
            },
        ),
        ("wyoming", {"servers/wyoming.py", "servers/wyoming_info.py"}),
        ("zeroconf", {"servers/discovery.py"}),
        ("ray", {"app/replicas/ray_cluster.py"}),
        ("mcp", {"actions/mcp_client/__init__.py", "servers/mcp.py"}),
        ("textual_serve", {"servers/web/terminal.py"}),
        ("prometheus_client", {"servers/http/metrics.py"}),
        ("aiomqtt", {"servers/mqtt.py"}),
        ("opentelemetry", {"servers/traces.py"}),
        ("faster_whisper", {"stt/whisper.py", "audio/vad.py"}),
        ("chromadb", {"nlu/retrieval/chroma.py"}),
        ("sentence_transformers", {"nlu/retrieval/embedder.py"}),
        ("transformers", {"llm/ctranslate2.py", "llm/gguf.py", "llm/transformers.py"}),
        ("filelock", {"file_lock.py"}),
        ("httpx", {"actions/http.py", "llm/remote.py", "nlu/retrieval/chroma.py", "remote/model_server.py"}),
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
        ("textual_image", {"ui/graphics.py"}),
        ("hibari", {"tts/hibari.py", "language/phonemes.py"}),
        ("watchfiles", {"app/watcher.py"}),
        (
            "sqlite3",
            {
                "actions/database/connection.py",
                "actions/database/file.py",
                "actions/database/repair.py",
                "nlu/documents/words.py",
            },
        ),
        ("yaml", {"authoring/source/yaml_tree.py"}),
        ("text_to_num", {"language/numbers.py"}),
        ("jellyfish", {"language/phonemes.py"}),
        ("dateutil", {"actions/schedule/recurrence.py"}),
        ("tzfpy", {"language/places/__init__.py"}),
    ],
)
def test_a_foreign_library_stands_behind_one_door(package, homes):
    users = {
        MODULES[name].relative_to(PACKAGE).as_posix()
        for name in MODULES
        if any(target.split(".")[0] == package for target in imported(name))
    }
    assert users <= homes


def test_no_import_cycles():
    """Module-level imports inside the package form no loop."""
    graph = {
        name: {target if target in MODULES else target.rpartition(".")[0] for target in imported(name, late=False)}
        & set(MODULES)
        for name in MODULES
    }
    graphlib.TopologicalSorter(graph).prepare()


def modules_after(statement: str) -> set[str]:
    code = f"{statement}\nimport sys\nprint(' '.join({{m.split('.')[0] for m in sys.modules}}))"
    out = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return set(out.stdout.split())


@pytest.mark.parametrize("front", ["assistant.cli.main", "assistant.ui.app", "assistant.app.runtime"])
def test_front_ends_start_light(front):
    """Whoever types `assistant` does not wait for a model library."""
    heavy = {"torch", "transformers", "sentence_transformers", "chromadb", "faster_whisper", "onnxruntime", "pint"}
    assert not modules_after(f"import {front}") & heavy
