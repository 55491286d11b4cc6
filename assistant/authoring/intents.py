"""Folders of intent files -> one checked `IntentSet`.

Within a folder, files add to one another, as in Home Assistant; a later folder's intent or list of the same name
replaces an earlier one's. Faults become `problems` and cost only the part that they are in.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from assistant.authoring.definitions import DialogueTest, Intent, IntentSet, SourceLine, WordList
from assistant.authoring.dialogues.checking import checked_dialogues
from assistant.authoring.intent_file import IntentFile, parse_intent_file
from assistant.authoring.references import IntentChecker, undeclared
from assistant.authoring.source.folders import NO_DRAFTS, FileContents, contents, counted
from assistant.errors import Problem, did_you_mean
from assistant.language import entities

INTENT_FILES = (".yaml", ".yml")
"""Endings of the files that are read."""

_HOME = Path(__file__).with_name("home_assistant.yaml")
"""Lists and rules that Home Assistant merges with every file of sentences."""


def load_intents(folders: Sequence[Path], actions: Collection[str], drafts: FileContents = NO_DRAFTS) -> IntentSet:
    """Read every *.yaml and *.yml in the folders and below, in order; only content that is new is parsed.

    Args:
        actions: names of the built-in actions.
        drafts: read in place of what is on the disk.
    """
    problems: list[Problem] = []
    intents: Mapping[str, Intent] = {}
    lists: dict[str, WordList] = {}
    rules: dict[str, str] = {}
    rule_places: dict[str, SourceLine] = {}
    responses: dict[str, dict[str, str]] = {}
    skip_words: dict[str, None] = {}
    read: list[tuple[int, IntentFile]] = []
    digest, language, built_in = hashlib.sha256(), "", frozenset(actions)
    for number, folder in enumerate(folders):
        files = []
        for path, content in contents(folder, INTENT_FILES, problems, drafts):
            digest.update(content + b"\0")
            parse = parse_intent_file.__wrapped__ if path in drafts else parse_intent_file  # no draft is kept
            file = parse(path, content, built_in)
            files.append(file)
            read.append((number, file))
            problems += file.problems
            language = language or file.language
            if file.language and file.language[:2] != language[:2]:
                message = f"language '{file.language}' beside '{language}': its number words are read as {language}"
                problems.append(Problem(path, 1, message, "warning"))
            skip_words |= dict.fromkeys(file.skip_words)
            rules |= file.rules
            rule_places |= file.rule_places
            for name, texts in file.responses.items():
                responses[name] = responses.get(name, {}) | dict(texts)
        intents = _replaced(intents, files, problems, number)
        lists |= _merged_lists(files)
    intents = _with_additions(intents, [file for _, file in read], problems)
    noise = tuple(dict.fromkeys(text for _, file in read for text in file.noise))
    merged = IntentSet(
        *(intents, lists, rules, tuple(skip_words), language or "en"),
        noise=noise,
        digest=digest.hexdigest(),
        rule_places=rule_places,
    )
    loaded = _with_home(merged)
    checker = IntentChecker(loaded, problems)
    checked = (checker.checked(intent, responses.get(name, {})) for name, intent in intents.items())
    kept = {intent.name: intent for intent in checked if intent.blocks or intent.examples}
    dialogues = checked_dialogues(_dialogues(read, intents), kept, problems)
    return replace(loaded, intents=kept, dialogues=dialogues, problems=tuple(counted(problems)))


def _dialogues(files: Iterable[tuple[int, IntentFile]], intents: Mapping[str, Intent]) -> Iterator[DialogueTest]:
    """Yield the dialogues of files, each with the number of its folder, whose intents no later folder has changed."""
    for folder, file in files:
        if all(name in intents and intents[name].folder == folder for name, own in file.intents.items() if own):
            yield from file.dialogues


def _with_home(loaded: IntentSet) -> IntentSet:
    """Add the lists and rules of Home Assistant's own that English files refer to and do not declare."""
    lists, rules = undeclared(loaded)
    if not (lists or rules) or not loaded.language.startswith("en"):
        return loaded
    home = parse_intent_file(_HOME, _HOME.read_bytes(), frozenset())
    while True:
        new_lists = {name: home.lists[name] for name in sorted(lists) if name in home.lists}
        new_rules = {name: home.rules[name] for name in sorted(rules) if name in home.rules}
        if not (new_lists or new_rules):
            return loaded
        loaded = replace(loaded, lists={**loaded.lists, **new_lists}, rules={**loaded.rules, **new_rules})
        lists, rules = undeclared(loaded)  # rules refer to others


def _replaced(
    intents: Mapping[str, Intent], files: Iterable[IntentFile], problems: list[Problem], folder: int
) -> Mapping[str, Intent]:
    """Return the intents of earlier folders with those of one, by its number, over them, less those it switches off."""
    own: dict[str, Intent] = {}
    removed: set[str] = set()
    for file in files:
        for name, intent in file.intents.items():
            if intent is None:
                removed.add(name)
            else:
                intent = replace(intent, folder=folder, language=file.language)
                own[name] = _joined(own[name], intent, problems) if name in own else intent
    removed -= own.keys()
    return {name: intent for name, intent in {**intents, **own}.items() if name not in removed}


def _with_additions(
    intents: Mapping[str, Intent], files: Iterable[IntentFile], problems: list[Problem]
) -> Mapping[str, Intent]:
    """Return the intents with what files add to them."""
    extended = dict(intents)
    for file in files:
        for name, addition in file.additions.items():
            if name in extended:
                extended[name] = _extended(extended[name], addition)
            else:
                message = f"additions: there is no intent '{name}'{did_you_mean(name, intents)}"
                problems.append(Problem(addition.file, addition.line, message))
    return extended


def _extended(intent: Intent, addition: Intent) -> Intent:
    """Add phrases and tests to an intent; its slots stay, and those of free text learn the values in the examples."""
    slots = dict(intent.slots)
    for name, slot in addition.slots.items():
        if name in slots and slots[name].type in entities.FREE:
            slots[name] = replace(slots[name], examples=tuple(dict.fromkeys((*slots[name].examples, *slot.examples))))
    return replace(
        intent,
        examples=tuple(dict.fromkeys((*intent.examples, *addition.examples))),
        marked=(*intent.marked, *addition.marked),
        negatives=(*intent.negatives, *addition.negatives),
        slots=slots,
        tests=(*intent.tests, *addition.tests),
        places={**intent.places, **addition.places},
    )


def _joined(first: Intent, second: Intent, problems: list[Problem]) -> Intent:
    """Join the two definitions of an intent that two files of a folder hold."""
    for key in ("action", "confirm"):
        if getattr(first, key) and getattr(second, key) and getattr(first, key) != getattr(second, key):
            message = f"intent {first.name}: '{key}' differs from the one in {first.file.name}, which is left out"
            problems.append(Problem(second.file, second.line, message, "warning"))
    return replace(
        first,
        description=second.description or first.description,
        blocks=first.blocks + second.blocks,
        examples=first.examples + second.examples,
        marked=first.marked + second.marked,
        negatives=first.negatives + second.negatives,
        slots={**first.slots, **second.slots},
        action=second.action or first.action,
        response=first.response if second.response is None else second.response,
        confirm=second.confirm or first.confirm,
        varies=first.varies + second.varies,
        tests=first.tests + second.tests,
        places={**second.places, **first.places},
    )


def _merged_lists(files: Iterable[IntentFile]) -> dict[str, WordList]:
    """Return the lists of one folder; values of one name add up."""
    lists: dict[str, WordList] = {}
    for file in files:
        for name, words in file.lists.items():
            if name in lists and lists[name].values and words.values:
                words = replace(words, values=lists[name].values + words.values)
            lists[name] = words
    return lists
