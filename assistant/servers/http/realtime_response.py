"""One reply of a realtime session: a turn, sent as text or as sound."""

from __future__ import annotations

import base64
import threading
import uuid
from collections.abc import Awaitable, Iterator
from typing import Any, Protocol

from starlette.concurrency import iterate_in_threadpool, run_in_threadpool

from assistant.app.clients.areas import placed
from assistant.app.clients.conversations import ClientConversation
from assistant.app.clients.gateway import Gateway
from assistant.errors import AssistantError
from assistant.servers.http.realtime_settings import RealtimeSettings
from assistant.servers.reply import Reply
from assistant.values import Utterance


class SendEvent(Protocol):
    """Sends one event to the client."""

    def __call__(self, kind: str, **fields: Any) -> Awaitable[None]:
        """Send it."""


class SpokenResponse:
    """A turn and the events of its reply; `cancelled` ends both."""

    def __init__(self, gateway: Gateway, settings: RealtimeSettings, item: str, send: SendEvent) -> None:
        self._gateway, self._settings, self._send = gateway, settings, send
        self._item = item
        self._id = f"resp_{uuid.uuid4().hex[:20]}"
        self.cancelled = threading.Event()

    async def run(self, conversation: ClientConversation, words: str, may_act: bool) -> None:
        """Carry the turn out and send its reply."""
        await self._send("response.created", response=self._told("in_progress"))
        place = {"response_id": self._id, "output_index": 0}
        await self._send("response.output_item.added", item=self._message("in_progress"), **place)
        part = place | {"item_id": self._item, "content_index": 0}
        kind = "audio" if self._settings.speaks else "text"
        await self._send("response.content_part.added", part={"type": kind, "text": ""}, **part)
        meant = await run_in_threadpool(placed, conversation.session, words, self._settings.area)
        reply = Reply(self._gateway.turn(conversation, Utterance(meant), self.cancelled, may_act))
        try:
            async for piece in iterate_in_threadpool(reply.pieces()):
                name = (
                    "response.output_audio_transcript.delta" if self._settings.speaks else "response.output_text.delta"
                )
                await self._send(name, delta=piece, **part)
            if self._settings.speaks:
                await self._speak(reply.aloud, part)
        except AssistantError as error:
            fault = {"type": "failed", "error": {"type": "server_error", "code": None, "message": str(error)}}
            await self._send("response.done", response=self._told("failed", reply, fault))
            return
        if self._settings.speaks:
            await self._send("response.output_audio.done", **part)
            await self._send("response.output_audio_transcript.done", transcript=reply.text, **part)
        else:
            await self._send("response.output_text.done", text=reply.text, **part)
        status = "cancelled" if self.cancelled.is_set() else "completed"
        await self._send("response.content_part.done", part=self._content(reply.text), **part)
        await self._send("response.output_item.done", item=self._message("completed", reply.text), **place)
        await self._send("response.done", response=self._told(status, reply))

    async def _speak(self, text: str, part: dict[str, Any]) -> None:
        def blocks(most: int = 24_000) -> Iterator[bytes]:
            for sound, _ in self._gateway.speech_pcm(text):
                for start in range(0, len(sound), most):
                    if self.cancelled.is_set():
                        return
                    yield sound[start : start + most]

        async for block in iterate_in_threadpool(blocks()):
            await self._send("response.output_audio.delta", delta=base64.b64encode(block).decode(), **part)

    def _content(self, text: str) -> dict[str, Any]:
        if self._settings.speaks:
            return {"type": "output_audio", "transcript": text}
        return {"type": "output_text", "text": text}

    def _message(self, status: str, text: str | None = None) -> dict[str, Any]:
        content = [] if text is None else [self._content(text)]
        known = {"id": self._item, "object": "realtime.item", "type": "message", "role": "assistant"}
        return {**known, "status": status, "content": content}

    def _told(self, status: str, reply: Reply | None = None, details: Any = None) -> dict[str, Any]:
        output = [self._message("completed", reply.text)] if reply is not None else []
        known = {"id": self._id, "object": "realtime.response", "status": status, "status_details": details}
        return {**known, "output": output, **({"assistant": reply.details} if reply is not None else {})}
