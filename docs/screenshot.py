"""Draws screenshot.svg: the real assistant with its real models, two turns typed and one spoken.

    python -m docs.screenshot

The spoken one is played into a virtual microphone, which needs PulseAudio. Index and config are in a temporary folder.
"""

from __future__ import annotations

import asyncio
import dataclasses
import os
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from assistant.app.runtime import Runtime
from assistant.config import Config, PathsConfig, UiConfig, VoiceConfig, make_user_folders
from assistant.events import Event, MicrophoneOpened, Ready, TurnEnded
from assistant.ui.app import AssistantApp
from assistant.values import SpeechStarted
from benchmarks.virtual_microphone import virtual_microphone

DOCS = Path(__file__).parent
SIZE = (120, 36)
"""Columns and rows."""


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
        for number, text in enumerate(["what is 17 percent of 2400", "how do I add my own command"], start=1):
            app.talk.suggest(text)
            await pilot.press("enter")
            await until(TurnEnded, number)
        await asyncio.to_thread(play, DOCS.parent / "tests" / "recordings" / "set-a-timer-for-ten-minutes.wav")
        await until(SpeechStarted)
        await until(TurnEnded, 3)
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
        (DOCS / "screenshot.svg").write_text(asyncio.run(draw(config, room.play)), encoding="utf-8")


if __name__ == "__main__":
    main()
