"""Documents are edited while somebody asks: the old ones answer until the new ones are learnt."""

from __future__ import annotations

import time
from dataclasses import replace

import pytest

from assistant.app import build
from assistant.app.documents import Documents
from assistant.app.threads import Current, Threads
from assistant.app.watcher import Watcher
from assistant.config import Config, PathsConfig, remember
from assistant.events import Noticed, Progress
from fakes.embedder import WordHashes

INTENTS = 'intents: {Lamp: {data: [{sentences: ["lamp on"]}], examples: ["light please"], response: "On."}}'


class House:
    """A folder of manuals, and the watcher that follows it."""

    def __init__(self, folder, monkeypatch):
        self.intents, self.manuals, self.single = folder / "intents", folder / "manuals", folder / "single.txt"
        self.intents.mkdir()
        self.manuals.mkdir()
        (self.intents / "a.yaml").write_text(INTENTS)
        (self.manuals / "pump.md").write_text("# Pump\n\nquiet at night\n")
        self.single.write_text("the fan has three speeds\n")
        paths = PathsConfig((str(self.intents),), (str(self.manuals),), str(folder / "data"), (str(self.single),))
        self.config, self.events, self.embedder = Config(paths=paths), [], WordHashes()
        monkeypatch.setattr(build, "load_embedder", lambda config, emit: self.embedder)
        self.threads = Threads(folder / "faults.log", self.events.append)
        files = build.read_definitions(self.config)
        self.matcher = Current(build.open_matcher(self.config, files, self.events.append, self.embedder, at_once=True))
        self.read: list[list[str]] = []
        """The texts in use whenever the watcher told that the documents are."""
        watcher = Watcher(self.config, files, self.matcher, self.events.append, self.threads)
        watcher.read = lambda: self.read.append(self.texts())
        self.threads.run(watcher.run, "files")

    def texts(self):
        return sorted(passage.text for passage in self.matcher().parts.passages.documents.passages)

    def until(self, *texts, seconds=60):
        end = time.monotonic() + seconds
        while self.texts() != sorted(texts) and time.monotonic() < end:
            time.sleep(0.05)
        assert self.texts() == sorted(texts)
        assert self.matcher().parts.passages.embedded == len(texts)


@pytest.fixture
def house(tmp_path, monkeypatch):
    made = House(tmp_path, monkeypatch)
    yield made
    made.threads.closed.set()


def test_what_is_edited_added_and_deleted_is_in_use(house):
    house.until("quiet at night", "the fan has three speeds")
    end = time.monotonic() + 60
    while not house.read and time.monotonic() < end:
        time.sleep(0.05)
    assert house.read[0] == ["quiet at night", "the fan has three speeds"]
    (house.manuals / "pump.md").write_text("# Pump\n\nquiet at night\n\n## Filters\n\nevery ninety days\n")
    house.until("quiet at night", "every ninety days", "the fan has three speeds")
    assert house.embedder.embedded >= 3
    house.single.write_text("the fan has four speeds\n")
    house.until("quiet at night", "every ninety days", "the fan has four speeds")
    (house.manuals / "pump.md").unlink()
    house.until("the fan has four speeds")
    assert any(isinstance(event, Noticed) and "passages are in use" in event.message for event in house.events)


def test_an_edited_intent_keeps_the_documents_and_they_keep_the_intent(house):
    house.until("quiet at night", "the fan has three speeds")
    (house.intents / "a.yaml").write_text(INTENTS.replace("Lamp", "Light"))
    end = time.monotonic() + 60
    while "Light" not in house.matcher().intents.intents and time.monotonic() < end:
        time.sleep(0.05)
    assert "Light" in house.matcher().intents.intents
    house.until("quiet at night", "the fan has three speeds")
    (house.manuals / "b.txt").write_text("one more\n")
    house.until("quiet at night", "the fan has three speeds", "one more")
    assert "Light" in house.matcher().intents.intents


def test_a_long_time_of_learning_blocks_nobody_and_goes_on_after_an_edit(house):
    house.until("quiet at night", "the fan has three speeds")
    embed = house.embedder.embed

    def slowly(texts):
        time.sleep(0.3 if len(texts) > 20 else 0)
        return embed(texts)

    house.embedder.embed = slowly
    (house.manuals / "long.txt").write_text("\n\n".join(f"Chapter {n} {'word ' * 120}" for n in range(400)))
    end = time.monotonic() + 60
    while not any(
        isinstance(event, Progress) and event.task == "learning your documents" for event in house.events[-1:]
    ):
        time.sleep(0.01)
        assert time.monotonic() < end
    assert house.texts() == ["quiet at night", "the fan has three speeds"], "the old ones answer meanwhile"
    (house.intents / "a.yaml").write_text(INTENTS.replace("Lamp", "Light"))
    while "Light" not in house.matcher().intents.intents and time.monotonic() < end:
        time.sleep(0.01)
    assert "Light" in house.matcher().intents.intents
    end = time.monotonic() + 60
    while len(house.texts()) < 400 and time.monotonic() < end:
        time.sleep(0.05)
    assert house.matcher().parts.passages.embedded == len(set(house.texts()))


def test_what_the_command_adds_is_in_use_at_once(tmp_path, monkeypatch):
    house = House(tmp_path, monkeypatch)
    house.threads.closed.set()
    file, other = tmp_path / "config.toml", tmp_path / "other.txt"
    other.write_text("the fan hangs in the kitchen\n")
    file.write_text("")
    remember(file, "paths", "documents", [str(house.single)])
    threads = Threads(tmp_path / "faults.log", house.events.append)
    files = build.read_definitions(house.config)
    threads.run(Watcher(house.config, files, house.matcher, house.events.append, threads, file).run, "files")
    house.until("quiet at night", "the fan has three speeds")
    file.write_text("[paths\n")
    remember_again = [str(house.single), str(other)]
    time.sleep(1)
    file.write_text("")
    remember(file, "paths", "documents", remember_again)
    house.until("quiet at night", "the fan has three speeds", "the fan hangs in the kitchen")
    limits, end = house.matcher().config, time.monotonic() + 20
    assert limits.threshold == 0.5
    for written, threshold, margin in [(("margin", 0.2), 0.5, 0.2), (("threshold", 0.7), 0.7, 0.2)]:
        remember(file, "match", *written)
        while house.matcher().config != replace(limits, threshold=threshold, margin=margin):
            time.sleep(0.05)
            assert time.monotonic() < end, "the other limits were never used"
    assert len(house.texts()) == 3
    threads.closed.set()


def test_a_faulty_document_is_told_once_and_costs_nothing_else(house):
    house.until("quiet at night", "the fan has three speeds")
    (house.manuals / "bad.json").write_text("{")
    (house.manuals / "good.txt").write_text("and this\n")
    house.until("quiet at night", "the fan has three speeds", "and this")
    told = [event.message for event in house.events if isinstance(event, Noticed) and "bad.json" in event.message]
    assert len(told) == 1


def test_a_single_command_waits_for_few_new_passages_and_not_for_many(tmp_path):
    (tmp_path / "a.txt").write_text("quiet at night\n")
    config, events = Config(paths=PathsConfig((), (str(tmp_path),), str(tmp_path / "data"))), []
    documents = Documents(config, WordHashes())
    assert documents.for_one_command(events.append).embedded == 1
    (tmp_path / "b.txt").write_text("\n\n".join(f"{n} {'word ' * 130}" for n in range(30)))
    assert documents.for_one_command(events.append, most=10).embedded == 1
    (told,) = [event.message for event in events if isinstance(event, Noticed)]
    assert told.endswith("passages of your documents are still to be learnt: assistant index build")
    assert documents.stored().embedded == 1
    (tmp_path / "c.json").write_text("{")
    for _ in range(2):
        documents.for_one_command(events.append)
    assert sum(isinstance(event, Noticed) and "c.json" in event.message for event in events) == 1
