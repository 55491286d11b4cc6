"""Folders of intent files -> one checked `IntentSet`.

Within a folder, files add to one another, as in Home Assistant; a later folder's intent or list of the same name
replaces an earlier one's. Faults become `problems` and cost only the part that they are in.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from assistant.authoring.definitions import Block, Intent, IntentSet, IntentTest, Slot, WordList
from assistant.authoring.intent_file import FileContents, read_intent_file
from assistant.authoring.template_syntax import HOME_LISTS, INLINE_RANGE, Reference, check_syntax, placeholders
from assistant.errors import Problem, did_you_mean
from assistant.language import entities


def load_intents(folders: Sequence[Path], actions: Collection[str]) -> IntentSet:
    """Read every *.yaml in the folders (and below), in order; `actions` names the built-in actions."""
    problems: list[Problem] = []
    intents: dict[str, Intent] = {}
    lists: dict[str, WordList] = {}
    rules: dict[str, str] = {}
    responses: dict[str, dict[str, str]] = {}
    skip_words: dict[str, None] = {}
    digest, language = hashlib.sha256(), ""
    for folder in folders:
        contents = []
        for path in yaml_files(folder, problems):
            one = read_intent_file(path, actions)
            problems += one.source.problems
            contents.append(one)
            digest.update(one.source.content + b"\0")
            language = language or one.language
            if one.language and one.language[:2] != language[:2]:
                message = f"language '{one.language}' beside '{language}': its number words are read as {language}"
                problems.append(Problem(path, 1, message, "warning"))
            skip_words |= dict.fromkeys(one.skip_words)
        found, removed = _merged_intents(contents, problems)
        intents = {name: each for name, each in (intents | found).items() if name not in removed}
        lists |= _merged_lists(contents)
        for one in contents:
            rules |= one.rules
            for name, texts in one.responses.items():
                responses[name] = responses.get(name, {}) | texts
    loaded = IntentSet(intents, lists, rules, tuple(skip_words), language or "en", (), digest.hexdigest())
    checked = {name: _checked(each, loaded, responses.get(name, {}), problems) for name, each in intents.items()}
    return replace(loaded, intents=checked, problems=tuple(problems))


def yaml_files(folder: Path, problems: list[Problem], suffixes: Collection[str] = (".yaml", ".yml")) -> list[Path]:
    """Return the files to read in a folder and below, sorted; a file stands for itself."""
    if folder.is_file():
        return [folder]
    if not folder.is_dir():
        problems.append(Problem(folder, 0, "no such folder"))
        return []
    found = (path for path in folder.rglob("*") if path.suffix.lower() in suffixes and path.is_file())
    return sorted(path for path in found if not any(part.startswith(".") for part in path.relative_to(folder).parts))


def _merged_intents(files: Iterable[FileContents], problems: list[Problem]) -> tuple[dict[str, Intent], set[str]]:
    """Return the intents of one folder, and the names that it switches off."""
    found: dict[str, Intent] = {}
    removed: set[str] = set()
    for one in files:
        for name, intent in one.intents.items():
            if intent is None:
                removed.add(name)
            elif name in found:
                found[name] = _joined(found[name], intent, problems)
            else:
                found[name] = intent
    return found, removed - set(found)


def _joined(first: Intent, second: Intent, problems: list[Problem]) -> Intent:
    """Return one intent out of the two that two files of a folder define."""
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
        tests=first.tests + second.tests,
    )


def _merged_lists(files: Iterable[FileContents]) -> dict[str, WordList]:
    found: dict[str, WordList] = {}
    for one in files:
        for name, words in one.lists.items():
            if name in found and found[name].values and words.values:
                words = replace(words, values=found[name].values + words.values)
            found[name] = words
    return found


def _checked(intent: Intent, loaded: IntentSet, responses: Mapping[str, str], problems: list[Problem]) -> Intent:
    """Return the intent without what refers to nothing: sentences, slots, tests."""
    slots = {
        name: kept for name, slot in intent.slots.items() if (kept := _checked_slot(slot, intent, loaded, problems))
    }
    intent = replace(intent, slots=slots, responses=responses)
    warned: set[str] = set()
    blocks = tuple(each for block in intent.blocks if (each := _checked_block(block, intent, loaded, problems, warned)))
    intent = replace(intent, blocks=blocks)
    names = _slot_names(intent, loaded)
    for example in intent.examples:
        for listed, slot in placeholders(example):
            is_known = slot in names or listed in loaded.lists or listed in entities.TYPES
            if not is_known and not INLINE_RANGE.fullmatch(listed):
                near = did_you_mean(listed, names)
                message = f'intent {intent.name}: example "{example}" names no slot with {{{listed}}}{near}'
                problems.append(Problem(intent.file, intent.line, message, "warning"))
    return replace(intent, tests=tuple(test for test in intent.tests if _sound_test(test, intent, names, problems)))


def _checked_slot(slot: Slot, intent: Intent, loaded: IntentSet, problems: list[Problem]) -> Slot | None:
    if slot.type in entities.TYPES or slot.type in loaded.lists:
        return slot
    if slot.type in HOME_LISTS:
        return replace(slot, type="text")
    legal = (*entities.TYPES, *(name for name in loaded.lists if "/" not in name))
    known = f"; types: {', '.join(entities.TYPES)}; lists: {', '.join(sorted(legal[len(entities.TYPES) :])) or 'none'}"
    near = did_you_mean(slot.type, legal)
    hint = near if "mean" in near else known
    if slot.type == slot.name:  # declared without a type, and no list has its name
        return replace(slot, type="text")
    message = f"intent {intent.name}, slot {slot.name}: unknown type '{slot.type}'{hint}; it is read as text"
    problems.append(Problem(intent.file, intent.line, message))
    return replace(slot, type="text")


def _checked_block(
    block: Block, intent: Intent, loaded: IntentSet, problems: list[Problem], warned: set[str]
) -> Block | None:
    kept = []
    for sentence, line in zip(block.sentences, block.lines, strict=True):
        fault = _fault(sentence, block, intent, loaded, frozenset())
        if fault:
            problems.append(Problem(block.file, line, f"intent {intent.name}: {fault}"))
            continue
        kept.append((sentence, line))
        for name in sorted(_home_lists(sentence, block, intent, loaded) - warned):
            warned.add(name)
            message = f"intent {intent.name}: no list '{name}' here; any words are taken for {{{name}}}"
            problems.append(Problem(block.file, line, message, "warning"))
    if not kept:
        return None
    return replace(block, sentences=tuple(text for text, _ in kept), lines=tuple(line for _, line in kept))


def _home_lists(sentence: str, block: Block, intent: Intent, loaded: IntentSet) -> set[str]:
    declared = {*loaded.lists, *block.lists, *intent.slots}
    return {each.list for each in references(sentence, loaded, block)} & HOME_LISTS - declared


def _fault(sentence: str, block: Block, intent: Intent, loaded: IntentSet, inside: frozenset[str]) -> str:
    """Return what a template refers to that does not exist, in words; nothing where all is well."""
    lists, rules = check_syntax(sentence)
    legal = {*loaded.lists, *block.lists, *intent.slots, *entities.TYPES, *HOME_LISTS}
    for each in lists:
        if not each.is_range and each.list not in legal:
            shown = sorted(name for name in legal - HOME_LISTS if "/" not in name)
            near = did_you_mean(each.list, shown)
            hint = near if "mean" in near else f"; there are: {', '.join(shown)}"
            return f"\"{sentence}\": no list or slot '{each.list}'{hint}"
    known = {**loaded.rules, **block.rules}
    for name in rules:
        if name not in known:
            return f'"{sentence}": no expansion rule <{name}>{did_you_mean(name, known)}'
        if name in inside:
            return f"expansion rule <{name}> refers to itself"
        if fault := _fault(known[name], block, intent, loaded, inside | {name}):
            return f"<{name}>: {fault}"
    return ""


def references(sentence: str, loaded: IntentSet, block: Block) -> tuple[Reference, ...]:
    """Return every list that a template refers to, those inside its expansion rules included."""
    lists, rules = check_syntax(sentence)
    known = {**loaded.rules, **block.rules}
    return lists + tuple(each for name in rules if name in known for each in references(known[name], loaded, block))


def _slot_names(intent: Intent, loaded: IntentSet) -> set[str]:
    names = set(intent.slots)
    for block in intent.blocks:
        names |= set(block.slots)
        for sentence in block.sentences:
            names |= {each.slot for each in references(sentence, loaded, block)}
    return names


def _sound_test(test: IntentTest, intent: Intent, names: set[str], problems: list[Problem]) -> bool:
    unknown = [name for name in test.slots if name not in names]
    for name in unknown:
        message = f"intent {intent.name}, test \"{test.say}\": no slot '{name}'{did_you_mean(name, names)}"
        problems.append(Problem(test.file, test.line, message))
    return not unknown
