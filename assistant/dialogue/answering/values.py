"""A value that completes a command: the answer to `for how long`, and what else such an answer adds."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from typing import TYPE_CHECKING

from assistant.authoring.template_syntax import HOME_LISTS
from assistant.dialogue.consent.decisions import calls_alike
from assistant.dialogue.consent.yes_no import plain_words
from assistant.dialogue.context.fragments import fragment_of
from assistant.language import entities
from assistant.language.mood import commands, sense
from assistant.language.tables import table_of
from assistant.language.text import content_words
from assistant.nlu.operators.meanings import intent_of
from assistant.nlu.operators.recurrence import Recurrence, find_recurrences
from assistant.nlu.query import Query
from assistant.nlu.ranking.confidence import NO_DOUBT
from assistant.nlu.sets.clauses import Clauses
from assistant.values import BuiltInAction, IntentMatch, OutOfScope, SlotMissing, Understanding, Utterance

if TYPE_CHECKING:
    from assistant.nlu.matcher import Matcher


def filled(question: SlotMissing, utterance: Utterance, matcher: Matcher, said: str) -> tuple[Understanding, ...]:
    """Return the command with the value that it lacks, and for several values as many: `the kitchen and the office`.

    What else an answer holds is taken as the sentence `said` would have it: `ten minutes for the eggs`.
    """
    filled = matcher.fill(question, utterance)
    if isinstance(filled, IntentMatch) and _is_asked(filled.slot_texts.get(question.missing, ""), utterance, matcher):
        return ()
    if isinstance(filled, IntentMatch) and _is_other_order(filled, question, utterance, matcher):
        return ()
    if later := _later(filled, question, utterance, matcher, said):
        return later
    if isinstance(filled, IntentMatch) and (whole := _whole(filled, question, utterance, matcher, said)):
        return whole
    clauses = Clauses(utterance.text, matcher.intents.language)
    if (
        len(clauses) < 2
        or is_free(question, matcher)
        or (isinstance(filled, IntentMatch) and _takes_all(filled, question, utterance))
    ):
        return (filled,) if filled else ()
    parts = [matcher.fill(question, dataclasses.replace(utterance, text=text, alternatives=())) for text in clauses]
    commands = [part for part in parts if isinstance(part, IntentMatch) and part.intent == question.intent]
    values = {repr(command.slots.get(question.missing)) for command in commands}
    if len(commands) == len(values) == len(clauses):
        return tuple(commands)
    return (filled,) if filled else ()


def _later(
    filled: Understanding | None, question: SlotMissing, utterance: Utterance, matcher: Matcher, said: str
) -> tuple[Understanding, ...]:
    """Return the command at the moments that an answer holds beside its value: `the kitchen in ten minutes`.

    It is asked about again where these words cannot be read: nothing is done now that is wanted later.
    """
    if question.when is not None or is_free(question, matcher):
        return ()
    if often := _recurring(question, utterance, matcher, said):
        return often
    value = filled.slot_texts.get(question.missing, "") if isinstance(filled, IntentMatch) else ""
    before, found, behind = utterance.text.partition(value) if value else ("", "", "")
    rest = " ".join(f"{before} {behind}".split())
    query = matcher.query(rest)
    is_moment = any(query.spans(kind) for kind in ("time", "date", "datetime", "duration"))
    if not found or not said or not (is_moment or next(_recurrences(query), None)):
        return ()
    words = rest.split()
    for start in range(min(3, len(words))):  # `percent in an hour`
        text = f"{said} {' '.join(words[start:])}"
        meaning = matcher.match(dataclasses.replace(utterance, text=text, alternatives=()))
        if not isinstance(meaning, SlotMissing) or meaning.when is None:
            continue
        if (meaning.intent, meaning.missing) == (question.intent, question.missing):
            command = matcher.fill(meaning, dataclasses.replace(utterance, text=value, alternatives=()))
            return (command,) if isinstance(command, IntentMatch) else ()
    return (dataclasses.replace(question, ask=f"I didn't understand “{utterance.text}”. {question.ask}"),)


def _recurrences(query: Query) -> Iterator[Recurrence]:
    return find_recurrences(query.plain, query.language, query.now.date())


def _recurring(question: SlotMissing, utterance: Utterance, matcher: Matcher, said: str) -> tuple[Understanding, ...]:
    """Return the command with a recurrence that an answer holds beside its value: `every day at 8`."""
    if next(_recurrences(matcher.query(utterance.text)), None) is None:
        return ()
    whole = continued(question, utterance, matcher, said)
    return whole if all(isinstance(item, IntentMatch) and item.when and item.when.rule for item in whole) else ()


def _whole(
    filled: IntentMatch, question: SlotMissing, utterance: Utterance, matcher: Matcher, said: str
) -> tuple[Understanding, ...]:
    """Return the command with all that an answer holds; nothing of one that is a value alone, or means another."""
    language, value = matcher.intents.language, filled.slot_texts.get(question.missing, "")
    rest = {*content_words(utterance.text, language)} - {*content_words(value, language)}
    if is_free(question, matcher) or not value or not rest:
        return ()
    whole = continued(question, utterance, matcher, said)
    is_more = all(isinstance(item, IntentMatch) and filled.slots.items() < item.slots.items() for item in whole)
    return whole if is_more else ()


def _is_other_order(filled: IntentMatch, question: SlotMissing, utterance: Utterance, matcher: Matcher) -> bool:
    """True of another order, which only holds such a value: `set a timer for 5 minutes` for a moment."""
    language = matcher.intents.language
    text = filled.slot_texts.get(question.missing, "")
    order = fragment_of(utterance.text, language).text
    if is_free(question, matcher) or not commands(order, language):
        return False
    if {*content_words(utterance.text, language)} <= {*content_words(text, language)}:
        return False
    alone, pronoun = matcher.match(utterance), table_of(language).follow_ups.pronoun
    least = NO_DOUBT if pronoun and pronoun.search(order) else 0.8
    is_whole = isinstance(alone, IntentMatch) and alone.confidence >= least
    return is_whole and intent_of(alone) != question.intent


def _is_asked(text: str, utterance: Utterance, matcher: Matcher) -> bool:
    """True of a question that says more than a value: `what is ten minutes in seconds`."""
    language = matcher.intents.language
    if sense(utterance.text, language).mood != "question":
        return False
    return not {*content_words(utterance.text, language)} <= {*content_words(text, language)}


def continued(
    question: SlotMissing, utterance: Utterance, matcher: Matcher, said: str, sure: float = 0.8
) -> tuple[Understanding, ...]:
    """Return the command with what an answer adds to its sentence: `set a timer`, `for the eggs`."""
    language = matcher.intents.language
    if not said or sense(utterance.text, language).mood in ("question", "quote"):
        return ()
    fragment = fragment_of(utterance.text, language).text
    meaning = matcher.match(dataclasses.replace(utterance, text=f"{said} {fragment}", alternatives=()))
    if not isinstance(meaning, IntentMatch | SlotMissing) or meaning.intent != question.intent:
        return ()
    if meaning.confidence < sure:
        return ()
    alone = matcher.match(utterance)
    is_same = intent_of(alone) == question.intent and alone.confidence < NO_DOUBT
    if not isinstance(alone, OutOfScope) and alone.confidence >= sure and not is_same:
        return ()  # a sentence of its own, no more words of a text that is to be kept
    slots = {**question.slots, **meaning.slots}
    is_more = slots != question.slots and (isinstance(meaning, IntentMatch) or meaning.missing == question.missing)
    return (dataclasses.replace(meaning, slots=slots),) if is_more else ()


def of_all(question: SlotMissing, utterance: Utterance, matcher: Matcher, said: str) -> tuple[Understanding, ...]:
    """Return the command on all there are, where it was asked in which room or which one: `all of them`, `everywhere`.

    It is the sentence `said` with such a word, and does the same deed at the same moments.
    """
    language = matcher.intents.language
    table, answer = table_of(language), plain_words(utterance.text)
    intent = matcher.intents.intents.get(question.intent)
    is_of_all = means_all(answer, language) or table.answers.names_every_place.fullmatch(answer)
    if intent is None or question.missing not in HOME_LISTS or not is_of_all:
        return ()
    words, determiners = said.split(), table.follow_ups.determiners.split("|")
    place = next((at for at, word in enumerate(words) if word.casefold() in determiners), None)
    own = [word for word in answer.split() if word in table.universal]
    for every in dict.fromkeys((*own, *sorted(table.universal))) if place is not None else ():
        text = " ".join((*words[:place], every, *words[place:]))
        meaning = matcher.match(dataclasses.replace(utterance, text=text, alternatives=()))
        if (
            isinstance(meaning, IntentMatch)
            and meaning.confidence >= NO_DOUBT
            and calls_alike(meaning.action, intent.action)
        ):
            when, asked = meaning.when, question.when
            if when is None or asked is None:
                return (meaning,) if when is asked else ()
            if (when.rule, when.text) == (asked.rule, asked.text):  # ten minutes are counted from when they were said
                return (dataclasses.replace(meaning, when=dataclasses.replace(asked, command=when.command)),)
    return ()


def means_all(answer: str, language: str) -> bool:
    """True if an answer says only that all are meant: `both`, `all of them`."""
    table, words = table_of(language), set(answer.split())
    return bool(words & table.universal) and words <= table.universal | table.stop_words | {"please"}


def ended(begun: str, utterance: Utterance, matcher: Matcher, sure: float = 0.8) -> tuple[Understanding, ...]:
    """Return the order that broke off with an answer behind it; nothing where that is a sentence of its own."""
    alone = matcher.match(utterance)
    if not isinstance(alone, OutOfScope) and alone.confidence >= NO_DOUBT:
        return ()
    meaning = matcher.match(dataclasses.replace(utterance, text=f"{begun} {utterance.text}", alternatives=()))
    is_command = isinstance(meaning, IntentMatch | SlotMissing) and meaning.confidence >= sure
    return (meaning,) if is_command else ()


def fills_list(question: SlotMissing, matcher: Matcher) -> bool:
    """True of the question for an item of a list."""
    return action_of(question, matcher).startswith("list.")


def action_of(question: SlotMissing, matcher: Matcher) -> str:
    """Return the name of the built-in action that a value is asked for; empty where it is none."""
    intent = matcher.intents.intents.get(question.intent)
    return intent.action.name if intent and isinstance(intent.action, BuiltInAction) else ""


def is_free(question: SlotMissing, matcher: Matcher) -> bool:
    """True if any words are a value of the slot that is asked for."""
    intent = matcher.intents.intents.get(question.intent)
    slot = intent.slots.get(question.missing) if intent else None
    return slot is None or (slot.type or slot.name) in entities.FREE


def _takes_all(command: IntentMatch, question: SlotMissing, utterance: Utterance) -> bool:
    """True if the words of one value are all of the answer: `an hour and twenty minutes`."""
    return plain_words(command.slot_texts.get(question.missing, "")) == plain_words(utterance.text)
