"""What a language model says, held to the passages it was given: a sentence counts where one of them says it. Pure.

Numbers, names and addresses must be the passage's own, and one of its sentences must say the same of the same things:
see `relations`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from assistant.dialogue.generation.relations import agrees
from assistant.language.numbers import in_digits
from assistant.language.sentences import split_sentences
from assistant.language.tables import table_of
from assistant.language.text import content_words, tidy

_REFUSAL = re.compile(
    r"""\bi\ (?:do\ not|don't|cannot|can't|am\ not\ able\ to|am\ unable\ to)
        \ (?:know|say|answer|tell|help|find|provide|assist)
    |\bi(?:'m|\ am)\ (?:not\ sure|sorry|unable|an?\ (?:ai|language\ model|virtual\ assistant))
    |\bas\ an?\ (?:ai|language\ model)\b
    |\b(?:passages?|text|context|documents?|information)\ (?:\w+\ ){0,3}(?:do\ not|does\ not|don't|doesn't|not)
    |\bnot\ (?:\w+\ )?(?:mentioned|provided|specified|stated|given)\ (?:in|by)
    |\bno\ (?:information|mention|passage)
    |\bcan(?:not|'t)\ be\ (?:determined|answered|found)""",
    re.IGNORECASE | re.VERBOSE,
)
"""Sentences that decline: they are about the model or the passages, and say nothing of what was asked."""

_CITATION = re.compile(r"\s*\[\^?\d+\](?!\()")
_CODE = re.compile(r"[\w~./\\@:+%$#-]*(?:[/\\@_]|\d|\w\.\w|(?<!\w)-\w)[\w~./\\@:+%$#-]*")
_NAME = re.compile(r"(?<![.!?] )(?<!^)\b[A-Z][\w'-]*")


@dataclass(frozen=True, slots=True)
class CitedPassage:
    """A passage that an answer may rest on."""

    text: str
    source: str
    """Its place, as it is cited."""
    heading: str = ""
    """What it stands below, which a sentence may name too."""
    confidence: float = 1.0
    """0 to 1, fitted: the chance that it holds the answer."""

    @property
    def whole(self) -> str:
        """Return the text below its heading."""
        return f"{self.heading}\n{self.text}" if self.heading else self.text


def refuses(sentence: str) -> bool:
    """True of a sentence that declines to answer.

    >>> refuses("I'm sorry, the passages do not mention that."), refuses("It is not open on Sunday.")
    (True, False)
    """
    return bool(_REFUSAL.search(sentence.replace("\N{RIGHT SINGLE QUOTATION MARK}", "'")))


def support(sentence: str, references: Sequence[CitedPassage], language: str = "en") -> int | None:
    """Return the place of the first reference that says what a sentence does, None where none does.

    >>> references = [CitedPassage("The pharmacy closes at six, on Saturday at one.", "a.md")]
    >>> support("It closes at six.", references), support("It closes at seven.", references)
    (0, None)
    """
    if refuses(sentence):
        return None
    for place, reference in enumerate(references):
        if _holds(reference, sentence, language):
            return place
    return None


def unmarked(sentence: str, references: Sequence[CitedPassage]) -> str:
    """Take out of a sentence what cites: the numbers that a model or a document has written, and a heading in front.

    >>> unmarked("Town › Pharmacy It closes at six. [7]", [CitedPassage("...", "a.md", "Town › Pharmacy")])
    'It closes at six.'
    """
    plain = " ".join(_CITATION.sub("", sentence).split())
    for heading in (reference.heading for reference in references if reference.heading):
        plain = plain.removeprefix(heading).lstrip(" :>-") if plain != heading else plain
    return plain


def quote(reference: CitedPassage, question: str, language: str = "en", most: int = 2) -> str:
    """Return the sentences of a passage that have most in common with a question; all of a short one."""
    sentences = list(split_sentences(reference.text))
    if len(sentences) <= most:
        return reference.text
    asked = _stems(question, language)
    shared = [len(asked & _stems(sentence, language)) for sentence in sentences]
    first = max(range(len(sentences) - most + 1), key=lambda start: sum(shared[start : start + most]))
    return " ".join(sentences[first : first + most])


def _holds(reference: CitedPassage, claim: str, language: str) -> bool:
    """True if a sentence of a passage says all that a claim does, in its order, with the same numbers and names."""
    held = reference.whole
    numbers = _numbers(held, language)
    if any(not (fact in numbers or _stands_in(fact, held)) for fact in _facts(claim, language)):
        return False
    before = ""
    for sentence in split_sentences(reference.text):
        # what "it" stands for is in the sentence before
        takes_up = tidy(sentence).casefold().split(" ", 1)[0] in table_of(language).relations.pronouns
        if agrees(claim, sentence, f"{reference.heading} {before if takes_up else ''}", _stem, language):
            return True
        before = sentence
    return False


def _facts(text: str, language: str) -> Iterator[str]:
    """Yield what must be the same to the letter: numbers, addresses, options, names."""
    plain = tidy(text)
    for match in _CODE.finditer(plain):
        yield match[0].strip(".,:;")
    for match in _NAME.finditer(plain):
        yield match[0].removesuffix("'s")
    yield from _numbers(text, language)


def _numbers(text: str, language: str) -> list[str]:
    """Return all numbers in digits, spoken ones too."""
    return re.findall(r"\d+(?:[.,:]\d+)*", in_digits(tidy(text).casefold(), language))


def _stems(text: str, language: str) -> frozenset[str]:
    words = content_words(in_digits(tidy(text), language), language)
    return frozenset(_stem(word) for word in words if any(map(str.isalnum, word)))


def _stands_in(fact: str, held: str) -> bool:
    """True if a fact stands in a text between characters that cannot be part of it."""
    return bool(re.search(rf"(?<![\w/-]){re.escape(fact)}(?![\w-])", held)) if fact else True


def _stem(word: str, least: int = 3) -> str:
    """Return a word without its ending, which leaves `least` letters: `installed`, `installing` and `install` are one.

    Coarse on purpose: of two words that it takes for one, numbers and names still tell the sentences apart.
    """
    if not word.isalpha():
        return word
    for ending in ("ing", "ed", "es", "s", "e"):
        if word.endswith(ending) and len(word) - len(ending) >= least:
            return word.removesuffix(ending)
    return word
