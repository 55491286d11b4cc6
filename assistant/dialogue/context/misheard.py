"""What may have been misheard in the middle of a conversation, where a sentence is short and leans on another.

`No, the back door` is heard as `know the back door`, `and butter` as `in butter`, `four` as `for`. The sound does not
tell them apart, nor can a recogniser that knows nothing of the conversation. A reading counts here where it takes up
what was said before.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from assistant.dialogue.open_questions import Asked, ending_of_answer, likely_answers, plain_answers
from assistant.language.phonemes import pronounce
from assistant.language.tables import table_of
from assistant.nlu.phonetic.brief import alike, pronounced
from assistant.nlu.speech_hints import NATS
from assistant.values import Utterance

if TYPE_CHECKING:
    from assistant.dialogue.context.interpreter import Interpreter
    from assistant.dialogue.exchange import Exchange
    from assistant.nlu.matcher import Matcher


def misheard(
    text: str,
    matcher: Matcher,
    interpreter: Interpreter,
    asked: Asked | None,
    exchanges: Sequence[Exchange],
    longest: int = 8,
) -> tuple[tuple[str, float], ...]:
    """Return answers, follow-ups and commands that may have been misheard as a text.

    Each comes with the logarithm of the probability of that, but for a constant; 0 of the text itself where it makes
    sense as it stands.

    Args:
        text: as it was heard.
        matcher: the one in use.
        interpreter: reads a sentence in the light of the other two.
        asked: the open question.
        exchanges: what was said before.
        longest: words of a sentence that leans on another, at most.
    """
    if asked and ending_of_answer(asked.question, text, matcher) != "awaited":
        return ((text, 0.0),)
    answers = (*likely_answers(asked.question, matcher), *plain_answers(asked.question)) if asked else ()
    alone = matcher.hints.alternatives(text, answers)
    is_plain = alone[:1] == ((text, 0.0),)
    words = matcher.query(text).tidied.split()
    if not (asked or (exchanges and not is_plain)) or not 0 < len(words) <= longest:
        return alone
    leaning = dict(_readings(words, matcher))

    def takes_up(reading: str) -> bool:
        return interpreter.takes_up(Utterance(reading, "spoken"), matcher, asked, exchanges)

    if not leaning:
        return alone
    if takes_up(text):
        return ((text, 0.0),)
    return (*alone, *((reading, -NATS * cost) for reading, cost in leaning.items() if takes_up(reading)))


def _readings(words: Sequence[str], matcher: Matcher) -> Iterator[tuple[str, float]]:
    """Yield the words with a marker for the first, and with a number for a word of the same sound."""
    language = matcher.intents.language
    first, *rest = words
    markers = table_of(language).follow_ups.brief.split("|")
    if rest and first.casefold() not in markers:
        for cost, marker in alike(matcher.query(first), tuple(pronounced(markers, language))):
            yield " ".join((marker, *rest)), cost
    numbers = {pronounce(str(number), language): str(number) for number in range(1, 13)}
    for place, word in enumerate(words):
        if not word.isdigit() and (number := numbers.get(pronounce(word, language))):
            yield " ".join((*words[:place], number, *words[place + 1 :])), 0.0
