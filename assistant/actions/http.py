"""Web addresses: one call, one answer. httpx lives only here."""

from __future__ import annotations

import json as json_text
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from assistant.errors import ActionError

_LARGEST = 1_000_000
"""Bytes of an answer; a longer one is no answer to a spoken command."""


@dataclass(frozen=True, slots=True)
class Response:
    """An answer of a web server."""

    status: int
    text: str

    def json(self) -> Any:
        """Parse the body as JSON; None where it is none."""
        try:
            return json_text.loads(self.text)
        except ValueError:
            return None


def call(
    url: str, method: str = "GET", headers: Mapping[str, str] | None = None, json: Any = None, timeout: float = 10.0
) -> Response:
    """Send one request and return the answer, of any status.

    Raises:
        ActionError: the address is none, does not answer within `timeout` seconds, or answers at too great length.
    """
    import httpx

    host = urlsplit(url).netloc.rpartition("@")[2] or url
    if urlsplit(url).scheme not in ("http", "https"):
        raise ActionError(f"{url}: not a web address; it must begin with http:// or https://")
    try:
        with (
            httpx.Client(timeout=timeout, follow_redirects=True) as client,
            client.stream(method.upper(), url, headers=dict(headers or {}), json=json) as answer,
        ):
            body = b""
            for chunk in answer.iter_bytes():
                body += chunk
                if len(body) > _LARGEST:
                    raise ActionError(f"{host}: the answer is longer than a megabyte")
            return Response(answer.status_code, body.decode(answer.encoding or "utf-8", errors="replace"))
    except httpx.TimeoutException as error:
        raise ActionError(f"{host}: no answer within {timeout:g} seconds") from error
    except httpx.ConnectError as error:
        raise ActionError(f"{host}: cannot be reached; is the address right, and is it running?") from error
    except (httpx.HTTPError, httpx.InvalidURL, ValueError) as error:
        raise ActionError(f"{host}: {str(error).splitlines()[0] if str(error) else 'the call failed'}") from error


def refusal(answer: Response) -> str:
    """Return the reason of a refusal (a status of 400 or more) in a few words, else an empty text."""
    if answer.status < 400:
        return ""
    body = answer.json()
    reason = body.get("message") or body.get("error") or body.get("detail") if isinstance(body, dict) else ""
    words = {401: "not authorised", 403: "forbidden", 404: "not found"}.get(answer.status, "")
    if not words:
        words = "the other side failed" if answer.status >= 500 else "refused"
    detail = f": {' '.join(reason.split())[:200]}" if isinstance(reason, str) and reason else ""
    return f"{words} (status {answer.status}){detail}"
