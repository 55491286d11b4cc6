"""Commands beside the last one: another task, another deed on the same thing, the same deed on another thing."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from assistant.dialogue.consent.decisions import is_alike
from assistant.dialogue.context.amending.asked import names_moment
from assistant.dialogue.context.fragments import Fragment
from assistant.dialogue.context.meanings import FollowUp, Meaning, is_believed
from assistant.dialogue.exchange import Exchange, built_in
from assistant.language.mood import commands as is_order
from assistant.language.tables import table_of
from assistant.nlu.ranking.confidence import NO_DOUBT
from assistant.nlu.sets.completing import completions
from assistant.values import IntentMatch, Utterance

if TYPE_CHECKING:
    from assistant.nlu.matcher import Matcher


class Beside:
    """Reader of what is wanted beside the last command, and is none with another value.

    Args:
        last: the last exchange.
        matcher: whose language is spoken.
        understand: an utterance to its commands, each with its meaning.
    """

    def __init__(self, last: Exchange, matcher: Matcher, understand: Callable[[Utterance], Sequence[Meaning]]) -> None:
        self._last, self._matcher, self._understand = last, matcher, understand
        self._language = matcher.intents.language
        self._table = table_of(self._language)

    def read(self, utterance: Utterance, fragment: Fragment, *, has_task: bool) -> FollowUp | None:
        """Return the command that words without their marker are; `has_task` of a last one with a task in it."""
        again = self._again(utterance, fragment) if has_task else None
        return again or self._completed(utterance, fragment) or self._on_thing(utterance, fragment)

    def _on_thing(self, utterance: Utterance, fragment: Fragment, few: int = 5) -> FollowUp | None:
        """Return the last deed in the house on a thing of another kind: `and the TV` after `turn off the light`."""
        command, determiners = self._last.understanding, self._table.follow_ups.determiners.split("|")
        when = getattr(command, "when", None)
        words, said = fragment.text.split(), (when.command if when else self._last.text).split()
        starts = [place for place, word in enumerate(said) if word.casefold() in determiners]
        if built_in(command) != "home.intent" or not isinstance(command, IntentMatch) or len(starts) != 1:
            return None
        if not 1 < len(words) <= few or words[0].casefold() not in determiners:
            return None
        behind = [word for word in said[-1:] if word.casefold() in self._table.particles]
        if when and not names_moment(fragment.text, self._matcher):
            behind.append(when.text)
        sentence = " ".join((*said[: starts[0]], *words, *behind))
        meanings = self._understand(replace(utterance, text=sentence, alternatives=()))
        is_same = all(
            isinstance(meaning, IntentMatch)
            and meaning.confidence >= NO_DOUBT
            and (meaning.when is None) == (when is None)
            and is_alike(meaning, command)
            for _, meaning in meanings
        )
        return FollowUp(meanings) if is_same else None

    def _again(self, utterance: Utterance, fragment: Fragment) -> FollowUp | None:
        """Return the order that words begin anew, for another task: `and remind me to feed the cat as well`."""
        if not is_order(fragment.text, self._language):
            return None
        meanings = self._understand(replace(utterance, text=fragment.text, alternatives=()))
        is_same = all(
            getattr(meaning, "intent", "") == getattr(self._last.understanding, "intent", "") for _, meaning in meanings
        )
        return FollowUp(meanings) if is_same else None

    def _completed(self, utterance: Utterance, fragment: Fragment) -> FollowUp | None:
        """Return another command about what the last one named: `take milk off the list`, `and add cream`."""
        last = self._last.understanding
        texts = last.slot_texts if isinstance(last, IntentMatch) else {}
        for sentence, name, _ in completions(fragment.text, self._last.text, texts, self._language):
            meanings = self._understand(replace(utterance, text=sentence, alternatives=()))
            commands = [meaning for _, meaning in meanings if isinstance(meaning, IntentMatch) and is_believed(meaning)]
            values = [command.slots.get(name) for command in commands]
            if len(values) == len(meanings) and all(value == getattr(last, "slots", {}).get(name) for value in values):
                return FollowUp(meanings)
        return self._on_whole(utterance, fragment)

    def _on_whole(self, utterance: Utterance, fragment: Fragment) -> FollowUp | None:
        """Return another command about what the last thing was a part of: `take off the eggs`, `and add cheese`."""
        wholes = {thing.whole.name: thing.whole for thing in self._last.outcome.focus if thing.whole}
        if len(wholes) != 1 or not is_order(fragment.text, self._language):
            return None
        ((name, whole),) = wholes.items()
        for lead in (*sorted(self._table.states), *sorted(self._table.sources)):
            meanings = self._understand(replace(utterance, text=f"{fragment.text} {lead} {name}", alternatives=()))
            if all(is_believed(m) and whole.slots.items() <= getattr(m, "slots", {}).items() for _, m in meanings):
                return FollowUp(meanings)
        return None
