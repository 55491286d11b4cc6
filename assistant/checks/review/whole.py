"""Everything that can be said of the files, one after the other."""

from __future__ import annotations

from collections.abc import Iterator

from assistant.app import build
from assistant.app.definitions import Definitions
from assistant.authoring.intents import INTENT_FILES
from assistant.checks import files
from assistant.checks.finding import Finding
from assistant.checks.review.own import is_own, own_files
from assistant.checks.review.unused import Uses, ignored
from assistant.config import Config
from assistant.errors import AssistantError
from assistant.events import Emit, Reloaded


def review(config: Config, emit: Emit, everything: bool = False, quick: bool = False) -> Iterator[Finding]:
    """Yield what is wrong in the files, what is never used, and, unless `quick`, what overlaps.

    Unused and overlapping is what a person's own files hold; `everything`: the shipped ones too.
    """
    definitions = build.read_definitions(config)
    yield from files.check(config, definitions)
    intents = definitions.intents
    for problem in Uses(intents).problems():
        if everything or is_own(problem.file):
            yield Finding.of("intents", problem, rule="unused")
    for file in own_files(config, INTENT_FILES):
        for problem in ignored(file, file.read_bytes(), intents):
            yield Finding.of("intents", problem, rule="unused")
    own = [intent.file for intent in intents.intents.values()]
    own += [entry.file for entry in definitions.knowledge.entries]
    own += [place.file for intent in intents.intents.values() for place in intent.places.values()]
    if not quick and (everything or any(map(is_own, own))):
        yield from _overlaps(config, definitions, emit, everything)


def _overlaps(config: Config, definitions: Definitions, emit: Emit, everything: bool) -> Iterator[Finding]:
    from assistant.checks.review.overlaps import OverlapFinder

    try:
        emit(Reloaded(len(definitions.intents.intents), len(definitions.knowledge.entries), (), ()))
        finder = OverlapFinder(build.open_matcher(config, definitions, emit), everything)
    except AssistantError as error:
        yield Finding("overlap", True, f"not looked for: {error}", severity="note")
        return
    findings = list(finder.findings())
    yield from findings
    if not findings:
        yield Finding("overlap", True, "no sentence of your own files is taken by anything else, or takes another")
