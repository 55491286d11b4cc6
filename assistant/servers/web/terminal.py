"""The terminal that a browser shows: a child process that draws for it, and the sound of the page's microphone."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import shlex
import tempfile
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType

import textual_serve
from starlette.websockets import WebSocket, WebSocketDisconnect
from textual_serve.app_service import AppService
from textual_serve.download_manager import DownloadManager

STATIC_FILES = Path(textual_serve.__file__).parent / "static"
"""The terminal emulator that runs in the page."""


class BrowserTerminal:
    """The one terminal that is open: a page that opens it anew ends the one before.

    Args:
        command: opens the terminal; `--input` and the pipe of the page's sound are added to it.
    """

    def __init__(self, command: Sequence[str]) -> None:
        self._folder = tempfile.TemporaryDirectory(prefix="assistant-web-")
        self._pipe = Path(self._folder.name) / "page"
        """Sound from the page: raw PCM, as `[audio] input` takes it. Its name is that of the microphone."""
        os.mkfifo(self._pipe, 0o600)
        self._command = shlex.join([*command, "--input", f"pipe:{self._pipe}"])
        self._shown: _Child | None = None
        self._heard: WebSocket | None = None

    def __enter__(self) -> BrowserTerminal:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._folder.cleanup()

    async def show(self, socket: WebSocket) -> None:
        """Show the terminal until either end leaves."""
        before, self._shown = self._shown, (child := _Child(self._command, socket))
        if before is not None:
            await before.stop()
        width, height = (_cells(socket.query_params.get(side, "")) for side in ("width", "height"))
        await child.start(width or 80, height or 24)
        try:
            while True:
                await child.take(await socket.receive_text())
        except (WebSocketDisconnect, RuntimeError, KeyError):  # the page has gone
            pass
        finally:
            await child.stop()
            if self._shown is child:
                self._shown = None

    async def hear(self, socket: WebSocket) -> None:
        """Pass the sound of a page on: 16-bit little-endian mono PCM at 16 kHz. What nobody reads is dropped."""
        before, self._heard = self._heard, socket
        if before is not None:
            with contextlib.suppress(RuntimeError):
                await before.close(1000, "another page is heard")
        pipe = os.open(self._pipe, os.O_RDWR | os.O_NONBLOCK | os.O_CLOEXEC)  # both ways: it may have no reader yet
        try:
            while True:
                sound = await socket.receive_bytes()
                with contextlib.suppress(BlockingIOError):
                    os.write(pipe, sound[: len(sound) // 2 * 2])
        except (WebSocketDisconnect, RuntimeError, KeyError):
            pass
        finally:
            os.close(pipe)
            if self._heard is socket:
                self._heard = None


class _Child(AppService):
    """The process that draws for one page; when it ends, so does the connection to the page."""

    def __init__(self, command: str, socket: WebSocket) -> None:
        super().__init__(
            f"exec {command}",
            write_bytes=socket.send_bytes,
            write_str=socket.send_text,
            close=socket.close,
            download_manager=DownloadManager(),
        )

    async def run(self, seconds: float = 10.0) -> None:
        """Pass on what the process draws until it ends, or the page has gone; then it gets so long to end."""
        process = self._process
        assert process is not None
        try:
            with contextlib.suppress(WebSocketDisconnect, RuntimeError):
                await super().run()
        finally:
            await self.send_meta({"type": "quit"})
            self.stdin.close()
            try:
                await asyncio.wait_for(process.communicate(), seconds)
            except TimeoutError:
                process.kill()
                await process.communicate()
            with contextlib.suppress(RuntimeError):
                await self.remote_close()

    async def take(self, text: str) -> None:
        """Take a message of the page: keys, its size, focus; any other is passed over."""
        match _parsed(text):
            case ["stdin", str(keys)]:
                await self.send_bytes(keys.encode(errors="replace"))
            case ["resize", {"width": int(width), "height": int(height)}] if _cells(width) and _cells(height):
                await self.set_terminal_size(width, height)
            case ["ping", answer]:
                await self.remote_write_str(json.dumps(["pong", answer]))
            case ["focus", *_]:
                await self.focus()
            case ["blur", *_]:
                await self.blur()


def _parsed(text: str) -> object:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None


def _cells(size: str | int, most: int = 1000) -> int:
    """Return a width or a height as the page names it; 0 where it is none."""
    return int(size) if str(size).isdecimal() and len(str(size)) < 5 and 0 < int(size) <= most else 0
