"""References of intents to lists, rules, slots and types: what refers to nothing is noted and left out."""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from dataclasses import replace

from assistant.authoring.definitions import Block, Intent, IntentSet, IntentTest, Slot
from assistant.authoring.template_syntax import HOME_LISTS, INLINE_RANGE, Reference, check_syntax, placeholders
from assistant.errors import Problem, did_you_mean, nearest_word
from assistant.language import entities


def checked(intent: Intent, loaded: IntentSet, responses: Mapping[str, str], problems: list[Problem]) -> Intent:
    """Return the intent with its responses, and without the sentences and tests that refer to nothing."""
    slots = {name: _checked_slot(slot, intent, loaded, problems) for name, slot in intent.slots.items()}
    intent = replace(intent, slots=slots, responses=responses)
    warned: set[str] = set()
    blocks = (_checked_block(block, intent, loaded, problems, warned) for block in intent.blocks)
    intent = replace(intent, blocks=tuple(block for block in blocks if block))
    names = _slot_names(intent, loaded)
    for example in intent.examples:
        for listed, slot in placeholders(example):
            is_known = slot in names or listed in loaded.lists or listed in entities.TYPES
            if not is_known and not INLINE_RANGE.fullmatch(listed):
                hint = did_you_mean(listed, names)
                message = f'intent {intent.name}: example "{example}" names no slot with {{{listed}}}{hint}'
                problems.append(Problem(intent.file, intent.line, message, "warning"))
    return replace(intent, tests=tuple(test for test in intent.tests if _has_slots(test, intent, names, problems)))


def _checked_slot(slot: Slot, intent: Intent, loaded: IntentSet, problems: list[Problem]) -> Slot:
    """Return the slot; one of an unknown type takes any words."""
    if slot.type in entities.TYPES or slot.type in loaded.lists:
        return slot
    if slot.type in HOME_LISTS:
        return replace(slot, type="text")
    if slot.type == slot.name:  # declared without a type, and no list has its name
        return replace(slot, type="text")
    lists = sorted(name for name in loaded.lists if "/" not in name)
    every = f"; types: {', '.join(entities.TYPES)}; lists: {', '.join(lists) or 'none'}"
    hint = nearest_word(slot.type, (*entities.TYPES, *lists)) or every
    message = f"intent {intent.name}, slot {slot.name}: unknown type '{slot.type}'{hint}; it is read as text"
    problems.append(Problem(intent.file, intent.line, message))
    return replace(slot, type="text")


def _checked_block(
    block: Block, intent: Intent, loaded: IntentSet, problems: list[Problem], warned: set[str]
) -> Block | None:
    """Return the block without the sentences at fault; None where none is left."""
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
    """Return the lists of Home Assistant's own that a sentence needs and nothing here declares."""
    declared = {*loaded.lists, *block.lists, *intent.slots}
    return {reference.list for reference in _references(sentence, loaded, block)} & HOME_LISTS - declared


def _fault(sentence: str, block: Block, intent: Intent, loaded: IntentSet, inside: frozenset[str]) -> str:
    """Return the message of a template that refers to something that is not there; nothing where all is well."""
    lists, rules = check_syntax(sentence)
    legal = {*loaded.lists, *block.lists, *intent.slots, *entities.TYPES, *HOME_LISTS}
    for reference in lists:
        if not reference.is_range and reference.list not in legal:
            shown = sorted(name for name in legal - HOME_LISTS if "/" not in name)
            hint = nearest_word(reference.list, shown) or f"; there are: {', '.join(shown)}"
            return f"\"{sentence}\": no list or slot '{reference.list}'{hint}"
    templates = {**loaded.rules, **block.rules}
    for name in rules:
        if name not in templates:
            return f'"{sentence}": no expansion rule <{name}>{did_you_mean(name, templates)}'
        if name in inside:
            return f"expansion rule <{name}> refers to itself"
        if fault := _fault(templates[name], block, intent, loaded, inside | {name}):
            return f"<{name}>: {fault}"
    return ""


def _references(sentence: str, loaded: IntentSet, block: Block) -> tuple[Reference, ...]:
    """Return every list that a template refers to, those inside its expansion rules included."""
    lists, rules = check_syntax(sentence)
    templates = {**loaded.rules, **block.rules}
    inner = (_references(templates[name], loaded, block) for name in rules if name in templates)
    return lists + tuple(itertools.chain.from_iterable(inner))


def _slot_names(intent: Intent, loaded: IntentSet) -> set[str]:
    """Return the slots that the intent declares or its sentences name."""
    names = set(intent.slots)
    for block in intent.blocks:
        names |= set(block.slots)
        for sentence in block.sentences:
            names |= {reference.slot for reference in _references(sentence, loaded, block)}
    return names


def _has_slots(test: IntentTest, intent: Intent, names: set[str], problems: list[Problem]) -> bool:
    """Return True where the intent has the slots that a test names."""
    unknown = [name for name in test.slots if name not in names]
    for name in unknown:
        message = f"intent {intent.name}, test \"{test.say}\": no slot '{name}'{did_you_mean(name, names)}"
        problems.append(Problem(test.file, test.line, message))
    return not unknown
