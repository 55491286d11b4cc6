"""A command that means something only without the reason that is told with it."""

from __future__ import annotations

from collections.abc import Callable

from assistant.language.mood.reasons import reasoned
from assistant.nlu.query import Query
from assistant.values import Ambiguous, IntentMatch, OutOfScope, SlotMissing, Understanding


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
    if not (is_doubtful or ", " in query.text) or query.sense.mood != "order":
        return whole
    beginning, sentences = reasoned(query.text, query.language)
    if not is_doubtful and not _swallows(whole, beginning):
        return whole
    for text in sentences:
        meaning = understand(query.with_text(text))
        if isinstance(meaning, IntentMatch | SlotMissing) and meaning.confidence >= (believed if beginning else 0.0):
            return meaning
    return whole


def _swallows(whole: Understanding, beginning: str) -> bool:
    texts = whole.slot_texts.values() if isinstance(whole, IntentMatch) and beginning else ()
    return any(beginning in text.casefold() for text in texts)
