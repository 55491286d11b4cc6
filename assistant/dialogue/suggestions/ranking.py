"""What somebody is likely to say next, by nearest neighbours; pure: sayings in, ranked suggestions with reasons out.

Each earlier saying is a moment: a time of day, a weekday, and what was said just before. Its weight is its nearness to
this moment, less with age; what was said at the nearest moments is likely now. What was never said is judged by two
other things: what people say next in the shipped dialogues, and the cosine of an intent or a question to the vector of
the user, which is the mean of the vectors of all that was said, by the same weights. The less was said at moments like
this one, the more these two count.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime

from assistant.dialogue.suggestions.dialogues import ShippedDialogues
from assistant.dialogue.suggestions.past import Past
from assistant.dialogue.suggestions.reasons import reason
from assistant.dialogue.suggestions.values import (
    Ground,
    Owner,
    Repertoire,
    Saying,
    Suggestion,
    SuggestionWeights,
    plain,
)

_Scores = Mapping[tuple[Owner, str], Mapping[Ground, float]]


def ranked(
    history: Sequence[Saying],
    conversation: Sequence[Saying],
    now: datetime,
    repertoire: Repertoire,
    dialogues: ShippedDialogues,
    is_welcome: Callable[[Owner, str], bool] = lambda _, __: True,
    weights: SuggestionWeights = SuggestionWeights(),  # noqa: B008
) -> Iterator[Suggestion]:
    """Yield suggestions for a moment, the likeliest first.

    Args:
        history: all that is known to have been said, oldest first.
        conversation: what was said in this conversation, oldest first; its last sayings are not suggested again.
        now: this moment, local.
        repertoire: all that can be said.
        dialogues: what others say next.
        is_welcome: whether a sentence of an intent or a question may be suggested; asked only for those that come up.
        weights: of the kinds of nearness.
    """
    past = Past(history, conversation, now, weights)
    yield from _chosen(_scores(past, repertoire, dialogues, weights), past, repertoire, is_welcome)


def _scores(past: Past, repertoire: Repertoire, dialogues: ShippedDialogues, weights: SuggestionWeights) -> _Scores:
    """Map owner and plain text of all that may be suggested to the parts of its score."""
    scores = defaultdict[tuple[Owner, str], dict[Ground, float]](dict)
    moments = float(past.weights.sum())
    trust = moments / (moments + weights.prior)
    for key, share in past.shares().items():
        scores[key]["habit"] = trust * share / max(moments, 1e-9)
    wordings = past.wordings()
    following = dialogues.next([saying.owner for saying in past.conversation], past.now)

    def is_left_out(owner: Owner) -> bool:
        return owner in past.just_done or (dialogues.is_follow_up(owner) and owner not in following)

    nearest = past.near_shares(repertoire, is_left_out)
    nearness = weights.nearness if following else 1.0
    for owner, share in following.items():
        if owner in repertoire.sentences and owner not in past.just_done:
            key = owner, plain(wordings.get(owner) or repertoire.sentences[owner])
            scores[key]["next"] = (1 - trust) * (1 - nearness) * share
    for owner, share in nearest.items():
        if dialogues.is_follow_up(owner) and owner not in following:
            continue
        key = owner, plain(wordings.get(owner) or repertoire.sentences[owner])
        scores[key]["near"] = (1 - trust) * nearness * share
    return scores


def _chosen(
    scores: _Scores,
    past: Past,
    repertoire: Repertoire,
    is_welcome: Callable[[Owner, str], bool],
    most_of_one: int = 2,
) -> Iterator[Suggestion]:
    """Yield the best of what is scored: not what was just said, and of one intent no more than `most_of_one`."""
    totals = {key: sum(grounds.values()) for key, grounds in scores.items()}
    counts = Counter[Owner]()
    for key in sorted(totals, key=lambda key: -totals[key]):
        owner, text = key
        is_own = key in past.texts
        if text in past.just_said or (not is_own and owner in past.just_done) or counts[owner] >= most_of_one:
            continue
        sentences = dict.fromkeys(filter(None, (past.texts.get(key), repertoire.sentences.get(owner))))
        if owner not in repertoire.sentences or not (sentence := _first(sentences, owner, is_welcome)):
            continue
        counts[owner] += 1
        ground = max(scores[key], key=lambda name: scores[key][name])
        yield Suggestion(sentence, reason(ground, text, past, repertoire), owner, totals[key], scores[key])


def _first(sentences: Mapping[str, None], owner: Owner, is_welcome: Callable[[Owner, str], bool]) -> str:
    """Return the first sentence that may be suggested; empty where none may."""
    return next((sentence for sentence in sentences if is_welcome(owner, sentence)), "")
