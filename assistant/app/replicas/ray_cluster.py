"""The one door to Ray Serve: a cluster of this machine's own, or one that is there, with the models as deployments.

Ray sends pickled calls between its processes: whoever reaches its ports can run code. The cluster that is started here
listens on this machine alone, asks for a token that is made anew each time, has no dashboard and reports to nobody.
"""

from __future__ import annotations

import asyncio
import logging
import os
import secrets
import threading
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from assistant.app import build
from assistant.app.replicas.calls import ReplicaLostError
from assistant.config import Config
from assistant.errors import ModelError
from assistant.events import Event
from assistant.llm.chat_prompt import Prompt
from assistant.stt.stream import Confusable, Hypotheses
from assistant.values import Chunk, Samples

os.environ["RAY_USAGE_STATS_ENABLED"] = "0"
os.environ.setdefault("RAY_ACCEL_ENV_VAR_OVERRIDE_ON_ZERO", "0")

_LOCAL = {"RAY_ENABLE_WINDOWS_OR_OSX_CLUSTER": "0", "RAY_AUTH_MODE": "token"}
"""Settings, read as Ray is imported, that keep a cluster of this machine's own on 127.0.0.1, and closed there too."""


class RayCluster:
    """Ray while this program runs; it is started at the first model that is wanted."""

    def __init__(self, config: Config) -> None:
        self._config = config
        self.deploying = threading.Lock()
        """Held while a deployment is made: Ray makes one at a time."""
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None
        self._started = threading.Event()
        self._closed = threading.Event()
        self._fault = ""

    def start(self) -> None:
        """Start Ray where that has not been done, and wait until it runs, which takes a quarter of a minute.

        Raises:
            ModelError: it cannot be started or reached.
        """
        with self._lock:
            if self._thread is None:
                self._thread = threading.Thread(target=self._live, name="ray", daemon=True)
                self._thread.start()
        self._started.wait()
        if self._fault:
            raise ModelError(self._fault)

    def close(self) -> None:
        """End the replicas, and Ray where it was started here; safe to call twice."""
        self._closed.set()
        if self._thread is not None:
            self._thread.join(30)

    def _live(self) -> None:
        """Start Ray and end it, in one thread: its processes end with the thread that started them."""
        try:
            ray, serve = _imported(not self._config.ray.address)
            ray.init(
                address=self._config.ray.address or "local",
                include_dashboard=None if self._config.ray.address else False,
                log_to_driver=False,
                logging_level="ERROR",
                object_store_memory=None if self._config.ray.address else 200_000_000,
            )
            serve.start(proxy_location="Disabled", logging_config={"enable_access_log": False, "log_level": "ERROR"})
        except Exception as error:  # Ray raises kinds of its own, and whatever the system does
            where = f" at {self._config.ray.address}" if self._config.ray.address else ""
            self._fault = f"ray{where}: cannot be used: {_first_line(error)}"
            self._started.set()
            return
        logging.getLogger("ray.serve").setLevel(logging.CRITICAL)
        self._started.set()
        self._closed.wait()
        serve.shutdown()
        ray.shutdown()


def _imported(is_own: bool) -> tuple[Any, Any]:
    if is_own:
        os.environ.update(_LOCAL)
        os.environ["RAY_AUTH_TOKEN"] = secrets.token_hex(32)
    import ray
    from ray import serve
    from ray._private import worker

    worker.print_to_stdstream = lambda *_, **__: None  # it tells on stdout of each replica that died
    logging.getLogger("ray.serve").setLevel(logging.CRITICAL)
    return ray, serve


class Deployment:
    """The replicas of one model."""

    def __init__(self, cluster: RayCluster, model: type, config: Config, seconds: float = 30.0) -> None:
        self._cluster, self._model, self._config, self._seconds = cluster, model, config, seconds
        self._name = model.__name__.lower()
        self._handle: Any = None
        self._lock = threading.Lock()

    def load(self) -> None:
        """Start the replicas and wait until they have loaded their model; nothing is done where they are there.

        Raises:
            ModelError: Ray cannot be used, or the model cannot be loaded.
        """
        self._cluster.start()
        with self._lock, self._cluster.deploying:
            if self._handle is not None:
                return
            from ray import serve

            settings = self._config.ray
            least, most = settings.replicas, max(settings.replicas, settings.most_replicas)
            grows = {"min_replicas": least, "max_replicas": most, "target_ongoing_requests": 1.5}
            deployed = serve.deployment(
                self._model,
                name=self._name,
                max_ongoing_requests=32 if self._model is Understander else 3,
                ray_actor_options={"num_cpus": settings.cpus},
                health_check_period_s=1.0,
                graceful_shutdown_timeout_s=5.0,
                **({"num_replicas": least} if least == most else {"autoscaling_config": grows}),
            )
            try:
                self._handle = serve.run(deployed.bind(self._config), name=self._name, route_prefix=None)
            except Exception as error:  # a replica that did not start tells it in Ray's words
                raise ModelError(f"ray: no replica of {self._name} starts: {_first_line(error)}") from None

    def call(self, method: str, *arguments: Any) -> Any:
        """Return the answer of whichever has the least to do.

        Raises:
            ReplicaLostError: it died meanwhile.
            ModelError: none answers, or the model fails.
        """
        try:
            return self._method(method).remote(*arguments).result(timeout_s=self._seconds)
        except Exception as error:
            raise self._fault(error) from None

    def stream(self, method: str, *arguments: Any) -> Iterator[Any]:
        """Yield the pieces of an answer as they are made; errors as in `call`."""
        try:
            answer = self._method(method, stream=True).remote(*arguments)
            try:
                yield from answer
            finally:
                answer.cancel()
        except Exception as error:
            raise self._fault(error) from None

    def _method(self, method: str, stream: bool = False) -> Any:
        if self._handle is None:
            raise ModelError(f"ray: there are no replicas of {self._name}")
        return getattr(self._handle.options(stream=True) if stream else self._handle, method)

    def _fault(self, error: Exception) -> Exception:
        """Return an error in the words of this program; one of the model's own is taken out of Ray's around it."""
        from ray.exceptions import RayActorError, RayTaskError

        if isinstance(error, RayActorError):
            return ReplicaLostError(f"ray: a replica of {self._name} died")
        if isinstance(error, RayTaskError):
            return error.cause if isinstance(error.cause, Exception) else ModelError(_first_line(error))
        if isinstance(error, ModelError):
            return error
        if isinstance(error, TimeoutError):
            return ModelError(f"ray: no replica of {self._name} answers")
        return ModelError(f"ray: {self._name}: {_first_line(error)}")


def _first_line(error: BaseException) -> str:
    return next((line.strip() for line in str(error).splitlines() if line.strip()), type(error).__name__)[:200]


def _ignored(_: Event) -> None:
    """Take an event that nobody listens to: a replica has no front end."""


# -- what runs in a replica -----------------------------------------------------------------------


class Recogniser:
    """Speech to text. It keeps nothing of an utterance."""

    def __init__(self, config: Config) -> None:
        self._transcriber = build.open_transcriber(config, _ignored)

    async def decode(
        self, samples: Samples, prompt: str, final: bool, likened: Mapping[str, Sequence[tuple[str, float]]]
    ) -> Hypotheses:
        """Return the hypotheses for the samples; `likened` has the sentences to compare a text with."""
        from assistant.stt.stream import no_confusable

        confusable: Confusable = (lambda text: likened.get(text, ())) if likened else no_confusable
        return await asyncio.to_thread(self._transcriber.decode, samples, prompt, final, confusable)


class Understander:
    """Sentences to vectors, most of the work of understanding them. Those that come together go together."""

    def __init__(self, config: Config) -> None:
        from ray import serve

        embedder = self._embedder = build.load_embedder(config, _ignored)

        async def together(requests: list[tuple[str, ...]]) -> list[NDArray[np.float32]]:
            vectors = await asyncio.to_thread(embedder.embed, [text for texts in requests for text in texts])
            return np.split(vectors, np.cumsum([len(texts) for texts in requests])[:-1])

        self._together = serve.batch(together, max_batch_size=32, batch_wait_timeout_s=0.0)

    async def embed(self, texts: tuple[str, ...]) -> NDArray[np.float32]:
        """Return unit vectors, shape (len(texts), d)."""
        vectors: NDArray[np.float32] = await self._together(texts)
        return vectors

    async def name(self) -> str:
        """Return the name of the embedder."""
        return self._embedder.id


class Voice:
    """Text to speech."""

    def __init__(self, config: Config) -> None:
        from assistant.tts.speaker import open_speaker

        self._speaker = open_speaker(config.voice)

    async def speak(self, sentence: str, pace: float) -> list[Chunk]:
        """Return the sound of a sentence."""
        return await asyncio.to_thread(lambda: list(self._speaker.synthesise(sentence, pace)))


class Writer:
    """The language model."""

    def __init__(self, config: Config) -> None:
        from assistant.llm.backend import open_engine

        self._engine = open_engine(config, _ignored)

    async def write(self, prompt: Prompt) -> AsyncIterator[str]:
        """Yield the pieces of an answer, until it ends or nobody waits for it."""
        cancelled = threading.Event()
        following = partial(next, iter(self._engine.pieces(prompt, cancelled)), None)
        try:
            while (piece := await asyncio.to_thread(following)) is not None:
                yield piece
        finally:
            cancelled.set()
