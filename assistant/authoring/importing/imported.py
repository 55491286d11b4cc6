"""What an importer has understood, and the intent file that is written of it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from assistant.authoring.teaching.insertion import scalar_text
from assistant.errors import Problem


@dataclass(slots=True)
class ImportedIntent:
    """One intent."""

    place: tuple[Path, int] = (Path(), 0)
    """File and line where it first stands; line 0: the whole file."""
    names: dict[str, None] = field(default_factory=dict)
    """As it is called there."""
    templates: list[str] = field(default_factory=list)
    examples: list[str] = field(default_factory=list)
    slots: dict[str, str] = field(default_factory=dict)
    """Slot -> its type: a built-in one, or the name of a list."""
    responses: list[str] = field(default_factory=list)


@dataclass(slots=True)
class Imported:
    """Everything that was carried over, and what was not."""

    language: str = "en"
    intents: dict[str, ImportedIntent] = field(default_factory=dict)
    lists: dict[str, list[tuple[str, str]]] = field(default_factory=dict)
    """List -> its values: the words, and what they stand for; empty: the words themselves."""
    marked: dict[str, list[str]] = field(default_factory=dict)
    """List -> words that examples mark as its values."""
    ranges: dict[str, tuple[int, int]] = field(default_factory=dict)
    rules: dict[str, str] = field(default_factory=dict)
    lookups: dict[str, list[str]] = field(default_factory=dict)
    """Slot of any words -> some of its values."""
    synonyms: dict[str, str] = field(default_factory=dict)
    """Words in lower case -> the value that they stand for, in whatever slot of any words."""
    left: list[Problem] = field(default_factory=list)
    """What was not carried over, with its place."""

    def intent(self, name: str, file: Path, line: int = 0) -> ImportedIntent:
        """Return the intent of a name, a new one that stands at a place where there is none."""
        intent = self.intents.setdefault(identifier(name), ImportedIntent((file, line)))
        intent.names[name.strip()] = None
        return intent

    def settle_intents(self) -> None:
        """Take out the intents without a sentence, and note these and those that have another name here."""
        for name, intent in [*self.intents.items()]:
            if not (intent.templates or intent.examples):
                del self.intents[name]
                self.leave(*intent.place, f"intent {name} is not carried over: it has no sentence that can be used")
            elif [*intent.names] != [name]:
                theirs = " and ".join(f"'{own}'" for own in intent.names)
                self.leave(*intent.place, f"intent {theirs} is called {name} here")

    def leave(self, file: Path, line: int, message: str) -> None:
        """Note what is not carried over."""
        self.left.append(Problem(file, line, message, "warning"))

    def text(self, source: str) -> str:
        """Return the intent file; `source` is what it was made of."""
        return "\n".join(self._lines(source)) + "\n"

    def _lines(self, source: str) -> Iterator[str]:
        yield f"# Made by `assistant import` of {' '.join(source.split())}; yours to edit."
        yield f"language: {scalar_text(self.language)}"
        yield "intents:"
        for name, intent in sorted(self.intents.items()):
            yield f"  {name}:"
            if templates := list(dict.fromkeys(intent.templates)):
                yield from ("    data:", "      - sentences:")
                yield from (f"          - {quoted(text)}" for text in templates)
            if examples := list(dict.fromkeys(intent.examples)):
                yield "    examples:"
                yield from (f"      - {scalar_text(text)}" for text in examples)
            if intent.slots:
                yield "    slots:"
                yield from (f"      {slot}: {scalar_text(kind)}" for slot, kind in sorted(intent.slots.items()))
            if len(intent.responses) == 1:
                yield f"    response: {quoted(intent.responses[0])}"
            elif intent.responses:
                yield "    response:"
                yield from (f"      - {quoted(text)}" for text in intent.responses)
        if self.lists or self.ranges:
            yield "lists:"
        for name, values in sorted(self.lists.items()):
            yield f"  {name}:"
            yield "    values:"
            yield from (f"      - {_value(*value)}" for value in dict.fromkeys(values))
        for name, (low, high) in sorted(self.ranges.items()):
            yield f"  {name}:"
            yield f"    range: {{from: {low}, to: {high}}}"
        if self.rules:
            yield "expansion_rules:"
            yield from (f"  {name}: {quoted(rule)}" for name, rule in sorted(self.rules.items()))
        yield from self._training_data()

    def _training_data(self) -> Iterator[str]:
        """Yield the values of slots of any words, as training data of Rasa has them."""
        words: dict[str, list[str]] = {}
        for word, value in self.synonyms.items():
            words.setdefault(value, []).append(word)
        entries = [("lookup", *entry) for entry in self.lookups.items()]
        entries += [("synonym", *entry) for entry in words.items()]
        if entries:
            yield "nlu:"
        for kind, name, texts in entries:
            yield from (f"  - {kind}: {quoted(name)}", "    examples:")
            yield from (f"      - {quoted(text)}" for text in dict.fromkeys(texts))


def _value(words: str, value: str) -> str:
    return f"{{in: {quoted(words)}, out: {quoted(value)}}}" if value and value != words else quoted(words)


def quoted(text: str) -> str:
    """Write a text as YAML in quotes, where brackets and braces mean nothing to it."""
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def identifier(name: str) -> str:
    """Return a name as one word: `smart home:lights on` is `smart_home_lights_on`."""
    word = re.sub(r"\W+", "_", name).strip("_")
    return word if word and not word[0].isdigit() else f"intent_{word}"


def in_words(value: object) -> str:
    """Return a YAML scalar as words."""
    return {True: "on", False: "off"}[value] if isinstance(value, bool) else str(value)
