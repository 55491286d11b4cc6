"""A web server on this machine, for as long as somebody needs it."""

from __future__ import annotations

import contextlib
import http.server
import json
import threading
from collections.abc import Iterator
from typing import Any


class JsonHandler(http.server.BaseHTTPRequestHandler):
    """Reads JSON and answers with JSON; a subclass says how in `respond`. Keeps no log."""

    def respond(self, body: Any) -> None:
        """Answer a GET, where `body` is None, or a POST with a body."""
        raise NotImplementedError

    def do_GET(self) -> None:
        self.respond(self._body())

    def do_POST(self) -> None:
        self.respond(self._body())

    def _body(self) -> Any:
        return json.loads(self.rfile.read(int(self.headers.get("Content-Length") or 0)) or "null")

    def answer(self, status: int, body: object) -> None:
        """Send bytes as they are, anything else as JSON."""
        content = body if isinstance(body, bytes) else json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        with contextlib.suppress(OSError):  # the other side has heard enough
            self.wfile.write(content)

    def log_message(self, *_: object) -> None:
        return


@contextlib.contextmanager
def serving(handler: type[http.server.BaseHTTPRequestHandler]) -> Iterator[str]:
    """Serve on a free port and give the address, without a slash at its end."""
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
