"""A lesson: a sentence that is to be understood from now on, and the additions to files that teach it."""

from __future__ import annotations

import difflib
import re
import stat
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Literal

from assistant.authoring.source.plain_text import control_character
from assistant.authoring.teaching.insertion import Insertion, ListEntry, insertion
from assistant.config import SHIPPED, Config
from assistant.errors import AssistantError, did_you_mean
from assistant.language import entities
from assistant.language.text import normalise
from assistant.nlu.slots.filler import SlotFiller
from assistant.private_file import PRIVATE, write
from assistant.values import Ambiguous, IntentMatch, SlotMissing

if TYPE_CHECKING:
    from assistant.authoring.definitions import Intent
    from assistant.nlu.matcher import Matcher

FILE = "taught.yaml"
"""File for what belongs to no file of the person's own."""
OWN_FILE = "my.yaml"
"""File for new intents."""

HEADER = "# Written by `assistant teach`; yours to edit.\n"
_NO_SENTENCE = re.compile(r"[\[\](){}<>|]")
"""Signs that stand for something else in an example."""


@dataclass(frozen=True, slots=True)
class Lesson:
    """What a sentence is to be."""

    sentence: str
    kind: Literal["example", "test", "answer", "new", "noise"]
    intent: str = ""
    """Of an example, a test or a new intent: its name."""
    answer: str = ""
    """Of a question: its answer; of a new intent: its reply."""


@dataclass(frozen=True, slots=True)
class Edit:
    """An addition to one file."""

    file: Path
    before: str | None
    """Text of the file, with its line ends; None: it is made."""
    insertion: Insertion
    header: str = HEADER
    """First lines of a file that is made."""

    @property
    def after(self) -> str:
        """The text of the file with the addition."""
        return self.insertion.applied(self.header if self.before is None else self.before)

    @property
    def is_written(self) -> bool:
        """The file has this text."""
        return self.file.is_file() and text_of(self.file) == self.after

    def diff(self) -> str:
        """The addition as a unified diff."""
        old, new = (self.before or "").splitlines(), self.after.splitlines()
        return "\n".join(difflib.unified_diff(old, new, str(self.file), str(self.file), n=2, lineterm=""))

    def save(self) -> None:
        """Write the file.

        Raises:
            AssistantError: it cannot be written, or is not as it was.
        """
        file = self.file.resolve()  # a link to a file that is kept elsewhere stays one
        if (None if not file.exists() else text_of(file)) != self.before:
            raise AssistantError(f"{self.file}: was changed meanwhile; nothing is written")
        try:
            write(file, self.after, stat.S_IMODE(file.stat().st_mode) if file.exists() else PRIVATE)
        except OSError as error:
            raise AssistantError(f"{self.file}: cannot be written: {error.strerror}") from None
        except UnicodeEncodeError as error:  # half a surrogate pair was pasted
            line = len(self.after[: error.start].splitlines() or [""])
            raise AssistantError(f"{self.file}:{line}: holds half a character; nothing is written") from None


def text_of(file: Path) -> str:
    """Read a file with its line ends as they are.

    Raises:
        AssistantError: it cannot be read, is no file, such as a pipe that nobody writes into, or is not UTF-8.
    """
    try:
        if not stat.S_ISREG(file.stat().st_mode):
            raise AssistantError(f"{file}: is no file")
        return file.read_bytes().decode()
    except OSError as error:
        raise AssistantError(f"{file}: cannot be read: {error.strerror}") from None
    except UnicodeDecodeError:
        raise AssistantError(f"{file}: is not UTF-8 text") from None


def edits(lesson: Lesson, matcher: Matcher, config: Config) -> tuple[Edit, ...]:
    """Return the additions that teach a lesson.

    Raises:
        AssistantError: it names no intent, is written already, or there is no file to write it into.
    """
    if not normalise(lesson.sentence, matcher.intents.language):
        raise AssistantError("teach: name the sentence, in quotes")
    if strange := control_character(lesson.sentence + lesson.answer):
        raise AssistantError(f"teach: the sentence or the answer holds {strange[0]}, no character of a text")
    intents = matcher.intents.intents
    match lesson.kind:
        case "answer":
            return (_answer(lesson, matcher, own_folder(config.knowledge_folders(), "knowledge")),)
        case "noise":
            return tuple(_noise(lesson, matcher, config))
        case "new":
            return (_new(lesson, intents, own_folder(config.intent_folders(), "intents")),)
    if lesson.intent not in intents:
        raise AssistantError(f"there is no intent '{lesson.intent}'{did_you_mean(lesson.intent, intents)}")
    intent = intents[lesson.intent]
    if lesson.kind == "test":
        _check_new(lesson.sentence, [test.say for test in intent.tests], f"a test of {intent.name}", matcher)
        return (_to_intent(intent, "tests", lesson.sentence, config),)
    _check_new(lesson.sentence, intent.examples, f"an example of {intent.name}", matcher)
    return (_to_intent(intent, "examples", _example(lesson.sentence, intent, matcher), config),)


def own_folder(folders: Sequence[Path], kind: str) -> Path:
    """Return the last of some folders that is a person's own.

    Raises:
        AssistantError: there is none.
    """
    own = [folder for folder in folders if folder.parent != SHIPPED and folder.is_dir()]
    if not own:
        raise AssistantError(f"there is no folder of your own to write {kind} into; name one under [paths] {kind}")
    return own[-1]


def _example(sentence: str, intent: Intent, matcher: Matcher) -> str:
    """Write a sentence as an example, the values in it marked with their slots."""
    query = matcher.query(sentence)
    filled = SlotFiller(intent, matcher.intents, matcher.parts.templates.sampler).fill(query, {})
    text = " ".join(_NO_SENTENCE.sub(" ", sentence).split()).rstrip(".!")
    for slot, words in sorted(filled.texts.items(), key=lambda item: -len(item[1])):
        words = _value_alone(words, intent.slots[slot].type) if slot in intent.slots else words
        start = text.casefold().find(words.casefold())
        outside = start >= 0 and text[:start].count("[") == text[:start].count(")")
        if words and outside and slot in intent.slots:
            text = f"{text[:start]}[{text[start : start + len(words)]}]({slot}){text[start + len(words) :]}"
    return text


def _value_alone(words: str, kind: str) -> str:
    """Take words off the front that are none of a typed value: `from 3 minutes` is `3 minutes`."""
    if kind in entities.FREE or kind not in entities.TYPES:
        return words
    value, shorter = entities.parse(kind, words), words
    while (shorter := shorter.partition(" ")[2]) and entities.parse(kind, shorter) == value:
        words = shorter
    return words


def _to_intent(intent: Intent, key: str, text: str, config: Config) -> Edit:
    """Add to an intent in the file that it is in, or where that is shipped, or hard to add to, in `taught.yaml`."""
    folders = config.intent_folders()
    if folders[intent.folder].parent != SHIPPED and intent.file.is_file():
        before = text_of(intent.file)
        if place := insertion(before, ("intents", intent.name, key), text):
            return Edit(intent.file, before, place)
    file = own_folder(folders, "intents") / FILE
    return _edit(file, ("additions", intent.name, key), text)


def _noise(lesson: Lesson, matcher: Matcher, config: Config) -> Iterator[Edit]:
    """Yield the additions that make noise of a sentence: it resembles no command any more that takes it now."""
    _check_new(lesson.sentence, matcher.intents.noise, "noise", matcher)
    folder = own_folder(config.intent_folders(), "intents")
    noise = _edit(folder / FILE, ("noise",), lesson.sentence)
    meaning = matcher.match(lesson.sentence)
    head = meaning.choices[0] if isinstance(meaning, Ambiguous) else meaning
    if not isinstance(head, IntentMatch | SlotMissing):
        yield noise
        return
    near_miss = _to_intent(matcher.intents.intents[head.intent], "not", lesson.sentence, config)
    yield near_miss
    yield _edit(noise.file, ("noise",), lesson.sentence, near_miss.after if near_miss.file == noise.file else None)


def _answer(lesson: Lesson, matcher: Matcher, folder: Path) -> Edit:
    if not lesson.answer.strip():
        raise AssistantError("teach --answer: the answer is empty")
    own = [entry for entry in matcher.knowledge.entries if folder in entry.file.parents]
    _check_new(lesson.sentence, [entry.question for entry in own], "answered", matcher)
    return _edit(folder / FILE, (), {"question": lesson.sentence, "answer": lesson.answer})


def _new(lesson: Lesson, intents: Mapping[str, Intent], folder: Path) -> Edit:
    if not re.fullmatch(r"[^\W\d]\w*", lesson.intent):
        raise AssistantError(f"teach --new: '{lesson.intent}' is no name: write one word, such as WaterPlants")
    if lesson.intent in intents:
        raise AssistantError(f"teach --new: there is an intent {lesson.intent} already: use --intent {lesson.intent}")
    if not lesson.answer:
        raise AssistantError("teach --new: say with --answer what it replies; what it does is written in its file")
    text = " ".join(_NO_SENTENCE.sub(" ", lesson.sentence).split())
    return _edit(folder / OWN_FILE, ("intents", lesson.intent, "examples"), text, beside={"response": lesson.answer})


def _edit(
    file: Path,
    path: Sequence[str],
    entry: ListEntry,
    before: str | None = None,
    beside: Mapping[str, str] = MappingProxyType({}),
) -> Edit:
    """Add to a file, or to the text that an edit before this one leaves; make the file where there is none.

    Raises:
        AssistantError: it is no YAML, or is written so that nothing can be added.
    """
    if before is None and file.exists():
        before = text_of(file)
    place = insertion(HEADER if before is None else before, path, entry, beside)
    if place is None:
        raise AssistantError(f"{file}: nothing can be added to it as it is written; see `assistant check`")
    return Edit(file, before, place)


def _check_new(sentence: str, texts: Sequence[str], role: str, matcher: Matcher) -> None:
    """Raise AssistantError where a sentence stands among texts already."""
    language = matcher.intents.language
    if normalise(sentence, language) in {normalise(text, language) for text in texts}:
        raise AssistantError(f"“{sentence}” is {role} already")
