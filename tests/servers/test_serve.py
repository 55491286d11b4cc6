"""`assistant serve` as other programs meet it: real clients at a real server, and clients that break."""

from __future__ import annotations

import asyncio
import json
import re
import socket
import threading
import wave
from types import SimpleNamespace
from urllib.parse import urlsplit

import openai
import pytest
from wyoming.asr import Transcribe, Transcript
from wyoming.audio import AudioChunk, AudioStart, AudioStop
from wyoming.client import AsyncClient
from wyoming.event import Event as WireEvent
from wyoming.info import Describe, Info
from wyoming.intent import Entity, Intent, Recognize
from wyoming.tts import Synthesize
from wyoming.wake import Detect

from assistant.cli.main import main
from fakes.served import TOKEN, served
from paths import RECORDINGS, ROOT

pytestmark = pytest.mark.model
AREAS = 'wyoming_areas = {"127.0.0.1" = "bedroom"}\n[home_assistant]\nurl = "http://127.0.0.1:1"\n'
PAGE = (ROOT / "docs" / "server.md").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def server(data, tmp_path_factory):
    with (
        served(tmp_path_factory.mktemp("server"), data, AREAS) as serving,
        openai.OpenAI(base_url=f"{serving.address}/v1", api_key=TOKEN) as client,
    ):
        serving.until_ready()
        yield SimpleNamespace(http=serving.http, openai=client, wyoming=serving.wyoming, lines=serving.lines)


class Unknown:
    """A message that no protocol knows."""

    def event(self):
        return WireEvent(type="no such thing")


def asked(server, text, conversation="", **options):
    return server.http.post("/v1/ask", json={"text": text, "conversation": conversation}, **options).json()


def test_each_conversation_has_its_own_focus(server):
    assert asked(server, "set a timer for ten minutes", "kitchen")["reply"].startswith("Timer set for 10 minutes")
    assert asked(server, "flip a coin", "office")["ok"]
    assert "12 minutes" in asked(server, "make it twelve", "kitchen")["reply"]
    assert asked(server, "set a timer", "office")["expects_answer"]
    assert "20 minutes" in asked(server, "twenty minutes", "office")["reply"]
    asked(server, "cancel all timers", "kitchen")
    asked(server, "yes", "kitchen")


def test_a_chat_means_the_light_where_it_is_held(server):
    messages = [{"role": "user", "content": "turn on the light"}]
    reply = server.openai.chat.completions.create(model="assistant", messages=messages, metadata={"area": "kitchen"})
    assert reply.assistant["understood"][0]["slots"]["area"] == "kitchen"


def test_a_token_that_may_ask_gets_answers_and_does_nothing(server):
    may_ask = {"Authorization": "Bearer may-ask"}
    assert asked(server, "what can you do", headers=may_ask)["ok"]
    refused = asked(server, "set a timer for an hour", headers=may_ask)
    assert (refused["ok"], refused["reply"]) == (False, "This would do something, and your token may only ask.")
    assert refused["understood"][0]["intent"] == "StartTimer"
    assert "No timer" in asked(server, "how long is left on my timers")["reply"]
    assert server.http.get("/v1/models", headers={"Authorization": "Bearer wrong"}).status_code == 401


def test_the_example_of_the_manual_cancels_its_timer(server, capsys):
    (example,) = re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL)
    example = re.sub(r"OpenAI\(.*\)\n", "OPENAI\n", example.replace("from openai import OpenAI\n", ""))
    exec(example, {"OPENAI": server.openai})
    assert capsys.readouterr().out == "The 5 minute timer is cancelled.\n"


def test_a_stream_holds_the_reply_and_at_its_end_the_meaning(server):
    question = [{"role": "user", "content": "what is 12 times 12"}]
    chunks = list(server.openai.chat.completions.create(model="assistant", messages=question, stream=True))
    assert "144" in "".join(chunk.choices[0].delta.content or "" for chunk in chunks)
    assert chunks[-1].choices[0].finish_reason == "stop"
    assert chunks[-1].model_extra["assistant"]["understood"][0]["intent"]


def test_what_is_spoken_is_heard(server):
    spoken = server.openai.audio.speech.create(
        model="assistant", voice="heart", input="What time is it?", response_format="wav"
    ).read()
    words = server.openai.audio.transcriptions.create(model="assistant", file=("spoken.wav", spoken))
    assert words.text.lower().startswith("what time is it")
    vectors = server.openai.embeddings.create(model="assistant", input=["a lamp", "a light", "a sheep"])
    lamp, light, sheep = (vector.embedding for vector in vectors.data)
    assert sum(a * b for a, b in zip(lamp, light, strict=True)) > sum(a * b for a, b in zip(lamp, sheep, strict=True))


@pytest.mark.parametrize(
    ("path", "body", "status", "message"),
    [
        ("/v1/ask", {"txt": "hi"}, 400, "text: field required"),
        ("/v1/ask", {"text": ""}, 400, "text: string should have at least 1 character"),
        ("/v1/chat/completions", {"messages": []}, 400, "messages: list should have at least 1 item"),
        ("/v1/chat/completions", {"messages": [{"role": "system", "content": "x"}]}, 400, "the last message must be"),
        ("/v1/audio/speech", {"input": "x", "response_format": "exe"}, 400, "no such sound format: exe"),
        ("/v1/embeddings", {"input": []}, 400, "input: 1 to 2048 texts"),
    ],
)
def test_a_wrong_request_is_one_line(server, path, body, status, message):
    response = server.http.post(path, json=body)
    assert (response.status_code, response.json()["error"]["message"].startswith(message)) == (status, True)


def test_a_file_that_is_no_sound_is_told_so(server):
    response = server.http.post("/v1/audio/transcriptions", files={"file": ("x.wav", b"nothing of the kind")})
    assert response.status_code == 400
    assert response.json()["error"]["message"].startswith("file: cannot be read as audio")


def test_a_timer_that_rings_is_told_to_who_listens(server):
    with server.http.stream("GET", "/v1/events") as events:
        lines = events.iter_lines()
        assert next(lines) == ": connected"
        threading.Timer(0.2, lambda: asked(server, "set a timer for one second")).start()
        ringing = next(json.loads(line[6:]) for line in lines if '"announced"' in line)
        assert "timer" in ringing["text"].lower()


async def exchanged(server, *events, until):
    async with AsyncClient.from_uri(server.wyoming) as client:
        for event in events:
            await client.write_event(event.event())
        while event := await asyncio.wait_for(client.read_event(), 60):
            if event.type in until:
                return event
    return None


def test_wyoming_describes_hears_answers_and_speaks(server):
    described = asyncio.run(exchanged(server, Describe(), until={"info"}))
    info = Info.from_event(described)
    services = info.asr, info.handle, info.intent, info.wake, info.tts
    assert [service[0].name for service in services] == ["assistant"] * 5
    with wave.open(str(RECORDINGS / "what-time-is-it.wav")) as sound:
        form = {"rate": sound.getframerate(), "width": 2, "channels": sound.getnchannels()}
        audio = sound.readframes(sound.getnframes())
    chunks = [AudioChunk(audio=audio[start : start + 4096], **form) for start in range(0, len(audio), 4096)]
    heard = asyncio.run(exchanged(server, Transcribe(), AudioStart(**form), *chunks, AudioStop(), until={"transcript"}))
    assert heard.data["text"] == "What time is it?"
    asked_back = asyncio.run(exchanged(server, Transcript(text="set a timer"), until={"handled"}))
    assert asked_back.data["context"]["continue_conversation"]
    answer = Transcript(text="three minutes", context=asked_back.data["context"])
    assert "3 minutes" in asyncio.run(exchanged(server, answer, until={"handled"})).data["text"]
    assert asyncio.run(exchanged(server, Transcript(text="colourless ideas sleep"), until={"handled", "not-handled"}))
    assert asyncio.run(exchanged(server, Synthesize(text="Good morning."), until={"audio-stop"}))


async def answers(server, *events, until):
    """Return all that comes back up to an event of one of these types."""
    told = []
    async with AsyncClient.from_uri(server.wyoming) as client:
        for event in events:
            await client.write_event(event.event())
        while not told or told[-1].type not in until:
            told.append(await asyncio.wait_for(client.read_event(), 60))
    return told


def chunks_of(name, seconds=0.064):
    with wave.open(str(RECORDINGS / f"{name}.wav")) as sound:
        form = {"rate": sound.getframerate(), "width": 2, "channels": sound.getnchannels()}
        audio = sound.readframes(sound.getnframes())
    size = round(form["rate"] * seconds) * 2
    return form, [AudioChunk(audio=audio[start : start + size], **form) for start in range(0, len(audio), size)]


def test_wyoming_tells_several_commands_as_several_intents_and_does_none(server):
    said = Recognize(text="set a timer for nine minutes and flip a coin", context={"conversation_id": "several"})
    told = asyncio.run(answers(server, said, until={"intents-stop", "intent-not-recognized"}))
    assert [event.type for event in told] == ["intents-start", "intent", "intent", "intents-stop"]
    timer, coin = (Intent.from_event(event) for event in told[1:3])
    assert (timer.name, timer.entities) == ("StartTimer", [Entity("duration", 540)])
    assert coin.name == "FlipCoin"
    assert coin.context["conversation_id"] == "several"
    assert "9 minutes" not in asked(server, "how long do my timers have")["reply"]
    (one,) = asyncio.run(answers(server, Recognize(text="flip a coin"), until={"intent"}))
    assert one.data["name"] == "FlipCoin"
    assert asyncio.run(answers(server, Recognize(text="colourless ideas sleep"), until={"not-recognized"}))


def test_wyoming_means_the_light_where_its_client_stands(server):
    def area(context=None):
        said = Recognize(text="turn on the light", context=context)
        (intent,) = asyncio.run(answers(server, said, until={"intent", "not-recognized", "error"}))
        return {entity["name"]: entity["value"] for entity in intent.data["entities"]}["area"]

    assert area() == "bedroom"  # that of its address
    assert area({"area": "kitchen"}) == "kitchen"


def test_wyoming_hears_wake_words(server):
    form, chunks = chunks_of("hey-jarvis")
    silence = [AudioChunk(audio=bytes(len(chunks[0].audio)), **form)] * 8

    def heard(*names):
        events = [Detect(names=list(names)), AudioStart(**form), *chunks, *silence, AudioStop()]
        return asyncio.run(answers(server, *events, until={"detection", "error", "not-detected"}))

    assert [event.data.get("name") for event in heard("hey_jarvis")] == ["hey_jarvis"]
    assert heard()[0].data["timestamp"] > 300
    assert [event.type for event in heard("alexa")] == ["not-detected"]
    assert "hey_jarvis" in heard("hey_travis")[0].data["text"]


def test_clients_that_break_leave_it_as_it_was(server):
    address = urlsplit(server.wyoming)
    for garbage in (
        *(b"\x00" * 4096, b"{", b'{"type": 7}\n', b'{"type": "audio-chunk"}\n', b'{"type": "transcript"}\n'),
        *(b'{"type": "detect", "data": 3}\n', b"[" * 3000 + b"\n", b"[]\n"),
    ):
        with socket.create_connection((address.hostname, address.port), 10) as broken:
            broken.sendall(garbage)
    half = socket.create_connection((address.hostname, address.port), 10)
    half.sendall(b'{"type": "transcribe"}\n')
    half.close()
    url = urlsplit(str(server.http.base_url))
    for garbage in (
        b"GET / HTTP/9\r\n\r\n",
        b"\x16\x03\x01" * 100,
        b"POST /v1/ask HTTP/1.1\r\nContent-Length: 99\r\n\r\n",
    ):
        with socket.create_connection((url.hostname, url.port), 10) as broken:
            broken.sendall(garbage)
    described = asyncio.run(exchanged(server, Unknown(), Describe(), until={"info"}))
    assert described.type == "info"
    assert asked(server, "flip a coin")["ok"]
    assert not [line for line in server.lines if "Traceback" in line]


def test_fifty_at_once_are_all_answered_or_told_to_wait(server):
    statuses = []

    def ask(number):
        body = {"text": f"what is {number} plus 1", "conversation": str(number)}
        response = server.http.post("/v1/ask", json=body)
        statuses.append(response.status_code)
        assert response.status_code != 200 or str(number + 1) in response.json()["reply"]

    threads = [threading.Thread(target=ask, args=(number,)) for number in range(50)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert len(statuses) == 50
    assert set(statuses) <= {200, 429}
    assert statuses.count(200) >= 45


def test_beyond_this_machine_a_token_is_needed(tmp_path, capsys):
    assert main(["--data-dir", str(tmp_path), "serve", "--host", "0.0.0.0", "--port", "0", "--wyoming", "0"]) == 2
    assert "[server] host: 0.0.0.0 can be reached by other machines: set act_token" in capsys.readouterr().err


def test_a_port_that_is_taken_is_named(data, capsys):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        assert main(["--data-dir", str(data), "serve", "--port", str(port), "--wyoming", "0"]) == 2
    assert f"127.0.0.1:{port}: Address already in use" in capsys.readouterr().err
