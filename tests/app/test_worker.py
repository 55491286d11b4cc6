"""The worker beside the ear: it never makes anybody wait, and the newest question wins."""

from __future__ import annotations

import contextlib
import threading
import time

import pytest

from assistant.app.threads import Current
from assistant.app.worker import AtOnce, NewestWins


class Slow:
    """Answers with the question in capitals, once it is let."""

    def __init__(self):
        self.asked, self.begun, self.let = [], threading.Semaphore(0), threading.Semaphore(0)

    def __call__(self, question):
        self.asked.append(question)
        self.begun.release()
        assert self.let.acquire(timeout=10)
        if question == "fault":
            raise ZeroDivisionError
        return question.upper()


def until_answered(worker, question, seconds=5):
    end = time.monotonic() + seconds
    while (answer := worker(question)) is None and time.monotonic() < end:
        time.sleep(0.005)
    return answer


def test_there_is_no_answer_until_there_is_one():
    slow = Slow()
    with contextlib.closing(NewestWins(slow)) as worker:
        assert [worker("a") for _ in range(100)] == [None] * 100  # it is not let go before
        slow.let.release()
        assert until_answered(worker, "a") == "A"
        assert worker("a") == "A"
    assert slow.asked == ["a"]


def test_the_newest_question_takes_the_place_of_those_that_wait():
    slow = Slow()
    with contextlib.closing(NewestWins(slow)) as worker:
        worker("a")
        assert slow.begun.acquire(timeout=10)
        for question in "bcd":
            worker(question)
        slow.let.release(2)
        assert until_answered(worker, "d") == "D"
    assert slow.asked == ["a", "d"]


def test_an_answer_to_an_older_question_is_none_to_the_newer():
    slow = Slow()
    with contextlib.closing(NewestWins(slow)) as worker:
        worker("a")
        assert slow.begun.acquire(timeout=10)
        assert worker("b") is None
        slow.let.release()
        assert slow.begun.acquire(timeout=10)  # the answer to a is there, b is under way
        assert worker("b") is None
        slow.let.release()
        assert until_answered(worker, "b") == "B"


def test_a_fault_is_reported_and_the_next_question_is_answered():
    slow, faults = Slow(), []

    @contextlib.contextmanager
    def reporting():
        try:
            yield
        except ZeroDivisionError as error:
            faults.append(error)

    with contextlib.closing(NewestWins(slow, reporting)) as worker:
        slow.let.release(2)
        worker("fault")
        assert slow.begun.acquire(timeout=10)
        assert until_answered(worker, "a") == "A"
        assert worker("a") == "A"
    assert len(faults) == 1


def test_a_closed_worker_ends_its_thread():
    before = threading.active_count()
    workers = [NewestWins(str.upper) for _ in range(5)]
    for worker in workers:
        worker.close()
    end = time.monotonic() + 5
    while threading.active_count() > before and time.monotonic() < end:
        time.sleep(0.01)
    assert threading.active_count() <= before


@pytest.mark.parametrize("questions", ["aab", "abab"])
def test_for_recordings_each_question_is_answered_at_once_and_not_twice_in_a_row(questions):
    asked = []
    worker = AtOnce(lambda question: asked.append(question) or question.upper())
    assert [worker(question) for question in questions] == [*questions.upper()]
    assert asked == [question for n, question in enumerate(questions) if n == 0 or questions[n - 1] != question]


def test_a_value_is_improved_only_while_it_is_in_use():
    current = Current("a")
    current.improve("a", "A")
    assert current() == "A"
    current.swap("b")
    current.improve("A", "better")
    assert current() == "b"
