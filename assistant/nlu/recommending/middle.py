"""What somebody likes, as one vector (Rocchio 1971): the middle of what they liked, away from what they did not."""

from __future__ import annotations

import numpy as np

from assistant.nlu.retrieval.embedder import unit
from assistant.nlu.retrieval.snapshot import Vectors


def middle_of(liked: Vectors, disliked: Vectors, against: float = 0.5) -> Vectors:
    """Return the unit vector (d,) of a taste; what is disliked counts `against` as much as what is liked.

    >>> import numpy as np
    >>> print(middle_of(np.eye(3, dtype=np.float32)[:1], np.eye(3, dtype=np.float32)[1:2]).round(2))
    [ 0.89 -0.45  0.  ]
    """
    middle = liked.mean(axis=0)
    if len(disliked):
        middle = middle - against * disliked.mean(axis=0)
    (vector,) = unit(middle[None])
    return np.asarray(vector, np.float32)
