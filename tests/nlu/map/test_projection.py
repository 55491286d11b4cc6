"""Vectors on a plane: groups apart, neighbours right, and which owners stand among one another."""

from __future__ import annotations

import numpy as np
import pytest

from assistant.errors import AssistantError
from assistant.nlu.map import projection


def unit(vectors):
    return np.asarray(vectors / np.linalg.norm(vectors, axis=1, keepdims=True), np.float32)


@pytest.fixture
def groups():
    """Forty vectors around each of four directions, shape (160, 32), and their groups."""
    chance = np.random.default_rng(5)
    middles = np.repeat(chance.standard_normal((4, 32)) * 3, 40, axis=0)
    return unit(middles + chance.standard_normal((160, 32)) * 0.4), [name for name in "abcd" for _ in range(40)]


def test_groups_are_laid_out_apart_and_each_time_alike(groups):
    vectors, names = groups
    plane = projection.lay_out(vectors, names)
    assert plane.shape == (160, 2)
    assert plane.min() == 0
    assert plane.max() == 1
    assert np.array_equal(plane, projection.lay_out(vectors, names))
    middles = {name: plane[[n == name for n in names]].mean(axis=0) for name in "abcd"}
    nearest = [min(middles, key=lambda name: np.linalg.norm(middles[name] - point)) for point in plane]
    assert np.mean([one == two for one, two in zip(nearest, names, strict=True)]) > 0.95


def test_a_large_group_does_not_turn_the_map_to_itself(groups):
    vectors, names = groups
    chance = np.random.default_rng(6)
    more = unit(vectors[:1] + chance.standard_normal((3000, 32)) * 0.05)
    plane = projection.lay_out(np.concatenate([vectors, more]), [*names, *["a"] * 3000])
    b, c, d = (plane[40 * place : 40 * place + 40].mean(axis=0) for place in (1, 2, 3))
    assert min(np.linalg.norm(b - c), np.linalg.norm(b - d), np.linalg.norm(c - d)) > 0.15


@pytest.mark.parametrize("count", [0, 1, 2, 3])
def test_few_points_have_a_place_too(count):
    vectors = unit(np.eye(4, 8)[:count]) if count else np.empty((0, 8), np.float32)
    plane = projection.lay_out(vectors, ["a"] * count)
    assert plane.shape == (count, 2)
    assert not np.isnan(plane).any()
    places, cosines = projection.neighbours(vectors, 5)
    assert places.shape == cosines.shape == (count, max(0, count - 1))
    assert projection.confusions(["a"] * count, ["x"] * count, vectors) == ()


def test_neighbours_are_those_of_a_full_comparison(groups):
    vectors, _ = groups
    places, cosines = projection.neighbours(vectors, 3, block=50)
    scores = vectors @ vectors.T
    np.fill_diagonal(scores, -2)
    assert np.array_equal(places, np.argsort(-scores, axis=1)[:, :3])
    assert np.allclose(cosines, -np.sort(-scores, axis=1)[:, :3], atol=1e-6)


def test_owners_whose_phrases_stand_among_one_another_are_told(groups):
    vectors, names = groups
    owners = ["twin" if name == "a" and place % 2 else name for place, name in enumerate(names)]
    (pair,) = projection.confusions(owners, [f"phrase {place}" for place in range(160)], vectors)
    assert (pair.first, pair.second, pair.of) == ("a", "twin", 40)
    assert 10 <= pair.count <= 40
    one, two = (int(text.split()[1]) for text in pair.example)
    assert owners[one] == "a"
    assert owners[two] == "twin"


@pytest.mark.parametrize(
    ("method", "line"),
    [("pac", "unknown method 'pac'; did you mean 'pca'?"), ("tsne", "tsne: needs the package openTSNE")],
)
def test_a_method_that_cannot_be_used_is_one_line(method, line, groups, monkeypatch):
    monkeypatch.setattr(projection, "find_spec", lambda name: None)
    with pytest.raises(AssistantError, match=line.replace("?", r"\?")):
        projection.lay_out(*groups, method)
