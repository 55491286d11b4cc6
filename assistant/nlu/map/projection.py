"""Vectors laid out on a plane, and which of them are nearest to one another: what a map of meanings is made of."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from importlib.util import find_spec
from typing import Any

import numpy as np
from numpy.typing import NDArray

from assistant.embedding_map import Confusion
from assistant.errors import AssistantError, nearest_word
from assistant.nlu.retrieval.snapshot import Vectors

METHODS = {"pca": "", "tsne": "openTSNE", "umap": "umap"}
"""Each way of laying out, and the package that it needs."""


def lay_out(vectors: Vectors, groups: Sequence[str], method: str = "pca") -> Vectors:
    """Lay unit vectors, shape (n, d), out on a plane; shape (n, 2), from 0 to 1.

    `pca` takes the two directions in which the groups differ most: principal components of their centres, so that a
    group with many members does not turn the map towards itself. What belongs to no group is named "".

    Raises:
        AssistantError: there is no such method, or its package is not installed.
    """
    if method not in METHODS:
        raise AssistantError(f"unknown method '{method}'{nearest_word(method, METHODS)}: {', '.join(METHODS)}")
    if (package := METHODS[method]) and not find_spec(package):
        raise AssistantError(f"{method}: needs the package {package}; pca needs none")
    if len(vectors) < 3:
        return np.full((len(vectors), 2), 0.5, np.float32)
    plane = _principal(vectors, groups) if method == "pca" else _by_neighbours(vectors, method)
    low, high = plane.min(axis=0), plane.max(axis=0)
    return np.asarray((plane - low) / np.maximum(high - low, 1e-9), np.float32)


def _principal(vectors: Vectors, groups: Sequence[str]) -> Vectors:
    names = sorted(set(groups) - {""})
    places = np.array(groups)
    centres = np.stack([vectors[places == name].mean(axis=0) for name in names]) if len(names) > 2 else vectors
    middle = centres.mean(axis=0)
    _, _, directions = np.linalg.svd(centres - middle, full_matrices=False)
    axes = directions[:2]
    axes = (
        axes * np.sign(axes[np.arange(len(axes)), np.abs(axes).argmax(axis=1)])[:, None]
    )  # the same way round each time
    plane = (vectors - middle) @ axes.T
    return plane if plane.shape[1] == 2 else np.pad(plane, ((0, 0), (0, 1)))


def _by_neighbours(vectors: Vectors, method: str) -> Vectors:
    near = min(30, len(vectors) - 1)
    if method == "tsne":
        import openTSNE

        layout: Any = openTSNE.TSNE(perplexity=near / 3, metric="cosine", random_state=0, n_jobs=2)
        return np.asarray(layout.fit(vectors), np.float32)
    import umap

    layout = umap.UMAP(n_neighbors=min(15, near), metric="cosine", random_state=0)
    return np.asarray(layout.fit_transform(vectors), np.float32)


def neighbours(vectors: Vectors, n: int, block: int = 1024) -> tuple[NDArray[np.intp], Vectors]:
    """Find the n nearest of each unit vector among the others: places and cosines, shape (vectors, n) each."""
    n = max(0, min(n, len(vectors) - 1))
    places, cosines = np.empty((len(vectors), n), np.intp), np.empty((len(vectors), n), np.float32)
    if not n:
        return places, cosines
    for start in range(0, len(vectors), block):
        scores = vectors[start : start + block] @ vectors.T
        block_rows = np.arange(len(scores))
        scores[block_rows, start + block_rows] = -np.inf
        for rank in range(n):  # so few that looking through all again is faster than sorting in part
            best = scores.argmax(axis=1)
            places[start + block_rows, rank], cosines[start + block_rows, rank] = best, scores[block_rows, best]
            scores[block_rows, best] = -np.inf
    return places, cosines


def confusions(owners: Sequence[str], texts: Sequence[str], vectors: Vectors) -> tuple[Confusion, ...]:
    """Count for each two owners the vectors of one that are nearest to one of the other; most first."""
    sizes = Counter(owners)
    nearest, cosines = neighbours(vectors, 1)
    pairs: dict[tuple[str, str], list[tuple[float, int, int]]] = {}
    for place, (other, cosine) in enumerate(zip(nearest[:, :1].ravel(), cosines[:, :1].ravel(), strict=True)):
        first, second = owners[place], owners[int(other)]
        if first != second:
            members = (place, int(other)) if first < second else (int(other), place)
            pairs.setdefault((min(first, second), max(first, second)), []).append((float(cosine), *members))
    result = []
    for (first, second), found in pairs.items():
        _, one, two = max(found)
        example = (texts[one], texts[two])
        result.append(Confusion(first, second, len(found), sizes[first] + sizes[second], example))
    return tuple(sorted(result, key=lambda pair: (-pair.count / pair.of, pair.first, pair.second)))
