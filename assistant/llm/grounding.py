"""What a language model says, held to the passages it was given: a sentence counts where one of them says it. Pure.

Numbers, names, addresses and negations must be the passage's own; nearly all other words must stand there too, and
none that the question brought may be put in their place.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from assistant.language.numbers import in_digits
from assistant.language.sentences import split_sentences
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

_NEGATION = re.compile(r"\b(?:not|never|no|none|cannot|without|nor|neither)\b|n't\b", re.IGNORECASE)
_CODE = re.compile(r"[\w~./\\@:+%$#-]*(?:[/\\@_]|\d|\w\.\w|--\w)[\w~./\\@:+%$#-]*")
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


def support(sentence: str, references: Sequence[CitedPassage], question: str = "", language: str = "en") -> int | None:
    """Return the place of the first reference that says what a sentence does, None where none does.

    >>> references = [CitedPassage("The pharmacy closes at six, on Saturday at one.", "a.md")]
    >>> support("It closes at six.", references), support("It closes at seven.", references)
    (0, None)
    """
    if refuses(sentence):
        return None
    claim = _Text(sentence, language)
    asked = _Text(question, language)
    for place, reference in enumerate(references):
        if _holds(_Text(reference.whole, language), claim, asked):
            return place
    return None


def quote(reference: CitedPassage, question: str, language: str = "en", most: int = 2) -> str:
    """Return the sentences of a passage that have most in common with a question; all of a short one."""
    sentences = list(split_sentences(reference.text))
    if len(sentences) <= most:
        return reference.text
    asked = _Text(question, language).stems
    shared = [len(asked & _Text(sentence, language).stems) for sentence in sentences]
    first = max(range(len(sentences) - most + 1), key=lambda start: sum(shared[start : start + most]))
    return " ".join(sentences[first : first + most])


class _Text:
    """A text as it is compared."""

    def __init__(self, text: str, language: str) -> None:
        self.text, self.language = text, language
        counted = in_digits(tidy(text), language)
        words = [word for word in content_words(counted, language) if any(map(str.isalnum, word))]
        self.words = tuple(dict.fromkeys(words))
        self.stems = frozenset(map(_stem, words))

    def facts(self) -> Iterator[str]:
        """Yield what must be the same to the letter: numbers, addresses, options, names."""
        plain = tidy(self.text)
        for match in _CODE.finditer(plain):
            yield match[0].strip(".,:;-").casefold()
        for match in _NAME.finditer(plain):
            yield match[0].removesuffix("'s").casefold()
        yield from self.numbers()

    def numbers(self) -> list[str]:
        """Return all numbers in digits, spoken ones too."""
        digits = in_digits(tidy(self.text).casefold(), self.language)
        return re.findall(r"\d+(?:[.,:]\d+)*", digits)

    def beside(self, number: str) -> set[tuple[str, str]]:
        """Return the words of meaning nearest to a number, each with its side: (`before`, stem), (`after`, stem)."""
        words = in_digits(tidy(self.text).casefold(), self.language).split()
        pairs: set[tuple[str, str]] = set()
        for place, word in enumerate(words):
            if number in re.findall(r"\d+(?:[.,:]\d+)*", word):
                pairs |= {("before", stem) for stem in _nearest(words[:place][::-1], self.language)}
                pairs |= {("after", stem) for stem in _nearest(words[place + 1 :], self.language)}
        return pairs

    @property
    def is_negated(self) -> bool:
        """True where something is denied."""
        return bool(_NEGATION.search(self.text.replace("\N{RIGHT SINGLE QUOTATION MARK}", "'")))


def _holds(reference: _Text, claim: _Text, asked: _Text, share: float = 0.2) -> bool:
    """True if a text says all that a claim does, but for a `share` of its words, none of them from the question."""
    held = reference.text.casefold()
    numbers = set(reference.numbers())
    if any(not (fact in numbers or _stands_in(fact, held)) for fact in claim.facts()):
        return False
    lacking = [word for word in claim.words if _stem(word) not in reference.stems]
    if any(_stem(word) in asked.stems for word in lacking) or len(lacking) > share * len(claim.words):
        return False
    if any(
        not (claim.beside(number) & reference.beside(number) or not claim.beside(number)) for number in claim.numbers()
    ):
        return False
    nearest = max(split_sentences(reference.text), key=lambda text: _likeness(text, claim), default="")
    return claim.is_negated == _Text(nearest, claim.language).is_negated


def _likeness(text: str, claim: _Text) -> int:
    return len(_Text(text, claim.language).stems & claim.stems)


def _stands_in(fact: str, held: str) -> bool:
    """True if a fact stands in a text between characters that cannot be part of it."""
    return bool(re.search(rf"(?<![\w/-]){re.escape(fact)}(?![\w-])", held)) if fact else True


def _nearest(words: Iterable[str], language: str) -> list[str]:
    for word in words:
        if meaning := content_words(word, language):
            return [_stem(meaning[0])]
    return []


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
