"""The inbox: sentences of the kept conversation that went wrong and are not taught yet, grouped by meaning."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from assistant.checks.stored import DATABASE, kept, remove
from assistant.config import Config
from assistant.dialogue.consent.yes_no import takes_back
from assistant.dialogue.context.fragments import fragment_of
from assistant.language.placeholders import MARK
from assistant.language.text import normalise
from assistant.nlu.budget import is_sayable
from assistant.values import Ambiguous, BuiltInAction, OutOfScope

if TYPE_CHECKING:
    from assistant.actions.database.turns import StoredTurn
    from assistant.nlu.matcher import Matcher

_TAKING_BACK = {"dialogue.undo": "undone", "dialogue.cancel": "cancelled"}
"""Action of the turn behind a sentence -> what became of that sentence."""


@dataclass(frozen=True, slots=True)
class Case:
    """A turn that went wrong."""

    turn: StoredTurn
    reason: str
    """`not understood`, `asked back`, `corrected`, `cancelled` or `undone`."""


@dataclass(frozen=True, slots=True)
class Group:
    """Sentences that mean about the same."""

    text: str
    """The one that was said most often, and last among those."""
    also: tuple[str, ...]
    """Other wordings."""
    reasons: tuple[tuple[str, int], ...]
    """Each with its count, the most frequent first."""
    nearest: str
    """Name of the nearest intent; empty where there is none."""
    confidence: float
    """The chance that this is meant, 0 to 1."""
    turns: tuple[StoredTurn, ...]


def inbox(turns: Sequence[StoredTurn], matcher: Matcher, most: int = 500) -> tuple[Group, ...]:
    """Group the newest turns that went wrong, the most frequent first.

    One that is understood by now, or stands in a file as example, test, near miss, noise or question, is left out.
    """
    cases = [case for case in open_cases(turns, matcher, most) if _is_open(case, matcher)]
    groups = (_group(cases_of, matcher) for cases_of in _alike(cases, matcher))
    return tuple(sorted(groups, key=lambda group: (-len(group.turns), -group.turns[-1].at)))


def open_cases(turns: Sequence[StoredTurn], matcher: Matcher, most: int = 500) -> list[Case]:
    """List the newest turns that went wrong and whose sentence stands in no file."""
    settled, language = _written(matcher), matcher.intents.language
    newest = list(_cases(turns, matcher))[-most:]
    return [case for case in newest if normalise(case.turn.text, language) not in settled]


def forget(config: Config, groups: Iterable[Group]) -> int:
    """Delete the turns of groups from the conversation, and the copies of before, which hold them too; count them.

    Raises:
        AssistantError: they cannot be deleted.
    """
    from assistant.actions.database import Database

    ids = [turn.id for group in groups for turn in group.turns]
    if ids:
        Database(config.data_folder()).turns.forget(ids)
        held = [entry for entry in kept(config) if entry.kind in ("copies", "conversation")]
        for path in (path for entry in held for path in entry.paths if path.name not in DATABASE):
            remove(path)
    return len(ids)


def _cases(turns: Sequence[StoredTurn], matcher: Matcher, seconds: float = 120.0) -> Iterator[Case]:
    """Yield the turns that went wrong, as the turn or the one after it, within so many seconds, tells."""
    language, last = matcher.intents.language, turns[-1:]
    for turn, behind in (*pairwise(turns), *((turn, None) for turn in last)):
        after = behind if behind and behind.at - turn.at <= seconds else None
        kinds, names = turn.kind.split("\n"), turn.name.split("\n")
        if not turn.text.strip("* ") or not is_sayable(turn.text) or any(_taking_back(name, matcher) for name in names):
            continue
        if "out_of_scope" in kinds:
            yield Case(turn, "not understood")
        elif after and (reason := next(filter(None, (_taking_back(n, matcher) for n in after.name.split("\n"))), "")):
            yield Case(turn, reason)
        elif after and (takes_back(after.text, language) or fragment_of(after.text, language).kind == "denial"):
            yield Case(turn, "corrected")
        elif "ambiguous" in kinds or ("slot_missing" in kinds and not _is_completed(turn, after)):
            yield Case(turn, "asked back")


def _taking_back(name: str, matcher: Matcher) -> str:
    intent = matcher.intents.intents.get(name)
    action = intent.action if intent else None
    return _TAKING_BACK.get(action.name, "") if isinstance(action, BuiltInAction) else ""


def _is_completed(turn: StoredTurn, after: StoredTurn | None) -> bool:
    return after is not None and "intent_match" in after.kind and after.name == turn.name


def _is_open(case: Case, matcher: Matcher) -> bool:
    """True unless the sentence would go well now."""
    if case.reason == "not understood":
        return any(isinstance(meaning, OutOfScope) for _, meaning in matcher.match_all(case.turn.text))
    if case.turn.kind == "ambiguous":
        return isinstance(matcher.match(case.turn.text), Ambiguous)
    return True


def _written(matcher: Matcher) -> Collection[str]:
    """Every sentence that stands in a file as it is said."""
    intents, language = matcher.intents, matcher.intents.language
    texts: list[str] = [*intents.noise]
    for intent in intents.intents.values():
        texts += [*intent.examples, *intent.negatives, *(test.say for test in intent.tests)]
        texts += [MARK.sub(r"\g<value>", text) for text in intent.marked]
    texts += [text for entry in matcher.knowledge.entries for text in (entry.question, *entry.also)]
    return {normalise(text, language) for text in texts}


def _alike(cases: Sequence[Case], matcher: Matcher, distance: float = 0.35) -> Iterator[list[Case]]:
    """Divide cases into groups whose sentences are so near one another, by mean cosine distance."""
    from scipy.cluster.hierarchy import fcluster, linkage

    texts = list(dict.fromkeys(case.turn.text for case in cases))
    labels = dict.fromkeys(texts, 1)
    if len(texts) > 1:
        vectors = matcher.parts.embedder.embed(texts).astype(np.float64)
        numbers = fcluster(linkage(vectors, "average", metric="cosine"), distance, "distance")
        labels = dict(zip(texts, map(int, numbers), strict=True))
    for label in dict.fromkeys(labels.values()):
        yield [case for case in cases if labels[case.turn.text] == label]


def _group(cases: Sequence[Case], matcher: Matcher) -> Group:
    texts = Counter(case.turn.text for case in reversed(cases))
    (text, _), *others = texts.most_common()
    ranked = [candidate for candidate in matcher.rank(text) if candidate.kind == "intent"]
    return Group(
        text,
        tuple(other for other, _ in others),
        tuple(Counter(case.reason for case in cases).most_common()),
        ranked[0].owner if ranked else "",
        ranked[0].confidence if ranked else 0.0,
        tuple(case.turn for case in cases),
    )
