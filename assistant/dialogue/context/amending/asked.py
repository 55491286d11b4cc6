"""A command with other values than those that were said."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from assistant.dialogue.context.fragments import Fragment
from assistant.dialogue.context.pronouns import is_pronoun
from assistant.dialogue.exchange import SETTING, built_in
from assistant.language import entities
from assistant.language.numbers import digits
from assistant.language.tables import table_of
from assistant.language.text import like_for_like, tokens
from assistant.language.times import past_hour
from assistant.nlu.ranking.confidence import NO_DOUBT
from assistant.values import IntentMatch, SlotMissing, Utterance

if TYPE_CHECKING:
    from assistant.nlu.matcher import Matcher


def amended(
    command: IntentMatch | SlotMissing, said: str, fragment: Fragment, utterance: Utterance, matcher: Matcher
) -> Iterator[IntentMatch | SlotMissing]:
    """Yield a command that is asked about with the values of a fragment, the likeliest first; none is lost by it.

    Args:
        command: the command.
        said: its sentence.
        fragment: the other values.
        utterance: that holds the fragment.
        matcher: understands the sentences that are made of both.
    """
    for sentence in matcher.answers.amended(command, said, fragment.text, fragment.old):
        meaning = matcher.match(replace(utterance, text=sentence, alternatives=()))
        if not isinstance(meaning, IntentMatch | SlotMissing) or meaning.intent != command.intent:
            continue
        if isinstance(meaning, IntentMatch):
            meaning = _with_standing(meaning, command, tokens(fragment.text, matcher.intents.language))
        if meaning.slots != command.slots and command.slots.keys() <= meaning.slots.keys():
            yield meaning


def _with_standing(meaning: IntentMatch, command: IntentMatch | SlotMissing, words: Sequence[str]) -> IntentMatch:
    """Return a command with the values that stand by now where the words say nothing of them."""
    texts = {name: set(text.casefold().split()) for name, text in meaning.slot_texts.items()}
    standing = {
        name: value
        for name, value in command.slots.items()
        if name in meaning.slots and name in texts and texts[name].isdisjoint(words)
    }
    return replace(meaning, slots={**meaning.slots, **standing})


def of_another_kind(
    said: str, fragment: Fragment, utterance: Utterance, matcher: Matcher
) -> IntentMatch | SlotMissing | None:
    """Return a command that was begun as one for another kind of thing: `set a timer`, `no wait, an alarm`."""
    table, words = table_of(matcher.intents.language), fragment.text.split()
    small = {*table.articles.split("|"), *table.follow_ups.determiners.split("|")}
    begun = said.split()
    start = next((place for place, word in enumerate(begun) if word.casefold() in small), None)
    if len(words) != 2 or words[0].casefold() not in small or start is None or len(begun) < start + 2:
        return None
    sentence = " ".join((*begun[:start], *words, *begun[start + 2 :]))
    meaning = matcher.match(replace(utterance, text=sentence, alternatives=()))
    is_command = isinstance(meaning, IntentMatch | SlotMissing) and meaning.confidence >= NO_DOUBT
    return meaning if is_command and isinstance(meaning, IntentMatch | SlotMissing) else None


def refilled(
    matcher: Matcher,
    command: IntentMatch | SlotMissing,
    utterance: Utterance,
    text: str,
    sentence: str,
    kind: type = object,
) -> IntentMatch | SlotMissing | None:
    """Return a command with another value, of a kind, for one of the slots whose words are not in its sentence."""
    language = matcher.intents.language
    words = set(tokens(sentence, language))
    for name in command.slots:
        value_words = set(tokens(getattr(command, "slot_texts", {}).get(name, name), language))
        if (value_words and value_words <= words) or not isinstance(command.slots[name], kind):
            continue
        if isinstance(command.slots[name], str) and _points(text, language):
            continue
        slots = {other: value for other, value in command.slots.items() if other != name}
        question = SlotMissing(command.intent, slots, name, "", 1.0, command.n_best, command.when)
        for value in _moments(command, name, text, matcher):
            is_kept = value != text  # `in the morning` after `at six` may be what it was
            filled = matcher.fill(question, replace(utterance, text=value, alternatives=()))
            if not isinstance(filled, IntentMatch | SlotMissing):
                continue
            if filled.slots.get(name) not in (None, *(() if is_kept else (command.slots[name],))):
                return _from_anew(filled)
    return None


def _points(text: str, language: str) -> bool:
    """True of several words that end in a pronoun, and are no name: `untick it`."""
    first, _, last = text.rpartition(" ")
    return bool(first) and is_pronoun(last, language)


def _from_anew(command: IntentMatch | SlotMissing) -> IntentMatch | SlotMissing:
    """Return an alarm or a reminder that comes again, from its new moment on."""
    if command.when is None or built_in(command) not in SETTING:
        return command
    return replace(command, when=replace(command.when, start=None))


def _moments(
    command: IntentMatch | SlotMissing, name: str, text: str, matcher: Matcher, longest: int = 3
) -> Iterator[str]:
    """Yield the words for another value, first with what stands of a moment: `in the morning` after `at six`.

    Another hour is one of the same day, and another day has the same hour. A few words stand for no text of more than
    `longest`, but for what is like them there.
    """
    before = command.slot_texts.get(name, "") if isinstance(command, IntentMatch) else ""
    own = command.slots[name]
    numbers = matcher.query(before).spans("number") if isinstance(own, timedelta) else []
    if len(numbers) == 1 and entities.parse("number", text, language=matcher.intents.language) is not None:
        yield before.replace(numbers[0].text, text, 1)  # `seven` after `six minutes`
        return
    if isinstance(own, str) and len(own.split()) > longest >= len(text.split()):
        if alike := like_for_like(own, text):
            yield alike  # `number 19` in the place of `number 9`, in a note
        return
    if before and isinstance(command.slots[name], datetime):
        plain = " ".join(word.text.casefold() for word in digits(tuple(text.split()), matcher.intents.language))
        days, new_days = matcher.query(before).spans("date"), matcher.query(text).spans("date")
        has_hour, is_hour = names_hour(before, matcher), names_hour(text, matcher)
        if has_hour and past_hour(plain) is not None:
            day = days[0].text if days else ""
            hour = before.replace(day, "", 1).strip()
            lead = table_of(matcher.intents.language).lead
            yield f"{day} {text} {lead.sub('', hour) if lead else hour}".strip()
        elif days and is_hour and not new_days:
            yield f"{days[0].text} at {text.removeprefix('at ')}"
        elif days and has_hour and new_days and not is_hour:
            yield before.replace(days[0].text, text, 1)
        elif has_hour and not is_hour and names_moment(text, matcher):
            yield f"{before} {text}"
    yield text


def names_hour(text: str, matcher: Matcher) -> bool:
    """True of words with a clock time that is no mere part of the day."""
    table = table_of(matcher.intents.language)
    idle = table.stop_words | table.parts_of_day.keys()
    return any(not idle.issuperset(span.text.casefold().split()) for span in matcher.query(text).spans("time"))


def names_moment(text: str, matcher: Matcher) -> bool:
    """True of words with a day or a part of one."""
    return any(matcher.query(text).spans(kind) for kind in ("time", "date", "datetime"))
