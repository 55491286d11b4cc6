"""The conversation that is kept: searched, exported."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Any

from assistant.app import build
from assistant.checks.stored import DATABASE
from assistant.config import Config
from assistant.errors import AssistantError
from assistant.events import Emit
from assistant.private_file import write

if TYPE_CHECKING:
    from assistant.actions.database.turns import StoredTurn
    from assistant.dialogue.history.search import TurnSearch


def find(config: Config, words: str, by_meaning: bool, most: int, emit: Emit) -> Sequence[Mapping[str, Any]]:
    """The turns that are kept, or those about some words, `most` of them, as JSON objects; the oldest first.

    By meaning they have a `score`, and the nearest is the first.

    Raises:
        AssistantError: they cannot be read, or there is nothing to compare.
    """
    if by_meaning and not words:
        raise AssistantError("history --meaning: name what the turns should be about")
    if not (config.data_folder() / DATABASE[0]).is_file():
        return ()
    search = _search(config, emit)
    if by_meaning:
        return [_readable(turn) | {"score": round(score, 4)} for turn, score in search.by_meaning(words, emit, most)]
    return [_readable(turn) for turn in search.by_words(words)[-most:]]


def export(turns: Sequence[Mapping[str, Any]], file: Path) -> str:
    """Write turns into a new file, as its name ends: Markdown or JSON; return the line that tells of it.

    Raises:
        AssistantError: the file is there already or cannot be written, or its name ends otherwise.
    """
    forms = {".md": "\n".join(_markdown(turns)), ".json": json.dumps(turns, ensure_ascii=False, indent=2)}
    if (form := forms.get(file.suffix)) is None:
        raise AssistantError(f"{file}: name a file that ends in .md or .json")
    if file.exists() or file.is_symlink():
        raise AssistantError(f"{file}: is there already; name a file that is not")
    try:
        write(file, f"{form}\n")
    except OSError as error:
        raise AssistantError(f"{file}: {error.strerror}; nothing is exported") from None
    return f"{len(turns)} turn{'s' * (len(turns) != 1)} in {file}, for you alone to read"


def _search(config: Config, emit: Emit) -> TurnSearch:
    """Open the search of what is kept, also where nothing more is."""
    config = replace(config, history=replace(config.history, keep=True))
    kept = build.open_history(config, build.open_store(config, emit))
    return build.open_search(config, kept, lambda: build.load_embedder(config, emit))


def _readable(turn: StoredTurn) -> dict[str, Any]:
    moment = datetime.fromtimestamp(turn.at).astimezone().isoformat(timespec="seconds")
    meanings = zip(turn.kind.split("\n"), turn.name.split("\n"), strict=False)
    meant = [{"kind": kind, "name": name} for kind, name in meanings]
    return {"time": moment, "source": turn.source, "text": turn.text, "meant": meant, "reply": turn.reply}


def _markdown(turns: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    yield "# Conversation"
    for day, group in groupby(turns, key=lambda turn: turn["time"][:10]):
        yield f"\n## {day}"
        for turn in group:
            yield f"\n**{turn['time'][11:16]}** {turn['text']}\n"
            yield from (f"> {line}" for line in turn["reply"].splitlines())
