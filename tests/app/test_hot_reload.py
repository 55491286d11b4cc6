"""Files are edited while somebody types and somebody speaks: nobody notices but by the new answers.

Every version of the files says its own number in each place: the intent's name, its response, the value of its slot,
the answer to the question. An answer that belongs to two versions shows two numbers.
"""

from __future__ import annotations

import contextlib
import shutil
import threading
import time

import pytest

from assistant.actions.timer_service import TimerService
from assistant.app import build
from assistant.app.threads import Current, Threads
from assistant.app.watcher import Watcher
from assistant.config import Config, PathsConfig
from assistant.events import Failed, Reloaded, ReplyEnded, Understood
from assistant.values import AnswerMatch, IntentMatch, Utterance
from fakes.embedder import WordHashes
from paths import ROOT

EDITS = 8
QUESTION = "Which version number is printed on the box?"
SPOKEN = "say the current version"


def intents_of(number):
    return f"""
intents:
  Version{number}:
    data: [{{sentences: ["say the {{word}} version"]}}]
    examples: ["which {{word}} version have we got by now"]
    slots:
      word: {{values: [{{in: current, out: "{number}"}}, {{in: latest, out: "{number}"}}], required: true}}
    response: "{number}"
"""


def knowledge_of(number):
    """The question is there in every second version."""
    other = f'- question: "Where is the manual?"\n  answer: "On page {number}."\n'
    return other + (f'- question: "{QUESTION}"\n  answer: "Number {number}."\n' if number % 2 else "")


def number_in(text):
    return int("".join(filter(str.isdigit, text)))


class House:
    """Folders of files, a conversation over them, and the watcher that follows them."""

    def __init__(self, folder):
        self.intents, self.knowledge = folder / "intents", folder / "knowledge"
        self.config = Config(
            paths=PathsConfig((str(self.intents),), (str(self.knowledge),), str(folder / "data")),
        )
        self.events, self._told = [], threading.Condition()
        self.threads = Threads(folder / "faults.log", self.emit)

    def emit(self, event):
        with self._told:
            self.events.append(event)
            self._told.notify_all()

    def open(self):
        files = build.read_definitions(self.config)
        self.matcher = Current(build.open_matcher(self.config, files, self.emit))
        store = build.open_store(self.config, self.emit)
        self.session = build.open_session(self.config, self.matcher, store, TimerService(store, lambda _: None))
        self.threads.run(Watcher(self.config, files, self.matcher, self.emit, self.threads).run, "files")
        time.sleep(0.5)  # until the folders are watched

    def reloads(self):
        return sum(isinstance(event, Reloaded) for event in self.events)

    def edited(self, file, text, seconds=60):
        """Save a file; return the seconds until the edit is in use."""
        before = self.reloads()
        draft = file.with_name(f".{file.name}.new")
        draft.write_text(text)
        start = time.monotonic()
        draft.replace(file)
        with self._told:
            assert self._told.wait_for(lambda: self.reloads() > before, seconds), "the edit was never used"
        return time.monotonic() - start

    def until_trained(self, seconds=120):
        end = time.monotonic() + seconds
        while self.matcher().parts.untrained and time.monotonic() < end:
            time.sleep(0.1)
        assert not self.matcher().parts.untrained

    def typed(self, text):
        """The understanding and the reply of one turn."""
        events = list(self.session.turn(Utterance(text), threading.Event()))
        (understood,) = [event.understanding for event in events if isinstance(event, Understood)]
        (reply,) = [event.text for event in events if isinstance(event, ReplyEnded)]
        return understood, reply

    @contextlib.contextmanager
    def somebody(self, *asks, pause=0.005):
        """Ask again and again in a thread each, meanwhile; raise the first fault."""
        faults, over = [], threading.Event()

        def keep_asking(ask):
            while not over.wait(pause):
                try:
                    ask()
                except BaseException as fault:
                    faults.append(fault)
                    return

        threads = [threading.Thread(target=keep_asking, args=[ask], daemon=True) for ask in asks]
        for thread in threads:
            thread.start()
        try:
            yield
        finally:
            over.set()
            for thread in threads:
                thread.join(30)
        if faults:
            raise faults[0]

    def speaks(self, text):
        """All that is asked of the conversation while a sentence is spoken."""
        words = text.split()
        for count in range(1, len(words) + 1):
            said = " ".join(words[:count])
            self.session.ending(said)
            self.session.expected(said)
            self.session.guess(Utterance(said, "spoken", 0.9))
            self.session.matcher.hints.alternatives(said)
        hints = self.session.matcher.hints
        assert bool(hints.words) is bool(hints.sentences)

    def close(self):
        self.threads.closed.set()
        assert not [event for event in self.events if isinstance(event, Failed)]


@pytest.fixture
def house(tmp_path, monkeypatch):
    monkeypatch.setattr(build, "load_embedder", lambda config, emit: WordHashes())
    house = House(tmp_path)
    house.intents.mkdir()
    house.knowledge.mkdir()
    (house.intents / "version.yaml").write_text(intents_of(0))
    (house.knowledge / "version.yaml").write_text(knowledge_of(0))
    house.open()
    yield house
    house.close()


def test_every_answer_belongs_to_one_version_of_the_files(house):
    seen = []

    def command():
        understood, reply = house.typed(SPOKEN)
        assert isinstance(understood, IntentMatch), understood
        numbers = {number_in(understood.intent), number_in(understood.slots["word"]), number_in(reply)}
        assert len(numbers) == 1, (understood, reply)
        seen.append(numbers.pop())

    def question():
        understood, reply = house.typed(QUESTION)
        if isinstance(understood, AnswerMatch) and understood.question == QUESTION:
            assert number_in(reply) % 2

    def turns():  # one thread takes the turns
        command()
        question()

    with house.somebody(turns, lambda: house.speaks(SPOKEN)):
        for number in range(1, EDITS + 1):
            house.edited(house.intents / "version.yaml", intents_of(number))
            house.edited(house.knowledge / "version.yaml", knowledge_of(number))
    assert seen == sorted(seen)
    assert len(set(seen)) > EDITS // 2
    assert house.typed(SPOKEN)[1] == str(EDITS)


def test_an_edit_is_used_within_a_second(house):
    with house.somebody(lambda: house.typed(SPOKEN), lambda: house.speaks(SPOKEN), pause=0.05):
        times = [house.edited(house.intents / "version.yaml", intents_of(number)) for number in range(1, EDITS + 1)]
    assert sorted(times)[EDITS // 2] < 1.0
    assert house.typed(SPOKEN)[1] == str(EDITS)


def test_a_matcher_goes_on_answering_from_its_own_files_after_they_have_changed(house):
    (house.knowledge / "version.yaml").write_text(knowledge_of(1))
    house.edited(house.intents / "version.yaml", intents_of(1))
    old = house.matcher()
    before = [old.match(Utterance(text)) for text in (QUESTION, SPOKEN, "Where is the manual?")]
    house.edited(house.intents / "version.yaml", intents_of(2))
    house.edited(house.knowledge / "version.yaml", knowledge_of(2))
    house.edited(house.knowledge / "version.yaml", knowledge_of(4))
    assert house.matcher() is not old
    assert [old.match(Utterance(text)) for text in (QUESTION, SPOKEN, "Where is the manual?")] == before
    assert old.hints.ending(SPOKEN) == "complete"


def test_an_edited_intent_is_trained_once_nobody_edits_any_more(house):
    for number in (1, 2, 3):
        house.edited(house.intents / "version.yaml", intents_of(number))
    house.until_trained()
    assert house.typed(SPOKEN)[1] == "3"
    assert house.matcher().parts.classifier.odds(house.matcher().query(SPOKEN).vector, SPOKEN).keys() == {"Version3"}


def test_a_broken_file_costs_only_itself_until_it_is_mended(house):
    with house.somebody(lambda: house.typed(SPOKEN), lambda: house.speaks(SPOKEN)):
        house.edited(house.intents / "version.yaml", "intents: {Version1: [")
        (problem,) = [event for event in house.events if isinstance(event, Reloaded)][-1].problems
        assert "version.yaml" in problem
        assert house.typed("Where is the manual?")[1] == "On page 0."
        house.edited(house.intents / "version.yaml", intents_of(1))
    assert house.typed(SPOKEN)[1] == "1"


def test_a_file_that_is_saved_unchanged_builds_nothing_anew(house):
    matcher, reloads = house.matcher(), house.reloads()
    (house.intents / "version.yaml").write_text(intents_of(0))
    time.sleep(1.5)
    assert house.matcher() is matcher
    assert house.reloads() == reloads


def test_a_folder_of_ones_own_that_is_made_later_is_used(tmp_path, monkeypatch):
    monkeypatch.setattr(build, "load_embedder", lambda config, emit: WordHashes())
    monkeypatch.setattr("assistant.config.platformdirs.user_config_path", lambda name: tmp_path / "own")
    (tmp_path / "shipped" / "intents").mkdir(parents=True)
    (tmp_path / "shipped" / "knowledge").mkdir()
    monkeypatch.setattr("assistant.config.SHIPPED", tmp_path / "shipped")
    house = House(tmp_path)
    house.config = Config(paths=PathsConfig(data=str(tmp_path / "data")))
    house.open()
    (tmp_path / "own" / "intents").mkdir(parents=True)
    house.edited(tmp_path / "own" / "intents" / "mine.yaml", intents_of(7), 2)
    assert house.typed(SPOKEN)[1] == "7"
    house.close()


@pytest.mark.model
@pytest.mark.timeout(600)
def test_the_shipped_files_are_edited_while_somebody_types_and_speaks(fresh_data, tmp_path):
    house = House(tmp_path)  # whose index is the one of `fresh_data`
    shutil.copytree(ROOT / "intents", house.intents)
    shutil.copytree(ROOT / "knowledge", house.knowledge)
    (house.intents / "version.yaml").write_text(intents_of(0))
    (house.knowledge / "version.yaml").write_text(knowledge_of(0))
    house.open()
    house.matcher().hints.warm()

    def turn():
        understood, reply = house.typed(SPOKEN)
        assert number_in(understood.intent) == number_in(reply)
        house.typed(QUESTION)

    with house.somebody(turn, lambda: house.speaks("set a timer for ten minutes"), pause=0.1):
        house.edited(house.intents / "version.yaml", intents_of(1), 120)
        house.edited(house.knowledge / "version.yaml", knowledge_of(1), 120)
    assert house.typed(SPOKEN)[1] == "1"
    house.until_trained()
    house.edited(house.intents / "version.yaml", intents_of(2), 120)
    assert house.typed(SPOKEN)[1] == "2"
    house.close()
