"""References of intents to lists, rules, slots and types: what refers to nothing is noted and left out."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import lru_cache

from assistant.authoring.definitions import Block, Intent, IntentSet, IntentTest, Slot
from assistant.authoring.source.limits import LIMITS
from assistant.authoring.template_syntax import (
    HOME_LISTS,
    INLINE_RANGE,
    Cost,
    Readings,
    Reference,
    check_syntax,
    cost,
    inside,
    parsed,
    placeholders,
)
from assistant.errors import Problem, did_you_mean, nearest_word
from assistant.language import entities
from assistant.language.placeholders import REPLY_SLOT
from assistant.values import ArgvAction

_FILLED = re.compile(r"\{([^\W\d][\w.]*|\d+)\}")
"""Anything like `{slot}` in an argument."""


_STRAY = re.compile(r"\{[^{}]*\}|[{}]")
"""What has the look of `{slot}` in a reply."""


@dataclass(frozen=True, slots=True)
class WrittenOut:
    """A template with its expansion rules."""

    lists: Mapping[Reference, str]
    """Every list that it refers to, and the template in which it does so."""
    fault: str = ""
    """Why its rules cannot be written out; nothing where they can."""
    cost: Cost = field(default_factory=Cost)


@lru_cache(maxsize=20_000)
def _cost(template: str, rules: tuple[tuple[str, Cost], ...]) -> Cost:
    """Return the cost of a template; cached, since every edit of a file has all of them checked."""
    return cost(parsed(template), dict(rules))


class Rules:
    """Expansion rules that templates refer to, each written out once."""

    def __init__(self, rules: Mapping[str, str]) -> None:
        self._rules = rules
        self._written: dict[str, WrittenOut] = {}

    def write_out(self, template: str) -> WrittenOut:
        """Follow the rules of a template."""
        references, names = check_syntax(template)
        for name in names:
            self._follow(name)
        if missing := next((name for name in names if name not in self._rules), None):
            return WrittenOut({}, f'"{template}": no expansion rule <{missing}>{did_you_mean(missing, self._rules)}')
        rules = {name: self._written[name] for name in names}
        if fault := next((_inside(name, rule.fault) for name, rule in rules.items() if rule.fault), ""):
            return WrittenOut({}, fault)
        total = _cost(template, tuple((name, rule.cost) for name, rule in rules.items()))
        if total.fault:
            return WrittenOut({}, f'"{template[:80]}": {total.fault}')
        lists = dict.fromkeys(references, template)
        return WrittenOut({key: text for rule in rules.values() for key, text in rule.lists.items()} | lists, "", total)

    def _follow(self, name: str) -> None:
        """Write a rule out after those that it refers to; nothing recurses, however many there are."""
        path: dict[str, None] = {name: None} if name in self._rules else {}
        while path:
            current = next(reversed(path))
            names = check_syntax(self._rules[current])[1] if current not in self._written else ()
            pending = next((inner for inner in names if inner in self._rules and inner not in self._written), None)
            if pending in path:
                self._written[current] = WrittenOut({}, f"expansion rule <{pending}> refers to itself")
            elif pending is not None:
                path[pending] = None
                continue
            elif current not in self._written:
                self._written[current] = self.write_out(self._rules[current])
            path.popitem()


def _inside(rule: str, fault: str) -> str:
    """Return the fault of a rule with its name, the innermost alone."""
    return fault if fault.startswith("<") else f"<{rule}>: {fault}"


class IntentChecker:
    """Looks up what the intents of a set refer to, and notes what is not there."""

    def __init__(self, loaded: IntentSet, problems: list[Problem]) -> None:
        self._loaded, self._problems = loaded, problems
        self._rules = Rules(loaded.rules)

    def checked(self, intent: Intent, responses: Mapping[str, str]) -> Intent:
        """Return the intent with its responses, and without the sentences and tests that refer to nothing."""
        slots = {name: self._checked_slot(slot, intent) for name, slot in intent.slots.items()}
        intent = replace(intent, slots=slots, responses=responses, varies=tuple(self._known(intent)))
        names = {*slots}
        blocks = []
        for block in intent.blocks:
            kept, lists = self._checked_block(block, intent)
            names |= {*block.slots, *(reference.slot for reference in lists)}
            blocks += [kept] if kept else []
        if intent.blocks and not blocks and not intent.examples:
            message = f"intent {intent.name}: none of its sentences can be used; it is left out"
            self._problems.append(Problem(intent.file, intent.line, message))
        intent = replace(intent, blocks=tuple(blocks))
        unknown = set[str]()
        for example in intent.examples:
            unknown |= self._check_example(example, intent, names)
            names |= {slot for _, slot in placeholders(example)}
        self._check_filled(intent, names, names - unknown)
        return replace(intent, tests=tuple(test for test in intent.tests if self._is_whole(test, intent, names)))

    def _known(self, intent: Intent) -> Iterator[str]:
        """Yield the intents that one varies; a name that no intent has is noted."""
        for name in intent.varies:
            if name in self._loaded.intents:
                yield name
            else:
                hint = did_you_mean(name, self._loaded.intents)
                message = f"intent {intent.name}: 'varies' names no intent '{name}'{hint}"
                self._problems.append(Problem(intent.file, intent.line, message))

    def _checked_slot(self, slot: Slot, intent: Intent) -> Slot:
        """Return the slot; one of an unknown type takes any words."""
        if slot.type in entities.TYPES or slot.type in self._loaded.lists:
            return slot
        if slot.type in HOME_LISTS or slot.type == slot.name:  # by its name alone, and no list has that
            return replace(slot, type="text")
        lists = sorted(name for name in self._loaded.lists if "/" not in name)
        every = f"; types: {', '.join(entities.TYPES)}; lists: {', '.join(lists) or 'none'}"
        hint = nearest_word(slot.type, (*entities.TYPES, *lists)) or every
        message = f"intent {intent.name}, slot {slot.name}: unknown type '{slot.type}'{hint}; it is read as text"
        self._problems.append(Problem(*(slot.place or (intent.file, intent.line)), message))
        return replace(slot, type="text")

    def _checked_block(self, block: Block, intent: Intent) -> tuple[Block | None, set[Reference]]:
        """Return the block without the sentences at fault, None where none is left, and the lists of those kept.

        Where any words are taken for the name of a thing, nothing is known of its domain: its context is ignored.
        """
        rules = Rules({**self._loaded.rules, **block.rules}) if block.rules else self._rules
        declared = {*self._loaded.lists, *block.lists, *intent.slots}
        kept, lists = [], set[Reference]()
        for sentence, line in zip(block.sentences, block.lines, strict=True):
            written = rules.write_out(sentence)
            fault = written.fault or _unknown_list(written.lists, {*declared, *entities.TYPES})
            if not fault and written.cost.choices > LIMITS.choices:
                fault = self._ambiguity(sentence, block, intent)
            if fault:
                place = inside(line, _offset(sentence, fault))
                self._problems.append(Problem(block.file, place, f"intent {intent.name}: {fault}"))
            else:
                kept.append((sentence, line))
                lists |= written.lists.keys()
        if not kept:
            return None, lists
        if {reference.list for reference in lists} & HOME_LISTS - {*self._loaded.lists, *block.lists}:
            block = replace(block, requires_context={}, excludes_context={})
        sentences, lines = zip(*kept, strict=True)
        return replace(block, sentences=sentences, lines=lines), lists

    def _ambiguity(self, sentence: str, block: Block, intent: Intent) -> str:
        """Return the fault of a template of which a sentence has too many readings."""
        lists = {**self._loaded.lists, **block.lists}
        free = {name for name, slot in intent.slots.items() if slot.type in entities.FREE}
        free |= {*entities.FREE, *HOME_LISTS, *(name for name, words in lists.items() if words.is_wildcard)}
        too_many = Readings({**self._loaded.rules, **block.rules}, free).are_too_many(sentence)
        return f'"{sentence[:80]}": the same words can be read in thousands of ways' if too_many else ""

    def _check_example(self, example: str, intent: Intent, names: set[str]) -> set[str]:
        """Return the names in an example that nobody has declared; each is noted."""
        unknown = set()
        for listed, slot in placeholders(example):
            is_known = slot in names or listed in self._loaded.lists or listed in entities.TYPES
            if not is_known and not INLINE_RANGE.fullmatch(listed):
                hint = did_you_mean(listed, names)
                message = f'intent {intent.name}: example "{example}" names no slot with {{{listed}}}{hint}'
                file, line = intent.place_of(example)
                place = inside(line, max(0, example.find(f"{{{listed}")))
                self._problems.append(Problem(file, place, message, "warning"))
                unknown.add(slot)
        return unknown

    def _check_filled(self, intent: Intent, names: set[str], declared: set[str]) -> None:
        """Note names that fill nothing in an argument of a program, or in the reply of an intent that does nothing.

        What an action returns fills a reply too: there it is known only when it runs. One that is meant may be
        `declared`.
        """
        if isinstance(intent.action, ArgvAction):
            for text in intent.action.argv:
                unknown = [name for name in _FILLED.findall(text) if name not in names]
                self._note_filled("action", text, unknown, intent, declared)
        if intent.action is None and intent.response:
            for text in (intent.response,) if isinstance(intent.response, str) else intent.response:
                filled = (match[1] or match[2] for match in REPLY_SLOT.finditer(text))
                self._note_filled("response", text, [name for name in filled if name not in names], intent, declared)
                if strange := _STRAY.search(REPLY_SLOT.sub("", text)):
                    message = (
                        f'intent {intent.name}: response "{text}": {strange[0]} fills nothing and is said as it is'
                    )
                    self._note("response", f"{message}; a value is {{slot}}", intent)

    def _note_filled(self, key: str, text: str, unknown: Iterable[str], intent: Intent, names: set[str]) -> None:
        for name in unknown:
            message = f'intent {intent.name}: {key} "{text}" names no slot with {{{name}}}{did_you_mean(name, names)}'
            self._note(key, message, intent)

    def _note(self, key: str, message: str, intent: Intent) -> None:
        self._problems.append(Problem(intent.file, intent.lines.get(key, intent.line), message, "warning"))

    def _is_whole(self, test: IntentTest, intent: Intent, names: set[str]) -> bool:
        """Return True where the intent has the slots that a test names, and its recording is there."""
        unknown = [name for name in test.slots if name not in names]
        for name in unknown:
            message = f"intent {intent.name}, test \"{test.say}\": no slot '{name}'{did_you_mean(name, names)}"
            self._problems.append(Problem(test.file, test.line, message))
        is_silent = test.hear is not None and not test.hear.is_file()
        if is_silent:
            message = f"intent {intent.name}, test \"{test.say}\": 'hear' names no recording: {test.hear}"
            self._problems.append(Problem(test.file, test.line, message))
        return not unknown and not is_silent


def _offset(template: str, fault: str) -> int:
    """Return the characters before the list or the rule that a fault names."""
    named = re.search(r"no list or slot '([^']+)'|no expansion rule (<[^>]+>)", fault)
    return max(0, template.find(f"{{{named[1]}" if named[1] else named[2])) if named else 0


def _unknown_list(lists: Mapping[Reference, str], declared: set[str]) -> str:
    """Return the message of the first list that is not there; nothing where all are."""
    for reference, template in lists.items():
        if not reference.is_range and reference.list not in declared | HOME_LISTS:
            shown = sorted(name for name in declared if "/" not in name)
            hint = nearest_word(reference.list, shown) or f"; there are: {', '.join(shown)}"
            return f"\"{template}\": no list or slot '{reference.list}'{hint}"
    return ""


def undeclared(loaded: IntentSet) -> tuple[set[str], set[str]]:
    """Return the lists and the rules that sentences and rules refer to and no file declares."""
    lists, rules = set[str](), set[str]()
    for template in loaded.rules.values():
        references, names = check_syntax(template)
        lists |= {reference.list for reference in references}
        rules |= {*names}
    for intent in loaded.intents.values():
        for block in intent.blocks:
            for template in (*block.sentences, *block.rules.values()):
                references, names = check_syntax(template)
                lists |= {reference.list for reference in references} - {*intent.slots, *block.lists}
                rules |= {*names} - {*block.rules}
    return lists - {*loaded.lists, *entities.TYPES, *HOME_LISTS}, rules - {*loaded.rules}
