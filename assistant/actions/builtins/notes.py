"""Notes, and the shopping list, to-do list and any other."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime

from assistant.actions.database import Item, Note
from assistant.actions.outcome import Context, Outcome, Slots, text_of
from assistant.language import spoken

_READ = 5
"""Notes read aloud at once."""

_LISTED = 12
_ALIKE = 80
_SEPARATOR = re.compile(
    r"\s*(?:[,;]\s*(?:and\s+)?|\s+(?:and also|and then|and|plus|as well as)\s+|\s&\s)\s*", re.IGNORECASE
)
_PAIRS = ("salt and pepper", "mac and cheese", "fish and chips", "bread and butter", "gin and tonic", "oil and vinegar")
"""One thing each, although there is an `and` in it."""


# -- notes ------------------------------------------------------------------------------------


def take_note(slots: Slots, _: Mapping[str, str], context: Context) -> Outcome:
    """Keep a note: `text`."""
    text = re.sub(r"^(?:that|to self|saying)\b[:,]?\s*", "", text_of(slots, "text"), flags=re.IGNORECASE)
    if not text:
        return Outcome("What should I note?", ok=False)
    note = context.store.add_note(spoken.sentence(text), context.now().timestamp())

    def undo() -> str:
        context.store.remove_note(note)
        return "The note is gone again."

    return Outcome(f"Noted: {text}.", {"text": text}, undo=undo)


def read_notes(_: Slots, __: Mapping[str, str], context: Context) -> Outcome:
    """Read the latest notes."""
    return _read(context.store.notes(), "You have no notes.", context)


def search_notes(slots: Slots, _: Mapping[str, str], context: Context) -> Outcome:
    """Read the notes about something: `text`."""
    about = text_of(slots, "text")
    return _read(_about(context.store.notes(), about), f"I found no note about {about}.", context)


def delete_note(slots: Slots, _: Mapping[str, str], context: Context) -> Outcome:
    """Delete the last note, or the latest about `text`."""
    about = text_of(slots, "text")
    notes = context.store.notes()
    found = _about(notes, about) if about else notes
    if not found:
        return Outcome(f"I found no note about {about}." if about else "You have no notes.", ok=False)
    note = found[0]
    context.store.remove_note(note)

    def undo() -> str:
        context.store.restore_note(note)
        return "The note is back."

    return Outcome(f"Deleted the note: {note.text}.", {"text": note.text}, undo=undo)


def _about(notes: Sequence[Note], about: str) -> Sequence[Note]:
    """Return the notes with all the words, else those with words like them."""
    from rapidfuzz import fuzz

    words = about.casefold().split()
    exact = [note for note in notes if all(word in note.text.casefold() for word in words)]
    return exact or [n for n in notes if fuzz.partial_ratio(about.casefold(), n.text.casefold()) >= _ALIKE]


def _read(notes: Sequence[Note], none: str, context: Context) -> Outcome:
    if not notes:
        return Outcome(none)
    head = spoken.count(len(notes), "note")
    if len(notes) > _READ:
        head += f", the latest {_READ} are"
    told = " ".join(f"{_day_of(note, context)}: {note.text.rstrip('.!?')}." for note in notes[:_READ])
    return Outcome(f"{spoken.sentence(head)}. {told}" if len(notes) <= _READ else f"{spoken.sentence(head)}: {told}")


def _day_of(note: Note, context: Context) -> str:
    at, now = datetime.fromtimestamp(note.at), context.now()
    days = (now.date() - at.date()).days
    return {0: "Today", 1: "Yesterday"}.get(days) or spoken.day(at.date(), now.date())


# -- lists ------------------------------------------------------------------------------------


def add(slots: Slots, arguments: Mapping[str, str], context: Context) -> Outcome:
    """Put `items` on `list`; `with: {list}` where the sentence names none."""
    name, texts = _list_name(slots, arguments), split_items(text_of(slots, "items"))
    if not texts:
        return Outcome(f"What should I put on your {name} list?", ok=False)
    added = context.store.add_items(name, texts)
    if not added:
        there = "is" if len(texts) == 1 else "are"
        return Outcome(f"{spoken.sentence(spoken.joined(texts))} {there} already on your {name} list.")
    known = [text for text in texts if text.casefold() not in {item.text.casefold() for item in added}]
    also = (
        f" {spoken.sentence(spoken.joined(known))} {'was' if len(known) == 1 else 'were'} there already."
        if known
        else ""
    )
    names = spoken.joined([item.text for item in added])

    def undo() -> str:
        context.store.remove_items(added)
        return f"{spoken.sentence(names)} {_is(added)} off your {name} list again."

    return Outcome(f"Added {names} to your {name} list.{also}", {"items": names, "list": name}, undo=undo)


def remove(slots: Slots, arguments: Mapping[str, str], context: Context) -> Outcome:
    """Take `items` off `list`."""

    def take_off(found: Sequence[Item]) -> Callable[[], None]:
        context.store.remove_items(found)
        return lambda: context.store.put_items(found)

    return _change(slots, arguments, context, "Took {items} off your {list} list.", take_off)


def tick(slots: Slots, arguments: Mapping[str, str], context: Context) -> Outcome:
    """Tick `items` off `list`."""

    def mark(found: Sequence[Item]) -> Callable[[], None]:
        context.store.put_items([dataclasses.replace(item, done=True) for item in found])
        return lambda: context.store.put_items(found)

    return _change(slots, arguments, context, "Ticked off {items}.", mark)


def read(slots: Slots, arguments: Mapping[str, str], context: Context) -> Outcome:
    """Read `list`; where none is named, the only one, or how much is on each."""
    lists = context.store.list_names()
    if "list" not in slots and "list" not in arguments:
        if len(lists) > 1:
            counts = [f"{spoken.count(len(context.store.items(name)), 'thing')} on your {name} list" for name in lists]
            return Outcome(f"You have {spoken.joined(counts)}.")
        slots = {**slots, "list": lists[0]} if lists else slots
    name = _list_name(slots, arguments)
    items = context.store.items(name)
    if not items:
        return Outcome(f"Your {name} list is empty.")
    names = [item.text for item in items[:_LISTED]]
    if len(items) > _LISTED:
        names.append(f"{len(items) - _LISTED} more")
    return Outcome(
        f"There {_is(items)} {spoken.count(len(items), 'thing')} on your {name} list: {spoken.joined(names)}."
    )


def has(slots: Slots, arguments: Mapping[str, str], context: Context) -> Outcome:
    """Tell whether `items` is on `list`."""
    name, wanted = _list_name(slots, arguments), text_of(slots, "items")
    found = [item for text in split_items(wanted) if (item := _like(text, context.store.items(name)))]
    if not found:
        return Outcome(f"No, {wanted} is not on your {name} list.")
    return Outcome(f"Yes, {spoken.joined([item.text for item in found])} {_is(found)} on your {name} list.")


def clear(slots: Slots, arguments: Mapping[str, str], context: Context) -> Outcome:
    """Empty `list`."""
    name = _list_name(slots, arguments)
    items = (*context.store.items(name), *context.store.items(name, done=True))
    if not items:
        return Outcome(f"Your {name} list is empty already.")
    context.store.remove_items(items)

    def undo() -> str:
        context.store.put_items(items)
        return f"Your {name} list is back."

    return Outcome(f"Your {name} list is empty now.", {"list": name}, undo=undo)


def split_items(text: str) -> list[str]:
    """Return the things that are named: `milk, eggs and bread` are three, `salt and pepper` is one."""
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
    said: str,
    change: Callable[[Sequence[Item]], Callable[[], None]],
) -> Outcome:
    """Find the named items, on the named list or else on any, change them and say so."""
    wanted = split_items(text_of(slots, "items"))
    name = _list_name(slots, arguments)
    names = [name] if "list" in slots else [name, *(n for n in context.store.list_names() if n != name)]
    open_items = [item for each in names for item in context.store.items(each)]
    found = list(dict.fromkeys(item for text in wanted if (item := _like(text, open_items))))
    if not found:
        where = f"your {name} list" if "list" in slots else "any of your lists"
        return Outcome(f"{spoken.sentence(spoken.joined(wanted) or 'that')} is not on {where}.", ok=False)
    take_back = change(found)
    names_found = spoken.joined([item.text for item in found])

    def undo() -> str:
        take_back()
        return f"{spoken.sentence(names_found)} {_is(found)} back on your {found[0].list} list."

    values = {"items": names_found, "list": found[0].list}
    return Outcome(spoken.fill(said, {}, values), values, undo=undo)


def _like(text: str, items: Sequence[Item]) -> Item | None:
    from rapidfuzz import fuzz

    wanted = text.casefold()
    scored = [
        (max(fuzz.ratio(wanted, each), fuzz.token_set_ratio(wanted, each)), item)
        for item in items
        if (each := item.text.casefold())
    ]
    best = max(scored, key=lambda pair: pair[0], default=None)
    return best[1] if best and best[0] >= _ALIKE else None


def _is(items: Sequence[object]) -> str:
    return "is" if len(items) == 1 else "are"
