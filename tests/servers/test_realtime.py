"""`/v1/realtime` as the protocol's own client speaks it: words, sound, a turn by voice, and what is refused."""

from __future__ import annotations

import base64
import json

import numpy as np
import openai
import pytest
import soxr
from websockets.sync.client import connect

from assistant.audio.capture import recording
from assistant.values import SAMPLE_RATE
from fakes.served import TOKEN, served
from paths import RECORDINGS

pytestmark = [
    pytest.mark.model,
    # the client opens its connection in a way that the library will give up
    pytest.mark.filterwarnings("ignore:connect\\(\\) must be used as a context manager:DeprecationWarning"),
]


HOUSE = '[home_assistant]\nurl = "http://127.0.0.1:1"\n'


@pytest.fixture(scope="module")
def server(data, tmp_path_factory):
    with served(tmp_path_factory.mktemp("realtime"), data, HOUSE) as server:
        server.until_ready()
        yield server


@pytest.fixture
def client(server):
    with openai.OpenAI(base_url=f"{server.address}/v1", api_key=TOKEN, max_retries=0) as client:
        yield client


def spoken(name):
    """Blocks of a recording as the protocol takes them, silence before and after."""
    speech = np.concatenate(list(recording(RECORDINGS / name)))
    silence = np.zeros(SAMPLE_RATE, np.float32)
    sound = soxr.resample(np.concatenate([silence, speech, silence, silence]), SAMPLE_RATE, 24_000)
    pcm = (np.clip(sound, -1, 1) * 32767).astype("<i2").tobytes()
    return [base64.b64encode(pcm[start : start + 9600]).decode() for start in range(0, len(pcm), 9600)]


def until(connection, kind):
    """Events up to one of a kind."""
    events = []
    for event in connection:
        events.append(event)
        if event.type == kind:
            return events
    raise AssertionError(kind)


def test_words_are_answered_as_text_and_the_conversation_goes_on(client):
    with client.realtime.connect(model="assistant") as connection:
        assert until(connection, "session.created")[-1].session.type == "realtime"
        connection.session.update(session={"type": "realtime", "output_modalities": ["text"]})
        replies = []
        for words in ("set a timer", "four minutes", "cancel it", "yes"):
            content = [{"type": "input_text", "text": words}]
            connection.conversation.item.create(item={"type": "message", "role": "user", "content": content})
            connection.response.create()
            events = until(connection, "response.done")
            replies.append("".join(event.delta for event in events if event.type == "response.output_text.delta"))
            assert events[-1].response.status == "completed"
            assert events[-1].response.output[0].content[0].text == replies[-1]
    assert "4 minutes" in replies[1] or "4 minute" in replies[1]
    assert "cancel" in " ".join(replies[2:]).lower()


def test_a_session_means_the_light_where_it_is_held(client):
    with client.realtime.connect(model="assistant") as connection:
        connection.send({"type": "session.update", "session": {"output_modalities": ["text"], "area": "kitchen"}})
        assert until(connection, "session.updated")[-1].session.area == "kitchen"
        content = [{"type": "input_text", "text": "turn on the light"}]
        connection.conversation.item.create(item={"type": "message", "role": "user", "content": content})
        connection.response.create()
        reply = until(connection, "response.done")[-1].response
        assert reply.assistant["understood"][0]["slots"]["area"] == "kitchen"


def test_what_is_spoken_is_noticed_transcribed_and_answered_aloud(client):
    with client.realtime.connect(model="assistant") as connection:
        for block in spoken("what-time-is-it.wav"):
            connection.input_audio_buffer.append(audio=block)
        events = until(connection, "response.done")
    kinds = [event.type for event in events]
    order = ["input_audio_buffer.speech_started", "input_audio_buffer.speech_stopped", "input_audio_buffer.committed",
             "conversation.item.input_audio_transcription.completed", "response.created",
             "response.output_audio_transcript.delta", "response.output_audio.delta", "response.done"]  # fmt: skip
    assert [kind for kind in dict.fromkeys(kinds) if kind in order] == order
    heard = next(event for event in events if event.type.endswith("transcription.completed"))
    assert heard.transcript == "What time is it?"
    deltas = "".join(event.delta for event in events if event.type.endswith("input_audio_transcription.delta"))
    assert deltas == heard.transcript
    sound = b"".join(base64.b64decode(event.delta) for event in events if event.type == "response.output_audio.delta")
    assert len(sound) > 24_000


def test_a_transcription_session_gives_words_alone_and_a_client_may_end_turns_itself(client):
    session = {"type": "transcription", "audio": {"input": {"turn_detection": None}}}
    with client.realtime.connect(model="assistant") as connection:
        connection.session.update(session=session)
        assert until(connection, "session.updated")[-1].session.audio.input.turn_detection is None
        connection.input_audio_buffer.commit()
        assert "at least 100 ms" in until(connection, "error")[-1].error.message
        for block in spoken("what-time-is-it.wav"):
            connection.input_audio_buffer.append(audio=block)
        connection.input_audio_buffer.commit()
        completed = until(connection, "conversation.item.input_audio_transcription.completed")[-1]
        assert completed.transcript == "What time is it?"
        connection.response.cancel()
        assert "no response is under way" in until(connection, "error")[-1].error.message


def updated(session):
    return json.dumps({"type": "session.update", "session": session})


@pytest.mark.parametrize(
    ("message", "told"),
    [
        ("{", "no JSON"),
        ("7", "an event is a JSON object"),
        ('{"type": "response.creat"}', "did you mean 'response.create'?"),
        ('{"type": "response.create"}', "there is nothing to respond to"),
        ('{"type": "input_audio_buffer.append", "audio": "%"}', "audio: 16-bit mono PCM at 24 kHz in base64"),
        (updated({"audio": {"input": {"format": {"type": "audio/pcmu"}}}}), "audio/pcm at 24000"),
        (updated({"audio": 3}), "audio: an object is needed"),
        (
            json.dumps({"type": "conversation.item.create", "item": {"type": "message", "content": [{"type": "x"}]}}),
            "only input_text",
        ),
    ],
)  # fmt: skip
def test_a_wrong_event_is_one_error_and_the_session_goes_on(server, message, told):
    url, headers = f"ws{server.address[4:]}/v1/realtime", {"Authorization": f"Bearer {TOKEN}"}
    with connect(url, additional_headers=headers) as socket:
        assert json.loads(socket.recv(20))["type"] == "session.created"
        for _ in range(2):
            socket.send(message)
            event = json.loads(socket.recv(20))
            assert event["type"] == "error"
            assert told in event["error"]["message"]


def test_a_client_without_a_token_or_from_another_site_is_not_let_in(server):
    url = f"ws{server.address[4:]}/v1/realtime"
    for headers, status in (({}, 401), ({"Authorization": f"Bearer {TOKEN}", "Origin": "http://evil.example"}, 403)):
        with pytest.raises(Exception, match=str(status)), connect(url, additional_headers=headers):
            pass


def test_the_figures_tell_of_turns_their_stages_and_what_waits(server):
    server.http.post("/v1/ask", json={"text": "flip a coin"})
    server.http.post("/v1/ask", json={"text": "colourless ideas sleep"})
    figures = server.http.get("/metrics").text
    for line in (
        'assistant_stage_seconds_count{outcome="intent_match",stage="turn"}',
        'assistant_stage_seconds_count{outcome="ok",stage="understand"}',
        'assistant_requests_taken{part="text"} 0.0',
        'assistant_ready{part="speech"} 1.0',
    ):
        assert line in figures
    assert "coin" not in figures
    assert server.http.get("/metrics", headers={"Authorization": ""}).status_code == 401
