"""The assistant on another machine, as a satellite asks it: turns in one conversation, and what it announces."""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from assistant.config import SatelliteConfig
from assistant.errors import AssistantError, ModelError
from assistant.remote.model_server import ModelServer


@dataclass(frozen=True, slots=True)
class FarReply:
    """The reply to one utterance."""

    text: str
    aloud: str
    """Words for the ear."""
    ok: bool
    expects_answer: bool


class FarAssistant:
    """An `assistant serve`; nothing is sent to any other address."""

    def __init__(self, config: SatelliteConfig) -> None:
        self._area = config.area
        self._server = ModelServer("satellite", config.url, config.token, seconds=120.0)
        self._conversation = f"satellite {uuid.uuid4().hex}"
        self.host = self._server.host

    def ask(self, text: str) -> FarReply:
        """Have one utterance understood and carried out there, in the area where the satellite stands.

        Raises:
            ModelError: it cannot be reached, refuses, or is no assistant.
        """
        body = {"text": text, "conversation": self._conversation, "area": self._area}
        answer = _parsed(self._server.post("/ask", json=body))
        try:
            reply = str(answer["reply"])
            return FarReply(reply, str(answer["aloud"]), bool(answer["ok"]), bool(answer["expects_answer"]))
        except KeyError:
            raise ModelError(f"{self.host}: is no `assistant serve`: see [satellite] url") from None

    def follow(self, announced: Callable[[str], None]) -> None:
        """Pass on what it says of its own accord, until the connection breaks off.

        Raises:
            ModelError: it cannot be reached, or refuses.
        """
        for line in self._server.lines("/events"):
            if line.startswith("data: ") and (event := _parsed(line[6:])).get("event") == "announced":
                announced(str(event.get("text", "")))


def _parsed(content: bytes | str) -> dict[str, Any]:
    try:
        value = json.loads(content)
    except (ValueError, RecursionError):
        value = None
    if not isinstance(value, dict):
        raise ModelError("the answer is no JSON: see [satellite] url")
    return value


def demanded(config: SatelliteConfig) -> SatelliteConfig:
    """Return the settings where they name a server.

    Raises:
        AssistantError: they name none.
    """
    if not config.url:
        raise AssistantError(
            "satellite: no server: --server http://host:8765, or [satellite] url; --find looks for one"
        )
    return config
