"""What stands in the files and does nothing: slots, lists and rules without a use, what is written twice or ignored."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from assistant.authoring.definitions import Block, Intent, IntentSet, SourceLine
from assistant.authoring.intent_file import parse_intent_file
from assistant.authoring.references import Rules
from assistant.authoring.source.yaml_tree import Items, Table, TreeError, read_tree
from assistant.authoring.template_syntax import check_syntax, placeholders
from assistant.errors import Problem, did_you_mean

IGNORED_KEYS = {
    "settings": "",
    "metadata": "",
    "example": ": put the sentence under 'tests:'",
    "name_domains": ": nothing is known of the domain of a thing",
    "inferred_domain": ": nothing is known of the domain of a thing",
    "speech_to_phrase": ": the recogniser is told the words of all files",
    "description": ": the intent has one of its own",
}
"""Keys of a block, or of a file, that Home Assistant knows and that do nothing here -> what does it instead."""


class Uses:
    """What the sentences of a set of intents refer to."""

    def __init__(self, intents: IntentSet, explodes_from: int = 50_000_000) -> None:
        self._intents, self._explodes_from = intents, explodes_from
        self._rules = Rules(intents.rules)

    def problems(self) -> Iterator[Problem]:
        """Yield what is unused, doubled or far too large, each at its place."""
        lists, rules = set[str](), set[str]()
        for intent in self._intents.intents.values():
            own = {slot.type for slot in intent.slots.values()}
            for block in intent.blocks:
                for sentence, line in block.rows():
                    written = self._rules_of(block).write_out(sentence)
                    own |= {reference.list for reference in written.lists} | {r.slot for r in written.lists}
                    rules |= self._reached(sentence, block)
                    if written.cost.phrases > self._explodes_from:
                        yield _too_large(intent, block, line, written.cost.phrases)
            own |= {name for example in intent.examples for pair in placeholders(example) for name in pair}
            yield from self._unused_slots(intent, own)
            yield from _doubled(intent)
            yield from _without_keyword(intent)
            lists |= own
        yield from self._unused(lists, rules)

    def _rules_of(self, block: Block) -> Rules:
        return Rules({**self._intents.rules, **block.rules}) if block.rules else self._rules

    def _reached(self, template: str, block: Block) -> set[str]:
        """Name the rules of the set that a template refers to, also by others."""
        rules, reached, pending = {**self._intents.rules, **block.rules}, set[str](), [template]
        while pending:
            names = set(check_syntax(pending.pop())[1]) - reached
            reached |= names
            pending += [rules[name] for name in names if name in rules]
        return reached

    def _unused_slots(self, intent: Intent, used: set[str]) -> Iterator[Problem]:
        given = used | {name for block in intent.blocks for name in block.slots}
        for slot in intent.slots.values():
            if slot.place and slot.name not in given and not slot.required and slot.default is None:
                message = (
                    f"intent {intent.name}: no sentence has a place for the slot '{slot.name}', which is not required: "
                    f"it never has a value; write {{{slot.name}}} in one"
                )
                yield Problem(*slot.place, message, "warning")

    def _unused(self, lists: set[str], rules: set[str]) -> Iterator[Problem]:
        for name, words in self._intents.lists.items():
            if words.place and "/" not in name and name not in lists:
                yield Problem(*words.place, f"list {name}: no sentence and no slot uses it", "warning")
        for name, place in self._intents.rule_places.items():
            if name not in rules:
                yield Problem(*place, f"rule <{name}>: no sentence uses it", "warning")


def _too_large(intent: Intent, block: Block, line: int, count: int) -> Problem:
    message = (
        f"intent {intent.name}: this template stands for {count:,} sentences; what nobody says need not be in it: "
        "write two shorter ones, or leave rare words to 'examples:'"
    )
    return Problem(block.file, line, message, "warning")


def _doubled(intent: Intent) -> Iterator[Problem]:
    """Yield the templates that stand twice in an intent, less those whose blocks differ in what they give."""
    first: dict[Any, SourceLine] = {}
    for block in intent.blocks:
        for sentence, line in block.rows():
            key = sentence, tuple(sorted(map(repr, block.slots.items()))), str(block.requires_context), block.response
            if (place := first.setdefault(key, SourceLine(block.file, line))) != (block.file, line):
                message = f"intent {intent.name}: this template stands in line {place.line} already"
                yield Problem(block.file, line, message, "warning")


def _without_keyword(intent: Intent) -> Iterator[Problem]:
    """Yield the blocks none of whose sentences can hold a required keyword: by text alone, without lists and rules."""
    for block in intent.blocks:
        texts = [text.casefold() for text in block.sentences]
        if block.keywords and not any(word.casefold() in text for word in block.keywords for text in texts):
            if any(set("{<") & set(text) for text in texts):
                continue
            words = ", ".join(sorted(block.keywords))
            message = (
                f"intent {intent.name}: no sentence here holds a required keyword ({words}): none is ever understood"
            )
            yield Problem(block.file, block.lines[0], message, "warning")


def ignored(file: Path, content: bytes, intents: IntentSet) -> Iterator[Problem]:
    """Yield the keys of a file that are accepted and not used, and replies to intents that are not there."""
    for name in parse_intent_file(file, content, frozenset()).responses:
        if name not in intents.intents:
            message = f"responses: there is no intent '{name}'{did_you_mean(name, intents.intents)}; they are not used"
            yield Problem(file, 0, message, "warning")
    places = dict[str, int]()
    try:
        _note_ignored(read_tree(content.decode(errors="replace"), lambda *_: None, lambda text, _: text), places)
    except TreeError:
        return  # told by whoever reads the file
    for key, line in places.items():
        yield Problem(file, line, f"'{key}' is accepted and not used{IGNORED_KEYS[key]}", "note")


def _note_ignored(tree: Any, places: dict[str, int]) -> None:
    """Note the first line of each key that is not used, at the top and in the blocks of intents."""
    if not isinstance(tree, Table):
        return
    intents = tree.get("intents")
    blocks = [
        block
        for intent in (intents.values() if isinstance(intents, Table) else ())
        if isinstance(intent, Table) and isinstance(intent.get("data"), Items)
        for block in intent["data"]
        if isinstance(block, Table)
    ]
    for table in (tree, *blocks):
        for key in table:
            if key in IGNORED_KEYS and (key != "description" or table is not tree):
                places.setdefault(key, table.lines[key])
