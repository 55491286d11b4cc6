"""Question-answer files: YAML, Markdown, CSV and JSON lines say the same."""

from __future__ import annotations

import json

import pytest

from assistant.authoring.knowledge import load_knowledge, parse_knowledge_file

YAML = """
- question: How do I add an intent?
  also: [where do my commands go, can I write commands]
  answer: |
    Write a YAML file.

    Then run `assistant check`.
- question: Is it private?
  answer: Yes.
  source: README
"""
MARKDOWN = """---
source: the manual
---
# Manual

Not an answer to anything.

## How do I add an intent?
<!-- also: where do my commands go | can I write commands -->

Write a YAML file.

```yaml
# is this a question?
```

### Details

More on this.

## Is it private?
*also: does it phone home*

Yes.
"""


def load(folder, **files):
    for name, content in files.items():
        stem, _, suffix = name.rpartition("_")
        (folder / f"{stem}.{suffix}").write_bytes(content if isinstance(content, bytes) else content.encode())
    return load_knowledge([folder])


def test_yaml(tmp_path):
    loaded = load(tmp_path, a_yaml=YAML)
    first, second = loaded.entries
    assert not loaded.problems
    assert first.also == ("where do my commands go", "can I write commands")
    assert first.answer.splitlines() == ["Write a YAML file.", "", "Then run `assistant check`."]
    assert (first.source, second.source) == ("a.yaml:2", "README")


def test_yaml_with_a_head(tmp_path):
    loaded = load(tmp_path, a_yaml="source: S\npairs:\n  - {question: Q?, answer: A}\n")
    assert loaded.entries[0].source == "S"


def test_markdown(tmp_path):
    loaded = load(tmp_path, a_md=MARKDOWN)
    first, second = loaded.entries
    assert not loaded.problems
    assert (first.question, first.line) == ("How do I add an intent?", 8)
    assert first.also == ("where do my commands go", "can I write commands")
    assert first.answer.startswith("Write a YAML file.")
    assert "# is this a question?" in first.answer
    assert "More on this" not in first.answer
    assert first.source == "the manual"
    assert (second.also, second.answer) == (("does it phone home",), "Yes.")


def test_tables(tmp_path):
    loaded = load(
        tmp_path,
        a_csv='question,answer,also\n"Why, though?","Because.",how come|what for\n',
        b_jsonl=json.dumps({"question": "Who?", "answer": "Me.", "also": ["whom"]}) + "\n\n{not json\n",
    )
    assert [entry.question for entry in loaded.entries] == ["Why, though?", "Who?"]
    assert loaded.entries[0].also == ("how come", "what for")
    assert loaded.entries[1].source == "b.jsonl:1"
    assert [problem.line for problem in loaded.problems] == [3]


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("bad_yaml", "", "is empty"),
        ("bad_yaml", "- question: Q?\n", 'bad.yaml:1: "Q?" has no answer'),
        ("bad_yaml", "- answer: A\n", "has no question"),
        ("bad_yaml", "- question: Q?\n  anwser: A\n", ":2: entry: unknown key 'anwser'; did you mean 'answer'?"),
        ("bad_yaml", "- just text\n", "must hold 'question:'"),
        ("bad_yaml", "pairs: 7\n", "must be a list"),
        ("bad_yaml", "- question: [", "not valid YAML"),
        ("bad_yaml", b"- question: \xff", "not UTF-8"),
        ("bad_md", "", "is empty"),
        ("bad_md", "# No question here\n", "holds no question"),
        ("bad_md", "# What?\n", "has no answer"),
        ("bad_md", b"\xff\xfe", "not UTF-8"),
        ("bad_csv", "a,b\n1,2\n", "must hold 'question' and 'answer'"),
        ("bad_jsonl", "[]\n", "must hold 'question' and 'answer'"),
    ],
)
def test_a_fault_is_named_and_costs_nothing_else(tmp_path, name, content, message):
    loaded = load(tmp_path, good_yaml="- {question: Fine?, answer: Yes.}\n", **{name: content})
    assert "Fine?" in [entry.question for entry in loaded.entries]
    assert any(message in str(problem) for problem in loaded.problems), [str(problem) for problem in loaded.problems]


@pytest.mark.parametrize(
    ("name", "content", "line"),
    [
        ("old_yaml", "- {question: Old?, answer: Yes.}\n- {question: Older?, answer: No., tags: [a]}\n", 2),
        ("old_yaml", "source: S\ntags: [a]\npairs:\n  - {question: Old?, answer: Yes., tags: [b]}\n", 2),
        ("old_md", "---\nsource: S\ntags: [a, b]\n---\n# Old?\nYes.\n", 3),
        ("old_csv", "question,answer,tags\nOld?,Yes.,a\nOlder?,No.,b\n", 2),
        ("old_jsonl", json.dumps({"question": "Old?", "answer": "Yes.", "tags": ["a"]}), 1),
    ],
)
def test_a_file_with_tags_is_used_and_told_once_that_they_do_nothing(tmp_path, name, content, line):
    loaded = load(tmp_path, **{name: content})
    assert loaded.entries[0].question == "Old?"
    (problem,) = loaded.problems
    assert (problem.line, problem.severity) == (line, "warning")
    assert "'tags' are not used" in problem.message


def test_a_file_of_another_kind_is_named(tmp_path):
    (tmp_path / "notes.txt").write_text("What?\n")
    assert load_knowledge([tmp_path]).problems == ()
    (problem,) = load_knowledge([tmp_path / "notes.txt"]).problems
    assert "must end in one of .yaml, .yml, .md, .csv, .jsonl" in str(problem)


def test_only_the_file_that_changed_is_parsed_again(tmp_path):
    many = {f"f{number}_yaml": f"- {{question: 'Is it {number}?', answer: Yes.}}\n" for number in range(20)}
    before = load(tmp_path, **many)
    parse_knowledge_file.cache_clear()
    load_knowledge([tmp_path])
    parsed = parse_knowledge_file.cache_info().misses
    after = load(tmp_path, f7_yaml="- {question: 'Is it seven?', answer: Yes.}\n")
    assert (parsed, parse_knowledge_file.cache_info().misses) == (20, 21)
    assert "Is it seven?" in [entry.question for entry in after.entries]
    assert after.digest != before.digest
    assert [entry for entry in before.entries if entry.question != "Is it 7?"] == [
        entry for entry in after.entries if entry.question != "Is it seven?"
    ]


def test_a_question_twice_in_a_folder_is_a_problem_and_a_later_folder_replaces(tmp_path):
    one, two = tmp_path / "one", tmp_path / "two"
    one.mkdir()
    two.mkdir()
    loaded = load(one, a_yaml="- {question: Who?, answer: A}\n", b_yaml="- {question: 'who ', answer: B}\n")
    assert [entry.answer for entry in loaded.entries] == ["A"]
    assert "is answered already in a.yaml:1" in str(loaded.problems[0])
    load(two, a_yaml="- {question: WHO, answer: Mine}\n")
    assert [entry.answer for entry in load_knowledge([one, two]).entries] == ["Mine"]
