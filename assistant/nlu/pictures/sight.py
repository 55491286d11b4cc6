"""Pictures by what is to be seen on them: vectors of pictures and of words in one space, by a model of the CLIP kind.

Such a model comes through sentence-transformers (Radford et al. 2021: clip-ViT-B-32, SigLIP and others) and is opened
when it is first needed. How well words fit a picture is the log of how much likelier they are for it than everyday
captions are: the pointwise mutual information that such models learn (van den Oord et al. 2018), whatever their scale.
"""

from __future__ import annotations

import contextlib
import math
import threading
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from assistant.authoring.documents.passage import DocumentSet
from assistant.authoring.pictures.picture import Picture
from assistant.authoring.pictures.reading import thumbnail_of
from assistant.nlu.retrieval.embedder import open_sentence_transformer, unit
from assistant.nlu.retrieval.passages import PassageSearch
from assistant.nlu.retrieval.snapshot import Vectors
from assistant.weights import fingerprint

_EVERYDAY = Path(__file__).with_name("everyday.txt")
"""Captions that many a picture could have, one a line."""


class Sight:
    """A model that sees pictures, in a folder; `words` is another one for the words, of more languages.

    Args:
        folder: of the model as sentence-transformers or transformers have it.
        words: embeds sentences into the same space; None: the model itself does.
    """

    def __init__(self, folder: Path, words: Path | None = None) -> None:
        self._folder, self._words = folder, words
        self.id = f"{folder.name}-{fingerprint(folder)}"
        """Changes whenever the vectors of pictures would."""
        self._lock = threading.Lock()

    @cached_property
    def _model(self) -> Any:
        return open_sentence_transformer(self._folder)

    @cached_property
    def _reader(self) -> Any:
        return open_sentence_transformer(self._words) if self._words else self._model

    def embed(self, files: Sequence[str]) -> Vectors:
        """Embed the pictures in files, shape (files, d); one that is gone counts as a grey one.

        Raises:
            ModelError: the model cannot be opened.
        """
        with self._lock:
            vectors = self._model.encode([_opened(file) for file in files], show_progress_bar=False)
        return unit(np.asarray(vectors, np.float32))

    def embed_words(self, texts: Sequence[str]) -> Vectors:
        """Embed words, shape (texts, d).

        Raises:
            ModelError: the model cannot be opened.
        """
        with self._lock:
            vectors = self._reader.encode(list(texts), show_progress_bar=False)
        return unit(np.asarray(vectors, np.float32))

    @cached_property
    def scale(self) -> float:
        """The factor of a cosine in the model's log odds; 100 where it tells none, as most of them have it."""
        with contextlib.suppress(Exception):  # other kinds of model have other parts
            return math.exp(self._model[0].model.logit_scale.item())
        return 100.0

    @cached_property
    def _everyday(self) -> Vectors:
        return self.embed_words(_EVERYDAY.read_text("utf-8").splitlines())

    def fits(self, words: Vectors, pictures: Vectors) -> NDArray[np.float32]:
        """Return how well words of a vector (d,) fit each picture, shape (pictures,): 0 as well as everyday ones."""
        usual = self.scale * (pictures @ self._everyday.T)
        least = usual.max(axis=1)
        mean = least + np.log(np.exp(usual - least[:, None]).mean(axis=1))
        # the middle of all of them: pictures stay in the order of their cosine, as such models are meant to be asked
        fits: NDArray[np.float32] = self.scale * (pictures @ words) - mean.mean()
        return fits


@dataclass(frozen=True, slots=True)
class SeenPicture(Picture):
    """A picture as a row of the index of what is to be seen: kept by its content, whatever its name and its caption."""

    thumbnail: str = ""

    @property
    def key(self) -> str:
        """The hash of its bytes."""
        return self.facts.digest

    @property
    def embedded_text(self) -> str:
        """The file that the model sees."""
        return self.thumbnail


def seen_set(documents: DocumentSet, thumbnails: Path) -> DocumentSet:
    """Return the pictures as rows of the index of what is to be seen."""
    seen = [
        SeenPicture(
            "", picture.file, picture.name, (), 0, 0, "picture", facts, str(thumbnail_of(thumbnails, facts.digest))
        )
        for picture in documents.passages
        if isinstance(picture, Picture) and (facts := picture.facts)
    ]
    return DocumentSet(seen, (), f"seen {documents.digest}" if seen else "")


class Seen(NamedTuple):
    """A picture by what is to be seen on it."""

    cosine: float
    fit: float
    """How well the words fit, in log odds."""


class SightSearch:
    """The pictures of one moment by what is to be seen on them.

    Args:
        sight: sees them.
        search: over a `seen_set` of the pictures.
        documents: the pictures themselves.
    """

    def __init__(self, sight: Sight, search: PassageSearch, documents: DocumentSet) -> None:
        self.sight, self._search = sight, search
        self._keys = dict[str, list[str]]()
        for picture, key in zip(search.documents.passages, documents.keys, strict=True):
            self._keys.setdefault(picture.key, []).append(key)
        embedded = search.retriever.snapshot.rows if search.retriever else ()
        self._digests = {key: digest for digest, keys in self._keys.items() if digest in embedded for key in keys}

    def about(
        self, text: str, most: int, only: Collection[str] | None = None, beside: Collection[str] = ()
    ) -> dict[str, Seen]:
        """Return the keys of the pictures that look most like some words, of all or `only` of some.

        Those of the keys `beside` come with them, however far they are.

        Raises:
            ModelError: the model cannot be opened.
        """
        if not self._digests:
            return {}
        (vector,) = self.sight.embed_words([text])
        cosines = self.near(vector, most, only)
        cosines |= dict.fromkeys([key for key in beside if key in self._digests and key not in cosines], 0.0)
        vectors = self.vectors(list(cosines))
        fits = self.sight.fits(vector, vectors) if len(vectors) else ()
        return {
            key: Seen(float(own @ vector), float(fit)) for key, own, fit in zip(cosines, vectors, fits, strict=True)
        }

    def near(self, vector: Vectors, most: int, only: Collection[str] | None = None) -> dict[str, float]:
        """Return the keys of the pictures nearest to a vector (d,), with their cosine, nearest first."""
        if only is None:
            hits = self._search.nearest(vector, most)
        else:
            hits = self._search.among(vector, {self._digests[key] for key in only if key in self._digests})[:most]
        return {key: hit.score for hit in hits for key in self._keys[hit.key] if only is None or key in only}

    def vectors(self, keys: Sequence[str]) -> Vectors:
        """Return the vectors of those of the pictures that have been seen, shape (pictures, d)."""
        return self._search.vectors([self._digests[key] for key in keys if key in self._digests])


def _opened(file: str) -> Any:
    """Open a thumbnail; a grey picture where it is gone or damaged."""
    from PIL import Image

    try:
        with Image.open(file) as image:
            return image.convert("RGB")
    except Exception:  # a damaged file makes its decoder raise anything
        return Image.new("RGB", (224, 224), "grey")
