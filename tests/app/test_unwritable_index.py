"""A data folder that cannot be written is read: nothing that is embedded there is embedded again."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import pytest

from assistant.app import build
from assistant.app.definitions import read_folders
from assistant.config import Config, PathsConfig
from assistant.events import Failed

INTENT = 'language: en\nintents:\n  {name}:\n    data:\n      - sentences: ["{sentence}"]\n    response: "Done."\n'


@dataclass
class Counting:
    """An embedder that counts the sentences."""

    inner: Any
    texts: list[str] = field(default_factory=list)

    @property
    def id(self):
        return self.inner.id

    def embed(self, texts):
        self.texts += texts
        return self.inner.embed(texts)


@pytest.mark.model
def test_an_index_that_cannot_be_written_is_read(tmp_path):
    folder = tmp_path / "intents"
    folder.mkdir()
    (folder / "one.yaml").write_text(INTENT.format(name="Sail", sentence="hoist the great red sail"))
    config = Config(paths=PathsConfig(data=str(tmp_path / "data")))
    first = Counting(build.load_embedder(config, lambda _: None))
    build.open_matcher(config, read_folders([folder], []), lambda _: None, first)
    assert "hoist the great red sail" in first.texts
    (tmp_path / "data" / "index" / "lock").unlink()
    (tmp_path / "data" / "index" / "lock").symlink_to(tmp_path / "no" / "such")  # as root writes anywhere
    (folder / "two.yaml").write_text(INTENT.format(name="Zeppelin", sentence="inflate the zeppelin"))
    second, events = Counting(first.inner), []
    matcher = build.open_matcher(config, read_folders([folder], []), events.append, second)
    assert "inflate the zeppelin" in second.texts
    assert "hoist the great red sail" not in second.texts
    assert {"Sail", "Zeppelin"} <= {*matcher.intents.intents}
    assert [event.where for event in events if isinstance(event, Failed)] == ["index"]
