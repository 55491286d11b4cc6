"""Draws screenshot.svg: the real assistant with its real models, one turn spoken and two typed.

    python docs/screenshot.py

What is spoken is played into a virtual microphone, which needs PulseAudio; everything happens in a folder that
is gone afterwards.
"""

from __future__ import annotations

import asyncio
import dataclasses
import os
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from assistant.app.runtime import Runtime, build
from assistant.config import Config, PathsConfig, UiConfig, VoiceConfig
from assistant.events import Event, MicrophoneOpened, Ready, TurnEnded
from assistant.ui.app import AssistantApp
from assistant.values import SpeechStarted

DOCS = Path(__file__).parent
TESTS = DOCS.parent / "tests"
SIZE = (120, 36)


async def draw(config: Config, play: Callable[[Path], None]) -> str:
    """Hold the conversation and return the picture."""
    seen: list[Event] = []

    def connect(emit: Callable[[Event], None]) -> Runtime:
        def both(event: Event) -> None:
            seen.append(event)
            emit(event)

        return build(config, both)

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
        for number, text in enumerate(["what is 17 percent of 2400", "how do I write my own command"], start=1):
            app.talk.suggest(text)
            await pilot.press("enter")
            await until(TurnEnded, number)
        await asyncio.to_thread(play, TESTS / "audio" / "set-a-timer-for-ten-minutes.wav")
        await until(SpeechStarted)
        await until(TurnEnded, 3)
        await pilot.pause(0.5)
        return app.export_screenshot(title="Assistant")


def main() -> None:
    """Draw the picture."""
    sys.path.insert(0, str(TESTS))
    from virtual_microphone import virtual_microphone

    with virtual_microphone() as room, tempfile.TemporaryDirectory() as folder:
        os.environ.update(room.environment)
        config = dataclasses.replace(
            Config(), paths=PathsConfig(data=folder), ui=UiConfig(listen=True), voice=VoiceConfig(replies="never")
        )
        (DOCS / "screenshot.svg").write_text(asyncio.run(draw(config, room.play)), encoding="utf-8")


if __name__ == "__main__":
    main()
