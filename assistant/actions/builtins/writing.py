"""Texts that a language model writes: the conversation, which has it, carries out what is asked for here."""

from __future__ import annotations

from collections.abc import Mapping

from assistant.actions.outcome import Context, Outcome, Slots


def write(_: Slots, __: Mapping[str, str], context: Context) -> Outcome:
    """Let the language model write what the sentence asks for; without one, say which setting it needs."""
    if not context.config.generator.is_on:
        needed = 'set generate in the section [generator] of config.toml to "grounded" or "free"'
        return Outcome(f"I can't write that without a language model: {needed}.", ok=False)
    return Outcome("", control="write")


def save(slots: Slots, _: Mapping[str, str], context: Context) -> Outcome:
    """Keep what the language model wrote last as a note."""
    text = str(slots.get("text", "")).strip()
    if not text:
        return Outcome("There is nothing to save: I have written nothing yet.", ok=False, control="save")
    note = context.database.add_note(text, context.now().timestamp())

    def undo() -> str:
        context.database.remove_note(note)
        return "The note is gone again."

    return Outcome("Saved as a note.", undo=undo)
