"""The words of an utterance go to a Wyoming client as soon as they are sure, and none twice."""

from __future__ import annotations

import asyncio
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
