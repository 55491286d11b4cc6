"""Documents that a team shares on a Chroma server: a real one, in a process of its own."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from assistant.app import build
from assistant.app.documents import Documents
from assistant.app.threads import Current, Threads
from assistant.app.watcher import Watcher
from assistant.cli.main import main
from assistant.config import Config, MatchConfig, PathsConfig
from assistant.errors import IndexStoreError
from assistant.events import Noticed
from assistant.nlu.retrieval.chroma import connect, release
from fakes.chroma_server import free_port, start
from fakes.embedder import WordHashes


@pytest.fixture(scope="module")
def address(tmp_path_factory):
    port = free_port()
    process = start(port, tmp_path_factory.mktemp("served"))
    yield f"http://127.0.0.1:{port}"
    process.kill()
    process.wait()


class Member:
    """Somebody with a data folder, and perhaps with documents of their own."""

    def __init__(self, folder: Path, server: str, team: str) -> None:
        self.own, self.manuals, self.intents = folder / "own", folder / "manuals", folder / "intents"
        for place in (self.own, self.manuals, self.intents):
            place.mkdir(parents=True)
        (self.intents / "a.yaml").write_text('intents: {Lamp: {data: [{sentences: ["lamp on"]}], response: "On."}}')
        self.data = folder / "data"
        self.match = MatchConfig(server=server, team=team)
        self.shared: tuple[str, ...] = ()
        self.embedder = WordHashes()
        self.events = []

    @property
    def config(self) -> Config:
        paths = PathsConfig((str(self.intents),), (str(self.own),), str(self.data), (), self.shared)
        return Config(paths=paths, match=self.match)

    def in_step(self):
        documents = Documents(self.config, self.embedder)
        documents.team.fetch(self.events.append)
        passages = documents.embedded(documents.read(self.events.append), self.events.append)
        documents.team.share(passages, self.events.append)
        return passages

    def nearest(self, text, passages=None):
        vector = WordHashes().embed([text])[0]
        return [hit.passage for hit in (passages or self.in_step()).nearest(vector, 1)]


@pytest.fixture
def members(address, tmp_path, request):
    team = request.node.name.replace("_", "-")[:40].strip("-")
    ada, bob = (Member(tmp_path / name, address, team) for name in ("ada", "bob"))
    (ada.manuals / "pump.md").write_text("# Pump\n\n## Filters\n\nThe filter is changed every ninety days.\n")
    (ada.own / "diary.md").write_text("# Diary\n\nNobody reads this.\n")
    ada.shared = (str(ada.manuals),)
    return ada, bob


def test_what_one_shares_the_other_finds_without_the_file(members):
    ada, bob = members
    ada.in_step()
    (passage,) = bob.nearest("Filters The filter is changed every ninety days.")
    team = bob.match.team
    assert passage.source == f"{team}/manuals/pump.md › Filters › line 5"
    assert (passage.text, passage.file) == ("The filter is changed every ninety days.", Path())
    assert bob.embedder.embedded <= 1, "the vectors came along"
    assert bob.in_step().documents.passages[0] == passage
    assert "Nobody reads this." not in [passage.text for passage in bob.in_step().documents.passages]
    client = connect(bob.match.server)
    stored = client.get_collection(f"team-{team}").get()
    release(client)
    assert str(ada.manuals.parent) not in str(stored), "no path of the machine goes there"
    (bob.own / "tap.md").write_text("# Tap\n\nThe tap is closed first.\n")
    assert len(bob.in_step()) == 2, "one's own stand beside them"
    assert len(ada.in_step()) == 2, "and are not shared"


def test_an_edit_and_a_withdrawal_reach_the_other_and_nobody_changes_what_others_share(members):
    ada, bob = members
    ada.in_step()
    bob.shared = (str(bob.manuals),)
    (bob.manuals / "lid.md").write_text("# Lid\n\nThe lid is opened last.\n")
    bob.in_step()
    assert len(ada.in_step()) == 3
    (ada.manuals / "pump.md").write_text("# Pump\n\n## Filters\n\nThe filter is never changed.\n")
    ada.in_step()
    assert sorted(passage.text for passage in bob.in_step().documents.passages) == [
        "The filter is never changed.",
        "The lid is opened last.",
    ]
    ada.shared = ()
    ada.in_step()
    assert [passage.text for passage in bob.in_step().documents.passages] == ["The lid is opened last."]
    assert [passage.text for passage in ada.in_step().documents.passages] == [
        "Nobody reads this.",
        "The lid is opened last.",
    ]


def test_the_copy_answers_while_the_server_is_gone_and_that_is_one_line(members):
    ada, bob = members
    ada.in_step()
    bob.in_step()
    bob.match = MatchConfig(server=f"http://127.0.0.1:{free_port()}", team=bob.match.team)
    with pytest.raises(IndexStoreError, match=r"does not answer .*; the team's documents are as they were last seen"):
        bob.in_step()
    assert Documents(bob.config, bob.embedder).team.is_new, "of another server there is no copy"
    bob.match = ada.match
    team = Documents(bob.config, bob.embedder).team
    team._server = "http://127.0.0.1:9"
    assert len(Documents(bob.config, bob.embedder).stored()) == 1
    with pytest.raises(IndexStoreError) as raised:
        team.fetch(bob.events.append)
    assert "\n" not in str(raised.value)


def test_without_a_team_nothing_goes_there(members, monkeypatch):
    ada, _ = members
    monkeypatch.setattr("assistant.nlu.retrieval.passages.team.connect", lambda _: pytest.fail("it was called"))
    ada.match = MatchConfig(server=ada.match.server)
    assert len(ada.in_step()) == 2


def test_rows_of_strangers_are_data(members):
    ada, bob = members
    ada.in_step()
    client = connect(ada.match.server)
    collection = client.get_collection(f"team-{ada.match.team}")
    odd = {"owner": "x", "name": "../../etc\n/passwd", "headings": '["a\\nb"]', "line": 1, "page": 0, "place": 0}
    rows = [{"owner": "x"}, odd | {"form": "text"}, odd | {"form": "text", "headings": "[" * 99_999}]
    size = collection.get(limit=1, include=["embeddings"])["embeddings"].shape[1]
    collection.upsert(
        ids=["1", "2", "3"], documents=["one", "two", "three"], metadatas=rows, embeddings=[[0.5] * size] * 3
    )
    release(client)
    passages = bob.in_step().documents.passages
    assert [(passage.text, passage.file, passage.headings) for passage in passages if passage.text == "two"] == [
        ("two", Path(), ("a b",))
    ]
    assert len(passages) == 2


def test_another_embedder_reads_all_the_same_and_cannot_share(members):
    ada, bob = members
    ada.in_step()
    bob.embedder.id = "another"
    assert len(bob.in_step()) == 1
    assert bob.embedder.embedded == 1
    bob.shared = (str(bob.manuals),)
    (bob.manuals / "lid.md").write_text("# Lid\n\nThe lid is opened last.\n")
    with pytest.raises(IndexStoreError, match="another embedder"):
        bob.in_step()


@pytest.mark.parametrize(
    ("match", "line"),
    [(MatchConfig(team="x"), "needs [match] server"), (MatchConfig(server="http://h", team="a/b"), "'a/b' may have")],
)
def test_a_wrong_setting_is_one_line(members, match, line):
    _, bob = members
    bob.match = match
    with pytest.raises(IndexStoreError) as raised:
        bob.in_step()
    assert line in str(raised.value)


@pytest.fixture
def knowledge(members, monkeypatch, capsys):
    """Run `assistant knowledge` as a member; the exit code and all that it wrote."""

    def run(member, *words):
        monkeypatch.setattr(build, "load_embedder", lambda config, emit: member.embedder)
        file = member.data.parent / "config.toml"
        if not file.exists():
            lines = [f"knowledge = [{str(member.own)!r}]", f"data = {str(member.data)!r}", "[match]"]
            lines += [f"server = {member.match.server!r}", f"team = {member.match.team!r}"]
            file.write_text("\n".join(["[paths]", *lines]))
        code = main(["--config", str(file), "knowledge", *map(str, words)])
        return code, "".join(capsys.readouterr())

    return run


def test_a_person_shares_lists_and_withdraws(members, knowledge):
    ada, bob = members
    team = ada.match.team
    code, text = knowledge(ada, "share", ada.manuals)
    assert (code, "1 documents, 1 passages" in text, "[paths] shared" in text) == (0, True, True)
    assert f"{team}/manuals/pump.md: 1 passages, shared by the team" in knowledge(bob, "list")[1]
    code, text = knowledge(ada, "remove", ada.manuals)
    assert (code, "is no longer read" in text) == (0, True)
    assert "pump.md" not in knowledge(bob, "list")[1]
    ada.data.parent.joinpath("config.toml").write_text("")
    code, text = knowledge(ada, "share", ada.manuals)
    assert (code, "name the team and its server" in text) == (2, True)


def test_a_running_assistant_takes_them_up(members, tmp_path, monkeypatch):
    ada, bob = members
    ada.in_step()
    monkeypatch.setattr(build, "load_embedder", lambda config, emit: bob.embedder)
    files = build.read_definitions(bob.config)
    matcher = Current(build.open_matcher(bob.config, files, bob.events.append, bob.embedder, at_once=True))
    threads = Threads(tmp_path / "faults.log", bob.events.append)
    threads.run(Watcher(bob.config, files, matcher, bob.events.append, threads).run, "files")
    end = time.monotonic() + 60
    while not matcher().parts.passages.embedded and time.monotonic() < end:
        time.sleep(0.05)
    threads.closed.set()
    assert matcher().parts.passages.embedded == 1
    assert any(isinstance(event, Noticed) and "1 documents, 1 passages" in event.message for event in bob.events)
