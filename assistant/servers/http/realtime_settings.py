"""The settings of a realtime session that mean something here; all others are passed over."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, ClassVar


@dataclass(frozen=True, slots=True)
class RealtimeSettings:
    """One session's; changed as a whole."""

    rate: ClassVar[int] = 24_000
    """Hz of sound in both directions: 16-bit little-endian mono."""
    kind: str = "realtime"
    """`realtime`: a conversation; `transcription`: transcripts alone."""
    speaks: bool = True
    """True: the reply is sound; False: text."""
    notices_turns: bool = True
    """True: pauses end a turn; False: the client does."""
    creates_response: bool = True
    interrupts: bool = True
    area: str = ""
    """Where the speaker stands."""
    name: str = field(default_factory=lambda: f"sess_{uuid.uuid4().hex[:20]}")

    @property
    def answers_by_itself(self) -> bool:
        """True where words that were heard get their reply without being asked for."""
        return self.kind == "realtime" and self.creates_response

    @property
    def is_interruptible(self) -> bool:
        """True where a person who begins to speak ends the reply."""
        return self.kind == "realtime" and self.interrupts

    def changed(self, wanted: Any) -> RealtimeSettings:
        """Return the settings with those of a `session.update` put in.

        Raises:
            ValueError: one cannot be had here.
        """
        if not isinstance(wanted, dict):
            raise ValueError("session: an object is needed")
        kind = wanted.get("type", self.kind)
        if kind not in ("realtime", "transcription"):
            raise ValueError("session.type: realtime or transcription")
        audio = _object(wanted, "audio")
        heard, spoken = _object(audio, "input"), _object(audio, "output")
        for name, side in (("input", heard), ("output", spoken)):
            form = _object(side, "format")
            if form and (form.get("type") != "audio/pcm" or form.get("rate", self.rate) != self.rate):
                raise ValueError(f"session.audio.{name}.format: audio/pcm at {self.rate} Hz alone")
        area = wanted.get("area", self.area)
        if not isinstance(area, str) or len(area) > 100:
            raise ValueError("session.area: at most 100 characters of text")
        modalities = wanted.get("output_modalities", ["audio"] if self.speaks else ["text"])
        if modalities not in (["audio"], ["text"]):
            raise ValueError('session.output_modalities: ["audio"] or ["text"]')
        changed = replace(self, kind=kind, area=area, speaks=modalities == ["audio"])
        if "turn_detection" not in heard:
            return changed
        detection = heard["turn_detection"]
        if detection is None:
            return replace(changed, notices_turns=False)
        detection = _object(heard, "turn_detection")
        if detection.get("type", "server_vad") not in ("server_vad", "semantic_vad"):
            raise ValueError("session.audio.input.turn_detection.type: server_vad, semantic_vad, or null for none")
        responds, interrupts = (
            detection.get(name, True) is not False for name in ("create_response", "interrupt_response")
        )
        return replace(changed, notices_turns=True, creates_response=responds, interrupts=interrupts)

    def told(self) -> Mapping[str, Any]:
        """Return the session as the protocol has it."""
        form = {"type": "audio/pcm", "rate": self.rate}
        detection = {
            "type": "server_vad",
            "create_response": self.creates_response,
            "interrupt_response": self.interrupts,
        }
        heard = {"format": form, "turn_detection": detection if self.notices_turns else None}
        session: dict[str, Any] = {
            "id": self.name,
            "object": "realtime.session",
            "type": self.kind,
            "audio": {"input": heard},
        }
        if self.kind == "realtime":
            session["audio"]["output"] = {"format": form, "voice": "heart"}
            session |= {"area": self.area} if self.area else {}
            session |= {"model": "assistant", "output_modalities": ["audio" if self.speaks else "text"]}
        return session


def _object(content: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    value = content.get(name)
    if value is None:
        return {}
    if not isinstance(value, dict):
        raise ValueError(f"{name}: an object is needed")
    return value
