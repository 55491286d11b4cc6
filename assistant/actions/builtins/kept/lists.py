"""Lists as a whole: made, read, emptied, renamed, deleted."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from assistant.actions.builtins.kept.finding import are, left_in, list_name, list_thing, split_items, things
from assistant.actions.outcome import Context, Outcome, Slots, Thing, text_of
from assistant.language import spoken


def create(slots: Slots, arguments: Mapping[str, str], context: Context) -> Outcome:
    """Make the list `list`, which may be empty, or with `items` on it."""
    if not text_of(slots, "list"):
        return Outcome("What shall it be called?", ok=False, missing="list")
    name, texts = list_name(slots, arguments), split_items(text_of(slots, "items"))
    before = context.database.whole_list(name)
    if name in context.database.list_names() and not texts:
        text = f"You have a {name} list already, with {_size(name, context)} on it."
        return Outcome(text, ok=False, focus=(list_thing(name),))
    context.database.make_list(name)
    added = context.database.add_items(name, texts)

    def undo() -> str:
        context.database.remove_items(context.database.whole_list(name))
        context.database.put_items(before)
        return f"Your {name} list is {'as before' if before else 'gone again'}."

    names = spoken.joined([item.text for item in added])
    text = f"You have a {name} list now{f', with {names} on it' if names else ''}."
    values = {"list": name, "items": names}
    return Outcome(text, values, undo=undo, focus=things(added) if added else (list_thing(name),))


def read(slots: Slots, arguments: Mapping[str, str], context: Context) -> Outcome:
    """Read `list`; where none is named, the only one, or the number of things on each."""
    lists = context.database.list_names()
    if "list" not in slots and "list" not in arguments:
        if len(lists) > 1:
            return names(slots, arguments, context)
        slots = {**slots, "list": lists[0]} if lists else slots
    name = list_name(slots, arguments)
    if name == "all" and name not in lists and lists:
        each = [read({"list": other}, {}, context) for other in lists]
        return Outcome(" ".join(outcome.text for outcome in each), focus=tuple(map(list_thing, lists)))
    items = context.database.items(name)
    if not items:
        return Outcome(f"Your {name} list is empty.", {"list": name, "items": ""}, focus=(list_thing(name),))
    texts = [item.text for item in items[:12]]
    if len(items) > 12:
        texts.append(f"{len(items) - 12} more")
    joined = spoken.joined(texts)
    text = f"There {are(items)} {spoken.count(len(items), 'thing')} on your {name} list: {joined}."
    return Outcome(text, {"list": name, "items": joined}, focus=things(items))


def names(_: Slots, __: Mapping[str, str], context: Context) -> Outcome:
    """Name the lists, with the number of things on each."""
    lists = context.database.list_names()
    if not lists:
        return Outcome("You have no lists.")
    counts = spoken.joined([f"{_size(name, context)} on your {name} list" for name in lists])
    return Outcome(f"You have {counts}.", focus=tuple(map(list_thing, lists)))


def _size(name: str, context: Context) -> str:
    count = len(context.database.items(name))
    return spoken.count(count, "thing") if count else "nothing"


def clear(slots: Slots, arguments: Mapping[str, str], context: Context) -> Outcome:
    """Empty `list`, but for what is excepted."""
    name = list_name(slots, arguments)
    every = (*context.database.items(name), *context.database.items(name, done=True))
    focus: tuple[Thing, ...] = (list_thing(name),)
    if not every:
        return Outcome(f"Your {name} list is empty already.", ok=False, focus=focus)
    items = left_in(every, f"your {name} list", context)
    if isinstance(items, Outcome):
        return items
    context.database.remove_items(items)

    def undo() -> str:
        context.database.put_items(items)
        return f"Your {name} list is back."

    kept = [item.text for item in every if item not in items]
    left = f"Only {spoken.joined(kept)} {are(kept)} left on your {name} list."
    text = left if kept else f"Your {name} list is empty now."
    return Outcome(text, {"list": name}, undo=undo, focus=focus)


def delete(slots: Slots, arguments: Mapping[str, str], context: Context) -> Outcome:
    """Delete `list` with all that is on it."""
    name = list_name(slots, arguments)
    whole = context.database.whole_list(name)
    if not whole:
        return Outcome(f"You have no {name} list.", ok=False)
    context.database.remove_items(whole)

    def undo() -> str:
        context.database.put_items(whole)
        return f"Your {name} list is back."

    return Outcome(f"Your {name} list is deleted.", {"list": name}, undo=undo, focus=(list_thing(name),))


def rename(slots: Slots, arguments: Mapping[str, str], context: Context) -> Outcome:
    """Call `list` by another `name`."""
    old, new = list_name(slots, arguments), list_name(slots, {}, "name")
    whole = context.database.whole_list(old)
    if not whole:
        return Outcome(f"You have no {old} list.", ok=False)
    if not text_of(slots, "name"):
        return Outcome(f"What shall your {old} list be called?", ok=False, missing="name")
    if context.database.whole_list(new):
        return Outcome(f"You have a {new} list already.", ok=False, focus=(list_thing(old),))
    context.database.put_items([replace(item, list=new) for item in whole])

    def undo() -> str:
        context.database.put_items(whole)
        return f"It is your {old} list again."

    return Outcome(f"Your {old} list is your {new} list now.", {"list": new}, undo=undo, focus=(list_thing(new),))
