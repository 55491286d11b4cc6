"""Notes, and the shopping list, to-do list and any other."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime

from assistant.actions.database import Item, Note
from assistant.actions.outcome import Context, Outcome, Slots, text_of
from assistant.language import spoken

_SEPARATOR = re.compile(r"\s*(?:[,;]\s*(?:and\s+)?|\s+(?:and also|and then|and|plus|as well as)\s+)\s*", re.IGNORECASE)
_PAIRS = ("salt and pepper", "mac and cheese", "fish and chips", "bread and butter", "gin and tonic", "oil and vinegar")
"""One thing each, although there is an `and` in it."""
_EVERYTHING = re.compile(r"(?:everything|all|all (?:of )?(?:it|them|that|(?:the )?(?:items|things)))", re.IGNORECASE)


# -- notes ------------------------------------------------------------------------------------


def take_note(slots: Slots, _: Mapping[str, str], context: Context) -> Outcome:
    """Keep a note: `text`."""
    text = re.sub(r"^(?:that|to self|saying)\b[:,]?\s*", "", text_of(slots, "text"), flags=re.IGNORECASE)
    if not text:
        return Outcome("What should I note?", ok=False)
    written = " ".join(str(slots["text"]).split())
    mark = written[-1] if written[-1:] in ("!", "?") else ""  # a note says what it says
    note = context.database.add_note(spoken.sentence(text) + mark, context.now().timestamp())

    def undo() -> str:
        context.database.remove_note(note)
        return "The note is gone again."

    return Outcome(f"Noted: {text}.", {"text": text}, undo=undo)


def read_notes(_: Slots, __: Mapping[str, str], context: Context) -> Outcome:
    """Read the latest notes."""
    return _spoken_notes(context.database.notes(), "You have no notes.", context)


def search_notes(slots: Slots, _: Mapping[str, str], context: Context) -> Outcome:
    """Read the notes about something: `text`."""
    about = text_of(slots, "text")
    return _spoken_notes(_about(context.database.notes(), about), f"I found no note about {about}.", context)


def delete_note(slots: Slots, _: Mapping[str, str], context: Context) -> Outcome:
    """Delete the last note, or the latest about `text`."""
    about = text_of(slots, "text")
    notes = context.database.notes()
    candidates = _about(notes, about) if about else notes
    if not candidates:
        return Outcome(f"I found no note about {about}." if about else "You have no notes.", ok=False)
    note = candidates[0]
    context.database.remove_note(note)

    def undo() -> str:
        context.database.restore_note(note)
        return "The note is back."

    return Outcome(f"Deleted the note: {note.text}.", {"text": note.text}, undo=undo)


def _about(notes: Sequence[Note], about: str) -> Sequence[Note]:
    """Return the notes with all the words, else those with similar words."""
    from rapidfuzz import fuzz

    words = about.casefold().split()
    exact = [note for note in notes if all(word in note.text.casefold() for word in words)]
    return exact or [n for n in notes if fuzz.partial_ratio(about.casefold(), n.text.casefold()) >= 80]


def _spoken_notes(notes: Sequence[Note], none: str, context: Context, limit: int = 5) -> Outcome:
    """Read the latest `limit` notes with their days; `none` where there is no note."""
    if not notes:
        return Outcome(none)
    head = spoken.sentence(spoken.count(len(notes), "note"))
    head += f", the latest {limit} are:" if len(notes) > limit else "."
    sentences = [f"{_day_of(note, context)}: {note.text.rstrip('.!?')}." for note in notes[:limit]]
    return Outcome(" ".join([head, *sentences]))


def _day_of(note: Note, context: Context) -> str:
    day, today = datetime.fromtimestamp(note.created).date(), context.now().date()
    return {0: "Today", 1: "Yesterday"}.get((today - day).days) or spoken.day(day, today)


# -- lists ------------------------------------------------------------------------------------


def add(slots: Slots, arguments: Mapping[str, str], context: Context) -> Outcome:
    """Put `items` on `list`; `with: {list}` where the sentence names none."""
    name, texts = _list_name(slots, arguments), split_items(text_of(slots, "items"))
    if not texts:
        return Outcome(f"What should I put on your {name} list?", ok=False)
    added = context.database.add_items(name, texts)
    if not added:
        return Outcome(f"{spoken.sentence(spoken.joined(texts))} {_is(texts)} already on your {name} list.")
    new = {item.text.casefold() for item in added}
    old = [text for text in texts if text.casefold() not in new]
    verb = "was" if len(old) == 1 else "were"
    also = f" {spoken.sentence(spoken.joined(old))} {verb} there already." if old else ""
    names = spoken.joined([item.text for item in added])

    def undo() -> str:
        context.database.remove_items(added)
        return f"{spoken.sentence(names)} {_is(added)} off your {name} list again."

    return Outcome(f"Added {names} to your {name} list.{also}", {"items": names, "list": name}, undo=undo)


def remove(slots: Slots, arguments: Mapping[str, str], context: Context) -> Outcome:
    """Take `items` off `list`."""

    def take_off(items: Sequence[Item]) -> Callable[[], None]:
        context.database.remove_items(items)
        return lambda: context.database.put_items(items)

    return _change(slots, arguments, context, "Took {items} off your {list} list.", take_off)


def tick(slots: Slots, arguments: Mapping[str, str], context: Context) -> Outcome:
    """Tick `items` off `list`."""

    def mark(items: Sequence[Item]) -> Callable[[], None]:
        context.database.put_items([dataclasses.replace(item, done=True) for item in items])
        return lambda: context.database.put_items(items)

    return _change(slots, arguments, context, "Ticked off {items}.", mark)


def read(slots: Slots, arguments: Mapping[str, str], context: Context) -> Outcome:
    """Read `list`; where none is named, the only one, or the number of things on each."""
    lists = context.database.list_names()
    if "list" not in slots and "list" not in arguments:
        if len(lists) > 1:
            counts = {name: spoken.count(len(context.database.items(name)), "thing") for name in lists}
            return Outcome(
                f"You have {spoken.joined([f'{count} on your {name} list' for name, count in counts.items()])}."
            )
        slots = {**slots, "list": lists[0]} if lists else slots
    name = _list_name(slots, arguments)
    items = context.database.items(name)
    if not items:
        return Outcome(f"Your {name} list is empty.")
    names = [item.text for item in items[:12]]
    if len(items) > 12:
        names.append(f"{len(items) - 12} more")
    return Outcome(
        f"There {_is(items)} {spoken.count(len(items), 'thing')} on your {name} list: {spoken.joined(names)}."
    )


def has(slots: Slots, arguments: Mapping[str, str], context: Context) -> Outcome:
    """Look for `items` on `list`."""
    name, wanted = _list_name(slots, arguments), text_of(slots, "items")
    items = [item for text in split_items(wanted) if (item := _similar(text, context.database.items(name)))]
    if not items:
        return Outcome(f"No, {wanted} is not on your {name} list.")
    return Outcome(f"Yes, {spoken.joined([item.text for item in items])} {_is(items)} on your {name} list.")


def clear(slots: Slots, arguments: Mapping[str, str], context: Context) -> Outcome:
    """Empty `list`, but for what is excepted."""
    name = _list_name(slots, arguments)
    every = (*context.database.items(name), *context.database.items(name, done=True))
    if not every:
        return Outcome(f"Your {name} list is empty already.")
    items = _left_in(every, f"your {name} list", context)
    if isinstance(items, Outcome):
        return items
    context.database.remove_items(items)

    def undo() -> str:
        context.database.put_items(items)
        return f"Your {name} list is back."

    kept = [item.text for item in every if item not in items]
    left = f"Only {spoken.joined(kept)} {_is(kept)} left on your {name} list."
    text = left if kept else f"Your {name} list is empty now."
    return Outcome(text, {"list": name}, undo=undo)


def _left_in(items: Sequence[Item], where: str, context: Context) -> Sequence[Item] | Outcome:
    """Return items less those that the command excepts, or the reply where it excepts what is not there."""
    wanted = [text for words in context.excluding for text in split_items(words)]
    kept = {text: _similar(text, items) for text in wanted}
    if unknown := [text for text, item in kept.items() if item is None]:
        names = spoken.sentence(spoken.joined(unknown))
        return Outcome(f"{names} {_is(unknown)} not on {where}, so I have done nothing.", ok=False)
    left = [item for item in items if item not in kept.values()]
    return left or Outcome(f"There is nothing else on {where}.", ok=False)


def split_items(text: str) -> list[str]:
    """Split a text into the things that it names: `milk, eggs and bread` are three, `salt and pepper` is one."""
    text = re.sub(r"^(?:some|a few|and|also)\s+", "", text.strip(), flags=re.IGNORECASE)
    for pair in _PAIRS:
        text = re.sub(pair, pair.replace(" ", "\0"), text, flags=re.IGNORECASE)
    parts = (
        re.sub(r"^(?:some|a|an|the|my)\s+", "", part.strip(" ."), flags=re.IGNORECASE)
        for part in _SEPARATOR.split(text)
    )
    return list(dict.fromkeys(part.replace("\0", " ") for part in parts if part))


def _list_name(slots: Slots, arguments: Mapping[str, str]) -> str:
    name = text_of(slots, "list") or arguments.get("list", "shopping")
    return re.sub(r"^(?:my|the|our)\s+|\s+list$", "", name.casefold())


def _change(
    slots: Slots,
    arguments: Mapping[str, str],
    context: Context,
    reply: str,
    change: Callable[[Sequence[Item]], Callable[[], None]],
) -> Outcome:
    """Find the named items, on the named list or else on any, and change them.

    `reply` is a template of the reply with `{items}` and `{list}`; `change` returns the function that takes it back.
    """
    wanted = split_items(text_of(slots, "items"))
    name = _list_name(slots, arguments)
    names = [name] if "list" in slots else [name, *(n for n in context.database.list_names() if n != name)]
    open_items = [item for name in names for item in context.database.items(name)]
    where = f"your {name} list" if "list" in slots else "any of your lists"
    items: Sequence[Item] | Outcome = list(dict.fromkeys(i for text in wanted if (i := _similar(text, open_items))))
    if not items and _EVERYTHING.fullmatch(text_of(slots, "items")):
        items, where = context.database.items(name), f"your {name} list"
        if not items:
            return Outcome(f"Your {name} list is empty already.", ok=False)
    if not isinstance(items, Outcome) and items and context.excluding:
        items = _left_in(items, where, context)
    if isinstance(items, Outcome):
        return items
    if not items:
        return Outcome(f"{spoken.sentence(spoken.joined(wanted) or 'that')} is not on {where}.", ok=False)
    take_back = change(items)
    values = {"items": spoken.joined([item.text for item in items]), "list": items[0].list}

    def undo() -> str:
        take_back()
        return f"{spoken.sentence(values['items'])} {_is(items)} back on your {values['list']} list."

    return Outcome(spoken.fill(reply, {}, values), values, undo=undo)


def _similar(text: str, items: Sequence[Item], least: float = 80) -> Item | None:
    """Return the item with the most similar text, None where that is below `least` of 100."""
    from rapidfuzz import fuzz

    wanted = text.casefold()

    def similarity(item: Item) -> float:
        return max(fuzz.ratio(wanted, item.text.casefold()), fuzz.token_set_ratio(wanted, item.text.casefold()))

    best = max(items, key=similarity, default=None)
    return best if best is not None and similarity(best) >= least else None


def _is(items: Sequence[object]) -> str:
    return "is" if len(items) == 1 else "are"
