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
        ("bad_yaml", "- question: Q?\n", 'bad.yaml:1:3: "Q?" has no answer'),
        ("bad_yaml", "- answer: A\n", "has no question"),
        ("bad_yaml", "- question: Q?\n  anwser: A\n", ":2:3: entry: unknown key 'anwser'; did you mean 'answer'?"),
        ("bad_yaml", "- just text\n", "must hold 'question:'"),
        ("bad_yaml", "pairs: 7\n", "must be a list"),
        ("bad_yaml", "- question: [", "not valid YAML"),
        ("bad_yaml", b"- question: \xff", "not UTF-8"),
        ("bad_md", "", "is empty"),
        ("bad_md", "# What?\n", "has no answer"),
        ("bad_md", b"# What?\n\xff\xfe", ":2: is not UTF-8"),
        ("bad_csv", "question,b\n1,2\n", "bad.csv:1: the header must hold 'answer'; it holds 'question', 'b'"),
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
    (tmp_path / "notes.doc").write_text("What?\n")
    assert load_knowledge([tmp_path]).problems == ()
    (problem,) = load_knowledge([tmp_path / "notes.doc"]).problems
    assert "must end in one of .yaml, .yml, .md, .csv, .tsv, .jsonl, .json" in str(problem)


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


@pytest.mark.parametrize(
    ("written", "question"),
    [
        ("## Where is the ladder? {#ladder}", "Where is the ladder?"),
        ("## **Where is the hose?**", "Where is the hose?"),
        ("## _Where_ is `the hose`? ##", "Where is the hose?"),
        ("### [Where is the saw?](#saw)", "Where is the saw?"),
        ('## <a name="saw"></a>Where is the saw?', "Where is the saw?"),
        ("## 3. Where is the saw?", "Where is the saw?"),
        ("## Q: Who has the drill?", "Who has the drill?"),
        ("**Q:** Who has the drill?", "Who has the drill?"),
        ("**Q: Who has the drill?**", "Who has the drill?"),
        ("Question 2: Who has the drill?", "Who has the drill?"),
        ("<details><summary><b>Who has the drill?</b></summary>", "Who has the drill?"),
        ("  <summary>Who has the drill?</summary>", "Who has the drill?"),
        ("Who has the drill?\n------------------", "Who has the drill?"),
        ("# 钻头在哪里？", "钻头在哪里？"),
        ("# What is 2*3*4 &amp; a_b_c?", "What is 2*3*4 & a_b_c?"),
    ],
)
@pytest.mark.parametrize(
    "answer", ["Here it is.", "A: Here it is.", "**A:** Here it is.", "\nHere it is.\n</details>\n"]
)
def test_a_heading_as_people_write_it_is_a_question(tmp_path, written, question, answer):
    loaded = load(tmp_path, a_md=f"# The shed\n\n{written}\n{answer}\n\n## Where else?\nNowhere.\n")
    assert loaded.problems == ()
    assert [(entry.question, entry.answer) for entry in loaded.entries] == [
        (question, "Here it is."), ("Where else?", "Nowhere."),
    ]  # fmt: skip


@pytest.mark.parametrize(
    "table",
    [
        "Question,Answer\nWhere?,Here.\n",
        " QUESTION ; ANSWER ; NOTE \nWhere?;Here.;x\n",
        "answer\tquestion\nHere.\tWhere?\n",
        "question|answer\nWhere?|Here.\n",
        "sep=;\nquestion;answer\nWhere?;Here.\n",
        '"question","answer"\n\n"Where?","Here."\n,\n',
    ],
)
def test_a_table_as_spreadsheets_save_it_is_read(tmp_path, table):
    loaded = load(tmp_path, a_csv=table)
    assert loaded.problems == ()
    assert [(entry.question, entry.answer) for entry in loaded.entries] == [("Where?", "Here.")]


def test_cells_keep_what_stands_in_quotes(tmp_path):
    loaded = load(tmp_path, a_csv='question,answer\n"Where, then?","In ""the"" drawer,\nleft."\nWho?,Me.\n')
    assert [entry.answer for entry in loaded.entries] == ['In "the" drawer,\nleft.', "Me."]
    assert [entry.line for entry in loaded.entries] == [2, 4]


def test_a_row_at_fault_is_named_and_the_next_is_read(tmp_path):
    rows = [
        "question,answer",
        "Where?,In a drawer, left.",
        'Who?,"Never closed',
        "When?,Now.",
        'Why?,"a" b',
        "How?,So.",
    ]
    loaded = load(tmp_path, a_csv="\n".join(rows))
    assert [entry.answer for entry in loaded.entries] == ["Now.", "So."]
    assert [problem.line for problem in loaded.problems] == [2, 3, 5]
    assert "has 3 cells, the header 2: put a text that holds ',' in quotes" in loaded.problems[0].message


def test_json_lines_keep_numbers_and_take_keys_of_any_case(tmp_path):
    loaded = load(tmp_path, a_jsonl='{"Question": "How much?", "ANSWER": 7.50, "also": ["cost", 3.10]}\n')
    assert (loaded.entries[0].answer, loaded.entries[0].also) == ("7.50", ("cost", "3.10"))


def test_a_code_block_that_never_ends_is_told(tmp_path):
    loaded = load(tmp_path, a_md="# Why?\nSo.\n```\n# Where?\n")
    assert [problem.line for problem in loaded.problems] == [3]
