"""The settings of a running assistant: as they are, as they are changed, and what a change would bring."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from assistant import weights
from assistant.checks.finding import Finding
from assistant.checks.making import settings
from assistant.config import WAKE_WORDS, Config, load_config
from assistant.errors import AssistantError, AudioError, ConfigError, ModelError
from assistant.events import AudioLevel, Emit
from assistant.values import FRAME_SECONDS

if TYPE_CHECKING:
    from assistant.app.runtime import Runtime
    from assistant.nlu.ranking.classifier import Classifier

_FOLLOWED = {"match.threshold", "match.margin", "match.n_best", "paths.documents", "paths.shared", "pictures.folders"}
"""Settings that a running assistant takes up when their file changes."""

_ROLES: dict[weights.Role, tuple[str, str]] = {
    "stt": ("speech to text", "stt.model"),
    "embedder": ("meaning", "match.embedder"),
    "generator": ("language model", "generator.model"),
    "reranker": ("documents", ""),
    "sight": ("pictures", "pictures.model"),
}
"""Role of weights -> its name, and the setting that chooses them."""

SAMPLE = "The timer for the tea is set to four minutes."
"""A sentence to hear a voice by."""


@dataclass(frozen=True, slots=True)
class ListedModel:
    """A model that is here, or can be had."""

    name: str
    kind: str
    """`speech to text`, `meaning`, `voice`."""
    bytes: int
    """On disk, or what it will take; 0 where that is not known."""
    state: str
    """`present`, `missing`, `corrupt`."""
    chosen: bool
    """True where the settings name it."""
    setting: str = ""
    """Name of the setting that chooses it; empty where none does."""
    fetchable: bool = False
    remark: str = ""
    """Its fault, else its licence and folder."""


@dataclass(frozen=True, slots=True)
class TradeOff:
    """The shares that are accepted at a threshold, foreseen on phrases as if each had not been written; 0 to 1."""

    threshold: float
    right: float
    """Of your phrases: accepted for what they mean."""
    mistaken: float
    """Of your phrases: accepted for something else."""
    near_misses: float
    """Of requests that no file has a command for: accepted for one."""
    talk: float
    """Of everyday talk: accepted for a command."""


class ControlPanel:
    """Reads and writes the settings of `file`. What is slow says so; AssistantError where something cannot be done."""

    def __init__(self, config: Config, file: Path) -> None:
        self._running = config
        self.chosen = config
        """As the next start will have it."""
        self.file = file
        self.assistant: Runtime | None = None
        """None where none has started."""
        self.legal: Mapping[str, Collection[str]] = {}
        """Setting -> its words, where only the terminal knows them."""

    # -- values ---------------------------------------------------------------------------------

    def put(self, name: str, value: Any, is_applied: bool = False) -> str:
        """Write a setting into the file; return the line that says what was written where, and from when it counts.

        Args:
            value: the value, or words for it as `assistant config set` takes them.
            is_applied: the caller has put it to use already.

        Raises:
            AssistantError: there is no such setting, the value is none of it, or the file cannot be written.
        """
        words = value if isinstance(value, str) else settings.as_toml(value)
        finding, *further = settings.put(self.file, name, words, self.legal)
        section, _, key = finding.subject.partition(".")
        try:
            wanted = getattr(getattr(load_config(self.file), section), key)
        except ConfigError as error:
            raise AssistantError(f"{finding.subject} = {finding.detail}; but {error}") from None
        self.chosen = replace(self.chosen, **{section: replace(getattr(self.chosen, section), **{key: wanted})})
        is_same = getattr(getattr(self._running, section), key) == wanted
        made = "".join(f"; {other.detail}" for other in further)
        return f"{finding.subject} = {finding.detail}{made}; {self._when(finding.subject, is_applied, is_same)}"

    def put_line(self, line: str) -> str:
        """Write a setting that is given as `name value` or `name = value`; see `put`."""
        given = re.fullmatch(r"\[?([^\s=\]]+)\]?(?:\s*=\s*|\s+)(.+)", line.strip())
        if given is None:
            raise AssistantError("write a setting and its value, such as match.margin 0.1")
        return self.put(given[1], given[2])

    def is_pending(self, name: str) -> bool:
        """True where the value in use is another than the chosen one, and stays so until the next start."""
        section, _, key = name.partition(".")
        values = [getattr(getattr(config, section), key) for config in (self._running, self.chosen)]
        return name not in _FOLLOWED and values[0] != values[1]

    def _when(self, name: str, is_applied: bool, is_same: bool) -> str:
        if is_applied:
            return "in use now"
        if name in _FOLLOWED and self.assistant is not None:
            return "in use within a second"
        return "which is in use now" if is_same and name not in _FOLLOWED else "in use from the next start on"

    # -- understanding --------------------------------------------------------------------------

    @property
    def threshold(self) -> float:
        """The threshold in use now."""
        try:
            return self._started().matcher().config.threshold
        except AssistantError:  # nothing is understood yet
            return self._running.match.threshold

    def trade_off(self) -> tuple[TradeOff, ...]:
        """Foresee the shares for every threshold from 0 to 1 in steps of a hundredth.

        Raises:
            AssistantError: nothing is understood yet, or templates alone.
        """
        if self.assistant is None:
            raise AssistantError("One moment: your files are still being read.")
        parts = self.assistant.matcher().parts
        if parts.intents.intents and not parts.retriever.snapshot.rows:
            raise AssistantError("Not read yet: the shares can be foreseen once your files are learnt.")
        return foreseen(parts.classifier)

    # -- models ---------------------------------------------------------------------------------

    def models(self) -> tuple[ListedModel, ...]:
        """List the models that are known or chosen; those that come inside packages last. May be slow."""
        rows = [
            ListedModel(
                row.name,
                _ROLES[row.role][0],
                row.bytes,
                row.state,
                row.default,
                _ROLES[row.role][1],
                row.fetchable,
                row.fault or " · ".join(filter(None, [row.licence, str(row.folder)])),
            )
            for row in weights.inventory(self.chosen)
        ]
        order = list(_ROLES.values())
        rows.sort(key=lambda row: order.index((row.kind, row.setting)))
        return (*rows, *self._packaged())

    def fetch(self, name: str, emit: Emit) -> str:
        """Fetch a model, with its progress as events; return the line that says so. Slow.

        Raises:
            ModelError: no source has it.
        """
        from assistant.checks.models import fetch_weights

        return "; ".join(finding.detail for finding in fetch_weights(self.chosen, (name,), emit))

    def _packaged(self) -> Iterator[ListedModel]:
        from assistant.audio.wake_word import network_file
        from assistant.tts.hibari import VOICE, voice_file

        chosen = self.chosen.listen.wake_word
        for name in dict.fromkeys((*WAKE_WORDS, chosen)):
            try:
                network = network_file(name).with_suffix(".tflite")
                fault = "" if network.is_file() else f"there is no {network}"
            except ModelError as error:
                yield ListedModel(
                    name, "wake word", 0, "missing", name == chosen, "listen.wake_word", remark=str(error)
                )
                continue
            size = network.stat().st_size if not fault else 0
            state, remark = ("missing" if fault else "present"), fault or f"installed with its package · {network}"
            yield ListedModel(name, "wake word", size, state, name == chosen, "listen.wake_word", remark=remark)
        voice, is_used = voice_file(), self.chosen.voice.replies != "never"
        size = voice.stat().st_size if voice.is_file() else 0
        remark = f"installed with its package · {voice}" if size else f"there is no {voice}: reinstall hibari-tts"
        yield ListedModel(VOICE, "voice", size, "present" if size else "missing", is_used, remark=remark)

    # -- sound ----------------------------------------------------------------------------------

    def levels(self, name: str, seconds: float = 10.0) -> Iterator[AudioLevel]:
        """Yield the level at a microphone, ten times a second for so long; nothing of what it hears is kept.

        Raises:
            AudioError: it cannot be opened, or is gone.
        """
        from assistant.audio.capture import Microphone

        with Microphone(replace(self._running.audio, input=name)) as source:
            for number, _ in enumerate(source.frames(), start=1):
                if number % 3 == 0:
                    yield source.level()
                if number * FRAME_SECONDS > seconds:
                    return
            if source.lost:
                raise AudioError(source.lost)

    def chime(self, name: str) -> None:
        """Chime on a loudspeaker; return when it is over.

        Raises:
            AssistantError: it cannot be opened, or nothing has started.
        """
        self._started().try_loudspeaker(name)

    def speak(self, speed: float) -> None:
        """Say a sentence at a speed; return when it is over.

        Raises:
            AssistantError: there is no voice, or no loudspeaker.
        """
        self._started().try_voice(SAMPLE, speed / self._running.voice.speed)

    def _started(self) -> Runtime:
        if self.assistant is None:
            raise AssistantError("One moment: it is still getting ready.")
        return self.assistant

    # -- doctor ---------------------------------------------------------------------------------

    def examine(self) -> Iterator[Finding]:
        """Look at everything that the assistant stands on, as `assistant doctor` does. Slow."""
        from assistant.checks.doctor import examine

        return examine(self.chosen)


def foreseen(classifier: Classifier, steps: int = 100) -> tuple[TradeOff, ...]:
    """Foresee the shares at each step of the threshold from 0 to 1; none where there are no phrases to foresee them."""
    from assistant.nlu.ranking.confidence import log_odds

    if not classifier.rates().phrases:
        return ()
    points = []
    for step in range(steps + 1):
        rates = classifier.rates(log_odds(step / steps))
        right = 1.0 - rates.mistaken - rates.refused
        points.append(TradeOff(step / steps, right, rates.mistaken, rates.accepted, rates.overheard))
    return tuple(points)
