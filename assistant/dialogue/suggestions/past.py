"""What was said before, weighed by its nearness to this moment."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime

import numpy as np
from numpy.typing import NDArray

from assistant.dialogue.suggestions.values import Owner, Repertoire, Saying, SuggestionWeights, plain

Numbers = NDArray[np.float64]
Places = NDArray[np.intp]


class Past:
    """The sayings of a history, each with its weight at this moment; arrays have one entry a saying."""

    def __init__(
        self,
        history: Sequence[Saying],
        conversation: Sequence[Saying],
        now: datetime,
        weights: SuggestionWeights,
        recent: int = 3,
    ) -> None:
        self.history, self.conversation, self.now = history, conversation, now
        self._weights = weights
        last = conversation[-recent:]
        self.just_said = {plain(saying.text) for saying in last}
        self.just_done = {saying.owner for saying in last}
        self.texts = {(saying.owner, plain(saying.text)): saying.text for saying in history}
        """Owner and plain text -> the sentence as it was said last."""
        self._text_places = {key: place for place, key in enumerate(self.texts)}
        self._owner_places: dict[Owner, int] = {}
        for saying in history:
            self._owner_places.setdefault(saying.owner, len(self._owner_places))
        self._text = np.array([self._text_places[s.owner, plain(s.text)] for s in history], np.intp)
        self._owner = np.array([self._owner_places[s.owner] for s in history], np.intp)
        self._seconds = np.array([saying.time.timestamp() for saying in history])
        self.context = self._context_weights() if history else np.zeros(0)
        """Nearness of what was said just before each saying to what was said just now."""
        self.weights = self._time_weights() * (weights.any_context + self.context) if history else np.zeros(0)
        self.weights[now.timestamp() - self._seconds < 3600 * weights.fresh] = 0.0

    def shares(self) -> dict[tuple[Owner, str], float]:
        """Map each sentence to the weight of its sayings; of what was said only once a part counts."""
        if not self.history:
            return {}
        totals = np.bincount(self._text, self.weights, len(self.texts))
        counts = np.bincount(self._text, minlength=len(self.texts))
        totals[counts == 1] *= self._weights.once
        return dict(zip(self.texts, totals.tolist(), strict=True))

    def places_of(self, text: str) -> Places:
        """Return the places of the sayings of a sentence, given in plain text."""
        wanted = [place for (_, said_text), place in self._text_places.items() if said_text == text]
        return np.flatnonzero(np.isin(self._text, wanted))

    def _time_weights(self) -> Numbers:
        """Nearness of each saying in the time of day and the weekday, less with its age."""
        weights, now = self._weights, self.now
        minutes = np.array([saying.time.hour * 60 + saying.time.minute for saying in self.history])
        apart = np.abs(minutes - now.hour * 60 - now.minute) / 60
        apart = np.minimum(apart, 24 - apart) / weights.hours
        days = np.array([saying.time.weekday() for saying in self.history])
        same = np.where(days == now.weekday(), 1.0, weights.other_weekday)
        same = np.where((days < 5) == (now.weekday() < 5), same, weights.other_week_part)
        ages = np.maximum(0.0, now.timestamp() - self._seconds) / 86_400
        return np.asarray(0.5 ** (ages / weights.half_life) * (weights.any_time + same * np.exp(-0.5 * apart * apart)))

    def _context_weights(self, pause: float = 1200.0) -> Numbers:
        """Likeness of what led up to each saying to what has been said now.

        At the beginning of a conversation, those that began one, after so many seconds of `pause`, are alike.
        """
        begins = np.diff(self._seconds, prepend=-np.inf) > pause
        if not self.conversation:
            return begins.astype(float)
        begins_next = np.roll(begins, 1)
        begins_next[0] = True
        last, earlier = self.conversation[-1], self.conversation[-2:-1]
        alike = np.where(begins, 0.0, self._alike(last, 1))
        skipped = np.where(begins | begins_next, 0.0, self._alike(last, 2))
        for saying in earlier:
            skipped = np.maximum(skipped, np.where(begins, 0.0, self._alike(saying, 1)))
        return np.maximum(alike, self._weights.before_last * skipped)

    def _alike(self, saying: Saying, lag: int) -> Numbers:
        """Likeness of a saying to the one so many before each: the same sentence, or the same intent."""
        texts, owners = np.roll(self._text, lag), np.roll(self._owner, lag)
        text = self._text_places.get((saying.owner, plain(saying.text)), -1)
        same_owner = np.where(owners == self._owner_places.get(saying.owner, -1), self._weights.same_intent, 0.0)
        return np.where(texts == text, 1.0, same_owner)

    def wordings(self) -> dict[Owner, str]:
        """Map each owner to the sentence that was said for it most, by weight."""
        best: dict[Owner, tuple[float, str]] = {}
        for (owner, text), share in self.shares().items():
            best[owner] = max(best.get(owner, (-1.0, "")), (share, self.texts[owner, text]))
        return {owner: text for owner, (_, text) in best.items()}

    def near_shares(self, repertoire: Repertoire, left_out: Callable[[Owner], bool]) -> dict[Owner, float]:
        """Share of each intent and question, but for those left out, by the cosine to the user's vector.

        There are none where nothing was said.
        """
        places = {owner: place for place, owner in enumerate(repertoire.sentences)}
        amounts = np.zeros(len(places))
        totals = np.bincount(self._owner, self.weights, len(self._owner_places)) if self.history else ()
        for owner, total in zip(self._owner_places, totals, strict=True):
            if owner in places:
                amounts[places[owner]] = total
        user = amounts @ repertoire.vectors if len(places) else amounts
        user = user / max(1.0, float(np.linalg.norm(user)))
        for lag, saying in enumerate(reversed(self.conversation[-3:])):
            if saying.owner in places:
                user = user + 2.0**-lag * repertoire.vectors[places[saying.owner]]
        if not (length := float(np.linalg.norm(user))):
            return {}
        likelihoods = np.exp(self._weights.sharpness * (repertoire.vectors @ (user / length) - 1)).tolist()
        shares = {
            owner: likelihood for owner, likelihood in zip(places, likelihoods, strict=True) if not left_out(owner)
        }
        total = sum(shares.values())
        return {owner: share / total for owner, share in shares.items()}
