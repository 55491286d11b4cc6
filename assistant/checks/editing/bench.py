"""The calls of an editor of intents and knowledge beside a running assistant; nothing is written before `save`."""

from __future__ import annotations

import re
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from assistant.app import build
from assistant.authoring.intents import INTENT_FILES
from assistant.authoring.source.limits import LIMITS
from assistant.authoring.source.yaml_tree import TreeError, compose
from assistant.checks.editing import drafts
from assistant.checks.editing.catalogue import ListedEntry, ListedFile, catalogue
from assistant.checks.editing.drafts import KeptDraft
from assistant.checks.editing.lines import rewriting, shown_lines
from assistant.checks.editing.trying import PhraseTrial, own_runs, tried
from assistant.checks.making.new_file import answer_text, draft_of
from assistant.checks.review.junit import CaseRun
from assistant.checks.review.unused import Uses, ignored
from assistant.checks.teaching import journal
from assistant.checks.teaching.effects import changes, untrained
from assistant.checks.teaching.lesson import Edit, own_folder, text_of
from assistant.checks.teaching.teach import kept_turns
from assistant.config import Config, make_user_folders
from assistant.errors import AssistantError, Problem, shown

if TYPE_CHECKING:
    from assistant.nlu.matcher import Matcher


class EditingBench:
    """Every call may take a while, and raises AssistantError where it cannot be done; threads may share it.

    What is tried is tried on the `whole` matcher, which may be waited for.
    """

    def __init__(
        self, config: Config, matcher: Callable[[], Matcher], whole: Callable[[], Matcher] | None = None
    ) -> None:
        self._config, self._matcher, self._whole = config, matcher, whole or matcher
        self._lock = threading.Lock()
        """Held while a matcher is built."""
        self._training = threading.Lock()
        """Held while one is trained: what is typed meanwhile is tried untrained."""
        self._renewed: tuple[object, Matcher] | None = None
        """The last drafts, and the matcher over them."""
        self._trained: tuple[object, Matcher] | None = None
        """The same, trained."""
        self._drafted: set[Path] = set()
        """Files of which an unsaved text was kept or taken up here."""

    def catalogue(self) -> tuple[ListedFile, ...]:
        """List the files that can be looked at, with what each defines and how often that was meant."""
        make_user_folders(self._config)
        return catalogue(self._config, self._matcher(), kept_turns(self._config, lambda _: None))

    def read(self, file: Path, most_bytes: int = 2_000_000) -> str:
        """Return the text of a file with its line ends as they are.

        Raises:
            AssistantError: it cannot be read, is not UTF-8, or is larger than an editor line by line is good for.
        """
        try:
            size = file.stat().st_size
        except OSError as error:
            raise AssistantError(f"{file}: cannot be read: {error.strerror}") from None
        if size > min(most_bytes, LIMITS.file_bytes):
            raise AssistantError(f"{file}: has {size / 1e6:.1f} MB; open it in an editor of your own")
        return text_of(file)

    def current(self, file: Path) -> str | None:
        """Return the text of a file; None where it is not there. Raises as `read`."""
        return self.read(file) if file.exists() else None

    def keep_drafts(self, unsaved: Sequence[KeptDraft]) -> None:
        """Keep unsaved texts for another start, in place of those kept before; those of another terminal stay."""
        self._drafted.update(draft.file for draft in unsaved)
        drafts.keep(self._config, unsaved, self._drafted)

    def kept_drafts(self) -> tuple[KeptDraft, ...]:
        """Return the unsaved texts that are kept."""
        found = drafts.kept(self._config)
        self._drafted.update(draft.file for draft in found)
        return found

    @staticmethod
    def lines(text: str) -> list[str]:
        """Return the lines of a text as they are shown."""
        return shown_lines(text)

    @staticmethod
    def edit(file: Path, before: str | None, lines: Sequence[str]) -> Edit | None:
        """Return the edit that makes a file say the lines, None where it does; before None: the file is made."""
        piece = rewriting(before or "", lines)
        return Edit(file, before, piece, header="") if piece else None

    def faults(self, file: Path, edits: Sequence[Edit]) -> tuple[Problem, ...]:
        """Return the faults in a file once edits are written, in the order of their lines."""
        typed = {edit.file: edit.after.encode(errors="replace") for edit in edits}
        definitions = build.read_definitions(self._config, typed)
        own, problems = Path(shown(file)), list(definitions.problems)
        if file in typed and file.suffix.lower() in INTENT_FILES and self._holds_intents(file):
            problems += [*Uses(definitions.intents).problems(), *ignored(file, typed[file], definitions.intents)]
        return tuple(sorted((item for item in problems if item.file in (own, file)), key=lambda item: int(item.line)))

    def unreadable(self, edits: Sequence[Edit]) -> Problem | None:
        """Return why the first of the edited files that is no YAML cannot be read; None where all can."""
        for edit in edits:
            if edit.file.suffix.lower() in INTENT_FILES:
                try:
                    compose(edit.after)
                except TreeError as error:
                    return Problem(edit.file, error.line, str(error))
        return None

    def _refuse_unreadable(self, edits: Sequence[Edit]) -> None:
        if fault := self.unreadable(edits):
            line = f", line {int(fault.line)}" if fault.line else ""
            what = "not valid YAML" if "not valid YAML" in fault.message else fault.message
            raise AssistantError(f"{fault.file.name}: {what}{line}")

    def attempt(
        self, phrase: str, edits: Sequence[Edit], is_over: Callable[[], bool] = lambda: False, rest: float = 1.0
    ) -> Iterator[PhraseTrial]:
        """Understand a phrase by the edited files: at once, with what is nearest to it, then trained on them.

        Training, which takes many seconds, begins when nothing was `is_over` for a rest in seconds; nothing more is
        yielded once it is.

        Raises:
            AssistantError: an edited file is not valid YAML.
        """
        self._refuse_unreadable(edits)
        before = self._whole()
        with self._lock:
            if is_over():
                return
            after = self._untrained(edits, before)
        trial = tried(phrase, before, after)
        yield trial
        if not edits:
            return
        said = [turn.text for turn in kept_turns(self._config, lambda _: None)]
        differing, probes = changes(phrase, before, after, said, is_over, most=12)
        if is_over():
            return
        yield replace(trial, changes=differing, probes=probes)
        if _is_over_within(rest, is_over):
            return
        with self._training:
            if is_over():
                return
            after = self._after(edits, before)
        differing, probes = changes(phrase, before, after, said, is_over)
        if not is_over():
            yield replace(tried(phrase, before, after), changes=differing, probes=probes, is_trained=True)

    def run_tests(self, file: Path, edits: Sequence[Edit]) -> Iterator[CaseRun]:
        """Run the tests of a file as it would be once the edits are written.

        Raises:
            AssistantError: an edited file is not valid YAML.
        """
        self._refuse_unreadable(edits)
        before = self._whole()
        with self._training:
            after = self._after(edits, before) if edits else before
        yield from own_runs(file, self._config, after)

    def save(self, edit: Edit) -> None:
        """Write an edit, and keep it so that it can be taken back."""
        journal.save(self._config, f"the edit of {edit.file.name}", [edit])

    def take_back(self) -> tuple[str, Sequence[Path]]:
        """Take the last edit or lesson back; return its name and the files that are as they were."""
        return journal.undo(self._config)

    def copied(self, listed: ListedFile, entry: ListedEntry | None) -> tuple[Path, str]:
        """Return a file of one's own for an entry of a shipped one, or for all of it, and its text; none is written.

        Raises:
            AssistantError: there is no folder of one's own, or the file is there already.
        """
        make_user_folders(self._config)
        is_intents = listed.kind == "intents"
        folders = self._config.intent_folders() if is_intents else self._config.knowledge_folders()
        folder, text = own_folder(folders, listed.kind), text_of(listed.file)
        if entry is None:
            stem, suffix = listed.file.stem, listed.file.suffix
        else:
            stem, suffix = _stem(entry.name), ".yaml"
            text = _intent_alone(text, entry.name) if is_intents else self._answer_alone(entry.name)
        file = folder / f"{stem}{suffix}"
        if file.exists():
            raise AssistantError(f"{file}: is there already; open it in the tree")
        return file, text

    def _answer_alone(self, question: str) -> str:
        entry = next(entry for entry in self._matcher().knowledge.entries if entry.question == question)
        return answer_text(draft_of("", [entry.question, *entry.also], entry.answer, "", ""))

    def _holds_intents(self, file: Path) -> bool:
        return any(folder in file.parents for folder in self._config.intent_folders())

    def _untrained(self, edits: Sequence[Edit], before: Matcher) -> Matcher:
        if not edits:
            return before
        key = tuple((edit.file, edit.after) for edit in edits), id(before)
        if self._renewed is None or self._renewed[0] != key:
            matcher = untrained(edits, before, self._config, lambda _: None, only_tried=True)
            self._renewed = key, matcher
        return self._renewed[1]

    def _after(self, edits: Sequence[Edit], before: Matcher) -> Matcher:
        with self._lock:
            renewed = self._untrained(edits, before)
        if self._trained is None or self._trained[0] is not renewed:
            self._trained = renewed, build.retrain(renewed)
        return self._trained[1]


def _is_over_within(seconds: float, is_over: Callable[[], bool]) -> bool:
    end = time.monotonic() + seconds
    while not is_over() and time.monotonic() < end:
        time.sleep(0.05)
    return is_over()


def _stem(name: str) -> str:
    kept = "".join(char if char.isalnum() else " " for char in name).split()
    return "-".join(kept)[:40] or "mine"


def _intent_alone(text: str, name: str) -> str:
    """Return the lines of one intent of a file, under `intents:`, with the comments in it.

    Raises:
        AssistantError: it is not written on lines of its own.
    """
    try:
        root = compose(text)
    except TreeError:
        root = None
    intents = root.value_of("intents") if root else None
    node = intents.value_of(name) if intents else None
    key = rf"^ +([\"']?){re.escape(name)}\1 *:"
    heads = [match.start() for match in re.finditer(key, text, re.MULTILINE) if node and match.start() < node.start]
    if node is None or node.is_flow or not heads:
        raise AssistantError(f"{name}: cannot be copied alone; choose its file in the tree and copy that")
    end, language = text.find("\n", node.end), root.value_of("language") if root else None
    spoken = text[language.start : language.end] if language else "en"
    return f"language: {spoken}\nintents:\n{text[heads[-1] : end if end >= 0 else len(text)].rstrip()}\n"
