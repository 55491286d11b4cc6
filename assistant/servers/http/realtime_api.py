"""`/v1/realtime`: a conversation by voice over one WebSocket, in the events of the OpenAI protocol.

Sound comes in pieces, and who speaks is noticed; transcripts go back while somebody speaks, then the reply, as sound or
as text. A session of the kind `transcription` gives transcripts alone.
"""

from __future__ import annotations

import asyncio
import base64
import binascii
import json
import queue
import uuid
from collections.abc import Callable, Coroutine, Iterator, Mapping
from contextlib import suppress
from typing import Any, TypeAlias

from fastapi import APIRouter, WebSocket, WebSocketDisconnect
from starlette.concurrency import iterate_in_threadpool, run_in_threadpool

from assistant.app.clients.admission import BusyError, NotReadyError
from assistant.app.clients.gateway import Gateway
from assistant.errors import AssistantError, nearest_word
from assistant.servers.http.realtime_response import SpokenResponse
from assistant.servers.http.realtime_settings import RealtimeSettings
from assistant.values import FinalTranscript, PartialTranscript, SpeechEnded, SpeechStarted

ClientEvent: TypeAlias = Mapping[str, Any]
Handler: TypeAlias = Callable[[ClientEvent], Coroutine[Any, Any, None]]

RATE = RealtimeSettings.rate
_MOST_WAITING = 30 * RATE * 2
"""Bytes of sound that wait to be heard; then no more is read from the client."""
_MOST_KEPT = 300 * RATE * 2
"""Bytes of sound that a client who ends its turns itself may send at once."""


def realtime_routes(gateway: Gateway) -> APIRouter:
    """Build the route."""
    routes = APIRouter()

    @routes.websocket("/v1/realtime")
    async def realtime(socket: WebSocket) -> None:
        """Hold a conversation until the client leaves."""
        await socket.accept()
        kind = "transcription" if socket.query_params.get("intent") == "transcription" else "realtime"
        with suppress(WebSocketDisconnect, RuntimeError):  # the client has gone
            await RealtimeConversation(gateway, socket, kind).run()

    return routes


class RealtimeConversation:
    """One client: its microphone, its conversation, and the reply under way."""

    def __init__(self, gateway: Gateway, socket: WebSocket, kind: str) -> None:
        self._gateway, self._socket = gateway, socket
        self._settings = RealtimeSettings(kind)
        self._name = uuid.uuid4().hex
        self._sending = asyncio.Lock()
        self._sound: queue.SimpleQueue[bytes | bool | None] = queue.SimpleQueue()
        """Blocks to be heard; None ends an utterance, False the hearing."""
        self._put = self._got = 0
        """Bytes that were put into it and taken out, each counted by one thread."""
        self._kept = bytearray()
        """Sound of a turn that the client ends itself."""
        self._hearing: asyncio.Task[None] | None = None
        self._response: asyncio.Task[None] | None = None
        self._speaking: SpokenResponse | None = None
        self._pending = ""
        """The client's last words that have no reply yet."""
        self._items = 0
        self._handlers: dict[str, Handler] = {
            "session.update": self._update,
            "input_audio_buffer.append": self._append,
            "input_audio_buffer.commit": self._commit,
            "input_audio_buffer.clear": self._clear,
            "conversation.item.create": self._create_item,
            "response.create": self._respond,
            "response.cancel": self._cancel,
        }

    async def run(self) -> None:
        """Take events until the client leaves."""
        try:
            await self.send("session.created", session=self._settings.told())
            while True:
                await self._take(await self._socket.receive_text())
        finally:
            self._sound.put(False)
            if self._speaking is not None:
                self._speaking.cancelled.set()
            for task in (self._hearing, self._response):
                if task is not None:
                    with suppress(Exception):  # it wrote to a client that has gone
                        await task

    async def send(self, kind: str, **fields: Any) -> None:
        """Send one event."""
        event = {"type": kind, "event_id": f"event_{uuid.uuid4().hex[:20]}", **fields}
        async with self._sending:
            await self._socket.send_text(json.dumps(event))

    async def _take(self, text: str) -> None:
        """Carry out one event; whatever is wrong with it is one `error`."""
        event_id = None
        try:
            event = json.loads(text)
            if not isinstance(event, dict):
                raise ValueError("an event is a JSON object with a `type`")
            event_id = event.get("event_id")
            kind = str(event.get("type"))
            if kind not in self._handlers:
                raise ValueError(f"no such event: {kind[:80]}{nearest_word(kind[:80], self._handlers)}")
            await self._handlers[kind](event)
        except (BusyError, NotReadyError) as error:
            await self._fail(
                str(error), "rate_limit_exceeded" if isinstance(error, BusyError) else "server_error", event_id
            )
        except AssistantError as error:
            await self._fail(str(error), "server_error", event_id)
        except (ValueError, TypeError, KeyError, RecursionError) as error:
            reason = "no JSON" if isinstance(error, json.JSONDecodeError | RecursionError) else str(error)
            await self._fail(reason, "invalid_request_error", event_id)

    async def _fail(self, words: str, kind: str, event_id: Any = None) -> None:
        told = {"type": kind, "code": None, "message": words, "param": None}
        await self.send("error", error=told | {"event_id": event_id if isinstance(event_id, str) else None})

    # -- what a client sends ------------------------------------------------------------------

    async def _update(self, event: ClientEvent) -> None:
        self._settings = self._settings.changed(event.get("session"))
        await self.send("session.updated", session=self._settings.told())

    async def _append(self, event: ClientEvent) -> None:
        try:
            sound = base64.b64decode(event["audio"], validate=True)
        except (KeyError, TypeError, binascii.Error):
            raise ValueError("audio: 16-bit mono PCM at 24 kHz in base64") from None
        if not self._settings.notices_turns:
            if len(self._kept) + len(sound) > _MOST_KEPT:
                raise ValueError("the buffer holds five minutes: commit or clear it")
            self._kept += sound
            return
        if self._hearing is None or self._hearing.done():
            session = (await run_in_threadpool(self._gateway.conversations.__getitem__, self._key)).session
            self._hearing = asyncio.create_task(self._hear(session))
        self._put += len(sound)
        self._sound.put(sound)
        while self._put - self._got > _MOST_WAITING and not self._hearing.done():
            await asyncio.sleep(0.02)  # a client that sends faster than it can be heard waits

    async def _commit(self, _: ClientEvent) -> None:
        if self._settings.notices_turns:
            self._sound.put(None)
            return
        if len(self._kept) < RATE // 5:  # a tenth of a second
            raise ValueError("the buffer is too small: at least 100 ms of sound are needed")
        sound, self._kept = bytes(self._kept), bytearray()
        item = self._new_item()
        await self._committed(item)
        finals = await run_in_threadpool(lambda: list(self._gateway.transcribe_pcm([sound], RATE)))
        self._pending = " ".join(final.utterance.text for final in finals)
        await self._transcribed(item, self._pending, "", sum(final.seconds for final in finals))

    async def _clear(self, _: ClientEvent) -> None:
        self._kept.clear()
        await self.send("input_audio_buffer.cleared")

    async def _create_item(self, event: ClientEvent) -> None:
        item = event.get("item")
        if not isinstance(item, dict) or item.get("type") != "message":
            raise ValueError("item: only messages are understood")
        parts = item.get("content") or []
        words = [
            str(part.get("text", "")) for part in parts if part.get("type") in ("input_text", "text", "output_text")
        ]
        if len(words) < len(parts):
            raise ValueError("item.content: only input_text is understood; sound goes into the input_audio_buffer")
        told = {**item, "id": str(item.get("id") or self._new_item()), "object": "realtime.item", "status": "completed"}
        if item.get("role") == "user":
            self._pending = " ".join(words)[:10_000]
        await self._added(told)

    async def _respond(self, event: ClientEvent) -> None:
        options = event.get("response")
        settings = (
            self._settings.changed({"type": "realtime", **options}) if isinstance(options, dict) else self._settings
        )
        if not self._pending:
            raise ValueError("there is nothing to respond to: send words or sound first")
        if self._response is not None and not self._response.done():
            raise ValueError("a response is under way: wait for response.done, or send response.cancel")
        words, self._pending = self._pending, ""
        conversation = await run_in_threadpool(self._gateway.conversations.__getitem__, self._key)
        self._speaking = response = SpokenResponse(self._gateway, settings, self._new_item(), self.send)
        may_act = self._socket.state.right == "act"
        self._response = asyncio.create_task(response.run(conversation, words, may_act))

    async def _cancel(self, _: ClientEvent) -> None:
        if self._speaking is None or self._response is None or self._response.done():
            raise ValueError("no response is under way")
        self._speaking.cancelled.set()

    # -- hearing ------------------------------------------------------------------------------

    @property
    def _key(self) -> str:
        return f"realtime {self._name}"

    def _new_item(self) -> str:
        self._items += 1
        return f"item_{self._name[:12]}_{self._items}"

    def _blocks(self) -> Iterator[bytes | None]:
        while not isinstance(block := self._sound.get(), bool):
            self._got += len(block or b"")
            yield block

    async def _hear(self, session: Any) -> None:
        """Send the transcripts, and have each utterance answered where the session is a conversation."""
        item, stable = "", ""
        try:
            async for event in iterate_in_threadpool(self._gateway.listen(self._blocks(), RATE, session)):
                match event:
                    case SpeechStarted(at=at):
                        item, stable = self._new_item(), ""
                        if self._speaking is not None and self._settings.is_interruptible:
                            self._speaking.cancelled.set()
                        await self.send(
                            "input_audio_buffer.speech_started", audio_start_ms=round(at * 1000), item_id=item
                        )
                    case PartialTranscript(stable=now, unstable=rest):
                        if not now and not rest:  # there were no words in the sound
                            await self._transcribed(item, "", stable, 0.0)
                        elif now.startswith(stable) and len(now) > len(stable):
                            await self._delta(item, now[len(stable) :])
                            stable = now
                    case SpeechEnded(at=at):
                        await self.send(
                            "input_audio_buffer.speech_stopped", audio_end_ms=round(at * 1000), item_id=item
                        )
                        await self._committed(item)
                    case FinalTranscript(utterance=utterance, seconds=seconds):
                        await self._transcribed(item, utterance.text, stable, seconds)
                        self._pending = utterance.text
                        if self._settings.answers_by_itself:
                            await self._answer()
        except AssistantError as error:
            while not self._sound.empty():  # nobody will hear it
                block = self._sound.get()
                self._got += len(block) if isinstance(block, bytes) else 0
            kind = "rate_limit_exceeded" if isinstance(error, BusyError) else "server_error"
            await self._fail(str(error), kind)

    async def _answer(self) -> None:
        """Respond to what was heard, once the reply before it has ended."""
        if self._response is not None:
            await self._response
        try:
            await self._respond({})
        except AssistantError as error:
            await self._fail(str(error), "server_error")

    async def _delta(self, item: str, words: str) -> None:
        kind = "conversation.item.input_audio_transcription.delta"
        await self.send(kind, item_id=item, content_index=0, delta=words)

    async def _transcribed(self, item: str, text: str, before: str, seconds: float) -> None:
        if text.startswith(before) and len(text) > len(before):
            await self._delta(item, text[len(before) :])
        usage = {"type": "duration", "seconds": round(seconds, 3)}
        kind = "conversation.item.input_audio_transcription.completed"
        await self.send(kind, item_id=item, content_index=0, transcript=text, usage=usage)

    async def _committed(self, item: str) -> None:
        await self.send("input_audio_buffer.committed", item_id=item, previous_item_id=None)
        content = [{"type": "input_audio", "transcript": None}]
        message = {"id": item, "object": "realtime.item", "type": "message", "role": "user", "status": "completed"}
        await self._added({**message, "content": content})

    async def _added(self, item: ClientEvent) -> None:
        for kind in ("conversation.item.added", "conversation.item.done"):
            await self.send(kind, item=item, previous_item_id=None)
