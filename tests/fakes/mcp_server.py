"""A server of the Model Context Protocol for a child process: `python mcp_server.py [dies|slow]`."""

from __future__ import annotations

import asyncio
import sys
import time
from typing import Any

import mcp_types as types
from mcp.server.lowlevel.server import Server
from mcp.server.stdio import stdio_server

ADD = {"type": "object", "properties": {"text": {"type": "string"}, "copies": {"type": "integer"}}}


async def listed(_: Any, __: Any) -> types.ListToolsResult:
    return types.ListToolsResult(tools=[types.Tool(name="add_note", description="Add", input_schema=ADD)])


async def called(_: Any, call: types.CallToolRequestParams) -> types.CallToolResult:
    values = call.arguments or {}
    if values.get("text") == "die":
        print("Traceback: something\nMemoryError: no room for notes", file=sys.stderr, flush=True)
        sys.stderr.flush()
        import os

        os._exit(3)
    if values.get("text") == "sleep":
        time.sleep(60)
    is_error = values.get("text") == "nothing"
    text = (
        "an empty note is refused" if is_error else f"noted {values['copies'] * 2 if 'copies' in values else 1} times"
    )
    structured = None if is_error else {"note": {"id": 7, "text": values.get("text", "")}}
    content: list[types.ContentBlock] = [types.TextContent(text=text)]
    return types.CallToolResult(content=content, is_error=is_error, structured_content=structured)


async def main() -> None:
    server: Server[Any] = Server("notes", on_list_tools=listed, on_call_tool=called)
    async with stdio_server() as (incoming, outgoing):
        await server.run(incoming, outgoing, server.create_initialization_options())


if __name__ == "__main__":
    asyncio.run(main())
