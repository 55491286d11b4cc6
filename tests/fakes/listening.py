"""An `assistant listen` at a virtual microphone, in a process of its own, as a user runs it."""

from __future__ import annotations

import json
import os
import queue
import signal
import subprocess
import sys
import threading
import time

import pytest

from paths import ROOT


class Listening:
    """An `assistant listen` at the microphone, and the lines that it writes."""

    def __init__(self, data, environment, *options):
        self.process = subprocess.Popen(
            [sys.executable, "-m", "assistant", "--data-dir", str(data), *options, "listen"],
            cwd=ROOT, env=os.environ | environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        )  # fmt: skip
        self.lines = queue.Queue()
        self.reader = threading.Thread(target=self._read, daemon=True)
        self.reader.start()

    def _read(self):
        for line in self.process.stdout:
            self.lines.put(json.loads(line))

    def until(self, event, seconds=90):
        """Lines up to the first one of that event."""
        seen, end = [], time.monotonic() + seconds
        while time.monotonic() < end:
            try:
                seen.append(self.lines.get(timeout=0.2))
            except queue.Empty:
                assert self.process.poll() is None, self.process.stderr.read()
                continue
            if seen[-1]["event"] == event:
                return seen
        pytest.fail(f"no {event} within {seconds} s: {seen}")

    def end(self):
        """Interrupt it as a user does; return its exit code and its lines on stderr."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGINT)
        with self.process:
            self.process.wait(120)
            self.reader.join(10)
            if not self.process.stderr.closed:
                self.errors = self.process.stderr.read().strip().splitlines()
        return self.process.returncode, self.errors

    def rest(self, seconds):
        """Lines of the next seconds."""
        time.sleep(seconds)
        return [self.lines.get() for _ in range(self.lines.qsize())]
