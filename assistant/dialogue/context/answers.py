"""What an utterance asks after an answered question: `and how do I make one?`, `and on Windows?`.

It is read against that question: its subject stands in for a pronoun, and a fragment is put behind it. An answer counts
only if it accounts for every telling word that was said; where none does, the word is named.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from assistant.authoring.knowledge import QuestionAnswer
from assistant.dialogue.context.fragments import fragment_of
from assistant.language.text import content_words, normalise, stems
from assistant.values import AnswerMatch, IntentMatch, OutOfScope, SlotMissing, Understanding, Utterance

if TYPE_CHECKING:
    from assistant.nlu.matcher import Matcher

_PRONOUN = re.compile(r"\b(?:it|that|this|one|ones|them|those|these)\b", re.IGNORECASE)
_ASKING = re.compile(
    r"^(?:how|what|when|where|why|who|which|can|could|do|does|is|are|may|must|should|will)\b", re.IGNORECASE
)
_HEAD = re.compile(
    r"^(?:how (?:long|much|many|often|far)|how|what|when|where|why|who|which|can|could|may|must|should|will)\b"
    r"(?: (?:do|does|did|is|are|can|could|may|must|should|will))?(?: (?:i|you|we|one|they))?\s*",
    re.IGNORECASE,
)
_DETERMINED = re.compile(r"\b(?:an?|the|my|your|our) .+$", re.IGNORECASE)
_LIGHT = frozenset("much many long often far already also too then still again else well if does cost take".split())


def follow_up(
    last: AnswerMatch,
    utterance: Utterance,
    alone: Understanding,
    matcher: Matcher,
    sure: float = 0.8,
    least: float = 0.35,
) -> Understanding | None:
    """Return the answer that an utterance asks for after the answered question `last`; None where it is none of it.

    What is `alone` a command, or a surely understood question without a mark of a follow-up, stands.
    """
    language, text = matcher.intents.language, utterance.text.strip(" \t\n?!.,")
    fragment = fragment_of(text, language)
    is_marked = (
        fragment.kind == "addition" or re.match(r"(?:but|what if|und|was ist)\b", text, re.IGNORECASE) is not None
    )
    has_pronoun = _PRONOUN.search(text) is not None
    if not is_marked and not has_pronoun:
        return None
    is_command = isinstance(alone, IntentMatch | SlotMissing)
    if alone.confidence >= sure and (is_command or not is_marked):
        return None
    rest = (
        re.sub(r"^(?:but|and|what|what if|if)\s+(?=\w)", "", fragment.text, flags=re.IGNORECASE) if is_marked else text
    )
    rest = fragment.text if _ASKING.match(fragment.text) and not fragment.text.lower().startswith("what if") else rest
    entries = {entry.question: entry for entry in matcher.knowledge.entries}
    if last.question not in entries:
        return None
    telling = [word for word in content_words(_PRONOUN.sub(" ", rest), language) if word not in _LIGHT]
    subject = _stems(" ".join((last.question, *entries[last.question].also)), language)
    best: tuple[float, QuestionAnswer] | None = None
    for sentence in _sentences(rest, last, entries[last.question]):
        for candidate in matcher.rank(sentence):
            entry = entries.get(candidate.owner) if candidate.kind == "question" else None
            if entry is None or candidate.confidence < least or not _accounts(entry, telling, language):
                continue
            own = _stems(" ".join((entry.question, *entry.also)), language)
            is_same = entry.question == last.question
            if (is_same and not telling) or not own & subject:
                continue
            if best is None or candidate.confidence > best[0]:
                best = candidate.confidence, entry
    if best:
        confidence, entry = best
        return AnswerMatch(entry.question, entry.answer, entry.source, confidence, alone.n_best)
    if not telling or is_command:
        return None
    lacking = [word for word in telling if not _accounts(entries[last.question], [word], language)] or telling
    named = " ".join(word for word in rest.split() if normalise(word, language) in lacking) or " ".join(lacking)
    return OutOfScope(alone.confidence, alone.n_best, f"My answers say nothing about “{named}” there.")


def _sentences(rest: str, last: AnswerMatch, entry: QuestionAnswer) -> Iterator[str]:
    """Yield whole questions that the words may stand for."""
    yield rest
    for wording in (last.question, *entry.also):
        plain = wording.strip(" ?!.")
        body = _HEAD.sub("", plain)
        determined = _DETERMINED.search(body)
        subjects = dict.fromkeys(filter(None, (determined and determined[0], body, " ".join(body.split()[:-1]))))
        if _PRONOUN.search(rest):
            yield from ((name).join(_PRONOUN.split(rest, maxsplit=1)) for name in subjects)
        if _ASKING.match(rest):
            yield from (f"{rest} {name}" for name in subjects)
        else:
            yield f"{plain} {rest}"


def _accounts(entry: QuestionAnswer, words: list[str], language: str) -> bool:
    """True where a pair holds every one of the words, in its question or its answer."""
    held = _stems(" ".join((entry.question, *entry.also, entry.answer)), language)
    return all(word[:5] in held or any(stem.startswith(word[:4]) for stem in held if len(word) > 3) for word in words)


def _stems(text: str, language: str) -> frozenset[str]:
    """Collect the first letters of the telling words, signs left out."""
    return stems(filter(None, (re.sub(r"\W", "", word) for word in content_words(text, language))))
