"""The lists and the items that a command is about: by name, by words of them, by their place; else asked back."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from assistant.actions.choices import Option, picked
from assistant.actions.database import Item
from assistant.actions.outcome import Context, Outcome, Slots, Thing, text_of
from assistant.language import spoken
from assistant.language.tables import table_of

_SEPARATOR = re.compile(r"\s*(?:[,;]\s*(?:and\s+)?|\s+(?:and also|and then|and|plus|as well as)\s+)\s*", re.IGNORECASE)
_EVERYTHING = re.compile(r"(?:everything|all|all (?:of )?(?:it|them|that|(?:the )?(?:items|things)))", re.IGNORECASE)
_PLACED = re.compile(r"\s+(?:items?|things?|entry|entries|ones?)$", re.IGNORECASE)
"""What may stand behind a place in a list: `the second item`."""


def list_name(slots: Slots, arguments: Mapping[str, str], slot: str = "list") -> str:
    """Return the name of a list, without `my` and `list`; the shopping list where none is said."""
    default = arguments.get("list", "shopping")
    name = text_of(slots, slot) or default
    return re.sub(r"^(?:my|the|our)(?:\s+|$)|\s+list$", "", name.casefold()) or default


def list_thing(name: str) -> Thing:
    """Name a list as it is spoken of later."""
    return Thing(f"my {name} list", {"list": name})


def things(items: Sequence[Item], limit: int = 12) -> tuple[Thing, ...]:
    """Name items as they are spoken of later, each with its list."""
    return tuple(
        Thing(
            item.text,
            {"items": item.text, "list": item.list},
            f"{item.text} from my {item.list} list",
            list_thing(item.list),
        )
        for item in items[:limit]
    )


def chosen_items(slots: Slots, arguments: Mapping[str, str], context: Context) -> Sequence[Item] | Outcome:
    """Return the items that the slots name, on the named list or else on any; the reply where none is meant, or one
    of several.
    """
    name, words = list_name(slots, arguments), text_of(slots, "items")
    is_named = "list" in slots or "list" in arguments
    names = [name] if is_named else [name, *(n for n in context.database.list_names() if n != name)]
    open_items = [item for name in names for item in context.database.items(name)]
    where = f"your {name} list" if is_named else "any of your lists"
    wanted = split_items(words)
    items: list[Item] = []
    for text in wanted:
        fitting = _fitting(text, open_items)
        if len(fitting) > 1:
            return _which(text, fitting, items, wanted)
        items += fitting
    if not items and (placed := in_place(words, context.database.items(name), context)):
        items = list(placed)
    if not items and _EVERYTHING.fullmatch(words):
        items, where = list(context.database.items(name)), f"your {name} list"
        if not items:
            return Outcome(f"Your {name} list is empty already.", ok=False, focus=(list_thing(name),))
    if items and context.excluding:
        return left_in(items, where, context)
    if not items:
        return Outcome(f"{spoken.sentence(spoken.joined(wanted) or 'that')} {are(wanted)} not on {where}.", ok=False)
    return list(dict.fromkeys(items))


def _which(text: str, fitting: Sequence[Item], before: Sequence[Item], wanted: Sequence[str]) -> Outcome:
    """Ask for one of several items: they differ in their list, or in their words."""
    rest = [*(item.text for item in before), *wanted[wanted.index(text) + 1 :]]
    lists = dict.fromkeys(item.list for item in fitting)
    labels = [f"the {item.list} list" if len(lists) == len(fitting) else item.text for item in fitting]
    options = tuple(
        Option(label, {"items": spoken.joined([item.text, *rest]), "list": item.list}, {"number": item.id})
        for label, item in zip(labels, fitting, strict=True)
    )
    question = f"{spoken.sentence(text)} on which list" if len(lists) == len(fitting) else "Which one"
    return Outcome(f"{question}: {spoken.joined(labels[:5], 'or')}?", ok=False, options=options)


def _fitting(text: str, items: Sequence[Item], least: float = 80) -> list[Item]:
    """Return the items that words name: those of the same words, else the most similar, of 100 by `least` or more."""
    from rapidfuzz import fuzz

    wanted = text.casefold()
    if same := [item for item in items if item.text.casefold() == wanted]:
        return same
    scores = [
        max(fuzz.ratio(wanted, item.text.casefold()), fuzz.token_set_ratio(wanted, item.text.casefold()))
        for item in items
    ]
    best = max(scores, default=0.0)
    return [item for item, score in zip(items, scores, strict=True) if score == best >= least]


def in_place(words: str, items: Sequence[Item], context: Context) -> Sequence[Item]:
    """Return the items in a place of the list: `the second item`, `the last two`; none where the words say no place."""
    places = tuple(Option("", {"id": item.id}, {"number": place}) for place, item in enumerate(items))
    ids = [option.slots["id"] for option in picked(places, _PLACED.sub("", words), context.now())]
    return [item for item in items if item.id in ids]


def left_in(items: Sequence[Item], where: str, context: Context) -> Sequence[Item] | Outcome:
    """Return items less those that the command excepts, or the reply where it excepts what is not there."""
    wanted = [text for words in context.excluding for text in split_items(words)]
    kept = {text: similar(text, items) for text in wanted}
    if unknown := [text for text, item in kept.items() if item is None]:
        names = spoken.sentence(spoken.joined(unknown))
        return Outcome(f"{names} {are(unknown)} not on {where}, so I have done nothing.", ok=False)
    left = [item for item in items if item not in kept.values()]
    return left or Outcome(f"There is nothing else on {where}.", ok=False)


_CORRECTION, _PAIRED = table_of("en").correction, table_of("en").paired
_REVOKING = re.compile(rf"(?:(?:{_CORRECTION})$|(?:{_CORRECTION})(?:\s+(?:{_CORRECTION}))+(?:\s+|$))", re.IGNORECASE)
"""Words that take back the thing before them: one alone, or several before another thing, not `no fat milk`."""


_UNWANTED = re.compile(
    r"(?:^|,? ?\b)(?:neither .+ nor|but (?:neither|not|no|without|never))\b [^,;]+"
    r"(?: (?:nor|or) [^,;]+)?(?=[,;]|$)",
    re.IGNORECASE,
)
"""Words for what is not wanted beside what is: `but no butter`."""
_DENIED = re.compile(r"(?:(?:no|wait|and) )*not (?P<thing>.+)", re.IGNORECASE)
"""A thing among others that is none of them: `milk, not eggs`."""


def split_items(text: str) -> list[str]:
    """Split a text into the things that it names: `milk, eggs and bread` are three, `salt and pepper` is one.

    A correction takes back the thing before it: `butter, no wait, margarine` is one. `Eggs, not milk` is one, too.
    """
    text = _UNWANTED.sub("", re.sub(r"^(?:some|a few|and|also)\s+", "", text.strip(), flags=re.IGNORECASE))
    if _PAIRED:
        text = _PAIRED.sub(lambda pair: pair.group().replace(" ", "\0"), text)
    parts = (
        re.sub(r"^(?:some|a|an|the|my)\s+", "", part.strip(" ."), flags=re.IGNORECASE)
        for part in _SEPARATOR.split(text)
    )
    named: list[str] = []
    for part in filter(None, parts):
        if unwanted := _DENIED.fullmatch(part):
            named = [text for text in named if text.casefold() != unwanted["thing"].casefold()]
            continue
        revokes, rest = _REVOKING.match(part), _REVOKING.sub("", part, count=1).strip(" ,")
        named = named[:-1] if revokes else named
        named += [rest.replace("\0", " ")] if rest else []
    return list(dict.fromkeys(named))


_MERELY = re.compile(r"(?:nothing (?:but|except|other than)|only|just)\s+", re.IGNORECASE)
_NOTHING = re.compile(r"nothing(?: (?:at all|else|more|really|new|special))*", re.IGNORECASE)


def new_items(text: str) -> list[str]:
    """Split a text into the things that are to be on a list; none for `nothing`.

    >>> new_items("nothing but milk"), new_items("just wine and bread"), new_items("nothing")
    (['milk'], ['wine', 'bread'], [])
    """
    return [item for item in split_items(_MERELY.sub("", text.strip(), count=1)) if not names_nothing(item)]


def names_nothing(text: str) -> bool:
    """True of `nothing`, and of nothing else."""
    return bool(_NOTHING.fullmatch(text.strip()))


def names_everything(text: str) -> bool:
    """True of words for all that is on a list."""
    return bool(_EVERYTHING.fullmatch(text.strip()))


def similar(text: str, items: Sequence[Item]) -> Item | None:
    """Return the item that words name; None where they name none."""
    return next(iter(_fitting(text, items)), None)


def are(items: Sequence[object]) -> str:
    """Return the verb of a sentence about things."""
    return "is" if len(items) == 1 else "are"
