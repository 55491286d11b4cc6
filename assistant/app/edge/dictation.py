"""Dictation: one utterance from the microphone, as text for another program."""

from __future__ import annotations

import dataclasses
import os
import shutil
import subprocess
from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import TypeAlias

from assistant.app import build
from assistant.config import Config
from assistant.errors import AssistantError, ModelError
from assistant.events import Emit, MicrophoneOpened, Noticed
from assistant.values import FinalTranscript

Delivery: TypeAlias = Callable[[str], None]
"""Brings a text to where it is wanted."""

_TYPING: Mapping[str, tuple[str, ...]] = {
    "wtype": ("wtype", "--"),
    "xdotool": ("xdotool", "type", "--clearmodifiers", "--"),
    "ydotool": ("ydotool", "type", "--"),
}
"""Program -> the command that types the text that is put behind it."""

_COPYING: Mapping[str, tuple[str, ...]] = {
    "wl-copy": ("wl-copy",),
    "xclip": ("xclip", "-selection", "clipboard"),
    "xsel": ("xsel", "--clipboard", "--input"),
}
"""Program -> the command that copies what it reads on its standard input."""


def typing() -> Delivery:
    """Find a program that types a text at the cursor.

    Raises:
        AssistantError: no program that types is installed.
    """
    command = _TYPING[_installed(_TYPING, "--type")]
    return lambda text: _run([*command, text], "")


def copying() -> Delivery:
    """Find a program that puts a text into the clipboard.

    Raises:
        AssistantError: no program that does is installed.
    """
    command = _COPYING[_installed(_COPYING, "--clipboard")]
    return lambda text: _run([*command], text)


def dictated(config: Config, emit: Emit) -> str:
    """Hear one utterance and return its words; empty where the microphone ended before there were any.

    An `assistant serve` on this machine hears it, if one runs, so that no model need be loaded.

    Raises:
        AudioError: the microphone cannot be opened.
        ModelError: the speech model cannot be had.
    """
    from assistant.audio.capture import Microphone

    transcriber = build.open_transcriber(_heard_by_server(config, emit), emit)
    with Microphone(config.audio) as microphone:
        emit(MicrophoneOpened(microphone.device.name, microphone.rate))
        for event in build.hear(microphone.frames(), transcriber, lambda: None, config):
            if isinstance(event, FinalTranscript):
                return event.utterance.text
    return ""


def _heard_by_server(config: Config, emit: Emit) -> Config:
    """Return the configuration with the server of this machine as its recogniser, if one runs and can hear."""
    from assistant.stt.remote import RemoteTranscriber

    port, tokens = config.server.port, config.server.tokens()
    if config.stt.url or not port:
        return config
    url, key = f"http://127.0.0.1:{port}", next(iter(tokens), "")
    stt = dataclasses.replace(config.stt, url=url, key=key, url_model="")
    with suppress(ModelError):
        RemoteTranscriber(stt).load()
        emit(Noticed(f"{url} hears this"))
        return dataclasses.replace(config, stt=stt)
    return config


def _installed(programs: Mapping[str, tuple[str, ...]], option: str) -> str:
    is_wayland = bool(os.environ.get("WAYLAND_DISPLAY"))
    fitting = [name for name in programs if name != ("xdotool" if is_wayland else "wtype")]
    if program := next(filter(shutil.which, fitting), ""):
        return program
    raise AssistantError(f"dictate {option}: install one of {', '.join(fitting)}")


def _run(command: list[str], text: str, seconds: float = 20.0) -> None:
    """Run a program that delivers a text.

    Raises:
        AssistantError: it fails.
    """
    try:
        done = subprocess.run(
            command,
            input=text,
            text=True,
            timeout=seconds,
            check=False,
            stdout=subprocess.DEVNULL,  # xclip lives on, and would keep a pipe open
            stderr=subprocess.DEVNULL,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise AssistantError(f"{command[0]}: {error}") from None
    if done.returncode:
        raise AssistantError(f"{command[0]}: failed with exit code {done.returncode}")
