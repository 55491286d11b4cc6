"""A question that the assistant has asked, and what an utterance is as an answer to it."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, TypeAlias

from assistant.actions.builtins import tells
from assistant.actions.outcome import Outcome
from assistant.authoring.template_syntax import HOME_LISTS
from assistant.dialogue.answering.evasions import evaded, is_bound, is_question_back
from assistant.dialogue.answering.values import continued, ended, filled, fills_list, is_free, means_all, of_all
from assistant.dialogue.consent.decisions import CANCEL, cancelled, decision
from assistant.dialogue.consent.which_one import WhichOne, left_commands, picked_commands
from assistant.dialogue.consent.yes_no import is_no, is_yes, plain_words
from assistant.dialogue.context.exclusions import leaves_open, rules_out
from assistant.dialogue.context.fragments import fragment_of
from assistant.dialogue.exchange import built_in
from assistant.language import entities
from assistant.language.mood import sense
from assistant.language.tables import table_of
from assistant.values import (
    Ambiguous,
    AnswerMatch,
    BuiltInAction,
    IntentMatch,
    OutOfScope,
    SlotMissing,
    Understanding,
    Utterance,
)

if TYPE_CHECKING:
    from assistant.nlu.matcher import Matcher
    from assistant.nlu.speech_hints import Ending


OpenQuestion: TypeAlias = IntentMatch | SlotMissing | Ambiguous | WhichOne | OutOfScope
"""What is asked about: a command to be confirmed, a value that it lacks, one of several commands or things, or the rest
of an order that broke off.
"""


@dataclass(frozen=True, slots=True)
class Asked:
    """A question of the assistant's that waits for its answer."""

    question: OpenQuestion
    text: str
    """Words in which it was asked."""
    said: str
    """Words of the command that it is about."""
    time: float
    """When it was asked last, by the clock of the conversation."""
    rest: tuple[Utterance, ...] = ()
    """Commands of the same utterance that wait for the answer as well."""
    repeats: int = 0
    """How often it was asked again."""

    def outlasts(self, meanings: Sequence[Understanding], matcher: Matcher, most: int = 1) -> bool:
        """Tell if it is still open after something else was said: where it is to be asked again, up to `most` times.

        What is to be confirmed is asked again only after a command that tells something, or once where the answer was
        not understood, so that no yes to another matter is taken for one to this.
        """
        commands = [meaning for meaning in meanings if isinstance(meaning, IntentMatch)]
        names = [built_in(command) for command in commands]
        is_over = (self.repeats >= most and not self.is_passed_over(meanings, matcher)) or any(
            name in _ENDING for name in names
        )
        if is_over or isinstance(self.question, OutOfScope):
            return False
        if isinstance(self.question, IntentMatch):
            harmless = (tells(command) or built_in(command).startswith("dialogue.") for command in commands)
            is_unclear = self.repeats == 0 and all(isinstance(meaning, OutOfScope) for meaning in meanings)
            return is_unclear or (len(commands) == len(meanings) and all(harmless))
        return not any(map(self._is_anew, meanings))

    def is_passed_over(self, meanings: Sequence[Understanding], matcher: Matcher) -> bool:
        """True where it stays open without being asked again: that was done before, or another question was answered.

        What is to be confirmed does not, nor what takes any words, but behind what is about the same: the next words
        might be taken for its answer.
        """
        question = self.question
        if not isinstance(question, SlotMissing | WhichOne):
            return False
        command = question.command if isinstance(question, WhichOne) else question
        intent = matcher.intents.intents.get(command.intent)
        own = _area(intent.action.name) if intent and isinstance(intent.action, BuiltInAction) else ""
        areas = {_area(built_in(meaning)) for meaning in meanings if isinstance(meaning, IntentMatch)}
        if isinstance(question, SlotMissing) and is_free(question, matcher):
            return self.repeats > 0 and own in areas
        is_apart = bool(areas) and own not in areas
        return self.repeats > 0 or (is_apart and all(isinstance(m, IntentMatch) and tells(m) for m in meanings))

    def _is_anew(self, meaning: Understanding) -> bool:
        """True of the same command, carried out, or asked about again with all that was known of it.

        Another on the same device of the house settles it as well: `turn it off again` for `to how many percent?`.
        """
        if isinstance(meaning, IntentMatch) and isinstance(self.question, SlotMissing) and not tells(meaning):
            own, new = self.question.slots, meaning.slots
            named = [own[name] == new[name] for name in own.keys() & new.keys() & HOME_LISTS]
            if built_in(meaning) == "home.intent" and named and all(named):
                return True
        if not isinstance(meaning, IntentMatch | SlotMissing) or meaning.intent != getattr(self.question, "intent", ""):
            return False
        before = getattr(self.question, "slots", {}).items()
        return isinstance(meaning, IntentMatch) or before <= meaning.slots.items()


def _area(action: str) -> str:
    """Return the area of a built-in action; what rings is of one kind with the clock."""
    area = action.partition(".")[0]
    return "clock" if area in ("alarm", "reminder", "timer", "schedule") else area


_ENDING = frozenset({CANCEL.name, "dialogue.stop", "dialogue.quit", "dialogue.undo", "dialogue.redo"})
"""Actions after which no question is open."""


def question_of(understanding: Understanding) -> OpenQuestion | None:
    """Return the understanding where the reply to it is a question, else None."""
    match understanding:
        case SlotMissing() | Ambiguous():
            return understanding
        case IntentMatch() if understanding.confirm:
            return understanding
        case OutOfScope() if understanding.begun:
            return understanding
    return None


def answers_to(
    question: OpenQuestion, utterance: Utterance, matcher: Matcher, said: str = ""
) -> tuple[Understanding, ...]:
    """Understand an utterance as the answer to a question; nothing where it is none, several commands for `both`.

    What only rules something out is no answer: it is asked again, but for one of two.

    A command that was asked about comes back without its question where it is confirmed, and with it where the answer
    says more than yes or no; `said` is the sentence that it was understood from.
    """
    language = matcher.intents.language
    swapped = fragment_of(utterance.text, language)
    if isinstance(question, SlotMissing) and is_bound(swapped.old, language) and not is_free(question, matcher):
        return (question,)  # `tomorrow but not before ten`
    if swapped.old:
        utterance = dataclasses.replace(utterance, text=swapped.text)
    answers = _answers(question, utterance, matcher, said)
    is_over = any(isinstance(answer, IntentMatch) and answer.action == CANCEL for answer in answers)
    if not answers or is_over:
        return answers
    if isinstance(question, SlotMissing) and swapped.is_joined and fills_list(question, matcher):
        return (question,)  # `no milk` is no item
    is_limit = table_of(language).answers.limiting.match(utterance.text)
    if not is_limit and not rules_out(utterance.text, language) and not leaves_open(question, utterance, matcher):
        return answers
    match question:
        case WhichOne() if swapped.kind == "exclusion":
            return left_commands(question, [answer for answer in answers if isinstance(answer, IntentMatch)])
        case WhichOne(command=command):
            return (command,)
        case Ambiguous():
            return (question,)
        case SlotMissing() if not is_free(question, matcher):
            return (question,)
    return answers


def _answers(question: OpenQuestion, utterance: Utterance, matcher: Matcher, said: str) -> tuple[Understanding, ...]:
    """Return the answers in an utterance, whatever it rules out."""
    answer, language = plain_words(utterance.text), matcher.intents.language
    match question:
        case _ if is_no(answer, language):
            return (_cancelled(question),)
        case IntentMatch():
            decided = decision(question, answer, utterance, matcher, said)
            return (decided,) if decided else _withdrawn(question, answer, utterance, matcher)
        case Ambiguous() if means_all(answer, language):
            return question.choices
        case Ambiguous(choices=choices) if is_yes(answer, language):
            return choices if len(choices) == 1 else (question,)
        case Ambiguous():
            choice = _choice(question, answer, language)
            return (choice,) if choice else _withdrawn(question, answer, utterance, matcher)
        case WhichOne() if is_yes(answer, language):
            return (question.command,)
        case WhichOne():
            picks = picked_commands(question, utterance.text, matcher)
            return picks or _withdrawn(question, answer, utterance, matcher)
        case OutOfScope(begun=begun):
            return ended(begun, utterance, matcher) or _withdrawn(question, answer, utterance, matcher)
        case SlotMissing() if evasion := evaded(question, answer, utterance, matcher):
            return evasion
        case SlotMissing() if is_question_back(question, utterance, matcher):
            return ()
        case SlotMissing():
            ways = (filled, of_all, continued)
            answers = next(filter(None, (read(question, utterance, matcher, said) for read in ways)), ())
            return answers or _withdrawn(question, answer, utterance, matcher)
    return ()


def asked_back(understanding: Understanding, outcome: Outcome, said: str) -> OpenQuestion | None:
    """Return the question that an action has asked in place of doing anything, None where it has asked none."""
    if not isinstance(understanding, IntentMatch):
        return None
    if outcome.options:
        return WhichOne(understanding, outcome.options, said)
    if outcome.missing:
        match = understanding
        values = (match.intent, match.slots, outcome.missing, outcome.text, match.confidence, match.n_best)
        return SlotMissing(*values, when=match.when)
    return None


def is_late(question: OpenQuestion, utterance: Utterance, matcher: Matcher) -> bool:
    """True if an utterance means nothing but an answer to a question that has lapsed."""
    if is_yes(plain_words(utterance.text), matcher.intents.language):
        return True
    return bool(answers_to(question, utterance, matcher)) and isinstance(matcher.match(utterance), OutOfScope)


def _cancelled(question: OpenQuestion) -> IntentMatch:
    return cancelled(question.command if isinstance(question, WhichOne) else question)


def _withdrawn(
    question: OpenQuestion, answer: str, utterance: Utterance, matcher: Matcher
) -> tuple[Understanding, ...]:
    """Return the end of a question where an answer wants none of it in words of its own: `I don't need one after all`.

    It means nothing else by itself, and forbids, begins with a no, or is nearest to the sentences of `Cancel`.
    """
    meaning = matcher.match(utterance)
    if not isinstance(meaning, OutOfScope) and not table_of(matcher.intents.language).answers.restarts.fullmatch(
        answer
    ):
        return ()
    nearest = matcher.intents.intents.get(meaning.n_best[0].id) if meaning.n_best else None
    is_against = sense(utterance.text, matcher.intents.language).mood in ("forbidden", "unwanted", "withdrawn")
    words = table_of(matcher.intents.language).answers
    begins = words.begins.match(answer)
    if (
        words.ends_question.fullmatch(answer)
        or is_against
        or (begins and begins["no"])
        or (nearest is not None and nearest.action == CANCEL)
    ):
        return (_cancelled(question),)
    return ()


def likely_answers(question: OpenQuestion, matcher: Matcher) -> tuple[str, ...]:
    """Return words that the answer to a question is likely to hold."""
    match question:
        case SlotMissing(intent=intent, missing=missing):
            return matcher.hints.values(intent, missing)
        case Ambiguous(labels=labels):
            return labels
        case WhichOne(options=options):
            return tuple(option.label for option in options)
    return ()


def plain_answers(question: OpenQuestion) -> tuple[str, ...]:
    """Return answers that need no word of the question."""
    withdrawing = ("no", "cancel", "never mind")
    match question:
        case IntentMatch():
            return ("yes", *withdrawing)
        case Ambiguous() | WhichOne():
            picking = ("the first one", "the second one", "the third one", "the last one", "both", "all of them")
            return (*picking, "neither", *withdrawing)
    return withdrawing


def ending_of_answer(question: OpenQuestion, text: str, matcher: Matcher) -> Ending | Literal["awaited"]:
    """Tell at which point of an answer somebody stopped; `awaited`: it does not answer the question yet."""
    answer, language = plain_words(text), matcher.intents.language
    match question:
        case _ if is_no(answer, language) or (is_yes(answer, language) and not isinstance(question, SlotMissing)):
            return "complete"
        case Ambiguous() if _choice(question, answer, language) is not None or means_all(answer, language):
            return "complete"
        case WhichOne() if picked_commands(question, text, matcher):
            return "complete"
        case SlotMissing() if isinstance(matcher.fill(question, Utterance(text, "spoken")), IntentMatch):
            return "extendable"
    return "awaited"


def _choice(question: Ambiguous, answer: str, language: str) -> IntentMatch | AnswerMatch | SlotMissing | None:
    """Return the choice that the answer names: `the second one`, or words of one label only."""
    table = table_of(language)
    words = {word for word in answer.split() if word in table.particles or word not in table.stop_words}
    bare = words - table.pointers or words
    places = [table.ordinals[word] for word in bare & table.ordinals.keys()] or [
        number - 1 for word in bare if isinstance(number := entities.parse("number", word, language=language), int)
    ]
    if len(places) == 1 and -1 <= places[0] < len(question.choices) and len(words) <= 3:
        return question.choices[places[0]]
    overlap = [len(bare & set(plain_words(label).split())) for label in question.labels]
    best = max(overlap)
    if best and overlap.count(best) == 1 and best * 2 >= len(bare):
        choice = question.choices[overlap.index(best)]
        asks = sense(answer, language).mood == "question"
        return None if asks and not isinstance(choice, AnswerMatch) else choice  # `how many are on it`
    return None
