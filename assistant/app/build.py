"""The composition root: the one place that names concrete classes. Everything heavy is imported when it is built."""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from assistant import weights
from assistant.app.definitions import Definitions, offered, read_folders, references_for
from assistant.app.definitions import read_definitions as read_definitions
from assistant.app.documents import Documents
from assistant.app.hearing import hear as hear
from assistant.app.pictures.gallery import Gallery
from assistant.app.pictures.holdings import OwnHoldings
from assistant.config import Config, MatchConfig, make_user_folders
from assistant.errors import ActionError, IndexStoreError
from assistant.events import Emit, Failed, Noticed
from assistant.values import Frame

if TYPE_CHECKING:
    from assistant.actions.database import Database
    from assistant.actions.run import Actions
    from assistant.actions.schedule import Schedule
    from assistant.actions.timer_service import TimerService
    from assistant.audio.wake_word import WakeWord
    from assistant.dialogue.generation.grounded import Generator
    from assistant.dialogue.history import KeptConversation
    from assistant.dialogue.history.search import TurnSearch
    from assistant.dialogue.history.session import KeptSession
    from assistant.llm.on_demand import OnDemandGenerator
    from assistant.nlu.documents.features import Scorer
    from assistant.nlu.matcher import Matcher
    from assistant.nlu.retrieval.index import Embedder, Index, IndexStatus
    from assistant.nlu.retrieval.passages import PassageSearch
    from assistant.stt.stream import Transcriber


def announce_user_folders(config: Config, emit: Emit) -> None:
    """Make the folders for the user's own intents and knowledge at the first start, and name them in one notice."""
    if folders := make_user_folders(config):
        emit(Noticed(f"your own files go into {' and '.join(map(str, folders))}, made just now"))


def open_embedder(folder: Path, config: Config, emit: Emit) -> Embedder:
    """Load the embedder of a folder, exporting it first where that has not been done.

    Raises:
        ModelError: it can be neither loaded nor exported.
    """
    from assistant.nlu.retrieval import embedder

    return embedder.open_embedder(folder, config.models_folder(), emit)


def open_matcher(
    config: Config, files: Definitions, emit: Emit, embedder: Embedder | None = None, at_once: bool = False
) -> Matcher:
    """Load the embedder, bring the index in step with the files and build the matcher on them.

    A data folder that cannot be written is one `Failed` event: it is read, and what is new is kept in memory. With
    `at_once` the documents are those that were read and embedded before: no file of theirs is looked at.

    Raises:
        ModelError: the embedder's weights are missing or corrupt.
    """
    embedder = embedder or load_embedder(config, emit)
    documents, index = Documents(config, embedder), _index(config, embedder)
    try:
        passages = documents.stored() if at_once else documents.for_one_command(emit)
        reranker = documents.reranker(emit, fetch=not at_once) if passages.documents.passages else None
        return _synced(files, index, embedder, config.match, emit, passages, reranker)
    except IndexStoreError as error:
        emit(Failed(f"{error}; what is there is read, and nothing new is kept", "index"))
        index = index.apart(index.retriever().snapshot)
        return _synced(files, index, embedder, config.match, emit, documents.stored())


def follow(matcher: Matcher, emit: Emit) -> None:
    """Bring Chroma in step with a matcher's rows, so that it finds the nearest ones from then on.

    Raises:
        IndexStoreError: it cannot be written, or its server does not answer; the matcher goes on without it.
    """
    matcher.parts.index.follow(matcher.parts.retriever, emit)


def open_provisional_matcher(config: Config, files: Definitions, embedder: Embedder) -> Matcher | None:
    """Build a matcher of the templates alone, ready at once; None where the index holds all of the files already."""
    from assistant.nlu.matcher import Matcher
    from assistant.nlu.parts import provisional_parts

    parts = provisional_parts(files.intents, files.knowledge, _index(config, embedder), embedder)
    return Matcher(parts, config.match) if parts else None


def load_embedder(config: Config, emit: Emit) -> Embedder:
    """Load the embedder of the configuration.

    Raises:
        ModelError: its weights are missing or corrupt.
    """
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
    """Build a matcher over the files in a folder of intents, and perhaps one of knowledge.

    The faults in the files are in `problems` of the matcher; the rest is in use. With `index`, a folder, everything
    made from the files is kept there, and only changes are made anew the next time; without, it is kept in memory.

    Raises:
        ModelError: the embedder's weights cannot be had.
        IndexStoreError: the folder for the index cannot be written.
        FileNotFoundError: a folder is not there.
    """
    from assistant.nlu.retrieval.index import Index

    config = config or Config()
    folders = [Path(folder) for folder in (intents, knowledge) if folder is not None]
    if missing := [folder for folder in folders if not folder.is_dir()]:
        raise FileNotFoundError(f"no such folder: {missing[0]}")
    files = read_folders(folders[:1], folders[1:])
    embedder = load_embedder(config, emit)
    return _synced(files, Index(Path(index) if index else None, embedder), embedder, config.match, emit)


def renew_matcher(old: Matcher, files: Definitions, emit: Emit, is_trial: bool = False) -> Matcher:
    """Build a matcher over other files on the index and embedder of an old one; for a trial no file is changed.

    It can be used at once; `retrain` makes it as sure of the edited phrases as of the rest.

    Raises:
        IndexStoreError: the index cannot be written.
    """
    from assistant.nlu.matcher import Matcher
    from assistant.nlu.parts import make_parts

    index = old.parts.index.apart(old.parts.retriever.snapshot) if is_trial else old.parts.index
    parts = make_parts(files.intents, files.knowledge, index, old.parts.embedder, emit, old.parts)
    return Matcher(parts, old.config, before=old)


def retrain(matcher: Matcher) -> Matcher:
    """Build a matcher whose classifier is trained on all phrases of another; this takes seconds."""
    from assistant.nlu.matcher import Matcher
    from assistant.nlu.parts import trained

    renewed = Matcher(trained(matcher.parts), matcher.config, before=matcher)
    renewed.forget_unused()
    return renewed


def _synced(
    files: Definitions,
    index: Index,
    embedder: Embedder,
    config: MatchConfig,
    emit: Emit,
    passages: PassageSearch | None = None,
    reranker: Scorer | None = None,
) -> Matcher:
    from assistant.nlu.matcher import Matcher
    from assistant.nlu.parts import make_parts

    parts = make_parts(files.intents, files.knowledge, index, embedder, emit)
    matcher = Matcher(replace(parts, passages=passages, reranker=reranker) if passages else parts, config)
    if matcher.parts.report.added or matcher.parts.report.removed:
        matcher.forget_unused()
    return matcher


def index_status(config: Config, emit: Emit) -> IndexStatus:
    """Return the size of the index and its state.

    Raises:
        ModelError: the embedder's weights are missing or corrupt.
        IndexStoreError: the index cannot be read.
    """
    return _index(config, load_embedder(config, emit)).status()


def open_session(
    config: Config,
    matcher: Callable[[], Matcher],
    store: Database,
    timers: TimerService,
    generator: Generator | None = None,
    now: Callable[[], datetime] = datetime.now,
    kept: tuple[Schedule, Gallery] | None = None,
) -> KeptSession:
    """Open a conversation over the matcher in use at each turn; nothing heavy is loaded here.

    `now` is the local wall clock of its actions; `kept` are the schedule and the pictures that are, where some are.
    """
    from assistant.actions.run import Actions

    def suggestions() -> list[tuple[str, str]]:
        return [(offer.text, offer.why) for offer in (session.suggester.suggestions() if session.suggester else ())]

    search = open_search(config, open_history(config, store, now), lambda: matcher().parts.embedder)
    actions = Actions(config, store, timers, partial(offered, matcher, config), now, search.about, suggestions)
    schedule, gallery = kept or (None, Gallery(config, lambda: matcher().parts.embedder))
    actions.look_through(OwnHoldings(gallery, matcher))
    session = session_over(actions, config, matcher, store, timers, generator, schedule)
    return session


def session_over(
    actions: Actions,
    config: Config,
    matcher: Callable[[], Matcher],
    store: Database,
    timers: TimerService,
    generator: Generator | None = None,
    schedule: Schedule | None = None,
) -> KeptSession:
    """Open a conversation over actions that are there already."""
    from assistant.actions.schedule import Schedule
    from assistant.actions.works import works_here
    from assistant.dialogue.consent.policy import Policy
    from assistant.dialogue.context.interpreter import Interpreter
    from assistant.dialogue.generation.last_resort import LastResort
    from assistant.dialogue.generation.picture_lookup import PictureLookup
    from assistant.dialogue.history.session import KeptSession
    from assistant.dialogue.planning.planner import Planner
    from assistant.dialogue.respond import Responder
    from assistant.dialogue.suggestions.suggester import Suggester, sayings_of

    kept = open_history(config, store, actions.now)
    references = partial(references_for, matcher, config)
    responder = Responder(actions, references, generator, lambda: kept.context, config.generator.generate == "free")
    policy = Policy(config.confirm)
    schedule, is_open = schedule or Schedule(store), timers.is_anyone_ringing
    planner = Planner(schedule, responder, policy, is_open, actions.now, actions.lack)
    checked, tools = Interpreter(policy, planner).checked, config.generator.tools
    last = LastResort(generator, tools, checked, PictureLookup(actions))
    works = partial(works_here, config=config)
    suggester = Suggester(lambda: session, lambda: sayings_of(kept.turns(3000)), policy, works, actions.now)
    session = KeptSession(kept, matcher, responder, policy, planner=planner, suggester=suggester, last_resort=last)
    return session


def open_history(config: Config, store: Database, now: Callable[[], datetime] = datetime.now) -> KeptConversation:
    """Open the conversation of before; nothing is read here."""
    from assistant.dialogue.history import KeptConversation

    return KeptConversation(store, config.history, [config.home_assistant.access_token()], now)


def open_search(config: Config, kept: KeptConversation, embedder: Callable[[], Embedder]) -> TurnSearch:
    """Open the search of a kept conversation; its vectors stay on this machine, whatever server keeps the others."""
    from assistant.dialogue.history.search import TurnSearch
    from assistant.nlu.retrieval.index import Index

    return TurnSearch(kept, partial(Index, config.data_folder() / "conversation"), embedder)


def prepare_search(config: Config, store: Database, embedder: Embedder, emit: Emit) -> None:
    """Embed the turns that are kept, so that the first search by meaning need not wait for it; none where none are.

    Raises:
        IndexStoreError: it cannot be written; a search makes it in memory.
    """
    if config.history.keep:
        with contextlib.closing(open_search(config, open_history(config, store), lambda: embedder)) as search:
            search.prepare(emit)


def open_store(config: Config, emit: Emit) -> Database:
    """Open the store of all that is kept for the user; a damaged file that was moved aside is told as an event."""
    from assistant.actions.database import Database

    store = Database(config.data_folder())
    with contextlib.suppress(ActionError):  # told by the action that needs it
        if notice := store.check():
            emit(Noticed(notice))
    return store


def one_shot(config: Config, emit: Emit) -> KeptSession:
    """Open a conversation for single commands; timers that they set ring in a running assistant.

    Raises:
        ModelError: weights are missing or corrupt.
    """
    from assistant.actions.timer_service import TimerService

    announce_user_folders(config, emit)
    files = read_definitions(config)
    emit(files.summary(config, examples=False))
    matcher = open_matcher(config, files, emit)
    store = open_store(config, emit)
    return open_session(
        config, lambda: matcher, store, TimerService(store, lambda _: None), open_generator(config, emit)
    )


def recorded(source: str) -> Iterator[Frame]:
    """Return the frames of a recording, or of raw PCM on standard input (`-`); of a broken one raise AudioError."""
    from assistant.audio.capture import pcm_stream, recording

    return pcm_stream(sys.stdin.buffer) if source == "-" else recording(Path(source))


def open_generator(config: Config, emit: Emit) -> OnDemandGenerator | None:
    """Make the language model, if one is on; it is loaded when it is first asked."""
    if not config.generator.is_on:
        return None
    from assistant.llm.backend import open_engine
    from assistant.llm.on_demand import OnDemandGenerator

    return OnDemandGenerator(partial(open_engine, config), config.generator, emit)


def open_transcriber(config: Config, emit: Emit) -> Transcriber:
    """Load the speech model.

    Raises:
        ModelError: its weights are missing or corrupt.
    """
    from assistant.stt import backend

    return backend.open_transcriber(config, emit)


def open_wake_word(config: Config) -> WakeWord:
    """Load the network of the wake word; where it does not work here, raise ModelError."""
    from assistant.audio.wake_word import WakeWord

    return WakeWord(config.listen.wake_word, config.listen.sensitivity)
