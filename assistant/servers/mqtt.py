"""A bridge to an MQTT broker: events and replies go out, sentences come in, a last will tells where it has died."""

from __future__ import annotations

import asyncio
import contextlib
import json
import queue
import threading
import time
from typing import Any
from urllib.parse import urlsplit

from aiomqtt import Client, Message, MqttError, TLSParameters, Will
from starlette.concurrency import run_in_threadpool

from assistant.app.clients.areas import placed
from assistant.app.clients.gateway import Gateway
from assistant.config import MqttConfig
from assistant.errors import AssistantError
from assistant.event_json import as_json
from assistant.events import AudioLevel, Noticed, Progress
from assistant.servers.reply import Reply
from assistant.values import Utterance


async def bridge(gateway: Gateway, config: MqttConfig, longest: float = 30.0) -> None:
    """Stay connected until cancelled; a broker that is gone is told once and looked for, at last every `longest` s."""
    address, pause, is_lost = urlsplit(config.url), 1.0, False
    host = address.hostname or ""
    while True:
        try:
            async with _client(config) as client:
                if is_lost:
                    gateway.emit(Noticed(f"MQTT: {host} is back"))
                is_lost, pause = False, 1.0
                await _Connection(gateway, client, config).run()
        except (MqttError, OSError, ValueError) as error:
            if not is_lost:
                reason = " ".join(str(error).split()) or "no connection"
                gateway.emit(Noticed(f"MQTT: {host}: {reason}; it is looked for until it is there"))
            is_lost = True
        await asyncio.sleep(pause)
        pause = min(2 * pause, longest)


def _client(config: MqttConfig) -> Client:
    address = urlsplit(config.url)
    is_safe = address.scheme == "mqtts"
    return Client(
        address.hostname or "",
        address.port or (8883 if is_safe else 1883),
        username=config.user or None,
        password=config.secret_password() or None,
        will=Will(f"{config.topic}/status", "offline", qos=1, retain=True),
        tls_params=TLSParameters() if is_safe else None,
        timeout=10,
    )


class _Connection:
    """One connection to the broker."""

    def __init__(self, gateway: Gateway, client: Client, config: MqttConfig) -> None:
        self._gateway, self._client, self._config = gateway, client, config

    async def run(self) -> None:
        """Serve until the connection breaks off, or say goodbye where it is cancelled."""
        await self._publish("status", "online", retain=True)
        events = asyncio.create_task(self._tell_events())
        try:
            if self._config.commands == "off":
                await events
                return
            await self._client.subscribe(f"{self._config.topic}/command", qos=2)
            async for message in self._client.messages:
                if not message.retain:  # it may be of last year
                    await self._publish("reply", await self._answered(message))
        except asyncio.CancelledError:
            with contextlib.suppress(MqttError):
                await self._publish("status", "offline", retain=True)
            raise
        finally:
            events.cancel()
            with contextlib.suppress(MqttError, asyncio.CancelledError):
                await events

    async def _publish(self, topic: str, content: Any, retain: bool = False) -> None:
        payload = content if isinstance(content, str) else json.dumps(content)
        await self._client.publish(f"{self._config.topic}/{topic}", payload, qos=1, retain=retain)

    async def _tell_events(self) -> None:
        began = time.monotonic()
        with self._gateway.events() as happening:
            while True:
                try:
                    event = await run_in_threadpool(happening.get, True, 1.0)
                except queue.Empty:
                    continue
                if not isinstance(event, AudioLevel | Progress):
                    await self._publish("events", as_json(event, time.monotonic() - began))

    async def _answered(self, message: Message) -> dict[str, Any]:
        """Carry a message out and return its reply, or what is wrong with it."""
        try:
            text, name, area = _sentence(message.payload)
            return {"text": text, "conversation": name, **await asyncio.to_thread(self._reply, text, name, area)}
        except (AssistantError, ValueError) as error:
            return {"error": str(error)}

    def _reply(self, text: str, name: str, area: str) -> dict[str, Any]:
        conversation = self._gateway.conversations[f"mqtt {name}"]
        may_act = self._config.commands == "act"
        utterance = Utterance(placed(conversation.session, text, area))
        reply = Reply(self._gateway.turn(conversation, utterance, threading.Event(), may_act))
        words = "".join(reply.pieces())
        return {"reply": words, **reply.details}


def _sentence(payload: Any, longest: int = 10_000) -> tuple[str, str, str]:
    """Return the sentence in a message, the name of its conversation, and where its speaker stands.

    Raises:
        ValueError: there is none, or it is too long.
    """
    if not isinstance(payload, bytes) or len(payload) > 4 * longest:
        raise ValueError(f"a command is a sentence of at most {longest:,} letters")
    try:
        words = payload.decode()
    except UnicodeDecodeError:
        raise ValueError("a command is text in UTF-8") from None
    content: Any = {"text": words}
    if words.lstrip().startswith("{"):
        try:
            content = json.loads(words)
        except (ValueError, RecursionError):
            raise ValueError("a command that begins with { is JSON, and this is none") from None
    text, *names = content.get("text"), content.get("conversation", ""), content.get("area", "")
    if (
        not isinstance(text, str)
        or not text.strip()
        or len(text) > longest
        or not all(isinstance(n, str) for n in names)
    ):
        raise ValueError('a command is a sentence, or {"text": "...", "conversation": "...", "area": "..."}')
    name, area = names
    return text.strip(), name[:200], area[:100]
