"""The page that asks for the token, and who has entered by it."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import parse_qs

from starlette.datastructures import Headers
from starlette.requests import Request, cookie_parser
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.types import Receive, Scope, Send

from assistant.servers.http.access import Right, fault, right_of


class TokenPage:
    """Asks a browser for the token once; a cookie, which is not the token, tells who has entered while it serves."""

    cookie = "assistant"

    def __init__(self, tokens: Mapping[str, Right], page: Path) -> None:
        self._tokens = tokens
        self._page = page.read_text("utf-8")
        self._entered: set[str] = set()

    def right(self, headers: Headers) -> Right | None:
        """Return the right of who has entered."""
        return "act" if cookie_parser(headers.get("cookie", "")).get(self.cookie) in self._entered else None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Show the page, or take the token that was written into it."""
        if scope["type"] != "http":
            await fault(401, "a token is needed", "invalid_api_key")(scope, receive, send)
            return
        request = Request(scope, receive)
        sent = ""
        if request.method == "POST":
            form = parse_qs((await request.body())[:10_000].decode(errors="replace"))
            sent = form.get("token", [""])[0]
        await self._answer(sent.strip(), request.method == "POST")(scope, receive, send)

    def _answer(self, sent: str, is_tried: bool) -> Response:
        right = right_of(sent.encode(), self._tokens)
        if right == "act":
            key = secrets.token_urlsafe(32)
            self._entered.add(key)
            answer = RedirectResponse("/", 303)
            answer.set_cookie(self.cookie, key, httponly=True, samesite="strict")
            return answer
        line = "That token only asks questions; the terminal acts." if right else "That is not the token."
        return HTMLResponse(self._page.replace("<!-- fault -->", line if is_tried else ""), 401)
