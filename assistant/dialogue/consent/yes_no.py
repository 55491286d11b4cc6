"""Yes and no: the words of an answer that mean nothing else, by the table of its language."""

from __future__ import annotations

import re

from assistant.language.tables import table_of


def plain_words(text: str) -> str:
    """Return the words of a text in lower case, without punctuation."""
    return " ".join(re.findall(r"[\w']+", text.lower().replace("\N{RIGHT SINGLE QUOTATION MARK}", "'")))


def is_yes(answer: str, language: str) -> bool:
    """Tell if plain words say only yes."""
    return bool(table_of(language).answers.yes.fullmatch(answer))


def is_no(answer: str, language: str) -> bool:
    """Tell if plain words say only no."""
    return bool(table_of(language).answers.no.fullmatch(answer))


def takes_back(text: str, language: str) -> bool:
    """Tell if an utterance says of what was done last that it is not wanted: `no, scrap that`; not a mere no."""
    answer = plain_words(text)
    return is_no(answer, language) and not table_of(language).answers.only_waits.fullmatch(answer)


def is_mere_no(text: str, language: str) -> bool:
    """Tell if an utterance says only no."""
    return bool(table_of(language).answers.mere_no.fullmatch(plain_words(text)))


def names_all(text: str, language: str) -> bool:
    """Tell if an utterance is about all of several: `undo both`."""
    return not table_of(language).universal.isdisjoint(plain_words(text).split())


def restores(text: str, language: str) -> bool:
    """Tell if an utterance wants back what was just taken back: `no wait, put it back`, `do it again`."""
    return bool(table_of(language).answers.restores.fullmatch(plain_words(text)))
