"""The words of an utterance go to a Wyoming client as soon as they are sure, and none twice."""

from __future__ import annotations

import asyncio
import json
import socket
import struct
import threading
from types import SimpleNamespace

import pytest
from wyoming.asr import Transcribe
from wyoming.audio import AudioChunk, AudioStart, AudioStop
from wyoming.client import AsyncTcpClient

from assistant.config import ServerConfig
from assistant.servers.wyoming import wyoming_server
from assistant.values import FinalTranscript, PartialTranscript, SpeechEnded, SpeechStarted, Utterance

FORM = {"rate": 16_000, "width": 2, "channels": 1}


def said(*stable, final):
    """The events of an utterance: its stable words as they grow, and its transcript."""
    yield SpeechStarted(0.0)
    yield from (PartialTranscript(words, " and more") for words in stable)
    yield SpeechEnded(1.0)
    yield FinalTranscript(Utterance(final, "spoken"), 1.0, 0.1) if final else PartialTranscript("", "")


async def told(*utterances):
    heard = []

    def listen(blocks, rate, session):
        heard.extend(blocks)
        for utterance in utterances:
            yield from utterance

    gateway = SimpleNamespace(listen=listen, new_session=lambda: None)
    async with (
        wyoming_server(gateway, "127.0.0.1", 0, ServerConfig()) as port,
        AsyncTcpClient("127.0.0.1", port) as client,
    ):
        for event in (Transcribe(), AudioStart(**FORM), AudioChunk(audio=b"ab" * 160, **FORM), AudioStop()):
            await client.write_event(event.event())
        events = []
        while (event := await asyncio.wait_for(client.read_event(), 10)).type != "transcript-stop":
            events.append((event.type, event.data.get("text")))
    assert heard == [b"ab" * 160]
    assert events[0][0] == "transcript-start"
    return [text for kind, text in events if kind == "transcript-chunk"], events[-1]


@pytest.mark.parametrize(
    ("utterances", "chunks", "text"),
    [
        ([said("a", "a timer", final="a timer for ten")], ["a", " timer", " for ten"], "a timer for ten"),
        ([said(final="good morning")], ["good morning"], "good morning"),
        ([said("the lamb", final="the lamp")], ["the lamb"], "the lamp"),
        ([said("one", final="one two"), said("three", final="three")], ["one", " two", " three"], "one two three"),
        ([said(final="one"), said(final=""), said(final="two")], ["one", " two"], "one two"),
        ([said(final="")], [], ""),
    ],
)  # fmt: skip
def test_words_come_when_they_are_sure(utterances, chunks, text):
    assert asyncio.run(told(*utterances)) == (chunks, ("transcript", text))


def test_clients_that_are_killed_while_they_speak_leave_no_microphone_open():
    opened, ended = threading.Semaphore(0), threading.Semaphore(0)

    def listen(blocks, rate, session):
        opened.release()
        for _ in blocks:
            pass
        ended.release()
        yield from ()

    def kill(port):
        head = {"type": "audio-chunk", "data": FORM, "payload_length": 320}
        clients = [socket.create_connection(("127.0.0.1", port), 10) for _ in range(16)]
        for client in clients:
            client.sendall(json.dumps(head).encode() + b"\n" + bytes(320))
        assert all(opened.acquire(timeout=10) for _ in clients)  # all of them at the same time
        for client in clients:
            client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            client.close()
        assert all(ended.acquire(timeout=10) for _ in clients)

    async def serve():
        gateway = SimpleNamespace(listen=listen, new_session=lambda: None)
        async with wyoming_server(gateway, "127.0.0.1", 0, ServerConfig()) as port:
            await asyncio.to_thread(kill, port)

    asyncio.run(serve())
