"""What an utterance asks after an answered question: `and how do I make one?`, `and on Windows?`.

It is read against that question: its subject stands in for a pronoun, and a fragment is put behind it. An answer counts
only if it accounts for every telling word that was said; where none does, the word is named.
"""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from assistant.authoring.knowledge import QuestionAnswer
from assistant.dialogue.context.fragments import fragment_of
from assistant.language.tables import table_of
from assistant.language.tables.table import WordTable
from assistant.language.text import content_words, expand_contractions, normalise, stems, tokens
from assistant.values import AnswerMatch, IntentMatch, OutOfScope, SlotMissing, Understanding, Utterance

if TYPE_CHECKING:
    from assistant.nlu.matcher import Matcher


def follow_up(
    last: AnswerMatch,
    utterance: Utterance,
    alone: Understanding,
    matcher: Matcher,
    asked: str,
    sure: float = 0.8,
    least: float = 0.35,
) -> Understanding | None:
    """Return the answer that an utterance asks for after the answered question `last`; None where it is none of it.

    `asked` is how that question was put.

    What is `alone` a command, or a surely understood question without a mark of a follow-up, stands.
    """
    language, text = matcher.intents.language, utterance.text.strip(" \t\n?!.,")
    fragment, words = fragment_of(text, language), table_of(language).questions
    pronoun = words.pronoun
    if words.mark is None or words.lead is None or pronoun is None:
        return None
    is_marked = fragment.kind == "addition" or words.mark.match(text) is not None
    if not is_marked and not pronoun.search(text):
        return None
    is_command = isinstance(alone, IntentMatch | SlotMissing)
    if alone.confidence >= sure and (isinstance(alone, IntentMatch) or not is_marked):
        return None
    rest = words.lead.sub("", fragment.text) if is_marked else text
    asks = words.asks is not None and words.asks.match(fragment.text) is not None
    rest = fragment.text if asks and not words.mark.match(fragment.text) else rest
    if last.quote is not None:
        return None if is_command else _in_documents(last, rest, alone, matcher, asked)
    return _in_pairs(last, rest, alone, matcher, least)


def _in_pairs(
    last: AnswerMatch, rest: str, alone: Understanding, matcher: Matcher, least: float
) -> Understanding | None:
    """Return the answer of a pair to words that take up the one before; it must account for every telling word."""
    language = matcher.intents.language
    table, words = table_of(language), table_of(language).questions
    pronoun, is_command = words.pronoun, isinstance(alone, IntentMatch | SlotMissing)
    entries = {entry.question: entry for entry in matcher.knowledge.entries}
    if last.question not in entries or pronoun is None:
        return None
    rest = expand_contractions(rest, language)
    telling = [word for word in content_words(pronoun.sub(" ", rest), language) if word not in words.light]
    subject = _stems(" ".join((last.question, *entries[last.question].also)), language)
    best: tuple[float, QuestionAnswer] | None = None
    for sentence in dict.fromkeys(_sentences(rest, last, entries[last.question], table)):
        for candidate in matcher.questions(sentence):
            entry = entries.get(candidate.owner)
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


def _in_documents(
    last: AnswerMatch, rest: str, alone: Understanding, matcher: Matcher, asked: str, sure: float = 0.8
) -> Understanding | None:
    """Return what documents say of words that take up a quote; they must hold every telling word.

    `And on Windows?` after `Installing on Linux` is the section beside it, where there is one. Else the question before
    is asked with these words behind it, or the headings of the quote stand in for a pronoun.
    """
    language, threshold = matcher.intents.language, matcher.config.threshold
    words, pronoun = table_of(language).questions, table_of(language).questions.pronoun
    place = pronoun.search(rest) if pronoun else None
    bare = f"{rest[: place.start()]} {rest[place.end() :]}" if place else rest
    telling = [word for word in content_words(bare, language) if word not in words.light]
    if not telling or last.quote is None:
        return None
    question = asked.strip(" \t\n?!.,")
    if place is None and (beside := matcher.documents.beside(last.quote, matcher.query(f"{question} {rest}"), telling)):
        return dataclasses.replace(beside, confidence=last.confidence, n_best=(*beside.n_best, *alone.n_best))
    best: AnswerMatch | None = None
    titles, quoted = last.question.split(" › "), matcher.documents.passage(last.quote.passage)
    own = quoted.name if quoted else ""
    for subject in dict.fromkeys((titles[-1] if place else question, " ".join(titles))):
        sentence = f"{rest[: place.start()]}{subject}{rest[place.end() :]}" if place else f"{subject} {rest}"
        answer = matcher.documents.answer(matcher.query(sentence), threshold) if subject else None
        passage = matcher.documents.passage(answer.quote.passage) if answer and answer.quote else None
        if answer is None or passage is None or (best and best.confidence >= answer.confidence):
            continue
        held = stems(tokens(" ".join((passage.name.replace("/", " "), passage.embedded_text)), language))
        if stems(telling) <= held and (passage.name == own or _is_about(question, held, language)):
            best = answer
    if best is not None:
        return dataclasses.replace(best, n_best=(*best.n_best, *alone.n_best))
    is_other = isinstance(alone, OutOfScope)
    if isinstance(alone, AnswerMatch) and alone.quote is None and alone.confidence < sure:
        # a pair that is not sure, and about no word of the question before
        is_other = not _is_about(question, stems(tokens(f"{alone.question} {alone.answer}", language)), language)
    if not is_other or len(telling) > 3:  # so long a question is one of its own
        return None
    named = " ".join(word for word in rest.split() if normalise(word, language) in telling) or " ".join(telling)
    return OutOfScope(alone.confidence, alone.n_best, f"I find nothing about “{named}” there.")


def _is_about(question: str, held: frozenset[str], language: str) -> bool:
    """True where a passage of another document holds at least half of the telling words of the question before."""
    subject = stems(content_words(question, language))
    return 2 * len(subject & held) >= len(subject)


def _sentences(rest: str, last: AnswerMatch, entry: QuestionAnswer, table: WordTable) -> Iterator[str]:
    """Yield whole questions that the words may stand for."""
    words, pronoun = table.questions, table.questions.pronoun
    yield rest
    for wording in (last.question, *entry.also):
        plain = wording.strip(" ?!.")
        body = words.head.sub("", plain) if words.head else plain
        determined = words.determined.search(body) if words.determined else None
        subjects = dict.fromkeys(filter(None, (determined and determined[0], body, " ".join(body.split()[:-1]))))
        if pronoun and (place := pronoun.search(rest)):
            yield from (f"{rest[: place.start()]}{name}{rest[place.end() :]}" for name in subjects)
        if words.asks and words.asks.match(rest):
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
