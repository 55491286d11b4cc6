"""The factor made block by block is that of NumPy, and what is solved by it is solved."""

from __future__ import annotations

import numpy as np
import pytest

from assistant.nlu.ranking import cholesky


@pytest.mark.parametrize("size", [1, 256, 600])
def test_blocks_give_the_factor_and_the_solutions_of_the_whole(size):
    dice = np.random.default_rng(0)
    root = dice.normal(size=(size, size + 20)).astype(np.float32)
    matrix = root @ root.T / size + np.eye(size, dtype=np.float32)
    right = dice.normal(size=(size, 3)).astype(np.float32)
    factor = cholesky.factorise(np.tril(matrix))
    assert factor.dtype == np.float32
    np.testing.assert_allclose(factor, np.linalg.cholesky(matrix), atol=1e-4)
    np.testing.assert_allclose(factor @ cholesky.solve_lower(factor, right), right, atol=1e-4)
    np.testing.assert_allclose(matrix @ cholesky.solve(factor, right), right, atol=1e-3)


def test_a_matrix_that_is_not_positive_is_refused():
    with pytest.raises(np.linalg.LinAlgError):
        cholesky.factorise(-np.eye(3, dtype=np.float32))
