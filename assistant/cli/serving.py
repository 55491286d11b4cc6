"""The commands that serve other programs, and have them served from login on."""

from __future__ import annotations

import argparse
import contextlib
import dataclasses
import importlib.util
import sys
import threading
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from assistant.checks.finding import Finding
from assistant.cli.conversation import EventWriter
from assistant.cli.output import ExitCode, complain, report, show
from assistant.cli.talking import leave
from assistant.config import Config, user_config_file
from assistant.errors import AssistantError
from assistant.events import Event, Failed, Serving

if TYPE_CHECKING:
    from assistant.app.clients.gateway import Gateway

_SHARED = ("config", "intents", "knowledge", "data-dir")
"""Options of every command that a terminal in a browser is started with."""


def serve(config: Config, args: argparse.Namespace) -> int:
    """Serve until interrupted.

    Raises:
        AssistantError: a package is missing, a port is taken, or a token is needed.
    """
    _demand("serve", "fastapi", "wyoming", "websockets", "prometheus_client", "zeroconf")
    if config.server.traces:
        _demand("otel", "grpc", "opentelemetry")
    if config.mqtt.url:
        _demand("mqtt", "aiomqtt")
    if args.ray:
        _demand("ray", "ray")
    from assistant.app.clients.gateway import Gateway
    from assistant.servers.serve import serve as serve_until_ended

    options = {name: getattr(args, name) for name in ("host", "port", "wyoming") if getattr(args, name) is not None}
    if wrong := [name for name in ("port", "wyoming") if not 0 <= options.get(name, 0) <= 65_535]:
        raise AssistantError(f"--{wrong[0]}: 0 to 65535, not {options[wrong[0]]}")
    writer = EventWriter("starting to serve")
    file = getattr(args, "config", None) or user_config_file()
    with contextlib.ExitStack() as ending:
        gateway = _replicated(config, writer, file, ending) if args.ray else Gateway(config, writer.write, file)
        with contextlib.suppress(KeyboardInterrupt):
            serve_until_ended(gateway, dataclasses.replace(config.server, **options))
        gateway.close()
    leave(ExitCode.DONE)


def _replicated(config: Config, writer: EventWriter, file: Path, ending: contextlib.ExitStack) -> Gateway:
    """Make a gateway to replicas of the models, which are there until `ending`."""
    from assistant.app.clients.gateway import Gateway
    from assistant.app.replicas.models import ReplicaModels
    from assistant.app.replicas.ray_cluster import RayCluster

    cluster = RayCluster(config)
    ending.callback(cluster.close)
    most = max(config.ray.replicas, config.ray.most_replicas)
    return Gateway(config, writer.write, file, turns=2 * most, microphones=16 * most, models=ReplicaModels(cluster))


def web(config: Config, args: argparse.Namespace) -> int:
    """Serve the terminal to a browser until interrupted.

    Raises:
        AssistantError: a package is missing, the port is taken, or a token is needed.
    """
    _demand("web", "textual_serve", "starlette", "uvicorn", "websockets")
    from assistant.servers.web.serving import serve_terminal

    if not 0 <= args.port <= 65_535:
        raise AssistantError(f"--port: 0 to 65535, not {args.port}")
    named = [(name, getattr(args, name.replace("-", "_"), None)) for name in _SHARED]
    options = [word for name, value in named if value for word in (f"--{name}", str(value))]
    if config.models.offline:
        options.append("--offline")
    writer = EventWriter()
    tell = writer.write if not sys.stdout.isatty() else _tell_address
    with contextlib.suppress(KeyboardInterrupt):
        server = dataclasses.replace(config.server, host=args.host, port=args.port)
        serve_terminal([sys.executable, "-m", "assistant", *options, "run"], server, tell)
    leave(ExitCode.DONE)


def _tell_address(event: Event) -> None:
    if isinstance(event, Serving):
        show(f"The terminal is at {event.http}; Ctrl+C ends it.")


def satellite(config: Config, args: argparse.Namespace) -> int:
    """Hear and speak for a server until interrupted, or show the servers that can be found.

    Raises:
        AssistantError: no server is named, or the package that finds one is missing.
    """
    return _find() if args.find else _hear_for(config, args)


def _hear_for(config: Config, args: argparse.Namespace) -> int:
    from assistant.app.edge.far_assistant import demanded
    from assistant.app.edge.satellite import serve_a_room

    wished = {"url": args.server, "area": args.area}
    if args.server and not args.server.startswith(("http://", "https://")):
        raise AssistantError(f"--server: {args.server} is no web address: it begins with http:// or https://")
    there = dataclasses.replace(config.satellite, **{name: value for name, value in wished.items() if value})
    start = "hands_free" if config.listen.start == "key" else config.listen.start  # no key is read here
    listen = dataclasses.replace(config.listen, start=start)
    config = dataclasses.replace(config, satellite=demanded(there), listen=listen)
    writer = EventWriter("opening the microphone")
    with contextlib.suppress(KeyboardInterrupt):
        serve_a_room(config, writer.write, threading.Event(), writer.progress.clear)
    leave(ExitCode.DONE)


def _find() -> int:
    """Show the address of each server that announces itself.

    Raises:
        AssistantError: the package is missing, or there is no network.
    """
    _demand("serve", "zeroconf")
    from assistant.servers.discovery import find_servers

    found = find_servers()
    for url in found:
        show(url)
    if not found:
        complain("no `assistant serve` announces itself here: it does with [server] host set beyond its own machine")
    return ExitCode.DONE if found else ExitCode.NOT_UNDERSTOOD


def mcp(config: Config, _: argparse.Namespace) -> int:
    """Serve the Model Context Protocol on stdin and stdout until stdin ends.

    Raises:
        AssistantError: a package is missing.
    """
    _demand("mcp", "mcp")
    from assistant.app.build import one_shot
    from assistant.app.clients.tools import ToolBox
    from assistant.servers.mcp import serve_tools

    with contextlib.suppress(KeyboardInterrupt):
        serve_tools(ToolBox(config, partial(one_shot, config, _complain_of)))
    leave(ExitCode.DONE)


def _complain_of(event: Event) -> None:
    """Write faults to stderr: stdout belongs to the protocol."""
    if isinstance(event, Failed):
        complain(event.message)


def service(_: Config, args: argparse.Namespace) -> int:
    """Install or remove the service that serves at each login, or tell its state.

    Raises:
        AssistantError: its file cannot be written, or systemd does not start it.
    """
    from assistant.servers.service import Service

    own: Path | None = getattr(args, "config", None)
    settings = ("--config", str(own.absolute())) if own else ()
    installed = Service((sys.executable, "-m", "assistant", *settings, "serve"))
    progress = EventWriter().progress
    match args.what:
        case "install":
            _demand("serve", "fastapi", "wyoming", "websockets", "prometheus_client", "zeroconf")
            return report([Finding("service", True, installed.install())], progress)
        case "remove":
            return report([Finding("service", True, installed.remove())], progress)
    runs, line = installed.status()
    return report([Finding("service", runs, line)], progress)


def _demand(extra: str, *packages: str) -> None:
    if missing := [name for name in packages if importlib.util.find_spec(name) is None]:
        raise AssistantError(f"serving needs {' and '.join(missing)}: pip install 'assistant[{extra}]'")
