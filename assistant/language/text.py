"""Words of a sentence: tidying, contractions, filler, function words. Pure functions of text.

`tidy`, `normalise`, `tokens` and `content_words` take text as it was said or typed; the others take text or words that
are tidied already, and do not tidy them again. The words of each language stand in `tables`.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from difflib import SequenceMatcher

from assistant.language.tables import TABLES, table_of
from assistant.language.tables.table import WordTable

_QUOTES = str.maketrans(
    {"’": "'", "‘": "'", "`": "'", "´": "'", "“": '"', "”": '"', "«": '"', "»": '"', "\N{MINUS SIGN}": "-"}
)
_THOUSANDS = re.compile(r"(?<=\d),(?=\d{3}(?!\d))")
_DECIMAL_COMMA = re.compile(r"(?<![\d.,])(\d+),(\d+)(?![\d,])")
_PICTURES = re.compile("[\U0001f000-\U0001faff\u2300-\u23ff\u2600-\u27bf\u2b00-\u2bff\u200d\u20e3\ufe0e\ufe0f]+")
_PUNCTUATION = re.compile(
    r"""
      [!?;¿¡…"。,，！？；—–―]+      # never part of a word
    | [.:](?!\w)                   # at the end of a word; inside one it is 3.5, 18:30, bbc.co.uk
    | (?<!\w)[.:](?!\d)            # alone, or before a word that is no number
    | (?<!\w)'|'(?!\w)             # quotes around words, not the apostrophe inside one
    """,
    re.VERBOSE,
)
_QUOTED = re.compile(r"\"([^\"]+)\"|(?<=\w):\s+(\S.*)", re.DOTALL)
_WORD = re.compile(r"[\w']+")
_HOLES = "\ue000\ue001\ue002\ue003"
"""Characters that stand for nothing: each takes the place of a stretch that is kept."""

_INITIALISM = re.compile(r"\b(?:[^\W\d_]\.){2,}", re.UNICODE)

JOINTS = {code: table.joints for code, table in TABLES.items()}
"""Language code -> words that join commands, the longest first, with `|` between them."""


def tidy(text: str) -> str:
    """Put one space between words and take out sentence punctuation and emoji; case is kept.

    Tidied text stays as it is, and so does text of nothing but emoji.

    >>> tidy("Hello,  what’s 3,5 + 4 at 18:30?")
    "Hello what's 3.5 + 4 at 18:30"
    """
    text = unicodedata.normalize("NFC", text).translate(_QUOTES)
    without_pictures = _PICTURES.sub(" ", text)
    text = without_pictures if any(map(str.isalnum, without_pictures)) else text
    text = _INITIALISM.sub(lambda match: match.group().replace(".", ""), text)
    text = _DECIMAL_COMMA.sub(r"\1.\2", _THOUSANDS.sub("", text))
    return " ".join(_PUNCTUATION.sub(" ", text).split())


def fold(text: str) -> str:
    """Return the letters and digits of a text in lower case and without accents: the form in which names are compared.

    >>> fold("Café"), fold("A/C"), fold("#2")
    ('cafe', 'ac', '2')
    """
    apart = unicodedata.normalize("NFKD", text.casefold())
    return "".join(c for c in apart if unicodedata.category(c)[0] in "LNM" and not unicodedata.combining(c))


def normalise(text: str, language: str = "en") -> str:
    """Return the form in which texts are compared: tidied, contractions written out, in lower case.

    >>> normalise("What's the time, please?")
    'what is the time please'
    """
    return expand_contractions(tidy(text), language).casefold()


def tokens(text: str, language: str = "en") -> tuple[str, ...]:
    """Return the words of the normalised text."""
    return tuple(normalise(text, language).split())


def expand_contractions(text: str, language: str = "en") -> str:
    """Write `what's` as `what is`; names in the braces and angle brackets of a template are left alone."""
    table = table_of(language)
    pattern = table.contraction
    if pattern is None or table.contractions.keys().isdisjoint(_WORD.findall(text.casefold())):
        return text
    return pattern.sub(lambda match: table.contractions.get(match.group().casefold(), match.group()), text)


def strip_filler(text: str, language: str = "en", kept: Iterable[str] = ()) -> str:
    """Take the words of politeness and hesitation from around a request; text of nothing else is left as it is.

    Nothing is taken from the stretches in `kept`, nor the end of what cannot end there: `a card that says thanks`.

    >>> strip_filler("um could you please turn it off for me")
    'turn it off'
    """
    table, bare, stretches = table_of(language), text, tuple(zip(_HOLES, kept, strict=False))
    for hole, stretch in stretches:
        bare = bare.replace(stretch, hole, 1)
    for filler in (table.hesitation, table.opening, table.closing):
        shorter = filler.sub("", bare).strip() if filler else bare
        if filler is table.opening and shorter != bare:
            shorter = _ordered(shorter, bare[: len(bare) - len(shorter)], table)
        bare = bare if filler is table.closing and breaks_off(shorter, language) else shorter
    for hole, stretch in stretches:
        bare = bare.replace(hole, stretch)
    return bare or text


def _ordered(request: str, opening: str, table: WordTable) -> str:
    """Return a request with its verb as an order has it: `would you mind | opening it`."""
    first, space, rest = request.partition(" ")
    if not table.verb_of or not table.before_gerund or not table.before_gerund.search(opening):
        return request
    return f"{table.verb_of(first.casefold())}{space}{rest}" if first.islower() else request


def quoted(text: str) -> tuple[str, ...]:
    """Return the stretches that a sentence quotes, tidied: what stands in quotation marks, and what follows a colon.

    >>> quoted("take a note: great, thanks!"), quoted('add "thank you" cards'), quoted("at 18:30")
    (('great thanks',), ('thank you',), ())
    """
    plain = text.translate(_QUOTES)
    if ":" not in plain and '"' not in plain:
        return ()
    return tuple(filter(None, (tidy(match[1] or match[2]) for match in _QUOTED.finditer(plain))))


def without_owner(text: str, language: str = "en") -> str:
    """Leave out the ending of an owner.

    >>> without_owner("tomorrow's")
    'tomorrow'
    """
    ending = table_of(language).possessive
    return ending.sub("", text) if ending else text


def units_apart(text: str, language: str = "en") -> str:
    """Write the signs and units behind numbers as words of their own.

    >>> units_apart("set it to 30°, or 50%, 5km away")
    'set it to 30 degrees, or 50 percent, 5 km away'
    """
    table = table_of(language)
    if not table.sign or not table.glued_number or not any(map(str.isdigit, text)):
        return text
    if currencies := "".join(map(re.escape, table.currencies)):
        text = re.sub(
            rf"(?<!\S)([{currencies}])(\d[\d.]*)|(?<!\S)(\d[\d.]*) ?([{currencies}])(?!\S)",
            lambda money: f"{money[2] or money[3]} {table.currencies[money[1] or money[4]]}",
            text,
        )
    spelt = table.sign.sub(lambda match: f" {table.signs[match[1].lower().replace(' ', '')]}", text)
    return table.glued_number.sub(r"\1 ", spelt)


def content_words(text: str, language: str = "en") -> tuple[str, ...]:
    """Return the words of the normalised text that carry meaning."""
    return without_stop_words(tokens(text, language), language)


def without_stop_words(words: Iterable[str], language: str = "en") -> tuple[str, ...]:
    """Return the normalised words that are no function words."""
    stop_words = table_of(language).stop_words
    return tuple(word for word in words if word not in stop_words)


def stems(words: Iterable[str], letters: int = 5) -> frozenset[str]:
    """Return the first letters of words: what is inflected is the same word.

    >>> sorted(stems(["delivery", "deliveries", "to"]))
    ['deliv', 'to']
    """
    return frozenset(word[:letters] for word in words)


def breaks_off(text: str, language: str) -> bool:
    """Return True where a sentence ends on a word after which something must follow.

    >>> breaks_off("turn off the", "en"), breaks_off("turn it off", "en")
    (True, False)
    """
    last = text.casefold().split()[-1:]
    return not table_of(language).never_last.isdisjoint(last)


def joins(text: str, language: str) -> bool:
    """Return True where a text holds a word that joins two things or commands."""
    joint = table_of(language).joint
    return bool(joint and joint.search(text))


def as_written(words: str, text: str) -> str:
    """Return the stretch of a text that became those words when it was tidied; the words where there is none.

    >>> as_written("milk eggs and bread", "Add milk, eggs and bread!")
    'milk, eggs and bread'
    """
    parts = words.split()
    plain = unicodedata.normalize("NFC", text).translate(_QUOTES)
    stretch = _stretch(parts, plain) if len(parts) > 1 or "." in words else None
    if not stretch:
        return words
    start, end = stretch
    if plain[:start].rstrip().endswith(":"):
        end += len(plain[end:]) - len(plain[end:].lstrip("!?"))
    if plain[start:end].count('"') % 2:  # the other quotation mark stands just outside
        start, end = (
            (start - 1, end) if plain[start - 1 : start] == '"' else (start, end + (plain[end : end + 1] == '"'))
        )
    return " ".join(plain[start:end].split())


def _stretch(parts: Sequence[str], text: str) -> tuple[int, int] | None:
    """Return the first place of words in a text that may hold other signs between them, and a comma for a point.

    A regular expression of all the words would be compiled for each sentence, which takes longer than all the rest.
    """
    pointed, first = text.replace(",", "."), parts[0].replace(",", ".")
    start = pointed.find(first)
    while start >= 0:
        if not (start and _is_of_word(text[start - 1])) and (end := _end(parts, text, start)):
            return start, end
        start = pointed.find(first, start + 1)
    return None


def _end(parts: Sequence[str], text: str, start: int) -> int:
    """Return the end of words that stand at a place of a text, 0 where they do not."""
    end = start
    for number, part in enumerate(parts):
        while number and not _begins(text, end, part):
            if end == len(text) or _is_of_word(text[end]):
                return 0
            end += 1
        if not _begins(text, end, part):
            return 0
        end += len(part)
    return 0 if _is_of_word(text[end : end + 1]) else end


def _begins(text: str, place: int, part: str) -> bool:
    if text.startswith(part, place):
        return True
    return "." in part and text[place : place + len(part)].replace(",", ".") == part


def _is_of_word(sign: str) -> bool:
    """True of what `\\w` matches."""
    return sign.isalnum() or sign == "_"


def like_for_like(text: str, new: str, least: float = 0.6) -> str:
    """Return a text with new words in the place of those in it that are like them; nothing where none are.

    Numbers are like one another.

    >>> like_for_like("the wifi password is banana42", "banana43"), like_for_like("wine is in the cellar", "attic")
    ('the wifi password is banana43', '')
    """
    words, size = text.split(), len(new.split())
    likeness = [_likeness(" ".join(words[place : place + size]), new) for place in range(len(words) - size + 1)]
    best = max(likeness, default=0.0)
    if best < least or likeness.count(best) > 1 or len(words) < size + 2:
        return ""
    place = likeness.index(best)
    return " ".join([*words[:place], new, *words[place + size :]])


def _likeness(one: str, other: str) -> float:
    if one.isdigit() and other.isdigit():
        return 1.0
    return SequenceMatcher(None, one.casefold(), other.casefold()).ratio()
