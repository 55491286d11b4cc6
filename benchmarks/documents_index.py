"""Documents: words learnt a second against a million in ten minutes, a kill, and queries against bare Chroma."""

from __future__ import annotations

import resource
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np

import benchmarks
from assistant import weights
from assistant.app.build import open_embedder
from assistant.authoring.documents.loading import load_documents
from assistant.authoring.documents.passage import DocumentSet, Passage
from assistant.config import Config
from assistant.nlu.retrieval.index import Embedder
from assistant.nlu.retrieval.passages import PassageIndex, PassageSearch
from assistant.nlu.retrieval.snapshot import Vectors
from benchmarks import Options, quiet

ROOT = Path(__file__).parents[1]
SOURCES = (ROOT / "benchmarks" / "data" / "documents" / "manuals", ROOT / "docs")
PASSAGES, QUERIES, NEAREST = 100_000, 300, 32
LIMIT = 1_000_000 / 600
"""Words a second: a million in ten minutes."""


def run(options: Options) -> list[benchmarks.Row]:
    """Measure the shipped manuals, then as many passages as `--limit` says with vectors spread about theirs."""
    config = Config()
    embedder = open_embedder(weights.resolve(config.match.embedder, "embedder", config, quiet), config, quiet)
    embedder.embed(["warm"])
    with tempfile.TemporaryDirectory() as data:
        folder = Path(data)
        sources = [source for source in SOURCES if source.is_dir()]
        began, used = time.perf_counter(), _processor_time()
        documents = load_documents(sources, folder / "store")
        read, reading = time.perf_counter() - began, _processor_time() - used
        words = sum(len(passage.text.split()) for passage in documents.passages)
        twice, left = _killed(embedder, folder / "killed", documents, folder / "store")
        began, used = time.perf_counter(), _processor_time()
        index = PassageIndex(folder / "whole", embedder)
        search = index.embed(documents, quiet)
        embedded, embedding = time.perf_counter() - began, _processor_time() - used
        again = time.perf_counter()
        load_documents(sources, folder / "store")
        index.search(documents)
        again = time.perf_counter() - again
        ours, bare, share = _queries(embedder, search, options.limit or PASSAGES, folder)
    speed, free = words / (read + embedded), 2 * words / (reading + embedding)
    count = len(documents.passages)
    return [
        benchmarks.Row(f"words read and embedded a second ({words:,} words)", speed, "/s", "limit", LIMIT),
        benchmarks.Row("processor time for 1,000 words", 1000 * (reading + embedding) / words, "s", "limit", 1.2),
        benchmarks.Row("words a second by that on two free cores", free, "/s", "limit", LIMIT),
        benchmarks.Row("a million words on two free cores", 1_000_000 / free / 60, "min", "limit", 10.0),
        benchmarks.Row("killed half way: embedded a second time", twice, "passages", "limit", 128),
        benchmarks.Row(f"killed half way and resumed: missing, of {count:,}", left, "passages", "limit", 0),
        benchmarks.Row(f"start with {count:,} passages, nothing changed", 1000 * again, "ms"),
        benchmarks.Row(
            f"question to the {NEAREST} nearest of {options.limit or PASSAGES:,} passages, median",
            *(ours, "ms", "bare embedding and bare Chroma", bare),
        ),
        benchmarks.Row("first five as by comparison with all", share, "%", "limit", 99.0),
    ]


CHILD = """
import sys
from pathlib import Path
from assistant import weights
from assistant.app.build import open_embedder
from assistant.authoring.documents.loading import stored_documents
from assistant.config import Config
from assistant.nlu.retrieval.passages import PassageIndex
config, quiet = Config(), lambda event: print(event.done, flush=True)
folder = weights.resolve(config.match.embedder, "embedder", config, quiet)
embedder = open_embedder(folder, config, quiet)
PassageIndex(Path(sys.argv[1]), embedder).embed(stored_documents(Path(sys.argv[2])), quiet)
"""


def _processor_time() -> float:
    """Return the seconds of processor time of this process and of those that it has waited for."""
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(one.ru_utime + one.ru_stime for one in used)


def _killed(embedder: Embedder, folder: Path, documents: DocumentSet, store: Path) -> tuple[int, int]:
    """Kill a process half way, and let another end its work.

    Return the passages that the first had told of and the second embedded again, and those missing in the end.
    """
    command = [sys.executable, "-c", CHILD, str(folder), str(store)]
    told = 0
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        for line in process.stdout:
            told = int(float(line))
            if told >= len(documents.passages) // 2:
                break
        process.kill()
    kept = len(documents.places) - len(PassageIndex(folder, embedder).missing(documents))
    subprocess.run(command, stdout=subprocess.DEVNULL, check=True)
    return max(0, told - kept), len(PassageIndex(folder, embedder).missing(documents))


def _queries(embedder: Embedder, search: PassageSearch, count: int, folder: Path) -> tuple[float, float, float]:
    """Return the medians in ms of our search and of bare Chroma's, and how often our first five are the nearest."""
    import chromadb

    assert search.retriever is not None
    vectors = _spread(np.asarray(search.retriever.snapshot.vectors), count)
    passages = tuple(Passage(f"text {n}", Path("a.md"), "a.md", ("Heading",), n + 1) for n in range(count))
    documents = DocumentSet(passages, (), "spread")
    index = PassageIndex(folder / "spread", embedder)
    index._vectors.append(documents.keys, vectors)
    many = index.search(documents)
    index.follow(many, quiet)
    client = chromadb.PersistentClient(str(folder / "bare"), chromadb.Settings(anonymized_telemetry=False))
    collection = client.create_collection("bare", embedding_function=None, configuration={"hnsw": {"space": "cosine"}})
    for start in range(0, count, 5000):
        ids = list(documents.keys[start : start + 5000])
        collection.add(ids=ids, embeddings=vectors[start : start + 5000], documents=ids)
    texts = [f"how do I {' '.join(passage.text.split()[:9])}" for passage in search.documents.passages[:QUERIES]]
    ours, bare, same = list[float](), list[float](), 0
    for text in texts:
        began = time.perf_counter()
        many.nearest(embedder.embed([text])[0], NEAREST)
        ours.append(time.perf_counter() - began)
        began = time.perf_counter()
        collection.query(query_embeddings=embedder.embed([text]), n_results=NEAREST)
        bare.append(time.perf_counter() - began)
        assert many.retriever is not None
        vector = embedder.embed([text])[0]
        exact = [hit.score for hit in many.retriever.snapshot.nearest(vector, 5)]
        same += bool(np.allclose([hit.score for hit in many.nearest(vector, NEAREST)[:5]], exact, atol=1e-5))
    return 1000 * statistics.median(ours), 1000 * statistics.median(bare), 100 * same / len(texts)


def _spread(vectors: Vectors, count: int, far: float = 0.7) -> Vectors:
    """Return so many unit vectors about others, as near to these as another passage of the same section is."""
    rng = np.random.default_rng(0)
    chosen = vectors[np.arange(count) % len(vectors)]
    noise = rng.standard_normal(chosen.shape).astype(np.float32)
    moved = chosen + far * noise / np.linalg.norm(noise, axis=1, keepdims=True)
    spread: Vectors = (moved / np.linalg.norm(moved, axis=1, keepdims=True)).astype(np.float32)
    return spread
