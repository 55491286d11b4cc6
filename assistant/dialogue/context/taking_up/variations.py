"""The last command again, otherwise: `another one`, `the same at night`."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from assistant.dialogue.context.fragments import fragment_of
from assistant.dialogue.context.meanings import Meaning, is_believed
from assistant.dialogue.context.pronouns import Pronouns
from assistant.dialogue.exchange import Exchange
from assistant.language.tables import table_of
from assistant.language.text import tidy, tokens
from assistant.values import Utterance

if TYPE_CHECKING:
    from assistant.nlu.matcher import Matcher


class Variations:
    """Reader of words that vary the last command, where its files have an intent for that, with a key `varies`.

    Args:
        exchanges: the commands and answers, newest last.
        matcher: understands the sentences that are made.
        understand: an utterance to its commands, each with its meaning.
        pronouns: of the conversation.
    """

    def __init__(
        self,
        exchanges: Sequence[Exchange],
        matcher: Matcher,
        understand: Callable[[Utterance], Sequence[Meaning]],
        pronouns: Pronouns,
    ) -> None:
        self._exchanges, self._understand, self._pronouns = exchanges, understand, pronouns
        self._language = matcher.intents.language
        self._table = table_of(self._language)
        intents, last = matcher.intents.intents, _intent(exchanges[-1])
        self._varying = {name for name, intent in intents.items() if last in intent.varies}
        self._varied = {name for varying in self._varying for name in intents[varying].varies} - self._varying

    def read(self, utterance: Utterance, is_sure: bool) -> Sequence[Meaning]:
        """Read words after a command with the verb for that before them; nothing where they do not vary it."""
        if not self._varying:
            return ()
        if (by_name := self._pronouns.read(utterance, ())) and self._is_variation(by_name):
            return by_name
        fragment = fragment_of(utterance.text, self._language)
        if is_sure or fragment.kind == "denial":
            return ()
        orders = [exchange.text for exchange in self._exchanges if _intent(exchange) in self._varied][-2:]
        verbs = dict.fromkeys(word for text in orders for word in tokens(text, self._language)[:4])
        small = {*self._table.leads.split("|"), "without", "as"} - {*self._table.follow_ups.determiners.split("|")}
        texts = [text for text in (tidy(utterance.text), fragment.text) if text]
        texts += [f"the same {text}" for text in texts if text.split()[0].lower() in small and self._is_short(text)]
        for text, verb in itertools.product(dict.fromkeys(texts), verbs):
            meanings = self._understand(replace(utterance, text=f"{verb} {text}", alternatives=()))
            if self._is_variation(meanings):
                return meanings
        return ()

    def _is_variation(self, meanings: Sequence[Meaning]) -> bool:
        return all(getattr(item, "intent", "") in self._varying and is_believed(item) for _, item in meanings)

    def _is_short(self, text: str, most: int = 5) -> bool:
        """True of a few words, of the small ones only such as lead to a thing."""
        words = tokens(text, self._language)
        small = {*self._table.leads.split("|"), *self._table.joints.split("|"), "of"}
        return 0 < len(words) <= most and all(word in small or word not in self._table.stop_words for word in words)


def _intent(exchange: Exchange) -> str:
    return getattr(exchange.understanding, "intent", "")
