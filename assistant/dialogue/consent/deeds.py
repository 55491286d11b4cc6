"""The deeds of a command, whatever the intent and its wording: what is done, to which thing, how far it reaches.

They are read from the action: a smart-home intent with its data, a program's arguments, a web call's address and body,
the name of a package's function. A note, a reminder or a timer about a door is no deed to a door.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from assistant.actions.builtins import BUILT_INS
from assistant.actions.builtins.kept.finding import names_everything
from assistant.config import HOME_DOMAINS
from assistant.language.placeholders import ARGUMENT_SLOT
from assistant.language.spoken import plain
from assistant.values import ArgvAction, BuiltInAction, HttpAction, IntentMatch, McpAction, SlotValue

_BUILT_IN_KINDS = {"list.clear": "delete", "screen.suspend": "power"}

_KINDS = {
    "delete": "delete erase wipe format purge destroy rm rmdir shred mkfs dd",
    "power": "shutdown poweroff reboot restart suspend hibernate halt",
    "send": "send mail email sms publish tweet mailx msmtp sendmail",
    "money": "pay payment buy purchase order transfer donate donation",
}
"""Kind of deed -> words with which a program, a part of an address or an intent of that kind begins, one or many."""

_KIND_OF = {word: kind for kind, words in _KINDS.items() for word in words.split()}

_SWITCHING = frozenset("on off open close lock unlock toggle".split())
"""Words of smart-home intents that without a thing or a room would reach the whole house."""

_DOING = frozenset("open close shut lock unlock arm disarm".split())
"""Words with which a script or a scene is named after what it does."""

_WHOLE = frozenset(("house", "whole house", "home", "everywhere", "all", "all rooms"))
"""Areas that are no room."""

_NAMING = frozenset("name entity_id entity device thing target door lock cover valve".split())
"""Slots that name a thing, also where they take any words."""

_ENTITY = re.compile(rf"\b({'|'.join(HOME_DOMAINS)})\.(\w+)")
_SCRIPT = re.compile(r"\.(?:bash|exe|js|pl|py|rb|sh)$")
_SERVICE = re.compile(r"/services/(\w+)/(\w+)")


@dataclass(frozen=True, slots=True)
class Deed:
    """One thing that a command does."""

    words: frozenset[str] = frozenset()
    """The words of the action, in lower case: `turn`, `on`."""
    names: tuple[str, ...] = ()
    """All that the one thing may be called that it is done to, in lower case; none where none is named."""
    domains: frozenset[str] = frozenset()
    """Home Assistant's domains that the thing may be of; none: of any."""
    device_classes: frozenset[str] = frozenset()
    everywhere: bool = False
    """True where neither a thing nor a room limits it, or a room alone: its lock opens with its lamp."""
    kind: str = ""
    """The kind that it is of whatever it is done to, as in `[confirm] deeds`."""


def empties_list(match: IntentMatch) -> bool:
    """True of a command that takes all off a list in other words: `replace everything on it with wine`."""
    is_of_items = isinstance(match.action, BuiltInAction) and match.action.name in ("list.swap", "list.remove")
    return is_of_items and names_everything(str(match.slots.get("items", ""))) and not match.excluding


def deeds_of(match: IntentMatch, free: Set[str] = frozenset()) -> Iterator[Deed]:
    """Yield the deeds of a command; `free` are the slots that take any words, which may be about anything."""
    slots = {name: plain(value) for name, value in match.slots.items() if name not in free or name in _NAMING}
    match match.action:
        case BuiltInAction("home.intent", arguments):
            said = {name: value for name, value in match.slots.items() if value != ""}
            yield from _home_deeds(arguments.get("intent", match.intent), {**arguments, **said})
        case BuiltInAction(name) if name in BUILT_INS:
            yield Deed(kind="delete" if empties_list(match) else _BUILT_IN_KINDS.get(name, ""))
        case BuiltInAction(name, arguments):
            yield from _foreign_deeds([match.intent, *name.split("."), *arguments.values(), *slots.values()])
        case ArgvAction(argv):
            filled = (_SCRIPT.sub("", _filled(text, slots)) for text in argv[1:])
            yield from _foreign_deeds([match.intent, Path(argv[0]).stem, *filled])
        case HttpAction():
            yield from _web_deeds(match.intent, match.action, slots)
        case McpAction(tool=tool, arguments=arguments):
            yield from _foreign_deeds([match.intent, tool, *_filled_strings(arguments, slots)])


def words_of(text: str) -> tuple[str, ...]:
    """Return the words of a name or an identifier, in lower case.

    >>> words_of("HassTurnOn"), words_of("the garage_door")
    (('hass', 'turn', 'on'), ('the', 'garage', 'door'))
    """
    text = re.sub(r"['\u2019]s\b", "", unicodedata.normalize("NFKC", text))
    apart = re.sub(r"(?<=[^\W\d_A-Z])(?=[A-Z])", " ", text)
    return tuple("".join(map(_letter, apart)).casefold().split())


def _letter(char: str) -> str:
    """Return what a character is in a word: nothing where it is unseen, a space where it is a sign, else itself."""
    kind = unicodedata.category(char)
    return "" if kind == "Cf" else " " if kind[0] in "CPSZ" else char


def _listed(value: SlotValue) -> frozenset[str]:
    """Return the words of a fixed argument, `lock, valve`."""
    return frozenset(part.strip() for part in str(value).split(",")) - {""}


def _home_deeds(intent: str, data: Mapping[str, SlotValue]) -> Iterator[Deed]:
    """Yield the deed of an intent of Home Assistant's; in a room the thing may be called after it."""
    words = frozenset(words_of(intent)) - {"hass"}
    if isinstance(position := data.get("position"), int | float):
        words = frozenset({"open"} if position else {"close"})
    name, area = str(data.get("name") or data.get("entity_id") or ""), str(data.get("area") or "").casefold()
    entity = _ENTITY.fullmatch(name)
    domains = frozenset({entity[1]}) if entity else _listed(data.get("domain", ""))
    thing = words_of(entity[2] if entity else name)
    if thing and thing[0] in _DOING:
        words = frozenset(thing[:1]) if domains and domains <= {"script", "scene"} else words | {thing[0]}
    is_switch = not _SWITCHING.isdisjoint(words)
    classes = _listed(data.get("device_class", ""))
    is_unbounded = area in {"", *_WHOLE} and not data.get("floor")
    everywhere = is_switch and thing in ((), ("all",)) and (is_unbounded or not domains | classes)
    called = " ".join(thing) or (area if domains == {"cover"} and not classes else "")  # the covers of a garage
    names = (called, f"{area} {called}") if area and thing else (called,) if called else ()
    yield Deed(words, names, domains, classes, everywhere)


def _web_deeds(intent: str, action: HttpAction, slots: Mapping[str, str]) -> Iterator[Deed]:
    """Yield the deeds of a web call; those of a service of Home Assistant's are to things of its domain."""
    address = urlsplit(_filled(action.url, slots))
    body = list(_filled_strings(action.json, slots))
    if service := _SERVICE.search(address.path):
        yield from _foreign_deeds([service[2], *body], frozenset({service[1]}))
        return
    parts = [*address.path.split("/"), *address.query.split("&")]
    method = ["delete"] if action.method == "DELETE" else []
    yield from _foreign_deeds([intent, *method, *parts, *body])
    yield Deed(frozenset(words_of(" ".join([intent, *parts, *body]))), words_of(address.hostname or "")[:1])


def _foreign_deeds(texts: Sequence[str], domains: frozenset[str] = frozenset()) -> Iterator[Deed]:
    """Yield the deeds of an action that is not the assistant's own, from the texts that it is made of.

    Each may name a thing, or its entity; the words of all together say what is done to it.
    """
    words = frozenset(word for text in texts for word in words_of(_ENTITY.sub(r"\2", text)))
    for text in texts:
        for entity in _ENTITY.finditer(text):
            yield Deed(words, (" ".join(words_of(entity[2])),), frozenset({entity[1]}))
        if not _ENTITY.search(text):
            name = " ".join(words_of(text))
            yield Deed(words, (name,), domains, everywhere=bool(domains) and name == "all")
        first = words_of(text)[:2]
        kinds = {_KIND_OF.get(word, "") for word in _forms(first)} - {""}
        yield from (Deed(words, kind=kind) for kind in kinds)


def _forms(words: Sequence[str]) -> tuple[str, ...]:
    """Return the forms in which words may name a kind of deed: `transfers`, `power off`."""
    return (*words[:1], *(word.removesuffix("s") for word in words[:1]), "".join(words))


def _filled(template: str, slots: Mapping[str, str]) -> str:
    return ARGUMENT_SLOT.sub(lambda match: slots.get(match[1], ""), template)


def _filled_strings(template: Any, slots: Mapping[str, str]) -> Iterator[str]:
    """Yield the strings of a body, filled, without its keys."""
    match template:
        case str():
            yield _filled(template, slots)
        case dict():
            for value in template.values():
                yield from _filled_strings(value, slots)
        case list():
            for value in template:
                yield from _filled_strings(value, slots)
