"""Orders that break off before they say what is to be done to what: `remind me to`, `add to my shopping list`, `open`.

A word that stands for anything is put where one lacks. If a template then covers the sentence, the slot that took the
word is asked for. What no template tells is asked about in the words of the order: `Turn on what?`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import NamedTuple

from assistant.authoring.definitions import Intent, IntentSet
from assistant.language.mood import commands
from assistant.language.spoken import sentence
from assistant.language.tables import table_of
from assistant.language.tables.phrases import phrases_of
from assistant.language.text import breaks_off
from assistant.nlu.query import Query
from assistant.nlu.ranking.confidence import NO_DOUBT
from assistant.nlu.slots.command import Commands
from assistant.nlu.templates.matcher import TemplateMatch
from assistant.nlu.templates.sampler import Sampler
from assistant.values import OutOfScope, SlotMissing, SlotValue, Understanding

_ANYTHING = ("xyzzy", "5")
"""Words that stand for any text, and for any number."""


class Gap(NamedTuple):
    """A slot of which an order says nothing."""

    intent: str
    slot: str
    slots: Mapping[str, SlotValue]
    """Values of the others."""


class Unfinished:
    """Reads orders that break off.

    Args:
        intents: the intents.
        sampler: of their templates.
        matches: the templates that cover a sentence, the best first.
        commands: make the question for a value.
    """

    def __init__(
        self,
        intents: IntentSet,
        sampler: Sampler,
        matches: Callable[[Query], Sequence[TemplateMatch]],
        commands: Commands,
    ) -> None:
        self._intents, self._sampler, self._matches, self._commands = intents, sampler, matches, commands

    def read(self, query: Query, whole: Callable[[], Understanding]) -> Understanding:
        """Return the question for what an order lacks; what `whole` makes of a sentence that is none or lacks nothing.

        No template covers the sentence to the letter.
        """
        is_bare = self._is_bare(query)
        if not (is_bare and self._is_shared(query)) and (gap := self._gap(query)):
            return self._asked(gap)
        meaning = whole()
        question = f"{sentence(query.bare)} what?"
        if isinstance(meaning, OutOfScope) and meaning.reason and query.sense.mood == "unfinished":
            return replace(meaning, reason=f"That was only half a sentence. {question}", begun=query.bare)
        if is_bare and (isinstance(meaning, OutOfScope) or meaning.confidence < NO_DOUBT):
            return OutOfScope(meaning.confidence, meaning.n_best, question, query.bare)
        return meaning

    def _asked(self, gap: Gap) -> SlotMissing:
        """Ask for a slot that lacks; for one that is required before one of which the author asks nothing."""
        intent = self._intents.intents[gap.intent]
        slot, missing = intent.slots.get(gap.slot), intent.missing(gap.slots)
        is_asked = slot is not None and (slot.required or not slot.ask.startswith("Which "))
        name = missing.name if missing and not is_asked else gap.slot
        return self._commands.asked(intent, gap.slots, name, "", NO_DOUBT)

    def _is_shared(self, query: Query) -> bool:
        """True of words with which the sentences of several intents begin: `turn on`, `open`."""
        words = query.bare.casefold().split()
        intents = self._intents.intents.values()
        begun = [item.folder for item in intents if self._begins(item, words)]
        return begun.count(max(begun, default=0)) > 1  # a user's own wins a tie against a shipped one

    def _begins(self, intent: Intent, words: Sequence[str]) -> bool:
        """True where a sentence of an intent begins with some words."""
        return any(text.split()[: len(words)] == words for text in self._sampler.patterns(intent))

    def _gap(self, query: Query, longest: int = 7) -> Gap | None:
        """Find the slot that a broken order lacks; None where it is whole, or several intents would take it."""
        words = query.bare.split()
        if not 0 < len(words) <= longest or not self._is_broken(words, query):
            return None
        for completed in self._completed(words, query):
            matches = self._matches(query.with_text(completed))
            gaps = [gap for match in matches if match.free <= 1 and (gap := _gap(match))]
            folders = [self._intents.intents[gap.intent].folder for gap in gaps]
            gaps = [gap for gap, folder in zip(gaps, folders, strict=True) if folder == max(folders)]
            if gaps and len({gap.intent for gap in gaps}) == 1:
                return gaps[0]
        return None

    def _is_bare(self, query: Query) -> bool:
        """True of an order that names nothing at all: `turn on`, `add`, `set the`."""
        phrases, words = phrases_of(query.language), query.bare.casefold().split()
        if phrases is None or not words or not commands(query.text, query.language):
            return False
        empty = phrases.determiners | table_of(query.language).particles | table_of(query.language).never_last
        return len(words) < 4 and all(word in empty for word in words[1:]) and query.plain == " ".join(words)

    def _is_broken(self, words: Sequence[str], query: Query) -> bool:
        """True if the object may lack: at the end, or behind the verb, where a preposition stands."""
        if not commands(query.text, query.language):
            return False
        return len(words) < 3 or breaks_off(query.plain, query.language) or _leads(words, query)

    def _completed(self, words: Sequence[str], query: Query) -> Iterator[str]:
        for thing in _ANYTHING:
            if _leads(words, query) and len(words) > 2:
                yield " ".join((words[0], thing, *words[1:]))
            if len(words) < 3 or breaks_off(query.plain, query.language):
                yield " ".join((*words, thing))
                if len(words) == 2:
                    yield " ".join((*words, "to", thing))


def _leads(words: Sequence[str], query: Query) -> bool:
    """True of a preposition behind the verb: `add to my list`, `remove from it`."""
    table = table_of(query.language)
    return len(words) > 1 and words[1].casefold() in table.never_last | table.particles


def _gap(match: TemplateMatch) -> Gap | None:
    slot = next((name for name, text in match.texts.items() if text.casefold() in _ANYTHING), None)
    if slot is None:
        return None
    return Gap(match.intent, slot, {name: value for name, value in match.slots.items() if name != slot})
