"""New files: an intent or an answer from a few words, or a ready one of the gallery, tried before it is written."""

from __future__ import annotations

import re
import shlex
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from assistant import authoring
from assistant.app import build
from assistant.authoring.teaching.insertion import Insertion, scalar_text
from assistant.checks.finding import Finding
from assistant.checks.making import schemas
from assistant.checks.review.forms import right_form
from assistant.checks.teaching.effects import name_of, trial
from assistant.checks.teaching.lesson import Edit, own_folder
from assistant.config import Config, make_user_folders
from assistant.errors import AssistantError, did_you_mean
from assistant.events import Emit
from assistant.nlu.retrieval.corpus import name_in_words

_GALLERY = Path(authoring.__file__).parent / "gallery"


@dataclass(frozen=True, slots=True)
class Draft:
    """What a new file is to hold."""

    name: str
    """Of the intent; empty of an answer."""
    sentences: tuple[str, ...]
    """What is said, or asked."""
    reply: str = ""
    program: str = ""
    """Program and arguments."""
    action: str = ""
    """Name of a built-in action."""


def gallery() -> dict[str, str]:
    """Map the name of each ready file to what it is for."""
    files = sorted(_GALLERY.glob("*.yaml"))
    return {file.stem: file.read_text("utf-8").splitlines()[0].removeprefix("# ") for file in files}


def ready(name: str) -> str:
    """Return the text of a ready file.

    Raises:
        AssistantError: there is none of that name.
    """
    if name not in gallery():
        raise AssistantError(f"new: '{name}' is no ready file{did_you_mean(name, [*gallery(), 'intent', 'answer'])}")
    return (_GALLERY / f"{name}.yaml").read_text("utf-8")


def intent_text(draft: Draft) -> str:
    """Return the text of a file with one intent.

    Raises:
        AssistantError: the name is none, or a sentence or what it does lacks.
    """
    if not re.fullmatch(r"[^\W\d]\w*", draft.name):
        raise AssistantError(f"new: '{draft.name}' is no name: write one word, such as WaterPlants")
    if not draft.sentences:
        raise AssistantError("new: say with --say what will be said; again for another wording")
    if not (draft.reply or draft.program or draft.action):
        raise AssistantError("new: say what it does: --reply TEXT, --run PROGRAM or --action NAME")
    lines = ["language: en", "intents:", f"  {draft.name}:", f"    description: {_titled(draft.name)}"]
    lines.append("    examples:")
    lines += [f"      - {scalar_text(_plain(text))}" for text in draft.sentences]
    if draft.program:
        lines.append(f"    action: {{argv: [{', '.join(map(_flow, shlex.split(draft.program)))}]}}")
    elif draft.action:
        lines.append(f"    action: {scalar_text(draft.action)}")
    if draft.reply:
        lines.append(f"    response: {scalar_text(draft.reply)}")
    plain = [text for text in draft.sentences if "{" not in text and "[" not in text]
    lines += ["    tests:", *(f"      - {scalar_text(text)}" for text in plain)] if plain else []
    return "\n".join(lines) + "\n"


def answer_text(draft: Draft) -> str:
    """Return the text of a file with one question and its answer.

    Raises:
        AssistantError: either lacks.
    """
    if not draft.sentences or not draft.reply:
        raise AssistantError("new answer: write the question with --say, its answer with --reply")
    question, *also = draft.sentences
    lines = [f"- question: {scalar_text(question)}"]
    lines += ["  also:", *(f"    - {scalar_text(text)}" for text in also)] if also else []
    return "\n".join([*lines, f"  answer: {scalar_text(draft.reply)}", ""])


def create(config: Config, kind: str, stem: str, text: str, emit: Emit, anyway: bool = False) -> list[Finding]:
    """Write a new file, once its sentences have been tried beside all others; nothing is replaced.

    Nothing is written where something is wrong in it, or a sentence of it is taken by something else, unless `anyway`.

    Raises:
        AssistantError: a file of the name is there, or there is no folder of one's own, or none can be written.
    """
    make_user_folders(config)
    folders = config.intent_folders() if kind == "intent" else config.knowledge_folders()
    for folder in folders:
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise AssistantError(f"{folder}: cannot be made: {error.strerror}") from None
    file = own_folder(folders, "intents" if kind == "intent" else "knowledge") / f"{stem}.yaml"
    if file.exists():
        raise AssistantError(f"{file}: is there already; give another name, or edit it")
    text = schemas.header("intent" if kind == "intent" else "knowledge", file) + text
    edit = Edit(file, None, Insertion(0, text), header="")
    findings = _tried(config, edit, emit)
    if anyway or all(finding.ok for finding in findings):
        edit.save()
        findings.append(Finding("new", True, f"written: {file}", "change it as you like; `assistant check` and `test`"))
    else:
        findings.append(
            Finding("new", False, f"not written: {file}", "word it otherwise; --anyway writes it all the same")
        )
    return findings


def _tried(config: Config, edit: Edit, emit: Emit) -> list[Finding]:
    """Understand the sentences of a new file by the matcher that there would be."""
    before = build.open_matcher(config, build.read_definitions(config), emit)
    after = trial([edit], before, config, emit)
    faults = [problem for problem in after.problems if problem.file.name == edit.file.name]
    known = {(intent.name, test.say) for intent in before.intents.intents.values() for test in intent.tests}
    findings = [Finding.of("new", problem, right_form(problem.message)) for problem in faults]
    for intent in after.intents.intents.values():
        new = (test.say for test in intent.tests if (intent.name, test.say) not in known)
        findings += [_understood(intent.name, say, name_of(after.match(say))) for say in new]
    asked = {entry.question for entry in before.knowledge.entries}
    for entry in after.knowledge.entries:
        if entry.question not in asked:
            findings += [
                _understood(entry.question, text, name_of(after.match(text))) for text in (entry.question, *entry.also)
            ]
    return findings


def _understood(wanted: str, text: str, meant: str) -> Finding:
    cure = "" if meant == wanted else f"word it otherwise, or see: assistant explain {shlex.quote(text)}"
    return Finding("tried", meant == wanted, f"“{text}” means {meant}", cure)


def _titled(name: str) -> str:
    return name_in_words(name).capitalize() or name


def _plain(text: str) -> str:
    return " ".join(re.sub(r"[()<>|]", " ", text).split())


def _flow(word: str) -> str:
    written = scalar_text(word)
    return (
        written if re.fullmatch(r"[\w./~-]+", written) else '"' + word.replace("\\", "\\\\").replace('"', '\\"') + '"'
    )


def draft_of(name: str, sentences: Sequence[str], reply: str, program: str, action: str) -> Draft:
    """Return a draft; sentences are parted by `;` too."""
    parted = tuple(part.strip() for text in sentences for part in text.split(";") if part.strip())
    return Draft(name, parted, reply.strip(), program.strip(), action.strip())
