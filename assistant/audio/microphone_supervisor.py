"""The microphone as long as it is wanted: closed and opened, exchanged, and found again when it vanishes.

ear = MicrophoneSupervisor(config)
ear.listen(True)                                     # from any thread
for period in ear.periods():                         # on a thread of its own
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
from assistant.audio.devices import default_wanders, devices, rescan
from assistant.config import AudioConfig
from assistant.errors import AudioError
from assistant.events import MicrophoneClosed, MicrophoneLost

_PAUSES = (0.25, 0.5, 1.0, 2.0, 4.0)
"""Seconds between two attempts to open a microphone; the last one again and again."""

_LOOK_SECONDS = 5.0
"""Between two looks at what the system's default is, where an open stream does not follow it."""


@dataclass(frozen=True, slots=True, eq=False)
class _Wish:
    """What is wanted now; another wish is another object."""

    config: AudioConfig
    on: bool = False
    over: bool = False


class MicrophoneSupervisor:
    """Keeps the wanted microphone open."""

    def __init__(self, config: AudioConfig) -> None:
        self._wish = _Wish(config)
        self._changed = threading.Condition()
        self._microphone: Microphone | None = None

    def listen(self, on: bool) -> None:
        """Open or close the microphone."""
        if on != self._wish.on:
            self._want(on=on)

    def use(self, config: AudioConfig) -> None:
        """Exchange the microphone for another; what is being said ends with the first."""
        self._want(config=config)

    def close(self) -> None:
        """End `periods`."""
        self._want(over=True)

    def periods(self) -> Generator[Microphone | MicrophoneLost | MicrophoneClosed, None, None]:
        """Yield each microphone whose frames are to be heard, and between them what has become of it.

        That a microphone cannot be had is told once for each wish, and the microphone is tried until it can.

        Raises:
            AudioError: the PortAudio library is missing.
        """
        rescan()
        told: _Wish | None = None  # that it cannot be had
        closed, pauses = True, _pauses()
        while not (wish := self._wish).over:
            if not wish.on:
                if not closed:
                    yield MicrophoneClosed()
                closed = True
                self._wait(wish)
                continue
            for period in self._attempt(wish):
                if isinstance(period, Microphone):
                    told, pauses = None, _pauses()
                elif told is wish:
                    break
                else:
                    told = wish
                closed = False
                yield period
            if told is wish:
                self._wait(wish, next(pauses))

    def _attempt(self, wish: _Wish) -> Iterator[Microphone | MicrophoneLost]:
        """Yield the microphone if it can be had, and then that it is lost if it is."""
        try:
            microphone = Microphone(wish.config)
        except AudioError as error:
            yield MicrophoneLost(str(error))
            return
        with microphone:
            if self._is_still_wanted(microphone, wish) and microphone.begins():
                self._follow_default(microphone, wish)
                yield microphone
            if microphone.lost:
                # before closing it, which may take long
                yield MicrophoneLost(f"{microphone.lost}: it is used again as soon as it can be")

    def _want(self, **what: object) -> None:
        with self._changed:
            self._wish = replace(self._wish, **what)  # type: ignore[arg-type]
            if self._microphone is not None:
                self._microphone.end()
            self._changed.notify_all()

    def _is_still_wanted(self, microphone: Microphone, wish: _Wish) -> bool:
        with self._changed:
            self._microphone = microphone
            return self._wish is wish

    def _wait(self, wish: _Wish, seconds: float | None = None) -> None:
        """Wait until something else is wanted, or so many seconds."""
        with self._changed:
            self._changed.wait_for(lambda: self._wish is not wish, seconds)

    def _follow_default(self, microphone: Microphone, wish: _Wish) -> None:
        """Exchange the microphone when the system's default becomes another, where the system does not."""
        if wish.config.input or not default_wanders(microphone.device):
            return

        def look() -> None:
            while not microphone.ended.wait(_LOOK_SECONDS):
                with contextlib.suppress(AudioError):
                    default = next((each.name for each in devices() if "input" in each.default), "")
                    if default not in {"", microphone.device.name}:
                        microphone.end()

        threading.Thread(target=look, name="assistant-default", daemon=True).start()


def _pauses() -> Iterator[float]:
    return itertools.chain(_PAUSES, itertools.repeat(_PAUSES[-1]))
