"""Who may ask and who may act, and the limits of a request.

A server that only this machine can reach needs no token; but a page in a browser of this machine can reach it too, so
that what comes from another site, or under another name, is refused.
"""

from __future__ import annotations

import hmac
from collections.abc import Awaitable, Callable, Mapping
from typing import Literal, Protocol, TypeAlias
from urllib.parse import urlsplit

from starlette.datastructures import Headers
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from assistant.config import ServerConfig

Right: TypeAlias = Literal["act", "ask"]

_LOCAL_NAMES = frozenset({"localhost", "127.0.0.1", "::1"})
_OPEN = frozenset({"/health"})
"""Paths for whoever watches whether it lives; they tell nothing else."""


def fault(status: int, message: str, kind: str, retry: int = 0) -> JSONResponse:
    """Build an error as the OpenAI protocol has it."""
    body = {"error": {"message": message, "type": kind, "param": None, "code": None}}
    return JSONResponse(body, status, {"Retry-After": str(retry)} if retry else None)


def right_of(sent: bytes, tokens: Mapping[str, Right]) -> Right | None:
    """Return the right of a token that was sent, compared in a time that tells nothing of it."""
    rights = [right for token, right in tokens.items() if hmac.compare_digest(token.encode(), sent)]
    return rights[-1] if rights else None


class Entrance(Protocol):
    """The way in of a browser, which sends no token with a page: it enters once and is known by a cookie."""

    def right(self, headers: Headers) -> Right | None:
        """Return the right of who has entered."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer who has not."""


class Access:
    """The gate before every path: the token, the site that asks, and the length of what is sent.

    With an `entrance` it answers whoever has no token, in place of a fault.
    """

    def __init__(
        self, app: ASGIApp, config: ServerConfig, most_bytes: int = 26_000_000, entrance: Entrance | None = None
    ) -> None:
        self._app = app
        self._entrance = entrance
        self._config = config
        self._tokens = config.tokens()
        self._most_bytes = most_bytes

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on with its `right`, or refuse it."""
        if scope["type"] not in {"http", "websocket"}:
            await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        refusal: ASGIApp | None = self._refusal(headers)
        right = None if refusal else self._right(headers)
        if refusal is None and right is None and scope["path"] not in _OPEN:
            refusal = self._entrance or fault(
                401, "a token is needed: send it as `Authorization: Bearer ...`", "invalid_api_key"
            )
        if refusal is None and int(headers.get("content-length") or 0) > self._most_bytes:
            refusal = self._too_long()
        if refusal is not None:
            await refusal(scope, self._counted(receive), send)
            return
        scope.setdefault("state", {})["right"] = right
        await self._app(scope, self._counted(receive), send)

    def _refusal(self, headers: Headers) -> JSONResponse | None:
        host = urlsplit(f"//{headers.get('host', '')}").hostname or ""
        if self._config.is_local and host not in _LOCAL_NAMES:
            return fault(421, f"this server answers on this machine alone, not as {host!r}", "invalid_request_error")
        origin = headers.get("origin")
        if origin is not None and urlsplit(origin).netloc != headers.get("host"):
            return fault(403, "pages of other sites may not call this server", "invalid_request_error")
        return None

    def _right(self, headers: Headers) -> Right | None:
        if not self._tokens:
            return "act"
        sent = headers.get("authorization", "").removeprefix("Bearer ").encode()
        right = right_of(sent, self._tokens)
        return self._entrance.right(headers) if right is None and self._entrance else right

    def _too_long(self) -> JSONResponse:
        return fault(413, f"at most {self._most_bytes:,} bytes can be sent at once", "invalid_request_error")

    def _counted(self, receive: Receive) -> Callable[[], Awaitable[Message]]:
        """Count the bytes that arrive, for a sender that does not tell the length."""
        arrived = 0

        async def counted() -> Message:
            nonlocal arrived
            message = await receive()
            arrived += len(message.get("body", b""))
            if arrived > self._most_bytes and message["type"] == "http.request":
                return {"type": "http.disconnect"}
            return message

        return counted
