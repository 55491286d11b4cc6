"""What an utterance means after the command before it: a repair, an addition, a pronoun, a bare value.

Each is read by making a whole sentence of it and of the one before, which is understood like any other. What means
something surely by itself, and shows no such mark, is no follow-up.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from assistant.actions.builtins import tells
from assistant.dialogue.consent.yes_no import plain_words
from assistant.dialogue.context.amending.last import Amendments
from assistant.dialogue.context.exclusions import UNDO, Exclusions
from assistant.dialogue.context.focus import Focus
from assistant.dialogue.context.fragments import Fragment, fragment_of, without_stand_in
from assistant.dialogue.context.meanings import FollowUp, Meaning, is_about_talk, is_believed
from assistant.dialogue.context.pronouns import Pronouns, is_pronoun
from assistant.dialogue.context.taking_up.again import anew, held, told_of
from assistant.dialogue.context.taking_up.back import is_wanted_back, resumed, stopped
from assistant.dialogue.context.taking_up.bare_values import as_length, at_level, on_new_list, purposed, told_more
from assistant.dialogue.context.taking_up.days import is_at_moment, is_closer, recurring, without_days
from assistant.dialogue.context.taking_up.degrees import Degrees, comparison
from assistant.dialogue.context.taking_up.increments import Increments
from assistant.dialogue.context.taking_up.others import TIMING, another, one_more
from assistant.dialogue.context.taking_up.plans import hastened, kept
from assistant.dialogue.context.taking_up.variations import Variations
from assistant.dialogue.exchange import Exchange, built_in, kind_of
from assistant.language.tables import table_of
from assistant.language.text import content_words, tidy, tokens
from assistant.language.times import minutes_of_hour
from assistant.values import (
    Ambiguous,
    BuiltInAction,
    IntentMatch,
    OutOfScope,
    SlotMissing,
    Understanding,
    Utterance,
)

if TYPE_CHECKING:
    from assistant.nlu.matcher import Matcher


_READ = "list.read"


class FollowUps:
    """Reads utterances after the exchanges of a conversation, newest last.

    Args:
        exchanges: the commands and answers.
        matcher: understands the sentences that are made.
        understand: an utterance to its commands, each with its meaning.
        is_lost: True if what was said after them was not understood, so that a bare value may be about that.
    """

    def __init__(
        self,
        exchanges: Sequence[Exchange],
        matcher: Matcher,
        understand: Callable[[Utterance], Sequence[Meaning]],
        *,
        is_lost: bool = False,
    ) -> None:
        self._is_lost = is_lost
        self._exchanges, self._last = exchanges, exchanges[-1]
        self._matcher, self._understand = matcher, understand
        self._language = matcher.intents.language
        self._table = table_of(self._language)
        self._pronouns = Pronouns(Focus(exchanges, self._language), matcher, understand)
        names = [thing.name for exchange in exchanges[::-1] for thing in exchange.outcome.focus]
        self._amendments = Amendments(self._last, matcher, understand, names)
        self._increments = Increments(self._last, matcher, understand, self._pronouns)

    def read(self, utterance: Utterance, alone: Sequence[Meaning]) -> FollowUp | None:
        """Return an utterance as a follow-up; None where it is a sentence of its own.

        Args:
            utterance: the utterance.
            alone: what it means by itself.
        """
        is_sure = all(is_believed(meaning) for _, meaning in alone)
        fragment = fragment_of(utterance.text, self._language, self._last.text)
        against = Exclusions(self._exchanges, self._matcher, self._with_pronouns)
        undone = against.taken_back(utterance, is_sure=is_sure)
        if not_so := kept(told_of(self._exchanges), utterance, fragment, self._matcher) or (
            undone and FollowUp([(utterance, undone)])
        ):
            return not_so
        if other := (
            anew(self._last, utterance, alone, self._language)
            or (None if is_sure else self._put_back(utterance))
            or hastened(self._last, utterance, self._matcher)
            or on_new_list(self._last, utterance, alone, self._matcher, self._understand)
            or one_more(self._last, utterance, self._matcher, self._understand)
            or self._increments.shifted(utterance)
            or self._taken_up(utterance, alone, is_sure)
            or self._on_days(utterance, fragment)
            or (None if is_sure else self._without(utterance, fragment, against))
            or self._swapped(utterance, fragment)
            or self._refused(utterance, fragment, against, is_sure)
            or self._other(utterance, fragment)
            or another(self._last, utterance, self._matcher, self._understand)
        ):
            return other
        if self._names_no_thing(alone) and (by_kind := self._pronouns.described(utterance)):
            return FollowUp(by_kind)
        is_whole = is_sure and not any(isinstance(meaning, SlotMissing) for _, meaning in alone)
        if not self._last.is_change and (by_name := self._named(utterance, fragment, alone)):
            return FollowUp(by_name)
        if fragment.kind != "denial" and (
            sum_after := self._increments.anew(utterance, fragment) or self._increments.continued(utterance)
        ):
            return sum_after
        is_search = bool(fragment.old) and self._is_search(replace(utterance, text=fragment.text, alternatives=()))
        if not is_search and (amended := self._amended(utterance, fragment, alone, is_whole)):
            return amended
        if not is_search and fragment.kind == "denial" and (corrected := self._corrected(utterance, fragment)):
            return corrected
        if self._last.is_change and (by_name := self._named(utterance, fragment, alone)):
            return FollowUp(by_name)
        if is_sure and not self._increments.is_bare_number(alone):
            return None
        if fragment.kind == "denial" and not is_wanted_back(self._last, utterance.text, self._matcher):
            stands = against.stands(fragment) if fragment.old else None
            return FollowUp([(utterance, stands)]) if stands else self._increments.continued(utterance)
        is_value = fragment.kind in ("plain", "denial") and not is_sure
        if is_value and (value := self._unmarked(utterance, fragment)):
            return value
        return FollowUp([(utterance, refusal)]) if (refusal := against.mistaken(utterance, alone)) else None

    def _amended(
        self, utterance: Utterance, fragment: Fragment, alone: Sequence[Meaning], is_whole: bool
    ) -> FollowUp | None:
        """Return the last command with other values, for words that say that they change it or add to it."""
        before, fragment = told_of(self._exchanges), without_stand_in(fragment, self._language)
        if fragment.kind == "change" and before is not self._last:
            amendments = Amendments(before, self._matcher, self._understand)
            changed = amendments.read(utterance, fragment, is_sure=is_whole)
            return replace(changed, after=before) if changed else None
        is_of_hour = minutes_of_hour(fragment.text, self._language) is not None
        is_whole = is_whole and not is_at_moment(self._last, fragment, self._matcher)
        adds = fragment.kind == "addition" and (is_of_hour or not is_whole)
        amended = self._amendments.read(utterance, fragment, is_sure=is_whole) if adds or fragment.is_repair else None
        if amended and self._last.is_change and all(isinstance(meaning, OutOfScope) for _, meaning in amended.meanings):
            by_name = self._pronouns.read(utterance, alone)  # `back to 20` after `up two degrees`
            return FollowUp(by_name) if by_name else amended
        return amended

    def _named(self, utterance: Utterance, fragment: Fragment, alone: Sequence[Meaning]) -> Sequence[Meaning]:
        """Return an utterance with names for its pronouns, where need be without the words that only take up another:
        `no, shut it` after a blind that was open already.
        """
        command = self._last.understanding
        if fragment.kind == "change" and (length := as_length(fragment.text, self._exchanges, self._matcher)):
            utterance = replace(utterance, text=utterance.text.replace(fragment.text, length, 1), alternatives=())
            alone = ()
        if fragment.is_repair and self._last.outcome.focus and isinstance(command, IntentMatch) and not tells(command):
            order = replace(utterance, text=fragment.text, alternatives=())
            if is_pronoun(fragment.text.rpartition(" ")[2], self._language) and (
                by_name := self._pronouns.read(order, ())
            ):
                return by_name
        return self._pronouns.read(utterance, alone)

    def _put_back(self, utterance: Utterance) -> FollowUp | None:
        """Take the last command back for `bring it back`, where that took something away."""
        is_gone = any(thing.is_gone and thing.whole for thing in self._last.outcome.focus)
        is_back = is_gone and is_wanted_back(self._last, utterance.text, self._matcher)
        return FollowUp([(utterance, UNDO)]) if is_back else None

    def _is_search(self, utterance: Utterance) -> bool:
        """True after a search for pictures of one that is whole: `photos of Ann` of `photos of Ann not in Rome`."""
        is_after = built_in(self._last.understanding) == "pictures.find"
        return is_after and all(built_in(meaning) == "pictures.find" for _, meaning in self._understand(utterance))

    def _unmarked(self, utterance: Utterance, fragment: Fragment) -> FollowUp | None:
        """Read an utterance that shows no mark and means nothing by itself: `bring it back`, a bare value."""
        if is_wanted_back(self._last, utterance.text, self._matcher):
            return FollowUp([(utterance, UNDO)])
        if is_closer(self._last, fragment, self._matcher):
            fragment = replace(fragment, kind="change")
        if more := purposed(self._last, utterance, self._matcher, self._understand):
            return more
        amended = self._amendments.read(utterance, fragment, is_sure=False)
        if amended and self._is_lost and fragment.kind == "plain":
            return FollowUp(
                [(utterance, OutOfScope(0.0, (), self._table.follow_ups.refusals.lost.format(tidy(utterance.text))))]
            )
        return amended

    def _on_days(self, utterance: Utterance, fragment: Fragment) -> FollowUp | None:
        """Return the last command on more days, or on fewer: `make it every week`, `not on Fridays though`."""
        if again := recurring(self._last, utterance, fragment, self._matcher):
            return FollowUp([again], takes_back=True)
        if (fewer := without_days(self._last, fragment, self._language)) is None:
            return None
        return FollowUp([(Utterance(self._last.text), fewer)], takes_back=isinstance(fewer, IntentMatch))

    def _without(self, utterance: Utterance, fragment: Fragment, against: Exclusions) -> FollowUp | None:
        """Return the last command without one of the things that it was about: `never mind the bread`."""
        if fragment.kind != "exclusion" or not self._last.is_change:
            return None
        for sentence in against.left_out(fragment.text):
            meanings = self._understand(replace(utterance, text=sentence, alternatives=()))
            if all(is_believed(meaning) and self._is_same_intent(meaning) for _, meaning in meanings):
                return FollowUp(meanings, takes_back=True)
        return None

    def _swapped(self, utterance: Utterance, fragment: Fragment, most: int = 5) -> FollowUp | None:
        """Return the order that puts one item in the place of an earlier one: `not mustard, mayo` after `and pickles`.

        None where the last command names it, and can be said again.
        """
        old, swapping = content_words(fragment.old, self._language), self._table.follow_ups.swapping
        told = [item for item in self._exchanges[:-most:-1] if item.is_change or built_in(item.understanding) == _READ]
        for exchange in told if old and swapping and fragment.is_repair and self._last in told else ():
            for thing in exchange.outcome.focus:
                if content_words(thing.name, self._language) != old or not thing.whole:
                    continue
                if exchange is self._last and exchange.is_change:
                    return None
                text = swapping.format(thing.name, fragment.text, thing.whole.name)
                meanings = self._understand(replace(utterance, text=text, alternatives=()))
                is_told = all(isinstance(m, IntentMatch) and is_believed(m) for _, m in meanings)
                return FollowUp(meanings) if is_told else None
        return None

    def _refused(self, utterance: Utterance, fragment: Fragment, against: Exclusions, is_sure: bool) -> FollowUp | None:
        """Return the refusal of a deed; `not that one` takes a change back, whatever else it may mean by itself."""
        is_of_last = is_pronoun(fragment.text, self._language) and self._last.outcome.undo is not None
        if is_sure and not (fragment.kind == "exclusion" and is_of_last and self._last.is_change):
            return None
        left = against.read(utterance, fragment)
        return FollowUp([(utterance, left)]) if left else None

    def _is_same_intent(self, meaning: Understanding) -> bool:
        return isinstance(meaning, IntentMatch) and meaning.intent == getattr(self._last.understanding, "intent", "")

    def _names_no_thing(self, alone: Sequence[Meaning]) -> bool:
        """True of one order to the house, or on a list, that says of no single one which: `turn the light off`."""
        meaning = alone[0][1] if len(alone) == 1 else None
        if isinstance(meaning, Ambiguous):
            return all(self._action(choice).name.startswith("list.") for choice in meaning.choices)
        action, slots = self._action(meaning), getattr(meaning, "slots", {})
        if action.name.startswith("list.") and "list" not in action.arguments:
            return str(slots.get("list", "the")) in self._table.follow_ups.determiners.split("|")
        return action.name == "home.intent" and not slots

    def _action(self, meaning: Understanding | None) -> BuiltInAction:
        """Return the built-in action of a command, whole or not; one without a name of whatever else."""
        intent = self._matcher.intents.intents.get(getattr(meaning, "intent", ""))
        return intent.action if intent and isinstance(intent.action, BuiltInAction) else BuiltInAction("")

    def _with_pronouns(self, utterance: Utterance) -> Sequence[Meaning]:
        return self._pronouns.read(utterance, ()) or self._understand(utterance)

    def _taken_up(self, utterance: Utterance, alone: Sequence[Meaning], is_sure: bool) -> FollowUp | None:
        """Read `a bit more`, `carry on` and `the same at night` after what they go on with."""
        if more := told_more(self._last, utterance, self._matcher, self._understand):
            return more
        for meaning in Degrees(self._last, self._matcher).read(utterance.text):
            if is_believed(meaning):
                return FollowUp([(replace(utterance, text=self._last.text, alternatives=()), meaning)])
        if all(built_in(meaning) == "dialogue.stop" for _, meaning in alone) and self._last.is_change:
            return self._ended(utterance)
        if level := at_level(self._last, utterance, alone, self._matcher, self._pronouns):
            return level
        on = held(self._exchanges)
        is_for_now = (
            on is self._last and on.outcome.undo and getattr(getattr(on.understanding, "when", None), "end", None)
        )
        for sentence in resumed(on, utterance.text, self._language):
            if is_for_now:
                return FollowUp([(utterance, UNDO)])  # it would go on by itself a little later
            meanings = self._understand(replace(utterance, text=sentence, alternatives=()))
            if all(isinstance(meaning, IntentMatch) and is_believed(meaning) for _, meaning in meanings):
                return FollowUp(meanings)
        if plain := comparison(utterance.text, self._language):
            is_thing = self._last.is_change or bool(self._last.outcome.focus)
            for how in dict.fromkeys((plain, plain.split()[-1])) if is_thing else ():
                order = replace(utterance, text=f"{self._table.follow_ups.shifting} {how}", alternatives=())
                if by_name := self._pronouns.read(order, ()):
                    return FollowUp(by_name)
        varied = Variations(self._exchanges, self._matcher, self._understand, self._pronouns).read(utterance, is_sure)
        return FollowUp(varied) if varied else None

    def _ended(self, utterance: Utterance) -> FollowUp | None:
        """Return the end of what the last command began, for `stop it`; where there is none, say so."""
        if by_name := self._pronouns.read(utterance, ()):
            return FollowUp(by_name)
        has_pronoun = is_pronoun(" ".join(tokens(utterance.text, self._language)[1:]), self._language)
        plain = utterance.text if has_pronoun else fragment_of(utterance.text, self._language).text
        for sentence in stopped(self._last, plain, self._language):
            meanings = self._understand(replace(utterance, text=sentence, alternatives=()))
            is_told = all(isinstance(meaning, IntentMatch) and is_believed(meaning) for _, meaning in meanings)
            is_timing = any(built_in(meaning).partition(".")[0] in TIMING for _, meaning in meanings)
            if is_told and (has_pronoun or not is_timing):  # `stop` alone may only be said to what speaks
                return FollowUp(meanings)
        if self._last.outcome.undo is not None or not has_pronoun:
            return None
        return FollowUp([(utterance, OutOfScope(0.0, (), f"I can't stop “{self._last.text}”."))])

    # -- repairs and additions --------------------------------------------------------------------

    def _other(self, utterance: Utterance, fragment: Fragment) -> FollowUp | None:
        """Return the last command without what said which of several things it was about: `no, the other one`."""
        command, things = self._last.understanding, self._last.outcome.focus
        if not self._table.answers.names_other.fullmatch(plain_words(fragment.text)) or not isinstance(
            command, IntentMatch
        ):
            return None
        is_change = self._last.is_change
        if (
            len(things) != 1
            or kind_of(command) == "note"
            or (not self._last.outcome.undo if is_change else not tells(command))
        ):
            return None
        intent = self._matcher.intents.intents.get(command.intent)
        slots = {
            name: value
            for name, value in command.slots.items()
            if intent and name in intent.slots and intent.slots[name].required
        }
        if len(slots) == len(command.slots):
            return None  # nothing said which
        texts = {name: text for name, text in command.slot_texts.items() if name in slots}
        meaning = replace(command, slots=slots, slot_texts=texts)
        return FollowUp([(utterance, meaning)], takes_back=is_change, other_than=things)

    def _corrected(self, utterance: Utterance, fragment: Fragment) -> FollowUp | None:
        """Return a whole command that stands in the place of the last: `no, turn on the fan`."""
        if fragment.text == utterance.text or not self._last.is_change:
            return None
        meanings = self._understand(replace(utterance, text=fragment.text, alternatives=()))
        commands = [meaning for _, meaning in meanings if isinstance(meaning, IntentMatch) and is_believed(meaning)]
        if len(commands) < len(meanings) or any(is_about_talk(command) or tells(command) for command in commands):
            return None
        same = commands[0].intent == getattr(self._last.understanding, "intent", "")
        return FollowUp(meanings, takes_back=True) if same or fragment.is_firm else None
