"""A second value of a slot that has one already, where the words of an intent are not accounted for.

An intent without templates says too little of its own words to blame it for others, but `bake twelve rolls and six`
names two numbers, and only one of them is done.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import pairwise

from assistant.authoring.definitions import Intent, IntentSet, Slot, WordList
from assistant.authoring.template_syntax import HOME_LISTS, PLACEHOLDER_OR_MARK
from assistant.language import entities
from assistant.language.mood import commands
from assistant.language.tables import table_of
from assistant.language.tables.phrases import phrases_of
from assistant.nlu.account.account import ability
from assistant.nlu.account.owners import OwnWords, owned
from assistant.nlu.query import Query
from assistant.nlu.ranking.rankers import TemplateRanker
from assistant.nlu.slots.domains import TYPED, SlotDomain
from assistant.values import IntentMatch, OutOfScope, SlotMissing, Understanding

_THINGS = HOME_LISTS | {"device_class", "domain"}
"""Slots that say which things of the house are meant."""


def further_value(
    domains: Mapping[str, SlotDomain], command: IntentMatch | SlotMissing, texts: Mapping[str, str], query: Query
) -> str:
    """Return the words of another value of a listed or number slot that was read; nothing where there is none.

    Args:
        domains: of the slots of the command's intent.
        command: as it was understood.
        texts: slot name -> the words that its value was read from.
        query: the sentence.
    """
    if any(domain.free for name, domain in domains.items() if name in texts):
        return ""  # free text may hold anything
    words = tuple(word.casefold() for word in query.words)
    read = [place for text in texts.values() for place in _places(tuple(text.casefold().split()), words)]
    for name in texts:
        for span in _spans(domains.get(name), words, query):
            places = range(span.start, span.end)
            if span.value not in command.slots.values() and not any(place in read for place in places):
                return " ".join(query.words[span.start : span.end])
    return ""


def further_phrase(intent: Intent, rules: Mapping[str, str], texts: Mapping[str, str], query: Query) -> str:
    """Return a phrase that says for whom, with what or how often, and that nothing of an intent explains.

    Of one that is known by examples alone: `bake twelve rolls for Anna`, where no example has anything behind `for`.
    Where many examples have words there that no other has, such words are usual.

    Args:
        intent: the intent.
        rules: of the set that it is one of.
        texts: slot name -> the words that its value was read from.
        query: the sentence.
    """
    table, phrases = table_of(query.language), phrases_of(query.language)
    if phrases is None:
        return ""
    sentence = owned(query, texts, OwnWords(intent, rules, table, phrases), table, phrases)
    for place in sentence.left:
        lead = _lead(sentence.plain, place, query.language)
        is_repeated = phrases.repeated is not None and phrases.repeated.fullmatch(sentence.plain[place])
        if is_repeated or (lead and not _varies(intent.examples, query.language)):
            return sentence.text(place if is_repeated else lead, place + 1)
    return ""


def _lead(words: Sequence[str], place: int, language: str) -> int:
    """Return the place of the preposition of a word, 0 where it has none."""
    table, phrases = table_of(language), phrases_of(language)
    lead = place - 1
    while phrases and lead > 0 and words[lead] in phrases.determiners:
        lead -= 1
    return lead if phrases and lead > 0 and words[lead] in phrases.locatives | table.sources | table.goals else 0


@lru_cache(maxsize=256)
def _varies(examples: tuple[str, ...], language: str, many: int = 30, usual: float = 0.01) -> bool:
    """True of many examples of which a usual share has, behind a preposition, a word that stands in no other."""
    said = [tuple(PLACEHOLDER_OR_MARK.sub("thing", text).casefold().split()) for text in examples]
    counts = Counter(word for words in said for word in {*words})
    own = sum(any(counts[word] == 1 and _lead(words, at, language) for at, word in enumerate(words)) for words in said)
    return len(said) >= many and own > usual * len(said)


def relative(meaning: Understanding, text: str, intents: IntentSet) -> Understanding:
    """Return a meaning; where a level was said as a change, `by a third`, `up two degrees`, the question for the level.

    An intent whose own sentences have `by` knows changes.
    """
    phrases = phrases_of(intents.language)
    if not isinstance(meaning, IntentMatch | SlotMissing) or not phrases or not phrases.change:
        return meaning
    intent = intents.intents.get(meaning.intent)
    levels = [slot for slot in intent.slots.values() if _is_level(slot)] if intent else []
    if intent is None or len(levels) != 1 or not phrases.change.search(text):
        return meaning
    if any(" by " in f" {sentence}" for block in intent.blocks for sentence in block.sentences):
        return meaning
    said = meaning.slot_texts.get(levels[0].name, "") if isinstance(meaning, IntentMatch) else ""
    if any(f" {word} {said}".casefold() in text.casefold() for word in table_of(intents.language).states if said):
        return meaning  # `to 23 by seven` is a time
    kept = {name: value for name, value in meaning.slots.items() if name != levels[0].name}
    ask = f"I can set that to a value, not change it by one. {levels[0].ask}".strip()
    return SlotMissing(meaning.intent, kept, levels[0].name, ask, meaning.confidence, meaning.n_best)


def _is_level(slot: Slot) -> bool:
    """True of a number that must be said and has both limits."""
    return slot.type in ("number", "percent") and slot.required and None not in (slot.low, slot.high)


def unswallowed(meaning: Understanding, intents: IntentSet, query: Query, templates: TemplateRanker) -> Understanding:
    """Return a meaning, or its refusal where a label has taken another command in, or the words of a length of time.

    Or where nothing but a thing of the house was named.

    `Set an egg timer for three and a pasta timer for eight minutes` sets no timer called `egg timer for three and a
    pasta`, and `a timer for less than ten minutes` none called `less than`.
    """
    if not isinstance(meaning, IntentMatch | SlotMissing) or not (intent := intents.intents.get(meaning.intent)):
        return meaning
    if (level := relative(meaning, query.tidied, intents)) is not meaning:
        return level
    is_name = meaning.intent in intents.of_the_home() and meaning.slots.keys() <= _THINGS
    if is_name and names_only(query, templates):
        return OutOfScope(meaning.confidence, meaning.n_best, f"I don't know what to do with “{query.bare}”.")
    for name, slot in intent.slots.items():
        text = meaning.slots.get(name)
        if not isinstance(text, str):
            continue
        if (
            _is_cut_off(text, slot, intents)
            or _is_no_label(text, slot, intent, intents.language)
            or (name in HOME_LISTS and _is_no_name(text, intents.language))
            or ((listed := intents.lists.get(slot.type)) and _goes_on(text, listed, intents.language))
        ):
            return further_refused(intent, text, meaning.confidence)
        if choice := _choice(text, slot, intents.language):
            return further_refused(intent, choice, meaning.confidence)
        if order := _order_within(text, slot, intents.language):
            return further_refused(intent, order, meaning.confidence)
        if condition := _condition(text, slot, intents.language):
            return further_refused(intent, condition, meaning.confidence)
    return meaning


def names_only(query: Query, templates: TemplateRanker) -> bool:
    """True of words that stand in lists, with where and which, and no direction: `the kitchen light`."""
    table, phrases, words = table_of(query.language), phrases_of(query.language), query.bare.casefold().split()
    if phrases is None or templates.exact(query):
        return False
    small = phrases.determiners | phrases.locatives | phrases.asides | {table.conjunction}
    directed = phrases.directions | table.particles | table.deeds_of_verb.keys()
    named = [word for word in words if word not in small]
    return bool(named) and directed.isdisjoint(words) and templates.listed_words.issuperset(named)


def _is_cut_off(words: str, slot: Slot, intents: IntentSet) -> bool:
    """True of free text that ends at a joint, where the other half of it has become another value: `pills at 8 and`."""
    table = table_of(intents.language)
    joints = {table.conjunction, *table.disjunction.split("|")}
    joints |= {words for words in table.joints.split("|") if words.startswith(f"{table.conjunction} ")}
    said = f" {words.casefold()}"
    return slot.type not in intents.lists and any(said.endswith(f" {joint}") for joint in joints if joint)


def _goes_on(words: str, listed: WordList, language: str) -> bool:
    """True of such a text that is an article alone, or that another place follows: `shopping list and to the other`.

    A list that has an article among its values means it.
    """
    if any(words.casefold() == value.text for value in listed.values):
        return False
    table, said = table_of(language), words.casefold().split()
    articles = frozenset(table.articles.split("|"))
    leads = articles | table.goals
    if not table.particles.isdisjoint(said[1:-1]):
        return True
    return articles.issuperset(said) or any(a == table.conjunction and b in leads for a, b in pairwise(said))


def _is_no_name(words: str, language: str) -> bool:
    """True of such a text for a thing of the house: a clause, `all` of some, `itself`, `its lights`."""
    table, phrases, said = table_of(language), phrases_of(language), words.casefold().split()
    if phrases is None or not said:
        return False
    has_clause = any(one in phrases.subjects and two in phrases.auxiliaries for one, two in pairwise(said))
    is_of_all = said[0] in table.universal and len(said) > 1
    is_cut = bool(re.search(r"[?!;]", words.rstrip("?!; ")))
    has_particle = not table.particles.isdisjoint(said[1:-1])
    is_in_turn = len(said) > 1 and (said[-1] in table.ordinals or said[-1] == "next")
    is_in_turn = is_in_turn or (len(said) > 2 and said[0] in table.ordinals and said[1] in table.counts)
    is_cut = is_cut or said[0] in phrases.leading
    is_vague = is_in_turn or table.disjunction in said or not table.stand_ins.isdisjoint((said[0], said[-1]))
    return has_clause or is_of_all or is_cut or has_particle or is_vague or not phrases.nameless.isdisjoint(said)


def _choice(words: str, slot: Slot, language: str, longest: int = 4) -> str:
    """Return a short free text that leaves open which of two things it is: `milk, or cream`."""
    disjunction = table_of(language).disjunction
    if not disjunction or not slot.examples or max(len(text.split()) for text in slot.examples) > longest:
        return ""
    return words if re.search(rf"[,;] (?:{disjunction}) ", words) else ""


def _order_within(words: str, slot: Slot, language: str, longest: int = 4) -> str:
    """Return an order with a pronoun that has got into a short free text: `luck, | put that on the list`."""
    if not slot.examples or max(len(text.split()) for text in slot.examples) > longest:
        return ""
    pointing = re.compile(rf"\b(?:{table_of(language).moods.references or '(?!)'})\b", re.IGNORECASE)
    clauses = re.split(r"[,;.!?] ", words)[1:]
    return next((text for text in clauses if commands(text, language) and pointing.search(text)), "")


def _condition(words: str, slot: Slot, language: str, longest: int = 4) -> str:
    """Return the words from a condition on that has got into a short free text: `bread | unless it is there`."""
    phrases = phrases_of(language)
    if phrases is None or not slot.examples or max(len(text.split()) for text in slot.examples) > longest:
        return ""
    match = phrases.conditional.search(words.casefold())
    return words[match.start() :].strip() if match else ""


def _is_no_label(words: str, slot: Slot, intent: Intent, language: str, longest: int = 3) -> bool:
    """True of such a text for a label: free text whose examples are all short, beside a slot for a length of time."""
    if not slot.examples or max(len(text.split()) for text in slot.examples) > longest:
        return False
    if not any(other.type == "duration" for other in intent.slots.values()):
        return False
    table, said = table_of(language), words.casefold().split()
    articles = {*table.articles.split("|"), "another", *table.stand_ins, *table.counts}
    if not {*table.correction.split("|")}.isdisjoint(said[1:]) or table.disjunction in said or "," in words:
        return True  # 6, no 10, no 8
    goes_on = any(one == table.conjunction and other in articles for one, other in pairwise(said))
    return goes_on or said[-1:] == [table.than] or not table.units.keys().isdisjoint(said[1:])


def further_refused(intent: Intent, text: str, confidence: float) -> OutOfScope:
    """Return the refusal of a command that leaves a value over."""
    return OutOfScope(confidence, (), f"{ability(intent)} I didn't understand “{text}”.".strip())


def _spans(domain: SlotDomain | None, words: tuple[str, ...], query: Query) -> Iterator[entities.Span]:
    """Yield the values of a domain in a sentence: not `a`, `one` and ordinals, nor numbers of a time or a length."""
    if domain is None:
        return
    if domain.listed:
        empty = table_of(query.language).stop_words
        yield from (span for span in domain.listed.find(words) if not empty.issuperset(words[span.start : span.end]))
    elif domain.kind == "number":
        others = [span for kind in TYPED if kind not in ("number", "percent", "sum") for span in query.spans(kind)]
        for span in query.spans("number"):
            is_inside = any(other.start <= span.start and span.end <= other.end for other in others)
            if span.value != 1 and not is_inside and not words[span.end - 1].endswith(("st", "nd", "rd", "th")):
                yield span


def _places(part: tuple[str, ...], words: tuple[str, ...]) -> range:
    """Return the places of words in a sentence, none where they do not stand there in one row."""
    starts = (start for start in range(len(words)) if words[start : start + len(part)] == part)
    start = next(starts, -1)
    return range(start, start + len(part)) if start >= 0 else range(0)
