"""The microphone as long as it is wanted: opened and closed, exchanged, and opened again after it was lost.

supervisor = MicrophoneSupervisor(config)
supervisor.listen(True)                              # from any thread
for period in supervisor.periods():                  # on a thread of its own
    match period:
        case Microphone(): ... period.frames() ...   # until it is closed, exchanged or lost
        case MicrophoneLost() | MicrophoneClosed(): ...
"""

from __future__ import annotations

import contextlib
import itertools
import threading
from collections.abc import Generator, Iterator
from dataclasses import dataclass, replace

from assistant.audio.capture import Microphone
from assistant.audio.devices import devices, follows_default, rescan
from assistant.audio.pipe import is_pipe
from assistant.config import AudioConfig
from assistant.errors import AudioError
from assistant.events import MicrophoneClosed, MicrophoneLost

_RETRY_SECONDS = (0.25, 0.5, 1.0, 2.0, 4.0)
"""Pauses between two attempts to open a microphone; the last one again and again."""


@dataclass(frozen=True, slots=True, eq=False)
class _Request:
    """The wanted state; another request is another object."""

    config: AudioConfig
    on: bool = False
    over: bool = False


class MicrophoneSupervisor:
    """Keeps the wanted microphone open.

    Where an open stream does not follow the system's default, the default is looked up every `poll_seconds`.
    """

    def __init__(self, config: AudioConfig, poll_seconds: float = 5.0) -> None:
        self._request = _Request(config)
        self._poll_seconds = poll_seconds
        self._changed = threading.Condition()
        self._microphone: Microphone | None = None

    def listen(self, on: bool) -> None:
        """Open or close the microphone."""
        if on != self._request.on:
            self._replace(on=on)

    def use(self, config: AudioConfig) -> None:
        """Exchange the microphone for another; an utterance under way ends with the first."""
        self._replace(config=config)

    def close(self) -> None:
        """End `periods`."""
        self._replace(over=True)

    def periods(self) -> Generator[Microphone | MicrophoneLost | MicrophoneClosed, None, None]:
        """Yield each microphone to be read, and between them why there is none.

        A microphone that cannot be opened is reported once for each request, and tried until it can be.

        Raises:
            AudioError: the PortAudio library is missing.
        """
        if not is_pipe(self._request.config.input):
            rescan()
        reported: _Request | None = None  # as one that cannot be met
        closed, pauses = True, _pauses()
        while not (request := self._request).over:
            if not request.on:
                if not closed:
                    yield MicrophoneClosed()
                closed = True
                self._wait(request)
                continue
            for period in self._attempt(request):
                if isinstance(period, Microphone):
                    reported, pauses = None, _pauses()
                elif reported is request:
                    break
                else:
                    reported = request
                closed = False
                yield period
            if reported is request:
                pause = next(pauses)
                self._wait(request, min(pause, 0.5) if is_pipe(request.config.input) else pause)

    def _attempt(self, request: _Request) -> Iterator[Microphone | MicrophoneLost]:
        """Yield the microphone if it can be opened, and then that it is lost if it is."""
        try:
            microphone = Microphone(request.config)
        except AudioError as error:
            yield MicrophoneLost(str(error))
            return
        with microphone:
            if self._is_still_wanted(microphone, request) and microphone.begins():
                self._follow_default(microphone, request)
                yield microphone
            if microphone.lost:
                # before closing it, which may take long
                yield MicrophoneLost(f"{microphone.lost}: it is used again as soon as it can be")

    def _replace(self, **changes: object) -> None:
        with self._changed:
            self._request = replace(self._request, **changes)  # type: ignore[arg-type]
            if self._microphone is not None:
                self._microphone.end()
            self._changed.notify_all()

    def _is_still_wanted(self, microphone: Microphone, request: _Request) -> bool:
        with self._changed:
            self._microphone = microphone
            return self._request is request

    def _wait(self, request: _Request, seconds: float | None = None) -> None:
        """Wait until there is another request, at most so many seconds."""
        with self._changed:
            self._changed.wait_for(lambda: self._request is not request, seconds)

    def _follow_default(self, microphone: Microphone, request: _Request) -> None:
        """Exchange the microphone when the system's default becomes another, where its stream stays behind."""
        if request.config.input or follows_default(microphone.device):
            return

        def poll() -> None:
            while not microphone.ended.wait(self._poll_seconds):
                with contextlib.suppress(AudioError):
                    default = next((device.name for device in devices() if "input" in device.default), "")
                    if default not in {"", microphone.device.name}:
                        microphone.end()

        threading.Thread(target=poll, name="assistant-default", daemon=True).start()


def _pauses() -> Iterator[float]:
    return itertools.chain(_RETRY_SECONDS, itertools.repeat(_RETRY_SECONDS[-1]))
