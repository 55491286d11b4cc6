"""A sentence that mends itself: `make the lights purple, no, pink` is `make the lights pink`.

What is said behind the marker is a copy of the last words before it, or of a value among them: the reparandum and the
repair of Shriberg, "Preliminaries to a Theory of Speech Disfluencies" (1994). Each copy that is possible is understood;
one is believed that keeps the command and all of its values.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

from assistant.dialogue.context.meanings import is_believed
from assistant.language.mood import sense
from assistant.language.tables import table_of
from assistant.language.text import breaks_off, tidy
from assistant.nlu.ranking.confidence import NO_DOUBT
from assistant.nlu.ranking.polarity.deeds import are_opposite
from assistant.nlu.sets.clauses import VALUE_KINDS
from assistant.values import IntentMatch, SlotMissing, Understanding, Utterance

if TYPE_CHECKING:
    from assistant.nlu.matcher import Matcher
    from assistant.nlu.query import Query


def mended(utterance: Utterance, matcher: Matcher) -> Utterance:
    """Return an utterance as it was meant in the end; as it is where it does not mend itself."""
    language, text = matcher.intents.language, utterance.text
    if note := _dictated(utterance, matcher):
        return replace(utterance, text=note, alternatives=())
    if (plain := _in_plain_words(text, matcher)) != text:
        return mended(replace(utterance, text=plain, alternatives=()), matcher)
    if (plain := _undenied(text, matcher)) != text:
        return mended(replace(utterance, text=plain, alternatives=()), matcher)
    if (plain := _without_asides(text, language)) != text:
        return mended(replace(utterance, text=plain, alternatives=()), matcher)
    if sentence := _allowed(utterance, matcher):
        return replace(utterance, text=sentence, alternatives=())
    if (counted := _counted(text, language)) != text:
        return mended(replace(utterance, text=counted, alternatives=()), matcher)
    pattern = table_of(language).follow_ups.mends
    marker = pattern.search(text) if pattern else None
    if pattern is None or marker is None or ":" in text[: marker.start()]:
        return utterance
    left, right = text[: marker.start()].strip(), text[marker.end() :].strip()
    if (sentence := turned(left, right, language)) and is_believed(matcher.match(replace(utterance, text=sentence))):
        return replace(utterance, text=sentence, alternatives=())
    negations = table_of(language).negations
    if len(left.split()) < 2 or not right or breaks_off(left, language):
        return utterance
    if any(words.split()[0].casefold() in negations for words in (left, right)):  # `not milk, sorry, butter`
        return utterance
    second = None if marker["weak"] else pattern.search(right)
    if second and (chained := _in_order(utterance, text[: marker.end()], right, second, matcher)):
        return chained
    return _mended_once(utterance, marker, left, right, matcher)


def _in_plain_words(text: str, matcher: Matcher) -> str:
    """Return a sentence with plain words for everyday ones, unless a template has those: `stick it on the list`."""
    language, plain = matcher.intents.language, text
    for everyday, words in table_of(language).everyday if ":" not in text else ():
        plain = everyday.sub(words, plain)
    return text if plain == text or matcher.templates.exact(matcher.query(text)) else plain


def _dictated(utterance: Utterance, matcher: Matcher) -> str:
    """Return the order to note what stands behind a colon, where it is not understood as one; else nothing."""
    table = table_of(matcher.intents.language)
    note = table.dictated.fullmatch(utterance.text.strip()) if table.dictated else None
    if note is None:
        return ""
    meaning = matcher.match(utterance)
    values = meaning.slots.values() if isinstance(meaning, IntentMatch) else ()
    return "" if note["text"] in map(str, values) else table.noting.format(note["text"])


def _undenied(text: str, matcher: Matcher) -> str:
    """Return a sentence without a value that it denies in its middle: `call the vet, not today, tomorrow at ten`."""
    pattern = table_of(matcher.intents.language).denied_value
    denied = pattern.fullmatch(text.rstrip(" .!?")) if pattern and ":" not in text else None
    if denied is None or len((denied["before"] or denied["meant"]).split()) < 2:
        return text
    query = matcher.query(text)
    for kind in VALUE_KINDS:
        if denied["meant"] and _is_whole(denied["denied"], kind, query):
            return str(denied["meant"]) if query.with_text(denied["meant"]).spans(kind) else text
        olds = (denied["old"], f"{denied['old']} {denied['new'].split()[-1]}") if denied["old"] else ()
        if _is_whole(denied["new"] or "", kind, query) and any(_is_whole(old, kind, query) for old in olds):
            return f"{denied['before']} {denied['new']}"
    return text


def _is_whole(words: str, kind: str, query: Query) -> bool:
    """True of words that are one value of a type."""
    spans = query.with_text(words).spans(kind)
    return any(span.start == 0 and span.end == len(words.split()) for span in spans)


def _without_asides(text: str, language: str) -> str:
    """Return a sentence without words beside an order that say nothing of it; one that is dictated as it is."""
    aside = table_of(language).follow_ups.aside
    return text if aside is None or ":" in text else aside.sub("", text).strip() or text


def turned(left: str, right: str, language: str) -> str:
    """Return a sentence with the opposite of one of its words in the place of that; nothing where it has none.

    >>> turned("turn the volume up", "down", "en"), turned("turn on the fan", "the lamp", "en")
    ('turn the volume down', '')
    """
    words, other, table = left.split(), tidy(right), table_of(language)
    plain = [tidy(word).casefold() for word in words]
    places = [place for place, word in enumerate(plain) if are_opposite(word, other.casefold(), table)]
    return " ".join([*words[: places[0]], other, *words[places[0] + 1 :]]) if len(places) == 1 else ""


def _counted(text: str, language: str) -> str:
    """Return a sentence with the last of numbers of which each corrects the one before it: `5, no 6, no 7 minutes`."""
    table = table_of(language)
    if not table.correction or ":" in text or text.split()[0].casefold() in table.negations:
        return text  # `not five, no, six` says which was wrong
    number = rf"(?:\d+|{'|'.join(table.counts) or '(?!)'})"
    row = rf"\b{number}(?:, (?:{table.correction}),? {number})*, (?:{table.correction}),? (?={number}\b)"
    return re.sub(row, "", text, flags=re.IGNORECASE)


def _allowed(utterance: Utterance, matcher: Matcher) -> str:
    """Return the order in the place of a forbidden one: `don't set it to 20, set it to 40`; else nothing."""
    language = matcher.intents.language
    forbidden, sign, right = utterance.text.partition(", ")
    if not sign or (feeling := sense(forbidden, language)).mood != "forbidden":
        return ""
    verb, _, fragment = tidy(right).partition(" ")
    if feeling.rest.split()[:1] != [verb.casefold()]:
        return ""
    pointing = table_of(language).moods.references
    if not re.search(rf"\b(?:{pointing})\b", fragment, re.IGNORECASE):
        return right if is_believed(matcher.match(replace(utterance, text=right))) else ""
    first = matcher.match(replace(utterance, text=feeling.rest))
    fragment = re.sub(rf"^(?:{pointing})\b ?", "", fragment, flags=re.IGNORECASE)
    sentences = _amended(first, feeling.rest, fragment, matcher)
    return next((text for text in sentences if _is_same(first, matcher.match(replace(utterance, text=text)))), "")


def _mended_once(utterance: Utterance, marker: re.Match[str], left: str, right: str, matcher: Matcher) -> Utterance:
    """Return an utterance with what is said behind the marker in its place."""
    language, text = matcher.intents.language, utterance.text

    def meaning(sentence: str) -> Understanding:
        return matcher.match(replace(utterance, text=sentence, alternatives=()))

    whole, first = meaning(text), meaning(left)
    if _is_sure(whole) and not _holds(whole, marker.group()):
        return utterance
    whole_copy = _copied_within(left, right, table_of(language).particles)
    if whole_copy and (_is_same(first, meaning(whole_copy)) or _is_sure(meaning(whole_copy))):
        return _with(utterance, whole_copy, matcher)
    if sentence := _copied(left, right):
        copy = meaning(sentence)
        if is_believed(copy) and (not _is_command(first) or copy.confidence >= first.confidence):
            return _with(utterance, sentence, matcher)
    for sentence in _amended(first, left, right, matcher):
        if _is_same(first, meaning(sentence)):
            return _with(utterance, sentence, matcher)
    if marker["weak"] and not _is_command(first):
        return utterance
    whole = first if _is_command(first) else whole
    readings = [(sentence, meaning(sentence)) for sentence in _cut(left, right)]
    same = [(sentence, other) for sentence, other in readings if _is_same(whole, other)]
    if same:
        return _with(utterance, max(same, key=lambda reading: reading[1].confidence)[0], matcher)
    denial = table_of(language).follow_ups.firm
    if denial and denial.match(marker.group().strip(" ,;.")) and _is_sure(meaning(right)):
        return _with(utterance, right, matcher)
    return utterance


def _in_order(
    utterance: Utterance, before: str, right: str, second: re.Match[str], matcher: Matcher
) -> Utterance | None:
    """Return an utterance that mends itself twice as it was meant in the end: the first repair mended, or left out."""
    first = replace(utterance, text=before + right[: second.start()], alternatives=())
    if (once := mended(first, matcher)) is not first and is_believed(matcher.match(once)):
        return _with(utterance, f"{once.text}{right[second.start() :]}", matcher)
    last = replace(utterance, text=before + right[second.end() :], alternatives=())
    return outcome if (outcome := mended(last, matcher)) is not last else None


def _with(utterance: Utterance, sentence: str, matcher: Matcher) -> Utterance:
    """Return the mended sentence, which may mend itself again."""
    return mended(replace(utterance, text=sentence, alternatives=()), matcher)


def _amended(first: Understanding, left: str, right: str, matcher: Matcher) -> Iterator[str]:
    """Yield the sentence before the marker with the values behind it: `for seven minutes`, `eight`."""
    if isinstance(first, IntentMatch | SlotMissing):
        yield from matcher.answers.amended(first, left, right)


def _copied_within(left: str, right: str, particles: Collection[str]) -> str:
    """Return the same where a particle ends the sentence and is not said again: `turn the fan off`, `the heating`."""
    *words, last = left.split()
    is_within = last.casefold() in particles and right.split()[-1].casefold() not in particles
    copy = _copied(" ".join(words), right) if is_within and words else ""
    return f"{copy} {last}" if copy else ""


def _copied(left: str, right: str, longest: int = 6) -> str:
    """Return the sentence with the words behind the marker from their first word on: `the office`, `the den light`."""
    words, (first, *_) = left.split(), right.casefold().split()
    places = [place for place in range(len(words)) if words[place].casefold() == first]
    return " ".join([*words[: places[-1]], right]) if places and len(words) - places[-1] <= longest else ""


def _cut(left: str, right: str, most: int = 4) -> Iterator[str]:
    """Yield the sentence without its last words, from one on."""
    words = left.split()
    for count in range(1, min(most, len(words) - 1) + 1):
        yield " ".join([*words[:-count], right])


def _is_command(meaning: Understanding) -> bool:
    return isinstance(meaning, IntentMatch | SlotMissing)


def _is_sure(meaning: Understanding) -> bool:
    """Tell if a meaning is a whole command that needs no other words."""
    return isinstance(meaning, IntentMatch) and meaning.action is not None and meaning.confidence >= NO_DOUBT


def _holds(meaning: Understanding, marker: str) -> bool:
    """Tell if a value of a command has taken a marker in: an item called `bread, I mean rolls`."""
    words = marker.strip(" ,;.").casefold()
    values = [value.casefold() for value in getattr(meaning, "slots", {}).values() if isinstance(value, str)]
    return any(words in value for value in values)


def _keeps(first: Understanding, other: Understanding) -> bool:
    """Tell if a command has a value for all that another has one for."""
    return getattr(first, "slots", {}).keys() <= getattr(other, "slots", {}).keys()


def _is_same(first: Understanding, other: Understanding) -> bool:
    """Tell if two meanings are one command with other values, none lost."""
    if not isinstance(first, IntentMatch | SlotMissing) or not isinstance(other, IntentMatch | SlotMissing):
        return False
    is_as_sure = is_believed(other) or other.confidence >= 0.8 * first.confidence
    is_same = other.intent == first.intent and is_as_sure and _keeps(first, other)
    return is_same and (other.slots, other.when) != (first.slots, first.when)
