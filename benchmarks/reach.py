"""Other programs: what a protocol adds to a turn and to hearing, against an echo and the same in process; and abuse.

The ways in are measured in this process, so that all work with the same models; a server in a process of its own is
abused. `--limit` is the number of malformed messages.
"""

from __future__ import annotations

import asyncio
import base64
import contextlib
import json
import random
import socket
import statistics
import struct
import threading
import time
from collections.abc import AsyncIterator, Iterator, Sequence
from dataclasses import dataclass

import httpx
import numpy as np
import psutil
import soxr
from websockets.asyncio.client import ClientConnection, connect
from wyoming.client import AsyncTcpClient
from wyoming.event import Event as WireEvent
from wyoming.intent import Recognize
from wyoming.server import AsyncEventHandler

from assistant.app.clients.gateway import Gateway
from assistant.config import Config, PathsConfig, ServerConfig
from assistant.servers.http.application import application
from assistant.servers.listening import bound, listen
from assistant.servers.wyoming import wyoming_server
from assistant.values import SAMPLE_RATE, FinalTranscript, Utterance
from benchmarks import Options, Row, quiet
from benchmarks.serving import DATA, RECORDINGS, Server, percentile, serving, sound, spoken

TURNS, MALFORMED, BLOCK = 40, 10_000, 0.032


@dataclass(frozen=True, slots=True)
class Doors:
    """The ways into one gateway, served in this process."""

    gateway: Gateway
    wyoming: tuple[str, int]
    http: str
    echo: tuple[str, int]
    """The bare library, in the same thread as the servers."""


def run(options: Options) -> list[Row]:
    """Measure the ways in, then abuse them."""
    with _served() as doors:
        rows = [*asyncio.run(_round_trips(doors)), *asyncio.run(_finals(doors))]
    with serving() as server:
        return [*rows, *asyncio.run(_abused(server, options.limit or MALFORMED)), *asyncio.run(_cut_off(server))]


@contextlib.contextmanager
def _served() -> Iterator[Doors]:
    DATA.mkdir(parents=True, exist_ok=True)
    gateway = Gateway(Config(paths=PathsConfig(data=str(DATA))), quiet)
    gateway.start()
    while "text" not in gateway.ready or "speech" not in gateway.ready:
        time.sleep(0.1)
    gateway.complete.wait()
    addresses: list[tuple[int, str, int]] = []

    async def serve() -> None:
        config = ServerConfig(port=0)
        echo = await asyncio.start_server(_echoing, "127.0.0.1", 0)
        echo_port = echo.sockets[0].getsockname()[1]
        async with wyoming_server(gateway, "127.0.0.1", 0, config) as port, echo:
            await listen(
                bound(config), application(gateway, config), lambda http: addresses.append((port, http, echo_port))
            )

    threading.Thread(target=lambda: asyncio.run(serve()), daemon=True).start()
    while not addresses:
        time.sleep(0.05)
    try:
        wyoming, http, echo = addresses[0]
        yield Doors(gateway, ("127.0.0.1", wyoming), http, ("127.0.0.1", echo))
    finally:
        gateway.close()


# -- understanding --------------------------------------------------------------------------------


class Echo(AsyncEventHandler):
    """The bare library: what comes goes back."""

    async def handle_event(self, event: WireEvent) -> bool:
        """Send it back."""
        await self.write_event(event)
        return True


async def _echoing(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with contextlib.suppress(ConnectionError):
        await Echo(reader, writer).run()


async def _round_trips(doors: Doors) -> list[Row]:
    session = doors.gateway.new_session()
    async with AsyncTcpClient(*doors.wyoming) as ours, AsyncTcpClient(*doors.echo) as theirs:

        async def asked(client: AsyncTcpClient, text: str) -> float:
            start = time.perf_counter()
            await client.write_event(Recognize(text=text).event())
            await client.read_event()
            return time.perf_counter() - start

        times: tuple[list[float], list[float], list[float]] = ([], [], [])
        for number in range(-5, TURNS):
            alone = time.perf_counter()
            await asyncio.to_thread(
                doors.gateway.preview, session, Utterance(f"set a timer for {number * 2 + 11} minutes")
            )
            taken = (
                await asked(ours, f"set a timer for {number * 2 + 12} minutes"),
                await asked(theirs, f"set a timer for {number * 2 + 12} minutes"),
            )
            if number >= 0:
                times[0].append(time.perf_counter() - alone - sum(taken))
                times[1].append(taken[0])
                times[2].append(taken[1])
    understood, wire, bare = (statistics.median(each) * 1000 for each in times)
    limit = "1.5 x the library's echo + understanding"
    return [Row("intent round trip over Wyoming, p50", wire, "ms", limit, 1.5 * bare + understood)]


# -- hearing --------------------------------------------------------------------------------------


async def _finals(doors: Doors) -> list[Row]:
    """Measure the time from the last sample to the final transcript, each recording each way in turn."""
    ways: dict[str, list[float]] = {"in process": [], "Wyoming": [], "/v1/realtime": []}
    for recording in [*RECORDINGS[:1], *RECORDINGS * 2]:
        samples, rate = sound(recording)
        assert rate == SAMPLE_RATE
        ways["in process"].append(await asyncio.to_thread(_in_process, doors.gateway, samples))
        ways["Wyoming"].append((await spoken(doors.wyoming, recording, BLOCK))[1])
        ways["/v1/realtime"].append(await _by_realtime(doors.http, samples))
    rows = []
    here = [seconds * 1000 for seconds in ways.pop("in process")[1:]]
    for way, seconds in ways.items():
        times = [each * 1000 for each in seconds[1:]]
        for label, share in (("p50", 0.5), ("p95", 0.95)):
            what = f"last sample to transcript, {way}, {label}"
            rows.append(Row(what, percentile(times, share), "ms", "in process", percentile(here, share)))
        added = statistics.median(there - alone for there, alone in zip(times, here, strict=True))
        rows.append(Row(f"added by {way}, p50", added, "ms", "limit", 20))
    return rows


def _in_process(gateway: Gateway, samples: bytes) -> float:
    ended = 0.0

    def blocks() -> Iterator[bytes]:
        nonlocal ended
        size, start = int(SAMPLE_RATE * BLOCK) * 2, time.perf_counter()
        for number, place in enumerate(range(0, len(samples), size)):
            time.sleep(max(0.0, start + number * BLOCK - time.perf_counter()))
            yield samples[place : place + size]
        ended = time.perf_counter()

    for event in gateway.listen(blocks(), SAMPLE_RATE, gateway.new_session()):
        if isinstance(event, FinalTranscript):
            return time.perf_counter() - ended
    raise SystemExit("benchmarks: a recording was not heard")


async def _by_realtime(address: str, samples: bytes, rate: int = 24_000) -> float:
    heard = np.frombuffer(samples, "<i2").astype(np.float32)
    pcm = np.clip(soxr.resample(heard, SAMPLE_RATE, rate), -32768, 32767).astype("<i2").tobytes()
    async with _realtime(address) as client:
        size, start = int(rate * BLOCK) * 2, time.perf_counter()
        for number, place in enumerate(range(0, len(pcm), size)):
            await asyncio.sleep(max(0.0, start + number * BLOCK - time.perf_counter()))
            audio = base64.b64encode(pcm[place : place + size]).decode()
            await client.send(json.dumps({"type": "input_audio_buffer.append", "audio": audio}))
        ended = time.perf_counter()
        await client.send('{"type": "input_audio_buffer.commit"}')
        async for message in client:
            if json.loads(message)["type"].endswith("transcription.completed"):
                return time.perf_counter() - ended
    raise SystemExit("benchmarks: /v1/realtime ended")


@contextlib.asynccontextmanager
async def _realtime(address: str) -> AsyncIterator[ClientConnection]:
    url = f"{address.replace('http', 'ws')}/v1/realtime?intent=transcription"
    async with connect(url, compression=None) as client:
        yield client


# -- abuse ----------------------------------------------------------------------------------------


async def _abused(server: Server, messages: int) -> list[Row]:
    """Send what is no message, each way, and look at the memory of the server."""
    rows, process = [], psutil.Process(server.process.pid)
    for way, abuse in (("Wyoming", _at_wyoming), ("/v1/realtime", _at_realtime), ("HTTP", _at_http)):
        await abuse(server, _garbage(messages // 5, 1))  # memory that is taken once
        before = process.memory_info().rss
        await abuse(server, _garbage(messages, 2))
        grown = (process.memory_info().rss - before) / 1e6
        rows.append(Row(f"memory that {messages:,} malformed messages leave, {way}", grown, "MB", "limit", 10))
    return rows


async def _cut_off(server: Server, clients: int = 16) -> list[Row]:
    """Break connections off in the middle of an utterance, as a process does that is killed; then another speaks."""
    samples, rate = sound(RECORDINGS[0])
    head = json.dumps(
        {"type": "audio-chunk", "data": {"rate": rate, "width": 2, "channels": 1}, "payload_length": 32_000}
    )
    sockets = [socket.create_connection(server.wyoming, 10) for _ in range(clients)]
    for each in sockets:
        each.sendall(head.encode() + b"\n" + samples[:32_000])
    await asyncio.sleep(2)
    for each in sockets:
        each.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        each.close()
    text, taken = await spoken(server.wyoming, RECORDINGS[0])
    return [
        Row(f"heard after {clients} were cut off in mid-utterance", taken if text else float("inf"), "s", "limit", 30)
    ]


def _garbage(count: int, seed: int) -> Sequence[bytes]:
    """Draw messages that are wrong: bytes, cut or turned JSON, types and values that do not belong."""
    dice = random.Random(seed)
    whole = json.dumps({"type": "transcribe", "data": {"name": "x" * 40}, "audio": "AAAA", "session": {"a": [1, 2]}})
    kinds = [
        lambda: dice.randbytes(dice.randrange(1, 400)).replace(b"\n", b" "),
        lambda: bytes(whole[: dice.randrange(1, len(whole))], "ascii"),
        lambda: json.dumps({"type": dice.choice([7, None, [], {}, "nothing"]), "data": dice.random()}).encode(),
        lambda: json.dumps({"type": dice.choice(["audio-chunk", "detect", "recognize"]), "data": 3}).encode(),
        lambda: json.dumps({"type": dice.choice(["session.update", "input_audio_buffer.append"]), "audio": 3}).encode(),
        lambda: b"[" * dice.randrange(1, 3000),
    ]
    return [dice.choice(kinds)() for _ in range(count)]


async def _at_wyoming(server: Server, messages: Sequence[bytes]) -> None:
    for message in messages:
        with contextlib.suppress(ConnectionError):
            reader, writer = await asyncio.open_connection(*server.wyoming)
            writer.write(message + b"\n")
            writer.write_eof()
            await asyncio.wait_for(reader.read(), 30)
            writer.close()


async def _at_realtime(server: Server, messages: Sequence[bytes]) -> None:
    async with _realtime(str(server.http.base_url)) as client:
        await client.recv()
        for message in messages:
            await client.send(message.decode("utf-8", "replace"))
            assert json.loads(await asyncio.wait_for(client.recv(), 30))["type"] == "error"


async def _at_http(server: Server, messages: Sequence[bytes]) -> None:
    async with httpx.AsyncClient(base_url=server.http.base_url) as client:
        for number, message in enumerate(messages):
            path = ("/v1/ask", "/v1/chat/completions", "/v1/embeddings", "/v1/audio/speech")[number % 4]
            answer = await client.post(path, content=message, headers={"content-type": "application/json"})
            assert 400 <= answer.status_code < 500, (path, message, answer.status_code)
