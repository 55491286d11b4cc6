"""The Wyoming protocol, as Home Assistant speaks it: sound to a transcript, words to a reply, words to sound.

Each connection is served on its own; what a conversation is called comes in the `context` of a request.
"""

from __future__ import annotations

import asyncio
import contextlib
import ipaddress
import queue
import threading
import uuid
from collections.abc import Sequence
from typing import Any, TypeAlias

from wyoming.asr import Transcribe, Transcript, TranscriptChunk, TranscriptStart, TranscriptStop
from wyoming.audio import AudioChunk, AudioChunkConverter, AudioStart, AudioStop
from wyoming.error import Error
from wyoming.event import Event as WireEvent
from wyoming.handle import Handled, NotHandled
from wyoming.info import (
    AsrModel,
    AsrProgram,
    Attribution,
    Describe,
    HandleModel,
    HandleProgram,
    Info,
    TtsProgram,
    TtsVoice,
)
from wyoming.ping import Ping, Pong
from wyoming.server import AsyncEventHandler
from wyoming.tts import Synthesize

from assistant import __version__
from assistant.app.clients.gateway import Gateway
from assistant.errors import AssistantError, ConfigError
from assistant.events import ReplyChunk, ReplyEnded, Understood
from assistant.values import SAMPLE_RATE, OutOfScope, Utterance

_MAKER = Attribution("Assistant", "")


def info(languages: list[str]) -> Info:
    """Describe the services."""
    common: dict[str, Any] = {"attribution": _MAKER, "installed": True, "version": __version__}
    model: dict[str, Any] = {"languages": languages, **common}
    name = "assistant"
    return Info(
        asr=[
            AsrProgram(
                name=name,
                description="Speech to text that expects your commands",
                models=[AsrModel(name=name, description="Whisper, told the words of your files", **model)],
                supports_transcript_streaming=True,
                **common,
            )
        ],
        handle=[
            HandleProgram(
                name=name,
                description="Commands and questions, understood by their meaning",
                models=[HandleModel(name=name, description="Intents and knowledge", **model)],
                supports_home_control=True,
                **common,
            )
        ],
        tts=[
            TtsProgram(
                name=name,
                description="The assistant's voice",
                voices=[TtsVoice(name="heart", description="The bundled voice", **model)],
                **common,
            )
        ],
    )


class Connection(AsyncEventHandler):
    """One client."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, gateway: Gateway) -> None:
        super().__init__(reader, writer)
        self._gateway = gateway
        self._converter = AudioChunkConverter(rate=SAMPLE_RATE, width=2, channels=1)
        self._frames: queue.Queue[bytes | None] | None = None
        self._hearing: asyncio.Task[None] | None = None
        self._cancelled = threading.Event()
        self._name = uuid.uuid4().hex

    async def handle_event(self, event: WireEvent) -> bool:
        """Answer one request; what is no request is passed over."""
        try:
            await self._answer(event)
        except AssistantError as error:
            await self.write_event(Error(text=str(error), code=type(error).__name__).event())
        except (KeyError, TypeError, ValueError) as error:
            await self.write_event(Error(text=f"{event.type}: {error}", code="BadRequest").event())
            return False
        return True

    async def disconnect(self) -> None:
        """End the turn and the hearing under way."""
        self._cancelled.set()
        if self._frames is not None:
            self._frames.put(None)

    async def _answer(self, event: WireEvent) -> None:
        kind = event.type
        if Describe.is_type(kind):
            await self.write_event(info(["en"]).event())
        elif Ping.is_type(kind):
            await self.write_event(Pong(text=Ping.from_event(event).text).event())
        elif Transcript.is_type(kind):
            await self._converse(Transcript.from_event(event))
        elif Synthesize.is_type(kind):
            await self._speak(Synthesize.from_event(event).text)
        elif Transcribe.is_type(kind) or AudioStart.is_type(kind):
            self._begin_hearing()
        elif AudioChunk.is_type(kind):
            chunk = self._converter.convert(AudioChunk.from_event(event))
            self._begin_hearing().put_nowait(chunk.audio)
        elif AudioStop.is_type(kind) and self._frames is not None:
            self._frames.put(None)
            if self._hearing is not None:
                await self._hearing
            self._frames = self._hearing = None

    def _begin_hearing(self) -> queue.Queue[bytes | None]:
        """Begin to transcribe where that has not begun; ten minutes of sound may wait."""
        if self._frames is None:
            self._frames = queue.Queue(60_000)
            self._hearing = asyncio.create_task(self._hear(self._frames))
        return self._frames

    async def _hear(self, sound: queue.Queue[bytes | None]) -> None:
        loop = asyncio.get_running_loop()
        sending: list[Any] = []

        def send(message: WireEvent) -> None:
            sending.append(asyncio.run_coroutine_threadsafe(self.write_event(message), loop))

        def transcribe() -> str:
            texts: list[str] = []
            for final in self._gateway.transcribe_pcm(iter(sound.get, None)):
                send(TranscriptChunk(text=f"{' ' if texts else ''}{final.utterance.text}").event())
                texts.append(final.utterance.text)
            return " ".join(texts)

        await self.write_event(TranscriptStart().event())
        try:
            text = await asyncio.to_thread(transcribe)
        except AssistantError as error:
            await self.write_event(Error(text=str(error), code=type(error).__name__).event())
            return
        for sent in sending:
            await asyncio.wrap_future(sent)
        await self.write_event(Transcript(text=text, language="en").event())
        await self.write_event(TranscriptStop().event())

    async def _converse(self, request: Transcript) -> None:
        context = dict(request.context or {})
        name = str(context.get("conversation_id") or self._name)
        conversation = await asyncio.to_thread(self._gateway.conversations.__getitem__, f"wyoming {name}")
        utterance = Utterance(request.text)

        def turn() -> tuple[str, bool, bool]:
            text, is_understood, expects_answer = "", False, False
            for event in self._gateway.turn(conversation, utterance, self._cancelled):
                match event:
                    case Understood(understanding=understanding):
                        is_understood |= not isinstance(understanding, OutOfScope)
                    case ReplyChunk():
                        is_understood = True
                    case ReplyEnded():
                        text, expects_answer = event.aloud or event.text, event.expects_answer
                        is_understood |= event.generated
            return text, is_understood, expects_answer

        text, is_understood, expects_answer = await asyncio.to_thread(turn)
        context |= {"conversation_id": name, "continue_conversation": expects_answer}
        reply = Handled(text=text, context=context) if is_understood else NotHandled(text=text, context=context)
        await self.write_event(reply.event())

    async def _speak(self, text: str) -> None:
        sound = self._gateway.speech_pcm(text)
        form: dict[str, int] = {}
        while (piece := await asyncio.to_thread(next, sound, None)) is not None:
            audio, rate = piece
            if not form:
                form = {"rate": rate, "width": 2, "channels": 1}
                await self.write_event(AudioStart(**form).event())
            for start in range(0, len(audio), 8192):
                await self.write_event(AudioChunk(audio=audio[start : start + 8192], **form).event())
        if not form:
            await self.write_event(AudioStart(rate=SAMPLE_RATE, width=2, channels=1).event())
        await self.write_event(AudioStop().event())


@contextlib.asynccontextmanager
async def wyoming_server(gateway: Gateway, host: str, port: int, clients: Sequence[str] = ()) -> Any:
    """Serve this machine and clients, addresses or networks, while the block runs; it gives the port.

    Raises:
        ConfigError: a client is no address.
    """
    welcome = _networks(clients)
    connections: set[asyncio.Task[None]] = set()

    async def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        if not _is_welcome(writer.get_extra_info("peername")[0], welcome):
            writer.close()
            return
        connections.add(task)
        try:
            with contextlib.suppress(ConnectionError, asyncio.IncompleteReadError, ValueError, KeyError):
                await Connection(reader, writer, gateway).run()
        finally:
            connections.discard(task)

    server = await asyncio.start_server(connected, host, port)
    async with server:
        yield server.sockets[0].getsockname()[1]
        for task in connections:
            task.cancel()


_Networks: TypeAlias = list[ipaddress.IPv4Network | ipaddress.IPv6Network]


def _networks(clients: Sequence[str]) -> _Networks:
    networks = []
    for client in clients:
        try:
            networks.append(ipaddress.ip_network(client, strict=False))
        except ValueError:
            raise ConfigError(
                f"[server] wyoming_clients: {client!r} is no IP address, nor a network like 192.168.1.0/24"
            ) from None
    return networks


def _is_welcome(address: str, welcome: _Networks) -> bool:
    client = ipaddress.ip_address(address.partition("%")[0])
    client = getattr(client, "ipv4_mapped", None) or client
    return client.is_loopback or any(client in network for network in welcome)
