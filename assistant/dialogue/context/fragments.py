"""A sentence that may take up what was said before it: `no, I meant fifteen`, `and in the bedroom?`."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import Literal, TypeAlias

from assistant.language.tables import table_of
from assistant.language.tables.follow_ups.words import FollowUpWords
from assistant.language.tables.table import WordTable

FollowUpKind: TypeAlias = Literal["plain", "denial", "change", "addition", "exclusion"]
"""Kind of a follow-up.

plain     nothing shows that it is one
denial    something was wrong, and this is right: it was never wanted
change    it was right, and is wanted otherwise now
addition  this is wanted, or asked, as well
exclusion this is not wanted
"""

_ENDS = " \t\n,;:.!?"


@dataclass(frozen=True, slots=True)
class Fragment:
    """A sentence without its markers."""

    kind: FollowUpKind
    text: str
    """What is left: the value, or a whole sentence."""
    old: str = ""
    """What was wrong, where that is said."""
    is_firm: bool = False
    """True if it begins with a no, or by saying what was meant."""
    repeats: bool = False
    """True if the rest names another thing for which the same is wanted: `same for dad`."""

    is_joined: bool = False
    """True of a no with no pause behind it: `no bread` may be `no, bread`, and may not."""

    @property
    def is_repair(self) -> bool:
        """It takes the place of what was said before."""
        return self.kind in ("denial", "change")


def fragment_of(text: str, language: str, said: str = "") -> Fragment:
    """Return a sentence without the words that only take up another, and what those make of it.

    `said` is the other, which tells where what was wrong ends, if nothing else does: `not butter margarine`.

    >>> fragment_of("Oh no, I meant fifteen.", "en")
    Fragment(kind='denial', text='fifteen', old='', is_firm=True)
    >>> fragment_of("and in the bedroom?", "en")
    Fragment(kind='addition', text='in the bedroom', old='', is_firm=False)
    >>> fragment_of("not milk, oat milk", "en")
    Fragment(kind='denial', text='oat milk', old='milk', is_firm=False)
    >>> fragment_of("but not in the bedroom", "en")
    Fragment(kind='exclusion', text='in the bedroom', old='', is_firm=False)
    """
    words = table_of(language).follow_ups
    whole = rest = text.replace("\N{RIGHT SINGLE QUOTATION MARK}", "'").strip(_ENDS)
    repeats = bool(words.repeats and words.repeats.search(rest.removeprefix("and ")))
    kind, is_firm, rest = _begun(rest, words)
    if said and kind != "addition" and (swapped := _swapped(rest, said, table_of(language))):
        return Fragment("denial", swapped[1], swapped[0], is_firm)
    if (pair := words.exchanging and words.exchanging.fullmatch(rest)) and kind != "addition":
        groups = {name.rstrip("0123456789"): value for name, value in pair.groupdict().items() if value}
        is_change = words.denying is None or rest.lower().startswith(("change", "replace", "swap"))
        shown: FollowUpKind = "change" if is_change else "denial"
        return Fragment(shown, groups["new"].strip(_ENDS), groups["old"].strip(_ENDS), is_firm)
    excluded = words.excluded(whole.strip(_ENDS)) or (words.excluded(rest) if kind == "denial" else "")
    if excluded and len(rest) >= len(excluded):  # `not that one, the back door` says what is meant
        return Fragment("exclusion", _ended(kind, excluded.strip(_ENDS), words)[1], is_firm=is_firm)
    shown, shorter = _ended(kind, rest, words)
    closing = table_of(language).closing
    if shorter == rest and closing and (polite := closing.search(rest)):
        shown, shorter = _ended(kind, rest[: polite.start()], words)  # `and the den as well please`
        shorter = shorter if shown != kind or shorter != rest[: polite.start()] else rest
    kind, rest = shown, shorter
    is_joined = kind == "denial" and bool(words.joined and words.joined.fullmatch(whole))
    return Fragment(kind, rest, is_firm=is_firm, repeats=repeats, is_joined=is_joined)


def _swapped(text: str, said: str, table: WordTable) -> tuple[str, str] | None:
    """Return the most words behind a `not` that stand in another sentence, and the words behind them; None of others.

    Signs between the two tell the same, and are left to the patterns that know them.
    """
    negation, *words = text.split()
    sentence = f" {' '.join(said.casefold().split())} "
    if negation.casefold() not in table.negations or not all(word.replace("'", "").isalnum() for word in words):
        return None
    for end in range(len(words) - 1, 0, -1):
        old = " ".join(words[:end])
        is_named = not table.stop_words.issuperset(word.casefold() for word in words[:end])
        if is_named and f" {old.casefold()} " in sentence:
            return old, " ".join(words[end:])
    return None


def _begun(text: str, words: FollowUpWords) -> tuple[FollowUpKind, bool, str]:
    """Return the kind that the beginning of a text shows, True where firmly, and the rest of it."""
    kind: FollowUpKind = "plain"
    is_firm = False
    steps: tuple[tuple[re.Pattern[str] | None, FollowUpKind], ...] = (
        (words.firm, "denial"), (words.denying, "denial"), (words.repairing, "change"), (words.adding, "addition"),
        (words.filler, "plain"),
    )  # fmt: skip
    while True:
        for pattern, shown in steps:
            if pattern and (marker := pattern.match(text)) and (rest := text[marker.end() :].strip(_ENDS)):
                text, kind = rest, kind if kind == "denial" or shown == "plain" else shown
                is_firm = is_firm or pattern is words.firm
                break
        else:
            return kind, is_firm, text


def _ended(kind: FollowUpKind, text: str, words: FollowUpWords) -> tuple[FollowUpKind, str]:
    """Return the kind that the end of a text shows as well, and the rest of it."""
    behind: tuple[tuple[re.Pattern[str] | None, FollowUpKind], ...] = (
        (words.repairing_behind, "change"), (words.adding_behind, "addition")
    )  # fmt: skip
    for pattern, shown in behind:
        if pattern and (marker := pattern.search(text)) and (rest := text[: marker.start()].strip(_ENDS)):
            return kind if kind != "plain" else shown, rest
    return kind, text


def without_stand_in(fragment: Fragment, language: str) -> Fragment:
    """Return a fragment that names a thing by what tells it from others without the word for its kind.

    >>> without_stand_in(fragment_of("and the eggs one too", "en"), "en").text
    'the eggs'
    """
    table = table_of(language)
    words, determiners = fragment.text.split(), table.follow_ups.determiners.split("|")
    if (
        len(words) not in (3, 4)
        or words[0].casefold() not in determiners
        or words[-1].casefold() not in table.stand_ins
    ):
        return fragment
    idle = table.stop_words | table.ordinals.keys() | table.comparisons.keys()
    is_name = idle.isdisjoint(word.casefold() for word in words[1:-1])
    return replace(fragment, text=" ".join(words[:-1])) if is_name else fragment
