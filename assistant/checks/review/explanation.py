"""Why a sentence means what it means: the evidence, the rule, every word, and what would make it mean the other."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from assistant.checks.review.rules import RuleFinder, where
from assistant.checks.teaching.effects import name_of, trial
from assistant.checks.teaching.lesson import Lesson, edits
from assistant.errors import AssistantError
from assistant.event_json import as_json
from assistant.events import Understood
from assistant.nlu.account.account import Accounts
from assistant.nlu.account.owners import LEFT, NOTHING, WORDING
from assistant.nlu.budget import TooLong
from assistant.nlu.ranking.combine import apart
from assistant.nlu.ranking.confidence import log_odds
from assistant.nlu.ranking.evidence import ranking_weights
from assistant.nlu.slots.filler import SlotFiller
from assistant.values import Ambiguous, IntentMatch, OutOfScope, SlotMissing, Understanding, Utterance

if TYPE_CHECKING:
    from assistant.config import Config
    from assistant.events import Emit
    from assistant.nlu.matcher import Matcher
    from assistant.nlu.query import Query
    from assistant.nlu.ranking.combine import Ranked
    from assistant.nlu.retrieval.snapshot import Row

_OWNERS = {WORDING: "wording", NOTHING: "filler", LEFT: "not accounted for"}
_GROUNDS = {
    "template": "a template covers it",
    "meaning": "nearness in meaning",
    "question": "nearness to the question",
    "slots": "values found, and words accounted for",
    "polarity": "verbs that do the contrary",
    "mood": "order, question or statement",
    "sound": "sound",
    "passage": "a passage of a document",
}
"""Source of evidence -> what it says, for a person."""


class Explainer:
    """Explains sentences by one matcher."""

    def __init__(self, matcher: Matcher) -> None:
        self._matcher, self._rules = matcher, RuleFinder(matcher)
        self._accounts = Accounts(matcher.intents, lambda _: False, ranking_weights().account, matcher.parts.embedder)

    def explain(self, text: str, most: int = 4) -> dict[str, Any]:
        """Return all that led to the meaning of a sentence, as JSON can hold it; nothing is done.

        Raises:
            AssistantError: nobody says so much at once.
        """
        matcher = self._matcher
        try:
            query, meaning = matcher.prepared(Utterance(text)), matcher.match(text)
        except TooLong as error:
            raise AssistantError(str(error)) from None
        ranked = matcher.rank(text)
        line = as_json(Understood(Utterance(text), meaning), 0)
        parts = [part.text for part, _ in matcher.match_all(text)]
        best = next(iter(ranked), None)
        rule = self._rules.rule(best) if best else None
        explained = {
            "text": text,
            "read_as": query.tidied,
            "put_right": {word: typed for word, typed in query.typed.items() if word != typed},
            "commands": parts if len(parts) > 1 else [],
            "meaning": name_of(meaning),
            "kind": line["kind"],
            "reason": line.get("ask") or line.get("reason") or "",
            "confidence": round(meaning.confidence, 4),
            "threshold": matcher.config.threshold,
            "rule": f"{rule.file}:{int(rule.line)}" if rule and rule.line else "",
            "candidates": [self._candidate(item) for item in ranked[:most]],
            "slots": self._slots(meaning, best, query, line.get("slots") or {}),
            "words": self._words(meaning, best, query),
            "near": [
                {"text": hit.row.text, "of": _owner_of(hit.row), "cosine": round(hit.score, 3)}
                for hit in query.neighbours[:5]
            ],
        }
        explained["change"] = list(self._changes(query, meaning, ranked))
        return explained

    def _candidate(self, item: Ranked) -> dict[str, Any]:
        evidence = [
            {"source": piece.source, "ground": _GROUNDS[piece.source], "odds": round(piece.strength, 2)}
            | ({"why": piece.why} if piece.why else {})
            | ({"at": where(self._rules.place(item.owner, piece.why))} if piece.why else {})
            for piece in item.evidence
        ]
        return {
            "name": item.owner,
            "kind": item.kind,
            "confidence": round(item.confidence, 4),
            "at": where(self._rules.rule(item)),
            "evidence": evidence,
        }

    def _texts(self, intent: str, best: Ranked | None, query: Query) -> Mapping[str, str]:
        if best and best.owner == intent and best.match and not best.match.free:
            return best.match.texts
        filler = SlotFiller(self._matcher.intents.intents[intent], self._matcher.intents, self._sampler)
        return filler.fill(query, {}).texts

    @property
    def _sampler(self) -> Any:
        return self._matcher.parts.templates.sampler

    def _slots(
        self, meaning: Understanding, best: Ranked | None, query: Query, values: Mapping[str, Any]
    ) -> list[dict[str, Any]]:
        """Return each value with the words that it was read from, or what else gave it."""
        if not isinstance(meaning, IntentMatch | SlotMissing):
            return []
        intent = self._matcher.intents.intents[meaning.intent]
        own = meaning.slot_texts if isinstance(meaning, IntentMatch) else {}
        texts = {**self._texts(meaning.intent, best, query), **own}
        given = {name for block in intent.blocks for name in block.slots}
        rows = []
        for name, value in values.items():
            words = texts.get(name, "")
            said = f"said as “{words}”"
            if words and words.casefold() not in query.plain:
                said = f"“{words}”, repaired from what was said"
            origin = said if words else "default" if name in intent.slots and name not in given else "given by its rule"
            if words and isinstance(value, str) and value.casefold() != words.casefold():
                origin += f", which stands for “{value}”"
            rows.append({"name": name, "value": value, "from": origin})
        if isinstance(meaning, SlotMissing):
            rows.append({"name": meaning.missing, "value": None, "from": "missing, and asked for"})
        return rows

    def _words(self, meaning: Understanding, best: Ranked | None, query: Query) -> list[dict[str, str]]:
        """Return each word with what accounts for it; none where the meaning is no command with templates."""
        name = meaning.intent if isinstance(meaning, IntentMatch | SlotMissing) else best.owner if best else ""
        if (intent := self._matcher.intents.intents.get(name)) is None:
            return []
        texts = self._texts(name, best, query)
        is_covered = best is not None and best.owner == name and best.match is not None
        account = self._accounts.account(intent, {}, texts, query, is_covered)
        if account is None:
            return []
        owners = zip(account.sentence.words, account.sentence.owners, strict=True)
        return [{"word": word, "as": _OWNERS.get(owner, f"value of {owner}")} for word, owner in owners]

    # -- what would have to change

    def _changes(self, query: Query, meaning: Understanding, ranked: tuple[Ranked, ...]) -> Iterator[str]:
        """Yield what would make the sentence mean something else."""
        if not ranked:
            return
        best, *others = ranked
        threshold = self._matcher.config.threshold
        if isinstance(meaning, OutOfScope) and best.confidence < threshold:
            lack = log_odds(threshold) - log_odds(best.confidence)
            yield f"{best.owner} needs {lack:.1f} more log odds, or a [match] threshold of {best.confidence:.2f}"
        other = next((item for item in others if item.kind != "passage"), None)
        if other and not isinstance(meaning, OutOfScope):
            behind = log_odds(best.confidence) - log_odds(other.confidence)
            close = "; within [match] margin it is asked" if apart(best, other) < self._matcher.config.margin else ""
            yield f"{other.owner} is {behind:.1f} log odds behind {best.owner}{close}"
            covers = best.match and not best.match.free
            if covers and not (other.match and not other.match.free) and other.kind == "intent":
                yield f"a template of {best.owner} covers it to the letter: only a template of {other.owner} can win"
        yield from self._without_a_word(query, name_of(meaning))

    def _without_a_word(self, query: Query, name: str, most: int = 12) -> Iterator[str]:
        """Yield the words without which it would be something else."""
        words = query.tidied.split()
        for place, word in enumerate(words[:most] if len(words) > 1 else ()):
            text = " ".join([*words[:place], *words[place + 1 :]])
            meaning = self._matcher.match(text)
            if (other := name_of(meaning)) != name:
                yield f"without “{word}” it is {other} ({meaning.confidence:.2f})"


def _owner_of(row: Row) -> str:
    """Name what a row near a sentence is a phrase of."""
    owner = row.owner if row.kind != "talk" else "everyday talk"
    return f"{owner}, under 'not:'" if row.kind == "not" else owner


def taught(text: str, explained: Mapping[str, Any], matcher: Matcher, config: Config, emit: Emit) -> Iterator[str]:
    """Yield what the sentence would mean as an example of the nearest other intent: it is tried, in seconds."""
    names = [item["name"] for item in explained["candidates"] if item["kind"] == "intent"]
    name = next((name for name in names if name != explained["meaning"]), None)
    if name is None:
        return
    try:
        after = trial(edits(Lesson(text, "example", name), matcher, config), matcher, config, emit, only_tried=True)
    except AssistantError:  # it is one already, or there is no folder to write into
        return
    meaning = after.match(text)
    wins = "wins" if name_of(meaning) == name else f"does not win: {name_of(meaning)}"
    asked = " (it would be asked)" if isinstance(meaning, Ambiguous) else ""
    yield f"written as an example of {name}, that {wins}, {meaning.confidence:.2f}{asked}"
