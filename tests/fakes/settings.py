"""A control panel whose models, shares and findings are fixed, over a real config file."""

from __future__ import annotations

import time
from pathlib import Path

from assistant.checks.finding import Finding
from assistant.checks.making.control_panel import ControlPanel, ListedModel, TradeOff
from assistant.config import Config
from assistant.errors import AudioError
from assistant.events import AudioLevel, Progress

MODELS = (
    ListedModel("base", "speech to text", 147_900_000, "present", True, "stt.model", True, "MIT · /models/base"),
    ListedModel("tiny.en", "speech to text", 77_800_000, "missing", False, "stt.model", True, "model.bin is missing"),
    ListedModel(
        "minilm", "meaning", 91_500_000, "present", True, "match.embedder", True, "Apache-2.0 · /models/minilm"
    ),
    ListedModel("hey jarvis", "wake word", 52_000, "present", True, "listen.wake_word", remark="/hey_jarvis.tflite"),
    ListedModel("alexa", "wake word", 55_000, "present", False, "listen.wake_word", remark="/alexa.tflite"),
    ListedModel("heart", "voice", 7_936_868, "present", True, remark="/hibari.onnx"),
)
FINDINGS = (
    Finding("audio", True, "0: Built-in Audio: ALC257 Analog (default microphone) takes 16, 44.1, 48 kHz"),
    Finding(
        "microphone", False, "'Built-in Audio' at 16000 Hz sends only silence",
        "is it muted, by a switch on it or in the sound settings? Or choose another with [audio] input",
    ),
    Finding("weights", True, "base (stt, 148 MB, MIT): present"),
    Finding("index", True, "2,112 rows, in step with the files"),
    Finding("memory", True, "6.1 GB free"),
)  # fmt: skip


def shares(step):
    """Shares that fall as the threshold rises, each at its own place."""
    return TradeOff(step / 100, 1 - (step / 100) ** 4 * 0.7, 0.3 * (1 - step / 100), *(
        max(0.0, min(1.0, 1.2 - step / width)) for width in (40, 55)
    ))  # fmt: skip


class FixedPanel(ControlPanel):
    """Answers at once, and keeps what it is asked for."""

    def __init__(self, file: Path) -> None:
        super().__init__(Config(), file)
        self.calls = []

    def models(self):
        return MODELS

    def trade_off(self):
        return tuple(map(shares, range(101)))

    def fetch(self, name, emit):
        for done in (20e6, 77.8e6):
            emit(Progress(f"fetching {name}", done, 77.8e6, "B"))
            time.sleep(0.01)
        return f"{name}: ready in /models/{name}"

    def levels(self, name, seconds=10.0):
        self.calls.append(("levels", name))
        yield from [AudioLevel(-42.0, -20.0)] * 3
        raise AudioError(f"microphone '{name}' is gone")

    def chime(self, name):
        self.calls.append(("chime", name))

    def speak(self, speed):
        self.calls.append(("speak", speed))

    def examine(self):
        self.calls.append("examine")
        yield from FINDINGS
