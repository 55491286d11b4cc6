"""What is there, what is wrong and what to do about it: the findings behind check, doctor, models and test."""

from __future__ import annotations

import dataclasses
import itertools
import shutil
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING, Any

from assistant import weights
from assistant.app import build
from assistant.config import Config, user_config_folder
from assistant.errors import AssistantError, AudioError, ModelError, Problem, did_you_mean
from assistant.event_json import as_json
from assistant.events import Emit, Understood
from assistant.values import CLIPPING, FRAME_SECONDS, SAMPLE_RATE, Utterance
from assistant.weights import Weights

if TYPE_CHECKING:
    from assistant.authoring.definitions import Intent, IntentTest
    from assistant.nlu.ranking.classifier import Rates

_MEMORY_NEEDED = 1.0
"""GB free for the default models with room to spare."""

_DISK_NEEDED = 1.0
"""GB free for the default weights, twice while they are joined."""

_LISTENING = 1.0
"""Seconds of the test recording."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at."""

    subject: str
    ok: bool
    detail: str
    cure: str = ""
    """What to do about it, where something is wrong."""


def check(config: Config) -> Iterator[Finding]:
    """Read everything that a person writes and say what is wrong, line by line."""
    from assistant.actions.run import Actions

    own = user_config_folder() / "config.toml"
    yield Finding("config", True, f"shipped, then {own}" if own.is_file() else "shipped")
    files = build.read_definitions(config)
    for kind, problems, folders, count in [
        ("intents", files.intents.problems, config.intent_folders(), len(files.intents.intents)),
        ("knowledge", files.knowledge.problems, config.knowledge_folders(), len(files.knowledge.entries)),
    ]:
        yield from (_problem(kind, each) for each in problems)
        where = ", ".join(str(folder) for folder in folders)
        yield Finding(kind, True, f"{count} {'intents' if kind == 'intents' else 'pairs'} in use, from {where}")
    yield from (_problem("actions", problem) for problem in Actions.problems() if problem not in files.problems)


def _problem(kind: str, problem: Problem) -> Finding:
    return Finding(kind, problem.severity != "error", str(problem))


def examine(config: Config) -> Iterator[Finding]:
    """Look at everything that the assistant stands on; a fault in one never hides the others."""
    for subject, look in [
        ("audio", _audio),
        ("microphone", _microphone),
        ("wake word", _wake_word),
        ("weights", _weights),
        ("speech", _speech),
        ("files", check),
        ("index", _index),
        ("memory", _memory),
        ("home assistant", _home_assistant),
    ]:
        try:
            yield from look(config)
        except AssistantError as error:
            yield Finding(subject, False, str(error))


def _audio(_: Config) -> Iterator[Finding]:
    from assistant.audio.devices import devices, rates

    found = devices()
    for each in found:
        kinds = [("microphone", "input", each.inputs), ("loudspeaker", "output", each.outputs)]
        kind = " and ".join(f"{'default ' * (way in each.default)}{name}" for name, way, count in kinds if count)
        taken = ", ".join(f"{rate / 1000:g}" for rate in rates(each)) or "no"
        yield Finding("audio", True, f"{each.index}: {each.name} ({kind}) takes {taken} kHz")
    if not any(each.inputs for each in found):
        yield Finding(
            "microphone", False, "no microphone is there; typing works",
            "plug one in, or start the sound server (`systemctl --user start pipewire pulseaudio`)",
        )  # fmt: skip
    if not any(each.outputs for each in found):
        yield Finding("loudspeaker", False, "no loudspeaker is there; replies are shown, not spoken")


def _wake_word(config: Config) -> Iterator[Finding]:
    if config.listen.start == "wake_word":
        yield Finding("wake word", True, f"“{build.open_wake_word(config).phrase}” is listened for")


def _microphone(config: Config) -> Iterator[Finding]:
    """Record for a moment, to tell whether sound comes in."""
    from assistant.audio.capture import Microphone
    from assistant.audio.devices import devices

    if not any(each.inputs for each in devices()):
        return  # which has been told
    with Microphone(config.audio) as microphone:
        heard = list(itertools.islice(microphone.frames(), round(_LISTENING / FRAME_SECONDS)))
        if microphone.lost:
            raise AudioError(microphone.lost)
        level = microphone.level()
    resampled = f", resampled to {SAMPLE_RATE}" if microphone.rate != SAMPLE_RATE else ""
    device = f"'{microphone.device.name}' at {microphone.rate} Hz{resampled}"
    if not any(frame.any() for frame in heard):
        yield Finding(
            "microphone", False, f"{device} sends only silence",
            "is it muted, by a switch on it or in the sound settings? Or choose another with [audio] input",
        )  # fmt: skip
        return
    loud = level.peak >= CLIPPING
    detail = f"{device}: heard {_LISTENING:g} s of sound, {level.rms:.0f} dB, peak {level.peak:.0f} dB"
    cure = "turn the microphone down in the sound settings" if loud else ""
    yield Finding("microphone", not loud, detail + ", too loud" * loud, cure)


def _speech(config: Config) -> Iterator[Finding]:
    """Load the speech model, to tell what it is and what it runs on; that it is missing has been told."""
    if any(row.name == config.stt.model and row.state != "present" for row in weights.inventory(config)):
        return
    here = dataclasses.replace(config, models=dataclasses.replace(config.models, offline=True))
    folder = weights.resolve(config.stt.model, "stt", here, lambda _: None)
    transcriber = build.open_transcriber(here, lambda _: None)
    detail = f"{config.stt.model} in {folder}, on {transcriber.backend} (compute_type = {config.stt.compute_type})"
    yield Finding("speech", True, detail)


def _index(config: Config) -> Iterator[Finding]:
    yield index_finding(config, lambda _: None)


def index_finding(config: Config, emit: Emit) -> Finding:
    """Tell how large the index is and whether it is whole."""
    status = build.index_status(config, emit)
    state = "whole" if status.in_step else "not built, or not to the end"
    detail = f"{status.rows} phrases, {status.bytes / 1e6:.1f} MB in {status.folder}: {state}"
    return Finding("index", status.in_step, detail, "" if status.in_step else "assistant index build")


def _memory(config: Config) -> Iterator[Finding]:
    import psutil

    free = psutil.virtual_memory().available / 1e9
    cure = "" if free >= _MEMORY_NEEDED else 'close something, or set [stt] model = "tiny.en"'
    yield Finding("memory", free >= _MEMORY_NEEDED, f"{free:.1f} GB free", cure)
    folder = config.models_folder()
    while not folder.exists():
        folder = folder.parent
    room = shutil.disk_usage(folder).free / 1e9
    cure = "" if room >= _DISK_NEEDED else "make room, or set [models] folder to another disk"
    yield Finding("disk", room >= _DISK_NEEDED, f"{room:.1f} GB free at {folder}", cure)


def _home_assistant(config: Config) -> Iterator[Finding]:
    if not config.home_assistant.url:
        yield Finding("home assistant", True, "not set; smart-home commands say so")
        return
    has_token = bool(config.home_assistant.access_token())
    cure = "" if has_token else "set [home_assistant] token, or the variable that it names"
    yield Finding("home assistant", has_token, config.home_assistant.url, cure)


def words(config: Config) -> Iterator[Finding]:
    """Tell the words that the recogniser should know and the sentences that teach it, both most useful first."""
    matcher = build.one_shot(config, lambda _: None).matcher
    for each in matcher.hints.words:
        yield Finding("word", True, each)
    for each in matcher.hints.sentences:
        yield Finding("sentence", True, each)


def foreseen(rates: Rates) -> Finding:
    """Tell how often the threshold will be wrong, by the examples in the files, each taken away in turn."""
    if not rates.phrases:
        return Finding("threshold", True, "no examples to fit it on: the usual one is taken")
    detail = (
        f"fitted on {rates.phrases} examples, each as if it had not been written: {rates.mistaken:.1%} are taken for "
        f"another command, {rates.refused:.1%} refused; of commands that are not there {rates.accepted:.1%} are taken "
        f"for one that is, of everyday talk {rates.overheard:.1%}"
    )
    return Finding("threshold", True, detail)


def run_tests(config: Config, emit: Emit) -> Iterator[Finding]:
    """Run the `tests:` of every intent file; a sentence that is understood otherwise is a fault at its line."""
    matcher = build.one_shot(config, emit).matcher
    passed = 0
    for intent in matcher.intents.intents.values():
        for test in intent.tests:
            understood = Understood(Utterance(test.say), matcher.match(Utterance(test.say)))
            if fault := _misread(intent, test, as_json(understood, 0)):
                yield Finding("test", False, f"{test.file}:{test.line}: '{test.say}' {fault}")
            else:
                passed += 1
    yield Finding("tests", True, f"{passed} sentences understood as their intents")
    yield foreseen(matcher.rates())


def _misread(intent: Intent, test: IntentTest, line: Mapping[str, Any]) -> str:
    """Return what is wrong with how a test's sentence was understood, or nothing."""
    kind = line["kind"]
    if kind not in ("intent_match", "slot_missing") or line["intent"] != intent.name:
        return f"is {kind} {line.get('intent') or line.get('question') or ''}".rstrip() + f", not {intent.name}"
    for name, wanted in test.slots.items():
        got = line["slots"].get(name)
        if not _agrees(intent, name, wanted, got):
            return f"has {name} = {got!r}, not {wanted!r}"
    return ""


def _agrees(intent: Intent, name: str, wanted: object, got: object) -> bool:
    """Return whether a value is the wanted one; moments may be given in words: `tomorrow at 7 am`."""
    from assistant.language.entities import parse

    if got == wanted or not isinstance(wanted, str) or not isinstance(got, str):
        return got == wanted
    kind = intent.slots[name].type if name in intent.slots else ""
    if kind not in ("date", "time", "datetime") or (value := parse(kind, wanted)) is None:
        return False
    if isinstance(value, datetime):
        return abs(datetime.fromisoformat(got) - value) < timedelta(minutes=2)
    return isinstance(value, date | time) and value.isoformat() == got


# -- weights ----------------------------------------------------------------------------------


def list_weights(config: Config, names: tuple[str, ...], _: Emit) -> Iterator[Finding]:
    """Tell of each known model whether it is there; only those that the config needs must be."""
    for row in weights.inventory(config):
        if not names or row.name in names:
            yield _weight(row, must=row.default)


def fetch_weights(config: Config, names: tuple[str, ...], tell: Emit) -> Iterator[Finding]:
    """Fetch what is missing of the named models, or of those that the config needs, and make it ready."""
    rows = {row.name: row for row in weights.inventory(config)}
    for name in names or [row.name for row in rows.values() if row.default]:
        if name not in rows:
            raise ModelError(f"unknown model '{name}'{did_you_mean(name, rows)}")
        role = rows[name].role
        folder = weights.resolve(name, role, config, tell)
        if role == "embedder":
            build.open_embedder(folder, config, tell)
        yield Finding("weights", True, f"{name}: ready in {folder}")


def verify_weights(config: Config, names: tuple[str, ...], _: Emit) -> Iterator[Finding]:
    """Hash every file of the named models, or of all that are there."""
    for name in names or [row.name for row in weights.inventory(config) if row.state != "missing" or row.default]:
        yield _weight(weights.verify(name, config), must=True)


def _weights(config: Config) -> Iterator[Finding]:
    return verify_weights(config, tuple(row.name for row in weights.inventory(config) if row.default), lambda _: None)


def _weight(row: Weights, must: bool) -> Finding:
    size = f"{row.bytes / 1e6:.0f} MB" if row.bytes else ""
    kind = ", ".join(filter(None, [row.role, size, row.licence]))
    detail = f"{row.name} ({kind}): {row.fault or row.state}"
    cure = f"assistant models fetch {row.name}" if row.state != "present" and row.fetchable else ""
    return Finding("weights", row.state == "present" or not (must or row.state == "corrupt"), detail, cure)
