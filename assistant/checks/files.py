"""The files that a person writes, and the index that is made from them."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator
from pathlib import Path

from assistant.app import build
from assistant.app.definitions import Definitions
from assistant.authoring.definitions import Intent
from assistant.authoring.source.folders import remarks
from assistant.checks import documents
from assistant.checks.finding import Finding
from assistant.checks.review.forms import right_form
from assistant.config import Config, user_config_folder
from assistant.errors import Problem, shown
from assistant.events import Emit
from assistant.values import McpAction


def check(config: Config, definitions: Definitions) -> Iterator[Finding]:
    """Yield each problem of config, intents and knowledge with its file and line, then a count of what is in use."""
    from assistant.actions.run import Actions
    from assistant.authoring.dialogues.checking import faulty_patterns
    from assistant.authoring.documents.loading import DOCUMENT_FILES
    from assistant.authoring.intents import INTENT_FILES
    from assistant.authoring.knowledge import KNOWLEDGE_FILES

    own = user_config_folder() / "config.toml"
    yield Finding("config", True, f"shipped, then {shown(own)}" if own.is_file() else "shipped")
    intents, knowledge = definitions.intents, definitions.knowledge
    intent_folders = config.intent_folders()
    knowledge_folders = (*config.knowledge_folders(), *config.added_documents())
    readable = tuple({*KNOWLEDGE_FILES, *DOCUMENT_FILES})
    faulty = tuple(faulty_patterns(intents.dialogues))
    for subject, problems, folders, endings, count in [
        ("intents", (*intents.problems, *faulty), intent_folders, INTENT_FILES, f"{len(intents.intents)} intents"),
        ("knowledge", knowledge.problems, knowledge_folders, readable, f"{len(knowledge.entries)} pairs"),
    ]:
        yield from (_problem(subject, problem) for problem in problems)
        yield from _remarks(subject, folders, endings)
        yield Finding(subject, True, f"{count} in use, from {', '.join(map(shown, folders))}")
    yield from _tools_without_server(config, intents.intents.values())
    yield from documents.in_use(config)
    yield from (_problem("actions", problem) for problem in Actions.problems() if problem not in definitions.problems)


def _tools_without_server(config: Config, intents: Iterable[Intent]) -> Iterator[Finding]:
    """Yield the intents that name a server of the Model Context Protocol that nobody has set up."""
    from assistant.actions.works import no_server

    for intent in intents:
        if isinstance(intent.action, McpAction) and intent.action.server not in config.mcp.servers:
            yield Finding.of("intents", Problem(intent.file, intent.line, no_server(intent.action.server, config)))


def config_faults(lines: str) -> Iterator[Finding]:
    """Yield the faults of a config file, a line each: `file:line: fault`."""
    for line in lines.splitlines():
        place = re.match(r"(?P<file>.+?):(?P<line>\d+): ", line)
        file, number = (place["file"], int(place["line"])) if place else ("", 0)
        yield Finding("config", False, line, "assistant config edit", rule="form", file=file, line=number)


def index_state(config: Config, emit: Emit) -> Finding:
    """Size of the index and whether Chroma holds it; where it does not, the snapshot answers.

    Raises:
        ModelError: the embedder's weights are missing or corrupt.
        IndexStoreError: the index cannot be read.
    """
    status = build.index_status(config, emit)
    state = "whole" if status.in_step else "searched without Chroma until the assistant runs"
    state = status.fault or (state if status.rows else "not built")
    detail = f"{status.rows} phrases, {status.bytes / 1e6:.1f} MB in {status.folder}: {state}"
    is_whole = status.rows > 0 and not status.fault
    return Finding("index", is_whole, detail, "" if status.in_step and is_whole else "assistant index build")


def _problem(subject: str, problem: Problem) -> Finding:
    return Finding.of(subject, problem, right_form(problem.message))


def _remarks(subject: str, folders: Iterable[Path], endings: Collection[str], most: int = 20) -> Iterator[Finding]:
    """Yield what stands in the folders and is not read, or has an odd name; beyond `most` a count."""
    remarked = [entry for folder in folders for entry in remarks(folder, endings)]
    for path, remark in remarked[:most]:
        yield Finding(subject, True, f"{shown(path)} {remark}")
    if len(remarked) > most:
        yield Finding(subject, True, f"{len(remarked) - most} more are not read, or have odd names")
