"""The keys of intent files, each with its shape: what the reader takes, and the JSON Schema that is made of it."""

from __future__ import annotations

from typing import Any

from assistant.authoring.schema.shapes import (
    ANY_TABLE,
    FLAG,
    NUMBER,
    TEXT,
    Keys,
    Shape,
    described,
    document,
    either,
    list_of,
    named,
    one_of,
    reference,
    table,
    texts,
)
from assistant.language import entities

HTTP: Keys = {
    "url": described(TEXT, "Address, with a fixed host.", "http://lamp.local/{room}"),
    "method": described(TEXT, "POST unless said otherwise.", "GET", "POST", "PUT"),
    "headers": named(TEXT),
    "json": described({}, "The body."),
    "timeout": described(NUMBER, "Seconds."),
}
MCP: Keys = {
    "server": described(TEXT, "Name of a server under [mcp.servers] in config.toml.", "notes"),
    "tool": described(TEXT, "Name of one of its tools.", "add_note"),
    "arguments": described(ANY_TABLE, "Arguments of the tool.", {"text": "{text}"}),
    "timeout": described(NUMBER, "Seconds."),
}
ACTION: Keys = {
    "builtin": described(TEXT, "Name of a built-in action.", "timer.start"),
    "with": described(named(TEXT), "Fixed arguments of a built-in action."),
    "argv": described(list_of(TEXT), "Program and arguments; no shell reads them.", ["mpv", "{song}"]),
    "timeout": described(NUMBER, "Seconds that it may take."),
    "directory": described(TEXT, "Where the program starts."),
    "http": described(table(HTTP), "A web call."),
    "mcp": described(table(MCP, ["server", "tool"]), "A tool of another program."),
}
VALUE: Keys = {
    "in": described(TEXT, "The words, as a template.", "(blue|navy)"),
    "out": described({}, "Value of the slot."),
    "context": ANY_TABLE,
    "metadata": ANY_TABLE,
    "confirm": one_of(("always", "never")),
}
RANGE: Keys = {
    "from": NUMBER,
    "to": NUMBER,
    "step": NUMBER,
    "type": one_of(("number", "percentage", "temperature")),
    "fractions": one_of(("halves", "tenths")),
    "multiplier": NUMBER,
    "digits": {},
    "words": {},
    "words_language": {},
}
VALUES: Shape = either(list_of(either(TEXT, table(VALUE, ["in"]))), named(texts()))
LIST: Keys = {
    "values": described(VALUES, "Texts, `in` and `out`, or value: its synonyms.", ["kitchen", "garden"]),
    "range": described(table(RANGE, ["from", "to"]), "Numbers.", {"from": 0, "to": 100}),
    "wildcard": described(FLAG, "true: any words."),
}
SLOT: Keys = {
    "type": described(TEXT, f"A type or the name of a list. Types: {', '.join(entities.TYPES)}.", *entities.TYPES),
    "required": described(FLAG, "true: it is asked for where no value was said."),
    "ask": described(TEXT, "The question for it.", "For how long?"),
    "default": described({}, "The value where none was said."),
    "values": described(VALUES, "A list written in place.", ["red", "blue"]),
    "examples": described(texts(), "Of a slot that takes any words: some values.", ["hey jude"]),
    "min": NUMBER,
    "max": NUMBER,
    "step": {"type": "number", "exclusiveMinimum": 0},
    "prefer": described(one_of(("morning", "soon")), "The half of the day of a time without one."),
}
BLOCK: Keys = {
    "sentences": described(texts(), "Templates: (a|b), [optional], {slot}, <rule>.", ["turn on [the] {lamp}"]),
    "slots": described(ANY_TABLE, "Values that hold when one of these sentences is said."),
    "response": TEXT,
    "requires_context": ANY_TABLE,
    "excludes_context": ANY_TABLE,
    "metadata": ANY_TABLE,
    "expansion_rules": named(TEXT),
    "lists": named(table(LIST)),
    "required_keywords": texts(),
    "settings": {},
    "example": {},
    "name_domains": {},
    "inferred_domain": {},
    "speech_to_phrase": {},
    "description": {},
}
TEST: Keys = {
    "say": TEXT,
    "slots": ANY_TABLE,
    "hear": described(TEXT, "A recording of the sentence, beside this file.", "lamp.wav"),
}
TESTS: Shape = list_of(either({"type": "string"}, table(TEST, ["say"])))
INTENT: Keys = {
    "description": described(TEXT, "The command in a few words.", "Start a timer"),
    "data": described(list_of(reference("block")), "Blocks of templates."),
    "examples": described(texts(), "Plain sentences, matched by meaning.", ["wake me in {duration}"]),
    "not": described(texts(), "Near misses.", ["how much time is left"]),
    "slots": described(named(either(reference("slot"), {"type": ["string", "null"]})), "The values that it takes."),
    "action": described(either({"type": ["string", "null"]}, table(ACTION)), "What it does.", "timer.start"),
    "response": described(texts(), "The reply, or several, told in turn.", "Timer set for {duration}."),
    "confirm": described(TEXT, "A question asked first, or always, or never.", "Really?"),
    "varies": described(texts(), "Intents that it does again, otherwise.", ["DrawPicture"]),
    "tests": described(TESTS, "Sentences that must be understood as this intent.", ["set a timer for ten minutes"]),
}
ADDITION: Keys = {name: INTENT[name] for name in ("examples", "not", "tests")}
FILE: Keys = {
    "language": described(TEXT, "Two letters.", "en"),
    "intents": described(named(reference("intent")), "The commands; one without anything is switched off."),
    "lists": described(named(table(LIST)), "Values that sentences of all files may take."),
    "expansion_rules": described(named(TEXT), "name: template."),
    "skip_words": described(texts(), "Words that may be left out.", ["kindly"]),
    "responses": described(table({"intents": named(named(TEXT))}), "intent: key: text."),
    "settings": {},
    "nlu": described(list_of(ANY_TABLE), "Rasa's training data."),
    "version": {},
    "dialogues": described(list_of({"type": ["array", "object"]}), "Conversations that must go as they are written."),
    "additions": described(named(table(ADDITION)), "Examples, near misses and tests for intents of any file."),
    "noise": described(texts(), "Sentences that mean nothing here.", ["well I never"]),
}


def schema() -> dict[str, Any]:
    """Return the JSON Schema of an intent file."""
    definitions = {"intent": table(INTENT), "block": table(BLOCK, ["sentences"]), "slot": table(SLOT)}
    return document("A file of intents", table(FILE), definitions)
