"""One call to a server that draws: what it answers is JSON or a picture, or it costs one line."""

from __future__ import annotations

import base64
import binascii
import threading
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urlsplit

from assistant.actions.answer import Response, fault_in
from assistant.actions.drawing.keeping import decoded
from assistant.config import CreateConfig
from assistant.errors import ActionError


def called(
    config: CreateConfig, url: str, body: Any, cancelled: threading.Event, seconds: float = 0, largest: int = 40_000_000
) -> Response:
    """Send one request; with a body it is a POST.

    Raises:
        ActionError: no answer comes in so many seconds, it is too long, or `cancelled` was set.
    """
    from assistant.actions import http  # late: httpx

    key = config.secret_key()
    headers = {"Authorization": f"Bearer {key}"} if key else {}
    method = "GET" if body is None else "POST"
    return http.call(url, method, headers, body, seconds or config.seconds, cancelled, largest)


def content_of(answer: Response, host: str) -> Mapping[str, Any]:
    """Return the JSON of an answer.

    Raises:
        ActionError: it is a refusal, tells of a failure, or is none.
    """
    body = answer.json()
    if answer.status in (401, 403):
        raise ActionError(f"{host}: refuses the key (status {answer.status}): set [create] key")
    if fault := answer.refusal() or fault_in(body):
        raise ActionError(f"{host}: {fault}")
    if not isinstance(body, dict):
        raise ActionError(f"{host}: sends {'a web page' if answer.is_page else 'no JSON'}: is [create] url right?")
    return body


def pictures_of(texts: Sequence[object], host: str) -> Sequence[Any]:
    """Decode pictures that were sent as base64.

    Raises:
        ActionError: there is none, or one is none.
    """
    if not texts:
        raise ActionError(f"{host}: sent no picture")
    images = []
    for text in texts:
        try:
            content = base64.b64decode(str(text or "").rpartition(",")[2], validate=True)
        except (binascii.Error, ValueError):
            raise ActionError(f"{host}: what it sent as a picture is no base64") from None
        if not content:
            raise ActionError(f"{host}: sent an empty picture")
        images.append(decoded(content, host))
    return images


def host_of(config: CreateConfig) -> str:
    """Return the host of the server, to be named."""
    return urlsplit(config.url).netloc.rpartition("@")[2] or "the server"
