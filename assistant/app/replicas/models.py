"""The models of an assistant whose work replicas do, those left out that a server of the configuration does."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from assistant.app.loader import Models
from assistant.app.replicas.calls import Asking, ReplicaEmbedder, ReplicaEngine, ReplicaTranscriber, ReplicaVoice
from assistant.app.replicas.ray_cluster import Deployment, RayCluster, Recogniser, Understander, Voice, Writer
from assistant.config import Config
from assistant.events import Emit, Noticed

if TYPE_CHECKING:
    from assistant.llm.on_demand import OnDemandGenerator
    from assistant.nlu.retrieval.index import Embedder
    from assistant.stt.stream import Transcriber
    from assistant.tts.speaker import Speaker


class ReplicaModels(Models):
    """Opens each model as a deployment. The one of this process stands in for a transcriber, embedder or voice."""

    def __init__(self, cluster: RayCluster) -> None:
        self._cluster = cluster

    def _asking(self, model: type, config: Config, emit: Emit) -> Asking:
        return Asking(Deployment(self._cluster, model, config), lambda line: emit(Noticed(line)))

    def embedder(self, config: Config, emit: Emit) -> Embedder:
        """Start the replicas of the embedder; `ModelError` where it can be had neither there nor here."""
        own = partial(super().embedder, config, emit)
        return ReplicaEmbedder(self._asking(Understander, config, emit), own, lambda line: emit(Noticed(line)))

    def transcriber(self, config: Config, emit: Emit) -> Transcriber:
        """Start the replicas of the recogniser; `ModelError` where it can be had neither there nor here."""
        if config.stt.url:
            return super().transcriber(config, emit)
        from assistant.stt.remote import StandbyTranscriber

        own = partial(super().transcriber, config, emit)
        asking = self._asking(Recogniser, config, emit)
        transcriber = StandbyTranscriber(ReplicaTranscriber(asking), own, lambda line: emit(Noticed(line)))
        transcriber.load()
        return transcriber

    def speaker(self, config: Config, emit: Emit) -> Speaker:
        """Start the replicas of the voice; `ModelError` where it can be had neither there nor here."""
        if config.voice.url:
            return super().speaker(config, emit)
        from assistant.tts.remote import StandbySpeaker

        own = partial(super().speaker, config, emit)
        speaker = StandbySpeaker(ReplicaVoice(self._asking(Voice, config, emit)), own, lambda line: emit(Noticed(line)))
        speaker.load()
        return speaker

    def generator(self, config: Config, emit: Emit) -> OnDemandGenerator | None:
        """Make the language model, if one is on; its replicas are started when it is first asked."""
        if not config.generator.is_on or config.generator.url:
            return super().generator(config, emit)
        from assistant.llm.on_demand import OnDemandGenerator

        engine = ReplicaEngine(self._asking(Writer, config, emit))

        def opened(_: Emit) -> ReplicaEngine:
            engine.load()
            return engine

        return OnDemandGenerator(opened, config.generator, emit)
