"""Sentences that complete a command or change it: the answer to a question, other values for those that were said."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace

from assistant.authoring.definitions import IntentSet
from assistant.language.text import joins
from assistant.nlu.account.further import names_only
from assistant.nlu.budget import TooLong
from assistant.nlu.query import Query
from assistant.nlu.ranking.rankers import TemplateRanker
from assistant.nlu.slots.command import Commands
from assistant.nlu.slots.filler import SlotFiller
from assistant.nlu.slots.substitution import Substitution
from assistant.nlu.templates.matcher import TemplateMatch
from assistant.values import IntentMatch, SlotMissing, SlotValue, Understanding, Utterance


class Answers:
    """Reads what takes up a command.

    Args:
        intents: the intents.
        filler: intent -> what fills its slots.
        templates: cover sentences.
        commands: make commands of values.
        query: an utterance to its query.
    """

    def __init__(
        self,
        intents: IntentSet,
        filler: Callable[[str], SlotFiller],
        templates: TemplateRanker,
        commands: Commands,
        query: Callable[[Utterance], Query],
    ) -> None:
        self._intents, self._filler, self._templates = intents, filler, templates
        self._commands, self._query = commands, query

    def names_only(self, utterance: Utterance) -> bool:
        """True of an utterance that holds nothing but names: `the front door`."""
        return names_only(self._query(utterance), self._templates)

    def fill(self, pending: SlotMissing, utterance: Utterance) -> Understanding | None:
        """Return the command with the answer filled in; None where the utterance is no answer to the question.

        A whole command of another intent is none. Other values that the answer holds are taken as well.
        """
        intent = self._intents.intents.get(pending.intent)
        if intent is None or not (filler := self._filler(intent.name)).takes(pending.missing):
            return None
        with contextlib.suppress(TooLong):
            for text in (utterance.text, *utterance.alternatives):
                query = self._query(replace(utterance, text=text))
                match: TemplateMatch | None = next(iter(self._templates.matches(query)), None)
                if match and not match.free and match.intent != intent.name and not match.texts:
                    return None
                if (value := filler.read(pending.missing, query)) is None:
                    continue
                more = _beside(filler, pending, value[0], query)
                slots = {**pending.slots, pending.missing: value[0], **more}
                texts = {pending.missing: value[1]}
                if match and match.intent == intent.name and pending.missing in match.slots:
                    slots |= match.slots
                command = self._commands.command(intent, slots, texts, pending.confidence)
                return replace(self._commands.complete(intent, command), n_best=pending.n_best, when=pending.when)
        return None

    def amended(
        self,
        command: IntentMatch | SlotMissing,
        sentence: str,
        fragment: str,
        old: str = "",
        *,
        takes_text: bool = False,
        repeats: bool = False,
    ) -> Iterator[str]:
        """Yield the sentences that a fragment makes of the sentence of a command, the likeliest first.

        Args:
            command: the command.
            sentence: its sentence.
            fragment: other values, `fifteen` or `in the bedroom`.
            old: the words in whose place it stands, where they are said.
            takes_text: True where it may stand in the place of a free text.
            repeats: True where it names another thing for which the same is wanted.
        """
        if command.intent not in self._intents.intents:
            return
        query, texts = self._query(Utterance(sentence)), getattr(command, "slot_texts", {})
        substitution = Substitution(query, self._filler(command.intent).domains, texts)
        if repeats:
            yield from substitution.repeated(query.with_text(fragment))
        yield from substitution.sentences(query.with_text(fragment), old, takes_text=takes_text)

    def takes(self, intent: str, name: str) -> bool:
        """Return True if an intent has a slot of that name."""
        return intent in self._intents.intents and self._filler(intent).takes(name)


def _beside(filler: SlotFiller, pending: SlotMissing, value: SlotValue, query: Query) -> Mapping[str, SlotValue]:
    """Return all listed and typed values of an answer, where it holds one for the slot that is asked for and others.

    Where it says in another clause a value anew that was given before, that holds: `thick, and make it three`.
    """
    givens = (pending.slots, {}) if joins(query.tidied, query.language) else (pending.slots,)
    for given in givens:
        filled = filler.fill(query, given)
        values = {name: filled.slots[name] for name in filled.texts if not filler.domains[name].free}
        is_value = pending.missing in values if given else values.get(pending.missing) == value
        if not filled.doubt and is_value and len(values) > 1:
            return values
    return {}
