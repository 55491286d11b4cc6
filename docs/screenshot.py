"""Draws screenshot.svg: the real assistant with its real models, one turn spoken and two typed.

    python -m docs.screenshot

The spoken one is played into a virtual microphone, which needs PulseAudio, over the noise of a quiet room. Index and
config are in a temporary folder.
"""

from __future__ import annotations

import asyncio
import dataclasses
import os
import sys
import tempfile
import threading
import wave
from collections.abc import Callable
from pathlib import Path

import numpy as np

from assistant.app.build import one_shot
from assistant.app.runtime import Runtime
from assistant.config import Config, PathsConfig, UiConfig, VoiceConfig, make_user_folders
from assistant.events import Event, MicrophoneOpened, Ready, TurnEnded
from assistant.ui.app import AssistantApp
from assistant.values import SAMPLE_RATE, SpeechStarted
from benchmarks.virtual_microphone import virtual_microphone

DOCS = Path(__file__).parent
RECORDING = DOCS.parent / "tests" / "recordings" / "set-a-timer-for-ten-minutes.wav"
SIZE = (120, 36)
"""Columns and rows."""


def write_room_noise(file: Path, seconds: int = 100) -> None:
    """Write noise at -66 dB as a WAV file: a microphone that sends zeros is taken for a muted one."""
    noise = np.random.default_rng(0).normal(scale=16, size=SAMPLE_RATE * seconds).astype("<i2")
    with wave.open(str(file), "wb") as recording:
        recording.setparams((1, 2, SAMPLE_RATE, 0, "NONE", ""))
        recording.writeframes(noise.tobytes())


async def draw(config: Config, play: Callable[[Path], None]) -> str:
    """Hold the conversation; return the picture as SVG."""
    seen: list[Event] = []

    def connect(emit: Callable[[Event], None]) -> Runtime:
        def both(event: Event) -> None:
            seen.append(event)
            emit(event)

        return Runtime(config, both)

    app = AssistantApp(connect, config)
    async with app.run_test(size=SIZE) as pilot:

        async def until(kind: type[Event], count: int = 1) -> None:
            for _ in range(1200):
                if sum(isinstance(event, kind) for event in seen) >= count:
                    return
                await pilot.pause(0.1)
            sys.exit(f"no {kind.__name__} came")

        await until(Ready, 2)
        await until(MicrophoneOpened)
        await asyncio.to_thread(play, RECORDING)
        await until(SpeechStarted)
        await until(TurnEnded)
        for count, text in enumerate(["what is 17 percent of 2400", "how do I add my own command"], start=2):
            app.talk.suggest(text)
            await pilot.press("enter")
            await until(TurnEnded, count)
        await pilot.pause(0.5)
        return app.export_screenshot(title="Assistant")


def main() -> None:
    """Draw the picture."""
    with virtual_microphone() as room, tempfile.TemporaryDirectory() as folder:
        os.environ.update(room.environment, XDG_CONFIG_HOME=folder)
        make_user_folders(Config())
        config = dataclasses.replace(
            Config(), paths=PathsConfig(data=folder), ui=UiConfig(listen=True), voice=VoiceConfig(replies="never")
        )
        one_shot(config, lambda _: None)  # builds the index
        write_room_noise(noise := Path(folder, "noise.wav"))
        threading.Thread(target=room.play, args=[noise], daemon=True).start()
        (DOCS / "screenshot.svg").write_text(asyncio.run(draw(config, room.play)), encoding="utf-8")


if __name__ == "__main__":
    main()
