"""A language model comes when it is asked, and goes when nobody asks."""

from __future__ import annotations

import threading
import time

import pytest

from assistant.config import GeneratorConfig
from assistant.errors import ModelError
from assistant.events import Progress
from assistant.llm.chat_prompt import REMEMBERING, WRITING, Prompt
from assistant.llm.on_demand import OnDemandGenerator


class Engine:
    def __init__(self, words="It rains.", pause=0.0):
        self.words, self.pause = words.split(), pause

    def load(self):
        return None

    def pieces(self, prompt, cancelled):
        for word in self.words:
            time.sleep(self.pause)
            if cancelled.is_set():
                return
            yield f" {word}"


class Opened:
    """Opens engines, as often as it is asked; `gate` holds it up."""

    def __init__(self, engine=None, fault=None):
        self.count, self.engine, self.fault = 0, engine or Engine(), fault
        self.gate = threading.Event()
        self.gate.set()

    def __call__(self, emit):
        self.count += 1
        assert self.gate.wait(30)
        if self.fault:
            raise self.fault
        return self.engine


def ask(generator, cancelled=None, **prompt):
    return "".join(generator.stream(Prompt("Why?", **prompt), cancelled or threading.Event()))


def until(condition):
    end = time.monotonic() + 20
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.01)


def test_it_is_loaded_once_with_the_first_question_and_the_wait_is_told():
    events, opened = [], Opened()
    generator = OnDemandGenerator(opened, GeneratorConfig(), events.append)
    assert opened.count == 0
    assert [ask(generator), ask(generator)] == ["It rains.", "It rains."]
    assert opened.count == 1
    assert events == [Progress("loading the language model", 0, 0), Progress("loading the language model", 1, 1)]


def test_it_goes_when_nobody_asks_and_comes_again():
    opened = Opened()
    generator = OnDemandGenerator(opened, GeneratorConfig(idle=0.001), lambda _: None)
    ask(generator)
    until(lambda: not generator.is_loaded)
    assert ask(generator) == "It rains."
    assert opened.count == 2


def test_it_stays_where_it_is_to_stay_and_while_it_is_asked():
    generator = OnDemandGenerator(Opened(), GeneratorConfig(idle=0), lambda _: None)
    ask(generator)
    assert generator.is_loaded
    generator = OnDemandGenerator(Opened(Engine("a b c d e f", 0.05)), GeneratorConfig(idle=0.002), lambda _: None)
    assert ask(generator) == "a b c d e f"


def test_cancelled_while_it_is_loaded_it_is_loaded_all_the_same():
    opened, cancelled = Opened(), threading.Event()
    opened.gate.clear()
    generator = OnDemandGenerator(opened, GeneratorConfig(), lambda _: None)
    cancelled.set()
    assert ask(generator, cancelled) == ""
    opened.gate.set()
    assert ask(generator) == "It rains."
    assert opened.count == 1


def test_a_fault_is_told_and_it_is_tried_again():
    opened = Opened(fault=ModelError("no weights"))
    generator = OnDemandGenerator(opened, GeneratorConfig(), lambda _: None)
    for _ in range(2):
        with pytest.raises(ModelError, match=r"^no weights$"):
            ask(generator)
    assert opened.count == 2
    opened.fault = None
    assert ask(generator) == "It rains."


def test_cancelled_ends_within_a_piece():
    cancelled = threading.Event()
    generator = OnDemandGenerator(Opened(Engine("one two three four")), GeneratorConfig(), lambda _: None)
    pieces = generator.stream(Prompt("Why?"), cancelled)
    assert next(pieces) == "one"
    cancelled.set()
    assert list(pieces) == []


def test_its_time_is_bounded():
    generator = OnDemandGenerator(
        Opened(Engine("It rains. And " * 2000, 0.01)), GeneratorConfig(max_tokens=4096, seconds=1.0), lambda _: None
    )
    start = time.monotonic()
    ask(generator, whole=False)
    assert time.monotonic() - start < 15


def test_nothing_is_told_from_memory_while_documents_are_read():
    opened = Opened()
    generator = OnDemandGenerator(opened, GeneratorConfig(), lambda _: None)
    generator.may_recall = lambda: False
    with pytest.raises(ModelError, match=r"^your documents are still being read: ask again when they are in use$"):
        ask(generator, rules=REMEMBERING)
    assert opened.count == 0
    assert ask(generator, rules=WRITING) == ask(generator, passages=["It rains."]) == "It rains."
    generator.may_recall = lambda: True
    assert ask(generator, rules=REMEMBERING) == "It rains."


def test_what_a_program_reads_is_passed_on_as_it_is():
    generator = OnDemandGenerator(Opened(Engine('{"a": 1} {"a": 1} {"a":')), GeneratorConfig(), lambda _: None)
    assert ask(generator, whole=False) == ' {"a": 1} {"a": 1} {"a":'
