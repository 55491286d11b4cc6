"""The whole assistant as a chat model of the OpenAI protocol.

A conversation is known by its messages: a request that goes on where a reply ended is a further turn of the same
conversation, so that "cancel it" is understood. Of the messages only the last is understood; none is a prompt.
"""

from __future__ import annotations

import hashlib
import json
import threading
import time
import uuid
from collections.abc import AsyncIterator, Iterator, Sequence
from typing import Any

from fastapi import APIRouter, Request
from pydantic import BaseModel, Field
from starlette.concurrency import iterate_in_threadpool, run_in_threadpool
from starlette.responses import JSONResponse, Response, StreamingResponse

from assistant.app.clients.areas import placed
from assistant.app.clients.gateway import Gateway
from assistant.events import Event
from assistant.servers.http.access import fault
from assistant.servers.http.attached import kept_for_a_turn, picture_in
from assistant.servers.reply import Reply
from assistant.values import Utterance

MODEL = "assistant"


class Message(BaseModel):
    """One message of a chat."""

    role: str
    content: str | list[dict[str, Any]] | None = None

    def text(self) -> str:
        """Its words."""
        if isinstance(self.content, list):
            return " ".join(str(part.get("text", "")) for part in self.content if part.get("type") == "text")
        return self.content or ""

    def picture(self) -> tuple[str, bytes] | None:
        """Its picture, if it holds one; raise ValueError where it holds what is not understood."""
        return picture_in(self.content) if isinstance(self.content, list) else None


class ChatRequest(BaseModel):
    """The body of a chat completion; what only a language model would take is let pass."""

    messages: list[Message] = Field(min_length=1, max_length=10_000)
    model: str = MODEL
    stream: bool = False
    user: str | None = None
    metadata: dict[str, Any] | None = None
    """`area`: where the speaker stands."""


def conversation_key(messages: Sequence[tuple[str, str]], user: str | None) -> str:
    """Name a conversation by what was said in it so far, and by who speaks."""
    spoken = [message for message in messages if message[0] in {"user", "assistant"}]
    return hashlib.sha256(json.dumps([user, spoken]).encode()).hexdigest()


class Completion:
    """One turn as a chat completion."""

    def __init__(
        self, gateway: Gateway, body: ChatRequest, may_act: bool, picture: tuple[str, bytes] | None = None
    ) -> None:
        self._gateway = gateway
        self._said = [(message.role, message.text()) for message in body.messages]
        self._user = body.user
        self._area = str((body.metadata or {}).get("area") or "")[:100]
        self._before = conversation_key(self._said[:-1], body.user)
        self._conversation = gateway.conversations[self._before]
        self._cancelled = threading.Event()
        self._reply = Reply(self._events(body.messages[-1].text(), may_act, picture))
        self._shape = {"id": f"chatcmpl-{uuid.uuid4().hex}", "created": int(time.time()), "model": MODEL}

    def _events(self, text: str, may_act: bool, picture: tuple[str, bytes] | None) -> Iterator[Event]:
        with kept_for_a_turn(picture) as place:
            utterance = Utterance(placed(self._conversation.session, text, self._area), picture=place)
            yield from self._gateway.turn(self._conversation, utterance, self._cancelled, may_act)

    def _pieces(self) -> Iterator[str]:
        """Yield the words of the reply, then keep the conversation for the request that goes on."""
        yield from self._reply.pieces()
        after = conversation_key([*self._said, ("assistant", self._reply.text)], self._user)
        self._gateway.conversations.move(self._conversation, self._before, after)

    async def whole(self) -> Response:
        """Send it in one piece."""
        text = await run_in_threadpool(lambda: "".join(self._pieces()))
        message = {"role": "assistant", "content": text}
        choices = [{"index": 0, "message": message, "finish_reason": "stop", "logprobs": None}]
        more = {"object": "chat.completion", "choices": choices, "assistant": self._reply.details}
        return JSONResponse(self._shape | more)

    async def streamed(self) -> Response:
        """Send it as it comes; a refusal has its status before anything is sent."""
        stream = self._pieces()
        first = await run_in_threadpool(next, stream, "")

        async def lines() -> AsyncIterator[str]:
            try:
                yield self._line({"role": "assistant", "content": first})
                async for piece in iterate_in_threadpool(stream):
                    yield self._line({"content": piece})
                yield self._line({}, "stop", assistant=self._reply.details)
                yield "data: [DONE]\n\n"
            finally:
                self._cancelled.set()

        return StreamingResponse(lines(), media_type="text/event-stream")

    def _line(self, delta: dict[str, Any], reason: str | None = None, **more: Any) -> str:
        choices = [{"index": 0, "delta": delta, "finish_reason": reason, "logprobs": None}]
        chunk = self._shape | {"object": "chat.completion.chunk", "choices": choices} | more
        return f"data: {json.dumps(chunk)}\n\n"


def chat_routes(gateway: Gateway) -> APIRouter:
    """Build the routes of the protocol below /v1."""
    routes = APIRouter(prefix="/v1", tags=["OpenAI protocol"])

    @routes.get("/models")
    def models() -> dict[str, Any]:
        """List the one model: the assistant."""
        return {"object": "list", "data": [{"id": MODEL, "object": "model", "created": 0, "owned_by": MODEL}]}

    @routes.post("/chat/completions", response_model=None)
    async def chat(body: ChatRequest, request: Request) -> Response:
        """Understand the last message and act or answer."""
        last = body.messages[-1]
        if last.role != "user" or not last.text().strip():
            return fault(400, "the last message must be the user's, with words in it", "invalid_request_error")
        try:
            picture = last.picture()
        except ValueError as error:
            return fault(400, str(error), "invalid_request_error")
        completion = await run_in_threadpool(Completion, gateway, body, request.state.right == "act", picture)
        return await (completion.streamed() if body.stream else completion.whole())

    return routes
