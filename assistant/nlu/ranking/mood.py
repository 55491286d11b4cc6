"""Evidence against intents of orders where a sentence forbids, asks or tells: `did you open it` opens nothing.

What moods an intent takes is taught by its own sentences: `it's too loud` turns the volume down where an author wrote a
sentence that tells how something is. A template of its own that covers a sentence to the letter is always believed, and
so is one that begins with words of its own and takes the rest for a note or a message.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from assistant.authoring.definitions import IntentSet
from assistant.authoring.template_syntax import HOME_LISTS, PLACEHOLDER_OR_MARK
from assistant.language.mood import Sense, brings, command_alone, is_deed, sense
from assistant.language.tables import table_of
from assistant.nlu.query import Query
from assistant.nlu.ranking.combine import Ranked
from assistant.nlu.ranking.confidence import sigmoid
from assistant.nlu.ranking.evidence import Evidence, RankingWeights
from assistant.nlu.ranking.polarity.deeds import Deeds, deeds_of, opposites
from assistant.nlu.ranking.rankers import MeaningRanker, TemplateRanker
from assistant.nlu.templates.matcher import TemplateMatch
from assistant.nlu.templates.sampler import Sampler
from assistant.values import Utterance

_WITHDRAWN = "All right, I have done nothing."
_WORD = re.compile(r"[^\W\d_]+")
_ENDING = re.compile(r"(?<=\w\w\w)(?:ing|ed|es|s|e)$")


@dataclass(frozen=True, slots=True)
class Moods:
    """The moods of an intent's own sentences."""

    shares: Mapping[str, float]
    """Mood, whose report it is, and whether it goes on -> share of the sentences."""
    forbids: frozenset[str]
    """First word with content of what those forbid that do, without its ending."""
    deeds: Deeds
    """Deeds of those that order."""
    told: frozenset[tuple[str, bool]] = frozenset()
    """The words with content of those that tell how something is, and whether each is denied."""
    general: frozenset[str] = frozenset()
    """The ways in which those that ask ask about things in general; see `_general`."""


class MoodRanker:
    """Evidence by the mood of a sentence."""

    def __init__(
        self,
        intents: IntentSet,
        sampler: Sampler,
        templates: TemplateRanker,
        meaning: MeaningRanker,
        weights: RankingWeights,
    ) -> None:
        self._intents, self._sampler = intents, sampler
        self._templates, self._meaning, self._weights = templates, meaning, weights.mood
        self._table = table_of(intents.language)
        self._moods: dict[str, Moods] = {}

    def rank(self, query: Query) -> Iterator[Evidence]:
        """Yield the likeliest intents that do not take the mood: orders where it is none, questions where it is one."""
        if self._templates.exact(query):
            return
        yield from self._reported(query)
        asked = self._general(query.text)
        if query.sense.mood == "order":
            yield from self._questions(query)
            asked &= {"utmost", "elsewhere"}
            if not asked:
                return
        covering = {match.intent: match for match in self._templates.covering(query)}
        likely = [item.owner for item in self._meaning.ranked(query)[: int(self._weights["candidates"])]]
        asked = asked if query.sense.mood in ("question", "order") else frozenset()
        for owner in dict.fromkeys((*covering, *likely)):
            is_foreign = not self._takes(owner, query.sense) and not self._holds(covering.get(owner), query)
            if is_foreign or not self._is_about(owner, asked):
                yield Evidence("intent", owner, "mood", self._weights[self._degree(owner, query.sense)])

    def _is_about(self, owner: str, asked: frozenset[str]) -> bool:
        """Recognise an intent whose own sentences ask about things in such general ways; a topic takes any."""
        moods = self.moods(owner)
        return asked <= moods.general or self._intents.intents[owner].is_topic

    def _reported(self, query: Query) -> Iterator[Evidence]:
        """Yield the stored questions near what is no question.

        That is an order which reports a sentence, `note that the key is under the mat`, and a deed that is forbidden.
        """
        is_forbidden = query.sense.mood == "forbidden" and is_deed(query.sense.rest, query.language)
        is_forbidden |= query.sense.mood == "withdrawn"
        last_words = ((match, match.literal.casefold().split()[-1:]) for match in self._templates.covering(query))
        if is_forbidden or any(
            self._holds(match, query) and not self._table.clause_words.isdisjoint(last) for match, last in last_words
        ):
            owners = dict.fromkeys(hit.row.owner for hit in query.neighbours if hit.row.kind in ("question", "answer"))
            for owner in owners:
                yield Evidence("question", owner, "mood", self._weights["foreign"])

    def _general(self, text: str) -> frozenset[str]:
        """Return how a question asks about things in general, not about what is here: `how`, `why`, or `any` thing.

        `How do I rename a list in a spreadsheet`, `why do people set two alarms`, `how long does a battery last`,
        `can I set an alarm on my oven`, `can we take a screenshot in a cinema`, `what is a screenshot` and `the loudest
        volume that does no harm` are no questions about the lists, the alarms, the battery, the screen and the volume
        of this house.
        """
        plain = text.casefold().strip(" ?!.")
        is_how = self._table.how_to is not None and self._table.how_to.fullmatch(plain) is not None
        table = self._table
        begun = {"why": table.why, "able": table.able, "utmost": table.utmost, "elsewhere": table.elsewhere}
        ways = {way: bool(pattern and pattern.match(plain)) for way, pattern in begun.items()} | {"how": is_how}
        ways["word"] = bool(table.definition and table.definition.fullmatch(plain))
        articles = self._table.indefinite_articles
        ways["any"] = not articles.isdisjoint(_WORD.findall(plain))
        return frozenset(way for way, is_so in ways.items() if is_so)

    def _questions(self, query: Query) -> Iterator[Evidence]:
        """Yield intents of questions where something is to be brought into the state that they ask about."""
        if brings(query.text, query.language) or self._does(query):
            for item in self._meaning.ranked(query)[: int(self._weights["candidates"])]:
                if self.moods(item.owner).shares.get("question", 0) > 1 - self._weights["orders"]:
                    is_topic = self._intents.intents[item.owner].is_topic
                    yield Evidence("intent", item.owner, "mood", self._weights["topic" if is_topic else "foreign"])

    def _does(self, query: Query) -> bool:
        """True of an order that begins with a deed, or does behind its reason: `it is late, lock the door`."""
        command = command_alone(query.text, query.language) or query.bare
        return bool(deeds_of(_WORD.findall(command.casefold())[:1], self._table))

    def _degree(self, owner: str, sentence: Sense) -> Literal["foreign", "topic", "state"]:
        """Weight of the mood against an intent: little for a topic, which people speak about in any mood but one.

        Nor is it much where somebody tells how something is: that may be a reason for what the intent does; nor against
        what only tells something.
        """
        if self._intents.intents[owner].is_topic and sentence.mood != "forbidden":
            return "topic"
        if self._contradicts(owner, sentence):
            return "foreign"
        is_state = sentence.mood == "state" or (sentence.mood in ("report", "habit") and self._tells(owner))
        return "state" if is_state else "foreign"

    def is_beyond(self, query: Query, candidate: Ranked) -> bool:
        """Recognise an order that nothing here does, to which a stored question is only like.

        `Eject the USB stick` does not ask how to mount one, nor `stop my subscription` if there is one. A question that
        has an order among its wordings answers it.
        """
        if candidate.kind != "question" or not is_deed(query.text, query.language):
            return False
        return sense(candidate.phrase, query.language).mood == "question"

    def rivals(self, query: Query, close: Sequence[Ranked]) -> Sequence[Ranked]:
        """Return candidates near each other, without questions how it is done where an order is first a command."""
        how_to = self._table.how_to
        if len(close) < 2 or how_to is None or close[0].kind != "intent" or query.sense.mood != "order":
            return close  # the mood is looked at last: for a first sentence its grammar is compiled, 0.1 s
        return [item for item in close if item.kind == "intent" or not how_to.fullmatch(item.owner.strip(" ?!."))]

    def refusal(self, ranked: Collection[Ranked], query: Query, threshold: float) -> str:
        """Return the reply where an intent would have been carried out but for the mood; to a prohibition always."""
        if query.sense.mood in ("forbidden", "unwanted", "withdrawn"):
            return _WITHDRAWN
        refused = (candidate for candidate in ranked if _without_mood(candidate) >= threshold)
        if not (candidate := next(refused, None)):
            return ""
        match query.sense.mood:
            case "unfinished":
                return "I have done nothing: that was only half a sentence."
            case "report" | "habit" | "quote":
                example = f" For one, say “{candidate.phrase}”." if candidate.phrase else ""
                return f"I have done nothing: that was no order.{example}"
            case "state" if query.sense.denied:
                return _WITHDRAWN
            case "condition":
                return "I have done nothing: I cannot tell when that is so."
        return ""

    def doubt(self, query: Query, utterance: Utterance, clear: float) -> str:
        """Return the reply to an order that its own end takes back, or that another reading of is none; else nothing.

        Only readings of what was heard less than clearly count.
        """
        if not self._templates.exact(query) and query.sense.mood == "withdrawn":
            return _WITHDRAWN
        if utterance.source == "typed" or utterance.confidence >= clear or query.sense.mood != "order":
            return ""
        readings = (
            text for text in utterance.alternatives if sense(text, query.language).mood not in ("order", "state")
        )
        contrary = next(readings, "")
        return f"I have done nothing: I heard “{utterance.text}”, or “{contrary}”." if contrary else ""

    def _takes(self, owner: str, sentence: Sense) -> bool:
        """True where the intent's own sentences have the mood, or are hardly orders at all."""
        own = self.moods(owner)
        if self._contradicts(owner, sentence):
            return False
        if sentence.mood == "forbidden":
            return self._verb(sentence) in own.forbids
        if sentence.mood == "unwanted":
            return self._ends(own, sentence)
        if sentence.mood == "state" and self._intents.intents[owner].is_topic:
            return True
        if any(own.shares.get(_kind(form), 0) > 0 for form in (sentence, replace(sentence, goes_on=False))):
            return True
        if sentence.mood in ("report", "habit") and self._tells(owner):
            return False
        return own.shares.get("order", 0) < self._weights["orders"]

    def _contradicts(self, owner: str, sentence: Sense) -> bool:
        """True where something is told to be so of which the intent's own sentences tell the contrary.

        `The fern isn't thirsty` waters nothing where an author wrote `the {plant} is thirsty`.
        """
        if sentence.mood not in ("state", "report") or self._intents.intents[owner].is_topic:
            return False
        told, denied = self.moods(owner).told, sentence.denied
        if any((word, not denied) in told and (word, denied) not in told for word in self._telling(sentence)):
            return True
        return denied and {is_denied for _, is_denied in told} == {False}

    def _telling(self, sentence: Sense) -> Iterator[str]:
        """Yield the words with content behind those that show the mood."""
        empty = self._table.stop_words | self._table.negations
        return (word for word in _WORD.findall(sentence.rest) if word not in empty)

    def _tells(self, owner: str) -> bool:
        """Recognise an intent whose sentences ask, or order to be told something: `list my alarms`."""
        shares = self.moods(owner).shares
        asked, ordered = shares.get("question", 0), shares.get("order", 0)
        return asked > 0 and ordered < self._weights["orders"] and asked + ordered > self._weights["orders"]

    def _ends(self, own: Moods, sentence: Sense) -> bool:
        """True where what the intent does is the contrary of what is not to be: `don't leave the lights on`.

        Where no such word is said, it does nothing but end things, or has a sentence of this mood.
        """
        if said := deeds_of(_WORD.findall(sentence.rest), self._table):
            return not own.deeds.isdisjoint(opposites(said)) and own.deeds.isdisjoint(said)
        return own.shares.get("unwanted", 0) > 0 or {side for _, side in own.deeds} == {1}

    def _holds(self, match: TemplateMatch | None, query: Query) -> bool:
        """True where a template begins as the sentence does and takes the rest as free text, not as a name."""
        if match is None or query.sense.mood == "withdrawn" or HOME_LISTS & match.texts.keys():
            return False
        first = query.bare.casefold().split()[0]
        return match.literal.casefold().split()[:1] == [first] and first not in self._table.stop_words

    def moods(self, name: str) -> Moods:
        """Read the moods of an intent's own sentences; they are kept."""
        if name not in self._moods:
            intent = self._intents.intents[name]
            language = intent.language or self._intents.language
            texts = (*self._sampler.patterns(intent), *intent.examples)
            plain = [PLACEHOLDER_OR_MARK.sub("thing", text) for text in texts]
            senses = [sense(text, language) for text in plain]
            shares = {kind: count / len(senses) for kind, count in Counter(map(_kind, senses)).items()}
            forbids = (self._verb(item) for item in senses if item.mood == "forbidden")
            orders = [text for text, item in zip(plain, senses, strict=True) if item.mood == "order"]
            deeds = deeds_of(_WORD.findall(" ".join(orders).casefold()), self._table)
            asked = (text for text, item in zip(plain, senses, strict=True) if item.mood == "question")
            general = frozenset(way for text in asked for way in self._general(text))
            states = (item for item in senses if item.mood in ("state", "report"))
            told = frozenset((word, item.denied) for item in states for word in self._telling(item))
            self._moods[name] = Moods(shares, frozenset(filter(None, forbids)), deeds, told, general)
        return self._moods[name]

    def _verb(self, sentence: Sense) -> str:
        """Return the first word with content of what is forbidden, without its ending."""
        words = _WORD.findall(sentence.rest)
        return _ENDING.sub("", next((word for word in words if word not in self._table.stop_words), ""))


def _kind(sentence: Sense) -> str:
    kind = f"our {sentence.mood}" if sentence.mood == "report" and sentence.ours else sentence.mood
    return f"{kind} that goes on" if sentence.goes_on else kind


def _without_mood(candidate: Ranked) -> float:
    """Return the confidence of a candidate but for the mood; 0 where the mood says nothing."""
    if all(item.source != "mood" for item in candidate.evidence):
        return 0.0
    soft = sum(item.strength for item in candidate.evidence if item.source != "mood" and item.match is None)
    return sigmoid(max([soft, *(item.strength for item in candidate.evidence if item.match)]))
