"""Hearing, speech and vectors in the OpenAI protocol, by the models of the configuration whichever is named."""

from __future__ import annotations

import base64
import tempfile
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any, Literal

from fastapi import APIRouter, File, Form, UploadFile
from pydantic import BaseModel, Field
from starlette.concurrency import iterate_in_threadpool, run_in_threadpool
from starlette.responses import JSONResponse, PlainTextResponse, Response, StreamingResponse

from assistant.app.clients.gateway import Gateway
from assistant.errors import AudioError
from assistant.servers.http.access import fault


class SpeechRequest(BaseModel):
    """The body of a request to speak."""

    input: str = Field(max_length=4096)
    response_format: str = "mp3"
    speed: float = Field(1.0, ge=0.25, le=4.0)


class EmbeddingRequest(BaseModel):
    """The body of a request for vectors."""

    input: str | list[str]
    encoding_format: Literal["float", "base64"] = "float"


def sound_routes(gateway: Gateway) -> APIRouter:
    """Build the routes of recordings and speech."""
    routes = APIRouter(prefix="/v1", tags=["OpenAI protocol"])

    @routes.post("/audio/transcriptions", response_model=None)
    def transcriptions(
        file: UploadFile = File(),  # noqa: B008 (how the framework names a part of a form)
        response_format: str = Form("json"),
    ) -> Response:
        """Return the words of a recording in any usual format."""
        if response_format not in {"json", "text", "verbose_json"}:
            return fault(400, "response_format: json, text or verbose_json", "invalid_request_error")
        with tempfile.NamedTemporaryFile(suffix=Path(file.filename or "").suffix[:8]) as copy:
            while block := file.file.read(1 << 20):
                copy.write(block)
            copy.flush()
            try:
                finals = list(gateway.transcribe_file(Path(copy.name)))
            except AudioError as error:  # the copy has a name that means nothing to who sent it
                return fault(400, str(error).replace(copy.name, "file"), "invalid_request_error")
        text = " ".join(final.utterance.text for final in finals)
        if response_format == "text":
            return PlainTextResponse(text)
        parts = [{"text": final.utterance.text, "confidence": final.utterance.confidence} for final in finals]
        return JSONResponse({"text": text} | ({"segments": parts} if response_format == "verbose_json" else {}))

    @routes.post("/audio/speech", response_model=None)
    async def speech(body: SpeechRequest) -> Response:
        """Speak a text."""
        sound = gateway.speech(body.input, body.response_format, body.speed)
        first = await run_in_threadpool(next, sound, b"")

        async def blocks() -> AsyncIterator[bytes]:
            yield first
            async for block in iterate_in_threadpool(sound):
                yield block

        return StreamingResponse(blocks(), media_type=gateway.media_type(body.response_format))

    return routes


def vector_routes(gateway: Gateway) -> APIRouter:
    """Build the route of vectors."""
    routes = APIRouter(prefix="/v1", tags=["OpenAI protocol"])

    @routes.post("/embeddings")
    def embeddings(body: EmbeddingRequest) -> dict[str, Any]:
        """Return the vector of each text, of length 1."""
        texts = [body.input] if isinstance(body.input, str) else body.input
        if not 0 < len(texts) <= 2048 or max(map(len, texts)) > 100_000:
            raise ValueError("input: 1 to 2048 texts of at most 100,000 characters")
        vectors = gateway.embed(texts)
        in_base64 = body.encoding_format == "base64"
        rows = [base64.b64encode(row.tobytes()).decode() if in_base64 else row.tolist() for row in vectors]
        data = [{"object": "embedding", "index": number, "embedding": row} for number, row in enumerate(rows)]
        return {"object": "list", "model": "assistant", "data": data, "usage": {"prompt_tokens": 0, "total_tokens": 0}}

    return routes
