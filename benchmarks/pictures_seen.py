"""Pictures by what is to be seen on them: drawn shapes by a trained tiny CLIP, and the search of 100,000."""

from __future__ import annotations

import random
import time
from datetime import datetime
from pathlib import Path

import numpy as np

from assistant.app import build
from assistant.app.pictures.library import Pictures
from assistant.authoring.documents.passage import DocumentSet
from assistant.authoring.pictures.picture import Picture, PictureFacts
from assistant.config import Config, PathsConfig, PicturesConfig
from assistant.nlu.pictures.finding import PictureFinder
from assistant.nlu.query import plain_text
from assistant.nlu.ranking.evidence import ranking_weights
from assistant.nlu.retrieval.index import Embedder
from assistant.nlu.retrieval.passages import PassageIndex
from benchmarks import Options, Row, quiet
from benchmarks.documents import kept_folder
from benchmarks.shapes import drawings, train

NOW = datetime(2026, 11, 29, 12)


def run(options: Options) -> list[Row]:
    """Measure both, the search among 20,000 or `--limit`: with 100,000 their made-up rows take most of the time."""
    embedder = build.load_embedder(Config(), quiet)
    return [*shapes(embedder, options), *many(embedder, options.limit or 20_000)]


def trained_sight() -> Path:
    """Train a tiny CLIP on drawn shapes, once; return its folder."""
    folder = kept_folder("shapes") / "sight"
    if not (folder / "model.safetensors").exists():
        train(folder, drawings())
    return folder


def shapes(embedder: Embedder, options: Options) -> list[Row]:
    """Find each of 400 new drawings by its caption; nobody wrote a word about them."""
    folder, sight = kept_folder("shapes"), trained_sight()
    dice = random.Random(options.seed + 99)
    (folder / "album").mkdir(parents=True, exist_ok=True)
    wanted = dict[str, str]()
    for number, item in enumerate(drawings()):
        item.drawn(dice, 320).save(folder / "album" / f"IMG_{number}.jpg", quality=92)
        wanted[item.caption] = f"album/IMG_{number}.jpg"
    config = Config(
        paths=PathsConfig(data=str(folder / "data")),
        pictures=PicturesConfig((str(folder / "album"),), str(sight)),
    )
    pictures = Pictures(config, embedder)
    pictures.embedded(pictures.read(quiet), quiet)
    finder = pictures.finder_over(pictures.stored(), quiet)
    first, five = list[bool](), list[bool]()
    for caption, name in list(wanted.items()):
        names = [found.picture.name for found in finder.find(caption, NOW).pictures[:5]]
        first.append(name in names[:1])
        five.append(name in names)
    what = "of 400 drawn shapes by a trained tiny CLIP"
    return [
        Row(f"the right one first, {what}", float(np.mean(first)), "share", "chance", 1 / 400),
        Row(f"the right one among the first 5, {what}", float(np.mean(five)), "share", "chance", 5 / 400),
    ]


def many(embedder: Embedder, count: int = 100_000, asked: int = 60, seed: int = 0) -> list[Row]:
    """Find among many pictures with made-up captions, against embedding and Chroma alone.

    The vector of each is the sum of those of its words and some noise: among vectors that lie anywhere no graph finds
    the nearest, and Chroma's would be built anew at each run.
    """
    dice, noise = random.Random(seed), np.random.default_rng(seed)
    words = [f"{a}{b}" for a in _FIRST for b in _SECOND]
    rows, of_words, places = list[Picture](), embedder.embed(words), list[list[int]]()
    for number in range(count):
        places.append(dice.sample(range(len(words)), 4))
        caption = " ".join(words[place] for place in places[-1])
        facts = PictureFacts(f"{number:032x}", 640, 480, "2025-05-03T12:00:00", "camera", "", "", caption)
        rows.append(Picture(caption, Path(f"/a/{number}.jpg"), f"a/IMG_{number}.jpg", (), 0, 0, "picture", facts))
    documents = DocumentSet(tuple(rows), (), f"made {count}")
    folder = kept_folder(f"many-captions-{count}")
    index = PassageIndex(folder, embedder, noun="pictures")
    if missing := index.missing(documents):
        vectors = np.array([of_words[places[documents.places[key]]].sum(axis=0) for key in missing], np.float32)
        vectors += noise.normal(0, 0.02, vectors.shape).astype(np.float32)
        index.take(missing, vectors / np.linalg.norm(vectors, axis=1, keepdims=True), quiet)
    search = index.search(documents)
    index.follow(search, quiet)
    finder = PictureFinder(search, folder, ranking_weights(), embedder.embed)
    ours, bare = list[float](), list[float]()
    texts = [row.facts.caption for row in dice.sample(rows, asked + 10)]
    for place, text in enumerate(texts):
        start = time.perf_counter()
        finder.find(text, NOW)
        middle = time.perf_counter()
        (vector,) = embedder.embed([plain_text(text)])
        index._store.nearest(np.asarray(vector), 24)
        end = time.perf_counter()
        if place >= 10:
            ours.append(middle - start)
            bare.append(end - middle)
    p50 = 1000 * float(np.median(ours)), 1000 * float(np.median(bare))
    return [Row(f"find among {count:,} pictures, p50", p50[0], "ms", "embedding and Chroma alone", p50[1])]


_FIRST = (
    "bal",
    "cor",
    "dam",
    "fen",
    "gor",
    "hul",
    "jas",
    "kim",
    "lor",
    "mur",
    "nab",
    "pel",
    "ris",
    "sol",
    "tam",
    "vor",
)
_SECOND = (
    "ado",
    "bin",
    "cha",
    "den",
    "eth",
    "fir",
    "gul",
    "hem",
    "ina",
    "jor",
    "kel",
    "lim",
    "mon",
    "nus",
    "ora",
    "pit",
)
