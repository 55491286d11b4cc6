"""A server that speaks the OpenAI protocol, and every way in which one goes wrong."""

from __future__ import annotations

import contextlib
import http.server
import json
import socket
import threading
from collections.abc import Callable, Iterator, Sequence
from typing import Any


def chunk(text: str, reason: str | None = None) -> bytes:
    delta = {"content": text} if text else {}
    return f"data: {json.dumps({'choices': [{'delta': delta, 'finish_reason': reason}]})}\n\n".encode()


class ChatServer(http.server.ThreadingHTTPServer):
    """Answers each request with `respond(handler)`, and keeps what it was sent."""

    daemon_threads = True

    def __init__(self, respond: Callable[[ChatHandler], None]) -> None:
        super().__init__(("127.0.0.1", 0), ChatHandler)
        self.respond = respond
        self.requests: list[tuple[str, dict[str, str], Any]] = []
        self.let_go = threading.Event()
        """Set when a handler that waits is to end."""

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/v1"


class ChatHandler(http.server.BaseHTTPRequestHandler):
    server: ChatServer

    def do_GET(self) -> None:
        self._take(None)

    def do_POST(self) -> None:
        self._take(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))

    def _take(self, body: Any) -> None:
        self.server.requests.append((self.path, dict(self.headers), body))
        with contextlib.suppress(OSError):
            self.server.respond(self)

    def begin(self, status: int = 200, kind: str = "text/event-stream", **headers: str) -> None:
        self.send_response(status)
        for name, value in {"Content-Type": kind, "Connection": "close", **headers}.items():
            self.send_header(name, value)
        self.end_headers()
        self.close_connection = True

    def tell(self, *parts: bytes) -> None:
        for part in parts:
            self.wfile.write(part)
            self.wfile.flush()

    def answer(self, status: int, body: object) -> None:
        self.begin(status, "application/json")
        self.tell(body if isinstance(body, bytes) else json.dumps(body).encode())

    def say(self, pieces: Sequence[str]) -> None:
        self.begin()
        self.tell(*map(chunk, pieces), b"data: [DONE]\n\n")

    def log_message(self, *_: object) -> None:
        return


@contextlib.contextmanager
def chat_server(respond: Callable[[ChatHandler], None]) -> Iterator[ChatServer]:
    server = ChatServer(respond)
    thread = threading.Thread(target=server.serve_forever, args=(0.05,))
    thread.start()
    try:
        yield server
    finally:
        server.let_go.set()
        server.shutdown()
        thread.join()
        server.server_close()


def refusing_port() -> int:
    """Return a port on which nobody listens."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
