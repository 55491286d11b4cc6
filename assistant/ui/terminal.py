"""The terminal under the screen: bytes that are no text, signals, and a terminal that is gone."""

from __future__ import annotations

import asyncio
import codecs
import os
import selectors
import signal
import threading
import time
from types import FrameType

from textual import events
from textual._xterm_parser import XTermParser
from textual.drivers.linux_driver import LinuxDriver
from textual.message import Message

_ENDING = (signal.SIGTERM, signal.SIGHUP)
"""Signals that end the program, and give the terminal back first."""


class Flood:
    """Counter of keys that come faster than a hand types: a text that the terminal pasted as keys.

    Args:
        most: keys that are taken of one.
        pause: seconds without a key that end one; a key held down comes every 0.03 s.
    """

    def __init__(self, most: int = 2000, pause: float = 0.3) -> None:
        self._most, self._pause = most, pause
        self._count, self._last = 0, 0.0

    def holds(self, message: Message, now: float) -> bool:
        """True of a key beyond those that are taken; `now` is of a clock in seconds."""
        if not isinstance(message, events.Key):
            return False
        self._count = self._count + 1 if now - self._last < self._pause else 1
        self._last = now
        return self._count > self._most

    @property
    def has_begun(self) -> bool:
        """True at the first key that is not taken."""
        return self._count == self._most + 1


class TerminalDriver(LinuxDriver):
    """Textual's driver, which gives the terminal back whatever ends the program, and lets no byte end it."""

    def start_application_mode(self) -> None:
        """Take the terminal, and leave in order where a signal asks for it."""
        loop = asyncio.get_running_loop()

        def leave(number: int, _: FrameType | None) -> None:
            code = 128 + number
            at_last = threading.Timer(5.0, os._exit, [code])  # a terminal that takes no more would hold it for ever
            at_last.daemon = True
            at_last.start()
            loop.call_soon_threadsafe(self._leave, code)

        for number in _ENDING:
            signal.signal(number, leave)
        super().start_application_mode()  # type: ignore[no-untyped-call]

    def _leave(self, code: int) -> None:
        self._app.exit(return_code=code)

    def write(self, data: str) -> None:
        """Write to the terminal; nothing where it is gone, which ends the thread that writes."""
        if self._writer_thread is not None and self._writer_thread.is_alive():
            super().write(data)

    def run_input_thread(self) -> None:
        """Read keys until told to stop; a byte that is no UTF-8 becomes U+FFFD, the end of input ends the program.

        A sequence that no terminal sends makes Textual's parser fail: it is let go, and what follows is read anew. Of a
        flood of keys only the first are passed on: each is drawn, and the next ones would wait for minutes.
        """
        flood = Flood()
        parser, decoder = XTermParser(self._debug), codecs.getincrementaldecoder("utf-8")("replace")
        with selectors.SelectSelector() as selector:
            selector.register(self.fileno, selectors.EVENT_READ)
            while not self.exit_event.is_set():
                if selector.select(0.1):
                    if not (data := self._read()):
                        self._app.call_later(self._leave, 128 + signal.SIGHUP)
                        return
                    try:
                        for message in parser.feed(decoder.decode(data)):
                            if not flood.holds(message, time.monotonic()):
                                self.process_message(message)
                            elif flood.has_begun:
                                self._app.notify("That was too much at once: the rest is left out.", severity="warning")
                    except Exception:
                        parser = XTermParser(self._debug)
                for message in parser.tick():
                    self.process_message(message)

    def _read(self) -> bytes:
        """Return the bytes that were typed; none once the terminal is gone."""
        try:
            return os.read(self.fileno, 4096)
        except OSError:
            return b""
