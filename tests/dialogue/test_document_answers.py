"""A conversation about documents: quoted with their place, gone on with, taken up; no answer where there is none."""

from __future__ import annotations

import shutil
import threading
from dataclasses import replace

import pytest

from assistant.actions.timer_service import TimerService
from assistant.app import build
from assistant.app.documents import with_passages
from assistant.authoring.documents.loading import load_documents
from assistant.config import Config
from assistant.events import ReplyEnded
from assistant.nlu.retrieval.passages import PassageIndex
from assistant.values import Utterance
from paths import ROOT

PUMP = """# Garden pump

## Cleaning the filter

Close the tap first. Unscrew the lid and rinse the filter under running water. Clean the filter every ninety days.

## Installing on Windows

Start setup.exe and restart the computer.

## Installing on Linux

Unpack the archive and run the script:

```
sudo ./install.sh
```

## Messages of the X20

| code | meaning |
| --- | --- |
| E1 | There is no water. |
| E2 | The motor is too hot. |
"""


@pytest.fixture(scope="module")
def session(tmp_path_factory, shipped_index):
    """A conversation over the manual of a pump and two files of intents."""
    folder = tmp_path_factory.mktemp("documents")
    (folder / "intents").mkdir()
    shutil.copytree(shipped_index, folder / "index")  # its phrases are embedded already
    for name in ("dialogue.yaml", "clock.yaml"):
        shutil.copy(ROOT / "intents" / name, folder / "intents")
    (folder / "manuals").mkdir()
    (folder / "manuals" / "pump.md").write_text(PUMP)
    config = replace(Config(), paths=replace(Config().paths, data=str(folder / "data")))
    matcher = build.load_matcher(folder / "intents", None, folder / "index", config)
    search = PassageIndex(None, matcher.parts.embedder).embed(load_documents([folder / "manuals"]), lambda _: None)
    matcher = with_passages(matcher, search)
    store = build.open_store(config, lambda _: None)
    return build.open_session(config, lambda: matcher, store, TimerService(store, lambda _: None))


def reply(session, text: str) -> ReplyEnded:
    events = session.turn(Utterance(text), threading.Event())
    return next(event for event in events if isinstance(event, ReplyEnded))


@pytest.mark.model
def test_a_document_answers_with_its_place(session):
    """Word for word, and the next question is read after it; what is not there is not known."""
    answer = reply(session, "how often do I clean the filter of the pump")
    assert "Clean the filter every ninety days." in answer.text
    assert answer.source == "manuals/pump.md › Cleaning the filter › line 5"

    answer = reply(session, "how do I install it on Windows")
    assert answer.source == "manuals/pump.md › Installing on Windows › line 9"
    answer = reply(session, "and on Linux?")
    assert "sudo ./install.sh" in answer.text
    assert answer.aloud == "Unpack the archive and run the script:\n\nThere is code for it; it is on the screen."
    assert reply(session, "and on Windows?").source == "manuals/pump.md › Installing on Windows › line 9"
    answer = reply(session, "and on a Mac?")
    assert not answer.ok
    assert "sudo" not in answer.text

    answer = reply(session, "what do the messages of the X20 mean")
    assert "The motor is too hot." in answer.text
    assert answer.aloud == "There is a table; it is on the screen."
    for unknown in ("what do the messages of the X30 mean", "how do I bake bread", "who wrote the manual of the car"):
        assert not reply(session, unknown).ok, unknown
    assert reply(session, "what time is it").source is None


@pytest.mark.model
def test_what_a_document_says_of_a_thing(session):
    """The words that only have documents searched are no part of what is searched for."""
    assert "The motor is too hot." in reply(session, "what does the manual say about message E2 of the X20").text
    assert "every ninety days" in reply(session, "does it say anything about cleaning the filter").text
    answer = reply(session, "does it say anything about otters")
    assert not answer.source
    assert "say anything" not in answer.text


@pytest.mark.model
def test_an_order_beside_a_command_is_no_question_to_a_document(session):
    answer = reply(session, "clean the filter of the pump every ninety days and what time is it")
    assert "pump.md" not in f"{answer.text} {answer.source}"
