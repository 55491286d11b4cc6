"""From an utterance to its commands and answers, in the light of what was said before it."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING

from assistant.actions.builtins import tells
from assistant.actions.outcome import Thing
from assistant.dialogue.answering.evasions import is_bound
from assistant.dialogue.answering.spoken_answers import as_answer, with_order
from assistant.dialogue.consent.decisions import CANCEL
from assistant.dialogue.consent.policy import Policy
from assistant.dialogue.consent.yes_no import is_no, plain_words, restores
from assistant.dialogue.context.amending.asked import amended, of_another_kind, refilled
from assistant.dialogue.context.answers import follow_up as asked_further
from assistant.dialogue.context.focus import Focus, names_in
from assistant.dialogue.context.follow_ups import FollowUps
from assistant.dialogue.context.fragments import fragment_of
from assistant.dialogue.context.meanings import NOTHING_BEFORE, Before, FollowUp, Meaning, is_believed
from assistant.dialogue.context.pronouns import Pronouns
from assistant.dialogue.context.self_repair import mended
from assistant.dialogue.context.taking_up.back import wanted_item
from assistant.dialogue.context.taking_up.others import TIMING
from assistant.dialogue.exchange import Exchange, built_in
from assistant.dialogue.how_to import explained
from assistant.dialogue.open_questions import Asked, answers_to
from assistant.dialogue.planning.planner import Planner
from assistant.language.mood import commands
from assistant.language.tables import table_of
from assistant.nlu.budget import Budget, TooLong, check_length
from assistant.nlu.pictures.pictured import about_picture
from assistant.values import AnswerMatch, BuiltInAction, IntentMatch, OutOfScope, SlotMissing, Understanding, Utterance

if TYPE_CHECKING:
    from assistant.nlu.matcher import Matcher


REDO = IntentMatch("Redo", {}, 1.0, (), BuiltInAction("dialogue.redo"))


@dataclasses.dataclass(frozen=True, slots=True)
class Interpretation:
    """An utterance as it is meant."""

    parts: Sequence[Meaning]
    """What is to be done or answered, in order."""
    is_answer: bool = False
    """True if it answers the open question."""
    takes_back: bool = False
    """True if the command before it was not meant, and is taken back first."""
    other_than: Sequence[Thing] = ()
    """Things that are not meant, where one of several is."""
    which: str = ""
    """Word that tells which of several is meant: `later`."""
    after: Exchange | None = None
    """The command that it takes up, where that is not the last."""


class Interpreter:
    """Reads utterances.

    `policy` says which commands are asked about first; `planner` takes those for later.
    """

    def __init__(self, policy: Policy, planner: Planner | None) -> None:
        self._policy, self._planner = policy, planner

    def read(
        self,
        utterance: Utterance,
        matcher: Matcher,
        asked: Asked | None,
        exchanges: Sequence[Exchange] = (),
        budget: Budget | None = None,
        before: Before = NOTHING_BEFORE,
    ) -> Interpretation:
        """Return an utterance as the answer to the open question, as a follow-up to an exchange, or else by itself.

        With an answer comes what waited for it. `before` is what the turn before came to.
        """
        try:
            check_length(utterance.text)
        except TooLong as error:  # before anything looks at all of it
            return Interpretation([(utterance, OutOfScope(0.0, (), str(error)))])
        if utterance.picture is not None:
            return Interpretation(self._with_picture(utterance, matcher, budget))
        if before.is_undone and asked is None and restores(utterance.text, matcher.intents.language):
            return Interpretation([(utterance, REDO)])
        utterance = mended(utterance, matcher)
        if asked is not None and asked.repeats and (further := _added_question(exchanges, utterance, matcher)):
            return Interpretation([(utterance, further)])
        if asked is not None:
            addressed = dataclasses.replace(utterance, overheard=False)  # whoever is asked is spoken to
            answer, *orders = with_order(asked.question, as_answer(asked.question, addressed, matcher), matcher)
            if answers := self.answers(answer, matcher, asked):
                is_cancelled = any(isinstance(answer, IntentMatch) and answer.action == CANCEL for answer in answers)
                rest = () if is_cancelled else (*orders, *asked.rest)
                waiting = [meaning for words in rest for meaning in matcher.match_all(words, budget)]
                return Interpretation(
                    [*((utterance, answer) for answer in answers), *self._all_checked(waiting, matcher)], is_answer=True
                )
            utterance = utterance if asked.repeats else addressed
        if asked is None and exchanges:
            utterance = _without_yes(utterance, matcher)
        understand = partial(matcher.match_all, budget=budget)
        alone: Sequence[Meaning] = understand(utterance)
        if len(alone) == 1:
            own = explained(alone[0][1], utterance, matcher)
            alone = [(utterance, own if asked else _asked_first(own, utterance, matcher.intents.language))]
        if asked is None and (restoring := wanted_item(utterance, alone, exchanges, matcher)):
            return Interpretation(self._all_checked(restoring, matcher))
        of = asked or before.declined
        if of and (meanings := self._about_question(utterance, alone, matcher, of, understand, is_open=bool(asked))):
            return Interpretation(self._all_checked(meanings, matcher))
        follow_ups = FollowUps(exchanges, matcher, understand, is_lost=before.is_lost) if exchanges else None
        follow_up = _follow_up(follow_ups, utterance, alone, matcher, understand) if follow_ups else None
        meanings = follow_up.meanings if follow_up else _asked_further(exchanges, utterance, alone, matcher)
        meanings = self._all_checked(meanings, matcher)
        doubtful = _in_doubt(utterance, meanings, matcher) if before.is_lost else ()
        if follow_up is None or doubtful:
            return Interpretation(doubtful or meanings)
        ways = (follow_up.takes_back, follow_up.other_than, follow_up.which, follow_up.after)
        return Interpretation(meanings, False, *ways)

    def _with_picture(self, utterance: Utterance, matcher: Matcher, budget: Budget | None) -> Sequence[Meaning]:
        """Read what came with a picture: it is about that, but for an order that is whole without it."""
        alone = matcher.match_all(dataclasses.replace(utterance, picture=None), budget)
        pointing = table_of(matcher.intents.language).follow_ups.pronoun
        is_own = [_is_order(meaning) and not (pointing and pointing.search(part.text)) for part, meaning in alone]
        if not any(is_own):
            return [(utterance, about_picture(utterance, matcher.parts.embedder))]
        rest = (dataclasses.replace(utterance, text=part.text) for part, _ in alone)
        read = zip(is_own, alone, rest, strict=True)
        return self._all_checked(
            [own if is_own else (part, about_picture(part, matcher.parts.embedder)) for is_own, own, part in read],
            matcher,
        )

    def takes_up(
        self, utterance: Utterance, matcher: Matcher, asked: Asked | None, exchanges: Sequence[Exchange]
    ) -> bool:
        """True of an utterance that answers the open question, or follows on from a command or an answer."""
        if asked is not None and self.answers(utterance, matcher, asked):
            return True
        if not exchanges:
            return False
        alone = matcher.match_all(utterance)
        return FollowUps(exchanges, matcher, matcher.match_all).read(utterance, alone) is not None

    def _about_question(
        self,
        utterance: Utterance,
        alone: Sequence[Meaning],
        matcher: Matcher,
        asked: Asked,
        understand: Callable[[Utterance], Sequence[Meaning]],
        *,
        is_open: bool = True,
    ) -> Sequence[Meaning]:
        """Return questions and orders about the thing of a question that is open or has just ended: `what's on it?`."""
        if not isinstance(asked.question, IntentMatch | SlotMissing):
            return ()
        language = matcher.intents.language
        focus = Focus((), language, names_in(asked.question, asked.said, language))
        if meanings := Pronouns(focus, matcher, understand).read(utterance, alone):
            return meanings
        is_asked = is_open and isinstance(asked.question, SlotMissing) and isinstance(alone[0][1], OutOfScope)
        for sentences, _ in focus.named(utterance.text) if is_asked else ():
            told = [(utterance, matcher.match(dataclasses.replace(utterance, text=text))) for text in sentences]
            if all(isinstance(meaning, IntentMatch) and tells(meaning) for _, meaning in told):
                return told
        return ()

    def match(self, utterance: Utterance, matcher: Matcher, budget: Budget | None = None) -> Understanding:
        """Return the meaning of an utterance by itself, with the question that comes first, if any does."""
        return self.checked(explained(matcher.match(utterance, budget), utterance, matcher), matcher)

    def answers(self, utterance: Utterance, matcher: Matcher, asked: Asked) -> Sequence[Understanding]:
        """Understand an utterance as an answer: only here a command loses its question, by a person's own yes."""
        question = asked.question
        if isinstance(question, IntentMatch | SlotMissing) and (
            meaning := self._amended(utterance, matcher, asked, question)
        ):
            return [self.checked(meaning, matcher)]
        answers = answers_to(question, utterance, matcher, asked.said)
        is_new = [not isinstance(question, IntentMatch) or getattr(a, "slots", {}) != question.slots for a in answers]
        return [self.checked(a, matcher) if new else a for a, new in zip(answers, is_new, strict=True)]

    def _amended(
        self, utterance: Utterance, matcher: Matcher, asked: Asked, question: IntentMatch | SlotMissing
    ) -> Understanding | None:
        """Return the command that is asked about with other values: `no, the bedroom`, another name alone."""
        fragment = fragment_of(utterance.text, matcher.intents.language)
        is_name = isinstance(question, IntentMatch) and matcher.answers.names_only(utterance)
        if not (fragment.is_repair or is_name) or is_bound(fragment.old, matcher.intents.language):
            return None
        if filled := refilled(matcher, question, utterance, fragment.text, asked.said):
            return filled
        other = next(amended(question, asked.said, fragment, utterance, matcher), None)
        return other or of_another_kind(asked.said, fragment, utterance, matcher)

    def _all_checked(self, meanings: Sequence[Meaning], matcher: Matcher) -> Sequence[Meaning]:
        """Return meanings, each with the question that comes first, if any does.

        Where one of several has only a pronoun for its thing, nothing of them is done.
        """
        language = matcher.intents.language
        unnamed = [(part, m) for part, own in meanings if (m := _without_pronouns(own, language)) is not own]
        if 0 < len(unnamed) < len(meanings):
            ((part, refusal), *_) = unnamed
            reason = f"{getattr(refusal, 'reason', '')} Nothing is done."
            return [(part, OutOfScope(refusal.confidence, (), reason))]
        return [(part, self.checked(understanding, matcher)) for part, understanding in meanings]

    def checked(self, understanding: Understanding, matcher: Matcher) -> Understanding:
        """Return the understanding with the question that comes first, or the reason against it.

        There is one against what is for later and cannot be planned, and against a thing that nobody has named.
        """
        checked = self._policy.checked(_without_pronouns(understanding, matcher.intents.language), matcher)
        return self._planner.checked(checked, matcher) if self._planner else checked


def _asked_first(meaning: Understanding, utterance: Utterance, language: str) -> Understanding:
    """Return the question what is meant for `cancel everything`, where no question is open, or for what is only told.

    `We've already got eggs` is no order to tick them off.
    """
    table = table_of(language)
    is_of_all = not table.universal.isdisjoint(utterance.text.casefold().strip(" .!").split())
    if not isinstance(meaning, IntentMatch):
        return meaning
    if meaning.action == CANCEL and is_of_all:
        return OutOfScope(0.0, meaning.n_best, table.follow_ups.refusals.all_of_what)
    owns = table.follow_ups.owns
    if built_in(meaning) == "list.tick" and owns and owns.match(utterance.text) and "items" in meaning.slots:
        question = table.follow_ups.refusals.in_stock.format(meaning.slots["items"])
        return dataclasses.replace(meaning, confirm=meaning.confirm or question)
    return meaning


def _follow_up(
    follow_ups: FollowUps,
    utterance: Utterance,
    alone: Sequence[Meaning],
    matcher: Matcher,
    understand: Callable[[Utterance], Sequence[Meaning]],
) -> FollowUp | None:
    """Return an utterance as a follow-up; where it is none, what stands in it behind a remark that means nothing alone.

    `That's horrible, back to white` is `back to white`.
    """
    if follow_up := follow_ups.read(utterance, alone):
        return follow_up
    pattern = table_of(matcher.intents.language).follow_ups.remark
    remark = pattern.match(utterance.text) if pattern else None
    if remark is None or not all(isinstance(meaning, OutOfScope) for _, meaning in alone):
        return None
    behind = dataclasses.replace(utterance, text=utterance.text[remark.end() :], alternatives=())
    return follow_ups.read(behind, understand(behind))


def _without_yes(utterance: Utterance, matcher: Matcher) -> Utterance:
    """Return the rest of a yes that changes the last command or is an order: `yes but only halfway`, `yes, lock it`."""
    language = matcher.intents.language
    agreement, begins = table_of(language).follow_ups.agreeing, table_of(language).answers.begins
    yes = agreement.match(utterance.text) if agreement else None
    rest = utterance.text[yes.end() :] if yes else ""
    if yes is None and (begun := begins.match(plain := plain_words(utterance.text))) and begun["yes"]:
        order = plain[begun.end("yes") :].split()
        rest = (
            " ".join(utterance.text.split()[-len(order) :])
            if len(order) > 1 and commands(" ".join(order), language)
            else ""
        )
    is_end = not rest or is_no(plain_words(rest), language)
    return utterance if is_end else dataclasses.replace(utterance, text=rest, alternatives=())


def _in_doubt(utterance: Utterance, meanings: Sequence[Meaning], matcher: Matcher) -> Sequence[Meaning]:
    """Return a change of a timer that only a pronoun names, after words that were not understood, with a question."""
    ((part, meaning), *others), pronoun = meanings, table_of(matcher.intents.language).follow_ups.pronoun
    if others or not isinstance(meaning, IntentMatch) or meaning.confirm or tells(meaning):
        return ()
    if not pronoun or not pronoun.search(utterance.text) or built_in(meaning).partition(".")[0] not in TIMING:
        return ()
    title = matcher.intents.intents[meaning.intent].title
    question = table_of(matcher.intents.language).follow_ups.refusals.not_said.format(title)
    return [(part, dataclasses.replace(meaning, confirm=question))]


def _is_order(meaning: Understanding) -> bool:
    """True of a command that surely does something, and nothing with pictures that are there."""
    if isinstance(meaning, IntentMatch) and (tells(meaning) or built_in(meaning).startswith("dialogue.")):
        return False
    return isinstance(meaning, IntentMatch | SlotMissing) and is_believed(meaning, 0.9)


def _without_pronouns(understanding: Understanding, language: str) -> Understanding:
    """Return the understanding unless a pronoun is all that names a value of it, which then means nothing here."""
    table = table_of(language)
    pattern, joints = table.follow_ups.pronoun, table.joints.split("|")
    texts = understanding.slot_texts.values() if isinstance(understanding, IntentMatch) and pattern else ()
    after = table.follow_ups.after_pronouns
    within = "|".join({*table.follow_ups.within.split("|"), *table.goals})
    bare = re.compile(rf"(?:{pattern.pattern})(?: (?:{after}|{within}))?", re.IGNORECASE) if pattern else None
    more = re.compile(rf"(?:[\w-]+ )?(?:{table.additional or '(?!)'})", re.IGNORECASE)  # six more
    pronoun = next(
        (text for text in texts if bare and (bare.fullmatch(text) or more.fullmatch(text) or text.lower() in joints)),
        "",
    )
    if not pronoun:
        return understanding
    reason = f"I don't know what “{pronoun}” is: please say it by its name."
    return OutOfScope(understanding.confidence, understanding.n_best, reason)


def _asked_further(
    exchanges: Sequence[Exchange], utterance: Utterance, alone: Sequence[Meaning], matcher: Matcher
) -> Sequence[Meaning]:
    """Return an utterance as a question that takes up the answer before it, else as it is alone."""
    last = exchanges[-1].understanding if exchanges else None
    if not isinstance(last, AnswerMatch) or len(alone) != 1:
        return alone
    further = asked_further(last, utterance, alone[0][1], matcher, exchanges[-1].text)
    return [(utterance, further)] if further else alone


def _added_question(exchanges: Sequence[Exchange], utterance: Utterance, matcher: Matcher) -> AnswerMatch | None:
    """Return the answer to what is asked as well, after one that was given while a question is open."""
    last = exchanges[-1].understanding if exchanges else None
    fragment = fragment_of(utterance.text, matcher.intents.language)
    if not isinstance(last, AnswerMatch) or fragment.kind != "addition":
        return None
    further = asked_further(last, utterance, OutOfScope(0.0, ()), matcher, exchanges[-1].text)
    return further if isinstance(further, AnswerMatch) else None
