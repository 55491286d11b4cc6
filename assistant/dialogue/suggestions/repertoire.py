"""All that can be said here: the sentence that stands for each intent and question, and the mean of its vectors."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from assistant.dialogue.suggestions.values import Owner, Repertoire

if TYPE_CHECKING:
    from assistant.nlu.matcher import Matcher


def repertoire_of(matcher: Matcher) -> Repertoire:
    """Collect the intents and questions that have a sentence to show; their vectors are those of the index."""
    rows, vectors = matcher.parts.retriever.vectors(("intent", "question"))
    places: dict[Owner, int] = {}
    for row in rows:
        places.setdefault(("question" if row.kind == "question" else "intent", row.owner), len(places))
    owners = [places["question" if row.kind == "question" else "intent", row.owner] for row in rows]
    means = np.zeros((len(places), vectors.shape[1] if len(rows) else 0), np.float32)
    np.add.at(means, owners, vectors)
    sentences: Mapping[Owner, str] = {owner: matcher.phrases.best(*owner) for owner in places}
    kept = [place for owner, place in places.items() if sentences[owner]]
    return Repertoire({owner: text for owner, text in sentences.items() if text}, _unit(means[kept]))


def written_dialogues(matcher: Matcher) -> Iterator[Sequence[str]]:
    """Yield the intents of the dialogues in the intent files, in order; what is said to the letter names its intent."""
    for dialogue in matcher.intents.dialogues:
        names = []
        for turn in dialogue.turns:
            wanted = turn.expect.get("intent")
            exact = (match.intent for match in matcher.parts.templates.match(matcher.query(turn.say)) if not match.free)
            name = wanted if isinstance(wanted, str) else next(exact, "")
            if name and name in matcher.intents.intents:
                names.append(name)
        if len(names) > 1:
            yield names


def _unit(vectors: NDArray[np.float32]) -> NDArray[np.float32]:
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    return np.asarray(vectors / np.maximum(lengths, 1e-9), np.float32)
