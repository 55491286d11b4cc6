"""A command that means something only without the reason that is told with it."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from itertools import pairwise

from assistant.language.mood import has_clauses, sense
from assistant.language.mood.reasons import Reasoned, reasoned
from assistant.language.tables import table_of
from assistant.language.text import expand_contractions, tidy
from assistant.nlu.query import Query
from assistant.nlu.ranking.confidence import NO_DOUBT
from assistant.values import Ambiguous, IntentMatch, OutOfScope, SlotMissing, Understanding, Utterance

Meanings = Sequence[tuple[Utterance, Understanding]]
"""The commands of a sentence, in order, each with its meaning."""


def without_told(query: Query, parts: Meanings) -> Meanings:
    """Return the commands of a sentence, less each that is only told, as the reason of the order behind it.

    `It's too loud, turn it down` is one command, and so is `I don't like this song, play the next one`. Where the
    reason names what the order lacks, it is the command: `it's dark in the kitchen, turn on the light`.
    """
    kept = list(parts)
    for told, order in pairwise(parts):
        remark = table_of(query.language).follow_ups.remark  # `too loud`
        is_remark = remark is not None and remark.fullmatch(f"{told[0].text}, ") is not None
        if not is_remark and sense(told[0].text, query.language).mood not in ("state", "report"):
            continue
        if _completes(told[1], order[1]):
            kept.remove(order)
        elif isinstance(order[1], IntentMatch) and (_is_same(told[1], order[1]) or _ends(told[0].text, query.text)):
            kept.remove(told)
    return kept


def _completes(told: Understanding, order: Understanding) -> bool:
    is_same = isinstance(told, IntentMatch) and isinstance(order, SlotMissing) and told.intent == order.intent
    return is_same and getattr(order, "missing", "") in getattr(told, "slots", {})


def _is_same(told: Understanding, order: IntentMatch) -> bool:
    return isinstance(told, IntentMatch) and (told.intent, told.slots, told.when) == (
        order.intent,
        order.slots,
        order.when,
    )


def _ends(clause: str, text: str) -> bool:
    """True of a clause that a sign ends."""
    return bool(re.search(rf"{re.escape(clause)} ?[,;.!]", text, re.IGNORECASE))


def without_reason(
    query: Query, whole: Understanding, understand: Callable[[Query], Understanding], believed: float = 0.7
) -> Understanding:
    """Return the command of a sentence in doubt, read without its reason; else the sentence as it was understood.

    One that has taken the command into a value is in doubt: an item called `milk, put it on the list`.

    Args:
        query: the sentence.
        whole: the meaning of all of its words.
        understand: a part of it to its meaning.
        believed: confidence that a command needs whose pronoun was replaced by a name.
    """
    is_doubtful = isinstance(whole, OutOfScope | Ambiguous)
    if not (is_doubtful or has_clauses(query.text)) or query.sense.mood != "order":
        return whole
    purpose = table_of(query.language).purpose
    if isinstance(whole, OutOfScope) and purpose and (aim := purpose.search(query.text)) and aim.start():
        meaning = understand(query.with_text(query.text[: aim.start()]))
        if isinstance(meaning, IntentMatch | SlotMissing) and meaning.confidence >= believed:
            return meaning
    beginning, sentences, reasons = told = reasoned(query.text, query.language)
    if not is_doubtful and not _swallows(whole, [beginning, *reasons, *sentences], query.language):
        return _as_ordered(query, whole, told, understand)
    for text in sentences:
        meaning = understand(query.with_text(text))
        if isinstance(meaning, IntentMatch | SlotMissing) and meaning.confidence >= (believed if beginning else 0.0):
            return meaning
    return whole


def _as_ordered(
    query: Query, whole: Understanding, told: Reasoned, understand: Callable[[Query], Understanding]
) -> Understanding:
    """Return the command of the order where a sentence was taken for another: `the hall is dark, turn on the light`.

    What the order lacks may be named in its reason.
    """
    if not isinstance(whole, IntentMatch | SlotMissing) or whole.confidence >= NO_DOUBT or not told.sentences:
        return whole
    grammar, (order, *_) = table_of(query.language).moods, told.sentences
    meaning = understand(query.with_text(order))
    is_other = isinstance(meaning, IntentMatch | SlotMissing) and meaning.intent != whole.intent
    if not is_other or meaning.confidence <= whole.confidence:
        return whole
    if isinstance(meaning, SlotMissing) and grammar.placing and grammar.named:
        for match in (match for reason in told.reasons for match in re.finditer(grammar.named, reason)):
            placed = understand(query.with_text(grammar.placing.format(order, match[1])))
            if isinstance(placed, IntentMatch) and placed.intent == meaning.intent:
                return placed
    return meaning


def _swallows(whole: Understanding, clauses: Sequence[str], language: str) -> bool:
    """True of a command with one of some clauses in a value."""
    texts = whole.slot_texts.values() if isinstance(whole, IntentMatch) else ()
    plain = [expand_contractions(tidy(text), language).casefold() for text in texts]
    return any(clause in text for clause in filter(None, clauses) for text in plain)
