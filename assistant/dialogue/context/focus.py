"""The things that a conversation was about last, and the sentence that names them in place of its pronouns."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from assistant.actions.builtins import BUILT_INS
from assistant.actions.outcome import Thing
from assistant.dialogue.exchange import NUMBERED, Exchange, kind_of
from assistant.language import entities
from assistant.language.spoken import joined
from assistant.language.tables import table_of
from assistant.language.text import tokens
from assistant.values import AnswerMatch, BuiltInAction, IntentMatch, SlotMissing


class Focus:
    """The things of the last exchanges, newest last.

    Args:
        exchanges: of the conversation, newest last.
        language: of its sentences.
        names: in the command that is asked about, if any is.
    """

    def __init__(self, exchanges: Sequence[Exchange], language: str, names: Sequence[Thing] = ()) -> None:
        self._groups = _renamed([exchange.outcome.focus for exchange in _current(exchanges) if exchange.outcome.focus])
        is_told = not exchanges or bool(exchanges[-1].outcome.focus)
        self._words = names or (() if is_told else _words_of(exchanges[-1], language))
        is_answered = bool(exchanges) and isinstance(exchanges[-1].understanding, AnswerMatch)
        groups = () if is_answered else self._groups[-2::-1]
        self._earlier: Sequence[Sequence[Thing]] = [group for group in groups if len(group) == 1]
        """Single things of before the last, the newest first; after an answer that is meant itself."""
        self._table, self._language = table_of(language), language

    @property
    def things(self) -> Sequence[Thing]:
        """The things that were spoken of last; none where nothing was."""
        return self._groups[-1] if self._groups else ()

    def named(self, text: str) -> Iterator[tuple[Sequence[str], Sequence[Thing]]]:
        """Yield sentences with the names of things in place of a pronoun or of `the second one`, with those things.

        Several things are named in a sentence each, else in one.
        """
        behind = self._table.follow_ups.adding_behind
        bare = behind.sub("", text.rstrip(" .!?")) if behind else text  # `turn it off again`
        returns = self._table.follow_ups.returns
        for start, end, things in self._references(bare):
            end += len(again[0]) if returns and (again := returns.match(bare[end:])) else 0
            for names in ([thing.name for thing in things], [thing.full for thing in things]):
                sentences = [f"{bare[:start]}{name}{bare[end:]}".strip() for name in (*names, joined(names)) if name]
                if sentences:
                    yield sentences[:-1], things
                    yield sentences[-1:], things

    def described(self, text: str) -> Iterator[str]:
        """Yield a sentence with the name of the last thing of a kind for `the light`, where one was spoken of."""
        behind = self._table.follow_ups.adding_behind
        bare = behind.sub("", text.rstrip(" .!?")) if behind else text
        for start, end, (thing, *_) in self._by_noun(bare, self._table.follow_ups.determiners):
            yield f"{bare[:start]}{thing.name}{bare[end:]}".strip()

    def _by_noun(self, text: str, determiners: str) -> Iterator[tuple[int, int, Sequence[Thing]]]:
        """Yield the reference of a determiner and a noun to a thing, or to what it is a part of: `that list`."""
        last = [kind[-1] for kind in self._kinds(least=1)]
        things = [named for thing in last for named in (thing, thing.whole) if named]
        for thing in things if determiners else ():
            noun = re.escape(thing.name.split()[-1].removesuffix("s"))
            for match in re.finditer(rf"\b(?:{determiners}) {noun}\b", text, re.IGNORECASE):
                yield match.start(), match.end(), [thing]

    def _references(self, text: str) -> Iterator[tuple[int, int, Sequence[Thing]]]:
        yield from self._by_place(text)
        yield from self._by_kind(text)
        yield from self._by_noun(text, self._table.follow_ups.before_nouns)
        pattern = self._table.follow_ups.pronoun
        for match in pattern.finditer(text) if pattern else ():
            is_single = match.lastgroup == "single"
            options = [[word] for word in self._words] if is_single else [self._words]
            is_of_all = not self._table.universal.isdisjoint(match.group().casefold().split())
            options += [self._meant("both" if is_of_all else str(match.lastgroup)), self._whole()]
            options += self._earlier if is_single else self._kinds()
            yield from ((match.start(), match.end(), option) for option in options if option)
            return

    def _by_place(self, text: str) -> Iterator[tuple[int, int, Sequence[Thing]]]:
        """Yield the reference `the second one`."""
        ordinals = "|".join(sorted(self._table.ordinals, key=len, reverse=True))
        pointers = "|".join(self._table.stand_ins)
        is_counted = self._are_gone or self._is_list
        things = self.things if len(self.things) > 1 or is_counted else self._in_order(self._of_a_kind())
        if not ordinals or not pointers or not things:
            return
        for match in re.finditer(rf"\b(?:the )?(?P<place>{ordinals}) (?P<count>[\w]+)\b", text, re.IGNORECASE):
            if self._counts_others(text, match, things):
                continue
            count = entities.parse("number", match["count"], language=self._language)
            if isinstance(count, int) and is_counted:
                yield match.start(), match.end(), [self._left(match.group())]
                return
            if isinstance(count, int) and 1 < count <= len(things):
                first = self._table.ordinals[match["place"].lower()] == 0
                yield match.start(), match.end(), things[:count] if first else things[-count:]
                return
        pointers, when = f"{pointers}|{re.escape(things[0].name.split()[-1])}", self._table.follow_ups.mentioning
        behind = f"(?: (?:{when}))?" if when else ""
        if not is_counted and (several := self._in_places(text, ordinals, pointers, things)):
            yield several
            return
        pattern = rf"\b(?:the )?(?P<place>{ordinals})(?: (?:{pointers}){behind}|(?=$|[,.!?]))"
        for match in re.finditer(pattern, text, re.IGNORECASE):
            place = self._table.ordinals[match["place"].lower()]
            if is_counted:
                yield match.start(), match.end(), [self._left(match.group())]
                return
            if -len(things) <= place < len(things):
                yield match.start(), match.end(), [things[place]]
                return

    def _counts_others(self, text: str, match: re.Match[str], things: Sequence[Thing]) -> bool:
        """True of the count of a noun that no thing is called by, behind a determiner: `my last two receipts`."""
        before, behind = text[: match.start()].casefold().split()[-1:], text[match.end() :].casefold().split()[:1]
        own = {thing.name.casefold().split()[-1].removesuffix("s") for thing in things}
        is_noun = any(word not in self._table.stop_words | self._table.stand_ins for word in behind)
        is_own = any(word.strip(".,!?").removesuffix("s") in own for word in behind)
        return is_noun and not is_own and any(word in self._table.follow_ups.determiners.split("|") for word in before)

    def _in_places(
        self, text: str, ordinals: str, pointers: str, things: Sequence[Thing]
    ) -> tuple[int, int, Sequence[Thing]] | None:
        """Return the reference `the first and the third`; None where there is none."""
        joint, place = rf"(?:\s*,\s*|\s+)(?:(?:{self._table.joints})\s+)?", rf"(?:the )?(?:{ordinals})"
        pattern = rf"\b{place}(?:{joint}{place})+(?: (?:{pointers}))?(?=$|[,.!?])"
        if (match := re.search(pattern, text, re.IGNORECASE)) is None:
            return None
        places = [
            self._table.ordinals[word.lower()] for word in re.findall(rf"\b(?:{ordinals})\b", match[0], re.IGNORECASE)
        ]
        if any(not -len(things) <= place < len(things) for place in places):
            return None
        return match.start(), match.end(), [things[place] for place in places]

    def _by_kind(self, text: str) -> Iterator[tuple[int, int, Sequence[Thing]]]:
        """Yield the reference `the sauce one` to a thing of a kind that was spoken of."""
        pointers = "|".join(self._table.stand_ins)
        idle = (
            self._table.stop_words | self._table.pointers | self._table.ordinals.keys() | self._table.comparisons.keys()
        )
        kinds = [things[0].name.split()[-1] for things in self._kinds(least=1)]
        determiners = self._table.follow_ups.determiners
        pattern = rf"\b(?P<the>{determiners}) (?P<which>[\w'-]+(?: [\w'-]+)?) (?:{pointers})\b"
        for match in re.finditer(pattern, text, re.IGNORECASE) if pointers and determiners else ():
            if idle.isdisjoint(match["which"].casefold().split()):
                yield from ((*match.span(), [Thing(f"{match['the']} {match['which']} {kind}")]) for kind in kinds)
                return

    @property
    def _are_gone(self) -> bool:
        """True if the things are off their list: an order that counts means those that are left."""
        return bool(self.things) and all(thing.is_gone and thing.whole for thing in self.things)

    @property
    def _is_list(self) -> bool:
        """True of one list, or of one thing on it: an order that counts means what is on that."""
        (thing, *others) = self.things or (Thing(""),)
        return not others and "list" in (thing.whole or thing).slots

    def _left(self, words: str) -> Thing:
        """Name what is on a list, or left on it, by the words that count it."""
        thing, lists = self.things[0], self.things[0].slots.get("list")
        full = thing.full.replace(thing.name, words, 1) if thing.full else f"{words} from {thing.name}"
        return Thing(words, {} if lists is None else {"list": lists}, full=full)

    def _meant(self, kind: str) -> Sequence[Thing]:
        """Return the things that a pronoun of that kind means."""
        if kind == "single":
            return self.things if len(self.things) == 1 else ()
        if len(self.things) > 1 or (kind != "both" and self.things and self.things[0].whole):  # `eggs` are several
            return self.things
        recent = [thing for thing in self._of_a_kind() if not thing.is_gone or thing.whole]
        if kind == "both":
            return recent if len(recent) > 1 else ()
        return recent[-2:]

    def _whole(self) -> Sequence[Thing]:
        """The one thing that all things are parts of; none where they are parts of several."""
        wholes = {thing.whole.name: thing.whole for thing in self.things if thing.whole}
        return tuple(wholes.values()) if len(wholes) == 1 else ()

    def _of_a_kind(self) -> Sequence[Thing]:
        """Return all single things of the same kind as the last, oldest first, by the last word of their names."""
        return next(iter(self._kinds(least=1)), ())

    def _in_order(self, things: Sequence[Thing]) -> Sequence[Thing]:
        """Return things in the order in which they were first spoken of."""
        names = [thing.name for group in self._groups for thing in group]
        return sorted(things, key=lambda thing: names.index(thing.name))

    def _kind(self, thing: Thing) -> str:
        """Return the noun of a name: `reminder` of `the reminder to pay the milkman`."""
        words = thing.name.split()
        end = next((place for place, word in enumerate(words) if place and word in self._table.goals), len(words))
        return words[end - 1]

    def _kinds(self, least: int = 2) -> list[Sequence[Thing]]:
        """Return the single things of each kind of which there are so many, the kind spoken of last first."""
        kinds: dict[str, dict[str, Thing]] = {}
        for group in reversed(self._groups):
            for thing in reversed(group):
                kinds.setdefault(self._kind(thing), {}).setdefault(thing.name, thing)
        return [[*things.values()][::-1] for things in kinds.values() if len(things) >= least]


def _current(exchanges: Sequence[Exchange]) -> Sequence[Exchange]:
    """Return exchanges without those that told what was planned before the last of them planned something else."""
    is_plan = bool(exchanges) and exchanges[-1].is_change and getattr(exchanges[-1].understanding, "when", None)
    return [exchange for exchange in exchanges if not is_plan or kind_of(exchange.understanding) != "schedule"]


def _renamed(groups: Sequence[Sequence[Thing]]) -> Sequence[Sequence[Thing]]:
    """Return groups of things, each thing of a kind that has a number as it was named last."""

    def own(thing: Thing) -> tuple[object, str]:
        kinds = (word for word in thing.name.split() if word in NUMBERED or word == "scheduled")
        return thing.slots["id"], next(kinds, "")

    last = {own(thing): thing for group in groups for thing in group if "id" in thing.slots}
    return [[last[own(thing)] if "id" in thing.slots else thing for thing in group] for group in groups]


def _words_of(exchange: Exchange, language: str) -> Sequence[Thing]:
    """Return the names in a command whose action does not tell what it was about, each with its value."""
    match = exchange.understanding
    is_told = (
        isinstance(match, IntentMatch) and isinstance(match.action, BuiltInAction) and match.action.name in BUILT_INS
    )
    return () if is_told or not isinstance(match, IntentMatch) else names_in(match, exchange.text, language)


def names_in(match: IntentMatch | SlotMissing, sentence: str, language: str) -> Sequence[Thing]:
    """Return the names in the sentence of a command, each with its value: `my shopping list`, not `shopping`."""
    texts = (
        match.slot_texts.items()
        if isinstance(match, IntentMatch)
        else ((name, str(v)) for name, v in match.slots.items())
    )
    values = {name: (text, match.slots[name]) for name, text in texts if isinstance(match.slots.get(name), str)}
    return [Thing(_phrase(text, sentence, language), {name: value}) for name, (text, value) in values.items()]


def _phrase(text: str, sentence: str, language: str) -> str:
    """Return the words of a value in a sentence with a small word before them and the noun behind them."""
    table, words, own = table_of(language), tokens(sentence, language), tokens(text, language)
    place = next((at for at in range(len(words)) if words[at : at + len(own)] == own), None)
    if place is None:
        return text
    end = place + len(own)
    has_noun = end < len(words) and words[end] not in table.stop_words | table.particles
    has_determiner = place > 0 and words[place - 1] in table.follow_ups.determiners.split("|")
    return " ".join(words[place - has_determiner : end + has_noun])
