"""The words of the files, and sentences that hold them: what a recogniser should expect to hear."""

from __future__ import annotations

import heapq
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from assistant.authoring.definitions import Intent, IntentSet
from assistant.authoring.knowledge import KnowledgeSet
from assistant.authoring.template_syntax import PLACEHOLDER
from assistant.language.text import content_words
from assistant.nlu.retrieval.corpus import SampleValues
from assistant.nlu.templates.matcher import Templates


def vocabulary(
    intents: IntentSet, knowledge: KnowledgeSet, templates: Templates, first_topics: int = 20
) -> tuple[str, ...]:
    """Return the words that the assistant knows, most useful to a recogniser first.

    First the topics: words that several commands of one file share and other files do not, such as `timer`; common
    verbs would only tempt it to hear them everywhere. Then names in questions, then list values, one phrase for each,
    those of short lists that many commands use before those of long ones; then the other words.

    Args:
        intents: the intents.
        knowledge: the questions.
        templates: those of the intents.
        first_topics: topics that come before names and values.
    """
    topics = _topics(intents, templates)
    names = [
        name
        for entry in knowledge.entries
        for name in re.findall(r"(?<=\s)[A-Z][\w-]*(?: [A-Z][\w-]*)*", entry.question)
        if len(name) > 1
    ]
    return tuple(dict.fromkeys((*topics[:first_topics], *names, *_listed(intents, templates), *topics[first_topics:])))


def _topics(intents: IntentSet, templates: Templates) -> list[str]:
    """Return the words of the commands, those that tell files apart first.

    Small talk, which does nothing and takes no value, has none: its words are those that everybody uses.
    """
    files: dict[str, Counter[Path]] = {}
    for intent in intents.intents.values():
        if intent.action is None and not intent.slots:
            continue
        sentences = (*intent.examples, *templates.sampler.patterns(intent))
        text = " ".join(PLACEHOLDER.sub(" ", sentence) for sentence in sentences)
        for word in set(content_words(text, intents.language)):
            files.setdefault(word, Counter())[intent.file] += 1
    shares = {word: max(count.values()) ** 2 / count.total() for word, count in files.items() if word.isalpha()}
    return sorted(shares, key=lambda word: (-shares[word], word))


def _listed(intents: IntentSet, templates: Templates) -> list[str]:
    """Return one phrase for each value of the lists, those that many slots share among few values first."""
    users: Counter[str] = Counter()
    for intent in intents.intents.values():
        users.update({slot.type or slot.name for slot in intent.slots.values()})
    share = {name: users[name] / (1 + len(words.values)) for name, words in intents.lists.items()}
    listed: list[str] = []
    for name in sorted(share, key=lambda name: -share[name]):
        phrases = {str(value): phrase for phrase, value in reversed(templates.sampler.list_phrases(name))}
        listed += reversed(phrases.values())
    return listed


_HALF_WORTH = 40
"""Place in the vocabulary at which a word is worth half as much as the first."""

_OVERHEAD = 4
"""Words that a sentence of its own is worth: long ones hold more, and are more like what is said."""


def sentences(
    words: tuple[str, ...], intents: IntentSet, knowledge: KnowledgeSet, templates: Templates, most: int = 60
) -> tuple[str, ...]:
    """Return commands and questions that hold the words, each those that the ones before lack; most useful first.

    It is a greedy cover: always the sentence whose new words are worth most for its length.
    """
    language = intents.language
    worth: dict[str, float] = {}
    for place, phrase in enumerate(words):
        for word in content_words(phrase, language):
            worth.setdefault(word, 1 / (1 + place / _HALF_WORTH))
    candidates = {entry.question: content_words(entry.question, language) for entry in knowledge.entries}
    for intent in intents.intents.values():
        for sentence in _samples(intent, intents, templates):
            candidates[sentence] = content_words(sentence, language)
    covered: set[str] = set()

    def gain(sentence: str) -> float:
        new = {*candidates[sentence]} - covered
        return sum(worth.get(word, 0.0) for word in new) / (_OVERHEAD + len(sentence.split()))

    queue = [(-gain(sentence), place, sentence) for place, sentence in enumerate(candidates)]
    heapq.heapify(queue)
    chosen: list[str] = []
    while queue and len(chosen) < most:
        _, place, sentence = heapq.heappop(queue)
        current = gain(sentence)
        if queue and current < -queue[0][0]:
            heapq.heappush(queue, (-current, place, sentence))
        elif current:
            chosen.append(sentence)
            covered.update(candidates[sentence])
        else:
            break
    return tuple(chosen)


def _samples(intent: Intent, intents: IntentSet, templates: Templates, patterns: int = 24) -> Iterator[str]:
    """Yield sentences of an intent from short and long patterns, with one value or another."""
    values = SampleValues(intent, intents, templates.sampler)
    by_length = sorted((*templates.sampler.patterns(intent), *intent.examples), key=len)
    for place, pattern in enumerate(by_length[:: max(1, len(by_length) // patterns)]):
        for turn in (0, place) if "{" in pattern else (0,):
            yield values.write(pattern, turn)
