"""An application of ours served over HTTP and WebSockets until somebody ends it."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Callable

import uvicorn
from starlette.types import ASGIApp

from assistant.config import ServerConfig
from assistant.errors import ConfigError


async def listen(listening: socket.socket, app: ASGIApp, told: Callable[[str], None]) -> None:
    """Serve an application until SIGINT or SIGTERM; its address is told once it can be reached."""
    settings = uvicorn.Config(
        app,
        log_level="critical",
        access_log=False,
        lifespan="off",
        limit_concurrency=512,
        timeout_keep_alive=30,
        timeout_graceful_shutdown=3,  # who follows the events stays connected for ever
        h11_max_incomplete_event_size=65_536,
        server_header=False,
        ws="websockets-sansio",
        ws_max_size=2_000_000,
        ws_per_message_deflate=False,
    )
    server = uvicorn.Server(settings)
    serving = asyncio.create_task(server.serve(sockets=[listening]))
    while not server.started and not serving.done():
        await asyncio.sleep(0.01)
    host, port = listening.getsockname()[:2]
    told(f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}")
    await serving


def bound(config: ServerConfig) -> socket.socket:
    """Take the port.

    Raises:
        ConfigError: it cannot be had.
    """
    family = socket.AF_INET6 if ":" in config.host else socket.AF_INET
    listening = socket.socket(family, socket.SOCK_STREAM)
    try:
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind((config.host, config.port))
    except OSError as error:
        listening.close()
        raise ConfigError(f"[server] {config.host}:{config.port}: {error.strerror}") from None
    return listening
