"""The Model Context Protocol on stdin and stdout: commands as tools, and the knowledge as a search.

{"mcpServers": {"assistant": {"command": "assistant", "args": ["mcp"]}}}
"""

from __future__ import annotations

import asyncio
import dataclasses
import threading
from collections.abc import Mapping
from typing import Any

import mcp_types as types
from mcp.server.lowlevel.server import Server
from mcp.server.stdio import stdio_server
from starlette.concurrency import run_in_threadpool

from assistant import __version__
from assistant.app.clients.tools import ToolBox
from assistant.errors import AssistantError
from assistant.servers.reply import Reply

_TEXT = {"type": "string", "minLength": 1, "maxLength": 2000}

_ASK = types.Tool(
    name="ask",
    description="Say a sentence to the assistant, as a person would: it acts, answers, or asks back. Answers to its "
    "questions go here, too.",
    input_schema={"type": "object", "properties": {"sentence": _TEXT}, "required": ["sentence"]},
)
_SEARCH = types.Tool(
    name="search_knowledge",
    description="Find what the user's documents and question-answer pairs say about a question, with the place.",
    input_schema={"type": "object", "properties": {"question": _TEXT}, "required": ["question"]},
    annotations=types.ToolAnnotations(read_only_hint=True),
)


def serve_tools(box: ToolBox) -> None:
    """Serve until stdin ends; all calls are of one conversation, one after the other."""
    asyncio.run(_serve(box))


async def _serve(box: ToolBox) -> None:
    async def listed(_: Any, __: Any) -> types.ListToolsResult:
        commands = [
            types.Tool(
                name=command.name,
                description=command.description,
                input_schema=dict(command.schema),
                annotations=types.ToolAnnotations(read_only_hint=command.tells),
            )
            for command in await run_in_threadpool(box.commands)
        ]
        return types.ListToolsResult(tools=[_ASK, _SEARCH, *commands])

    async def called(_: Any, call: types.CallToolRequestParams) -> types.CallToolResult:
        return await run_in_threadpool(_answered, box, call.name, call.arguments or {})

    server: Server[Any] = Server("assistant", version=__version__, on_list_tools=listed, on_call_tool=called)
    async with stdio_server() as (incoming, outgoing):
        await server.run(incoming, outgoing, server.create_initialization_options())


def _answered(box: ToolBox, name: str, values: Mapping[str, Any]) -> types.CallToolResult:
    try:
        if name == _SEARCH.name:
            return _found(box, str(values.get("question", "")))
        cancelled = threading.Event()
        with box.turn():
            if name == _ASK.name:
                reply = Reply(box.say(str(values.get("sentence", "")), cancelled))
            else:
                reply = Reply(box.call(name, values, cancelled))
            text = "".join(reply.pieces())
    except AssistantError as error:
        return _result(str(error), is_error=True)
    return _result(text, is_error=not reply.details["ok"], details=reply.details)


def _found(box: ToolBox, question: str) -> types.CallToolResult:
    items = box.knowledge(question)
    parts = [f"[{item.confidence:.2f}] {item.source}\n{item.text}" for item in items]
    text = "\n\n".join(parts) or "Nothing is known of it."
    return _result(text, is_error=False, details={"found": [dataclasses.asdict(item) for item in items]})


def _result(text: str, is_error: bool, details: Mapping[str, Any] | None = None) -> types.CallToolResult:
    content: list[types.ContentBlock] = [types.TextContent(text=text)]
    return types.CallToolResult(
        content=content, is_error=is_error, structured_content=dict(details) if details else None
    )
