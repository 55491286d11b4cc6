"""The bounds of an assistant for many clients, and the memory of their conversations."""

from __future__ import annotations

import threading

import numpy as np
import pytest

from assistant.app.clients.admission import Admission, BusyError
from assistant.app.clients.conversations import Conversations
from assistant.audio.capture import recording
from assistant.audio.encoding import FORMATS, encoded
from assistant.errors import AudioError


def test_who_comes_when_all_places_are_taken_is_told_at_once():
    admission = Admission(at_work=1, waiting=1)
    entered, leave = threading.Event(), threading.Event()

    def work():
        with admission.place():
            entered.set()
            leave.wait(10)

    workers = [threading.Thread(target=work) for _ in range(2)]
    workers[0].start()
    entered.wait(10)
    workers[1].start()
    while admission._queue._value:  # until the second waits
        pass
    with pytest.raises(BusyError, match="too many requests"), admission.place():
        pass
    leave.set()
    for worker in workers:
        worker.join(10)
    with admission.place():
        pass


def test_a_conversation_is_kept_under_its_name_until_it_is_idle():
    now = [0.0]
    opened = iter(range(100))
    conversations = Conversations(lambda: next(opened), most=2, idle=60.0, clock=lambda: now[0])
    first = conversations["a"]
    assert conversations["a"] is first
    now[0] = 59.0
    assert conversations["a"] is first
    now[0] = 120.0
    assert conversations["a"] is not first


def test_the_conversations_used_last_are_kept():
    opened = iter(range(100))
    conversations = Conversations(lambda: next(opened), most=2)
    first, second = conversations["a"], conversations["b"]
    assert conversations["a"] is first
    conversations["c"]
    assert conversations["a"] is first
    assert conversations["b"] is not second


def test_a_conversation_that_goes_on_has_its_new_name_alone():
    opened = iter(range(100))
    conversations = Conversations(lambda: next(opened))
    first = conversations["before"]
    conversations.move(first, "before", "after")
    assert conversations["after"] is first
    assert conversations["before"] is not first


@pytest.mark.parametrize("name", sorted(FORMATS.keys() - {"pcm"}))
def test_sound_is_written_in_each_format_and_read_again(name, tmp_path):
    tone = np.sin(2 * np.pi * 440 * np.arange(24_000) / 24_000).astype(np.float32) / 2
    path = tmp_path / f"tone.{name}"
    path.write_bytes(b"".join(encoded([(tone[:10_000], 24_000), (tone[10_000:], 24_000)], name)))
    frames = np.concatenate(list(recording(path)))
    assert 15_000 < len(frames) < 19_000
    assert 0.2 < np.sqrt(np.mean(frames[4000:12_000] ** 2)) < 0.5


def test_pcm_is_bare_samples():
    assert b"".join(encoded([(np.array([0.0, 1.0, -2.0], np.float32), 24_000)], "pcm")) == b"\0\0\xff\x7f\x01\x80"


def test_an_unknown_format_names_those_there_are():
    with pytest.raises(AudioError, match="no such sound format: exe; there are wav"):
        list(encoded([], "exe"))
