"""Headless Chromium, driven by the protocol of its developer tools; its microphone plays a file."""

from __future__ import annotations

import contextlib
import json
import shutil
import subprocess
import tempfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
from websockets.sync.client import ClientConnection, connect

PROGRAM = shutil.which("chromium") or shutil.which("chromium-browser")


class Tab:
    """One page."""

    def __init__(self, connection: ClientConnection) -> None:
        self._connection = connection
        self._number = 0
        for domain in ("Page", "Runtime"):
            self.call(f"{domain}.enable")
        self.call("Emulation.setFocusEmulationEnabled", enabled=True)

    def call(self, method: str, **params: Any) -> dict[str, Any]:
        self._number += 1
        self._connection.send(json.dumps({"id": self._number, "method": method, "params": params}))
        while (answer := json.loads(self._connection.recv(30))).get("id") != self._number:
            pass
        assert "error" not in answer, answer
        return answer["result"]

    def evaluate(self, script: str) -> Any:
        result = self.call("Runtime.evaluate", expression=script, userGesture=True, returnByValue=True)
        return result["result"].get("value")

    def until(self, script: str, seconds: float = 60) -> None:
        end = time.monotonic() + seconds
        while not self.evaluate(script):
            assert time.monotonic() < end, script
            time.sleep(0.1)

    def press(self, key: str, text: str) -> None:
        for kind, typed in (("keyDown", text), ("keyUp", "")):
            code = 13 if key == "Enter" else ord(key.upper())
            self.call("Input.dispatchKeyEvent", type=kind, key=key, text=typed, windowsVirtualKeyCode=code)

    def type(self, line: str) -> None:
        for character in line:
            self.press(character, character)
        self.press("Enter", "\r")


@contextlib.contextmanager
def opened(address: str, sound: Path) -> Iterator[Tab]:
    """Open a page; the browser grants it the microphone, which plays the sound once."""
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as profile:
        process = subprocess.Popen(
            [
                PROGRAM, "--headless=new", "--no-sandbox", "--disable-gpu", "--remote-debugging-port=0",
                "--window-size=1000,700", f"--user-data-dir={profile}", "--use-fake-ui-for-media-stream",
                "--use-fake-device-for-media-stream", f"--use-file-for-fake-audio-capture={sound}%noloop",
                "about:blank",
            ],
            stderr=subprocess.PIPE, stdout=subprocess.DEVNULL, text=True,
        )  # fmt: skip
        try:
            line = next(line for line in process.stderr if "DevTools listening on" in line)
            threading.Thread(target=process.stderr.read, daemon=True).start()
            port = line.rpartition(":")[2].partition("/")[0]
            tabs = httpx.get(f"http://127.0.0.1:{port}/json").json()
            page = next(tab for tab in tabs if tab["type"] == "page")
            with connect(page["webSocketDebuggerUrl"], max_size=None) as connection:
                tab = Tab(connection)
                tab.call("Page.navigate", url=address)
                yield tab
        finally:
            process.kill()
            process.wait(20)
            process.stderr.close()
