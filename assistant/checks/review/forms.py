"""Examples of the right form, one for each kind of fault: what to write in place of what was written."""

from __future__ import annotations

import re
from collections.abc import Mapping

FORMS: Mapping[str, str] = {
    r"unknown key 'sent\w*'; legal: action": 'data: [{sentences: ["water [the] plants"]}]',
    r"(closes nothing|is never closed|cannot be read: \")": 'sentences: ["(turn|switch) on [the] {lamp}"]',
    r"no list or slot '(?P<name>[\w ]+)'": "slots: {NAME: {values: [red, blue]}}",
    r"no expansion rule <(?P<name>[^>]+)>": 'expansion_rules: {NAME: "(a|b)"}',
    r"example .* names no slot with \{(?P<name>\w+)\}": "slots: {NAME: text}",
    r"unknown built-in action": "action: timer.start",
    r"unknown type": "slots: {minutes: {type: duration}}",
    r"must be a list of texts|an entry of '\w+' must be text": 'examples: ["remind me: {task}"]',
    r"an example is a plain sentence": "examples: [turn on the lamp, make it bright]",
    r"has no sentence that can be used|none of its sentences can be used": "examples: [water the plants]",
    r"'data' must be a list|must hold 'sentences:'": 'data: [{sentences: ["water [the] plants"]}]',
    r"must hold keys such as 'data:'|a name must be a word": "Water: {examples: [water the plants], response: Done.}",
    r"must hold keys such as 'intents:'|unknown key .* 'intents'": "intents: {Water: {examples: [water the plants]}}",
    r"must hold 'values:', 'range:' or": "lists: {colour: {values: [red, blue]}}",
    r"a range needs 'from' and 'to'": "range: {from: 0, to: 100}",
    r"'argv' must be a list|first entry of 'argv'": 'action: {argv: [notify-send, "{text}"]}',
    r"or hold 'argv:'|must hold one of 'builtin'": "action: {argv: [notify-send, hello]}",
    r"'mcp' must": "action: {mcp: {server: notes, tool: add_note}}",
    r"'url' must": "action: {http: {url: http://lamp.local/on}}",
    r"tests: (must be a list|an entry must)": "tests: [water the plants]",
    r"no slot '\w+'|test \".*\": no slot": "tests: [{say: set five minutes, slots: {duration: 300}}]",
    r"slot \w+: must be a type": "slots: {minutes: {type: duration, required: true}}",
    r"dialogues: must be|'turns' must be|must hold 'turns:'|must hold 'say:', and": (
        "dialogues: [[hire a boat, Which boat?, canoe]]"
    ),
    r"must hold 'question:'|entries with 'question:'|has no (answer|question)": (
        "- {question: Where are the keys?, answer: In the blue tin.}"
    ),
    r"(?P<name>\{[\w:.]+\}) stands between brackets": 'examples: ["water the NAME plants"]',
    r"indented by a tab": "two spaces for each level",
    r"is not valid YAML.*|holds a second document": 'text with ": ", " #" or a sign at its front stands in "quotes"',
    r"additions: there is no intent": "additions: {VolumeUp: {examples: [turn the dial up]}}",
    r"'(?P<name>required|wildcard)' must be true or false": "NAME: true",
    r"'\w+' must be a number": "min: 5",
}
"""Pattern of a message -> the right form, in which a name of the pattern may stand."""

_KEYS: Mapping[str, str] = {
    "description": "description: Water the plants",
    "examples": "examples: [water the plants, '{room} needs water']",
    "data": 'data: [{sentences: ["water [the] plants"]}]',
    "sentences": 'sentences: ["water [the] plants [in the {room}]"]',
    "not": "not: [how is the water]",
    "slots": "slots: {room: {values: [kitchen, hall]}}",
    "action": "action: timer.start",
    "response": "response: Done.",
    "confirm": "confirm: Really?",
    "tests": "tests: [water the plants]",
    "type": "type: duration",
    "ask": "ask: For how long?",
    "default": "default: red",
    "values": "values: [red, blue]",
    "lists": "lists: {colour: {values: [red, blue]}}",
    "expansion_rules": 'expansion_rules: {turn_on: "(turn|switch) on"}',
    "question": "question: Where are the keys?",
    "answer": "answer: In the blue tin.",
    "also": "also: [where did we put the keys]",
}
"""Key -> its right form, where it was misspelt."""


def right_form(message: str) -> str:
    """Return what to write in place of a fault; empty where nothing is known.

    >>> right_form("intent A: unknown key 'exmaples'; did you mean 'examples'?").partition(" [")[0]
    'examples:'
    """
    if (guess := re.search(r"unknown key '.*'; did you mean '(\w+)'", message)) and guess[1] in _KEYS:
        return _KEYS[guess[1]]
    for pattern, form in FORMS.items():
        if match := re.search(pattern, message):
            return form.replace("NAME", match.groupdict().get("name") or "")
    return ""
