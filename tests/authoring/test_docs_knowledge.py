"""docs/knowledge.md: every example, and every claim that the files alone decide."""

from __future__ import annotations

import pytest
from manual import blocks, quoted, rows, section

from assistant.authoring.documents.loading import DOCUMENT_FILES, load_documents
from assistant.authoring.knowledge import load_knowledge
from assistant.authoring.schema import knowledge as knowledge_keys
from assistant.values import AnswerMatch
from fakes.matcher import made

PAGE = "knowledge.md"
KEY = "Where is the spare key?"


def load(folder, content, name="f.yaml"):
    folder.mkdir(exist_ok=True)
    (folder / name).write_text(content, encoding="utf-8")
    return load_knowledge([folder])


def test_the_pair_of_the_page_is_read_and_found(tmp_path):
    pair, _ = blocks(section(PAGE, "YAML"), "yaml")
    loaded = load(tmp_path / "x", pair)
    assert not loaded.problems
    (entry,) = loaded.entries
    assert (entry.question, entry.answer, entry.source) == (KEY, "Under the blue flower pot.", "house notes")
    assert entry.also == ("where did we put the other key", "is there a second key")
    understanding = made(tmp_path, "intents: {A: {examples: [turn it off]}}", pair).match("is there a second key")
    assert isinstance(understanding, AnswerMatch)
    assert (understanding.question, understanding.source) == (KEY, "house notes")


def test_a_shared_source_stands_once(tmp_path):
    _, shared = blocks(section(PAGE, "YAML"), "yaml")
    loaded = load(tmp_path, shared)
    assert not loaded.problems
    assert [(entry.question, entry.source) for entry in loaded.entries] == [
        ("When is the bin collected?", "house notes")
    ]


def test_every_key_of_a_pair_stands_in_its_table(tmp_path):
    named = {key for row in rows(section(PAGE, "YAML")) for key in quoted(row[0])}
    assert named == set(knowledge_keys.PAIR) - {"tags"}
    (entry,) = load(tmp_path, "- {question: Q?, answer: A.}").entries
    assert entry.source == "f.yaml:1"


def test_the_markdown_of_the_page_is_read(tmp_path):
    (page,) = blocks(section(PAGE, "Markdown"), "markdown")
    loaded = load(tmp_path, page, "f.md")
    assert not loaded.problems
    assert [(entry.question, entry.answer, entry.also, entry.source) for entry in loaded.entries] == [
        (KEY, "Under the blue flower pot.", ("where did we put the other key", "is there a second key"), "house notes"),
        ("Who has the other one?", "The neighbours.", ("who else can get in",), "house notes"),
    ]


@pytest.mark.parametrize("kind", ["csv", "json"])
def test_the_tables_of_the_page_are_read(tmp_path, kind):
    (table,) = blocks(section(PAGE, "CSV and JSON lines"), kind)
    loaded = load(tmp_path, table, f"f.{kind}".replace("json", "jsonl"))
    assert not loaded.problems
    (entry,) = loaded.entries
    assert (entry.question, entry.answer) == (KEY, "Under the blue flower pot.")
    assert "is there a second key" in entry.also


def test_also_may_be_a_list_in_json(tmp_path):
    (entry,) = load(tmp_path, '{"question": "Q?", "answer": "A.", "also": "a|b", "source": "S"}', "f.jsonl").entries
    assert (entry.also, entry.source) == (("a", "b"), "S")


def test_folders_inside_are_read_and_a_later_folder_replaces(tmp_path):
    load(tmp_path / "a", "- {question: Q?, answer: A.}\n- {question: R?, answer: R.}")
    load(tmp_path / "a" / "below", "- {question: S?, answer: S.}")
    load(tmp_path / "b", "- {question: q, answer: B.}")
    entries = load_knowledge([tmp_path / "a", tmp_path / "b"]).entries
    assert {entry.question: entry.answer for entry in entries} == {"q": "B.", "R?": "R.", "S?": "S."}


@pytest.mark.parametrize(
    ("name", "content", "line", "message"),
    [
        ("f.yaml", "- {question: Q?, answer: A., anwser: B}", 1, "unknown key 'anwser'"),
        ("f.yaml", "- {question: Q?}", 1, "has no answer"),
        ("f.yaml", "- {answer: A.}", 1, "has no question"),
        ("f.yaml", "- {question: Q?, answer: A.}\n- {question: q, answer: B.}", 2, "is answered already"),
        ("f.md", "", 0, "the file is empty"),
        ("f.yaml", "# Where?\nHere.", 1, "must be a list"),
        ("f.yaml", "- {question: Q?, answer: A., tags: [a]}", 1, "'tags' are not used"),
    ],
)
def test_each_fault_is_named_and_the_rest_is_used(tmp_path, name, content, line, message):
    load(tmp_path, "- {question: Fine?, answer: Yes.}", "a.yaml")
    loaded = load(tmp_path, content, name)
    assert [(problem.file.name, problem.line) for problem in loaded.problems if message in problem.message] == [
        (name, line)
    ]
    assert "Fine?" in [entry.question for entry in loaded.entries]


def test_every_kind_of_document_stands_in_its_table():
    endings = {ending for row in rows(section(PAGE, "Documents")) for ending in quoted(row[1])}
    assert endings == {*DOCUMENT_FILES}


def test_a_page_can_hold_pairs_and_passages(tmp_path):
    load(tmp_path, "# House\n\nBuilt in 1912.\n\n## Where is the key?\n\nHere.\n\n- [a](b.md)\n- [c](d.md)\n", "f.md")
    assert [entry.question for entry in load_knowledge([tmp_path]).entries] == ["Where is the key?"]
    (passage,) = load_documents([tmp_path]).passages
    assert (passage.text, passage.source) == ("Built in 1912.", f"{tmp_path.name}/f.md › House › line 3")
