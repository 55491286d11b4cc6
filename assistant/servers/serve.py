"""Both servers on one event loop, until somebody ends them."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Awaitable, Callable

import anyio.to_thread

from assistant.app.clients.gateway import Gateway
from assistant.config import ServerConfig
from assistant.errors import AssistantError, ConfigError
from assistant.events import Noticed, Serving
from assistant.servers.discovery import HTTP, WYOMING, announced
from assistant.servers.http.application import application
from assistant.servers.listening import bound, listen
from assistant.servers.wyoming import wyoming_server


def serve(gateway: Gateway, config: ServerConfig) -> None:
    """Load the assistant and serve it until SIGINT or SIGTERM.

    Raises:
        ConfigError: a port is taken, or another machine could reach it and no token is set.
    """
    if not config.is_local and not config.tokens():
        raise ConfigError(
            f"[server] host: {config.host} can be reached by other machines: set act_token or ask_token under [server]"
        )
    if not config.is_local and config.wyoming and not config.wyoming_clients:
        shut = (
            "the Wyoming protocol knows no tokens: it is served on this machine alone, or to [server] wyoming_clients"
        )
        gateway.emit(Noticed(shut))
    asyncio.run(_serve(gateway, config))


async def _serve(gateway: Gateway, config: ServerConfig) -> None:
    anyio.to_thread.current_default_thread_limiter().total_tokens = 128
    listening = bound(config)
    ports = {HTTP: listening.getsockname()[1]}
    async with contextlib.AsyncExitStack() as stack:
        wyoming = ""
        if config.wyoming:
            host = config.host if config.is_local or config.wyoming_clients else "127.0.0.1"
            serving = wyoming_server(gateway, host, config.wyoming, config)
            try:
                port = await stack.enter_async_context(serving)
            except OSError as error:
                raise ConfigError(f"[server] wyoming: port {config.wyoming}: {error.strerror}") from None
            wyoming = f"tcp://{host}:{port}"
            if host == config.host:
                ports[WYOMING] = port
        if config.traces:
            stack.callback(_trace(gateway, config.traces))
        if gateway.config.mqtt.url:
            stack.push_async_callback(_bridge(gateway))
        if config.announce and not config.is_local:
            try:
                await stack.enter_async_context(announced(ports, config.host))
            except AssistantError as error:
                gateway.emit(Noticed(f"{error}; the servers are not announced"))
        gateway.start()
        await listen(listening, application(gateway, config), lambda address: gateway.emit(Serving(address, wyoming)))


def _bridge(gateway: Gateway) -> Callable[[], Awaitable[None]]:
    """Connect to the MQTT broker from now on, until the function that is returned is called."""
    from assistant.servers.mqtt import bridge

    task = asyncio.create_task(bridge(gateway, gateway.config.mqtt))

    async def end() -> None:
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task

    return end


def _trace(gateway: Gateway, address: str) -> Callable[[], None]:
    """Send traces from now on, until the function that is returned is called."""
    from assistant.servers.traces import Traces

    traces = Traces(address, lambda line: gateway.emit(Noticed(line)))
    gateway.stages.observers.append(traces.observe)
    return traces.close
