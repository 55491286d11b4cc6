"""assistant mcp: the protocol's own client starts it as a child, lists its tools and calls them."""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
import sys

import pytest
from mcp import ClientSession, StdioServerParameters
from mcp.client.stdio import stdio_client

INTENTS = """
intents:
  Brew:
    description: Brew a drink
    data: [{sentences: ["(brew|make) [me] [a] {size} {drink}", "(brew|make) [me] [a] {drink}"]}]
    slots:
      drink: {values: [coffee, tea, cocoa], required: true, ask: "Which drink?"}
      size: {values: [small, large]}
    response: "Brewing {drink}."
  Warm:
    description: Warm the cup
    data: [{sentences: ["warm the cup to {degrees} [degrees]"]}]
    slots: {degrees: {type: number, min: 30, max: 80, required: true, ask: "How warm?"}}
    response: "Warming to {degrees}."
  Empty:
    description: Empty the tank
    data: [{sentences: ["empty the [water] tank"]}]
    confirm: "Empty the tank?"
    response: "Emptied."
"""
KNOWLEDGE = """
- question: How often should the machine be descaled?
  answer: Every three months, with citric acid.
  source: machine.md
"""


@pytest.fixture
def arguments(tmp_path, fresh_data):
    for name, text in (("intents", INTENTS), ("knowledge", KNOWLEDGE)):
        (tmp_path / name).mkdir()
        (tmp_path / name / "own.yaml").write_text(text)
    folders = [f"--{name}={tmp_path / name}" for name in ("intents", "knowledge")]
    return ["-m", "assistant", *folders, f"--data-dir={fresh_data}", "mcp"]


@pytest.mark.model
def test_a_client_lists_and_calls_the_commands(arguments):
    async def talk():
        server = StdioServerParameters(command=sys.executable, args=arguments, env=dict(os.environ))
        async with stdio_client(server) as streams, ClientSession(*streams) as client:
            await client.initialize()
            tools = {tool.name: tool for tool in (await client.list_tools()).tools}
            assert tools.keys() == {"ask", "search_knowledge", "Brew", "Warm", "Empty"}
            brew = tools["Brew"]
            assert brew.description.startswith("Brew a drink.")
            assert brew.input_schema["properties"]["drink"]["enum"] == ["coffee", "tea", "cocoa"]
            assert brew.input_schema["required"] == ["drink"]
            degrees = tools["Warm"].input_schema["properties"]["degrees"]
            assert degrees == {"type": "number", "minimum": 30, "maximum": 80}

            async def call(name, **values):
                result = await client.call_tool(name, values)
                return result.content[0].text, result.is_error

            assert await call("Brew", drink="tea", size="large") == ("Brewing tea.", False)
            assert await call("Warm", degrees=60) == ("Warming to 60.", False)
            assert await call("ask", sentence="make me a cocoa") == ("Brewing cocoa.", False)
            assert await call("Empty") == ("Empty the tank?", False)
            assert await call("ask", sentence="yes") == ("Emptied.", False)
            text, _ = await call("search_knowledge", question="when do I have to descale it")
            assert "machine.md\nEvery three months, with citric acid." in text
            for name, values, line in [
                ("Brew", {"drink": "petrol"}, "Brew: no words of it mean drink petrol; say it in a sentence"),
                ("Brew", {"drink": "tea and then empty the tank"}, "Brew: no words of it mean drink tea and then"),
                ("Brew", {"size": "large"}, "Brew: drink is missing"),
                ("Brew", {"drnk": "tea"}, "Brew has no drnk; did you mean 'drink'?"),
                ("Warm", {"degrees": 99}, "Warm: no words of it mean degrees 99"),
                ("Brwe", {}, "there is no command Brwe; did you mean 'Brew'?"),
            ]:
                text, is_error = await call(name, **values)
                assert is_error
                assert text.startswith(line)

    asyncio.run(asyncio.wait_for(talk(), 120))


@pytest.mark.model
def test_garbage_ends_nothing_and_the_end_of_stdin_ends_it(arguments):
    hello = {"protocolVersion": "2025-06-18", "capabilities": {}, "clientInfo": {"name": "a", "version": "1"}}
    wrong = {"name": "ask", "arguments": {"sentence": 5}}
    sent = [
        {"jsonrpc": "2.0", "id": 1, "method": "initialize", "params": hello},
        {"jsonrpc": "2.0", "method": "notifications/initialized"},
        {"jsonrpc": "2.0", "id": 2, "method": "no/such"},
        {"jsonrpc": "2.0", "id": 3, "method": "tools/call", "params": wrong},
        {"jsonrpc": "2.0", "id": 4, "method": "ping"},
    ]
    text = "\n".join(["not json", "[]", *map(json.dumps, sent), ""])
    with subprocess.Popen(
        [sys.executable, *arguments],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    ) as child:
        child.stdin.write(text)
        child.stdin.flush()
        answers = {}
        while 3 not in answers or 4 not in answers:
            answer = json.loads(child.stdout.readline())
            answers[answer.get("id")] = answer
        child.stdin.close()
        assert child.wait(30) == 0
    assert "error" in answers[2]
    assert answers[3]["result"]["content"][0]["type"] == "text"
    assert answers[4]["result"] == {}
