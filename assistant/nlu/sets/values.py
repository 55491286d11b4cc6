"""Several values of one slot in a row: `set alarms for 7, 7:30 and 8`, `timers for 5 and 10 minutes`.

Each value is read with the words that it shares with the others, the unit of the last or the day of the first, and put
in the place of all of them: as many commands as there are values.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import product

from assistant.language.tables import table_of
from assistant.language.text import JOINTS, tidy
from assistant.nlu.sets.clauses import ARTICLE, Clauses, Reader
from assistant.values import IntentMatch, SlotValue

_KINDS = ("duration", "datetime", "time", "date", "percent", "number")
"""Types of which several values are looked for, the most telling first."""

_DIGIT = re.compile(r"\d")


def in_a_row(clauses: Clauses, start: int, reader: Reader, longest: int = 5) -> Iterator[tuple[tuple[str, ...], int]]:
    """Yield commands that differ in one typed value, and the number of the clause after them.

    Args:
        clauses: of the sentence.
        start: the clause that has the beginning of the command and the first value.
        reader: of parts of the sentence.
        longest: words of a value.
    """
    first, following = tidy(clauses[start]).split(), list[list[str]]()
    for place in range(start + 1, len(clauses)):
        following.append(ARTICLE.sub("", tidy(clauses[place])).split())
        if not _is_value(" ".join(following[-1]), reader):
            break
    tried = set[tuple[str, ...]]()
    for place in range(len(following), 0, -1):
        middle, last = [" ".join(words) for words in following[: place - 1]], following[place - 1]
        ends = [m for m in range(min(longest, len(last)), 0, -1) if _is_value(" ".join(last[:m]), reader)]
        whole = tidy(clauses.between(start, start + 1 + place)).split()
        for n, m in product(range(min(longest, len(first) - 1), -1, -1), ends):
            stretches = [*filter(None, [" ".join(first[len(first) - n :])]), *middle, " ".join(last[:m])]
            if len(stretches) < 2:
                continue
            joined = " ".join(whole[len(first) - n : len(whole) - len(last) + m])
            if len({stretch.split()[-1].removesuffix("s") for stretch in stretches}) > 1 and _is_value(joined, reader):
                return  # an hour and twenty minutes
            values = _values(stretches, reader)
            for commands in _commands(first[: len(first) - n], values, last[m:], reader) if values else ():
                if commands not in tried and _differ_in_value(commands, reader):
                    yield commands, start + 1 + place
                    return
                tried.add(commands)


def numbered(text: str, reader: Reader) -> str:
    """Write the name before each of its numbers, where all are listed: `beds 1 and 2` are `bed 1 and bed 2`."""
    joints = JOINTS.get(reader.language[:2], "")
    if not joints or not (re.search(r"\d", text) or not table_of(reader.language).counts.isdisjoint(text.split())):
        return text
    row = re.compile(
        rf"([^\W\d_]+) (\w+)((?:,|,? (?:{joints})) )(\w+)(?=$|[,.!?;]| ({_or_stop(reader.language)})\b)", re.IGNORECASE
    )
    start = 0
    while match := row.search(text, start):
        word, first, joint, second = match.groups()[:4]
        start = match.start(2)
        for name in dict.fromkeys((word, word.removesuffix("s"))):
            if reader.is_value(f"{name} {first}".casefold()) and reader.is_value(f"{name} {second}".casefold()):
                if not _counts((first,)) or not _counts((second,)):
                    continue
                text = f"{text[: match.start()]}{name} {first}{joint}{name} {second}{text[match.end(4) :]}"
                start = match.start() + len(f"{name} {first}{joint}")
                break
    return text


def _or_stop(language: str) -> str:
    words = (*table_of(language).stop_words, *JOINTS.get(language[:2], "").split("|"))
    return "|".join(map(re.escape, filter(None, words)))


def _is_value(words: str, reader: Reader) -> bool:
    return any(reader.typed(kind, words) is not None for kind in _KINDS)


def _values(stretches: Sequence[str], reader: Reader) -> tuple[str, ...]:
    """Return stretches of a sentence as values of one type, each with the words that it shares; none where one is none.

    >>> _values(["for 5", "10 minutes"], reader)  # doctest: +SKIP
    ('for 5 minutes', 'for 10 minutes')
    """
    for kind in _KINDS:
        if reader.typed(kind, stretches[-1]) is None:
            continue
        values = [_completed(stretches, place, kind, reader) for place in range(len(stretches))]
        read = {reader.typed(kind, value) for value in values if value}
        if len(read) == len(stretches):
            return tuple(map(str, values))
    return ()


def _completed(stretches: Sequence[str], place: int, kind: str, reader: Reader) -> str | None:
    """Return a stretch with the most words that it shares with the first and the last and that make it a value.

    A length or a number that is whole shares nothing: `two minutes and half an hour`. A clock time may share a day, and
    a day the clock time of the stretch before it: `at 7 on wednesday and friday`.
    """
    if kind == "datetime" and place and (moment := _at_the_same_hour(stretches, place, reader)):
        return moment
    if kind in ("duration", "percent", "number") and reader.typed(kind, stretches[place]) is not None:
        return stretches[place]
    first, last = stretches[0].split(), stretches[-1].split()
    heads = [first[:n] for n in range(len(first) - 1, -1, -1)] if place else [[]]
    tails = [last[n:] for n in range(1, len(last) + 1)] if place < len(stretches) - 1 else [[]]
    shared = [(head, tail) for head in heads for tail in tails if not _counts(head) and not _counts(tail[:1])]
    if not _counts(last[:1]):  # `seven` of `seven and half past eight` is no minute past eight
        shared = [(head, tail) for head, tail in shared if not _counts(tail)]
    for head, tail in sorted(shared, key=lambda words: -len(words[0]) - len(words[1])):
        value = " ".join([*head, stretches[place], *tail])
        if reader.typed(kind, value) is not None:
            return value
    return None


def _at_the_same_hour(stretches: Sequence[str], place: int, reader: Reader) -> str:
    """Return a day with the clock time of the last stretch before it that has one beside its day; else nothing."""
    own = stretches[place]
    if reader.typed("date", own) is None or any(reader.typed("time", stretch) for stretch in stretches[place:]):
        return ""
    for words in (stretch.split() for stretch in reversed(stretches[:place])):
        for cut in range(1, len(words)):
            head, tail = " ".join(words[:cut]), " ".join(words[cut:])
            if reader.typed("time", head) is not None and reader.typed("date", tail) is not None:
                return f"{head} {own}"
            if reader.typed("date", head) is not None and reader.typed("time", tail) is not None:
                return f"{own} {tail}"
    return ""


def _counts(words: Sequence[str]) -> bool:
    """True if one of the words is a number."""
    return any(_DIGIT.search(word) or word.casefold() in table_of("en").counts for word in words)


def _commands(
    frame: Sequence[str], values: Sequence[str], rest: Sequence[str], reader: Reader
) -> Sequence[tuple[str, ...]]:
    """Return commands of which each has one of the values, as said and in the singular, those of a template first."""
    ends = ((" ".join(frame), " ".join(rest)), (singular(frame, "a"), singular(rest)))
    worded = [tuple(" ".join(filter(None, (start, value, end))) for value in values) for start, end in ends]
    return sorted(dict.fromkeys(worded), key=lambda commands: reader.match(commands[0]) is None)


_COUNTED = re.compile(r"\b(?:(?:two|three|four|five|six|2|3|4|5|6|some|several|both) )?(\w{2,}[^\Ws])s$", re.IGNORECASE)


def singular(words: Sequence[str], article: str = "") -> str:
    """Return words with their plurals, and the count before each, as one thing: `set a timer` of `set two timers`."""
    text, pieces = " ".join(words), list[str]()
    for piece in re.split(r"(?<=[^\Ws]s) ", text):
        has_article = re.search(r"\b(?:the|a|an|my|all) \w+$", piece)
        single = _COUNTED.sub(rf"{'' if has_article else article} \1".strip(), piece)
        pieces.append(re.sub(r"\ba (?=[aeiou])", "an ", single))
    return " ".join(" ".join(pieces).split())


def _differ_in_value(commands: Sequence[str], reader: Reader) -> bool:
    """True if all are commands of one intent, and the same but for one slot that is no text."""
    meanings = [reader.meaning(command) for command in commands]
    matches = [meaning for meaning in meanings if isinstance(meaning, IntentMatch)]
    if len(matches) < len(commands) or len({match.intent for match in matches}) > 1:
        return False
    names = {name for match in matches for name in match.slots}
    differing = [name for name in names if len({_key(match.slots.get(name)) for match in matches}) > 1]
    values = [{_key(match.slots.get(name)) for match in matches} for name in differing]
    is_typed = all(not isinstance(match.slots.get(name), str | None) for match in matches for name in differing)
    return len(differing) == 1 and is_typed and len(values[0]) == len(commands)


def _key(value: SlotValue | None) -> str:
    return repr(value)
