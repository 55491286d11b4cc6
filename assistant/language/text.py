"""Words: tidying, contractions, filler, numbers in digits, what words sound like. Pure functions.

Nothing here assumes English except the tables named `_EN_*`, which are used for `language == "en"` only.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

_QUOTES = str.maketrans({"’": "'", "‘": "'", "`": "'", "´": "'", "“": '"', "”": '"', "«": '"', "»": '"'})
_THOUSANDS = re.compile(r"(?<=\d),(?=\d{3}(?!\d))")
_PUNCTUATION = re.compile(
    r"""
      [!?;¿¡…"。,，！？；—–―]+      # never part of a word
    | [.:](?!\w)                   # at the end of a word; inside one it is 3.5, 18:30, bbc.co.uk
    | (?<!\w)[.:](?!\d)            # alone, or before a word that is no number
    | (?<!\w)'|'(?!\w)             # quotes around words, not the apostrophe inside one
    """,
    re.VERBOSE,
)
_INITIALISM = re.compile(r"\b(?:[^\W\d_]\.){2,}", re.UNICODE)

_EN_CONTRACTIONS = {
    "what's": "what is",
    "whats": "what is",
    "what're": "what are",
    "who's": "who is",
    "whos": "who is",
    "where's": "where is",
    "wheres": "where is",
    "when's": "when is",
    "how's": "how is",
    "hows": "how is",
    "how'd": "how did",
    "that's": "that is",
    "thats": "that is",
    "there's": "there is",
    "here's": "here is",
    "it's": "it is",
    "let's": "let us",
    "i'm": "i am",
    "im": "i am",
    "i've": "i have",
    "i'd": "i would",
    "i'll": "i will",
    "you're": "you are",
    "you've": "you have",
    "you'll": "you will",
    "we're": "we are",
    "we'll": "we will",
    "they're": "they are",
    "don't": "do not",
    "dont": "do not",
    "doesn't": "does not",
    "didn't": "did not",
    "can't": "can not",
    "cant": "can not",
    "cannot": "can not",
    "couldn't": "could not",
    "won't": "will not",
    "wouldn't": "would not",
    "isn't": "is not",
    "aren't": "are not",
    "wasn't": "was not",
    "weren't": "were not",
    "haven't": "have not",
    "hasn't": "has not",
    "shouldn't": "should not",
}
_EN_CONTRACTION = re.compile(
    r"(?<![\w'{<])("
    + "|".join(re.escape(word) for word in sorted(_EN_CONTRACTIONS, key=len, reverse=True))
    + r")(?![\w'])",
    re.IGNORECASE,
)
_EN_OPENING = re.compile(
    r"^(?:(?:hey|hi|hello|okay|ok|yo|so|well|right|alright|now|then|and|please|pls|just|kindly|quickly|actually|listen"
    r"|excuse me|go ahead and|do me a fav(?:ou)?r(?: and)?"
    r"|(?:can|could|would|will) (?:you|u)(?: please| kindly| just| maybe| possibly)*(?: help me(?: to)?)?"
    r"|would you mind|do you mind|(?:i )?(?:want|need) you to|i (?:would|'d) like you to|i'd like you to"
    r"|i (?:would|'d) like to|i'd like to|i want to|i wanna|i need to|i would love to|i'd love to"
    r"|is it possible to|are you able to|(?:can|could|may) i(?: please)? (?:get|have) you to|be so kind(?: and)?)\s+)+",
    re.IGNORECASE,
)
_EN_CLOSING = re.compile(
    r"(?:\s+(?:please|pls|thanks|thank you|for me|for us|would you|will you|could you|can you|if you can"
    r"|if you could|if possible|if you please|right now|now|mate|okay|ok))+$",
    re.IGNORECASE,
)
_EN_ANYWHERE = re.compile(r"(?<!\S)(?:uh+|um+|uhm|er+m?|hmm+|please|you know)(?:\s+|$)", re.IGNORECASE)

_EN_SIGNS = {"%": "percent", "°c": "degrees celsius", "°f": "degrees fahrenheit", "°": "degrees"}
_EN_SIGN = re.compile(r"(?<=\d) ?(%|°(?: ?[cf](?!\w))?)", re.IGNORECASE)
_EN_GLUED = re.compile(
    r"(?<![\w.])(\d+(?:\.\d+)?)(?=(?:[kcm]?m|k?g|mg|lbs?|oz|[cm]?l|mi|ft|in|mph|kmh|kph|[kcf]|k?wh?|[kmgt]b)(?!\w))",
    re.IGNORECASE,
)

JOINTS = {
    "en": "and then|and also|and|then|after that|afterwards|plus",
    "de": "und dann|und danach|und|dann|danach|sowie",
    "fr": "et puis|et ensuite|et aussi|et|puis|ensuite",
    "es": "y luego|y después|y también|y|e|luego|después",
    "it": "e poi|e dopo|e anche|e|ed|poi",
    "nl": "en dan|en daarna|en ook|en|daarna",
    "pt": "e depois|e também|e|depois",
}
"""Words that join commands, the longest first."""

_EN_STOP_WORDS = frozenset(
    """a an and are am as at be been but by can could did do does for from had has have he her here him his how i if in
    into is it its me my of on or our please she should so some than that the their them then there these they this
    those to us was we were what when where which who whom whose why will with would you your not no just about any
    tell give let get""".split()
)
_EN_NEVER_LAST = frozenset(
    """a an the my your our his its their every and or but with without for of to from at by in into onto between about
    than as if because is are was it's i'm what's how which whose""".split()
)
"""Words on which hardly a sentence ends that somebody says to a machine."""

_LONGEST_WORD = 60


class DigitWord(NamedTuple):
    """A word in which a spoken number has become digits."""

    text: str
    start: int
    """Index of the first source word it was read from."""
    end: int
    """Index after the last."""


def tidy(text: str) -> str:
    """Return the text with one space between words and without sentence punctuation; case is kept.

    >>> tidy("Hello,  what’s 3.5 + 4 at 18:30?")
    "Hello what's 3.5 + 4 at 18:30"
    """
    text = unicodedata.normalize("NFC", text).translate(_QUOTES)
    text = _INITIALISM.sub(lambda found: found.group().replace(".", ""), text)
    return " ".join(_PUNCTUATION.sub(" ", _THOUSANDS.sub("", text)).split())


def normalise(text: str, language: str = "en") -> str:
    """Return the text tidied, in lower case and with contractions written out: the form that is compared.

    >>> normalise("What's the time, please?")
    'what is the time please'
    """
    return expand_contractions(tidy(text), language).casefold()


def tokens(text: str, language: str = "en") -> tuple[str, ...]:
    """Return the words of the normalised text."""
    return tuple(normalise(text, language).split())


def expand_contractions(text: str, language: str = "en") -> str:
    """Return the text with `what's` as `what is`; braces and angle brackets of a template are left alone."""
    if not language.startswith("en"):
        return text
    return _EN_CONTRACTION.sub(lambda found: _EN_CONTRACTIONS.get(found.group().casefold(), found.group()), text)


def breaks_off(text: str, language: str) -> bool:
    """Return whether a sentence ends on a word after which something must follow.

    >>> breaks_off("turn off the", "en"), breaks_off("turn it off", "en")
    (True, False)
    """
    last = text.casefold().split()[-1:]
    return language.startswith("en") and not _EN_NEVER_LAST.isdisjoint(last)


def strip_filler(text: str, language: str = "en") -> str:
    """Return tidied text without the words of politeness and hesitation around a request.

    Text that is nothing but filler is returned as it is.

    >>> strip_filler("um could you please turn it off for me")
    'turn it off'
    """
    if not language.startswith("en"):
        return text
    bare = _EN_ANYWHERE.sub("", text).strip()
    bare = _EN_CLOSING.sub("", _EN_OPENING.sub("", bare)).strip()
    return bare or text


def units_apart(text: str, language: str = "en") -> str:
    """Return the text with the signs and units behind its numbers as words of their own.

    >>> units_apart("set it to 30°, or 50%, 5km away")
    'set it to 30 degrees, or 50 percent, 5 km away'
    """
    if not language.startswith("en") or not any(map(str.isdigit, text)):
        return text
    spelt = _EN_SIGN.sub(lambda found: f" {_EN_SIGNS[found[1].lower().replace(' ', '')]}", text)
    return _EN_GLUED.sub(r"\1 ", spelt)


def as_written(words: str, text: str) -> str:
    """Return the stretch of a text that became those words when it was tidied, or the words where there is none.

    >>> as_written("milk eggs and bread", "Add milk, eggs and bread!")
    'milk, eggs and bread'
    """
    parts = words.split()
    if len(parts) < 2:
        return words
    plain = unicodedata.normalize("NFC", text).translate(_QUOTES)
    between = r"\W*".join(map(re.escape, parts))
    found = re.search(rf"(?<!\w){between}(?!\w)", plain)
    return " ".join(found.group().split()) if found else words


def content_words(text: str, language: str = "en") -> tuple[str, ...]:
    """Return the words that carry meaning: those of the normalised text that are no function words."""
    words = tokens(text, language)
    return tuple(word for word in words if word not in _EN_STOP_WORDS) if language.startswith("en") else words


class _Token:
    """A word, in the shape that text2num reads."""

    __slots__ = ("is_unit", "word")

    def __init__(self, word: str, is_unit: bool) -> None:
        self.word = word
        self.is_unit = is_unit

    def text(self) -> str:
        return self.word

    def nt_separated(self, _previous: object) -> bool:
        return False

    def not_a_number_part(self) -> bool:
        return self.is_unit


@lru_cache(maxsize=512)
def digits(words: Sequence[str], language: str = "en") -> tuple[DigitWord, ...]:
    """Return the words with spoken numbers as digits, each with the source words it was read from.

    Hyphens between words are spaces: `twenty-one` is 21. `words` must be hashable, such as a tuple.

    >>> [each.text for each in digits(("twenty", "one", "point", "five", "degrees"))]
    ['21.5', 'degrees']
    """
    from text_to_num import find_numbers

    parts = [(part, at) for at, word in enumerate(words) for part in _pieces(word)]
    try:
        found = find_numbers(_tokens([part.casefold() for part, _ in parts]), language[:2], 0.0)
    except ValueError:  # a language that the library does not know
        found = []
    out: list[DigitWord] = []
    position = 0
    for number in found:
        out += [DigitWord(part, at, at + 1) for part, at in parts[position : number.start]]
        out.append(DigitWord(number.text, parts[number.start][1], parts[number.end - 1][1] + 1))
        position = number.end
    out += [DigitWord(part, at, at + 1) for part, at in parts[position:]]
    return tuple(out)


_EN_COUNTS = frozenset(
    "one two three four five six seven eight nine ten eleven twelve fifteen twenty thirty forty fifty sixty seventy "
    "eighty ninety hundred".split()
)


def _tokens(words: Sequence[str]) -> list[_Token]:
    """Return the words as tokens; `second` after a count is the unit of time, not an ordinal: `a 90 second timer`."""
    tokens = []
    for at, word in enumerate(words):
        counted = at > 0 and (words[at - 1].isdigit() or words[at - 1] in _EN_COUNTS)
        of_month = words[at + 1 : at + 2] == ["of"]
        tokens.append(_Token(word, word == "second" and counted and not of_month))
    return tokens


def _pieces(word: str) -> list[str]:
    """Return `twenty-one` as two words; a date such as 2026-12-24 and a negative number stay whole."""
    parts = word.split("-")
    whole = (
        len(parts) == 1
        or len(word) > _LONGEST_WORD
        or not all(map(str.isalnum, parts))
        or word.replace("-", "").isdigit()
    )
    return [word] if whole else parts


def in_digits(text: str, language: str = "en") -> str:
    """Return the text with spoken numbers as digits.

    >>> in_digits("ten minutes and twenty-one seconds")
    '10 minutes and 21 seconds'
    """
    return " ".join(each.text for each in digits(tuple(text.split()), language))


@lru_cache(maxsize=4096)
def sound(word: str) -> str:
    """Return a key that words share when they sound alike in English (Metaphone); digits are kept.

    >>> sound("night") == sound("knight")
    True
    """
    import jellyfish

    return "".join(jellyfish.metaphone(part) if part.isalpha() else part for part in re.findall(r"\d+|[^\W\d_]+", word))


def joins(text: str, language: str) -> bool:
    """Return whether a text holds a word that joins two things or commands."""
    words = JOINTS.get(language[:2])
    return bool(words and re.search(rf"\s(?:{words})\s", text, re.IGNORECASE))
