"""Tools of other programs by the Model Context Protocol: one call, bounded as a whole. mcp is imported with this."""

from __future__ import annotations

import asyncio
import contextlib
import shlex
import tempfile
import threading
from collections.abc import AsyncIterator, Mapping
from pathlib import Path
from typing import IO, Any, TextIO, cast
from urllib.parse import urlsplit

from assistant.actions.answer import UNSURE
from assistant.errors import ActionError, nearest_word
from assistant.values import McpAction

try:
    from mcp import ClientSession, StdioServerParameters
    from mcp.client.stdio import stdio_client
    from mcp.client.streamable_http import streamable_http_client
except ModuleNotFoundError:
    raise ActionError("tools of other programs need mcp: pip install 'assistant[mcp]'") from None


def call(
    action: McpAction, address: str, arguments: Mapping[str, Any], cancelled: threading.Event
) -> tuple[str, Mapping[str, Any]]:
    """Call a tool and return its words and the fields of its structured answer.

    Args:
        action: names the server, the tool and the seconds for everything together.
        address: a command, which is started without a shell and ended afterwards, or a web address.
        arguments: of the tool.
        cancelled: ends the call at once where it is set meanwhile.

    Raises:
        ActionError: the server does not start, dies or refuses, has no such tool, or takes too long.
    """
    name = action.server
    with tempfile.TemporaryFile("w+", encoding="utf-8", errors="replace") as errors:
        try:
            return asyncio.run(_bounded(action, address, arguments, cancelled, errors))
        except ActionError:
            raise
        except TimeoutError:
            raise ActionError(f"{name}: no answer within {action.timeout:g} seconds, so {UNSURE}") from None
        except (Exception, asyncio.CancelledError, BaseExceptionGroup) as error:  # whatever a transport raises
            raise ActionError(f"{name}: {_reason(error, errors)}") from None


async def _bounded(
    action: McpAction, address: str, arguments: Mapping[str, Any], cancelled: threading.Event, errors: IO[str]
) -> tuple[str, Mapping[str, Any]]:
    """Await the call, looking up often; at the end of the time or once `cancelled` is set, it is ended."""
    task = asyncio.create_task(_called(action, address, arguments, errors))
    loop = asyncio.get_running_loop()
    end = loop.time() + action.timeout
    while not task.done():
        await asyncio.wait([task], timeout=0.05)
        if task.done() or not (cancelled.is_set() or loop.time() >= end):
            continue
        task.cancel()
        with contextlib.suppress(BaseException):  # it is left; what it says of that does not matter
            await asyncio.wait_for(task, 5)
        if cancelled.is_set():
            raise ActionError(f"{action.server}: cancelled, so {UNSURE}")
        raise TimeoutError
    return task.result()


async def _called(
    action: McpAction, address: str, arguments: Mapping[str, Any], errors: IO[str]
) -> tuple[str, Mapping[str, Any]]:
    async with _connected(address, errors) as client:
        await client.initialize()
        tools = {tool.name for tool in (await client.list_tools()).tools}
        if action.tool not in tools:
            raise ActionError(f"{action.server}: has no tool {action.tool}{nearest_word(action.tool, tools)}")
        result = await client.call_tool(action.tool, dict(arguments))
    texts = [part.text for part in result.content if part.type == "text"]
    text = "\n".join(texts).strip()
    if result.is_error:
        raise ActionError(f"{action.server}: {' '.join(text.split())[:200] or 'it failed'}")
    return text, result.structured_content or {}


@contextlib.asynccontextmanager
async def _connected(address: str, errors: IO[str]) -> AsyncIterator[ClientSession]:
    if urlsplit(address).scheme in ("http", "https"):
        streams = streamable_http_client(address)
    else:
        program, *rest = (str(Path(word).expanduser()) if word[:1] == "~" else word for word in shlex.split(address))
        streams = stdio_client(StdioServerParameters(command=program, args=rest), errlog=cast(TextIO, errors))
    async with streams as (incoming, outgoing), ClientSession(incoming, outgoing) as client:
        yield client


def _reason(error: BaseException, errors: IO[str]) -> str:
    """Say in a few words why a server gave no answer: its own last words, or those of the fault."""
    while isinstance(error, BaseExceptionGroup):
        error = error.exceptions[0]
    if isinstance(error, ActionError):
        return str(error).partition(": ")[2] or str(error)
    errors.seek(0)
    lines = [line.strip() for line in errors.read()[-10_000:].splitlines() if line.strip()]
    if lines:
        return f"it ended: {lines[-1][:200]}"
    if isinstance(error, OSError) and error.strerror:
        return f"it cannot be started: {error.strerror.lower()}"
    return " ".join(str(error).split())[:200].lower() or "the connection broke off"
