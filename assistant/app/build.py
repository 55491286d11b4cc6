"""The one place that names concrete classes and knows the order of the stages.

`read_definitions`, `open_matcher`, `open_session` and `open_transcriber` build the parts, and `hear` nests the
stages from frames to final transcripts. Everything heavy is imported when it is built.
"""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from assistant import weights
from assistant.config import AudioConfig, Config, MatchConfig, make_user_folders
from assistant.dialogue.session import Session
from assistant.errors import ActionError, IndexStoreError, Problem
from assistant.events import Event, Failed, Noticed, Reloaded
from assistant.values import (
    Candidate,
    DeviceChoice,
    Direction,
    FinalTranscript,
    Frame,
    PartialTranscript,
    SpeechEnded,
    SpeechFrame,
    SpeechStarted,
)

if TYPE_CHECKING:
    from assistant.actions.database import Database
    from assistant.actions.timer_service import TimerService
    from assistant.audio.wake_word import WakeWord
    from assistant.authoring.definitions import Intent, IntentSet
    from assistant.authoring.knowledge import KnowledgeSet
    from assistant.dialogue.respond import Generator
    from assistant.nlu.matcher import Matcher
    from assistant.nlu.retrieval.index import Embedder, Index, IndexStatus
    from assistant.stt.stream import Transcriber

Emit = Callable[[Event], None]


@dataclass(frozen=True, slots=True)
class Definitions:
    """Intents and knowledge as read from disk."""

    intents: IntentSet
    knowledge: KnowledgeSet

    @property
    def problems(self) -> tuple[Problem, ...]:
        """Return what is wrong in them; the rest is in use."""
        return (*self.intents.problems, *self.knowledge.problems)

    def summary(self) -> Reloaded:
        """Return what is in use as an event."""
        problems = tuple(str(problem) for problem in self.problems)
        examples = tuple((each.title, phrase(each)) for each in self.intents.intents.values())
        return Reloaded(len(self.intents.intents), len(self.knowledge.entries), problems, examples)


def phrase(intent: Intent) -> str:
    """Return a sentence that means the intent, as its author would say it."""
    said = [test.say for test in intent.tests] + [each for each in intent.examples if "{" not in each]
    return said[0] if said else intent.title


def read_definitions(config: Config) -> Definitions:
    """Read intents/ and knowledge/; a bad file is a problem, never an error."""
    from assistant.actions.run import Actions
    from assistant.authoring.intents import load_intents
    from assistant.authoring.knowledge import load_knowledge

    intents = load_intents(config.intent_folders(), Actions.names())
    faults = Actions.problems(intent.action for intent in intents.intents.values())
    intents = replace(intents, problems=(*intents.problems, *faults))
    return Definitions(intents, load_knowledge(config.knowledge_folders()))


def announce_user_folders(config: Config, emit: Emit) -> None:
    """Make the folders for the user's own intents and knowledge at the first start, and name them in one notice."""
    if folders := make_user_folders(config):
        emit(Noticed(f"your own files go into {' and '.join(map(str, folders))}, made just now"))


def open_embedder(folder: Path, config: Config, emit: Emit) -> Embedder:
    """Load the embedder of a folder, exporting it first where that has not been done.

    Raises:
        ModelError: it is neither.
    """
    from assistant.nlu.retrieval import embedder

    return embedder.open_embedder(folder, config.models_folder(), emit)


def open_matcher(config: Config, files: Definitions, emit: Emit) -> Matcher:
    """Load the embedder, bring the index in step with the files and return what understands.

    An index that cannot be written is one `Failed` event, and it is kept in memory.

    Raises:
        ModelError: the embedder's weights are missing or corrupt.
    """
    from assistant.nlu.retrieval.index import Index

    embedder = _embedder(config, emit)
    try:
        return _synced(files, _index(config, embedder), embedder, config.match, emit)
    except IndexStoreError as error:
        emit(Failed(f"{error}; the index is kept in memory this time", "index"))
        return _synced(files, Index(None, embedder), embedder, config.match, emit)


def follow(matcher: Matcher, emit: Emit) -> None:
    """Bring Chroma in step with a matcher's rows, so that it finds the nearest ones from then on.

    Raises:
        IndexStoreError: it cannot be written, or its server does not answer; the matcher goes on without it.
    """
    matcher.parts.index.follow(matcher.parts.retriever, emit)


def _embedder(config: Config, emit: Emit) -> Embedder:
    return open_embedder(weights.resolve(config.match.embedder, "embedder", config, emit), config, emit)


def _index(config: Config, embedder: Embedder) -> Index:
    from assistant.nlu.retrieval.index import Index

    server = config.match.server
    return Index(config.data_folder() / ("index-on-server" if server else "index"), embedder, server)


def load_matcher(
    intents: str | Path,
    knowledge: str | Path | None = None,
    index: str | Path | None = None,
    config: Config | None = None,
    emit: Emit = lambda _: None,
) -> Matcher:
    """Return what understands sentences by the files in a folder of intents, and perhaps one of knowledge.

    What is wrong in the files is in `problems` of the matcher; the rest is in use. With `index`, a folder, what is made
    from the files is kept there, and only what changed is made anew the next time; without, it is kept in memory.

    Raises:
        ModelError: the embedder's weights cannot be had.
        IndexStoreError: the folder for the index cannot be written.
        FileNotFoundError: a folder is not there.
    """
    from assistant.actions.run import Actions
    from assistant.authoring.intents import load_intents
    from assistant.authoring.knowledge import load_knowledge
    from assistant.nlu.retrieval.index import Index

    config = config or Config()
    folders = [Path(each) for each in (intents, knowledge) if each is not None]
    if missing := [each for each in folders if not each.is_dir()]:
        raise FileNotFoundError(f"no such folder: {missing[0]}")
    files = Definitions(load_intents(folders[:1], Actions.names()), load_knowledge(folders[1:]))
    embedder = _embedder(config, emit)
    return _synced(files, Index(Path(index) if index else None, embedder), embedder, config.match, emit)


def renew_matcher(old: Matcher, files: Definitions, emit: Emit) -> Matcher:
    """Return a matcher over the files as they are now, on the index and embedder of the old one.

    It can be used at once; `retrain` makes it as sure of what was edited as of the rest.

    Raises:
        IndexStoreError: the index cannot be written.
    """
    from assistant.nlu.matcher import Matcher
    from assistant.nlu.parts import make_parts

    before = old.parts
    parts = make_parts(files.intents, files.knowledge, before.index, before.embedder, emit, before)
    return Matcher(parts, old.config, before=old)


def retrain(matcher: Matcher) -> Matcher:
    """Return a matcher whose classifier is trained on all its phrases; this takes seconds."""
    from assistant.nlu.matcher import Matcher
    from assistant.nlu.parts import trained

    renewed = Matcher(trained(matcher.parts), matcher.config, before=matcher)
    renewed.forget_unused()
    return renewed


def _synced(files: Definitions, index: Index, embedder: Embedder, config: MatchConfig, emit: Emit) -> Matcher:
    from assistant.nlu.matcher import Matcher
    from assistant.nlu.parts import make_parts

    matcher = Matcher(make_parts(files.intents, files.knowledge, index, embedder, emit), config)
    if matcher.parts.report.added or matcher.parts.report.removed:
        matcher.forget_unused()
    return matcher


def index_status(config: Config, emit: Emit) -> IndexStatus:
    """Return how large the index is and whether it is whole.

    Raises:
        ModelError: the embedder's weights are missing or corrupt.
        IndexStoreError: the index cannot be read.
    """
    return _index(config, _embedder(config, emit)).status()


def fingerprint(config: Config) -> frozenset[tuple[str, int, int]]:
    """Return name, time and size of every file that intents and knowledge may be read from."""
    found = set()
    for folder in (*config.intent_folders(), *config.knowledge_folders()):
        for path in folder.rglob("*"):
            with contextlib.suppress(OSError):
                status = path.stat()
                found.add((str(path), status.st_mtime_ns, status.st_size))
    return frozenset(found)


def open_session(
    config: Config,
    matcher: Matcher,
    store: Database,
    timers: TimerService,
    generator: Callable[[], Generator | None] = lambda: None,
) -> Session:
    """Return a conversation over the matcher; nothing heavy is loaded here."""
    from assistant.actions.run import Actions
    from assistant.dialogue.respond import Responder

    def catalogue() -> Sequence[tuple[str, str, str]]:
        return [(each.name, each.title, phrase(each)) for each in session.matcher.intents.intents.values()]

    def passages(n_best: Sequence[Candidate]) -> Sequence[str]:
        answers = {entry.question: entry.answer for entry in session.matcher.knowledge.entries}
        near = [f"{c.id} {answers[c.id]}" for c in n_best if c.kind == "question" and c.id in answers]
        return near[: config.generator.passages]

    session = Session(matcher, Responder(Actions(config, store, timers, catalogue), passages, generator))
    return session


def open_store(config: Config, emit: Emit) -> Database:
    """Return the store of notes, lists and timers; where a damaged file was moved aside, that is told."""
    from assistant.actions.database import Database

    store = Database(config.data_folder())
    with contextlib.suppress(ActionError):  # told by the action that needs it
        if notice := store.check():
            emit(Noticed(notice))
    return store


def one_shot(config: Config, emit: Emit) -> Session:
    """Return a conversation for a single command; timers that it sets ring in a running assistant.

    Raises:
        ModelError: weights are missing or corrupt.
    """
    from assistant.actions.timer_service import TimerService

    announce_user_folders(config, emit)
    files = read_definitions(config)
    emit(files.summary())
    matcher = open_matcher(config, files, emit)
    store = open_store(config, emit)
    load = cache(lambda: open_generator(config, emit))  # when it is first asked: most commands never need it
    return open_session(
        config,
        matcher,
        store,
        TimerService(store, lambda _: None),
        lambda: load() if config.generator.enabled else None,
    )


def recorded(source: str) -> Iterator[Frame]:
    """Return the frames of a recording, or of raw PCM on standard input where the source is `-`.

    Raises:
        AudioError: the recording cannot be read.
    """
    from assistant.audio.capture import pcm_stream, recording

    return pcm_stream(sys.stdin.buffer) if source == "-" else recording(Path(source))


def device_choices(config: AudioConfig) -> tuple[DeviceChoice, ...]:
    """Return each microphone and loudspeaker that can be chosen, the system's default first.

    Raises:
        AudioError: the devices cannot be listed.
    """
    from assistant.audio.devices import devices, find, lasting_names

    found = devices()
    names = dict(zip(found, lasting_names(found), strict=True))

    def choices(direction: Direction, wanted: str) -> Iterator[DeviceChoice]:
        chosen = find(wanted, direction, found) if wanted else None
        yield DeviceChoice(direction, "", chosen=not wanted)
        for device, name in names.items():
            if device.channels(direction):
                yield DeviceChoice(direction, name, chosen=device is chosen)
        if wanted and chosen is None:
            yield DeviceChoice(direction, wanted, chosen=True, present=False)

    return *choices("input", config.input), *choices("output", config.output)


def open_generator(config: Config, emit: Emit) -> Generator:
    """Load the local language model.

    Raises:
        ModelError: its weights are missing or corrupt.
    """
    from assistant.llm import transformers

    return transformers.open_generator(config, emit)


def open_transcriber(config: Config, emit: Emit) -> Transcriber:
    """Load the speech model.

    Raises:
        ModelError: its weights are missing or corrupt.
    """
    from assistant.stt import backend

    return backend.open_transcriber(config, emit)


def open_wake_word(config: Config) -> WakeWord:
    """Load the network of the wake word.

    Raises:
        ModelError: it does not work here.
    """
    from assistant.audio.wake_word import WakeWord

    return WakeWord(config.listen.wake_word, config.listen.sensitivity)


def hear(
    frames: Iterable[Frame | None],
    transcriber: Transcriber,
    session: Callable[[], Session | None],
    config: Config,
) -> Iterator[SpeechStarted | SpeechEnded | PartialTranscript | FinalTranscript]:
    """Yield what is said in the frames: the stages of hearing, nested. None among them ends an utterance at once.

    How long a pause may last before it ends the utterance depends on what has been said so far, as the
    session understands it; None: there is no session yet, and nothing is understood.
    """
    from assistant.audio.endpointing import segment
    from assistant.audio.vad import Vad
    from assistant.stt.prompt import compose_prompt
    from assistant.stt.stream import transcribe

    said: str | None = None  # once it is all that has been said
    count_tokens = cache(transcriber.count_tokens)
    lengths = config.endpoint
    pauses = {
        "complete": lengths.short_pause,
        "extendable": lengths.pause,
        "unfinished": lengths.long_pause,
        "unknown": lengths.long_pause,
        "awaited": lengths.answer_pause,
    }

    @lru_cache(maxsize=1)
    def pause(now: Session, said: str) -> float:
        return pauses[now.ending(said)]

    def patience() -> float:
        now = session()
        if said is None or now is None:
            return lengths.answer_pause if now is not None and now.expects_answer else lengths.long_pause
        return pause(now, said)

    def prompt(said: str) -> str:
        now = session()
        if now is None or not config.stt.bias or not transcriber.prompt_tokens:
            return ""
        can_be_said = now.matcher.hints
        budget = transcriber.prompt_tokens
        return compose_prompt(can_be_said.words, can_be_said.sentences, budget, count_tokens, now.expected(said))

    def known(text: str) -> Sequence[tuple[str, float]]:
        now = session()
        return now.matcher.hints.alternatives(text) if now is not None and config.stt.bias else ()

    def segmented() -> Iterator[SpeechStarted | SpeechFrame | SpeechEnded]:
        nonlocal said
        for event in segment(frames, Vad(), config.endpoint, patience):
            if not isinstance(event, SpeechFrame) or event.voiced:
                said = None
            yield event

    for event in transcribe(segmented(), transcriber, config.stt, prompt, known):
        if isinstance(event, PartialTranscript) and event.settled:
            said = event.heard or f"{event.stable} {event.unstable}".strip()
        yield event
