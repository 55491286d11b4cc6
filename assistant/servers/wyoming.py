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
from collections.abc import Callable, Sequence
from typing import Any, TypeAlias, TypeVar

import anyio.to_thread
from wyoming.asr import Transcribe, Transcript, TranscriptChunk, TranscriptStart, TranscriptStop
from wyoming.audio import AudioChunk, AudioChunkConverter, AudioStart, AudioStop
from wyoming.error import Error
from wyoming.event import Event as WireEvent
from wyoming.handle import Handled, NotHandled
from wyoming.info import Describe
from wyoming.intent import Entity, Intent, IntentsStart, IntentsStop, NotRecognized, Recognize
from wyoming.ping import Ping, Pong
from wyoming.server import AsyncEventHandler
from wyoming.tts import Synthesize
from wyoming.wake import Detect, Detection, NotDetected

from assistant.app.clients.areas import placed
from assistant.app.clients.conversations import ClientConversation
from assistant.app.clients.gateway import Gateway
from assistant.app.clients.wake import WakeListener
from assistant.config import ServerConfig
from assistant.errors import AssistantError, ConfigError
from assistant.event_json import as_json
from assistant.events import ReplyChunk, ReplyEnded, Understood
from assistant.servers.wyoming_info import info
from assistant.values import SAMPLE_RATE, FinalTranscript, OutOfScope, PartialTranscript, SpeechStarted, Utterance

T = TypeVar("T")

_BROKEN = (
    ConnectionError,
    asyncio.IncompleteReadError,
    AttributeError,
    KeyError,
    RecursionError,
    TypeError,
    ValueError,
)
"""What the library raises where a client has gone, or sends what is no message."""


async def _in_thread(work: Callable[..., T], *arguments: Any) -> T:
    """Do work that takes long in one of the threads that all servers share: asyncio's own are six on two cores."""
    return await anyio.to_thread.run_sync(work, *arguments, abandon_on_cancel=True)


class Connection(AsyncEventHandler):
    """One client."""

    def __init__(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, gateway: Gateway, area: str = ""
    ) -> None:
        super().__init__(reader, writer)
        self._gateway, self._area = gateway, area
        self._wake: WakeListener | None = None
        self._has_woken = False
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
        except (AttributeError, KeyError, TypeError, ValueError) as error:
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
        elif Recognize.is_type(kind):
            await self._understand(Recognize.from_event(event))
        elif Detect.is_type(kind):
            names = Detect.from_event(event).names or []
            self._wake = await _in_thread(WakeListener, self._gateway.config, names)
            self._has_woken = False
        elif Transcript.is_type(kind):
            await self._converse(Transcript.from_event(event))
        elif Synthesize.is_type(kind):
            await self._speak(Synthesize.from_event(event).text)
        else:
            await self._listen(event)

    async def _listen(self, event: WireEvent) -> None:
        """Take sound, and what begins and ends it."""
        kind = event.type
        if Transcribe.is_type(kind):
            self._wake = None
            self._begin_hearing()
        elif AudioChunk.is_type(kind):
            await self._take(self._converter.convert(AudioChunk.from_event(event)).audio)
        elif AudioStart.is_type(kind) and self._wake is None:
            self._begin_hearing()
        elif AudioStop.is_type(kind) and self._wake is not None:
            if not self._has_woken:
                await self.write_event(NotDetected().event())
            self._wake = None
        elif AudioStop.is_type(kind) and self._frames is not None:
            self._frames.put(None)
            if self._hearing is not None:
                await self._hearing
            self._frames = self._hearing = None

    async def _take(self, sound: bytes) -> None:
        """Listen for a wake word in the sound, or hear what is said."""
        if self._wake is None:
            self._begin_hearing().put_nowait(sound)
            return
        for name, moment in await _in_thread(lambda wake: list(wake.heard(sound)), self._wake):
            self._has_woken = True
            await self.write_event(Detection(name=name, timestamp=moment).event())

    def _begin_hearing(self) -> queue.Queue[bytes | None]:
        """Begin to transcribe where that has not begun; ten minutes of sound may wait."""
        if self._frames is None:
            self._frames = queue.Queue(60_000)
            self._hearing = asyncio.create_task(self._hear_for_client(self._frames))
        return self._frames

    async def _hear_for_client(self, sound: queue.Queue[bytes | None]) -> None:
        with contextlib.suppress(ConnectionError):  # it has gone
            await self._hear(sound)

    async def _hear(self, sound: queue.Queue[bytes | None]) -> None:
        """Send the words of each utterance as soon as they are sure, and the whole text at the end."""
        loop = asyncio.get_running_loop()
        sending: list[Any] = []

        def send(words: str) -> None:
            if not words:
                return
            sending.append(
                asyncio.run_coroutine_threadsafe(self.write_event(TranscriptChunk(text=words).event()), loop)
            )

        def transcribe() -> str:
            texts, stable = list[str](), ""
            for event in self._gateway.listen(iter(sound.get, None), SAMPLE_RATE, self._gateway.new_session()):
                before = " " if texts else ""
                match event:
                    case SpeechStarted():
                        stable = ""
                    case PartialTranscript(stable=now) if now.startswith(stable) and now != stable:
                        send(f"{now[len(stable) :]}" if stable else f"{before}{now}")
                        stable = now
                    case FinalTranscript(utterance=utterance):
                        if not stable or utterance.text.startswith(stable):
                            send(f"{'' if stable else before}{utterance.text[len(stable) :]}")
                        texts.append(utterance.text)
            return " ".join(texts)

        await self.write_event(TranscriptStart().event())
        try:
            text = await _in_thread(transcribe)
        except AssistantError as error:
            await self.write_event(Error(text=str(error), code=type(error).__name__).event())
            return
        for sent in sending:
            await asyncio.wrap_future(sent)
        await self.write_event(Transcript(text=text, language="en").event())
        await self.write_event(TranscriptStop().event())

    async def _converse(self, request: Transcript) -> None:
        reply = await _in_thread(self._turn, request)
        await self.write_event(reply.event())

    def _turn(self, request: Transcript) -> Handled | NotHandled:
        """Carry a turn out, in a thread of its own: each way to another and back costs as much as an echo."""
        context, conversation = self._conversation(request)
        text, is_understood, expects_answer = "", False, False
        for event in self._gateway.turn(conversation, self._placed(conversation, request), self._cancelled):
            match event:
                case Understood(understanding=understanding):
                    is_understood |= not isinstance(understanding, OutOfScope)
                case ReplyChunk():
                    is_understood = True
                case ReplyEnded():
                    text, expects_answer = event.aloud or event.text, event.expects_answer
                    is_understood |= event.generated
        context |= {"continue_conversation": expects_answer}
        return Handled(text=text, context=context) if is_understood else NotHandled(text=text, context=context)

    async def _understand(self, request: Recognize) -> None:
        """Send an intent for each command; nothing is done."""
        intents = await _in_thread(self._intents, request)
        if not intents:
            await self.write_event(NotRecognized(context=request.context).event())
        if len(intents) > 1:
            await self.write_event(IntentsStart().event())
        for intent in intents:
            await self.write_event(intent.event())
        if len(intents) > 1:
            await self.write_event(IntentsStop().event())

    def _intents(self, request: Recognize) -> list[Intent]:
        context, conversation = self._conversation(request)
        events = self._gateway.preview(conversation.session, self._placed(conversation, request))
        told = [as_json(event, 0.0) for event in events if isinstance(event, Understood)]
        return [
            Intent(
                meant["intent"],
                [Entity(name, value) for name, value in meant["slots"].items()],
                meant.get("ask"),  # for a value that lacks
                context,
            )
            for meant in told
            if meant["kind"] in ("intent_match", "slot_missing")
        ]

    def _conversation(self, request: Transcript | Recognize) -> tuple[dict[str, Any], ClientConversation]:
        """Return the context of a request, with a name for its conversation, and that conversation."""
        context = dict(request.context or {})
        name = context["conversation_id"] = str(context.get("conversation_id") or self._name)
        return context, self._gateway.conversations[f"wyoming {name}"]

    def _placed(self, conversation: ClientConversation, request: Transcript | Recognize) -> Utterance:
        """Return what is said as it is meant where its speaker stands."""
        area = (request.context or {}).get("area") or self._area
        return Utterance(placed(conversation.session, request.text, str(area)[:100]))

    async def _speak(self, text: str) -> None:
        sound = self._gateway.speech_pcm(text)
        form: dict[str, int] = {}
        while (piece := await _in_thread(next, sound, None)) is not None:
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
async def wyoming_server(gateway: Gateway, host: str, port: int, config: ServerConfig) -> Any:
    """Serve this machine and the clients of the configuration while the block runs; it gives the port.

    Raises:
        ConfigError: a client is no address.
    """
    welcome = _networks(config.wyoming_clients)
    connections: set[asyncio.Task[None]] = set()

    async def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        address = writer.get_extra_info("peername")[0]
        if not _is_welcome(address, welcome):
            writer.close()
            return
        connections.add(task)
        try:
            with contextlib.suppress(*_BROKEN):
                await Connection(reader, writer, gateway, config.wyoming_areas.get(address, "")).run()
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
