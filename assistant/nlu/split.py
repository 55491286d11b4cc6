"""Several commands in one sentence: the places where it falls into sentences that each mean something."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from functools import cache

from assistant.language.text import JOINTS, tidy
from assistant.nlu.templates.matcher import TemplateMatch
from assistant.values import Ambiguous, OutOfScope, Understanding

_APART, _LESS_SURE = 0.8, 0.05
"""Confidence that each part of a sentence needs, and how much less sure than the whole it may be."""

_JOINTS = 6
"""Joints of a sentence up to which it is split: each doubles the readings that are tried."""

_ARTICLE = re.compile(
    r"^(?:the|a|an|my|der|die|das|den|le|la|les|el|los|las|il|lo|i|gli|de|het|o|os|as) ", re.IGNORECASE
)


def cuts(text: str, language: str, most: int = 4) -> list[tuple[str, str]]:
    """Return the text before and after each joint of a sentence: a word like `and`, or the end of a clause.

    >>> cuts("Lights off, then play music.", "en")
    [('Lights off', 'play music')]
    """
    words = JOINTS.get(language[:2], "")
    joint = rf"(?:\s*[,;]|[.!?])\s+(?:(?:{words})\s+)?|\s+(?:{words})\s+" if words else r"(?:\s*[,;]|[.!?])\s+"
    joints = re.finditer(joint, text, re.IGNORECASE)
    sides = [(tidy(text[: joint.start()]), tidy(text[joint.end() :])) for joint in joints]
    return [(left, right) for left, right in sides if left and right][:most]


class Reader:
    """What a part of a sentence means; each part is understood once."""

    def __init__(
        self,
        meaning: Callable[[str], Understanding],
        match: Callable[[str], TemplateMatch | None],
        is_value: Callable[[str], bool],
        language: str,
    ) -> None:
        self.meaning = cache(meaning)
        self.match = cache(match)
        """The surest template that covers a sentence."""
        self.is_value = is_value
        """True where the words are a listed value."""
        self.language = language

    def understood(self, text: str) -> bool:
        """True where a sentence is taken for a command or a question at all."""
        return not isinstance(self.meaning(text), OutOfScope)

    def sure(self, text: str, needed: float) -> bool:
        """True where a sentence is surely one command or question."""
        meaning = self.meaning(text)
        return not isinstance(meaning, OutOfScope | Ambiguous) and meaning.confidence >= needed


def split(text: str, whole: Understanding, reader: Reader) -> tuple[str, ...]:
    """Return the commands of a sentence, in order; nothing where it is one, or not all of its parts are commands.

    Templates come before meaning. The beginning of the first is carried over to the next: `turn on the lamp and the
    fan` is two commands.
    """
    if len(cuts(text, reader.language, most=_JOINTS + 1)) > _JOINTS:
        return ()
    needed = _APART if isinstance(whole, OutOfScope) else max(_APART, whole.confidence - _LESS_SURE)

    def covered(part: str) -> bool:
        return reader.match(part) is not None and reader.sure(part, needed)

    return _split(text, reader, covered) or _split(text, reader, lambda part: reader.sure(part, needed))


def _split(text: str, reader: Reader, is_command: Callable[[str], bool]) -> tuple[str, ...]:
    match = reader.match(text)
    if match and not match.free:
        return ()
    whole = match is not None and reader.understood(text)
    for left, right in cuts(text, reader.language):
        for first, second in _readings(left, right, reader):
            if whole and (start := reader.match(first)) and start.open_ended:
                continue  # the joint stands inside a note, a reminder, a title
            sides = [
                _split(side, reader, is_command) or ((side,) if is_command(side) else ()) for side in (first, second)
            ]
            if all(sides):
                return (*sides[0], *sides[1])
    return ()


def _readings(left: str, right: str, reader: Reader) -> Iterator[tuple[str, str]]:
    """Yield the pairs of sentences that two sides of a joint may stand for."""
    yield from _shared_end(left.split(), right.split(), reader)
    yield left, right
    match = reader.match(left)
    if not match or match.free:
        return
    for value in sorted(match.texts.values(), key=left.casefold().rfind, reverse=True):
        for other in dict.fromkeys((_ARTICLE.sub("", right), right)):  # `turn on the lamp and the fan`
            second = other.join(left.rsplit(value, 1)) if value in left else ""
            if second and (_alike(match, reader.match(second)) or cuts(right, reader.language)):
                yield left, second
    yield from ((left, second) for second in _carried(left.split(), right, reader))


def _shared_end(
    before: Sequence[str], after: Sequence[str], reader: Reader, longest: int = 3
) -> Iterator[tuple[str, str]]:
    """Yield sentences with two values before one end: `turn off the [living room] and [bedroom] lights`."""
    for n in range(min(longest, len(before) - 1), 0, -1):
        for m in range(min(longest, len(after) - 1), 0, -1):
            if reader.is_value(" ".join(before[-n:])) and reader.is_value(" ".join(after[:m])):
                first, second = " ".join([*before, *after[m:]]), " ".join([*before[:-n], *after])
                if _alike(reader.match(first), reader.match(second)):
                    yield first, second


def _carried(before: Sequence[str], right: str, reader: Reader) -> Iterator[str]:
    """Yield the second side with the beginning of the first: `turn on` the fan, whatever command takes a fan."""
    for n in range(len(before) - 1, 0, -1):
        beginning = " ".join(before[:n])
        second = f"{beginning} {_ARTICLE.sub('', right) if _ARTICLE.match(before[n - 1] + ' ') else right}"
        match = reader.match(second)
        if (match and not match.free) or (n < len(before) - 1 and cuts(right, reader.language)):
            yield second


def _alike(first: TemplateMatch | None, second: TemplateMatch | None) -> bool:
    """True where both are whole commands of one intent, without free text."""
    return (
        first is not None and second is not None and first.intent == second.intent and not (first.free or second.free)
    )
