"""What is out of scope, looked up in the pictures: a question that one answers, or words for what one shows."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING

from assistant.actions.run import Actions
from assistant.errors import AssistantError
from assistant.language.mood import commands
from assistant.language.text import content_words
from assistant.nlu.pictures.asking import shown_thing
from assistant.values import BuiltInAction, IntentMatch, OutOfScope, Understanding, Utterance

if TYPE_CHECKING:
    from assistant.actions.outcome import Holdings
    from assistant.nlu.matcher import Matcher
    from assistant.nlu.query import Query


class PictureLookup:
    """Looks in the pictures of a conversation.

    Args:
        actions: hold the pictures.
    """

    def __init__(self, actions: Actions) -> None:
        self._actions = actions

    def read(self, utterance: Utterance, meaning: OutOfScope, matcher: Matcher) -> Understanding | None:
        """Return the answer that is written in a picture, or the search for one that is described.

        None where no picture has it, and where no folder of pictures is looked at. What was refused with a reason is
        looked up only where it is a description.
        """
        if (holdings := self._actions.holdings) is None:
            return None
        query = matcher.query(utterance.text)
        with contextlib.suppress(AssistantError):  # told by the action that needs the pictures
            if query.sense.mood == "question":
                return None if meaning.reason else self._answered(query, meaning, matcher, holdings)
            return self._described(query, meaning, matcher, holdings)
        return None

    def _answered(
        self, query: Query, meaning: OutOfScope, matcher: Matcher, holdings: Holdings, sure: float = 0.55
    ) -> Understanding | None:
        """Return the words of a picture that answer, or the picture that surely holds the words of a question."""
        if answer := holdings.answer(query):
            return answer
        found = holdings.find(query.text).pictures
        if not found or found[0].confidence < sure or not content_words(query.text, query.language):
            return None
        action = BuiltInAction("pictures.read" if found[0].picture.facts.words else "pictures.find")
        return self._match(action, query, found[0].confidence, meaning, matcher)

    def _described(
        self,
        query: Query,
        meaning: OutOfScope,
        matcher: Matcher,
        holdings: Holdings,
        sure: float = 0.8,
    ) -> IntentMatch | None:
        """Read words for what is to be seen, bare or to be shown, where a picture surely shows that.

        After a refusal it must have every word.
        """
        words, thing = content_words(query.text, query.language), shown_thing(query.text)
        is_bare = len(words) > 1 and not commands(query.text, query.language)
        if not thing and not (is_bare and query.sense.mood == "order"):
            return None
        found = holdings.find(thing or query.text).pictures
        if not found or found[0].confidence < sure or (meaning.reason and found[0].covered < 1):
            return None
        wanted = query.with_text(thing) if thing else query
        return self._match(BuiltInAction("pictures.find"), wanted, found[0].confidence, meaning, matcher)

    def _match(
        self, action: BuiltInAction, query: Query, confidence: float, meaning: OutOfScope, matcher: Matcher
    ) -> IntentMatch | None:
        """Return the command with an action, about all the words; None where no intent has it."""
        name = next((name for name, intent in matcher.intents.intents.items() if intent.action == action), "")
        return IntentMatch(name, {"about": query.text}, confidence, meaning.n_best, action) if name else None
