"""The assistant's own paths: what a sentence means, a turn in one call, the events as they happen."""

from __future__ import annotations

import json
import queue
import threading
import time
from collections.abc import AsyncIterator
from typing import Any

from fastapi import APIRouter, Request
from pydantic import BaseModel, Field
from starlette.concurrency import run_in_threadpool
from starlette.responses import StreamingResponse

from assistant.app.clients.areas import placed
from assistant.app.clients.gateway import Gateway
from assistant.event_json import as_json
from assistant.events import AudioLevel, Progress
from assistant.servers.reply import Reply
from assistant.values import Utterance


class Sentence(BaseModel):
    """A sentence, the conversation that it belongs to (one of the same name goes on), and where its speaker stands."""

    text: str = Field(min_length=1, max_length=10_000)
    conversation: str = Field("", max_length=200)
    area: str = Field("", max_length=100)


def own_routes(gateway: Gateway) -> APIRouter:
    """Build the routes."""
    routes = APIRouter(tags=["assistant"])

    @routes.get("/health")
    def health() -> dict[str, Any]:
        """Tell the parts that can be used by now."""
        return {"status": "ok" if "text" in gateway.ready else "loading", "ready": gateway.ready}

    @routes.post("/v1/understand")
    def understand(body: Sentence) -> list[dict[str, Any]]:
        """Return the meaning of each command in a sentence; nothing is done."""
        session = gateway.conversations[body.conversation].session if body.conversation else gateway.new_session()
        text = placed(session, body.text, body.area)
        return [as_json(event, 0.0) for event in gateway.preview(session, Utterance(text))]

    @routes.post("/v1/ask")
    def ask(body: Sentence, request: Request) -> dict[str, Any]:
        """Understand a sentence and act or answer."""
        conversation = gateway.conversations[body.conversation or f"{time.monotonic_ns()}"]
        may_act = request.state.right == "act"
        text = placed(conversation.session, body.text, body.area)
        reply = Reply(gateway.turn(conversation, Utterance(text), threading.Event(), may_act))
        words = "".join(reply.pieces())
        return {"reply": words, "aloud": reply.aloud, **reply.details}

    @routes.get("/v1/events", response_model=None)
    async def events(request: Request) -> StreamingResponse:
        """Stream the events: timers that ring, what was planned, files that were read anew."""
        began = time.monotonic()

        async def lines() -> AsyncIterator[str]:
            with gateway.events() as happening:
                yield ": connected\n\n"
                while not await request.is_disconnected():
                    try:
                        event = await run_in_threadpool(happening.get, True, 1.0)
                    except queue.Empty:
                        yield ": still here\n\n"
                        continue
                    if not isinstance(event, AudioLevel | Progress):
                        yield f"data: {json.dumps(as_json(event, time.monotonic() - began))}\n\n"

        return StreamingResponse(lines(), media_type="text/event-stream")

    return routes
