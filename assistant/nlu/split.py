"""Several commands in one breath: where a sentence falls into sentences that each mean something."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from assistant.language.text import JOINTS, tidy
from assistant.nlu.templates.matcher import TemplateMatch

_MOST = 4
"""Joints that are tried."""

_LONGEST = 3
"""Words of a value that is one of two: `the [living room] and [bedroom] lights`."""

_ARTICLE = re.compile(
    r"^(?:the|a|an|my|der|die|das|den|le|la|les|el|los|las|il|lo|i|gli|de|het|o|os|as) ", re.IGNORECASE
)


def cuts(text: str, language: str) -> list[tuple[str, str]]:
    """Return what stands before and after each joint of a sentence: a word like `and`, or the end of a clause.

    >>> cuts("Lights off, then play music.", "en")
    [('Lights off', 'play music')]
    """
    words = JOINTS.get(language[:2], "")
    joint = rf"(?:\s*[,;]|[.!?])\s+(?:(?:{words})\s+)?|\s+(?:{words})\s+" if words else r"(?:\s*[,;]|[.!?])\s+"
    found = [(tidy(text[: each.start()]), tidy(text[each.end() :])) for each in re.finditer(joint, text, re.IGNORECASE)]
    return [(left, right) for left, right in found if left and right][:_MOST]


@dataclass(frozen=True, slots=True)
class SentenceOracle:
    """What is asked about sentences and words."""

    means: Callable[[str], bool]
    """Whether a sentence is surely a command or a question that is known."""
    understood: Callable[[str], bool]
    """Whether it is taken for one at all."""
    exactly: Callable[[str], TemplateMatch | None]
    """The template that covers a sentence, the surest."""
    is_value: Callable[[str], bool]
    """Whether words are a listed value."""
    language: str


def apart(text: str, known: SentenceOracle) -> tuple[str, ...]:
    """Return the commands of a sentence, in order; nothing where it is one, or not all of its parts are commands.

    What the first says is carried over to the next: `turn on the lamp and the fan` is two commands.
    """
    covered = known.exactly(text)
    if covered and not covered.free:
        return ()
    whole = covered is not None and known.understood(text)
    for left, right in cuts(text, known.language):
        for first, second in _readings(left, right, known):
            if whole and (start := known.exactly(first)) and start.open_ended:
                continue  # the joint stands inside a note, a reminder, a title
            sides = [apart(side, known) or ((side,) if known.means(side) else ()) for side in (first, second)]
            if all(sides):
                return (*sides[0], *sides[1])
    return ()


def _readings(left: str, right: str, known: SentenceOracle) -> Iterator[tuple[str, str]]:
    """Yield the pairs of sentences that two sides of a joint may stand for."""
    before, after = left.split(), right.split()
    for n in range(min(_LONGEST, len(before) - 1), 0, -1):
        for m in range(min(_LONGEST, len(after) - 1), 0, -1):  # `turn off the kitchen and bedroom lights`
            if known.is_value(" ".join(before[-n:])) and known.is_value(" ".join(after[:m])):
                pair = " ".join([*before, *after[m:]]), " ".join([*before[:-n], *after])
                if _alike(*map(known.exactly, pair)):
                    yield pair
    yield left, right
    if (found := known.exactly(left)) and not found.free:
        for said in sorted(found.texts.values(), key=left.casefold().rfind, reverse=True):
            for value in dict.fromkeys((_ARTICLE.sub("", right), right)):  # `turn on the lamp and the fan`
                other = value.join(left.rsplit(said, 1)) if said in left else ""
                if other and (_alike(found, known.exactly(other)) or cuts(right, known.language)):
                    yield left, other
    if found and not found.free:
        yield from ((left, other) for other in _carried(before, right, known))


def _carried(before: Sequence[str], right: str, known: SentenceOracle) -> Iterator[str]:
    """Yield what was said second with the beginning of the first: `turn on` the fan, whatever command takes a fan."""
    for n in range(len(before) - 1, 0, -1):
        begun = " ".join(before[:n])
        other = f"{begun} {_ARTICLE.sub('', right) if _ARTICLE.match(before[n - 1] + ' ') else right}"
        whole = known.exactly(other)
        if (whole and not whole.free) or (n < len(before) - 1 and cuts(right, known.language)):
            yield other


def _alike(first: TemplateMatch | None, second: TemplateMatch | None) -> bool:
    """Return whether both are whole commands of one intent, without free text."""
    return (
        first is not None and second is not None and first.intent == second.intent and not (first.free or second.free)
    )
