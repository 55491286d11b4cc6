"""The terminal under the screen: bytes that are no text, signals, and a terminal that is gone."""

from __future__ import annotations

import asyncio
import codecs
import os
import selectors
import signal
import threading
from types import FrameType

from textual._xterm_parser import XTermParser
from textual.drivers.linux_driver import LinuxDriver

_ENDING = (signal.SIGTERM, signal.SIGHUP)
"""Signals that end the program, and give the terminal back first."""


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

        A sequence that no terminal sends makes Textual's parser fail: it is let go, and what follows is read anew.
        """
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
                            self.process_message(message)
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
