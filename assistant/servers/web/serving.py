"""`assistant web`: its pages, the terminal, and the microphone of the page, behind the gate of `access`."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from pathlib import Path

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, Response
from starlette.routing import Mount, Route, WebSocketRoute
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from starlette.websockets import WebSocket

from assistant.config import ServerConfig
from assistant.errors import ConfigError
from assistant.events import Emit, Serving
from assistant.servers.http.access import Access
from assistant.servers.listening import bound, listen
from assistant.servers.web.entrance import TokenPage
from assistant.servers.web.terminal import STATIC_FILES, BrowserTerminal

PAGES = Path(__file__).parent / "page"

_POLICY = (
    b"default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; frame-ancestors 'none'; "
    b"base-uri 'none'; form-action 'self'"
)
"""Nothing of a page is fetched from elsewhere, and no other page can hold it."""


def serve_terminal(command: Sequence[str], config: ServerConfig, emit: Emit) -> None:
    """Serve the terminal that a command opens, until SIGINT or SIGTERM.

    Raises:
        ConfigError: the port is taken, or another machine could reach it and no token is set.
    """
    if not config.is_local and "act" not in config.tokens().values():
        raise ConfigError(f"--host {config.host}: other machines can reach it: set act_token under [server]")
    with BrowserTerminal(command) as terminal:
        asyncio.run(listen(bound(config), web_application(terminal, config), lambda at: emit(Serving(at))))


def web_application(terminal: BrowserTerminal, config: ServerConfig) -> Access:
    """Build the application."""

    async def page(_: Request) -> Response:
        return FileResponse(PAGES / "terminal.html")

    async def health(_: Request) -> Response:
        return JSONResponse({"status": "ok"})

    async def show(socket: WebSocket) -> None:
        if await _enters(socket):
            await terminal.show(socket)

    async def hear(socket: WebSocket) -> None:
        if await _enters(socket):
            await terminal.hear(socket)

    routes = [
        Route("/", page),
        Route("/health", health),
        WebSocketRoute("/terminal", show),
        WebSocketRoute("/microphone", hear),
        Mount("/page", StaticFiles(directory=PAGES)),
        Mount("/static", StaticFiles(directory=STATIC_FILES)),
    ]
    app = Starlette(routes=routes, middleware=[Middleware(_Policy)])
    return Access(app, config, entrance=TokenPage(config.tokens(), PAGES / "token.html"))


async def _enters(socket: WebSocket) -> bool:
    """Let in who may act: whatever is typed into a terminal is done."""
    if socket.state.right == "act":
        await socket.accept()
        return True
    await socket.close(1008, "the terminal acts: it needs the act_token")
    return False


class _Policy:
    """Tells the browser what a page may do."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def told(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message["headers"], (b"content-security-policy", _POLICY)]
            await send(message)

        await self._app(scope, receive, told)
