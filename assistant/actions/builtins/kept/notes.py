"""Notes: taken, read, found, changed, deleted."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from assistant.actions.choices import Option
from assistant.actions.database import Note
from assistant.actions.outcome import Context, Outcome, Slots, Thing, text_of
from assistant.language import spoken
from assistant.language.text import like_for_like


def take_note(slots: Slots, _: Mapping[str, str], context: Context) -> Outcome:
    """Keep a note: `text`."""
    text = re.sub(r"^(?:that|to self|saying)\b[:,]?\s*", "", text_of(slots, "text"), flags=re.IGNORECASE)
    if not text:
        return Outcome("What should I note?", ok=False, missing="text")
    written = " ".join(str(slots["text"]).split())
    mark = written[-1] if written[-1:] in ("!", "?") else ""  # a note says what it says
    note = context.database.add_note(spoken.sentence(text) + mark, context.now().timestamp())

    def undo() -> str:
        context.database.remove_note(note)
        return "The note is gone again."

    return Outcome(f"Noted: {text}.", {"text": text}, undo=undo, focus=_things([note], context))


def read_notes(_: Slots, __: Mapping[str, str], context: Context) -> Outcome:
    """Read the latest notes."""
    return _spoken_notes(context.database.notes(), "You have no notes.", context)


def search_notes(slots: Slots, _: Mapping[str, str], context: Context) -> Outcome:
    """Read the notes about something: `text`."""
    about = text_of(slots, "text")
    return _spoken_notes(_about(context.database.notes(), about), f"I found no note about {about}.", context)


def delete_note(slots: Slots, _: Mapping[str, str], context: Context) -> Outcome:
    """Delete the last note, or the one about `text`."""
    note = _chosen(slots, context)
    if isinstance(note, Outcome):
        return note
    context.database.remove_note(note)

    def undo() -> str:
        context.database.put_note(note)
        return "The note is back."

    return Outcome(f"Deleted the note: {note.text}.", {"text": note.text}, undo=undo, focus=_things([note], context))


def change_note(slots: Slots, arguments: Mapping[str, str], context: Context) -> Outcome:
    """Let the last note, or the one about `text`, say `new`; `with: {do: add}` adds that at its end."""
    note = _chosen(slots, context)
    if isinstance(note, Outcome):
        return note
    is_added = arguments.get("do") == "add"
    new = re.sub(r"^that\b[:,]?\s*", "", text_of(slots, "new"), flags=re.IGNORECASE)
    if not new:
        text = "What should I add to the note?" if is_added else "What should the note say?"
        return Outcome(text, ok=False, missing="new", focus=_things([note], context))
    if not is_added and len(new.split()) == 1:
        alike = like_for_like(note.text.rstrip(".!?"), new)
        if not alike and _is_sentence(note.text):
            text = f"The note says: {note.text.rstrip('.')}. What should all of it say?"
            return Outcome(text, ok=False, missing="new", focus=_things([note], context))
        new = alike or new
    old = note.text if note.text[-1:] in ("!", "?", ".") else f"{note.text}."
    changed = replace(note, text=f"{old} {spoken.sentence(new)}" if is_added else spoken.sentence(new))
    context.database.put_note(changed)

    def undo() -> str:
        context.database.put_note(note)
        return f"The note is as before: {note.text}."

    text = f"The note says now: {changed.text.rstrip('.')}."
    return Outcome(text, {"text": changed.text}, undo=undo, focus=_things([changed], context))


def _chosen(slots: Slots, context: Context) -> Note | Outcome:
    """Return the last note, or the one about `text`; the reply where there is none, or one of several is meant."""
    about, notes = text_of(slots, "text"), context.database.notes()
    if "id" in slots:
        return next((n for n in notes if n.id == slots["id"]), None) or Outcome("That note is gone.", ok=False)
    candidates = _about(notes, about) if about else notes[:1]
    if not candidates:
        return Outcome(f"I found no note about {about}." if about else "You have no notes.", ok=False)
    if len(candidates) == 1:
        return candidates[0]
    days = [_day_of(note, context).casefold() for note in candidates]
    labels = [
        f"“{_shortened(note.text)}”{f' from {day}' if len(set(days)) > 1 else ''}"
        for note, day in zip(candidates, days, strict=True)
    ]
    options = tuple(
        Option(label, {"id": note.id}, {"due": datetime.fromtimestamp(note.created), "number": note.id})
        for label, note in zip(labels, candidates, strict=True)
    )
    return Outcome(f"Which one: {spoken.joined(labels[:5], 'or')}?", ok=False, options=options)


def _is_sentence(text: str, few: int = 3) -> bool:
    """True of a note in whose place one word is hardly meant."""
    return len(text.split()) > few


def _shortened(text: str, most: int = 6) -> str:
    words = text.rstrip(".!?").split()
    return " ".join(words[:most]) + ("..." if len(words) > most else "")


def _things(notes: Sequence[Note], context: Context) -> tuple[Thing, ...]:
    """Name notes as they are spoken of later."""
    last = context.database.notes()[:1]
    return tuple(
        Thing("the last note" if note in last else f"the note about {note.text.rstrip('.!?')}", {"id": note.id})
        for note in notes
    )


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
    return Outcome(" ".join([head, *sentences]), focus=_things(notes[:limit], context))


def _day_of(note: Note, context: Context) -> str:
    day, today = datetime.fromtimestamp(note.created).date(), context.now().date()
    return {0: "Today", 1: "Yesterday"}.get((today - day).days) or spoken.day(day, today)
