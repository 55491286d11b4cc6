"""`assistant serve` at a real broker: events out, sentences in, the last will, a broker that comes back."""

from __future__ import annotations

import asyncio
import contextlib
import json
import shutil
import subprocess

import pytest
from aiomqtt import Client, MqttError

from assistant.servers.mqtt import _sentence
from fakes.served import free_port, served

BROKER = shutil.which("mosquitto", path="/usr/sbin:/usr/bin:/usr/local/sbin:/opt/homebrew/sbin")


@contextlib.contextmanager
def broker(folder, port):
    settings = folder / "mosquitto.conf"
    settings.write_text(f"listener {port} 127.0.0.1\nallow_anonymous true\n")
    process = subprocess.Popen([BROKER, "-c", settings], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        yield process
    finally:
        process.terminate()
        process.wait(20)


class Watcher:
    """Reads every topic, and says what the test says."""

    def __init__(self, client):
        self.client = client

    async def until(self, topic, seconds=120):
        """The next message on a topic."""
        async with asyncio.timeout(seconds):
            async for message in self.client.messages:
                if str(message.topic) == f"house/{topic}":
                    return message.payload.decode()
        raise AssertionError(topic)

    async def ask(self, payload):
        await self.client.publish("house/command", payload, qos=2)
        return json.loads(await self.until("reply"))


@contextlib.asynccontextmanager
async def watching(port):
    for _ in range(100):
        with contextlib.suppress(MqttError):
            async with Client("127.0.0.1", port) as client:
                await client.subscribe("house/#", qos=2)
                yield Watcher(client)
                return
        await asyncio.sleep(0.1)


@pytest.mark.model
@pytest.mark.skipif(BROKER is None, reason="needs mosquitto: sudo apt install mosquitto")
def test_sentences_come_in_and_replies_events_and_the_last_will_go_out(data, tmp_path):
    port = free_port()
    settings = f'[mqtt]\nurl = "mqtt://127.0.0.1:{port}"\ntopic = "house"\ncommands = "act"\n'
    settings += '[home_assistant]\nurl = "http://127.0.0.1:1"\n'

    async def converse():
        async with watching(port) as watcher:
            lit = await watcher.ask('{"text": "turn on the light", "area": "kitchen"}')
            assert lit["understood"][0]["slots"]["area"] == "kitchen"
            assert (await watcher.ask('{"text": "set a timer", "conversation": "a"}'))["expects_answer"]
            reply = await watcher.ask('{"text": "one second", "conversation": "a"}')
            assert reply["ok"], reply
            assert (reply["text"], reply["conversation"]) == ("one second", "a")
            while json.loads(await watcher.until("events"))["event"] != "announced":
                pass
            assert "JSON" in (await watcher.ask("{"))["error"]

    async def until_status(wanted):
        async with watching(port) as watcher:
            while await watcher.until("status") != wanted:
                pass

    async def leave_a_command():
        async with watching(port) as watcher:
            await watcher.client.publish("house/command", "flip a coin", qos=1, retain=True)

    with contextlib.ExitStack() as first:
        first.enter_context(broker(tmp_path, port))
        asyncio.run(leave_a_command())  # kept by the broker: never carried out
        with served(tmp_path, data, settings) as server:
            server.until_ready(parts=("text",))
            asyncio.run(converse())
            light = {"text": "turn on the light", "area": "bedroom"}
            assert server.http.post("/v1/understand", json=light).json()[0]["slots"]["area"] == "bedroom"
            first.close()
            server.until_told("it is looked for until it is there")
            with broker(tmp_path, port):
                server.until_told("MQTT: 127.0.0.1 is back")
                server.process.kill()
                asyncio.run(until_status("offline"))
    assert sum("it is looked for" in line for line in server.lines) == 1


@pytest.mark.parametrize(
    ("payload", "fault"),
    [
        (b"\xff", "UTF-8"),
        (b"", "a command is a sentence"),
        (b"{", "JSON"),
        (b'{"text": 3}', "a command is a sentence"),
        (b'{"text": "x", "conversation": []}', "a command is a sentence"),
        (b'{"text": "x", "area": 7}', "a command is a sentence"),
        (b"x" * 50_000, "at most 10,000"),
        (None, "at most 10,000"),
    ],
)
def test_a_message_that_is_none_is_one_line(payload, fault):
    with pytest.raises(ValueError, match=fault):
        _sentence(payload)


def test_a_message_is_a_sentence_or_json():
    assert _sentence(b" flip a coin\n") == ("flip a coin", "", "")
    assert _sentence(b'{"text": "hi", "conversation": "a"}') == ("hi", "a", "")
    assert _sentence(b'{"text": "hi", "area": "kitchen"}') == ("hi", "", "kitchen")
