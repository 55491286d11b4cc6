"""Cholesky's factor of a large matrix and what is solved by it, block by block.

SciPy holds every other thread to the end of its own: half a second for 5000 phrases, in which no key is taken. NumPy's
products, of which nearly all of the work consists here, hold nobody.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray


def factorise(matrix: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return the lower factor of a symmetric positive matrix, shape (n, n), in its place; only its lower half is read.

    Raises:
        LinAlgError: it is not positive definite.
    """
    for own, later in _blocks(len(matrix)):
        before = slice(0, own.start)
        if own.start:
            matrix[own.start :, own] -= matrix[own.start :, before] @ matrix[own, before].T
        matrix[own, own] = np.linalg.cholesky(matrix[own, own])
        matrix[own, later] = 0
        matrix[later, own] = matrix[later, own] @ np.linalg.inv(matrix[own, own]).T
    return matrix


def solve_lower(factor: NDArray[np.float32], right: NDArray[np.float32]) -> NDArray[np.float32]:
    """Solve factor @ x = right, shapes (n, n) and (n, k)."""
    solved = right.copy()
    for own, _ in _blocks(len(factor)):
        before = slice(0, own.start)
        if own.start:
            solved[own] -= factor[own, before] @ solved[before]
        solved[own] = np.linalg.inv(factor[own, own]) @ solved[own]
    return solved


def solve(factor: NDArray[np.float32], right: NDArray[np.float32]) -> NDArray[np.float32]:
    """Solve factor @ factor.T @ x = right, shapes (n, n) and (n, k)."""
    solved = solve_lower(factor, right)
    for own, later in reversed(list(_blocks(len(factor)))):
        solved[own] -= factor[later, own].T @ solved[later]
        solved[own] = np.linalg.inv(factor[own, own]).T @ solved[own]
    return solved


def _blocks(size: int, rows: int = 256) -> Iterator[tuple[slice, slice]]:
    """Yield the rows of each block, and those after it.

    They are few enough that their own factor is cheap, and enough for products that are large.
    """
    for start in range(0, size, rows):
        end = min(start + rows, size)
        yield slice(start, end), slice(end, size)
