"""Confirmation belongs to the thing, not to the wording: the commands that are asked about before they are carried out.

A word about one thing counts more than a rule: first `always` and `never` of the settings, then `confirm:` of a listed
value, then that of the intent, then the rules of `[confirm]` on what the action does.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Set
from dataclasses import replace
from typing import TYPE_CHECKING

from assistant.actions.builtins import tells
from assistant.actions.builtins.kept.finding import new_items
from assistant.actions.run import Actions
from assistant.authoring.definitions import Consent, Intent
from assistant.config import ConfirmConfig
from assistant.dialogue.consent.deeds import Deed, deeds_of, empties_list, words_of
from assistant.language import entities
from assistant.language.spoken import fill, joined, spoken
from assistant.language.tables import table_of
from assistant.language.tables.phrases import phrases_of
from assistant.language.text import normalise
from assistant.values import Ambiguous, BuiltInAction, IntentMatch, OutOfScope, Understanding

if TYPE_CHECKING:
    from assistant.nlu.matcher import Matcher

_HARMLESS_DOMAINS = frozenset({"fan", "humidifier", "light", "media_player"})
"""Domains whose things are called after what they stand at: `the oven` among the lights is no oven."""

_SHUTTING_DOMAINS = frozenset({"cover", "valve"})
_LOCKING_DOMAINS = frozenset({"alarm_control_panel", "lock"})
"""Domains whose things are safe when they are on: locked, armed."""

_LOCKING_THINGS = frozenset(
    {"alarm", "alarm panel", "alarm system", "deadbolt", "lock", "security system", "smoke detector"}
)
"""Things of those domains, by the end of their name."""

_KEEPING_THINGS = frozenset({"computer", "pc", "laptop", "server", "this machine", "freezer", "fridge", "refrigerator"})
"""Things that lose something when they are switched off."""

_UNKNOWN_THINGS = frozenset({"door", "gate"})
"""Things that are covers in one house and locks in another: to turn one on or off may open it."""

_SAFE = frozenset("arm close get lock shut status stop".split())
_UNSAFE = frozenset(
    "activate buzz disarm enable lift open opened pulse raise release run start toggle trigger unbolt unlock".split()
)
_LETTING_IN = frozenset("disarm unbolt unlock".split())
"""Words that are asked about whatever the thing is called."""

_FOLLOWING = frozenset(
    "left right front back rear main one two three upstairs downstairs set cmd command control relay switch".split()
)
"""Words that may stand behind the name of a thing: `garage door left`, `gate/set`."""

_JOINED = frozenset("back door front garage gas gate main side smart water".split())
"""Words that are written together with the name of a thing: `doorlock`."""


class Policy:
    """The rules of `[confirm]`."""

    def __init__(self, config: ConfirmConfig = ConfirmConfig()) -> None:  # noqa: B008
        self._config = config
        self._domains, self._classes = frozenset(config.domains), frozenset(config.device_classes)
        self._things = [words_of(thing) for thing in config.things]
        self._always = frozenset(map(_plain, config.always))
        self._never = frozenset(map(_plain, config.never))

    @property
    def lapse(self) -> float:
        """The seconds for which a question can be answered."""
        return self._config.lapse

    def checked(self, understanding: Understanding, matcher: Matcher) -> Understanding:
        """Return the understanding, each command in it with the question that comes first, slots filled in, or none."""
        match understanding:
            case IntentMatch(excluding=(first, *_)) if not Actions.can_leave_out(understanding.action):
                reason = f"I can't leave out “{first}” there, so I have done nothing: name one thing at a time."
                return OutOfScope(understanding.confidence, understanding.n_best, reason)
            case IntentMatch():
                return self._command(understanding, matcher)
            case Ambiguous():
                choices = understanding.choices
                checked = (self._command(c, matcher) if isinstance(c, IntentMatch) else c for c in choices)
                return replace(understanding, choices=tuple(checked))
        return understanding

    def _command(self, match: IntentMatch, matcher: Matcher) -> IntentMatch:
        intent = matcher.intents.intents.get(match.intent)
        question = self.question(match, intent, matcher.consents)
        return replace(match, confirm=question or self._doubt(match, matcher))

    def _doubt(self, match: IntentMatch, matcher: Matcher) -> str | None:
        """Return the question about a thing of the house with a name that no list has and hardly any thing has."""
        name, phrases = match.slots.get("name"), phrases_of(matcher.intents.language)
        is_home = isinstance(match.action, BuiltInAction) and match.action.name == "home.intent"
        if not is_home or phrases is None or not isinstance(name, str) or not (words := name.casefold().split()):
            return None
        if words[-1] not in phrases.unswitched or name.casefold() in matcher.listed or tells(match):
            return None
        return f"I know nothing called “{name}” here. Do you mean a thing in the house?"

    def question(self, match: IntentMatch, intent: Intent | None, consents: Mapping[str, Consent]) -> str | None:
        """Return the question to be answered with yes before a command is carried out, None where none is needed."""
        deeds = tuple(deeds_of(match, _free_slots(match, intent)))
        names = _names(match).union(*map(_names_of, deeds))
        listed = {_plain(name): consent for name, consent in consents.items()}
        exempt = self._never | {name for name, consent in listed.items() if consent == "never"}
        if names & (self._always | {name for name, consent in listed.items() if consent == "always"}):
            needed = bool(names & self._always) or not names & self._never
        elif match.confirm is not None:
            needed = match.confirm != "never" and not names & exempt
        else:
            needed = any(self._is_guarded(deed) and not _names_of(deed) & exempt for deed in deeds)
        if not needed:
            return None
        own = match.confirm if match.confirm not in (None, "always", "never") else None
        question = fill(own, match.slots, {}) if own else _composed(match, intent, deeds)
        return f"{question.removesuffix('?')}, except “{joined(match.excluding)}”?" if match.excluding else question

    def _is_guarded(self, deed: Deed) -> bool:
        """True where a deed is one of those that are asked about."""
        if deed.kind:
            return deed.kind in self._config.deeds
        if deed.everywhere and "everything" in self._config.deeds:
            return not _is_quiet(deed)
        return self._is_guarded_thing(deed) and not _is_safe(deed)

    def _is_guarded_thing(self, deed: Deed) -> bool:
        """True where the thing is of a guarded kind by its domain, its device class or a name of it."""
        reached = deed.domains & self._domains
        if reached and (reached == deed.domains or not deed.names):
            return True
        if deed.device_classes & self._classes or deed.words & _LETTING_IN:
            return True
        if deed.domains and deed.domains <= _HARMLESS_DOMAINS:
            return False
        return any(ends_in(name, thing) for name in deed.names for thing in self._things)


def ends_in(name: str, thing: tuple[str, ...]) -> bool:
    """True where a name ends in the words of a thing, or goes on with what tells two of them apart.

    >>> ends_in("the big garage door 2", ("garage", "door")), ends_in("garage door light", ("garage", "door"))
    (True, False)
    """
    words, size = tuple(part for word in name.split() for part in _parts(word, thing[-1])), len(thing)
    ends = (end for end in range(size, len(words) + 1) if _same(words[end - size : end], thing))
    return any(end == len(words) or _may_follow(words[end]) for end in ends)


def _parts(word: str, last: str) -> tuple[str, ...]:
    """Return the two words that are written as one, `garagedoors` where `door` is looked for, else the word."""
    first = word.removesuffix("s").removesuffix(last)
    return (first, word.removeprefix(first)) if first in _JOINED and first != word else (word,)


def _same(words: tuple[str, ...], thing: tuple[str, ...]) -> bool:
    """True where the words are those of a thing, or of several such things."""
    return (*words[:-1], words[-1].removesuffix("s")) == (*thing[:-1], thing[-1].removesuffix("s"))


def _may_follow(word: str) -> bool:
    return (
        word.isdigit()
        or word in _FOLLOWING | _SAFE | _UNSAFE | {"on", "off"} | table_of("en").stop_words | table_of("en").stand_ins
    )


def _is_safe(deed: Deed) -> bool:
    """True where a deed closes, locks or ends something: on is safe for a lock, off for all else."""
    safe, unsafe = _SAFE, _UNSAFE
    if deed.domains & _LOCKING_DOMAINS or (not deed.domains and _is_one_of(deed, _LOCKING_THINGS | _KEEPING_THINGS)):
        safe, unsafe = safe | {"on"}, unsafe | {"off"}
    elif deed.domains or not _is_one_of(deed, _UNKNOWN_THINGS) or _is_garage(deed):
        safe, unsafe = safe | {"off"}, unsafe | {"on"}
    return not deed.words.isdisjoint(safe) and deed.words.isdisjoint(unsafe)


def _is_quiet(deed: Deed) -> bool:
    """True where a deed that reaches the whole house needs no question: it closes or locks, or ends what is on."""
    if deed.domains <= _HARMLESS_DOMAINS | _SHUTTING_DOMAINS | _LOCKING_DOMAINS and deed.domains:
        return _is_safe(deed)
    return "get" in deed.words


def _is_one_of(deed: Deed, things: Set[str]) -> bool:
    return any(ends_in(name, words_of(thing)) for name in deed.names for thing in things)


def _is_garage(deed: Deed) -> bool:
    return any("garage" in name.split() for name in deed.names)


def _names(match: IntentMatch) -> frozenset[str]:
    """Return all that may name a thing in a command: values of slots, but for places, and the words for them."""
    said = {**match.slots, **{f"{name} as said": text for name, text in match.slot_texts.items()}}
    values = (value for name, value in said.items() if name.split()[0] not in ("area", "floor"))
    return frozenset(_plain(value) for value in values if isinstance(value, str)) - {""}


def _names_of(deed: Deed) -> frozenset[str]:
    """Return all that the thing of a deed may be called, entity ids included."""
    ids = (f"{domain}.{name.replace(' ', '_')}" for domain in deed.domains for name in deed.names)
    return frozenset(map(_plain, (*deed.names, *ids)))


def _plain(name: str) -> str:
    """Return a name as names are compared."""
    return re.sub(r"^(?:the|my|our) ", "", normalise(name))


def _free_slots(match: IntentMatch, intent: Intent | None) -> frozenset[str]:
    """Return the slots that hold no listed value: any words, a number, a time."""
    types = {slot.name: slot.type for slot in intent.slots.values()} if intent else {}
    return frozenset(name for name in match.slots if types.get(name, name) in entities.TYPES)


def _composed(match: IntentMatch, intent: Intent | None, deeds: tuple[Deed, ...]) -> str:
    """Return a question for a command that brings none of its own."""
    is_home = isinstance(match.action, BuiltInAction) and match.action.name == "home.intent"
    if is_home and (sentence := _home_question(match, deeds[0])):
        return sentence
    if empties_list(match):
        name = re.sub(r"^(?:my|the|our)\s+|\s+list$", "", str(match.slots.get("list", "shopping")).casefold())
        new = f" and put {joined(new_items(str(match.slots['new'])))} there" if "new" in match.slots else ""
        return f"Really take everything off your {name} list{new}?"
    title = intent.title if intent else match.intent
    values = [spoken(value) for value in match.slots.values() if value not in ("", None)]
    return f"Really {title[:1].lower()}{title[1:]}{f': {joined(values)}' if values else ''}?"


def _home_question(match: IntentMatch, deed: Deed) -> str:
    """Return a question about a thing of the house; empty where only the intent's title tells what is done to it."""
    if deed.names[:1] in ((), ("all",)):
        return ""
    area = match.slots.get("area")
    thing = f"the {deed.names[0]}{f' in the {area}' if area and str(area).casefold() != deed.names[0] else ''}"
    if (position := match.slots.get("position")) is not None:
        return f"Set {thing} to {spoken(position)} percent?"
    locks = bool(deed.domains & _LOCKING_DOMAINS) or _is_one_of(deed, _LOCKING_THINGS)
    opens = bool(deed.domains & _SHUTTING_DOMAINS) or _is_garage(deed) or _is_one_of(deed, {"valve"})
    verbs = ("Lock", "Unlock") if locks else ("Open", "Close") if opens else ("Turn on", "Turn off")
    if deed.words == {"turn", "on"}:
        return f"{verbs[0]} {thing}?"
    if deed.words == {"turn", "off"}:
        return f"{verbs[1]} {thing}?"
    return ""
