"""The user's files as read from disk: intents and knowledge."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING

from assistant.actions.works import is_offered
from assistant.config import SHIPPED, Config
from assistant.errors import Problem
from assistant.events import Reloaded
from assistant.values import AnswerMatch, Understanding

if TYPE_CHECKING:
    from assistant.authoring.definitions import IntentSet
    from assistant.authoring.knowledge import KnowledgeSet
    from assistant.dialogue.generation.grounding import CitedPassage
    from assistant.nlu.matcher import Matcher

_NONE: Mapping[Path, bytes] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Definitions:
    """Intents and knowledge; equal where the files say the same."""

    intents: IntentSet
    knowledge: KnowledgeSet

    @property
    def problems(self) -> tuple[Problem, ...]:
        """Return the faults in the files; the rest is in use."""
        return (*self.intents.problems, *self.knowledge.problems)

    def summary(self, config: Config, examples: bool = True) -> Reloaded:
        """Return the event that tells front ends of them: of commands those that are set up, with examples for help."""
        from assistant.app.documents import kept_count

        problems = tuple(str(problem) for problem in self.problems)
        intents = self.intents.intents
        own = {name for name, intent in intents.items() if not intent.file.is_relative_to(SHIPPED / "intents")}
        listed = catalogue(self.intents, config) if examples else []
        listed.sort(key=lambda entry: entry[0] not in own)
        count = sum(is_offered(intent.action, config) for intent in intents.values())
        documents = kept_count(config) if examples else 0
        entries, own_listed = tuple(entry[1:] for entry in listed), sum(entry[0] in own for entry in listed)
        return Reloaded(count, len(self.knowledge.entries), problems, entries, documents, own_listed)


def catalogue(intents: IntentSet, config: Config | None = None) -> list[tuple[str, str, str]]:
    """List each intent's name, its title and a sentence that means it, as its author would say it; no small talk.

    What is answered by one of several responses is small talk. With a config, what needs a setting there that lacks is
    left out.
    """
    from assistant.nlu.phrases import Phrases

    phrases = Phrases(intents)
    named = (
        (intent, phrases.best("intent", intent.name))
        for intent in intents.intents.values()
        if not isinstance(intent.response, tuple) and (config is None or is_offered(intent.action, config))
    )
    return [(intent.name, intent.title, sentence or intent.title) for intent, sentence in named]


def offered(matcher: Callable[[], Matcher], config: Config) -> list[tuple[str, str, str]]:
    """List the commands in use that are set up; see `catalogue`."""
    return catalogue(matcher().intents, config)


def references_for(
    matcher: Callable[[], Matcher], config: Config, text: str, understanding: Understanding
) -> list[CitedPassage]:
    """Return the passages of documents that a language model may answer from, those above the fitted score, best first.

    There are none for a question with a stored answer.
    """
    if isinstance(understanding, AnswerMatch) and understanding.quote is None:
        return []
    from assistant.dialogue.generation.grounding import CitedPassage

    current, least = matcher(), config.match.threshold
    passages = current.documents.passages(current.query(text), config.generator.passages)
    return [
        CitedPassage(found.passage.text, found.passage.source, " › ".join(found.passage.headings), found.confidence)
        for found in passages
        if found.confidence >= least
    ]


def read_definitions(config: Config, drafts: Mapping[Path, bytes] = _NONE) -> Definitions:
    """Read the folders of intents and knowledge of a config; a bad file is a problem, never an error."""
    return read_folders(config.intent_folders(), config.knowledge_folders(), config.added_documents(), drafts)


def read_folders(
    intents: Sequence[Path], knowledge: Sequence[Path], added: Sequence[Path] = (), drafts: Mapping[Path, bytes] = _NONE
) -> Definitions:
    """Read folders of intents and of knowledge; a later one adds to and overrides an earlier one.

    `added` are more folders and files of knowledge, which may hold files of any purpose. Drafts, contents of files, are
    read in place of what is on the disk.
    """
    from assistant.actions.run import Actions
    from assistant.authoring.intents import load_intents
    from assistant.authoring.knowledge import load_knowledge

    loaded = load_intents(intents, Actions.names(), drafts)
    faults = Actions.problems(intent.action for intent in loaded.intents.values())
    answers = load_knowledge(knowledge, added, drafts)
    return Definitions(replace(loaded, problems=(*loaded.problems, *faults)), answers)
