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
from assistant.nlu.retrieval.corpus import Values
from assistant.nlu.templates.matcher import Templates

_TOPICS = 20
"""Words of the commands that come before names and values."""


def vocabulary(intents: IntentSet, knowledge: KnowledgeSet, templates: Templates) -> tuple[str, ...]:
    """Return the words that the assistant knows, most useful to a recogniser first.

    First the topics: words that several commands of one file share and other files do not, such as `timer`; common
    verbs would only tempt it to hear them everywhere. Then names in questions, then list values, one way of saying
    each, those of short lists that many commands use before those of long ones; then the other words.
    """
    files: dict[str, Counter[Path]] = {}
    users: Counter[str] = Counter()
    for intent in intents.intents.values():
        users.update({slot.type or slot.name for slot in intent.slots.values()})
        text = " ".join(PLACEHOLDER.sub(" ", each) for each in (*intent.examples, *templates.sampler.patterns(intent)))
        for word in set(content_words(text, intents.language)):
            files.setdefault(word, Counter())[intent.file] += 1
    shares = {word: max(count.values()) ** 2 / count.total() for word, count in files.items() if word.isalpha()}
    topics = sorted(shares, key=lambda word: (-shares[word], word))
    share = {name: users[name] / (1 + len(words.values)) for name, words in intents.lists.items()}
    listed: list[str] = []
    for name in sorted(share, key=lambda name: -share[name]):
        ways = {str(value): way for way, value in reversed(templates.sampler.list_phrases(name))}
        listed += reversed(ways.values())
    names = [
        word
        for entry in knowledge.entries
        for word in re.findall(r"(?<=\s)[A-Z][\w-]*(?: [A-Z][\w-]*)*", entry.question)
        if len(word) > 1
    ]
    return tuple(dict.fromkeys((*topics[:_TOPICS], *names, *listed, *topics[_TOPICS:])))


_PATTERNS = 24
"""Of an intent, short and long ones, from which its sentences are made."""

_MOST_SENTENCES = 60

_HALF_WORTH = 40
"""Place in the vocabulary at which a word is worth half as much as the first."""

_OVERHEAD = 4
"""Words that a sentence of its own is worth: long ones hold more, and are more like what is said."""


def sentences(
    words: tuple[str, ...], intents: IntentSet, knowledge: KnowledgeSet, templates: Templates
) -> tuple[str, ...]:
    """Return commands and questions that hold the words, each those that the ones before lack; most useful first.

    It is a greedy cover: always the sentence whose new words are worth most for its length.
    """
    language = intents.language
    worth: dict[str, float] = {}
    for place, word in enumerate(words):
        for part in content_words(word, language):
            worth.setdefault(part, 1 / (1 + place / _HALF_WORTH))
    said = {entry.question: content_words(entry.question, language) for entry in knowledge.entries}
    for intent in intents.intents.values():
        said |= {each: content_words(each, language) for each in _samples(intent, intents, templates)}
    covered: set[str] = set()

    def gain(sentence: str) -> float:
        return sum(worth.get(word, 0.0) for word in {*said[sentence]} - covered) / (_OVERHEAD + len(sentence.split()))

    queue = [(-gain(each), place, each) for place, each in enumerate(said)]
    heapq.heapify(queue)
    chosen: list[str] = []
    while queue and len(chosen) < _MOST_SENTENCES:
        _, place, sentence = heapq.heappop(queue)
        now = gain(sentence)
        if queue and now < -queue[0][0]:
            heapq.heappush(queue, (-now, place, sentence))
        elif now:
            chosen.append(sentence)
            covered.update(said[sentence])
        else:
            break
    return tuple(chosen)


def _samples(intent: Intent, intents: IntentSet, templates: Templates) -> Iterator[str]:
    """Yield sentences of an intent, with one value or another."""
    values = Values(intent, intents, templates)
    every = sorted((*templates.sampler.patterns(intent), *intent.examples), key=len)
    for place, pattern in enumerate(every[:: max(1, len(every) // _PATTERNS)]):
        for turn in (0, place) if "{" in pattern else (0,):
            yield values.write(pattern, turn)
