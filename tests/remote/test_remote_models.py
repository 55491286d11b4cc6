"""A server that hears or speaks: what it is sent, and every way in which it goes wrong, told in one line."""

from __future__ import annotations

import http.server
import json
import threading
from contextlib import contextmanager

import numpy as np
import pytest

from assistant.config import SttConfig, VoiceConfig
from assistant.errors import ModelError
from assistant.stt.remote import RemoteTranscriber, StandbyTranscriber
from assistant.tts.remote import RemoteSpeaker, StandbySpeaker
from assistant.values import SAMPLE_RATE
from fakes.openai_server import refusing_port
from fakes.speaker import ToneSpeaker
from fakes.transcriber import NumberTranscriber
from fakes.waves import tone

KEY = "sk-very-secret"
SOUND = tone(1, SAMPLE_RATE)


@contextmanager
def model_server(*answers):
    """Give the address of a server that sends these (status, body) in turn, the last for good, and its requests."""
    requests, left = [], list(answers)

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_POST(self):
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            requests.append((self.path, dict(self.headers), body))
            status, content = left.pop(0) if len(left) > 1 else left[0]
            content = content if isinstance(content, bytes) else json.dumps(content).encode()
            self.send_response(status)
            self.send_header("Content-Length", str(len(content)))
            if status == 307:
                self.send_header("Location", "http://127.0.0.1:9/elsewhere")
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *_):
            return

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.05,))
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}", requests
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def heard(*answers, prompt="", **config):
    with model_server(*answers) as (url, requests):
        return RemoteTranscriber(SttConfig(url=url, key=KEY, **config)).decode(SOUND, prompt), requests


def test_sound_goes_there_with_key_model_language_and_the_words_to_expect():
    ((hypothesis,), ((path, headers, body),)) = heard((200, {"text": " turn it on "}), prompt="lamp", url_model="large")
    assert (hypothesis.text, hypothesis.confidence, path) == ("turn it on", 1.0, "/v1/audio/transcriptions")
    assert headers["Authorization"] == f"Bearer {KEY}"
    for part in (b'name="model"\r\n\r\nlarge', b'name="language"\r\n\r\nen', b'name="prompt"\r\n\r\nlamp', b"RIFF"):
        assert part in body


def test_the_confidence_is_that_of_the_segments():
    whisper = {"text": "stop", "segments": [{"avg_logprob": -0.2}, {"avg_logprob": -0.4}]}
    ours = {"text": "stop", "segments": [{"confidence": 0.5}]}
    assert heard((200, whisper))[0][0].confidence == pytest.approx(np.exp(-0.3))
    assert heard((200, ours))[0][0].confidence == pytest.approx(0.5)


def test_a_server_that_tells_no_confidence_is_asked_again_without():
    with model_server((400, {"error": {"message": "response_format: json only"}}), (200, {"text": "stop"})) as (
        url,
        sent,
    ):
        transcriber = RemoteTranscriber(SttConfig(url=url))
        assert [transcriber.decode(SOUND)[0].text for _ in range(2)] == ["stop", "stop"]
    assert [b"verbose_json" in body for _, _, body in sent] == [True, False, False]


def test_silence_and_words_without_letters_are_nothing():
    transcriber = RemoteTranscriber(SttConfig(url="http://127.0.0.1:1"))
    assert transcriber.decode(np.zeros(SAMPLE_RATE, np.float32)) == ()
    assert heard((200, {"text": " . "}))[0] == ()


@pytest.mark.parametrize(
    ("answer", "line"),
    [
        ((401, {}), "refuses the key (401): set [stt] key"),
        ((307, {}), "sends on to another address, and is not followed there"),
        ((500, {"error": {"message": f"no memory for Bearer {KEY}"}}), "answers 500: no memory for Bearer ***"),
        ((200, b"<html>"), "this is no server that speaks the OpenAI protocol: see [stt] url"),
        ((200, {"text": 3}), "this is no server that speaks the OpenAI protocol: see [stt] url"),
        ((200, b"x" * 1_100_000), "the answer is longer than 1 megabytes"),
    ],
)
def test_a_fault_is_one_line_without_the_key(answer, line):
    with pytest.raises(ModelError) as error:
        heard(answer)
    assert str(error.value).partition(": ")[2] == line


def test_a_variable_that_is_not_there_is_named(monkeypatch):
    monkeypatch.delenv("NO_SUCH_KEY", raising=False)
    with pytest.raises(ModelError, match=r"\[voice\] key: the environment has no variable NO_SUCH_KEY"):
        RemoteSpeaker(VoiceConfig(url="http://127.0.0.1:1", key="$NO_SUCH_KEY")).load()


def test_each_sentence_is_spoken_there_with_model_voice_and_pace():
    sound = (np.ones(2400) * 1000).astype("<i2").tobytes()
    with model_server((200, sound)) as (url, requests):
        config = VoiceConfig(url=url, url_model="kokoro", url_voice="heart", speed=1.5)
        chunks = list(RemoteSpeaker(config).synthesise("One moment. It is **late**.", pace=2.0))
    assert [(len(samples), rate) for samples, rate in chunks] == [(2400, 24_000)] * 2
    bodies = [json.loads(body) for _, _, body in requests]
    assert [body["input"] for body in bodies] == ["One moment.", "It is late."]
    assert {(body["model"], body["voice"], body["speed"], body["response_format"]) for body in bodies} == {
        ("kokoro", "heart", 3.0, "pcm")
    }


def test_what_is_here_stands_in_from_the_start_and_for_the_sentence_that_failed():
    told = []
    gone = SttConfig(url=f"http://127.0.0.1:{refusing_port()}")
    transcriber = StandbyTranscriber(RemoteTranscriber(gone), NumberTranscriber, told.append)
    transcriber.load()
    assert transcriber.decode(SOUND)
    assert len(told) == 1
    assert "cannot be reached; is [stt] url right" in told[0]
    with model_server((200, b"\0\0" * 99), (500, {})) as (url, _):
        speaker = StandbySpeaker(RemoteSpeaker(VoiceConfig(url=url)), lambda: ToneSpeaker(0.1), told.append)
        lengths = [len(samples) for samples, _ in speaker.synthesise("One moment. It is late.")]
    assert (lengths[0], len(lengths), len(told)) == (99, 2, 2)
    assert told[1].endswith("answers 500; until it is back, the voice is made on this machine")
