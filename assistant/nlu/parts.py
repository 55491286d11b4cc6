"""`Parts`: everything that a matcher is made of, from the files of one moment.

`make_parts` costs what has changed: rows of intents that are as before are taken over with their vectors. Training the
classifier anew takes seconds, so that a reload goes on with the one before and trains beside it (`trained`).
"""

from __future__ import annotations

import contextlib
import hashlib
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Set
from dataclasses import dataclass, replace
from pathlib import Path

from assistant.authoring.definitions import Intent, IntentSet, is_same
from assistant.authoring.knowledge import KnowledgeSet
from assistant.events import Emit, Progress
from assistant.file_lock import file_lock
from assistant.nlu.documents.features import Scorer
from assistant.nlu.ranking import train
from assistant.nlu.ranking.classifier import Classifier, load
from assistant.nlu.retrieval import corpus
from assistant.nlu.retrieval.chroma import VectorStore
from assistant.nlu.retrieval.index import Embedder, Index, SyncReport
from assistant.nlu.retrieval.passages import PassageSearch
from assistant.nlu.retrieval.retriever import Retriever
from assistant.nlu.retrieval.snapshot import Row, Snapshot
from assistant.nlu.templates.matcher import Templates


@dataclass(frozen=True)
class Parts:
    """The files of one moment, and what was made from them."""

    intents: IntentSet
    knowledge: KnowledgeSet
    index: Index
    """Makes the next retriever; a matcher searches only its own."""
    embedder: Embedder
    templates: Templates
    retriever: Retriever
    classifier: Classifier
    report: SyncReport
    untrained: frozenset[str] = frozenset()
    """Intents with other phrases than those that the classifier was trained on."""
    unchanged: frozenset[str] = frozenset()
    """Intents that are as they were in the parts before."""
    passages: PassageSearch = PassageSearch()  # noqa: RUF009 (it never changes)
    """The documents."""
    reranker: Scorer | None = None
    """Reads passages of documents together with a question; None: they are found without it."""


def make_parts(
    intents: IntentSet,
    knowledge: KnowledgeSet,
    index: Index,
    embedder: Embedder,
    emit: Emit,
    before: Parts | None = None,
) -> Parts:
    """Bring the index in step with the files; cheap where little has changed.

    Without `before` the classifier is trained, or read where it is saved beside the index. With it, the index is
    written by its `follow`, the classifier is that of `before`, and `untrained` names the intents that it does not
    know as they are now.

    Raises:
        IndexStoreError: the index's folder cannot be written.
    """
    templates = Templates(intents, before.templates if before else None)
    source = _content(intents, knowledge)
    unchanged = _unchanged(intents, before.intents) if before else frozenset[str]()
    kept = _rows_by_intent(before.retriever.snapshot.rows.values(), unchanged) if before else {}
    retriever, report = index.sync(
        lambda: corpus.rows(intents, knowledge, templates, kept), emit, source, write=before is None
    )
    if before is None:
        parts = Parts(intents, knowledge, index, embedder, templates, retriever, Classifier(), report)
        return trained(parts, emit)
    return Parts(
        *(intents, knowledge, index, embedder, templates, retriever, before.classifier, report),
        untrained=(before.untrained | (intents.intents.keys() - unchanged)) & intents.intents.keys(),
        unchanged=unchanged,
        passages=before.passages,
        reranker=before.reranker,
    )


def provisional_parts(intents: IntentSet, knowledge: KnowledgeSet, index: Index, embedder: Embedder) -> Parts | None:
    """Return parts that know the templates alone, ready at once; None where the index holds all of the files."""
    if index.is_current(_content(intents, knowledge)):
        return None
    nothing = Retriever(Snapshot(), VectorStore(None, "", lambda: "", None), lambda row: row.text)
    report = SyncReport(0, 0, 0)
    return Parts(intents, knowledge, index, embedder, Templates(intents), nothing, Classifier(), report)


def _content(intents: IntentSet, knowledge: KnowledgeSet) -> str:
    """Return the name of the content that the index is made from."""
    return hashlib.sha256(f"{intents.digest} {knowledge.digest} {corpus.VERSION}".encode()).hexdigest()


def trained(parts: Parts, emit: Emit = lambda _: None) -> Parts:
    """Return the parts with a classifier that is trained on all their phrases, read where another process has saved it.

    One process at a time trains, as both cores are needed for it.
    """
    source, folder = _source(parts), parts.index.folder
    if folder is None:
        classifier = _train(parts, Classifier(), source, emit)
    else:
        file = folder / "classifier.npz"
        classifier = load(file)
        if classifier.source != source:
            with _exclusively(folder):
                classifier = load(file)
                if classifier.source != source:
                    classifier = _train(parts, classifier, source, emit)
                    classifier.save(file)
    unchanged = frozenset(parts.intents.intents)
    return replace(parts, classifier=classifier, untrained=frozenset(), unchanged=unchanged)


@contextlib.contextmanager
def _exclusively(folder: Path) -> Iterator[None]:
    """Hold the lock of the classifier; where it cannot be made, train all the same."""
    with contextlib.ExitStack() as held:
        with contextlib.suppress(OSError):
            held.enter_context(file_lock(folder / "classifier.lock"))
        yield


def _train(parts: Parts, before: Classifier, source: str, progress: Callable[[Progress], None]) -> Classifier:
    progress(Progress(task := "learning from the phrases", 0, 0))
    rows, vectors = parts.retriever.vectors(train.KINDS)
    examples = corpus.examples_by_row(parts.intents, parts.templates)
    classifier = train.fit(rows, vectors, examples, before, source)
    progress(Progress(task, 1, 1))
    return classifier


def _source(parts: Parts) -> str:
    """Return the name of the content that the classifier is trained on."""
    names = (parts.intents.digest, corpus.VERSION, train.VERSION, parts.embedder.id)
    return hashlib.sha256(" ".join(names).encode()).hexdigest()


def _unchanged(intents: IntentSet, before: IntentSet) -> frozenset[str]:
    """Return the intents that are the same in both, with the same lists and rules to refer to."""
    if (intents.skip_words, intents.language) != (before.skip_words, before.language):
        return frozenset()
    changed = _changed(intents.lists, before.lists) | _changed(intents.rules, before.rules)
    while wider := {name for name, rule in intents.rules.items() if name not in changed and _mentions(rule, changed)}:
        changed |= wider
    same = (intent for intent in intents.intents.values() if is_same(intent, before.intents.get(intent.name)))
    return frozenset(intent.name for intent in same if not changed or not _mentions(_references(intent), changed))


def _changed(new: Mapping[str, object], old: Mapping[str, object]) -> set[str]:
    return {name for name in new.keys() | old.keys() if not is_same(new.get(name), old.get(name))}


def _references(intent: Intent) -> str:
    """Return all text of an intent that may name a list or a rule."""
    kinds = [f"{{{slot.type or slot.name}}}" for slot in intent.slots.values()]
    texts = (text for block in intent.blocks for text in (*block.sentences, *block.rules.values()))
    return " ".join([*texts, *intent.examples, *kinds])


def _mentions(text: str, names: Set[str]) -> bool:
    """True where a `{list}`, `{list:slot}` or `<rule>` of those names stands in a text."""
    return not names.isdisjoint(re.findall(r"[{<:]([^{}<>:]+)", text))


def _rows_by_intent(rows: Iterable[Row], intents: frozenset[str]) -> dict[str, list[Row]]:
    found: dict[str, list[Row]] = {name: [] for name in intents}
    for row in rows:
        if row.kind in ("intent", "not") and row.owner in found:
            found[row.owner].append(row)
    return found
