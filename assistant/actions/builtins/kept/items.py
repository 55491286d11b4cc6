"""Items of lists: put on, taken off, ticked, replaced, counted anew, moved."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace

from assistant.actions.builtins.kept.finding import (
    are,
    chosen_items,
    list_name,
    list_thing,
    names_nothing,
    new_items,
    similar,
    split_items,
    things,
)
from assistant.actions.database import Item
from assistant.actions.outcome import Context, Outcome, Slots, text_of
from assistant.language import spoken
from assistant.language.numbers import in_digits


def add(slots: Slots, arguments: Mapping[str, str], context: Context) -> Outcome:
    """Put `items` on `list`; `with: {list}` where the sentence names none."""
    name, texts = list_name(slots, arguments), new_items(text_of(slots, "items"))
    if not texts and names_nothing(text_of(slots, "items")):
        return Outcome(f"All right, I have put nothing on your {name} list.", focus=(list_thing(name),))
    if not texts:
        return Outcome(f"What should I put on your {name} list?", ok=False, missing="items")
    done = context.database.items(name, done=True)
    added = context.database.add_items(name, texts)
    if not added:
        on_list = [item for item in context.database.items(name) if item.text.casefold() in map(str.casefold, texts)]
        text = f"{spoken.sentence(spoken.joined(texts))} {are(texts)} already on your {name} list."
        return Outcome(text, ok=False, focus=things(on_list))
    new = {item.text.casefold() for item in added}
    old = [text for text in texts if text.casefold() not in new]
    verb = "was" if len(old) == 1 else "were"
    also = f" {spoken.sentence(spoken.joined(old))} {verb} there already." if old else ""
    names = spoken.joined([item.text for item in added])

    def undo() -> str:
        context.database.remove_items(added)
        context.database.put_items([item for item in done if item.text.casefold() in new])
        return f"{spoken.sentence(names)} {are(added)} off your {name} list again."

    values = {"items": names, "list": name}
    told = _told_apart([item.text for item in added])
    return Outcome(f"Added {told} to your {name} list.{also}", values, undo=undo, focus=things(added))


def _told_apart(texts: Sequence[str]) -> str:
    """Join items, in quotes where a reader could not tell how many they are: `“lime” and “chilli nuts”`."""
    is_one_or_two = len(texts) == 2 and " " not in texts[0] and " " in texts[1]
    is_unclear = is_one_or_two or any(" and " in text for text in texts)
    return spoken.joined([f"“{text}”" for text in texts] if is_unclear else texts)


def remove(slots: Slots, arguments: Mapping[str, str], context: Context) -> Outcome:
    """Take `items` off `list`: by their words, or by their place, `the second item`."""
    items = chosen_items(slots, arguments, context)
    if isinstance(items, Outcome):
        return items
    context.database.remove_items(items)
    return _changed("Took {items} off your {list} list.", items, slots, context)


def tick(slots: Slots, arguments: Mapping[str, str], context: Context) -> Outcome:
    """Tick `items` off `list`: by their words, or by their place."""
    items = chosen_items(slots, arguments, context)
    if isinstance(items, Outcome):
        return items
    context.database.put_items([replace(item, done=True) for item in items])
    return _changed("Ticked off {items}.", items, slots, context)


def _changed(reply: str, items: Sequence[Item], slots: Slots, context: Context) -> Outcome:
    """Tell of items that are off their list, with the way back; `reply` has places for `{items}` and `{list}`."""
    values = {"items": spoken.joined([item.text for item in items]), "list": items[0].list}

    def undo() -> str:
        context.database.put_items(items)
        return f"{spoken.sentence(values['items'])} {are(items)} back on your {values['list']} list."

    unknown = [text for text in split_items(text_of(slots, "items")) if similar(text, items) is None]
    is_partly = len(unknown) < len(split_items(text_of(slots, "items")))
    remark = f" {spoken.sentence(spoken.joined(unknown))} {are(unknown)} not on it." if unknown and is_partly else ""
    text = f"{spoken.fill(reply, {}, values)}{remark}"
    return Outcome(text, values, undo=undo, focus=tuple(replace(thing, is_gone=True) for thing in things(items)))


def swap(slots: Slots, arguments: Mapping[str, str], context: Context) -> Outcome:
    """Put `new` in the place of `items` on `list`."""
    items = chosen_items(slots, arguments, context)
    if isinstance(items, Outcome):
        return items
    texts = new_items(text_of(slots, "new"))
    if not texts:
        return Outcome(f"What should stand there in place of {items[0].text}?", ok=False, missing="new")
    name, first = items[0].list, items[0]
    before = context.database.whole_list(name)
    context.database.remove_items(items)
    free = [text for text in texts if all(text.casefold() != item.text.casefold() for item in before)]
    if free:
        context.database.put_items([replace(first, text=free[0])])
    context.database.add_items(name, texts)
    after = [item for item in context.database.items(name) if item.text.casefold() in map(str.casefold, texts)]
    olds = spoken.joined([item.text for item in items])
    news = spoken.joined([item.text for item in after])

    def undo() -> str:
        context.database.remove_items(context.database.whole_list(name))
        context.database.put_items(before)
        return f"{spoken.sentence(olds)} {are(items)} back on your {name} list."

    text = f"Your {name} list says {news} now, in place of {olds}."
    return Outcome(text, {"items": news, "list": name}, undo=undo, focus=things(after))


def recount(slots: Slots, arguments: Mapping[str, str], context: Context) -> Outcome:
    """Give `items` on `list` another `amount`, of another `unit` perhaps: `three`, `bottles`."""
    items = chosen_items(slots, arguments, context)
    if isinstance(items, Outcome):
        return items
    if "amount" not in slots:
        return Outcome(f"How many of {spoken.joined([item.text for item in items])}?", ok=False, missing="amount")
    amount = context.texts.get("amount") or spoken.spoken(slots["amount"])
    texts = [recounted(item.text, amount, text_of(slots, "unit")) for item in items]
    return swap({**slots, "items": items[0].text, "list": items[0].list, "new": texts[0]}, {}, context)


def recounted(text: str, amount: str, unit: str = "") -> str:
    """Return the text of an item with another number, and with another measure where one is said.

    >>> recounted("two bottles of wine", "three"), recounted("eggs", "12"), recounted("milk", "2", "bottles")
    ('three bottles of wine', '12 eggs', '2 bottles of milk')
    """
    first, _, rest = text.partition(" ")
    thing = rest if in_digits(first)[:1].isdigit() and rest else text
    if not unit or thing.casefold().startswith(unit.casefold()):
        return f"{amount} {thing}"
    bare = re.sub(r"^[\w-]+ of ", "", thing)
    return f"{amount} {unit} of {bare}"


def move(slots: Slots, arguments: Mapping[str, str], context: Context) -> Outcome:
    """Move `items` from `list` to the list `target`."""
    items = chosen_items(slots, arguments, context)
    if isinstance(items, Outcome):
        return items
    if not text_of(slots, "target"):
        return Outcome("To which list?", ok=False, missing="target")
    target, source = list_name(slots, {}, "target"), items[0].list
    if target == source:
        text = f"{spoken.sentence(spoken.joined([item.text for item in items]))} {are(items)} on your {source} list."
        return Outcome(text, ok=False, focus=things(items))
    before = context.database.whole_list(target)
    context.database.remove_items(items)
    context.database.add_items(target, [item.text for item in items])
    names = spoken.joined([item.text for item in items])

    def undo() -> str:
        context.database.remove_items(context.database.whole_list(target))
        context.database.put_items([*before, *items])
        return f"{spoken.sentence(names)} {are(items)} back on your {source} list."

    moved = [replace(item, list=target) for item in items]
    text = f"Moved {names} from your {source} list to your {target} list."
    return Outcome(text, {"items": names, "list": target}, undo=undo, focus=things(moved))


def has(slots: Slots, arguments: Mapping[str, str], context: Context) -> Outcome:
    """Look for `items` on `list`."""
    name, wanted = list_name(slots, arguments), text_of(slots, "items")
    if _ANYTHING.fullmatch(wanted):
        return _all_of(name, context)
    items = [item for text in split_items(wanted) if (item := similar(text, context.database.items(name)))]
    if not items:
        return Outcome(f"No, {wanted} is not on your {name} list.", focus=(list_thing(name),))
    text = f"Yes, {spoken.joined([item.text for item in items])} {are(items)} on your {name} list."
    return Outcome(text, focus=things(items))


_ANYTHING = re.compile(
    r"(?:anything|something|any ?things?|any items?|items|things)(?: (?:at all|else|yet|left|already))*", re.IGNORECASE
)


def _all_of(name: str, context: Context) -> Outcome:
    """Tell whether there is anything on a list, and what."""
    items = context.database.items(name)
    if not items:
        return Outcome(f"No, your {name} list is empty.", focus=(list_thing(name),))
    text = f"Yes, {spoken.joined([item.text for item in items])} {are(items)} on your {name} list."
    return Outcome(text, focus=things(items))
